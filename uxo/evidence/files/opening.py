"""Open a file of any format that a layer may come in."""

from collections.abc import Collection
from pathlib import Path

from uxo.errors import BadFile
from uxo.evidence.files.arrow_rows import GdalFile, ParquetFile
from uxo.evidence.files.csv_rows import CsvFile
from uxo.evidence.files.geojson import GeoJsonFile
from uxo.evidence.files.rows import BATCH_ROWS, RowFile
from uxo.evidence.files.source import (
    CSV_SUFFIXES,
    GEOJSON_SUFFIXES,
    PARQUET_SUFFIXES,
    check_readable,
)


def open_rows(
    path: Path,
    wanted: Collection[str],
    *,
    layer: str,
    suffixes: Collection[str],
    needed: frozenset[str] = frozenset(),
    batch_rows: int = BATCH_ROWS,
) -> RowFile:
    """Open a file by its ending, and check that it is what the ending says.

    Parameters
    ----------
    path : Path
        The file.
    wanted : collection of str
        Columns to hand on; others are only named.
    layer : str
        What is imported; also the layer taken from a GeoPackage that has several.
    suffixes : collection of str
        Endings that this layer may come in, in small letters.
    needed : frozenset of str
        Columns without which no row could be accepted.
    batch_rows : int
        Rows a batch at most.

    Raises
    ------
    BadFile
        There is no such file, its ending is not one of those, or it is something else.
    BadCrs
        It declares no or an unknown coordinate system.
    """
    check_readable(path)
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        raise BadFile(
            f"{path}: {layer} cannot be read from a file ending in {suffix or 'nothing'}; "
            f"give one of {', '.join(sorted(suffixes))}"
        )
    file: RowFile
    if suffix in GEOJSON_SUFFIXES:
        file = GeoJsonFile(path, wanted, batch_rows=batch_rows)
    elif suffix in CSV_SUFFIXES:
        file = CsvFile(path, wanted, batch_rows=batch_rows)
    elif suffix in PARQUET_SUFFIXES:
        file = ParquetFile(path, wanted, batch_rows=batch_rows)
    else:
        file = GdalFile(path, wanted, layer=layer, batch_rows=batch_rows)
    if file.columns is not None and not needed <= file.columns:
        raise BadFile(
            f"{path}: has no column {', '.join(sorted(needed - file.columns))}; "
            f"the columns of {layer} are {', '.join(wanted)}"
        )
    return file
