"""Random scenes: roads, evidence of every kind with gaps in it, and a moment.

A scene is made from its seed alone, also under hypothesis, so a failure names the one number that
brings it back: ``seeded_scene(seed)``.
Shapes are made in rough local metres and carried to degrees, where they are exact by definition.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any, TypeVar

import geopandas as gpd
import shapely
from hypothesis import strategies as st
from shapely import affinity, ops
from shapely.geometry.base import BaseGeometry

from uxo.evidence.columns import EVIDENCE_DTYPES, ROAD_DTYPES, WGS84, as_table, empty_table
from uxo.policy import Policy, load_policy
from uxo.vocabulary import Category, Kind, PositionMethod

T = TypeVar("T")

PLACES = {
    "Aleppo": (37.15, 36.20),
    "across 36 E": (36.0, 35.5),
    "78 N": (15.6, 78.2),
    "Tierra del Fuego": (-68.6, -53.5),
    "equator": (32.45, 0.0005),
    "antimeridian": (179.985, -16.8),
    "antimeridian, other side": (-179.985, 66.0),
    "Colombia": (-75.57, 6.25),
}
_METRES_PER_DEGREE = 111_195.0
_HAZARDS = (
    ["find"] * 5 + ["hazard_area"] * 3 + ["strike", "report", "report", "accident", "closure"]
)
_RELEASES = ["survey", "technical_survey", "clearance", "clearance"]
_HIGHWAYS = ["trunk", "residential", "residential", "track", "path", "living_street", None]
_DAYS_AGO = [-3, -0.2, 0, 0.3, 1, 2, 5, 20, 30, 60, 89.9, 90, 90.1, 200, 364.9, 365, 366, 900]


@dataclass(frozen=True, slots=True, repr=False)
class Scene:
    """Everything that ``compute_status`` asks for, and a name to find the scene again."""

    name: str
    roads: gpd.GeoDataFrame
    evidence: gpd.GeoDataFrame
    as_of: datetime
    known_at: datetime
    policy: Policy

    def __repr__(self) -> str:
        """Name the seed: tables say little in a failure."""
        return f"<scene {self.name}, {len(self.evidence)} items>"

    def with_evidence(self, evidence: gpd.GeoDataFrame) -> "Scene":
        """Take other evidence, with fresh row numbers."""
        return replace(self, evidence=evidence.reset_index(drop=True))

    def inputs(self) -> dict[str, Any]:
        """Give the arguments of ``compute_status`` and of the oracle."""
        return {
            "roads": self.roads,
            "evidence": self.evidence,
            "policy": self.policy,
            "as_of": self.as_of,
            "known_at": self.known_at,
        }


@cache
def shipped_policy() -> Policy:
    """Read the shipped figures once."""
    return load_policy()


def seeded_scene(seed: int) -> Scene:
    """Make the scene of a seed."""
    return make_scene(Random(seed), name=f"seed {seed}")  # noqa: S311 -- no secret is drawn


def scenes() -> st.SearchStrategy[Scene]:
    """Let hypothesis make scenes."""
    return st.integers(0, 2**32 - 1).map(seeded_scene)


def make_scene(rng: Random, *, name: str, most_items: int = 12) -> Scene:
    """Make one scene from a source of choices."""
    place = rng.choice(sorted(PLACES))
    ground = _Ground(*PLACES[place])
    as_of = datetime(2026, 6, 1, rng.randrange(24), rng.randrange(60), tzinfo=UTC)
    known_at = as_of + timedelta(days=rng.choice([0, 0, 0, 10, -1.5, -40]))
    lines = [_road(rng) for _ in range(rng.choice([1, 1, 2, 3]))]
    roads = gpd.GeoDataFrame(
        {
            "road_id": [f"R{n}" for n in range(len(lines))],
            "highway": [rng.choice(_HIGHWAYS) for _ in lines],
            "name": [None for _ in lines],
        },
        geometry=[ground.degrees(line) for line in lines],
        crs=WGS84,
    )
    items = _Items(rng, lines, ground, as_of, known_at)
    rows = [items.row(number) for number in range(rng.randint(0, most_items))]
    return Scene(
        name=f"{name} ({place})",
        roads=as_table(roads, ROAD_DTYPES),
        evidence=evidence_table(rows),
        as_of=as_of,
        known_at=known_at,
        policy=shipped_policy(),
    )


def evidence_table(rows: Sequence[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Make an evidence table; what a row does not hold is missing."""
    if not rows:
        return empty_table(EVIDENCE_DTYPES)
    return as_table(gpd.GeoDataFrame(list(rows), geometry="geometry", crs=WGS84), EVIDENCE_DTYPES)


@dataclass(frozen=True, slots=True)
class _Ground:
    """Rough local metres around a place, to degrees."""

    lon: float
    lat: float

    def degrees(self, shape: BaseGeometry) -> BaseGeometry:
        per_lon = _METRES_PER_DEGREE * math.cos(math.radians(self.lat))
        drawn = affinity.affine_transform(
            shape, [1 / per_lon, 0, 0, 1 / _METRES_PER_DEGREE, self.lon, self.lat]
        )
        if drawn.geom_type == "Point":
            return shapely.Point((drawn.x + 180) % 360 - 180, drawn.y)
        west, _, east, _ = drawn.bounds
        # Nothing may be drawn across the antimeridian (RFC 7946, 3.1.9); it is moved beside it.
        shift = min(0.0, 179.9999 - east) + max(0.0, -179.9999 - west)
        return affinity.translate(drawn, shift, 0.0)


