"""``/sign-in`` for people and ``/api/v1/session`` for programs: begin and end a session."""

from html import escape
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from uxo.errors import NotSignedIn, TooManyAttempts
from uxo.publish.language import Language
from uxo.services.access import Access
from uxo.services.permissions import refusal
from uxo.services.sign_in import SignedIn, Sitting, check_csrf
from uxo.services.who import Who
from uxo.vocabulary import Action, Role
from uxo.web.answers import JsonAnswer
from uxo.web.links import links
from uxo.web.plain_pages import (
    FORM_TYPE,
    chosen_language,
    form_language,
    hidden,
    own_address,
    plain_page,
    read_form,
    words_of,
)
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_SIGN_IN, told_on_the_page
from uxo.web.strict import StrictRoute
from uxo.web.times import iso, maybe_iso
from uxo.web.who import (
    SIGN_IN_PATH,
    CurrentWho,
    bearer_token,
    cookie_name,
    current_sitting,
    sender_address,
)

PATH = "/api/v1/session"
SIGN_OUT_PATH = "/sign-out"

_Lang = Annotated[Language | None, Query(description="Language; left out: the browser's.")]
_Next = Annotated[str | None, Query(max_length=1_000, description="Where to go after it.")]
_FORM_BODY: dict[str, Any] = {
    "requestBody": {"content": {FORM_TYPE: {"schema": {"type": "object"}}}}
}


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignInRequest(_Shape):
    """A name and a password."""

    name: str = Field(max_length=200)
    password: str = Field(max_length=1_000)


class SessionShape(_Shape):
    """Who is signed in; no name."""

    role: Role
    team: str
    actor: str
    csrf: str | None = Field(
        description="Sent back as X-CSRF-Token with every request that changes something; "
        "null: the request came without a session's cookie and needs none."
    )
    ends_at: str | None


def router(access: Access) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    access : Access
        Answers them.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["session"])
    _add_session(routes, access)
    _add_pages(routes, access)
    return routes


def _add_session(routes: APIRouter, access: Access) -> None:
    @routes.post(
        PATH,
        operation_id="beginSession",
        summary="Sign in",
        status_code=201,
        response_model=SessionShape,
        responses=PROBLEMS_OF_SIGN_IN,
    )
    def begin(given: SignInRequest, request: Request) -> JsonAnswer:
        """Begin a session; its token goes out as a cookie that scripts cannot read."""
        made = access.sign_in.sign_in(given.name, given.password, address=sender_address(request))
        answer = JsonAnswer(_body(made.who, made.csrf, iso(made.ends_at)), status_code=201)
        hand_over(access, request, answer, made)
        return answer

    @routes.get(
        PATH,
        operation_id="getSession",
        summary="Who is signed in",
        response_model=SessionShape,
        responses=PROBLEMS,
    )
    def get_session(request: Request, who: CurrentWho) -> JsonAnswer:
        """Give role and team of who asks, and the token that its pages repeat."""
        sitting: Sitting | None = request.state.sitting
        if sitting is None:
            return JsonAnswer(_body(who, None, None))
        return JsonAnswer(_body(who, sitting.csrf, maybe_iso(sitting.ends_at)))

    @routes.delete(
        PATH,
        operation_id="endSession",
        summary="Sign out",
        status_code=204,
        responses=PROBLEMS,
    )
    def end(request: Request) -> Response:
        """End the session of the cookie or of the token; without one nothing happens."""
        answer = Response(status_code=204)
        _end(access, request, answer)
        return answer


def _add_pages(routes: APIRouter, access: Access) -> None:
    @routes.get(
        SIGN_IN_PATH,
        operation_id="getSignInPage",
        summary="The page to sign in and out",
        response_class=HTMLResponse,
        responses=PROBLEMS,
    )
    def get_page(request: Request, lang: _Lang = None, next: _Next = None) -> HTMLResponse:  # noqa: A002
        """Give a page that works without JavaScript."""
        language = chosen_language(request, lang)
        sitting = current_sitting(access, request)
        if sitting is not None:
            return _signed_in_page(language, sitting)
        return _form_page(language, next or "", "")

    @routes.post(
        SIGN_IN_PATH,
        operation_id="sendSignInForm",
        summary="Sign in by the page's form",
        response_class=HTMLResponse,
        responses=told_on_the_page(
            PROBLEMS_OF_SIGN_IN, HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS
        ),
        openapi_extra=_FORM_BODY,
    )
    async def send_form(request: Request) -> Response:
        """Begin a session and go on to where the person wanted to go."""
        fields = await read_form(request)
        return await run_in_threadpool(_answer_form, access, request, fields)

    @routes.post(
        SIGN_OUT_PATH,
        operation_id="sendSignOutForm",
        summary="Sign out by the page's form",
        response_class=HTMLResponse,
        responses=PROBLEMS_OF_SIGN_IN,
        openapi_extra=_FORM_BODY,
    )
    async def send_out(request: Request) -> Response:
        """End the session of the cookie; the form carries its token."""
        fields = await read_form(request)
        return await run_in_threadpool(_answer_sign_out, access, request, fields)


