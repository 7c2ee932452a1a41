"""What tiles hold, in the words of TileJSON 3.0 and of a PMTiles file's metadata."""

import html
from collections.abc import Mapping, Sequence
from typing import Any, Final

from uxo.publish.tiles.address import MAX_ZOOM
from uxo.publish.tiles.encode import CELLS_SUFFIX
from uxo.publish.tiles.layers import FIELDS, RANKED, TYPES, LayerName
from uxo.services.tiles import Tiles

NOTICE: Final = "Where nothing is recorded, nothing is known."
EXERCISE_NOTE: Final = "EXERCISE: invented for training; shows no real hazard. "
_COUNTS: Final = {
    "count": "Features whose middle vertex lies in the cell; over all tiles of a zoom, all of them."
}
_WORST: Final = {"worst": "Worst rank of all that touches the cell; absent where there is none."}
_WORLD: Final = [-180.0, -85.051129, 180.0, 85.051129]


def description(
    tiles: Tiles, names: Sequence[LayerName], zooms: tuple[int, int] = (0, MAX_ZOOM)
) -> dict[str, Any]:
    """Describe tiles; only their address is missing.

    Parameters
    ----------
    tiles : Tiles
        Knows the layers.
    names : sequence of LayerName
        Layers that the tiles hold.
    zooms : tuple of int
        The lowest and the deepest zoom.
    """
    origin = tiles.provenance()
    result = tiles.result()
    bounds = [float(edge) for edge in result.roads.total_bounds] if len(result.roads) else _WORLD
    west, south, east, north = bounds
    return {
        "tilejson": "3.0.0",
        "name": ", ".join(name.value for name in names),
        "description": (EXERCISE_NOTE if origin.exercise else "") + NOTICE,
        "scheme": "xyz",
        "minzoom": zooms[0],
        "maxzoom": zooms[1],
        "bounds": bounds,
        "center": [(west + east) / 2, (south + north) / 2, float(min(zooms[1], 12))],
        # Readers show it as HTML, and it may be a line of any file.
        "attribution": html.escape("; ".join(origin.attribution)),
        "vector_layers": [one for name in names for one in _layers(tiles, name, zooms)],
        "exercise": origin.exercise,
        "roads": tiles.roads_digest(),
    }


def _layers(tiles: Tiles, name: LayerName, zooms: tuple[int, int]) -> list[dict[str, Any]]:
    """Describe the exact layer and its counts, which may stand in for it at any zoom."""
    exact_from = tiles.layer(name).exact_from
    counts = {**_COUNTS, **(_WORST if name in RANKED else {})}
    return [
        {
            "id": name.value,
            "description": "Exact geometry, nothing left out. " + _words(FIELDS[name]),
            "minzoom": min(max(exact_from, zooms[0]), zooms[1]),
            "maxzoom": zooms[1],
            "fields": _types(FIELDS[name]),
        },
        {
            "id": name.value + CELLS_SUFFIX,
            "description": "128 x 128 cells a tile, where exact geometry would be too much. "
            + _words(counts),
            "minzoom": zooms[0],
            "maxzoom": zooms[1],
            "fields": _types(counts),
        },
    ]


def _words(fields: Mapping[str, str]) -> str:
    return " ".join(f"{name}: {said}" for name, said in fields.items())


def _types(fields: Mapping[str, str]) -> dict[str, str]:
    """Give types: GDAL reads every number as text where the description says something else."""
    return {name: TYPES.get(name, "String") for name in fields}
