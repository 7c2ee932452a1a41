"""Phones: added once by a code, known by a token, cut off at once."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.people import Staff, hire, open_people
from tests.web.scene import Clock
from uxo.errors import BadInput, DeviceRevoked, NotFound, NotSignedIn, TooManyAttempts
from uxo.services.attempts import PER_ADDRESS
from uxo.services.devices import CODE_LASTS, qr_svg
from uxo.services.who import CONSOLE, Who
from uxo.vocabulary import Role


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def staff(tmp_path: Path, clock: Clock) -> Iterator[Staff]:
    with open_people(tmp_path / "people") as store:
        yield hire(store, clock)


def test_a_code_adds_one_phone_to_its_team(staff: Staff, clock: Clock) -> None:
    shown = staff.access.devices.new_code("EOD-7", by=CONSOLE)
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}", shown.code)
    assert shown.ends_at == clock() + timedelta(minutes=10)
    typed = shown.code.lower().replace("-", " ")
    made = staff.access.devices.enrol(typed, "phone 7", address="a")
    who = staff.access.devices.who(made.token)
    assert who == Who(Role.TEAM, "EOD-7", f"device:{made.device.device_id}")
    with pytest.raises(NotSignedIn, match="used"):
        staff.access.devices.enrol(shown.code, "phone 8", address="a")


def test_a_code_is_over_after_ten_minutes(staff: Staff, clock: Clock) -> None:
    shown = staff.access.devices.new_code("EOD-7", by=CONSOLE)
    clock.forward(CODE_LASTS)
    with pytest.raises(NotSignedIn, match="ten minutes"):
        staff.access.devices.enrol(shown.code, "phone", address="a")


def test_a_wrong_label_does_not_use_up_the_code(staff: Staff) -> None:
    shown = staff.access.devices.new_code("EOD-7", by=CONSOLE)
    for label in ("", " ", "a\nb", "\u202ephone", "x" * 61, "\ud800"):
        with pytest.raises(BadInput, match="label"):
            staff.access.devices.enrol(shown.code, label, address="a")
    staff.access.devices.enrol(shown.code, "\u0647\u0627\u062a\u0641 7", address="a")


def test_codes_cannot_be_guessed_from_one_address(staff: Staff) -> None:
    for _ in range(PER_ADDRESS):
        with pytest.raises(NotSignedIn):
            staff.access.devices.enrol("0000-0000-00", "phone", address="a")
    shown = staff.access.devices.new_code("EOD-7", by=CONSOLE)
    with pytest.raises(TooManyAttempts):
        staff.access.devices.enrol(shown.code, "phone", address="a")
    staff.access.devices.enrol(shown.code, "phone", address="b")


def test_a_whole_centre_enrols_behind_one_address(staff: Staff) -> None:
    for _ in range(PER_ADDRESS + 5):
        staff.device()


def test_a_lost_phone_is_cut_off_at_once_and_told_so(staff: Staff) -> None:
    lost, token = staff.device()
    _, other = staff.device()
    staff.access.devices.revoke(lost, by=CONSOLE)
    staff.access.devices.revoke(lost, by=CONSOLE)
    with pytest.raises(DeviceRevoked, match="cut off"):
        staff.access.devices.who(token)
    staff.access.devices.who(other)
    with pytest.raises(NotFound):
        staff.access.devices.revoke("none-such", by=CONSOLE)


@pytest.mark.parametrize("team", ["", "two words", "x" * 33, "../x", "<b>"])
def test_a_code_is_made_for_a_team_only(staff: Staff, team: str) -> None:
    with pytest.raises(BadInput, match="team"):
        staff.access.devices.new_code(team, by=CONSOLE)


def test_when_a_phone_was_last_heard_of_is_written_now_and_then(staff: Staff, clock: Clock) -> None:
    device_id, token = staff.device()
    for minutes in (0, 9, 2):
        clock.forward(timedelta(minutes=minutes))
        staff.access.devices.who(token)
    (device,) = staff.access.devices.list()
    assert device.seen_at == clock()
    staff.access.devices.note_skew(device_id, -3_600.0)
    assert staff.access.devices.list()[0].skew_s == -3_600.0


def test_the_trail_tells_who_added_and_cut_off(staff: Staff) -> None:
    device_id, _ = staff.device()
    staff.access.devices.revoke(device_id, by=CONSOLE)
    told = [(one.actor, one.action, one.what) for one in reversed(staff.store.audit(limit=3))]
    assert told == [
        ("console", "manage_devices", "code for team EOD-3"),
        (f"device:{device_id}", "enrol", "team EOD-3"),
        ("console", "manage_devices", f"revoked device {device_id}"),
    ]


def test_the_qr_code_is_a_drawing_that_needs_nothing_else() -> None:
    svg = qr_svg("https://127.0.0.1:8000/field/#enrol=ABCD-EFGH-JK")
    assert svg.startswith("<svg ")
    assert "viewBox" in svg
    assert not re.search(r"script|href|style=|url\(", svg)
