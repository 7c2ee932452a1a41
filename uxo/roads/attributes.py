"""Optional columns of a file of road lines, in whatever words it has them.

A road must not be refused for what is beside its course: a value that is not understood is missing,
and told.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from uxo.evidence.columns import ROAD_DTYPES

OPTIONAL: Final = tuple(name for name in ROAD_DTYPES if name not in ("road_id", "highway", "name"))
"""Columns of a road table that a file of lines may have."""

_ONEWAY: Final = MappingProxyType(
    {
        "yes": "yes", "true": "yes", "1": "yes",
        "-1": "-1", "reverse": "-1",
        "no": "no", "false": "no", "0": "no",
    }
)  # fmt: skip
NODES: Final = ("from_node", "to_node")
"""Columns that name the junctions at a road's ends."""

Column = list[str | float | None]


def read_attributes(
    columns: Mapping[str, Sequence[object]], count: int, tally: Counter[str]
) -> dict[str, Column]:
    """Read the optional columns that a file has.

    Parameters
    ----------
    columns : mapping of str to sequence
        Raw values; None where missing.
    count : int
        Rows.
    tally : Counter
        Counts values that were not understood.

    Returns
    -------
    dict of str to list
        Only the columns that have any value.
    """
    read: dict[str, Column] = {}
    for name in OPTIONAL:
        values = columns.get(name)
        if values is None or all(value is None for value in values):
            continue
        read[name] = [_value(name, value, tally) for value in values]
    if any(name in read for name in NODES):
        _both_or_none(read, count, tally)
    return read


def _value(name: str, value: object, tally: Counter[str]) -> str | float | None:
    """Read one value."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    understood: str | float | None
    if name == "width_m":
        understood = _width_m(value)
    elif name == "oneway":
        understood = _ONEWAY.get(_text(value).lower())
    elif name == "names":
        understood = _names(value)
    elif isinstance(value, bool):
        # What is not so is missing, as in OpenStreetMap.
        return "yes" if value else None
    else:
        understood = _text(value) or None
    if understood is None:
        tally[f"{name} was not understood and is missing"] += 1
    return understood


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (list, tuple)):
        return ";".join(str(part) for part in value)
    text = str(value).strip()
    return "" if "\x00" in text else text.encode("utf-8", "ignore").decode()


def _width_m(value: object) -> float | None:
    try:
        width_m = float(str(value))
    except ValueError:
        return None
    return width_m if math.isfinite(width_m) and width_m > 0 else None


def _names(value: object) -> str | None:
    """Read names by language: an object, or the JSON text of one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
        return None
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _both_or_none(read: dict[str, Column], count: int, tally: Counter[str]) -> None:
    """Take junctions only where both ends have one: half a junction joins nothing."""
    nothing: Column = [None] * count
    one, other = (read.get(name, nothing) for name in NODES)
    halves = [(a is None) != (b is None) for a, b in zip(one, other, strict=True)]
    if any(halves):
        tally["from_node without to_node, or the reverse; both are missing"] += sum(halves)
    for name, column in zip(NODES, (one, other), strict=True):
        read[name] = [None if half else value for half, value in zip(halves, column, strict=True)]
