"""Tiles and road bytes as a client gets them."""

import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.people import hire, open_people
from tests.publish.tile_reader import read
from tests.web.scene import Clock, find, roads_table, stamp
from uxo.evidence.events import EventType
from uxo.publish.tiles.address import Tile, tiles_over
from uxo.publish.tiles.layers import LayerName
from uxo.services.live_status import LiveStatusService
from uxo.services.record_evidence import EvidenceFeature
from uxo.services.tiles import Moment, Tiles
from uxo.store.contract import Draft
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer, Role, Status
from uxo.web.app import create_app
from uxo.web.tiles import TILE_TYPE

BOX = (37.14, 36.19, 37.31, 36.31)
RANKS = "/api/v1/roads/ranks"


def _tile(zoom: int = 12, lon: float = 37.156, lat: float = 36.205) -> Tile:
    columns, rows = tiles_over(zoom, lon, lat, lon, lat)
    return Tile(zoom, columns[0], rows[0])


def _path(layer: str, tile: Tile | None = None, end: str = "") -> str:
    at = tile or _tile()
    return f"/tiles/{layer}/{at.zoom}/{at.x}/{at.y}{end}"


def _record(service: LiveStatusService, sent: dict[str, Any]) -> None:
    service.record(EvidenceFeature.model_validate(sent))


def _review(entity: str, decision: str) -> Draft:
    given = {"review": decision, "reason": "a stone"}
    return Draft(EventType.EVIDENCE_REVIEWED, entity, given, "DESK")


def _all(client: TestClient, layer: str, zoom: int) -> list[dict[str, Any]]:
    """Properties of every feature of a zoom over the scene."""
    columns, rows = tiles_over(zoom, *BOX)
    found = []
    for x in columns:
        for y in rows:
            answer = client.get(_path(layer, Tile(zoom, x, y)))
            assert answer.status_code in {200, 204}
            for features in read(answer.content).values():
                found += [one["properties"] for one in features]
    return found


def test_a_tile_of_roads_numbers_them_as_the_store_does(reader: TestClient) -> None:
    answer = reader.get(_path("roads", end=".mvt"))
    assert answer.headers["content-type"] == TILE_TYPE
    assert answer.headers["cache-control"] == "private, no-cache"
    features = read(answer.content)["roads"]
    assert {one["properties"]["i"] for one in features} == {0, 1, 2}
    assert {one["properties"]["class"] for one in features} == {"residential"}


@pytest.mark.parametrize("zoom", [0, 7, 12, 14])
def test_every_zoom_shows_every_record_and_every_road(zoom: int, reader: TestClient) -> None:
    assert {one["i"] for one in _all(reader, "roads", zoom)} == {0, 1, 2}
    hazards = _all(reader, "hazards", zoom)
    assert {one["id"] for one in hazards} == {"F-1", "F-2", "A-1"}
    assert {one["id"]: one["rank"] for one in hazards} == {"F-1": 1, "F-2": 1, "A-1": 2}
    assert {one["id"] for one in _all(reader, "releases", zoom)} == {"C-1"}
    (place,) = {tuple(sorted(one.items())) for one in _all(reader, "places", zoom)}
    assert dict(place) == {"pcode": "C1001", "name_en": "Old Market", "name_ar": "السوق القديم"}


def test_pieces_and_road_bytes_tell_the_status_of_the_list(reader: TestClient) -> None:
    listed = reader.get("/api/v1/roads/status?limit=1000").json()["features"]
    names = ["r-north", "r-south", "r-west"]
    ranks = [
        {one["properties"]["rank"] for one in listed if one["properties"]["road_id"] == name}
        for name in names
    ]
    told = np.frombuffer(reader.get(RANKS).content, np.uint8)
    assert (told & 7).tolist() == [min(own) for own in ranks]
    assert (told & 8 > 0).tolist() == [len(own) > 1 for own in ranks]
    pieces = _all(reader, "pieces", 14)
    for number, own in enumerate(ranks):
        assert {one["rank"] for one in pieces if one["i"] == number} == own
        assert {one["mixed"] for one in pieces if one["i"] == number} == {len(own) > 1}
    mixed = _all(reader, "mixed", 14)
    assert {one["i"] for one in mixed} == {n for n, own in enumerate(ranks) if len(own) > 1}


