"""What a store offers for phones: their records, their photos, and where each of them stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Protocol

from uxo.vocabulary import Review

if TYPE_CHECKING:  # the whole contract builds on this part
    from uxo.store.contract import Draft, Outcome


@dataclass(frozen=True, slots=True)
class PhonePost:
    """One record as a phone sent it, checked already.

    Attributes
    ----------
    event_id : str
        UUIDv7 that the phone gave it; the same record always comes under the same id.
    device_seq : int
        Number that the phone gave it: 1, 2, 3 and so on.
    sent : bytes
        The body, byte for byte.
    base : tuple of str
        Hashes of the heads of the record that the phone had seen.
    device_time : datetime
        What the phone's clock said when it was saved; never used for order.
    skew_ms : int or None
        How far the phone's clock was ahead when it sent this. None: not known.
    draft : Draft
        What it says, with the id of its record.
    """

    event_id: str
    device_seq: int
    sent: bytes
    base: tuple[str, ...]
    device_time: datetime
    skew_ms: int | None
    draft: "Draft"


@dataclass(frozen=True, slots=True)
class PhoneReceipt:
    """The answer to one record, given after it is on disk.

    Attributes
    ----------
    event_id : str
        The record's own id.
    outcome : Outcome
        ``new``, or ``dup`` when the same bytes came before.
    sha256 : str
        Over the bytes as sent, 64 hexadecimal digits.
    received_at : datetime
        When they came first (UTC).
    server_seq : int
        Place among all that phones sent to this store.
    entity : str
        Id of the item of evidence.
    head : str
        Hash of the event that was made of it.
    """

    event_id: str
    outcome: "Outcome"
    sha256: str
    received_at: datetime
    server_seq: int
    entity: str
    head: str


@dataclass(frozen=True, slots=True)
class PhoneState:
    """Where a record stands that a phone sent.

    Attributes
    ----------
    event_id, device, team, entity, sha256 : str
        Which it is.
    review : Review or None
        What was said of the item of evidence; None while the item itself is missing, because an
        earlier record of the phone has not come.
    reason : str or None
        Of the last review.
    """

    event_id: str
    device: str
    team: str
    entity: str
    sha256: str
    review: Review | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class SentRecord:
    """A record of a phone as it came.

    Attributes
    ----------
    event_id, device, team : str
        Which it is, and who sent it.
    device_seq : int
        Number that the phone gave it.
    sent : bytes
        The body, byte for byte.
    received_at : datetime
        When it came first (UTC).
    skew_ms : int or None
        How far the phone's clock was ahead then. None: not known.
    """

    event_id: str
    device: str
    team: str
    device_seq: int
    sent: bytes
    received_at: datetime
    skew_ms: int | None


@dataclass(frozen=True, slots=True)
class PhoneCounter:
    """What the numbers of one phone tell.

    Attributes
    ----------
    device, team : str
        Which phone, and the team of its last record.
    last_seq : int
        The highest number that came.
    received : int
        Records that came.
    missing : tuple of (int, int)
        Ranges of numbers below the last that never came, first and last of each; at most 100.
    missing_count : int
        How many numbers that are in all.
    doubled : tuple of int
        Numbers under which several records came: a copied phone, or a fault of it; at most 100.
    waiting : int
        Records about an item of evidence which is not here.
    skew_ms : int or None
        How far its clock was ahead when it was last known.
    last_received_at : datetime
        When its last record came.
    """

    device: str
    team: str
    last_seq: int
    received: int
    missing: tuple[tuple[int, int], ...]
    missing_count: int
    doubled: tuple[int, ...]
    waiting: int
    skew_ms: int | None
    last_received_at: datetime


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that a phone sent with a record.

    Attributes
    ----------
    event_id, entity : str
        The phone's record, and the item of evidence that it is about.
    sha256 : str
        The original's.
    name, mime : str
        As the phone called it, and what its bytes are.
    team : str
        Who sent it.
    received_at : datetime
        When it was complete (UTC).
    """

    event_id: str
    entity: str
    sha256: str
    name: str
    mime: str
    team: str
    received_at: datetime


class PhoneStore(Protocol):
    """The part of a store that phones write to."""

    def receive(self, device: str, team: str, posts: Sequence[PhonePost]) -> list[PhoneReceipt]:
        """Take in records of one phone, all or none, in any order, any number of times."""
        ...

    def phone_states(self, event_ids: Sequence[str]) -> dict[str, PhoneState]:
        """Tell where records stand; those which never came are left out."""
        ...

    def sent_about(self, entity: str) -> list[SentRecord]:
        """Give what phones sent about one item of evidence, the first first."""
        ...

    def phone_counters(self) -> list[PhoneCounter]:
        """Tell what the numbers of each phone show."""
        ...

    def add_photo(self, photo: Photo) -> None:
        """Note which record a kept file belongs to; noting it again changes nothing."""
        ...

    def photos(self, sha256: str | None = None, entity: str | None = None) -> list[Photo]:
        """List photos, oldest first: all, those of one file, or those of one item."""
        ...

    def put_copy(self, sha256: str, content: BinaryIO) -> str:
        """Keep the copy of a file that may leave the desk, and return its SHA-256."""
        ...

    def copy_of(self, sha256: str) -> str | None:
        """Give the SHA-256 of the copy that may leave the desk, if one was made."""
        ...
