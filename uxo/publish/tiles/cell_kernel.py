"""The inner loops of low zooms: the worst rank that touches each cell of a tile.

Compiled by Numba; every function also runs as plain Python.
"""

from typing import Final

import numpy as np
from numba import njit

from uxo.publish.tiles.kernel import F8, I8, POINT, POLYGON, U1, Columns

CELLS: Final = 128
"""Cells of a tile's side: each is two pixels wide where a tile has 256."""

NO_RANK: Final = 255
_STEPS: Final = 4.0  # looks a cell's width along a line: what it misses is a cell's corner


@njit(cache=True, nogil=True)
def _worsen(worst: U1, x: float, y: float, rank: int) -> None:
    """Note a rank at a place."""
    if 0.0 <= x < CELLS and 0.0 <= y < CELLS:
        cell = int(y) * CELLS + int(x)
        worst[cell] = min(worst[cell], rank)


@njit(cache=True, nogil=True)
def _between(start: float, step: float, span: F8) -> bool:
    """Narrow the share of an edge to what lies in the tile along one axis."""
    if step == 0.0:
        return 0.0 <= start <= CELLS
    a, b = -start / step, (CELLS - start) / step
    span[0], span[1] = max(span[0], min(a, b)), min(span[1], max(a, b))
    return span[0] <= span[1]


@njit(cache=True, nogil=True)
def _edge(x0: float, y0: float, x1: float, y1: float, rank: int, worst: U1, span: F8) -> None:
    """Note a rank along an edge."""
    if int(np.floor(x0)) == int(np.floor(x1)) and int(np.floor(y0)) == int(np.floor(y1)):
        _worsen(worst, x0, y0, rank)
        return
    dx, dy = x1 - x0, y1 - y0
    span[0], span[1] = 0.0, 1.0
    if not (_between(x0, dx, span) and _between(y0, dy, span)):
        return
    share = span[1] - span[0]
    steps = int(max(abs(dx), abs(dy)) * share * _STEPS) + 1
    for i in range(steps + 1):
        t = span[0] + share * i / steps
        _worsen(worst, x0 + t * dx, y0 + t * dy, rank)


@njit(cache=True, nogil=True)
def _fill(c: Columns, row: int, left: int, top: int, scale: float, rank: int, worst: U1) -> None:
    """Note a rank in the cells whose middle lies inside rings, holes left out."""
    low = max(0, int(np.floor((np.int64(c.box[row, 1]) - top) * scale)))
    high = min(CELLS - 1, int(np.floor((np.int64(c.box[row, 3]) - top) * scale)))
    first, last = c.part_start[row], c.part_start[row + 1]
    cuts = np.empty(c.vertex_start[last] - c.vertex_start[first])
    for line in range(low, high + 1):
        y = line + 0.5
        count = 0
        for part in range(first, last):
            for v in range(c.vertex_start[part] + 1, c.vertex_start[part + 1]):
                y0, y1 = (np.int64(c.y[v - 1]) - top) * scale, (np.int64(c.y[v]) - top) * scale
                if (y0 <= y) != (y1 <= y):
                    x0, x1 = (
                        (np.int64(c.x[v - 1]) - left) * scale,
                        (np.int64(c.x[v]) - left) * scale,
                    )
                    cuts[count] = x0 + (y - y0) / (y1 - y0) * (x1 - x0)
                    count += 1
        crossed = np.sort(cuts[:count])
        for i in range(0, count - 1, 2):
            begin = max(0, int(np.ceil(crossed[i] - 0.5)))
            end = min(CELLS - 1, int(np.floor(crossed[i + 1] - 0.5)))
            for column in range(begin, end + 1):
                _worsen(worst, column + 0.5, y, rank)


@njit(cache=True, nogil=True)
def worst_in_cells(
    c: Columns, rows: I8, rank: U1, left: int, top: int, shift: int, worst: U1
) -> None:  # fmt: skip
    """Lower ``worst`` to the worst rank of all that touches each cell.

    Parameters
    ----------
    c : Columns
        Geometry of all features.
    rows : int64[k]
        Features whose box touches the tile.
    rank : uint8[n]
        Of every feature; ``NO_RANK``: it has none.
    left, top : int
        Corner of the tile in world units.
    shift : int
        Bits by which a world number is wider than a number of cells.
    worst : uint8[128 * 128]
        Row by row from the north; changed in place.
    """
    scale = 1.0 / (1 << shift)
    span = np.empty(2)
    for row in rows:
        if rank[row] == NO_RANK:
            continue
        first, last = c.part_start[row], c.part_start[row + 1]
        for part in range(first, last):
            begin, end = c.vertex_start[part], c.vertex_start[part + 1]
            x0, y0 = (np.int64(c.x[begin]) - left) * scale, (np.int64(c.y[begin]) - top) * scale
            _worsen(worst, x0, y0, rank[row])
            for v in range(begin + 1, end):
                x1, y1 = (np.int64(c.x[v]) - left) * scale, (np.int64(c.y[v]) - top) * scale
                if c.kind[row] == POINT:
                    _worsen(worst, x1, y1, rank[row])
                else:
                    _edge(x0, y0, x1, y1, rank[row], worst, span)
                x0, y0 = x1, y1
        if c.kind[row] == POLYGON:
            _fill(c, row, left, top, scale, rank[row], worst)
