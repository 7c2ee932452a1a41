"""The sheet of a community or a district: its roads, and the places to keep away from."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from uxo.errors import BadInput, NotFound
from uxo.geo.projection import Projection, wrap
from uxo.plan.route_dates import Dates, dates_of
from uxo.publish.sheets.content import (
    BlockingPlace,
    MapContent,
    SheetContent,
    Spot,
    Subject,
    Tier,
)
from uxo.publish.sheets.frame import Frame, Paper
from uxo.services.live_status import Provenance
from uxo.services.sheet_ground import (
    Pieces,
    communities_in,
    outlines_in,
    pieces_around,
    reliance,
    shown_to,
    why_of,
)
from uxo.services.sheet_number import Knowledge, issue_number
from uxo.status.result import StatusResult
from uxo.vocabulary import Status

MOST_LISTED: Final = 30
"""How many places a sheet lists; the others are counted and stay on the map."""

WITHIN_M: Final = 1_000.0
"""How far around the points of communities a sheet counts roads."""

_WITHIN: Final = (100.0, 20_000.0)
_CORNERS: Final = 16  # of a quarter of a circle
_POINT: Final = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)


@dataclass(frozen=True, slots=True)
class DistrictAsk:
    """Which sheet.

    Attributes
    ----------
    place : str
        P-code of a community, or the name of a district (admin 3) as the places carry it.
    tier : Tier
        Who may hold it.
    paper : Paper
        On what.
    within_m : float
        How far around points roads are counted; a drawn outline counts as it is.
    """

    place: str
    tier: Tier
    paper: Paper
    within_m: float = WITHIN_M


def district_sheet(
    result: StatusResult, places: gpd.GeoDataFrame, origin: Provenance, ask: DistrictAsk
) -> SheetContent:
    """Make the sheet of a community or a district.

    Parameters
    ----------
    result : StatusResult
        The status that it tells of.
    places : GeoDataFrame
        Declared place columns.
    origin : Provenance
        Of the data.
    ask : DistrictAsk
        Which sheet.

    Raises
    ------
    NotFound
        There is no such place.
    BadInput
        ``within_m`` is out of bounds.
    """
    if not _WITHIN[0] <= ask.within_m <= _WITHIN[1]:
        msg = f"within_m = {ask.within_m:g}: from {_WITHIN[0]:g} to {_WITHIN[1]:g} metres"
        raise BadInput(msg)
    members, title, title_ar = _members(places, ask.place)
    region = _region(members.geometry.to_numpy(), ask.within_m)
    at = shapely.get_coordinates(region)
    frame = Frame.around(at[:, 0], at[:, 1], ask.paper)
    pieces, lines, ranks = pieces_around(result, frame)
    share = _share_inside(lines, region)
    inside = share > 0.0
    own, metres = pieces[inside], (result.to_m - result.from_m)[pieces] * share
    dates = dates_of(result, own)
    relied = reliance(result, dates.rely_until)
    by_status = np.bincount(ranks, weights=metres, minlength=len(Status))
    stretches = _stretches(result, own)
    listed = _described(result, own, lines[inside], stretches)
    return SheetContent(
        subject=Subject.DISTRICT,
        tier=ask.tier,
        title=title,
        title_ar=title_ar,
        issue=issue_number(_knowledge(result, own, listed, dates, ask)),
        as_of=result.as_of,
        known_at=result.known_at,
        rely_until=relied.until,
        rely_limit=relied.limit,
        sheet_days=relied.sheet_days,
        oldest=dates.oldest,
        vouched=bool(len(own)) and bool((result.status[own] >= Status.SURVEYED).all()),
        metres={status: float(by_status[status]) for status in Status},
        blocking=tuple(shown_to(ask.tier, place) for place in listed),
        left_out=len(stretches) - len(listed),
        left_out_m=float(stretches.length_m[MOST_LISTED:].sum()),
        map=MapContent(
            frame=frame,
            lines=lines[inside],
            ranks=ranks[inside],
            around=lines[~inside],
            around_ranks=ranks[~inside],
            outlines=outlines_in(result, frame, ask.tier),
            communities=communities_in(places, frame),
            marked=False,
            region=region,
        ),
        policy_digest=result.policy.digest,
        exercise=origin.exercise,
        attribution=origin.attribution,
    )


def _members(places: gpd.GeoDataFrame, asked: str) -> tuple[gpd.GeoDataFrame, str, str]:
    """Find the communities that are meant, and what they are called together."""
    by_code = places.loc[(places["pcode"] == asked).to_numpy(dtype=bool, na_value=False)]
    if len(by_code):
        row = by_code.iloc[0]
        names = [row["name_en"], row["name_ar"]]
        english, arabic = (name if isinstance(name, str) else "" for name in names)
        return by_code, f"{english} ({asked})" if english else asked, arabic
    by_name = places.loc[(places["admin3"] == asked).to_numpy(dtype=bool, na_value=False)]
    if len(by_name):
        return by_name, asked, ""
    msg = f"there is no place {asked[:80]!r}; write a P-code or a district of the places' file"
    raise NotFound(msg)


def _region(shapes: npt.NDArray[np.object_], within_m: float) -> BaseGeometry:
    """Give the ground that the figures count: outlines as they are, points with room around."""
    first = shapely.get_coordinates(shapes[:1])[0]
    plane = Projection(float(first[0]))

    def forward(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        lon = wrap(lonlat[:, 0], plane.central_lon)
        return np.column_stack(plane.forward(lon, lonlat[:, 1]))

    def inverse(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(plane.inverse(xy[:, 0], xy[:, 1]))

    flat = shapely.transform(shapes, forward)
    points = np.isin(shapely.get_type_id(shapes), _POINT)
    drawn = [one for one in flat[~points] if not one.is_empty]
    if points.any():
        around = shapely.convex_hull(shapely.union_all(flat[points]))
        drawn.append(shapely.buffer(around, within_m, quad_segs=_CORNERS))
    return shapely.transform(shapely.union_all(drawn), inverse)


def _share_inside(lines: npt.NDArray[np.object_], region: BaseGeometry) -> npt.NDArray[np.float64]:
    """Say how much of each line lies in the region: 1 for a point inside, 0 outside."""
    shapely.prepare(region)
    whole = shapely.length(lines)
    part = np.where(shapely.contains(region, lines), 1.0, 0.0)
    cut = np.flatnonzero(shapely.intersects(region, lines) & (part == 0.0))
    held = shapely.length(shapely.intersection(lines[cut], region))
    part[cut] = np.where(whole[cut] > 0.0, held / np.where(whole[cut] > 0.0, whole[cut], 1.0), 1.0)
    return part


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Stretches of one road and one status: the worst and longest first.

    Attributes
    ----------
    first, last : intp[n]
        Positions of the first and the last piece among the pieces of the region.
    length_m : float64[n]
        Ground length of each.
    """

    first: Pieces
    last: Pieces
    length_m: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.first)


