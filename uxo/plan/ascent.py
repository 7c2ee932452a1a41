"""A lower bound on prize-collecting trees by dual ascent, much closer than that of moats.

Wong, "A dual ascent approach for Steiner tree problems on a directed graph", Mathematical
Programming 28 (1984), doi:10.1007/BF02612335; who is left out pays the prize, as an arc of its own
from the root. Edges are two arcs. Each settlement in turn raises the price of entering the set of
nodes from which it can be reached for nothing more, the smallest set first.

Compiled by Numba; also runs as plain Python.
"""

import heapq
from typing import Final

import numpy as np
from numba import njit

from uxo.plan.instance import FloatArray, Instance, IntArray

_MOST_LOOKS: Final = 40_000_000
"""Arcs looked at in one run, some tenths of a second; stopping early only loosens the bound."""

_NOTHING = 1e-9


def least_cost(instance: Instance, price: float) -> float:
    """Bound ``price * effort + prizes left out`` of every tree at the root from below.

    Parameters
    ----------
    instance : Instance
        Without loops.
    price : float
        Prizes (households) that a unit of effort must bring.
    """
    cost = np.repeat(instance.effort * price, 2)
    ends = instance.adjacency()
    return float(_ascend(*ends, instance.tail, cost, instance.prize, instance.root, _MOST_LOOKS))


@njit(cache=True, nogil=True)
def _ascend(
    start: IntArray, to: IntArray, via: IntArray, tail: IntArray, cost: FloatArray,
    prize: FloatArray, root: int, looks: int,
) -> float:  # fmt: skip
    """Raise prices; `cost` of arc ``2 e`` (from the tail) and ``2 e + 1`` is used up."""
    count = len(prize)
    nothing = _NOTHING * max(cost.max() if len(cost) > 0 else 0.0, 1e-300)
    left = prize.copy()
    seen = np.full(count, -1, np.int64)
    members = np.empty(count, np.int64)
    border = np.empty(len(cost), np.int64)
    outer = np.empty(len(cost), np.int64)
    heap = [(1, 0)]
    heap.pop()
    for node in range(count):
        if prize[node] > 0.0 and node != root:
            heapq.heappush(heap, (1, node))
    total = 0.0
    turn = 0
    while len(heap) > 0 and looks > 0:
        expected, own = heapq.heappop(heap)
        turn += 1
        members[0] = own
        seen[own] = turn
        size, done, entering = 1, 0, 0
        while done < size and seen[root] != turn:
            node = members[done]
            done += 1
            for k in range(start[node], start[node + 1]):
                looks -= 1
                other = to[k]
                if seen[other] == turn:
                    continue
                arc = 2 * via[k] + (0 if tail[via[k]] == other else 1)
                if cost[arc] <= nothing:
                    seen[other] = turn
                    members[size] = other
                    size += 1
                else:
                    border[entering], outer[entering] = arc, other
                    entering += 1
        if seen[root] == turn:
            continue
        if size > expected and len(heap) > 0 and size > heap[0][0]:
            heapq.heappush(heap, (size, own))
            continue
        rise = left[own]
        for k in range(entering):
            if seen[outer[k]] != turn:
                rise = min(rise, cost[border[k]])
        for k in range(entering):
            if seen[outer[k]] != turn:
                cost[border[k]] -= rise
        left[own] -= rise
        total += rise
        if left[own] > 0.0:
            heapq.heappush(heap, (size, own))
    return total
