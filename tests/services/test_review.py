import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.scene import Clock, area, evidence_table, find, live_service, open_scene, open_store
from uxo.errors import BadInput, ChangedSince, NotFound, Refused
from uxo.evidence.events import EventType
from uxo.policy import load_policy
from uxo.services.live_status import LiveStatusService
from uxo.services.record_evidence import EvidenceFeature
from uxo.services.review import ReviewDesk
from uxo.services.review_correction import Correction
from uxo.services.review_nearby import nearby
from uxo.services.review_queue import Worry
from uxo.services.review_rules import Deed, Hindrance
from uxo.services.who import Who
from uxo.store.contract import Draft
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer, Review, Role, Status

OFFICER = Who(Role.OFFICER, "QA-1", "person:1")
SAME_TEAM = Who(Role.OFFICER, "eod-7", "person:2")  # codes compare without case
NO_TEAM = Who(Role.ADMIN, "", "person:3")


@pytest.fixture(scope="module")
def scene_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scene") / "scene.gpkg"
    open_scene(path, Clock()).close()
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(scene_file: Path, tmp_path: Path, clock: Clock) -> Iterator[SqliteStore]:
    path = tmp_path / "survey.gpkg"
    shutil.copyfile(scene_file, path)
    with open_store(path, clock) as opened:
        yield opened


@pytest.fixture
def service(store: SqliteStore, clock: Clock) -> LiveStatusService:
    return live_service(store, clock)


@pytest.fixture
def desk(service: LiveStatusService) -> ReviewDesk:
    return ReviewDesk(service)


def record(service: LiveStatusService, sent: dict[str, Any]) -> str:
    return str(service.record(EvidenceFeature.model_validate(sent)).table["id"].iloc[0])


def clearance(service: LiveStatusService) -> str:
    """A clearance over the find F-1, recorded by EOD-7; nobody has signed it."""
    return record(service, area("clearance", 37.152, 36.2, 0.004, depth_m=1.0))


def review_of(store: SqliteStore, entity: str) -> str:
    return str(store.get(Layer.EVIDENCE, entity)["review"].iloc[0])


def in_conflict(store: SqliteStore, entity: str, tmp_path: Path, clock: Clock) -> None:
    """Correct a record on two devices that have not seen each other."""
    from uxo.store.signing import DeviceKey  # noqa: PLC0415  # only here

    other_key = DeviceKey.from_seed(bytes(range(1, 33)))
    with SqliteStore.open(tmp_path / "other.gpkg", key=other_key, clock=clock) as other:
        other.append(store.since({}))
        there = {"category": "submunition", "reason": "seen from near"}
        other.record([Draft(EventType.EVIDENCE_CORRECTED, entity, there, "EOD-9")])
        here = {"category": "grenade", "reason": "a photo"}
        store.record([Draft(EventType.EVIDENCE_CORRECTED, entity, here, "EOD-8")])
        store.append(other.since(store.vector()))


def test_conflicts_come_first_then_hazards_on_roads_then_releases_then_the_rest(
    desk: ReviewDesk,
    service: LiveStatusService,
    store: SqliteStore,
    tmp_path: Path,
    clock: Clock,
) -> None:
    far = record(service, find(37.4, 36.4))
    release = clearance(service)
    on_road = record(service, find())
    doubtful = record(service, find(37.41, 36.41))
    in_conflict(store, doubtful, tmp_path, clock)
    queue = desk.queue(limit=100)
    listed = list(zip(queue.waiting.table["id"], queue.waiting.worry, strict=True))
    assert listed == [
        (doubtful, Worry.CONFLICT),
        (on_road, Worry.HAZARD_ON_ROAD),
        ("F-1", Worry.HAZARD_ON_ROAD),
        (release, Worry.RELEASE_WAITING),
        (far, Worry.HAZARD_ELSEWHERE),
        ("F-2", Worry.HAZARD_ELSEWHERE),  # ended by a clearance: it makes no road worse
        ("A-1", Worry.HAZARD_ELSEWHERE),
    ]
    assert queue.conflict == {doubtful: ("category",)}
    assert queue.waiting.count == {
        Worry.CONFLICT: 1,
        Worry.HAZARD_ON_ROAD: 2,
        Worry.RELEASE_WAITING: 1,
        Worry.HAZARD_ELSEWHERE: 3,
    }


