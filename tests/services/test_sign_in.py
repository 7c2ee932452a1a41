"""Signing in: what is told, what is counted, when it is over."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.people import PASSWORD, Staff, hire, open_people
from tests.web.scene import Clock
from uxo.errors import BadInput, Forbidden, NotSignedIn, TooManyAttempts
from uxo.services.attempts import PER_ADDRESS, PER_NAME, PER_NAME_AT_ADDRESS, WINDOW
from uxo.services.secret_words import Passwords, plain_code, random_code
from uxo.services.sign_in import AT_A_DESK, check_csrf
from uxo.services.who import CONSOLE
from uxo.vocabulary import Role


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def staff(tmp_path: Path, clock: Clock) -> Iterator[Staff]:
    with open_people(tmp_path / "people") as store:
        yield hire(store, clock)


def _fail(staff: Staff, name: str, address: str = "10.0.0.1", password: str = "x" * 12) -> str:
    with pytest.raises((NotSignedIn, TooManyAttempts)) as told:
        staff.access.sign_in.sign_in(name, password, address=address)
    return f"{told.value.code}: {told.value}"


def test_a_session_knows_role_team_and_id_and_no_name(staff: Staff) -> None:
    made = staff.access.sign_in.sign_in(" Officer ", PASSWORD, address="10.0.0.1")
    found = staff.access.sign_in.find(made.token)
    assert found is not None
    assert found.who == made.who
    assert (found.who.role, found.who.team) == (Role.OFFICER, "EOD-3")
    assert found.who.actor == f"person:{staff.of_role[Role.OFFICER].person_id}"
    assert "fficer " not in repr(found)


def test_each_sign_in_has_a_token_of_its_own(staff: Staff) -> None:
    made = [staff.access.sign_in.sign_in("team", PASSWORD, address="a") for _ in range(3)]
    assert len({one.token for one in made}) == len({one.csrf for one in made}) == 3


def test_a_wrong_password_an_unknown_and_a_disabled_name_are_told_in_the_same_words(
    staff: Staff,
) -> None:
    staff.access.people.set_disabled(staff.of_role[Role.PLANNER], disabled=True, by=CONSOLE)
    told = {
        _fail(staff, "officer"),
        _fail(staff, "nobody-of-that-name"),
        _fail(staff, "planner", password=PASSWORD),
        _fail(staff, "", password=""),
        _fail(staff, "\ud800", password="\ud800" * 12),
    }
    assert told == {"not-signed-in: The name or the password is wrong."}


def test_an_unknown_name_costs_the_same_work_as_a_known_one(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = []
    fits = Passwords.fits

    def counted(passwords: Passwords, password: str, password_hash: str | None) -> bool:
        hasher = passwords._hasher
        worked.append((hasher.memory_cost, hasher.time_cost))
        return fits(passwords, password, password_hash)

    monkeypatch.setattr(Passwords, "fits", counted)
    _fail(staff, "officer")
    _fail(staff, "nobody-of-that-name")
    assert worked[0] == worked[1]
    assert len(worked) == 2


def test_no_hash_at_all_fits_nothing_not_even_the_password_of_nobody(staff: Staff) -> None:
    passwords = staff.access.sign_in._passwords
    assert not passwords.fits("", None)
    assert not passwords.fits(PASSWORD, "no hash")


@pytest.mark.parametrize("name", ["officer", "nobody-of-that-name"])
def test_a_name_waits_after_so_many_failures_whether_it_is_known_or_not(
    staff: Staff, clock: Clock, name: str
) -> None:
    for number in range(PER_NAME):
        assert _fail(staff, name, f"10.0.0.{number}").startswith("not-signed-in")
    assert "Wait 15 minutes" in _fail(staff, name.upper(), "10.0.1.1", PASSWORD)
    clock.forward(WINDOW - timedelta(minutes=1))
    assert "Wait 1 minute," in _fail(staff, name, "10.0.1.1", PASSWORD)
    clock.forward(timedelta(minutes=1))
    if name == "officer":
        staff.access.sign_in.sign_in(name, PASSWORD, address="10.0.0.1")


def test_who_shuts_a_colleague_out_on_purpose_shuts_out_the_own_address(staff: Staff) -> None:
    for _ in range(PER_NAME_AT_ADDRESS):
        assert _fail(staff, "officer", "10.0.0.66").startswith("not-signed-in")
    for _ in range(PER_NAME):
        assert _fail(staff, "officer", "10.0.0.66").startswith("too-many-attempts")
    staff.access.sign_in.sign_in("officer", PASSWORD, address="10.0.0.1")


def test_an_address_waits_after_so_many_failures_of_any_names(staff: Staff) -> None:
    for number in range(PER_ADDRESS):
        assert _fail(staff, f"name-{number}", "2001:db8::1").startswith("not-signed-in")
    assert _fail(staff, "other", "2001:db8::2").startswith("too-many-attempts")
    staff.access.sign_in.sign_in("officer", PASSWORD, address="2001:db8:1::1")


def test_who_signs_in_rightly_is_never_counted(staff: Staff) -> None:
    for _ in range(PER_ADDRESS + 5):
        staff.access.sign_in.sign_in("officer", PASSWORD, address="10.0.0.1")
    for _ in range(PER_NAME_AT_ADDRESS - 1):
        _fail(staff, "officer")
    staff.access.sign_in.sign_in("officer", PASSWORD, address="10.0.0.1")
    for _ in range(PER_NAME_AT_ADDRESS):
        assert _fail(staff, "officer").startswith("not-signed-in")


def test_a_new_password_ends_the_wait_and_the_sessions(staff: Staff) -> None:
    made = staff.access.sign_in.sign_in("officer", PASSWORD, address="10.0.0.1")
    for _ in range(PER_NAME_AT_ADDRESS):
        _fail(staff, "officer")
    new = staff.access.people.generate_password()
    staff.access.people.set_password(staff.of_role[Role.OFFICER], new, by=CONSOLE)
    assert staff.access.sign_in.find(made.token) is None
    assert _fail(staff, "officer", password=PASSWORD).startswith("not-signed-in")
    staff.access.sign_in.sign_in("officer", new, address="10.0.0.1")


def test_a_session_ends_unused_after_an_hour_and_in_any_case_after_half_a_day(
    staff: Staff, clock: Clock
) -> None:
    idle = staff.access.sign_in.begin(staff.of_role[Role.OFFICER])
    clock.forward(AT_A_DESK.idle)
    assert staff.access.sign_in.find(idle.token) is None
    busy = staff.access.sign_in.begin(staff.of_role[Role.OFFICER])
    for _ in range(23):
        clock.forward(timedelta(minutes=30))
        assert staff.access.sign_in.find(busy.token) is not None
    clock.forward(timedelta(minutes=30))
    assert staff.access.sign_in.find(busy.token) is None


def test_a_person_who_is_disabled_is_out_at_once(staff: Staff) -> None:
    token = staff.token(Role.OFFICER)
    staff.access.people.set_disabled(staff.of_role[Role.OFFICER], disabled=True, by=CONSOLE)
    assert staff.access.sign_in.find(token) is None


def test_signing_out_ends_one_session_and_leaves_the_others(staff: Staff) -> None:
    here, there = staff.token(Role.OFFICER), staff.token(Role.OFFICER)
    staff.access.sign_in.sign_out(here)
    staff.access.sign_in.sign_out(here)
    assert staff.access.sign_in.find(here) is None
    assert staff.access.sign_in.find(there) is not None


def test_the_token_of_the_pages_must_fit(staff: Staff) -> None:
    made = staff.access.sign_in.begin(staff.of_role[Role.OFFICER])
    found = staff.access.sign_in.find(made.token)
    assert found is not None
    check_csrf(found, made.csrf)
    for wrong in ("", "x", made.csrf + "x", "\udcff"):
        with pytest.raises(Forbidden):
            check_csrf(found, wrong)


def test_the_trail_tells_of_sign_ins_and_failures_by_id(staff: Staff) -> None:
    before = len(staff.store.audit(limit=1000))
    made = staff.access.sign_in.sign_in("officer", PASSWORD, address="10.0.0.1")
    _fail(staff, "officer")
    _fail(staff, "my-password-in-the-wrong-field")
    staff.access.sign_in.sign_out(made.token)
    lines = staff.store.audit(limit=1000)[:-before]
    actor = made.who.actor
    assert [(one.actor, one.action, one.outcome) for one in reversed(lines)] == [
        (actor, "sign_in", "done"),
        (actor, "sign_in", "failed"),
        ("nobody", "sign_in", "failed"),
        (actor, "sign_out", "done"),
    ]
    assert "my-password" not in repr(lines)


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 201])
def test_a_password_that_is_too_short_or_too_long_is_refused(staff: Staff, password: str) -> None:
    with pytest.raises(BadInput, match="12 to 200"):
        staff.access.people.set_password(staff.of_role[Role.TEAM], password, by=CONSOLE)


def test_a_password_in_arabic_fits_however_its_letters_are_composed(staff: Staff) -> None:
    composed, apart = "\u0622" * 12, "\u0627\u0653" * 12
    staff.access.people.set_password(staff.of_role[Role.TEAM], composed, by=CONSOLE)
    staff.access.sign_in.sign_in("team", apart, address="10.0.0.1")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\u202eb", "x" * 81])
def test_a_name_that_cannot_be_shown_is_refused(staff: Staff, name: str) -> None:
    with pytest.raises(BadInput, match="name"):
        staff.access.people.add(name, role=Role.TEAM, team="T1", password=PASSWORD, by=CONSOLE)


def test_a_code_is_read_as_people_type_it() -> None:
    code = random_code(lambda count: bytes(range(10, 10 + count)), 10)
    assert code == "ABCD-EFGH-JK"
    assert plain_code(code.lower().replace("-", " ")) == plain_code(code)
    assert plain_code("oIl") == "011"


def test_who_signed_in_changes_the_own_password_and_every_session_ends(staff: Staff) -> None:
    first = staff.access.sign_in.sign_in("officer", PASSWORD, address="a")
    other = staff.access.sign_in.sign_in("officer", PASSWORD, address="b")
    new = "another-long-password"
    staff.access.people.change_own_password(first.who, PASSWORD, new, address="a")
    assert staff.access.sign_in.find(first.token) is None
    assert staff.access.sign_in.find(other.token) is None
    staff.access.sign_in.sign_in("officer", new, address="a")
    lines = [line for line in staff.store.audit() if line.action == "change_own_password"]
    assert [(line.actor, line.outcome) for line in lines] == [(first.who.actor, "done")]


def test_the_own_password_is_changed_only_by_who_knows_it_and_to_another(staff: Staff) -> None:
    who = staff.access.sign_in.sign_in("officer", PASSWORD, address="a").who
    change = staff.access.people.change_own_password
    for bad in (PASSWORD, "short"):
        with pytest.raises(BadInput):
            change(who, PASSWORD, bad, address="a")
    for _ in range(PER_NAME_AT_ADDRESS):
        with pytest.raises(NotSignedIn):
            change(who, "guessed-password", "another-long-password", address="a")
    with pytest.raises(TooManyAttempts):
        change(who, PASSWORD, "another-long-password", address="a")
    # The guesses of a stolen session shut nobody out of the sign-in.
    staff.access.sign_in.sign_in("officer", PASSWORD, address="a")


def test_another_role_holds_at_once_and_nobody_gives_it_to_himself(staff: Staff) -> None:
    made = staff.access.sign_in.sign_in("planner", PASSWORD, address="a")
    admin = staff.access.sign_in.sign_in("admin", PASSWORD, address="a").who
    staff.access.people.set_role(staff.of_role[Role.PLANNER], Role.PARTNER, by=admin)
    assert staff.access.sign_in.find(made.token) is None
    again = staff.access.sign_in.sign_in("planner", PASSWORD, address="a")
    assert again.who.role is Role.PARTNER
    with pytest.raises(BadInput, match="own role"):
        staff.access.people.set_role(staff.of_role[Role.ADMIN], Role.OFFICER, by=admin)
