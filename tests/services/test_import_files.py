"""Files are imported wholly or not at all, twice without harm, and every row is accounted for."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.files import SQUARE, feature, find, write_csv, write_geojson
from uxo.errors import BadFile, BadRows
from uxo.services.import_files import FileReport, import_files, read_all_evidence, read_all_roads
from uxo.store.contract import Store
from uxo.store.signing import DeviceKey
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LINE = {"type": "LineString", "coordinates": [[37.1, 36.1], [37.2, 36.2]]}
APART = {"type": "MultiLineString", "coordinates": [LINE["coordinates"], [[38, 36], [38, 37]]]}


def open_store(folder: Path) -> SqliteStore:
    return SqliteStore.open(
        folder / "store.gpkg", key=DeviceKey.generate(), clock=lambda: NOW, create=True
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    folder = tmp_path / "store"
    folder.mkdir()
    with open_store(folder) as opened:
        yield opened


def load(
    store: Store,
    *paths: Path,
    layer: Layer = Layer.EVIDENCE,
    **options: Any,  # noqa: ANN401  # handed on
) -> list[FileReport]:
    return import_files(store, layer, paths, who="T-01", **options)


def counts(report: FileReport) -> tuple[int, int, int, int]:
    assert report.read == report.accepted + report.unchanged + report.waiting + report.refused
    assert report.mended <= report.accepted
    return report.read, report.accepted, report.unchanged, report.refused


def test_rows_go_in_once_however_often_the_file_is_imported(store: Store, tmp_path: Path) -> None:
    bare = feature(kind="report")
    path = write_geojson(tmp_path / "e.geojson", [find(), bare, bare, find(id="F-2", kind="x")])
    (first,) = load(store, path)
    assert counts(first) == (4, 2, 1, 1)
    (second,) = load(store, path)
    assert counts(second) == (4, 0, 3, 1)
    assert len(store.state(Layer.EVIDENCE)) == 2


def test_a_changed_row_is_accepted_as_a_new_version(store: Store, tmp_path: Path) -> None:
    load(store, write_geojson(tmp_path / "e.geojson", [find(), find(id="F-2")]))
    path = write_geojson(tmp_path / "e.geojson", [find(depth_m=1), find(id="F-2")])
    (report,) = load(store, path)
    assert counts(report) == (2, 1, 1, 0)


def test_a_dry_run_reports_the_same_and_stores_nothing(store: Store, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "e.geojson", [find(), find(id="F-2", kind="x")])
    (dry,) = load(store, path, dry_run=True)
    assert store.state(Layer.EVIDENCE).empty
    (wet,) = load(store, path)
    assert dry == wet


def test_a_file_that_breaks_off_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "e.geojson", [find(id=str(n)) for n in range(50)])
    path.write_text(path.read_text()[:-40])
    with pytest.raises(BadFile, match="truncated"):
        load(store, path)
    assert store.state(Layer.EVIDENCE).empty
    assert not store.sources()


def test_all_files_are_looked_at_before_the_first_is_imported(store: Store, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "e.geojson", [find()])
    with pytest.raises(BadFile, match="no such file"):
        load(store, path, tmp_path / "none.geojson")
    assert store.state(Layer.EVIDENCE).empty


def test_a_file_of_which_every_row_is_refused_is_no_import(store: Store, tmp_path: Path) -> None:
    (report,) = load(store, write_geojson(tmp_path / "e.geojson", [find(kind="x")]))
    assert counts(report) == (1, 0, 0, 1)
    assert not store.sources()


def test_roads_of_several_parts_count_as_one_row(store: Store, tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "r.geojson", [feature(LINE, road_id="A"), feature(APART, road_id="B")]
    )
    (first,) = load(store, path, layer=Layer.ROADS)
    assert counts(first) == (2, 2, 0, 0)
    assert first.mended == 1
    (second,) = load(store, path, layer=Layer.ROADS)
    assert counts(second) == (2, 0, 2, 0)
    assert sorted(store.state(Layer.ROADS)["road_id"]) == ["A", "B/1", "B/2"]


def test_places_go_to_their_own_layer(store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", "pcode,name_en,lon,lat", "C1001,Aleppo,37.15,36.2")
    (report,) = load(store, path, layer=Layer.PLACES, attribution="(c) someone", exercise=True)
    assert counts(report) == (1, 1, 0, 0)
    (source,) = store.sources()
    assert (source.file, source.attribution, source.exercise) == ("p.csv", "(c) someone", True)


def test_progress_runs_to_the_size_of_the_file(store: Store, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "e.geojson", [find()])
    told = []
    load(store, path, progress=lambda *step: told.append(step))
    size = path.stat().st_size
    assert told[-1] == (str(path), size, size)


def test_ignored_columns_are_told_once(store: Store, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "e.geojson", [find(witness="x"), find(id="F-2", phone="y")])
    (report,) = load(store, path)
    assert "columns that are not stored: phone, witness" in report.notes


def test_refused_rows_can_be_mended_and_fed_again_as_geojson(store: Store, tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "EPSG:32637"}}
    place = {"type": "Point", "coordinates": [334596.736, 4007704.021]}
    path = write_geojson(
        tmp_path / "e.geojson",
        [find(place), find(place, id="F-2", kind="fnd", depth_m=-1, note="ح")],
        crs=crs,
    )
    rejects = tmp_path / "rejects.geojson"
    load(store, path, rejects=rejects)
    document = json.loads(rejects.read_text(encoding="utf-8"))
    (refused,) = document["features"]
    assert document["crs"] == crs
    assert refused["properties"]["note"] == "ح"
    assert refused["properties"]["reject_field"] == "kind, depth_m"
    reason = refused["properties"]["reject_reason"]
    assert reason.startswith("e.geojson, row 2: kind = 'fnd' must be one of find")
    refused["properties"] |= {"kind": "find", "depth_m": 1}
    rejects.write_text(json.dumps(document), encoding="utf-8")
    (again,) = load(store, rejects)
    assert counts(again) == (1, 1, 0, 0)
    assert not any("reject" in note for note in again.notes)
    first, second = store.state(Layer.EVIDENCE).geometry
    assert first.equals(second)


def test_refused_rows_can_be_mended_and_fed_again_as_csv(store: Store, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "e.csv", "id,kind,lon,lat,note", "A,find,37,36,", 'B,"f,nd",37,36,"""ح"'
    )
    rejects = tmp_path / "rejects.csv"
    load(store, path, rejects=rejects)
    text = rejects.read_text(encoding="utf-8")
    assert '"""ح"' in text
    rejects.write_text(text.replace('"f,nd"', "find", 1), encoding="utf-8")
    twice = tmp_path / "more.csv"
    (again,) = load(store, rejects, rejects=twice)
    assert counts(again) == (1, 1, 0, 0)
    assert twice.read_text() == "reject_field,reject_reason\n"


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet"])
def test_refused_rows_of_table_formats_keep_their_format(
    store: Store, tmp_path: Path, suffix: str
) -> None:
    frame = gpd.GeoDataFrame(
        {"id": ["A", "B"], "kind": ["find", "fnd"], "team": ["T-01", "T-02"]},
        geometry=shapely.points([[334596.7, 4007704.0]] * 2),
        crs="EPSG:32637",
    )
    path, rejects = tmp_path / f"e{suffix}", tmp_path / f"rejects{suffix}"
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path)
    load(store, path, rejects=rejects)
    refused = gpd.read_parquet(rejects) if suffix == ".parquet" else gpd.read_file(rejects)
    assert refused["id"].tolist() == ["B"]
    assert refused.crs == "EPSG:32637"
    assert "must be one of find" in refused["reject_reason"][0]
    refused["kind"] = "find"
    refused.to_parquet(path) if suffix == ".parquet" else refused.to_file(path)
    (again,) = load(store, path)
    assert again.accepted == 1


