"""The sign-ins of the exercise."""

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.people import access_for, open_people
from tests.web.scene import Clock
from uxo.errors import NotSignedIn
from uxo.services.access import Access
from uxo.services.demo_sign_ins import FILE_NAME, make_demo_sign_ins
from uxo.services.who import CONSOLE
from uxo.vocabulary import Role


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(tmp_path: Path, clock: Clock) -> Iterator[Access]:
    with open_people(tmp_path / "store.gpkg.people") as store:
        yield access_for(store, clock)


def test_there_is_one_of_each_role_and_each_works(
    access: Access, tmp_path: Path, clock: Clock
) -> None:
    made = make_demo_sign_ins(access, tmp_path)
    assert [one.role for one in made] == list(Role)
    clock.forward(timedelta(days=29))
    for one in made:
        assert access.sign_in.sign_in(one.name, one.password, address="a").who.role is one.role
        sitting = access.sign_in.find(one.token)
        assert sitting is not None
        assert (sitting.who.role, sitting.who.team) == (one.role, one.team)


def test_the_file_is_its_owners_alone_and_holds_what_was_made(
    access: Access, tmp_path: Path
) -> None:
    made = make_demo_sign_ins(access, tmp_path)
    path = tmp_path / FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text(encoding="utf-8")) == [one.as_json() for one in made]
    assert set(made[0].as_json()) == {"role", "name", "password", "team", "token"}


def test_a_second_run_keeps_the_people_and_makes_the_first_passwords_worthless(
    access: Access, tmp_path: Path
) -> None:
    first = make_demo_sign_ins(access, tmp_path)
    second = make_demo_sign_ins(access, tmp_path)
    assert len(access.people.list()) == len(Role)
    with pytest.raises(NotSignedIn):
        access.sign_in.sign_in(first[0].name, first[0].password, address="a")
    assert access.sign_in.find(first[0].token) is None
    access.sign_in.sign_in(second[0].name, second[0].password, address="a")


def test_a_second_run_mends_what_somebody_tried_out(access: Access, tmp_path: Path) -> None:
    make_demo_sign_ins(access, tmp_path)
    people = access.people
    people.set_disabled(people.named("demo-planner"), disabled=True, by=CONSOLE)
    people.set_role(people.named("demo-officer"), Role.PARTNER, by=CONSOLE)
    for one in make_demo_sign_ins(access, tmp_path):
        assert access.sign_in.sign_in(one.name, one.password, address="a").who.role is one.role
