"""The compiled loops by themselves: exact intervals against Shapely, and scenes that crowd them."""

import math
from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from uxo.evidence.columns import EVIDENCE_DTYPES, ROAD_DTYPES, as_table
from uxo.policy import load_policy
from uxo.status.compute import compute_status
from uxo.status.intervals import _insert_united, first_gap, fuse, inside, near_interval
from uxo.status.kernel import _cut_by
from uxo.status.result import StatusResult
from uxo.vocabulary import Status

GEOD = Geod(ellps="WGS84")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
places = st.integers(-1000, 1000).map(lambda decimetres: decimetres / 10.0)


def _place(along_m: float, aside_m: float) -> tuple[float, float]:
    lon, lat, _ = GEOD.fwd(37.15, 36.2, 90.0, along_m)
    lon, lat, _ = GEOD.fwd(lon, lat, 0.0, aside_m)
    return lon, lat


def _status(road_m: float, *rows: dict[str, object]) -> StatusResult:
    # A vertex every 50 m keeps the road on the geodesic along which the evidence is placed.
    line = shapely.LineString([_place(m, 0.0) for m in np.linspace(0.0, road_m, int(road_m / 50))])
    roads = gpd.GeoDataFrame(
        {"road_id": ["R1"], "highway": ["residential"]}, geometry=[line], crs=4326
    )
    known = {"recorded_at": "2026-01-02", "position_method": "gps", "position_error_m": 4.0}
    evidence = gpd.GeoDataFrame([known | row for row in rows], geometry="geometry", crs=4326)
    return compute_status(
        as_table(roads, ROAD_DTYPES),
        as_table(evidence, EVIDENCE_DTYPES),
        policy=load_policy(),
        as_of=NOW,
        known_at=NOW,
    )


@given(places, places, places, places, st.floats(0.5, 80.0))
def test_a_way_is_near_an_edge_exactly_where_shapely_says(
    x0: float, y0: float, x1: float, y1: float, radius: float
) -> None:
    edge = shapely.LineString([(x0, y0), (x1, y1)])
    if (x0, y0) == (x1, y1):
        edge = shapely.Point(x0, y0)
    low, high = near_interval(x0, y0, x1, y1, -120.0, 0.0, 1.0, 0.0, 240.0, radius)
    for u in np.linspace(0.0, 240.0, 49):
        metres = shapely.distance(edge, shapely.Point(u - 120.0, 0.0))
        if abs(metres - radius) > 1e-6:
            assert (low <= u <= high) == (metres <= radius)


@pytest.mark.parametrize(
    ("edge", "expected"),
    [
        ((10.0, 3.0, 20.0, 3.0), (10.0 - 4.0, 20.0 + 4.0)),  # along the way, 3 m aside, radius 5
        ((10.0, 6.0, 20.0, 6.0), None),  # along the way, too far aside
        ((10.0, 3.0, 10.0, 9.0), (6.0, 14.0)),  # across it, ending 3 m before it
        ((10.0, -9.0, 10.0, 9.0), (5.0, 15.0)),  # across it
        ((10.0, 7.0, 10.0, 9.0), None),  # across it, too far aside
        ((10.0, 3.0, 10.0, 3.0), (6.0, 14.0)),  # a point
    ],
)
def test_ways_along_and_across_an_edge(
    edge: tuple[float, float, float, float], expected: tuple[float, float] | None
) -> None:
    low, high = near_interval(*edge, 0.0, 0.0, 1.0, 0.0, 40.0, 5.0)
    if expected is None:
        assert low > high
    else:
        assert (low, high) == pytest.approx(expected)


@given(st.integers(3, 40), places, places)
def test_a_point_is_inside_a_ring_exactly_where_shapely_says(
    corners: int, x: float, y: float
) -> None:
    turn = np.linspace(0.0, 2.0 * math.pi, corners, endpoint=False)
    size = 40.0 + 30.0 * np.cos(5.0 * turn)
    ring = np.column_stack((size * np.cos(turn), size * np.sin(turn)))
    edges = np.hstack((ring, np.roll(ring, -1, axis=0)))
    area = shapely.Polygon(ring)
    if area.boundary.distance(shapely.Point(x, y)) > 1e-6 and area.is_valid:
        found = inside(edges, 0, corners, np.empty((0, 4)), -1, x, y)
        assert found == area.contains(shapely.Point(x, y))


@given(st.integers(0, 5000))
def test_the_gaps_of_the_sort_end_with_one(count: int) -> None:
    gap = first_gap(count)
    assert gap == 1 or gap < count
    while gap > 1:
        gap //= 3
    assert gap == 1


