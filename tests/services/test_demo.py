"""The demonstration: real roads, a labelled exercise, all eight statuses, the same every time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from uxo.policy import load_policy
from uxo.services.demo import DEMO_AS_OF, DEMO_FILES, DemoSummary, build_demo
from uxo.store.signing import DeviceKey
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer, Status

pytestmark = pytest.mark.slow

LATER = datetime(2031, 3, 1, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[SqliteStore]:
    # The clock stands years after the day of the exercise: the demo must not rot.
    opened = SqliteStore.open(
        folder / "store.gpkg", key=DeviceKey.generate(), clock=lambda: LATER, create=True
    )
    with opened as store:
        yield store


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def summary(store: SqliteStore, folder: Path, told: list[str]) -> DemoSummary:
    return build_demo(
        store,
        directory=folder,
        policy=load_policy(),
        now=LATER,
        progress=lambda title, _done, _total: told.append(title),
    )


def test_all_eight_statuses_show_with_kilometres_that_teach_something(
    summary: DemoSummary,
) -> None:
    km = summary.km_by_status
    assert set(km) == set(Status)
    assert all(km[status] > 1.0 for status in Status)
    total = sum(km.values())
    assert 350.0 < total < 450.0
    assert km[Status.NOT_SURVEYED] > 0.15 * total
    assert km[Status.CLEARED] + km[Status.REDUCED] < 0.12 * total
    assert km[Status.CONFIRMED_HAZARD] < 0.12 * total


def test_conflicts_and_clearance_under_way_show_too(summary: DemoSummary) -> None:
    assert summary.result.conflict.any()
    assert summary.result.clearance_under_way.any()


def test_every_row_of_every_bundled_file_is_imported(
    summary: DemoSummary, store: SqliteStore
) -> None:
    assert [Path(report.file).name for report in summary.files] == list(DEMO_FILES)
    assert all(report.accepted == report.read for report in summary.files)
    assert all(not report.faults and not report.notes for report in summary.files)
    assert len(store.state(Layer.ROADS)) == summary.files[0].read


def test_built_years_later_it_shows_what_it_was_written_to_show(
    summary: DemoSummary, tmp_path: Path
) -> None:
    first = SqliteStore.open(
        tmp_path / "s.gpkg", key=DeviceKey.generate(), clock=lambda: DEMO_AS_OF, create=True
    )
    with first as store:
        then = build_demo(store, directory=tmp_path, policy=load_policy(), now=DEMO_AS_OF)
    assert summary.as_of == LATER
    assert dict(summary.km_by_status) == pytest.approx(dict(then.km_by_status))


def test_nothing_in_it_lies_in_the_future(summary: DemoSummary) -> None:
    times = summary.result.evidence[["observed_at", "recorded_at"]]
    assert (times.max() <= LATER).all()


def test_ten_worst_places_are_told_with_where_and_why(summary: DemoSummary) -> None:
    assert len(summary.worst) == 10
    order = [(place.status, -round(place.length_m)) for place in summary.worst]
    assert order == sorted(order)
    assert summary.worst[0].status is Status.CLOSED
    for place in summary.worst:
        assert "Aleppo" in place.where or "Al Aziza" in place.where or "Ard" in place.where
        assert place.reasons
        assert all(reason.startswith("EXERCISE-") for reason in place.reasons)


def test_the_map_says_that_it_is_an_exercise_and_whom_to_thank(summary: DemoSummary) -> None:
    page = summary.map_file.read_text(encoding="utf-8")
    assert summary.map_file.name == "map.html"
    assert "EXERCISE" in page
    assert "OpenStreetMap contributors" in page
    assert {source.file for source in summary.sources} == set(DEMO_FILES)
    assert [source.exercise for source in summary.sources].count(True) == 1


def test_building_it_again_changes_nothing(
    summary: DemoSummary, store: SqliteStore, folder: Path
) -> None:
    again = build_demo(store, directory=folder / "not" / "yet", policy=load_policy(), now=LATER)
    assert (folder / "not" / "yet" / "map.html").is_file()
    assert all(report.accepted == 0 for report in again.files)
    assert all(report.unchanged == report.read for report in again.files)
    assert dict(again.km_by_status) == dict(summary.km_by_status)
    assert again.worst == summary.worst
    assert store.verify().ok


@pytest.mark.usefixtures("summary")
def test_each_step_is_told_to_whoever_waits(told: list[str]) -> None:
    assert list(dict.fromkeys(told)) == [*DEMO_FILES, "status", "map"]
