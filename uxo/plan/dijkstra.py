"""Exact shortest paths with 64-bit costs: the oracle, the fallback, and what names a cut.

Dijkstra (1959), doi:10.1007/BF01386390, with a binary heap whose outdated entries are passed over.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

I4 = npt.NDArray[np.int32]
I8 = npt.NDArray[np.int64]

BLOCKED: Final = 2**62
"""Cost of an arc that may not be used; larger than any sum of costs."""


@njit(cache=True, nogil=True)
def _push(cost: I8, node: I4, size: int, new_cost: int, new_node: int) -> None:
    """Put an entry into the heap at place ``size``."""
    at = size
    while at > 0:
        above = (at - 1) // 2
        if cost[above] <= new_cost:
            break
        cost[at], node[at] = cost[above], node[above]
        at = above
    cost[at], node[at] = new_cost, new_node


@njit(cache=True, nogil=True)
def _pop(cost: I8, node: I4, size: int) -> None:
    """Take the first entry out of a heap of ``size`` entries."""
    last_cost, last_node = cost[size - 1], node[size - 1]
    size -= 1
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and cost[below + 1] < cost[below]:
            below += 1
        if cost[below] >= last_cost:
            break
        cost[at], node[at] = cost[below], node[below]
        at = below
    cost[at], node[at] = last_cost, last_node


@njit(cache=True, nogil=True)
def search(
    first_out: I8,
    out: I4,
    head: I4,
    arc_cost: I8,
    start_node: I8,
    start_cost: I8,
    end_cost: I8,
    backwards: bool,
) -> tuple[I8, I4]:
    """Search from some nodes until no end can come nearer.

    Parameters
    ----------
    first_out, out, head : int64[nodes + 1], int32[arcs], int32[arcs]
        The graph; see `uxo.plan.graph.Graph`.
    arc_cost : int64[arcs]
        Not negative; `BLOCKED` and more: may not be used.
    start_node, start_cost : int64[k]
        Where the search begins, and what has been spent there already.
    end_cost : int64[nodes] or int64[0]
        What is to be spent after each node to be at the end; `BLOCKED` where it is no end. Without
        any the search goes everywhere.
    backwards : bool
        Follow arcs against their direction: costs are those to the start nodes.

    Returns
    -------
    cost : int64[nodes]
        `BLOCKED` where the search did not come.
    by : int32[nodes]
        The last arc; -1 at the start and where the search did not come. Backwards: the arc whose
        head leads on.
    """
    size = len(first_out) - 1
    cost = np.full(size, BLOCKED, np.int64)
    by = np.full(size, -1, np.int32)
    heap_cost = np.empty(len(head) + len(start_node) + 1, np.int64)
    heap_node = np.empty(len(head) + len(start_node) + 1, np.int32)
    held = 0
    for one in range(len(start_node)):
        if start_cost[one] < cost[start_node[one]]:
            cost[start_node[one]] = start_cost[one]
            _push(heap_cost, heap_node, held, start_cost[one], start_node[one])
            held += 1
    best = BLOCKED
    while held > 0:
        spent, node = heap_cost[0], heap_node[0]
        _pop(heap_cost, heap_node, held)
        held -= 1
        if spent > cost[node]:
            continue
        if spent >= best:
            break
        if len(end_cost) > 0 and end_cost[node] < BLOCKED:
            best = min(best, spent + end_cost[node])
        for place in range(first_out[node], first_out[node + 1]):
            arc = out[place]
            used = arc ^ 1 if backwards else arc
            if arc_cost[used] >= BLOCKED:
                continue
            new = spent + arc_cost[used]
            if new < cost[head[arc]]:
                cost[head[arc]] = new
                by[head[arc]] = used
                _push(heap_cost, heap_node, held, new, head[arc])
                held += 1
    return cost, by


@njit(cache=True, nogil=True)
def walk(node: int, by: I4, other_end: I4) -> tuple[int, I4]:
    """Follow the arcs of a search from a node to where it began.

    Parameters
    ----------
    by : int32[nodes]
        As `search` gave it.
    other_end : int32[arcs]
        Where each of its arcs leads on: the tails, of a search backwards the heads.

    Returns
    -------
    node : int
        Where the search began.
    arcs : int32[k]
        From the given node on.
    """
    arcs = np.empty(len(by), np.int32)
    count = 0
    while by[node] >= 0:
        arcs[count] = by[node]
        node = other_end[by[node]]
        count += 1
    return node, arcs[:count].copy()
