"""A network too wide for one projection: its strips agree with each road alone."""

from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import pytest
import shapely

from uxo.evidence.columns import EVIDENCE_DTYPES, ROAD_DTYPES, as_table
from uxo.policy import load_policy
from uxo.status.compute import compute_status
from uxo.status.live import LiveStatus
from uxo.status.result import StatusResult

NOW = datetime(2026, 6, 1, tzinfo=UTC)
POLICY = load_policy()


def _roads(west: float, east: float, lat: float, count: int) -> gpd.GeoDataFrame:
    lon = np.linspace(west, east, count)
    lines = [shapely.LineString([(x, lat), (x + 0.012, lat + 0.004)]) for x in lon]
    ids = [f"R{i:02}" for i in range(count)]
    return as_table(gpd.GeoDataFrame({"road_id": ids}, geometry=lines, crs=4326), ROAD_DTYPES)


def _finds(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    at = shapely.line_interpolate_point(roads.geometry.to_numpy(), 0.4, normalized=True)
    aside = shapely.transform(at, lambda lonlat: np.add(lonlat, [0.0, 0.0003]))
    columns = {
        "id": [f"F{i:02}" for i in range(len(at))],
        "kind": "find",
        "category": "aircraft_bomb",
        "position_error_m": 10.0,
        "observed_at": "2026-01-01",
        "recorded_at": "2026-01-01",
    }
    return as_table(gpd.GeoDataFrame(columns, geometry=aside, crs=4326), EVIDENCE_DTYPES)


def _status(roads: gpd.GeoDataFrame, finds: gpd.GeoDataFrame) -> StatusResult:
    return compute_status(roads, finds, policy=POLICY, as_of=NOW, known_at=NOW)


@pytest.mark.parametrize(
    ("west", "east", "lat"),
    [(30.0, 45.0, 36.0), (-10.0, 40.0, 78.0), (172.0, 188.0, -17.0), (-80.0, -60.0, 4.0)],
)
def test_each_road_has_the_same_pieces_in_a_wide_network_as_alone(
    west: float, east: float, lat: float
) -> None:
    roads = _roads(west, east, lat, 40)
    finds = _finds(roads)
    together = _status(roads, finds)
    assert len(together.parts) > 1
    for row in range(len(roads)):
        alone = _status(roads.iloc[row : row + 1].reset_index(drop=True), finds)
        own = together.pieces_of(row)
        assert list(together.status[own]) == list(alone.status)
        assert together.to_m[own] == pytest.approx(alone.to_m, abs=0.001)


def test_pieces_are_cut_out_of_the_roads_of_every_strip() -> None:
    roads = _roads(30.0, 45.0, 36.0, 12)
    result = _status(roads, _finds(roads))
    for row in range(len(roads)):
        own = result.pieces_of(row)
        lines = result.geometries(np.arange(own.start, own.stop))
        joined = np.concatenate([shapely.get_coordinates(line) for line in lines])
        road = shapely.get_coordinates(roads.geometry.iloc[row])
        assert (joined[0] == road[0]).all()
        assert joined[-1] == pytest.approx(road[-1], abs=1e-12)
        assert shapely.hausdorff_distance(
            shapely.LineString(joined), roads.geometry.iloc[row]
        ) == pytest.approx(0.0, abs=1e-9)


def test_a_find_in_one_strip_leaves_the_roads_of_the_others_alone() -> None:
    roads = _roads(30.0, 45.0, 36.0, 12)
    finds = _finds(roads)
    live = LiveStatus(roads, finds.iloc[:0], policy=POLICY, as_of=NOW, known_at=NOW)
    assert list(live.upsert(finds.iloc[11:])) == [11]
    assert list(live.upsert(finds.iloc[:1])) == [0]
    again = _status(roads, finds.iloc[[11, 0]].reset_index(drop=True))
    assert list(live.result().status) == list(again.status)
    assert live.result().to_m == pytest.approx(again.to_m, abs=0.0)
