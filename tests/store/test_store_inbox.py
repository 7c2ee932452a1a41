"""What phones sent, in the file: checked, guarded, and added to stores of an older layout."""

import io
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from tests.contract.engines import Clock
from tests.contract.phones import corrected, found, phone_id
from tests.contract.samples import find
from tests.store.conftest import reopened, tampering
from uxo.errors import Refused, StoreVersion
from uxo.store.geopackage import ADDED_IN_2, ADDED_IN_3
from uxo.store.phone_contract import Photo
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer


def photo(event: int, sha256: str) -> Photo:
    return Photo(phone_id(event), "", sha256, "a.jpg", "image/jpeg", "T-1", Clock().now)


@pytest.fixture
def filled(path: Path, clock: Clock) -> Path:
    with reopened(path, clock) as store:
        store.receive("phone-a", "T-1", [found(1, 10), found(2, 11, seq=2)])
        store.receive("phone-b", "T-1", [corrected(1, 12, seq=1, base=("0" * 64,))])
        assert store.verify().ok
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE inbox SET sent = x'00' WHERE n = 2", "bytes that the phone sent were changed"),
        ("UPDATE inbox SET device = 'phone-z' WHERE n = 2", "columns are not what was signed"),
        ("UPDATE inbox SET device_seq = 9 WHERE n = 2", "columns are not what was signed"),
        ("DELETE FROM inbox WHERE n = 3", "what the phone sent was removed"),
        ("UPDATE inbox SET event = x'00' WHERE n = 2", "the log has no event of it"),
    ],
)
def test_what_is_changed_from_outside_is_found(
    change: str, words: str, filled: Path, clock: Clock
) -> None:
    with tampering(filled) as connection:
        connection.execute(change)
    with reopened(filled, clock, key=None, read_only=True) as store:
        report = store.verify()
    assert not report.ok
    assert words in (report.first_bad or "")


@pytest.mark.parametrize("table", ADDED_IN_2)
@pytest.mark.parametrize("verb", ["UPDATE {} SET n = 7", "DELETE FROM {}"])
def test_nobody_changes_it_by_the_way(table: str, verb: str, filled: Path, clock: Clock) -> None:
    with reopened(filled, clock) as store:
        store.add_photo(photo(10, store.put_blob(io.BytesIO(b"a photo"))))
        with pytest.raises(dbapi2.Error, match="append-only"):
            store._write(lambda connection, _: connection.execute(verb.format(table)))


def test_a_store_that_only_reads_takes_nothing_in(filled: Path, clock: Clock) -> None:
    with (
        reopened(filled, clock, key=None, read_only=True) as store,
        pytest.raises(Refused, match="reading only"),
    ):
        store.receive("phone-a", "T-1", [found(5, 50, seq=5)])


def _as_layout_1(path: Path) -> None:
    connection: Any = dbapi2.connect(path, isolation_level=None)
    connection.create_function("uxo_app", 0, lambda: 1, deterministic=True)
    for table in (*ADDED_IN_2, *ADDED_IN_3):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("UPDATE meta SET value = '1' WHERE name = 'schema_version'")
    connection.close()


def test_a_store_of_the_first_layout_is_brought_up_to_date(path: Path, clock: Clock) -> None:
    with reopened(path, clock) as store:
        store.record([find("F-1")])
    _as_layout_1(path)
    with pytest.raises(StoreVersion, match="uxo init"):
        SqliteStore.open(path, clock=clock, read_only=True)
    with reopened(path, clock) as store:
        assert list(store.state(Layer.EVIDENCE)["id"]) == ["F-1"]
        store.receive("phone-a", "T-1", [found(1, 10)])
        assert store.verify().ok


@pytest.fixture
def with_photos(filled: Path, clock: Clock) -> Path:
    with reopened(filled, clock) as store:
        for number in range(3):
            digest = store.put_blob(io.BytesIO(f"photo {number}".encode()))
            store.add_photo(photo(10 + number, digest))
        assert store.verify().ok
    return filled


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE photo SET event_id = (SELECT event_id FROM inbox WHERE n = 1) WHERE n = 3",
         "it was changed"),
        ("UPDATE photo SET name = 'b.jpg' WHERE n = 2", "it was changed"),
        ("DELETE FROM photo WHERE n = 2", "the one before it was removed"),
        ("UPDATE photo SET dev = zeroblob(32) WHERE n = 2", "a device that wrote nothing here"),
        ("UPDATE photo SET event_id = 'x' WHERE n = 2", "belongs to is missing"),
    ],
)  # fmt: skip
def test_a_photo_that_was_put_to_another_record_is_found(
    change: str, words: str, with_photos: Path, clock: Clock
) -> None:
    with tampering(with_photos) as connection:
        connection.execute(change)
    with reopened(with_photos, clock, key=None, read_only=True) as store:
        report = store.verify()
    assert not report.ok
    assert words in (report.first_bad or "")


def test_a_photo_whose_bytes_were_changed_or_lost_is_found(with_photos: Path, clock: Clock) -> None:
    files = sorted(with_photos.with_name("store.gpkg.media").glob("*/*/*"))
    files[0].chmod(0o600)
    files[0].write_bytes(b"another")
    with reopened(with_photos, clock) as store:
        assert "was changed" in (store.verify().first_bad or "")
        files[0].unlink()
        assert "not held here" in (store.verify().first_bad or "")


def test_a_backup_of_the_store_alone_verifies(
    with_photos: Path, tmp_path: Path, clock: Clock
) -> None:
    with reopened(with_photos, clock) as store:
        store.backup(tmp_path / "copy.gpkg")
    with reopened(tmp_path / "copy.gpkg", clock, key=None, read_only=True) as copy:
        assert copy.verify().ok
        assert len(copy.photos()) == 3
