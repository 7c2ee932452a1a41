"""The shortest roads through some points, whatever their status is: the way people go today."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from uxo.errors import NoRoute, NoRouteReason
from uxo.plan.course import Costs, Legs, joints, legs_between
from uxo.plan.dijkstra import BLOCKED
from uxo.plan.graph import Graph, usable
from uxo.plan.place import Spot
from uxo.plan.searching import ExactSearch
from uxo.roads.network import Network

_UNITS_A_METRE = 1000


def shortest_through(network: Network, spots: Sequence[Spot], *, on_foot: bool) -> list[Legs]:
    """Find the shortest way from each spot to the next.

    Parameters
    ----------
    network : Network
        The roads.
    spots : sequence of Spot
        On roads that this traveller may use.
    on_foot : bool
        One-way roads bind vehicles only.

    Raises
    ------
    NoRoute
        No roads join two of them.
    """
    graph = Graph.of(network)
    along, against = usable(network, on_foot=on_foot)
    units = np.rint(network.length_m[graph.road[::2]] * _UNITS_A_METRE).astype(np.int64)
    roads = graph.road[::2]
    cost = np.column_stack(
        (np.where(along[roads], units, BLOCKED), np.where(against[roads], units, BLOCKED))
    ).ravel()

    def part(_road: int, low_m: float, high_m: float) -> int:
        return round((high_m - low_m) * _UNITS_A_METRE)

    costs = Costs(ExactSearch(graph, cost), part, along, against)
    found = []
    for number, (start, end) in enumerate(pairwise(spots), start=1):
        legs = legs_between(network, graph, costs, joints(network, costs, start, end))
        if legs is None:
            msg = f"no roads that can be used join point {number} to point {number + 1}"
            raise NoRoute(msg, NoRouteReason.OTHER_ISLAND)
        found.append(legs)
    return found
