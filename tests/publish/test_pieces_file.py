"""Pieces as files: the same values in every format, whole or not at all."""

import csv
import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
import shapely

from uxo.errors import BadInput
from uxo.evidence.columns import EVIDENCE_DTYPES, ROAD_DTYPES, WGS84, as_table, empty_table
from uxo.policy import load_policy
from uxo.publish import pieces_file
from uxo.publish.pieces_file import SUFFIXES, write_pieces
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
TIMES = {"observed_at": "2026-03-01T00:00:00Z", "recorded_at": "2026-03-01T00:00:00Z"}


def _roads() -> gpd.GeoDataFrame:
    lines = [shapely.LineString([(37.15, lat), (37.16, lat)]) for lat in (36.20, 36.21)]
    columns = {"road_id": ["R-1", "طريق"], "highway": ["residential", "track"]}
    return as_table(gpd.GeoDataFrame(columns, geometry=lines, crs=WGS84), ROAD_DTYPES)


def _find(text: str) -> gpd.GeoDataFrame:
    row = {"id": [text], "kind": ["find"], "category": ["mortar"], "position_error_m": [8.0]}
    times = {name: [value] for name, value in TIMES.items()}
    table = gpd.GeoDataFrame(row | times, geometry=[shapely.Point(37.155, 36.2)], crs=WGS84)
    return as_table(table, EVIDENCE_DTYPES)


@pytest.fixture(scope="module")
def result() -> StatusResult:
    evidence = _find('F-"1",\nnaïve')
    return compute_status(_roads(), evidence, policy=load_policy(), as_of=AS_OF, known_at=AS_OF)


@pytest.fixture(scope="module")
def empty() -> StatusResult:
    nothing = empty_table(EVIDENCE_DTYPES)
    return compute_status(_roads(), nothing, policy=load_policy(), as_of=AS_OF, known_at=AS_OF)


def _read(path: Path) -> list[dict[str, Any]]:
    """Read a file back into plain values of equal form, with an independent reader."""
    match path.suffix:
        case ".geojson":
            features = json.loads(path.read_text(encoding="utf-8"))["features"]
            rows = [f["properties"] | {"wkt": _wkt(f["geometry"])} for f in features]
        case ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                rows = [_from_csv(row) for row in csv.DictReader(file)]
        case ".gpkg":
            rows = [_from_frame(row) for row in gpd.read_file(path).to_dict("records")]
        case _:
            rows = [_from_frame(row) for row in gpd.read_parquet(path).to_dict("records")]
    return rows


def _wkt(geometry: dict[str, Any]) -> str:
    return shapely.to_wkt(shapely.from_geojson(json.dumps(geometry)), rounding_precision=7)


def _from_csv(row: dict[str, str]) -> dict[str, Any]:
    wkt = shapely.to_wkt(shapely.from_wkt(row.pop("geometry")), rounding_precision=7)
    beside = row["hazard_beside_m"]
    return {
        **row,
        "from_m": float(row["from_m"]),
        "to_m": float(row["to_m"]),
        "rank": int(row["rank"]),
        "reasons": json.loads(row["reasons"]),
        "conflict": row["conflict"] == "True",
        "clearance_under_way": row["clearance_under_way"] == "True",
        "hazard_beside_m": float(beside) if beside else None,
        "wkt": wkt,
    }


def _from_frame(row: dict[str, Any]) -> dict[str, Any]:
    wkt = shapely.to_wkt(row.pop("geometry"), rounding_precision=7)
    reasons = row["reasons"]
    beside = row["hazard_beside_m"]
    return {
        **row,
        "reasons": json.loads(reasons) if isinstance(reasons, str) else list(reasons),
        "hazard_beside_m": None if beside is None or math.isnan(beside) else beside,
        "wkt": wkt,
    }


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_holds_the_same_values(
    result: StatusResult, tmp_path: Path, suffix: str
) -> None:
    write_pieces(result, tmp_path / f"pieces{suffix}")
    frame = result.to_frame()
    rows = _read(tmp_path / f"pieces{suffix}")
    assert len(rows) == len(frame) == 4
    for row, (_, piece) in zip(rows, frame.iterrows(), strict=True):
        for name in ("road_id", "status", "rank", "reasons", "conflict", "policy_digest"):
            assert row[name] == piece[name], name
        assert row["from_m"] == pytest.approx(piece["from_m"], abs=1e-9)
        assert row["to_m"] == pytest.approx(piece["to_m"], abs=1e-9)
        assert row["as_of"] == row["known_at"] == "2026-06-01T00:00:00Z"
        assert row["wkt"] == shapely.to_wkt(piece["geometry"], rounding_precision=7)
        assert row["hazard_beside_m"] is None


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_result_without_any_reason_can_be_written(
    empty: StatusResult, tmp_path: Path, suffix: str
) -> None:
    write_pieces(empty, tmp_path / f"pieces{suffix}")
    rows = _read(tmp_path / f"pieces{suffix}")
    assert [row["status"] for row in rows] == ["not_surveyed", "not_surveyed"]
    assert all(row["reasons"] == [] for row in rows)


def test_parquet_has_one_schema_with_or_without_reasons(
    result: StatusResult, empty: StatusResult, tmp_path: Path
) -> None:
    write_pieces(result, tmp_path / "with.parquet")
    write_pieces(empty, tmp_path / "without.parquet")
    schemas = [pq.read_schema(tmp_path / name) for name in ("with.parquet", "without.parquet")]
    assert schemas[0].equals(schemas[1])
    assert gpd.read_parquet(tmp_path / "with.parquet").crs.to_epsg() == 4326


def test_the_suffix_may_be_in_capitals(result: StatusResult, tmp_path: Path) -> None:
    write_pieces(result, tmp_path / "PIECES.CSV")
    assert (tmp_path / "PIECES.CSV").read_text(encoding="utf-8").startswith("road_id,from_m")


def test_an_unknown_suffix_is_refused_with_the_known_ones(
    result: StatusResult, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=r"\.geojson, \.gpkg, \.parquet, \.csv"):
        write_pieces(result, tmp_path / "pieces.kml")


def test_many_chunks_make_one_collection(
    result: StatusResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pieces(result, tmp_path / "one.geojson")
    monkeypatch.setattr(pieces_file, "_CHUNK", 1)
    write_pieces(result, tmp_path / "many.geojson")
    assert (tmp_path / "one.geojson").read_bytes() == (tmp_path / "many.geojson").read_bytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    result: StatusResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    target = tmp_path / f"pieces{suffix}"
    target.write_text("yesterday's", encoding="utf-8")

    def breaks(_frame: gpd.GeoDataFrame, path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pieces_file, "_WRITERS", dict.fromkeys(SUFFIXES, breaks))
    with pytest.raises(OSError, match="No space"):
        write_pieces(result, target)
    assert target.read_text(encoding="utf-8") == "yesterday's"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
