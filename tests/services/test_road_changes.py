"""A newer file of roads says what it changes, and changes nothing else."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.ingest.files import feature, find, write_geojson
from tests.roads.osm_xml import CROSS, way, write_osm
from uxo.errors import BadFile, BadInput
from uxo.services.import_files import FileReport, RoadOptions, import_files, read_all_roads
from uxo.store.contract import Store
from uxo.store.signing import DeviceKey
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LINE = {"type": "LineString", "coordinates": [[37.0, 36.0], [37.0, 36.1]]}
NEAR = {"type": "LineString", "coordinates": [[37.0, 36.100002], [37.0, 36.2]]}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    folder = tmp_path / "store"
    folder.mkdir()
    with SqliteStore.open(
        folder / "store.gpkg", key=DeviceKey.generate(), clock=lambda: NOW
    ) as opened:
        yield opened


Load = Callable[..., FileReport]


@pytest.fixture
def load(store: Store, tmp_path: Path) -> Load:
    def work(*ways: str, places: dict[int, tuple[float, float]] | None = None) -> FileReport:
        path = write_osm(tmp_path / "r.osm", places or CROSS, *ways)
        (report,) = import_files(store, Layer.ROADS, [path], who="T-01")
        assert report.roads is not None
        return report

    return work


def changes(report: FileReport) -> dict[str, tuple[str, ...]]:
    roads = report.roads
    assert roads is not None
    lists = {name: getattr(roads, name) for name in ("new", "moved", "changed", "vanished")}
    return {name: found for name, found in lists.items() if found}


def test_a_first_file_is_all_new_and_the_same_again_changes_nothing(
    load: Load, store: Store
) -> None:
    first = load(way(7, [1, 2]), way(8, [4, 5]))
    assert changes(first) == {"new": ("w7-1-2", "w8-4-5")}
    assert first.roads is not None
    assert first.roads.counts()["islands"] == 2
    again = load(way(7, [1, 2]), way(8, [4, 5]))
    assert changes(again) == {}
    assert (again.read, again.accepted, again.unchanged) == (2, 0, 2)
    assert store.verify().ok


def test_a_newer_extract_tells_moved_changed_new_and_vanished_roads(
    load: Load, store: Store
) -> None:
    load(way(7, [1, 3]), way(8, [4, 5]), way(9, [1, 4]), way(10, [4, 2]))
    moved = {**CROSS, 3: (37.21, 36.0)}
    report = load(
        way(7, [1, 3]), way(8, [4, 5], surface="mud"), way(9, [1, 4]), way(11, [5, 1]),
        places=moved,
    )  # fmt: skip
    assert changes(report) == {
        "new": ("w11-5-1",),
        "moved": ("w7-1-3",),
        "changed": ("w8-4-5",),
        "vanished": ("w10-4-2",),
    }
    # What vanished stays, with all that is known of it, until a person decides.
    assert "w10-4-2" in set(store.state(Layer.ROADS)["road_id"])
    assert store.verify().ok


def test_roads_outside_the_file_or_of_another_sort_did_not_vanish(
    load: Load, store: Store, tmp_path: Path
) -> None:
    load(way(7, [1, 2]), places={1: (10.0, 10.0), 2: (10.1, 10.0)})
    lines = write_geojson(tmp_path / "l.geojson", [feature(LINE, road_id="R-1")])
    import_files(store, Layer.ROADS, [lines], who="T-01")
    report = load(way(8, [4, 5]), way(9, [1, 3]))
    assert set(changes(report)) == {"new"}


def test_near_misses_and_changes_are_listed_in_a_file(store: Store, tmp_path: Path) -> None:
    rows = [feature(LINE, road_id="R-1"), feature(NEAR, road_id="R-2")]
    path = write_geojson(tmp_path / "l.geojson", rows)
    listed = tmp_path / "changes.csv"
    (report,) = import_files(
        store, Layer.ROADS, [path], who="T-01", roads=RoadOptions(changes=listed)
    )
    assert report.roads is not None
    assert report.roads.counts()["near_misses"] == 1
    with listed.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [row["change"] for row in found] == ["new", "new", "near_miss"]
    assert {found[2]["road_id"], found[2]["other_road_id"]} == {"R-1", "R-2"}
    assert float(found[2]["distance_m"]) == pytest.approx(0.222, abs=0.01)
    (joined,) = import_files(store, Layer.ROADS, [path], who="T-01", roads=RoadOptions(snap_m=1.0))
    assert joined.roads is not None
    assert (joined.roads.islands, joined.roads.counts()["near_misses"]) == (1, 0)


def test_a_list_of_changes_that_cannot_be_written_is_told(store: Store, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "l.geojson", [feature(LINE, road_id="R-1")])
    nowhere = RoadOptions(changes=tmp_path / "no" / "such.csv")
    with pytest.raises(BadFile, match=r"such\.csv"):
        import_files(store, Layer.ROADS, [path], who="T-01", roads=nowhere)


def test_options_of_roads_are_refused_for_anything_else(store: Store, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "e.geojson", [find()])
    with pytest.raises(BadInput, match="for roads"):
        import_files(store, Layer.EVIDENCE, [path], who="T-01", roads=RoadOptions(snap_m=1.0))


def test_a_broken_file_leaves_nothing_behind(load: Load, store: Store, tmp_path: Path) -> None:
    load(way(7, [1, 2]))
    path = write_osm(tmp_path / "b.osm", CROSS, way(8, [4, 5]))
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    with pytest.raises(BadFile, match="nothing of it was taken"):
        import_files(store, Layer.ROADS, [path], who="T-01")
    assert store.state(Layer.ROADS)["road_id"].tolist() == ["w7-1-2"]


def test_refused_ways_are_written_with_their_numbers(store: Store, tmp_path: Path) -> None:
    path = write_osm(tmp_path / "r.osm", CROSS, way(7, [1, 2]), way(8, [4]))
    rejects = tmp_path / "refused.csv"
    (report,) = import_files(store, Layer.ROADS, [path], who="T-01", rejects=rejects)
    assert (report.read, report.accepted, report.refused) == (2, 1, 1)
    with rejects.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["way"], row["reject_field"]) == ("8", "way")


def test_a_status_without_a_store_takes_such_a_file_too(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "r.osm", CROSS, way(7, [1, 2, 3]), way(8, [4, 2]))
    table, report = read_all_roads(path)
    assert len(table) == 3
    assert report.roads is None
