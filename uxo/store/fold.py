"""The state of one item of evidence: a pure function of its events, whatever their order.

Each event writes some fields. The value of a field is that of the last write; writes of which
neither author had seen the other are concurrent, and then the more dangerous value stands and the
field is reported as in conflict, until somebody who saw both writes again.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from uxo.evidence.columns import EVIDENCE_DTYPES
from uxo.evidence.events import Event, EventType
from uxo.store.danger import choose, worst_kind
from uxo.vocabulary import HAZARD_KINDS, Review

FIELDS: Final = (*EVIDENCE_DTYPES, "geometry")


@dataclass(frozen=True, slots=True)
class Base:
    """An imported row under the events of a record.

    Attributes
    ----------
    data : mapping
        Its columns and geometry in the form of event data.
    digest : str
        SHA-256 of the row: a review that names another digest was of another text.
    recorders : frozenset of str
        Teams which may not review it.
    """

    data: Mapping[str, Any]
    digest: str
    recorders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Folded:
    """State of one record.

    Attributes
    ----------
    data : mapping
        Every field, in the form of event data; None where there is no value.
    conflict : tuple of str
        Fields with concurrent writes, by name.
    recorders : frozenset of str
        Teams which recorded or corrected it and so may not review it.
    """

    data: Mapping[str, Any]
    conflict: tuple[str, ...]
    recorders: frozenset[str]


class _Write(NamedTuple):  # many are made for each event
    place: int
    value: Any


def in_order(events: Sequence[Event]) -> list[Event]:
    """Sort the events of one record: causes first, then by clock, device and number.

    A clock alone would not do: a phone a year ahead would come after its own correction.
    """
    return _arranged(events)[0]


def _arranged(events: Sequence[Event]) -> tuple[list[Event], Mapping[str, set[str]]]:
    """Sort events, and give for each hash the hashes of what its author had surely seen."""
    known = {event.hash.hex(): event for event in events}
    parents = _parents(known)
    of_phones = list(_seen_by_phones(known.values()))
    if of_phones:
        joined = {name: set(causes) for name, causes in parents.items()}
        for after, before in of_phones:
            joined[after].add(before)
        ordered = _sorted(known, joined)
        if len(ordered) == len(known):
            return ordered, joined
        # A phone's numbers say the contrary of what its records link to: its numbers do not count.
    return _sorted(known, parents), parents


def _sorted(known: Mapping[str, Event], parents: Mapping[str, set[str]]) -> list[Event]:
    """Sort by causes, then by clock; events that cause each other are left out."""
    followers: dict[str, list[str]] = {name: [] for name in known}
    for name, causes in parents.items():
        for cause in causes:
            followers[cause].append(name)
    missing = {name: len(causes) for name, causes in parents.items()}
    ready = [(*_clock_key(known[name]), name) for name, count in missing.items() if count == 0]
    heapq.heapify(ready)
    ordered: list[Event] = []
    while ready:
        *_, name = heapq.heappop(ready)
        ordered.append(known[name])
        for follower in followers[name]:
            missing[follower] -= 1
            if missing[follower] == 0:
                heapq.heappush(ready, (*_clock_key(known[follower]), follower))
    return ordered


def _parents(known: Mapping[str, Event]) -> dict[str, set[str]]:
    """Find what each author had surely seen: the links, and the device's own event before.

    What a phone sent is signed by the device that took it in, whose other events the phone need
    not have seen: two phones that send to one desk were apart.
    """
    parents = {
        name: {link for link in event.envelope.links if link in known}
        for name, event in known.items()
    }
    own = [event for event in known.values() if "via" not in event.envelope.data]
    for before, after in pairwise(sorted(own, key=_chain_key)):
        same_device = before.envelope.dev == after.envelope.dev
        if same_device and before.envelope.seq < after.envelope.seq:
            parents[after.hash.hex()].add(before.hash.hex())
    return parents


def _seen_by_phones(events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """Pair each event of a phone with the phone's own event before, by the phone's numbers.

    Where a number came twice (a copied phone), nobody knows which of the two the phone had seen;
    then neither counts as seen.
    """
    by_phone: dict[str, dict[int, list[str]]] = {}
    for event in events:
        via = event.envelope.data.get("via")
        if via is not None:
            numbers = by_phone.setdefault(via["device"], {})
            numbers.setdefault(via["seq"], []).append(event.hash.hex())
    for numbers in by_phone.values():
        before: str | None = None
        for number in sorted(numbers):
            if before is not None:
                yield from ((after, before) for after in numbers[number])
            if len(numbers[number]) == 1:
                (before,) = numbers[number]


def fold(
    events: Sequence[Event], base: Base | None = None, suspects: frozenset[bytes] = frozenset()
) -> Folded | None:
    """Compute the state of one record.

    Parameters
    ----------
    events : sequence of Event
        All events of the record that are held, in any order, each once.
    base : Base or None
        The imported row that they are about, if it came by import.
    suspects : frozenset of bytes
        Hashes of events in or after a fork of their device's chain. Their bad news counts at once;
        their good news counts for nothing until a person has looked.

    Returns
    -------
    Folded or None
        None: nothing recorded is known of this record (yet).
    """
    ordered, parents = _arranged(events)
    seen = _ancestors(ordered, parents, has_base=base is not None)
    recorders = _recorders(ordered, base)
    writes: dict[str, list[_Write]] = {name: [] for name in FIELDS}
    if base is not None:
        _write(writes, 0, {name: base.data.get(name) for name in FIELDS})
    started = base is not None
    for place, event in enumerate(ordered, start=1):
        fields = _fields(event, base, recorders, suspect=event.hash in suspects)
        recorded = event.envelope.type is EventType.EVIDENCE_RECORDED and bool(fields)
        started = started or recorded
        _write(writes, place, fields)
    if not started:
        return None
    return _settle(writes, seen, recorders)


def standing_values(
    events: Sequence[Event], writes_of: Callable[[Event], Mapping[str, Any]]
) -> dict[str, list[Any]]:
    """Give for each field the values that no other write has superseded.

    Parameters
    ----------
    events : sequence of Event
        Of one record, each once.
    writes_of : callable
        Event -> the fields that it writes.

    Returns
    -------
    dict of str to list
        Different values in the order of the log; more than one: written apart from each other.
    """
    ordered, parents = _arranged(events)
    seen = _ancestors(ordered, parents, has_base=False)
    writes: dict[str, list[_Write]] = {}
    for place, event in enumerate(ordered, start=1):
        for name, value in writes_of(event).items():
            writes.setdefault(name, []).append(_Write(place, value))
    return {name: _distinct(_last(of_field, seen)) for name, of_field in writes.items()}


def _settle(
    writes: Mapping[str, list[_Write]], seen: Sequence[int], recorders: frozenset[str]
) -> Folded:
    """Choose a value for each field from its last writes."""
    last = {name: _last(of_field, seen) for name, of_field in writes.items()}
    kind = worst_kind(last["kind"])
    hazard = kind in HAZARD_KINDS
    data: dict[str, Any] = {}
    conflict: list[str] = []
    for name, values in last.items():
        distinct = _distinct(values)
        if len(distinct) > 1:
            conflict.append(name)
            data[name] = choose(name, distinct, hazard=hazard)
        else:
            data[name] = distinct[0] if distinct else None
    if data["review"] is None:
        data["review"] = Review.UNREVIEWED.value
    # Good news after a signature: nobody signed a release whose text is in doubt.
    if conflict and not hazard and data["review"] == Review.ACCEPTED:
        data["review"] = Review.UNREVIEWED.value
    return Folded(MappingProxyType(data), tuple(conflict), recorders)


def _ancestors(
    ordered: Sequence[Event], parents: Mapping[str, set[str]], *, has_base: bool
) -> list[int]:
    """For each place a bit set of the places its author had seen; place 0 is the imported row."""
    place_of = {event.hash.hex(): place for place, event in enumerate(ordered, start=1)}
    seen = [0]
    for event in ordered:
        mask = 0
        for parent in (place_of[name] for name in parents[event.hash.hex()]):
            mask |= seen[parent] | (1 << parent)
        # A later word on a record was said about its imported row; a second recording was not.
        if has_base and not mask and event.envelope.type is not EventType.EVIDENCE_RECORDED:
            mask = 1
        seen.append(mask)
    return seen


def _recorders(ordered: Sequence[Event], base: Base | None) -> frozenset[str]:
    teams = set(base.recorders) if base is not None else set()
    for event in ordered:
        match event.envelope.type:
            case EventType.EVIDENCE_RECORDED | EventType.EVIDENCE_CORRECTED:
                teams |= teams_of(event.envelope.who, event.envelope.data.get("team"))
            case _:  # nothing that another person would have to review
                pass
    return frozenset(teams)


def teams_of(*codes: object) -> frozenset[str]:
    """Team codes in a form in which equal ones compare equal."""
    return frozenset(code.strip().casefold() for code in codes if isinstance(code, str) and code)


def _fields(
    event: Event, base: Base | None, recorders: frozenset[str], *, suspect: bool
) -> dict[str, Any]:
    """Which fields an event writes."""
    envelope = event.envelope
    data = envelope.data
    reset = {"review": Review.UNREVIEWED.value, "reviewed_at": None}
    match envelope.type:
        case EventType.EVIDENCE_RECORDED if not suspect or data.get("kind") in HAZARD_KINDS:
            # A recording cannot bring its own acceptance along.
            return {name: data.get(name) for name in FIELDS} | {"id": envelope.ent} | reset
        case EventType.EVIDENCE_CORRECTED if not suspect:
            # What was signed has changed, so the signature is gone.
            return {name: data[name] for name in FIELDS if name in data and name != "id"} | reset
        case EventType.ITEM_DISPOSED if not suspect:
            return {"disposed_at": data.get("disposed_at")}
        case EventType.EVIDENCE_REVIEWED if (
            not suspect or data.get("review") == Review.UNREVIEWED
        ) and review_counts(envelope.who, data, base, recorders):
            return {name: data.get(name) for name in ("review", "reviewed_at")}
        case _:  # without effect, or not about evidence
            return {}


def review_counts(
    who: str, data: Mapping[str, Any], base: Base | None, recorders: frozenset[str]
) -> bool:
    """Say whether a review has an effect (status rule, section 4 clauses 2 and 3).

    It has none when the reviewer recorded or corrected the record, when a rejection gives no
    reason, and when the imported row was replaced since.
    """
    review = data.get("review")
    if review not in set(Review) or teams_of(who, data.get("by")) & recorders:
        return False
    if review == Review.REJECTED and not str(data.get("reason") or "").strip():
        return False
    of_row = data.get("of_row")
    return base is None or of_row is None or of_row == base.digest


def _write(writes: dict[str, list[_Write]], place: int, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        writes[name].append(_Write(place, value))


def _last(writes: Sequence[_Write], seen: Sequence[int]) -> list[Any]:
    """Values which no other write of the field has superseded, in order."""
    superseded = 0
    for write in writes:
        superseded |= seen[write.place]
    return [write.value for write in writes if not superseded >> write.place & 1]


def _distinct(values: Sequence[Any]) -> list[Any]:
    distinct: list[Any] = []
    for value in values:
        if value not in distinct:
            distinct.append(value)
    return distinct


def _chain_key(event: Event) -> tuple[str, int, str]:
    return event.envelope.dev, event.envelope.seq, event.hash.hex()


def _clock_key(event: Event) -> tuple[int, str, int]:
    return event.envelope.hlc, event.envelope.dev, event.envelope.seq
