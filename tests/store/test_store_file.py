"""The file itself: who may write it, who can read it, what survives."""

import io
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from sqlcipher3 import dbapi2

from tests.contract.engines import Clock, device_key
from tests.contract.samples import STAMP, find, numbered, roads
from tests.store.conftest import reopened
from uxo.errors import (
    MissingPart,
    NotFound,
    Refused,
    StoreBroken,
    StoreBusy,
    StoreError,
    StoreVersion,
)
from uxo.store.connection import check_driver
from uxo.store.sqlite import SqliteStore
from uxo.store.writer import Job
from uxo.vocabulary import Layer

PASSPHRASE = "it's a secret"  # noqa: S105 - of a store that lives as long as one test


def elsewhere(code: str, *arguments: object) -> str:
    """Run Python in another process; GDAL may open the live file only there."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


READ_WHILE_WRITTEN = """
import sys, warnings
warnings.simplefilter("error")
import pyogrio
counts = []
for line in sys.stdin:
    found = pyogrio.read_dataframe(sys.argv[1], layer="evidence", bbox=(37, 36, 38, 37))
    counts.append(len(found))
    print(len(found), found.crs.to_epsg(), found.geometry.iloc[0].geom_type, flush=True)
print([name for name, _ in pyogrio.list_layers(sys.argv[1])][:3])
"""


def test_another_process_reads_the_live_file_with_gdal_while_it_is_written(
    store: SqliteStore, path: Path
) -> None:
    store.import_rows(Layer.EVIDENCE, [numbered(3000)], stamp=STAMP, who="OFFICE")
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", READ_WHILE_WRITTEN, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as reader:  # fmt: skip
        assert reader.stdin is not None
        assert reader.stdout is not None
        for i in range(4):
            store.record([find(f"F-{i}", geometry=shapely.Point(37.5, 36.5))])
            reader.stdin.write("go\n")
            reader.stdin.flush()
            assert reader.stdout.readline().split() == [str(3001 + i), "4326", "Point"]
        reader.stdin.close()
        assert reader.stdout.read().strip() == "['roads', 'places', 'evidence']"
    assert reader.returncode == 0
    assert store.verify().ok


def test_a_copy_is_an_ordinary_geopackage(store: SqliteStore, tmp_path: Path) -> None:
    store.import_rows(Layer.ROADS, [roads(7)], stamp=STAMP, who="OFFICE")
    copy = tmp_path / "copy.gpkg"
    store.backup(copy)
    table = gpd.read_file(copy, layer="roads")
    assert list(table["road_id"]) == [f"R-{i}" for i in range(7)]
    assert table.geometry.geom_equals(store.state(Layer.ROADS).geometry).all()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO evidence (id, known_us, events) VALUES ('X', 0, 0)",
        "UPDATE evidence SET category = 'saa'",
        "DELETE FROM evidence",
        "DELETE FROM source",
        "INSERT INTO head VALUES (x'00', 1, x'00')",
        "DELETE FROM event",
    ],
)
def test_another_programme_cannot_write(path: Path, clock: Clock, statement: str) -> None:
    with reopened(path, clock) as store:
        store.import_rows(Layer.EVIDENCE, [numbered(3)], stamp=STAMP, who="OFFICE")
    code = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
try:
    connection.execute(sys.argv[2])
except sqlite3.Error as error:
    print(error)
connection.close()
"""
    assert "uxo_app" in elsewhere(code, path, statement)
    with reopened(path, clock) as store:
        assert store.verify().ok


