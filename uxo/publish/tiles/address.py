"""Tiles of the Web Mercator square, and places on it as whole numbers.

A place is two 32-bit numbers: the square is 2^32 units wide (9 mm at the equator), the origin lies
in the north-west, y grows southwards. So the place within a tile is a shift and a difference, and
the same at every zoom.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.errors import NotFound

MAX_ZOOM: Final = 16
"""The deepest tiles; a map enlarges them further. A unit of such a tile is 15 cm at the equator."""

EXTENT: Final = 4_096
"""Units of a tile's side."""

WORLD_BITS: Final = 32
_EXTENT_BITS: Final = 12
_MAX_LAT: Final = math.degrees(math.atan(math.sinh(math.pi)))  # where the square ends: 85.05113

Uints = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile by zoom, column from the west and row from the north.

    Raises
    ------
    NotFound
        There is no such tile.
    """

    zoom: int
    x: int
    y: int

    def __post_init__(self) -> None:
        """Check that it exists."""
        side = 1 << min(max(self.zoom, 0), MAX_ZOOM)
        known = 0 <= self.zoom <= MAX_ZOOM and 0 <= self.x < side and 0 <= self.y < side
        if not known:
            msg = (
                f"there is no tile {self.zoom}/{self.x}/{self.y}: zooms go from 0 to {MAX_ZOOM}, "
                "rows and columns from 0 to 2^zoom - 1"
            )
            raise NotFound(msg)

    @property
    def shift(self) -> int:
        """How many bits a world number is wider than a number of tile units."""
        return WORLD_BITS - _EXTENT_BITS - self.zoom

    @property
    def left(self) -> int:
        """Its western edge in world units."""
        return self.x << (WORLD_BITS - self.zoom)

    @property
    def top(self) -> int:
        """Its northern edge in world units."""
        return self.y << (WORLD_BITS - self.zoom)

    @property
    def side(self) -> int:
        """Its width in world units."""
        return 1 << (WORLD_BITS - self.zoom)


def world(lon_lat: npt.NDArray[np.float64]) -> Uints:
    """Place degrees on the square.

    Parameters
    ----------
    lon_lat : float64[n, 2]
        WGS84. What lies beyond the square's edge in the far north or south is put on the edge.

    Returns
    -------
    uint32[n, 2]

    Examples
    --------
    >>> world(np.array([[0.0, 0.0], [-180.0, 90.0]])).tolist()
    [[2147483648, 2147483648], [0, 0]]
    """
    lat = np.radians(np.clip(lon_lat[:, 1], -_MAX_LAT, _MAX_LAT))
    share = np.column_stack(
        (lon_lat[:, 0] / 360.0 + 0.5, 0.5 - np.arctanh(np.sin(lat)) / (2.0 * np.pi))
    )
    units = np.floor(share * 2.0**WORLD_BITS)
    placed: Uints = np.clip(units, 0, 2**WORLD_BITS - 1).astype(np.uint32)
    return placed


def degrees(units: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give longitude and latitude of world units, float64[n, 2]."""
    share = units / 2.0**WORLD_BITS
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * share[:, 1]))))
    return np.column_stack((share[:, 0] * 360.0 - 180.0, lat))


def tiles_over(
    zoom: int, west: float, south: float, east: float, north: float
) -> tuple[range, range]:
    """Give columns and rows of the tiles that a box touches; the box crosses no 180th meridian."""
    (left, top), (right, bottom) = world(np.array([[west, north], [east, south]])).tolist()
    bits = WORLD_BITS - zoom
    return range(left >> bits, (right >> bits) + 1), range(top >> bits, (bottom >> bits) + 1)


def morton(x: Uints, y: Uints) -> npt.NDArray[np.uint64]:
    """Interleave the bits of two numbers: what lies in one tile has neighbouring keys."""
    return _spread(x) | (_spread(y) << np.uint64(1))


def _spread(values: Uints) -> npt.NDArray[np.uint64]:
    """Put a zero before each bit."""
    bits = values.astype(np.uint64)
    for step, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        bits = (bits | (bits << np.uint64(step))) & np.uint64(mask)
    return bits


def key_range(tile: Tile) -> tuple[int, int]:
    """Give the first key inside a tile and the first one behind it."""
    corner = np.array([tile.x], np.uint32), np.array([tile.y], np.uint32)
    first = int(morton(*corner)[0]) << (2 * (WORLD_BITS - tile.zoom))
    return first, first + (1 << (2 * (WORLD_BITS - tile.zoom)))
