"""Where along a road each item of evidence applies: exact intervals in closed form.

Compiled by Numba because a million roads against a million items is a loop over rows that NumPy can
only do through a table of all candidate pairs (measured: three times the time, four times the
memory). Every function also runs as plain Python, which is how branch coverage is taken.

A road is walked in windows of a few edges. In the frame of one edge (``u`` along, ``v`` across) the
points within a radius of another edge are one closed interval of ``u`` (status rule, section 3:
circles are exact, and so are the ends).
"""

import numpy as np
from numba import njit

from uxo.geo.edges import BLOCK
from uxo.status.arrays import EPSILON_M, F8, I4, Items, Roads, Scratch
from uxo.status.index import Grid

_WINDOW = 8
"""Edges of a road for which the items about are looked up at once."""


@njit(cache=True, nogil=True)
def near_interval(
    x0: float, y0: float, x1: float, y1: float, x: float, y: float, tx: float, ty: float,
    length: float, radius: float,
) -> tuple[float, float]:  # fmt: skip
    """Find where a straight way comes within a radius of an edge.

    Parameters
    ----------
    x0, y0, x1, y1 : float
        The edge; both ends alike: a point.
    x, y, tx, ty, length : float
        Where the way begins, its unit direction, and its length, plane metres.
    radius : float
        Plane metres.

    Returns
    -------
    low, high : float
        Metres along the way, within 0 to ``length``; ``low > high`` where it never comes so near.

    Notes
    -----
    The points within ``radius`` of a segment form a convex capsule: two discs and the slab between.
    A line meets a convex set in one interval, which is the hull of what it meets of the three.
    """
    pu, pv = (x0 - x) * tx + (y0 - y) * ty, (y0 - y) * tx - (x0 - x) * ty
    low, high = np.inf, -np.inf
    left = radius * radius - pv * pv
    if left >= 0.0:
        half = np.sqrt(left)
        low, high = pu - half, pu + half
    if x0 != x1 or y0 != y1:
        qu, qv = (x1 - x) * tx + (y1 - y) * ty, (y1 - y) * tx - (x1 - x) * ty
        left = radius * radius - qv * qv
        if left >= 0.0:
            half = np.sqrt(left)
            low, high = min(low, qu - half), max(high, qu + half)
        slab_low, slab_high = _slab(pu, pv, qu - pu, qv - pv, radius)
        if slab_low <= slab_high:
            low, high = min(low, slab_low), max(high, slab_high)
    return max(low, 0.0), min(high, length)


@njit(cache=True, nogil=True)
def _slab(pu: float, pv: float, along: float, across: float, radius: float) -> tuple[float, float]:
    """Where the line v = 0 lies beside the segment (not beyond its ends) and within the radius."""
    low, high = -np.inf, np.inf
    size2 = along * along + across * across
    # Beside: 0 <= (u - pu) * along - pv * across <= size2.
    if along != 0.0:
        one, two = pu + pv * across / along, pu + (size2 + pv * across) / along
        low, high = min(one, two), max(one, two)
    elif not 0.0 <= -pv * across <= size2:
        return np.inf, -np.inf
    # Within: |(u - pu) * across + pv * along| <= radius * size.
    limit = radius * np.sqrt(size2)
    if across != 0.0:
        one, two = pu + (-limit - pv * along) / across, pu + (limit - pv * along) / across
        low, high = max(low, min(one, two)), min(high, max(one, two))
    elif abs(pv * along) > limit:
        return np.inf, -np.inf
    return low, high


@njit(cache=True, nogil=True)
def inside(
    edges: F8, first: int, last: int, blocks: F8, first_block: int, x: float, y: float
) -> bool:
    """Tell whether a point lies in the area that edges enclose (even-odd, half-open).

    ``first_block`` is -1 where the edges have no blocks.
    """
    odd = False
    edge = first
    while edge < last:
        if first_block >= 0 and (edge - first) % BLOCK == 0:
            block = first_block + (edge - first) // BLOCK
            if blocks[block, 1] > y or blocks[block, 3] < y or blocks[block, 2] < x:
                edge += BLOCK
                continue
        y0, y1 = edges[edge, 1], edges[edge, 3]
        if (y0 > y) != (y1 > y):
            x0, x1 = edges[edge, 0], edges[edge, 2]
            if x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                odd = not odd
        edge += 1
    return odd


