"""A small exercise on three roads, in a real store."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from uxo.evidence.columns import EVIDENCE_DTYPES, PLACE_DTYPES, ROAD_DTYPES, WGS84, as_table
from uxo.policy import load_policy
from uxo.services.live_status import LiveStatusService
from uxo.store.contract import FileStamp, Store
from uxo.store.signing import DeviceKey
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer
from uxo.wiring import uuid7

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)

ROADS: list[tuple[str, str | None, str]] = [
    ("r-north", "شارع النيل", "LINESTRING (37.15 36.21, 37.155 36.21, 37.16 36.21)"),
    ("r-south", None, "LINESTRING (37.15 36.20, 37.16 36.20)"),
    ("r-west", "Back road", "LINESTRING (37.15 36.20, 37.15 36.21)"),
]
PLACES = [("C1001", "Old Market", "السوق القديم", "Aleppo", "POINT (37.155 36.205)")]


def square(lon: float, lat: float, side: float) -> str:
    """A square around a point, its side in degrees."""
    half = side / 2
    return shapely.box(lon - half, lat - half, lon + half, lat + half).wkt


EVIDENCE: list[dict[str, Any]] = [
    {
        "id": "F-1", "kind": "find", "category": "mortar", "position_method": "gps",
        "position_error_m": 10.0, "observed_at": "2026-03-02T09:00:00Z", "team": "EOD-3",
        "geometry": "POINT (37.152 36.2001)",
    },
    {
        "id": "C-1", "kind": "clearance", "position_method": "gps", "position_error_m": 2.0,
        "observed_at": "2026-04-01T00:00:00Z", "depth_m": 0.3, "review": "accepted",
        "reviewed_at": "2026-04-03T00:00:00Z", "team": "EOD-4",
        "geometry": square(37.157, 36.21, 0.004),
    },
    {
        "id": "F-2", "kind": "find", "category": "grenade", "position_method": "gps",
        "position_error_m": 5.0, "observed_at": "2026-02-01T00:00:00Z", "team": "EOD-3",
        "geometry": "POINT (37.157 36.2101)",
    },
    {
        "id": "A-1", "kind": "hazard_area", "category": "unknown", "evidence_class": "indirect",
        "position_method": "map", "position_error_m": 50.0,
        "observed_at": "2026-01-15T00:00:00Z", "team": "NTS-1",
        "geometry": square(37.3, 36.3, 0.01),
    },
]  # fmt: skip


def roads_table(rows: Sequence[tuple[str, str | None, str]] = ROADS) -> gpd.GeoDataFrame:
    frame = pd.DataFrame(rows, columns=["road_id", "name", "geometry"])
    frame["highway"] = "residential"
    lines = shapely.from_wkt(frame.pop("geometry").to_numpy(dtype=object))
    return as_table(gpd.GeoDataFrame(frame, geometry=lines, crs=WGS84), ROAD_DTYPES)


def evidence_table(rows: Sequence[dict[str, Any]] = EVIDENCE) -> gpd.GeoDataFrame:
    frame = pd.DataFrame([{"recorded_at": "2026-04-10T00:00:00Z", **row} for row in rows])
    shapes = shapely.from_wkt(frame.pop("geometry").to_numpy(dtype=object))
    return as_table(gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84), EVIDENCE_DTYPES)


def places_table() -> gpd.GeoDataFrame:
    frame = pd.DataFrame(PLACES, columns=["pcode", "name_en", "name_ar", "admin3", "geometry"])
    points = shapely.from_wkt(frame.pop("geometry").to_numpy(dtype=object))
    return as_table(gpd.GeoDataFrame(frame, geometry=points, crs=WGS84), PLACE_DTYPES)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, by: timedelta) -> None:
        self.moment += by


def id_source(clock: Callable[[], datetime]) -> Callable[[], str]:
    """Ids that differ and are the same in every run."""
    numbers = iter(range(1, 1_000_000))
    return lambda: uuid7(clock(), next(numbers).to_bytes(10, "big"))


def stamp(name: str) -> FileStamp:
    return FileStamp(name, "ab" * 32)


def open_store(path: Path, clock: Clock) -> SqliteStore:
    """Open a store, or make an empty one."""
    return SqliteStore.open(path, key=DeviceKey.from_seed(bytes(range(32))), clock=clock)


def open_scene(path: Path, clock: Clock) -> SqliteStore:
    """Make a store with the scene in it."""
    store = open_store(path, clock)
    for layer, table, line in (
        (Layer.ROADS, roads_table(), "(c) OpenStreetMap contributors"),
        (Layer.PLACES, places_table(), "OCHA"),
        (Layer.EVIDENCE, evidence_table(), ""),
    ):
        store.import_rows(
            layer, [table], stamp=stamp(f"{layer}.geojson"), who="DESK", attribution=line,
            exercise=layer is Layer.EVIDENCE,
        )  # fmt: skip
    return store


def live_service(store: Store, clock: Clock, as_of: datetime | None = None) -> LiveStatusService:
    return LiveStatusService(
        store, policy=load_policy(), clock=clock, new_id=id_source(clock), as_of=as_of
    )


def find(lon: float = 37.156, lat: float = 36.2002, **properties: object) -> dict[str, Any]:
    """A find as a client sends it."""
    given = {
        "kind": "find", "category": "rocket", "position_method": "gps", "position_error_m": 8.0,
        "observed_at": "2026-04-30T08:00:00Z", "team": "EOD-7", **properties,
    }  # fmt: skip
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {name: value for name, value in given.items() if value is not None},
    }


def area(kind: str, lon: float, lat: float, side: float, **properties: object) -> dict[str, Any]:
    """A square area as a client sends it."""
    shape = shapely.from_wkt(square(lon, lat, side))
    given = {"kind": kind, "position_method": "gps", "position_error_m": 2.0,
             "observed_at": "2026-04-30", "team": "EOD-7", **properties}  # fmt: skip
    return {
        "type": "Feature",
        "geometry": shapely.geometry.mapping(shape),
        "properties": {name: value for name, value in given.items() if value is not None},
    }
