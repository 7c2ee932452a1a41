"""What travels from a file format to a layer's reader, and from there to its caller."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from uxo.errors import Fault

REJECT_COLUMNS: Final = frozenset({"reject_field", "reject_reason"})
"""Columns of a rejects file; a mended rejects file is read again, so they are passed over."""

BATCH_ROWS: Final = 50_000
"""Rows a batch at most: some tens of megabytes of Python values."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as the file had it.

    Attributes
    ----------
    properties : mapping of str to object
        Columns or GeoJSON properties, all of them.
    geometry : object
        GeoJSON geometry, WKB bytes, or None where columns carry it (CSV) or there is none.
    feature_id : object
        The GeoJSON feature's own ``id`` member, None if there is none.
    """

    properties: Mapping[str, object]
    geometry: object = None
    feature_id: object = None


@dataclass(frozen=True, slots=True)
class RowNote:
    """A remark on one row of a batch.

    Attributes
    ----------
    position : int
        Row within the batch, from 0.
    field, value, reason : str
        As in `uxo.errors.Fault`.
    """

    position: int
    field: str
    value: str
    reason: str


@dataclass(slots=True)
class Findings:
    """Collects what is wrong with the rows of one batch, and what was mended.

    Attributes
    ----------
    refused, mended : dict of int to list of RowNote
        By position within the batch.
    """

    refused: dict[int, list[RowNote]] = field(default_factory=dict)
    mended: dict[int, list[RowNote]] = field(default_factory=dict)

    def refuse(self, position: int, field: str, value: object, reason: str) -> None:
        """Refuse a row; a row that is refused twice keeps both reasons."""
        note = RowNote(position, field, shown(value), reason)
        self.refused.setdefault(position, []).append(note)

    def mend(self, position: int, field: str, value: object, reason: str) -> None:
        """Tell that a row was changed."""
        note = RowNote(position, field, shown(value), reason)
        self.mended.setdefault(position, []).append(note)


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Some consecutive rows of a file, column by column, not yet checked.

    Attributes
    ----------
    first_row : int
        Number of the first row; the first feature or data line of a file is 1.
    columns : mapping of str to sequence
        The wanted columns that the file has. Missing values are None.
    geometry : ndarray of object
        Shapely geometries in the file's CRS, None where there is none or it cannot be built.
    found : Findings
        What the format's reader already found; the checks that follow add to it.
    ignored_columns : frozenset of str
        Columns that nobody asked for.
    raw : callable
        Position within the batch -> the row as the file had it.
    share_read : float
        How much of the file has been read, 0 to 1.
    """

    first_row: int
    columns: Mapping[str, Sequence[object]]
    geometry: NDArray[np.object_]
    found: Findings
    ignored_columns: frozenset[str]
    raw: Callable[[int], RawRow]
    share_read: float


class RowFile(Protocol):
    """A file opened by one of the format readers.

    Attributes
    ----------
    name : str
        The file's name as the user gave it.
    crs : CRS or None
        Declared coordinate system; None for longitude and latitude in WGS 84.
    notes : list of str
        Things worth telling about the whole file.
    columns : frozenset of str or None
        The columns it has; None where each row has its own (GeoJSON).
    """

    name: str
    crs: CRS | None
    notes: list[str]
    columns: frozenset[str] | None

    def batches(self) -> Iterator[RawBatch]:
        """Read the rows in order, once."""
        ...


@dataclass(frozen=True, slots=True)
class Reject:
    """One refused row with everything needed to write it out again.

    Attributes
    ----------
    row : int
        Row in its file, from 1.
    raw : RawRow
        The row as it was.
    faults : tuple of Fault
        Every fault found in it, at least one.
    """

    row: int
    raw: RawRow
    faults: tuple[Fault, ...]

    @property
    def fault(self) -> Fault:
        """The first fault."""
        return self.faults[0]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file, checked.

    Attributes
    ----------
    table : GeoDataFrame
        Accepted rows with exactly the declared columns, EPSG:4326. A road of several parts
        becomes several rows, so the table may be longer than ``accepted``.
    read : int
        Rows read; always ``accepted + repeated + len(rejects)``.
    accepted : int
        Rows of the file that stand in ``table``.
    repeated : int
        Rows equal to an earlier row of the same file; they are left out of ``table``.
    mended : tuple of Fault
        What was changed in accepted rows; one row may have several.
    faults : tuple of Fault
        What is wrong with the refused rows; one row may have several.
    ignored_columns : tuple of str
        Columns of the file that are not stored.
    rejects : tuple of Reject
        The refused rows.
    notes : tuple of str
        Remarks on the file known so far, each told in one batch only.
    share_read : float
        How much of the file has been read, 0 to 1.
    crs : CRS or None
        The coordinate system that the file and its rejects are in; None for WGS 84.
    """

    table: gpd.GeoDataFrame
    read: int
    accepted: int
    repeated: int
    mended: tuple[Fault, ...]
    faults: tuple[Fault, ...]
    ignored_columns: tuple[str, ...]
    rejects: tuple[Reject, ...]
    notes: tuple[str, ...] = ()
    share_read: float = 1.0
    crs: CRS | None = None


_SHOWN_CHARACTERS: Final = 80


def shown(value: object) -> str:
    """Write a value for a message, cut to 80 characters."""
    text = "" if value is None else str(value)
    # Unpaired surrogates cannot be printed or stored, so they are written as escapes.
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
