"""Who sends a request, and whether that may be: asked once, before anything else is read."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from uxo.errors import Forbidden, NotSignedIn, UxoError
from uxo.services.access import Access
from uxo.services.audit import REFUSED
from uxo.services.devices import TOKEN_PREFIX as DEVICE_PREFIX
from uxo.services.permissions import TABLE, refusal_to
from uxo.services.sign_in import Sitting, check_csrf
from uxo.services.who import NOBODY, Who, open_to_all
from uxo.vocabulary import Action
from uxo.web.errors import answer_error
from uxo.web.plain_pages import read_form
from uxo.web.strict import StrictRoute

SIGN_IN_PATH: Final = "/sign-in"
CSRF_HEADER: Final = "x-csrf-token"
_READING: Final = frozenset({"GET", "HEAD"})


class Gate:
    """Lets a request pass, or not.

    Parameters
    ----------
    access : Access or None
        Knows people and devices. None: there is no sign-in, and everybody passes.
    actions : mapping of str to Action or None
        Operation id -> the action that it needs; None: open to everybody.
    forms : set of str
        Operations that read their CSRF token from a form, with `read_own_form`.
    open_who : Who
        Who asks while there is no sign-in.
    """

    def __init__(
        self,
        access: Access | None,
        actions: Mapping[str, Action | None],
        forms: AbstractSet[str] = frozenset(),
        open_who: Who | None = None,
    ) -> None:
        self._access = access
        self._actions = actions
        self._forms = forms
        self._open_who = open_who or open_to_all()

    @property
    def guarded(self) -> bool:
        """Tell whether a sign-in is in force."""
        return self._access is not None

    def needs_sign_in(self, operation: str) -> bool:
        """Tell whether nobody gets in who is not signed in."""
        action = self._actions.get(operation)
        return self.guarded and action is not None and refusal_to(NOBODY, action) is not None

    async def admit(self, request: Request, operation: str | None) -> None:
        """Find out who asks, keep it as ``request.state.who``, and refuse who may not.

        Raises
        ------
        NotSignedIn, Forbidden
            See `uxo.services.permissions`.
        """
        request.state.sitting = None
        if self._access is None:
            request.state.who = self._open_who
            return
        name = operation or ""
        action = self._actions[name]
        if action is None:
            request.state.who = NOBODY
            return
        # The store of people is a file: looking into it must not hold up the other requests.
        form = name in self._forms
        await run_in_threadpool(self._admit, self._access, request, action, form=form)

    async def admit_still(self, request: Request) -> None:
        """Ask again after a body came, which may take its time: who was cut off meanwhile is out.

        Raises
        ------
        NotSignedIn, Forbidden
            The token or the session is no longer in force.
        """
        who: Who = request.state.who
        if self._access is not None and who is not NOBODY:
            await run_in_threadpool(self._same_still, self._access, request, who)

    def _same_still(self, access: Access, request: Request, who: Who) -> None:
        self._identify(access, request, form=True)  # whose CSRF token was looked at before
        if request.state.who != who:
            msg = "This sign-in ended while the request was sent; sign in again."
            raise NotSignedIn(msg)

    def _admit(self, access: Access, request: Request, action: Action, *, form: bool) -> None:
        self._identify(access, request, form=form)
        who: Who = request.state.who
        where = f"{request.method} {request.url.path}"
        reason = refusal_to(who, action)
        if reason is None:
            if TABLE[action].audited:
                query = request.url.query
                access.audit.note(who, action, f"{where}?{query}" if query else where)
            return
        if who is NOBODY:
            msg = f"Sign in first. {reason}"
            raise NotSignedIn(msg)
        access.audit.note(who, action, where, REFUSED)
        raise Forbidden(reason)

    def _identify(self, access: Access, request: Request, *, form: bool) -> None:
        token = bearer_token(request)
        if token is not None:
            # No CSRF token here: another site's page cannot make a browser send this header.
            request.state.who = _of_token(access, token)
            return
        sitting = current_sitting(access, request)
        request.state.who = NOBODY if sitting is None else sitting.who
        request.state.sitting = sitting
        if sitting is not None and request.method not in _READING and not form:
            check_csrf(sitting, request.headers.get(CSRF_HEADER, ""))


def _of_token(access: Access, token: str) -> Who:
    if token.startswith(DEVICE_PREFIX):
        return access.devices.who(token)
    sitting = access.sign_in.find(token)
    if sitting is None:
        msg = "This token is unknown or over; sign in again."
        raise NotSignedIn(msg)
    return sitting.who


def bearer_token(request: Request) -> str | None:
    """Read the token of the Authorization header; None: there is no such header.

    Raises
    ------
    NotSignedIn
        The header comes twice or is of another form.
    """
    sent = request.headers.getlist("authorization")
    if not sent:
        return None
    scheme, _, token = sent[0].partition(" ")
    if len(sent) != 1 or scheme.lower() != "bearer" or not token.strip():
        msg = "send one header: Authorization: Bearer TOKEN"
        raise NotSignedIn(msg)
    return token.strip()


def cookie_name(request: Request) -> str:
    """Name the cookie of a session; over HTTPS with the prefix that no neighbour can set."""
    return "__Host-uxo" if request.url.scheme == "https" else "uxo"


def current_sitting(access: Access, request: Request) -> Sitting | None:
    """Find the session of the request's cookie; None: it has none that is in force."""
    token = request.cookies.get(cookie_name(request))
    return None if token is None else access.sign_in.find(token)


WhoOf = Callable[[Request], Who]
"""Tells who sent a request."""


def sent_by(request: Request) -> Who:
    """Tell who sent a request, as the gate found out."""
    who: Who = request.state.who
    return who


CurrentWho = Annotated[Who, Depends(sent_by)]
"""Who sent the request, for a route that needs to know."""


async def read_own_form(request: Request) -> dict[str, str]:
    """Read a form of a page of ours, which repeats the token of its session.

    Raises
    ------
    Forbidden
        The token is missing or another one.
    UxoError
        See `uxo.web.plain_pages.read_form`.
    """
    fields = await read_form(request)
    await request.app.state.gate.admit_still(request)
    sitting: Sitting | None = request.state.sitting
    if sitting is not None:
        check_csrf(sitting, fields.get("csrf", ""))
    return fields


def sender_address(request: Request) -> str:
    """Name the network address from which a request came."""
    return request.client.host if request.client is not None else "unknown"


def check_actions(routers: Sequence[APIRouter], actions: Mapping[str, Action | None]) -> None:
    """Refuse to start with an address that no row of the table stands for.

    Raises
    ------
    UxoError
        Names the routes.
    """
    missing = [
        getattr(route, "path", repr(route))
        for router in routers
        for route in router.routes
        if not isinstance(route, StrictRoute) or route.operation_id not in actions
    ]
    if missing:
        msg = f"these addresses name no action in uxo/web/actions.py: {', '.join(missing)}"
        raise UxoError(msg)


def on_not_signed_in(request: Request, error: Exception) -> Response:
    """Send a person who opens a page to the sign-in; tell everybody else by a problem."""
    if not isinstance(error, NotSignedIn):
        raise error
    opens_a_page = (
        request.method in _READING
        and "text/html" in request.headers.get("accept", "")
        and "authorization" not in request.headers
    )
    if not opens_a_page:
        return answer_error(error)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN_PATH}?{urlencode({'next': target})}", status_code=303)
