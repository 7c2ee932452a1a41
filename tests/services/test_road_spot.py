from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from tests.web.scene import EVIDENCE, evidence_table, roads_table
from uxo.errors import NotFound
from uxo.policy import load_policy
from uxo.services.road_spot import nearest_spot, spot_on_road
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult

NOW = datetime(2026, 5, 1, tzinfo=UTC)
GEOD = Geod(ellps="WGS84")


def _status(roads: gpd.GeoDataFrame) -> StatusResult:
    return compute_status(
        roads, evidence_table(EVIDENCE), policy=load_policy(), as_of=NOW, known_at=NOW
    )


def _one(wkt: str) -> StatusResult:
    return _status(roads_table([("r", None, wkt)]))


@pytest.mark.parametrize("lat", [0.0, 36.2, -45.0, 69.5])
@pytest.mark.parametrize("lon", [37.15, -120.3, 179.9])
def test_the_nearest_point_is_right_to_a_decimetre_anywhere(lon: float, lat: float) -> None:
    east, _, _ = GEOD.fwd(lon, lat, 90, 1_000)
    result = _one(f"LINESTRING ({lon} {lat}, {east} {lat})")
    beside_lon, beside_lat, _ = GEOD.fwd(lon, lat, 90, 600)
    lon_off, lat_off, _ = GEOD.fwd(beside_lon, beside_lat, 0, 40)
    spot = nearest_spot(result, lon_off, lat_off, 50)
    assert spot.at_m == pytest.approx(600, abs=0.1)
    assert spot.distance_m == pytest.approx(40, abs=0.1)


def test_a_position_across_the_antimeridian_finds_its_road() -> None:
    result = _one("LINESTRING (179.9990 -16.5, 179.9999 -16.5)")
    spot = nearest_spot(result, -179.9999, -16.5, 50)
    assert spot.distance_m == pytest.approx(21.3, abs=0.5)
    assert spot.at_m == pytest.approx(result.road_length_m[0], abs=1e-6)


def test_at_a_junction_the_worst_road_is_taken() -> None:
    result = _status(
        roads_table(
            [
                ("quiet", None, "LINESTRING (37.152 36.2001, 37.152 36.21)"),
                ("red", None, "LINESTRING (37.152 36.2001, 37.16 36.2001)"),
                ("far", None, "LINESTRING (37.152 36.2001, 37.15 36.19)"),
            ]
        )
    )
    spot = nearest_spot(result, 37.152, 36.2001, 50)
    worst = min(int(result.status[result.piece_at(row, 0.0)]) for row in range(3))
    assert int(result.status[result.piece_at(spot.row, spot.at_m)]) == worst


def test_farther_than_asked_there_is_nothing() -> None:
    result = _one("LINESTRING (37.15 36.2, 37.16 36.2)")
    with pytest.raises(NotFound, match="no road lies within 50 m"):
        nearest_spot(result, 37.155, 36.2005, 50)
    assert nearest_spot(result, 37.155, 36.2005, 60).distance_m == pytest.approx(55.5, abs=0.2)


def test_doubled_vertices_do_no_harm() -> None:
    result = _one("LINESTRING (37.15 36.2, 37.15 36.2, 37.155 36.2, 37.155 36.2, 37.16 36.2)")
    spot = nearest_spot(result, 37.155, 36.2, 50)
    assert np.isfinite(spot.at_m)
    assert spot.distance_m == pytest.approx(0, abs=1e-3)


def test_both_ends_of_a_road_belong_to_it() -> None:
    result = _one("LINESTRING (37.15 36.2, 37.16 36.2)")
    length = float(result.road_length_m[0])
    assert spot_on_road(result, "r", 0).at_m == 0
    assert spot_on_road(result, "r", length).at_m == length
    for at_m in (-0.01, length + 0.01, float("nan")):
        with pytest.raises(NotFound):
            spot_on_road(result, "r", at_m)
    assert shapely.length(result.roads.geometry.iloc[0]) > 0
