"""What an event about evidence carries: checked, and in the one form in which it is signed.

Numbers and coordinates are decimal strings which give the very float back, times are ISO 8601 in
UTC, and a missing value is absent.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import orjson
import pandas as pd
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

from uxo.errors import BadInput
from uxo.evidence.columns import EVIDENCE_DTYPES, TIME_DTYPE
from uxo.evidence.events import INTEGER_MAX, EventType
from uxo.store import geometry
from uxo.vocabulary import Category, EvidenceClass, Kind, PositionMethod, Review

_LON_MAX: Final = 180.0
_LAT_MAX: Final = 90.0
_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "kind": tuple(Kind),
        "category": tuple(Category),
        "evidence_class": tuple(EvidenceClass),
        "position_method": tuple(PositionMethod),
        "review": tuple(Review),
    }
)
_EVIDENCE: Final = frozenset({*EVIDENCE_DTYPES, "geometry"})
_REVIEWED: Final = frozenset({"review", "reviewed_at"})
_VIA: Final = frozenset({"device", "seq", "event", "sha256"})
# Fields that each type of event may carry. The review of a record is an event of its own.
_FIELDS: Final[Mapping[EventType, frozenset[str]]] = MappingProxyType(
    {
        EventType.EVIDENCE_RECORDED: (_EVIDENCE - _REVIEWED) | {"via"},
        EventType.EVIDENCE_CORRECTED: (_EVIDENCE - _REVIEWED - {"id", "recorded_at"})
        | {"reason", "via"},
        EventType.EVIDENCE_REVIEWED: frozenset({*_REVIEWED, "reason", "by", "of_row"}),
        EventType.ITEM_DISPOSED: frozenset({"disposed_at", "via"}),
    }
)
_NEEDED: Final[Mapping[EventType, frozenset[str]]] = MappingProxyType(
    {
        EventType.EVIDENCE_RECORDED: frozenset({"kind", "geometry"}),
        EventType.EVIDENCE_CORRECTED: frozenset(),
        EventType.EVIDENCE_REVIEWED: frozenset({"review"}),
        EventType.ITEM_DISPOSED: frozenset({"disposed_at"}),
    }
)


def canonical_data(kind: EventType, data: Mapping[str, Any]) -> dict[str, Any]:
    """Check what an event is to carry and write it in canonical form.

    Parameters
    ----------
    kind : EventType
        Any but ``layer_imported``.
    data : mapping
        Python values, or values already in canonical form. Missing values are left out, except in
        a correction, where they erase.

    Raises
    ------
    BadInput
        A field is unknown, missing or wrong.
    """
    unknown = data.keys() - _FIELDS[kind]
    if unknown:
        msg = f"{kind.value} has no field {', '.join(sorted(map(str, unknown)))}"
        raise BadInput(msg)
    erases = kind is EventType.EVIDENCE_CORRECTED
    written = {name: _canonical(name, value) for name, value in data.items()}
    kept = {name: value for name, value in written.items() if erases or value is not None}
    for name in sorted(_NEEDED[kind]):
        if kept.get(name) is None:
            msg = f"{kind.value} needs {name}"
            raise BadInput(msg)
    for name in ("kind", "geometry"):
        if erases and name in kept and kept[name] is None:
            msg = f"a correction cannot erase {name}; reject the record with a reason instead"
            raise BadInput(msg)
    return kept


def from_row(values: Mapping[str, Any], blob: bytes | None) -> dict[str, Any]:
    """Turn a row of the database into event data, every field present."""
    data: dict[str, Any] = {}
    for name, dtype in EVIDENCE_DTYPES.items():
        value = values[name]
        if value is None:
            data[name] = None
        elif dtype == "float64":
            data[name] = decimal_text(value)
        elif dtype == "object":
            data[name] = orjson.loads(value)
        else:
            data[name] = value
    data["geometry"] = None if blob is None else write_geometry(geometry.decode([blob])[0])
    return data


def to_row(data: Mapping[str, Any]) -> tuple[tuple[str | float | None, ...], bytes | None]:
    """Turn event data into the declared columns of the database and the geometry's bytes."""
    values: list[str | float | None] = []
    for name, dtype in EVIDENCE_DTYPES.items():
        value = data.get(name)
        if value is None:
            values.append(None)
        elif dtype == "float64":
            values.append(float(value))
        elif dtype == "object":
            values.append(orjson.dumps(value).decode() if value else None)
        else:
            values.append(value)
    place = data.get("geometry")
    if place is None:
        return tuple(values), None
    blobs, _ = geometry.encode(np.array([read_geometry(place)], dtype=object))
    return tuple(values), blobs[0]


