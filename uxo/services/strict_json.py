"""JSON from outside, read strictly: one document, no member twice, no number that is none."""

import json
from collections import Counter

from uxo.errors import BadInput


def parse_document(body: bytes) -> object:
    """Parse one JSON document strictly.

    Raises
    ------
    BadInput
        It is not UTF-8, not one JSON document (RFC 8259: no NaN, nothing after it), nested too
        deeply, or an object names a member twice.
    """
    try:
        parsed: object = json.loads(
            body.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_unique
        )
    except UnicodeDecodeError as error:
        msg = f"the body is not UTF-8: byte {error.start}"
        raise BadInput(msg) from error
    except RecursionError as error:
        msg = "the body is nested too deeply"
        raise BadInput(msg) from error
    except ValueError as error:
        msg = f"the body is not one JSON document: {error}"
        raise BadInput(msg) from error
    return parsed


def _no_constant(name: str) -> float:
    msg = f"{name} is no JSON number"
    raise ValueError(msg)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        twice = next(name for name, count in Counter(n for n, _ in pairs).items() if count > 1)
        msg = f"the member {twice[:80]!r} comes twice in one object"
        raise ValueError(msg)
    return members
