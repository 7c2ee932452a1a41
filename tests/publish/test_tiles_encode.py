"""Tiles as another program reads them."""

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from tests.publish.tile_reader import read, tiles, vertices
from uxo.errors import NotFound
from uxo.publish.tiles.address import MAX_ZOOM, Tile, degrees, key_range, morton, tiles_over, world
from uxo.publish.tiles.attributes import flags, own_numbers, small_numbers, varints, words
from uxo.publish.tiles.cell_kernel import NO_RANK
from uxo.publish.tiles.encode import MOST_BYTES, TileLayer, build_layer
from uxo.publish.tiles.kernel import BUFFER, MARK
from uxo.publish.tiles.shapes import Shapes

ALEPPO = (37.10, 36.15, 37.22, 36.25)
TILE = Tile(14, 9883, 6423)


def _in_units(tile: Tile, lon_lat: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Places in units of a tile, by floating-point Mercator: not the way the encoder takes."""
    lat = np.radians(lon_lat[:, 1])
    x = (lon_lat[:, 0] / 360 + 0.5) * 2**tile.zoom - tile.x
    y = (0.5 - np.log(np.tan(np.pi / 4 + lat / 2)) / (2 * np.pi)) * 2**tile.zoom - tile.y
    return np.column_stack((x, y)) * 4096


def _tile_box(tile: Tile) -> tuple[float, float, float, float]:
    corners = np.array([[tile.left, tile.top + tile.side], [tile.left + tile.side, tile.top]])
    (west, south), (east, north) = degrees(corners.astype(float)).tolist()
    return west, south, east, north


def _layer(geometries: list[BaseGeometry], ranks: list[int] | None = None) -> TileLayer:
    shapes = Shapes.of(np.array(geometries, dtype=object))
    rows = np.arange(len(geometries))
    return build_layer(
        "things",
        shapes,
        [own_numbers("i", rows)],
        ids=rows,
        rank=None if ranks is None else np.array(ranks, np.uint8),
    )


def _inside_tile(share: tuple[float, float]) -> tuple[float, float]:
    west, south, east, north = _tile_box(TILE)
    return west + share[0] * (east - west), south + share[1] * (north - south)


_SHARE = st.tuples(st.floats(-0.4, 1.4), st.floats(-0.4, 1.4))
_PLACES = st.lists(_SHARE.map(_inside_tile), min_size=2, max_size=12)


@given(st.lists(_SHARE.map(_inside_tile), min_size=1, max_size=30))
def test_a_point_comes_back_within_one_unit(places: list[tuple[float, float]]) -> None:
    layer = _layer([shapely.Point(place) for place in places])
    found = read(layer.tile(TILE)).get("things", [])
    expected = np.floor(_in_units(TILE, np.array(places)))
    near = ((expected >= 1 - BUFFER) & (expected < 4096 + BUFFER - 1)).all(axis=1)
    assert {one["properties"]["i"] for one in found} >= set(np.flatnonzero(near).tolist())
    for one in found:
        number = one["properties"]["i"]
        assert one["id"] == number
        assert np.abs(vertices(one)[0] - expected[number]).max() <= 1


@given(_PLACES)
def test_a_line_comes_back_within_a_unit_and_as_long_as_what_is_in_the_tile(
    places: list[tuple[float, float]],
) -> None:
    layer = _layer([shapely.LineString(places)])
    exact = shapely.LineString(_in_units(TILE, np.array(places)))
    window = shapely.box(-BUFFER, -BUFFER, 4096 + BUFFER, 4096 + BUFFER)
    inner = shapely.intersection(exact, shapely.box(0, 0, 4096, 4096))
    found = read(layer.tile(TILE)).get("things", [])
    if not found:
        assert inner.length < 2 * MARK
        return
    drawn = shapely.geometry.shape(found[0]["geometry"])
    # What is drawn lies on the line, and what is on the line and in the tile is drawn.
    allowance = MARK + 2
    assert shapely.covers(shapely.buffer(exact, allowance), drawn)
    assert shapely.covers(shapely.buffer(window, allowance), drawn)
    assert inner.is_empty or shapely.covers(shapely.buffer(drawn, allowance), inner)


@given(_SHARE, st.floats(0.0005, 1.5), st.floats(0.0005, 1.5), st.integers(3, 9))
def test_an_area_covers_in_the_tile_what_it_covers_on_the_ground(
    middle: tuple[float, float], wide: float, high: float, corners: int
) -> None:
    turns = np.linspace(0, 2 * np.pi, corners, endpoint=False) + 0.3
    places = [
        _inside_tile((middle[0] + wide * np.cos(t) / 2, middle[1] + high * np.sin(t) / 2))
        for t in turns
    ]
    layer = _layer([shapely.Polygon(places)])
    exact = shapely.Polygon(_in_units(TILE, np.array(places)))
    tile = shapely.box(0, 0, 4096, 4096)
    expected = shapely.intersection(exact, tile)
    found = read(layer.tile(TILE)).get("things", [])
    if not found:
        assert expected.is_empty
        return
    drawn = shapely.intersection(
        shapely.make_valid(shapely.geometry.shape(found[0]["geometry"])), tile
    )
    differs = shapely.symmetric_difference(drawn, expected).area
    assert differs <= 3 * exact.length + MARK**2


def test_holes_stay_holes_and_outer_rings_turn_as_the_format_asks() -> None:
    west, south, east, north = _tile_box(TILE)
    lon, lat = (west + east) / 2, (south + north) / 2
    d = (east - west) / 4
    outer, hole = (
        shapely.box(lon - d, lat - d, lon + d, lat + d),
        shapely.box(lon, lat, lon + d / 2, lat + d / 2),
    )
    ring = shapely.Polygon(outer.exterior.coords, [hole.exterior.coords])
    for shape in (ring, shapely.reverse(ring), shapely.MultiPolygon([ring])):
        (found,) = read(_layer([shape]).tile(TILE))["things"]
        drawn = shapely.geometry.shape(found["geometry"])
        assert drawn.geom_type == "Polygon"
        assert len(drawn.interiors) == 1
        # In y southwards the formula's sign is turned: an outer ring reads counter-clockwise here.
        assert shapely.is_ccw(drawn.exterior)
        assert not shapely.is_ccw(drawn.interiors[0])


@pytest.mark.parametrize("zoom", [0, 5, 10, 14, 16])
@pytest.mark.parametrize("size_deg", [1e-9, 1e-6, 1e-5])
def test_what_is_too_small_to_see_leaves_a_mark_at_every_zoom(zoom: int, size_deg: float) -> None:
    lon, lat = 37.1234, 36.2
    shapes = [
        shapely.LineString([(lon, lat), (lon + size_deg, lat)]),
        shapely.box(lon, lat, lon + size_deg, lat + size_deg),
    ]
    layer = _layer(shapes)
    (columns, rows) = tiles_over(zoom, lon, lat, lon, lat)
    found = read(layer.tile(Tile(zoom, columns[0], rows[0])))["things"]
    assert sorted(one["properties"]["i"] for one in found) == [0, 1]
    for one in found:
        extent = np.ptp(vertices(one), axis=0)
        assert extent.max() >= MARK


def test_a_collection_is_a_feature_of_each_kind_with_one_id() -> None:
    lon, lat = _inside_tile((0.5, 0.5))
    mixed = shapely.GeometryCollection(
        [
            shapely.MultiPoint([(lon, lat), (lon + 1e-4, lat)]),
            shapely.MultiLineString(
                [[(lon, lat), (lon + 1e-3, lat)], [(lon, lat), (lon, lat + 1e-3)]]
            ),
            shapely.box(lon, lat, lon + 1e-3, lat + 1e-3),
        ]
    )
    found = read(_layer([shapely.Point(), mixed]).tile(TILE))["things"]
    assert {one["geometry"]["type"] for one in found} == {
        "MultiPoint",
        "MultiLineString",
        "Polygon",
    }
    assert {one["properties"]["i"] for one in found} == {1}


def test_attributes_keep_kind_script_and_absence() -> None:
    geometries = np.array([shapely.Point(_inside_tile((0.5, 0.5)))] * 3, dtype=object)
    layer = build_layer(
        "things",
        Shapes.of(geometries),
        [
            words("name", ["حلب", None, "x" * 300]),
            small_numbers("rank", np.array([7, 0, NO_RANK]), missing=NO_RANK),
            flags("conflict", np.array([True, False, False])),
            own_numbers("i", np.array([0, 200, 70_000])),
        ],
    )
    found = [one["properties"] for one in read(layer.tile(TILE))["things"]]
    assert sorted(found, key=lambda one: one["i"]) == [
        {"name": "حلب", "rank": 7, "conflict": True, "i": 0},
        {"rank": 0, "conflict": False, "i": 200},
        {"name": "x" * 300, "conflict": False, "i": 70_000},
    ]


@given(st.lists(st.integers(0, 2**63 - 1), max_size=20))
def test_numbers_are_written_as_the_format_asks(values: list[int]) -> None:
    written, size = varints(np.array(values, np.uint64))
    place, read_back = 0, []
    for length in size.tolist():
        group = written[place : place + length].tolist()
        assert all(byte & 128 for byte in group[:-1])
        assert not group[-1] & 128
        read_back.append(sum((byte & 127) << (7 * i) for i, byte in enumerate(group)))
        place += length
    assert read_back == values


@pytest.mark.parametrize(
    ("zoom", "x", "y"), [(-1, 0, 0), (17, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0)]
)
def test_a_tile_that_does_not_exist_is_not_found(zoom: int, x: int, y: int) -> None:
    with pytest.raises(NotFound, match="there is no tile"):
        Tile(zoom, x, y)


@given(st.integers(0, MAX_ZOOM), st.floats(-180, 179.99), st.floats(-85, 85))
def test_a_place_s_key_lies_in_the_range_of_its_tile_and_of_no_other(
    zoom: int, lon: float, lat: float
) -> None:
    place = world(np.array([[lon, lat]]))
    key = int(morton(place[:, 0], place[:, 1])[0])
    columns, rows = tiles_over(zoom, lon, lat, lon, lat)
    first, end = key_range(Tile(zoom, columns[0], rows[0]))
    assert first <= key < end
    if zoom:
        other = Tile(zoom, columns[0] ^ 1, rows[0])
        assert not key_range(other)[0] <= key < key_range(other)[1]
    assert np.allclose(degrees(place.astype(float)), [[lon, lat]], atol=1e-6)


@pytest.fixture(scope="module")
def crowd() -> list[BaseGeometry]:
    """Lines, areas and points around Aleppo, most of them in a heap."""
    rng = np.random.default_rng(4)
    heap = rng.normal((37.16, 36.2), 0.004, (3_000, 2))
    wide = rng.uniform(ALEPPO[:2], ALEPPO[2:], (1_000, 2))
    places = np.clip(np.concatenate((heap, wide)), ALEPPO[:2], ALEPPO[2:])
    lines = shapely.linestrings(
        np.clip(
            places[:, None] + rng.normal(0, 0.0008, (len(places), 5, 2)).cumsum(1),
            ALEPPO[:2],
            ALEPPO[2:],
        )
    )
    lines[::3] = shapely.points(places[::3])
    lines[::7] = shapely.buffer(shapely.points(places[::7]), 0.0004, quad_segs=2)
    return list(lines)


@pytest.mark.parametrize("zoom", range(MAX_ZOOM + 1))
def test_every_feature_is_in_the_tiles_of_every_zoom_and_none_is_too_large(
    zoom: int, crowd: list[BaseGeometry]
) -> None:
    layer = _layer(crowd, [number % 8 for number in range(len(crowd))])
    seen: set[int] = set()
    counted = 0
    exact = 0
    for body in tiles(layer, zoom, ALEPPO).values():
        assert len(body) <= MOST_BYTES
        layers = read(body)
        exact += "things" in layers
        seen |= {one["properties"]["i"] for one in layers.get("things", [])}
        counted += sum(one["properties"]["count"] for one in layers.get("things_cells", []))
    if zoom >= layer.exact_from:
        assert exact
        assert seen == set(range(len(crowd)))
    else:
        assert counted == len(crowd)


@pytest.mark.parametrize("zoom", [4, 9, 12])
def test_a_cell_tells_the_worst_of_all_that_touches_it(
    zoom: int, crowd: list[BaseGeometry]
) -> None:
    ranks = [7] * len(crowd)
    for number in (1, 3, 7, 100):
        ranks[number] = number % 3
    layer = _layer(crowd, ranks)
    for tile in tiles(layer, zoom, ALEPPO):
        worst = {
            tuple((vertices(one)[0] // 32).astype(int).tolist()): one["properties"]["worst"]
            for one in read(layer._cells(tile)).get("things_cells", [])
        }
        for number in (1, 3, 7, 100):
            inside = _in_units(tile, shapely.get_coordinates(crowd[number])) / 32
            inside = inside[((inside > 0.01) & (inside < 127.99)).all(axis=1)]
            for x, y in inside.tolist():
                if min(x % 1, y % 1) > 0.01 and max(x % 1, y % 1) < 0.99:
                    assert worst[(int(x), int(y))] <= number % 3


def test_the_inside_of_an_area_is_filled_and_its_hole_is_not() -> None:
    hole = shapely.box(36.5, 35.5, 37.5, 36.5)
    area = shapely.Polygon(shapely.box(35, 34, 39, 38).exterior.coords, [hole.exterior.coords])
    layer = _layer([area, shapely.Point(37.0, 36.0)], [1, NO_RANK])
    cells = read(layer._cells(Tile(4, 9, 6)))["things_cells"]
    worst = {
        tuple((vertices(one)[0] // 32).astype(int).tolist()): one["properties"] for one in cells
    }

    def cell(lon: float, lat: float) -> tuple[int, int]:
        x, y = (_in_units(Tile(4, 9, 6), np.array([[lon, lat]]))[0] // 32).astype(int).tolist()
        return x, y

    assert worst[cell(35.7, 35.0)]["worst"] == 1
    assert "worst" not in worst[cell(37.0, 36.0)]
    assert worst[cell(37.0, 36.0)]["count"] >= 1
    assert cell(40.5, 36.0) not in worst


def test_a_layer_without_features_has_no_bytes() -> None:
    layer = _layer([])
    assert [layer.tile(Tile(z, 0, 0)) for z in (0, 10)] == [b"", b""]
    assert layer._cells(Tile(3, 0, 0)) == b""


def test_a_heap_that_does_not_fit_is_counted_at_any_zoom() -> None:
    one = [shapely.Point(37.16, 36.2)] * 30_000
    layer = _layer(one)
    assert layer.exact_from == MAX_ZOOM
    columns, rows = tiles_over(16, 37.16, 36.2, 37.16, 36.2)
    found = read(layer.tile(Tile(16, columns[0], rows[0])))
    assert [cell["properties"]["count"] for cell in found["things_cells"]] == [30_000]
