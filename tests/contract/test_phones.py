"""Records of phones: each once, in any order, any number of times, and none lost."""

import hashlib
import io
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.engines import Clock
from tests.contract.phones import corrected, found, phone_id, post
from tests.contract.samples import by_id, correction, disposal, find, review
from uxo.errors import BadInput, EventDiffers
from uxo.store.contract import Outcome, Store
from uxo.store.phone_contract import PhonePost, Photo
from uxo.vocabulary import Layer, Review

Opened = Callable[..., Store]


def one(store: Store, entity: int) -> dict[str, Any]:
    row: dict[str, Any] = store.get(Layer.EVIDENCE, phone_id(entity)).iloc[0].to_dict()
    return row


def conflicts(store: Store) -> dict[str, tuple[str, ...]]:
    return {conflict.entity: conflict.fields for conflict in store.conflicts()}


def test_a_record_is_in_the_layer_at_once_and_its_receipt_tells_hash_and_place(
    store: Store, clock: Clock
) -> None:
    sent = found(1, 10)
    (receipt,) = store.receive("phone-a", "T-1", [sent])
    assert receipt.outcome is Outcome.NEW
    assert receipt.sha256 == hashlib.sha256(sent.sent).hexdigest()
    assert (receipt.server_seq, receipt.entity) == (1, phone_id(1))
    assert receipt.received_at == clock.now
    assert receipt.head == store.history(phone_id(1))[0].hash.hex()
    assert one(store, 1)["category"] == "mortar"


def test_the_same_bytes_again_are_answered_with_the_first_receipt(
    store: Store, clock: Clock
) -> None:
    (first,) = store.receive("phone-a", "T-1", [found(1, 10)])
    clock.forward(hours=5)
    (again,) = store.receive("phone-a", "T-1", [found(1, 10)])
    (other_phone,) = store.receive("phone-b", "T-1", [found(1, 10)])
    assert again.outcome is other_phone.outcome is Outcome.DUP
    assert again.received_at == first.received_at
    assert (again.server_seq, again.head) == (first.server_seq, first.head)
    assert len(store.history(phone_id(1))) == 1


@pytest.mark.parametrize("team", ["T-1", "T-9"])
def test_an_id_that_came_with_other_content_is_refused_and_nothing_of_the_parcel_is_kept(
    team: str, store: Store
) -> None:
    store.receive("phone-a", "T-1", [found(1, 10)])
    with pytest.raises(EventDiffers):
        store.receive("phone-b", team, [found(2, 11), found(3, 10, category="rocket")])
    assert len(store.state(Layer.EVIDENCE)) == 1
    assert one(store, 1)["category"] == "mortar"


def test_another_team_cannot_claim_a_record_by_sending_its_bytes(store: Store) -> None:
    store.receive("phone-a", "T-1", [found(1, 10)])
    with pytest.raises(EventDiffers):
        store.receive("phone-b", "T-2", [found(1, 10)])


def test_an_item_is_recorded_once_under_its_id(store: Store) -> None:
    store.receive("phone-a", "T-1", [found(1, 10)])
    with pytest.raises(Exception, match="recorded already"):
        store.receive("phone-a", "T-1", [found(1, 11, seq=2)])


def test_a_number_that_comes_twice_keeps_both_and_is_told(store: Store) -> None:
    store.receive("phone-a", "T-1", [found(1, 10, seq=4), found(2, 11, seq=4)])
    (counter,) = store.phone_counters()
    assert (counter.last_seq, counter.received, counter.doubled) == (4, 2, (4,))
    assert (counter.missing, counter.missing_count) == (((1, 3),), 3)
    assert len(store.state(Layer.EVIDENCE)) == 2


def test_an_absurd_number_costs_nothing(store: Store) -> None:
    store.receive("phone-a", "T-1", [found(1, 10, seq=2**53 - 1), found(2, 11, seq=5)])
    (counter,) = store.phone_counters()
    assert counter.missing == ((1, 4), (6, 2**53 - 2))


def test_the_last_known_skew_and_each_phone_are_told_apart(store: Store, clock: Clock) -> None:
    store.receive("phone-a", "T-1", [post(find(phone_id(1)), 10, seq=1, skew_ms=-60_000)])
    clock.forward(minutes=1)
    store.receive("phone-a", "T-1", [found(2, 11, seq=2)])
    store.receive("phone-b", "T-2", [found(3, 12, seq=1)])
    first, second = store.phone_counters()
    assert (first.device, first.skew_ms, first.last_received_at) == ("phone-a", -60_000, clock.now)
    assert (second.device, second.team, second.skew_ms) == ("phone-b", "T-2", None)