@njit(cache=True, nogil=True)
def intervals_of_item(
    edges: F8, first: int, last: int, blocks: F8, first_block: int, is_area: bool,
    is_release: bool,
    x: float, y: float, tx: float, ty: float, length: float, radius: float,
    lows: F8, highs: F8,
) -> int:  # fmt: skip
    """Find where along one straight way an item applies.

    A hazard applies within ``radius`` of its edges and inside its area; a release applies inside
    its area where it is farther than ``radius`` from every edge (status rule, section 3).

    Parameters
    ----------
    lows, highs : float64[at least 2 * edges + 2]
        Filled with the intervals in plane metres along the way, in order, not touching.

    Returns
    -------
    int
        How many intervals were filled in.
    """
    end_x, end_y = x + tx * length, y + ty * length
    west, east = min(x, end_x) - radius, max(x, end_x) + radius
    south, north = min(y, end_y) - radius, max(y, end_y) + radius
    count = 0
    edge = first
    while edge < last:
        if first_block >= 0 and (edge - first) % BLOCK == 0:
            block = first_block + (edge - first) // BLOCK
            if (
                blocks[block, 0] > east
                or blocks[block, 2] < west
                or blocks[block, 1] > north
                or blocks[block, 3] < south
            ):
                edge += BLOCK
                continue
        x0, y0, x1, y1 = edges[edge, 0], edges[edge, 1], edges[edge, 2], edges[edge, 3]
        edge += 1
        if min(x0, x1) > east or max(x0, x1) < west or min(y0, y1) > north or max(y0, y1) < south:
            continue
        low, high = near_interval(x0, y0, x1, y1, x, y, tx, ty, length, radius)
        if low <= high:
            count = _insert_united(lows, highs, count, low, high)
    if not is_area:
        return count
    # No edge is crossed in a gap between stretches near one, so its middle speaks for all of it.
    gaps = count
    before = 0.0
    for i in range(count + 1):
        after = lows[i] if i < count else length
        if after > before:
            middle = (before + after) / 2.0
            if inside(edges, first, last, blocks, first_block, x + tx * middle, y + ty * middle):
                lows[gaps], highs[gaps] = before, after
                gaps += 1
        if i < count:
            before = highs[i]
    if is_release:
        for i in range(count, gaps):
            lows[i - count], highs[i - count] = lows[i], highs[i]
        return gaps - count
    total = count
    for i in range(count, gaps):
        low, high = lows[i], highs[i]
        total = _insert_united(lows, highs, total, low, high)
    return total


@njit(cache=True, nogil=True)
def _insert_united(lows: F8, highs: F8, count: int, low: float, high: float) -> int:
    """Put an interval among ordered ones that do not touch, and unite it with those it touches."""
    at = count
    while at > 0 and highs[at - 1] >= low:
        at -= 1
    upto = at
    while upto < count and lows[upto] <= high:
        low, high = min(low, lows[upto]), max(high, highs[upto])
        upto += 1
    if upto == at:  # nothing touched: make room for one
        for i in range(count, at, -1):
            lows[i], highs[i] = lows[i - 1], highs[i - 1]
    else:  # close the gap that the united ones leave
        for i in range(upto, count):
            lows[at + 1 + i - upto], highs[at + 1 + i - upto] = lows[i], highs[i]
    lows[at], highs[at] = low, high
    return count + 1 - (upto - at)


@njit(cache=True, nogil=True)
def grow(array: np.ndarray, size: int) -> np.ndarray:
    """Copy an array into one of at least twice the size."""
    grown = np.empty(max(size, 2 * len(array)), array.dtype)
    for i in range(len(array)):
        grown[i] = array[i]
    return grown


@njit(cache=True, nogil=True)
def road_intervals(
    roads: Roads, items: Items, grid: Grid, road: int, scratch: Scratch
) -> tuple[int, I4, F8, F8, I4]:
    """Find the measure intervals on which each item applies to one road.

    Returns
    -------
    count, item, low, high, candidate
        The arrays are the scratch, or larger ones where it was too small. Within a window of
        :data:`_WINDOW` edges intervals come in the order of items and of measures.
    """
    found, lows, highs, candidate = scratch.item, scratch.low, scratch.high, scratch.candidate
    near_low, near_high = scratch.near_low, scratch.near_high
    bounds, edge_start, edges = items.bounds, items.edge_start, items.edges
    road_x, road_y, road_scale, measure_m = roads.x, roads.y, roads.scale, roads.measure_m
    count = 0
    width = roads.half_width_m[road]
    last_vertex = roads.start[road + 1] - 1
    for begin in range(roads.start[road], last_vertex, _WINDOW):
        end = min(begin + _WINDOW, last_vertex)
        candidates, candidate = _candidates(roads, items, grid, begin, end, width, candidate)
        for item in candidate[:candidates]:
            reach = items.reach_m[item] + width
            west, south = bounds[item, 0], bounds[item, 1]
            east, north = bounds[item, 2], bounds[item, 3]
            first, last = edge_start[item], edge_start[item + 1]
            for vertex in range(begin, end):
                scale = road_scale[vertex]
                radius = reach * scale
                x, y = road_x[vertex], road_y[vertex]
                next_x, next_y = road_x[vertex + 1], road_y[vertex + 1]
                if (
                    west - radius > max(x, next_x)
                    or east + radius < min(x, next_x)
                    or south - radius > max(y, next_y)
                    or north + radius < min(y, next_y)
                ):
                    continue
                length = np.sqrt((next_x - x) ** 2 + (next_y - y) ** 2)
                if length == 0.0:
                    continue
                tx, ty = (next_x - x) / length, (next_y - y) / length
                if last - first == 1:
                    low, high = near_interval(
                        edges[first, 0], edges[first, 1], edges[first, 2], edges[first, 3],
                        x, y, tx, ty, length, radius,
                    )  # fmt: skip
                    near = 1 if low <= high else 0
                    near_low[0], near_high[0] = low, high
                else:
                    block = items.block_start[item]
                    near = intervals_of_item(
                        edges, first, last, items.blocks,
                        block if items.block_start[item + 1] > block else -1,
                        items.area[item], items.is_release[item],
                        x, y, tx, ty, length, radius, near_low, near_high,
                    )  # fmt: skip
                if count + near > len(found):
                    found = grow(found, count + near)
                    lows, highs = grow(lows, count + near), grow(highs, count + near)
                for i in range(near):
                    found[count] = item
                    lows[count] = measure_m[vertex] + near_low[i] / scale
                    highs[count] = measure_m[vertex] + near_high[i] / scale
                    count += 1
    return count, found, lows, highs, candidate