def decimal_text(number: float) -> str:
    """Write a float as the shortest decimal that gives it back, without an exponent.

    Examples
    --------
    >>> decimal_text(0.1), decimal_text(1e-7), decimal_text(37.0)
    ('0.1', '0.0000001', '37.0')
    """
    return format(Decimal(repr(float(number))), "f")


def write_time(time: datetime) -> str:
    """Write a time as ISO 8601 in UTC; one without a zone is UTC (status rule, section 4).

    Examples
    --------
    >>> write_time(datetime(2026, 3, 2, 8, 30))
    '2026-03-02T08:30:00Z'
    """
    aware = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return aware.replace(tzinfo=None).isoformat() + "Z"


def read_time(text: str) -> datetime:
    """Read a time that `write_time` wrote."""
    return datetime.fromisoformat(text)


def write_geometry(place: Any) -> dict[str, Any]:  # noqa: ANN401 - shapely ships no types
    """Write a geometry as GeoJSON with decimal strings for coordinates."""
    return _map_coordinates(mapping(shapely.force_2d(place)), decimal_text)


def read_geometry(place: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Read a geometry that `write_geometry` wrote, or plain GeoJSON."""
    return shapely.force_2d(shape(_map_coordinates(place, float)))


def _map_coordinates(place: Mapping[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    def walk(value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, (list, tuple)):
            return [walk(item) for item in value]
        return change(value)

    if "geometries" in place:
        parts = [_map_coordinates(part, change) for part in place["geometries"]]
        return {"type": place["type"], "geometries": parts}
    return {"type": place["type"], "coordinates": walk(place["coordinates"])}


def _canonical(name: str, value: Any) -> Any:  # noqa: ANN401
    special = _SPECIAL.get(name)
    if special is not None:
        return special(value)
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    match EVIDENCE_DTYPES.get(name, "str"):
        case "float64":
            return _length(name, value)
        case dtype if dtype == TIME_DTYPE:
            return _time(name, value)
        case _:
            return _text(name, value)


def _text(name: str, value: Any) -> str:  # noqa: ANN401
    words = _WORDS.get(name)
    if not isinstance(value, str) or (words is not None and value not in words):
        among = f"; it is one of {', '.join(words)}" if words else "; it is text"
        msg = f"{name} cannot be {value!r}{among}"
        raise BadInput(msg)
    return str(value)


def _length(name: str, value: Any) -> str:  # noqa: ANN401
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not (math.isfinite(number) and number >= 0) or isinstance(value, bool):
        msg = f"{name} cannot be {value!r}; it is a number of metres, zero or more"
        raise BadInput(msg)
    return decimal_text(number)


def _time(name: str, value: Any) -> str:  # noqa: ANN401
    if isinstance(value, datetime):
        return write_time(value)
    try:
        return write_time(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        msg = f"{name} cannot be {value!r}; it is a time such as 2026-03-02T08:30:00Z"
        raise BadInput(msg) from None


def _ids(value: Any) -> list[str] | None:  # noqa: ANN401
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str) or not isinstance(value, Sequence):
        msg = f"releases_hazards cannot be {value!r}; it is a list of evidence ids"
        raise BadInput(msg)
    return [_text("releases_hazards", item) for item in value] or None


def _via(value: Any) -> dict[str, Any] | None:  # noqa: ANN401
    """Check which phone brought an event: its id, number, own id of the event, and hash."""
    if value is None:
        return None
    fields = dict(value) if isinstance(value, Mapping) else {}
    number = fields.get("seq")
    texts = [fields.get(name) for name in ("device", "event", "sha256")]
    good = fields.keys() == _VIA and all(isinstance(text, str) and text for text in texts)
    if not good or type(number) is not int or not 1 <= number <= INTEGER_MAX:
        msg = "via does not name a phone, its number, its event and a SHA-256"
        raise BadInput(msg)
    return fields


def _place(value: Any) -> dict[str, Any] | None:  # noqa: ANN401
    if value is None:
        return None
    try:
        place = read_geometry(value) if isinstance(value, Mapping) else value
        west, south, east, north = shapely.bounds(place)
        usable = bool(shapely.is_valid(place))
    except (ShapelyError, TypeError, ValueError, KeyError, AttributeError) as error:
        msg = f"geometry cannot be read: {error}"
        raise BadInput(msg) from error
    inside = max(-west, east) <= _LON_MAX and max(-south, north) <= _LAT_MAX
    if not inside:  # also when there is no place at all: a comparison with NaN is false
        msg = f"geometry is empty or outside longitude and latitude: {place}"
        raise BadInput(msg)
    if not usable:
        msg = f"geometry is not valid: {shapely.is_valid_reason(place)}"
        raise BadInput(msg)
    return write_geometry(place)


_SPECIAL: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {"geometry": _place, "releases_hazards": _ids, "via": _via}
)