def _answer_form(access: Access, request: Request, fields: dict[str, str]) -> Response:
    language = form_language(fields)
    words = words_of(language.value)
    onward = fields.get("next", "")
    try:
        made = access.sign_in.sign_in(
            fields.get("name", ""), fields.get("password", ""), address=sender_address(request)
        )
    except NotSignedIn:
        return _form_page(language, onward, words.format("people-wrong"), status_code=401)
    except TooManyAttempts as error:
        minutes = -(-error.wait_s // 60)
        said = words.format("people-wait", minutes=minutes)
        page = _form_page(language, onward, said, status_code=429)
        page.headers["Retry-After"] = str(error.wait_s)
        return page
    answer = RedirectResponse(_onward(onward, made.who, language), status_code=303)
    hand_over(access, request, answer, made)
    return answer


def _answer_sign_out(access: Access, request: Request, fields: dict[str, str]) -> Response:
    language = form_language(fields)
    sitting = current_sitting(access, request)
    answer = RedirectResponse(f"{SIGN_IN_PATH}?lang={language.value}", status_code=303)
    if sitting is not None:
        check_csrf(sitting, fields.get("csrf", ""))
        _end(access, request, answer)
    return answer


def _onward(asked: str, who: Who, language: Language) -> str:
    """Choose where a person goes: where they wanted to, else to the map if they may see it."""
    wanted = own_address(asked)
    to_the_map = wanted is None or wanted.partition("?")[0] == "/"
    if to_the_map and refusal(who.role, Action.SEE_STATUS) is not None:
        # Whoever just opens the service is led to the list of pages, not to a refusal.
        return f"{SIGN_IN_PATH}?lang={language.value}"
    return wanted or f"/?lang={language.value}"


def hand_over(access: Access, request: Request, answer: Response, made: SignedIn) -> None:
    """Hand the token to the browser; a session that it had before ends."""
    before = request.cookies.get(cookie_name(request))
    if before is not None:
        access.sign_in.sign_out(before)
    answer.set_cookie(
        cookie_name(request),
        made.token,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _end(access: Access, request: Request, answer: Response) -> None:
    token = bearer_token(request) or request.cookies.get(cookie_name(request))
    if token is not None:
        access.sign_in.sign_out(token)
    answer.delete_cookie(
        cookie_name(request),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _body(who: Who, csrf: str | None, ends_at: str | None) -> dict[str, Any]:
    return {
        "role": who.role.value,
        "team": who.team,
        "actor": who.actor,
        "csrf": csrf,
        "ends_at": ends_at,
    }


def _form_page(
    language: Language, onward: str, said: str, *, status_code: int = 200
) -> HTMLResponse:
    words = words_of(language.value)
    alert = f'<p class="alert" role="alert">{escape(said)}</p>' if said else ""
    content = f"""{alert}
<form method="post" action="{SIGN_IN_PATH}">
{hidden("lang", language.value)}{hidden("next", own_address(onward) or "")}
<label for="name">{escape(words.format("people-name"))}</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false"
 dir="auto" maxlength="80" required>
<label for="password">{escape(words.format("people-password"))}</label>
<input id="password" name="password" type="password" autocomplete="current-password" dir="ltr"
 maxlength="200" required>
<button type="submit">{escape(words.format("people-sign-in"))}</button>
</form>
<p>{escape(words.format("people-lost"))}</p>"""
    onward_query = {"next": onward} if own_address(onward) else {}
    address = f"{SIGN_IN_PATH}?{urlencode(onward_query)}" if onward_query else SIGN_IN_PATH
    return plain_page(
        language,
        title=words.format("people-sign-in-title"),
        content=content,
        address=address,
        status_code=status_code,
    )


def _signed_in_page(language: Language, sitting: Sitting) -> HTMLResponse:
    words = words_of(language.value)
    role = words.format(f"people-role-{sitting.who.role.value}")
    said = words.format("people-signed-in-as", role=role, team=sitting.who.team)
    content = f"""<p>{escape(said)}</p>
{links(sitting.who, language, here=SIGN_IN_PATH)}
<form method="post" action="{SIGN_OUT_PATH}">
{hidden("lang", language.value)}{hidden("csrf", sitting.csrf)}
<button type="submit">{escape(words.format("people-sign-out"))}</button>
</form>"""
    title = words.format("people-signed-in-title")
    return plain_page(language, title=title, content=content, address=SIGN_IN_PATH)
