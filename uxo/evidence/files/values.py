"""Understand the values of one column: whole columns at once, faulty values one by one.

Every function takes a column of raw values (text from CSV, JSON values, or what a database gives),
returns the column with missing values as None, NaN or NaT, and reports what it refuses.
"""

import json
import math
import re
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime
from types import NoneType
from typing import Final, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from uxo.errors import BadInput
from uxo.evidence.columns import TIME_DTYPE
from uxo.evidence.files.rows import Findings

_T = TypeVar("_T")

# Year and month alone are ISO 8601 too, but reading them as the first day would make a hazard
# older than it is, and an older hazard is easier to release.
_TIME: Final = (
    r"^\d{4}-\d{2}-\d{2}"
    r"([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)?)?$"
)
_TIME_HINT: Final = "write 2026-03-31 or 2026-03-31T14:05:00Z (ISO 8601; no zone means UTC)"
_FIRST_YEAR: Final = 1900
_MOST_CHARACTERS: Final = 10_000
_DECIMAL_COMMA: Final = re.compile(r"^[+-]?\d+,\d+$")
# Arabic-Indic and Persian digits, and the Arabic decimal separator.
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹\u066b", "01234567890123456789.")


def texts(values: Sequence[object], field: str, found: Findings) -> list[str | None]:
    """Read a column of text.

    White space around a text is removed (told as mended), an empty text is missing, whole numbers
    become text. Lists of texts are joined by semicolons, as OpenStreetMap does.
    """
    if set(map(type, values)) <= {str, NoneType}:
        stripped = [value.strip() or None if value else None for value in values]  # type: ignore[attr-defined]
        joined = "\n".join(filter(None, stripped))
        longest = max(map(len, filter(None, stripped)), default=0)
        if _storable(joined) and longest <= _MOST_CHARACTERS and stripped == list(values):
            return stripped
    return _one_by_one(values, field, found, _text, None)


