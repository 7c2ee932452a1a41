"""Plain lines meet where their ends are equal; near misses are told, and joined only on request."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.files import feature, notes, write_geojson
from tests.roads.osm_xml import CROSS, way, write_osm
from uxo.errors import BadInput
from uxo.evidence.columns import ROAD_DTYPES, as_table
from uxo.evidence.files.rows import Batch
from uxo.roads.ends import RoadEnds
from uxo.roads.road_file import read_road_file

METRE = 1 / 111_000  # of latitude, in degrees, a little more than a metre
FIRST = [(37.0, 36.0), (37.0, 36.1)]


def lines(*courses: list[tuple[float, float]], **columns: object) -> gpd.GeoDataFrame:
    names = [f"R-{number}" for number in range(len(courses))]
    frame = gpd.GeoDataFrame(
        {"road_id": names, **columns}, geometry=list(map(shapely.LineString, courses)), crs=4326
    )
    return as_table(frame, ROAD_DTYPES)


def ends_of(*tables: gpd.GeoDataFrame) -> RoadEnds:
    ends = RoadEnds()
    for table in tables:
        ends.add(table)
    return ends


def after(gap_m: float) -> list[tuple[float, float]]:
    """Give a course that begins some metres north of where the first ends."""
    return [(37.0, 36.1 + gap_m * METRE), (37.0, 36.2)]


def test_equal_ends_meet_and_near_ones_are_told() -> None:
    assert ends_of(lines(FIRST, after(0))).islands() == 1
    ends = ends_of(lines(FIRST), lines(after(0.5)).assign(road_id="R-9"))
    assert ends.islands() == 2
    misses = ends.near_misses(1.0)
    assert {*misses.road_id, *misses.other_id} == {"R-0", "R-9"}
    assert misses.distance_m.tolist() == pytest.approx([0.5], abs=0.01)
    assert not len(ends.near_misses(0.4).distance_m)


def test_the_two_ends_of_a_short_road_are_no_near_miss() -> None:
    short = [(37.0, 36.0), (37.0, 36.0 + 0.5 * METRE)]
    assert not len(ends_of(lines(short)).near_misses(1.0).distance_m)


def test_the_180th_meridian_is_one_place() -> None:
    east, west = [(179.9, 0.0), (180.0, 0.0)], [(-180.0, 0.0), (-179.9, 0.0)]
    assert ends_of(lines(east, west)).islands() == 1


def test_junctions_that_are_named_count_and_not_the_places() -> None:
    table = lines(FIRST, after(0), from_node=["1", "3"], to_node=["2", "4"])
    assert ends_of(table).islands() == 2
    assert not len(ends_of(table).near_misses(1.0).distance_m)


def test_nothing_has_no_islands() -> None:
    assert ends_of().islands() == 0
    assert not len(ends_of(lines()).near_misses(1.0).distance_m)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=20))
def test_islands_are_those_that_one_finds_by_walking(pairs: list[tuple[int, int]]) -> None:
    groups: list[set[int]] = []
    for one, other in pairs:
        touched = [group for group in groups if group & {one, other}]
        groups = [group for group in groups if group not in touched]
        groups.append({one, other}.union(*touched))
    courses = [[(one, 0.0), (one + 0.5, 1.0), (other, 0.0)] for one, other in pairs]
    assert ends_of(lines(*courses)).islands() == len(groups)


def snapped(tmp_path: Path, snap_m: float, *courses: list[tuple[float, float]]) -> list[Batch]:
    rows = [
        feature({"type": "LineString", "coordinates": course}, road_id=f"R-{number}")
        for number, course in enumerate(courses)
    ]
    path = write_geojson(tmp_path / "r.geojson", rows)
    return list(read_road_file(path, snap_m=snap_m))


def table_of(batches: list[Batch]) -> gpd.GeoDataFrame:
    return pd.concat([batch.table for batch in batches], ignore_index=True)


def test_near_ends_are_joined_on_request_and_counted(tmp_path: Path) -> None:
    plain = table_of(snapped(tmp_path, 0.0, FIRST, after(0.5)))
    assert ends_of(plain).islands() == 2
    batches = snapped(tmp_path, 0.6, FIRST, after(0.5), [(37.1, 36.0), (37.1, 36.1)])
    assert ends_of(table_of(batches)).islands() == 2
    assert "within 0.6 m (1)" in notes(batches)
    assert sum(batch.read for batch in batches) == sum(batch.accepted for batch in batches) == 3


def test_ends_in_a_chain_become_one_place(tmp_path: Path) -> None:
    batches = snapped(tmp_path, 0.6, FIRST, after(0.5), [(37.0, 36.1 + METRE), (37.1, 36.1)])
    assert ends_of(table_of(batches)).islands() == 1


def test_a_road_that_would_vanish_stays_as_it_was(tmp_path: Path) -> None:
    end = FIRST[1]
    short = [(end[0], end[1] + 0.2 * METRE), (end[0], end[1] + 0.4 * METRE)]
    batches = snapped(tmp_path, 1.0, FIRST, short)
    assert "stayed as they were (1)" in notes(batches)
    assert (shapely.length(table_of(batches).geometry.to_numpy()) > 0).all()


@pytest.mark.parametrize("snap_m", [-1.0, float("nan"), float("inf")])
def test_a_tolerance_is_a_length(tmp_path: Path, snap_m: float) -> None:
    with pytest.raises(BadInput, match="tolerance"):
        snapped(tmp_path, snap_m, FIRST)


def test_files_that_join_by_node_are_not_snapped(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "r.osm", CROSS, way(7, [1, 2]))
    with pytest.raises(BadInput, match="by node"):
        read_road_file(path, snap_m=1.0)
