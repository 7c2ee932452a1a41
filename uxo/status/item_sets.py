"""Sets of prepared items: some taken out, some put behind each other, and their boxes."""

from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from uxo.geo.ragged import joined_starts, members, starts
from uxo.status.arrays import Items

GROWN: Final = 1.01
"""More than the point scale of any road that is accepted."""

Rows = npt.NDArray[np.intp]


def boxes_of(items: Items) -> npt.NDArray[np.object_]:
    """Boxes of items grown by their reach; an empty box where an item has no place."""
    reach = items.reach_m * GROWN
    low, high = items.bounds[:, :2] - reach[:, None], items.bounds[:, 2:] + reach[:, None]
    boxes: npt.NDArray[np.object_] = np.full(len(reach), shapely.Polygon(), dtype=object)
    placed = np.isfinite(low).all(axis=1)
    corners = np.column_stack((low[placed], high[placed])).T
    boxes[placed] = shapely.box(*corners)
    return boxes


_PER_ITEM: Final = (
    "area", "bounds", "reach_m", "is_release", "effect", "counts_as", "direct", "day",
    "endable", "ends", "depth_m", "kind", "rank_as_ender",
)  # fmt: skip


def chosen(items: Items, which: Rows) -> Items:
    """Take some items; what holds between items is left to :func:`related`."""
    edge_start, edges = _gather(items.edge_start, items.edges, which)
    block_start, blocks = _gather(items.block_start, items.blocks, which)
    return items._replace(
        edge_start=edge_start,
        edges=edges,
        block_start=block_start,
        blocks=blocks,
        **{name: getattr(items, name)[which] for name in _PER_ITEM},
    )


def _gather(
    start: npt.NDArray[np.int64], values: npt.NDArray[np.float64], which: Rows
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Take some groups of rows."""
    return starts(start[which + 1] - start[which]), values[members(start, which)]


def merged_items(sets: list[Items]) -> Items:
    """Put sets of items behind each other."""
    columns = {name: np.concatenate([getattr(one, name) for one in sets]) for name in _PER_ITEM}
    for start, rows in (("edge_start", "edges"), ("block_start", "blocks")):
        columns[rows] = np.concatenate([getattr(one, rows) for one in sets])
        columns[start] = joined_starts([getattr(one, start) for one in sets])
    return Items(named=np.empty(0, np.int64), **columns)