def _storable(text: str) -> bool:
    """Tell text that a database and a JSON file can hold: no NUL, no unpaired surrogate."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(value: object) -> tuple[str | None, str]:
    """Read one text; return it with what was changed."""
    if isinstance(value, list):
        parts = [_text(item)[0] for item in value]
        return ";".join(part for part in parts if part) or None, "a list was joined"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value), ""
    if not isinstance(value, str):
        raise BadInput("must be text")
    text = value.strip()
    if not _storable(text):
        raise BadInput("holds a character that cannot be stored (NUL or half a character)")
    if len(text) > _MOST_CHARACTERS:
        raise BadInput(f"is longer than {_MOST_CHARACTERS} characters")
    changed = text and text != value
    return text or None, "white space around the text was removed" if changed else ""


def words(
    values: Sequence[object], field: str, allowed: Collection[str], found: Findings
) -> list[str | None]:
    """Read a column whose values come from a list of words."""
    # Few different values stand in such a column, so each is judged once.
    cleaned = texts(values, field, found)
    strange = set(cleaned) - set(allowed) - {None}
    if not strange:
        return cleaned
    listed = f"must be one of {', '.join(allowed)}"
    for position, value in enumerate(cleaned):
        if value in strange:
            found.refuse(position, field, value, listed)
    return [None if value in strange else value for value in cleaned]


def numbers(values: Sequence[object], field: str, found: Findings) -> NDArray[np.float64]:
    """Read a column of numbers, NaN where missing."""
    missing = values.count(None)
    if missing == len(values):
        return np.full(len(values), np.nan)
    array = _all_numbers(values)
    # NaN that was written as such is refused below, with infinities.
    if array is not None and np.isfinite(array).sum() == len(values) - missing:
        return array
    read = _one_by_one(values, field, found, _number, None)
    return np.array(read, dtype=np.float64)


def _all_numbers(values: Sequence[object]) -> NDArray[np.float64] | None:
    """Convert a column in which every value is an ordinary number; None if one is not."""
    kinds = set(map(type, values)) - {NoneType}
    try:
        if kinds <= {int, float}:
            return np.array(values, dtype=np.float64)
        if kinds == {str}:
            joined = "".join(filter(None, values))  # type: ignore[arg-type]
            # float() also reads 1_000 and other scripts' digits; those are looked at one by one.
            if joined.isascii() and "_" not in joined:
                read = [math.nan if v is None else float(v) for v in values]  # type: ignore[arg-type]
                return np.array(read)
    except (ValueError, OverflowError):
        pass
    return None


def lengths(values: Sequence[object], field: str, found: Findings) -> NDArray[np.float64]:
    """Read a column of lengths in metres, NaN where missing; refuse negative ones."""
    array = numbers(values, field, found)
    for position in np.flatnonzero(array < 0).tolist():
        found.refuse(position, field, values[position], "must not be negative")
    return array


def _number(value: object) -> tuple[float | None, str]:
    """Read one number; return it with what was changed."""
    change = ""
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None, ""
        if not text.isascii():
            text, change = text.translate(_DIGITS), "digits were turned into Western ones"
        if _DECIMAL_COMMA.match(text):
            raise BadInput("is not a number here; write a point as the decimal sign")
        value = text
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or "_" in str(value):
        raise BadInput("is not a number")
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise BadInput("is not a number") from error
    if not math.isfinite(number):
        raise BadInput("is not a finite number; leave it empty if it is not known")
    return number, change


def times(values: Sequence[object], field: str, found: Findings) -> pd.Series:
    """Read a column of times, NaT where missing: ISO 8601, UTC unless a zone is given.

    Returns
    -------
    Series
        ``datetime64[us, UTC]``.
    """
    if values.count(None) == len(values):
        return pd.Series(np.full(len(values), None), dtype=TIME_DTYPE)
    if not set(map(type, values)) <= {str, NoneType}:
        values = _one_by_one(values, field, found, _time_text, None)
    stripped = [value.strip() or None if value else None for value in values]  # type: ignore[attr-defined]
    try:
        column = pa.array(stripped, pa.string())
    except UnicodeEncodeError:
        stripped = [value if value and _storable(value) else None for value in stripped]
        column = pa.array(stripped, pa.string())
    fits = pc.match_substring_regex(column, _TIME).fill_null(False)  # noqa: FBT003  # positional only
    kept = pc.if_else(fits, column, None).to_pandas()
    read: pd.Series = pd.to_datetime(kept, utc=True, format="ISO8601", errors="coerce").astype(
        TIME_DTYPE
    )
    given = np.array([bool(value) and not str(value).isspace() for value in values])
    for position in np.flatnonzero(given & read.isna().to_numpy()).tolist():
        reason = f"is not a date or time; {_TIME_HINT}"
        found.refuse(position, field, values[position], reason)
    for position in np.flatnonzero(read.dt.year.to_numpy() < _FIRST_YEAR).tolist():
        reason = f"lies before {_FIRST_YEAR}, a filler? Leave it empty if the date is not known"
        found.refuse(position, field, values[position], reason)
    return read


def _time_text(value: object) -> tuple[str | None, str]:
    """Write the times that databases give as text; whatever else is refused."""
    if isinstance(value, datetime):
        # A time without a zone is UTC (status rule, section 4).
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.isoformat(), ""
    if isinstance(value, date):
        return value.isoformat(), ""
    if not isinstance(value, str):
        raise BadInput(f"is not a date or time; {_TIME_HINT}")
    return value, ""


def id_lists(values: Sequence[object], field: str, found: Findings) -> list[tuple[str, ...]]:
    """Read a column of lists of ids: a JSON list, or text with semicolons or commas between."""
    if not any(value is not None and value != [] for value in values):
        return [()] * len(values)
    read: list[tuple[str, ...]] = _one_by_one(values, field, found, _id_list, ())
    return read


def _id_list(value: object) -> tuple[tuple[str, ...], str]:
    """Read one list of ids."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            try:
                value = json.loads(text)
            except ValueError as error:
                raise BadInput("is not a JSON list of ids") from error
        else:
            value = re.split(r"[;,]", text)
    if not isinstance(value, (list, tuple)):
        raise BadInput('must be a list of ids, such as ["F-1", "F-2"] or F-1;F-2')
    if any(isinstance(item, (list, dict)) for item in value):
        raise BadInput("must be a plain list of ids")
    ids = (_text(item)[0] for item in value if item is not None)
    return tuple(item for item in ids if item), ""


def _one_by_one(
    values: Sequence[object],
    field: str,
    found: Findings,
    read: Callable[[object], tuple[_T | None, str]],
    missing: _T,
) -> list[_T]:
    """Read values one by one: the slow way, for columns that hold something unusual."""
    result: list[_T] = []
    for position, value in enumerate(values):
        understood: _T | None = None
        if value is not None:
            try:
                understood, change = read(value)
            except BadInput as error:
                found.refuse(position, field, value, str(error))
            else:
                if change:
                    found.mend(position, field, value, change)
        result.append(missing if understood is None else understood)
    return result
