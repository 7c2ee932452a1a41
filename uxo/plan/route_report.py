"""The status of a return route at one moment: never one word alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from uxo.evidence.routes import RoadPart, Route
from uxo.plan.route_dates import Dates, dates_of
from uxo.plan.way_lines import WayLines
from uxo.status.result import Reason, StatusResult
from uxo.vocabulary import Effect, Status

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_SAME_M: Final = 0.5  # a road whose length differs by more was changed, not measured anew
_SAME_SHARE: Final = 0.001
_TOUCH_M: Final = 0.005  # ends of pieces are exact to a centimetre
_HAZARDS: Final = (Effect.HAZARD_APPLIES, Effect.HAZARD_APPLIES_AFTER_REMOVAL)
# Which effects of evidence give a piece a status that blocks (status rule, section 5).
_BLOCKS: Final[Mapping[Status, tuple[Effect, ...]]] = {
    Status.CLOSED: (Effect.CLOSURE_IN_FORCE,),
    Status.CONFIRMED_HAZARD: _HAZARDS,
    Status.SUSPECTED_HAZARD: _HAZARDS,
    Status.SURVEY_EXPIRED: (Effect.RELEASE_EXPIRED,),
}
NOTHING_RECORDED: Final = "nothing is recorded that reaches this place"


@dataclass(frozen=True, slots=True)
class BlockingPlace:
    """A stretch of one road that the route may not rely on.

    Attributes
    ----------
    status : Status
        Of all of it.
    road_id : str
        The road.
    road_name : str or None
        None: it has none.
    from_m, to_m : float
        Ground metres from the road's first vertex, the lower first.
    lon, lat : float
        The middle of the piece with the most evidence, degrees (WGS84).
    evidence_ids : tuple of str
        What gives it this status, direct evidence first.
    text : str
        The first reason.
    """

    status: Status
    road_id: str
    road_name: str | None
    from_m: float
    to_m: float
    lon: float
    lat: float
    evidence_ids: tuple[str, ...]
    text: str

    @property
    def metres(self) -> float:
        """Length."""
        return self.to_m - self.from_m


@dataclass(frozen=True, slots=True)
class RouteReport:
    """A route and its status.

    Attributes
    ----------
    route : Route
        As it was known.
    as_of, known_at : datetime
        The moment, and the last moment whose knowledge was used.
    policy_digest : str
        Whose figures.
    worst : Status
        The status of the route: that of its worst piece.
    metres : mapping of Status to float
        Every status present. Gaps and roads that are gone count as not surveyed.
    blocking : tuple of BlockingPlace
        Hazards, closures, and what the route was not allowed to use; the worst first, then in the
        order of travel.
    dates : Dates
        How old the knowledge is, and how long it holds.
    gone : tuple of str
        Roads that the network of this moment does not have.
    changed : tuple of str
        Roads whose length is no longer what it was; the route's part of them is scaled.
    """

    route: Route
    as_of: datetime
    known_at: datetime
    policy_digest: str
    worst: Status
    metres: Mapping[Status, float]
    blocking: tuple[BlockingPlace, ...]
    dates: Dates
    gone: tuple[str, ...]
    changed: tuple[str, ...]
    _stretch: "_Stretch"
    _reporter: "RouteReporter"

    @property
    def length_m(self) -> float:
        """Metres in all, gaps and roads that are gone included."""
        return sum(self.metres.values())

    @property
    def not_surveyed_m(self) -> float:
        """Metres of which nothing valid is known."""
        return self.metres[Status.NOT_SURVEYED]

    @property
    def oldest_knowledge(self) -> date | None:
        """Day of the oldest release that vouches for a piece; None: not every piece has one."""
        return self.dates.oldest if self.not_vouched_m == 0.0 else None

    @property
    def not_vouched_m(self) -> float:
        """Metres for which no valid release vouches."""
        return sum(metres for status, metres in self.metres.items() if status < Status.SURVEYED)

    @property
    def rely_until(self) -> date | None:
        """The last whole day (UTC) before something expires; None: nothing does."""
        return self.dates.rely_until

    def course(self) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.uint8]]:
        """Give the lines of the pieces in the order of travel, and their ranks; no reasons.

        Returns
        -------
        object[k], uint8[k]
            LineStrings in EPSG:4326 as in `pieces`, and ranks on the status ladder.
        """
        return self._reporter.course(self._stretch)

    def pieces(self) -> gpd.GeoDataFrame:
        """Cut the pieces out of their roads, in the order of travel.

        Returns
        -------
        GeoDataFrame
            ``road_id, from_m, to_m, status, rank, reasons, conflict, geometry`` in EPSG:4326.
            ``from_m`` is the lower measure; the line runs in the direction of travel. ``reasons``
            is a list of ``{evidence_id, effect, text}``.
        """
        return self._reporter.frame(self._stretch)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The pieces under a route in the order of travel, and what of the route has none.

    Attributes
    ----------
    part : int64[k]
        Which of the route's roads each piece belongs to.
    piece : int64[k]
        Piece of the status.
    low_m, high_m : float64[k]
        What of the piece the route uses.
    backwards : bool[k]
        Travelled against the road's own direction.
    gone, changed : tuple of str
        See `RouteReport`.
    without_m : float
        Metres of gaps and of roads that are gone.
    """

    part: IntArray
    piece: IntArray
    low_m: FloatArray
    high_m: FloatArray
    backwards: npt.NDArray[np.bool_]
    gone: tuple[str, ...]
    changed: tuple[str, ...]
    without_m: float


