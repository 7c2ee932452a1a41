"""Read roads from files of lines: GeoJSON, GeoPackage, GeoParquet and shapefile."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from uxo.errors import BadGeometry
from uxo.evidence.columns import ROAD_DTYPES
from uxo.evidence.files.batches import CheckedRows, LayerRules, content_ids, read_layer
from uxo.evidence.files.geojson_rows import FEATURE_ID
from uxo.evidence.files.opening import open_rows
from uxo.evidence.files.rows import BATCH_ROWS, Batch, Findings, RawBatch
from uxo.evidence.files.source import (
    GEOJSON_SUFFIXES,
    GEOPACKAGE_SUFFIXES,
    PARQUET_SUFFIXES,
    SHAPEFILE_SUFFIXES,
)
from uxo.evidence.files.values import texts
from uxo.geo.validity import mend_road
from uxo.roads.attributes import NODES, read_attributes

SUFFIXES: Final = GEOJSON_SUFFIXES | GEOPACKAGE_SUFFIXES | PARQUET_SUFFIXES | SHAPEFILE_SUFFIXES
"""Endings of the files that roads may come in."""

_WANTED: Final = (*ROAD_DTYPES, "id")
_ID_FROM: Final = "no road_id column, so the id is from"
_ID_MADE: Final = "no road_id given, so one was made from course and class (h-...)"


def read_roads(path: Path | str, *, batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
    """Read a file of road lines in batches.

    Parameters
    ----------
    path : Path or str
        Lines with ``road_id``, else ``id``, else the GeoJSON features' own ids; where there is
        none, an id is made from the coordinates and ``highway``. All else is optional.
    batch_rows : int
        Rows a batch at most.

    Returns
    -------
    iterator of Batch
        Tables with exactly the columns of `uxo.evidence.columns.ROAD_DTYPES` and LineStrings in
        EPSG:4326. A road whose parts do not join becomes several, ``id/1``, ``id/2`` and so on.

    Raises
    ------
    BadFile
        The file is missing, empty, truncated, in another encoding or not what its ending says;
        faults further on are raised by the iterator.
    BadCrs
        No or an unknown coordinate system is declared.
    """
    file = open_rows(Path(path), _WANTED, layer="roads", suffixes=SUFFIXES, batch_rows=batch_rows)
    return read_layer(file, LayerRules(ROAD_DTYPES, "road_id", _check))


def _check(raw: RawBatch, geometry: NDArray[np.object_], tally: Counter[str]) -> CheckedRows:
    """Check the columns, make single lines, and lay several parts out as rows of their own."""
    found = raw.found
    none: list[None] = [None] * len(geometry)
    highway = texts(raw.columns.get("highway", none), "highway", found)
    name = texts(raw.columns.get("name", none), "name", found)
    optional = read_attributes(raw.columns, len(geometry), tally)
    lines = _single_lines(geometry, found)
    ids, id_made = _ids(raw, geometry, highway, tally)
    parts = np.array([len(pieces) for pieces in lines], dtype=np.int64)
    source = np.repeat(np.arange(len(lines)), parts)
    flat = np.empty(len(source), dtype=object)
    flat[:] = [piece for pieces in lines for piece in pieces]
    return CheckedRows(
        {
            "road_id": [
                f"{ids[position]}/{number}" if len(pieces) > 1 else ids[position]
                for position, pieces in enumerate(lines)
                for number in range(1, len(pieces) + 1)
            ],
            "highway": [highway[position] for position in source],
            "name": [name[position] for position in source],
            **_laid_out(optional, source, parts),
        },
        flat,
        source,
        id_made[source],
    )


def _laid_out(
    optional: Mapping[str, list[str | float | None]],
    source: NDArray[np.int64],
    parts: NDArray[np.int64],
) -> dict[str, list[str | float | None]]:
    """Give each line the optional values of its row; only a whole row keeps its junctions."""
    laid_out = {name: [column[row] for row in source] for name, column in optional.items()}
    split = (parts[source] > 1).tolist()
    for name in NODES:
        if name in laid_out:
            laid_out[name] = [
                None if apart else node for apart, node in zip(split, laid_out[name], strict=True)
            ]
    return laid_out


def _given_ids(raw: RawBatch, tally: Counter[str]) -> list[str | None]:
    """Take road_id, else id, else the feature's own id."""
    ids: list[str | None] = [None] * len(raw.geometry)
    for column in ("road_id", "id", FEATURE_ID):
        if column not in raw.columns:
            continue
        other = texts(raw.columns[column], column, raw.found)
        taken = sum(a is None and b is not None for a, b in zip(ids, other, strict=True))
        ids = [a if a is not None else b for a, b in zip(ids, other, strict=True)]
        if taken and column != "road_id":
            tally[f"{_ID_FROM} {column}"] += taken
    return ids


def _ids(
    raw: RawBatch,
    geometry: NDArray[np.object_],
    highway: Sequence[str | None],
    tally: Counter[str],
) -> tuple[list[str | None], NDArray[np.bool_]]:
    """Take the ids that are given; make the others from course and class."""
    ids = _given_ids(raw, tally)
    # A refused row needs no id, and its geometry may not allow one.
    without = [
        row for row, given in enumerate(ids) if given is None and row not in raw.found.refused
    ]
    id_made = np.zeros(len(ids), dtype=bool)
    if without:
        made = content_ids([[highway[row]] for row in without], geometry[without])
        for row, made_id in zip(without, made, strict=True):
            ids[row] = made_id
        id_made[without] = True
        tally[_ID_MADE] += len(without)
    return ids, id_made


def _single_lines(
    geometry: NDArray[np.object_], found: Findings
) -> list[tuple[shapely.LineString, ...]]:
    """Make single lines; valid ones pass untouched, judged all at once."""
    simple = (shapely.get_type_id(geometry) == shapely.GeometryType.LINESTRING) & (
        shapely.length(geometry) > 0
    )
    lines: list[tuple[shapely.LineString, ...]] = []
    for position, (line, plain) in enumerate(zip(geometry, simple, strict=True)):
        if plain or line is None:
            lines.append((line,))
            continue
        value = shapely.to_wkt(line, rounding_precision=7)
        try:
            pieces, changes = mend_road(line)
        except BadGeometry as error:
            found.refuse(position, "geometry", value, str(error))
            lines.append((None,))
            continue
        for change in changes:
            found.mend(position, "geometry", value, change)
        lines.append(pieces)
    return lines
