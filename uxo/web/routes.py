"""``/api/v1/routes``: return routes, and how they stand."""

from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Body, Path

from uxo.evidence.routes import Mode, RouteSource, Waypoint
from uxo.plan.map_match import TOLERANCE_M
from uxo.plan.route_report import RouteReport
from uxo.plan.tariff import ALLOWED_BY_DEFAULT
from uxo.services.permissions import refusal
from uxo.services.route_course import (
    Course,
    FindWay,
    drawn_course,
    least_risk_course,
    line_course,
)
from uxo.services.route_json import pieces_json, without_evidence
from uxo.services.routes import RouteBook, RouteEnd, RouteOrder
from uxo.services.tiles import NOW
from uxo.services.who import Who
from uxo.vocabulary import Action, Status
from uxo.web.answers import JsonAnswer
from uxo.web.moments import AsOfQuery, KnownAtQuery, read_moment
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_CHANGE, PROBLEMS_OF_ONE
from uxo.web.routes_shapes import (
    PlaceIn,
    RetireIn,
    RouteIn,
    RoutesShape,
    RouteWithPiecesShape,
)
from uxo.web.strict import StrictRoute
from uxo.web.who import CurrentWho

PATH: Final = "/api/v1/routes"
_Id = Annotated[str, Path(min_length=1, max_length=100, description="Id of the route.")]


def router(book: RouteBook, find_way: FindWay) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    book : RouteBook
        Keeps the return routes.
    find_way : callable
        Finds the least-risk way of a request.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["routes"])

    @routes.post(
        PATH,
        operation_id="addRoute",
        summary="Record a return route",
        status_code=201,
        response_model=RouteWithPiecesShape,
        responses=PROBLEMS_OF_CHANGE,
    )
    def add_route(given: Annotated[RouteIn, Body()], who: CurrentWho) -> JsonAnswer:
        """Choose the roads of a new route, record it, and say how it stands.

        Where there is no way the answer is a problem `no-route`, as `findWays` gives it.
        """
        start, end = (None if one is None else _end(book, one) for one in (given.start, given.end))
        course = _course(book, find_way, given, start, end)
        route = book.add(_order(given, start, end), course, _team(who))
        answer = _whole(book, book.report(route), who)
        location = f"{PATH}/{quote(route.id, safe='')}"
        return JsonAnswer(answer, status_code=201, headers={"Location": location})

    @routes.get(
        PATH,
        operation_id="listRoutes",
        summary="Return routes, the worst first",
        response_model=RoutesShape,
        responses=PROBLEMS,
    )
    def list_routes(
        who: CurrentWho, as_of: AsOfQuery = None, known_at: KnownAtQuery = None
    ) -> JsonAnswer:
        """Give every route that is not retired: the worst first, then the most households."""
        reports = book.reports(read_moment(as_of, known_at))
        return JsonAnswer({"routes": [_shown(one, who) for one in book.as_json(reports)]})

    @routes.get(
        PATH + "/{route_id}",
        operation_id="getRoute",
        summary="One return route, piece by piece",
        response_model=RouteWithPiecesShape,
        responses=PROBLEMS_OF_ONE,
    )
    def get_route(
        route_id: _Id, who: CurrentWho, as_of: AsOfQuery = None, known_at: KnownAtQuery = None
    ) -> JsonAnswer:
        """Say how a route stands, or how it stood at a moment and by what was known then."""
        moment = read_moment(as_of, known_at)
        route = book.get(route_id, moment)
        return JsonAnswer(_whole(book, book.report(route, moment), who))

    @routes.post(
        PATH + "/{route_id}/retire",
        operation_id="retireRoute",
        summary="Take a route out of the lists",
        response_model=RouteWithPiecesShape,
        responses=PROBLEMS_OF_CHANGE,
    )
    def retire_route(
        route_id: _Id, given: Annotated[RetireIn, Body()], who: CurrentWho
    ) -> JsonAnswer:
        """Take a route out of the lists; its history can still be asked for."""
        route = book.retire(route_id, given.reason, _team(who))
        return JsonAnswer(_whole(book, book.report(route, NOW), who))

    return routes


def _team(who: Who) -> str:
    return who.team or who.role.value


def _shown(told: dict[str, Any], who: Who) -> dict[str, Any]:
    withheld = refusal(who.role, Action.SEE_EVIDENCE) is not None
    return without_evidence(told) if withheld else told


def _whole(book: RouteBook, report: RouteReport, who: Who) -> dict[str, Any]:
    (told,) = book.as_json([report])
    return _shown(told, who) | {"pieces": pieces_json(report)}


def _end(book: RouteBook, given: PlaceIn) -> RouteEnd:
    if given.lon is None or given.lat is None:  # then there is a P-code, by the shape
        return book.place(given.pcode or "")
    return RouteEnd(Waypoint(given.lon, given.lat))


def _order(given: RouteIn, start: RouteEnd | None, end: RouteEnd | None) -> RouteOrder:
    return RouteOrder(
        name=given.name,
        name_ar=given.name_ar,
        allowed=_allowed(given),
        mode=given.mode,
        from_place=None if start is None else start.pcode,
        to_place=None if end is None else end.pcode,
        households=given.households,
        season=given.season,
    )


def _allowed(given: RouteIn) -> frozenset[Status]:
    return ALLOWED_BY_DEFAULT | {Status[word.upper()] for word in given.allow}


def _course(
    book: RouteBook,
    find_way: FindWay,
    given: RouteIn,
    start: RouteEnd | None,
    end: RouteEnd | None,
) -> Course:
    on_foot = given.mode is Mode.FOOT
    if given.line is not None:
        tolerance_m = TOLERANCE_M if given.tolerance_m is None else given.tolerance_m
        return line_course(book.status(), given.line_parts(), tolerance_m)
    ends = [one for one in (start, *(_end(book, one) for one in given.via), end) if one is not None]
    points = [one.at for one in ends]
    if given.source is RouteSource.WAYPOINTS:
        return drawn_course(book.status(), points, on_foot=on_foot)
    return least_risk_course(book.status(), find_way, points, _allowed(given), on_foot=on_foot)
