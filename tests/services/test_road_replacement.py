"""A newer extract that replaces an older one takes away what it no longer has."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.contract.engines import Clock
from tests.ingest.files import feature, find, write_geojson
from tests.roads.osm_xml import CROSS, way, write_osm
from tests.services.test_road_changes import LINE
from uxo.errors import BadInput, Refused
from uxo.services.import_files import FileReport, RoadOptions, import_files
from uxo.services.road_changes import RoadReport
from uxo.store.contract import Store
from uxo.store.signing import DeviceKey
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer

Load = Callable[..., tuple[FileReport, RoadReport]]
OLD = (way(7, [1, 2, 3]), way(8, [4, 5]), way(9, [1, 4]), way(10, [3, 4]))
# The side road 11 cuts 7 at node 2 and 8 as well; 10 is gone.
NEW = (way(7, [1, 2, 3]), way(8, [4, 2, 5]), way(9, [1, 4]))


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 21, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    path = tmp_path / "store" / "store.gpkg"
    with SqliteStore.open(path, key=DeviceKey.generate(), clock=clock) as opened:
        yield opened


@pytest.fixture
def load(store: Store, tmp_path: Path, clock: Clock) -> Load:
    def work(
        *ways: str, replace: bool = False, dry_run: bool = False, share_most: float = 0.5
    ) -> tuple[FileReport, RoadReport]:
        clock.forward(days=1)
        options = RoadOptions(
            replace=replace, changes=tmp_path / "changes.csv", share_most=share_most
        )
        path = write_osm(tmp_path / "a b.osm", CROSS, *ways)
        (report,) = import_files(
            store, Layer.ROADS, [path], who="T-01", roads=options, dry_run=dry_run
        )
        assert report.roads is not None
        return report, report.roads

    return work


def held(store: Store, known_at: datetime | None = None) -> set[str]:
    return set(store.state(Layer.ROADS, known_at=known_at)["road_id"])


def test_roads_cut_anew_are_replaced_by_their_parts(
    load: Load, store: Store, clock: Clock, tmp_path: Path
) -> None:
    load(*OLD)
    before = clock.now
    report, roads = load(*NEW, replace=True)
    assert roads.successors(roads.successions[0].change) == {
        "w7-1-3": ("w7-1-2", "w7-2-3"),
        "w8-4-5": ("w8-4-2", "w8-2-5"),
    }
    counts = roads.counts()
    assert [counts[name] for name in ("vanished", "withdrawn", "split", "joined")] == [3, 3, 2, 0]
    assert held(store) == {"w7-1-2", "w7-2-3", "w8-4-2", "w8-2-5", "w9-1-4"}
    assert held(store, known_at=before) == {"w7-1-3", "w8-4-5", "w9-1-4", "w10-3-4"}
    assert store.successors("w7-1-3") == ("w7-1-2", "w7-2-3")
    assert not any("vanished" in note for note in report.notes)
    with (tmp_path / "changes.csv").open(encoding="utf-8", newline="") as stream:
        rows = [
            (row["change"], row["road_id"], row["other_road_id"]) for row in csv.DictReader(stream)
        ]
    assert ("withdrawn", "w10-3-4", "") in rows
    assert ("split", "w7-1-3", "w7-2-3") in rows
    assert store.verify().first_bad is None
    # And back: what was cut is joined.
    _, again = load(*OLD, replace=True)
    assert again.counts()["joined"] == 4
    assert store.successors("w7-2-3") == ("w7-1-3",)
    assert store.successors("w7-1-3") == ()
    assert held(store) == held(store, known_at=before)
    assert store.verify().first_bad is None


def test_without_replacing_the_vanished_stay_and_the_command_to_withdraw_them_is_told(
    load: Load, store: Store, tmp_path: Path
) -> None:
    load(*OLD)
    report, roads = load(*NEW)
    (note,) = (note for note in report.notes if "vanished" in note)
    assert note.startswith("3 vanished roads stay in the store")
    assert "(2 of them)" in note
    assert note.endswith(f"uxo import roads '{tmp_path}/a b.osm' --replace")
    assert (roads.counts()["withdrawn"], roads.counts()["split"]) == (0, 2)
    assert "w7-1-3" in held(store)
    # The command that was told does it, though the file brings nothing new.
    report, roads = load(*NEW, replace=True)
    assert (report.accepted, report.unchanged, len(roads.withdrawn)) == (0, 5, 3)
    assert "w7-1-3" not in held(store)
    assert store.successors("w7-1-3") == ("w7-1-2", "w7-2-3")
    assert store.verify().first_bad is None


def test_a_dry_run_tells_what_would_be_withdrawn(load: Load, store: Store) -> None:
    load(*OLD)
    _, roads = load(*NEW, replace=True, dry_run=True)
    assert len(roads.withdrawn) == 3
    assert len(held(store)) == 4


def test_a_file_that_would_take_too_much_is_refused_whole(load: Load, store: Store) -> None:
    load(*OLD)
    with pytest.raises(Refused, match="1 of the 4 roads held inside"):
        load(*NEW, replace=True, share_most=0.2)
    assert held(store) == {"w7-1-3", "w8-4-5", "w9-1-4", "w10-3-4"}


def test_the_roads_of_a_refused_way_stay(load: Load, store: Store) -> None:
    load(*OLD)
    report, roads = load(*NEW, way(10, [3]), replace=True)
    assert (len(roads.vanished), len(roads.withdrawn)) == (3, 2)
    assert "w10-3-4" in held(store)
    assert any("which were refused" in note for note in report.notes)


def test_only_one_file_of_openstreetmap_replaces(load: Load, store: Store, tmp_path: Path) -> None:
    load(*OLD)
    lines = write_geojson(tmp_path / "l.geojson", [feature(LINE, road_id="R-1")])
    options = RoadOptions(replace=True)
    with pytest.raises(BadInput, match="'R-1' is none"):
        import_files(store, Layer.ROADS, [lines], who="T-01", roads=options)
    with pytest.raises(BadInput, match="takes one file"):
        import_files(store, Layer.ROADS, [lines, lines], who="T-01", roads=options)
    faulty = [
        feature(LINE, road_id="w1-1-2", from_node="1", to_node="2"),
        feature(None, road_id="w7"),
    ]
    mixed = write_geojson(tmp_path / "m.geojson", faulty)
    with pytest.raises(BadInput, match="1 rows were refused"):
        import_files(store, Layer.ROADS, [mixed], who="T-01", roads=options)
    finds = write_geojson(tmp_path / "e.geojson", [find()])
    with pytest.raises(BadInput, match="for roads"):
        import_files(store, Layer.EVIDENCE, [finds], who="T-01", roads=options)
    assert len(held(store)) == 4


def test_lines_that_vanished_are_for_a_person_to_judge(store: Store, tmp_path: Path) -> None:
    short = {"type": "LineString", "coordinates": [[37.0, 36.02], [37.0, 36.05]]}
    rows = [feature(LINE, road_id="R-1"), feature(short, road_id="R-2")]
    both = write_geojson(tmp_path / "l.geojson", rows)
    import_files(store, Layer.ROADS, [both], who="T-01")
    one = write_geojson(tmp_path / "l.geojson", rows[:1])
    (report,) = import_files(store, Layer.ROADS, [one], who="T-01")
    assert report.notes[-1].endswith("for a person to say")
