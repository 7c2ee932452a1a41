"""Which roads a new route uses: by the least risk, through drawn points, or along a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

from uxo.errors import BadInput, NoRoute, NoRouteReason, NotFound
from uxo.evidence.routes import Gap, RoadPart, RouteSource, Waypoint
from uxo.plan.graph import usable
from uxo.plan.line_samples import Samples
from uxo.plan.map_match import match_line
from uxo.plan.place import RoadFinder, Spot
from uxo.plan.shortest import shortest_through
from uxo.roads.network import build_network
from uxo.services.ways import Position, WayAnswer, WayRequest
from uxo.status.result import StatusResult
from uxo.vocabulary import Status

FindWay = Callable[[WayRequest], WayAnswer]
_SAME_M: Final = 1e-6
_DRAWN_DEG: Final = 1e-5  # a metre: how closely the course of a gap is kept
_NO_GAP_M: Final = 0.01
_EARTH: Final = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Course:
    """The roads of a new route.

    Attributes
    ----------
    waypoints : tuple of Waypoint
        Where it begins, what it passes, where it ends.
    roads : tuple of RoadPart
        In the order of travel.
    gaps : tuple of Gap
        Stretches off every known road.
    source : RouteSource
        How they were chosen.
    """

    waypoints: tuple[Waypoint, ...]
    roads: tuple[RoadPart, ...]
    gaps: tuple[Gap, ...]
    source: RouteSource


def least_risk_course(
    result: StatusResult,
    find_way: FindWay,
    points: Sequence[Waypoint],
    allowed: frozenset[Status],
    *,
    on_foot: bool,
) -> Course:
    """Join the least-risk ways from each point to the next.

    Parameters
    ----------
    result : StatusResult
        Tells how long the roads are.
    find_way : callable
        Finds one way.
    points : sequence of Waypoint
        Two at least.
    allowed : frozenset of Status
        What a way may use.
    on_foot : bool
        Walking; else in a vehicle.

    Raises
    ------
    BadInput, NoRoute
        As `uxo.services.ways.WaysService.find`.
    NotFound
        The roads were imported anew meanwhile.
    """
    length_of = dict(zip(result.roads["road_id"], result.road_length_m.tolist(), strict=True))
    parts: list[RoadPart] = []
    for start, end in pairwise(points):
        asked = WayRequest(
            Position(start.lon, start.lat), Position(end.lon, end.lat), allowed, on_foot
        )
        found = find_way(asked)
        way = found.ways.least_risk
        for row, from_m, to_m in zip(
            way.road.tolist(), way.from_m.tolist(), way.to_m.tolist(), strict=True
        ):
            road_id = found.names[row][0]
            if road_id not in length_of:
                msg = f"road {road_id} was replaced while the way was searched; ask again"
                raise NotFound(msg)
            parts.append(RoadPart(road_id, from_m, to_m, length_of[road_id]))
    return _course(points, parts, (), RouteSource.WAYS)


def drawn_course(result: StatusResult, points: Sequence[Waypoint], *, on_foot: bool) -> Course:
    """Join the shortest roads from each point to the next, whatever their status is.

    Raises
    ------
    NoRoute
        A point is off the network, or no roads join two of them.
    """
    network = build_network(result.roads, result.road_length_m)
    along, against = usable(network, on_foot=on_foot)
    finder = RoadFinder(result.roads, network.length_m)
    near_m = result.policy.value("way_near_m.place")
    spots = [
        _spot(finder, number, point, near_m, along | against)
        for number, point in enumerate(points, start=1)
    ]
    parts = [
        RoadPart(str(network.road_id[row]), from_m, to_m, float(network.length_m[row]))
        for legs in shortest_through(network, spots, on_foot=on_foot)
        for row, from_m, to_m in zip(legs.road, legs.from_m, legs.to_m, strict=True)
    ]
    return _course(points, parts, (), RouteSource.WAYPOINTS)


def line_course(
    result: StatusResult, parts: Sequence[npt.NDArray[np.float64]], tolerance_m: float
) -> Course:
    """Follow a line on the roads that lie along it; what has none is a gap.

    Parameters
    ----------
    result : StatusResult
        Its roads.
    parts : sequence of float64[k, 2]
        Longitude and latitude.
    tolerance_m : float
        How far from the line a road may lie, ground metres.

    Raises
    ------
    BadInput
        No road lies along the line, or it is far too long.
    """
    network = build_network(result.roads, result.road_length_m)
    matched = match_line(result, network, parts, tolerance_m)
    samples = matched.samples
    roads: list[RoadPart] = []
    gaps: list[Gap] = []
    reached = 0
    for stretch in matched.stretches:
        gaps += _gap(samples, len(roads), reached, stretch.first)
        own = [
            RoadPart(str(network.road_id[row]), from_m, to_m, float(network.length_m[row]))
            for row, from_m, to_m in stretch.moves
        ]
        roads += joined_parts(own)
        reached = stretch.last
    gaps += _gap(samples, len(roads), reached, len(samples) - 1)
    if not roads:
        msg = f"no road lies along the line within {tolerance_m:g} m"
        raise BadInput(msg)
    ends = (samples.at(0), samples.at(len(samples) - 1))
    return Course(ends, tuple(roads), tuple(gaps), RouteSource.LINE)


def _gap(samples: Samples, after: int, first: int, last: int) -> list[Gap]:
    """Tell what of a line lies between two samples; nothing where they are one."""
    if last <= first:
        return []
    lon, lat = samples.lon[first : last + 1], samples.lat[first : last + 1]
    _, _, steps_m = _EARTH.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    metres = float(np.sum(steps_m))
    if metres < _NO_GAP_M:
        return []
    line = shapely.simplify(shapely.LineString(np.column_stack((lon, lat))), _DRAWN_DEG)
    course = tuple(Waypoint(x, y) for x, y in line.coords)
    return [Gap(after, course, metres)]


def _spot(
    finder: RoadFinder,
    number: int,
    point: Waypoint,
    near_m: float,
    usable_roads: npt.NDArray[np.bool_],
) -> Spot:
    spot = finder.nearest(point.lon, point.lat, near_m, usable_roads)
    if spot is None:
        msg = (
            f"point {number} ({point.lat:.6f}, {point.lon:.6f}: latitude, longitude) is off the "
            f"network: no road that can be used lies within {near_m:g} m"
        )
        raise NoRoute(msg, NoRouteReason.OFF_NETWORK)
    return spot


def _course(
    points: Sequence[Waypoint],
    parts: Sequence[RoadPart],
    gaps: tuple[Gap, ...],
    source: RouteSource,
) -> Course:
    joined = joined_parts(parts)
    if not joined:
        msg = "the route has no length: its points lie at one place on the road"
        raise BadInput(msg)
    return Course(tuple(points), joined, gaps, source)


def joined_parts(parts: Sequence[RoadPart]) -> tuple[RoadPart, ...]:
    """Join parts of one road that follow each other in one direction; drop those of no length."""
    joined: list[RoadPart] = []
    for part in parts:
        if part.metres == 0.0:
            continue
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.road_id == part.road_id
            and abs(last.to_m - part.from_m) < _SAME_M
            and (last.to_m > last.from_m) == (part.to_m > part.from_m)
        ):
            joined[-1] = RoadPart(part.road_id, last.from_m, part.to_m, part.road_length_m)
        else:
            joined.append(part)
    return tuple(joined)
