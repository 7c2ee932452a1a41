"""Requests read strictly: nothing unknown, nothing twice, nothing after the end, nothing unbounded.

A parameter that is silently ignored answers another question than the one that was asked: with
``?statu=cleared`` a whole unfiltered map would pass for the cleared part of it.
"""

from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from uxo.errors import BadInput
from uxo.services.strict_json import parse_document
from uxo.web.errors import TooLarge, UnknownMediaType

MAX_BODY_BYTES: Final = 512 * 1024
"""A polygon of 10,000 vertices fits; a larger one is a file for ``uxo import``."""

BODY_TYPES: Final = ("application/geo+json", "application/json")


class StrictRoute(APIRoute):
    """A route that refuses unknown and repeated query parameters, and reads bodies strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the framework's handler."""
        handle = super().get_route_handler()
        known = frozenset(_query_names(self.dependant))
        reads_body = self.body_field is not None

        async def strict(request: Request) -> Response:
            # First of all: who may not do this learns nothing from how the rest is read.
            await request.app.state.gate.admit(request, self.operation_id)
            check_query(request, known)
            if reads_body:
                check_media_type(request)
                sent = await read_bytes(request)
                await request.app.state.gate.admit_still(request)
                request = ReadRequest(request.scope, request.receive)
                request.sent, request.document = sent, parse_document(sent)
            return await handle(request)

        return strict


def _query_names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for part in dependant.dependencies:
        yield from _query_names(part)


def check_query(request: Request, known: frozenset[str]) -> None:
    """Refuse a query parameter that the route does not know, or that comes twice.

    Raises
    ------
    BadInput
        The message names the parameters and those that are known.
    """
    given = Counter(name for name, _ in request.query_params.multi_items())
    unknown = sorted(given.keys() - known)
    if unknown:
        offered = f"known here: {', '.join(sorted(known))}" if known else "none is known here"
        msg = f"unknown query parameter {', '.join(name[:80] for name in unknown[:5])}; {offered}"
        raise BadInput(msg)
    twice = sorted(name for name, count in given.items() if count > 1)
    if twice:
        msg = f"query parameter {', '.join(twice)} is given more than once; give it once"
        raise BadInput(msg)


def check_media_type(request: Request) -> None:
    """Refuse a body which does not say that it is JSON.

    Raises
    ------
    UnknownMediaType
        Another Content-Type, none, or a compressed body.
    """
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent not in BODY_TYPES:
        msg = f"send the body with Content-Type {' or '.join(BODY_TYPES)}"
        raise UnknownMediaType(msg)
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        msg = "send the body uncompressed, without Content-Encoding"
        raise UnknownMediaType(msg)


async def read_bytes(request: Request, at_most: int = MAX_BODY_BYTES) -> bytes:
    """Read a body of bounded size.

    Raises
    ------
    TooLarge
        More bytes came than are read; they are counted as they come, whatever Content-Length says.
    """
    parts = bytearray()
    async for chunk in request.stream():
        parts += chunk
        if len(parts) > at_most:
            msg = f"the body is longer than {at_most} bytes; import large records as a file"
            raise TooLarge(msg)
    return bytes(parts)


class ReadRequest(Request):
    """A request whose body was read and parsed already.

    Attributes
    ----------
    sent : bytes
        The body as it came.
    document : JSON value
        The same, parsed.
    """

    sent: bytes = b""
    document: object = None

    async def body(self) -> bytes:
        """Tell the framework, which asks only whether there is one, that there is a body."""
        return b"read"

    async def json(self) -> Any:  # noqa: ANN401  # the base class's signature
        """Give the document."""
        return self.document
