"""The life of a record, step by step, for a person to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from uxo.evidence.events import Event, EventType
from uxo.store.fold import review_counts

_NOT_COLUMNS: Final = frozenset({"reason", "of_row", "by", "review", "reviewed_at", "id"})


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a record.

    Attributes
    ----------
    hash : str
        Of the event, 64 hexadecimal digits.
    type : EventType
        What happened.
    at : datetime
        By the clock of the author's device (UTC). Clocks differ: the order is that of causes.
    team : str
        Code of the team that did it.
    device : str
        The first digits of its device's key.
    review, reason : str or None
        What a review said, and why.
    changes : mapping of str to object
        Columns that were written, as the event carries them; the geometry is only named.
    counts : bool
        False: a review without effect, because its team recorded the record or gave no reason.
    """

    hash: str
    type: EventType
    at: datetime
    team: str
    device: str
    review: str | None
    reason: str | None
    changes: Mapping[str, Any]
    counts: bool


def steps_of(events: Sequence[Event], recorders: frozenset[str]) -> list[Step]:
    """Tell the events of a record, the first first.

    Parameters
    ----------
    events : sequence of Event
        In the order in which they count.
    recorders : frozenset of str
        Teams that may not review it.
    """
    return [_step(event, recorders) for event in events]


def duplicate_reason(other_id: str, reason: str) -> str:
    """Write why a duplicate is set aside: the other record first, then what a person says."""
    return f"duplicate of {other_id}" + (f": {reason}" if reason else "")


def named_duplicate(events: Sequence[Event], other_id: str) -> bool:
    """Tell whether the last review of a record set it aside as a duplicate of another one."""
    reviews = [e.envelope.data for e in events if e.envelope.type is EventType.EVIDENCE_REVIEWED]
    if not reviews:
        return False
    why = str(reviews[-1].get("reason") or "")
    plain = duplicate_reason(other_id, "")
    return why == plain or why.startswith(f"{plain}: ")


def _step(event: Event, recorders: frozenset[str]) -> Step:
    envelope = event.envelope
    data = envelope.data
    reviewed = envelope.type is EventType.EVIDENCE_REVIEWED
    counts = not reviewed or review_counts(envelope.who, data, None, recorders)
    columns = {name: value for name, value in data.items() if name not in _NOT_COLUMNS}
    if "geometry" in columns:
        columns["geometry"] = None
    return Step(
        hash=event.hash.hex(),
        type=envelope.type,
        at=event.at,
        team=envelope.who,
        device=envelope.dev[:8],
        review=data.get("review") if reviewed else None,
        reason=data.get("reason"),
        changes=MappingProxyType({} if reviewed else columns),
        counts=counts,
    )
