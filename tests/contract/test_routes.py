"""Return routes as every store keeps them."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.engines import Clock, device_key
from tests.contract.samples import find
from uxo.errors import BadInput, NotFound, Refused, StoreError
from uxo.evidence.events import Envelope, Event, EventType
from uxo.evidence.routes import Gap, Mode, RoadPart, Route, RouteSource, Waypoint
from uxo.store.contract import Draft, Outcome, Store
from uxo.vocabulary import Layer, Status

BEGIN, END = Waypoint(37.15, 36.2), Waypoint(37.16, 36.21)
ROADS = (RoadPart("R-1", 12.5, 900.25, 900.25), RoadPart("R-2", 40.0, 0.0, 1100.125))
COURSE: dict[str, Any] = {
    "waypoints": (BEGIN, END),
    "roads": ROADS,
    "gaps": (Gap(1, (BEGIN, END), 12.0),),
}


def recorded(**data: Any) -> Draft:  # noqa: ANN401
    filled = {
        "name": "Old road",
        "name_ar": "الطريق القديم",
        "from_place": "C1001",
        "households": 120,
        "season": "dry months",
        "mode": Mode.VEHICLE,
        "allowed": [Status.SURVEYED, Status.CLEARED],
        "source": RouteSource.WAYS,
        **COURSE,
    }
    return Draft(EventType.ROUTE_RECORDED, None, filled | data, "PLAN")


def changed(route: str, **data: Any) -> Draft:  # noqa: ANN401
    return Draft(EventType.ROUTE_CHANGED, route, data, "PLAN")


def retired(route: str, reason: str = "bridge is gone") -> Draft:
    return Draft(EventType.ROUTE_RETIRED, route, {"reason": reason}, "PLAN")


def add(store: Store, **data: Any) -> str:  # noqa: ANN401
    (receipt,) = store.record([recorded(**data)])
    return receipt.entity


def only(store: Store) -> Route:
    (route,) = store.routes()
    return route


def test_a_route_comes_back_as_it_was_given(store: Store, clock: Clock) -> None:
    entity = add(store)
    route = only(store)
    assert route == Route(
        id=entity,
        name="Old road",
        name_ar="الطريق القديم",
        waypoints=(BEGIN, END),
        from_place="C1001",
        to_place=None,
        roads=ROADS,
        gaps=(Gap(1, (BEGIN, END), 12.0),),
        households=120,
        season="dry months",
        mode=Mode.VEHICLE,
        allowed=frozenset({Status.SURVEYED, Status.CLEARED}),
        source=RouteSource.WAYS,
        retired=False,
        recorded_at=clock.now,
        changed_at=clock.now,
        conflict=(),
    )
    assert store.verify().ok
    store.rebuild()
    assert only(store) == route
    assert len(store.state(Layer.EVIDENCE)) == 0


def test_what_is_not_known_stays_not_known(store: Store) -> None:
    add(store, households=None, season=None, name_ar=None)
    route = only(store)
    assert (route.households, route.season, route.name_ar) == (None, None, None)


def test_a_change_replaces_what_it_names_and_the_past_stays_known(
    store: Store, clock: Clock
) -> None:
    entity = add(store)
    first, before = only(store), clock.now
    clock.forward(days=10)
    store.record([changed(entity, households=None, name="New road")])
    clock.forward(days=10)
    store.record([retired(entity)])
    now = only(store)
    assert (now.name, now.households, now.season) == ("New road", None, "dry months")
    assert (now.retired, now.recorded_at) == (True, first.recorded_at)
    assert store.routes(before) == (first,)
    clock.forward(days=-10)
    (between,) = store.routes(clock.now)
    assert (between.name, between.retired) == ("New road", False)
    assert store.routes(clock.forward(days=-30)) == ()


def test_two_centres_that_change_one_route_apart_agree_and_are_told(
    opened: Callable[..., Store], clock: Clock
) -> None:
    one, other = opened("one"), opened("other")
    entity = add(one)
    other.append(one.since({}))
    clock.forward(hours=1)
    one.record([changed(entity, season="all year", households=80)])
    clock.forward(hours=1)
    other.record([changed(entity, season="not in winter")])
    mine, theirs = one.since({}), other.since({})
    one.append(theirs)
    other.append(mine)
    for store in (one, other):
        route = only(store)
        assert (route.season, route.households) == ("not in winter", 80)
        assert route.conflict == ("season",)
        assert store.verify().ok
    one.record([changed(entity, season="all year")])
    assert (only(one).season, only(one).conflict) == ("all year", ())


def test_a_course_is_one_decision_and_is_never_mixed(
    opened: Callable[..., Store], clock: Clock
) -> None:
    one, other = opened("one"), opened("other")
    entity = add(one)
    other.append(one.since({}))
    courses = [{"waypoints": (BEGIN, END), "roads": (road,), "gaps": ()} for road in ROADS]
    for store, course in zip((one, other), courses, strict=True):
        clock.forward(hours=1)
        store.record([changed(entity, **course)])
    events = other.since({}) + one.since({})
    random.Random(5).shuffle(events)  # noqa: S311
    for store in (one, other):
        store.append(events)
        route = only(store)
        assert (route.roads, route.gaps) == ((ROADS[1],), ())
        assert route.conflict == ("course",)


def test_events_that_come_in_any_order_or_twice_make_the_same_route(
    opened: Callable[..., Store], clock: Clock
) -> None:
    one, other = opened("one"), opened("other")
    entity = add(one)
    for number in range(4):
        clock.forward(hours=1)
        one.record([changed(entity, households=number)])
    events = [event.to_wire() for event in one.since({})]
    for event in (*reversed(events), *events):
        other.append([event])
    assert {receipt.outcome for receipt in other.append(events)} == {Outcome.DUP}
    assert other.routes() == one.routes()


@pytest.mark.parametrize(
    "data",
    [
        {"name": ""}, {"name": 7}, {"name": "x" * 201}, {"households": -1}, {"households": 1.5},
        {"households": True}, {"mode": "train"}, {"mode": None}, {"allowed": ["closed"]},
        {"allowed": ["confirmed_hazard"]}, {"allowed": "surveyed"}, {"source": "guess"},
        {"waypoints": [(37.0, 36.0)]}, {"waypoints": [(37.0, 91.0), (37.0, 36.0)]},
        {"waypoints": [(37.0, float("nan")), (37.0, 36.0)]}, {"waypoints": [(37.0,), (1.0, 2.0)]},
        {"roads": ()}, {"roads": [{"road_id": "R-1"}]}, {"roads": [RoadPart("", 0, 1, 1)]},
        {"roads": [RoadPart("R", -1, 1, 1)]}, {"gaps": [Gap(3, (BEGIN, END), 1.0)]},
        {"gaps": [Gap(1, (), 1.0), Gap(0, (), 1.0)]}, {"status": "cleared"}, {"retired": True},
    ],
)  # fmt: skip
def test_a_route_that_cannot_be_is_refused(store: Store, data: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        add(store, **data)
    assert store.routes() == ()


def test_roads_change_with_their_waypoints_or_not_at_all(store: Store) -> None:
    entity = add(store)
    for data in ({"roads": ROADS}, {"name": None}, {"reason": "why"}):
        with pytest.raises(BadInput):
            store.record([changed(entity, **data)])


def test_only_a_route_that_is_there_is_changed_or_retired(store: Store) -> None:
    (receipt,) = store.record([find()])
    for entity in ("none", receipt.entity):
        for draft in (changed(entity, name="x"), retired(entity)):
            with pytest.raises(NotFound):
                store.record([draft])
    entity = add(store)
    store.record([retired(entity)])
    for draft in (changed(entity, name="x"), retired(entity)):
        with pytest.raises(Refused):
            store.record([draft])
    with pytest.raises(Refused):
        store.record([Draft(EventType.ROUTE_RECORDED, entity, recorded().data, "PLAN")])


def test_a_foreign_event_with_wrong_data_is_not_taken_in(
    opened: Callable[..., Store], clock: Clock
) -> None:
    key = device_key("stranger")
    envelope = Envelope(
        key.dev, 1, None, int(clock.now.timestamp() * 1000) << 16, "X", (),
        EventType.ROUTE_RECORDED, "PLAN", {"name": "half a route"},
    )  # fmt: skip
    with pytest.raises(StoreError, match="needs"):
        opened().append([Event.seal(envelope, key.sign)])
