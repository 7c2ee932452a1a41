"""Events: what may be said of a record, what it does to it, and what is kept."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
import shapely

from tests.contract.engines import Clock, device_key
from tests.contract.samples import (
    SQUARE,
    STAMP,
    correction,
    disposal,
    find,
    numbered,
    release,
    review,
)
from uxo.errors import BadInput, NotFound, Refused, StoreError
from uxo.evidence.events import Envelope, Event, EventType
from uxo.store.contract import Draft, Outcome, Store
from uxo.vocabulary import Layer


def one(store: Store, entity: str) -> dict[str, Any]:
    row: dict[str, Any] = store.get(Layer.EVIDENCE, entity).iloc[0].to_dict()
    return row


def test_a_recorded_find_is_in_the_layer_at_once_to_the_last_digit(
    store: Store, clock: Clock
) -> None:
    (receipt,) = store.record([find("F-1")])
    assert (receipt.outcome, receipt.entity, receipt.seq) == (Outcome.NEW, "F-1", 1)
    row = one(store, "F-1")
    assert row["geometry"] == shapely.Point(37.1612345, 36.2012345)
    assert (row["kind"], row["review"], row["team"]) == ("find", "unreviewed", "T-1")
    assert row["position_error_m"] == 5.0
    assert row["recorded_at"] == clock.now
    assert row["observed_at"] == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_record_without_an_id_gets_a_time_ordered_one(store: Store, clock: Clock) -> None:
    first = store.record([find()])[0].entity
    clock.forward(seconds=1)
    second = store.record([find()])[0].entity
    assert first < second
    assert first[14] == "7"


def test_text_is_kept_in_normal_form_c(store: Store) -> None:
    store.record([find("cafe\u0301")])
    assert one(store, "caf\u00e9")["id"] == "caf\u00e9"


def test_a_second_team_accepts_a_release(store: Store, clock: Clock) -> None:
    store.record([release("C-1")])
    clock.forward(hours=1)
    store.record([review("C-1", "accepted")])
    assert (one(store, "C-1")["review"], one(store, "C-1")["reviewed_at"]) == (
        "accepted",
        clock.now,
    )


def test_nobody_reviews_what_they_recorded(store: Store) -> None:
    store.record([release("C-1")])
    with pytest.raises(Refused, match="another team"):
        store.record([review("C-1", "accepted", who=" t-1 ")])
    assert one(store, "C-1")["review"] == "unreviewed"


def test_nobody_reviews_an_imported_row_of_their_own_team(store: Store) -> None:
    store.import_rows(Layer.EVIDENCE, [numbered(1)], stamp=STAMP, who="OFFICE")
    with pytest.raises(Refused, match="another team"):
        store.record([review("E-0", "rejected", who="T-1", reason="mistake")])
    store.record([review("E-0", "rejected", who="OFFICE", reason="mistake")])


def test_nobody_reviews_an_imported_row_without_a_team_that_they_brought(store: Store) -> None:
    table = numbered(1)
    table["team"] = None
    store.import_rows(Layer.EVIDENCE, [table], stamp=STAMP, who="OFFICE")
    with pytest.raises(Refused, match="another team"):
        store.record([review("E-0", "accepted", who="OFFICE")])


def test_an_acceptance_by_the_recorder_from_elsewhere_is_kept_and_has_no_effect(
    store: Store,
) -> None:
    store.record([release("C-1")])
    recorded = store.history("C-1")[0]
    key = device_key("phone")
    forged = Event.seal(
        Envelope(
            dev=key.dev, seq=1, prev=None, hlc=recorded.envelope.hlc + 1, ent="C-1",
            links=(recorded.hash.hex(),), type=EventType.EVIDENCE_REVIEWED, who="T-1",
            data={"review": "accepted"},
        ),
        key.sign,
    )  # fmt: skip
    assert store.append([forged])[0].outcome is Outcome.NEW
    assert one(store, "C-1")["review"] == "unreviewed"
    assert len(store.history("C-1")) == 2


def test_a_hazard_is_rejected_only_with_a_reason_and_stays_in_the_layer(store: Store) -> None:
    store.record([find("F-1")])
    with pytest.raises(Refused, match="reason"):
        store.record([review("F-1", "rejected")])
    store.record([review("F-1", "rejected", reason="a fence post")])
    assert list(store.state(Layer.EVIDENCE)["review"]) == ["rejected"]


def test_a_correction_undoes_the_signature_on_what_it_changed(store: Store) -> None:
    store.record([release("C-1")])
    store.record([review("C-1", "accepted")])
    store.record([correction("C-1", depth_m=0.2, reason="typed wrongly")])
    row = one(store, "C-1")
    assert (row["depth_m"], row["review"]) == (0.2, "unreviewed")


def test_a_correction_erases_with_none_and_leaves_the_rest(store: Store) -> None:
    store.record([find("F-1", depth_m=0.3)])
    store.record([correction("F-1", depth_m=None)])
    row = one(store, "F-1")
    assert row["depth_m"] != row["depth_m"]
    assert row["position_error_m"] == 5.0


def test_a_disposed_item_stays_with_its_date(store: Store) -> None:
    store.record([find("F-1")])
    store.record([disposal("F-1")])
    assert one(store, "F-1")["disposed_at"] == datetime(2026, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("draft", "error", "words"),
    [
        (review("X", "accepted"), NotFound, "no evidence X"),
        (disposal("X"), NotFound, "no evidence X"),
        (correction("X", depth_m=1), NotFound, "no evidence X"),
        (disposal("C-0"), Refused, "not a find"),
        (find("C-0"), Refused, "recorded already"),
        (find(kind="mine"), BadInput, "kind cannot be 'mine'"),
        (find(kind=None), BadInput, "needs kind"),
        (find(geometry=None), BadInput, "needs geometry"),
        (find(geometry=shapely.Point(200, 0)), BadInput, "outside"),
        (find(geometry=shapely.Point()), BadInput, "empty"),
        (find(geometry=shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])), BadInput, "not valid"),
        (find(geometry={"type": "Point"}), BadInput, "cannot be read"),
        (find(position_error_m=-1), BadInput, "zero or more"),
        (find(position_error_m="far"), BadInput, "zero or more"),
        (find(observed_at="yesterday"), BadInput, "observed_at cannot be 'yesterday'"),
        (find(releases_hazards="a"), BadInput, "list of evidence ids"),
        (find(colour="red"), BadInput, "no field colour"),
        (find(review="accepted"), BadInput, "no field review"),
        (find(who=" "), BadInput, "team"),
        (review("C-0", "fine"), BadInput, "review cannot be 'fine'"),
        (correction("C-0", geometry=None), BadInput, "cannot erase geometry"),
        (Draft(EventType.LAYER_IMPORTED, None, {}, "T-1"), Refused, "import_rows"),
    ],
)
def test_a_draft_that_cannot_stand_is_refused_in_words(
    store: Store, draft: Draft, error: type[Exception], words: str
) -> None:
    store.record([release("C-0")])
    with pytest.raises(error, match=words):
        store.record([find("F-9"), draft])
    assert list(store.state(Layer.EVIDENCE)["id"]) == ["C-0"], "all or none"
    assert sum(store.vector().values()) == 1


def test_the_state_is_known_as_it_was(store: Store, clock: Clock) -> None:
    start = clock.now
    store.record([find("F-1")])
    clock.forward(hours=1)
    store.record([disposal("F-1")])
    clock.forward(hours=1)
    store.record([review("F-1", "rejected", reason="scrap")])
    then = [store.state(Layer.EVIDENCE, known_at=start.replace(hour=8 + hour)) for hour in range(3)]
    assert [list(state["review"]) for state in then] == [
        ["unreviewed"],
        ["unreviewed"],
        ["rejected"],
    ]
    assert [list(state["disposed_at"].notna()) for state in then] == [[False], [True], [True]]
    assert len(store.state(Layer.EVIDENCE, known_at=start.replace(hour=7))) == 0


def test_history_gives_the_events_of_a_record_in_order(store: Store) -> None:
    store.record([find("F-1"), find("F-2"), disposal("F-1")])
    assert [event.envelope.type for event in store.history("F-1")] == [
        EventType.EVIDENCE_RECORDED,
        EventType.ITEM_DISPOSED,
    ]
    assert store.history("F-1")[1].envelope.links == (store.history("F-1")[0].hash.hex(),)


def test_a_name_is_all_that_a_wrong_event_leaves(store: Store) -> None:
    good = _phone_event()
    wire = bytearray(good.to_wire())
    wire[-3] ^= 1
    for bad in (
        bytes(wire),
        b"short",
        good.sig[:63] + b"\0" + good.raw,
        good.sig + good.raw.replace(b",", b", ", 1),
        good.sig + good.raw.replace(b'"v":1', b'"v":2'),
        good.sig + good.raw.replace(b'"seq":1', b'"seq":1.0'),
    ):
        with pytest.raises(StoreError):
            store.append([good, bad])
    assert store.vector() == {}


def test_an_event_with_data_that_cannot_be_read_is_refused_at_the_door(store: Store) -> None:
    with pytest.raises(StoreError, match="position_error_m"):
        store.append([_phone_event(position_error_m="near")])


def _phone_event(**data: str) -> Event:
    key = device_key("phone")
    place = {"type": "Point", "coordinates": ["37.1", "36.2"]}
    envelope = Envelope(
        dev=key.dev, seq=1, prev=None, hlc=1 << 40, ent="F-1", links=(),
        type=EventType.EVIDENCE_RECORDED, who="T-9",
        data={"kind": "find", "geometry": place} | data,
    )  # fmt: skip
    return Event.seal(envelope, key.sign)


def test_watching_gives_what_arrived_since(store: Store) -> None:
    assert store.watch() == []
    store.record([find("F-1")])
    ((n, event),) = store.watch(timeout_s=1)
    assert event.envelope.ent == "F-1"
    store.record([find("F-2")])
    assert [event.envelope.ent for _, event in store.watch(n)] == ["F-2"]
    assert store.watch(n + 1, timeout_s=0.04) == []


def test_the_last_place_is_where_watching_goes_on(store: Store) -> None:
    assert store.last_place() == 0
    store.record([find("F-1"), find("F-2")])
    assert store.last_place() == store.watch()[-1][0]
    assert store.watch(store.last_place()) == []


def test_a_rebuilt_store_is_the_same(store: Store) -> None:
    store.import_rows(Layer.EVIDENCE, [numbered(30)], stamp=STAMP, who="OFFICE")
    store.record([find("F-1"), review("E-3", "rejected", reason="scrap"), release("C-1")])
    before = store.state(Layer.EVIDENCE)
    store.rebuild()
    assert store.state(Layer.EVIDENCE).equals(before)
    assert store.verify().ok


def test_media_are_kept_by_their_hash_and_come_back_whole(store: Store) -> None:
    name = store.put_blob(io.BytesIO(b"photo" * 1000))
    assert store.put_blob(io.BytesIO(b"photo" * 1000)) == name
    with store.open_blob(name) as file:
        assert file.read() == b"photo" * 1000
    with pytest.raises(NotFound):
        store.open_blob("0" * 64)
    with pytest.raises(BadInput):
        store.open_blob("../secret")


def test_a_release_is_a_polygon_still(store: Store) -> None:
    store.record([release("C-1")])
    assert one(store, "C-1")["geometry"].equals(SQUARE)
