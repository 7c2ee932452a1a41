"""A file that is not what it claims to be gets one clear message."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from tests.ingest.files import POINT, SQUARE, feature, find, write_csv, write_geojson
from uxo.errors import BadCrs, BadFile, UxoError
from uxo.evidence.files.rows import Batch
from uxo.ingest.evidence_file import read_evidence
from uxo.roads.lines import read_roads

COLLECTION = json.dumps({"type": "FeatureCollection", "features": [find(), find(id="F-2")]})


def read(path: Path) -> list[Batch]:
    return list(read_evidence(path))


def refuse(path: Path, *words: str, error: type[UxoError] = BadFile) -> str:
    with pytest.raises(error) as caught:
        read(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    for word in words:
        assert word in message
    return message


def test_a_missing_file(tmp_path: Path) -> None:
    refuse(tmp_path / "none.geojson", "there is no such file")


def test_a_directory(tmp_path: Path) -> None:
    refuse(tmp_path, "is a directory")


@pytest.mark.parametrize("name", ["e.geojson", "e.csv", "e.gpkg", "e.parquet"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()
    refuse(path, "is empty")


@pytest.mark.parametrize("name", ["e.geojson", "e.csv"])
def test_a_file_of_white_space(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(" \n\n")
    refuse(path, "is empty")


def test_an_ending_that_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "e.kml"
    path.write_text("x")
    refuse(path, "ending in .kml", ".geojson")


@pytest.mark.parametrize("name", ["e.geojson", "e.csv"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><html>", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\xfek\x00i\x00", "UTF-16"),
        (b"SQLite format 3\x00", ".gpkg"),
        (b"PAR1xxxx", ".parquet"),
        (b"abc\x00\x01\x02", "binary"),
        (gzip.compress(b"x", mtime=0), "gzip"),
    ],
)
def test_something_else_under_a_text_name(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    refuse(path, words)


def test_a_zip_under_a_geojson_name(tmp_path: Path) -> None:
    path = tmp_path / "e.geojson"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("e.geojson", COLLECTION)
    refuse(path, "ZIP")


@pytest.mark.parametrize("name", ["e.gpkg", "e.parquet"])
def test_text_under_a_binary_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("hello")
    refuse(path, "is not a")


@pytest.mark.parametrize("length", range(1, len(COLLECTION), 7))
def test_a_truncated_geojson_file_wherever_it_is_cut(tmp_path: Path, length: int) -> None:
    path = tmp_path / "e.geojson"
    path.write_text(COLLECTION[:length])
    refuse(path, "truncated")


def test_a_truncated_file_says_how_many_features_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "e.geojson"
    path.write_text(COLLECTION[:-20])
    refuse(path, "after 1 complete features")


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"type": "FeatureCollection"}, "without a list of features"),
        ({"type": "FeatureCollection", "features": None}, "without a list of features"),
        ({"type": "GeometryCollection", "geometries": [POINT]}, "bare GeometryCollection"),
        (POINT, "bare Point"),
        ({"type": "Topology", "objects": {}}, "TopoJSON"),
        ({"features": [{"attributes": {}}]}, "not a GeoJSON FeatureCollection"),
        ({"type": "Other", "features": [find()]}, "not a GeoJSON FeatureCollection"),
        ([1, 2], "not a GeoJSON FeatureCollection"),
        ("text", "not a GeoJSON FeatureCollection"),
        ({"a": {"features": [1]}}, "not a GeoJSON FeatureCollection"),
    ],
)
def test_json_that_is_no_feature_collection(tmp_path: Path, document: object, words: str) -> None:
    path = tmp_path / "e.geojson"
    path.write_text(json.dumps(document))
    refuse(path, words)


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "FeatureCollection", "features": [{"a": }]}',
        '{"type": "FeatureCollection", "features": [{} {}]}',
        '{"type": "FeatureCollection", "features": [{},]}',
        '{"type": "FeatureCollection", "features": [,{}]}',
        '{"type": "FeatureCollection", "features": [{}]} x',
        '{"type": "FeatureCollection", "features": [{}], "features": []}',
        "hello",
        "{'type': 'FeatureCollection'}",
    ],
)
def test_text_that_is_not_json(tmp_path: Path, text: str) -> None:
    path = tmp_path / "e.geojson"
    path.write_text(text)
    refuse(path)


@pytest.mark.parametrize("where", ["head", "geometry", "whole"])
def test_brackets_that_nest_without_end(tmp_path: Path, where: str) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    path = tmp_path / "e.geojson"
    path.write_text(
        {
            "head": f'{{"x": {deep}, {COLLECTION[1:]}',
            "geometry": COLLECTION.replace("[37.15, 36.2]", deep),
            "whole": deep,
        }[where]
    )
    refuse(path, "nest more than 64 deep")


@pytest.mark.parametrize("name", ["e.geojson", "e.csv"])
def test_a_file_without_rows(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(
        "kind,lon,lat\n" if name.endswith("csv") else '{"type": "FeatureCollection", "features":[]}'
    )
    refuse(path, "holds no rows")


def test_an_arabic_windows_file_names_the_first_bad_byte_and_its_line(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "e.csv", "kind,lon,lat,team", "find,37,36,A", "find,37,36,حلب", encoding="cp1256"
    )
    refuse(path, "byte 0xCD", "line 3", "offset 42", "Windows-1256", "iconv")


def test_a_bad_byte_far_into_a_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    line = "find,37,36,حلب\n".encode()
    path.write_bytes(b"kind,lon,lat,team\n" + line * 100_000 + b"find,37,36,\xe1\n")
    refuse(path, "byte 0xE1", "line 100002")


def test_a_geojson_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "e.geojson"
    path.write_bytes(COLLECTION.replace("F-2", "حلب").encode("cp1256"))
    refuse(path, "is not UTF-8", "Windows-1256")


def test_a_csv_file_that_ends_within_a_character(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_bytes("kind,lon,lat\nfind,37,حلب".encode()[:-1])
    refuse(path, "truncated")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["kind,lat", "find,36"], "no columns lon and lat"),
        (["lon,lat", "37,36"], "has no column kind"),
        (["kind,lon,lat,lon", "find,37,36,37"], "lon stands twice"),
        (["kind,lon,lat", '"find,37,36'], "not valid CSV"),
    ],
)
def test_a_csv_file_that_cannot_be_used(tmp_path: Path, lines: list[str], words: str) -> None:
    refuse(write_csv(tmp_path / "e.csv", *lines), words)


@pytest.mark.parametrize(
    "crs",
    [
        None,
        {"type": "link", "properties": {"href": "x"}},
        {"type": "name", "properties": {"name": "EPSG:99999"}},
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5703"}},
        "EPSG:4326",
    ],
)
def test_a_crs_member_that_names_no_usable_system(tmp_path: Path, crs: object) -> None:
    path = write_geojson(tmp_path / "e.geojson", [find()], crs=crs)
    refuse(path, error=BadCrs)


def test_a_crs_member_behind_the_features(tmp_path: Path) -> None:
    path = tmp_path / "e.geojson"
    crs = {"type": "name", "properties": {"name": "EPSG:32637"}}
    path.write_text(COLLECTION[:-1] + f', "crs": {json.dumps(crs)}}}')
    refuse(path, "behind the features", error=BadCrs)


def test_a_road_file_of_a_datum_without_relation_to_wgs84(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[37, 36], [37.1, 36]]}
    crs = {"type": "name", "properties": {"name": "+proj=longlat +a=6377000 +rf=300"}}
    path = write_geojson(tmp_path / "r.geojson", [feature(line)], crs=crs)
    with pytest.raises(BadCrs, match="no known relation to WGS 84"):
        list(read_roads(path))


def test_one_feature_that_fills_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uxo.evidence.files.geojson._MOST_FEATURE_BYTES", 2_000)
    monkeypatch.setattr("uxo.evidence.files.geojson._CHUNK_BYTES", 500)
    ring = [SQUARE[0], *([SQUARE[1]] * 1_000), SQUARE[2], SQUARE[0]]
    big = find({"type": "Polygon", "coordinates": [ring]}, id="F-2")
    path = write_geojson(tmp_path / "e.geojson", [find(), big])
    refuse(path, "row 2", "larger than")
