"""The state of one route: a pure function of its events, whatever their order.

The last write of a field in the log's order stands. Where two were made apart from each other, the
field is told as in conflict until somebody who saw both writes it again.
"""

from collections.abc import Sequence
from typing import Any, Final

from uxo.evidence.events import Event, EventType
from uxo.evidence.routes import Mode, Route, RouteSource
from uxo.store.fold import in_order, standing_values
from uxo.store.route_data import ROUTE_FIELDS, read_gaps, read_roads, read_waypoints
from uxo.vocabulary import Status

# Roads, gaps and waypoints are one decision: taken from one event, never mixed.
_COURSE: Final = "course"
_COURSE_FIELDS: Final = ("waypoints", "roads", "gaps")


def fold_route(events: Sequence[Event], suspects: frozenset[bytes] = frozenset()) -> Route | None:
    """Compute the state of one route.

    Parameters
    ----------
    events : sequence of Event
        All events of the record that are held, in any order, each once.
    suspects : frozenset of bytes
        Hashes of events in or after a fork of their device's chain: what they record is shown, but
        they change and retire nothing until a person has looked.

    Returns
    -------
    Route or None
        None: no recording of it is known (yet).
    """
    own = [event for event in in_order(events) if _counts(event, suspects)]
    if not any(event.envelope.type is EventType.ROUTE_RECORDED for event in own):
        return None
    values = standing_values(own, _writes)
    last: dict[str, Any] = {name: found[-1] if found else None for name, found in values.items()}
    course = last[_COURSE]
    return Route(
        id=own[0].envelope.ent,
        name=last["name"],
        name_ar=last["name_ar"],
        waypoints=read_waypoints(course["waypoints"]),
        from_place=last["from_place"],
        to_place=last["to_place"],
        roads=read_roads(course["roads"]),
        gaps=read_gaps(course["gaps"]),
        households=last["households"],
        season=last["season"],
        mode=Mode(last["mode"]),
        allowed=frozenset(Status[word.upper()] for word in last["allowed"]),
        source=RouteSource(last["source"]),
        retired=bool(last["retired"]),
        recorded_at=min(event.at for event in own),
        changed_at=max(event.at for event in own),
        conflict=tuple(name for name, found in values.items() if len(found) > 1),
    )


def _counts(event: Event, suspects: frozenset[bytes]) -> bool:
    match event.envelope.type:
        case EventType.ROUTE_RECORDED:
            return True
        case EventType.ROUTE_CHANGED | EventType.ROUTE_RETIRED:
            return event.hash not in suspects
        case _:  # about evidence that bears the same id; it says nothing of a route
            return False


def _writes(event: Event) -> dict[str, Any]:
    """Give the fields that an event writes."""
    data = event.envelope.data
    if event.envelope.type is EventType.ROUTE_RETIRED:
        return {"retired": True}
    recorded = event.envelope.type is EventType.ROUTE_RECORDED
    plain = [name for name in ROUTE_FIELDS if name not in _COURSE_FIELDS]
    written = {name: data.get(name) for name in plain if recorded or name in data}
    if "roads" in data:
        written[_COURSE] = {name: data[name] for name in _COURSE_FIELDS}
    return written | ({"retired": False} if recorded else {})