def test_refused_roads_of_a_shapefile_go_to_a_geopackage(store: Store, tmp_path: Path) -> None:
    roads = gpd.GeoDataFrame(
        {"road_id": ["A", "B"]},
        geometry=[shapely.LineString([[1, 1], [2, 2]]), shapely.LineString([[1, 1], [1, 1]])],
        crs="EPSG:4326",
    )
    roads.to_file(tmp_path / "r.shp")
    with pytest.raises(BadFile, match=r"ending in \.gpkg"):
        load(store, tmp_path / "r.shp", layer=Layer.ROADS, rejects=tmp_path / "x.geojson")
    rejects = tmp_path / "x.gpkg"
    (report,) = load(store, tmp_path / "r.shp", layer=Layer.ROADS, rejects=rejects)
    assert counts(report) == (2, 1, 0, 1)
    assert gpd.read_file(rejects)["road_id"].tolist() == ["B"]


def test_rejects_never_overwrite_a_source(store: Store, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "e.geojson", [find()])
    with pytest.raises(BadFile, match="is itself imported"):
        load(store, path, rejects=path)
    with pytest.raises(BadFile, match="there is no folder"):
        load(store, path, rejects=tmp_path / "none" / "r.geojson")


def test_rejects_of_different_systems_cannot_share_a_file(store: Store, tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "EPSG:32637"}}
    one = write_geojson(tmp_path / "a.geojson", [find(kind="x")])
    two = write_geojson(tmp_path / "b.geojson", [find(kind="x")], crs=crs)
    with pytest.raises(BadFile, match="different coordinate systems"):
        load(store, one, two, rejects=tmp_path / "r.geojson")


