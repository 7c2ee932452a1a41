"""The door: what every request passes before, and every answer after, the routes.

A service on the loopback address is reachable by every page that the same browser shows. So the
Host header is checked (a foreign name that resolves to 127.0.0.1, known as DNS rebinding, gets
nothing), and a request that changes something must come from this service's own pages or from no
page at all.
"""

import logging
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from uxo.errors import Refused
from uxo.web.errors import answer_error, answer_unexpected

HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_OWN_FETCHES: Final = frozenset({"same-origin", "none"})
_LOG: Final = logging.getLogger(__name__)

HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # A page that needs more says so itself; data never run as anything.
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        # Finds and teams are restricted: no copy may stay in a browser's cache on a shared machine.
        "Cache-Control": "no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
)
"""Headers of every answer, unless the answer sets its own."""


@dataclass(frozen=True, slots=True)
class Site:
    """Under which names a service is reached.

    Attributes
    ----------
    hosts : set of str
        Names and addresses that a Host header may carry.
    ca_pem : bytes or None
        The certificate that phones install so as to trust the service's own; None: they need none.
    hsts : timedelta or None
        For how long a browser that came once must not come without HTTPS (RFC 6797). None: it is
        not bound.
    """

    hosts: AbstractSet[str] = HOSTS
    ca_pem: bytes | None = None
    hsts: timedelta | None = None

    def host_for_phones(self, asked: str) -> str:
        """Name this service so that a phone reaches it.

        Parameters
        ----------
        asked : str
            The Host header under which the page was asked for; kept unless it means the machine
            itself and there is a better one.
        """
        name, others = _host_name(asked), self.hosts - HOSTS
        if name not in HOSTS or not others:
            return asked
        # An address before a name: it needs no name service between phone and desk.
        best = min(others, key=lambda one: (any(letter.isalpha() for letter in one), one))
        port = urlsplit(f"//{asked}").port
        shown = f"[{best}]" if ":" in best else best
        return shown if port is None else f"{shown}:{port}"


THIS_MACHINE: Final = Site()
"""Reached from this machine alone."""


class Guard:
    """Check the sender, answer what nobody foresaw, and put the security headers on every answer.

    Parameters
    ----------
    app : ASGI application
        What lies behind the door.
    hosts : set of str
        The names under which it answers.
    hsts : timedelta or None
        See `Site`.
    """

    def __init__(
        self, app: ASGIApp, hosts: AbstractSet[str] = HOSTS, hsts: timedelta | None = None
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._hsts = (
            {}
            if hsts is None
            else {"Strict-Transport-Security": f"max-age={round(hsts.total_seconds())}"}
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        # RFC 6797 section 7.2: never over HTTP, where anybody on the way could have written it.
        https = scope.get("scheme", "http") == "https"
        added = {**HEADERS, **(self._hsts if https else {})}
        door = _Door(send, added, head=scope["method"] == "HEAD")
        if scope["method"] == "HEAD":  # RFC 9110 section 9.3.2: as GET, without the content
            scope = {**scope, "method": "GET"}
        try:
            try:
                headers = Headers(scope=scope)
                scheme = scope.get("scheme", "http")  # the default of the ASGI specification
                check_sender(scope["method"], headers, scheme=scheme, names=self._hosts)
            except Refused as error:
                await answer_error(error)(scope, receive, door.send)
                return
            await self._app(scope, receive, door.send)
        except Exception:
            if door.started:
                raise
            # The path is printed quoted: a line end in it must not write a second log line.
            _LOG.exception("no answer to %s %r", scope["method"], scope["path"])
            await answer_unexpected()(scope, receive, door.send)


class _Door:
    """Sends the answer on, with the headers, and without the content after a HEAD."""

    def __init__(self, send: Send, added: Mapping[str, str], *, head: bool) -> None:
        self._send = send
        self._added = added
        self._head = head
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in self._added.items():
                headers.setdefault(name, value)
        elif self._head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


def check_sender(
    method: str, headers: Headers, *, scheme: str = "http", names: AbstractSet[str] = HOSTS
) -> None:
    """Refuse a request that another site's page may have caused.

    Parameters
    ----------
    method : str
        Of the request.
    headers : Headers
        Of the request.
    scheme : str
        ``http`` or ``https``: that of the connection.
    names : set of str
        The names under which the service answers.

    Raises
    ------
    Refused
        The Host header is absent, doubled or names another host; or the request changes something
        and its Origin or Sec-Fetch-Site header shows that a page of another site sent it.
    """
    hosts = headers.getlist("host")
    if len(hosts) != 1 or _host_name(hosts[0]) not in names:
        msg = (
            "This service answers only under its own names (the Host header): 127.0.0.1 and "
            "localhost, and those of its certificate where it has one."
        )
        raise Refused(msg)
    if method in _READING:
        return
    origins = headers.getlist("origin")
    foreign_origin = bool(origins) and origins != [f"{scheme}://{hosts[0]}"]
    if foreign_origin or headers.get("sec-fetch-site", "none") not in _OWN_FETCHES:
        msg = "Only this service's own pages may send this (the Origin header names another site)."
        raise Refused(msg)


def _host_name(host: str) -> str | None:
    """Read the name out of ``name[:port]``; None when it is not of that form."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    # Nothing but the name and the port may stand in a Host header.
    return parts.hostname if parts.netloc == host and "@" not in host else None
