"""Rows and drafts that the suites share."""

from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from uxo.evidence.columns import EVIDENCE_DTYPES, PLACE_DTYPES, ROAD_DTYPES, as_table
from uxo.evidence.events import EventType
from uxo.store.contract import Draft, FileStamp

STAMP = FileStamp("field.geojson", "ab" * 32)
DISPOSED = datetime(2026, 3, 3, tzinfo=UTC)
SQUARE = shapely.box(37.10, 36.20, 37.11, 36.21)


def evidence(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    full = [{"kind": "find", "category": "mortar", "team": "T-1"} | row for row in rows]
    places = [row.pop("geometry", shapely.Point(37.1, 36.2)) for row in full]
    frame = gpd.GeoDataFrame(pd.DataFrame(full), geometry=places, crs=4326)
    return as_table(frame, EVIDENCE_DTYPES)


def roads(count: int) -> gpd.GeoDataFrame:
    lines = [shapely.LineString([(37 + i / 1e3, 36), (37 + i / 1e3, 36.001)]) for i in range(count)]
    ids = [f"R-{i}" for i in range(count)]
    return as_table(gpd.GeoDataFrame({"road_id": ids}, geometry=lines, crs=4326), ROAD_DTYPES)


def places(count: int) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(
        {"pcode": [f"P-{i}" for i in range(count)], "name_ar": "قرية"},
        geometry=[shapely.Point(37 + i / 1e3, 36) for i in range(count)],
        crs=4326,
    )
    return as_table(frame, PLACE_DTYPES)


def numbered(count: int, *, start: int = 0, category: str = "mortar") -> gpd.GeoDataFrame:
    return evidence(
        *(
            {
                "id": f"E-{i}",
                "category": category,
                "geometry": shapely.Point(37 + i % 10_000 / 1e4, 36 + i % 10_000 / 1e4),
                "observed_at": datetime(2026, 1, 1 + i % 28, tzinfo=UTC),
            }
            for i in range(start, start + count)
        )
    )


def find(entity: str | None = None, *, who: str = "T-1", **data: Any) -> Draft:  # noqa: ANN401
    filled = {
        "kind": "find",
        "category": "mortar",
        "position_error_m": 5.0,
        "observed_at": datetime(2026, 3, 1, tzinfo=UTC),
        "geometry": shapely.Point(37.1612345, 36.2012345),
    }
    return Draft(EventType.EVIDENCE_RECORDED, entity, filled | data, who)


def release(entity: str, *, who: str = "T-1", **data: Any) -> Draft:  # noqa: ANN401
    return find(
        entity, who=who, **{"kind": "clearance", "category": None, "geometry": SQUARE} | data
    )


def review(entity: str, verdict: str, *, who: str = "T-2", reason: str = "") -> Draft:
    return Draft(EventType.EVIDENCE_REVIEWED, entity, {"review": verdict, "reason": reason}, who)


def correction(entity: str, *, who: str = "T-1", **data: Any) -> Draft:  # noqa: ANN401
    return Draft(EventType.EVIDENCE_CORRECTED, entity, data, who)


def disposal(entity: str, at: datetime = DISPOSED, *, who: str = "T-1") -> Draft:
    return Draft(EventType.ITEM_DISPOSED, entity, {"disposed_at": at}, who)


def by_id(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return table.sort_values("id").reset_index(drop=True)
