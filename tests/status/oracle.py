"""The status rule, read slowly: one road, one point, one item of evidence at a time.

Written from the text of the status rule alone, to be read beside it; the clause stands at each
line. It is the judge of the engine in the tests, so it shares no code with it: figures come from
the policy by name, and geometry from ``oracle_ground``.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from tests.status.oracle_ground import ORIGIN, Plane, RoadLine, densified, strip
from uxo.policy import Policy

HAZARDS = ("find", "accident", "hazard_area", "strike", "report", "closure")  # section 2
RELEASE_RANK = {"survey": 5, "technical_survey": 6, "clearance": 7}  # section 1
ZERO_IS_NO_ERROR = ("gps", "gps_averaged", "network", "unknown", None)
DEPTH_CLASS = {  # section 7, "clearance depth asked"
    "ap_mine": "mines",
    "av_mine": "mines",
    "submunition": "submunitions",
    "aircraft_bomb": "aircraft_bombs",
    "barrel_bomb": "aircraft_bombs",
    "unknown": None,
    "not_eo": None,
}


@dataclass(frozen=True)
class Item:
    """One row of evidence as plain values; None is missing."""

    id: str
    kind: str
    category: str | None
    evidence_class: str | None
    position_method: str | None
    position_error_m: float | None
    observed_at: datetime | None
    recorded_at: datetime | None
    disposed_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    depth_m: float | None
    width_m: float | None
    releases_hazards: tuple[str, ...]
    review: str | None
    reviewed_at: datetime | None
    geometry: BaseGeometry
    """Densified, in longitude and latitude."""

    @property
    def is_hazard(self) -> bool:
        return self.kind in HAZARDS

    @cached_property
    def own_plane(self) -> Plane:
        point = self.geometry.representative_point()
        return Plane(point.x, point.y)


@dataclass(frozen=True)
class Judgement:
    """What the rule says of one point.

    ``reasons`` holds (evidence id, effect, id of the release that ended a hazard or None).
    """

    rank: int
    conflict: bool
    clearance_under_way: bool
    reasons: frozenset[tuple[str, str, str | None]]
    hazard_beside_m: float | None


class Oracle:
    """Answers for every point of a set of roads.

    Parameters
    ----------
    roads, evidence : GeoDataFrame
        Declared columns, EPSG:4326.
    policy : Policy
        Figures of section 7.
    as_of, known_at : datetime
        Moment, and knowledge (section 4).

    Attributes
    ----------
    slack_m : float
        Let evidence reach this much further than the rule says. 0 is the rule; the tests use a
        millimetre each way to tell a grazing contact from a wrong distance.
    """

    def __init__(
        self,
        roads: gpd.GeoDataFrame,
        evidence: gpd.GeoDataFrame,
        *,
        policy: Policy,
        as_of: datetime,
        known_at: datetime,
    ) -> None:
        self.policy = policy
        self.as_of = as_of
        self.known_at = known_at
        self.slack_m = 0.0
        self.lines = [RoadLine.of(line) for line in roads.geometry]
        self.highways = [_plain(value) for value in roads["highway"]]
        self.items = [item for item in _items(evidence) if self._exists(item)]
        self._own_place: dict[tuple[str, str], bool] = {}

    # --- section 4: time and review -----------------------------------------------------------

    def _exists(self, item: Item) -> bool:
        """4.1: what was recorded after known_at, or observed after as_of, does not exist yet."""
        if item.recorded_at is not None and item.recorded_at > self.known_at:
            return False
        return item.observed_at is None or item.observed_at <= self.as_of

    def _review(self, item: Item) -> str:
        """4.1 with 4.2 and 4.3: a review counts once it is known."""
        if item.review is None:
            return "unreviewed"
        if item.reviewed_at is not None and item.reviewed_at > self.known_at:
            return "unreviewed"
        return item.review

    def _rejected(self, item: Item) -> bool:
        if self._review(item) == "rejected":  # 4.2
            return True
        # Section 2: not_eo, after review only, is treated as rejected. It says what an item of
        # ordnance turned out to be, so it takes back neither a closure nor a release.
        ordnance = item.is_hazard and item.kind != "closure"
        return ordnance and item.category == "not_eo" and self._review(item) == "accepted"

    def _disposed(self, item: Item) -> bool:
        """4.5: finds only, from the date of disposal on, once that date can be known."""
        if item.kind != "find" or item.disposed_at is None:
            return False
        return item.disposed_at <= self.as_of and item.disposed_at <= self.known_at

    def _closure_state(self, item: Item) -> str:
        """Section 1, rank 0: in force now, between its start and its end."""
        if item.starts_at is not None and item.starts_at > self.as_of:
            return "closure_not_begun"
        if item.ends_at is not None and item.ends_at < self.as_of:
            return "closure_over"
        return "closure_in_force"

    def _direct(self, item: Item) -> bool:
        """Section 1, ranks 1 and 2."""
        if item.kind == "accident":
            return True  # 4.4: always direct
        if item.kind == "find":
            return not self._disposed(item)  # 4.5
        if item.kind == "hazard_area":
            return item.evidence_class != "indirect"  # missing counts as direct (6.7)
        return False  # strike, report

    def _release_state(self, item: Item) -> str:
        """4.3, 4.1, section 1 (stated depth), 4.6; in this order."""
        if self._rejected(item):
            return "release_rejected"
        if item.observed_at is None or item.recorded_at is None:
            return "release_without_date"  # 4.1: on a release it makes the release void
        if self._review(item) != "accepted":
            return "release_not_accepted"  # 4.3
        if item.kind == "clearance" and item.depth_m is None:
            return "release_without_depth"  # section 1: to a stated depth
        period = timedelta(days=self.policy.value(f"review_period_days.{item.kind}"))
        if self.as_of > item.observed_at + period:
            return "release_expired"  # 4.6
        return "release_valid"

    def may_end(self, release: Item, hazard: Item) -> bool:
        """4.4 and 4.6: all conditions but the place."""
        if hazard.kind == "closure":
            return False  # 4.4: ends only by its own end time or a revocation
        state = self._release_state(release)
        vouches = state == "release_valid"
        stays = state == "release_expired" and release.kind == "clearance"  # 4.6
        if not (vouches or stays):
            return False  # 4.6: what a survey or a technical survey had ended comes back
        return self._later(release, hazard) and self._strong_enough(release, hazard)

    def _later(self, release: Item, hazard: Item) -> bool:
        if hazard.observed_at is None:
            return hazard.id in release.releases_hazards  # 4.4: only a release which names it
        assert release.observed_at is not None  # else its state is release_without_date
        # 4.4: strictly after, a later calendar day, UTC
        return _utc_day(release.observed_at) > _utc_day(hazard.observed_at)

    def _strong_enough(self, release: Item, hazard: Item) -> bool:
        if release.kind == "survey":
            return not self._direct(hazard)  # 4.4
        if release.kind == "technical_survey":
            return not self._direct(hazard) or hazard.id in release.releases_hazards  # 4.4
        assert release.depth_m is not None  # else its state is release_without_depth
        return release.depth_m >= self._depth_asked_m(hazard)  # 4.4

    # --- sections 2, 3 and 7: figures ---------------------------------------------------------

    def _half_width_m(self, highway: str | None) -> float:
        widths = self.policy.group("corridor_half_width_m")
        if highway is not None and highway in widths:
            return widths[highway]
        return max(widths.values())  # not listed or missing: the widest (6.7)

    def _error_m(self, item: Item) -> float:
        """Section 2: a missing error is filled from the policy's figure for its method."""
        figures = self.policy.group("position_error_m")
        error_m = item.position_error_m
        if error_m == 0 and item.position_method in ZERO_IS_NO_ERROR:
            return max(figures.values())  # section 2: zero in a phone's data is no accuracy
        if error_m is not None:
            return error_m
        if item.position_method in (None, "unknown", "bearing_distance"):
            return max(figures.values())  # section 2: the largest figure if unknown
        return figures[item.position_method]

    def _footprint_m(self, item: Item) -> float:
        """Section 7, ``f``; 4.5 for an item that was removed."""
        by_category = self.policy.group("footprint_m")
        by_munition = self.policy.group("strike_footprint_m")
        if item.kind == "accident":
            return self.policy.value("other_footprint_m.accident")
        if item.kind in ("hazard_area", "closure"):
            return 0.0  # the drawn area is its footprint
        if self._disposed(item):
            return self.policy.value("other_footprint_m.fade_out")
        if item.kind == "strike":
            return by_munition.get(item.category or "unknown", by_munition["unknown"])
        # find and report; unknown, missing and (before its review) not_eo: the largest
        return by_category.get(item.category or "unknown", max(by_category.values()))

    def _depth_asked_m(self, item: Item) -> float:
        """4.4: an unknown category asks for the largest depth."""
        depths = self.policy.group("clearance_depth_m")
        depth_class = DEPTH_CLASS.get(item.category or "unknown", "other")
        return max(depths.values()) if depth_class is None else depths[depth_class]

    # --- section 3: geometry ------------------------------------------------------------------

    def _region(self, release: Item, plane: Plane) -> BaseGeometry | None:
        """Section 2: a release is a polygon, or a line with a width that becomes one."""
        drawn = plane.carry(release.geometry)
        if drawn.geom_type in ("Polygon", "MultiPolygon"):
            return drawn
        if drawn.geom_type == "LineString" and release.width_m is not None and release.width_m > 0:
            return strip(drawn, release.width_m)
        return None

    def _applies(self, item: Item, plane: Plane, half_width_m: float) -> bool:
        """Section 3: hazards grow, releases shrink."""
        error_m = self._error_m(item)
        if item.is_hazard:
            reach_m = self._footprint_m(item) + error_m + half_width_m + self.slack_m
            return bool(plane.carry(item.geometry).distance(ORIGIN) <= reach_m)
        region = self._region(item, plane)
        if region is None or not region.contains(ORIGIN):
            return False
        return bool(region.boundary.distance(ORIGIN) >= error_m + half_width_m - self.slack_m)

    def _ended_at_own_place(self, hazard: Item) -> bool:
        """4.7: some release that may end it holds the whole hazard, both errors allowed for."""
        return any(
            self.may_end(release, hazard) and self._holds(release, hazard)
            for release in self.items
            if not release.is_hazard
        )

    def _holds(self, release: Item, hazard: Item) -> bool:
        key = (release.id, hazard.id)
        if key not in self._own_place:
            region = self._region(release, hazard.own_plane)
            body = hazard.own_plane.carry(hazard.geometry)
            margin_m = self._error_m(hazard) + self._error_m(release)
            self._own_place[key] = (
                region is not None
                and bool(region.covers(body))
                and bool(region.boundary.distance(body) >= margin_m)
            )
        return self._own_place[key]

    # --- section 5: the status of a point -----------------------------------------------------

    def at(self, road: int, at_m: float) -> Judgement:
        """Judge the point of a road so many metres from its first vertex."""
        lon, lat = self.lines[road].place(at_m)
        plane = Plane(lon, lat)
        half_width_m = self._half_width_m(self.highways[road])
        here = [item for item in self.items if self._applies(item, plane, half_width_m)]
        releases = [item for item in here if not item.is_hazard]
        reasons: set[tuple[str, str, str | None]] = {
            (item.id, self._release_state(item), None) for item in releases
        }
        live: list[Item] = []
        beside_m: list[float] = []
        for hazard in (item for item in here if item.is_hazard):
            effect, by = self._hazard_effect(hazard, releases)
            reasons.add((hazard.id, effect, by))
            if effect in ("closure_in_force", "hazard_applies", "hazard_applies_after_removal"):
                live.append(hazard)
            if effect == "hazard_ended" and not self._ended_at_own_place(hazard):  # 4.7
                distance_m = plane.carry(hazard.geometry).distance(ORIGIN)
                beside_m.append(max(0.0, distance_m - self._error_m(hazard)))
        states = {(item.kind, self._release_state(item)) for item in releases}
        return Judgement(
            rank=self._rank(live, states),
            conflict=bool(live) and any(state == "release_valid" for _, state in states),
            clearance_under_way=any(self._under_way(item) for item in releases),
            reasons=frozenset(reasons),
            hazard_beside_m=min(beside_m, default=None),
        )

    def _hazard_effect(self, hazard: Item, releases: list[Item]) -> tuple[str, str | None]:
        if self._rejected(hazard):
            return "hazard_rejected", None  # 4.2
        if hazard.kind == "closure":
            return self._closure_state(hazard), None
        enders = [release for release in releases if self.may_end(release, hazard)]  # 4.4
        if enders:
            return "hazard_ended", _first(enders).id
        if self._disposed(hazard):
            return "hazard_applies_after_removal", None  # 4.5
        return "hazard_applies", None

    def _rank(self, live: list[Item], states: set[tuple[str, str]]) -> int:
        if any(hazard.kind == "closure" for hazard in live):
            return 0  # 5.1
        if live:
            return 1 if any(self._direct(hazard) for hazard in live) else 2  # 5.2
        valid = [RELEASE_RANK[kind] for kind, state in states if state == "release_valid"]
        if valid:
            return max(valid)  # 5.3
        if any(state == "release_expired" for _, state in states):
            return 4  # 5.4
        return 3  # 5.4

    def _under_way(self, item: Item) -> bool:
        """Section 1: work that has not been completed and was not rejected."""
        return item.kind == "clearance" and item.observed_at is None and not self._rejected(item)


def _first(enders: list[Item]) -> Item:
    """The release to name: best kind first, then the latest, then by id."""
    by_id = sorted(enders, key=lambda item: item.id)
    return max(by_id, key=_standing)


def _standing(release: Item) -> tuple[int, date]:
    """Order of releases that end one hazard: the best kind, then the latest day."""
    assert release.observed_at is not None  # else it is void
    return RELEASE_RANK[release.kind], _utc_day(release.observed_at)


def _utc_day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _items(evidence: gpd.GeoDataFrame) -> list[Item]:
    columns = [name for name in Item.__dataclass_fields__ if name != "geometry"]
    return [
        Item(**{name: _plain(row[name]) for name in columns}, geometry=densified(row["geometry"]))
        for row in evidence.to_dict("records")
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401 -- the cell of a table
    """Turn a table's missing values into None and its times into datetimes."""
    if isinstance(value, tuple):
        return value
    if value is None or pd.isna(value):
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
