"""Read places (communities with OCHA P-codes) from GeoJSON, GeoPackage and CSV."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from uxo.evidence.columns import PLACE_DTYPES
from uxo.evidence.files.batches import CheckedRows, LayerRules, read_layer
from uxo.evidence.files.opening import open_rows
from uxo.evidence.files.rows import BATCH_ROWS, Batch, RawBatch
from uxo.evidence.files.source import CSV_SUFFIXES, GEOJSON_SUFFIXES, GEOPACKAGE_SUFFIXES
from uxo.evidence.files.values import texts
from uxo.geo.validity import mend_column, mend_hazard

SUFFIXES: Final = GEOJSON_SUFFIXES | GEOPACKAGE_SUFFIXES | CSV_SUFFIXES
"""Endings of the files that places may come in."""

_PLACE_TYPES: Final = (
    shapely.GeometryType.POINT,
    shapely.GeometryType.POLYGON,
    shapely.GeometryType.MULTIPOLYGON,
)


def read_places(path: Path | str, *, batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
    """Read a file of places in batches.

    Parameters
    ----------
    path : Path or str
        Points or polygons with ``pcode`` and optionally ``name_en``, ``name_ar``, ``admin3``.
    batch_rows : int
        Rows a batch at most.

    Returns
    -------
    iterator of Batch
        Tables with exactly the columns of `uxo.evidence.columns.PLACE_DTYPES`.

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
        tuple(PLACE_DTYPES),
        layer="places",
        suffixes=SUFFIXES,
        needed=frozenset({"pcode"}),
        batch_rows=batch_rows,
    )
    return read_layer(file, LayerRules(PLACE_DTYPES, "pcode", _check))


def _check(raw: RawBatch, geometry: NDArray[np.object_], _tally: Counter[str]) -> CheckedRows:
    """Check the columns; a community's polygon may only grow, since hazards may fill it."""
    found = raw.found
    none: list[None] = [None] * len(geometry)
    columns = {name: texts(raw.columns.get(name, none), name, found) for name in PLACE_DTYPES}
    for position, pcode in enumerate(columns["pcode"]):
        if pcode is None and position not in found.refused:
            found.refuse(position, "pcode", "", "is missing; every place needs its P-code")
    types = shapely.get_type_id(geometry)
    for position in np.flatnonzero((types >= 0) & ~np.isin(types, _PLACE_TYPES)).tolist():
        value = shapely.to_wkt(geometry[position], rounding_precision=7)
        found.refuse(position, "geometry", value, "must be a point or a polygon")
    mended = mend_column(geometry, mend_hazard)
    for position, reason in mended.refused.items():
        found.refuse(position, "geometry", "", reason)
    for position, changes in mended.changes.items():
        for change in changes:
            found.mend(position, "geometry", "", change)
    count = len(geometry)
    return CheckedRows(columns, mended.geometry, np.arange(count), np.zeros(count, dtype=bool))
