"""What an event about a route carries: checked, and in the one form in which it is signed.

Numbers that are no counts travel as decimal strings, as for evidence (`uxo.store.evidence_data`).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from uxo.errors import BadInput
from uxo.evidence.events import INTEGER_MAX, EventType
from uxo.evidence.routes import Gap, Mode, RoadPart, RouteSource, Waypoint
from uxo.store.evidence_data import decimal_text
from uxo.vocabulary import Status

MOST_ROADS: Final = 5_000
MOST_VERTICES: Final = 5_000
"""Together they keep the largest route below the largest event."""
_MOST_TEXT: Final = 200
_LON_MAX: Final = 180.0
_LAT_MAX: Final = 90.0
_PAIR: Final = 2
_NEVER: Final = frozenset({Status.CLOSED.word, Status.CONFIRMED_HAZARD.word})
_COURSE: Final = ("waypoints", "roads", "gaps")
ROUTE_FIELDS: Final = (
    "name", "name_ar", "waypoints", "from_place", "to_place", "roads", "gaps", "households",
    "season", "mode", "allowed", "source",
)  # fmt: skip
"""Fields of a route, in the order of its events' description."""
_NEEDED: Final = frozenset({"name", "waypoints", "roads", "gaps", "mode", "allowed", "source"})


def canonical_route(kind: EventType, data: Mapping[str, Any]) -> dict[str, Any]:
    """Check what an event about a route is to carry and write it in canonical form.

    Parameters
    ----------
    kind : EventType
        One of `uxo.evidence.routes.ROUTE_EVENTS`.
    data : mapping
        Values of `ROUTE_FIELDS`, as Python has them or in canonical form already; a retirement has
        a ``reason`` alone. A change carries what it replaces; None erases.

    Raises
    ------
    BadInput
        A field is unknown, missing or wrong.
    """
    known = ("reason",) if kind is EventType.ROUTE_RETIRED else ROUTE_FIELDS
    unknown = sorted(str(name) for name in data.keys() - set(known))
    if unknown:
        raise BadInput(f"{kind.value} has no field {', '.join(unknown)}")
    written = {name: _WRITE[name](name, value) for name, value in data.items()}
    for name in sorted(
        _NEEDED & (written.keys() if kind is not EventType.ROUTE_RECORDED else _ALL)
    ):
        if written.get(name) is None:
            raise BadInput(f"{kind.value} needs {name}")
    _check_course(kind, written)
    if kind is EventType.ROUTE_CHANGED:
        return written
    return {name: value for name, value in written.items() if value is not None}


def read_waypoints(pairs: Sequence[Sequence[str]]) -> tuple[Waypoint, ...]:
    """Read positions that an event carries."""
    return tuple(Waypoint(float(lon), float(lat)) for lon, lat in pairs)


def read_roads(parts: Sequence[Mapping[str, str]]) -> tuple[RoadPart, ...]:
    """Read the parts of roads that an event carries."""
    return tuple(
        RoadPart(
            part["road_id"],
            float(part["from_m"]),
            float(part["to_m"]),
            float(part["road_length_m"]),
        )
        for part in parts
    )


def read_gaps(gaps: Sequence[Mapping[str, Any]]) -> tuple[Gap, ...]:
    """Read the gaps that an event carries."""
    return tuple(
        Gap(gap["after"], read_waypoints(gap["line"]), float(gap["metres"])) for gap in gaps
    )


def _check_course(kind: EventType, written: Mapping[str, Any]) -> None:
    """Check that roads and gaps fit each other; they change together or not at all."""
    given = [name for name in _COURSE if name in written]
    if kind is EventType.ROUTE_CHANGED and given and len(given) < len(_COURSE):
        raise BadInput(f"{', '.join(_COURSE)} change together; given are {', '.join(given)}")
    if not given:
        return
    roads, gaps = written["roads"], written["gaps"]
    if not roads:
        raise BadInput("a route uses at least one road")
    places = [gap["after"] for gap in gaps]
    if places != sorted(places) or (places and places[-1] > len(roads)):
        raise BadInput("gaps do not stand in the order of travel")
    if len(written["waypoints"]) < _PAIR:
        raise BadInput("a route has two waypoints at least: where it begins and where it ends")


def _wrong(name: str, value: object, what: str) -> BadInput:
    return BadInput(f"{name} cannot be {str(value)[:80]!r}; it is {what}")


