"""The course of a way from spot to spot: it may enter and leave a road in the middle."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uxo.plan.dijkstra import BLOCKED
from uxo.plan.graph import Graph
from uxo.plan.place import Spot
from uxo.plan.searching import End, Found, Search
from uxo.roads.network import Network

BoolArray = npt.NDArray[np.bool_]
PartCost = Callable[[int, float, float], int]
"""Road, lower and upper measure -> cost in units; `BLOCKED` where a piece may not be used."""


@dataclass(frozen=True, slots=True)
class Access:
    """One way between a spot and an end of its road.

    Attributes
    ----------
    node : int
        The end of the road.
    at_m : float
        Its measure on the road.
    cost : int
        Of the part in between, in units.
    """

    node: int
    at_m: float
    cost: int


@dataclass(frozen=True, slots=True)
class Joint:
    """How a spot is joined to the nodes of the graph.

    Attributes
    ----------
    spot : Spot
        The place.
    accesses : tuple of Access
        Only those that may be used.
    """

    spot: Spot
    accesses: tuple[Access, ...]

    def ends(self) -> list[End]:
        """Give what a search begins or ends with."""
        return [(access.node, access.cost) for access in self.accesses]

    def at(self, node: int) -> Access:
        """Give the cheapest access to a node."""
        return min(
            (access for access in self.accesses if access.node == node),
            key=lambda access: access.cost,
        )


@dataclass(frozen=True, slots=True)
class Legs:
    """Parts of roads in the order of travel: rows, and where each part begins and ends."""

    road: list[int]
    from_m: list[float]
    to_m: list[float]


@dataclass(frozen=True, slots=True)
class Costs:
    """One set of costs of a graph, and what goes with it.

    Attributes
    ----------
    search : Search
        Over whole roads.
    part : callable
        Cost of a part of a road.
    along, against : bool[roads]
        In which directions a road may be travelled.
    """

    search: Search
    part: PartCost
    along: BoolArray
    against: BoolArray


def joints(network: Network, costs: Costs, start: Spot, end: Spot) -> tuple[Joint, Joint]:
    """Join both spots to the ends of their roads, where the part in between may be used."""
    return (
        _joint(network, costs, start, leaving=True),
        _joint(network, costs, end, leaving=False),
    )


def _joint(network: Network, costs: Costs, spot: Spot, *, leaving: bool) -> Joint:
    road, at_m = spot.road, spot.at_m
    length_m = float(network.length_m[road])
    to_end, to_start = bool(costs.along[road]), bool(costs.against[road])
    if not leaving:
        to_end, to_start = to_start, to_end
    found = []
    # A spot at the very end of a road is at the node, whichever way its road may be travelled.
    if to_start or at_m == 0.0:
        spent = costs.part(road, 0.0, at_m)
        found.append(Access(int(network.from_node[road]), 0.0, spent))
    if to_end or at_m == length_m:
        spent = costs.part(road, at_m, length_m)
        found.append(Access(int(network.to_node[road]), length_m, spent))
    return Joint(spot, tuple(access for access in found if access.cost < BLOCKED))


def legs_between(
    network: Network, graph: Graph, costs: Costs, ends: tuple[Joint, Joint]
) -> Legs | None:
    """Find the cheapest way between two joined spots, along one road or over nodes."""
    start, end = ends
    found: Found | None = None
    if start.accesses and end.accesses:
        found = costs.search.find(start.ends(), end.ends())
    straight = _straight(costs, start.spot, end.spot)
    if straight is not None and (found is None or straight[0] <= found.cost):
        return straight[1]
    return None if found is None else legs_of(network, graph, ends, found)


def _straight(costs: Costs, start: Spot, end: Spot) -> tuple[int, Legs] | None:
    """Give the way along the one road that both spots lie on, with its cost."""
    if start.road != end.road:
        return None
    if start.at_m == end.at_m:
        return 0, Legs([], [], [])
    open_to = costs.along if start.at_m < end.at_m else costs.against
    low_m, high_m = sorted((start.at_m, end.at_m))
    cost = costs.part(start.road, low_m, high_m)
    if cost >= BLOCKED or not open_to[start.road]:
        return None
    return cost, Legs([start.road], [start.at_m], [end.at_m])


def legs_of(network: Network, graph: Graph, ends: tuple[Joint, Joint], found: Found) -> Legs:
    """Lay a path out as parts of roads, from spot to spot."""
    start, end = ends
    enter, leave = start.at(found.first), end.at(found.last)
    whole = graph.road[found.arcs]
    follows = found.arcs % 2 == 0
    length_m = network.length_m[whole]
    road = [start.spot.road, *whole.tolist(), end.spot.road]
    from_m = [start.spot.at_m, *np.where(follows, 0.0, length_m).tolist(), leave.at_m]
    to_m = [enter.at_m, *np.where(follows, length_m, 0.0).tolist(), end.spot.at_m]
    first = 0 if from_m[0] != to_m[0] else 1
    last = len(road) if from_m[-1] != to_m[-1] else len(road) - 1
    return Legs(road[first:last], from_m[first:last], to_m[first:last])
