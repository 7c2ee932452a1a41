"""Roads come in from files of lines in any declared coordinate system."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from tests.ingest.files import faults, feature, mended, notes, reasons, write_geojson
from uxo.errors import BadCrs, BadFile, UxoError
from uxo.evidence.columns import ROAD_DTYPES
from uxo.evidence.files.rows import Batch
from uxo.roads.lines import read_roads

LINE = {"type": "LineString", "coordinates": [[37.1, 36.1], [37.2, 36.2]]}
COURSE = shapely.LineString(LINE["coordinates"])


def read(path: Path, **options: int) -> list[Batch]:
    return list(read_roads(path, **options))


def table(batches: Sequence[Batch]) -> gpd.GeoDataFrame:
    return pd.concat([batch.table for batch in batches], ignore_index=True)


def read_features(tmp_path: Path, *features: object, **members: object) -> list[Batch]:
    return read(write_geojson(tmp_path / "r.geojson", features, **members))


def frame(crs: str = "EPSG:4326", **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"road_id": ["R-1"], "highway": ["track"], "name": ["شارع"], **columns},
        geometry=[COURSE],
        crs="EPSG:4326",
    ).to_crs(crs)


def save(path: Path, crs: str = "EPSG:4326") -> Path:
    roads = frame(crs)
    if path.suffix == ".parquet":
        roads.to_parquet(path)
    else:
        roads.to_file(path, encoding="UTF-8" if path.suffix == ".shp" else None)
    return path


@pytest.mark.parametrize("name", ["r.gpkg", "r.parquet", "r.shp", "r.geojson"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32637", "EPSG:3857"])
def test_every_format_arrives_in_longitude_and_latitude(
    tmp_path: Path, name: str, crs: str
) -> None:
    roads = table(read(save(tmp_path / name, crs)))
    assert roads.columns.tolist() == [*ROAD_DTYPES, "geometry"]
    assert roads.iloc[0][["road_id", "highway", "name"]].tolist() == ["R-1", "track", "شارع"]
    assert roads.geometry[0].equals_exact(COURSE, tolerance=1e-9)
    assert roads.crs == "EPSG:4326"


def test_a_geoparquet_system_without_a_code_goes_in_and_is_told(tmp_path: Path) -> None:
    unnamed = frame("EPSG:32637").crs.to_json_dict()
    unnamed["name"] = unnamed["base_crs"]["name"] = "unknown"
    del unnamed["id"], unnamed["base_crs"]["id"]
    path = save_with_crs(tmp_path / "r.parquet", json.dumps(unnamed))
    batches = read(path)
    assert table(batches).geometry[0].equals_exact(COURSE, tolerance=1e-9)
    assert "'unknown' carries no code" in notes(batches)
    assert "UTM zone 37N" in notes(batches)


def save_with_crs(path: Path, crs: str) -> Path:
    """Write a GeoParquet file of UTM coordinates and put another system into its description."""
    frame("EPSG:32637").to_parquet(path)
    content = pq.read_table(path)
    described = json.loads(content.schema.metadata[b"geo"])
    column = described["columns"]["geometry"]
    if crs == "absent":
        del column["crs"]
    else:
        column["crs"] = json.loads(crs)
    metadata = content.schema.metadata | {b"geo": json.dumps(described).encode()}
    pq.write_table(content.replace_schema_metadata(metadata), path)
    return path


def test_a_geoparquet_file_that_calls_its_system_unknown_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCrs, match="declared as unknown"):
        read(save_with_crs(tmp_path / "r.parquet", "null"))


def test_a_geoparquet_file_without_a_system_is_wgs84_and_metres_are_out_of_range(
    tmp_path: Path,
) -> None:
    batches = read(save_with_crs(tmp_path / "r.parquet", "absent"))
    assert "metres of a projected system" in reasons(batches)


def test_parquet_without_geometries_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"road_id": ["R-1"]}).to_parquet(tmp_path / "r.parquet")
    with pytest.raises(BadFile, match="not GeoParquet"):
        read(tmp_path / "r.parquet")


@pytest.mark.parametrize(
    ("suffix", "error", "words"),
    [(".prj", BadCrs, "put the .prj file"), (".dbf", BadFile, ".dbf"), (".shx", BadFile, ".shx")],
)
def test_a_shapefile_lacking_a_part_is_refused(
    tmp_path: Path, suffix: str, error: type[UxoError], words: str
) -> None:
    path = save(tmp_path / "r.shp")
    path.with_suffix(suffix).unlink()
    with pytest.raises(error, match=words):
        read(path)


def test_a_shapefile_without_an_encoding_is_read_as_utf8_or_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "r.shp")
    path.with_suffix(".cpg").unlink()
    batches = read(path)
    assert table(batches)["name"][0] == "شارع"
    assert "read as UTF-8" in notes(batches)
    frame().to_file(tmp_path / "w.shp", encoding="cp1256")
    (tmp_path / "w.cpg").unlink()
    with pytest.raises(BadFile, match=r"\.cpg"):
        read(tmp_path / "w.shp")


def test_a_geopackage_without_a_system_is_refused(tmp_path: Path) -> None:
    nowhere = gpd.GeoDataFrame(frame().drop(columns="geometry"), geometry=[COURSE])
    with pytest.warns(UserWarning, match="crs"):
        nowhere.to_file(tmp_path / "r.gpkg")
    with pytest.raises(BadCrs):
        read(tmp_path / "r.gpkg")


def test_of_several_layers_the_one_called_roads_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "r.gpkg"
    frame(name=["one"]).to_file(path, layer="first")
    frame(name=["two"]).to_file(path, layer="second")
    with pytest.raises(BadFile, match="several layers"):
        read(path)
    frame(name=["three"]).to_file(path, layer="roads")
    assert table(read(path))["name"][0] == "three"


def test_a_geopackage_that_is_being_written_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "r.gpkg")
    (tmp_path / "r.gpkg-wal").write_bytes(b"x")
    with pytest.raises(BadFile, match="another program has it open"):
        read(path)


@pytest.mark.parametrize("name", ["r.gpkg", "r.parquet"])
def test_a_truncated_binary_file_is_refused(tmp_path: Path, name: str) -> None:
    path = save(tmp_path / name)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(BadFile, match=r"damaged|truncated"):
        read(path)


def test_reading_leaves_nothing_beside_a_geopackage(tmp_path: Path) -> None:
    path = save(tmp_path / "r.gpkg")
    read(path)
    assert [file.name for file in tmp_path.iterdir()] == ["r.gpkg"]


def test_binary_rows_are_numbered_across_batches(tmp_path: Path) -> None:
    roads = gpd.GeoDataFrame(
        {"road_id": [str(n) for n in range(7)]},
        geometry=[COURSE] * 6 + [shapely.Point(37, 36)],
        crs="EPSG:4326",
    )
    for name in ("r.gpkg", "r.parquet"):
        path = tmp_path / name
        roads.to_parquet(path) if name.endswith("t") else roads.to_file(path)
        batches = read(path, batch_rows=3)
        assert [batch.read for batch in batches] == [3, 3, 1, 0]
        assert faults(batches) == [(7, "geometry")]
        assert batches[2].rejects[0].raw.properties["road_id"] == "6"


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        ({"type": "Point", "coordinates": [37, 36]}, "must be a line, not a Point"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}, "not a Polygon"),
        ({"type": "LineString", "coordinates": [[37, 36], [37, 36]]}, "no length"),
        ({"type": "LineString", "coordinates": [[37, 36]]}, "no length"),
        ({"type": "LineString", "coordinates": [[37, 36], [float("nan"), 36]]}, "finite"),
        ({"type": "LineString", "coordinates": [[36, 100], [36, 101]]}, "swapped"),
        (None, "missing"),
    ],
)
def test_what_is_no_road_is_refused_by_row(tmp_path: Path, geometry: object, words: str) -> None:
    batches = read_features(tmp_path, feature(LINE, road_id="A"), feature(geometry, road_id="B"))
    assert faults(batches) == [(2, "geometry")]
    assert words in reasons(batches)
    assert table(batches)["road_id"].tolist() == ["A"]


def test_roads_of_several_parts_are_joined_or_split(tmp_path: Path) -> None:
    joined = {"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]], [[1, 1], [2, 1]]]}
    apart = {"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]], [[5, 5], [6, 6]]]}
    single = {"type": "MultiLineString", "coordinates": [LINE["coordinates"]]}
    batches = read_features(
        tmp_path,
        feature(joined, road_id="J"),
        feature(apart, road_id="A", highway="track"),
        feature(single, road_id="S"),
    )
    roads = table(batches)
    assert roads["road_id"].tolist() == ["J", "A/1", "A/2", "S"]
    assert roads["highway"].tolist()[1:3] == ["track", "track"]
    assert (roads.geom_type == "LineString").all()
    assert (batches[0].read, batches[0].accepted) == (3, 3)
    assert len(mended(batches).splitlines()) == 3


def test_a_part_that_takes_another_road_s_id_refuses_the_row(tmp_path: Path) -> None:
    apart = {"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]], [[5, 5], [6, 6]]]}
    batches = read_features(
        tmp_path, feature(LINE, road_id="A/2"), feature(apart, road_id="A"), feature(apart)
    )
    assert faults(batches) == [(2, "road_id")]
    assert batches[0].read == batches[0].accepted + batches[0].repeated + 1


def test_ids_come_from_road_id_then_id_then_the_feature_then_the_content(tmp_path: Path) -> None:
    batches = read_features(
        tmp_path,
        feature(LINE, road_id="A", id="x") | {"id": "y"},
        feature(LINE, id=7) | {"id": "y"},
        feature(LINE) | {"id": "way/9"},
        feature(LINE, highway="primary"),
        feature(LINE, highway="track"),
    )
    ids = table(batches)["road_id"].tolist()
    assert ids[:3] == ["A", "7", "way/9"]
    assert all(made.startswith("h-") and len(made) == 18 for made in ids[3:])
    assert ids[3] != ids[4]
    assert "the id is from id (rows: 1)" in notes(batches)
    assert "the id is from feature id (rows: 1)" in notes(batches)
    assert "made from course and class (h-...) (rows: 2)" in notes(batches)


def test_made_ids_are_the_same_in_every_format_and_system(tmp_path: Path) -> None:
    bare = frame().drop(columns="road_id")
    bare.to_file(tmp_path / "a.geojson")
    bare.to_crs("EPSG:32637").to_file(tmp_path / "b.gpkg")
    first, second = (table(read(tmp_path / name)) for name in ("a.geojson", "b.gpkg"))
    assert first["road_id"][0] == second["road_id"][0]


def test_repeated_roads_are_counted_and_clashing_ones_refused(tmp_path: Path) -> None:
    other = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    batches = read_features(
        tmp_path,
        feature(LINE, road_id="A"),
        feature(LINE, road_id="A"),
        feature(other, road_id="A"),
        feature(LINE, name="one"),
        feature(LINE, name="other"),
    )
    assert (batches[0].accepted, batches[0].repeated) == (2, 2)
    assert faults(batches) == [(3, "road_id")]


def test_heights_are_dropped_and_told(tmp_path: Path) -> None:
    high = {"type": "LineString", "coordinates": [[37, 36, 300], [37.1, 36, 310]]}
    batches = read_features(tmp_path, feature(high, road_id="A"))
    assert not table(batches).geometry.has_z.any()
    assert "heights (z) dropped (rows: 1)" in notes(batches)


def test_a_road_across_the_antimeridian_is_not_altered(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[179.9, 1], [-179.9, 1]]}
    batches = read_features(tmp_path, feature(line, road_id="A"))
    assert shapely.get_coordinates(table(batches).geometry[0]).tolist() == line["coordinates"]


def test_curves_are_refused_by_row(tmp_path: Path) -> None:
    path = save(tmp_path / "r.gpkg")
    frame().to_parquet(tmp_path / "r.parquet")
    content = pq.read_table(tmp_path / "r.parquet")
    curve = bytes.fromhex("0108000000") + b"\x00" * 4
    position = content.schema.get_field_index("geometry")
    broken = content.set_column(position, content.schema.field("geometry"), [[curve]])
    pq.write_table(broken, tmp_path / "r.parquet")
    assert "cannot be built" in reasons(read(tmp_path / "r.parquet"))
    assert pyogrio.read_info(path)["features"] == 1


def test_a_shapefile_in_capital_letters_is_found(tmp_path: Path) -> None:
    path = save(tmp_path / "r.shp")
    for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
        shutil.move(path.with_suffix(suffix), tmp_path / f"R{suffix.upper()}")
    assert table(read(tmp_path / "R.SHP"))["road_id"].tolist() == ["R-1"]