def test_a_page_of_the_queue_is_cut_and_one_worry_can_be_asked_for(
    desk: ReviewDesk, service: LiveStatusService
) -> None:
    release = clearance(service)
    assert desk.queue(limit=1).waiting.worry == (
        Worry.HAZARD_ON_ROAD, Worry.RELEASE_WAITING, Worry.HAZARD_ELSEWHERE,
    )  # fmt: skip
    only = desk.queue(limit=10, only=Worry.RELEASE_WAITING).waiting
    assert list(only.table["id"]) == [release]
    assert only.count[Worry.HAZARD_ELSEWHERE] == 2


def test_an_accepted_release_clears_the_road_exactly_as_it_was_told_before(
    desk: ReviewDesk, service: LiveStatusService, store: SqliteStore
) -> None:
    entity = clearance(service)
    before = service.result()
    told = desk.preview(entity, Deed.ACCEPT)
    assert service.result() is before
    (first, *_), km = next(iter(told.moved_km.items())), dict(told.moved_km)
    assert first in {
        (Status.CONFIRMED_HAZARD, Status.CLEARED),
        (Status.NOT_SURVEYED, Status.CLEARED),
    }
    assert km[Status.CONFIRMED_HAZARD, Status.CLEARED] > 0.05
    done = desk.decide(OFFICER, entity, Deed.ACCEPT, reason="checked on site")
    assert done.changed
    assert done.effect == told
    after = service.result()
    gained = after.km_by_status()[Status.CLEARED] - before.km_by_status()[Status.CLEARED]
    assert gained == pytest.approx(told.km_after[Status.CLEARED] - told.km_before[Status.CLEARED])
    assert review_of(store, entity) == Review.ACCEPTED
    assert desk.look(OFFICER, entity).steps[-1].reason == "checked on site"


def test_deciding_twice_is_told_and_writes_nothing(
    desk: ReviewDesk, service: LiveStatusService, store: SqliteStore
) -> None:
    entity = clearance(service)
    desk.decide(OFFICER, entity, Deed.ACCEPT, reason="")
    again = desk.decide(OFFICER, entity, Deed.ACCEPT, reason="")
    assert not again.changed
    assert len(store.history(entity)) == 2


def test_the_team_that_recorded_it_is_told_so_before_and_refused_when_it_tries(
    desk: ReviewDesk, service: LiveStatusService, store: SqliteStore
) -> None:
    entity = clearance(service)
    assert desk.look(SAME_TEAM, entity).hindrances[Deed.ACCEPT] is Hindrance.OWN_RECORD
    assert desk.look(OFFICER, entity).hindrances[Deed.ACCEPT] is None
    with pytest.raises(Refused, match="another team must review it"):
        desk.decide(SAME_TEAM, entity, Deed.ACCEPT, reason="ours")
    assert review_of(store, entity) == Review.UNREVIEWED


def test_the_team_of_an_imported_row_may_not_review_it(desk: ReviewDesk) -> None:
    own = Who(Role.OFFICER, "EOD-3", "person:4")
    assert desk.look(own, "F-1").hindrances[Deed.REJECT] is Hindrance.OWN_RECORD


def test_nobody_without_a_team_decides(desk: ReviewDesk) -> None:
    assert set(desk.look(NO_TEAM, "F-1").hindrances.values()) == {Hindrance.NO_TEAM}
    with pytest.raises(Refused, match="belong to a team"):
        desk.decide(NO_TEAM, "F-1", Deed.REJECT, reason="no")


@pytest.mark.parametrize("reason", ["", "  "])
def test_rejecting_needs_a_reason(desk: ReviewDesk, store: SqliteStore, reason: str) -> None:
    with pytest.raises(BadInput, match="reason"):
        desk.decide(OFFICER, "F-1", Deed.REJECT, reason=reason)
    assert store.history("F-1") == []


def test_a_rejection_is_undone_by_a_new_event(
    desk: ReviewDesk, service: LiveStatusService, store: SqliteStore
) -> None:
    red = service.result().km_by_status()[Status.CONFIRMED_HAZARD]
    desk.decide(OFFICER, "F-1", Deed.REJECT, reason="a drain pipe")
    assert service.result().km_by_status()[Status.CONFIRMED_HAZARD] < red
    desk.decide(OFFICER, "F-1", Deed.REOPEN, reason="wrong record")
    assert service.result().km_by_status()[Status.CONFIRMED_HAZARD] == pytest.approx(red)
    assert [step.review for step in desk.look(OFFICER, "F-1").steps] == ["rejected", "unreviewed"]
    assert len(store.history("F-1")) == 2


