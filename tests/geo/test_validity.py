"""Hazards may only grow by mending, releases may only shrink."""

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from hypothesis import assume, example, given
from hypothesis import strategies as st

from uxo.errors import BadGeometry
from uxo.geo.validity import mend_column, mend_hazard, mend_release, mend_road

BOW_TIE = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
MARGIN_DEG = 1e-8

positions = st.tuples(
    st.integers(-5, 5).map(lambda n: n / 10 + 36.0), st.integers(-5, 5).map(lambda n: n / 10 + 36.0)
)
rings = st.lists(positions, min_size=3, max_size=9).map(
    lambda ps: shapely.linearrings([*ps, ps[0], *([ps[0]] * max(0, 3 - len(ps)))])
)
polygons = st.builds(
    lambda shell, holes: shapely.polygons(shell, holes=holes or None),
    rings,
    st.lists(rings, max_size=2),
)
areas = st.one_of(polygons, st.lists(polygons, min_size=1, max_size=3).map(shapely.multipolygons))


def wkt(text: str) -> shapely.Geometry:
    return shapely.from_wkt(text)


@given(areas)
def test_a_mended_hazard_keeps_every_line_and_every_reading_of_its_area(
    area: shapely.Geometry,
) -> None:
    mended, changes = mend_hazard(area)
    assert shapely.is_valid(mended)
    if not changes:
        assert mended.equals_exact(area, tolerance=0)
        return
    grown = shapely.buffer(mended, MARGIN_DEG)
    assert shapely.covers(grown, shapely.boundary(shapely.MultiPolygon([])).union(_lines(area)))
    for method in ("linework", "structure"):
        reading = shapely.make_valid(area, method=method)
        lost = shapely.difference(reading, grown)
        assert lost.area < MARGIN_DEG**2


@given(areas)
def test_a_mended_release_gains_no_ground_by_any_reading(area: shapely.Geometry) -> None:
    try:
        mended, changes = mend_release(area)
    except BadGeometry:
        return
    assert shapely.is_valid(mended)
    assert mended.geom_type in {"Polygon", "MultiPolygon"}
    if not changes:
        return
    for method in ("linework", "structure"):
        reading = shapely.make_valid(area, method=method)
        assert shapely.difference(mended, reading).area < MARGIN_DEG**2


@given(areas)
@example(
    wkt("POLYGON ((36 36.1, 36.1 36, 35.9 35.9, 36 36.1), (36 36, 36 36, 36 36, 36 36))")
)  # a hole that was drawn as one point
def test_every_line_of_a_mended_release_stays_outside_of_it(area: shapely.Geometry) -> None:
    try:
        mended, changes = mend_release(area)
    except BadGeometry:
        return
    assume(changes)
    inside = shapely.buffer(mended, -MARGIN_DEG / 10)
    assert not shapely.intersects(inside, _lines(area))


@given(areas)
def test_a_mended_release_lies_within_the_mended_hazard_of_the_same_outline(
    area: shapely.Geometry,
) -> None:
    try:
        release, _ = mend_release(area)
    except BadGeometry:
        return
    hazard, _ = mend_hazard(area)
    assert shapely.covers(shapely.buffer(hazard, MARGIN_DEG), release)


def _lines(area: shapely.Geometry) -> shapely.Geometry:
    """Every ring of an area as a line or a point."""
    lines = []
    for ring in shapely.get_rings(shapely.get_parts(area)):
        xy = shapely.get_coordinates(ring)
        lines.append(shapely.linestrings(xy) if (xy != xy[0]).any() else shapely.points(xy[0]))
    return shapely.union_all(lines)


def test_a_bow_tie_hazard_becomes_both_its_lobes() -> None:
    mended, changes = mend_hazard(BOW_TIE)
    assert mended.area == pytest.approx(2.0, abs=1e-6)
    assert mended.area >= 2.0
    assert "crosses or touches itself" in changes[0]


