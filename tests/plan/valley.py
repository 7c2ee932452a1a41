"""A valley that a planner can read: one open road, and five communities that wait.

::

            E (closed road)
            |
    A ===== B ----- C --*-- D        === surveyed   --- not surveyed   * an AP mine
            |
            F                        X lies far from every road

Each road is about 0.9 km (east) or 1.1 km (north) long and 12 m wide with its verges.
"""

from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from tests.web.scene import evidence_table, roads_table
from uxo.evidence.columns import PLACE_DTYPES, WGS84, as_table
from uxo.policy import Policy, load_policy
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult

AS_OF = datetime(2026, 5, 1, tzinfo=UTC)
ROADS: list[tuple[str, str | None, str]] = [
    ("r-ab", "Main road", "LINESTRING (37.10 36.20, 37.11 36.20)"),
    ("r-bc", None, "LINESTRING (37.11 36.20, 37.12 36.20)"),
    ("r-cd", None, "LINESTRING (37.12 36.20, 37.13 36.20)"),
    ("r-be", None, "LINESTRING (37.11 36.20, 37.11 36.21)"),
    ("r-bf", None, "LINESTRING (37.11 36.20, 37.11 36.19)"),
]
PLACES = [
    ("C-A", "Ada", "POINT (37.10 36.2001)"),
    ("C-C", "Cena", "POINT (37.12 36.2001)"),
    ("C-D", "Dera", "POINT (37.13 36.2001)"),
    ("C-E", "Esa", "POINT (37.11 36.21)"),
    ("C-F", "Fara", "POINT (37.11 36.19)"),
    ("C-X", "Xanta", "POINT (37.40 36.40)"),
]
HOUSEHOLDS: dict[str, float | None] = {"C-A": 300.0, "C-C": 50.0, "C-D": 200.0, "C-F": 10.0}
EVIDENCE: list[dict[str, Any]] = [
    {
        "id": "S-1", "kind": "survey", "position_method": "gps", "position_error_m": 2.0,
        "observed_at": "2026-04-01", "review": "accepted", "reviewed_at": "2026-04-02",
        "team": "NTS-1", "geometry": shapely.box(37.099, 36.199, 37.1101, 36.201).wkt,
    },
    {
        "id": "F-1", "kind": "find", "category": "ap_mine", "position_method": "gps",
        "position_error_m": 10.0, "observed_at": "2026-03-02", "team": "EOD-3",
        "geometry": "POINT (37.125 36.2)",
    },
    {
        "id": "K-1", "kind": "closure", "position_method": "gps", "position_error_m": 2.0,
        "observed_at": "2026-03-02", "starts_at": "2026-03-02", "team": "EOD-3",
        "geometry": shapely.box(37.109, 36.2005, 37.111, 36.2095).wkt,
    },
]  # fmt: skip


def status(
    evidence: list[dict[str, Any]] | None = None, policy: Policy | None = None
) -> StatusResult:
    """Compute the status of the valley."""
    return compute_status(
        roads_table(ROADS),
        evidence_table(EVIDENCE if evidence is None else evidence),
        policy=policy or load_policy(),
        as_of=AS_OF,
        known_at=AS_OF,
    )


def places(rows: list[tuple[str, str, str]] | None = None) -> gpd.GeoDataFrame:
    """Give the communities as a table."""
    frame = pd.DataFrame(rows or PLACES, columns=["pcode", "name_en", "geometry"])
    points = shapely.from_wkt(frame.pop("geometry").to_numpy(dtype=object))
    return as_table(gpd.GeoDataFrame(frame, geometry=points, crs=WGS84), PLACE_DTYPES)
