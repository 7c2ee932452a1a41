"""Ways from place to place over a network whose status changes.

A planner is for one thread at a time, and for the thread that made it where it has a hierarchy.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.errors import NoRoute
from uxo.geo.projection import wrap
from uxo.plan import tariff as tariffs
from uxo.plan.alternatives import Rule
from uxo.plan.answers import Question, Way, Ways
from uxo.plan.course import Costs, Legs, joints, legs_between
from uxo.plan.cut import Terrain, why_not
from uxo.plan.dijkstra import BLOCKED
from uxo.plan.graph import Graph, usable
from uxo.plan.hierarchy import Hierarchy
from uxo.plan.other_ways import OtherWays
from uxo.plan.pieces import RoadPieces
from uxo.plan.searching import ExactSearch, Search
from uxo.plan.tariff import Tariff
from uxo.policy import Policy
from uxo.roads.network import Network
from uxo.status.swept import Swept
from uxo.vocabulary import Status

I8 = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_KEPT: Final = 8  # sets of weights that stay ready; at a million roads each takes some 100 MB
_METRES_PER_DEGREE: Final = 111_320.0

Key = tuple[frozenset[Status] | None, bool]
"""What is allowed (None: the shortest), and whether one walks."""


@dataclass(frozen=True, slots=True)
class _Weights:
    """A tariff, and the costs that it makes."""

    tariff: Tariff
    costs: Costs


class Planner:
    """Answers questions about ways.

    Parameters
    ----------
    network : Network
        The roads.
    half_width_m : float64[roads]
        Half of each road's corridor: what clearing a metre of it takes.
    swept : Swept
        Status pieces of every road.
    policy : Policy
        The programme's figures.
    hierarchy : Hierarchy or None
        Makes searches fast; None: every search is exact and slow.
    """

    def __init__(
        self,
        network: Network,
        half_width_m: FloatArray,
        swept: Swept,
        *,
        policy: Policy,
        hierarchy: Hierarchy | None = None,
    ) -> None:
        self.network = network
        self.graph = Graph.of(network) if hierarchy is None else hierarchy.graph
        self.pieces = RoadPieces(swept)
        self._half_width_m = half_width_m
        self._policy = policy
        self._hierarchy = hierarchy
        self._extent_m = _extent_m(network)
        self._exposure = tariffs.exposure_weights(policy)
        self._ready: OrderedDict[Key, _Weights] = OrderedDict()
        self._rule = Rule.of(policy)

    def change(self, roads: I8, swept: Swept) -> None:
        """Take in new pieces of some roads; every later answer rests on them.

        Parameters
        ----------
        roads : int64[k]
            Rows of the road table, each once.
        swept : Swept
            Their pieces, in this order.
        """
        self.pieces.replace(roads, swept)
        changed = roads[self.graph.arc_of[roads] >= 0]
        for weights in self._ready.values():
            arcs = (self.graph.arc_of[changed][:, None] + np.array([0, 1])).ravel()
            costs = weights.costs
            cost = self._arc_costs(changed, weights.tariff, costs.along, costs.against)
            costs.search.change(arcs.astype(np.int64), cost)

    def release(self) -> None:
        """Let go, on the thread that made it, of what only that thread may drop."""
        for weights in self._ready.values():
            weights.costs.search.release()
        self._ready.clear()

    def use(self, hierarchy: Hierarchy) -> None:
        """Search with a hierarchy of the same graph from now on."""
        self.release()
        self._hierarchy = hierarchy

    def find(self, question: Question) -> Ways | NoRoute:
        """Find the ways; where there is none, say why and what would open one.

        Returns
        -------
        Ways or NoRoute
            ``NoRoute`` is given and not raised: that there is no way is an answer.
        """
        return self.ways(question) or why_not(self.terrain(), question)

    def terrain(self) -> Terrain:
        """Give what `why_not` looks at, as it is now; it may do so on another thread."""
        pieces = self.pieces.as_they_stand()
        return Terrain(self.network, self.graph, pieces, self._half_width_m)

    def ways(self, question: Question) -> Ways | None:
        """Find the ways; None: there is none, and why takes long to say."""
        allowed = tariffs.allowed_of(question.allowed)
        weights = self._weights((allowed, question.on_foot))
        ends = joints(self.network, weights.costs, question.start, question.end)
        legs = legs_between(self.network, self.graph, weights.costs, ends)
        if legs is None:
            return None
        best = self._way(legs)
        others = OtherWays(
            self.network, self.graph, self._rule, weights.costs.search, ends, weights.tariff.unit,
            self._way,
        )  # fmt: skip
        return Ways(
            question=question,
            least_risk=best,
            shortest=self._shortest(question) or best,
            alternatives=others.beside(best),
            rounding_m=weights.tariff.unit,
        )

    def least_risk(self, question: Question) -> Way | None:
        """Find only the way of least exposure; None: there is none."""
        return self._cheapest((tariffs.allowed_of(question.allowed), question.on_foot), question)

    def _shortest(self, question: Question) -> Way | None:
        """Find the shortest way; None cannot be where anything that is allowed leads there."""
        return self._cheapest((None, question.on_foot), question)

    def _cheapest(self, key: Key, question: Question) -> Way | None:
        costs = self._weights(key).costs
        ends = joints(self.network, costs, question.start, question.end)
        legs = legs_between(self.network, self.graph, costs, ends)
        return None if legs is None else self._way(legs)

    def _weights(self, key: Key) -> _Weights:
        """Give weights that are ready, or make them ready."""
        if key in self._ready:
            self._ready.move_to_end(key)
            return self._ready[key]
        allowed, on_foot = key
        tariff = (
            tariffs.shortest(self._extent_m)
            if allowed is None
            else tariffs.least_risk(self._policy, allowed, self._extent_m)
        )
        along, against = usable(self.network, on_foot=on_foot)
        cost = self._arc_costs(self.graph.road[::2].astype(np.int64), tariff, along, against)
        search: Search = (
            ExactSearch(self.graph, cost)
            if self._hierarchy is None
            else self._hierarchy.search(cost)
        )

        pieces = self.pieces  # not this planner, which would then hold itself

        def part(road: int, low_m: float, high_m: float) -> int:
            spent = pieces.cost_between(
                np.array([road]), np.array([low_m]), np.array([high_m]), tariff.by_rank()
            )
            return int(in_units(spent, tariff.unit)[0])

        self._ready[key] = _Weights(tariff, Costs(search, part, along, against))
        if len(self._ready) > _KEPT:
            self._ready.popitem(last=False)[1].costs.search.release()
        return self._ready[key]

    def _arc_costs(
        self,
        roads: I8,
        tariff: Tariff,
        along: npt.NDArray[np.bool_],
        against: npt.NDArray[np.bool_],
    ) -> I8:
        """Cost of both arcs of some roads, in units: int64[2 roads]."""
        units = in_units(self.pieces.cost(roads, tariff.by_rank()), tariff.unit)
        both = np.column_stack(
            (np.where(along[roads], units, BLOCKED), np.where(against[roads], units, BLOCKED))
        )
        return both.ravel()

    def _way(self, legs: Legs) -> Way:
        """Measure a way."""
        road = np.array(legs.road, dtype=np.int64)
        from_m, to_m = np.array(legs.from_m), np.array(legs.to_m)
        metres = self.pieces.metres_by_status(
            road, np.minimum(from_m, to_m), np.maximum(from_m, to_m)
        )
        used = metres > 0.0
        return Way(
            road=road,
            from_m=from_m,
            to_m=to_m,
            metres={status: float(metres[status]) for status in Status},
            exposure_m=float(metres[used] @ self._exposure[used]),
        )


def in_units(cost: FloatArray, unit: float) -> I8:
    """Round costs to units; what is infinite is blocked."""
    open_to = np.isfinite(cost)
    units: I8 = np.rint(np.where(open_to, cost, 0.0) / unit).astype(np.int64)
    units[~open_to] = BLOCKED
    return units


def _extent_m(network: Network) -> float:
    """Diagonal of the network's box in metres, roughly."""
    if len(network.node_lon) == 0:
        return 0.0
    lon = wrap(network.node_lon, float(network.node_lon[0]))
    lat = network.node_lat
    wide = float(np.ptp(lon)) * float(np.cos(np.radians(np.abs(lat).min())))
    return _METRES_PER_DEGREE * float(np.hypot(wide, np.ptp(lat)))
