"""Customizable contraction hierarchies: paths in well under a millisecond.

Dibbelt, Strasser and Wagner (2016), doi:10.1145/2886843. The order of the nodes depends on what
joins what and on nothing else, so it is made once and kept; a change of status changes weights.

Costs there are 31 bits wide, and a path whose sum is larger is told as "none". So whatever the
hierarchy does not find, or finds at the edge of its numbers, is searched again exactly.

What is used here belongs to the thread that made it (the library refuses any other thread), and no
query may be alive while weights change.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import routingkit_cch

from uxo.plan.dijkstra import BLOCKED
from uxo.plan.graph import Graph
from uxo.plan.searching import End, ExactSearch, Found, Through, both
from uxo.plan.tariff import LARGEST

I8 = npt.NDArray[np.int64]
U4 = npt.NDArray[np.uint32]

_NO_WAY: Final = LARGEST + 1  # the library's own mark of what is blocked


class Hierarchy:
    """One topology, prepared for searches with any costs.

    Parameters
    ----------
    graph : Graph
        The arcs.
    order : uint32[nodes]
        See `order_of`.
    """

    def __init__(self, graph: Graph, order: U4) -> None:
        self.graph = graph
        self.cch = routingkit_cch.CCH(
            order.tolist(),
            graph.tail.tolist(),
            graph.head.tolist(),
            False,  # noqa: FBT003
        )

    def search(self, cost: I8) -> "HierarchySearch":
        """Prepare searches for one set of costs, int64[arcs] in units."""
        return HierarchySearch(self, cost)


def order_of(graph: Graph, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> U4:
    """Order the nodes by nested dissection: seconds to minutes for a country.

    Parameters
    ----------
    lon, lat : float64[nodes]
        Degrees; they only help to find good separators.
    """
    order = routingkit_cch.compute_order_inertial(
        graph.size, graph.tail.tolist(), graph.head.tolist(), lat.tolist(), lon.tolist()
    )
    return np.array(order, dtype=np.uint32)


class HierarchySearch:
    """Searches one set of costs. For the thread that made it."""

    def __init__(self, hierarchy: Hierarchy, cost: I8) -> None:
        self._cch = hierarchy.cch
        self._exact = ExactSearch(hierarchy.graph, cost)
        self._metric = routingkit_cch.CCHMetric(self._cch, _narrow(cost).tolist())
        self._query: routingkit_cch.CCHQuery | None = None
        self._updater: routingkit_cch.CCHMetricPartialUpdater | None = None

    @property
    def cost(self) -> I8:
        """Cost of each arc in units, int64[arcs]."""
        return self._exact.cost

    def find(self, starts: Sequence[End], ends: Sequence[End]) -> Found | None:
        """Find the cheapest path; what the hierarchy cannot count is searched exactly."""
        found = self._found(_fewest(starts), _fewest(ends))
        if found is None and self._exact.joined(starts, ends):
            return self._exact.find(starts, ends)
        return found

    def _found(self, starts: list[End], ends: list[End]) -> Found | None:
        if not starts or not ends:
            return None
        if self._query is None:
            self._query = routingkit_cch.CCHQuery(self._metric)
        answer = self._query.run_multi(starts, ends)
        cost = answer.distance
        if cost is None or cost >= LARGEST:
            return None
        nodes, arcs = answer.node_path, np.array(answer.arc_path, dtype=np.int32)
        return Found(cost, nodes[0], nodes[-1], arcs)

    def find_dearer(
        self, starts: Sequence[End], ends: Sequence[End], arcs: I8, added: I8
    ) -> Found | None:
        """Find the cheapest path while some arcs cost more, without a word to the hierarchy."""
        return self._exact.find_dearer(starts, ends, arcs, added)

    def through(self, starts: Sequence[End], ends: Sequence[End], via: I8) -> Through:
        """Find the cheapest paths through each of some nodes."""

        def path(place: int) -> Found | None:
            here = [(int(via[place]), 0)]
            to_it, from_it = self.find(starts, here), self.find(here, ends)
            if to_it is None or from_it is None:
                return None
            arcs = np.concatenate((to_it.arcs, from_it.arcs))
            return Found(to_it.cost + from_it.cost, to_it.first, from_it.last, arcs)

        return Through(self._through(starts, ends, via), path)

    def _through(self, starts: Sequence[End], ends: Sequence[End], via: I8) -> I8:
        firsts, lasts, nodes = _fewest(starts), _fewest(ends), via.tolist()
        if not firsts or not lasts or not nodes:
            return np.full(len(via), BLOCKED, np.int64)
        to_via = routingkit_cch.CCHOneToMany(self._metric, nodes)
        from_via = routingkit_cch.CCHManyToOne(self._metric, nodes)
        before = _wide(to_via.distances_from_multi(firsts))
        after = _wide(from_via.distances_to_multi(lasts))
        return both(before, after)

    def change(self, arcs: I8, cost: I8) -> None:
        """Change the cost of some arcs; the next search sees it."""
        self._exact.change(arcs, cost)
        self._query = None  # none may be alive while weights change
        if self._updater is None:
            self._updater = routingkit_cch.CCHMetricPartialUpdater(self._cch)
        changes = dict(zip(arcs.tolist(), _narrow(cost).tolist(), strict=True))
        self._updater.apply(self._metric, changes)

    def release(self) -> None:
        """Let go of the query and the updater."""
        self._query = self._updater = None


def _narrow(cost: I8) -> I8:
    """Fit costs into 31 bits: only what is blocked becomes the mark of what is blocked."""
    narrow: I8 = np.where(cost >= BLOCKED, _NO_WAY, np.minimum(cost, LARGEST))
    return narrow


def _wide(distances: Sequence[int | None]) -> I8:
    return np.array([BLOCKED if one is None else one for one in distances], dtype=np.int64)


def _fewest(ends: Sequence[End]) -> list[End]:
    """Keep each node once, with the least that is spent; drop what cannot be counted."""
    least: dict[int, int] = {}
    for node, spent in ends:
        if spent < LARGEST:
            least[node] = min(spent, least.get(node, spent))
    return list(least.items())
