"""The inner loops of a tile: choose, clip, quantise, and write protobuf.

Compiled by Numba; every function also runs as plain Python. Numbers inside a tile are its units
(4096 a side, y southwards); numbers outside are world units (`uxo.publish.tiles.address`).
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

BUFFER: Final = 64
"""Units by which geometry goes on beyond the edge, so that a stroke has no seam there."""

MARK: Final = 8
"""What is smaller than this many units is drawn as a mark of this size: nothing may vanish."""

POINT, LINE, POLYGON = 1, 2, 3
"""Geometry types as the tile's format numbers them."""

DOES_NOT_FIT: Final = -1

_EXTENT: Final = 4_096
_MOVE_TO, _LINE_TO, _CLOSE = 1, 2, 7
_HALF: Final = MARK // 2

I8 = npt.NDArray[np.int64]
F8 = npt.NDArray[np.float64]
U4 = npt.NDArray[np.uint32]
U1 = npt.NDArray[np.uint8]


class Columns(NamedTuple):
    """Geometry of features as flat arrays.

    Attributes
    ----------
    kind : uint8[n]
        ``POINT``, ``LINE`` or ``POLYGON``.
    part_start : int64[n + 1]
        First part of each feature: a group of points, a line or a ring.
    vertex_start : int64[parts + 1]
        First vertex of each part.
    outer : bool[parts]
        Whether a ring is the outer one of its polygon.
    x, y : uint32[vertices]
        World units.
    box : uint32[n, 4]
        West, north, east, south of each feature.
    """

    kind: U1
    part_start: I8
    vertex_start: I8
    outer: npt.NDArray[np.bool_]
    x: U4
    y: U4
    box: U4


@njit(cache=True, nogil=True)
def rows_in(
    block_box: U4, size: int, box: U4, left: int, top: int, right: int, bottom: int
) -> I8:  # fmt: skip
    """List the features whose box touches a box; whole blocks of ``size`` are passed over."""
    found = np.empty(len(box), np.int64)
    count = 0
    for block in range(len(block_box)):
        if (
            block_box[block, 0] > right
            or block_box[block, 2] < left
            or block_box[block, 1] > bottom
            or block_box[block, 3] < top
        ):
            continue
        for row in range(block * size, min((block + 1) * size, len(box))):
            if (
                box[row, 0] <= right
                and box[row, 2] >= left
                and box[row, 1] <= bottom
                and box[row, 3] >= top
            ):
                found[count] = row
                count += 1
    return found[:count]


@njit(cache=True, nogil=True)
def _varint(out: U1, at: int, value: int) -> int:
    """Write a number of 0 or more; give the place behind it."""
    while value > 127:
        out[at] = (value & 127) | 128
        value >>= 7
        at += 1
    out[at] = value
    return at + 1


@njit(cache=True, nogil=True)
def _size(value: int) -> int:
    """Count the bytes of a number."""
    size = 1
    while value > 127:
        value >>= 7
        size += 1
    return size


@njit(cache=True, nogil=True)
def _step(out: U1, at: int, value: int) -> int:
    """Write a difference, which may be negative."""
    return _varint(out, at, (value << 1) ^ (value >> 63))


@njit(cache=True, nogil=True)
def _path(out: U1, at: int, xs: I8, ys: I8, count: int, pen: I8, closed: bool) -> int:
    """Write a line or a ring, and leave the pen at its last vertex."""
    at = _varint(out, at, (1 << 3) | _MOVE_TO)
    for i in range(count):
        if i == 1:
            at = _varint(out, at, ((count - 1) << 3) | _LINE_TO)
        at = _step(out, at, xs[i] - pen[0])
        at = _step(out, at, ys[i] - pen[1])
        pen[0], pen[1] = xs[i], ys[i]
    if closed:
        at = _varint(out, at, (1 << 3) | _CLOSE)
    return at


@njit(cache=True, nogil=True)
def _inside(x: int, y: int) -> bool:
    """Tell whether a place lies in the tile or its buffer."""
    return -BUFFER <= x < _EXTENT + BUFFER and -BUFFER <= y < _EXTENT + BUFFER


