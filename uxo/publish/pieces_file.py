"""Pieces of road as a file: GeoJSON, GeoPackage, GeoParquet or CSV.

The columns are those of the contract, in order: ``road_id, from_m, to_m, status, rank, reasons,
conflict, hazard_beside_m, clearance_under_way, as_of, known_at, policy_digest`` and the geometry.
Times are ISO 8601 text in UTC in every format. ``reasons`` is a list of
``{evidence_id, effect, text}``: as such in GeoJSON, as a list of structs in GeoParquet, as JSON
text in GeoPackage and CSV. A missing ``hazard_beside_m`` is null (CSV: empty).
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from uxo.errors import BadInput
from uxo.publish.whole_file import whole_file
from uxo.status.result import StatusResult

_REASONS_TYPE: Final = pa.list_(
    pa.struct([("evidence_id", pa.string()), ("effect", pa.string()), ("text", pa.string())])
)
_CHUNK: Final = 20_000  # features turned into text at a time: bounds memory, costs no speed


def write_pieces(result: StatusResult, path: Path) -> None:
    """Write every piece of a result; the file appears whole or not at all.

    Parameters
    ----------
    result : StatusResult
        A computed status.
    path : Path
        Where to; the suffix says the format (`SUFFIXES`). An existing file is replaced at the end.

    Raises
    ------
    BadInput
        The suffix names no known format.
    OSError
        The folder cannot be written.
    """
    writer = _writer(path)
    frame = _pieces(result)
    with whole_file(path) as part:
        writer(frame, part)


def _writer(path: Path) -> Callable[[gpd.GeoDataFrame, Path], None]:
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        msg = (
            f"{path}: unknown kind of file {path.suffix!r}; end the name with {', '.join(SUFFIXES)}"
        )
        raise BadInput(msg)
    return writer


def _pieces(result: StatusResult) -> gpd.GeoDataFrame:
    """Take the columns of the contract with plain dtypes that every format can hold."""
    frame = result.to_frame()
    return frame.assign(
        as_of=_iso(frame["as_of"]),
        known_at=_iso(frame["known_at"]),
        rank=frame["rank"].astype("int64"),
        conflict=frame["conflict"].astype(bool),
        clearance_under_way=frame["clearance_under_way"].astype(bool),
    )


def _iso(times: pd.Series) -> pd.Series:
    """Write times as ISO 8601 in UTC; every piece of one result has the same one."""
    texts = {
        time: pd.Timestamp(time).tz_convert("UTC").isoformat().replace("+00:00", "Z")
        for time in times.unique()
    }
    return times.map(texts).astype("str")


def _write_geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    # GDAL's writer would turn the list of reasons into text, so the features are written here.
    with path.open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[\n')
        for number, chunk in enumerate(_feature_chunks(frame)):
            file.write((b",\n" if number else b"") + chunk)
        file.write(b"\n]}\n")


def _feature_chunks(frame: gpd.GeoDataFrame) -> Iterator[bytes]:
    columns = [name for name in frame.columns if name != frame.geometry.name]
    for start in range(0, len(frame), _CHUNK):
        part = frame.iloc[start : start + _CHUNK]
        lines = shapely.to_geojson(part.geometry.to_numpy())
        properties = part[columns].astype({"hazard_beside_m": object})
        missing = part["hazard_beside_m"].isna().to_numpy()
        properties["hazard_beside_m"] = np.where(missing, None, part["hazard_beside_m"])
        yield b",\n".join(
            orjson.dumps(
                {"type": "Feature", "properties": values, "geometry": orjson.Fragment(line)},
                option=orjson.OPT_SERIALIZE_NUMPY,
            )
            for values, line in zip(properties.to_dict("records"), lines, strict=True)
        )


def _write_gpkg(frame: gpd.GeoDataFrame, path: Path) -> None:
    _with_json_text(frame).to_file(path, layer="pieces", driver="GPKG", engine="pyogrio")


def _write_csv(frame: gpd.GeoDataFrame, path: Path) -> None:
    table = pd.DataFrame(_with_json_text(frame).drop(columns="geometry"))
    table["geometry"] = shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=9)
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _write_parquet(frame: gpd.GeoDataFrame, path: Path) -> None:
    # Types are given, not guessed: guessed, a file without any reason would have another schema.
    # And no pandas metadata, which other readers have no use for.
    plain = {
        name: pa.array(frame[name], from_pandas=True)
        for name in frame.columns
        if name not in {"reasons", "geometry"}
    }
    plain["reasons"] = pa.array(frame["reasons"].tolist(), type=_REASONS_TYPE)
    plain["geometry"] = pa.array(shapely.to_wkb(frame.geometry.to_numpy()), type=pa.binary())
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": ["LineString"],
                "crs": frame.crs.to_json_dict(),
            }
        },
    }
    table = pa.table({name: plain[name] for name in frame.columns})
    written = table.replace_schema_metadata({"geo": orjson.dumps(geo)})
    pq.write_table(written, path, compression="zstd")


def _with_json_text(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    texts = [orjson.dumps(reasons).decode() for reasons in frame["reasons"]]
    return frame.assign(reasons=texts)


_WRITERS: Final[Mapping[str, Callable[[gpd.GeoDataFrame, Path], None]]] = MappingProxyType(
    {
        ".geojson": _write_geojson,
        ".gpkg": _write_gpkg,
        ".parquet": _write_parquet,
        ".csv": _write_csv,
    }
)
SUFFIXES: Final = tuple(_WRITERS)
"""Suffixes of the formats that can be written."""
