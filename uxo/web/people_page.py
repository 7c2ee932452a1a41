"""``/people``: an administrator adds people, changes roles and passwords, disables sign-ins."""

from collections.abc import Callable
from html import escape
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from uxo.errors import BadInput, Refused
from uxo.publish.language import Catalogue, Language, isolated
from uxo.services.access import Access
from uxo.services.people import NAME_MAX
from uxo.services.who import Who
from uxo.store.people.contract import Person
from uxo.vocabulary import Role
from uxo.web.links import AUDIT_PATH, PEOPLE_PATH, links
from uxo.web.plain_pages import (
    FORM_TYPE,
    chosen_language,
    form_language,
    hidden,
    plain_page,
    words_of,
)
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_CHANGE, told_on_the_page
from uxo.web.strict import StrictRoute
from uxo.web.who import CurrentWho, read_own_form

_Lang = Annotated[Language | None, Query(description="Language; left out: the browser's.")]
_FORM_BODY: Final[dict[str, Any]] = {
    "requestBody": {"content": {FORM_TYPE: {"schema": {"type": "object"}}}}
}
# Access, fields of the form, who sent it, words -> what is shown once, or nothing.
_Change = Callable[[Access, dict[str, str], Who, Catalogue], str]
_TOLD: Final = told_on_the_page(PROBLEMS_OF_CHANGE, HTTPStatus.BAD_REQUEST)


def router(access: Access) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    access : Access
        Answers them.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["people"])

    @routes.get(
        PEOPLE_PATH,
        operation_id="getPeoplePage",
        summary="The page of those who may sign in",
        response_class=HTMLResponse,
        responses=PROBLEMS,
    )
    def get_page(request: Request, who: CurrentWho, lang: _Lang = None) -> HTMLResponse:
        """Give a page that works without JavaScript; no other page shows a name."""
        return _page(access, request, who, chosen_language(request, lang))

    _add_changes(routes, access)
    return routes


def _add_changes(routes: APIRouter, access: Access) -> None:
    for path, operation, summary, change in (
        ("", "sendPersonForm", "Add somebody", _add),
        ("/password", "sendResetForm", "Make a new password for somebody", _reset),
        ("/role", "sendRoleForm", "Change what somebody may do", _set_role),
        ("/disabled", "sendDisabledForm", "Let somebody sign in or not", _set_disabled),
    ):
        _add_form(routes, access, PEOPLE_PATH + path, operation, summary, change)


def _add_form(  # what describes a route, and what it does
    routes: APIRouter, access: Access, path: str, operation: str, summary: str, change: _Change
) -> None:
    @routes.post(
        path,
        operation_id=operation,
        summary=summary,
        response_class=HTMLResponse,
        responses=_TOLD,
        openapi_extra=_FORM_BODY,
        name=operation,
    )
    async def send(request: Request, who: CurrentWho) -> Response:
        fields = await read_own_form(request)
        return await run_in_threadpool(_answer, access, request, fields, who, change)


def _answer(
    access: Access, request: Request, fields: dict[str, str], who: Who, change: _Change
) -> Response:
    language = form_language(fields)
    try:
        shown = change(access, fields, who, words_of(language.value))
    except BadInput:
        return _alert(access, request, who, language, "people-person-bad")
    except Refused:
        return _alert(access, request, who, language, "people-name-taken")
    if not shown:
        where = f"{PEOPLE_PATH}?lang={language.value}#person-{fields.get('person_id', '')}"
        return RedirectResponse(where, status_code=303)
    return _page(access, request, who, language, above=shown)


def _alert(
    access: Access, request: Request, who: Who, language: Language, message: str
) -> HTMLResponse:
    said = escape(words_of(language.value).format(message))
    alert = f'<p class="alert" role="alert">{said}</p>'
    return _page(access, request, who, language, above=alert, status_code=400)


def _add(access: Access, fields: dict[str, str], who: Who, words: Catalogue) -> str:
    password = access.people.generate_password()
    person = access.people.add(
        fields.get("name", ""),
        role=_role(fields),
        team=fields.get("team", "").strip(),
        password=password,
        by=who,
    )
    return _shown_once(person, password, words)


def _reset(access: Access, fields: dict[str, str], who: Who, words: Catalogue) -> str:
    person = access.people.with_id(fields.get("person_id", ""))
    password = access.people.generate_password()
    access.people.set_password(person, password, by=who)
    return _shown_once(person, password, words)


def _set_role(access: Access, fields: dict[str, str], who: Who, _words: Catalogue) -> str:
    person = access.people.with_id(fields.get("person_id", ""))
    access.people.set_role(person, _role(fields), by=who)
    return ""


