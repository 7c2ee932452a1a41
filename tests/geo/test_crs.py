"""Declared coordinate systems are obeyed or refused, never guessed."""

import numpy as np
import pytest
import shapely
from pyproj import CRS

from uxo.errors import BadCrs
from uxo.geo.crs import crs_of_geojson, known_crs, positions_out_of_range, range_hint, to_wgs84


def column(*geometries: shapely.Geometry | None) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    filled = np.empty(len(geometries), dtype=object)
    filled[:] = geometries
    return filled


def test_the_oldest_form_of_a_crs_member_is_read() -> None:
    crs = crs_of_geojson({"crs": {"type": "EPSG", "properties": {"code": 32637}}}, "f")
    assert crs == CRS("EPSG:32637")


@pytest.mark.parametrize("definition", ["EPSG:4979", "EPSG:4326+5773"])
def test_heights_are_taken_off_a_system(definition: str) -> None:
    assert len(known_crs(definition, "f").axis_info) == 2


@pytest.mark.parametrize("definition", ["EPSG:4978", "EPSG:5703", "EPSG:5800", "nonsense", "", {}])
def test_a_system_without_places_on_a_map_is_refused(definition: object) -> None:
    with pytest.raises(BadCrs):
        known_crs(definition, "f")


def test_a_transformation_that_is_off_by_metres_is_told() -> None:
    way = to_wgs84(CRS("EPSG:4284"), "f")
    assert "right to" in way.notes[0]


def test_another_planet_is_refused() -> None:
    moon = CRS.from_user_input("+proj=longlat +R=1737400")
    with pytest.raises(BadCrs):
        to_wgs84(moon, "f")


def test_missing_and_endless_places_pass_through_a_transformation() -> None:
    way = to_wgs84(CRS("EPSG:32637"), "f")
    ring = shapely.linearrings([[5e5, 4e6], [6e5, 4e6], [6e5, 5e6], [5e5, 4e6]])
    broken = shapely.points([np.nan, 1.0])
    placed = way(column(None, shapely.polygons(ring), broken, shapely.Point(1e30, 1e30)))
    assert placed[0] is None
    assert positions_out_of_range(placed).tolist() == [False, False, True, True]
    assert range_hint(placed[3]) == "a coordinate is not a finite number"