@njit(cache=True, nogil=True)
def _points(
    c: Columns, row: int, left: int, top: int, shift: int, out: U1, pen: I8, xs: I8, ys: I8
) -> int:  # fmt: skip
    """Write the points of a feature that lie in the tile."""
    count = 0
    first, last = c.part_start[row], c.part_start[row + 1]
    for v in range(c.vertex_start[first], c.vertex_start[last]):
        x, y = (np.int64(c.x[v]) - left) >> shift, (np.int64(c.y[v]) - top) >> shift
        if _inside(int(x), int(y)):
            xs[count], ys[count] = x, y
            count += 1
    if count == 0:
        return 0
    at = _varint(out, 0, (count << 3) | _MOVE_TO)
    for i in range(count):
        at = _step(out, at, xs[i] - pen[0])
        at = _step(out, at, ys[i] - pen[1])
        pen[0], pen[1] = xs[i], ys[i]
    return at


@njit(cache=True, nogil=True)
def _mark(kind: int, x: int, y: int, out: U1, pen: I8, xs: I8, ys: I8) -> int:
    """Write a mark for what is too small to be seen."""
    xs[0], ys[0] = x - _HALF, y - _HALF
    xs[1], ys[1] = x + _HALF, y - _HALF
    xs[2], ys[2] = x + _HALF, y + _HALF
    xs[3], ys[3] = x - _HALF, y + _HALF
    if kind == LINE:
        ys[0] = ys[1] = y
        return _path(out, 0, xs, ys, 2, pen, False)
    return _path(out, 0, xs, ys, 4, pen, True)


@njit(cache=True, nogil=True)
def _share(start: float, step: float, low: float, high: float, span: F8) -> bool:
    """Narrow the share of an edge that lies between two parallels; say whether any is left."""
    if step == 0.0:
        return low <= start <= high
    a, b = (low - start) / step, (high - start) / step
    span[0], span[1] = max(span[0], min(a, b)), min(span[1], max(a, b))
    return span[0] <= span[1]


@njit(cache=True, nogil=True)
def _line(
    c: Columns, part: int, left: int, top: int, shift: int, out: U1, at: int, pen: I8,
    xs: I8, ys: I8, whole: bool,
) -> int:  # fmt: skip
    """Write a line, or those stretches of it that lie in the tile and its buffer."""
    low, high = -float(BUFFER), float(_EXTENT + BUFFER)
    scale = 1.0 / (1 << shift)
    span = np.empty(2)
    count = 0
    for v in range(c.vertex_start[part], c.vertex_start[part + 1]):
        if whole:
            x, y = (np.int64(c.x[v]) - left) >> shift, (np.int64(c.y[v]) - top) >> shift
            if count == 0 or x != xs[count - 1] or y != ys[count - 1]:
                xs[count], ys[count] = x, y
                count += 1
            continue
        if v == c.vertex_start[part]:
            continue
        x0, y0 = (np.int64(c.x[v - 1]) - left) * scale, (np.int64(c.y[v - 1]) - top) * scale
        dx, dy = (np.int64(c.x[v]) - left) * scale - x0, (np.int64(c.y[v]) - top) * scale - y0
        span[0], span[1] = 0.0, 1.0
        if not (_share(x0, dx, low, high, span) and _share(y0, dy, low, high, span)):
            continue
        for end in range(2):
            x = np.int64(np.floor(x0 + span[end] * dx))
            y = np.int64(np.floor(y0 + span[end] * dy))
            if end == 0 and span[0] > 0.0 and count > 0:  # it comes in anew
                if count > 1:
                    at = _path(out, at, xs, ys, count, pen, False)
                count = 0
            if count == 0 or x != xs[count - 1] or y != ys[count - 1]:
                xs[count], ys[count] = x, y
                count += 1
    if count > 1:
        at = _path(out, at, xs, ys, count, pen, False)
    return at


