"""Other ways than the best one: through nodes around the two places, and around what is known.

Ways through nodes (Abraham and others 2013, doi:10.1145/2444016.2444019) are many and cheap to
look at. Where too few of them differ truly, the metres of the ways that are known are made dearer,
as much as must be and no more (Lagrange multipliers; Handler and Zang 1980,
doi:10.1002/net.3230100403): the search then leaves them for a while, or takes another bound.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.plan.alternatives import SHOWN, Rule, choose, differs
from uxo.plan.answers import Way
from uxo.plan.course import Joint, Legs, legs_of
from uxo.plan.graph import Graph
from uxo.plan.searching import Found, Search
from uxo.roads.network import Network

I8 = npt.NDArray[np.int64]

_TURNS: Final = 6
"""Prices that are tried for one way; each is an exact search."""

_STEP: Final = 8.0  # between prices, until one is too low and another too high


@dataclass(frozen=True, slots=True)
class OtherWays:
    """Finds other ways between two joined spots.

    Attributes
    ----------
    network, graph : Network, Graph
        The roads.
    rule : Rule
        When ways differ.
    search : Search
        Over the costs of the best way.
    ends : tuple of Joint
        The two places.
    unit : float
        Of the costs.
    measure : callable
        Measures a way.
    """

    network: Network
    graph: Graph
    rule: Rule
    search: Search
    ends: tuple[Joint, Joint]
    unit: float
    measure: Callable[[Legs], Way]

    def beside(self, best: Way) -> tuple[Way, ...]:
        """Find at most two ways that differ truly from the best one and from each other."""
        start, end = self.ends
        if not start.accesses or not end.accesses or len(best.road) == 0:
            return ()  # along one road only
        chosen = list(choose(self.rule, best, self._through_nodes(best)))
        while len(chosen) < SHOWN:
            way = self._around((best, *chosen))
            if way is None:
                break
            chosen.append(way)
        return tuple(sorted(chosen, key=lambda way: (way.exposure_m, way.length_m)))

    def _through_nodes(self, best: Way) -> list[Way]:
        """Find the ways through nodes around the two places, the cheapest first."""
        start, end = self.ends
        nodes = self.rule.candidates(self.network, start.accesses[0].node, end.accesses[0].node)
        through = self.search.through(start.ends(), end.ends(), nodes)
        worst = best.exposure_m * self.rule.worst_factor / self.unit
        places = np.flatnonzero(through.cost <= worst + len(best.road) + 1)
        places = places[np.argsort(through.cost[places], kind="stable")]
        # Nodes on one way have one cost: one of them is enough.
        _, first = np.unique(through.cost[places], return_index=True)
        found = [through.path(place) for place in places[np.sort(first)][: self.rule.tried]]
        ways = [self._way(path) for path in found if path is not None]
        return [way for way in ways if way is not None]

    def _around(self, known: Sequence[Way]) -> Way | None:
        """Find a way around others that are known; None: none was found that differs truly."""
        best = known[0]
        price = best.exposure_m / ((1.0 - self.rule.shared_most) * best.length_m)
        low, high = 0.0, np.inf  # shares too much; is too bad
        for _ in range(_TURNS):
            way = self._dearer(known, price)
            if way is not None and differs(self.rule, way, known):
                return way
            if way is None or way.exposure_m > self.rule.worst_factor * best.exposure_m:
                high = price
            else:
                low = price
            price = _between(low, high)
        return None

    def _dearer(self, known: Sequence[Way], price: float) -> Way | None:
        """Find the best way while every metre of some others costs more."""
        roads = np.concatenate([way.road for way in known])
        metres = np.concatenate([np.abs(way.to_m - way.from_m) for way in known])
        dearer = np.bincount(roads, metres * price / self.unit)
        roads = np.flatnonzero(dearer)
        arcs = self.graph.arc_of[roads].astype(np.int64)
        added = np.rint(dearer[roads]).astype(np.int64)[arcs >= 0]
        arcs = arcs[arcs >= 0]
        start, end = self.ends
        found = self.search.find_dearer(
            start.ends(), end.ends(), np.concatenate((arcs, arcs + 1)), np.tile(added, 2)
        )
        return None if found is None else self._way(found)

    def _way(self, found: Found) -> Way | None:
        """Measure a way; None where it meets a crossing twice, or uses a road there and back."""
        met = np.append(self.graph.tail[found.arcs], found.last)
        if len(np.unique(met)) < len(met):
            return None
        legs = legs_of(self.network, self.graph, self.ends, found)
        return None if _turns_back(legs) else self.measure(legs)


def _between(low: float, high: float) -> float:
    """Choose the next price."""
    if not np.isfinite(high):
        return low * _STEP
    return float(np.sqrt(low * high)) if low > 0.0 else high / _STEP


def _turns_back(legs: Legs) -> bool:
    """Tell whether any metre of road is used twice; both ends may lie on one road, apart."""
    if len(set(legs.road)) == len(legs.road):
        return False
    if legs.road[0] != legs.road[-1] or len(set(legs.road)) < len(legs.road) - 1:
        return True
    parts = sorted(sorted((legs.from_m[at], legs.to_m[at])) for at in (0, -1))
    return parts[0][1] > parts[1][0]
