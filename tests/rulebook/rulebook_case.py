"""Read the rulebook's cases and lay them out on the ground near Aleppo."""

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
import yaml
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from uxo.evidence.columns import EVIDENCE_DTYPES, ROAD_DTYPES, WGS84, as_table

_GEOD = Geod(ellps="WGS84")
_START = (37.15, 36.20)
_BEARING_DEG = 73.0
_STEP_M = 20.0
"""Vertices stand this close, so that an edge straight in degrees is straight on the ground too."""

_FIELDS = {
    "id": "id",
    "kind": "kind",
    "category": "category",
    "class": "evidence_class",
    "method": "position_method",
    "error": "position_error_m",
    "observed": "observed_at",
    "recorded": "recorded_at",
    "disposed": "disposed_at",
    "starts": "starts_at",
    "ends": "ends_at",
    "depth": "depth_m",
    "width": "width_m",
    "releases": "releases_hazards",
    "review": "review",
    "reviewed": "reviewed_at",
}
_PLACES = {"point", "path", "box", "hole", "boxes", "circle"}
_CASE = {"clause", "says", "case", "road", "as_of", "known_at", "evidence", "pieces"}
_PIECE = re.compile(r"(?P<from>[\d.]+)-(?P<to>[\d.]+) (?P<status>\w+)(?P<flags>.*)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of the road with the same status and flags."""

    from_m: float
    to_m: float
    status: str
    conflict: bool
    clearance_under_way: bool
    hazard_beside_m: float | None


@dataclass(frozen=True, slots=True)
class Case:
    """One case, ready to be computed."""

    name: str
    roads: gpd.GeoDataFrame
    evidence: gpd.GeoDataFrame
    as_of: dt.datetime
    known_at: dt.datetime
    stretches: tuple[Stretch, ...]
    reasons: tuple[tuple[float, float, frozenset[tuple[str, str, str | None]]], ...]


def read_cases(folder: Path) -> list[Case]:
    """Read every case of every YAML file of a folder."""
    cases = []
    for path in sorted(folder.glob("*.yaml")):
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        cases += [_case(case, path.stem) for case in written]
    return cases


def _case(written: dict[str, Any], file: str) -> Case:
    strange = set(written) ^ _CASE - {"reasons"}
    assert strange <= {"reasons"}, f"{file}: {written.get('case')}: {strange}"
    rows = [_row(item) for item in written["evidence"]]
    frame = gpd.GeoDataFrame(rows or {"geometry": []}, geometry="geometry", crs=WGS84)
    road = written["road"]
    lengthwise = _ground([(at, 0.0) for at in _steps(0.0, float(road["metres"]))])
    roads = gpd.GeoDataFrame(
        {"road_id": ["R"], "highway": [road.get("highway")], "name": ["the road"]},
        geometry=[shapely.LineString(lengthwise)],
        crs=WGS84,
    )
    return Case(
        name=f"{file}: {written['clause']}: {written['case']}",
        roads=as_table(roads, ROAD_DTYPES),
        evidence=as_table(frame, EVIDENCE_DTYPES),
        as_of=_moment(written["as_of"]),
        known_at=_moment(written["known_at"]),
        stretches=tuple(_stretch(part) for part in written["pieces"].split(";")),
        reasons=tuple(_reasons(*pair) for pair in written.get("reasons", {}).items()),
    )


def _row(item: dict[str, Any]) -> dict[str, Any]:
    assert set(item) <= set(_FIELDS) | _PLACES, set(item) - set(_FIELDS) - _PLACES
    row = {_FIELDS[word]: _value(value) for word, value in item.items() if word in _FIELDS}
    return row | {"geometry": _geometry(item)}


def _value(value: object) -> object:
    if isinstance(value, dt.date):
        return f"{value.isoformat()}T12:00:00Z"  # a day is its noon
    return tuple(value) if isinstance(value, list) else value


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)


def _stretch(text: str) -> Stretch:
    match = _PIECE.fullmatch(text.strip())
    assert match is not None, text
    flags = [flag.strip() for flag in match["flags"].split(",")[1:]]
    beside = [flag for flag in flags if flag.startswith("hazard beside")]
    others = set(flags) - set(beside)
    assert others <= {"conflict", "clearance under way"}, text
    return Stretch(
        from_m=float(match["from"]),
        to_m=float(match["to"]),
        status=match["status"],
        conflict="conflict" in others,
        clearance_under_way="clearance under way" in others,
        hazard_beside_m=float(beside[0].split()[2]) if beside else None,
    )


def _reasons(
    where: str, items: list[str]
) -> tuple[float, float, frozenset[tuple[str, str, str | None]]]:
    from_m, to_m = (float(metre) for metre in where.split("-"))
    listed = set()
    for item in items:
        name, words = item.split(" ", 1)
        effect, _, by = words.partition(" by ")
        listed.add((name, effect.replace(" ", "_"), by or None))
    return from_m, to_m, frozenset(listed)


# --- metres along and aside -> longitude and latitude ---------------------------------------------


def _ground(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Carry (along, aside) metres to degrees: along the road's geodesic, then square to it."""
    lonlat = []
    for along_m, aside_m in places:
        lon, lat, back = _GEOD.fwd(*_START, _BEARING_DEG, along_m)
        left = back + 180.0 - 90.0
        lon, lat, _ = _GEOD.fwd(lon, lat, left, aside_m)
        lonlat.append((lon, lat))
    return lonlat


def _steps(start: float, end: float) -> list[float]:
    count = max(1, int(np.ceil(abs(end - start) / _STEP_M)))
    return [float(metre) for metre in np.linspace(start, end, count + 1)]


def _edges(corners: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Put vertices along the edges between corners."""
    dense = [corners[0]]
    for (at, aside), (to_at, to_aside) in pairwise(corners):
        steps = _steps(0.0, float(np.hypot(to_at - at, to_aside - aside)))
        shares = [step / steps[-1] for step in steps[1:]]
        dense += [(at + s * (to_at - at), aside + s * (to_aside - aside)) for s in shares]
    return dense


def _geometry(item: dict[str, Any]) -> BaseGeometry:
    match sorted(_PLACES & set(item)):
        case ["point"]:
            return shapely.Point(_ground([(item["point"]["at"], item["point"]["aside"])])[0])
        case ["path"]:
            return shapely.LineString(_ground(_edges([(at, a) for at, a in item["path"]])))
        case ["box"]:
            return shapely.Polygon(_box(item["box"]))
        case ["box", "hole"]:
            return shapely.Polygon(_box(item["box"]), [_box(item["hole"])])
        case ["boxes"]:
            return shapely.MultiPolygon([shapely.Polygon(_box(box)) for box in item["boxes"]])
        case ["circle"]:
            return shapely.Polygon(_circle(item["circle"]))
        case places:
            raise AssertionError(places, item)


def _box(box: dict[str, float]) -> list[tuple[float, float]]:
    left, right = box["left"], -box["right"]
    corners = [
        (box["from"], left),
        (box["from"], right),
        (box["to"], right),
        (box["to"], left),
        (box["from"], left),
    ]
    return _ground(_edges(corners))


def _circle(circle: dict[str, float]) -> list[tuple[float, float]]:
    """Draw a circle with so many vertices that its sagitta is under 1 mm at 300 m."""
    angles = np.linspace(0, 2 * np.pi, 1500, endpoint=False)
    return _ground(
        [
            (
                circle["at"] + circle["radius"] * float(np.cos(angle)),
                circle["aside"] + circle["radius"] * float(np.sin(angle)),
            )
            for angle in angles
        ]
    )
