"""Whatever is changed from outside is found, and the first bad event is named."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.engines import Clock, device_key
from tests.contract.samples import STAMP, disposal, find, numbered, release, review, roads
from tests.store.conftest import reopened, tampering
from uxo.store.contract import Anchor
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer

if TYPE_CHECKING:
    from collections.abc import Callable

DEV = device_key("desk").dev


@pytest.fixture
def filled(path: Path, clock: Clock) -> Path:
    with reopened(path, clock) as store:
        store.import_rows(Layer.EVIDENCE, [numbered(40)], stamp=STAMP, who="OFFICE")  # seq 1
        for i in range(5):
            store.record([find(f"F-{i}")])  # seq 2 to 6
        store.record([review("E-7", "rejected", reason="scrap")])  # seq 7
        store.import_rows(Layer.ROADS, [roads(4)], stamp=STAMP, who="OFFICE")  # seq 8
        assert store.verify().ok
        assert store.verify().checked == 8
    return path


def first_bad(path: Path, clock: Clock, anchor: Anchor | None = None) -> str:
    with reopened(path, clock, key=None, read_only=True) as store:
        report = store.verify(anchor)
    assert not report.ok
    return report.first_bad or ""


def digest_of(connection: Any, seq: int) -> str:  # noqa: ANN401
    found: bytes = connection.execute("SELECT hash FROM event WHERE seq = ?", (seq,)).fetchone()[0]
    return found.hex()


CHANGED_BODY = (
    "UPDATE event SET body = CAST(replace(body, 'mortar', 'rocket') AS BLOB) WHERE seq = 4"
)


@pytest.mark.parametrize(
    ("change", "seq", "words"),
    [
        (CHANGED_BODY, 4, "bytes of the event were changed"),
        ("UPDATE event SET sig = zeroblob(64) WHERE seq = 3", 3, "signature"),
        ("UPDATE event SET ent = 'F-9' WHERE seq = 3", 3, "columns are not what was signed"),
        ("UPDATE event SET known_us = 0 WHERE seq = 5", 5, "columns are not what was signed"),
        ("UPDATE event SET n = n + 100 WHERE seq = 5", 5, "missing; next is"),
    ],
)
def test_the_first_changed_event_is_named_by_device_number_and_hash(
    filled: Path, clock: Clock, change: str, seq: int, words: str
) -> None:
    with tampering(filled) as connection:
        digest = digest_of(connection, seq)
        connection.execute(change)
        connection.execute("UPDATE event SET body = x'00' WHERE seq = 7")
    found = first_bad(filled, clock)
    assert f"device {DEV}, seq {seq}" in found
    assert words in found
    assert digest in found or "missing" in words


def test_a_removed_event_is_named(filled: Path, clock: Clock) -> None:
    with tampering(filled) as connection:
        following = digest_of(connection, 4)
        connection.execute("DELETE FROM event WHERE seq = 3")
    found = first_bad(filled, clock)
    assert f"device {DEV}, seq 3: the event is missing" in found
    assert following in found


def test_events_that_changed_places_are_found(filled: Path, clock: Clock) -> None:
    with tampering(filled) as connection:
        connection.execute("UPDATE event SET n = -1 WHERE seq = 4")
        connection.execute("UPDATE event SET n = 4 WHERE seq = 5")
        connection.execute("UPDATE event SET n = 5 WHERE seq = 4")
    assert f"device {DEV}, seq " in first_bad(filled, clock)


def test_two_events_that_swapped_their_numbers_are_found(filled: Path, clock: Clock) -> None:
    with tampering(filled) as connection:
        connection.execute("UPDATE event SET seq = 100 WHERE seq = 4")
        connection.execute("UPDATE event SET seq = 4 WHERE seq = 5")
        connection.execute("UPDATE event SET seq = 5 WHERE seq = 100")
    assert f"device {DEV}, seq " in first_bad(filled, clock)


def test_a_tail_that_was_cut_off_is_found_by_the_noted_heads(filled: Path, clock: Clock) -> None:
    with tampering(filled) as connection:
        connection.execute("DELETE FROM event WHERE seq > 6")
    assert f"device {DEV}, seq 7: the tail of the chain was removed" in first_bad(filled, clock)


def test_a_tail_cut_off_with_all_its_traces_is_found_by_an_anchor(path: Path, clock: Clock) -> None:
    with reopened(path, clock) as store:
        store.record([find("F-1")])
        store.record([find("F-2")])
        anchor = store.anchor()
    with tampering(path) as connection:
        first = connection.execute("SELECT hash FROM event WHERE seq = 1").fetchone()[0]
        connection.execute("DELETE FROM event WHERE seq = 2")
        connection.execute("UPDATE head SET seq = 1, hash = ?", (first,))
        connection.execute("DELETE FROM evidence WHERE id = 'F-2'")
        connection.execute("DELETE FROM rtree_evidence_geom WHERE id = 2")
    with reopened(path, clock, key=None, read_only=True) as store:
        assert store.verify().ok
    found = first_bad(path, clock, anchor)
    assert anchor.heads[0].hash in found
    assert f"device {DEV}, seq 2" in found


def test_a_chain_written_anew_by_its_key_is_found_by_an_anchor(
    tmp_path: Path, clock: Clock
) -> None:
    with reopened(tmp_path / "a.gpkg", clock) as store:
        store.record([find("F-1")])
        anchor = store.anchor()
    with reopened(tmp_path / "b.gpkg", clock) as store:
        store.record([find("F-1", category="saa")])
    assert "another stands in its place" in first_bad(tmp_path / "b.gpkg", clock, anchor)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE evidence SET category = 'saa' WHERE id = 'E-3'", "row E-3"),
        ("UPDATE evidence SET geom = (SELECT geom FROM evidence WHERE id = 'E-9') WHERE id = 'E-3'",
         "row E-3"),
        ("UPDATE evidence SET digest = zeroblob(32) WHERE id = 'E-3'", "row E-3"),
        ("DELETE FROM evidence WHERE id = 'E-3'", "brought 40 rows and 39 are left"),
        ("UPDATE evidence SET import_row = 500 WHERE id = 'E-3'", "not those that were signed"),
        ("UPDATE evidence SET import_n = 77 WHERE id = 'E-3'", "row E-3"),
        ("UPDATE evidence_past SET category = 'saa'", "row E-7"),
        ("UPDATE roads SET highway = 'track' WHERE road_id = 'R-1'", "roads row R-1"),
        ("UPDATE source SET exercise = 1", "list of sources"),
        ("UPDATE source SET event = zeroblob(32) WHERE n = 1", "no event"),
        ("UPDATE evidence SET review = 'accepted' WHERE id = 'F-2'", "F-2: the row is not"),
        ("UPDATE evidence SET disposed_at = '2026-01-01T00:00:00Z' WHERE id = 'E-7'", "E-7: the"),
        ("DELETE FROM evidence WHERE id = 'F-2'", "evidence F-2"),
        ("INSERT INTO evidence (id, known_us, events) VALUES ('X', 0, 1)", "evidence X: no event"),
        ("DELETE FROM rtree_evidence_geom WHERE id = 3", "spatial index lacks"),
        ("UPDATE rtree_evidence_geom SET maxx = 90, minx = 89 WHERE id = 3", "has it elsewhere"),
        ("DROP INDEX evidence_key", "index evidence_key was removed"),
        ("UPDATE head SET seq = 5", "head"),
        ("DELETE FROM head", "not noted"),
    ],
)  # fmt: skip
def test_changed_rows_and_lists_are_found(
    filled: Path, clock: Clock, change: str, words: str
) -> None:
    with tampering(filled) as connection:
        connection.execute(change)
    assert words in first_bad(filled, clock)


def test_a_row_that_no_import_and_no_event_brought_is_found(filled: Path, clock: Clock) -> None:
    with tampering(filled) as connection:
        connection.execute("INSERT INTO evidence (id, known_us, events) VALUES ('X', 0, 0)")
    assert "evidence row X" in first_bad(filled, clock)


def test_guards_that_were_taken_off_are_missed(filled: Path, clock: Clock) -> None:
    with tampering(filled) as connection:
        connection.execute("CREATE TRIGGER bad AFTER INSERT ON event BEGIN SELECT 1; END")
    assert "trigger bad on event was added" in first_bad(filled, clock)


def test_a_rebuild_mends_projections_and_index(filled: Path, clock: Clock) -> None:
    with tampering(filled) as connection:
        connection.execute("UPDATE evidence SET review = 'accepted' WHERE id = 'F-2'")
        connection.execute("INSERT INTO evidence (id, known_us, events) VALUES ('X', 0, 1)")
        connection.execute("DELETE FROM rtree_evidence_geom")
        connection.execute("DELETE FROM evidence WHERE id = 'F-3'")
    with reopened(filled, clock) as store:
        assert not store.verify().ok
        store.rebuild()
        assert store.verify().ok


def test_a_file_with_damaged_pages_is_reported_and_does_not_raise(
    filled: Path, clock: Clock
) -> None:
    with tampering(filled) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event'")
        start = 4096 * (root.fetchone()[0] - 1)
    raw = bytearray(filled.read_bytes())
    raw[start : start + 4096] = b"\xff" * 4096
    filled.write_bytes(raw)
    assert "damaged" in first_bad(filled, clock)


def test_everything_that_can_be_done_leaves_a_store_that_verifies(
    store: SqliteStore, clock: Clock
) -> None:
    steps: list[Callable[[], Any]] = [
        lambda: store.import_rows(Layer.EVIDENCE, [numbered(3000)], stamp=STAMP, who="O"),
        lambda: store.record([release("C-1"), disposal("F-1")]),
        lambda: store.import_rows(
            Layer.EVIDENCE, [numbered(10, category="saa")], stamp=STAMP, who="O"
        ),
        store.anchor,
        store.rebuild,
    ]
    store.record([find("F-1")])
    for step in steps:
        clock.forward(minutes=1)
        step()
        assert store.verify() == store.verify()
        assert store.verify().first_bad is None
