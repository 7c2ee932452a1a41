"""A loose grid over evidence: which items can reach a place.

Every item lies in one cell, that of its middle, on the level of its size; a query grows by the
largest half-size of the level. So an item is found once per query, whatever its size.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

_SMALLEST_M: Final = 64.0
_FEW: Final = 64  # so few share one level, which is made sooner
_CELLS_AN_ITEM: Final = 4  # finer cells cost more to make than they save


class Grid(NamedTuple):
    """Levels of a loose grid, flattened for the kernel.

    Attributes
    ----------
    level : float64[levels, 5]
        ``origin x, origin y, cell size, largest half-size, 0`` of each level in plane metres.
    shape : int64[levels, 3]
        ``columns, rows, first cell`` of each level.
    cell_start : int64[cells + 1]
        First item of each cell in ``items``.
    items : int32[n]
        Rows of the evidence, cell by cell.
    """

    level: npt.NDArray[np.float64]
    shape: npt.NDArray[np.int64]
    cell_start: npt.NDArray[np.int64]
    items: npt.NDArray[np.int32]


def _coarsest(extent: npt.NDArray[np.float64], items: int) -> float:
    """Size of cells of which an area holds a few for each item."""
    return max(1.0, float(np.sqrt(extent.prod() / (_CELLS_AN_ITEM * items))))


def build_grid(bounds: npt.NDArray[np.float64]) -> Grid:
    """Index boxes.

    Parameters
    ----------
    bounds : float64[n, 4]
        ``min x, min y, max x, max y`` in plane metres, already grown by all that items can reach.
        Boxes that are not finite (empty geometries) are left out.
    """
    rows = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    boxes = bounds[rows]
    half = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) / 2.0
    size_class = np.ceil(np.log2(np.maximum(half, _SMALLEST_M) / _SMALLEST_M)).astype(np.int64)
    if len(rows) <= _FEW:
        size_class[:] = 0
    levels, shapes, cells, items = [], [], [], []
    cells_before = 0
    for number in np.unique(size_class):
        mine = np.flatnonzero(size_class == number)
        middle = (boxes[mine, :2] + boxes[mine, 2:]) / 2.0
        largest = float(half[mine].max())
        origin, extent = middle.min(axis=0), np.ptp(middle, axis=0)
        cell = max(2.0 * largest, _coarsest(extent, len(mine)))
        columns, lines = (int(side // cell) + 1 for side in extent)
        at = ((middle - origin) // cell).astype(np.int64)
        cell_of = cells_before + at[:, 1] * columns + at[:, 0]
        order = np.argsort(cell_of, kind="stable")
        levels.append((origin[0], origin[1], cell, largest, 0.0))
        shapes.append((columns, lines, cells_before))
        cells.append(cell_of[order])
        items.append(rows[mine[order]])
        cells_before += columns * lines
    if not levels:
        return Grid(
            np.empty((0, 5)),
            np.empty((0, 3), np.int64),
            np.zeros(1, np.int64),
            np.empty(0, np.int32),
        )
    count = np.bincount(np.concatenate(cells), minlength=cells_before)
    return Grid(
        np.array(levels),
        np.array(shapes, dtype=np.int64),
        np.concatenate(([0], np.cumsum(count))).astype(np.int64),
        np.concatenate(items).astype(np.int32),
    )