def _set_disabled(access: Access, fields: dict[str, str], who: Who, _words: Catalogue) -> str:
    person = access.people.with_id(fields.get("person_id", ""))
    wanted = fields.get("disabled", "")
    if wanted not in {"yes", "no"}:
        msg = "disabled: yes or no"
        raise BadInput(msg)
    access.people.set_disabled(person, disabled=wanted == "yes", by=who)
    return ""


def _role(fields: dict[str, str]) -> Role:
    try:
        return Role(fields.get("role", ""))
    except ValueError as error:
        msg = "role: there is no such role"
        raise BadInput(msg) from error


def _shown_once(person: Person, password: str, words: Catalogue) -> str:
    said = escape(words.format("people-password-of", name=person.name))
    return f"""<section class="device" role="status">
<p>{said}</p>
<p class="code"><bdi dir="ltr">{escape(password)}</bdi></p>
<p>{escape(words.format("people-password-once"))}</p>
</section>"""


def _page(  # who asks, in which language, and what stands above the list
    access: Access,
    request: Request,
    who: Who,
    language: Language,
    *,
    above: str = "",
    status_code: int = 200,
) -> HTMLResponse:
    words = words_of(language.value)
    sitting = request.state.sitting
    carried = hidden("lang", language.value) + hidden("csrf", sitting.csrf if sitting else "")
    listed = "\n".join(_person(one, words, carried, who) for one in access.people.list())
    content = f"""{above}
<details><summary>{escape(words.format("people-add"))}</summary>
<form method="post" action="{PEOPLE_PATH}">
{carried}
<label for="name">{escape(words.format("people-name"))}</label>
<input id="name" name="name" dir="auto" autocomplete="off" maxlength="{NAME_MAX}" required>
<label for="team">{escape(words.format("people-team-code"))}</label>
<input id="team" name="team" dir="ltr" autocomplete="off" maxlength="32" required>
<label for="role">{escape(words.format("people-role"))}</label>
{_roles(words, "role", None)}
<button type="submit">{escape(words.format("people-add"))}</button>
</form></details>
{listed}
{links(who, language, here=PEOPLE_PATH)}"""
    title = words.format("people-people-title")
    return plain_page(
        language, title=title, content=content, address=PEOPLE_PATH, status_code=status_code
    )


def _roles(words: Catalogue, element_id: str, chosen: Role | None) -> str:
    options = "".join(
        f'<option value="{role.value}"{" selected" if role is chosen else ""}>'
        f"{escape(words.format(f'people-role-{role.value}'))}</option>"
        for role in Role
    )
    return f'<select id="{element_id}" name="role" required>{options}</select>'


def _person(person: Person, words: Catalogue, carried: str, who: Who) -> str:
    role = words.format(f"people-role-{person.role.value}")
    said = words.format("people-signed-in-as", role=role, team=person.team)
    off = f"<p>{escape(words.format('people-disabled'))}</p>" if person.disabled else ""
    trail = f"{AUDIT_PATH}?lang={words.language.value}&actor=person:{person.person_id}"
    return f"""<section class="device" id="person-{escape(person.person_id)}">
<h2>{escape(isolated(person.name))}</h2>
<p>{escape(said)}</p>{off}
<p><a href="{escape(trail)}">{escape(words.format("people-trail-of", name=person.name))}</a></p>
{_own(words) if who.person_id == person.person_id else _changes(person, words, carried)}
</section>"""


def _own(words: Catalogue) -> str:
    return f"<p>{escape(words.format('people-own-entry'))}</p>"


def _changes(person: Person, words: Catalogue, carried: str) -> str:
    carried += hidden("person_id", person.person_id)
    select = f"role-{person.person_id}"
    turn, wanted = ("people-enable", "no") if person.disabled else ("people-disable", "yes")

    def says(message: str) -> str:
        return escape(words.format(message, name=person.name))

    return f"""<details><summary>{says("people-change")}</summary>
<form method="post" action="{PEOPLE_PATH}/role">
{carried}
<label for="{select}">{escape(words.format("people-role"))}</label>
{_roles(words, select, person.role)}
<button type="submit">{says("people-set-role")}</button>
</form>
<form method="post" action="{PEOPLE_PATH}/password">
{carried}
<button type="submit">{says("people-reset")}</button>
</form>
<form method="post" action="{PEOPLE_PATH}/disabled">
{carried}{hidden("disabled", wanted)}
<button type="submit">{says(turn)}</button>
</form></details>"""
