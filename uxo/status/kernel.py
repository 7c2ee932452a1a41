"""From intervals to runs to pieces: what ends what, and the sweep along each road.

Compiled by Numba like :mod:`uxo.status.intervals`; every function also runs as plain Python.
"""

import numpy as np
from numba import njit

from uxo.status.arrays import B1, EPSILON_M, F8, I4, I8, U1, Items, Pieces, Roads, Scratch
from uxo.status.index import Grid
from uxo.status.intervals import first_gap, fuse, grow, road_intervals
from uxo.status.judge import (
    CLEARED,
    CLOSED,
    DIRECT,
    EXPIRED,
    INDIRECT,
    KINDS,
    NO_TIME,
    NOTHING,
    REDUCED,
    SURVEYED,
    UNDER_WAY,
)
from uxo.vocabulary import Effect, Kind, Status

# Plain integers, because compiled code knows no enumerations.
_ENDED = int(Effect.HAZARD_ENDED)
_NOT_SURVEYED = int(Status.NOT_SURVEYED)
SORTS = UNDER_WAY + 1
_NOBODY = np.empty(0, np.int32)
_SURVEY, _TECHNICAL_SURVEY = KINDS.index(Kind.SURVEY), KINDS.index(Kind.TECHNICAL_SURVEY)


