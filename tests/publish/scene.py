"""Nine roads near Aleppo, one for each status and one with a conflict; invented from end to end."""

from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from uxo.evidence.columns import (
    EVIDENCE_DTYPES,
    PLACE_DTYPES,
    ROAD_DTYPES,
    WGS84,
    as_table,
    empty_table,
)
from uxo.policy import load_policy
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult

AS_OF = datetime(2026, 11, 21, 14, 35, tzinfo=UTC)
WEST, EAST, SOUTH, STEP = 37.150, 37.160, 36.200, 0.005

ROADS = (
    "closed",
    "confirmed",
    "suspected",
    "empty",
    "expired",
    "surveyed",
    "reduced",
    "cleared",
    "conflict",
)

HOSTILE = (
    '<img src=x onerror="window.hostile=1">',
    "</script><script>window.hostile=1</script>",
    "\u202eevil\u2066\u2069\u2069 {{ 7*7 }} {% raw %}",
    "'\"--><svg onload=window.hostile=1>",
)


def lat_of(road: str) -> float:
    """Latitude of a road; each runs west to east."""
    return SOUTH + STEP * ROADS.index(road)


def roads_table(names: dict[str, str] | None = None) -> gpd.GeoDataFrame:
    """The roads; names by road id."""
    lines = [
        shapely.LineString(
            [(WEST, lat_of(road)), ((WEST + EAST) / 2, lat_of(road)), (EAST, lat_of(road))]
        )
        for road in ROADS
    ]
    frame = gpd.GeoDataFrame(
        {
            "road_id": list(ROADS),
            "highway": "residential",
            "name": [(names or {}).get(road) for road in ROADS],
        },
        geometry=lines,
        crs=WGS84,
    )
    return as_table(frame, ROAD_DTYPES)


def around(road: str, *, whole: bool = True) -> BaseGeometry:
    """A box around a road or its western half."""
    east = EAST + 0.003 if whole else (WEST + EAST) / 2
    return shapely.box(WEST - 0.003, lat_of(road) - 0.0018, east, lat_of(road) + 0.0018)


def item(identity: str, kind: str, geometry: BaseGeometry, **columns: object) -> dict[str, object]:
    """One item of evidence with the usual columns."""
    return {
        "id": identity,
        "kind": kind,
        "category": "mortar",
        "evidence_class": None,
        "position_method": "gps",
        "position_error_m": 5.0,
        "observed_at": "2026-10-01T08:00:00Z",
        "recorded_at": "2026-10-02T09:00:00Z",
        "review": "accepted",
        "team": "T-7",
        "geometry": geometry,
        **columns,
    }


def usual_evidence() -> list[dict[str, object]]:
    """Evidence that gives each road its status."""
    middle = shapely.Point((WEST + EAST) / 2, lat_of("confirmed") + 0.0001)
    return [
        item("C-1", "closure", around("closed"), starts_at="2026-11-01T00:00:00Z"),
        item("F-1", "find", middle, observed_at="2026-09-30T07:00:00Z"),
        item("A-1", "hazard_area", around("suspected", whole=False), evidence_class="indirect"),
        item("S-old", "survey", around("expired"), observed_at="2026-01-05T00:00:00Z"),
        item("S-1", "survey", around("surveyed")),
        item("TS-1", "technical_survey", around("reduced")),
        item("K-1", "clearance", around("cleared"), depth_m=0.30),
        item("S-2", "survey", around("conflict"), position_error_m=None),
        item(
            "F-2",
            "find",
            shapely.Point(WEST + 0.002, lat_of("conflict")),
            observed_at="2026-11-02T00:00:00Z",
        ),
        item("F-3", "find", shapely.Point(EAST, lat_of("empty") + 0.002), review="rejected"),
        item("P-1", "strike", shapely.Point(EAST - 0.001, lat_of("suspected")), category="rocket"),
    ]


def evidence_table(items: list[dict[str, object]]) -> gpd.GeoDataFrame:
    """Turn items into a table with the declared columns."""
    if not items:
        return empty_table(EVIDENCE_DTYPES)
    frame = pd.DataFrame(items)
    return as_table(gpd.GeoDataFrame(frame, geometry="geometry", crs=WGS84), EVIDENCE_DTYPES)


def places_table(english: str = "Aleppo", arabic: str = "\u062d\u0644\u0628") -> gpd.GeoDataFrame:
    """Two places: a point and a drawn community."""
    frame = gpd.GeoDataFrame(
        {
            "pcode": ["C1", "C2"],
            "name_en": [english, "Old City"],
            "name_ar": [arabic, None],
            "admin3": None,
        },
        geometry=[shapely.Point(WEST, SOUTH), around("cleared")],
        crs=WGS84,
    )
    return as_table(frame, PLACE_DTYPES)


def usual_result(
    items: list[dict[str, object]] | None = None, names: dict[str, str] | None = None
) -> StatusResult:
    """The status of the nine roads."""
    return compute_status(
        roads_table(names),
        evidence_table(usual_evidence() if items is None else items),
        policy=load_policy(),
        as_of=AS_OF,
        known_at=AS_OF,
    )


def hostile_result() -> StatusResult:
    """The same with field text that tries to become script in every column of text."""
    items = usual_evidence()
    for place, one in enumerate(items):
        one["id"] = f"{place} {HOSTILE[place % len(HOSTILE)]}"
        one["team"] = HOSTILE[(place + 1) % len(HOSTILE)]
    names = {road: HOSTILE[place % len(HOSTILE)] for place, road in enumerate(ROADS)}
    return usual_result(items, names)
