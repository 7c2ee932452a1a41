"""Grow a connected set over a graph, one path or one edge at a time, until the budget is spent.

Compiled by Numba; every function also runs as plain Python. Ties go to the lower number, so that
one question has one answer.
"""

import heapq
from enum import IntEnum, unique
from typing import Final

import numpy as np
from numba import njit

from uxo.plan.instance import BoolArray, FloatArray, Instance, IntArray

_NO_EDGE: Final = -1
_MOST_FOR_EFFORT: Final = 0
_NEAREST: Final = 1


@unique
class Rule(IntEnum):
    """Which path is added next."""

    MOST_FOR_EFFORT = 0
    NEAREST_FIRST = 1
    MOST_PEOPLE_FIRST = 2


def grown(
    instance: Instance,
    budget: float,
    *,
    rule: Rule = Rule.MOST_FOR_EFFORT,
    begin: BoolArray | None = None,
    within: BoolArray | None = None,
) -> BoolArray:
    """Add the best affordable path to somebody, again and again.

    Parameters
    ----------
    instance : Instance
        The graph.
    budget : float
        What all chosen edges together may cost.
    rule : Rule
        What "best" means. Most for the effort: all people on the path divided by its effort.
    begin : bool[m] or None
        Edges that are chosen already and are paid from the budget; they reach the root.
    within : bool[m] or None
        Only these edges may be used. None: all.

    Returns
    -------
    bool[m]
        The chosen edges, those of ``begin`` among them.
    """
    chosen = np.zeros(len(instance), dtype=np.bool_) if begin is None else begin.copy()
    usable = np.ones(len(instance), dtype=np.bool_) if within is None else within
    connected = instance.reached(chosen)
    left = budget - instance.spent(chosen)
    effort = np.where(usable, instance.effort, np.inf)
    _grow(*instance.adjacency(), effort, instance.prize, connected, chosen, left, int(rule))
    return chosen


def grown_by_single_edges(instance: Instance, budget: float) -> BoolArray:
    """Add the affordable edge at the border that connects the most people for its effort.

    What connects nobody by itself comes last, the cheapest first: the ranking of single stretches.
    """
    chosen = np.zeros(len(instance), dtype=np.bool_)
    connected = instance.reached(chosen)
    _grow_by_edges(
        *instance.adjacency(), instance.effort, instance.prize, connected, chosen, budget
    )
    return chosen


def effort_to_reach(instance: Instance) -> FloatArray:
    """Find the least effort that connects each node to the root; infinite where none does."""
    reach = np.full(len(instance.prize), np.inf)
    reach[instance.root] = 0.0
    _distances(*instance.adjacency(), instance.effort, reach, instance.root)
    return reach


@njit(cache=True, nogil=True)
def _distances(
    start: IntArray, to: IntArray, via: IntArray, effort: FloatArray, reach: FloatArray, root: int
) -> None:
    heap = [(0.0, root)]
    while len(heap) > 0:
        far, node = heapq.heappop(heap)
        if far > reach[node]:
            continue
        for k in range(start[node], start[node + 1]):
            farther = far + effort[via[k]]
            if farther < reach[to[k]]:
                reach[to[k]] = farther
                heapq.heappush(heap, (farther, to[k]))


@njit(cache=True, nogil=True)
def _grow(
    start: IntArray, to: IntArray, via: IntArray, effort: FloatArray, prize: FloatArray,
    connected: BoolArray, chosen: BoolArray, left: float, rule: int,
) -> None:  # fmt: skip
    """Add paths; `connected` and `chosen` are filled in.

    The distances from the connected set are kept, and only what a new path shortens is searched
    again.
    """
    count = len(prize)
    reach = np.full(count, np.inf)
    along = np.zeros(count)  # prizes on the path, its end included
    before = np.full(count, -1, np.int64)
    edge_before = np.full(count, -1, np.int64)
    waiting = np.flatnonzero((prize > 0.0) & ~connected)
    heap = [(0.0, 0)]
    heap.pop()
    for node in range(count):
        if connected[node]:
            reach[node] = 0.0
            heapq.heappush(heap, (0.0, node))
    while True:
        while len(heap) > 0:
            far, node = heapq.heappop(heap)
            if far > reach[node]:
                continue
            for k in range(start[node], start[node + 1]):
                other = to[k]
                farther = far + effort[via[k]]
                if farther < reach[other] and farther <= left:
                    reach[other] = farther
                    along[other] = along[node] + prize[other]
                    before[other] = node
                    edge_before[other] = via[k]
                    heapq.heappush(heap, (farther, other))
        best, best_score, best_reach = -1, -np.inf, np.inf
        for place in waiting:
            if connected[place] or not reach[place] <= left:
                continue
            if rule == _MOST_FOR_EFFORT:
                score = along[place] / reach[place]
            elif rule == _NEAREST:
                score = -reach[place]
            else:
                score = prize[place]
            if score > best_score or (score == best_score and reach[place] < best_reach):
                best, best_score, best_reach = int(place), score, reach[place]
        if best < 0:
            return
        left -= reach[best]
        node = best
        while not connected[node]:
            connected[node] = True
            chosen[edge_before[node]] = True
            reach[node] = 0.0
            along[node] = 0.0
            heapq.heappush(heap, (0.0, node))
            node = before[node]


@njit(cache=True, nogil=True)
def _grow_by_edges(
    start: IntArray, to: IntArray, via: IntArray, effort: FloatArray, prize: FloatArray,
    connected: BoolArray, chosen: BoolArray, left: float,
) -> None:  # fmt: skip
    """Add edges; `connected` and `chosen` are filled in."""
    heap = [(0.0, 0.0, 0, 0)]
    heap.pop()
    fresh = np.flatnonzero(connected)
    while True:
        for node in fresh:
            for k in range(start[node], start[node + 1]):
                other, edge = to[k], via[k]
                if not connected[other]:
                    heapq.heappush(heap, (-prize[other] / effort[edge], effort[edge], edge, other))
        taken = -1
        while len(heap) > 0 and taken < 0:
            _, cost, edge, other = heapq.heappop(heap)
            if not connected[other] and cost <= left:
                taken = other
                left -= cost
                connected[other] = True
                chosen[edge] = True
        if taken < 0:
            return
        fresh = np.array([taken])
