"""The map of an area as a phone fetches it: in parts, with its status apart."""

import gzip
import hashlib
from datetime import timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from fastapi.testclient import TestClient
from pmtiles.reader import MemorySource, Reader, all_tiles

from tests.publish.tile_reader import read
from tests.web.scene import Clock, find, live_service
from uxo.errors import BadInput, NotFound
from uxo.evidence.columns import PLACE_DTYPES, WGS84, as_table
from uxo.policy import load_policy
from uxo.services import field_map as maps
from uxo.services.field_area import MAX_FOUND, find_area, search_areas
from uxo.services.field_map import FieldMaps
from uxo.services.live_status import LiveStatusService
from uxo.services.tiles import Tiles
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Status
from uxo.web import evidence, field_map, field_records

COMMUNITY = {"pcode": "C1001"}
DISTRICT = {"pcode": "Aleppo"}
ARIHA = "\u0623\u0631\u064a\u062d\u0627"
ARIHA_PLAIN = "\u0627\u0631\u064a\u062d\u0627"


def parts(client: TestClient, size: int) -> bytes:
    """Fetch the map piece by piece, as over a link that breaks all the time."""
    body, total, tag = b"", 1, ""
    while len(body) < total:
        headers = {"Range": f"bytes={len(body)}-{len(body) + size - 1}"}
        answer = client.get(
            field_map.PATH, params=DISTRICT, headers=headers | ({"If-Range": tag} if tag else {})
        )
        assert answer.status_code == 206
        span, _, length = answer.headers["content-range"].removeprefix("bytes ").partition("/")
        assert span == f"{len(body)}-{len(body) + len(answer.content) - 1}"
        body, total, tag = body + answer.content, int(length), answer.headers["etag"]
    assert tag == f'"{hashlib.sha256(body).hexdigest()}"'
    return body


def test_a_map_in_parts_is_the_whole_map_and_holds_roads_and_places_alone(
    reader: TestClient,
) -> None:
    whole = reader.get(field_map.PATH, params=DISTRICT)
    assert whole.status_code == 200
    assert whole.headers["content-type"] == field_map.MAP_TYPE
    assert parts(reader, 700) == whole.content
    layers: dict[str, list[dict[str, Any]]] = {}
    for (zoom, _, _), packed in all_tiles(MemorySource(whole.content)):
        if zoom == 14:
            for name, features in read(gzip.decompress(packed)).items():
                layers.setdefault(name, []).extend(features)
    assert set(layers) == {"roads", "places"}
    assert {one["properties"]["i"] for one in layers["roads"]} == {0, 1, 2}
    assert layers["places"][0]["properties"]["name_ar"].startswith("\u0627\u0644\u0633")
    told = Reader(MemorySource(whole.content)).metadata()
    assert told["roads"] == whole.headers["x-roads"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Range": "bytes=0-9"}, 206),
        ({"Range": "bytes=5-"}, 206),
        ({"Range": "bytes=0-9", "If-Range": '"0"'}, 200),
        ({"Range": "bytes=9-5"}, 200),
        ({"Range": "bytes=0-1,4-5"}, 200),
        ({"Range": "lines=0-9"}, 200),
        ({"Range": "bytes=99999999-"}, 416),
    ],
)
def test_a_part_is_given_only_of_the_very_file_that_was_begun(
    reader: TestClient, headers: dict[str, str], status: int
) -> None:
    whole = reader.get(field_map.PATH, params=COMMUNITY).content
    answer = reader.get(field_map.PATH, params=COMMUNITY, headers=headers)
    assert answer.status_code == status
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{len(whole)}"
        assert answer.headers["content-type"] == "application/problem+json"
    elif status == 200:
        assert answer.content == whole
    else:
        assert answer.content in whole


