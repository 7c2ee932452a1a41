"""Devices that were apart: same events, same state, whatever way they came."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from tests.contract.engines import Clock, device_key
from tests.contract.samples import by_id, correction, disposal, find, release, review
from uxo.errors import UxoError
from uxo.evidence.events import Envelope, Event, EventType
from uxo.store.contract import Draft, Outcome, Store
from uxo.vocabulary import Layer

Opened = Callable[..., Store]


def sync(source: Store, target: Store) -> None:
    target.append([event.to_wire() for event in source.since(target.vector())])


def deliver_shuffled(events: list[Event], target: Store, rng: random.Random) -> None:
    """Hand events in out of order and some twice; ask again for those before a gap."""
    waiting = [*events, *rng.sample(events, len(events) // 3)]
    while waiting:
        rng.shuffle(waiting)
        parcel, waiting = waiting[:15], waiting[15:]
        for event, receipt in zip(parcel, target.append(parcel), strict=True):
            assert receipt.outcome in {Outcome.NEW, Outcome.DUP, Outcome.GAP}
            if receipt.outcome is Outcome.GAP:
                waiting.append(event)


def random_draft(rng: random.Random, ids: list[str], now: datetime) -> Draft:
    entity = rng.choice(ids)
    team = rng.choice(["T-1", "T-2", "T-3"])
    spot = shapely.Point(37 + rng.random(), 36 + rng.random())
    match rng.randrange(6):
        case 0:
            return find(f"N-{rng.randrange(10**9)}", who=team, geometry=spot)
        case 1:
            return review(entity, rng.choice(["accepted", "rejected"]), who=team, reason="seen")
        case 2:
            return correction(entity, who=team, geometry=spot)
        case 3:
            return correction(entity, who=team, position_error_m=rng.choice([1.5, 40, None]))
        case 4:
            return correction(entity, who=team, category=rng.choice(["saa", "mortar", "ap_mine"]))
        case _:
            return disposal(entity, now, who=team)


@pytest.mark.parametrize("seed", range(3))
def test_skewed_devices_that_were_offline_agree_in_the_end(seed: int, opened: Opened) -> None:
    rng = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    start = datetime(2026, 3, 2, tzinfo=UTC)
    clocks = {
        name: Clock(start + timedelta(hours=skew))
        for name, skew in {"a": 0, "b": -7, "c": 20, "d": 24 * 400}.items()
    }
    devices = {name: opened(name, clock) for name, clock in clocks.items()}
    ids = ["F-0", "F-1", "C-0", "C-1"]
    devices["a"].record([find("F-0"), find("F-1"), release("C-0"), release("C-1")])
    for name in "bcd":
        sync(devices["a"], devices[name])
    for _ in range(40):
        name = rng.choice("abcd")
        clocks[name].forward(minutes=rng.random() * 30)
        try:
            devices[name].record([random_draft(rng, ids, clocks[name].now)])
        except UxoError:
            continue  # a team may not review its own record, and the like
        if rng.random() < 0.2:
            sync(devices[name], devices[rng.choice("abcd")])

    everything = {event.hash: event for device in devices.values() for event in device.since({})}
    for device in devices.values():
        deliver_shuffled(list(everything.values()), device, rng)

    first = devices["a"]
    for device in devices.values():
        assert device.anchor() == first.anchor()
        assert device.conflicts() == first.conflicts()
        assert_geodataframe_equal(
            by_id(device.state(Layer.EVIDENCE)), by_id(first.state(Layer.EVIDENCE))
        )
        assert device.verify(first.anchor()).ok


@pytest.fixture
def apart(opened: Opened) -> tuple[Store, Store]:
    """Two stores with the same find and the same release."""
    one, two = opened("one"), opened("two")
    one.record([find("F-1"), release("C-1")])
    sync(one, two)
    return one, two


def merged(one: Store, two: Store, entity: str) -> dict[str, Any]:
    sync(one, two)
    sync(two, one)
    row: dict[str, Any] = one.get(Layer.EVIDENCE, entity).iloc[0].to_dict()
    again = two.get(Layer.EVIDENCE, entity)
    assert again.equals(one.get(Layer.EVIDENCE, entity))
    return row


def conflicts(store: Store) -> dict[str, tuple[str, ...]]:
    return {conflict.entity: conflict.fields for conflict in store.conflicts()}


def test_a_release_accepted_here_and_rejected_there_is_not_accepted(
    apart: tuple[Store, Store],
) -> None:
    one, two = apart
    one.record([review("C-1", "accepted")])
    two.record([review("C-1", "rejected", who="T-3", reason="marks missing")])
    assert merged(one, two, "C-1")["review"] == "rejected"
    assert "review" in conflicts(one)["C-1"]


def test_a_hazard_rejected_here_and_accepted_there_stays_a_hazard(
    apart: tuple[Store, Store],
) -> None:
    one, two = apart
    one.record([review("F-1", "rejected", reason="scrap")])
    two.record([review("F-1", "accepted", who="T-3")])
    assert merged(one, two, "F-1")["review"] == "accepted"
    assert "review" in conflicts(two)["F-1"]


def test_an_acceptance_of_what_was_changed_meanwhile_does_not_count(
    apart: tuple[Store, Store],
) -> None:
    one, two = apart
    one.record([review("C-1", "accepted")])
    two.record([correction("C-1", depth_m=0.05)])
    row = merged(one, two, "C-1")
    assert (row["review"], row["depth_m"]) == ("unreviewed", 0.05)


def test_a_hazard_that_was_moved_to_two_places_is_in_both(apart: tuple[Store, Store]) -> None:
    one, two = apart
    here, there = shapely.Point(37.2, 36.2), shapely.Point(37.3, 36.3)
    one.record([correction("F-1", geometry=here)])
    two.record([correction("F-1", geometry=there, who="T-2")])
    assert merged(one, two, "F-1")["geometry"].equals(shapely.union(here, there))


def test_two_categories_at_once_count_as_unknown_and_two_errors_as_the_larger(
    apart: tuple[Store, Store],
) -> None:
    one, two = apart
    one.record([correction("F-1", category="saa", position_error_m=10)])
    two.record([correction("F-1", category="ap_mine", position_error_m=200)])
    row = merged(one, two, "F-1")
    assert (row["category"], row["position_error_m"]) == ("unknown", 200)


def test_changes_of_different_fields_are_no_conflict(apart: tuple[Store, Store]) -> None:
    one, two = apart
    one.record([disposal("F-1")])
    two.record([correction("F-1", category="ap_mine")])
    row = merged(one, two, "F-1")
    assert row["category"] == "ap_mine"
    assert row["disposed_at"] == datetime(2026, 3, 3, tzinfo=UTC)
    assert conflicts(one) == {}


def test_a_conflict_ends_when_somebody_who_saw_both_decides(apart: tuple[Store, Store]) -> None:
    one, two = apart
    one.record([correction("F-1", category="saa")])
    two.record([correction("F-1", category="ap_mine")])
    merged(one, two, "F-1")
    two.record([correction("F-1", category="ap_mine")])
    assert merged(one, two, "F-1")["category"] == "ap_mine"
    assert conflicts(one) == {}


def test_a_correction_counts_after_what_it_corrects_even_if_its_clock_is_a_year_behind(
    opened: Opened,
) -> None:
    ahead = opened("ahead", Clock(datetime(2027, 3, 2, tzinfo=UTC)))
    right = opened("right", Clock(datetime(2026, 3, 2, tzinfo=UTC)))
    ahead.record([find("F-1", category="saa")])
    sync(ahead, right)
    right.record([correction("F-1", category="ap_mine")])
    assert right.history("F-1")[1].at < right.history("F-1")[0].at
    assert right.get(Layer.EVIDENCE, "F-1")["category"][0] == "ap_mine"


def test_one_clock_far_ahead_does_not_drag_the_others(opened: Opened) -> None:
    ahead = opened("ahead", Clock(datetime(2030, 1, 1, tzinfo=UTC)))
    right = opened("right", Clock(datetime(2026, 3, 2, tzinfo=UTC)))
    ahead.record([find("F-1")])
    sync(ahead, right)
    right.record([find("F-2")])
    assert right.history("F-2")[0].at == datetime(2026, 3, 2, tzinfo=UTC)


def test_a_missing_event_is_a_gap_and_a_known_one_a_duplicate(opened: Opened) -> None:
    one, two = opened("one"), opened("two")
    one.record([find("F-1")])
    one.record([find("F-2")])
    first, second = one.since({})
    assert [r.outcome for r in two.append([second])] == [Outcome.GAP]
    assert two.vector() == {}
    assert [r.outcome for r in two.append([second, first])] == [Outcome.NEW, Outcome.NEW]
    assert [r.outcome for r in two.append([second])] == [Outcome.DUP]


def _cloned(
    seq: int, prev: str | None, entity: str, kind: str, links: tuple[str, ...] = (), **data: str
) -> Event:
    key = device_key("cloned")
    place = {"type": "Point", "coordinates": ["37.1", "36.2"]}
    fields = {"kind": kind, "geometry": place} if kind else {}
    types = {"": EventType.EVIDENCE_REVIEWED}
    envelope = Envelope(
        dev=key.dev,
        seq=seq,
        prev=prev,
        hlc=(1_772_000_000_000 + seq) << 16,
        ent=entity,
        links=links,
        type=types.get(kind, EventType.EVIDENCE_RECORDED),
        who="T-8",
        data=fields | data,
    )
    return Event.seal(envelope, key.sign)


def test_after_a_fork_bad_news_counts_and_good_news_waits_everywhere_alike(
    apart: tuple[Store, Store],
) -> None:
    one, two = apart
    start = _cloned(1, None, "F-8", "find")
    here = _cloned(2, start.hash.hex(), "F-9", "find")
    recorded = one.history("C-1")[0].hash.hex()
    there = _cloned(2, start.hash.hex(), "C-1", "", (recorded,), review="accepted")
    assert [r.outcome for r in one.append([start, here, there])] == ["new", "new", "fork"]
    assert [r.outcome for r in two.append([start, there])] == ["new", "new"]
    assert two.get(Layer.EVIDENCE, "C-1")["review"][0] == "accepted"
    assert [r.outcome for r in two.append([here])] == ["fork"]
    for store in (one, two):
        state = store.state(Layer.EVIDENCE).set_index("id")
        assert state.loc["C-1", "review"] == "unreviewed"
        assert {"F-8", "F-9"} <= set(state.index)
        assert store.verify().ok
    assert [r.outcome for r in one.append([there])] == ["fork"]
