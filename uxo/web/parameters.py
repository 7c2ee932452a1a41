"""Query parameters that several routes share, each read in one way."""

import base64
import binascii
import re
from typing import Annotated, Any, Final

import orjson
from fastapi import Query
from pydantic import BeforeValidator, Field

from uxo.errors import BadInput
from uxo.services.pages import Bounds, RoadPlace

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1_000
_BBOX_NUMBERS: Final = 4
_CURSOR_PARTS: Final = 3
_EARTH: Final = (180.0, 90.0)  # largest longitude and latitude
# ASCII only: float() and int() also read "nan", "1_000" and other alphabets' digits.
_NUMBER: Final = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?")
_INTEGER: Final = re.compile(r"-?[0-9]{1,400}")


def _number(value: Any) -> Any:  # noqa: ANN401  # what a query holds, before it is read
    """Let only plain decimal numbers on to the reader of floats."""
    if isinstance(value, str) and _NUMBER.fullmatch(value) is None:
        msg = "must be a decimal number such as 37.16"
        raise ValueError(msg)
    return value


def _integer(value: Any) -> Any:  # noqa: ANN401
    """Let only plain integers on to the reader of integers."""
    if isinstance(value, str) and _INTEGER.fullmatch(value) is None:
        msg = "must be an integer"
        raise ValueError(msg)
    return value


PLAIN_NUMBER: Final = BeforeValidator(_number)
PLAIN_INTEGER: Final = BeforeValidator(_integer)

Bbox = Annotated[
    str | None,
    Query(
        max_length=200,
        description="West, south, east, north in degrees (WGS84). West greater than east crosses "
        "the 180th meridian. Left out: everywhere.",
        json_schema_extra={"example": "37.15,36.19,37.17,36.21"},
    ),
]
Limit = Annotated[
    int,
    Field(ge=1),
    BeforeValidator(_integer),
    Query(description=f"Most features of the answer; more than {MAX_LIMIT} gives that."),
]
Cursor = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=4_000,
        description="Where to go on: taken from the `next` link of the page before.",
    ),
]


def read_bbox(text: str | None) -> Bounds | None:
    """Read ``west,south,east,north``.

    Parameters
    ----------
    text : str or None
        None: no box was given.

    Raises
    ------
    BadInput
        There are not four plain numbers, or they make no box on the earth.

    Examples
    --------
    >>> read_bbox("37.1,36.1,37.2,36.3")
    Bounds(west=37.1, south=36.1, east=37.2, north=36.3)
    """
    if text is None:
        return None
    parts = text.split(",")
    if len(parts) != _BBOX_NUMBERS or not all(_NUMBER.fullmatch(part) for part in parts):
        msg = f"bbox = {text!r}: write four decimal numbers: west,south,east,north"
        raise BadInput(msg)
    west, south, east, north = (float(part) for part in parts)
    return Bounds(west, south, east, north)


def read_position(text: str, name: str) -> tuple[float, float]:
    """Read ``longitude,latitude``.

    Parameters
    ----------
    name : str
        Of the parameter, for the message.

    Raises
    ------
    BadInput
        There are not two plain numbers, or they lie outside the earth.

    Examples
    --------
    >>> read_position("37.16,36.2", "from")
    (37.16, 36.2)
    """
    parts = text.split(",")
    if len(parts) != len(_EARTH) or not all(_NUMBER.fullmatch(part) for part in parts):
        msg = f"{name} = {text!r}: write two decimal numbers: longitude,latitude"
        raise BadInput(msg)
    lon, lat = (float(part) for part in parts)
    if abs(lon) > _EARTH[0] or abs(lat) > _EARTH[1]:
        msg = f"{name} = {text!r}: longitudes lie from -180 to 180, latitudes from -90 to 90"
        raise BadInput(msg)
    return lon, lat


def clamped(limit: int) -> int:
    """Bound a limit as OGC API - Features asks: too large a one is lowered, not refused."""
    return min(limit, MAX_LIMIT)


def write_cursor(kind: str, question: str, place: str | float | list[str | float]) -> str:
    """Write where a page ended, with the question that was asked.

    Parameters
    ----------
    kind : str
        Of list, so that a cursor of one cannot be used on another.
    question : str
        The filters; a cursor answers the question that it was made for and no other.
    place : JSON value
        The last key of the page.
    """
    text = orjson.dumps([kind, question, place])
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode("ascii")


def _read_cursor(cursor: str, kind: str, question: str) -> Any:  # noqa: ANN401  # JSON
    msg = "cursor: not one of this list; take it from the next link of the page before"
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        # The strict alphabet: the reader would otherwise pass over foreign characters.
        parts = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeEncodeError, binascii.Error, orjson.JSONDecodeError) as error:
        raise BadInput(msg) from error
    if not isinstance(parts, list) or len(parts) != _CURSOR_PARTS or parts[0] != kind:
        raise BadInput(msg)
    if parts[1] != question:
        msg = "cursor: it belongs to another bbox or filter; begin again without a cursor"
        raise BadInput(msg)
    return parts[2]


def read_road_cursor(cursor: str | None, question: str) -> RoadPlace | None:
    """Read where a page of pieces ended.

    Raises
    ------
    BadInput
        It is not a cursor of this list and this question.
    """
    if cursor is None:
        return None
    match _read_cursor(cursor, "pieces", question):
        case [str(road_id), float(to_m)]:
            return RoadPlace(road_id, to_m)
        case _:
            msg = "cursor: damaged; begin again without a cursor"
            raise BadInput(msg)


def read_evidence_cursor(cursor: str | None, question: str) -> str | None:
    """Read the last id of a page of evidence.

    Raises
    ------
    BadInput
        It is not a cursor of this list and this question.
    """
    if cursor is None:
        return None
    match _read_cursor(cursor, "evidence", question):
        case str(evidence_id):
            return evidence_id
        case _:
            msg = "cursor: damaged; begin again without a cursor"
            raise BadInput(msg)