def test_tiles_and_bytes_say_which_roads_they_are_about(reader: TestClient) -> None:
    about = reader.get(f"{RANKS}/about").json()
    answer = reader.get(RANKS)
    assert answer.headers["x-roads"] == about["roads"]
    assert answer.headers["x-roads"] == reader.get(_path("roads")).headers["x-roads"]
    assert answer.headers["x-roads"] == reader.get("/tiles/roads.json").json()["roads"]
    assert about["count"] == len(answer.content) == 3
    assert about["ranks"] == [status.word for status in Status]
    assert about["exercise"] is True
    assert about["as_of"] == answer.headers["x-as-of"] == "2026-05-01T12:00:00Z"


def test_who_has_a_tile_already_gets_no_body(reader: TestClient) -> None:
    for path in (_path("roads"), _path("pieces"), RANKS):
        first = reader.get(path, headers={"accept-encoding": "identity"})
        packed = reader.get(path, headers={"accept-encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == first.content
        assert packed.headers["etag"] != first.headers["etag"]
        for tag in (first.headers["etag"], f'"x", W/{packed.headers["etag"]}'):
            again = reader.get(path, headers={"if-none-match": tag})
            assert (again.status_code, again.content) == (304, b"")
        assert reader.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_tile_with_nothing_in_it_is_204_and_one_that_does_not_exist_404(
    reader: TestClient,
) -> None:
    nothing = reader.get("/tiles/roads/14/0/0")
    assert (nothing.status_code, nothing.content) == (204, b"")
    for path in ("/tiles/roads/17/0/0", "/tiles/roads/3/8/0", "/tiles/roads/3/0/8.pbf",
                 "/tiles/finds/3/0/0", "/tiles/roads/-1/0/0"):  # fmt: skip
        assert (reader.get(path).status_code, reader.get(path).json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    "path",
    ["/tiles/roads/x/0/0", "/tiles/roads/3/0/x", "/tiles/roads/3/0/1.png", "/tiles/roads/3/0/1?a=1",
     "/tiles/pieces/3/0/1?as_of=yesterday", f"{RANKS}?known_at=0001-01-01T00:00:00%2B14:00"],
)  # fmt: skip
def test_an_address_that_is_not_understood_is_refused(path: str, reader: TestClient) -> None:
    answer = reader.get(path)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")


def test_the_description_lists_what_is_in_the_tiles(reader: TestClient) -> None:
    for layer in LayerName:
        told = reader.get(f"/tiles/{layer.value}.json").json()
        assert told["tilejson"] == "3.0.0"
        assert told["tiles"] == [f"http://127.0.0.1:8000/tiles/{layer.value}/{{z}}/{{x}}/{{y}}.mvt"]
        assert told["bounds"] == pytest.approx([37.15, 36.20, 37.16, 36.21])
        assert told["attribution"] == "(c) OpenStreetMap contributors; OCHA"
        assert "EXERCISE" in told["description"]
        fields = told["vector_layers"][0]["fields"].keys()
        for one in _all(reader, layer.value, 12):
            assert one.keys() <= fields


def test_a_new_find_shows_in_the_tiles_it_touches_and_the_others_stay(
    app: FastAPI,
) -> None:
    far = _tile(12, 37.3, 36.3)
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        before = {
            layer: client.get(_path(layer)).headers["etag"]
            for layer in ("roads", "places", "pieces", "mixed", "hazards", "releases")
        }
        quiet = client.get(_path("hazards", far)).headers["etag"]
        ranks = client.get(RANKS).headers["etag"]
        created = client.post("/api/v1/evidence", json=find(37.1502, 36.205))
        assert created.status_code == 201
        after = {layer: client.get(_path(layer)).headers["etag"] for layer in before}
        assert client.get(_path("hazards", far)).headers["etag"] == quiet
        assert client.get(RANKS).headers["etag"] != ranks
    assert {layer for layer in before if before[layer] != after[layer]} == {
        "pieces", "mixed", "hazards",
    }  # fmt: skip


def test_a_change_drops_only_the_tiles_it_touches(service: LiveStatusService) -> None:
    tiles = Tiles(service)
    near, far = _tile(), _tile(12, 37.3, 36.3)
    kept = {at: tiles.tile(LayerName.HAZARDS, at) for at in (near, far)}
    roads = tiles.tile(LayerName.ROADS, near)
    _record(service, find(37.1502, 36.205))
    assert tiles.tile(LayerName.HAZARDS, far) is kept[far]
    assert tiles.tile(LayerName.HAZARDS, near) is not kept[near]
    assert tiles.tile(LayerName.ROADS, near) is roads


def test_a_rejected_hazard_stays_on_the_map_without_a_rank(
    store: SqliteStore, service: LiveStatusService
) -> None:
    tiles = Tiles(service)
    tiles.tile(LayerName.HAZARDS, _tile())
    store.record([_review("F-2", "rejected")])
    found = read(tiles.tile(LayerName.HAZARDS, _tile()).body)["hazards"]
    (rejected,) = [one["properties"] for one in found if one["properties"]["id"] == "F-2"]
    assert "rank" not in rejected
    assert rejected["effect"] == "hazard_rejected"


def test_new_roads_are_new_tiles_with_another_name(
    store: SqliteStore, service: LiveStatusService
) -> None:
    tiles = Tiles(service)
    old = tiles.tile(LayerName.ROADS, _tile()), tiles.roads_digest()
    more = roads_table([("r-new", None, "LINESTRING (37.152 36.202, 37.158 36.208)")])
    store.import_rows(Layer.ROADS, [more], stamp=stamp("more.geojson"), who="DESK")
    assert tiles.roads_digest() != old[1]
    found = read(tiles.tile(LayerName.ROADS, _tile()).body)["roads"]
    assert {one["properties"]["i"] for one in found} == {0, 1, 2, 3}
    assert len(tiles.ranks().bytes) == 4


def test_a_withdrawn_road_is_out_of_the_tiles_at_once_and_in_those_of_before(
    store: SqliteStore, service: LiveStatusService, clock: Clock
) -> None:
    tiles = Tiles(service)
    old, before = tiles.roads_digest(), service.result().known_at
    held = store.state(Layer.ROADS)
    clock.forward(timedelta(hours=1))
    store.import_rows(
        Layer.ROADS, [held.iloc[1:]], stamp=stamp("less.geojson"), who="DESK",
        withdraw=lambda: {held["road_id"].iloc[0]: []},
    )  # fmt: skip
    assert len(tiles.ranks().bytes) == len(held) - 1
    assert tiles.roads_digest() != old
    past = tiles.ranks(Moment(known_at=before))
    assert len(past.bytes) == len(held)


def test_the_past_is_shown_as_it_was_and_as_it_was_known(client: TestClient, clock: Clock) -> None:
    clock.forward(timedelta(hours=1))
    assert client.post("/api/v1/evidence", json=find(37.1502, 36.205)).status_code == 201
    then = "as_of=2026-02-15&known_at=2026-05-01T12:00:00Z"
    now = np.frombuffer(client.get(RANKS).content, np.uint8)
    past = np.frombuffer(client.get(f"{RANKS}?{then}").content, np.uint8)
    assert (now & 7).tolist() == [3, 1, 1]
    assert (past & 7).tolist() == [1, 3, 3]
    known = client.get(f"{RANKS}?known_at=2026-05-01T12:00:00Z")
    assert (np.frombuffer(known.content, np.uint8) & 7).tolist()[2] == 3
    told = client.get(f"{RANKS}/about?{then}").json()
    assert told["as_of"] == "2026-02-15T00:00:00Z"
    hazards = read(client.get(f"{_path('hazards')}?{then}").content)["hazards"]
    assert {one["properties"]["id"] for one in hazards} == {"F-2"}
    roads = client.get(_path("roads"))
    assert client.get(f"{_path('roads')}?{then}").headers["etag"] == roads.headers["etag"]


def test_the_cache_keeps_no_more_bytes_than_it_may(service: LiveStatusService) -> None:
    tiles = Tiles(service, cache_bytes=3_000)
    for zoom in range(17):
        tiles.tile(LayerName.PIECES, _tile(zoom))
        assert tiles.cache.size <= 3_000
    latest = tiles.tile(LayerName.PIECES, _tile(16))
    assert tiles.tile(LayerName.PIECES, _tile(16)) is latest


def test_a_partner_sees_the_roads_and_no_find(
    service: LiveStatusService, tmp_path: Path, clock: Clock
) -> None:
    with open_people(tmp_path / "survey.gpkg.people") as people:
        staff = hire(people, clock)
        app = create_app(service, staff.access)
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            partner = {"authorization": f"Bearer {staff.token(Role.PARTNER)}"}
            for layer in ("roads", "pieces", "mixed", "places"):
                assert client.get(_path(layer), headers=partner).status_code in {200, 204}
            for layer in ("hazards", "releases"):
                for path in (_path(layer), f"/tiles/{layer}.json"):
                    assert client.get(path, headers=partner).status_code == 403
            planner = {"authorization": f"Bearer {staff.token(Role.PLANNER)}"}
            answer = client.get(_path("hazards"), headers=planner)
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "no-store"


def test_what_is_sent_packed_is_the_tile(service: LiveStatusService) -> None:
    made = Tiles(service).tile(LayerName.HAZARDS, _tile())
    assert gzip.decompress(made.packed) == made.body