def test_a_bow_tie_release_becomes_both_its_lobes_less_a_margin() -> None:
    mended, changes = mend_release(BOW_TIE)
    assert mended.area == pytest.approx(2.0, abs=1e-6)
    assert mended.area <= 2.0
    assert changes


def test_ground_that_a_release_winds_around_twice_is_in_doubt() -> None:
    twice = wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0, 1 1, 2 1, 2 2, 1 2, 1 1, 0 0))")
    mended, _ = mend_release(twice)
    assert not mended.contains(shapely.Point(1.5, 1.5))
    assert mended.contains(shapely.Point(3, 3))


def test_a_hole_in_an_invalid_hazard_is_filled() -> None:
    crossing = wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (3 1, 5 1, 5 2, 3 2, 3 1))")
    mended, _ = mend_hazard(crossing)
    assert mended.contains(shapely.Point(3.5, 1.5))
    assert mended.contains(shapely.Point(4.5, 1.5))


def test_a_hole_that_leaves_a_release_takes_ground_and_gives_none() -> None:
    crossing = wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (3 1, 5 1, 5 2, 3 2, 3 1))")
    mended, _ = mend_release(crossing)
    assert not mended.contains(shapely.Point(3.5, 1.5))
    assert not mended.contains(shapely.Point(4.5, 1.5))
    assert mended.contains(shapely.Point(1, 1))


def test_a_hole_drawn_as_a_line_stays_a_boundary_of_the_release() -> None:
    slit = wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 2, 1 1, 1 1))")
    mended, _ = mend_release(slit)
    assert shapely.boundary(mended).distance(shapely.Point(1.5, 1.5)) < 1e-7


def test_a_seam_between_two_parts_of_a_release_stays_a_gap() -> None:
    seam = wkt("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((1 0, 2 0, 2 1, 1 1, 1 0)))")
    mended, _ = mend_release(seam)
    assert shapely.boundary(mended).distance(shapely.Point(1, 0.5)) < 1e-7


def test_overlapping_parts_of_a_release_lose_the_overlap() -> None:
    overlap = wkt("MULTIPOLYGON (((0 0, 2 0, 2 1, 0 1, 0 0)), ((1 0, 3 0, 3 1, 1 1, 1 0)))")
    mended, _ = mend_release(overlap)
    assert mended.area == pytest.approx(2.0, abs=1e-6)


@pytest.mark.parametrize(
    ("outline", "kept"),
    [
        ("POLYGON ((0 0, 1 1, 0 0, 0 0))", "LineString"),
        ("POLYGON ((1 1, 1 1, 1 1, 1 1))", "Point"),
        ("LINESTRING (1 1, 1 1)", "Point"),
    ],
)
def test_a_hazard_that_collapses_keeps_what_is_left_of_it(outline: str, kept: str) -> None:
    mended, changes = mend_hazard(wkt(outline))
    assert mended.geom_type == kept
    assert changes == [f"it encloses nothing; it counts as a {'line' if 'L' in kept else 'point'}"]


def test_a_hazard_of_a_line_and_a_point_keeps_both() -> None:
    mended, _ = mend_hazard(wkt("MULTILINESTRING ((0 0, 0 0), (1 1, 2 2))"))
    assert mended.geom_type == "MultiPolygon"
    assert mended.covers(shapely.Point(0, 0))
    assert mended.covers(shapely.Point(1.5, 1.5))


@pytest.mark.parametrize(
    "outline",
    [
        "POLYGON ((0 0, 1 1, 0 0, 0 0))",
        "POLYGON ((1 1, 1 1, 1 1, 1 1))",
        "LINESTRING (1 1, 1 1)",
        "POLYGON EMPTY",
    ],
)
def test_a_release_of_which_nothing_is_left_is_refused(outline: str) -> None:
    with pytest.raises(BadGeometry):
        mend_release(wkt(outline))


def test_a_release_line_loses_parts_without_length() -> None:
    mended, changes = mend_release(wkt("MULTILINESTRING ((0 0, 0 0), (1 1, 2 2))"))
    assert mended.wkt == "MULTILINESTRING ((1 1, 2 2))"
    assert changes


