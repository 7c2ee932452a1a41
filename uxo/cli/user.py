"""``uxo user``."""

import sys
from enum import StrEnum
from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import Json, StoreUrl
from uxo.cli.output import iso, print_json, print_table
from uxo.services.access import Access
from uxo.services.who import CONSOLE
from uxo.settings import load_settings
from uxo.store.people.contract import Person
from uxo.vocabulary import Role

EXAMPLE: Final = "uxo user add amal --role officer --team DESK"


class _Do(StrEnum):
    ADD = "add"
    LIST = "list"
    DISABLE = "disable"
    ENABLE = "enable"
    ROLE = "role"
    PASSWORD = "password"  # noqa: S105  # the name of a command


def run(  # noqa: PLR0913  # each is an option of the contract
    do: Annotated[_Do, typer.Argument(help="What to do.")],
    name: Annotated[str | None, typer.Argument(help="Who; not for list.")] = None,
    *,
    role: Annotated[Role | None, typer.Option(help="What is allowed; for add and role.")] = None,
    team: Annotated[
        str | None, typer.Option(metavar="CODE", help="Default: UXO_TEAM, else desk.")
    ] = None,
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin",
            help="Read the password from the first line of the input. Default: make one and print "
            "it once.",
        ),
    ] = False,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Add, list, disable or enable sign-ins, change a role, or set a new password.

    The first one turns sign-in on: from then on `uxo serve` lets nobody in without one. A new
    password is printed once and kept only as a hash; the sessions of its person end.
    """
    _check_usage(do, name, role)
    settings = load_settings(store=store, team=team)
    with wiring.open_people(settings, create=do is _Do.ADD) as people:
        access = wiring.access_to(people)
        if do is _Do.LIST:
            _print_people(access, as_json=as_json)
            return
        given = _first_line() if password_stdin else None
        password = _new_password(access, do, given)
        if do is _Do.ADD and role is not None:
            person = access.people.add(
                name or "", role=role, team=settings.team, password=password or "", by=CONSOLE
            )
        else:
            person = _change(access, do, name or "", password=password, role=role)
        # One that was typed by a person is not repeated on the screen.
        _print_one(person, password if given is None else None, as_json=as_json)


def _check_usage(do: _Do, name: str | None, role: Role | None) -> None:
    if (name is None) != (do is _Do.LIST):
        msg = "list takes no name" if do is _Do.LIST else f"{do} needs a name"
        raise typer.BadParameter(msg)
    if (role is not None) != (do in {_Do.ADD, _Do.ROLE}):
        msg = "add and role need --role; the others take none"
        raise typer.BadParameter(msg)


def _first_line() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _new_password(access: Access, do: _Do, given: str | None) -> str | None:
    if do not in {_Do.ADD, _Do.PASSWORD}:
        return None
    return access.people.generate_password() if given is None else given


def _change(
    access: Access, do: _Do, name: str, *, password: str | None, role: Role | None
) -> Person:
    person = access.people.named(name)
    if password is not None:
        access.people.set_password(person, password, by=CONSOLE)
    elif role is not None:
        access.people.set_role(person, role, by=CONSOLE)
    else:
        access.people.set_disabled(person, disabled=do is _Do.DISABLE, by=CONSOLE)
    return access.people.with_id(person.person_id)


def _as_json(person: Person) -> dict[str, object]:
    return {
        "person_id": person.person_id,
        "name": person.name,
        "role": person.role.value,
        "team": person.team,
        "disabled": person.disabled,
        "added_at": iso(person.added_at),
    }


def _print_one(person: Person, password: str | None, *, as_json: bool) -> None:
    if as_json:
        shown = {} if password is None else {"password": password}
        print_json(_as_json(person) | shown)
        return
    state = ", disabled" if person.disabled else ""
    typer.echo(f"{person.name}: {person.role.value} of {person.team}{state}")
    if password is not None:
        typer.echo(f"password: {password}\nIt is shown only now. Hand it over by word of mouth.")


def _print_people(access: Access, *, as_json: bool) -> None:
    people = access.people.list()
    if as_json:
        print_json([_as_json(person) for person in people])
        return
    rows = [
        (person.name, person.role.value, person.team, "disabled" if person.disabled else "")
        for person in people
    ]
    print_table(f"{len(rows)} sign-ins", ["name", "role", "team", ""], rows)
