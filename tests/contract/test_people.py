"""What every store of people does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from tests.people import open_people
from uxo.errors import Refused
from uxo.store.people.contract import (
    AuditLine,
    EnrolmentCode,
    PeopleStore,
    Person,
    Session,
    Sought,
)
from uxo.vocabulary import Role

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
WINDOW = timedelta(minutes=15)
ENGINES: dict[str, Callable[[Path], PeopleStore]] = {
    "sqlite": lambda folder: open_people(folder / "people")
}


@pytest.fixture(params=list(ENGINES.values()), ids=list(ENGINES))
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], PeopleStore]:
    def open_it() -> PeopleStore:
        found: PeopleStore = request.param(tmp_path)
        return found

    return open_it


@pytest.fixture
def store(opened: Callable[[], PeopleStore]) -> Iterator[PeopleStore]:
    found = opened()
    yield found
    found.close()


def person(name: str = "Amal", number: int = 1, role: Role = Role.TEAM) -> Person:
    return Person(f"id-{number}", name, role, "EOD-3", disabled=False, added_at=NOW)


def session(token: bytes = b"token", person_id: str = "id-1", began: datetime = NOW) -> Session:
    return Session(token, "csrf", person_id, began, began, 3600, began + timedelta(hours=12))


def line(what: str) -> AuditLine:
    return AuditLine(NOW, "person:id-1", Role.TEAM, "see_evidence", what, "done")


def test_a_person_comes_back_as_added(store: PeopleStore) -> None:
    store.add_person(person(), "hash")
    assert store.person("id-1") == person()
    assert store.person_named("Amal") == (person(), "hash")
    assert list(store.people()) == [person()]
    assert store.person("id-2") is None
    assert store.person_named("Nobody") is None


@pytest.mark.parametrize("again", ["amal", " AMAL ", "\uff21mal"])
def test_a_name_that_looks_the_same_is_the_same(store: PeopleStore, again: str) -> None:
    store.add_person(person(), "hash")
    assert store.person_named(again) == (person(), "hash")
    with pytest.raises(Refused, match="taken"):
        store.add_person(person(again, 2), "other")
    assert list(store.people()) == [person()]


def test_a_session_belongs_to_its_person_until_it_is_ended(store: PeopleStore) -> None:
    store.add_person(person(), "hash")
    store.open_session(session())
    assert store.session(b"token") == (session(), person())
    assert store.session(b"other") is None
    store.touch_session(b"token", NOW + timedelta(minutes=5))
    found = store.session(b"token")
    assert found is not None
    assert found[0].seen_at == NOW + timedelta(minutes=5)
    store.end_session(b"token")
    store.end_session(b"token")
    assert store.session(b"token") is None


def test_a_session_is_over_when_it_is_idle_or_old() -> None:
    assert not session().over(NOW + timedelta(minutes=59))
    assert session().over(NOW + timedelta(minutes=60))
    busy = Session(b"t", "c", "id-1", NOW, NOW + timedelta(hours=12), 3600, NOW + WINDOW)
    assert busy.over(NOW + WINDOW)


def test_sessions_that_are_over_go_when_the_next_begins(store: PeopleStore) -> None:
    store.add_person(person(), "hash")
    store.open_session(session(b"old"))
    store.open_session(session(b"new", began=NOW + timedelta(minutes=61)))
    assert store.session(b"old") is None
    assert store.session(b"new") is not None


def test_a_new_password_and_being_disabled_end_every_session(store: PeopleStore) -> None:
    store.add_person(person(), "hash")
    store.add_person(person("Basel", 2), "hash")
    store.open_session(session(b"other", "id-2"))
    store.open_session(session())
    store.set_password("id-1", "new", end_sessions=False)
    assert store.session(b"token") is not None
    store.set_password("id-1", "newer", end_sessions=True)
    assert store.session(b"token") is None
    store.open_session(session())
    store.set_disabled("id-1", disabled=True)
    assert store.session(b"token") is None
    found = store.person_named("amal")
    assert found is not None
    assert (found[0].disabled, found[1]) == (True, "newer")
    assert store.session(b"other") is not None


def test_a_code_works_once_and_in_its_time(store: PeopleStore) -> None:
    store.add_code(EnrolmentCode(b"code", "EOD-3", NOW + WINDOW), NOW)
    assert store.enrol(b"other", "d-1", "phone", b"t1", NOW) is None
    assert store.enrol(b"code", "d-1", "phone", b"t1", NOW + WINDOW) is None
    made = store.enrol(b"code", "d-1", "phone", b"t1", NOW + WINDOW - timedelta(seconds=1))
    assert made is not None
    assert (made.device_id, made.team, made.revoked_at) == ("d-1", "EOD-3", None)
    assert store.enrol(b"code", "d-2", "phone", b"t2", NOW) is None
    assert store.device_with(b"t1") == made
    assert store.device_with(b"t2") is None


def test_a_revoked_device_stays_in_the_list_with_the_first_time(store: PeopleStore) -> None:
    store.add_code(EnrolmentCode(b"code", "EOD-3", NOW + WINDOW), NOW)
    store.enrol(b"code", "d-1", "phone", b"t1", NOW)
    store.saw_device("d-1", NOW + timedelta(hours=1), 31_536_000.0)
    store.saw_device("d-1", NOW + timedelta(hours=2))
    assert store.revoke("d-1", NOW + timedelta(hours=3)) is not None
    store.revoke("d-1", NOW + timedelta(hours=4))
    (found,) = store.devices()
    assert found == store.device_with(b"t1")
    assert found.seen_at == NOW + timedelta(hours=2)
    assert found.skew_s == 31_536_000.0
    assert found.revoked_at == NOW + timedelta(hours=3)
    assert store.revoke("d-2", NOW) is None


def test_attempts_are_counted_until_a_limit_and_forgotten_after_the_window(
    store: PeopleStore,
) -> None:
    limits = {"name": 2, "address": 3}
    assert store.attempt(limits, NOW, WINDOW) is None
    assert store.attempt(limits, NOW + timedelta(minutes=1), WINDOW) is None
    free_at = store.attempt(limits, NOW + timedelta(minutes=2), WINDOW)
    assert free_at == NOW + WINDOW
    # What was refused did not count against the address.
    assert store.attempt({"address": 3}, NOW + timedelta(minutes=2), WINDOW) is None
    assert store.attempt({"address": 3}, NOW + timedelta(minutes=2), WINDOW) is not None
    assert store.attempt({"name": 2}, NOW + WINDOW, WINDOW) is None


def test_attempts_can_be_forgiven_one_or_all(store: PeopleStore) -> None:
    for _ in range(2):
        store.attempt({"a": 2}, NOW, WINDOW)
    store.forgive("a", newest_only=True)
    assert store.attempt({"a": 2}, NOW, WINDOW) is None
    assert store.attempt({"a": 2}, NOW, WINDOW) is not None
    store.attempt({"a@x": 1, "ab": 1}, NOW, WINDOW)
    store.forgive("a")
    assert store.attempt({"a": 1, "a@x": 1}, NOW, WINDOW) is None
    assert store.attempt({"ab": 1}, NOW, WINDOW) is not None


def test_attempts_at_the_same_time_count_each(opened: Callable[[], PeopleStore]) -> None:
    stores = [opened(), opened()]
    start = Barrier(8)
    passed: list[bool] = []

    def guess(store: PeopleStore) -> None:
        start.wait()
        passed.append(store.attempt({"name": 3}, NOW, WINDOW) is None)

    threads = [Thread(target=guess, args=(stores[number % 2],)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert sorted(passed) == [False] * 5 + [True] * 3


def test_the_audit_trail_is_read_from_its_end_page_by_page(store: PeopleStore) -> None:
    for number in range(5):
        store.note(line(str(number)))
    newest = store.audit(limit=2)
    assert [one.what for one in newest] == ["4", "3"]
    rest = store.audit(before=newest[-1].number, limit=10)
    assert [one.what for one in rest] == ["2", "1", "0"]
    assert rest[0] == AuditLine(
        NOW, "person:id-1", Role.TEAM, "see_evidence", "2", "done", number=3
    )


def test_the_audit_trail_is_read_by_actor_and_time(store: PeopleStore) -> None:
    for hour in range(4):
        at = NOW + timedelta(hours=hour)
        store.note(replace(line(str(hour)), at=at, actor=f"person:{hour % 2}"))
    sought = Sought(since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=3))
    assert [one.what for one in store.audit(sought=sought)] == ["2", "1"]
    assert [one.what for one in store.audit(sought=Sought("person:0"))] == ["2", "0"]
    both = store.audit(sought=replace(sought, actor="person:1"), before=3, limit=1)
    assert [one.what for one in both] == ["1"]
    assert store.audit(sought=Sought("person:9")) == []
