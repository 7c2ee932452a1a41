"""Reads tiles with other people's programs, and compares with plain NumPy."""

from typing import Any

import mapbox_vector_tile
import numpy as np

from uxo.publish.tiles.address import Tile, tiles_over
from uxo.publish.tiles.encode import TileLayer

Features = list[dict[str, Any]]


def read(body: bytes) -> dict[str, Features]:
    """Layer name -> features, coordinates in tile units, y southwards."""
    if not body:
        return {}
    layers = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
    assert all(layer["version"] == 2 and layer["extent"] == 4096 for layer in layers.values())
    return {name: layer["features"] for name, layer in layers.items()}


def tiles(layer: TileLayer, zoom: int, box: tuple[float, float, float, float]) -> dict[Tile, bytes]:
    """Every tile of a zoom over a box."""
    columns, rows = tiles_over(zoom, *box)
    found = {Tile(zoom, x, y): b"" for x in columns for y in rows}
    return {tile: layer.tile(tile) for tile in found}


def vertices(feature: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """All vertices of a feature."""

    def flat(value: Any) -> list[tuple[float, float]]:  # noqa: ANN401
        if isinstance(value[0], int | float):
            return [tuple(value)]
        return [point for part in value for point in flat(part)]

    return np.array(flat(feature["geometry"]["coordinates"]), dtype=float)
