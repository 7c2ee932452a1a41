"""Many tiles in one file (PMTiles 3), for a phone, a memory stick or QGIS."""

import gzip
import io
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import numpy as np
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from uxo import __version__
from uxo.errors import BadInput, NotFound
from uxo.publish.tiles.address import MAX_ZOOM, Tile, tiles_over
from uxo.publish.tiles.encode import TileLayer
from uxo.publish.tiles.layers import RANKED, LayerName
from uxo.services.pages import Bounds
from uxo.services.tile_description import description
from uxo.services.tiles import Tiles

FOR_PHONES: Final = (LayerName.ROADS, LayerName.PLACES)
"""What a phone keeps of a district: no status and no find, so a lost phone gives none away."""

PHONE_ZOOMS: Final = (8, 14)
MOST_TILES: Final = 2_000_000
"""Tiles that are looked at, at most: a slip of a zero in a box must not run for a day."""

_E7: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class ExportedTiles:
    """What an export wrote.

    Attributes
    ----------
    tiles : int
        Tiles with anything in them.
    zooms : tuple of int
        The lowest and the deepest zoom.
    """

    tiles: int
    zooms: tuple[int, int]


def export_tiles(
    tiles: Tiles,
    file: BinaryIO,
    names: Sequence[LayerName],
    bounds: Bounds | None,
    zooms: tuple[int, int] = (0, MAX_ZOOM),
) -> ExportedTiles:
    """Write the tiles of some layers over a box.

    Parameters
    ----------
    tiles : Tiles
        Gives the layers.
    file : binary file
        Open for writing.
    names : sequence of LayerName
        Layers, at least one.
    bounds : Bounds or None
        None: as far as the layers reach.
    zooms : tuple of int
        The lowest and the deepest zoom.

    Raises
    ------
    BadInput
        The zooms are none, the box crosses the 180th meridian, or it holds too many tiles.
    NotFound
        There is nothing in the box.
    """
    if not 0 <= zooms[0] <= zooms[1] <= MAX_ZOOM:
        raise BadInput(f"zooms {zooms[0]} to {zooms[1]}: they go up from 0 to {MAX_ZOOM}")
    layers = [tiles.layer(name) for name in names]
    box = _box(tiles, bounds)
    writer = Writer(file)
    with closing(writer.tile_f):
        written = 0
        for zoom in range(zooms[0], zooms[1] + 1):
            for number, tile in _tiles_with_content(layers, zoom, box):
                body = b"".join(layer.tile(tile) for layer in layers)
                if body:
                    writer.write_tile(number, gzip.compress(body, mtime=0))
                    written += 1
        if not written:
            raise NotFound("there is nothing in this box; no file was written")
        writer.finalize(_header(box, zooms), _metadata(tiles, names, zooms))
    return ExportedTiles(written, zooms)


def tiles_for_phone(tiles: Tiles, bounds: Bounds) -> bytes:
    """Give roads and places of a box as one PMTiles file.

    Raises
    ------
    BadInput, NotFound
        See `export_tiles`.
    """
    file = io.BytesIO()
    export_tiles(tiles, file, FOR_PHONES, bounds, PHONE_ZOOMS)
    return file.getvalue()


def _box(tiles: Tiles, bounds: Bounds | None) -> Bounds:
    if bounds is None:
        roads = tiles.result().roads
        west, south, east, north = (float(edge) for edge in roads.total_bounds)
        return Bounds(west, south, east, north)
    if bounds.west > bounds.east:
        raise BadInput("bbox: it crosses the 180th meridian; export the two halves")
    return bounds


def _tiles_with_content(
    layers: Sequence[TileLayer], zoom: int, box: Bounds
) -> list[tuple[int, Tile]]:
    """List the tiles of a box that a layer reaches into, in the order of the file."""
    columns, rows = tiles_over(zoom, box.west, box.south, box.east, box.north)
    if len(columns) * len(rows) > MOST_TILES:
        msg = (
            f"the box holds {len(columns) * len(rows)} tiles at zoom {zoom}, and {MOST_TILES} are "
            "written at most; choose a smaller box or a lower zoom"
        )
        raise BadInput(msg)
    touched = np.zeros((len(rows), len(columns)), np.bool_)
    for layer in layers:
        _touch(touched, layer, zoom, columns.start, rows.start)
    found = [
        Tile(zoom, columns.start + int(x), rows.start + int(y)) for y, x in np.argwhere(touched)
    ]
    return sorted((zxy_to_tileid(tile.zoom, tile.x, tile.y), tile) for tile in found)


def _touch(
    touched: np.ndarray[Any, np.dtype[np.bool_]], layer: TileLayer, zoom: int, x: int, y: int
) -> None:
    """Mark the tiles that the box of a feature, with the buffer around it, reaches into."""
    reach = Tile(zoom, 0, 0).side // 32  # more than the buffer of 64 units of 4096
    edges = layer.shapes.columns.box.astype(np.int64) + np.array([-reach, -reach, reach, reach])
    low = (edges[:, :2] >> (32 - zoom)) - (x, y)
    high = (edges[:, 2:] >> (32 - zoom)) - (x, y)
    size = np.array(touched.shape[::-1])
    inside = ((high >= 0) & (low < size)).all(axis=1)
    low, high = np.maximum(low[inside], 0), np.minimum(high[inside], size - 1)
    # A difference in two dimensions: corners in, then added up.
    sums = np.zeros((touched.shape[0] + 1, touched.shape[1] + 1), np.int64)
    np.add.at(sums, (low[:, 1], low[:, 0]), 1)
    np.add.at(sums, (high[:, 1] + 1, low[:, 0]), -1)
    np.add.at(sums, (low[:, 1], high[:, 0] + 1), -1)
    np.add.at(sums, (high[:, 1] + 1, high[:, 0] + 1), 1)
    touched |= sums.cumsum(0).cumsum(1)[:-1, :-1] > 0


def _header(box: Bounds, zooms: tuple[int, int]) -> dict[str, Any]:
    west, south, east, north = (
        round(edge * _E7) for edge in (box.west, box.south, box.east, box.north)
    )
    return {
        "version": 3,
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": min(max(zooms[0], 12), zooms[1]),
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(tiles: Tiles, names: Sequence[LayerName], zooms: tuple[int, int]) -> dict[str, Any]:
    """Say what is inside; with a status its moment too, and what it rests on.

    Without one nothing here moves with the clock: the same roads give the same bytes.
    """
    told = {
        **description(tiles, names, zooms),
        "type": "overlay",
        "generator": f"uxo {__version__}",
    }
    if not RANKED.intersection(names):
        return told
    result = tiles.result()
    return told | {
        "as_of": result.as_of.isoformat(),
        "known_at": result.known_at.isoformat(),
        "policy_digest": result.policy.digest,
    }
