"""Return routes of a store: made, listed, shown with their status, retired."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import pandas as pd
import shapely

from uxo.errors import BadInput, NotFound
from uxo.evidence.events import EventType
from uxo.evidence.routes import Mode, Route, Waypoint
from uxo.plan.route_report import RouteReport, RouteReporter
from uxo.services.place_search import FoundPlace, Match, PlaceSearch
from uxo.services.route_course import Course
from uxo.services.route_json import place_names, report_json
from uxo.services.tiles import NOW, Moment
from uxo.status.result import StatusResult
from uxo.store.contract import Draft, Store
from uxo.vocabulary import Layer, Status

_CHOICES: Final = 10
StatusAt = Callable[[Moment], StatusResult]


@dataclass(frozen=True, slots=True)
class RouteEnd:
    """A place that a route begins at, passes, or ends at.

    Attributes
    ----------
    at : Waypoint
        Where.
    pcode : str or None
        Of the community; None: a bare position.
    """

    at: Waypoint
    pcode: str | None = None


@dataclass(frozen=True, slots=True)
class RouteOrder:
    """What somebody says about a new route, besides its roads.

    Attributes
    ----------
    name, name_ar : str, str or None
        As people call it.
    from_place, to_place : str or None
        P-codes.
    allowed : frozenset of Status
        What it may use.
    mode : Mode
        Vehicle or on foot.
    households : int or None
        Expected to return by it; None: not known.
    season : str or None
        In words; None: not said.
    """

    name: str
    allowed: frozenset[Status]
    mode: Mode
    name_ar: str | None = None
    from_place: str | None = None
    to_place: str | None = None
    households: int | None = None
    season: str | None = None


class RouteBook:
    """The return routes of a store, for many threads.

    Parameters
    ----------
    store : Store
        Open.
    status_at : callable
        Moment -> status of every road.
    """

    def __init__(self, store: Store, status_at: StatusAt) -> None:
        self._store = store
        self._status_at = status_at
        self._lock = Lock()
        self._writing = Lock()
        self._rows: tuple[object, pd.Index[str]] | None = None

    def place(self, pcode: str) -> RouteEnd:
        """Find a community by its P-code.

        Raises
        ------
        NotFound
            There is none.
        """
        table = self._store.get(Layer.PLACES, pcode)
        # Of an area a point that lies in it for sure.
        point = shapely.point_on_surface(table.geometry.iloc[0])
        return RouteEnd(Waypoint(float(point.x), float(point.y)), pcode)

    def place_called(self, typed: str) -> RouteEnd:
        """Find a community by its P-code, or by a name that only one has.

        Raises
        ------
        NotFound
            There is none; the message names what comes near.
        BadInput
            Several have that name; the message names them with their districts.
        """
        found = PlaceSearch(self._store.state(Layer.PLACES)).find(typed, _CHOICES)
        best = found.places[0] if found.places else None
        if best is None or best.match > Match.NAME:
            near = f"; perhaps {_listed(found.places)}" if found.places else ""
            msg = f"there is no community {typed[:80]!r}{near}"
            raise NotFound(msg)
        if found.ambiguous:
            alike = [one for one in found.places if one.match is best.match]
            msg = f"several communities are called {typed[:80]!r}, give a P-code: {_listed(alike)}"
            raise BadInput(msg)
        return RouteEnd(Waypoint(best.lon, best.lat), best.pcode)

    def add(self, order: RouteOrder, course: Course, who: str) -> Route:
        """Record a new route; it is on disk when this returns.

        Parameters
        ----------
        order : RouteOrder
            What is said about it.
        course : Course
            Its roads.
        who : str
            Code of the team.

        Raises
        ------
        BadInput
            The name is taken, or a value cannot be.
        """
        data = {
            "name": order.name,
            "name_ar": order.name_ar,
            "waypoints": course.waypoints,
            "from_place": order.from_place,
            "to_place": order.to_place,
            "roads": course.roads,
            "gaps": course.gaps,
            "households": order.households,
            "season": order.season,
            "mode": order.mode.value,
            "allowed": order.allowed,
            "source": course.source.value,
        }
        with self._writing:
            taken = [one for one in self.standing() if one.name == order.name.strip()]
            if taken:
                msg = f"name: there is a route {order.name!r} already; choose another name"
                raise BadInput(msg)
            (receipt,) = self._store.record([Draft(EventType.ROUTE_RECORDED, None, data, who)])
        return self.get(receipt.entity)

    def retire(self, route_id: str, reason: str, who: str) -> Route:
        """Take a route out of the lists; its history stays.

        Raises
        ------
        NotFound, Refused
            There is none, or it was retired already.
        """
        draft = Draft(EventType.ROUTE_RETIRED, route_id, {"reason": reason}, who)
        self._store.record([draft])
        return self.get(route_id)

    def standing(self, moment: Moment = NOW) -> tuple[Route, ...]:
        """List the routes that are not retired."""
        return tuple(one for one in self._store.routes(moment.known_at) if not one.retired)

    def get(self, route_id: str, moment: Moment = NOW) -> Route:
        """Give a route by its id.

        Raises
        ------
        NotFound
            There is none, or none was known at that moment.
        """
        for route in self._store.routes(moment.known_at):
            if route.id == route_id:
                return route
        msg = f"there is no route {route_id[:80]!r}" + _then(moment)
        raise NotFound(msg)

    def named(self, name: str, moment: Moment = NOW) -> Route:
        """Give a route by its name in either language, or by its id.

        Raises
        ------
        NotFound
            There is none.
        BadInput
            Two centres gave one name to two routes.
        """
        routes = self._store.routes(moment.known_at)
        wanted = name.strip()
        for found in (
            [one for one in routes if one.id == wanted],
            [one for one in routes if wanted in {one.name, one.name_ar} and not one.retired],
            [one for one in routes if wanted in {one.name, one.name_ar}],
        ):
            if len(found) > 1:
                ids = ", ".join(one.id for one in found)
                msg = f"{len(found)} routes are called {name[:80]!r}; name one by its id: {ids}"
                raise BadInput(msg)
            if found:
                return found[0]
        msg = f"there is no route {name[:80]!r}" + _then(moment) + "; see: uxo route list"
        raise NotFound(msg)

    def report(self, route: Route, moment: Moment = NOW) -> RouteReport:
        """Say how a route stands."""
        return self._reporter(moment).report(route)

    def reports(self, moment: Moment = NOW) -> list[RouteReport]:
        """Say how every route stands: the worst first, then the most households."""
        routes = self.standing(moment)
        if not routes:
            return []
        reporter = self._reporter(moment)
        return sorted((reporter.report(route) for route in routes), key=_urgency)

    def as_json(self, reports: Sequence[RouteReport]) -> list[dict[str, Any]]:
        """Write reports without their pieces, in the shape of ``--json`` and the web service."""
        sources = self._store.sources()
        lines = list(dict.fromkeys(one.attribution for one in sources if one.attribution))
        names = place_names(self._store.state(Layer.PLACES)) if reports else {}
        more = {"exercise": any(one.exercise for one in sources), "attribution": lines}
        return [report_json(report, names) | more for report in reports]

    def status(self, moment: Moment = NOW) -> StatusResult:
        """Give the status that routes are read over."""
        return self._status_at(moment)

    def _reporter(self, moment: Moment) -> RouteReporter:
        """Prepare reports; the index of the roads is kept as long as they are the same."""
        result = self._status_at(moment)
        with self._lock:
            if self._rows is None or self._rows[0] is not result.roads:
                self._rows = (result.roads, pd.Index(result.roads["road_id"]))
            return RouteReporter(result, self._rows[1])


def _listed(places: Sequence[FoundPlace]) -> str:
    return ", ".join(
        f"{one.name_en or one.name_ar or '?'} ({one.pcode}, {one.admin3 or 'district not known'})"
        for one in places
    )


def _then(moment: Moment) -> str:
    return "" if moment.known_at is None else f" that was known at {moment.known_at.isoformat()}"


def _urgency(report: RouteReport) -> tuple[int, float, str]:
    """Put the worst first, then the most households; those not known are not put last."""
    households = report.route.households
    return (
        int(report.worst),
        -float("inf") if households is None else -float(households),
        report.route.name,
    )
