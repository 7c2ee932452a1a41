"""In which order to do what was chosen, so that people wait as little as possible.

Horn, "Single-machine job sequencing with treelike precedence ordering and linear delay penalties",
SIAM Journal on Applied Mathematics 23 (1972), doi:10.1137/0123021: what is worth most for its
effort joins what must be done before it, until every group reaches the start. The order has the
least sum of people times the effort that was spent before they are connected.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from uxo.plan.instance import BoolArray, FloatArray, Instance, IntArray


@dataclass(frozen=True, slots=True)
class Step:
    """Edges that are opened together, because each alone would be worth less.

    Attributes
    ----------
    edges : int64[k]
        In the order from the start outwards.
    nodes : int64[j]
        What they connect that was not connected before.
    gained : float
        The prizes of these nodes.
    effort : float
        Of the edges.
    """

    edges: IntArray
    nodes: IntArray
    gained: float
    effort: float


def ordered(instance: Instance, chosen: BoolArray) -> list[Step]:
    """Order chosen edges into steps; whichever come first connect to the start by themselves.

    Parameters
    ----------
    instance : Instance
        The graph.
    chosen : bool[m]
        Edges. Those that close a ring or do not reach the root come last, as one step each that
        gains nobody.
    """
    order, above, edge_above = _tree(instance, chosen)
    blocks = _blocks(instance, order, above, edge_above) if len(order) > 1 else []
    steps = [_step(instance, np.array(nodes, dtype=np.int64), edge_above) for nodes in blocks]
    on_tree = np.zeros(len(instance), dtype=np.bool_)
    on_tree[edge_above[order[1:]]] = True
    none = np.empty(0, dtype=np.int64)
    rest = np.flatnonzero(chosen & ~on_tree)
    return steps + [
        Step(np.array([edge]), none, 0.0, float(instance.effort[edge])) for edge in rest
    ]


def spanning(instance: Instance, chosen: BoolArray) -> BoolArray:
    """Choose the cheapest of the chosen edges which connect as much, bool[m]."""
    among = np.flatnonzero(chosen)
    low = np.minimum(instance.tail, instance.head)[among]
    high = np.maximum(instance.tail, instance.head)[among]
    order = np.lexsort((among, instance.effort[among], high, low))
    first = np.ones(len(among), dtype=np.bool_)
    first[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    among, low, high = among[order[first]], low[order[first]], high[order[first]]
    other = low != high
    among, low, high = among[other], low[other], high[other]
    size = len(instance.prize)
    tree = minimum_spanning_tree(
        coo_array((instance.effort[among], (low, high)), shape=(size, size)).tocsr()
    ).tocoo()
    key = low * size + high  # sorted: one entry for each pair
    kept = np.zeros(len(instance), dtype=np.bool_)
    kept[among[np.searchsorted(key, tree.row.astype(np.int64) * size + tree.col)]] = True
    return kept


def _tree(instance: Instance, chosen: BoolArray) -> tuple[IntArray, IntArray, IntArray]:
    """Hang the chosen edges from the root: nodes from it outwards, each one's parent and edge."""
    edges = np.flatnonzero(spanning(instance, chosen))
    size = len(instance.prize)
    tail, head = instance.tail[edges], instance.head[edges]
    graph = coo_array((np.ones(len(edges)), (tail, head)), shape=(size, size)).tocsr()
    order, above = breadth_first_order(graph, instance.root, directed=False)
    edge_above = np.full(size, -1, dtype=np.int64)
    for near, far in ((tail, head), (head, tail)):
        hangs = above[far] == near
        edge_above[far[hangs]] = edges[hangs]
    return order.astype(np.int64), above.astype(np.int64), edge_above


def _blocks(
    instance: Instance, order: IntArray, above: IntArray, edge_above: IntArray
) -> list[list[int]]:
    """Join nodes to what must come before them, the most for the effort first."""
    depth = np.zeros(len(instance.prize), dtype=np.int64)
    for node in order[1:]:  # from the root outwards: each needs its parent's
        depth[node] = depth[above[node]] + 1
    worth: FloatArray = instance.prize.copy()
    effort = np.zeros(len(worth))
    effort[order[1:]] = instance.effort[edge_above[order[1:]]]
    members = {int(node): [int(node)] for node in order[1:]}
    joined = np.arange(len(worth))
    heap = [(-worth[node] / effort[node], int(depth[node]), int(node)) for node in order[1:]]
    heapq.heapify(heap)
    blocks: list[list[int]] = []
    while heap:
        score, _, node = heapq.heappop(heap)
        if node not in members or score != -worth[node] / effort[node]:
            continue  # joined already, or worth something else by now
        into = _find(joined, int(above[node]))
        if into == instance.root:
            blocks.append(members.pop(node))
            joined[node] = into
            continue
        members[into] += members.pop(node)
        joined[node] = into
        worth[into] += worth[node]
        effort[into] += effort[node]
        heapq.heappush(heap, (-worth[into] / effort[into], int(depth[into]), into))
    return blocks


def _find(joined: IntArray, node: int) -> int:
    """Find what a node was joined to, and shorten the way there."""
    while joined[node] != node:
        joined[node] = joined[joined[node]]
        node = int(joined[node])
    return node


def _step(instance: Instance, nodes: IntArray, edge_above: IntArray) -> Step:
    edges = edge_above[nodes]
    return Step(
        edges, nodes, float(instance.prize[nodes].sum()), float(instance.effort[edges].sum())
    )
