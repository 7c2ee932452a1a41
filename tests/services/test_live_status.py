import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.scene import (
    NOW,
    Clock,
    area,
    evidence_table,
    find,
    live_service,
    open_scene,
    open_store,
    roads_table,
    stamp,
)
from uxo.errors import BadInput, NotFound, Refused, StoreError
from uxo.evidence.events import EventType
from uxo.policy import load_policy
from uxo.services.live_status import LiveStatusService
from uxo.services.record_evidence import EvidenceFeature
from uxo.status.compute import compute_status
from uxo.status.live import LiveStatus
from uxo.status.result import StatusResult
from uxo.store.contract import Draft
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer, Review, Status


@pytest.fixture(scope="module")
def scene_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scene") / "scene.gpkg"
    open_scene(path, Clock()).close()
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(scene_file: Path, tmp_path: Path, clock: Clock) -> Iterator[SqliteStore]:
    path = tmp_path / "survey.gpkg"
    shutil.copyfile(scene_file, path)
    with open_store(path, clock) as opened:
        yield opened


@pytest.fixture
def service(store: SqliteStore, clock: Clock) -> LiveStatusService:
    return live_service(store, clock)


def _read(sent: dict[str, Any]) -> EvidenceFeature:
    return EvidenceFeature.model_validate(sent)


def _km(result: StatusResult, status: Status) -> float:
    return float(result.km_by_status()[status])


def _equals_full(result: StatusResult, store: SqliteStore) -> None:
    full = compute_status(
        store.state(Layer.ROADS), store.state(Layer.EVIDENCE), policy=load_policy(),
        as_of=result.as_of, known_at=result.known_at,
    )  # fmt: skip
    np.testing.assert_array_equal(result.to_m, full.to_m)
    np.testing.assert_array_equal(result.status, full.status)


def test_a_store_without_roads_is_told_at_the_start(tmp_path: Path, clock: Clock) -> None:
    with (
        open_store(tmp_path / "empty.gpkg", clock) as empty,
        pytest.raises(NotFound, match="no roads"),
    ):
        live_service(empty, clock)


def test_a_record_is_on_disk_and_in_the_status_when_it_is_answered(
    service: LiveStatusService, store: SqliteStore
) -> None:
    before = service.result()
    recorded = service.record(_read(find()))
    evidence_id = recorded.table["id"].iloc[0]
    assert store.get(Layer.EVIDENCE, evidence_id)["review"].iloc[0] == "unreviewed"
    after = service.result()
    assert _km(after, Status.CONFIRMED_HAZARD) > _km(before, Status.CONFIRMED_HAZARD)
    assert recorded.effect.roads_touched == len(recorded.effect.road_ids) >= 1
    gained = (
        recorded.effect.km_after[Status.CONFIRMED_HAZARD]
        - recorded.effect.km_before[Status.CONFIRMED_HAZARD]
    )
    assert gained == pytest.approx(
        _km(after, Status.CONFIRMED_HAZARD) - _km(before, Status.CONFIRMED_HAZARD)
    )
    _equals_full(after, store)


def test_a_result_that_was_given_never_changes(service: LiveStatusService) -> None:
    before = service.result()
    kept = before.status.copy()
    service.record(_read(find()))
    np.testing.assert_array_equal(before.status, kept)


def test_the_moment_follows_the_clock_a_minute_at_a_time(
    service: LiveStatusService, clock: Clock
) -> None:
    clock.forward(timedelta(seconds=59))
    assert service.result().as_of == NOW
    clock.forward(timedelta(seconds=2))
    assert service.result().as_of == NOW + timedelta(seconds=61)


def test_a_release_expires_while_the_service_runs(
    service: LiveStatusService, clock: Clock, store: SqliteStore
) -> None:
    assert _km(service.result(), Status.CLEARED) > 0
    clock.forward(timedelta(days=400))
    result = service.result()
    assert _km(result, Status.CLEARED) == 0
    assert _km(result, Status.SURVEY_EXPIRED) > 0
    _equals_full(result, store)


def test_a_fixed_moment_does_not_move_and_still_takes_records(
    store: SqliteStore, clock: Clock
) -> None:
    service = live_service(store, clock, as_of=NOW)
    clock.forward(timedelta(days=400))
    before = service.result()
    assert before.as_of == NOW
    service.record(_read(find()))
    after = service.result()
    assert after.as_of == NOW
    assert _km(after, Status.CONFIRMED_HAZARD) > _km(before, Status.CONFIRMED_HAZARD)
    with pytest.raises(BadInput, match="lies after"):
        service.record(_read(find(observed_at="2026-05-02")))


def test_a_clock_that_is_set_back_hides_no_find(
    service: LiveStatusService, clock: Clock, store: SqliteStore
) -> None:
    clock.forward(timedelta(hours=5))
    service.record(_read(find()))
    red = _km(service.result(), Status.CONFIRMED_HAZARD)
    clock.forward(timedelta(hours=-5))
    assert _km(service.result(), Status.CONFIRMED_HAZARD) == red
    again = live_service(store, clock)
    assert _km(again.result(), Status.CONFIRMED_HAZARD) == red


def test_a_review_that_comes_through_the_store_shows_at_once(
    service: LiveStatusService, store: SqliteStore
) -> None:
    made = service.record(_read(area("clearance", 37.152, 36.2, 0.004, depth_m=1.0)))
    entity = made.table["id"].iloc[0]
    before = service.result()
    review = {"review": Review.ACCEPTED.value, "reason": "checked on site"}
    store.record([Draft(EventType.EVIDENCE_REVIEWED, entity, review, "QA-1")])
    after = service.result()
    assert _km(after, Status.CLEARED) > _km(before, Status.CLEARED)
    assert _km(after, Status.CONFIRMED_HAZARD) < _km(before, Status.CONFIRMED_HAZARD)
    _equals_full(after, store)