def test_what_was_not_looked_at_is_not_signed(
    desk: ReviewDesk, service: LiveStatusService, store: SqliteStore
) -> None:
    entity = clearance(service)
    seen = desk.look(OFFICER, entity).seen
    wider = {"depth_m": 0.1, "reason": "the depth was wrong"}
    store.record([Draft(EventType.EVIDENCE_CORRECTED, entity, wider, "EOD-7")])
    with pytest.raises(ChangedSince, match="look again"):
        desk.decide(OFFICER, entity, Deed.ACCEPT, reason="", seen=seen)
    assert desk.look(OFFICER, entity).seen != seen
    desk.decide(OFFICER, entity, Deed.ACCEPT, reason="", seen=desk.look(OFFICER, entity).seen)


def test_a_correction_takes_the_signature_away_and_its_team_cannot_give_it_back(
    desk: ReviewDesk, service: LiveStatusService, store: SqliteStore
) -> None:
    entity = clearance(service)
    desk.decide(OFFICER, entity, Deed.ACCEPT, reason="")
    cleared = service.result().km_by_status()[Status.CLEARED]
    shallow = Correction({"depth_m": 0.1}, None)
    told = desk.preview(entity, Deed.CORRECT, shallow)
    done = desk.correct(OFFICER, entity, shallow, reason="typing error")
    assert done.effect == told
    assert service.result().km_by_status()[Status.CLEARED] < cleared
    assert review_of(store, entity) == Review.UNREVIEWED
    assert store.get(Layer.EVIDENCE, entity)["depth_m"].iloc[0] == 0.1
    assert desk.look(OFFICER, entity).hindrances[Deed.ACCEPT] is Hindrance.OWN_RECORD


def test_a_correction_moves_a_place_only_when_it_brings_one(
    desk: ReviewDesk, service: LiveStatusService, store: SqliteStore
) -> None:
    entity = record(service, find())
    desk.correct(OFFICER, entity, Correction({"category": "mortar"}, None), reason="photo")
    assert store.get(Layer.EVIDENCE, entity).geometry.iloc[0].x == 37.156
    place = {"type": "Point", "coordinates": [37.158, 36.2002]}
    desk.correct(OFFICER, entity, Correction({}, place), reason="photo")
    assert store.get(Layer.EVIDENCE, entity).geometry.iloc[0].x == 37.158


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({}, "nothing is to change"),
        ({"depth_m": 1.0}, "belongs to clearance"),
        ({"colour": "red"}, "colour"),
        ({"observed_at": "2030-01-01"}, "lies after"),
        ({"review": "accepted"}, "the server sets this"),
        ({"kind": None}, "kind"),
    ],
)
def test_a_correction_that_cannot_stand_is_refused_and_writes_nothing(
    properties: dict[str, Any], said: str, desk: ReviewDesk, store: SqliteStore
) -> None:
    with pytest.raises(BadInput, match=said):
        desk.correct(OFFICER, "F-1", Correction(properties, None), reason="a try")
    assert store.history("F-1") == []


def test_a_correction_needs_a_reason(desk: ReviewDesk) -> None:
    with pytest.raises(BadInput, match="reason"):
        desk.correct(OFFICER, "F-1", Correction({"category": "ied"}, None), reason=" ")


