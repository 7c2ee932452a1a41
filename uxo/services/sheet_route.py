"""The sheet of a return route, from its report."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from uxo.errors import NotFound
from uxo.evidence.routes import Mode, Route, Waypoint
from uxo.plan.route_report import BlockingPlace as Reported
from uxo.plan.route_report import RouteReport
from uxo.plan.way_lines import WayLines
from uxo.publish.sheets.content import (
    BlockingPlace,
    Community,
    MapContent,
    RouteFacts,
    SheetContent,
    Spot,
    Subject,
    Tier,
)
from uxo.publish.sheets.frame import Frame, Paper
from uxo.services.live_status import Provenance
from uxo.services.sheet_ground import (
    communities,
    communities_in,
    named_why,
    outlines_in,
    pieces_around,
    reliance,
    shown_to,
)
from uxo.services.sheet_number import Knowledge, issue_number
from uxo.status.result import StatusResult
from uxo.vocabulary import Status


def route_sheet(  # what is known, and for whom it is printed
    report: RouteReport,
    result: StatusResult,
    places: gpd.GeoDataFrame,
    origin: Provenance,
    *,
    tier: Tier,
    paper: Paper,
) -> SheetContent:
    """Make the sheet of a route.

    Parameters
    ----------
    report : RouteReport
        How it stands.
    result : StatusResult
        The status that the report rests on.
    places : GeoDataFrame
        Declared place columns.
    origin : Provenance
        Of the data.
    tier : Tier
        Who may hold it.
    paper : Paper
        On what.

    Raises
    ------
    NotFound
        No road of the route is left, so that there is nothing to draw.
    """
    route = report.route
    course, course_ranks = report.course()
    gaps = [shapely.LineString([(at.lon, at.lat) for at in gap.line]) for gap in route.gaps]
    lines = np.array([*course, *gaps], dtype=object)
    if len(lines) == 0:
        msg = f"route {route.name[:80]!r}: none of its roads is in the network of this moment"
        raise NotFound(msg)
    unknown = np.full(len(gaps), Status.NOT_SURVEYED, dtype=np.uint8)
    ranks = np.concatenate([course_ranks, unknown])
    at = shapely.get_coordinates(lines)
    frame = Frame.around(at[:, 0], at[:, 1], paper)
    _, around, around_ranks = pieces_around(result, frame)
    relied = reliance(result, report.rely_until)
    ends = WayLines(result)
    row_of = {str(road): row for row, road in enumerate(result.roads["road_id"])}
    blocking = [
        _blocking(result, ends.part(row_of[one.road_id], one.from_m, one.to_m), one)
        for one in report.blocking
    ]
    return SheetContent(
        subject=Subject.ROUTE,
        tier=tier,
        title=route.name,
        title_ar=route.name_ar or "",
        issue=issue_number(_knowledge(report, lines, ranks)),
        as_of=report.as_of,
        known_at=report.known_at,
        rely_until=relied.until,
        rely_limit=relied.limit,
        sheet_days=relied.sheet_days,
        oldest=report.dates.oldest,
        vouched=report.oldest_knowledge is not None,
        metres=report.metres,
        blocking=tuple(shown_to(tier, one) for one in blocking),
        left_out=0,
        left_out_m=0.0,
        map=MapContent(
            frame=frame,
            lines=lines,
            ranks=ranks,
            around=around,
            around_ranks=around_ranks,
            outlines=outlines_in(result, frame, tier),
            communities=communities_in(places, frame),
        ),
        policy_digest=report.policy_digest,
        exercise=origin.exercise,
        attribution=origin.attribution,
        route=_facts(report, route, places),
    )


def _blocking(
    result: StatusResult, course: npt.NDArray[np.float64], one: Reported
) -> BlockingPlace:
    """Take a place of the report over, with the positions of its ends."""
    first, last = course[0].tolist(), course[-1].tolist()
    return BlockingPlace(
        status=one.status,
        road_id=one.road_id,
        road_name=one.road_name or "",
        from_m=one.from_m,
        to_m=one.to_m,
        begin=Spot(*first),
        end=Spot(*last),
        middle=Spot(one.lon, one.lat),
        why=named_why(result, one.evidence_ids),
    )


def _facts(report: RouteReport, route: Route, places: gpd.GeoDataFrame) -> RouteFacts:
    return RouteFacts(
        on_foot=route.mode is Mode.FOOT,
        households=route.households,
        season=route.season or "",
        start=_end(places, route.from_place, route.waypoints[:1]),
        end=_end(places, route.to_place, route.waypoints[-1:]),
        gone=report.gone,
        changed=report.changed,
    )


def _end(places: gpd.GeoDataFrame, pcode: str | None, at: tuple[Waypoint, ...]) -> Community | None:
    """Find the community at an end of the route, or its position where it has none."""
    named = places.iloc[:0] if pcode is None else places.loc[places["pcode"] == pcode]
    bare = (Community(Spot(one.lon, one.lat), "", "") for one in at)
    return next(communities(named), None) or next(bare, None)


def _knowledge(
    report: RouteReport, lines: npt.NDArray[np.object_], ranks: npt.NDArray[np.uint8]
) -> Knowledge:
    """Tell what decides the number: the course, every status, the evidence, the dates."""
    told = [
        [one.road_id, round(one.from_m, 2), round(one.to_m, 2), one.status.word, *one.evidence_ids]
        for one in report.blocking
    ]
    route = report.route
    return Knowledge(
        subject=f"route {route.id}",
        as_of=report.as_of,
        known_at=report.known_at,
        policy_digest=report.policy_digest,
        says=[
            [line.wkt for line in lines],
            ranks.tolist(),
            told,
            [route.name, route.name_ar, route.households, route.season, route.mode.value],
            [str(report.dates.oldest), str(report.rely_until), *report.gone, *report.changed],
        ],
    )