def test_two_phones_that_did_not_see_each_other_conflict_and_the_cautious_value_stands(
    store: Store,
) -> None:
    (receipt,) = store.receive("phone-a", "T-1", [found(1, 10)])
    base = (receipt.head,)
    store.receive("phone-b", "T-1", [corrected(1, 11, seq=1, base=base, position_error_m=80.0)])
    store.receive("phone-c", "T-1", [corrected(1, 12, seq=1, base=base, position_error_m=2.0)])
    assert conflicts(store) == {phone_id(1): ("position_error_m",)}
    assert one(store, 1)["position_error_m"] == 80.0
    store.record([correction(phone_id(1), position_error_m=9.0)])
    assert conflicts(store) == {}
    assert one(store, 1)["position_error_m"] == 9.0


def test_a_phone_that_saw_the_other_correction_supersedes_it(store: Store) -> None:
    (receipt,) = store.receive("phone-a", "T-1", [found(1, 10)])
    (second,) = store.receive(
        "phone-b", "T-1", [corrected(1, 11, seq=1, base=(receipt.head,), position_error_m=80.0)]
    )
    store.receive(
        "phone-c", "T-1", [corrected(1, 12, seq=1, base=(second.head,), position_error_m=2.0)]
    )
    assert conflicts(store) == {}
    assert one(store, 1)["position_error_m"] == 2.0


def test_a_phone_that_was_away_does_not_undo_what_the_desk_said_meanwhile(store: Store) -> None:
    (receipt,) = store.receive("phone-a", "T-1", [found(1, 10)])
    store.record([review(phone_id(1), "rejected", reason="a pipe")])
    late = corrected(1, 11, seq=2, base=(receipt.head,), category="rocket")
    store.receive("phone-a", "T-1", [late])
    assert one(store, 1)["review"] == "unreviewed"  # the more dangerous reading
    assert conflicts(store) == {phone_id(1): ("review", "reviewed_at")}


def test_a_phone_has_seen_its_own_records_whatever_the_order_in_which_they_come(
    opened: Opened,
) -> None:
    posts = [
        found(1, 10, seq=1),
        corrected(1, 11, seq=2, position_error_m=80.0),
        corrected(1, 12, seq=3, position_error_m=2.0),
    ]
    for number, order in enumerate(([0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1])):
        store = opened(f"desk-{number}")
        for place in order:
            store.receive("phone-a", "T-1", [posts[place]])
        assert one(store, 1)["position_error_m"] == 2.0
        assert conflicts(store) == {}
        assert store.verify().ok


def test_a_record_about_an_item_that_is_on_its_way_is_kept_and_told_as_waiting(
    store: Store,
) -> None:
    store.receive("phone-a", "T-1", [corrected(1, 11, seq=2, category="rocket")])
    assert store.phone_counters()[0].waiting == 1
    assert store.phone_states([phone_id(11)])[phone_id(11)].review is None
    store.receive("phone-a", "T-1", [found(1, 10, seq=1)])
    assert store.phone_counters()[0].waiting == 0
    assert one(store, 1)["category"] == "rocket"


def test_a_record_about_an_item_that_cannot_come_any_more_is_refused(store: Store) -> None:
    store.receive("phone-a", "T-1", [found(1, 10, seq=1)])
    with pytest.raises(BadInput, match="there is no evidence"):
        store.receive("phone-a", "T-1", [corrected(9, 11, seq=2, category="rocket")])


def test_a_phone_whose_numbers_contradict_its_links_loses_nothing(store: Store) -> None:
    (first,) = store.receive("phone-a", "T-1", [found(1, 10, seq=7)])
    store.receive(
        "phone-a", "T-1", [corrected(1, 11, seq=3, base=(first.head,), category="rocket")]
    )
    assert one(store, 1)["category"] == "rocket"
    assert len(store.history(phone_id(1))) == 2
    assert store.verify().ok


def test_what_a_phone_sent_means_the_same_in_another_store(opened: Opened) -> None:
    desk, other = opened("desk"), opened("other")
    (receipt,) = desk.receive("phone-a", "T-1", [found(1, 10)])
    for phone, number, error in (("phone-b", 11, 80.0), ("phone-c", 12, 2.0)):
        said = corrected(1, number, seq=1, base=(receipt.head,), position_error_m=error)
        desk.receive(phone, "T-1", [said])
    other.append(desk.since({}))
    assert conflicts(other) == conflicts(desk)
    assert_geodataframe_equal(other.state(Layer.EVIDENCE), desk.state(Layer.EVIDENCE))
    assert other.verify().ok


