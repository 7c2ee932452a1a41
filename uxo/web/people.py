"""``/api/v1/people`` and ``/api/v1/audit``: for administrators."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from uxo.services.access import Access
from uxo.services.people import NAME_MAX
from uxo.services.secret_words import PASSWORD_MAX, PASSWORD_MIN
from uxo.store.people.contract import AuditLine, Person, Sought
from uxo.vocabulary import TEAM_PATTERN, Role
from uxo.web.answers import JsonAnswer
from uxo.web.parameters import DEFAULT_LIMIT, PLAIN_INTEGER, Limit, clamped
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_BODY, PROBLEMS_OF_CHANGE
from uxo.web.strict import StrictRoute
from uxo.web.times import iso
from uxo.web.who import CurrentWho

PATH = "/api/v1/people"
AUDIT_PATH = "/api/v1/audit"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PersonShape(_Shape):
    """Somebody who signs in."""

    person_id: str
    name: str
    role: Role
    team: str
    disabled: bool
    added_at: str


class PeopleShape(_Shape):
    """Everybody, in the order of the names."""

    people: list[PersonShape]


_Password = Annotated[str, Field(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX)]


class NewPerson(_Shape):
    """Somebody to add."""

    name: str = Field(min_length=1, max_length=NAME_MAX)
    role: Role
    team: str = Field(pattern=TEAM_PATTERN)
    password: _Password


class NewPassword(_Shape):
    """A new password; the person's sessions end."""

    password: _Password


class NewRole(_Shape):
    """Another role; the person's sessions end."""

    role: Role


class Disabled(_Shape):
    """Whether somebody may sign in."""

    disabled: bool = Field(strict=True)


class AuditLineShape(_Shape):
    """What somebody did, or was refused."""

    number: int
    at: str
    actor: str
    role: Role
    action: str
    what: str
    outcome: str


class AuditShape(_Shape):
    """A page of the audit trail, newest first."""

    lines: list[AuditLineShape]
    next_before: int | None = Field(description="`before` of the next page; null: this is the end.")


_PersonId = Annotated[str, Path(max_length=100, description="Id of the person.")]
Before = Annotated[
    Annotated[int, Field(ge=1, le=2**53), PLAIN_INTEGER] | None,
    Query(description="Only lines with a smaller number; left out: from the newest."),
]

_Actor = Annotated[
    str | None, Query(max_length=100, description="Only lines of this actor; left out: of all.")
]


def router(access: Access) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    access : Access
        Answers them.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["people"])
    people = access.people

    @routes.get(
        PATH,
        operation_id="listPeople",
        summary="Everybody who may sign in",
        response_model=PeopleShape,
        responses=PROBLEMS,
    )
    def list_people() -> JsonAnswer:
        """Give names, roles and teams; no other address gives a name."""
        return JsonAnswer({"people": [_person(one) for one in people.list()]})

    @routes.post(
        PATH,
        operation_id="addPerson",
        summary="Add somebody",
        status_code=201,
        response_model=PersonShape,
        responses=PROBLEMS_OF_BODY,
    )
    def add_person(given: NewPerson, who: CurrentWho) -> JsonAnswer:
        """Add a sign-in of a name that is not taken."""
        person = people.add(
            given.name, role=given.role, team=given.team, password=given.password, by=who
        )
        return JsonAnswer(_person(person), status_code=201)

    @routes.put(
        PATH + "/{person_id}/password",
        operation_id="setPassword",
        summary="Set a new password",
        response_model=PersonShape,
        responses=PROBLEMS_OF_CHANGE,
    )
    def set_password(person_id: _PersonId, given: NewPassword, who: CurrentWho) -> JsonAnswer:
        """Set a password; who was signed in with the old one is signed out."""
        person = people.with_id(person_id)
        people.set_password(person, given.password, by=who)
        return JsonAnswer(_person(person))

    @routes.put(
        PATH + "/{person_id}/disabled",
        operation_id="setDisabled",
        summary="Let somebody sign in or not",
        response_model=PersonShape,
        responses=PROBLEMS_OF_CHANGE,
    )
    def set_disabled(person_id: _PersonId, given: Disabled, who: CurrentWho) -> JsonAnswer:
        """Disable or enable a sign-in; who is signed in is signed out at once."""
        person = people.with_id(person_id)
        people.set_disabled(person, disabled=given.disabled, by=who)
        return JsonAnswer(_person(people.with_id(person_id)))

    @routes.put(
        PATH + "/{person_id}/role",
        operation_id="setRole",
        summary="Change what somebody may do",
        response_model=PersonShape,
        responses=PROBLEMS_OF_CHANGE,
    )
    def set_role(person_id: _PersonId, given: NewRole, who: CurrentWho) -> JsonAnswer:
        """Change a role; who is signed in is signed out at once."""
        person = people.with_id(person_id)
        people.set_role(person, given.role, by=who)
        return JsonAnswer(_person(people.with_id(person_id)))

    @routes.get(
        AUDIT_PATH,
        operation_id="listAudit",
        summary="The audit trail",
        response_model=AuditShape,
        responses=PROBLEMS,
    )
    def list_audit(
        before: Before = None, limit: Limit = DEFAULT_LIMIT, actor: _Actor = None
    ) -> JsonAnswer:
        """Give who signed in, saw restricted data, changed access or was refused."""
        most = clamped(limit)
        lines = access.audit.read(before=before, limit=most, sought=Sought(actor=actor))
        following = lines[-1].number if len(lines) == most and lines[-1].number > 1 else None
        return JsonAnswer({"lines": [_line(one) for one in lines], "next_before": following})

    return routes


def _person(person: Person) -> dict[str, Any]:
    return {
        "person_id": person.person_id,
        "name": person.name,
        "role": person.role.value,
        "team": person.team,
        "disabled": person.disabled,
        "added_at": iso(person.added_at),
    }


def _line(line: AuditLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "at": iso(line.at),
        "actor": line.actor,
        "role": line.role.value,
        "action": line.action,
        "what": line.what,
        "outcome": line.outcome,
    }
