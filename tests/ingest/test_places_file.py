"""Places come in with their P-codes, as points or polygons."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from tests.ingest.files import (
    POINT,
    SQUARE,
    faults,
    feature,
    mended,
    reasons,
    write_csv,
    write_geojson,
)
from uxo.errors import BadFile
from uxo.ingest.places_file import read_places


def test_places_are_read_from_every_format(tmp_path: Path) -> None:
    row = {"pcode": "C1001", "name_en": "Aleppo", "name_ar": "حلب", "admin3": "SY020001"}
    write_geojson(tmp_path / "p.geojson", [feature(**row)])
    write_csv(
        tmp_path / "p.csv",
        "pcode,name_en,name_ar,admin3,lon,lat",
        "C1001,Aleppo,حلب,SY020001,37.15,36.2",
    )
    places = gpd.GeoDataFrame([row], geometry=[shapely.Point(37.15, 36.2)], crs="EPSG:4326")
    places.to_file(tmp_path / "p.gpkg")
    for name in ("p.geojson", "p.csv", "p.gpkg"):
        batch = next(read_places(tmp_path / name))
        assert batch.table.iloc[0].to_dict() == {**row, "geometry": shapely.Point(37.15, 36.2)}


def test_a_place_without_a_pcode_or_of_another_shape_is_refused(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": SQUARE}
    path = write_geojson(tmp_path / "p.geojson", [feature(POINT), feature(line, pcode="C1")])
    batches = list(read_places(path))
    assert faults(batches) == [(1, "pcode"), (2, "geometry")]
    assert "must be a point or a polygon" in reasons(batches)


def test_a_community_polygon_grows_by_mending(tmp_path: Path) -> None:
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    batches = list(read_places(write_geojson(tmp_path / "p.geojson", [feature(bow, pcode="C1")])))
    assert batches[0].table.geometry[0].area > 2.0
    assert mended(batches)


def test_a_file_without_pcodes_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="has no column pcode"):
        read_places(write_csv(tmp_path / "p.csv", "name_en,lon,lat", "Aleppo,37,36"))
