"""What lies around the subject of a sheet, as far as its reader may see it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from uxo.publish.sheets.content import (
    BlockingPlace,
    Community,
    Limit,
    Lines,
    Outline,
    Ranks,
    Spot,
    Tier,
    Why,
)
from uxo.publish.sheets.frame import Frame
from uxo.services.pages import Bounds, pieces_of
from uxo.status.judge import CLOSED, DIRECT, INDIRECT, KINDS
from uxo.status.result import StatusResult
from uxo.vocabulary import Category, Effect, Kind, Status

Pieces = npt.NDArray[np.intp]

MOST_EVIDENCE: Final = 6
"""How much evidence is named for one place; the rest is counted."""

_LIVE: Final = (CLOSED, DIRECT, INDIRECT)
_AREAS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
# What a handout may show of hazards: ground that somebody drew. A circle around a find would lead
# to it, a drawn area does not.
_DRAWN: Final = (Kind.HAZARD_AREA, Kind.CLOSURE)
_STYLES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.FIND: "find",
        Kind.ACCIDENT: "find",
        Kind.REPORT: "find",
        Kind.STRIKE: "strike",
        Kind.CLOSURE: "closure",
    }
)
_HAZARDS: Final = (Effect.HAZARD_APPLIES, Effect.HAZARD_APPLIES_AFTER_REMOVAL)
# Which effects of evidence give a piece its status (status rule, section 5).
_DECIDES: Final[Mapping[Status, tuple[Effect, ...]]] = MappingProxyType(
    {
        Status.CLOSED: (Effect.CLOSURE_IN_FORCE,),
        Status.CONFIRMED_HAZARD: _HAZARDS,
        Status.SUSPECTED_HAZARD: _HAZARDS,
        Status.SURVEY_EXPIRED: (Effect.RELEASE_EXPIRED,),
    }
)


@dataclass(frozen=True, slots=True)
class Reliance:
    """Until when a sheet may be used, and what sets that day."""

    until: date
    limit: Limit
    sheet_days: float


def reliance(result: StatusResult, expires: date | None) -> Reliance:
    """Take the earlier of the day on which something expires and the age that a sheet may reach.

    Parameters
    ----------
    expires : date or None
        The last day before something of it expires; None: nothing is known to.
    """
    days = result.policy.value("sheet_days.most")
    oldest_age = result.as_of.date() + timedelta(days=days)
    if expires is not None and expires < oldest_age:
        return Reliance(expires, Limit.RELEASE, days)
    return Reliance(oldest_age, Limit.AGE, days)


def pieces_around(result: StatusResult, frame: Frame) -> tuple[Pieces, Lines, Ranks]:
    """Give the pieces of all roads that touch a frame, with their lines and statuses."""
    near = Bounds(*frame.window()).touches(result.roads.geometry.to_numpy())
    pieces = pieces_of(result, np.flatnonzero(near))
    return pieces, result.geometries(pieces), result.status[pieces]


def communities_in(places: gpd.GeoDataFrame, frame: Frame) -> tuple[Community, ...]:
    """Give the communities of a frame."""
    if len(places) == 0:
        return ()
    points = shapely.point_on_surface(places.geometry.to_numpy())
    inside = Bounds(*frame.window()).touches(points)
    return tuple(communities(places.loc[inside]))


def communities(places: gpd.GeoDataFrame) -> Iterator[Community]:
    """Give communities by their names in both languages."""
    points = shapely.point_on_surface(places.geometry.to_numpy())
    for point, name_en, name_ar in zip(
        points, places["name_en"], places["name_ar"], strict=True
    ):  # a sheet has some dozens
        yield Community(Spot(float(point.x), float(point.y)), _text(name_en), _text(name_ar))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def outlines_in(result: StatusResult, frame: Frame, tier: Tier) -> tuple[Outline, ...]:
    """Give the ground of a frame that is to be warned of, as far as the tier may see it."""
    judged = result.judged
    live = judged.exists & ~judged.is_release & np.isin(judged.counts_as, _LIVE)
    shapes = result.evidence.geometry.to_numpy()
    rows = np.flatnonzero(live)
    if tier is Tier.HANDOUT:
        drawn = np.isin(judged.kind[rows], [KINDS.index(kind) for kind in _DRAWN])
        rows = rows[drawn & np.isin(shapely.get_type_id(shapes[rows]), _AREAS)]
    rows = rows[Bounds(*_wider(frame)).touches(shapes[rows])]
    reach_m = judged.footprint_m[rows] + judged.error_m[rows]
    return tuple(
        Outline(
            _style(KINDS[judged.kind[row]], direct=bool(judged.direct[row])), shapes[row], reach
        )
        for row, reach in zip(rows.tolist(), reach_m.tolist(), strict=True)
    )


def _wider(frame: Frame) -> tuple[float, float, float, float]:
    """Widen a window by what hazards may reach into it from outside: some hundred metres."""
    west, south, east, north = frame.window()
    more = 0.02
    return max(west - more, -180.0), south - more, min(east + more, 180.0), north + more


def _style(kind: Kind, *, direct: bool) -> str:
    if kind is Kind.HAZARD_AREA:
        return "confirmed_area" if direct else "suspected_area"
    return _STYLES[kind]


def why_of(result: StatusResult, status: Status, pieces: Pieces) -> tuple[Why, ...]:
    """Name the evidence that gives pieces their status; direct evidence first."""
    _, run = result.runs_on(pieces)
    decides = np.isin(result.swept.run_effect[run], [int(one) for one in _DECIDES.get(status, ())])
    items = np.unique(result.swept.run_item[run][decides].astype(np.int64))
    order = np.lexsort((items, ~result.judged.direct[items]))
    return _described(result, items[order])


def named_why(result: StatusResult, evidence_ids: Sequence[str]) -> tuple[Why, ...]:
    """Describe evidence by its ids; what is not there any more is left out."""
    row_of = pd.Index(result.evidence["id"])
    rows = row_of.get_indexer(pd.Index(list(evidence_ids), dtype=object))
    return _described(result, rows[rows >= 0])


def _described(result: StatusResult, rows: npt.NDArray[np.int64]) -> tuple[Why, ...]:
    """Describe rows of the evidence."""
    ids = result.evidence["id"].take(rows).to_numpy(dtype=object)
    categories = result.evidence["category"].take(rows).to_numpy(dtype=object)
    return tuple(
        Why(str(one), KINDS[kind], Category(category) if isinstance(category, str) else None)
        for one, kind, category in zip(
            ids, result.judged.kind[rows].tolist(), categories, strict=True
        )
    )


def shown_to(tier: Tier, place: BlockingPlace) -> BlockingPlace:
    """Cut the evidence of a place to what the tier may see, and count what is left out."""
    if tier is Tier.HANDOUT:
        return replace(place, why=(), why_left_out=0)
    left_out = max(0, len(place.why) - MOST_EVIDENCE)
    return replace(place, why=place.why[:MOST_EVIDENCE], why_left_out=left_out)
