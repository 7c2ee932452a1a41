"""Roads come from OpenStreetMap files cut at junctions, with what was mapped of them."""

import bz2
import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import osmium
import pandas as pd
import pytest
import shapely

from tests.roads.osm_xml import CROSS, document, way, write_osm
from uxo.errors import BadFile, EmptyFile
from uxo.evidence.columns import ROAD_DTYPES
from uxo.evidence.files.rows import Batch
from uxo.roads.osm import read_osm


def roads_of(batches: list[Batch]) -> gpd.GeoDataFrame:
    return pd.concat([batch.table for batch in batches], ignore_index=True)


def notes(batches: list[Batch]) -> list[str]:
    return [note for batch in batches for note in batch.notes]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Batch]]:
    def work(*ways: str, places: dict[int, tuple[float, float]] | None = None) -> list[Batch]:
        path = write_osm(tmp_path / "r.osm", places or CROSS, *ways)
        return list(read_osm(path))

    return work


Read = Callable[..., list[Batch]]


def ids(batches: list[Batch]) -> list[str]:
    return sorted(roads_of(batches)["road_id"])


class TestSplitting:
    def test_ways_are_cut_where_they_share_a_node(self, read: Read) -> None:
        roads = roads_of(read(way(7, [1, 2, 3]), way(8, [4, 2, 5])))
        assert sorted(roads["road_id"]) == ["w7-1-2", "w7-2-3", "w8-2-5", "w8-4-2"]
        first = roads.set_index("road_id").loc["w7-1-2"]
        assert (first["from_node"], first["to_node"]) == ("1", "2")
        assert list(first.geometry.coords) == [(37.0, 36.0), (37.1, 36.0)]
        assert list(roads.columns) == [*ROAD_DTYPES, "geometry"]

    def test_a_node_of_one_way_alone_cuts_nothing(self, read: Read) -> None:
        assert ids(read(way(7, [1, 2, 3]))) == ["w7-1-3"]

    def test_a_bridge_is_not_joined_to_what_it_crosses(self, read: Read) -> None:
        places = CROSS | {6: (37.1, 36.0)}
        batches = read(way(7, [1, 2, 3]), way(8, [4, 6, 5], bridge="yes", layer="1"), places=places)
        assert ids(batches) == ["w7-1-3", "w8-4-5"]
        assert not [note for note in notes(batches) if "layers" in note]
        roads = roads_of(batches).set_index("road_id")
        assert (roads.loc["w8-4-5", "bridge"], roads.loc["w8-4-5", "layer"]) == ("yes", "1")

    def test_a_crossing_of_layers_at_one_node_is_told(self, read: Read) -> None:
        batches = read(way(7, [1, 2, 3]), way(8, [4, 2, 5], bridge="yes", layer="1"))
        assert any("layers" in note and "node 2" in note for note in notes(batches))
        assert len(ids(batches)) == 4

    def test_a_bridge_that_ends_on_a_road_is_no_crossing(self, read: Read) -> None:
        batches = read(way(7, [1, 2, 3]), way(8, [2, 4], bridge="yes", layer="1"))
        assert not [note for note in notes(batches) if "layers" in note]

    def test_loops_keep_their_length_and_have_ids_of_their_own(self, read: Read) -> None:
        alone = read(way(9, [1, 2, 4, 1], junction="roundabout"))
        assert ids(alone) == ["w9-1-1"]
        assert roads_of(alone)["oneway"].tolist() == ["yes"]
        eight = read(way(9, [1, 2, 4, 1, 3, 5, 1]))
        assert ids(eight) == ["w9-1-1", "w9-1-1-2"]

    def test_a_way_that_comes_back_to_a_node_is_cut_there(self, read: Read) -> None:
        assert ids(read(way(9, [1, 2, 3, 4, 2]))) == ["w9-1-2", "w9-2-2"]

    def test_islands_across_the_180th_meridian_keep_their_course(self, read: Read) -> None:
        places = {1: (179.9, 0.0), 2: (-179.9, 0.0), 3: (180.0, 1.0), 4: (-180.0, 1.0)}
        batches = read(way(1, [1, 2]), way(2, [3, 4]), places=places)
        assert ids(batches) == ["w1-1-2"]
        assert any("180th meridian (1)" in note for note in notes(batches))
        assert any("no length" in note for note in notes(batches))


