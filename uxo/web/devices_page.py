"""``/devices``: an officer shows the code for a new phone and cuts off a lost one."""

from datetime import datetime
from html import escape
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from uxo.errors import BadInput
from uxo.publish.language import Catalogue, Language, isolated, ltr
from uxo.services.access import Access
from uxo.services.who import Who
from uxo.store.people.contract import Device
from uxo.web.devices import code_body
from uxo.web.guard import HOSTS
from uxo.web.links import DEVICES_PATH, links
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

PATH: Final = DEVICES_PATH
_NOTABLE_SKEW_S: Final = 60.0

_Lang = Annotated[Language | None, Query(description="Language; left out: the browser's.")]
_FORM_BODY: dict[str, Any] = {
    "requestBody": {"content": {FORM_TYPE: {"schema": {"type": "object"}}}}
}


def router(access: Access) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    access : Access
        Answers them.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["devices"])

    @routes.get(
        PATH,
        operation_id="getDevicesPage",
        summary="The page of the teams' phones",
        response_class=HTMLResponse,
        responses=PROBLEMS,
    )
    def get_page(request: Request, lang: _Lang = None) -> HTMLResponse:
        """Give a page that works without JavaScript."""
        return _page(access, request, chosen_language(request, lang))

    @routes.post(
        PATH,
        operation_id="sendCodeForm",
        summary="Show a code for a new phone",
        response_class=HTMLResponse,
        responses=told_on_the_page(PROBLEMS_OF_CHANGE, HTTPStatus.BAD_REQUEST),
        openapi_extra=_FORM_BODY,
    )
    async def send_code(request: Request, who: CurrentWho) -> Response:
        """Make a code and show it on the page, to be scanned."""
        fields = await read_own_form(request)
        return await run_in_threadpool(_answer_code, access, request, fields, who)

    @routes.post(
        PATH + "/revoked",
        operation_id="sendRevokeForm",
        summary="Cut a phone off",
        response_class=HTMLResponse,
        responses=PROBLEMS_OF_CHANGE,
        openapi_extra=_FORM_BODY,
    )
    async def send_revoke(request: Request, who: CurrentWho) -> Response:
        """Cut a phone off and show the page again."""
        fields = await read_own_form(request)
        language = form_language(fields)
        await run_in_threadpool(access.devices.revoke, fields.get("device_id", ""), by=who)
        return RedirectResponse(f"{PATH}?lang={language.value}", status_code=303)

    return routes


def _answer_code(access: Access, request: Request, fields: dict[str, str], who: Who) -> Response:
    language = form_language(fields)
    words = words_of(language.value)
    try:
        made = code_body(access, fields.get("team", "").strip(), request, who)
    except BadInput:
        said = escape(words.format("people-code-bad"))
        alert = f'<p class="alert" role="alert">{said}</p>'
        return _page(access, request, language, above=alert, status_code=400)
    how = words.format("people-code-how", time=_minute(datetime.fromisoformat(made["ends_at"])))
    shown = (
        f'<div class="qr" aria-hidden="true">{made["qr_svg"]}</div>\n'
        f'<p class="code"><bdi dir="ltr">{escape(made["code"])}</bdi></p>\n'
        f"<p>{escape(words.format('people-device-team', team=made['team']))}</p>\n"
        f"<p>{escape(how)}</p>"
    )
    if urlsplit(made["address"]).hostname in HOSTS:
        said = escape(words.format("people-code-only-here"))
        shown += f'\n<p class="alert" role="alert">{said}</p>'
    return _page(access, request, language, above=shown)


def _page(
    access: Access, request: Request, language: Language, *, above: str = "", status_code: int = 200
) -> HTMLResponse:
    words = words_of(language.value)
    sitting = request.state.sitting
    carried = hidden("lang", language.value) + hidden("csrf", sitting.csrf if sitting else "")
    devices = access.devices.list()
    listed = "\n".join(_device(one, words, carried) for one in devices)
    content = f"""{above}
<form method="post" action="{PATH}">
{carried}
<label for="team">{escape(words.format("people-team-code"))}</label>
<input id="team" name="team" dir="ltr" autocomplete="off" maxlength="32" required>
<button type="submit">{escape(words.format("people-make-code"))}</button>
</form>
{listed or f"<p>{escape(words.format('people-no-devices'))}</p>"}
{links(request.state.who, language, here=PATH)}"""
    title = words.format("people-devices-title")
    return plain_page(language, title=title, content=content, address=PATH, status_code=status_code)


def _device(device: Device, words: Catalogue, carried: str) -> str:
    lines = [words.format("people-device-team", team=device.team), _seen(device, words)]
    if device.skew_s is not None and abs(device.skew_s) >= _NOTABLE_SKEW_S:
        lines.append(words.format("people-device-skew", seconds=round(device.skew_s)))
    paragraphs = "\n".join(f"<p>{escape(line)}</p>" for line in lines)
    button = ""
    if device.revoked_at is None:
        label = words.format("people-revoke", label=device.label)
        button = f"""
<form method="post" action="{PATH}/revoked">
{carried}{hidden("device_id", device.device_id)}
<button type="submit">{escape(label)}</button>
</form>"""
    return f"""<section class="device">
<h2>{escape(isolated(device.label))}</h2>
{paragraphs}{button}
</section>"""


def _seen(device: Device, words: Catalogue) -> str:
    if device.revoked_at is not None:
        return words.format("people-device-revoked", time=_minute(device.revoked_at))
    if device.seen_at is None:
        return words.format("people-device-never")
    return words.format("people-device-seen", time=_minute(device.seen_at))


def _minute(moment: datetime) -> str:
    """Write a time to the minute, kept in its order in Arabic text."""
    return ltr(f"{moment:%Y-%m-%d %H:%M} UTC")
