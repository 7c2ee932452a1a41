"""Which way can people go: the ways between two places over the status of this moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final
from weakref import ref

import numpy as np

from uxo.errors import NoRoute, NoRouteReason, StoreError
from uxo.plan.answers import Question
from uxo.plan.cut import Terrain, why_not
from uxo.plan.graph import Graph, usable
from uxo.plan.hierarchy import Hierarchy, order_of
from uxo.plan.place import RoadFinder
from uxo.plan.planner import Planner
from uxo.plan.tariff import allowed_of
from uxo.plan.way_lines import WayLines
from uxo.roads.network import Network, build_network
from uxo.services.live_status import LiveStatusService
from uxo.services.own_thread import OwnThread
from uxo.services.status_changes import RoadChanges
from uxo.services.way_answers import Position, WayAnswer, WayRequest
from uxo.services.way_cut import explained
from uxo.services.way_order import OrderMaking, read_order, write_order
from uxo.status.result import StatusResult

__all__ = ["Ground", "Position", "WayAnswer", "WayRequest", "WaysService", "ways_of_result"]

_ORDERED_AT_ONCE: Final = 20_000
"""Nodes: a network up to this is ordered in some tenths of a second, a larger one apart."""


@dataclass(frozen=True, slots=True)
class Shut:
    """That there is no way; why takes long to say, and any thread may do so.

    Attributes
    ----------
    terrain : Terrain
        The network at the moment of the question.
    question : Question
        What was asked.
    """

    terrain: Terrain
    question: Question

    def why(self) -> NoRoute:
        """Say why, and what would open one."""
        return why_not(self.terrain, self.question)


class Ground:
    """A network that is ready for questions. For the thread that made it.

    Parameters
    ----------
    result : StatusResult
        Status of every road.
    network : Network
        Of its roads.
    hierarchy : Hierarchy or None
        Makes searches fast; None: exact searches, for a few questions.
    """

    def __init__(self, result: StatusResult, network: Network, hierarchy: Hierarchy | None) -> None:
        half_width_m = np.empty(len(result.roads))
        for part in result.parts:
            half_width_m[part.road_rows] = part.roads.half_width_m
        self.network = network
        self.hierarchy = hierarchy
        self.policy = result.policy
        self.planner = Planner(
            network, half_width_m, result.swept, policy=result.policy, hierarchy=hierarchy
        )
        self._finder = RoadFinder(result.roads, network.length_m)
        self._lines = WayLines(result)
        self._name = result.roads["name"].to_numpy(dtype=object)

    def find(self, asked: WayRequest, as_of: datetime, known_at: datetime) -> WayAnswer | NoRoute:
        """Find the ways of a request."""
        found = self.look(asked, as_of, known_at)
        return found.why() if isinstance(found, Shut) else found

    def look(
        self, asked: WayRequest, as_of: datetime, known_at: datetime
    ) -> WayAnswer | NoRoute | Shut:
        """Find the ways of a request, and leave it to others to say why there is none."""
        along, against = usable(self.network, on_foot=asked.on_foot)
        near_m = self.policy.value("way_near_m.place")
        spots = []
        for words, place in (("the start", asked.start), ("the end", asked.end)):
            spot = self._finder.nearest(place.lon, place.lat, near_m, along | against)
            if spot is None:
                msg = (
                    f"{words} ({place.lat:.6f}, {place.lon:.6f}: latitude, longitude) is off the "
                    f"network: no road that can be used lies within {near_m:g} m"
                )
                return NoRoute(msg, NoRouteReason.OFF_NETWORK)
            spots.append(spot)
        question = Question(spots[0], spots[1], asked.allowed, asked.on_foot)
        found = self.planner.ways(question)
        if found is None:
            return Shut(self.planner.terrain(), question)
        every = (found.least_risk, found.shortest, *found.alternatives)
        lines = tuple(self._lines.coordinates(way, self.network.length_m) for way in every)
        used = np.unique(np.concatenate([[spot.road for spot in spots], *(w.road for w in every)]))
        names = {int(road): self._named(int(road)) for road in used}
        return WayAnswer(found, lines, names, as_of, known_at, self.policy)

    def use(self, hierarchy: Hierarchy) -> None:
        """Search with a hierarchy of this network from now on."""
        self.hierarchy = hierarchy
        self.planner.use(hierarchy)

    def _named(self, road: int) -> tuple[str, str]:
        name = self._name[road]
        return str(self.network.road_id[road]), name if isinstance(name, str) else ""


def ways_of_result(result: StatusResult, asked: WayRequest) -> WayAnswer:
    """Find the ways over a computed status, for a single question.

    Raises
    ------
    BadInput
        Something is allowed through which no way leads.
    NoRoute
        There is no way; it carries what would open one.
    """
    return finder_over(result)(asked)


def finder_over(result: StatusResult) -> Callable[[WayRequest], WayAnswer]:
    """Prepare a network for a few questions over a computed status; see `ways_of_result`."""
    ground = Ground(result, build_network(result.roads, result.road_length_m), None)

    def find(asked: WayRequest) -> WayAnswer:
        allowed_of(asked.allowed)
        found = ground.find(asked, result.as_of, result.known_at)
        if isinstance(found, NoRoute):
            raise explained(found, result)
        return found

    return find


@dataclass(slots=True)
class _Held:
    """What the service holds between two questions, on its thread."""

    version: int | None = None
    digest: str = ""
    ground: Ground | None = None
    making: OrderMaking | None = None

    def drop(self) -> None:
        """Let go of everything, on the thread that made it."""
        if self.making is not None:
            self.making.stop()
        if self.ground is not None:
            self.ground.planner.release()
        self.ground = self.version = self.making = None

    def adopt(self) -> None:
        """Use the order that was made apart, once there is one."""
        making = self.making
        if making is None or not making.done:
            return
        self.making = None
        order = making.order()
        if self.ground is not None:
            self.ground.use(Hierarchy(self.ground.planner.graph, order))

    def adopt_made(self) -> None:
        """Do so if it did not fail; a failure is left for the next question to tell."""
        if self.making is not None and not self.making.failed:
            self.adopt()


class WaysService:
    """Ways over the live status of a store, for many threads at once.

    The graph is prepared once and again only when the roads change; a record changes the weights
    of the roads that it touches, before the next answer. While the nodes of a large network are
    being ordered, by a process of its own, exact searches answer: slower, and the same.

    Parameters
    ----------
    live : LiveStatusService
        The status.
    order_file : Path or None
        Where the order of the nodes is kept from one start to the next; None: nowhere.
    ordered_at_once : int
        Nodes of the largest network that is ordered here and not apart.
    """

    def __init__(
        self,
        live: LiveStatusService,
        *,
        order_file: Path | None = None,
        ordered_at_once: int = _ORDERED_AT_ONCE,
    ) -> None:
        self._live = live
        self._thread = OwnThread(_Held, _Held.drop, "ways")
        ways_thread = ref(self._thread)  # what is made for it does not keep it going

        def made() -> None:
            thread = ways_thread()
            if thread is not None:
                thread.tell(_Held.adopt_made)

        self._preparing = _Preparing(order_file, ordered_at_once, made)
        self._explaining = Lock()

    def prepare(self) -> None:
        """Begin to lay the network out, and do not wait: the first question need not either.

        What fails here fails again, and is told, at the first question.
        """
        live, preparing = self._live, self._preparing
        self._thread.tell(lambda held: _freshen(held, live, preparing))

    def find(self, asked: WayRequest) -> WayAnswer:
        """Find the ways over the status of this moment.

        Raises
        ------
        BadInput
            Something is allowed through which no way leads.
        NoRoute
            There is no way; it carries what would open one.
        StoreError
            The store cannot be read.
        """
        allowed_of(asked.allowed)
        live, preparing = self._live, self._preparing
        found = self._thread.ask(lambda held: _answer(held, live, preparing, asked))
        if isinstance(found, Shut):
            # Not on the thread of the ways, which goes on answering; one at a time, for its memory.
            with self._explaining:
                found = found.why()
        if isinstance(found, NoRoute):
            result = live.result()
            raise explained(found, result)
        return found

    def close(self) -> None:
        """Let go of the graph."""
        self._thread.close()


@dataclass(frozen=True, slots=True)
class _Preparing:
    """How a network is prepared.

    Attributes
    ----------
    order_file : Path or None
        Where the order of the nodes is kept.
    ordered_at_once : int
        Nodes of the largest network that is ordered here.
    made : callable
        Told when an order has been made apart.
    """

    order_file: Path | None
    ordered_at_once: int
    made: Callable[[], None]


def _answer(
    held: _Held, live: LiveStatusService, preparing: _Preparing, asked: WayRequest
) -> WayAnswer | NoRoute | Shut:
    """Bring the graph up to date, and answer. On the service's own thread."""
    changes, ground = _freshen(held, live, preparing)
    held.adopt()
    return ground.look(asked, changes.as_of, changes.known_at)


