"""The error bound of the projection, against geodesics, over the whole earth."""

from threading import Thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Proj

from uxo.errors import BadGeometry
from uxo.geo.projection import HALF_WIDTH_M, Projection, strips, wrap

GEOD = Geod(ellps="WGS84")

longitudes = st.floats(-180.0, 180.0)
latitudes = st.floats(-84.0, 84.0)
# Share of the half-width of a strip at which the measured place lies.
offsets = st.floats(-0.999, 0.999)


def _place(central: float, lat: float, offset: float) -> float:
    """Longitude that lies a share of the half-width from a central meridian."""
    degrees = offset * HALF_WIDTH_M / (111_320.0 * np.cos(np.radians(lat)))
    return float((central + degrees + 180.0) % 360.0 - 180.0)


@given(longitudes, latitudes, offsets, st.floats(0.0, 360.0))
def test_a_kilometre_is_right_to_half_a_centimetre_anywhere_in_a_strip(
    central: float, lat: float, offset: float, azimuth: float
) -> None:
    projection = Projection(central)
    lon = _place(central, lat, offset)
    lon_to, lat_to, _ = GEOD.fwd(lon, lat, azimuth, 1000.0)
    x, y = projection.forward(np.array([lon, lon_to]), np.array([lat, lat_to]))
    metres = np.hypot(*(np.diff(x)[0], np.diff(y)[0])) / projection.scale(x[:1], np.array([lat]))[0]
    assert metres == pytest.approx(1000.0, abs=0.005)


@given(longitudes, latitudes, offsets)
def test_the_point_scale_is_that_of_proj(central: float, lat: float, offset: float) -> None:
    projection = Projection(central)
    lon = _place(central, lat, offset)
    x, _ = projection.forward(np.array([lon]), np.array([lat]))
    plane = Proj(f"+proj=tmerc +lon_0={central!r} +k=1 +ellps=WGS84")
    exact = plane.get_factors(lon, lat).meridional_scale
    assert projection.scale(x, np.array([lat]))[0] == pytest.approx(exact, abs=1e-7)


@given(longitudes, latitudes, offsets)
def test_going_to_the_plane_and_back_returns_to_the_place(
    central: float, lat: float, offset: float
) -> None:
    projection = Projection(central)
    lon = _place(central, lat, offset)
    back_lon, back_lat = projection.inverse(*projection.forward(np.array([lon]), np.array([lat])))
    assert (back_lon[0] - lon + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=1e-9)
    assert back_lat[0] == pytest.approx(lat, abs=1e-9)


def test_nothing_special_happens_at_the_border_of_two_utm_zones() -> None:
    # 36 E runs through Latakia and Idlib: zones 36 and 37 meet there.
    lon, lat = np.array([35.9995, 36.0005]), np.array([35.7, 35.7])
    ((projection, members),) = strips(lon, lat)
    x, y = projection.forward(lon, lat)
    geodesic = GEOD.inv(lon[0], lat[0], lon[1], lat[1])[2]
    assert len(members) == 2
    assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(geodesic, abs=1e-4)


@given(st.lists(st.tuples(longitudes, latitudes), min_size=1, max_size=40))
def test_every_place_is_served_by_one_strip_within_its_half_width(
    places: list[tuple[float, float]],
) -> None:
    lon, lat = (np.array(values) for values in zip(*places, strict=True))
    served = np.concatenate([members for _, members in strips(lon, lat)])
    assert sorted(served) == list(range(len(places)))
    for projection, members in strips(lon, lat):
        x, _ = projection.forward(lon[members], lat[members])
        assert np.abs(x).max() <= HALF_WIDTH_M * 1.01


def test_data_on_both_sides_of_the_antimeridian_are_one_strip() -> None:
    ((projection, members),) = strips(np.array([179.99, -179.99]), np.array([-17.0, -17.0]))
    assert len(members) == 2
    assert abs(projection.central_lon) == pytest.approx(180.0, abs=0.1)


def test_no_places_need_no_strip() -> None:
    assert strips(np.empty(0), np.empty(0)) == []


def test_a_place_half_way_round_the_earth_is_refused_and_says_so() -> None:
    with pytest.raises(BadGeometry, match="spans too much of the earth"):
        Projection(37.0).forward(np.array([37.0 + 90.0]), np.array([0.0]))


@given(longitudes, longitudes)
def test_wrapping_moves_a_longitude_by_whole_turns_to_within_half_a_turn(
    lon: float, central: float
) -> None:
    wrapped = wrap(np.array([lon]), central)[0]
    assert abs(wrapped - central) <= 180.0 + 1e-9
    assert (wrapped - lon) / 360.0 == pytest.approx(round((wrapped - lon) / 360.0), abs=1e-9)


def test_a_plane_outlives_the_thread_that_used_it_first() -> None:
    plane = Projection(37.0)
    lon, lat = np.linspace(36.0, 38.0, 1_000), np.linspace(35.0, 37.0, 1_000)
    found = []
    for _ in range(50):  # a thread's number is soon given to another
        thread = Thread(target=lambda: found.append(plane.forward(lon, lat)))
        thread.start()
        thread.join()
    x, y = plane.forward(lon, lat)
    assert all((one[0] == x).all() and (one[1] == y).all() for one in found)