@njit(cache=True, nogil=True)
def _cut(fx: F8, fy: F8, count: int, along: bool, limit: float, below: bool, gx: F8, gy: F8) -> int:
    """Keep what of a ring lies on one side of a straight line (Sutherland and Hodgman, 1974)."""
    kept = 0
    for i in range(count):
        j = count - 1 if i == 0 else i - 1
        a = fx[j] if along else fy[j]
        b = fx[i] if along else fy[i]
        a_in, b_in = (a <= limit, b <= limit) if below else (a >= limit, b >= limit)
        if a_in != b_in:
            share = (limit - a) / (b - a)
            gx[kept] = limit if along else fx[j] + share * (fx[i] - fx[j])
            gy[kept] = fy[j] + share * (fy[i] - fy[j]) if along else limit
            kept += 1
        if b_in:
            gx[kept], gy[kept] = fx[i], fy[i]
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def _ring(
    c: Columns, part: int, left: int, top: int, shift: int, whole: bool, xs: I8, ys: I8,
    work: F8,
) -> int:  # fmt: skip
    """Quantise a ring, cut to the tile and its buffer; give the number of its vertices."""
    scale = 1.0 / (1 << shift)
    count = 0
    last = c.vertex_start[part + 1] - 1  # the last vertex is the first one again
    for v in range(c.vertex_start[part], last):
        work[0, count] = (np.int64(c.x[v]) - left) * scale
        work[1, count] = (np.int64(c.y[v]) - top) * scale
        count += 1
    if not whole:
        low, high = -float(BUFFER), float(_EXTENT + BUFFER)
        count = _cut(work[0], work[1], count, True, low, False, work[2], work[3])
        count = _cut(work[2], work[3], count, True, high, True, work[0], work[1])
        count = _cut(work[0], work[1], count, False, low, False, work[2], work[3])
        count = _cut(work[2], work[3], count, False, high, True, work[0], work[1])
    kept = 0
    for i in range(count):
        x, y = np.int64(np.floor(work[0, i])), np.int64(np.floor(work[1, i]))
        if kept == 0 or x != xs[kept - 1] or y != ys[kept - 1]:
            xs[kept], ys[kept] = x, y
            kept += 1
    while kept > 1 and xs[kept - 1] == xs[0] and ys[kept - 1] == ys[0]:
        kept -= 1
    return kept


@njit(cache=True, nogil=True)
def _twice_area(xs: I8, ys: I8, count: int) -> int:
    """Twice the area by the surveyor's formula; positive for an outer ring of this format."""
    total = np.int64(0)
    for i in range(count):
        j = i + 1 if i + 1 < count else 0
        total += xs[i] * ys[j] - xs[j] * ys[i]
    return int(total)


