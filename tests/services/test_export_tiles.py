"""One file of tiles, read back by two other programs."""

import gzip
import io
import json
from pathlib import Path

import pyogrio
import pytest
from pmtiles.reader import MemorySource, Reader, all_tiles
from typer.testing import CliRunner

from tests.publish.tile_reader import read
from tests.web.scene import Clock, live_service, open_scene
from uxo.cli.app import app
from uxo.errors import BadInput, NotFound
from uxo.publish.tiles.address import Tile
from uxo.publish.tiles.layers import LayerName
from uxo.services.export_tiles import export_tiles, tiles_for_phone
from uxo.services.pages import Bounds
from uxo.services.tiles import Tiles

BOX = Bounds(37.10, 36.15, 37.20, 36.25)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiles")


@pytest.fixture(scope="module")
def tiles(folder: Path) -> Tiles:
    clock = Clock()
    return Tiles(live_service(open_scene(folder / "scene.gpkg", clock), clock))


def _exported(
    tiles: Tiles, *names: LayerName, bounds: Bounds | None = BOX, zooms: tuple[int, int] = (0, 14)
) -> bytes:
    file = io.BytesIO()
    export_tiles(tiles, file, names or tuple(LayerName), bounds, zooms)
    return file.getvalue()


def test_every_tile_of_the_file_is_that_of_the_service_and_none_is_missing(tiles: Tiles) -> None:
    names = (LayerName.ROADS, LayerName.HAZARDS)
    body = _exported(tiles, *names, zooms=(0, 15))
    source = MemorySource(body)
    seen: dict[str, dict[int, set[object]]] = {"roads": {}, "hazards": {}}
    for (zoom, x, y), packed in all_tiles(source):
        made = gzip.decompress(packed)
        assert made == b"".join(tiles.layer(name).tile(Tile(zoom, x, y)) for name in names)
        for layer, features in read(made).items():
            found = {one["properties"].get("i", one["properties"].get("id")) for one in features}
            seen[layer].setdefault(zoom, set()).update(found)
    assert seen["roads"] == {zoom: {0, 1, 2} for zoom in range(16)}
    assert all({"F-1", "F-2"} <= seen["hazards"][zoom] for zoom in range(16))


def test_the_file_says_what_it_is_about(tiles: Tiles) -> None:
    reader = Reader(MemorySource(_exported(tiles, zooms=(8, 12))))
    header, told = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"]) == (8, 12)
    assert header["clustered"]
    assert header["min_lon_e7"] == 371_000_000
    assert told["attribution"] == "(c) OpenStreetMap contributors; OCHA"
    assert "EXERCISE" in told["description"]
    assert told["roads"] == tiles.roads_digest()
    assert {one["id"] for one in told["vector_layers"]} >= {name.value for name in LayerName}


def test_gdal_reads_the_file(tiles: Tiles, folder: Path) -> None:
    path = folder / "district.pmtiles"
    path.write_bytes(_exported(tiles, zooms=(8, 14)))
    layers = {str(name) for name, _ in pyogrio.list_layers(path)}
    assert layers >= {"roads", "hazards"}
    roads = pyogrio.read_dataframe(path, layer="roads")
    assert set(roads["i"].tolist()) == {0, 1, 2}
    west, south, east, north = roads.to_crs("EPSG:4326").total_bounds
    assert (west, south, east, north) == pytest.approx((37.15, 36.20, 37.16, 36.21), abs=1e-4)


def test_a_phone_gets_roads_and_places_and_no_find(tiles: Tiles) -> None:
    body = tiles_for_phone(tiles, BOX)
    reader = Reader(MemorySource(body))
    assert (reader.header()["min_zoom"], reader.header()["max_zoom"]) == (8, 14)
    names = {
        layer
        for _, packed in all_tiles(MemorySource(body))
        for layer in read(gzip.decompress(packed))
    }
    assert names == {"roads", "places"}
    assert b"F-1" not in b"".join(gzip.decompress(t) for _, t in all_tiles(MemorySource(body)))


def test_without_a_box_the_file_reaches_as_far_as_the_roads(tiles: Tiles) -> None:
    header = Reader(MemorySource(_exported(tiles, bounds=None, zooms=(8, 9)))).header()
    assert header["max_lon_e7"] == 371_600_000


@pytest.mark.parametrize(
    ("bounds", "zooms", "error"),
    [
        (Bounds(10, 10, 11, 11), (6, 9), NotFound),
        (Bounds(170, 10, -170, 11), (0, 9), BadInput),
        (Bounds(-180, -85, 180, 85), (14, 14), BadInput),
        (BOX, (5, 4), BadInput),
        (BOX, (0, 17), BadInput),
    ],
)
def test_what_cannot_be_written_is_refused(
    bounds: Bounds, zooms: tuple[int, int], error: type[Exception], tiles: Tiles
) -> None:
    with pytest.raises(error):
        _exported(tiles, LayerName.ROADS, bounds=bounds, zooms=zooms)


def test_the_command_writes_the_file_around_a_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_scene(folder / "store.gpkg", Clock()).close()
    monkeypatch.chdir(folder)
    typed = ["export", "tiles", "--store", "store.gpkg", "--json", "--place", "C1001"]
    answer = CliRunner().invoke(app, [*typed, "--out", "p.pmtiles", "--max-zoom", "10"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert told["bytes"] == Path("p.pmtiles").stat().st_size
    names = {
        layer
        for _, packed in all_tiles(MemorySource(Path("p.pmtiles").read_bytes()))
        for layer in read(gzip.decompress(packed))
    }
    assert names == {"roads", "pieces", "places"}
    for wrong in (["--bbox", "1,2,3"], ["--bbox", "1,2,3,4"], ["--layers", "finds"]):
        refused = CliRunner().invoke(app, [*typed, "--out", "q.pmtiles", *wrong])
        assert refused.exit_code == 2, wrong
    assert not Path("q.pmtiles").exists()