class RouteReporter:
    """Reports on routes over one status.

    Parameters
    ----------
    result : StatusResult
        The status of every road.
    rows : Index or None
        Of the road ids in the order of ``result.roads``, where the caller has it. None: made here.
    """

    def __init__(self, result: StatusResult, rows: "pd.Index[str] | None" = None) -> None:
        self._result = result
        self._rows = pd.Index(result.roads["road_id"]) if rows is None else rows

    @cached_property
    def _lines(self) -> WayLines:
        return WayLines(self._result)

    @cached_property
    def _length_m(self) -> FloatArray:
        return self._result.road_length_m

    def report(self, route: Route) -> RouteReport:
        """Say how a route stands."""
        result = self._result
        stretch = self._stretch(route)
        status = result.status[stretch.piece]
        metres = np.bincount(
            status, weights=stretch.high_m - stretch.low_m, minlength=len(Status)
        ).astype(np.float64)
        metres[Status.NOT_SURVEYED] += stretch.without_m
        # A hazard that reaches a single point of the road has no length and blocks all the same.
        worst = [int(status.min())] if len(status) else []
        worst += [int(Status.NOT_SURVEYED)] if stretch.without_m > 0.0 else []
        return RouteReport(
            route=route,
            as_of=result.as_of,
            known_at=result.known_at,
            policy_digest=result.policy.digest,
            worst=Status(min(worst, default=int(Status.NOT_SURVEYED))),
            metres={one: float(metres[one]) for one in Status},
            blocking=tuple(self._blocking(route, stretch)),
            dates=dates_of(result, np.unique(stretch.piece)),
            gone=stretch.gone,
            changed=stretch.changed,
            _stretch=stretch,
            _reporter=self,
        )

    def course(self, stretch: _Stretch) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.uint8]]:
        """Cut the lines of the pieces of a route out of their roads."""
        ends = zip(
            self._result.road[stretch.piece].tolist(), stretch.low_m.tolist(),
            stretch.high_m.tolist(), stretch.backwards.tolist(), strict=True,
        )  # fmt: skip
        lines = [
            shapely.LineString(self._lines.part(row, *((high, low) if back else (low, high))))
            for row, low, high, back in ends  # a route has some hundreds
        ]
        return np.array(lines, dtype=object), self._result.status[stretch.piece]

    def frame(self, stretch: _Stretch) -> gpd.GeoDataFrame:
        """Make the table of the pieces of a route."""
        result, road = self._result, self._result.road[stretch.piece]
        reasons = result.reasons_of(stretch.piece)
        words = [one.word for one in Status]
        lines, status = self.course(stretch)
        return gpd.GeoDataFrame(
            {
                "road_id": self._rows.to_numpy(dtype=object)[road],
                "from_m": stretch.low_m,
                "to_m": stretch.high_m,
                "status": [words[rank] for rank in status],
                "rank": status.astype(np.int64),
                "reasons": [[_as_json(reason) for reason in of_piece] for of_piece in reasons],
                "conflict": result.conflict[stretch.piece],
            },
            geometry=lines,
            crs="EPSG:4326",
        )

    def _stretch(self, route: Route) -> _Stretch:
        """Find the pieces under a route."""
        rows = self._rows.get_indexer(pd.Index([part.road_id for part in route.roads]))
        found: list[tuple[int, IntArray, FloatArray, FloatArray]] = []
        gone: list[str] = []
        changed: list[str] = []
        without_m = sum(gap.metres for gap in route.gaps)
        for number, (part, row) in enumerate(zip(route.roads, rows.tolist(), strict=True)):
            if row < 0:
                gone.append(part.road_id)
                without_m += part.metres
                continue
            if _is_changed(part, float(self._length_m[row])):
                changed.append(part.road_id)
            found.append((number, *self._pieces_under(part, row)))
        none: IntArray = np.empty(0, np.int64)
        own = [np.full(len(piece), number) for number, piece, _, _ in found]
        part_of: IntArray = np.concatenate([none, *own])
        against = np.array([one.from_m > one.to_m for one in route.roads], dtype=np.bool_)
        return _Stretch(
            part=part_of,
            piece=np.concatenate([none, *(piece for _, piece, _, _ in found)]),
            low_m=np.concatenate([np.empty(0), *(low for _, _, low, _ in found)]),
            high_m=np.concatenate([np.empty(0), *(high for _, _, _, high in found)]),
            backwards=against[part_of],
            gone=tuple(dict.fromkeys(gone)),
            changed=tuple(dict.fromkeys(changed)),
            without_m=without_m,
        )

    def _pieces_under(self, part: RoadPart, row: int) -> tuple[IntArray, FloatArray, FloatArray]:
        """Cut the pieces of a road to the part that is used, in the order of travel."""
        length_m = float(self._length_m[row])
        scale = length_m / part.road_length_m if part.road_length_m > 0.0 else 1.0
        low_m, high_m = sorted(min(one * scale, length_m) for one in (part.from_m, part.to_m))
        own = self._result.pieces_of(row)
        begin, end = self._result.from_m[own], self._result.to_m[own]
        from_m, to_m = np.maximum(begin, low_m), np.minimum(end, high_m)
        point = (begin == end) & (begin >= low_m - _TOUCH_M) & (begin <= high_m + _TOUCH_M)
        piece = own.start + np.flatnonzero((to_m > from_m) | point)
        used = piece - own.start
        order = used[::-1] if part.from_m > part.to_m else used
        at_point = np.where(point, begin, 0.0)
        low = np.where(point, at_point, from_m)[order]
        high = np.where(point, at_point, to_m)[order]
        return (own.start + order).astype(np.int64), low, high

    def _blocking(self, route: Route, stretch: _Stretch) -> Iterator[BlockingPlace]:
        """List what blocks, worst first; neighbours of one status on one road are one place."""
        status = self._result.status[stretch.piece]
        relied = {int(one) for one in route.allowed if one > Status.SUSPECTED_HAZARD}
        at = np.flatnonzero(~np.isin(status, list(relied)))
        if len(at) == 0:
            return
        follows = (np.diff(at) == 1) & (np.diff(status[at]) == 0) & (np.diff(stretch.part[at]) == 0)
        groups = np.split(at, np.flatnonzero(~follows) + 1)
        reasons = dict(zip(at.tolist(), self._result.reasons_of(stretch.piece[at]), strict=True))
        groups.sort(key=lambda group: int(status[group[0]]))  # stable: then in order of travel
        for group in groups:
            yield self._place(stretch, group, reasons)

    def _place(
        self, stretch: _Stretch, group: IntArray, reasons: Mapping[int, list[Reason]]
    ) -> BlockingPlace:
        result = self._result
        first = int(stretch.piece[group[0]])
        status, row = Status(int(result.status[first])), int(result.road[first])
        telling = {int(one): _telling(status, reasons[int(one)]) for one in group}
        lengths = stretch.high_m - stretch.low_m
        worst = max(telling, key=lambda one: (len(telling[one]), float(lengths[one])))
        every = [*telling[worst], *(reason for one in telling.values() for reason in one)]
        told = telling[worst] or reasons[worst]
        lon, lat = self._middle(row, float(stretch.low_m[worst]), float(stretch.high_m[worst]))
        name = result.roads["name"].iloc[row]
        return BlockingPlace(
            status=status,
            road_id=str(self._rows[row]),
            road_name=str(name) if isinstance(name, str) and name else None,
            from_m=float(stretch.low_m[group].min()),
            to_m=float(stretch.high_m[group].max()),
            lon=lon,
            lat=lat,
            evidence_ids=tuple(dict.fromkeys(reason.evidence_id for reason in every)),
            text=told[0].text if told else NOTHING_RECORDED,
        )

    def _middle(self, row: int, low_m: float, high_m: float) -> tuple[float, float]:
        middle_m = (low_m + high_m) / 2.0
        lon, lat = self._lines.part(row, middle_m, middle_m)[0].tolist()
        return lon, lat


def _telling(status: Status, reasons: list[Reason]) -> list[Reason]:
    """Take the reasons that give a piece its status; direct evidence comes first already."""
    return [reason for reason in reasons if reason.effect in _BLOCKS.get(status, ())]


def _is_changed(part: RoadPart, length_m: float) -> bool:
    apart = abs(length_m - part.road_length_m)
    return apart > max(_SAME_M, _SAME_SHARE * part.road_length_m)


def _as_json(reason: Reason) -> dict[str, str]:
    return {
        "evidence_id": reason.evidence_id,
        "effect": reason.effect.word,
        "text": reason.text,
    }
