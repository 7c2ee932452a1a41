"""How an error becomes an answer: one table from error class to HTTP status, problems as RFC 9457.

The problem's ``type`` is left out, which means ``about:blank``: its title is the status phrase,
and the stable ``code`` says the rest. A message about what the client sent goes out as it stands;
one about our own files stays in the log.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from uxo import errors

PROBLEM_TYPE: Final = "application/problem+json"
_LOG: Final = logging.getLogger(__name__)
_SHOWN_FAULTS: Final = 20
_SHOWN_CHARACTERS: Final = 2_000
_OUR_FAULT: Final = "The service could not do this; its log says why."


class TooLarge(errors.BadInput):
    """The body is longer than this service reads."""

    code = "too-large"


class UnknownMediaType(errors.BadInput):
    """The body is of a kind that this service does not read."""

    code = "media-type"


class MethodNotAllowed(errors.Refused):
    """The address exists and does not know this method."""

    code = "method-not-allowed"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table.

    Attributes
    ----------
    status : HTTPStatus
        What the client gets.
    public : str or None
        The text that goes out instead of the error's own. None: the error's own message, which
        speaks of nothing but the request.
    headers : mapping of str to str
        What the answer carries besides.
    """

    status: HTTPStatus
    public: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


# The nearest class of an error's ancestry decides. RFC 9110 section 15.
STATUS: Final[Mapping[type[errors.UxoError], Row]] = MappingProxyType(
    {
        errors.UxoError: Row(HTTPStatus.INTERNAL_SERVER_ERROR, _OUR_FAULT),
        errors.BadInput: Row(HTTPStatus.BAD_REQUEST),
        TooLarge: Row(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        UnknownMediaType: Row(HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        errors.NotFound: Row(HTTPStatus.NOT_FOUND),
        errors.Refused: Row(HTTPStatus.FORBIDDEN),
        # RFC 9110 section 15.5.2: an answer 401 names how to prove who one is (RFC 6750).
        errors.NotSignedIn: Row(
            HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": 'Bearer realm="uxo"'}
        ),
        errors.TooManyAttempts: Row(HTTPStatus.TOO_MANY_REQUESTS),
        errors.EventDiffers: Row(HTTPStatus.CONFLICT),
        errors.EventMissing: Row(HTTPStatus.CONFLICT),
        errors.OffsetDiffers: Row(HTTPStatus.CONFLICT),
        errors.ChangedSince: Row(HTTPStatus.CONFLICT),
        MethodNotAllowed: Row(HTTPStatus.METHOD_NOT_ALLOWED),
        errors.MissingPart: Row(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "This installation lacks a file that the page needs; its log says which. Install the "
            "package again.",
        ),
        errors.StoreError: Row(HTTPStatus.INTERNAL_SERVER_ERROR, _OUR_FAULT),
        errors.NoRoom: Row(
            HTTPStatus.INSUFFICIENT_STORAGE,
            "Too many files are on their way; finish some first, or try again later.",
        ),
        errors.StoreBusy: Row(
            HTTPStatus.SERVICE_UNAVAILABLE, "Another program holds the store; try again shortly."
        ),
    }
)

# What the framework raises on its own -> the error it stands for.
_OF_FRAMEWORK: Final[Mapping[int, tuple[type[errors.UxoError], str]]] = MappingProxyType(
    {
        HTTPStatus.NOT_FOUND: (
            errors.NotFound,
            "There is nothing at this address; /api/ lists what there is.",
        ),
        HTTPStatus.METHOD_NOT_ALLOWED: (
            MethodNotAllowed,
            "This address does not know this method; the Allow header lists those it knows.",
        ),
    }
)


def row_of(kind: type[errors.UxoError]) -> Row:
    """Look up the row of an error class, or of its nearest ancestor in the table."""
    return next(STATUS[ancestor] for ancestor in kind.__mro__ if ancestor in STATUS)


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    faults: Sequence[Mapping[str, str]] = (),
    besides: Mapping[str, Any] = MappingProxyType({}),
) -> Response:
    """Shape one problem.

    Parameters
    ----------
    status : HTTPStatus
        Also gives the title.
    code : str
        The stable code of an error class, or ``internal``.
    detail : str
        For the person who reads it; cut to a bounded length.
    faults : sequence of mapping
        Where there are several: ``where`` and ``reason`` of each.
    besides : mapping
        Members that only this kind of problem has (RFC 9457, section 3.2).
    """
    body: dict[str, Any] = {
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": plain(detail),
        **besides,
    }
    if faults:
        body["faults"] = [
            {key: plain(value) for key, value in fault.items()} for fault in faults[:_SHOWN_FAULTS]
        ]
    return Response(orjson.dumps(body), status_code=status, media_type=PROBLEM_TYPE)


def plain(text: str) -> str:
    """Make a text fit to be sent: bounded, and encodable even when it repeats half a character."""
    return text[:_SHOWN_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def answer_error(error: errors.UxoError) -> Response:
    """Turn one of our errors into a problem; what stays inside is logged here, once."""
    row = row_of(type(error))
    if row.public is not None:
        _LOG.error("%s: %s", error.code, error)
    faults = (
        [{"where": _where(fault), "reason": fault.reason} for fault in error.faults[:_SHOWN_FAULTS]]
        if isinstance(error, errors.BadRows)
        else []
    )
    besides = _no_route(error) if isinstance(error, errors.NoRoute) else {}
    answer = problem(
        row.status, error.code, row.public or str(error), faults=faults, besides=besides
    )
    answer.headers.update(row.headers)
    if isinstance(error, errors.TooManyAttempts):
        answer.headers["Retry-After"] = str(error.wait_s)
    return answer


def _no_route(error: errors.NoRoute) -> dict[str, Any]:
    """Tell why there is no way, and what would open one."""
    cut = [{**asdict(piece), "evidence_ids": list(piece.evidence_ids)} for piece in error.cut]
    return {"reason": error.reason.value, "cut": cut}


def _where(fault: errors.Fault) -> str:
    return fault.field if fault.row is None else f"row {fault.row}, {fault.field}"


def answer_unexpected() -> Response:
    """Answer a fault of ours that nobody foresaw; nothing of the inside leaks."""
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", _OUR_FAULT)


def install(app: FastAPI, routes: Sequence[tuple[re.Pattern[str], frozenset[str]]]) -> None:
    """Make every error of an application a problem.

    Parameters
    ----------
    app : FastAPI
        The application.
    routes : sequence of (pattern, methods)
        Every route's path pattern and methods, for the Allow header: the framework names only
        those of the first route that matches (RFC 9110 section 15.5.6 asks for all).
    """
    app.add_exception_handler(errors.UxoError, _on_uxo_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception(routes))


def _on_uxo_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, errors.UxoError):
        raise error
    return answer_error(error)


def _on_invalid_request(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    faults = [
        {
            "where": ".".join(str(part) for part in fault["loc"]),
            "reason": str(fault["msg"]).removeprefix("Value error, "),
        }
        for fault in error.errors()
    ]
    said = "; ".join(f"{fault['where']}: {fault['reason']}" for fault in faults[:_SHOWN_FAULTS])
    row = row_of(errors.BadInput)
    return problem(row.status, errors.BadInput.code, said, faults=faults)


def _on_http_exception(
    routes: Sequence[tuple[re.Pattern[str], frozenset[str]]],
) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        kind, detail = _OF_FRAMEWORK.get(error.status_code, (errors.BadInput, error.detail))
        response = answer_error(kind(detail))
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            path = request.scope["path"]
            matching = [(pattern, methods) for pattern, methods in routes if pattern.match(path)]
            # The first is the closest: an id may hold slashes, so a later one can match as well.
            known = {
                method
                for pattern, methods in matching
                if pattern.pattern == matching[0][0].pattern
                for method in methods
            }
            response.headers["Allow"] = ", ".join(
                sorted(known | {"HEAD"} if "GET" in known else known)
            )
        return response

    return handle