@pytest.mark.parametrize("mend", [mend_hazard, mend_release])
@pytest.mark.parametrize("geometry", [None, shapely.Point(), shapely.Point(np.nan, 1)])
def test_what_is_missing_or_not_finite_is_refused(
    mend: Callable[[shapely.Geometry], object], geometry: shapely.Geometry
) -> None:
    with pytest.raises(BadGeometry):
        mend(geometry)


def test_a_valid_area_across_the_antimeridian_passes_unaltered() -> None:
    area = wkt("POLYGON ((179 0, -179 0, -179 1, 179 1, 179 0))")
    assert mend_hazard(area) == (area, [])
    assert mend_release(area) == (area, [])


def test_a_bow_tie_across_the_antimeridian_is_mended_the_short_way_round() -> None:
    mended, _ = mend_release(wkt("POLYGON ((179 0, -179 1, -179 0, 179 1, 179 0))"))
    assert mended.area == pytest.approx(1.0, abs=1e-6)
    assert np.abs(shapely.get_coordinates(mended)[:, 0]).min() > 178


def test_only_invalid_rows_of_a_column_are_touched() -> None:
    good = wkt("POLYGON ((0 0, 1 0, 1 1, 0 0))")
    nothing = wkt("POLYGON ((0 0, 1 1, 0 0, 0 0))")
    column = np.array([good, BOW_TIE, None, nothing], dtype=object)
    mended = mend_column(column, mend_release)
    assert mended.geometry[0] is good
    assert list(mended.changes) == [1]
    assert mended.geometry[2] is None
    assert list(mended.refused) == [3]
    assert column[1] is BOW_TIE


def test_a_road_of_one_part_becomes_a_single_line() -> None:
    lines, changes = mend_road(wkt("MULTILINESTRING ((0 0, 1 1))"))
    assert [line.wkt for line in lines] == ["LINESTRING (0 0, 1 1)"]
    assert changes


def test_parts_that_join_end_to_end_keep_their_direction() -> None:
    lines, changes = mend_road(wkt("MULTILINESTRING ((0 0, 1 1), (1 1, 2 1), (2 1, 3 0))"))
    assert [line.wkt for line in lines] == ["LINESTRING (0 0, 1 1, 2 1, 3 0)"]
    assert "3 parts" in changes[0]


def test_parts_that_join_in_another_order_are_joined_too() -> None:
    lines, _ = mend_road(wkt("MULTILINESTRING ((1 1, 2 1), (1 1, 0 0))"))
    assert len(lines) == 1
    assert lines[0].length == pytest.approx(1 + 2**0.5)


def test_parts_that_do_not_join_become_lines_of_their_own() -> None:
    lines, changes = mend_road(wkt("MULTILINESTRING ((0 0, 1 1), (5 5, 6 6), (9 9, 9 9))"))
    assert [line.wkt for line in lines] == ["LINESTRING (0 0, 1 1)", "LINESTRING (5 5, 6 6)"]
    assert "2 parts" in changes[0]


@pytest.mark.parametrize(
    "line", ["LINESTRING (1 1, 1 1)", "MULTILINESTRING ((1 1, 1 1))", "POINT (1 1)"]
)
def test_a_road_without_length_or_of_another_type_is_refused(line: str) -> None:
    with pytest.raises(BadGeometry):
        mend_road(wkt(line))


def test_repeated_points_are_harmless() -> None:
    line = wkt("LINESTRING (0 0, 0 0, 1 1, 1 1)")
    assert mend_road(line) == ((line,), [])


@pytest.mark.parametrize("mend", [mend_hazard, mend_release])
def test_what_the_geometry_engine_gives_up_on_is_refused(
    mend: Callable[[shapely.Geometry], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*_: object) -> None:
        raise shapely.errors.GEOSException("TopologyException: no way out")

    monkeypatch.setattr(shapely, "unary_union", give_up)
    with pytest.raises(BadGeometry, match="no way out"):
        mend(BOW_TIE)
