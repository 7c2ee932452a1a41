"""Geometries as projected edges."""

import numpy as np
import pytest
import shapely

from uxo.errors import BadGeometry
from uxo.geo.edges import BLOCK, Edges, project_edges
from uxo.geo.projection import Projection

PLANE = Projection(37.0)


def _edges(*shapes: shapely.Geometry | None) -> Edges:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return project_edges(array, PLANE)


def test_a_point_is_one_edge_without_length() -> None:
    edges = _edges(shapely.Point(37.0, 36.0))
    assert list(edges.start) == [0, 1]
    assert (edges.ends[0, :2] == edges.ends[0, 2:]).all()
    assert not edges.area[0]


def test_a_polygon_with_a_hole_has_the_edges_of_both_rings() -> None:
    shell = [(37.0, 36.0), (37.001, 36.0), (37.001, 36.001), (37.0, 36.001)]
    hole = [(37.0004, 36.0004), (37.0006, 36.0004), (37.0006, 36.0006)]
    edges = _edges(shapely.Polygon(shell, [hole]))
    assert edges.start[1] == 7
    assert edges.area[0]


def test_a_multipolygon_has_the_edges_of_all_its_parts() -> None:
    parts = shapely.union(
        shapely.box(37.0, 36.0, 37.001, 36.001), shapely.box(37.01, 36.0, 37.011, 36.001)
    )
    edges = _edges(parts)
    assert edges.start[1] == 8
    assert edges.area[0]


def test_edges_stand_in_the_order_of_their_geometries_whatever_the_types() -> None:
    line = shapely.LineString([(37.0, 36.0), (37.001, 36.0), (37.001, 36.001)])
    many = shapely.MultiPoint([(37.0, 36.0), (37.01, 36.0)])
    square = shapely.box(37.0, 36.0, 37.001, 36.001)
    edges = _edges(line, shapely.Point(37.0, 36.0), square, many)
    assert list(np.diff(edges.start)) == [2, 1, 4, 2]
    assert list(edges.area) == [False, False, True, False]


def test_bounds_hold_all_edges_and_nothing_else() -> None:
    square = shapely.box(37.0, 36.0, 37.001, 36.001)
    edges = _edges(shapely.Point(38.0, 36.5), square)
    x, y = PLANE.forward(np.array([37.0, 37.001]), np.array([36.0, 36.001]))
    assert edges.bounds[1] == pytest.approx([x[0], y[0], x[1], y[1]], abs=1.0)


def test_long_rings_have_a_box_for_every_block_and_short_ones_none() -> None:
    circle = shapely.Point(37.0, 36.0).buffer(0.001, quad_segs=16)
    edges = _edges(shapely.Point(38.0, 36.5), circle, shapely.Point(30.0, 36.5))
    assert list(np.diff(edges.block_start)) == [0, -(-64 // BLOCK), 0]
    united = [*edges.blocks[:, :2].min(axis=0), *edges.blocks[:, 2:].max(axis=0)]
    assert united == pytest.approx(list(edges.bounds[1]))


def test_an_absent_or_empty_geometry_has_no_edges_and_reaches_nowhere() -> None:
    edges = _edges(None, shapely.Polygon())
    assert list(edges.start) == [0, 0, 0]
    assert not np.isfinite(edges.bounds).any()


def test_a_collection_is_refused() -> None:
    mixed = shapely.GeometryCollection([shapely.Point(37.0, 36.0)])
    with pytest.raises(BadGeometry, match="not a simple type"):
        _edges(mixed)


def test_many_geometries_are_taken_apart_as_each_of_them_alone() -> None:
    turn = np.linspace(0.0, 2.0 * np.pi, 3 * BLOCK)
    wheel = shapely.Polygon(np.column_stack((37.0 + np.cos(turn) / 100, 36.0 + np.sin(turn) / 100)))
    kinds = [
        shapely.Point(37.0, 36.0),
        None,
        wheel,
        shapely.LineString([(37.0, 36.0), (37.01, 36.0)]),
    ]
    shapes = [kinds[number % 4] for number in range(2_500)]  # more than one block
    together = _edges(*shapes)
    for number in (2, 999, 1_000, 1_002, 1_003, 2_498):
        alone = _edges(shapes[number])
        one = together.taken(np.array([number]))
        for name in ("start", "ends", "area", "bounds", "block_start", "blocks"):
            assert (getattr(one, name) == getattr(alone, name)).all(), name