def _road(rng: Random) -> shapely.LineString:
    """Polyline of 50 m to 3 km with 2 to 12 vertices, near the origin."""
    length_m = rng.choice([50.0, 200.0, 600.0, 1000.0, 3000.0]) * rng.uniform(0.8, 1.0)
    edges = rng.randint(1, 11)
    heading = rng.uniform(0, 2 * math.pi)
    x, y = -length_m / 3 * math.cos(heading), -length_m / 3 * math.sin(heading)
    points = [(x, y)]
    for _ in range(edges):
        step = length_m / edges * rng.uniform(0.4, 1.0)
        x, y = x + step * math.cos(heading), y + step * math.sin(heading)
        points.append((x, y))
        heading += rng.uniform(-1.2, 1.2) / math.sqrt(edges)
    return shapely.LineString(points)


def _edge_lengths(line: BaseGeometry) -> list[float]:
    points = [shapely.Point(xy) for xy in line.coords]
    return [float(a.distance(b)) for a, b in pairwise(points)]


def _widest_m(lane: BaseGeometry) -> float:
    """A lane is no wider than its shortest edge is long.

    Past that "flat ends, round joins" has more than one reading (a kink at the end of a wide lane
    turns its flat end), and the rule does not choose.
    """
    return max(5.0, min(120.0, *_edge_lengths(lane)))


def _lane(line: BaseGeometry) -> BaseGeometry:
    """Keep a line that can be widened; else run straight from its start to its end."""
    ends = shapely.LineString([line.coords[0], line.coords[-1]])
    return line if min(_edge_lengths(line)) > 30.0 else ends