@njit(cache=True, nogil=True)
def _names(named: I8, key: int) -> bool:
    """Find a pair among the sorted pairs of releases and the hazards that they name."""
    low, high = 0, len(named)
    while low < high:
        middle = (low + high) // 2
        if named[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low < len(named) and named[low] == key


@njit(cache=True, nogil=True)
def may_end(items: Items, release: int, hazard: int) -> bool:
    """Tell whether a release ends a hazard wherever it applies (status rule, 4.4).

    Asked only of releases that end hazards now and of hazards that can be ended.
    """
    named = _names(items.named, int(release) * len(items.kind) + hazard)
    undated = items.day[hazard] == NO_TIME
    if not (named if undated else items.day[release] > items.day[hazard]):
        return False
    vouches = items.kind[release]
    if vouches == _SURVEY:
        return not items.direct[hazard]
    if vouches == _TECHNICAL_SURVEY:
        return named or not items.direct[hazard]
    return items.depth_m[release] >= items.depth_m[hazard]


@njit(cache=True, nogil=True)
def _enders(
    items: Items, item: I4, low: F8, high: F8, at: int, ending: I8, chosen: I8
) -> int:  # fmt: skip
    """Choose intervals of releases that may end the hazard of interval ``at`` in part, best first.

    Parameters
    ----------
    ending : int64
        Intervals of the road that belong to releases which end hazards now.
    chosen : int64, as long as ``ending``
        Filled in; the number of entries is returned.
    """
    count = 0
    for other in ending:
        if not (low[other] < high[at] and high[other] > low[at]):
            continue
        if may_end(items, item[other], item[at]):
            rank = items.rank_as_ender[item[other]]
            place = count
            while place > 0 and items.rank_as_ender[item[chosen[place - 1]]] > rank:
                chosen[place] = chosen[place - 1]
                place -= 1
            chosen[place] = other
            count += 1
    return count


@njit(cache=True, nogil=True)
def _cut_by(low: F8, high: F8, at: int, enders: I8) -> tuple[F8, I8]:
    """Cut a hazard's interval where the release that ends it changes; -1: none does."""
    marks = np.empty(2 * len(enders) + 2)
    marks[0], marks[1] = low[at], high[at]
    for i, ender in enumerate(enders):
        marks[2 * i + 2] = min(max(low[ender], low[at]), high[at])
        marks[2 * i + 3] = min(max(high[ender], low[at]), high[at])
    _order_marks(marks, np.empty(len(marks), np.int64), len(marks))
    ends, by = np.empty(len(marks)), np.empty(len(marks), np.int64)
    kept = 0
    for i in range(len(marks) - 1):
        if marks[i + 1] - marks[i] < EPSILON_M:
            continue
        middle = (marks[i] + marks[i + 1]) / 2.0
        ender = -1
        for one in enders:
            if low[one] <= middle <= high[one]:
                ender = one
                break
        if kept > 0 and by[kept - 1] == ender:
            ends[kept - 1] = marks[i + 1]
        else:
            ends[kept], by[kept] = marks[i + 1], ender
            kept += 1
    if kept == 0:  # cut into parts that are all too short: the hazard stays whole
        by[0], kept = -1, 1
    ends[kept - 1] = high[at]
    return ends[:kept], by[:kept]


@njit(cache=True, nogil=True)
def _cut_runs(items: Items, item: I4, low: F8, high: F8, ending: I8) -> tuple[I4, F8, F8, I4]:
    """Turn intervals into runs, cutting hazards where releases end them: item, from, to, by."""
    size = len(item) + 8
    who, by = np.empty(size, np.int32), np.empty(size, np.int32)
    begin, end = np.empty(size), np.empty(size)
    chosen = np.empty(len(ending), np.int64)
    count = 0
    for at in range(len(item)):
        candidates = 0
        if items.endable[item[at]]:
            candidates = _enders(items, item, low, high, at, ending, chosen)
        if candidates == 0:
            if count == len(who):
                who, by = grow(who, count + 1), grow(by, count + 1)
                begin, end = grow(begin, count + 1), grow(end, count + 1)
            who[count], begin[count], end[count], by[count] = item[at], low[at], high[at], -1
            count += 1
            continue
        ends, enders = _cut_by(low, high, at, chosen[:candidates])
        more = count + len(ends)
        if more > len(who):
            who, by = grow(who, more), grow(by, more)
            begin, end = grow(begin, more), grow(end, more)
        before = low[at]
        for i in range(len(ends)):
            who[count], begin[count], end[count] = item[at], before, ends[i]
            by[count] = item[enders[i]] if enders[i] >= 0 else -1
            before = ends[i]
            count += 1
    return who[:count], begin[:count], end[:count], by[:count]


@njit(cache=True, nogil=True)
def status_of(active: I8) -> int:
    """Rank of a point from how many items of each sort apply there (status rule, section 5)."""
    for worst in (CLOSED, DIRECT, INDIRECT):
        if active[worst] > 0:
            return worst
    for best in (CLEARED, REDUCED, SURVEYED, EXPIRED):
        if active[best] > 0:
            return best
    return _NOT_SURVEYED


@njit(cache=True, nogil=True)
def _order_marks(marks: F8, sort: I8, count: int) -> None:
    """Sort the first ``count`` marks in place, with what each does."""
    gap = first_gap(count)
    while gap > 0:
        for i in range(gap, count):
            mark, does = marks[i], sort[i]
            j = i
            while j >= gap and marks[j - gap] > mark:
                marks[j], sort[j] = marks[j - gap], sort[j - gap]
                j -= gap
            marks[j], sort[j] = mark, does
        gap //= 3


@njit(cache=True, nogil=True)
def _pieces(marks: F8, sort: I8, count: int, length_m: float, out: Pieces, kept: int) -> int:
    """Sweep the ordered ends of a road's runs and write its pieces behind ``kept`` others.

    ``sort`` is the sort of evidence that begins (its number) or ends (less 9) at each mark.
    """
    active = out.active
    active[:] = 0
    before = 0.0
    for i in range(count + 1):
        mark = marks[i] if i < count else length_m
        if i < count and length_m - mark < EPSILON_M:
            continue  # begins or ends where the road does
        if mark - before >= EPSILON_M or i == count:
            out.from_m[kept], out.to_m[kept], out.rank[kept] = before, mark, status_of(active)
            vouched = active[SURVEYED] + active[REDUCED] + active[CLEARED] > 0
            hazard = active[CLOSED] + active[DIRECT] + active[INDIRECT] > 0
            out.conflict[kept], out.under_way[kept] = vouched and hazard, active[UNDER_WAY] > 0
            kept += 1
            before = mark
        if i < count:
            if sort[i] >= 0:
                active[sort[i]] += 1
            else:
                active[sort[i] + SORTS] -= 1
    return kept


@njit(cache=True, nogil=True)
def _runs_of(items: Items, item: I4, low: F8, high: F8, count: int) -> tuple[I4, F8, F8, I4]:
    """Turn a road's intervals into runs; where no release is about, they are the same."""
    releases, hazards = 0, 0
    for i in range(count):
        releases += items.ends[item[i]]
        hazards += items.endable[item[i]]
    if releases == 0 or hazards == 0:
        return item[:count], low[:count], high[:count], _NOBODY[:0]
    ending = np.empty(releases, np.int64)
    filled = 0
    for i in range(count):
        if items.ends[item[i]]:
            ending[filled] = i
            filled += 1
    return _cut_runs(items, item[:count], low[:count], high[:count], ending)


@njit(cache=True, nogil=True)
def sweep(
    roads: Roads, items: Items, grid: Grid, which: I8
) -> tuple[I8, F8, F8, U1, B1, B1, I8, I4, F8, F8, U1, I4]:
    """Compute runs and pieces of some roads.

    Parameters
    ----------
    which : int64[k]
        The roads, in the order of the output.

    Returns
    -------
    piece_count, from_m, to_m, rank, conflict, under_way
        Pieces of the roads one after the other; ``piece_count`` is int64[k].
    run_count, item, run_from_m, run_to_m, effect, by
        Runs likewise.
    """
    most_edges = 1
    for i in range(len(items.edge_start) - 1):
        most_edges = max(most_edges, items.edge_start[i + 1] - items.edge_start[i])
    near_low, near_high = np.empty(2 * most_edges + 2), np.empty(2 * most_edges + 2)
    found, lows, highs = np.empty(64, np.int32), np.empty(64), np.empty(64)
    candidate = np.empty(64, np.int32)
    marks, sort = np.empty(128), np.empty(128, np.int64)
    active = np.zeros(SORTS, np.int64)
    piece_count, run_count = np.zeros(len(which), np.int64), np.zeros(len(which), np.int64)
    size = 2 * len(which) + 16
    from_m, to_m, rank = np.empty(size), np.empty(size), np.empty(size, np.uint8)
    conflict, under_way = np.empty(size, np.bool_), np.empty(size, np.bool_)
    item, by = np.empty(size, np.int32), np.empty(size, np.int32)
    run_from, run_to, effect = np.empty(size), np.empty(size), np.empty(size, np.uint8)
    pieces, runs = 0, 0
    for i, road in enumerate(which):
        scratch = Scratch(found, lows, highs, near_low, near_high, candidate)
        count, found, lows, highs, candidate = road_intervals(roads, items, grid, road, scratch)
        count = fuse(found, lows, highs, count)
        who, begin, end, ender = _runs_of(items, found, lows, highs, count)
        count = len(who)
        if runs + count > len(item):
            more = runs + count
            item, by, effect = grow(item, more), grow(by, more), grow(effect, more)
            run_from, run_to = grow(run_from, more), grow(run_to, more)
        if 2 * count > len(marks):
            marks, sort = grow(marks, 2 * count), grow(sort, 2 * count)
        for j in range(count):
            ended = len(ender) > 0 and ender[j] >= 0
            item[runs], by[runs] = who[j], ender[j] if ended else -1
            run_from[runs], run_to[runs] = begin[j], end[j]
            effect[runs] = _ENDED if ended else items.effect[who[j]]
            does = NOTHING if ended else int(items.counts_as[who[j]])  # a byte would overflow
            marks[2 * j], sort[2 * j] = begin[j], does
            marks[2 * j + 1], sort[2 * j + 1] = end[j], does - SORTS
            runs += 1
        run_count[i] = count
        _order_marks(marks, sort, 2 * count)
        most = pieces + 2 * count + 1
        if most > len(from_m):
            from_m, to_m, rank = grow(from_m, most), grow(to_m, most), grow(rank, most)
            conflict, under_way = grow(conflict, most), grow(under_way, most)
        out = Pieces(from_m, to_m, rank, conflict, under_way, active)
        length_m = roads.measure_m[roads.start[road + 1] - 1]
        after = _pieces(marks, sort, 2 * count, length_m, out, pieces)
        piece_count[i], pieces = after - pieces, after
    return (
        piece_count,
        from_m[:pieces],
        to_m[:pieces],
        rank[:pieces],
        conflict[:pieces],
        under_way[:pieces],
        run_count,
        item[:runs],
        run_from[:runs],
        run_to[:runs],
        effect[:runs],
        by[:runs],
    )