def _stretches(result: StatusResult, pieces: Pieces) -> _Stretches:
    """Find the stretches that are closed or in a hazard; neighbours of one status are one."""
    status, road = result.status[pieces], result.road[pieces]
    at = np.flatnonzero(status <= Status.SUSPECTED_HAZARD)
    follows = (np.diff(pieces[at]) == 1) & (np.diff(status[at]) == 0) & (np.diff(road[at]) == 0)
    first = at[np.append(True, ~follows)] if len(at) else at
    last = at[np.append(~follows, True)] if len(at) else at
    length_m = result.to_m[pieces[last]] - result.from_m[pieces[first]]
    order = np.lexsort((first, -length_m, status[first]))
    return _Stretches(first[order], last[order], length_m[order])


def _described(
    result: StatusResult, pieces: Pieces, lines: npt.NDArray[np.object_], stretches: _Stretches
) -> tuple[BlockingPlace, ...]:
    """Describe the stretches that a sheet lists."""
    listed = []
    road = result.road[pieces]
    for first, last in zip(
        stretches.first[:MOST_LISTED].tolist(), stretches.last[:MOST_LISTED].tolist(), strict=True
    ):
        own = np.arange(first, last + 1)
        status, row = Status(int(result.status[pieces[first]])), int(road[first])
        name = result.roads["name"].iloc[row]
        longest = lines[own[int(np.argmax(shapely.length(lines[own])))]]
        listed.append(
            BlockingPlace(
                status=status,
                road_id=str(result.roads["road_id"].iloc[row]),
                road_name=name if isinstance(name, str) else "",
                from_m=float(result.from_m[pieces[first]]),
                to_m=float(result.to_m[pieces[last]]),
                begin=_spot(shapely.get_point(lines[first], 0)),
                end=_spot(shapely.get_point(lines[last], -1)),
                middle=_spot(shapely.line_interpolate_point(longest, 0.5, normalized=True)),
                why=why_of(result, status, pieces[own]),
            )
        )
    return tuple(listed)


def _spot(point: shapely.Point) -> Spot:
    return Spot(float(point.x), float(point.y))


def _knowledge(
    result: StatusResult,
    pieces: Pieces,
    listed: tuple[BlockingPlace, ...],
    dates: Dates,
    ask: DistrictAsk,
) -> Knowledge:
    """Tell what decides the number: every piece and its status, the evidence, the dates."""
    ids = result.roads["road_id"].to_numpy(dtype=object)[result.road[pieces]]
    told = zip(
        ids.tolist(),
        result.from_m[pieces].round(2).tolist(),
        result.to_m[pieces].round(2).tolist(),
        result.status[pieces].tolist(),
        strict=True,
    )
    return Knowledge(
        subject=f"district {ask.place} {ask.within_m:g}",
        as_of=result.as_of,
        known_at=result.known_at,
        policy_digest=result.policy.digest,
        says=[
            list(told),
            [[one.evidence_id for one in place.why] for place in listed],
            [str(dates.oldest), str(dates.rely_until)],
        ],
    )
