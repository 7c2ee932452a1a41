"""The parts of the store that need no file: fold, index, geometry, clock, keys, events."""

import random
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from tests.contract.engines import device_key
from uxo.errors import BadFile, BadInput, StoreError
from uxo.evidence.events import Envelope, Event, EventType, canonical_json, event_hash
from uxo.store import geometry, rtree
from uxo.store.clock import HybridClock
from uxo.store.fold import Folded, fold, in_order
from uxo.store.signing import DeviceKey
from uxo.store.writer import Writer

PLACE = {"type": "Point", "coordinates": ["37.1", "36.2"]}
DEVICES = [device_key(name) for name in "abc"]


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events of one record by three devices, each of which has seen any of those before."""
    key = DEVICES[0]
    data = {"kind": draw(st.sampled_from(["find", "clearance"])), "geometry": PLACE, "team": "T-1"}
    recorded = Envelope(
        key.dev, 1, None, 1 << 40, "R", (), EventType.EVIDENCE_RECORDED, "T-1", data
    )
    events = [Event.seal(recorded, key.sign)]
    last = {key.dev: events[0]}
    for _ in range(draw(st.integers(0, 8))):
        key = draw(st.sampled_from(DEVICES))
        before = last.get(key.dev)
        seen = draw(st.lists(st.sampled_from(events), unique_by=lambda event: event.hash))
        kind, fields = draw(st.sampled_from(CHANGES))
        events.append(
            Event.seal(
                Envelope(
                    key.dev,
                    1 if before is None else before.envelope.seq + 1,
                    None if before is None else before.hash.hex(),
                    draw(st.integers(1 << 39, 1 << 41)),
                    "R",
                    tuple(event.hash.hex() for event in seen),
                    kind,
                    draw(st.sampled_from(["T-1", "T-2", "T-3"])),
                    fields,
                ),
                key.sign,
            )
        )
        last[key.dev] = events[-1]
    return events


CHANGES: list[tuple[EventType, dict[str, Any]]] = [
    (EventType.EVIDENCE_REVIEWED, {"review": "accepted", "reviewed_at": "2026-01-01T00:00:00Z"}),
    (EventType.EVIDENCE_REVIEWED, {"review": "rejected", "reason": "scrap"}),
    (EventType.EVIDENCE_REVIEWED, {"review": "rejected"}),
    (EventType.ITEM_DISPOSED, {"disposed_at": "2026-01-02T00:00:00Z"}),
    (EventType.EVIDENCE_CORRECTED, {"category": "ap_mine", "position_error_m": "5.0"}),
    (EventType.EVIDENCE_CORRECTED, {"category": "saa", "position_error_m": None}),
    (EventType.EVIDENCE_CORRECTED, {"kind": "hazard_area", "evidence_class": "indirect"}),
    (EventType.EVIDENCE_CORRECTED, {"kind": "survey", "observed_at": "2026-02-01T00:00:00Z"}),
    (EventType.EVIDENCE_CORRECTED,
     {"geometry": {"type": "Point", "coordinates": ["37.2", "36.2"]}, "disposed_at": None}),
]  # fmt: skip


def folded(events: list[Event], suspects: frozenset[bytes] = frozenset()) -> Folded:
    found = fold(events, None, suspects)
    assert found is not None
    return found


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_changes_the_state(
    events: list[Event], rng: random.Random
) -> None:
    shuffled = list(events)
    rng.shuffle(shuffled)
    assert folded(shuffled) == folded(events)


@given(histories())
def test_what_one_has_seen_counts_before_what_one_says(events: list[Event]) -> None:
    place = {event.hash.hex(): n for n, event in enumerate(in_order(events))}
    assert len(place) == len(events)
    for event in events:
        assert all(place[link] < place[event.hash.hex()] for link in event.envelope.links)


@given(histories())
def test_a_team_never_reviews_its_own_record(events: list[Event]) -> None:
    own = [
        event
        for event in events
        if event.envelope.type is not EventType.EVIDENCE_REVIEWED or event.envelope.who == "T-1"
    ]
    assert folded(own).data["review"] == "unreviewed"


@given(histories())
def test_a_release_in_conflict_is_never_accepted(events: list[Event]) -> None:
    state = folded(events)
    if state.conflict and state.data["kind"] in {"clearance", "survey"}:
        assert state.data["review"] != "accepted"


@given(histories())
def test_events_after_a_fork_never_bring_good_news(events: list[Event]) -> None:
    state = folded(events, frozenset(event.hash for event in events[1:]))
    assert state.data["disposed_at"] is None
    assert state.data["review"] == "unreviewed"


def test_nothing_recorded_is_no_state() -> None:
    key = DEVICES[0]
    review = Envelope(
        key.dev, 1, None, 1, "R", (), EventType.EVIDENCE_REVIEWED, "T-2", {"review": "accepted"}
    )
    assert fold([Event.seal(review, key.sign)]) is None
    assert fold([]) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), json_values, max_size=4), st.text(min_size=1))
def test_an_event_read_from_its_bytes_is_the_event_that_was_sealed(
    data: dict[str, Any], who: str
) -> None:
    key = DEVICES[0]
    envelope = Envelope(key.dev, 1, None, 7, "e\u0301", (), EventType.EVIDENCE_RECORDED, who, data)
    event = Event.seal(envelope, key.sign)
    again = Event.from_wire(event.to_wire())
    assert again == event == Event.kept(event.raw, event.sig)
    again.check_signature()
    assert again.hash == event_hash(event.raw)


def test_an_event_by_another_key_is_found_out() -> None:
    one, other = DEVICES[:2]
    envelope = Envelope(one.dev, 1, None, 7, "R", (), EventType.EVIDENCE_RECORDED, "T", {})
    with pytest.raises(StoreError, match="not by its device"):
        Event.seal(envelope, other.sign).check_signature()


@pytest.mark.parametrize("value", [0.5, float("nan"), 2**53, {1: "a"}, {"a": object()}, b"a"])
def test_what_json_writers_disagree_on_cannot_be_signed(value: object) -> None:
    with pytest.raises(BadInput):
        canonical_json({"value": value})


@pytest.mark.parametrize("count", [0, 1, 51, 52, 2601, 2602, 6000])
def test_a_packed_index_answers_like_one_that_grew(count: int) -> None:
    rng = np.random.default_rng(count)
    low = rng.random((count, 2)) * [300, 150] - [150, 75]
    bounds = np.hstack([low, low + rng.random((count, 2)) * 0.01])
    connection = dbapi2.connect(":memory:", isolation_level=None)
    connection.execute("CREATE VIRTUAL TABLE r USING rtree(id, a, b, c, d)")
    ids = rng.permutation(count).astype(np.int64) + 1
    rtree.replace_all(connection, "r", ids, bounds)
    assert connection.execute("SELECT rtreecheck('r')").fetchone() == ("ok",)
    for west, south in (rng.random((20, 2)) * [300, 150] - [150, 75]).tolist():
        east, north = west + 30, south + 30
        hit = ~((bounds[:, 2] < west) | (bounds[:, 0] > east))
        hit &= ~((bounds[:, 3] < south) | (bounds[:, 1] > north))
        found = connection.execute(
            "SELECT id FROM r WHERE b >= ? AND a <= ? AND d >= ? AND c <= ?",
            (west, east, south, north),
        ).fetchall()
        assert {row[0] for row in found} >= set(ids[hit].tolist())
    connection.execute("INSERT INTO r VALUES (1000000, 0, 1, 0, 1)")
    connection.execute("DELETE FROM r WHERE id <= 20")
    assert connection.execute("SELECT rtreecheck('r')").fetchone() == ("ok",)
    connection.close()


def test_rows_without_a_place_are_not_in_the_index() -> None:
    connection = dbapi2.connect(":memory:", isolation_level=None)
    connection.execute("CREATE VIRTUAL TABLE r USING rtree(id, a, b, c, d)")
    bounds = np.array([[0, 0, 1, 1], [np.nan] * 4])
    rtree.replace_all(connection, "r", np.array([1, 2]), bounds)
    assert connection.execute("SELECT id FROM r").fetchall() == [(1,)]
    connection.close()


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=20))
def test_a_box_of_the_index_never_shrinks_by_rounding(corners: list[tuple[float, float]]) -> None:
    bounds = np.array([(x, y, x, y) for x, y in corners])
    connection = dbapi2.connect(":memory:", isolation_level=None)
    connection.execute("CREATE VIRTUAL TABLE r USING rtree(id, a, b, c, d)")
    rtree.replace_all(connection, "r", np.arange(1, len(corners) + 1), bounds)
    for n, a, b, c, d in connection.execute("SELECT id, a, b, c, d FROM r").fetchall():
        x, y = corners[n - 1]
        assert a <= x <= b
        assert c <= y <= d
    connection.close()


def test_geometries_of_every_kind_survive_and_say_their_bounds() -> None:
    shapes = np.array(
        [
            shapely.Point(1, 2),
            None,
            shapely.Point(),
            shapely.LineString([(0, 0), (3, 4)]),
            shapely.Polygon(),
            shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]),
            shapely.GeometryCollection([shapely.Point(5, 6)]),
            shapely.Point(1, 2, 3),
        ],
        dtype=object,
    )
    blobs, bounds = geometry.encode(shapes)
    assert shapely.equals_identical(geometry.decode(blobs)[:7], shapes[:7])[
        [0, 2, 3, 4, 5, 6]
    ].all()
    assert geometry.decode(blobs)[7].equals(shapely.Point(1, 2))
    sql = dict(geometry.SQL_FUNCTIONS)
    for blob, box in zip(blobs, bounds, strict=True):
        corners = [sql[name](blob) for name in ("ST_MinX", "ST_MinY", "ST_MaxX", "ST_MaxY")]
        assert corners == ([None] * 4 if np.isnan(box[0]) else box.tolist())
        assert sql["ST_IsEmpty"](blob) == (None if blob is None else int(np.isnan(box[0])))


def test_binaries_that_other_programmes_wrote_are_read() -> None:
    big = (
        b"GP\x00\x01" + struct.pack("<i", 4326) + shapely.to_wkb(shapely.Point(1, 2), byte_order=0)
    )
    assert geometry.decode([big])[0] == shapely.Point(1, 2)
    assert dict(geometry.SQL_FUNCTIONS)["ST_MaxY"](big) == 2


def test_the_clock_never_goes_back_and_counts_within_a_millisecond() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    clock = HybridClock(lambda: now)
    first, second = clock.tick(), clock.tick()
    assert second == first + 1
    clock.see(second + (3_600_000 << 16))
    assert clock.tick() == second + (3_600_000 << 16) + 1
    clock.see(second + (48 * 3_600_000 << 16))
    assert clock.tick() == second + (3_600_000 << 16) + 2


def test_a_key_is_saved_for_its_owner_only_and_read_again(tmp_path: Path) -> None:
    key = DeviceKey.generate()
    key.save(tmp_path / "device.pem")
    assert (tmp_path / "device.pem").stat().st_mode & 0o777 == 0o600
    assert DeviceKey.load(tmp_path / "device.pem").dev == key.dev
    assert repr(key) == f"DeviceKey({key.dev})"
    with pytest.raises(FileExistsError):
        key.save(tmp_path / "device.pem")


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN NONSENSE-----"])
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "device.pem").write_bytes(content)
    with pytest.raises(BadFile, match="not a device key"):
        DeviceKey.load(tmp_path / "device.pem")


class _FullDisk:
    """A connection whose commits fail."""

    in_transaction = False

    def __init__(self) -> None:
        self.said: list[str] = []

    def execute(self, statement: str) -> None:
        self.said.append(statement)
        self.in_transaction = statement != "ROLLBACK"
        if statement == "COMMIT":
            msg = "database or disk is full"
            raise dbapi2.OperationalError(msg)

    def close(self) -> None:
        self.said.append("closed")


def test_when_the_disk_is_full_nobody_is_told_that_something_was_written() -> None:
    connection = _FullDisk()
    writer = Writer(connection)
    with pytest.raises(StoreError, match="nothing was written: database or disk is full"):
        writer.submit(lambda _: "done")
    assert connection.said[-1] == "ROLLBACK"
    with pytest.raises(StoreError, match="nothing was written"):
        writer.submit(lambda _: "done")
    writer.close()
    assert connection.said[-1] == "closed"
