"""A network and evidence small enough to check by hand."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROADS = [
    ({"road_id": "R-1", "highway": "residential", "name": "شارع النيل"}, 36.20),
    ({"road_id": "R-2", "highway": "track"}, 36.21),
]
FIND = {
    "id": "F-1",
    "kind": "find",
    "category": "mortar",
    "position_method": "gps",
    "position_error_m": 8,
    "observed_at": "2026-03-01",
    "recorded_at": "2026-03-01T12:00:00Z",
    "review": "accepted",
    "team": "T1",
}
SURVEY = FIND | {"id": "S-1", "kind": "survey", "category": None, "observed_at": "2026-05-01"}
RING = [[37.149, 36.209], [37.156, 36.209], [37.156, 36.211], [37.149, 36.211], [37.149, 36.209]]
AS_OF = "2026-06-01"

Feature = tuple[Mapping[str, Any], Mapping[str, Any]]


def write_features(path: Path, features: list[Feature]) -> Path:
    """Write properties and geometries as GeoJSON."""
    document = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": properties, "geometry": geometry}
            for properties, geometry in features
        ],
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def line(lat: float) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [[37.15, lat], [37.16, lat]]}


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    return write_features(tmp_path / "roads.geojson", [(road, line(lat)) for road, lat in ROADS])


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    features: list[Feature] = [
        (FIND, point(37.155, 36.2001)),
        (SURVEY, {"type": "Polygon", "coordinates": [RING]}),
    ]
    return write_features(tmp_path / "evidence.geojson", features)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what a command writes by default, and what the environment says, out of the tests."""
    monkeypatch.chdir(tmp_path)
    for name in ("STORE", "POLICY", "TEAM", "LANG", "PORT"):
        monkeypatch.delenv(f"UXO_{name}", raising=False)
