"""``/audit``: an administrator reads who signed in, saw restricted data or changed access."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from uxo.errors import BadInput
from uxo.publish.language import Catalogue, Language, ltr, message_id
from uxo.services.access import Access
from uxo.store.people.contract import AuditLine, Sought
from uxo.vocabulary import Action
from uxo.web.links import AUDIT_PATH, DEVICES_PATH, PEOPLE_PATH, links
from uxo.web.people import Before
from uxo.web.plain_pages import chosen_language, hidden, plain_page, words_of
from uxo.web.problems import PROBLEMS, told_on_the_page
from uxo.web.strict import StrictRoute
from uxo.web.who import CurrentWho

_LINES: Final = 50
_FIELD_MAX: Final = 100
_OTHER_ACTIONS: Final = ("sign_in", "sign_out", "enrol")

_Lang = Annotated[Language | None, Query(description="Language; left out: the browser's.")]
_Actor = Annotated[
    str, Query(max_length=_FIELD_MAX, description="Only lines of this actor; empty: of all.")
]
_Day = Annotated[
    str, Query(max_length=_FIELD_MAX, description="A day of UTC, 2026-11-21; empty: no bound.")
]


def router(access: Access) -> APIRouter:
    """Build the route.

    Parameters
    ----------
    access : Access
        Answers it.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["people"])

    @routes.get(
        AUDIT_PATH,
        operation_id="getAuditPage",
        summary="The page of the audit trail",
        response_class=HTMLResponse,
        responses=told_on_the_page(PROBLEMS, HTTPStatus.BAD_REQUEST),
    )
    def get_page(  # noqa: PLR0913  # a filter each
        request: Request,
        who: CurrentWho,
        *,
        lang: _Lang = None,
        actor: _Actor = "",
        since: _Day = "",
        until: _Day = "",
        before: Before = None,
    ) -> HTMLResponse:
        """Give the newest lines; `since` and `until` are whole days, both included."""
        language = chosen_language(request, lang)
        asked = {"actor": actor.strip(), "since": since.strip(), "until": until.strip()}
        below = links(who, language, here=AUDIT_PATH)
        try:
            sought = _sought(asked)
        except BadInput:
            said = escape(words_of(language.value).format("people-audit-bad-day"))
            alert = f'<p class="alert" role="alert">{said}</p>'
            return _page(language, asked, alert + _form(language, asked) + below, status_code=400)
        lines = access.audit.read(before=before, limit=_LINES + 1, sought=sought)
        shown = _list(language, asked, lines)
        return _page(language, asked, _form(language, asked) + shown + below)

    return routes


def _sought(asked: dict[str, str]) -> Sought:
    """Read the filters of the form.

    Raises
    ------
    BadInput
        A day is none.
    """
    return Sought(
        actor=asked["actor"] or None,
        since=_midnight(asked["since"], timedelta()),
        until=_midnight(asked["until"], timedelta(days=1)),
    )


def _midnight(day: str, later: timedelta) -> datetime | None:
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time(), UTC) + later
    except (ValueError, OverflowError) as error:
        msg = f"{day[:20]!r} is not a day such as 2026-11-21"
        raise BadInput(msg) from error


def _page(
    language: Language, asked: dict[str, str], content: str, *, status_code: int = 200
) -> HTMLResponse:
    title = words_of(language.value).format("people-audit-title")
    return plain_page(
        language,
        title=title,
        content=content,
        address=_address(asked),
        status_code=status_code,
    )


def _address(asked: dict[str, str]) -> str:
    given = {name: value for name, value in asked.items() if value}
    return f"{AUDIT_PATH}?{urlencode(given)}" if given else AUDIT_PATH


def _form(language: Language, asked: dict[str, str]) -> str:
    words = words_of(language.value)
    days = "\n".join(
        f'<label for="{name}">{escape(words.format(f"people-audit-{name}"))}</label>\n'
        f'<input id="{name}" name="{name}" type="date" dir="ltr" value="{escape(asked[name])}">'
        for name in ("since", "until")
    )
    return f"""<form method="get" action="{AUDIT_PATH}">
{hidden("lang", language.value)}
<label for="actor">{escape(words.format("people-audit-actor"))}</label>
<input id="actor" name="actor" dir="ltr" autocomplete="off" spellcheck="false"
 maxlength="{_FIELD_MAX}" value="{escape(asked["actor"])}">
{days}
<button type="submit">{escape(words.format("people-audit-show"))}</button>
</form>
"""


def _list(language: Language, asked: dict[str, str], found: Sequence[AuditLine]) -> str:
    words = words_of(language.value)
    if not found:
        return f"<p>{escape(words.format('people-audit-none'))}</p>\n"
    shown = "\n".join(_line(one, words) for one in found[:_LINES])
    older = ""
    if len(found) > _LINES:
        onward = {
            "lang": language.value,
            **{name: value for name, value in asked.items() if value},
            "before": found[_LINES - 1].number,
        }
        address = escape(f"{AUDIT_PATH}?{urlencode(onward)}")
        older = f'<p><a href="{address}">{escape(words.format("people-audit-older"))}</a></p>\n'
    return f"{shown}\n{older}"


def _line(line: AuditLine, words: Catalogue) -> str:
    known = line.action in {*Action, *_OTHER_ACTIONS}
    action = words.format(message_id("people-action", line.action)) if known else line.action
    outcome = words.format(f"people-outcome-{line.outcome}")
    role = words.format(f"people-role-{line.role.value}")
    moment = ltr(f"{line.at:%Y-%m-%d %H:%M:%S} UTC")
    what = f'<p class="digest"><bdi dir="ltr">{escape(line.what)}</bdi></p>' if line.what else ""
    return f"""<section class="device">
<h2>{escape(action)}</h2>
<p>{escape(outcome)} · <bdi dir="ltr">{line.number}</bdi> · {escape(moment)}</p>
<p>{escape(role)}</p>
<p class="digest">{_actor(line.actor)}</p>
{what}
</section>"""


def _actor(actor: str) -> str:
    """Write an id, with a way to whom it stands for where there is one."""
    kind, _, found = actor.partition(":")
    text = f'<bdi dir="ltr">{escape(actor)}</bdi>'
    page = {"person": f"{PEOPLE_PATH}#person-{found}", "device": DEVICES_PATH}.get(kind)
    return text if page is None else f'<a href="{escape(page)}">{text}</a>'
