"""Whether a way exists at all, asked from both sides in turns.

A search for costs has to look at everything that it can reach before it may say "none". What is
cut off is mostly one small side, so both sides are walked a step at a time: the answer "none" costs
twice the smaller one.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

from uxo.plan.dijkstra import BLOCKED

I1 = npt.NDArray[np.int8]
I4 = npt.NDArray[np.int32]
I8 = npt.NDArray[np.int64]

_STARTS: Final = 1
_ENDS: Final = 2


@njit(cache=True, nogil=True)
def joined(first_out: I8, out: I4, head: I4, arc_cost: I8, start_node: I8, end_node: I8) -> bool:
    """Tell whether any end can be reached from any start.

    Parameters
    ----------
    first_out, out, head : int64[nodes + 1], int32[arcs], int32[arcs]
        The graph; see `uxo.plan.graph.Graph`.
    arc_cost : int64[arcs]
        `BLOCKED` and more: may not be used.
    start_node, end_node : int64[k]
        Nodes.
    """
    size = len(first_out) - 1
    side = np.zeros(size, np.int8)
    from_starts = np.empty(size, np.int32)
    from_ends = np.empty(size, np.int32)
    starts_held = _enter(side, from_starts, start_node, _STARTS)
    for node in end_node:
        if side[node] == _STARTS:
            return True
    ends_held = _enter(side, from_ends, end_node, _ENDS)
    starts_done = ends_done = 0
    while starts_done < starts_held and ends_done < ends_held:
        starts_held = _step(
            first_out, out, head, arc_cost, side, from_starts, starts_done, starts_held, _STARTS
        )
        if starts_held < 0:
            return True
        ends_held = _step(
            first_out, out, head, arc_cost, side, from_ends, ends_done, ends_held, _ENDS
        )
        if ends_held < 0:
            return True
        starts_done += 1
        ends_done += 1
    return False


@njit(cache=True, nogil=True)
def _enter(side: I1, queue: I4, nodes: I8, own: int) -> int:
    """Begin one side; gives how many nodes it holds."""
    held = 0
    for node in nodes:
        if side[node] != own:
            side[node] = own
            queue[held] = node
            held += 1
    return held


@njit(cache=True, nogil=True)
def _step(  # noqa: PLR0913, PLR0917  # the walk as it stands, in plain arrays
    first_out: I8, out: I4, head: I4, arc_cost: I8, side: I1, queue: I4, done: int, held: int,
    own: int,
) -> int:  # fmt: skip
    """Walk on from one node of one side; gives how many it holds, -1 where the sides met."""
    node = queue[done]
    for place in range(first_out[node], first_out[node + 1]):
        arc = out[place]
        used = arc if own == _STARTS else arc ^ 1  # towards the end: arcs that come in
        if arc_cost[used] >= BLOCKED:
            continue
        other = head[arc]
        if side[other] == 0:
            side[other] = own
            queue[held] = other
            held += 1
        elif side[other] != own:
            return -1
    return held
