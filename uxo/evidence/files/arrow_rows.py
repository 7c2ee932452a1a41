"""Read the rows of GeoPackage, shapefile (through GDAL) and GeoParquet files as Arrow batches."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError
from pyproj import CRS

from uxo.errors import BadCrs, BadFile
from uxo.evidence.files.rows import (
    BATCH_ROWS,
    REJECT_COLUMNS,
    Findings,
    RawBatch,
    RawRow,
)
from uxo.evidence.files.source import check_magic
from uxo.geo.crs import known_crs

_SQLITE: Final = b"SQLite format 3\x00"
_SHAPEFILE: Final = b"\x00\x00\x27\x0a"
_PARQUET: Final = b"PAR1"


class GdalFile:
    """A layer of a GeoPackage, or a shapefile.

    Parameters
    ----------
    path : Path
        The file; for a shapefile its ``.shp``.
    wanted : collection of str
        Columns to hand on.
    layer : str
        Which layer to take where there are several.
    batch_rows : int
        Rows a batch at most.

    Raises
    ------
    BadFile
        The file is damaged, has no such layer, or another program is writing it.
    BadCrs
        No or an unknown coordinate system is declared.
    """

    def __init__(
        self, path: Path, wanted: Collection[str], *, layer: str, batch_rows: int = BATCH_ROWS
    ) -> None:
        self.name = str(path)
        self.notes: list[str] = []
        self._path = path
        self._wanted = tuple(wanted)
        self._batch_rows = batch_rows
        self._options: dict[str, Any] = {}
        if path.suffix.lower() == ".shp":
            self._check_shapefile()
            self._layer = None
        else:
            self._check_geopackage()
            self._layer = self._choose_layer(layer)
        facts = self._facts()
        self._rows = int(facts["features"])
        self.columns: frozenset[str] | None = frozenset(facts["fields"].tolist())
        if facts["crs"] is None:
            raise BadCrs(f"{self.name}: declares no coordinate system; {self._crs_hint()}")
        self.crs: CRS | None = known_crs(facts["crs"], self.name)

    def _check_shapefile(self) -> None:
        """Check the files that make up a shapefile."""
        check_magic(self._path, _SHAPEFILE, "a shapefile")
        for suffix, holds in ((".shx", "the index"), (".dbf", "the columns")):
            if _beside(self._path, suffix) is None:
                raise BadFile(
                    f"{self.name}: {holds} is missing; put the {suffix} file beside the .shp"
                )
        if _beside(self._path, ".prj") is None:
            raise BadCrs(f"{self.name}: declares no coordinate system; {self._crs_hint()}")
        if _beside(self._path, ".cpg") is None:
            # GDAL would read the names as Latin-1 and garble Arabic in silence.
            self._options["encoding"] = "UTF-8"
            self.notes.append("there is no .cpg file, so the text was read as UTF-8")

    def _check_geopackage(self) -> None:
        """Check that nobody is writing: a second reader could break the writer's locks."""
        check_magic(self._path, _SQLITE, "a GeoPackage")
        log = self._path.with_name(self._path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise BadFile(
                f"{self.name}: another program has it open ({log.name} lies beside it); "
                "close that program, or export a copy"
            )
        # Nobody writes, so no lock is taken and no file is put beside it.
        self._options["IMMUTABLE"] = "YES"

    def _crs_hint(self) -> str:
        if self._path.suffix.lower() == ".shp":
            return "put the .prj file beside the .shp"
        return "save it with one, best EPSG:4326"

    def _choose_layer(self, layer: str) -> str:
        """Take the only layer with geometry, or the one named like what is imported."""
        try:
            listed = pyogrio.list_layers(self._path)
        except DataSourceError as error:
            raise BadFile(f"{self.name}: is damaged or not a GeoPackage ({error})") from error
        names = [str(name) for name, kind in listed if kind is not None]
        if len(names) == 1:
            return names[0]
        if layer in names:
            return layer
        if not names:
            raise BadFile(f"{self.name}: holds no layer with geometries")
        raise BadFile(
            f"{self.name}: holds several layers ({', '.join(names[:10])}) and none is called "
            f"{layer}; export the one you mean to a file of its own"
        )

    def _facts(self) -> dict[str, Any]:
        try:
            facts: dict[str, Any] = pyogrio.read_info(
                self._path, layer=self._layer, force_feature_count=True, **self._options
            )
        except (DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise BadFile(f"{self.name}: is damaged ({error})") from error
        return facts

    def batches(self) -> Iterator[RawBatch]:
        """Read the rows in order.

        Raises
        ------
        BadFile
            The file is damaged.
        """
        first_row = 1
        try:
            with pyogrio.open_arrow(
                self._path,
                layer=self._layer,
                batch_size=self._batch_rows,
                use_pyarrow=True,
                **self._options,
            ) as (facts, reader):
                name = facts["geometry_name"] or "wkb_geometry"
                for batch in reader:
                    share = min((first_row - 1 + batch.num_rows) / max(self._rows, 1), 1.0)
                    yield arrow_batch(batch, name, first_row, self._wanted, share)
                    first_row += batch.num_rows
        except UnicodeDecodeError as error:
            raise BadFile(
                f"{self.name}: its text is not {self._options.get('encoding', 'UTF-8')} ({error}); "
                "for a shapefile put a .cpg file with the encoding beside it (for Arabic Windows: "
                "a text file holding only 1256)"
            ) from error
        except (DataSourceError, pyogrio.errors.FeatureError, pa.ArrowException, OSError) as error:
            raise BadFile(f"{self.name}: is damaged after row {first_row - 1} ({error})") from error
        if first_row - 1 != self._rows:
            raise BadFile(
                f"{self.name}: is damaged: {self._rows} rows are announced, "
                f"{first_row - 1} can be read"
            )


class ParquetFile:
    """A GeoParquet file with WKB geometries.

    Parameters
    ----------
    path : Path
        The file.
    wanted : collection of str
        Columns to hand on.
    batch_rows : int
        Rows a batch at most.

    Raises
    ------
    BadFile
        The file is damaged or carries no GeoParquet description.
    BadCrs
        The coordinate system is declared as unknown (null), or is not known.
    """

    def __init__(
        self, path: Path, wanted: Collection[str], *, batch_rows: int = BATCH_ROWS
    ) -> None:
        check_magic(path, _PARQUET, "a Parquet file")
        self.name = str(path)
        self.notes: list[str] = []
        self._path = path
        self._wanted = tuple(wanted)
        self._batch_rows = batch_rows
        try:
            with pq.ParquetFile(path) as file:
                self._rows = file.metadata.num_rows
                names = file.schema_arrow.names
                described = (file.schema_arrow.metadata or {}).get(b"geo")
        except (pa.ArrowException, OSError) as error:
            raise BadFile(f"{self.name}: is damaged or truncated ({error})") from error
        self.columns: frozenset[str] | None = frozenset(names)
        self._geometry, column = self._describe(described)
        self.crs: CRS | None = self._declared_crs(column)

    def _describe(self, described: bytes | None) -> tuple[str, Mapping[str, Any]]:
        """Read the GeoParquet description of the primary geometry."""
        if described is None:
            raise BadFile(f"{self.name}: is Parquet, but not GeoParquet (no geo metadata)")
        try:
            geo = json.loads(described)
            name = geo["primary_column"]
            column = geo["columns"][name]
            encoding = column["encoding"]
        except (ValueError, KeyError, TypeError) as error:
            raise BadFile(f"{self.name}: its GeoParquet description is broken") from error
        if encoding != "WKB":
            raise BadFile(f"{self.name}: geometries encoded as {encoding!r}; save it with WKB")
        return name, column

    def _declared_crs(self, column: Mapping[str, Any]) -> CRS | None:
        """Read the coordinate system; the format's default where none is written is WGS 84."""
        if "crs" not in column:
            return None
        if column["crs"] is None:
            raise BadCrs(
                f"{self.name}: its coordinate system is declared as unknown (crs: null); "
                "save it with one, best EPSG:4326"
            )
        return known_crs(column["crs"], self.name)

    def batches(self) -> Iterator[RawBatch]:
        """Read the rows in order, one row group after the other.

        Raises
        ------
        BadFile
            The file is damaged.
        """
        first_row = 1
        try:
            with pq.ParquetFile(self._path) as file:
                for batch in file.iter_batches(batch_size=self._batch_rows):
                    share = min((first_row - 1 + batch.num_rows) / max(self._rows, 1), 1.0)
                    yield arrow_batch(batch, self._geometry, first_row, self._wanted, share)
                    first_row += batch.num_rows
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise BadFile(f"{self.name}: is damaged after row {first_row - 1} ({error})") from error


def _beside(path: Path, suffix: str) -> Path | None:
    """Find the sidecar file of a shapefile, its ending in small or capital letters."""
    for ending in (suffix, suffix.upper()):
        candidate = path.with_suffix(ending)
        if candidate.exists():
            return candidate
    return None


def arrow_batch(
    batch: pa.RecordBatch,
    geometry: str,
    first_row: int,
    wanted: Collection[str],
    share_read: float,
) -> RawBatch:
    """Turn an Arrow batch into raw columns.

    Parameters
    ----------
    batch : RecordBatch
        Rows with a WKB column.
    geometry : str
        Name of that column.
    first_row : int
        Number of the first row.
    wanted : collection of str
        Columns to hand on.
    share_read : float
        How much of the file has been read.
    """
    found = Findings()
    names = set(batch.schema.names) - {geometry}
    return RawBatch(
        first_row=first_row,
        columns={name: _values(batch.column(name)) for name in wanted if name in names},
        geometry=_geometries(batch.column(geometry).to_pylist(), found),
        found=found,
        ignored_columns=frozenset(names) - set(wanted) - REJECT_COLUMNS,
        raw=lambda position: _raw_row(batch, position, geometry),
        share_read=share_read,
    )


def _values(column: pa.Array) -> list[object]:
    """Take a column as Python values; in tables NaN is the usual sign for a missing number."""
    values: list[object] = column.to_pylist()
    if pa.types.is_floating(column.type):
        return [None if value != value else value for value in values]  # noqa: PLR0124  # NaN
    return values


def _geometries(binary: Sequence[bytes | None], found: Findings) -> NDArray[np.object_]:
    """Parse WKB: all at once, or one by one when one is faulty."""
    try:
        return np.array(shapely.from_wkb(binary), dtype=object)
    except (shapely.errors.ShapelyError, NotImplementedError):
        geometry = np.full(len(binary), None, dtype=object)
    for position, value in enumerate(binary):
        try:
            geometry[position] = shapely.from_wkb(value)
        except (shapely.errors.ShapelyError, NotImplementedError) as error:
            reason = f"cannot be built ({str(error).strip()})"
            found.refuse(position, "geometry", (value or b"").hex(), reason)
    return geometry


def _raw_row(batch: pa.RecordBatch, position: int, geometry: str) -> RawRow:
    row = batch.slice(position, 1).to_pylist()[0]
    return RawRow({name: value for name, value in row.items() if name != geometry}, row[geometry])
