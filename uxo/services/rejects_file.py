"""Write refused rows in the format they came in, to be mended and imported again."""

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

import geopandas as gpd
import pyogrio
import shapely
from pyproj import CRS

from uxo.errors import BadFile
from uxo.evidence.files.rows import REJECT_COLUMNS, Reject
from uxo.evidence.files.source import (
    CSV_SUFFIXES,
    GEOJSON_SUFFIXES,
    GEOPACKAGE_SUFFIXES,
    PARQUET_SUFFIXES,
    SHAPEFILE_SUFFIXES,
)
from uxo.roads.osm_file import OSM_SUFFIXES

# Endings of the source -> endings that its rejects may have. A shapefile's column names are too
# short for the two added ones, so its rejects go to a GeoPackage.
_FAMILIES: Final = (
    (CSV_SUFFIXES, CSV_SUFFIXES),
    (GEOJSON_SUFFIXES, GEOJSON_SUFFIXES),
    (GEOPACKAGE_SUFFIXES | SHAPEFILE_SUFFIXES, GEOPACKAGE_SUFFIXES),
    (PARQUET_SUFFIXES, PARQUET_SUFFIXES),
    # Ways that are refused have no geometry, but their numbers.
    (OSM_SUFFIXES, GEOJSON_SUFFIXES | CSV_SUFFIXES),
)
_LAYER: Final = "rejects"


class RejectsFile:
    """The rejects file of one import.

    Rows are kept in a temporary file until all columns are known, so that a million refused rows
    do not fill the memory.

    Parameters
    ----------
    path : Path
        What will be written, over whatever is there.
    sources : sequence of Path
        The files to be imported.

    Raises
    ------
    BadFile
        The ending does not fit a source's format, the file is one of the sources, or its folder
        does not exist.
    """

    def __init__(self, path: Path, sources: Sequence[Path]) -> None:
        for source in sources:
            _check_ending(path, source)
            if path.exists() and source.exists() and path.samefile(source):
                raise BadFile(f"{path}: is itself imported; give the rejects another name")
        if not path.parent.is_dir():
            raise BadFile(f"{path}: there is no folder {path.parent}")
        self._path = path
        self._crs: CRS | None = None
        self._count = 0
        self._columns: dict[str, None] = {}
        self._rows: IO[str] = tempfile.TemporaryFile("w+", encoding="ascii")  # noqa: SIM115  # closed by close()

    def add(self, rejects: Iterable[Reject], crs: CRS | None) -> None:
        """Keep refused rows.

        Parameters
        ----------
        rejects : iterable of Reject
            In the order of the rows.
        crs : CRS or None
            The coordinate system of their file; None for WGS 84 longitude and latitude.

        Raises
        ------
        BadFile
            Rows in another coordinate system are kept already.
        """
        for reject in rejects:
            if self._count and crs != self._crs:
                raise BadFile(
                    f"{self._path}: the files have different coordinate systems and cannot share "
                    "a rejects file; import them one by one"
                )
            self._crs = crs
            self._count += 1
            properties = {
                name: value
                for name, value in reject.raw.properties.items()
                if name not in REJECT_COLUMNS
            }
            self._columns |= dict.fromkeys(properties)
            properties["reject_field"] = ", ".join(dict.fromkeys(f.field for f in reject.faults))
            reasons = "; ".join(f"{f.field} = {f.value!r} {f.reason}" for f in reject.faults)
            name = Path(reject.fault.file).name
            properties["reject_reason"] = f"{name}, row {reject.row}: {reasons}"
            row = [properties, reject.raw.geometry, reject.raw.feature_id]
            self._rows.write(json.dumps(row, default=_plain) + "\n")

    def close(self) -> None:
        """Throw the temporary file away."""
        self._rows.close()

    def write(self) -> None:
        """Write the file, replacing an older one only when it is complete."""
        part = self._path.with_name(f".{self._path.stem}.part{self._path.suffix}")
        suffix = self._path.suffix.lower()
        try:
            if suffix in CSV_SUFFIXES:
                self._write_csv(part)
            elif suffix in GEOJSON_SUFFIXES:
                self._write_geojson(part)
            else:
                self._write_table(part, suffix)
            part.replace(self._path)
        finally:
            part.unlink(missing_ok=True)

    def _kept(self) -> Iterator[tuple[dict[str, Any], Any, Any]]:
        self._rows.seek(0)
        for line in self._rows:
            properties, geometry, feature_id = json.loads(line)
            yield properties, geometry, feature_id

    def _header(self) -> list[str]:
        return [*self._columns, *sorted(REJECT_COLUMNS)]

    def _write_csv(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, self._header(), restval="")
            writer.writeheader()
            writer.writerows(properties for properties, _, _ in self._kept())

    def _write_geojson(self, path: Path) -> None:
        head: dict[str, object] = {"type": "FeatureCollection"}
        if self._crs is not None:
            # The rows are as they were, so their system must be told as it was.
            name = self._crs.to_string()
            head["crs"] = {"type": "name", "properties": {"name": name}}
        with path.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(json.dumps(head)[:-1] + ', "features": [')
            for number, (properties, geometry, feature_id) in enumerate(self._kept()):
                feature: dict[str, object] = {"type": "Feature", "properties": properties}
                if feature_id is not None:
                    feature["id"] = feature_id
                feature["geometry"] = geometry
                # NaN is not JSON, but it is what the row had, and the reader takes it back.
                stream.write(",\n" if number else "\n")
                stream.write(json.dumps(feature, ensure_ascii=False))
            stream.write("\n]}\n")

    def _write_table(self, path: Path, suffix: str) -> None:
        """Write a GeoPackage or GeoParquet file; geometries that cannot be built are left out."""
        rows = list(self._kept())
        columns = {
            name: [_cell(properties.get(name)) for properties, _, _ in rows]
            for name in self._header()
        }
        binary = [None if geometry is None else bytes.fromhex(geometry) for _, geometry, _ in rows]
        shapes = gpd.GeoSeries(shapely.from_wkb(binary, on_invalid="ignore"))
        frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=self._crs or "EPSG:4326")
        if suffix in PARQUET_SUFFIXES:
            frame.to_parquet(path)
        else:
            pyogrio.write_dataframe(frame, path, driver="GPKG", layer=_LAYER)


def _check_ending(path: Path, source: Path) -> None:
    """Refuse a rejects file whose ending does not fit a source."""
    for sources, endings in _FAMILIES:
        if source.suffix.lower() in sources and path.suffix.lower() not in endings:
            raise BadFile(
                f"{path}: rejects of {source.name} are written in its own format; "
                f"give a name ending in {' or '.join(sorted(endings))}"
            )


def _plain(value: object) -> object:
    """Write what JSON has no word for: bytes as hexadecimal digits, times as ISO 8601."""
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _cell(value: object) -> object:
    """Write lists and objects as JSON text; table formats have no column type for a mixture."""
    return json.dumps(value) if isinstance(value, (list, Mapping)) else value