@njit(cache=True, nogil=True)
def _turn(xs: I8, ys: I8, count: int) -> None:
    """Reverse a ring."""
    for i in range(count // 2):
        j = count - 1 - i
        xs[i], xs[j] = xs[j], xs[i]
        ys[i], ys[j] = ys[j], ys[i]


@njit(cache=True, nogil=True)
def _polygon(
    c: Columns, row: int, left: int, top: int, shift: int, whole: bool, out: U1, pen: I8,
    xs: I8, ys: I8, work: F8,
) -> int:  # fmt: skip
    """Write the rings of a feature; an outer ring that has no area left is drawn as a mark."""
    at, shown = 0, False
    for part in range(c.part_start[row], c.part_start[row + 1]):
        outer = c.outer[part]
        if not outer and not shown:
            continue  # a hole of a polygon that is not in this tile
        count = _ring(c, part, left, top, shift, whole, xs, ys, work)
        if outer:
            shown = count > 0
        if count == 0:
            continue
        area = _twice_area(xs, ys, count)
        if area == 0:
            if outer:
                x, y = xs[0], ys[0]
                begun = np.empty(64, np.uint8)
                length = _mark(POLYGON, x, y, begun, pen, xs, ys)
                out[at : at + length] = begun[:length]
                at += length
            continue
        if (area > 0) != outer:  # rounding, or the file, turned it round
            _turn(xs, ys, count)
        at = _path(out, at, xs, ys, count, pen, True)
    return at


@njit(cache=True, nogil=True)
def _geometry(
    c: Columns, row: int, left: int, top: int, shift: int, out: U1, xs: I8, ys: I8, work: F8
) -> int:  # fmt: skip
    """Write one feature's geometry; 0: nothing of it is in this tile."""
    pen = np.zeros(2, np.int64)
    kind = int(c.kind[row])
    if kind == POINT:
        return _points(c, row, left, top, shift, out, pen, xs, ys)
    west, north = np.int64(c.box[row, 0]), np.int64(c.box[row, 1])
    east, south = np.int64(c.box[row, 2]), np.int64(c.box[row, 3])
    if (east - west) >> shift < MARK and (south - north) >> shift < MARK:
        x, y = ((west + east) // 2 - left) >> shift, ((north + south) // 2 - top) >> shift
        return _mark(kind, int(x), int(y), out, pen, xs, ys) if _inside(int(x), int(y)) else 0
    reach = BUFFER << shift
    side = _EXTENT << shift
    whole = bool(
        west >= left - reach
        and north >= top - reach
        and east < left + side + reach
        and south < top + side + reach
    )
    if kind == POLYGON:
        return _polygon(c, row, left, top, shift, whole, out, pen, xs, ys, work)
    at = 0
    for part in range(c.part_start[row], c.part_start[row + 1]):
        at = _line(c, part, left, top, shift, out, at, pen, xs, ys, whole)
    return at


@njit(cache=True, nogil=True)
def write_features(
    c: Columns, rows: I8, ids: I8, tags: I8, left: int, top: int, shift: int, out: U1
) -> int:  # fmt: skip
    """Write features as the field 2 of a layer, one behind the other.

    Parameters
    ----------
    c : Columns
        Geometry of all features.
    rows : int64[k]
        Which features.
    ids : int64[k] or int64[0]
        Their ids, 0 or more; empty: they have none.
    tags : int64[k, columns]
        Number of each attribute's value in the layer; -1: the feature lacks it.
    left, top, shift : int
        Of the tile.
    out : uint8[n]
        Filled in.

    Returns
    -------
    int
        Bytes that were written; ``DOES_NOT_FIT`` if ``out`` is too short.
    """
    most, wide = 0, 0
    for row in rows:
        first, last = c.part_start[row], c.part_start[row + 1]
        most = max(most, c.vertex_start[last] - c.vertex_start[first])
        for part in range(first, last):
            wide = max(wide, c.vertex_start[part + 1] - c.vertex_start[part])
    # A clipped edge is at most a stretch of its own; a cut ring grows at most by half four times.
    geometry = np.empty(32 * most + 128, np.uint8)
    xs, ys = (
        np.empty(6 * max(wide, most) + 16, np.int64),
        np.empty(6 * max(wide, most) + 16, np.int64),
    )
    work = np.empty((4, 6 * wide + 16))
    at = 0
    for k in range(len(rows)):
        row = rows[k]
        length = _geometry(c, row, left, top, shift, geometry, xs, ys, work)
        if length == 0:
            continue
        tag_bytes = 0
        for column in range(tags.shape[1]):
            if tags[k, column] >= 0:
                tag_bytes += _size(column) + _size(tags[k, column])
        body = 2 + 1 + _size(tag_bytes) + tag_bytes + 1 + _size(length) + length
        if len(ids):
            body += 1 + _size(ids[k])
        if at + 1 + _size(body) + body > len(out):
            return DOES_NOT_FIT
        out[at] = 0x12
        at = _varint(out, at + 1, body)
        if len(ids):
            out[at] = 0x08
            at = _varint(out, at + 1, ids[k])
        out[at] = 0x12
        at = _varint(out, at + 1, tag_bytes)
        for column in range(tags.shape[1]):
            if tags[k, column] >= 0:
                at = _varint(out, at, column)
                at = _varint(out, at, tags[k, column])
        out[at], out[at + 1] = 0x18, c.kind[row]
        out[at + 2] = 0x22
        at = _varint(out, at + 3, length)
        out[at : at + length] = geometry[:length]
        at += length
    return at
