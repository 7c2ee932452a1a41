"""Evidence comes in from native files; what is wrong is refused by row, nothing is guessed."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from tests.ingest.files import (
    POINT,
    SQUARE,
    faults,
    feature,
    find,
    mended,
    notes,
    reasons,
    write_csv,
    write_geojson,
)
from uxo.evidence.columns import EVIDENCE_DTYPES
from uxo.evidence.files.rows import Batch
from uxo.ingest.evidence_file import read_evidence

POLYGON = {"type": "Polygon", "coordinates": [SQUARE]}
BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[37.0, 36.0], [37.2, 36.2], [37.2, 36.0], [37.0, 36.2], [37.0, 36.0]]],
}


def read(path: Path, **options: int) -> list[Batch]:
    return list(read_evidence(path, **options))


def table(batches: Sequence[Batch]) -> gpd.GeoDataFrame:
    return pd.concat([batch.table for batch in batches], ignore_index=True)


def read_features(tmp_path: Path, *features: object, **members: object) -> list[Batch]:
    return read(write_geojson(tmp_path / "e.geojson", features, **members))


def test_a_native_geojson_record_arrives_with_every_column(tmp_path: Path) -> None:
    properties = {
        "id": "C-1",
        "kind": "clearance",
        "category": "submunition",
        "evidence_class": "direct",
        "position_method": "gps_averaged",
        "position_error_m": 2.5,
        "observed_at": "2026-03-02",
        "recorded_at": "2026-03-02T10:00:00+03:00",
        "depth_m": 0.25,
        "width_m": None,
        "releases_hazards": ["F-1", "F-2"],
        "review": "accepted",
        "reviewed_at": "2026-03-03T00:00:00Z",
        "team": "T-07",
    }
    batches = read_features(tmp_path, feature(POLYGON, **properties))
    row = table(batches).iloc[0]
    assert list(row.index) == [*EVIDENCE_DTYPES, "geometry"]
    assert row["releases_hazards"] == ("F-1", "F-2")
    assert row["observed_at"] == pd.Timestamp("2026-03-02T00:00:00Z")
    assert row["recorded_at"] == pd.Timestamp("2026-03-02T07:00:00Z")
    assert row["depth_m"] == 0.25
    assert np.isnan(row["width_m"])
    assert pd.isna(row["ends_at"])
    assert batches[0].table.crs == "EPSG:4326"
    assert not batches[0].mended


def test_the_same_record_in_csv_is_the_same_row(tmp_path: Path) -> None:
    geojson = read_features(
        tmp_path, find(observed_at="2026-01-01", position_error_m=15, releases_hazards=["A", "B"])
    )
    path = write_csv(
        tmp_path / "e.csv",
        "id,kind,lon,lat,observed_at,position_error_m,releases_hazards",
        "F-1,find,37.15,36.2,2026-01-01,15,A;B",
    )
    pd.testing.assert_frame_equal(table(read(path)), table(geojson))


@pytest.mark.parametrize("name", ["wkt", "geometry"])
def test_csv_positions_may_be_well_known_text(tmp_path: Path, name: str) -> None:
    path = write_csv(
        tmp_path / "e.csv",
        f"id,kind,{name},lon,lat",
        'A,hazard_area,"POLYGON ((37 36, 38 36, 38 37, 37 36))",,',
        'B,hazard_area,"POLYGON ((37 36, 38 36, 38 37))",,',
        "C,find,,37.5,36.5",
        "D,find,POINT Z (37 36 300),x,y",
        "E,find,POINT (37,,",
        "F,find,CIRCULARSTRING (37 36,,",
        "G,find,,37,",
        "H,find,,,",
    )
    batches = read(path)
    assert table(batches)["id"].tolist() == ["A", "B", "C", "D"]
    assert faults(batches) == [(5, name), (6, name), (7, "lat"), (8, "geometry")]
    assert "was closed" in mended(batches)
    assert "heights (z) dropped (rows: 1)" in notes(batches)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_fields_may_be_parted_by_commas_semicolons_or_tabs(tmp_path: Path, delimiter: str) -> None:
    lines = ["kind,lon,lat,id", "find,37,36,A"]
    path = write_csv(tmp_path / "e.csv", *(line.replace(",", delimiter) for line in lines))
    assert table(read(path))["id"].tolist() == ["A"]


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "e.csv", "kind,lon,lat", "find,37,36", encoding="utf-8-sig")
    assert len(table(read(path))) == 1
    path = write_geojson(tmp_path / "e.geojson", [find()])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(table(read(path))) == 1


def test_a_line_with_too_few_or_too_many_fields_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "e.csv", "kind,lon,lat", "find,37", "", "find,37,36", "find,1,2,3")
    batches = read(path)
    assert {row for row, _ in faults(batches)} == {1, 3}
    assert "2 fields where the header has 3" in reasons(batches)


def test_a_single_feature_is_a_file_of_one_row(tmp_path: Path) -> None:
    path = tmp_path / "e.geojson"
    path.write_text(json.dumps(find()))
    assert table(read(path))["id"].tolist() == ["F-1"]


@pytest.mark.parametrize(
    ("properties", "field", "words"),
    [
        ({"kind": "bomb"}, "kind", "must be one of find, accident"),
        ({"kind": None}, "kind", "is missing"),
        ({"category": "shell"}, "category", "not_eo"),
        ({"evidence_class": "sure"}, "evidence_class", "direct, indirect"),
        ({"position_method": "sight"}, "position_method", "gps_averaged"),
        ({"review": "yes"}, "review", "unreviewed, accepted, rejected"),
        ({"observed_at": "31/03/2026"}, "observed_at", "ISO 8601"),
        ({"position_error_m": -1}, "position_error_m", "negative"),
        ({"depth_m": "deep"}, "depth_m", "not a number"),
        ({"width_m": 1e999}, "width_m", "finite"),
        ({"releases_hazards": {"a": 1}}, "releases_hazards", "list of ids"),
        ({"id": ["a", {"b": 1}]}, "id", "must be text"),
    ],
)
def test_a_value_that_cannot_stand_refuses_its_row_and_no_other(
    tmp_path: Path, properties: dict[str, Any], field: str, words: str
) -> None:
    batches = read_features(tmp_path, find(id="F-0"), find(**properties), find(id="F-2"))
    assert table(batches)["id"].tolist() == ["F-0", "F-2"]
    assert faults(batches) == [(2, field)]
    assert words in reasons(batches)


def test_every_fault_of_a_row_is_told(tmp_path: Path) -> None:
    batches = read_features(tmp_path, find(POINT, kind="x", category="y", depth_m=-1))
    assert [field for _, field in faults(batches)] == ["kind", "category", "depth_m"]
    assert len(batches[0].rejects) == 1
    assert batches[0].rejects[0].raw.properties["kind"] == "x"


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (None, "is missing"),
        ({"type": "Point", "coordinates": []}, "is missing"),
        ({"type": "GeometryCollection", "geometries": [POINT]}, "GeometryCollection"),
        ({"type": "Circle", "coordinates": [1, 2]}, "not a GeoJSON geometry type"),
        ({"type": "Point"}, "no list of coordinates"),
        ({"type": "Point", "coordinates": [37]}, "do not fit a Point"),
        ({"type": "Point", "coordinates": ["37", "36"]}, "do not fit a Point"),
        ({"type": "Point", "coordinates": [[37, 36]]}, "do not fit a Point"),
        ({"type": "Point", "coordinates": [True, False]}, "do not fit a Point"),
        ({"type": "Point", "coordinates": [None, 36]}, "do not fit a Point"),
        ({"type": "Polygon", "coordinates": SQUARE}, "do not fit a Polygon"),
        ({"type": "Point", "coordinates": [float("nan"), 36]}, "not a finite number"),
        ({"type": "Point", "coordinates": [float("inf"), 36]}, "not a finite number"),
        ({"type": "Point", "coordinates": [36.2, 137.1]}, "look swapped"),
        ({"type": "Point", "coordinates": [190, 36]}, "-180 and 180"),
        ({"type": "Point", "coordinates": [334596.7, 4007704.0]}, "metres of a projected system"),
        ("here", "not a GeoJSON geometry type"),
    ],
)
def test_a_place_that_cannot_be_used_refuses_its_row(
    tmp_path: Path, geometry: object, words: str
) -> None:
    batches = read_features(tmp_path, find(id="F-0"), find(geometry))
    assert table(batches)["id"].tolist() == ["F-0"]
    assert faults(batches) == [(2, "geometry")]
    assert words in reasons(batches)


@pytest.mark.parametrize("value", [None, 7, "x", {"type": "Point"}, {"type": "Feature"}, []])
def test_something_else_among_the_features_is_refused_by_row(tmp_path: Path, value: object) -> None:
    batches = read_features(tmp_path, find(), value)
    assert {row for row, _ in faults(batches)} == {2}
    assert batches[0].accepted == 1


@pytest.mark.parametrize("kind", ["survey", "technical_survey", "clearance"])
def test_a_release_at_a_point_is_refused(tmp_path: Path, kind: str) -> None:
    batches = read_features(tmp_path, find(POINT, kind=kind))
    assert "a point releases nothing" in reasons(batches)


def test_a_release_along_a_line_without_width_is_kept_and_told(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": SQUARE[:2]}
    batches = read_features(
        tmp_path, find(line, kind="survey"), find(line, id="F-2", kind="survey", width_m=8)
    )
    assert len(table(batches)) == 2
    assert "without width_m, which can never vouch for a road (rows: 1)" in notes(batches)


def test_a_phone_s_zero_error_and_late_observations_are_told(tmp_path: Path) -> None:
    batches = read_features(
        tmp_path,
        find(position_error_m=0, observed_at="2026-02-01", recorded_at="2026-01-01"),
    )
    assert len(table(batches)) == 1
    assert "position error of 0 m" in notes(batches)
    assert "observed after it was recorded" in notes(batches)


def test_what_is_not_known_stays_missing(tmp_path: Path) -> None:
    row = table(read_features(tmp_path, find())).iloc[0]
    unknown = [name for name in EVIDENCE_DTYPES if name not in {"id", "kind", "releases_hazards"}]
    assert row[unknown].isna().all()


def test_not_eo_is_a_category(tmp_path: Path) -> None:
    assert table(read_features(tmp_path, find(category="not_eo")))["category"][0] == "not_eo"


def test_a_hazard_grows_and_a_release_shrinks_by_mending(tmp_path: Path) -> None:
    batches = read_features(
        tmp_path,
        find(BOW_TIE, kind="hazard_area"),
        find(BOW_TIE, id="S-1", kind="survey"),
    )
    hazard, release = table(batches).geometry
    assert hazard.area > 0.02 > release.area
    assert mended(batches).count("crosses or touches itself") == 2


def test_an_area_that_collapses_keeps_its_line_for_a_hazard_and_is_refused_for_a_release(
    tmp_path: Path,
) -> None:
    flat = {"type": "Polygon", "coordinates": [[[37, 36], [38, 37]]]}
    batches = read_features(
        tmp_path, find(flat, kind="hazard_area"), find(flat, id="S-1", kind="survey")
    )
    assert table(batches).geometry.geom_type.tolist() == ["LineString"]
    assert faults(batches) == [(2, "geometry")]


def test_an_open_ring_is_closed_and_told(tmp_path: Path) -> None:
    batches = read_features(
        tmp_path, find({"type": "Polygon", "coordinates": [SQUARE[:-1]]}, kind="hazard_area")
    )
    assert table(batches).geometry[0].equals(shapely.Polygon(SQUARE))
    assert "was left open; it was closed" in mended(batches)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "MultiPoint", "coordinates": [[37, 36], [37, 36, 5]]},
        {"type": "LineString", "coordinates": [[37, 36], [37.1, 36, 5]]},
        {"type": "LineString", "coordinates": [[37, 36]]},
        {"type": "MultiLineString", "coordinates": [SQUARE[:2], SQUARE[2:]]},
        {"type": "MultiPolygon", "coordinates": [[SQUARE], []]},
        {"type": "Point", "coordinates": [37, 36, 300, 12]},
    ],
)
def test_every_other_type_of_place_is_read(tmp_path: Path, geometry: object) -> None:
    batches = read_features(tmp_path, find(geometry))
    assert not faults(batches)
    assert not table(batches).geometry.has_z.any()


def test_a_place_across_the_antimeridian_is_not_altered(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[179.9, 1], [-179.9, 1]]}
    batches = read_features(tmp_path, find(line))
    assert shapely.get_coordinates(table(batches).geometry[0]).tolist() == line["coordinates"]


def test_a_declared_crs_is_obeyed(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32637"}}
    point = {"type": "Point", "coordinates": [334596.736, 4007704.021]}
    (place,) = table(read_features(tmp_path, find(point), crs=crs)).geometry
    assert place.distance(shapely.Point(37.16023, 36.20003)) < 1e-5


def test_the_usual_name_of_wgs84_is_no_transformation(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    (place,) = table(read_features(tmp_path, find(), crs=crs)).geometry
    assert place.coords[0] == (37.15, 36.2)


def test_a_record_without_an_id_gets_one_from_its_content(tmp_path: Path) -> None:
    bare = {"kind": "find", "observed_at": "2026-01-01"}
    batches = read_features(tmp_path, feature(**bare), feature(**bare, category="mortar"))
    made = table(batches)["id"]
    assert made.str.fullmatch("h-[0-9a-f]{16}").all()
    assert made.nunique() == 2
    assert "no id given" in notes(batches)
    path = write_csv(tmp_path / "e.csv", "kind,observed_at,lon,lat", "find,2026-01-01,37.15,36.2")
    assert table(read(path))["id"][0] == made[0]


def test_the_feature_s_own_id_serves_where_there_is_no_other(tmp_path: Path) -> None:
    own = feature(kind="find") | {"id": 17}
    assert table(read_features(tmp_path, own, find()))["id"].tolist() == ["17", "F-1"]


def test_a_repeated_row_counts_as_unchanged_and_other_content_is_refused(tmp_path: Path) -> None:
    batches = read_features(tmp_path, find(), find(), find(depth_m=1), find(id="F-2"))
    assert table(batches)["id"].tolist() == ["F-1", "F-2"]
    assert batches[0].repeated == 1
    assert faults(batches) == [(3, "id")]
    assert "counted as unchanged (rows: 1)" in notes(batches)


def test_white_space_around_an_id_is_removed_and_told(tmp_path: Path) -> None:
    batches = read_features(tmp_path, find(id="F-1 "))
    assert table(batches)["id"][0] == "F-1"
    assert "white space" in mended(batches)


def test_other_columns_are_named_once_and_not_stored(tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "e.geojson",
        [find(id=str(n), witness="x", reject_field="", reject_reason="") for n in range(5)],
    )
    batches = read(path, batch_rows=2)
    assert [batch.ignored_columns for batch in batches] == [("witness",), (), (), ()]
    assert "witness" not in table(batches).columns


def test_rows_are_numbered_across_batches(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "e.geojson", [find(id=str(n), depth_m=-n) for n in range(7)])
    batches = read(path, batch_rows=3)
    assert [row for row, _ in faults(batches)] == [2, 3, 4, 5, 6, 7]
    assert [batch.read for batch in batches] == [3, 3, 1, 0]


@pytest.mark.parametrize("chunk", [1, 7, 64, 1000])
def test_the_size_of_the_pieces_read_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    features = [find(id=f'{n}"}}]\\', team="ح\\" * 3) for n in range(20)]
    whole = table(read_features(tmp_path, *features))
    monkeypatch.setattr("uxo.evidence.files.geojson._CHUNK_BYTES", chunk)
    pd.testing.assert_frame_equal(table(read_features(tmp_path, *features)), whole)


def test_geopackage_and_geoparquet_carry_the_same_columns(tmp_path: Path) -> None:
    expected = table(
        read_features(
            tmp_path,
            find(observed_at="2026-01-01T10:00:00Z", depth_m=0.5, releases_hazards=["A"]),
            find(POLYGON, id="H-1", kind="hazard_area"),
        )
    )
    frame = expected.copy()
    frame["releases_hazards"] = [json.dumps(list(ids)) for ids in frame["releases_hazards"]]
    gpd.GeoDataFrame(frame).to_file(tmp_path / "e.gpkg", layer="anything")
    frame["releases_hazards"] = [list(ids) for ids in expected["releases_hazards"]]
    gpd.GeoDataFrame(frame).to_parquet(tmp_path / "e.parquet")
    for name in ("e.gpkg", "e.parquet"):
        pd.testing.assert_frame_equal(table(read(tmp_path / name)), expected)
