"""The moment asked about, as query parameters."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query

from uxo.errors import BadInput
from uxo.services.tiles import Moment

AsOfQuery = Annotated[
    str | None,
    Query(
        max_length=40,
        description="The moment asked about, ISO 8601, UTC where no zone is given. Left out: now.",
        json_schema_extra={"example": "2026-03-12T00:00:00Z"},
    ),
]
KnownAtQuery = Annotated[
    str | None,
    Query(
        max_length=40,
        description="Use only what was recorded up to this moment, ISO 8601. Left out: now.",
        json_schema_extra={"example": "2026-03-12T00:00:00Z"},
    ),
]


def read_moment(as_of: str | None, known_at: str | None) -> Moment:
    """Read the moment that a request asks about.

    Raises
    ------
    BadInput
        It is not such a time.
    """
    return Moment(_read("as_of", as_of), _read("known_at", known_at))


def _read(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    msg = f"{name} = {text!r}: write an ISO 8601 time such as 2026-03-12 or 2026-03-12T10:00:00Z"
    try:
        time = datetime.fromisoformat(text)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput(msg) from error
