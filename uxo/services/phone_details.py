"""What a phone tells beside the record itself: what was seen, and what the place was made from.

Nothing is computed from it. It is kept as it came and shown to whoever reviews the record.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final

import orjson
from pydantic import AfterValidator, Field, JsonValue, TypeAdapter, ValidationError

from uxo.errors import BadInput
from uxo.services.strict_json import parse_document

MAX_DETAILS_BYTES: Final = 16_384
"""Sixty readings of a receiver take up to 8.5 kB; a find must not be refused for its details."""

MAX_DETAILS_DEPTH: Final = 4
_KEY: Final = re.compile(r"[a-z0-9_]{1,64}")
_HALF: Final = re.compile("[\ud800-\udfff]")
_WHOLE_MAX: Final = 2**53 - 1  # a phone's numbers are doubles; beyond it they are not exact


def bounded(details: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Refuse details that are too long, too deep, or of other parts than JSON has.

    Examples
    --------
    >>> bounded({"state": {"count": "one"}})
    {'state': {'count': 'one'}}
    >>> bounded({"State": "x"})
    Traceback (most recent call last):
    ValueError: the key 'State' is not of a to z, 0 to 9 and _

    Raises
    ------
    ValueError
        Says what is wrong.
    """
    for fault in _faults(details, MAX_DETAILS_DEPTH):
        raise ValueError(fault)
    size = len(orjson.dumps(details))
    if size > MAX_DETAILS_BYTES:
        msg = f"{size} bytes; at most {MAX_DETAILS_BYTES} are kept"
        raise ValueError(msg)
    return details


def check_details(content: bytes) -> None:
    """Refuse bytes that are no details as JSON.

    Raises
    ------
    BadInput
        Says what is wrong.
    """
    try:
        _DETAILS.validate_python(parse_document(content))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise BadInput(str(first["msg"]).removeprefix("Value error, ")) from error


def _faults(value: Any, levels: int) -> Iterator[str]:  # noqa: ANN401  # any part of a document
    if isinstance(value, dict | list):
        if levels == 0:
            yield f"nested deeper than {MAX_DETAILS_DEPTH} levels"
            return
        if isinstance(value, dict):
            yield from (
                f"the key {key[:80]!r} is not of a to z, 0 to 9 and _"
                for key in value
                if _KEY.fullmatch(key) is None
            )
        for part in value.values() if isinstance(value, dict) else value:
            yield from _faults(part, levels - 1)
    elif isinstance(value, str):
        if _HALF.search(value):
            yield "a text holds half a character"
    elif isinstance(value, int | float) and not abs(value) <= _WHOLE_MAX:
        yield "a number is too large"


Details = Annotated[
    dict[str, JsonValue],
    AfterValidator(bounded),
    Field(
        description=f"What was seen and what the place was made from; at most {MAX_DETAILS_BYTES} "
        f"bytes of JSON, {MAX_DETAILS_DEPTH} levels, keys of a to z, 0 to 9 and _."
    ),
]
_DETAILS: Final[TypeAdapter[dict[str, JsonValue]]] = TypeAdapter(Details)