def test_a_release_whose_text_is_in_doubt_cannot_be_signed_until_it_is_corrected(
    desk: ReviewDesk,
    service: LiveStatusService,
    store: SqliteStore,
    tmp_path: Path,
    clock: Clock,
) -> None:
    entity = clearance(service)
    from uxo.store.signing import DeviceKey  # noqa: PLC0415  # only here

    key = DeviceKey.from_seed(bytes(range(2, 34)))
    with SqliteStore.open(tmp_path / "third.gpkg", key=key, clock=clock) as other:
        other.append(store.since({}))
        there = {"depth_m": 0.2, "reason": "measured"}
        other.record([Draft(EventType.EVIDENCE_CORRECTED, entity, there, "EOD-9")])
        here = {"depth_m": 0.5, "reason": "measured"}
        store.record([Draft(EventType.EVIDENCE_CORRECTED, entity, here, "EOD-8")])
        store.append(other.since(store.vector()))
    assert desk.look(OFFICER, entity).hindrances[Deed.ACCEPT] is Hindrance.TEXT_IN_DOUBT
    with pytest.raises(Refused, match="two places at once"):
        desk.decide(OFFICER, entity, Deed.ACCEPT, reason="")
    desk.correct(Who(Role.OFFICER, "QA-2", "p"), entity, Correction({"depth_m": 0.3}, None),
                 reason="both asked")  # fmt: skip
    assert desk.look(OFFICER, entity).conflict == ()
    assert desk.decide(OFFICER, entity, Deed.ACCEPT, reason="").changed


def test_a_duplicate_is_set_aside_with_the_other_named_and_comes_back(
    desk: ReviewDesk, service: LiveStatusService, store: SqliteStore
) -> None:
    entity = record(service, find(37.15201, 36.2001, category="mortar"))
    (near,) = desk.look(OFFICER, entity).near
    assert desk.look(OFFICER, entity).others["id"].iloc[near.row] == "F-1"
    assert near.distance_m < 2 < near.errors_m
    desk.mark_duplicate(OFFICER, entity, "F-1", reason="one bomb")
    assert desk.look(OFFICER, entity).steps[-1].reason == "duplicate of F-1: one bomb"
    with pytest.raises(Refused, match="none would be left"):
        desk.mark_duplicate(OFFICER, "F-1", entity, reason="")
    assert desk.look(OFFICER, "F-1").hindrances[Deed.REJECT] is Hindrance.STANDS_FOR_OTHERS
    with pytest.raises(Refused, match="nothing would be left"):
        desk.decide(OFFICER, "F-1", Deed.REJECT, reason="a pipe")
    desk.decide(OFFICER, entity, Deed.REOPEN, reason="two bombs")
    assert desk.look(OFFICER, "F-1").hindrances[Deed.REJECT] is None
    assert review_of(store, entity) == Review.UNREVIEWED


def test_a_pair_that_is_not_one_thing_is_refused(
    desk: ReviewDesk, service: LiveStatusService
) -> None:
    release = clearance(service)
    with pytest.raises(Refused, match="not one thing"):
        desk.mark_duplicate(OFFICER, "F-1", release, reason="")
    with pytest.raises(Refused, match="itself"):
        desk.mark_duplicate(OFFICER, "F-1", "F-1", reason="")
    with pytest.raises(NotFound):
        desk.mark_duplicate(OFFICER, "F-1", "F-99", reason="")


def test_neighbours_are_near_alike_and_of_the_same_weeks() -> None:
    def row(name: str, **more: object) -> dict[str, Any]:
        return {
            "id": name, "kind": "find", "category": "mortar", "position_error_m": 10.0,
            "observed_at": "2026-03-02", "team": "T", "geometry": "POINT (37.15 36.2)", **more,
        }  # fmt: skip

    table = evidence_table(
        [
            row("OWN"),
            row("SAME", geometry="POINT (37.1502 36.2)"),  # 18 m
            row("FAR", geometry="POINT (37.1503 36.2)"),  # 27 m
            row("FAR-BUT-VAGUE", geometry="POINT (37.1503 36.2)", position_error_m=50.0),
            row("NO-ERROR", geometry="POINT (37.1503 36.2)", position_error_m=None),
            row("OTHER-SORT", category="grenade"),
            row("LATE", observed_at="2026-06-02"),
            row("NO-DATE", observed_at=None),
            row("REPORT", kind="report"),
            row("RELEASE", kind="survey"),
            row("NOWHERE", geometry="POINT EMPTY"),
        ]
    )
    found = nearby(table.iloc[:1], table, load_policy())
    assert {str(table["id"].iloc[one.row]) for one in found} == {
        "SAME", "FAR-BUT-VAGUE", "NO-ERROR", "NO-DATE", "REPORT",
    }  # fmt: skip
    assert [round(one.distance_m) for one in found] == [0, 0, 18, 27, 27]
    assert nearby(table.iloc[[10]], table, load_policy()) == []