def test_an_import_shows_at_once_new_roads_too(
    service: LiveStatusService, store: SqliteStore
) -> None:
    new = roads_table([("r-new", None, "LINESTRING (37.17 36.2, 37.18 36.2)")])
    store.import_rows(Layer.ROADS, [new], stamp=stamp("new.geojson"), who="DESK")
    row = {
        "id": "F-9", "kind": "find", "category": "rocket", "team": "T",
        "observed_at": "2026-01-01", "geometry": "POINT (37.175 36.2)",
    }  # fmt: skip
    store.import_rows(
        Layer.EVIDENCE, [evidence_table([row])], stamp=stamp("late.geojson"), who="DESK"
    )
    assert len(service.result().roads) == 4
    assert service.explain_place(lon=37.175, lat=36.2).status is Status.CONFIRMED_HAZARD
    page = service.pieces(limit=100)
    assert "r-new" in set(page.result.roads["road_id"])


def test_a_withdrawn_road_is_out_of_the_status_at_once(
    service: LiveStatusService, store: SqliteStore
) -> None:
    held = store.state(Layer.ROADS)
    gone, *kept = held["road_id"]
    assert gone in set(service.result().roads["road_id"])
    store.import_rows(
        Layer.ROADS, [held.iloc[1:]], stamp=stamp("new.geojson"), who="DESK",
        withdraw=lambda: {gone: kept[:1]},
    )  # fmt: skip
    assert service.result().roads["road_id"].tolist() == kept
    assert gone not in set(service.pieces(limit=100).result.roads["road_id"])
    _equals_full(service.result(), store)


def test_when_the_status_fails_after_the_write_it_is_made_anew_from_the_log(
    service: LiveStatusService, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _km(service.result(), Status.CONFIRMED_HAZARD)

    def fail(*_: object, **__: object) -> NoReturn:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr("uxo.status.live.LiveStatus.apply", fail)
        with pytest.raises(MemoryError):
            service.record(_read(find()))
    assert len(store.state(Layer.EVIDENCE)) == 5
    assert _km(service.result(), Status.CONFIRMED_HAZARD) > before


def test_the_network_is_assembled_only_when_somebody_asks_for_it(
    service: LiveStatusService, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assembled = []
    result = LiveStatus.result

    def counted(live: LiveStatus) -> StatusResult:
        assembled.append(live)
        return result(live)

    monkeypatch.setattr(LiveStatus, "result", counted)
    for number in range(3):
        service.record(_read(find(37.152 + number / 1000)))
    review = {"review": Review.ACCEPTED.value, "reason": "checked on site"}
    store.record([Draft(EventType.EVIDENCE_REVIEWED, "A-1", review, "QA-1")])
    service.record(_read(find(37.158)))
    assert assembled == []
    _equals_full(service.result(), store)
    service.result()
    assert len(assembled) == 1


def test_when_the_store_fails_nothing_is_acknowledged(
    service: LiveStatusService, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(store, "record", fail)
        with pytest.raises(StoreError):
            service.record(_read(find()))
    assert len(service.result().evidence) == 4


def test_a_refused_record_costs_no_recomputation(
    store: SqliteStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = LiveStatusService(
        store, policy=load_policy(), clock=clock, new_id=lambda: "F-1", as_of=None
    )
    loads = []
    start = store.state

    def counted(layer: Layer) -> gpd.GeoDataFrame:
        loads.append(layer)
        return start(layer)

    monkeypatch.setattr(store, "state", counted)
    with pytest.raises(Refused, match="F-1"):
        service.record(_read(find()))
    service.result()
    assert loads == []


def test_provenance_tells_the_exercise_and_each_source_once(service: LiveStatusService) -> None:
    origin = service.provenance()
    assert origin.exercise
    assert origin.attribution == ("(c) OpenStreetMap contributors", "OCHA")


anywhere = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
beside_a_road = st.tuples(st.floats(37.149, 37.161), st.floats(36.199, 36.211))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=anywhere | beside_a_road, error=st.none() | st.floats(0.01, 100_000))
def test_a_find_anywhere_on_earth_is_recorded_and_the_status_equals_a_full_run(
    place: tuple[float, float],
    error: float | None,
    service: LiveStatusService,
    store: SqliteStore,
) -> None:
    service.record(_read(find(*place, position_error_m=error)))
    _equals_full(service.result(), store)


def test_an_event_on_a_record_in_hand_is_not_lost_when_the_hand_is_refused(
    service: LiveStatusService, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _km(service.result(), Status.CONFIRMED_HAZARD)
    reject = {"review": Review.REJECTED.value, "reason": "a drain pipe"}
    write = store.record

    def meanwhile(_: object) -> NoReturn:
        write([Draft(EventType.EVIDENCE_REVIEWED, "F-1", reject, "QA-1")])
        # Another thread looks: it leaves the record to the one that has it in hand.
        assert _km(service.result(), Status.CONFIRMED_HAZARD) == before
        raise Refused("EOD-3 recorded F-1")

    with monkeypatch.context() as patched:
        patched.setattr(store, "record", meanwhile)
        with pytest.raises(Refused):
            service.write(Draft(EventType.EVIDENCE_REVIEWED, "F-1", reject, "EOD-3"))
    assert _km(service.result(), Status.CONFIRMED_HAZARD) < before
    _equals_full(service.result(), store)
