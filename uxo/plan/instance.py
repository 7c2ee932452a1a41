"""The bare problem of what to clear first: places as nodes, blocked stretches as edges.

A starting node, edges that each cost an effort, nodes where people live, a budget: connect to the
start the most people whom the budget allows. This is the budgeted, rooted prize-collecting Steiner
tree, which is NP-hard; `uxo.plan.solve` says how it is answered and how far the answer may be off.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Instance:
    """A graph with efforts and prizes.

    Attributes
    ----------
    prize : float64[n]
        What connecting each node is worth (households); never negative, and 0 at the root.
    tail, head : int64[m]
        The ends of each edge; an edge goes both ways.
    effort : float64[m]
        What each edge costs; greater than 0, in one unit with the budget.
    root : int
        The node from which everybody is to be reached.
    """

    prize: FloatArray
    tail: IntArray
    head: IntArray
    effort: FloatArray
    root: int

    def __len__(self) -> int:
        """Count the edges."""
        return len(self.effort)

    @property
    def terminals(self) -> IntArray:
        """Nodes that are worth something, int64[k]."""
        return np.flatnonzero(self.prize > 0.0)

    def adjacency(self) -> tuple[IntArray, IntArray, IntArray]:
        """List the edges around each node.

        Returns
        -------
        start, to, via : int64[n + 1], int64[2 m], int64[2 m]
            Entries ``start[v]`` to ``start[v + 1]`` are the neighbours of ``v``, and the edges
            that lead to them.
        """
        ends = np.concatenate((self.tail, self.head))
        order = np.argsort(ends, kind="stable")
        start = np.zeros(len(self.prize) + 1, dtype=np.int64)
        np.cumsum(np.bincount(ends, minlength=len(self.prize)), out=start[1:])
        to = np.concatenate((self.head, self.tail))[order]
        return start, to, np.tile(np.arange(len(self)), 2)[order]

    def reached(self, chosen: BoolArray) -> BoolArray:
        """Tell which nodes the chosen edges connect to the root, bool[n]."""
        label = united(len(self.prize), self.tail[chosen], self.head[chosen])
        return label == label[self.root]

    def gained(self, chosen: BoolArray) -> float:
        """Add up the prizes that the chosen edges connect, each node once."""
        return float(self.prize[self.reached(chosen)].sum())

    def spent(self, chosen: BoolArray) -> float:
        """Add up the efforts of the chosen edges."""
        return float(self.effort[chosen].sum())


def added(place: IntArray, values: FloatArray, count: int) -> FloatArray:
    """Add values up by their place, float64[count]."""
    return np.bincount(place, values, minlength=count).astype(np.float64)


def united(count: int, tail: IntArray, head: IntArray) -> IntArray:
    """Give each group of nodes that edges join a number.

    Parameters
    ----------
    count : int
        Nodes.
    tail, head : int64[m]
        Ends of the joining edges.

    Returns
    -------
    int64[count]
        The group of each node, from 0 on.
    """
    ones = np.ones(len(tail), dtype=np.int8)
    graph = coo_array((ones, (tail, head)), shape=(count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)
