"""What every store offers, and the values it takes and gives."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self

import geopandas as gpd

from uxo.evidence.events import Event, EventType
from uxo.evidence.routes import Route
from uxo.store.phone_contract import PhoneStore
from uxo.vocabulary import Layer

Withdraw = Callable[[], Mapping[str, Sequence[str]]]
"""Asked when every row of a file is stored: road id -> roads that took its place, in order."""
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """Which file an import came from.

    Attributes
    ----------
    name : str
        Name without its folder.
    sha256 : str
        64 hexadecimal digits over the bytes of the file.
    """

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ImportReceipt:
    """What an import did.

    Attributes
    ----------
    accepted : int
        Rows stored, as new or as a new version.
    unchanged : int
        Rows that were there already.
    withdrawn : int
        Roads taken away.
    """

    accepted: int
    unchanged: int
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has a place in a chain.

    Attributes
    ----------
    type : EventType
        What happened.
    entity : str or None
        Id of the record. None with ``evidence_recorded``: the store makes a UUIDv7.
    data : mapping
        ``evidence_recorded``: columns of an evidence table and ``geometry`` (shapely, or a
        GeoJSON mapping). ``evidence_corrected``: the columns to replace (None erases) and a
        ``reason``. ``evidence_reviewed``: ``review``, ``reason``. ``item_disposed``:
        ``disposed_at``. ``route_*``: see `uxo.store.route_data`. Numbers, times (with zone or
        ISO 8601 text) and missing values as usual in Python; the store writes them in canonical
        form.
    who : str
        Team code.
    """

    type: EventType
    entity: str | None
    data: Mapping[str, Any]
    who: str


@unique
class Outcome(StrEnum):
    """What became of an event that was handed in."""

    NEW = "new"
    DUP = "dup"
    GAP = "gap"
    FORK = "fork"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one event, given after it is on disk.

    Attributes
    ----------
    outcome : Outcome
        ``gap``: an earlier event of the device is missing and this one was not kept; ask again.
        ``fork``: the device's chain has another event in this place; kept aside for a person.
    entity : str
        Id of the record.
    dev, seq, hash : str, int, str
        The event's name.
    """

    outcome: Outcome
    entity: str
    dev: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Source:
    """One import whose rows the store holds.

    Attributes
    ----------
    layer : Layer
        Which layer it went into.
    file, sha256 : str
        The file's name and hash.
    rows : int
        Rows it brought (new or changed).
    attribution : str
        Line that every map must show; empty where none is asked for.
    exercise : bool
        True: invented for training; maps must say so.
    imported_at : datetime
        When, in UTC.
    """

    layer: Layer
    file: str
    sha256: str
    rows: int
    attribution: str
    exercise: bool
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a device's chain."""

    dev: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A root over all heads: whoever holds it can tell a shortened or rewritten log.

    Attributes
    ----------
    root : str
        Merkle root, 64 hexadecimal digits.
    heads : tuple of Head
        The heads under it, by device.
    """

    root: str
    heads: tuple[Head, ...]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a check of the whole store found.

    Attributes
    ----------
    ok : bool
        Nothing is wrong.
    checked : int
        Events that were read.
    first_bad : str or None
        The first thing wrong: an event by device, number and hash, or a row by layer and id.
    """

    ok: bool
    checked: int
    first_bad: str | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A record that was changed in two places at once.

    Attributes
    ----------
    entity : str
        Its id.
    fields : tuple of str
        The columns in which the more dangerous reading was taken.
    """

    entity: str
    fields: tuple[str, ...]


class Store(PhoneStore, Protocol):
    """The log of events, the layers that follow from it, and the media files.

    Every method may be called from any thread. What changes the store returns when it is on disk.
    """

    def __enter__(self) -> Self:
        """Give the store itself."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        ...

    def close(self) -> None:
        """Finish what was handed in, and let the file go."""
        ...

    def import_rows(  # noqa: PLR0913 - what a file is, who brought it, and how
        self,
        layer: Layer,
        batches: Iterable[gpd.GeoDataFrame],
        *,
        stamp: FileStamp,
        who: str,
        attribution: str = "",
        exercise: bool = False,
        dry_run: bool = False,
        withdraw: Withdraw | None = None,
    ) -> ImportReceipt:
        """Take a whole file in, or nothing of it."""
        ...

    def record(self, drafts: Sequence[Draft]) -> list[Receipt]:
        """Write events of this device, all or none, and answer when they are on disk."""
        ...

    def append(self, events: Sequence[bytes | Event]) -> list[Receipt]:
        """Take in events of any device, in any order, any number of times."""
        ...

    def state(
        self,
        layer: Layer,
        bbox: Box | None = None,
        *,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
    ) -> gpd.GeoDataFrame:
        """Give a layer as it is, or as it was known at a time."""
        ...

    def routes(self, known_at: datetime | None = None) -> tuple[Route, ...]:
        """Give every route, retired ones too, as it is or as it was known at a time."""
        ...

    def get(self, layer: Layer, entity: str) -> gpd.GeoDataFrame:
        """Give one row of a layer."""
        ...

    def history(self, entity: str) -> list[Event]:
        """Give the events of a record in the order in which they count."""
        ...

    def recorders(self, entity: str) -> frozenset[str]:
        """Give the teams, case folded, that recorded or corrected a record."""
        ...

    def successors(self, road_id: str) -> tuple[str, ...]:
        """Give the roads that stand in the place of one that an import withdrew."""
        ...

    def conflicts(self) -> list[Conflict]:
        """List the records which need a person's decision."""
        ...

    def sources(self) -> list[Source]:
        """List the imports whose rows are held."""
        ...

    def vector(self) -> dict[str, int]:
        """Give the last number held of each device."""
        ...

    def since(self, vector: Mapping[str, int]) -> list[Event]:
        """Give every event that a holder of this vector lacks, each device's in order."""
        ...

    def last_place(self) -> int:
        """Give the place of the latest event in this store's log; 0 while it is empty."""
        ...

    def watch(self, after: int = 0, *, timeout_s: float = 0.0) -> list[tuple[int, Event]]:
        """Give the events that arrived after a place in this store's log."""
        ...

    def rebuild(self) -> None:
        """Make every projection anew from the events."""
        ...

    def verify(self, anchor: Anchor | None = None) -> VerifyReport:
        """Check everything that can be checked and name the first thing wrong."""
        ...

    def anchor(self) -> Anchor:
        """Give the root over all heads, to be kept elsewhere."""
        ...

    def backup(self, path: Path) -> None:
        """Write a complete copy while others go on working."""
        ...

    def put_blob(self, content: BinaryIO) -> str:
        """Keep a file by its SHA-256 and return that."""
        ...

    def open_blob(self, sha256: str) -> BinaryIO:
        """Open a kept file for reading."""
        ...