def test_five_parallel_posts_of_each_record_keep_one(store: Store) -> None:
    posts = [found(number, 100 + number, seq=number) for number in range(1, 9)]
    with ThreadPoolExecutor(max_workers=10) as threads:
        receipts = list(
            threads.map(lambda sent: store.receive("phone-a", "T-1", [sent])[0], posts * 5)
        )
    assert [receipt.outcome for receipt in receipts].count(Outcome.NEW) == len(posts)
    assert len({(receipt.event_id, receipt.head) for receipt in receipts}) == len(posts)
    assert len(store.since({})) == len(posts)
    assert store.verify().ok


def test_a_disposal_comes_from_a_phone(store: Store) -> None:
    (receipt,) = store.receive("phone-a", "T-1", [found(1, 10)])
    gone = post(disposal(phone_id(1)), 11, seq=2, base=(receipt.head,))
    store.receive("phone-a", "T-1", [gone])
    assert one(store, 1)["disposed_at"] == gone.draft.data["disposed_at"]


def test_the_state_tells_review_and_reason(store: Store) -> None:
    store.receive("phone-a", "T-1", [found(1, 10)])
    ids = [phone_id(10), phone_id(99)]
    assert store.phone_states(ids)[phone_id(10)].review is Review.UNREVIEWED
    store.record([review(phone_id(1), "rejected", reason="a pipe")])
    state = store.phone_states(ids)
    assert list(state) == [phone_id(10)]
    assert (state[phone_id(10)].review, state[phone_id(10)].reason) == ("rejected", "a pipe")


def test_photos_belong_to_records_and_their_copies_are_found(store: Store, clock: Clock) -> None:
    store.receive("phone-a", "T-1", [found(1, 10)])
    digest = store.put_blob(io.BytesIO(b"a photo"))
    photo = Photo(phone_id(10), phone_id(1), digest, "a.jpg", "image/jpeg", "T-1", clock.now)
    store.add_photo(photo)
    store.add_photo(photo)
    assert store.photos() == store.photos(sha256=digest) == store.photos(entity=phone_id(1))
    assert store.photos() == [photo]
    assert store.photos(entity=phone_id(2)) == []
    assert store.copy_of(digest) is None
    copy = store.put_copy(digest, io.BytesIO(b"a copy"))
    assert store.copy_of(digest) == copy
    assert store.verify().ok


def _scene(rng: random.Random) -> list[tuple[str, PhonePost]]:
    """Finds of two phones, and what each then said of its own, not having seen the other."""
    posts = []
    for phone in ("phone-a", "phone-b"):
        first = 100 if phone == "phone-a" else 200
        posts += [(phone, found(first + seq, first + 50 + seq, seq=seq)) for seq in range(1, 4)]
        for seq in range(4, 9):
            entity = first + rng.randrange(1, 4)
            data: dict[str, Any] = rng.choice(
                [
                    {"category": rng.choice(["rocket", "saa"])},
                    {"position_error_m": rng.choice([1.5, 40.0, None])},
                    {"observed_at": Clock().now - timedelta(days=rng.randrange(9))},
                ]
            )
            posts.append((phone, corrected(entity, first + 50 + seq, seq=seq, **data)))
    return posts


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_any_order_and_repetition_gives_the_same_state_and_each_record_once(
    seed: int, opened: Opened
) -> None:
    rng = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    posts = _scene(rng)
    plain, mixed = opened(f"plain-{seed}"), opened(f"mixed-{seed}")
    for phone, sent in posts:
        plain.receive(phone, "T-1", [sent])
    shuffled = [*posts, *rng.choices(posts, k=8)]
    rng.shuffle(shuffled)
    outcomes = [mixed.receive(phone, "T-1", [sent])[0].outcome for phone, sent in shuffled]
    assert outcomes.count(Outcome.NEW) == len(posts)
    assert_geodataframe_equal(
        by_id(mixed.state(Layer.EVIDENCE)), by_id(plain.state(Layer.EVIDENCE))
    )
    assert mixed.conflicts() == plain.conflicts() == []
    assert [c.received for c in mixed.phone_counters()] == [8, 8]
    assert mixed.verify().ok
    assert len(mixed.since({})) == len(posts)
