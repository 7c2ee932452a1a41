"""Read evidence from native files: GeoJSON, CSV, GeoPackage and GeoParquet."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from uxo.evidence.columns import EVIDENCE_DTYPES, TIME_DTYPE
from uxo.evidence.files.batches import CheckedRows, LayerRules, content_ids, read_layer
from uxo.evidence.files.geojson_rows import FEATURE_ID
from uxo.evidence.files.opening import open_rows
from uxo.evidence.files.rows import BATCH_ROWS, Batch, Findings, RawBatch
from uxo.evidence.files.source import (
    CSV_SUFFIXES,
    GEOJSON_SUFFIXES,
    GEOPACKAGE_SUFFIXES,
    PARQUET_SUFFIXES,
)
from uxo.evidence.files.values import id_lists, lengths, texts, times, words
from uxo.geo.validity import mend_column, mend_hazard, mend_release
from uxo.vocabulary import RELEASE_KINDS, Category, EvidenceClass, Kind, PositionMethod, Review

SUFFIXES: Final = GEOJSON_SUFFIXES | CSV_SUFFIXES | GEOPACKAGE_SUFFIXES | PARQUET_SUFFIXES
"""Endings of the files that evidence may come in."""

_WORDS: Final = {
    "kind": tuple(Kind),
    "category": tuple(Category),
    "evidence_class": tuple(EvidenceClass),
    "position_method": tuple(PositionMethod),
    "review": tuple(Review),
}
_TEXTS: Final = ("id", "team")
_LENGTHS: Final = ("position_error_m", "depth_m", "width_m")
_TIMES: Final = tuple(name for name, dtype in EVIDENCE_DTYPES.items() if dtype == TIME_DTYPE)

_ID_MADE: Final = "no id given, so one was made from the content (h-...)"
_NO_WIDTH: Final = "release drawn as a line without width_m, which can never vouch for a road"
_ERROR_ZERO: Final = (
    "position error of 0 m, which a phone writes for a place typed or faked; "
    "leave it empty if it is not known"
)
_OBSERVED_LATE: Final = "observed after it was recorded; check the dates"

_LINE_TYPES: Final = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
_POINT_TYPES: Final = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
_AREA_TYPES: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_READ_TYPES: Final = (*_POINT_TYPES, *_LINE_TYPES, *_AREA_TYPES)


def read_evidence(path: Path | str, *, batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
    """Read a file of evidence in batches.

    Parameters
    ----------
    path : Path or str
        A file with the columns of `uxo.evidence.columns.EVIDENCE_DTYPES`, any of which but
        ``kind`` and the geometry may be missing. CSV has ``lon`` and ``lat``, or ``wkt``.
    batch_rows : int
        Rows a batch at most.

    Returns
    -------
    iterator of Batch
        Tables with exactly the declared columns. What is not known stays missing; a record
        without an id gets one made from its content.

    Raises
    ------
    BadFile
        The file is missing, empty, truncated, in another encoding or not what its ending says;
        faults further on are raised by the iterator.
    BadCrs
        No or an unknown coordinate system is declared.
    """
    file = open_rows(
        Path(path),
        tuple(EVIDENCE_DTYPES),
        layer="evidence",
        suffixes=SUFFIXES,
        needed=frozenset({"kind"}),
        batch_rows=batch_rows,
    )
    return read_layer(file, LayerRules(EVIDENCE_DTYPES, "id", _check))


def _check(raw: RawBatch, geometry: NDArray[np.object_], tally: Counter[str]) -> CheckedRows:
    """Check every column of a batch, then the geometry against the kind."""
    found = raw.found
    count = len(geometry)
    none: list[None] = [None] * count
    columns: dict[str, Any] = {}
    for name in EVIDENCE_DTYPES:
        values = raw.columns.get(name, none)
        if name in _WORDS:
            columns[name] = words(values, name, _WORDS[name], found)
        elif name in _LENGTHS:
            columns[name] = lengths(values, name, found)
        elif name in _TIMES:
            columns[name] = times(values, name, found)
        elif name in _TEXTS:
            columns[name] = texts(values, name, found)
        else:
            columns[name] = id_lists(values, name, found)
    for position, kind in enumerate(columns["kind"]):
        if kind is None and position not in found.refused:
            found.refuse(position, "kind", "", f"is missing; one of {', '.join(Kind)}")
    mended = _mended_geometry(columns["kind"], geometry, found)
    _remark(columns, mended, tally)
    columns["id"], id_made = _ids(raw, columns, mended, tally)
    return CheckedRows(columns, mended, np.arange(count), id_made)


def _mended_geometry(
    kinds: Sequence[str | None], geometry: NDArray[np.object_], found: Findings
) -> NDArray[np.object_]:
    """Refuse types that do not fit; let hazards grow and releases shrink into validity."""
    types = shapely.get_type_id(geometry)
    present = types >= 0
    release = np.array([kind in RELEASE_KINDS for kind in kinds], dtype=bool)
    faults = (
        (~np.isin(types, _READ_TYPES), "must be a point, line or polygon, single or multiple"),
        (
            release & np.isin(types, _POINT_TYPES),
            "a release needs an area, or a line with width_m; a point releases nothing",
        ),
    )
    usable = present.copy()
    for faulty, reason in faults:
        for position in np.flatnonzero(present & faulty).tolist():
            value = shapely.to_wkt(geometry[position], rounding_precision=7)
            found.refuse(position, "geometry", value, reason)
        usable &= ~faulty
    result = np.full(len(geometry), None, dtype=object)
    for chosen, mend in ((usable & ~release, mend_hazard), (usable & release, mend_release)):
        rows = np.flatnonzero(chosen)
        column = mend_column(geometry[rows], mend)
        result[rows] = column.geometry
        for row, reason in column.refused.items():
            value = shapely.to_wkt(geometry[rows[row]], rounding_precision=7)
            found.refuse(int(rows[row]), "geometry", value, reason)
        for row, changes in column.changes.items():
            value = shapely.to_wkt(geometry[rows[row]], rounding_precision=7)
            for change in changes:
                found.mend(int(rows[row]), "geometry", value, change)
    return result


def _remark(columns: dict[str, Any], geometry: NDArray[np.object_], tally: Counter[str]) -> None:
    """Count what is allowed and still worth telling."""
    release = np.array([kind in RELEASE_KINDS for kind in columns["kind"]], dtype=bool)
    lines = np.isin(shapely.get_type_id(geometry), _LINE_TYPES)
    remarks = {
        _NO_WIDTH: release & lines & ~(columns["width_m"] > 0),
        _ERROR_ZERO: columns["position_error_m"] == 0,
        _OBSERVED_LATE: (columns["observed_at"] > columns["recorded_at"]).to_numpy(),
    }
    for text, rows in remarks.items():
        if rows.any():
            tally[text] += int(rows.sum())


def _ids(
    raw: RawBatch, columns: dict[str, Any], geometry: NDArray[np.object_], tally: Counter[str]
) -> tuple[list[str | None], NDArray[np.bool_]]:
    """Take the id, else the feature's own id, else one made from the content."""
    ids: list[str | None] = list(columns["id"])
    if FEATURE_ID in raw.columns:
        own = texts(raw.columns[FEATURE_ID], "id", raw.found)
        ids = [given or other for given, other in zip(ids, own, strict=True)]
    without = [
        position
        for position, given in enumerate(ids)
        if given is None and position not in raw.found.refused
    ]
    if without:
        names = [name for name in EVIDENCE_DTYPES if name != "id"]
        contents = [[_plain(columns[name][row]) for name in names] for row in without]
        made = content_ids(contents, geometry[without])
        for position, made_id in zip(without, made, strict=True):
            ids[position] = made_id
        tally[_ID_MADE] += len(without)
    id_made = np.zeros(len(ids), dtype=bool)
    id_made[without] = True
    return ids, id_made


def _plain(value: object) -> object:
    """Write a value the same way whatever file it came from."""
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return None if pd.isna(value) else value  # type: ignore[call-overload]
