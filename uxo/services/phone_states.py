"""Where a phone's records stand, and what the numbers of all phones show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from uxo.services.who import Who
from uxo.store.phone_contract import PhoneCounter, PhoneState, PhoneStore
from uxo.vocabulary import Review, Role


@unique
class Stand(StrEnum):
    """Where a record stands, as the phone shows it."""

    UNKNOWN = "unknown"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RecordState:
    """Where one record stands.

    Attributes
    ----------
    state : Stand
        ``unknown``: it never came, or is not this team's.
    reason : str or None
        Of the review.
    sha256 : str or None
        Over the bytes that came.
    """

    state: Stand
    reason: str | None
    sha256: str | None


UNKNOWN: Final = RecordState(Stand.UNKNOWN, None, None)
_STANDS: Final[Mapping[Review | None, Stand]] = MappingProxyType(
    {
        None: Stand.RECEIVED,  # its item is not here yet
        Review.UNREVIEWED: Stand.RECEIVED,
        Review.ACCEPTED: Stand.ACCEPTED,
        Review.REJECTED: Stand.REJECTED,
    }
)


def record_states(store: PhoneStore, who: Who, event_ids: Sequence[str]) -> dict[str, RecordState]:
    """Tell where records stand; a team learns of its own only.

    Parameters
    ----------
    store : PhoneStore
        Open.
    who : Who
        Asks.
    event_ids : sequence of str
        Of records.
    """
    held = store.phone_states(event_ids)
    return {event_id: _state(held.get(event_id), who) for event_id in event_ids}


def _state(held: PhoneState | None, who: Who) -> RecordState:
    if held is None or (who.role is Role.TEAM and held.team != who.team):
        return UNKNOWN
    return RecordState(_STANDS[held.review], held.reason, held.sha256)


def phone_counters(store: PhoneStore) -> list[PhoneCounter]:
    """Tell what the numbers of each phone show: gaps, doubles, clocks."""
    return store.phone_counters()
