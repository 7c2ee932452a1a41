"""Which way can people go: the ways between two places over the status of this moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from uxo.errors import Blocking, NoRoute, NoRouteReason, StoreError
from uxo.plan.answers import Question, Way, Ways
from uxo.plan.graph import Graph, usable
from uxo.plan.hierarchy import Hierarchy
from uxo.plan.place import RoadFinder, Spot
from uxo.plan.planner import Planner
from uxo.plan.tariff import allowed_of
from uxo.plan.way_lines import WayLines
from uxo.policy import Policy
from uxo.roads.network import Network, build_network
from uxo.services.live_status import LiveStatusService
from uxo.services.own_thread import OwnThread
from uxo.services.way_order import kept_order
from uxo.status.result import StatusResult
from uxo.vocabulary import Effect, Status

FloatArray = npt.NDArray[np.float64]

# Which effects of evidence give a piece a status that keeps a way shut (status rule, section 5).
_HAZARDS: Final = (Effect.HAZARD_APPLIES, Effect.HAZARD_APPLIES_AFTER_REMOVAL)
_SHUT_BY: Final[dict[Status, tuple[Effect, ...]]] = {
    Status.CLOSED: (Effect.CLOSURE_IN_FORCE,),
    Status.CONFIRMED_HAZARD: _HAZARDS,
    Status.SUSPECTED_HAZARD: _HAZARDS,
    Status.SURVEY_EXPIRED: (Effect.RELEASE_EXPIRED,),
}


@dataclass(frozen=True, slots=True)
class Position:
    """A place in degrees (WGS84)."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class WayRequest:
    """What a planner asks.

    Attributes
    ----------
    start, end : Position
        Any place; the nearest road that the traveller may use is taken.
    allowed : frozenset of Status
        What the way may use.
    on_foot : bool
        Walking; else in a vehicle.
    """

    start: Position
    end: Position
    allowed: frozenset[Status]
    on_foot: bool


@dataclass(frozen=True, slots=True)
class WayAnswer:
    """The ways, and what they rest on.

    Attributes
    ----------
    ways : Ways
        As the planner found them.
    lines : tuple of list
        Vertices ``[lon, lat]`` of the least-risk way, the shortest, and each alternative.
    names : mapping of int to (str, str)
        Id and name of each road that is used, by its row; the name is empty where it has none.
    as_of, known_at : datetime
        The moment, and the last moment whose knowledge was used.
    policy : Policy
        Whose figures.
    """

    ways: Ways
    lines: tuple[list[list[float]], ...]
    names: dict[int, tuple[str, str]]
    as_of: datetime
    known_at: datetime
    policy: Policy

    def as_json(self) -> dict[str, Any]:
        """Give the shape that ``--json`` and the web service answer with."""
        asked = self.ways.question
        every = [self.ways.least_risk, self.ways.shortest, *self.ways.alternatives]
        least_risk, shortest, *others = (
            self._way_json(way, line) for way, line in zip(every, self.lines, strict=True)
        )
        return {
            "start": self._spot_json(asked.start),
            "end": self._spot_json(asked.end),
            "allowed": [status.word for status in Status if status in asked.allowed],
            "on_foot": asked.on_foot,
            "least_risk": least_risk,
            "shortest": shortest,
            "alternatives": others,
            "alternatives_share_most": self.policy.value("way_share.alternative_most"),
            "alternatives_exposure_factor_most": self.policy.value("way_factor.alternative_worst"),
            "rounding_m": self.ways.rounding_m,
            "as_of": _iso(self.as_of),
            "known_at": _iso(self.known_at),
            "policy_digest": self.policy.digest,
        }

    def _spot_json(self, spot: Spot) -> dict[str, Any]:
        return {
            "road_id": self.names[spot.road][0],
            "at_m": round(spot.at_m, 2),
            "distance_m": round(spot.distance_m, 1),
        }

    def _way_json(self, way: Way, line: list[list[float]]) -> dict[str, Any]:
        worst = way.worst
        return {
            "km": round(way.length_m / 1000.0, 6),
            "exposure_m": round(way.exposure_m, 2),
            "worst": None if worst is None else worst.word,
            "km_by_status": {one.word: round(way.metres[one] / 1000.0, 6) for one in Status},
            "km_not_surveyed": round(way.not_surveyed_m / 1000.0, 6),
            "parts": [
                {
                    "road_id": self.names[road][0],
                    "name": self.names[road][1] or None,
                    "from_m": round(from_m, 2),
                    "to_m": round(to_m, 2),
                }
                for road, from_m, to_m in zip(
                    way.road.tolist(), way.from_m.tolist(), way.to_m.tolist(), strict=True
                )
            ],
            "coordinates": line,
        }


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
        found = self.planner.find(Question(spots[0], spots[1], asked.allowed, asked.on_foot))
        if isinstance(found, NoRoute):
            return found
        every = (found.least_risk, found.shortest, *found.alternatives)
        lines = tuple(self._lines.coordinates(way, self.network.length_m) for way in every)
        used = np.unique(np.concatenate([[spot.road for spot in spots], *(w.road for w in every)]))
        names = {int(road): self._named(int(road)) for road in used}
        return WayAnswer(found, lines, names, as_of, known_at, self.policy)

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
            raise with_evidence(found, result)
        return found

    return find