def test_a_map_that_the_phone_has_is_not_sent_again(reader: TestClient) -> None:
    tag = reader.get(field_map.PATH, params=COMMUNITY).headers["etag"]
    again = reader.get(field_map.PATH, params=COMMUNITY, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_new_find_changes_the_status_and_not_the_map(client: TestClient, clock: Clock) -> None:
    def told() -> tuple[str, dict[str, Any]]:
        tag = client.get(field_map.PATH, params=DISTRICT).headers["etag"]
        return tag, client.get(field_map.STATUS_PATH, params=DISTRICT).json()

    tag, before = told()
    clock.forward(timedelta(hours=1))
    assert client.post(evidence.PATH, json=find(37.15, 36.205)).status_code == 201
    tag_after, after = told()
    assert tag_after == tag
    assert after["digest"] == before["digest"]
    assert after["as_of"] > before["as_of"]
    assert after["ranks"] != before["ranks"]


def test_the_status_lies_over_the_map_by_the_numbers_of_its_roads(reader: TestClient) -> None:
    answer = reader.get(field_map.STATUS_PATH, params=DISTRICT)
    assert answer.headers["content-encoding"] == "gzip"
    told = answer.json()
    assert told["digest"] == reader.get(field_map.PATH, params=DISTRICT).headers["x-roads"]
    assert told["numbers"] == [0, 1, 2]
    assert told["is_district"]
    assert told["communities"] == 1
    assert [place["pcode"] for place in told["places"]] == ["C1001"]
    # The find on r-south is confirmed there; beyond it nothing is known.
    assert told["ranks"][1] == Status.CONFIRMED_HAZARD
    assert 1 in told["mixed"]
    south = {one["status"] for one in told["roads"] if one["road_id"] == "r-south"}
    assert south == {"confirmed_hazard", "not_surveyed"}
    assert told["unknown_roads"] == sum(
        rank == Status.NOT_SURVEYED and number not in told["mixed"]
        for number, rank in zip(told["numbers"], told["ranks"], strict=True)
    )


def test_what_a_phone_cannot_draw_piece_by_piece_counts_with_its_worst(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maps, "MAX_PIECES", 0)
    told = reader.get(field_map.STATUS_PATH, params=DISTRICT).json()
    assert (told["mixed"], told["roads"]) == ([], [])
    assert told["ranks"][1] == Status.CONFIRMED_HAZARD


@pytest.mark.parametrize("limit", ["MAX_TILES", "MAX_MAP_BYTES"])
def test_a_map_that_is_too_large_for_a_phone_is_refused_with_its_size(
    service: LiveStatusService, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(maps, limit, 1)
    with pytest.raises(BadInput, match="choose a community"):
        FieldMaps(service, Tiles(service)).map("Aleppo")


def test_too_many_roads_are_refused(
    service: LiveStatusService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maps, "MAX_ROADS", 1)
    with pytest.raises(BadInput, match="3 roads"):
        FieldMaps(service, Tiles(service)).status("Aleppo")


def test_maps_that_fill_the_memory_are_made_again(
    store: SqliteStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = live_service(store, clock)
    made = FieldMaps(service, Tiles(service))
    first = made.map("C1001")
    assert made.map("C1001") is first
    monkeypatch.setattr(maps, "_CACHED_BYTES", len(first.body))
    made.map("Aleppo")
    again = made.map("C1001")
    assert again is not first
    assert again.sha256 == first.sha256


@pytest.mark.parametrize("path", [field_map.PATH, field_map.STATUS_PATH, field_records.PATH])
def test_an_unknown_area_is_said(reader: TestClient, path: str) -> None:
    answer = reader.get(path, params={"pcode": "Nowhere"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_the_records_of_a_district_are_those_in_its_box(reader: TestClient) -> None:
    told = reader.get(field_records.PATH, params=DISTRICT).json()
    assert {one["id"] for one in told["records"]} == {"F-1", "F-2"}


def table(*rows: tuple[str, str | None, str | None, str | None, str]) -> gpd.GeoDataFrame:
    frame = pd.DataFrame(rows, columns=["pcode", "name_en", "name_ar", "admin3", "geometry"])
    shapes = shapely.from_wkt(frame.pop("geometry").to_numpy(dtype=object))
    return as_table(gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84), PLACE_DTYPES)


PLACES = table(
    ("C1", "Ariha", ARIHA, "Ariha", "POINT (36.6 35.8)"),
    ("C2", "Kafr Ma\u02bfarr\u0101t", None, "Ariha", "POINT (36.7 35.9)"),
    ("C3", None, None, None, "POINT (179.999 10)"),
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ariha", ["Ariha", "C1"]),
        (ARIHA_PLAIN, ["C1"]),
        (f"{ARIHA[:2]}\u0640{ARIHA[2:]}\u064b", ["C1"]),
        ("c2", ["C2"]),
        ("MA\u02bfARRAT kafr", ["C2"]),
        ("c", ["C1", "C2", "C3"]),
        ("  ", []),
        ("homs", []),
    ],
)
def test_an_area_is_found_by_any_usual_spelling(typed: str, found: list[str]) -> None:
    assert [one.pcode for one in search_areas(PLACES, typed)] == found


def test_a_search_gives_a_list_that_can_be_read(client: TestClient) -> None:
    many = table(*((f"C{i}", "Town", None, "D", "POINT (36 35)") for i in range(MAX_FOUND + 5)))
    assert len(search_areas(many, "town")) == MAX_FOUND
    answer = client.get(field_map.AREAS_PATH, params={"q": "aleppo"}).json()
    assert answer["areas"] == [
        {"pcode": "Aleppo", "name_en": None, "name_ar": None, "district": None, "communities": 1}
    ]


def test_a_district_holds_all_its_communities_and_the_roads_around_them() -> None:
    area = find_area(PLACES, "Ariha", load_policy())
    assert (area.is_district, area.communities) == (True, 2)
    assert area.bounds.touches(PLACES.geometry.to_numpy()).tolist() == [True, True, False]
    assert area.bounds.west < 36.6 - 0.02
    assert area.middle.outline.contains(PLACES.geometry[0])


def test_an_area_at_the_180th_meridian_ends_there() -> None:
    bounds = find_area(PLACES, "C3", load_policy()).bounds
    assert bounds.west < bounds.east == 180.0
    west = table(("C4", None, None, None, "POINT (-179.999 10)"))
    assert find_area(west, "C4", load_policy()).bounds.west == -180.0
    with pytest.raises(NotFound):
        find_area(PLACES, "C9", load_policy())