@dataclass(frozen=True, slots=True)
class _Items:
    """Maker of evidence around some roads."""

    rng: Random
    lines: list[shapely.LineString]
    ground: _Ground
    as_of: datetime
    known_at: datetime

    def row(self, number: int) -> dict[str, Any]:
        """Make one item; about one in ten of its values is missing."""
        rng = self.rng
        release = rng.random() < 0.45
        kind = Kind(rng.choice(_RELEASES if release else _HAZARDS))
        observed = self._maybe(0.1, self._ago())
        recorded = self._maybe(0.07, self._recorded(observed))
        row: dict[str, Any] = {
            "id": f"E{rng.choice('abcxyz')}{number}",
            "kind": kind.value,
            "category": self._maybe(0.15, rng.choice(list(Category)).value),
            "evidence_class": self._maybe(0.2, rng.choice(["direct", "indirect", "indirect"])),
            "observed_at": observed,
            "recorded_at": recorded,
            "review": self._review(release=release),
            "reviewed_at": self._maybe(0.7, self.known_at + self._days(-40, 3)),
            "team": "T1",
        }
        row |= self._position(release=release)
        row |= self._life(kind)
        if release:
            row["releases_hazards"] = tuple(
                f"E{letter}{n}" for n in range(12) for letter in "abcxyz" if rng.random() < 0.4
            )
            shape = self._released()
            if shape.geom_type == "LineString":
                row["width_m"] = self._maybe(0.1, rng.uniform(5.0, _widest_m(shape)))
            row["geometry"] = self.ground.degrees(shape)
        else:
            row["geometry"] = self.ground.degrees(self._hazardous(kind))
        return row

    def _maybe(self, missing: float, value: T) -> T | None:
        return None if self.rng.random() < missing else value

    def _days(self, least: float, most: float) -> timedelta:
        return timedelta(minutes=self.rng.randint(int(least * 1440), int(most * 1440)))

    def _ago(self) -> datetime:
        return self.as_of - timedelta(days=self.rng.choice(_DAYS_AGO))

    def _recorded(self, observed: datetime | None) -> datetime:
        if observed is None or self.rng.random() < 0.1:
            return self.known_at + self._days(-60, 1)
        return observed + self._days(0, 2)

    def _review(self, *, release: bool) -> str | None:
        words = ["accepted"] * (8 if release else 3) + ["unreviewed", "unreviewed", "rejected"]
        return self._maybe(0.05, self.rng.choice(words))

    def _position(self, *, release: bool) -> dict[str, Any]:
        rng = self.rng
        methods = [method.value for method in PositionMethod] + ["gps", "gps_averaged", "map"]
        method = self._maybe(0.1, rng.choice(methods))
        roll = rng.random()
        if roll < 0.12:
            error_m = None
        elif roll < 0.2:
            error_m = 0.0
        elif roll < 0.95:
            error_m = rng.uniform(0.1, 10.0 if release else 30.0)
        else:
            error_m = rng.uniform(30.0, 600.0)
        return {"position_method": method, "position_error_m": error_m}

    def _life(self, kind: Kind) -> dict[str, Any]:
        rng = self.rng
        match kind:
            case Kind.FIND:
                return {"disposed_at": self._maybe(0.6, self.as_of + self._days(-50, 3))}
            case Kind.CLOSURE:
                starts = self.as_of + self._days(-20, 5)
                ends = starts + self._days(0, 20)
                return {"starts_at": self._maybe(0.3, starts), "ends_at": self._maybe(0.3, ends)}
            case Kind.CLEARANCE:
                depths = [0.05, 0.12, 0.13, 0.2, 0.25, 0.25, 1.0, 1.0, 1.5]
                return {"depth_m": self._maybe(0.1, rng.choice(depths))}
            case _:
                return {}

    # --- shapes, in rough local metres ---------------------------------------------------------

    def _near(self, spread_m: float) -> tuple[float, float]:
        """Pick a place near some road."""
        line = self.rng.choice(self.lines)
        point = line.interpolate(self.rng.random(), normalized=True)
        angle, aside_m = self.rng.uniform(0, 2 * math.pi), self.rng.uniform(0, spread_m)
        return point.x + aside_m * math.cos(angle), point.y + aside_m * math.sin(angle)

    def _hazardous(self, kind: Kind) -> BaseGeometry:
        rng = self.rng
        pointed = kind in {Kind.FIND, Kind.STRIKE, Kind.REPORT, Kind.ACCIDENT}
        if pointed and rng.random() < 0.8:
            spread_m = 700.0 if kind is Kind.STRIKE else 140.0
            return shapely.Point(self._near(spread_m))
        shape = rng.choice(["star", "star", "holed", "two", "line", "point", "district"])
        if shape == "point":
            return shapely.Point(self._near(60.0))
        if shape == "line":
            return self._path()
        return self._area(shape, rng.choice([30.0, 80.0, 200.0]), 150.0)

    def _released(self) -> BaseGeometry:
        rng = self.rng
        shape = rng.choice(
            [
                "star",
                "holed",
                "two",
                "district",
                "along",
                "along",
                "along",
                "along",
                "strip",
                "strip",
            ]
        )
        if shape in {"along", "strip"}:
            return self._along(shape)
        return self._area(shape, rng.choice([80.0, 200.0, 600.0]), 60.0)

    def _along(self, shape: str) -> BaseGeometry:
        """Part of a road, widened or (a strip) left as a line."""
        rng = self.rng
        line = rng.choice(self.lines)
        start = max(0.0, rng.uniform(-0.2, 0.7))
        end = min(1.0, start + rng.uniform(0.2, 1.0))
        part = ops.substring(line, start, end, normalized=True)
        moved = affinity.translate(part, rng.uniform(-4, 4), rng.uniform(-4, 4))
        if shape == "strip":
            return _lane(moved)
        width_m = rng.choice([9.0, 15.0, 30.0, 80.0]) + rng.uniform(0, 3)
        return moved.buffer(width_m, cap_style=rng.choice(["flat", "square"]), join_style="mitre")

    def _path(self) -> shapely.LineString:
        rng = self.rng
        x, y = self._near(100.0)
        points, heading = [(x, y)], rng.uniform(0, 2 * math.pi)
        for _ in range(rng.randint(1, 4)):
            step = rng.uniform(20.0, 150.0)
            x, y = x + step * math.cos(heading), y + step * math.sin(heading)
            points.append((x, y))
            heading += rng.uniform(-1.5, 1.5)
        return shapely.LineString(points)

    def _area(self, shape: str, radius_m: float, spread_m: float) -> BaseGeometry:
        rng = self.rng
        x, y = self._near(spread_m)
        if shape == "district":
            # Edges of many kilometres, straight in degrees, of which one runs past the roads.
            west, east = rng.uniform(3e3, 3e4), rng.uniform(3e3, 3e4)
            return shapely.box(x - west, y, x + east, y + rng.choice([-1, 1]) * 8e3)
        outer = self._star(x, y, 0.6 * radius_m, 1.2 * radius_m)
        if shape == "holed":
            hole = self._star(x, y, 0.1 * radius_m, 0.4 * radius_m)
            return shapely.Polygon(outer, [hole])
        if shape == "two":
            angle = rng.uniform(0, 2 * math.pi)
            apart_m = radius_m * rng.uniform(2.5, 4.0)
            x, y = x + apart_m * math.cos(angle), y + apart_m * math.sin(angle)
            other = self._star(x, y, 0.6 * radius_m, 1.2 * radius_m)
            return shapely.MultiPolygon([shapely.Polygon(outer), shapely.Polygon(other)])
        return shapely.Polygon(outer)

    def _star(self, x: float, y: float, least_m: float, most_m: float) -> list[tuple[float, float]]:
        rng = self.rng
        corners = rng.randint(5, 12)
        turn = rng.uniform(0, 2 * math.pi)
        ring = []
        for corner in range(corners):
            angle = turn + 2 * math.pi * (corner + rng.uniform(0, 0.7)) / corners
            radius_m = rng.uniform(least_m, most_m)
            ring.append((x + radius_m * math.cos(angle), y + radius_m * math.sin(angle)))
        return ring