@dataclass(slots=True)
class _Held:
    """What the service holds between two questions, on its thread."""

    version: int | None = None
    digest: str = ""
    ground: Ground | None = None

    def drop(self) -> None:
        """Let go of the graph, on the thread that made it."""
        if self.ground is not None:
            self.ground.planner.release()
        self.ground = self.version = None


class WaysService:
    """Ways over the live status of a store, for many threads at once.

    The graph is prepared once and again only when the roads change; a record changes the weights
    of the roads that it touches, before the next answer.

    Parameters
    ----------
    live : LiveStatusService
        The status.
    order_file : Path or None
        Where the order of the nodes is kept from one start to the next; None: nowhere.
    """

    def __init__(self, live: LiveStatusService, *, order_file: Path | None = None) -> None:
        self._live = live
        self._order_file = order_file
        self._thread = OwnThread(_Held, _Held.drop, "ways")

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
        live, order_file = self._live, self._order_file
        found = self._thread.ask(lambda held: _answer(held, live, order_file, asked))
        if isinstance(found, NoRoute):
            raise with_evidence(found, live.result()) if found.cut else found
        return found

    def close(self) -> None:
        """Let go of the graph."""
        self._thread.close()


def _answer(
    held: _Held, live: LiveStatusService, order_file: Path | None, asked: WayRequest
) -> WayAnswer | NoRoute:
    """Bring the graph up to date, and answer. On the service's own thread."""
    changes = live.road_changes(held.version)
    if changes.whole is not None:
        _prepare(held, changes.whole, order_file)
    elif len(changes.rows) and held.ground is not None:
        held.ground.planner.change(changes.rows.astype(np.int64), changes.swept)
    held.version = changes.version
    ground = held.ground
    if ground is None:
        msg = "the status told of no change to somebody who held nothing"
        raise StoreError(msg)
    return ground.find(asked, changes.as_of, changes.known_at)


def _prepare(held: _Held, result: StatusResult, order_file: Path | None) -> None:
    """Lay the network out anew; what joins what is prepared again only if it changed."""
    network = build_network(result.roads, result.road_length_m)
    digest = network.topology_digest()
    hierarchy = None if held.ground is None else held.ground.hierarchy
    if hierarchy is None or digest != held.digest:
        graph = Graph.of(network)
        hierarchy = Hierarchy(graph, kept_order(network, graph, digest, order_file))
    held.drop()
    held.digest = digest
    held.ground = Ground(result, network, hierarchy)


def with_evidence(found: NoRoute, result: StatusResult) -> NoRoute:
    """Name the evidence that shuts each piece of a cut, and a place on each."""
    if not found.cut:
        return found
    row_of = {name: row for row, name in enumerate(result.roads["road_id"])}
    named = [
        Blocking(
            piece.road_id, piece.from_m, piece.to_m, piece.status, piece.effort_m2,
            _evidence(result, row_of.get(piece.road_id), piece),
            *_place_on(result, row_of.get(piece.road_id), piece),
        )
        for piece in found.cut
    ]  # fmt: skip
    return NoRoute(str(found), found.reason, tuple(named))


def _place_on(
    result: StatusResult, row: int | None, piece: Blocking
) -> tuple[float, float] | tuple[None, None]:
    """Give longitude and latitude of a place on a piece; none where its road is gone."""
    if row is None:
        return None, None
    middle_m = min((piece.from_m + piece.to_m) / 2.0, float(result.road_length_m[row]))
    (line,) = result.geometries(np.array([result.piece_at(row, middle_m)]))
    point = shapely.line_interpolate_point(line, 0.5, normalized=True)
    return round(point.x, 7), round(point.y, 7)


def _evidence(result: StatusResult, row: int | None, piece: Blocking) -> tuple[str, ...]:
    """List what gives a piece its status; nothing where the status has changed meanwhile."""
    if row is None:
        return ()
    own = result.pieces_of(row)
    status = Status[piece.status.upper()]
    from_m, to_m = result.from_m[own], result.to_m[own]
    point = (from_m == to_m) & (from_m >= piece.from_m) & (to_m <= piece.to_m)
    on_it = ((from_m < piece.to_m) & (to_m > piece.from_m)) | point
    at = own.start + np.flatnonzero(on_it & (result.status[own] == status))
    effects = _SHUT_BY.get(status, ())
    ids = (
        reason.evidence_id
        for reasons in result.reasons_of(at)
        for reason in reasons
        if reason.effect in effects
    )
    return tuple(dict.fromkeys(ids))


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
