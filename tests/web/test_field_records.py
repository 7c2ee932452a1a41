"""What a phone keeps of the records around it, and what it then sends about them."""

from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient

from tests.web.phones import corrected, disposed, phones_of, put, recorded, who_of
from tests.web.scene import Clock, find, live_service
from uxo.services import field_records as around
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer
from uxo.web import field_pack, field_records
from uxo.web.app import create_app

COMMUNITY = {"pcode": "C1001"}
TOWN = shapely.geometry.mapping(shapely.box(37.152, 36.199, 37.158, 36.206))


@pytest.fixture
def client(store: SqliteStore, clock: Clock, tmp_path: Any) -> TestClient:  # noqa: ANN401
    app = create_app(
        live_service(store, clock), phones=phones_of(store, clock, tmp_path), who_of=who_of
    )
    return TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)


def records(client: TestClient) -> dict[str, dict[str, Any]]:
    answer = client.get(field_records.PATH, params=COMMUNITY)
    assert answer.status_code == 200
    return {one["id"]: one for one in answer.json()["records"]}


def test_a_phone_gets_the_hazards_around_its_community_in_little_detail(
    client: TestClient,
) -> None:
    listed = records(client)
    assert set(listed) == {"F-1", "F-2"}  # no release, and nothing that is far off
    assert listed["F-1"] == {
        "id": "F-1", "kind": "find", "category": "mortar", "evidence_class": None,
        "position_method": "gps", "position_error_m": 10.0, "observed_day": "2026-03-02",
        "geometry": {"type": "Point", "coordinates": [37.152, 36.2001]}, "base": [],
    }  # fmt: skip


def test_what_a_phone_has_seen_goes_back_as_the_base_of_what_it_says(
    client: TestClient, store: SqliteStore
) -> None:
    sent = recorded(1)
    receipt = put(client, sent).json()
    kept = records(client)[sent["entity"]]
    assert kept["base"] == [receipt["head"]]
    answer = put(
        client,
        corrected(2, sent["entity"], seq=2, base=kept["base"], category="grenade"),
        Authorization="Bearer phone-b/EOD-3",
    )
    assert answer.status_code == 201
    assert store.conflicts() == []
    assert store.get(Layer.EVIDENCE, sent["entity"])["category"].iloc[0] == "grenade"


def test_an_item_that_is_gone_is_no_longer_listed(client: TestClient) -> None:
    assert put(client, disposed(1, "F-1", seq=1)).status_code == 201
    assert set(records(client)) == {"F-2"}


def test_the_nearest_are_kept_and_the_rest_is_counted(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(around, "MAX_RECORDS", 1)
    body = client.get(field_records.PATH, params=COMMUNITY).json()
    assert ([one["id"] for one in body["records"]], body["left_out"]) == (["F-2"], 1)


def test_an_unknown_community_is_said(client: TestClient) -> None:
    answer = client.get(field_records.PATH, params={"pcode": "C9999"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("kind", ["find", "accident", "strike", "report"])
def test_a_place_that_is_known_only_as_a_community_is_the_whole_polygon(
    client: TestClient, store: SqliteStore, kind: str
) -> None:
    feature = find(kind=kind, position_method="unknown", position_error_m=None) | {"geometry": TOWN}
    sent = recorded(1, data=feature)
    assert put(client, sent).status_code == 201
    row = store.get(Layer.EVIDENCE, sent["entity"]).iloc[0]
    assert row.geometry.equals(shapely.geometry.shape(TOWN))
    status = {
        piece["status"]
        for piece in client.get(field_pack.PATH, params=COMMUNITY).json()["roads"]
        if piece["road_id"] == "r-south"
    }
    assert status <= {"confirmed_hazard", "suspected_hazard"}  # from one end to the other
