"""One small interface over the two ways to search: the hierarchy, and the exact search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from uxo.plan.dijkstra import BLOCKED, search, walk
from uxo.plan.graph import Graph
from uxo.plan.reach import joined

I8 = npt.NDArray[np.int64]
I4 = npt.NDArray[np.int32]

End = tuple[int, int]
"""A node, and what is spent between it and the place asked about, in units."""


@dataclass(frozen=True, slots=True)
class Found:
    """A path.

    Attributes
    ----------
    cost : int
        In units of the tariff, with what is spent before the first and after the last node.
    first, last : int
        Nodes.
    arcs : int32[k]
        In order; none where the path begins and ends at one node.
    """

    cost: int
    first: int
    last: int
    arcs: I4


@dataclass(frozen=True, slots=True)
class Through:
    """The cheapest paths through each of some nodes.

    Attributes
    ----------
    cost : int64[nodes]
        `BLOCKED` where none is passable.
    path : callable
        Gives the path through the node at a place of the list.
    """

    cost: I8
    path: Callable[[int], Found | None]


def both(before: I8, after: I8) -> I8:
    """Add costs up; `BLOCKED` where either is, whose double has no room in 64 bits."""
    there = (before < BLOCKED) & (after < BLOCKED)
    total: I8 = np.where(there, before, BLOCKED) + np.where(there, after, 0)
    return total


class Search(Protocol):
    """Searches one set of costs of one graph. For one thread at a time."""

    def find(self, starts: Sequence[End], ends: Sequence[End]) -> Found | None:
        """Find the cheapest path from any start to any end; None: there is none."""

    def find_dearer(
        self, starts: Sequence[End], ends: Sequence[End], arcs: I8, added: I8
    ) -> Found | None:
        """Find the cheapest path while some arcs, each named once, cost more; searched exactly."""

    def through(self, starts: Sequence[End], ends: Sequence[End], via: I8) -> Through:
        """Find the cheapest paths through each of some nodes."""

    def change(self, arcs: I8, cost: I8) -> None:
        """Change the cost of some arcs."""

    def release(self) -> None:
        """Let go of what only the thread that made it may drop."""


class ExactSearch:
    """Searches with 64-bit costs and no preparation.

    Parameters
    ----------
    graph : Graph
        The arcs.
    cost : int64[arcs]
        In units; `BLOCKED` where nobody may go.
    """

    def __init__(self, graph: Graph, cost: I8) -> None:
        self._graph = graph
        self.cost = cost.copy()

    def find(self, starts: Sequence[End], ends: Sequence[End]) -> Found | None:
        """Find the cheapest path."""
        after = np.full(self._graph.size, BLOCKED, np.int64)
        for node, spent in ends:
            after[node] = min(int(after[node]), spent)
        cost, by = self._everywhere(starts, after, backwards=False)
        nodes = np.array([node for node, _ in ends], dtype=np.int64)
        total = np.minimum(cost[nodes], BLOCKED) + after[nodes]
        best = int(np.argmin(total))
        if total[best] >= BLOCKED:
            return None
        return self._path(int(nodes[best]), int(total[best]), by)

    def _path(self, last: int, cost: int, by: I4) -> Found:
        """Walk back from the end."""
        first, arcs = walk(last, by, self._graph.tail)
        return Found(cost, first, last, arcs[::-1])

    def find_dearer(
        self, starts: Sequence[End], ends: Sequence[End], arcs: I8, added: I8
    ) -> Found | None:
        """Find the cheapest path while some arcs cost more."""
        before = self.cost[arcs]
        self.cost[arcs] = np.minimum(before + added, BLOCKED)
        try:
            return self.find(starts, ends)
        finally:
            self.cost[arcs] = before

    def joined(self, starts: Sequence[End], ends: Sequence[End]) -> bool:
        """Tell whether there is any path; quick where one side is small and cut off."""
        graph = self._graph
        nodes = [np.array([node for node, _ in side], dtype=np.int64) for side in (starts, ends)]
        return bool(joined(graph.first_out, graph.out, graph.head, self.cost, *nodes))

    def through(self, starts: Sequence[End], ends: Sequence[End], via: I8) -> Through:
        """Find the cheapest paths through each of some nodes: two searches serve them all."""
        everywhere = np.empty(0, np.int64)
        before, came_by = self._everywhere(starts, everywhere, backwards=False)
        after, leads_on = self._everywhere(ends, everywhere, backwards=True)
        cost = both(before[via], after[via])

        def path(place: int) -> Found | None:
            if cost[place] >= BLOCKED:
                return None
            first, arcs = walk(int(via[place]), came_by, self._graph.tail)
            last, more = walk(int(via[place]), leads_on, self._graph.head)
            return Found(int(cost[place]), first, last, np.concatenate((arcs[::-1], more)))

        return Through(cost, path)

    def _everywhere(self, starts: Sequence[End], after: I8, *, backwards: bool) -> tuple[I8, I4]:
        graph = self._graph
        node = np.array([node for node, _ in starts], dtype=np.int64)
        spent = np.array([spent for _, spent in starts], dtype=np.int64)
        cost, by = search(
            graph.first_out, graph.out, graph.head, self.cost, node, spent, after, backwards
        )  # fmt: skip
        return cost, by

    def change(self, arcs: I8, cost: I8) -> None:
        """Change the cost of some arcs."""
        self.cost[arcs] = cost

    def release(self) -> None:
        """Nothing here belongs to a thread."""
