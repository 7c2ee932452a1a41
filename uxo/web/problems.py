"""The problems that a route may answer with, for the description of the service."""

from http import HTTPStatus
from typing import Any, Final

from uxo.web.answers import Problem
from uxo.web.errors import PROBLEM_TYPE


def _described(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        status.value: {
            "description": status.phrase,
            "content": {PROBLEM_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


_ANYWHERE: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)

PROBLEMS: Final = _described(*_ANYWHERE)
"""Of a route that lists things."""

PROBLEMS_OF_ONE: Final = _described(*_ANYWHERE, HTTPStatus.NOT_FOUND)
"""Of a route that may not find its thing."""

PROBLEMS_OF_BODY: Final = _described(
    *_ANYWHERE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE
)
"""Of a route that reads a body."""

PROBLEMS_OF_SIGN_IN: Final = PROBLEMS_OF_BODY | _described(HTTPStatus.TOO_MANY_REQUESTS)
"""Of a route that takes a password or a code."""

PROBLEMS_OF_CHANGE: Final = PROBLEMS_OF_BODY | _described(HTTPStatus.NOT_FOUND)
"""Of a route that reads a body and may not find what it changes."""


def told_on_the_page(
    responses: dict[int | str, dict[str, Any]], *statuses: HTTPStatus
) -> dict[int | str, dict[str, Any]]:
    """Describe that a form's page itself may tell of some problems."""
    page = {"text/html": {"schema": {"type": "string"}}}
    told = {
        status.value: {
            **responses[status.value],
            "content": responses[status.value]["content"] | page,
        }
        for status in statuses
    }
    return responses | told


PROBLEMS_OF_RECORD: Final = PROBLEMS_OF_BODY | _described(
    HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT
)
"""Of a route that takes in what devices send."""

PROBLEMS_OF_UPLOAD: Final = PROBLEMS_OF_RECORD | _described(
    HTTPStatus.PRECONDITION_FAILED, HTTPStatus.INSUFFICIENT_STORAGE
)
"""Of a route that takes a file in."""

PROBLEMS_OF_DECISION: Final = _described(
    *_ANYWHERE,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
"""Of a route that decides about a record."""
