"""Drive a layer's checks over a file: batch by batch, with nothing lost between."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from uxo.errors import EmptyFile, Fault
from uxo.evidence.columns import WGS84, as_table, empty_table
from uxo.evidence.files.positions import to_positions
from uxo.evidence.files.rows import Batch, RawBatch, Reject, RowFile, RowNote
from uxo.evidence.files.seen import SeenIds, row_digests
from uxo.geo.crs import to_wgs84

# 1e-7 degrees are a centimetre: far below any survey, far above what a reprojection rounds.
_ID_DECIMALS: Final = 7
_ID_HEX_DIGITS: Final = 16

_REPEATED: Final = "equal to an earlier row of this file, counted as unchanged"


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """What a layer's check made of one batch.

    Attributes
    ----------
    columns : mapping of str to sequence
        Declared columns, one value for each line of the table to be.
    geometry : ndarray of object
        Mended geometries; None only where the row is refused.
    source : ndarray of int64
        For each line of the table, the position in the batch that it comes from.
    id_made : ndarray of bool
        For each line of the table, whether its id was made from its content.
    """

    columns: Mapping[str, Sequence[object]]
    geometry: NDArray[np.object_]
    source: NDArray[np.int64]
    id_made: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LayerRules:
    """How the rows of one layer are checked.

    Attributes
    ----------
    dtypes : mapping of str to str
        Declared columns.
    id_column : str
        The one that identifies a row.
    check : callable
        ``check(raw, geometry, tally)`` with geometries in degrees; adds to ``raw.found``.
    """

    dtypes: MappingProxyType[str, str]
    id_column: str
    check: Callable[[RawBatch, NDArray[np.object_], Counter[str]], CheckedRows]


def read_layer(file: RowFile, rules: LayerRules) -> Iterator[Batch]:
    """Read and check a file.

    Parameters
    ----------
    file : RowFile
        From `uxo.evidence.files.opening.open_rows`.
    rules : LayerRules
        The layer's own checks.

    Yields
    ------
    Batch
        In the order of the file; the last one has no rows and carries the remaining notes.

    Raises
    ------
    BadFile, BadCrs
        The file is broken further on, or its datum is unknown.
    EmptyFile
        It holds no rows.
    """
    way = to_wgs84(file.crs, file.name)
    tally: Counter[str] = Counter()
    seen = SeenIds()
    told: set[str] = set()
    rows = 0
    for raw in file.batches():
        geometry = to_positions(raw.geometry, way, raw.found, tally)
        checked = rules.check(raw, geometry, tally)
        ignored = tuple(sorted(raw.ignored_columns - told))
        told |= raw.ignored_columns
        batch = _batch(file, raw, checked, rules, seen, ignored)
        rows += batch.read
        if batch.repeated:
            tally[_REPEATED] += batch.repeated
        yield batch
    if not rows:
        raise EmptyFile(f"{file.name}: holds no rows")
    counted = (f"{what} (rows: {count})" for what, count in sorted(tally.items()))
    yield Batch(
        table=empty_table(rules.dtypes),
        read=0,
        accepted=0,
        repeated=0,
        mended=(),
        faults=(),
        ignored_columns=(),
        rejects=(),
        notes=(*file.notes, *way.notes, *counted),
    )


def _batch(
    file: RowFile,
    raw: RawBatch,
    checked: CheckedRows,
    rules: LayerRules,
    seen: SeenIds,
    ignored: tuple[str, ...],
) -> Batch:
    """Leave out refused and repeated rows; keep what is needed to write the refused ones."""
    found = raw.found
    lines = np.flatnonzero(~np.isin(checked.source, list(found.refused)))
    table = _table(checked, lines, rules.dtypes)
    source = checked.source[lines]
    ids = table[rules.id_column].to_numpy(dtype=object)
    repeated, clashing = seen.admit(ids, row_digests(table))
    # Equal made ids are equal contents, but for what ids leave out: a name, or millimetres.
    repeated |= clashing & checked.id_made[lines]
    clashing &= ~repeated
    for line in np.flatnonzero(clashing).tolist():
        found.refuse(
            int(source[line]),
            rules.id_column,
            ids[line],
            "an earlier row of this file has the same id and other content; "
            "give each record its own id",
        )
    whole = ~np.isin(source, list(found.refused))
    kept = whole & ~repeated
    accepted = len(np.unique(source[kept]))
    rejects = tuple(
        Reject(
            raw.first_row + position,
            raw.raw(position),
            tuple(_fault(file.name, raw.first_row, note) for note in notes),
        )
        for position, notes in sorted(found.refused.items())
    )
    return Batch(
        table=table[kept].reset_index(drop=True) if not kept.all() else table,
        read=len(raw.geometry),
        accepted=accepted,
        repeated=len(np.unique(source[whole])) - accepted,
        mended=_mended(file.name, raw, source[kept]),
        faults=tuple(fault for reject in rejects for fault in reject.faults),
        ignored_columns=ignored,
        rejects=rejects,
        share_read=raw.share_read,
        crs=file.crs,
    )


def _table(
    checked: CheckedRows, lines: NDArray[np.int64], dtypes: MappingProxyType[str, str]
) -> gpd.GeoDataFrame:
    """Make the table of some lines."""
    frame = gpd.GeoDataFrame(dict(checked.columns), geometry=checked.geometry, crs=WGS84)
    return as_table(frame.iloc[lines], dtypes)


def _mended(file: str, raw: RawBatch, accepted: NDArray[np.int64]) -> tuple[Fault, ...]:
    """List the changes to accepted rows."""
    if not raw.found.mended:
        return ()
    whole = frozenset(accepted.tolist())
    return tuple(
        _fault(file, raw.first_row, note)
        for position, notes in sorted(raw.found.mended.items())
        if position in whole
        for note in notes
    )


def _fault(file: str, first_row: int, note: RowNote) -> Fault:
    return Fault(file, first_row + note.position, note.field, note.value, note.reason)


def content_ids(contents: Sequence[Sequence[object]], geometry: NDArray[np.object_]) -> list[str]:
    """Make ids from the contents of rows that have none.

    Parameters
    ----------
    contents : sequence of sequence
        For each row whatever belongs to its content; None where missing.
    geometry : ndarray of object
        Shapely geometries in degrees. They are rounded to a centimetre first, so that the same
        record has the same id whichever coordinate system or format it came in.

    Returns
    -------
    list of str
        ``h-`` and 16 hexadecimal digits of SHA-256 each.
    """
    # Adding zero turns -0.0 into 0.0.
    rounded = shapely.transform(geometry, lambda xy: np.round(xy, _ID_DECIMALS) + 0.0)
    places = shapely.to_wkb(rounded, hex=True, byte_order=1)
    bodies = (
        json.dumps([*values, place]).encode()
        for values, place in zip(contents, places, strict=True)
    )
    return [f"h-{hashlib.sha256(body).hexdigest()[:_ID_HEX_DIGITS]}" for body in bodies]