@pytest.mark.parametrize("table", ["event", "fork"])
def test_even_our_own_connection_cannot_change_the_log(store: SqliteStore, table: str) -> None:
    store.record([find("F-1")])
    with store._reader.look() as connection:
        connection.execute("INSERT INTO fork VALUES (x'01', x'02', 1, 'e', x'03', x'04', 0)")
        with pytest.raises(dbapi2.IntegrityError, match="append-only"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - one of two names above


def test_a_second_process_that_wants_to_write_is_told_what_to_do(
    store: SqliteStore, path: Path
) -> None:
    code = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from uxo.errors import StoreBusy
from uxo.store.signing import DeviceKey
from uxo.store.sqlite import SqliteStore
clock = lambda: datetime(2026, 1, 1, tzinfo=UTC)
try:
    SqliteStore.open(Path(sys.argv[1]), key=DeviceKey.generate(), clock=clock)
except StoreBusy as error:
    print(error)
with SqliteStore.open(Path(sys.argv[1]), clock=clock, read_only=True) as store:
    print(store.vector())
"""
    store.record([find("F-1")])
    said, vector = elsewhere(code, path).splitlines()
    assert re.search(r"written by another process \(number \d+\); stop it", said)
    assert vector == str({device_key("desk").dev: 1})


def test_a_second_store_on_the_same_file_in_one_process_is_refused_too(
    store: SqliteStore, path: Path, clock: Clock
) -> None:
    with pytest.raises(StoreBusy):
        reopened(path, clock)
    store.close()
    reopened(path, clock).close()


def test_a_store_for_reading_refuses_to_write(path: Path, clock: Clock) -> None:
    reopened(path, clock).close()
    with reopened(path, clock, key=None, read_only=True) as store:
        for attempt in (
            lambda: store.record([find("F-1")]),
            lambda: store.append([]),
            store.rebuild,
        ):
            with pytest.raises(Refused, match="reading only"):
                attempt()
        assert store.anchor().heads == ()


def test_a_closed_store_says_so(path: Path, clock: Clock) -> None:
    store = reopened(path, clock)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.record([find("F-1")])


def test_what_is_no_store_is_refused_in_words(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(NotFound, match="uxo init"):
        reopened(tmp_path / "none.gpkg", clock, create=False)
    with pytest.raises(NotFound):
        reopened(tmp_path / "none.gpkg", clock, key=None, read_only=True)
    with pytest.raises(Refused, match="key"):
        reopened(tmp_path / "none.gpkg", clock, key=None)
    text = tmp_path / "text.gpkg"
    text.write_text("this is a letter, not a database " * 200)
    for options in ({}, {"read_only": True}):
        with pytest.raises(StoreBroken, match="no store"):
            reopened(text, clock, **options)
    other = tmp_path / "other.gpkg"
    numbered(1).drop(columns="releases_hazards").to_file(other)
    with pytest.raises(StoreBroken, match="another programme"):
        reopened(other, clock)


def test_a_store_of_another_version_is_refused(path: Path, clock: Clock) -> None:
    reopened(path, clock).close()
    connection = dbapi2.connect(path, isolation_level=None)
    connection.create_function("uxo_app", 0, lambda: 1)
    connection.execute("UPDATE meta SET value = '99' WHERE name = 'schema_version'")
    connection.close()
    with pytest.raises(StoreVersion, match="layout 99"):
        reopened(path, clock)


def test_an_old_sqlite_is_refused() -> None:
    with pytest.raises(MissingPart, match=r"3\.40\.1.*3\.51\.3"):
        check_driver("3.40.1")


def test_an_encrypted_store_is_unreadable_without_its_passphrase(path: Path, clock: Clock) -> None:
    with reopened(path, clock, passphrase=PASSPHRASE) as store:
        store.import_rows(Layer.EVIDENCE, [numbered(3)], stamp=STAMP, who="OFFICE")
        store.record([find("F-1")])
        store.backup(path.with_name("copy.gpkg"))
    for file in (path, path.with_name("copy.gpkg")):
        raw = file.read_bytes()
        assert b"SQLite" not in raw
        assert b"mortar" not in raw
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        connection.execute("SELECT * FROM event")
    connection.close()
    for wrong in (None, "guess"):
        with pytest.raises(StoreBroken, match="passphrase"):
            reopened(path, clock, passphrase=wrong)
    for file in (path, path.with_name("copy.gpkg")):
        with reopened(file, clock, passphrase=PASSPHRASE) as store:
            assert len(store.state(Layer.EVIDENCE)) == 4
            assert store.verify().ok


def test_a_backup_while_writing_is_complete_and_verifies(
    store: SqliteStore, tmp_path: Path, clock: Clock
) -> None:
    store.import_rows(Layer.EVIDENCE, [numbered(2000)], stamp=STAMP, who="OFFICE")
    done, acknowledged = threading.Event(), []

    def write() -> None:
        while not done.is_set():
            acknowledged.append(store.record([find()])[0].seq)

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    copies = [tmp_path / f"copy-{i}.gpkg" for i in range(3)]
    least = []
    for copy in copies:
        least.append(len(acknowledged))
        store.backup(copy)
    done.set()
    for thread in threads:
        thread.join()
    for copy, count in zip(copies, least, strict=True):
        with reopened(copy, clock) as restored:
            assert restored.verify().ok
            assert restored.vector()[device_key("desk").dev] >= count + 1
    assert sorted(acknowledged) == list(range(2, len(acknowledged) + 2))


def test_a_backup_is_never_written_over_a_file(
    store: SqliteStore, path: Path, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="exists already"):
        store.backup(path)
    with pytest.raises(StoreError, match="could not be written"):
        store.backup(tmp_path / "absent" / "copy.gpkg")


def test_thirty_two_clients_at_once_lose_nothing_and_meet_no_lock(store: SqliteStore) -> None:
    problems: list[Exception] = []

    def client(number: int) -> None:
        try:
            for i in range(6):
                store.record([find(f"F-{number}-{i}")])
                assert len(store.state(Layer.EVIDENCE, (37, 36, 38, 37))) >= i
        except Exception as error:  # noqa: BLE001 - collected for the main thread
            problems.append(error)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(store.state(Layer.EVIDENCE)) == 192
    assert store.verify().ok


def test_an_import_that_nobody_waits_for_any_more_is_undone(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    wait = Job.wait

    def interrupted(job: Job) -> object:
        if not reached.is_set():
            reached.wait(30)
            raise KeyboardInterrupt
        return wait(job)

    def batches() -> Iterator[gpd.GeoDataFrame]:
        yield numbered(10)
        reached.set()
        go_on.wait(30)
        yield numbered(10, start=10)

    with monkeypatch.context() as patch:
        patch.setattr(Job, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.import_rows(Layer.EVIDENCE, batches(), stamp=STAMP, who="OFFICE")
    go_on.set()
    store.record([find("F-1")])
    assert list(store.state(Layer.EVIDENCE)["id"]) == ["F-1"]


def test_one_job_that_fails_does_not_undo_its_neighbours(store: SqliteStore) -> None:
    hold = threading.Event()
    blocker = threading.Thread(
        target=lambda: store._needed().writer.submit(lambda _: hold.wait(30), alone=True)
    )
    blocker.start()
    outcomes: dict[str, str] = {}

    def attempt(entity: str, kind: str) -> None:
        try:
            store.record([find(entity, kind=kind)])
            outcomes[entity] = "kept"
        except Exception as error:  # noqa: BLE001
            outcomes[entity] = type(error).__name__

    threads = [
        threading.Thread(target=attempt, args=(f"F-{i}", "find" if i % 3 else "mine"))
        for i in range(9)
    ]
    for thread in threads:
        thread.start()
    hold.set()
    for thread in [blocker, *threads]:
        thread.join()
    assert outcomes == {f"F-{i}": "kept" if i % 3 else "BadInput" for i in range(9)}
    assert store.verify().checked == 6


def test_media_that_were_changed_on_disk_are_not_handed_out(store: SqliteStore, path: Path) -> None:
    name = store.put_blob(io.BytesIO(b"photo"))
    file = path.with_name("store.gpkg.media") / name[:2] / name[2:4] / name
    assert file.stat().st_mode & 0o777 == 0o440
    file.chmod(0o640)
    file.write_bytes(b"other")
    with pytest.raises(StoreBroken, match="changed"):
        store.open_blob(name)
    assert [f.name for f in path.with_name("store.gpkg.media").glob(".*")] == []