def test_what_is_no_feature_and_what_is_no_json_number_can_be_rejected(
    store: Store, tmp_path: Path
) -> None:
    nowhere = {"type": "Point", "coordinates": [float("nan"), 36]}
    path = write_geojson(tmp_path / "e.geojson", [7, find(nowhere), find(team="\ud800")])
    rejects = tmp_path / "r.geojson"
    (report,) = load(store, path, rejects=rejects)
    assert counts(report) == (3, 0, 0, 3)
    (again,) = load(store, rejects)
    assert again.refused == 3


def test_the_report_keeps_a_thousand_faults_and_counts_all(store: Store, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "e.geojson", [find(kind="x")] * 1_200)
    (report,) = load(store, path)
    assert report.refused == 1_200
    assert len(report.faults) == 1_000


rows = st.lists(
    st.builds(
        find,
        id=st.sampled_from(["A", "B", "C", None]),
        kind=st.sampled_from(["find", "report", "survey", "x"]),
        depth_m=st.sampled_from([None, 1, -1]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=15)
@given(rows, rows)
def test_the_counts_always_add_up_and_a_second_import_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, one: list[dict[str, Any]], two: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("counts")
    with open_store(folder) as store:
        for name, features in (("one.geojson", one), ("two.geojson", two)):
            path = write_geojson(folder / name, features)
            (first,) = load(store, path, rejects=folder / "rejects.geojson")
            read, accepted, unchanged, refused = counts(first)
            assert read == len(features)
            (second,) = load(store, path)
            assert counts(second) == (read, 0, accepted + unchanged, refused)
            rejected = json.loads((folder / "rejects.geojson").read_text())["features"]
            assert len(rejected) == refused


def test_a_whole_table_is_read_for_work_without_a_store(tmp_path: Path) -> None:
    roads, report = read_all_roads(
        write_geojson(tmp_path / "r.geojson", [feature(LINE, road_id="A")])
    )
    assert roads["road_id"].tolist() == ["A"]
    assert counts(report) == (1, 1, 0, 0)
    assert isinstance(roads.index, pd.RangeIndex)
    square = {"type": "Polygon", "coordinates": [SQUARE]}
    path = write_geojson(tmp_path / "e.geojson", [find(), find(square, id="S", kind="survey")])
    evidence, _ = read_all_evidence(path)
    assert evidence["id"].tolist() == ["F-1", "S"]
    assert evidence.crs == "EPSG:4326"


def test_without_a_store_a_refused_row_refuses_the_file(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "e.geojson", [find(), find(kind="x"), find(id="G", kind="y")])
    with pytest.raises(BadRows) as caught:
        read_all_evidence(path)
    assert [fault.row for fault in caught.value.faults] == [2, 3]