def test_two_hundred_finds_along_one_road_each_make_their_own_piece() -> None:
    finds = [
        {
            "id": f"F-{i:03}",
            "kind": "find",
            "category": "fuze",
            "observed_at": "2026-01-01",
            "geometry": shapely.Point(_place(50.0 + 50.0 * i, 0.0)),
        }
        for i in range(200)
    ]
    result = _status(10_200.0, *reversed(finds))
    assert list(result.status[:3]) == [
        Status.NOT_SURVEYED,
        Status.CONFIRMED_HAZARD,
        Status.NOT_SURVEYED,
    ]
    assert len(result) == 401
    # 10 m footprint, 4 m error, 6 m half-width, on both sides.
    lengths = (result.to_m - result.from_m)[1::2]
    assert lengths == pytest.approx(np.full(200, 40.0), abs=0.01)
    assert [result.reasons(piece)[0].evidence_id for piece in (1, 3, 399)] == [
        "F-000",
        "F-001",
        "F-199",
    ]


def test_a_hazard_under_many_releases_is_cut_where_each_of_them_ends() -> None:
    area = {
        "id": "SHA",
        "kind": "hazard_area",
        "evidence_class": "indirect",
        "category": "mortar",
        "observed_at": "2026-01-01",
        "geometry": shapely.Polygon(
            [_place(0.0, -50.0), _place(4000.0, -50.0), _place(4000.0, 50.0), _place(0.0, 50.0)]
        ),
    }
    surveys = [
        {
            "id": f"S-{i:02}",
            "kind": "survey",
            "observed_at": "2026-04-01",
            "review": "accepted",
            "reviewed_at": "2026-04-02",
            "geometry": shapely.Polygon(
                [_place(b, -40.0), _place(b + 60.0, -40.0), _place(b + 60.0, 40.0), _place(b, 40.0)]
            ),
        }
        for i, b in enumerate(range(100, 3900, 100))
    ]
    result = _status(4000.0, area, *surveys)
    km = result.km_by_status()
    # 60 m boxes less 4 m error and 6 m half-width at both ends.
    assert km[Status.SURVEYED] == pytest.approx(38 * 0.040, abs=1e-4)
    assert km[Status.SUSPECTED_HAZARD] == pytest.approx(4.0 - 38 * 0.040, abs=1e-4)
    ended = [r for r in result.reasons(1) if r.effect.word == "hazard_ended"]
    assert [reason.figures["by"] for reason in ended] == ["S-00"]


def test_a_survey_inside_a_clearance_does_not_cut_what_the_clearance_ended() -> None:
    def box(begin_m: float, end_m: float) -> shapely.Polygon:
        corners = [(begin_m, -40.0), (end_m, -40.0), (end_m, 40.0), (begin_m, 40.0)]
        return shapely.Polygon([_place(*corner) for corner in corners])

    release = {"observed_at": "2026-04-01", "review": "accepted", "reviewed_at": "2026-04-02"}
    result = _status(
        1000.0,
        {"id": "R", "kind": "report", "observed_at": "2026-01-01", "category": "submunition",
         "geometry": shapely.Point(_place(500.0, 0.0))},
        release | {"id": "C", "kind": "clearance", "depth_m": 1.0, "geometry": box(300.0, 700.0)},
        release | {"id": "S", "kind": "survey", "geometry": box(480.0, 520.0)},
    )  # fmt: skip
    ends = [
        (reason.effect.word, reason.figures["by"])
        for piece in range(len(result))
        for reason in result.reasons(piece)
        if reason.evidence_id == "R"
    ]
    assert ends == [("hazard_ended", "C")] * 3
    assert result.conflict.sum() == 0


def test_a_technical_survey_ends_every_find_that_it_names_and_no_other() -> None:
    finds = [
        {
            "id": f"F-{i}",
            "kind": "find",
            "category": "fuze",
            "observed_at": "2026-01-01",
            "geometry": shapely.Point(_place(100.0 + 100.0 * i, 0.0)),
        }
        for i in range(6)
    ]
    survey = {
        "id": "T",
        "kind": "technical_survey",
        "observed_at": "2026-04-01",
        "review": "accepted",
        "reviewed_at": "2026-04-02",
        "releases_hazards": ("F-0", "F-2", "F-4", "F-5", "of another file"),
        "geometry": shapely.Polygon(
            [_place(20.0, -40.0), _place(700.0, -40.0), _place(700.0, 40.0), _place(20.0, 40.0)]
        ),
    }
    result = _status(800.0, survey, *finds)
    middles = [result.piece_at(0, 100.0 + 100.0 * i) for i in range(6)]
    assert [int(result.status[piece]) for piece in middles] == [6, 1, 6, 1, 6, 6]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), max_size=12))
def test_intervals_put_together_one_by_one_are_their_union(drawn: list[tuple[int, int]]) -> None:
    lows, highs, count = np.empty(16), np.empty(16), 0
    for low, length in drawn:
        count = _insert_united(lows, highs, count, float(low), float(low + length))
    held = np.zeros(2 * 80 + 1, dtype=bool)  # half units, so that touching differs from a gap
    for low, length in drawn:
        held[2 * low : 2 * (low + length) + 1] = True
    again = np.zeros_like(held)
    for i in range(count):
        again[int(2 * lows[i]) : int(2 * highs[i]) + 1] = True
    assert (held == again).all()
    assert (lows[1:count] > highs[: max(count - 1, 0)]).all()


