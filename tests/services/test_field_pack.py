import numpy as np
import pyproj
import pytest
import shapely

from uxo.policy import load_policy
from uxo.services.field_pack import MAX_OUTLINE_POINTS, outline_of

WGS84 = pyproj.Geod(ellps="WGS84")
SQUARE = shapely.box(37.1, 36.1, 37.2, 36.2)


@pytest.mark.parametrize(("lon", "lat"), [(37.155, 36.205), (-70.0, -54.0), (20.0, 78.0)])
def test_a_community_of_which_only_a_point_is_known_is_a_circle_that_holds_its_radius(
    lon: float, lat: float
) -> None:
    outline = outline_of(shapely.Point(lon, lat), 1_000.0)
    edge = shapely.get_coordinates(shapely.segmentize(outline, 1e-4))
    count = len(edge)
    _, _, away_m = WGS84.inv(np.full(count, lon), np.full(count, lat), edge[:, 0], edge[:, 1])
    assert np.min(away_m) >= 999.9  # what is drawn around a circle is nowhere inside it
    assert np.max(away_m) < 1_010.0


def test_a_circle_at_the_180th_meridian_stays_within_its_degrees() -> None:
    outline = outline_of(shapely.Point(179.999, 10.0), 1_000.0)
    longitudes = shapely.get_coordinates(outline)[:, 0]
    assert np.abs(longitudes).max() <= 180.0
    assert longitudes.min() < 0 < longitudes.max()


def test_a_community_that_is_drawn_is_its_own_outline() -> None:
    assert outline_of(SQUARE, 1_000.0).equals(SQUARE)


def test_a_very_fine_outline_stands_for_the_place_by_its_hull_which_is_never_smaller() -> None:
    angles = np.linspace(0, 2 * np.pi, MAX_OUTLINE_POINTS + 10, endpoint=False)
    radii = 0.05 + 0.01 * (np.arange(len(angles)) % 2)
    star = shapely.Polygon(
        np.column_stack([37.1 + radii * np.cos(angles), 36.2 + radii * np.sin(angles)])
    )
    outline = outline_of(star, 1_000.0)
    assert outline.contains(star)
    assert shapely.get_num_coordinates(outline) < MAX_OUTLINE_POINTS


def test_the_radius_is_a_figure_of_the_programme() -> None:
    figure = load_policy().figures["place_radius_m.community"]
    assert (figure.source, figure.confidence) == ("ours", "low")
    assert load_policy().place_radius_m == figure.value > 0