@njit(cache=True, nogil=True)
def _candidates(
    roads: Roads, items: Items, grid: Grid, begin: int, end: int, width: float, candidate: I4
) -> tuple[int, I4]:
    """Find the items that can reach some consecutive edges, in order.

    Parameters
    ----------
    begin, end : int
        The first vertex of the first edge, and of the edge behind the last.
    candidate : int32
        Filled in, or replaced by a larger one.

    Returns
    -------
    count, candidate
    """
    west, east = np.inf, -np.inf
    south, north = np.inf, -np.inf
    scale = 0.0
    for vertex in range(begin, end + 1):
        x, y = roads.x[vertex], roads.y[vertex]
        west, east, south, north = min(west, x), max(east, x), min(south, y), max(north, y)
        if vertex < end:
            scale = max(scale, roads.scale[vertex])
    count = 0
    for level in range(len(grid.level)):
        origin_x, origin_y, cell = grid.level[level, 0], grid.level[level, 1], grid.level[level, 2]
        columns, lines, before = grid.shape[level]
        grown = grid.level[level, 3] + width * scale
        c0 = max(0, int(np.floor((west - grown - origin_x) / cell)))
        c1 = min(columns - 1, int(np.floor((east + grown - origin_x) / cell)))
        r0 = max(0, int(np.floor((south - grown - origin_y) / cell)))
        r1 = min(lines - 1, int(np.floor((north + grown - origin_y) / cell)))
        if c0 > c1:
            continue
        for line in range(r0, r1 + 1):
            row = before + line * columns
            for slot in range(grid.cell_start[row + c0], grid.cell_start[row + c1 + 1]):
                item = grid.items[slot]
                radius = (items.reach_m[item] + width) * scale
                if (
                    items.bounds[item, 0] - radius > east
                    or items.bounds[item, 2] + radius < west
                    or items.bounds[item, 1] - radius > north
                    or items.bounds[item, 3] + radius < south
                ):
                    continue
                if count == len(candidate):
                    candidate = grow(candidate, count + 1)
                candidate[count] = item
                count += 1
    _order(candidate, count)
    return count, candidate


@njit(cache=True, nogil=True)
def _order(values: I4, count: int) -> None:
    """Sort the first ``count`` values in place."""
    gap = first_gap(count)
    while gap > 0:
        for i in range(gap, count):
            value = values[i]
            j = i
            while j >= gap and values[j - gap] > value:
                values[j] = values[j - gap]
                j -= gap
            values[j] = value
        gap //= 3


@njit(cache=True, nogil=True)
def first_gap(count: int) -> int:
    """First gap of a Shell sort (Knuth's sequence 1, 4, 13, ...; divided by 3 it gives the next).

    A library's sort would compile for seconds and, for the dozens that meet on a road, sort later.
    """
    gap = 1
    while 3 * gap + 1 < count:
        gap = 3 * gap + 1
    return gap


@njit(cache=True, nogil=True)
def fuse(item: I4, low: F8, high: F8, count: int) -> int:
    """Order intervals by item and place, join them across vertices, drop those without length.

    Works in place; returns how many remain.
    """
    gap = first_gap(count)
    while gap > 0:
        for i in range(gap, count):
            one, begin, end = item[i], low[i], high[i]
            j = i
            while j >= gap and (
                item[j - gap] > one or (item[j - gap] == one and low[j - gap] > begin)
            ):
                item[j], low[j], high[j] = item[j - gap], low[j - gap], high[j - gap]
                j -= gap
            item[j], low[j], high[j] = one, begin, end
        gap //= 3
    kept = 0
    for i in range(count):
        if kept > 0 and item[kept - 1] == item[i] and low[i] <= high[kept - 1] + EPSILON_M:
            high[kept - 1] = max(high[kept - 1], high[i])
            continue
        if kept > 0 and high[kept - 1] - low[kept - 1] < EPSILON_M:
            kept -= 1
        item[kept], low[kept], high[kept] = item[i], low[i], high[i]
        kept += 1
    if kept > 0 and high[kept - 1] - low[kept - 1] < EPSILON_M:
        kept -= 1
    return kept
