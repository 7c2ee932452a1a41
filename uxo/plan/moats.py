"""The primal-dual method of Goemans and Williamson for prize-collecting Steiner trees.

Goemans and Williamson, "A general approximation technique for constrained forest problems", SIAM
Journal on Computing 24 (1995), doi:10.1137/S0097539793242618, in its rooted form. Moats grow around
groups of nodes until an edge is paid for, or a group has used up its prizes. The sum of all
moats is a lower bound on the efforts of any tree plus the prizes that it leaves out.

Compiled by Numba; also runs as plain Python.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numba import njit

from uxo.plan.instance import BoolArray, FloatArray, Instance, IntArray

_TIGHT = 1e-9  # of an edge's effort: what is left of it by rounding counts as nothing


@dataclass(frozen=True, slots=True)
class Moats:
    """What one run gives.

    Attributes
    ----------
    chosen : bool[m]
        Edges of a tree at the root that is worth its effort at this price.
    dual : float
        At most ``price * effort + prizes left out`` of every tree at the root.
    """

    chosen: BoolArray
    dual: float


def grow_moats(instance: Instance, price: float) -> Moats:
    """Run the method with a price.

    Parameters
    ----------
    instance : Instance
        The graph.
    price : float
        Prizes (households) that a unit of effort must bring; greater than 0.
    """
    adjacency = instance.adjacency()
    cost = instance.effort * price
    forest = np.zeros(len(instance), dtype=np.bool_)
    ends = instance.tail, instance.head
    dual = _moats(*adjacency, *ends, cost, instance.prize, instance.root, forest)
    chosen = pruned(instance, forest, price)
    return Moats(chosen, float(dual))


def pruned(instance: Instance, forest: BoolArray, price: float) -> BoolArray:
    """Keep of a forest the tree at the root, without branches that are not worth their effort.

    Parameters
    ----------
    instance : Instance
        The graph.
    forest : bool[m]
        Edges without a ring.
    price : float
        Prizes that a unit of effort must bring. 0 drops only what connects nobody.
    """
    kept = np.zeros(len(instance), dtype=np.bool_)
    _prune(
        *instance.adjacency(), instance.effort * price, instance.prize, instance.root, forest, kept
    )
    return kept


@njit(cache=True, nogil=True)
def _prune(
    start: IntArray, to: IntArray, via: IntArray, cost: FloatArray, prize: FloatArray, root: int,
    forest: BoolArray, kept: BoolArray,
) -> None:  # fmt: skip
    count = len(prize)
    order = np.empty(count, np.int64)
    above = np.full(count, -1, np.int64)
    edge_above = np.full(count, -1, np.int64)
    order[0] = root
    above[root] = root
    size, done = 1, 0
    while done < size:
        node = order[done]
        done += 1
        for k in range(start[node], start[node + 1]):
            if forest[via[k]] and above[to[k]] < 0:
                above[to[k]], edge_above[to[k]] = node, via[k]
                order[size] = to[k]
                size += 1
    worth = prize.copy()
    for at in range(size - 1, 0, -1):  # leaves first
        node = order[at]
        rest = worth[node] - cost[edge_above[node]]
        if worth[node] > 0.0 and rest >= 0.0:
            kept[edge_above[node]] = True
            worth[above[node]] += rest
    attached = np.zeros(count, np.bool_)
    attached[root] = True
    for at in range(1, size):  # a branch whose stem was dropped goes with it
        node = order[at]
        attached[node] = attached[above[node]] and kept[edge_above[node]]
        kept[edge_above[node]] = attached[node]


@njit(cache=True, nogil=True)
def _moats(
    start: IntArray, to: IntArray, via: IntArray, tail: IntArray, head: IntArray, cost: FloatArray,
    prize: FloatArray, root: int, forest: BoolArray,
) -> float:  # fmt: skip
    """Grow moats; `forest` is filled in, and the sum of all moats is returned.

    ``deep[v] + base[group]`` is the depth of all moats around ``v``; an event is the moment at
    which an edge is paid for, or (negative) at which a group has used up its prizes. Events are
    looked at again when they come: a group that stopped meanwhile makes them later. What makes
    them sooner (a group that goes on after a merger) puts in new ones.
    """
    count = len(prize)
    group = np.arange(count)
    size = np.ones(count, np.int64)
    following = np.full(count, -1, np.int64)  # members of a group, linked
    last = np.arange(count)
    deep = np.zeros(count)
    base = np.zeros(count)
    since = np.zeros(count)
    left = prize.copy()
    active = prize > 0.0
    active[root] = False
    expires = left.copy()
    dual = 0.0
    growing = 0
    heap = [(0.0, 0)]
    heap.pop()
    for node in range(count):
        if active[node]:
            growing += 1
            heapq.heappush(heap, (expires[node], -node - 1))
            for k in range(start[node], start[node + 1]):
                rate = 2.0 if active[to[k]] else 1.0
                heapq.heappush(heap, (cost[via[k]] / rate, via[k]))
    while growing > 0 and len(heap) > 0:
        now, event = heapq.heappop(heap)
        if event < 0:
            own = -event - 1
            if active[own] and expires[own] == now and group[own] == own:
                active[own] = False
                growing -= 1
                dual += now - since[own]
                base[own] += now - since[own]
                left[own] = 0.0
            continue
        one, other = group[tail[event]], group[head[event]]
        if one == other:
            continue
        rate = (1.0 if active[one] else 0.0) + (1.0 if active[other] else 0.0)
        if rate == 0.0:
            continue
        slack = cost[event] - deep[tail[event]] - base[one] - deep[head[event]] - base[other]
        if active[one]:
            slack -= now - since[one]
        if active[other]:
            slack -= now - since[other]
        if slack > _TIGHT * cost[event]:
            heapq.heappush(heap, (now + slack / rate, event))
            continue
        forest[event] = True
        if size[one] < size[other]:
            one, other = other, one
        woken = -1  # first member of a group that stood still and goes on now
        for each in (one, other):
            if active[each]:
                growing -= 1
                dual += now - since[each]
                base[each] += now - since[each]
                left[each] -= now - since[each]
            else:
                woken = each
        rooted = group[root] == one or group[root] == other
        first_woken = woken
        last_woken = last[woken] if woken >= 0 else -1
        shift = base[other] - base[one]
        node = other
        while node >= 0:
            group[node] = one
            deep[node] += shift
            node = following[node]
        following[last[one]] = other
        last[one] = last[other]
        size[one] += size[other]
        left[one] = max(left[one], 0.0) + max(left[other], 0.0)
        since[one] = now
        active[other] = False
        active[one] = not rooted and left[one] > 0.0
        if not active[one]:
            continue
        growing += 1
        expires[one] = now + left[one]
        heapq.heappush(heap, (expires[one], -one - 1))
        node = first_woken
        while node >= 0:
            for k in range(start[node], start[node + 1]):
                edge, far = via[k], group[to[k]]
                if far != one:
                    slack = cost[edge] - deep[node] - base[one] - deep[to[k]] - base[far]
                    rate = 1.0
                    if active[far]:
                        slack -= now - since[far]
                        rate = 2.0
                    heapq.heappush(heap, (now + max(slack, 0.0) / rate, edge))
            node = -1 if node == last_woken else following[node]
    return dual