def _freshen(
    held: _Held, live: LiveStatusService, preparing: _Preparing
) -> tuple[RoadChanges, Ground]:
    """Bring the graph up to date."""
    changes = live.road_changes(held.version)
    if changes.whole is not None:
        _prepare(held, changes.whole, preparing)
    elif len(changes.rows) and held.ground is not None:
        held.ground.planner.change(changes.rows.astype(np.int64), changes.swept)
    held.version = changes.version
    if held.ground is None:
        msg = "the status told of no change to somebody who held nothing"
        raise StoreError(msg)
    return changes, held.ground


def _prepare(held: _Held, result: StatusResult, preparing: _Preparing) -> None:
    """Lay the network out anew; what joins what is prepared again only if it changed."""
    network = build_network(result.roads, result.road_length_m)
    digest = network.topology_digest()
    hierarchy, making = None, None
    if held.ground is not None and digest == held.digest:
        hierarchy, making = held.ground.hierarchy, held.making
        held.making = None
    held.drop()
    if hierarchy is None and making is None:
        hierarchy = _ordered(network, digest, preparing)
    if hierarchy is None and making is None:
        making = OrderMaking(network, digest, preparing.order_file, preparing.made)
    held.digest = digest
    held.ground, held.making = Ground(result, network, hierarchy), making


def _ordered(network: Network, digest: str, preparing: _Preparing) -> Hierarchy | None:
    """Make the hierarchy of a network from a kept order or a quick one; None: neither."""
    graph = Graph.of(network)
    order = read_order(preparing.order_file, digest, graph.size)
    if order is None and graph.size <= preparing.ordered_at_once:
        order = order_of(graph, network.node_lon, network.node_lat)
        write_order(preparing.order_file, digest, order)
    return None if order is None else Hierarchy(graph, order)