class TestFaults:
    def test_nodes_that_come_twice_in_a_row_count_once(self, read: Read) -> None:
        batches = read(way(7, [1, 1, 2, 2, 3]))
        assert ids(batches) == ["w7-1-3"]
        assert any("twice in a row" in note and "(2)" in note for note in notes(batches))

    def test_a_way_of_one_node_is_refused_and_the_rest_is_read(self, read: Read) -> None:
        batches = read(way(6, [1]), way(5, [2, 2]), way(7, [1, 2]))
        assert ids(batches) == ["w7-1-2"]
        assert {fault.value for batch in batches for fault in batch.faults} == {"5", "6"}

    def test_a_way_is_cut_where_the_file_lacks_its_nodes(self, read: Read) -> None:
        batches = read(way(7, [98, 1, 2, 97, 3, 96]), way(8, [95, 4]), way(9, [4, 94, 5]))
        assert ids(batches) == ["w7-1-2"]
        told = notes(batches)
        assert any("miss nodes" in note and "(1)" in note for note in told)
        assert any("fewer than two nodes" in note and "(2)" in note for note in told)

    def test_a_way_that_comes_again_counts_once(self, read: Read) -> None:
        batches = read(way(7, [1, 2]), way(7, [1, 2]))
        assert ids(batches) == ["w7-1-2"]
        assert sum(batch.repeated for batch in batches) == 1

    @pytest.mark.parametrize("newest_first", [True, False])
    def test_of_several_versions_the_newest_counts(self, read: Read, *, newest_first: bool) -> None:
        both = [way(7, [1, 2], version=3), way(7, [1, 3], version=2)]
        batches = read(*(both if newest_first else both[::-1]), way(8, [4, 2]))
        assert ids(batches) == ["w7-1-2", "w8-4-2"]
        assert any("several versions" in note for note in notes(batches))

    def test_two_ways_over_the_same_nodes_are_both_kept_and_told(self, read: Read) -> None:
        batches = read(way(7, [1, 2, 3]), way(8, [3, 2, 1]))
        assert len(ids(batches)) == 4
        assert any("very nodes of another" in note and "(2)" in note for note in notes(batches))

    def test_a_road_without_length_makes_its_ends_one_junction(self, read: Read) -> None:
        places = CROSS | {6: (37.1, 36.0)}
        batches = read(way(7, [1, 2]), way(8, [2, 6]), way(9, [6, 4]), places=places)
        roads = roads_of(batches).set_index("road_id")
        assert sorted(roads.index) == ["w7-1-2", "w9-6-4"]
        assert roads.loc["w7-1-2", "to_node"] == roads.loc["w9-6-4", "from_node"] == "2"

    def test_nodes_that_were_never_uploaded_are_refused(self, read: Read) -> None:
        with pytest.raises(BadFile, match="negative ids"):
            read(way(7, [1, -2]), places={1: (37, 36), -2: (37, 37)})

    def test_a_file_without_roads_says_what_it_has(self, read: Read) -> None:
        with pytest.raises(EmptyFile, match="highway=proposed"):
            read(way(7, [1, 2], highway="proposed"))

    def test_a_wrong_box_in_the_header_is_told_and_not_believed(self, tmp_path: Path) -> None:
        bounds = '<bounds minlon="0" minlat="0" maxlon="1" maxlat="1"/>'
        path = write_osm(tmp_path / "r.osm", CROSS, way(7, [1, 2]), bounds=bounds)
        batches = list(read_osm(path))
        assert any("37.0000, 36.0000, 37.1000, 36.0000" in note for note in notes(batches))
        assert roads_of(batches).total_bounds.tolist() == [37.0, 36.0, 37.1, 36.0]

    def test_ways_may_stand_before_their_nodes(self, tmp_path: Path) -> None:
        path = write_osm(tmp_path / "r.osm", CROSS, way(7, [1, 2]), ways_first=True)
        batches = list(read_osm(path))
        assert ids(batches) == ["w7-1-2"]
        assert not [note for note in notes(batches) if "miss nodes" in note]


