"""``/password``: everybody who signed in changes the own password."""

from html import escape
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from uxo.errors import BadInput, NotSignedIn, TooManyAttempts
from uxo.publish.language import Language
from uxo.services.access import Access
from uxo.services.secret_words import PASSWORD_MAX, PASSWORD_MIN
from uxo.services.who import Who
from uxo.web.links import PASSWORD_PATH, links
from uxo.web.plain_pages import (
    FORM_TYPE,
    chosen_language,
    form_language,
    hidden,
    plain_page,
    words_of,
)
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_SIGN_IN, told_on_the_page
from uxo.web.sign_in import hand_over
from uxo.web.strict import StrictRoute
from uxo.web.who import SIGN_IN_PATH, CurrentWho, read_own_form, sender_address

_Lang = Annotated[Language | None, Query(description="Language; left out: the browser's.")]
_FORM_BODY: Final[dict[str, Any]] = {
    "requestBody": {"content": {FORM_TYPE: {"schema": {"type": "object"}}}}
}
_FIELDS: Final = (
    ("current", "current-password"),
    ("new", "new-password"),
    ("again", "new-password"),
)


def router(access: Access) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    access : Access
        Answers them.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["session"])

    @routes.get(
        PASSWORD_PATH,
        operation_id="getPasswordPage",
        summary="The page to change the own password",
        response_class=HTMLResponse,
        responses=PROBLEMS,
    )
    def get_page(request: Request, who: CurrentWho, lang: _Lang = None) -> HTMLResponse:
        """Give a page that works without JavaScript."""
        return _page(request, who, chosen_language(request, lang))

    @routes.post(
        PASSWORD_PATH,
        operation_id="sendPasswordForm",
        summary="Change the own password",
        response_class=HTMLResponse,
        responses=told_on_the_page(
            PROBLEMS_OF_SIGN_IN, HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS
        ),
        openapi_extra=_FORM_BODY,
    )
    async def send_form(request: Request, who: CurrentWho) -> Response:
        """End all sessions of the person, and begin a new one here."""
        fields = await read_own_form(request)
        return await run_in_threadpool(_answer, access, request, fields, who)

    return routes


def _answer(access: Access, request: Request, fields: dict[str, str], who: Who) -> Response:
    language = form_language(fields)
    words = words_of(language.value)
    new = fields.get("new", "")
    if new != fields.get("again", ""):
        return _page(request, who, language, said=words.format("people-password-differs"))
    try:
        person = access.people.change_own_password(
            who, fields.get("current", ""), new, address=sender_address(request)
        )
    except NotSignedIn:
        return _page(request, who, language, said=words.format("people-password-wrong"))
    except BadInput:
        said = words.format("people-password-bad", least=PASSWORD_MIN, most=PASSWORD_MAX)
        return _page(request, who, language, said=said)
    except TooManyAttempts as error:
        minutes = -(-error.wait_s // 60)
        said = words.format("people-wait", minutes=minutes)
        page = _page(request, who, language, said=said, status_code=HTTPStatus.TOO_MANY_REQUESTS)
        page.headers["Retry-After"] = str(error.wait_s)
        return page
    answer = RedirectResponse(f"{SIGN_IN_PATH}?lang={language.value}", status_code=303)
    hand_over(access, request, answer, access.sign_in.begin(person))
    return answer


def _page(
    request: Request,
    who: Who,
    language: Language,
    *,
    said: str = "",
    status_code: int = HTTPStatus.BAD_REQUEST,
) -> HTMLResponse:
    words = words_of(language.value)
    sitting = request.state.sitting
    alert = f'<p class="alert" role="alert">{escape(said)}</p>' if said else ""
    inputs = "\n".join(
        f'<label for="{name}">{escape(words.format(f"people-password-{name}"))}</label>\n'
        f'<input id="{name}" name="{name}" type="password" autocomplete="{kind}" dir="ltr"'
        f' maxlength="{PASSWORD_MAX}" required>'
        for name, kind in _FIELDS
    )
    content = f"""{alert}
<p>{escape(words.format("people-password-why", least=PASSWORD_MIN))}</p>
<form method="post" action="{PASSWORD_PATH}">
{hidden("lang", language.value)}{hidden("csrf", sitting.csrf if sitting else "")}
{inputs}
<button type="submit">{escape(words.format("people-open-password"))}</button>
</form>
{links(who, language, here=PASSWORD_PATH)}"""
    return plain_page(
        language,
        title=words.format("people-open-password"),
        content=content,
        address=PASSWORD_PATH,
        status_code=status_code if said else HTTPStatus.OK,
    )
