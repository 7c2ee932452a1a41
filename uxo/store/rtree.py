"""A packed R-tree, written straight into the tables behind SQLite's own.

Inserting a million boxes one by one costs eight times as much as sorting them along a Hilbert curve
and writing full nodes (store design, section 2). The result is an ordinary SQLite R-tree, which
later single inserts change as usual. The format of a node is that of SQLite's ``rtree.c``: depth
(root only) and cell count as big-endian 16-bit integers, then cells of a 64-bit id and, for two
dimensions, four big-endian 32-bit floats.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

_NODE_BYTES_MAX: Final = 4 + 51 * 24  # rtree.c allows 51 cells at most in a node
_CELL: Final = np.dtype([("id", ">i8"), ("box", ">f4", 4)])
_CELL_BYTES: Final = 24
_HILBERT_BITS: Final = 16
_ROOT: Final = 1


def hilbert_keys(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.uint32]:
    """Give points their places along a Hilbert curve over their own extent.

    Parameters
    ----------
    x, y : float64[n]
        Finite coordinates.

    Returns
    -------
    uint32[n]
        Places on the curve; near ones are near on the ground.
    """
    side = (1 << _HILBERT_BITS) - 1
    cells = [
        ((values - values.min()) / max(float(np.ptp(values)), 1e-12) * side).astype(np.uint32)
        for values in (x, y)
    ]
    column, row = cells
    key = np.zeros(len(x), dtype=np.uint32)
    for bit in range(_HILBERT_BITS - 1, -1, -1):
        step = np.uint32(1 << bit)
        right = (column & step) > 0
        upper = (row & step) > 0
        key += step * step * ((3 * right) ^ upper).astype(np.uint32)
        # Turn the quadrant, so that the curve enters the next one where it left this.
        flip = ~upper & right
        column = np.where(flip, step - 1 - (column & (step - 1)), column)
        row = np.where(flip, step - 1 - (row & (step - 1)), row)
        column, row = np.where(upper, column, row), np.where(upper, row, column)
    return key


def replace_all(
    connection: Any,  # noqa: ANN401 - a DB-API connection has no type
    rtree: str,
    ids: npt.NDArray[np.int64],
    bounds: npt.NDArray[np.float64],
) -> None:
    """Fill an R-tree anew, inside the caller's transaction.

    Parameters
    ----------
    connection : DB-API connection
    rtree : str
        Name of the virtual table; a name of the schema, never text of a user.
    ids : int64[n]
        Row ids.
    bounds : float64[n, 4]
        West, south, east, north; rows with a NaN are left out, as SQLite's triggers do.
    """
    cells = _node_capacity(connection, rtree)
    for part in ("node", "rowid", "parent"):
        connection.execute(f"DELETE FROM {rtree}_{part}")  # noqa: S608 - name of the schema
    placed = ~np.isnan(bounds).any(axis=1)
    ids, bounds = ids[placed], bounds[placed]
    if len(ids):
        order = np.argsort(
            hilbert_keys(bounds[:, 0] + bounds[:, 2], bounds[:, 1] + bounds[:, 3]), kind="stable"
        )
        ids, bounds = ids[order], bounds[order]
    # Outwards to 32-bit floats: a box may grow by rounding and must never shrink.
    low = _round(bounds[:, [0, 1]], np.float32(-np.inf))
    high = _round(bounds[:, [2, 3]], np.float32(np.inf))
    boxes = np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]], axis=1)
    _write_levels(connection, rtree, ids, boxes, cells)


def _node_capacity(connection: Any, rtree: str) -> int:  # noqa: ANN401
    """Read from the empty root how many cells SQLite puts into a node of this table."""
    size = connection.execute(
        f"SELECT length(data) FROM {rtree}_node WHERE nodeno = 1"  # noqa: S608
    ).fetchone()[0]
    return (min(int(size), _NODE_BYTES_MAX) - 4) // _CELL_BYTES


def _write_levels(
    connection: Any,  # noqa: ANN401
    rtree: str,
    ids: npt.NDArray[np.int64],
    boxes: npt.NDArray[np.float32],
    capacity: int,
) -> None:
    """Write leaves, then each level above, until one node is left: the root, number 1."""
    node_bytes = 4 + capacity * _CELL_BYTES
    depth, next_node = 0, _ROOT + 1
    while True:
        starts = np.arange(0, max(len(ids), 1), capacity)
        is_root = len(starts) == 1
        numbers = np.array([_ROOT]) if is_root else np.arange(next_node, next_node + len(starts))
        next_node += len(starts)
        connection.executemany(
            f"INSERT INTO {rtree}_node VALUES (?, ?)",  # noqa: S608
            zip(
                numbers.tolist(),
                _nodes(ids, boxes, capacity, node_bytes, depth if is_root else 0),
                strict=True,
            ),
        )
        owners = np.repeat(numbers, np.diff(np.append(starts, len(ids))))
        order = np.argsort(ids)  # rows that come in order are added at the end of their table
        links = zip(ids[order].tolist(), owners[order].tolist(), strict=True)
        below = "rowid" if depth == 0 else "parent"
        connection.executemany(
            f"INSERT INTO {rtree}_{below} VALUES (?, ?)",  # noqa: S608
            links,
        )
        if is_root:
            return
        boxes = np.stack(
            [
                (np.minimum if side % 2 == 0 else np.maximum).reduceat(boxes[:, side], starts)
                for side in range(4)
            ],
            axis=1,
        )
        ids, depth = numbers, depth + 1


def _nodes(
    ids: npt.NDArray[np.int64],
    boxes: npt.NDArray[np.float32],
    capacity: int,
    node_bytes: int,
    depth: int,
) -> list[bytes]:
    cells = np.empty(len(ids), dtype=_CELL)
    cells["id"], cells["box"] = ids, boxes
    raw = cells.tobytes()
    nodes = []
    for start in range(0, max(len(ids), 1), capacity):
        count = min(capacity, len(ids) - start)
        body = raw[start * _CELL_BYTES : (start + count) * _CELL_BYTES]
        head = depth.to_bytes(2, "big") + count.to_bytes(2, "big")
        nodes.append((head + body).ljust(node_bytes, b"\0"))
    return nodes


def _round(values: npt.NDArray[np.float64], towards: np.float32) -> npt.NDArray[np.float32]:
    """Round to 32-bit floats, never away from ``towards``."""
    near = values.astype(np.float32)
    wrong = near > values if towards < 0 else near < values
    return np.where(wrong, np.nextafter(near, towards), near)