class TestTags:
    def test_what_was_mapped_is_kept(self, read: Read) -> None:
        batches = read(
            way(
                7, [1, 2], name="Main", name__ar="شارع النيل", name__zh_Hant="尼羅河街",
                name__left="no language", surface="asphalt", width="3.5 m", oneway="-1",
                access="private", vehicle="no", foot="yes", tunnel="culvert", bridge="no",
            )
        )  # fmt: skip
        (road,) = roads_of(batches).to_dict("records")
        assert json.loads(road.pop("names")) == {"ar": "شارع النيل", "zh_Hant": "尼羅河街"}
        kept = {name: road[name] for name in ("name", "surface", "width_m", "oneway", "access")}
        assert kept == {
            "name": "Main", "surface": "asphalt", "width_m": 3.5, "oneway": "-1",
            "access": "private",
        }  # fmt: skip
        assert (road["motor_vehicle"], road["foot"], road["tunnel"]) == ("no", "yes", "culvert")
        assert pd.isna(road["bridge"])

    def test_what_is_not_said_is_missing(self, read: Read) -> None:
        roads = roads_of(read(way(7, [1, 2])))
        said = {"road_id", "highway", "from_node", "to_node"}
        assert roads[[name for name in ROAD_DTYPES if name not in said]].isna().all(axis=None)

    @pytest.mark.parametrize(
        ("tags", "oneway"),
        [
            ({"oneway": "yes"}, "yes"),
            ({"oneway": "no", "highway": "motorway"}, "no"),
            ({"highway": "motorway"}, "yes"),
            ({"oneway": "reversible"}, None),
        ],
    )
    def test_the_direction_is_known_or_missing(
        self, tags: dict[str, str], oneway: str | None, read: Read
    ) -> None:
        (found,) = roads_of(read(way(7, [1, 2], version=1, **tags)))["oneway"]
        assert found == oneway if oneway else pd.isna(found)

    @pytest.mark.parametrize("width", ["wide", "12'", "3,5", "0", "-2", "4000"])
    def test_a_width_that_is_no_number_of_metres_is_not_known(self, width: str, read: Read) -> None:
        batches = read(way(7, [1, 2], width=width))
        assert roads_of(batches)["width_m"].isna().all()
        assert any("width" in note for note in notes(batches))

    @pytest.mark.parametrize(
        "tags",
        [
            {"highway": "construction"},
            {"highway": "proposed"},
            {"highway": "razed"},
            {"highway": "no_such_kind"},
            {"highway": ""},
            {"razed": "yes"},
            {"route": "ferry"},
        ],
    )
    def test_what_is_no_way_on_the_ground_is_left_out(
        self, tags: dict[str, str], read: Read
    ) -> None:
        batches = read(way(7, [1, 2], version=1, **tags), way(8, [3, 4]))
        assert ids(batches) == ["w8-3-4"]
        # A way without highway=* is none of ours, and there are a hundred of them for each road.
        told = any("no roads here" in note for note in notes(batches))
        assert told == (tags.get("highway") != "")

    def test_the_outline_of_a_square_joins_the_ways_that_lead_to_it(self, read: Read) -> None:
        square = way(9, [2, 4, 3, 2], highway="pedestrian", area="yes")
        batches = read(square, way(7, [1, 2]))
        assert ids(batches) == ["w7-1-2", "w9-2-2"]
        assert any("outlines" in note for note in notes(batches))


@pytest.fixture(scope="module")
def packed() -> dict[str, bytes]:
    """One little file in every format."""
    text = document(CROSS, way(7, [1, 2, 3]), way(8, [4, 2, 5])).encode()
    return {".osm": text, ".osm.gz": gzip.compress(text), ".osm.bz2": bz2.compress(text)}


def as_pbf(folder: Path, *ways: str) -> Path:
    source = write_osm(folder / "source.osm", CROSS, *ways)
    with osmium.SimpleWriter(str(folder / "r.osm.pbf")) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    return folder / "r.osm.pbf"


