"""Measures along projected roads."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from uxo.errors import BadGeometry
from uxo.geo.polyline import MAX_EDGE_M, Polylines, densify, project_roads
from uxo.geo.projection import Projection

GEOD = Geod(ellps="WGS84")


def _projected(*coordinates: list[tuple[float, float]], central: float = 37.0) -> Polylines:
    lines = np.array([shapely.LineString(points) for points in coordinates], dtype=object)
    names = np.array([f"R{i}" for i in range(len(lines))], dtype=object)
    return project_roads(lines, Projection(central), names)


@given(
    st.sampled_from([(37.1, 36.2), (36.0, 35.9), (15.0, 78.0), (30.0, -33.0), (-74.0, 4.6)]),
    st.lists(st.tuples(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02)), min_size=2, max_size=6),
)
def test_a_road_is_as_long_as_its_geodesics(
    origin: tuple[float, float], steps: list[tuple[float, float]]
) -> None:
    points = [(origin[0] + dx, origin[1] + dy) for dx, dy in steps]
    lengths = [GEOD.inv(*a, *b)[2] for a, b in pairwise(points)]
    polylines = _projected(points, central=origin[0])
    assert polylines.length_m[0] == pytest.approx(sum(lengths), rel=2e-6, abs=1e-3)


def test_given_vertices_stay_bit_for_bit_and_long_edges_get_more() -> None:
    points = [(37.0, 36.0), (37.02, 36.013), (37.0201, 36.0131)]
    polylines = _projected(points)
    assert polylines.given.sum() == 3
    kept = np.column_stack((polylines.lon, polylines.lat))[polylines.given]
    assert (kept == np.array(points)).all()
    assert np.diff(polylines.measure_m).max() <= MAX_EDGE_M * 1.01


def test_put_in_vertices_lie_straight_in_longitude_and_latitude() -> None:
    polylines = _projected([(37.0, 36.0), (37.05, 36.05)])
    assert polylines.lat - 36.0 == pytest.approx(polylines.lon - 37.0, abs=1e-12)


def test_short_edges_are_left_alone() -> None:
    lon, lat, start = np.array([37.0, 37.001]), np.array([36.0, 36.0]), np.array([0, 2])
    dense_lon, _, dense_start, given_ = densify(lon, lat, start)
    assert len(dense_lon) == 2
    assert list(dense_start) == [0, 2]
    assert given_.all()


def test_measures_begin_anew_on_each_road() -> None:
    polylines = _projected([(37.0, 36.0), (37.001, 36.0)], [(37.1, 36.0), (37.101, 36.0)])
    assert polylines.measure_m[polylines.start[:-1]] == pytest.approx([0.0, 0.0])
    assert polylines.length_m[0] == pytest.approx(polylines.length_m[1], abs=1e-3)


def test_a_road_across_the_antimeridian_goes_the_short_way() -> None:
    polylines = _projected([(179.999, -17.0), (-179.999, -17.0)], central=180.0)
    assert polylines.length_m[0] == pytest.approx(
        GEOD.inv(179.999, -17.0, -179.999, -17.0)[2], abs=0.01
    )


def test_a_road_that_leaves_its_strip_far_behind_is_refused_by_name() -> None:
    with pytest.raises(BadGeometry, match=r"road R1.*cut it into shorter roads"):
        _projected([(37.0, 36.0), (37.1, 36.0)], [(37.0, 36.0), (47.0, 36.0)])


def test_many_roads_are_projected_as_each_of_them_alone() -> None:
    rng = np.random.default_rng(3)
    roads = [
        [(37.0 + x, 36.0 + y) for x, y in rng.uniform(0.0, 0.01, (rng.integers(2, 6), 2))]
        for _ in range(2_500)  # more than one block
    ]
    together = _projected(*roads)
    for number in (0, 999, 1_000, 1_001, 2_499):
        alone = _projected(roads[number])
        mine = slice(together.start[number], together.start[number + 1])
        for name in ("lon", "lat", "x", "y", "scale", "given"):
            assert (getattr(together, name)[mine] == getattr(alone, name)).all(), name
        assert together.measure_m[mine] == pytest.approx(alone.measure_m, abs=1e-7)