def _text(name: str, value: Any) -> str | None:  # noqa: ANN401 - what somebody handed in
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > _MOST_TEXT:
        raise _wrong(name, value, f"text of 1 to {_MOST_TEXT} characters")
    return value.strip()


def _word(words: Sequence[str]) -> Callable[[str, Any], str | None]:
    def write(name: str, value: Any) -> str | None:  # noqa: ANN401
        if value is not None and value not in words:
            raise _wrong(name, value, f"one of {', '.join(words)}")
        return None if value is None else str(value)

    return write


def _households(name: str, value: Any) -> int | None:  # noqa: ANN401
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= INTEGER_MAX:
        raise _wrong(name, value, "a whole number, or null where it is not known")
    return value


def _allowed(name: str, value: Any) -> list[str]:  # noqa: ANN401
    words = {str(one.word) for one in Status} - _NEVER
    given = [one.word if isinstance(one, Status) else one for one in _listed(name, value)]
    if not set(given) <= words:
        raise _wrong(name, given, f"some of {', '.join(sorted(words))}")
    return sorted(set(given))


def _listed(name: str, value: Any, most: int = MOST_VERTICES) -> list[Any]:  # noqa: ANN401
    if isinstance(value, str | Mapping) or not isinstance(value, Sequence | frozenset | set):
        raise _wrong(name, value, "a list")
    if len(value) > most:
        raise BadInput(f"{name} has {len(value)} entries, more than {most}; cut the route in two")
    return list(value)


def _number(name: str, value: Any, low: float, high: float) -> str:  # noqa: ANN401
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not low <= number <= high:  # also false for NaN
        raise _wrong(name, value, f"a number from {low:g} to {high:g}")
    return decimal_text(number)


def _metres(name: str, value: Any) -> str:  # noqa: ANN401
    return _number(name, value, 0.0, 1e8)


def _waypoints(name: str, value: Any) -> list[list[str]]:  # noqa: ANN401
    pairs = []
    for one in _listed(name, value):
        pair = [one.lon, one.lat] if isinstance(one, Waypoint) else _listed(name, one)
        if len(pair) != _PAIR:
            raise _wrong(name, one, "longitude and latitude")
        pairs.append(
            [
                _number(name, pair[0], -_LON_MAX, _LON_MAX),
                _number(name, pair[1], -_LAT_MAX, _LAT_MAX),
            ]
        )
    return pairs


def _fields(name: str, value: Any, keys: Sequence[str]) -> dict[str, Any]:  # noqa: ANN401
    found = (
        dict(value)
        if isinstance(value, Mapping)
        else {key: getattr(value, key, None) for key in keys}
    )
    if found.keys() != set(keys):
        raise _wrong(name, value, f"an object of {', '.join(keys)}")
    return found


def _roads(name: str, value: Any) -> list[dict[str, str]]:  # noqa: ANN401
    parts = []
    for one in _listed(name, value, MOST_ROADS):
        part = _fields(name, one, ("road_id", "from_m", "to_m", "road_length_m"))
        road_id = _text("road_id", part.pop("road_id"))
        if road_id is None:
            raise BadInput(f"{name}: a part needs its road_id")
        parts.append({"road_id": road_id} | {key: _metres(key, m) for key, m in part.items()})
    return parts


def _gaps(name: str, value: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    gaps: list[dict[str, Any]] = []
    for one in _listed(name, value):
        gap = _fields(name, one, ("after", "line", "metres"))
        if type(gap["after"]) is not int or gap["after"] < 0:
            raise _wrong(name, gap["after"], "the number of roads before the gap")
        gaps.append(
            {
                "after": gap["after"],
                "line": _waypoints(name, gap["line"]),
                "metres": _metres("metres", gap["metres"]),
            }
        )
    vertices = sum(len(gap["line"]) for gap in gaps)
    if vertices > MOST_VERTICES:
        raise BadInput(f"{name} have {vertices} vertices, more than {MOST_VERTICES}")
    return gaps


_ALL: Final = frozenset(ROUTE_FIELDS)
_WRITE: Final[Mapping[str, Callable[[str, Any], Any]]] = MappingProxyType(
    {
        "name": _text,
        "name_ar": _text,
        "waypoints": _waypoints,
        "from_place": _text,
        "to_place": _text,
        "roads": _roads,
        "gaps": _gaps,
        "households": _households,
        "season": _text,
        "mode": _word([one.value for one in Mode]),
        "allowed": _allowed,
        "source": _word([one.value for one in RouteSource]),
        "reason": _text,
    }
)