def test_intervals_of_no_length_are_dropped_wherever_they_stand() -> None:
    item = np.array([2, 1, 1, 3], dtype=np.int32)
    low, high = np.array([5.0, 9.0, 1.0, 7.0]), np.array([5.0, 9.0, 2.0, 7.0])
    assert fuse(item, low, high, 4) == 1
    assert (item[0], low[0], high[0]) == (1, 1.0, 2.0)


def test_a_hazard_too_short_to_be_cut_stays_whole_and_live() -> None:
    low, high = np.array([0.0, 0.6e-5]), np.array([1.2e-5, 9.0])
    ends, by = _cut_by(low, high, 0, np.array([1]))
    assert list(by) == [-1]
    assert list(ends) == [1.2e-5]


def test_a_round_area_with_many_edges_reaches_as_far_as_its_circle() -> None:
    turn = np.linspace(0.0, 2.0 * math.pi, 200, endpoint=False)
    ring = [_place(500.0 + 300.0 * math.cos(a), 900.0 * math.sin(a)) for a in turn]
    area = {
        "id": "CHA",
        "kind": "hazard_area",
        "evidence_class": "direct",
        "observed_at": "2026-01-01",
        "geometry": shapely.Polygon(ring),
    }
    result = _status(1000.0, area)
    assert list(result.status) == [3, 1, 3]
    assert result.from_m[1] == pytest.approx(200.0 - 10.0, abs=0.2)
    assert result.to_m[1] == pytest.approx(800.0 + 10.0, abs=0.2)


def test_an_area_that_the_road_only_touches_at_its_end_counts_there() -> None:
    strike = {
        "id": "X",
        "kind": "strike",
        "category": "rocket",
        "observed_at": "2026-01-01",
        "geometry": shapely.Point(_place(1100.0, 0.0)),
    }
    result = _status(1000.0, strike)
    # 100 m footprint, 4 m error, 6 m half-width: the last 10 m.
    assert list(result.status) == [3, 2]
    assert result.from_m[1] == pytest.approx(990.0, abs=0.01)


def test_a_road_with_a_doubled_vertex_is_measured_as_without() -> None:
    line = shapely.LineString([_place(m, 0.0) for m in (0.0, 250.0, 250.0, 500.0, 500.0)])
    roads = gpd.GeoDataFrame({"road_id": ["R1"]}, geometry=[line], crs=4326)
    find = {
        "id": "F",
        "kind": "find",
        "category": "fuze",
        "position_error_m": 4.0,
        "geometry": shapely.Point(_place(250.0, 0.0)),
    }
    result = compute_status(
        as_table(roads, ROAD_DTYPES),
        as_table(gpd.GeoDataFrame([find], geometry="geometry", crs=4326), EVIDENCE_DTYPES),
        policy=load_policy(),
        as_of=NOW,
        known_at=NOW,
    )
    assert list(result.status) == [3, 1, 3]
    assert result.to_m[-1] == pytest.approx(500.0, abs=0.01)


def test_no_roads_give_no_pieces_and_no_kilometres() -> None:
    result = compute_status(
        as_table(gpd.GeoDataFrame({"road_id": []}, geometry=[], crs=4326), ROAD_DTYPES),
        as_table(gpd.GeoDataFrame({"id": []}, geometry=[], crs=4326), EVIDENCE_DTYPES),
        policy=load_policy(),
        as_of=NOW,
        known_at=NOW,
    )
    assert len(result) == 0
    assert set(result.km_by_status().values()) == {0.0}
    assert len(result.to_frame()) == 0


def test_a_word_that_is_not_in_the_vocabulary_is_never_guessed() -> None:
    find = {"id": "F", "kind": "bomb", "geometry": shapely.Point(_place(250.0, 0.0))}
    with pytest.raises(KeyError, match="bomb"):
        _status(500.0, find)
    with pytest.raises(KeyError, match="bomb"):
        _status(500.0, *[find | {"id": str(i)} for i in range(20)])


def test_times_of_another_unit_are_refused_instead_of_read_wrongly() -> None:
    roads = gpd.GeoDataFrame({"road_id": []}, geometry=[], crs=4326)
    evidence = as_table(gpd.GeoDataFrame({"id": []}, geometry=[], crs=4326), EVIDENCE_DTYPES)
    evidence["observed_at"] = evidence["observed_at"].astype("datetime64[ns, UTC]")
    with pytest.raises(TypeError, match="observed_at is datetime64"):
        compute_status(
            as_table(roads, ROAD_DTYPES),
            evidence,
            policy=load_policy(),
            as_of=NOW,
            known_at=NOW,
        )
