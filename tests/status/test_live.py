"""Status that follows its evidence, event by event."""

from datetime import UTC, datetime, timedelta

import geopandas as gpd
import numpy as np
import pytest
import shapely

from uxo.errors import NotFound
from uxo.evidence.columns import EVIDENCE_DTYPES, ROAD_DTYPES, as_table
from uxo.policy import load_policy
from uxo.status.compute import compute_status
from uxo.status.live import LiveStatus
from uxo.status.result import StatusResult
from uxo.vocabulary import Status

NOW = datetime(2026, 6, 1, tzinfo=UTC)
POLICY = load_policy()


def _roads(count: int = 3) -> gpd.GeoDataFrame:
    """Parallel roads of about 900 m, 1.1 km apart."""
    lines = [
        shapely.LineString([(37.1, 36 + i / 100), (37.11, 36 + i / 100)]) for i in range(count)
    ]
    ids = [f"R{i}" for i in range(count)]
    return as_table(gpd.GeoDataFrame({"road_id": ids}, geometry=lines, crs=4326), ROAD_DTYPES)


def _find(name: str, road: int, lon: float = 37.105, **more: object) -> dict[str, object]:
    return {
        "id": name,
        "kind": "find",
        "category": "fuze",
        "position_error_m": 5.0,
        "observed_at": "2026-01-01",
        "recorded_at": "2026-01-01",
        "geometry": shapely.Point(lon, 36 + road / 100),
    } | more


def _table(*rows: dict[str, object]) -> gpd.GeoDataFrame:
    return as_table(gpd.GeoDataFrame(list(rows), geometry="geometry", crs=4326), EVIDENCE_DTYPES)


def _live(*rows: dict[str, object]) -> LiveStatus:
    evidence = _table(*rows) if rows else _table(_find("F", 0)).iloc[:0]
    return LiveStatus(_roads(), evidence, policy=POLICY, as_of=NOW, known_at=NOW)


def _assert_equals_full(live: LiveStatus) -> StatusResult:
    now = live.result()
    full = compute_status(
        now.roads, now.evidence, policy=POLICY, as_of=now.as_of, known_at=now.known_at
    )
    for name in ("piece_count", "from_m", "to_m", "status", "conflict", "under_way", "run_count"):
        assert np.array_equal(getattr(now.swept, name), getattr(full.swept, name)), name
    return now


def test_a_find_recomputes_only_the_road_that_it_can_touch() -> None:
    live = _live()
    assert list(live.upsert(_table(_find("F", 1)))) == [1]
    now = _assert_equals_full(live)
    assert list(np.unique(now.road[now.status == Status.CONFIRMED_HAZARD])) == [1]


def test_a_find_far_from_every_road_recomputes_none() -> None:
    live = _live()
    assert len(live.upsert(_table(_find("F", 1, lon=37.3)))) == 0
    _assert_equals_full(live)


def test_a_find_on_the_other_side_of_the_earth_recomputes_none() -> None:
    live = _live()
    assert len(live.upsert(_table(_find("F", 1, lon=-142.0)))) == 0
    _assert_equals_full(live)


def test_a_find_that_is_moved_frees_the_road_where_it_was() -> None:
    live = _live(_find("F", 0))
    assert list(live.upsert(_table(_find("F", 2)))) == [0, 2]
    assert list(live.upsert(_table(_find("G", 1)))) == [1]
    assert list(live.upsert(_table(_find("F", 1, lon=37.102)))) == [1, 2]
    now = _assert_equals_full(live)
    assert sorted(now.evidence["id"]) == ["F", "G"]
    assert list(np.unique(now.road[now.status == Status.CONFIRMED_HAZARD])) == [1]


def test_kilometres_of_some_roads_are_those_of_the_whole_answer() -> None:
    live = _live(_find("F", 0))
    live.upsert(_table(_find("G", 1)))
    now = live.result()
    for rows in ([0], [1], [0, 1, 2]):
        pieces = np.flatnonzero(np.isin(now.road, rows))
        told = live.km_by_status(np.array(rows))
        assert dict(told) == pytest.approx(now.km_by_status(pieces))


def test_thousands_of_events_are_taken_in_and_nothing_is_lost() -> None:
    live = _live(_find("F", 0))
    rng = np.random.default_rng(4)
    many = [
        _find(f"N{i}", int(rng.integers(0, 3)), lon=float(rng.uniform(37.1, 37.11)))
        for i in range(2_001)
    ]
    live.upsert(_table(*many))
    live.upsert(_table(_find("G", 1)))
    assert len(_assert_equals_full(live).evidence) == 2_003


def test_time_that_changes_nothing_computes_nothing() -> None:
    live = _live(_find("F", 0))
    later = NOW + timedelta(hours=1)
    assert live.advance(later, later) is False
    assert live.result().as_of == later
    _assert_equals_full(live)


def test_time_that_ends_a_closure_opens_the_road() -> None:
    closure = _find("X", 0, kind="closure", starts_at="2026-05-01", ends_at="2026-06-02")
    live = _live(closure)
    assert live.result().km_by_status()[Status.CLOSED] > 0.0
    later = NOW + timedelta(days=2)
    assert live.advance(later, later) is True
    assert _assert_equals_full(live).km_by_status()[Status.CLOSED] == 0.0


def test_time_that_turns_thousands_of_records_computes_everything_anew() -> None:
    far = [
        _find(f"A{i}", 0, observed_at="2026-06-02", geometry=shapely.Point(20, 10))
        for i in range(2_001)
    ]
    live = _live(_find("F", 0, observed_at="2026-06-02"), *far)
    assert live.result().status.max() == live.result().status.min() == Status.NOT_SURVEYED
    assert live.advance(NOW + timedelta(days=2), NOW + timedelta(days=2))
    now = _assert_equals_full(live)
    assert now.as_of == NOW + timedelta(days=2)
    assert Status.CONFIRMED_HAZARD in now.status


def test_lengths_and_places_of_roads_are_told_and_places_beyond_them_are_not_found() -> None:
    result = _live(_find("F", 0)).result()
    length = result.road_length_m[0]
    assert result.piece_at(0, 0.0) == 0
    assert result.piece_at(0, float(length)) == 2
    with pytest.raises(NotFound, match=r"road R0 has no place at 5000\.00 m"):
        result.piece_at(0, 5_000.0)


def test_a_network_large_enough_for_threads_gives_what_single_roads_give() -> None:
    roads = _roads(5_100)
    roads["geometry"] = shapely.transform(
        roads.geometry.to_numpy(), lambda lonlat: np.add(lonlat, [0.0, -16.0])
    )
    finds = _table(*(_find(f"F{i}", i - 1_600) for i in range(0, 5_100, 300)))
    result = compute_status(roads, finds, policy=POLICY, as_of=NOW, known_at=NOW)
    hit = np.unique(result.road[result.status == Status.CONFIRMED_HAZARD])
    assert list(hit) == list(range(0, 5_100, 300))


def test_time_that_ends_one_closure_computes_its_road_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closure = _find("X", 0, kind="closure", starts_at="2026-05-01", ends_at="2026-06-02")
    live = _live(closure, _find("F", 1))

    def everything(*_: object, **__: object) -> None:
        pytest.fail("everything was computed")

    later = NOW + timedelta(days=2)
    with monkeypatch.context() as patched:
        patched.setattr("uxo.status.live.compute_status", everything)
        assert live.advance(later, later) is True
        assert live.km_by_status(np.array([0]))[Status.CLOSED] == 0.0
    _assert_equals_full(live)
