"""Every error that this package raises on purpose.

::

    UxoError
    |-- BadInput            bad-input     something given by a person or a file is wrong
    |   |-- BadFile         bad-file      a file is not what it claims to be
    |   |   `-- EmptyFile   empty-file    a file of the right form that holds no rows
    |   |-- BadCrs          bad-crs       no, an unknown or a forbidden coordinate system
    |   |-- BadGeometry     bad-geometry  a geometry that can be neither used nor mended
    |   |-- BadPolicy       bad-policy    a policy with an unknown or impossible figure
    |   `-- BadRows         bad-rows      rows of a table were refused (carries the faults)
    |-- NotFound            not-found     no such road, place, evidence or file
    |   `-- NoRoute         no-route      no way between two places (carries what blocks it)
    |-- Refused             refused       understood, and not allowed
    |   |-- Forbidden           forbidden          not allowed to this role
    |   |-- NotSignedIn         not-signed-in      nobody is known to have sent this
    |   |   `-- DeviceRevoked   device-revoked     the device was cut off
    |   |-- TooManyAttempts     too-many-attempts  wait before the next attempt
    |   |-- EventDiffers    event-differs an id came before with other content
    |   |-- EventMissing    event-missing a photo came before its record
    |   |-- OffsetDiffers   offset-differs an upload is not where its sender believes
    |   `-- ChangedSince    changed-since the record is no longer what the sender saw
    |-- MissingPart         missing-part  a file or program that is needed is not installed
    `-- StoreError          store         the store cannot do this
        |-- NoRoom          no-room       too much is on its way already
        |-- StoreBusy       store-busy    another process holds the store
        |-- StoreVersion    store-version the store was made by another version
        `-- StoreBroken     store-broken  the log was changed, or the file is damaged

Each class has a stable ``code`` which the web service and ``--json`` outputs repeat.
The web service adds four codes of its own (``uxo/web/errors.py``): ``too-large``, ``media-type``,
``method-not-allowed``, and ``internal`` for what nobody foresaw.
A message says what is wrong, where (file, row, id), the value, and what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one row of a table.

    Attributes
    ----------
    file : str
        Name of the file as the user gave it.
    row : int or None
        Row as a person counts it: the first feature or data line is 1. None: the whole file.
    field : str
        Column, property or ``geometry``.
    value : str
        The offending value as text, cut to 80 characters.
    reason : str
        What is wrong and what to do.
    """

    file: str
    row: int | None
    field: str
    value: str
    reason: str

    def __str__(self) -> str:
        """Say the fault in one line."""
        where = self.file if self.row is None else f"{self.file}, row {self.row}"
        return f"{where}, {self.field} = {self.value!r}: {self.reason}"


class UxoError(Exception):
    """Anything this package refuses or cannot do."""

    code: ClassVar[str] = "error"


class BadInput(UxoError):
    """Something given by a person or a file is wrong."""

    code = "bad-input"


class BadFile(BadInput):
    """A file is not what it claims to be."""

    code = "bad-file"


class EmptyFile(BadFile):
    """A file of the right form holds no rows."""

    code = "empty-file"


class BadCrs(BadInput):
    """A coordinate system is missing, unknown or not allowed here."""

    code = "bad-crs"


class BadGeometry(BadInput):
    """A geometry can be neither used nor mended."""

    code = "bad-geometry"


class BadPolicy(BadInput):
    """A policy file holds an unknown key, an impossible figure or combination."""

    code = "bad-policy"


class BadRows(BadInput):
    """Rows of a table were refused.

    Parameters
    ----------
    message : str
        What was being done.
    faults : sequence of Fault
        Every fault found, in the order of the rows.
    """

    code = "bad-rows"

    def __init__(self, message: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        shown = "\n".join(f"  {fault}" for fault in self.faults[:20])
        more = len(self.faults) - 20
        tail = f"\n  and {more} more" if more > 0 else ""
        super().__init__(f"{message}\n{shown}{tail}")


class NotFound(UxoError):
    """There is no such road, place, evidence or file."""

    code = "not-found"


@unique
class NoRouteReason(StrEnum):
    """Why there is no way."""

    OFF_NETWORK = "off_network"
    OTHER_ISLAND = "other_island"
    ONE_WAY = "one_way"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Blocking:
    """A piece of road that keeps a way shut.

    Attributes
    ----------
    road_id : str
        The road.
    from_m, to_m : float
        Metres on the ground from its first vertex.
    status : str
        The word of its status.
    effort_m2 : float
        Square metres of corridor that would have to be cleared; of a closure, which its authority
        ends, the same measure.
    evidence_ids : tuple of str
        What gives it this status; none where nothing is known.
    lon, lat : float or None
        A place on it, in degrees; None where it has not been looked up.
    begin, end : tuple of float, or None
        Longitude and latitude in degrees at ``from_m`` and at ``to_m``; None: not looked up.
    """

    road_id: str
    from_m: float
    to_m: float
    status: str
    effort_m2: float
    evidence_ids: tuple[str, ...] = ()
    lon: float | None = None
    lat: float | None = None
    begin: tuple[float, float] | None = None
    end: tuple[float, float] | None = None


class NoRoute(NotFound):
    """There is no way between two places.

    Parameters
    ----------
    message : str
        What a person reads.
    reason : NoRouteReason
        Why.
    cut : tuple of Blocking
        Where ways are blocked: the pieces whose clearance would open one with the least effort, in
        the order of travel.
    """

    code = "no-route"

    def __init__(self, message: str, reason: NoRouteReason, cut: tuple[Blocking, ...] = ()) -> None:
        self.reason = reason
        self.cut = cut
        super().__init__(message)


class Refused(UxoError):
    """The request is understood and not allowed."""

    code = "refused"


class Forbidden(Refused):
    """The role of who asks does not allow this."""

    code = "forbidden"


class NotSignedIn(Refused):
    """Nobody is signed in, or the token is unknown or over."""

    code = "not-signed-in"


class DeviceRevoked(NotSignedIn):
    """The device was known, and somebody cut it off."""

    code = "device-revoked"


class TooManyAttempts(Refused):
    """Too many sign-ins failed; another one must wait.

    Parameters
    ----------
    message : str
        What a person reads.
    wait_s : int
        Seconds until the next attempt is looked at.
    """

    code = "too-many-attempts"

    def __init__(self, message: str, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__(message)


class EventDiffers(Refused):
    """A phone's record came before under the same id with other content."""

    code = "event-differs"


class EventMissing(Refused):
    """A photo names a record that has not come yet."""

    code = "event-missing"


class OffsetDiffers(Refused):
    """An upload is not where its sender believes, or another request goes on with it."""

    code = "offset-differs"


class ChangedSince(Refused):
    """The record changed after the sender looked at it; look again, then decide."""

    code = "changed-since"


class MissingPart(UxoError):
    """A file or a program that is needed is not installed."""

    code = "missing-part"


class StoreError(UxoError):
    """The store cannot do this."""

    code = "store"


class NoRoom(StoreError):
    """Too many files are on their way already."""

    code = "no-room"


class StoreBusy(StoreError):
    """Another process holds the store."""

    code = "store-busy"


class StoreVersion(StoreError):
    """The store was made by another version of this package."""

    code = "store-version"


class StoreBroken(StoreError):
    """The event log was changed from outside, or the file is damaged."""

    code = "store-broken"