class TestFiles:
    @pytest.mark.parametrize("ending", [".osm", ".osm.gz", ".osm.bz2"])
    def test_a_file_cut_off_anywhere_is_refused_whole(
        self, ending: str, packed: dict[str, bytes], tmp_path: Path
    ) -> None:
        whole = packed[ending]
        path = tmp_path / f"r{ending}"
        path.write_bytes(whole)
        assert len(ids(list(read_osm(path)))) == 4
        # The last byte of plain text is a line's end.
        for size in range(0, len(whole.rstrip()), 41 if ending == ".osm" else 17):
            path.write_bytes(whole[:size])
            with pytest.raises(BadFile):
                ids(list(read_osm(path)))

    def test_a_packed_file_cut_off_anywhere_is_refused_whole(self, tmp_path: Path) -> None:
        path = as_pbf(tmp_path, way(7, [1, 2, 3]), way(8, [4, 2, 5]))
        whole = path.read_bytes()
        assert len(ids(list(read_osm(path)))) == 4
        for size in range(0, len(whole), 13):
            path.write_bytes(whole[:size])
            with pytest.raises(BadFile):
                ids(list(read_osm(path)))

    def test_a_packed_file_cut_between_two_blocks_of_ways_is_refused(self, tmp_path: Path) -> None:
        path = as_pbf(tmp_path, *(way(number, [1, 2]) for number in range(1, 8_100)))
        whole = path.read_bytes()
        assert len(ids(list(read_osm(path)))) == 8_099
        path.write_bytes(whole[: whole.rindex(b"OSMData") - 6])
        with pytest.raises(BadFile, match="last block is full"):
            list(read_osm(path))

    def test_a_packed_file_cut_after_its_nodes_holds_no_road(self, tmp_path: Path) -> None:
        path = as_pbf(tmp_path, way(7, [1, 2]))
        whole = path.read_bytes()
        path.write_bytes(whole[: whole.rindex(b"OSMData") - 6])
        with pytest.raises(EmptyFile):
            list(read_osm(path))

    def test_the_checksum_beside_a_file_is_compared(self, tmp_path: Path) -> None:
        path = write_osm(tmp_path / "r.osm", CROSS, way(7, [1, 2]))
        beside = tmp_path / "r.osm.md5"
        digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
        beside.write_text(f"{digest}  r.osm\n", encoding="ascii")
        assert ids(list(read_osm(path))) == ["w7-1-2"]
        beside.write_text(f"{'0' * 32}  r.osm\n", encoding="ascii")
        with pytest.raises(BadFile, match="MD5"):
            read_osm(path)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("r.osm.pbf", b"<html>log in</html>"),
            ("r.osm", b"\x00\x00\x00\x0d\x0a\x09OSMHeader"),
            ("r.osm.gz", b"<osm/>"),
            ("r.osm.bz2", b"\x1f\x8b"),
            ("r.osm", b""),
            ("r.osm", b"<html>log in</html>"),
        ],
    )
    def test_something_else_under_this_ending_is_refused(
        self, name: str, content: bytes, tmp_path: Path
    ) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(BadFile, match=name):
            list(read_osm(path))

    def test_a_change_file_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "r.osm"
        text = document(CROSS, way(7, [1, 2])).replace("<osm ", "<osmChange ")
        inner = text.replace("</osm>", "</create></osmChange>").replace("'0.6'>", "'0.6'><create>")
        path.write_text(inner, encoding="utf-8")
        with pytest.raises(BadFile):
            list(read_osm(path))

    def test_lines_of_a_large_file_come_in_batches(self, tmp_path: Path) -> None:
        path = write_osm(tmp_path / "r.osm", CROSS, way(7, [1, 2, 3]), way(8, [4, 2, 5]))
        sizes = [len(batch.table) for batch in read_osm(path, batch_rows=3)]
        assert [size for size in sizes if size] == [3, 1]


def test_lines_are_valid_and_longer_than_nothing(read: Read) -> None:
    roads = roads_of(read(way(7, [1, 2, 3]), way(8, [4, 2, 5])))
    assert shapely.is_valid(roads.geometry.to_numpy()).all()
    assert (shapely.length(roads.geometry.to_numpy()) > 0).all()
