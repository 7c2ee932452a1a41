"""``/api/v1/routes`` over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.people import Staff
from tests.web.scene import Clock, find
from tests.web.test_roles import guarded, staff
from uxo.vocabulary import Role, Status

__all__ = ["guarded", "staff"]  # fixtures

PATH = "/api/v1/routes"
FAIR: dict[str, Any] = {
    "name": "Nile street",
    "name_ar": "شارع النيل",
    "from": {"lon": 37.16, "lat": 36.21},
    "to": {"lon": 37.1505, "lat": 36.20},
    "allow": ["not_surveyed", "suspected_hazard", "survey_expired"],
    "mode": "foot",
    "households": 120,
    "season": "dry months",
}
DRAWN = FAIR | {
    "name": "South street",
    "source": "waypoints",
    "to": {"lon": 37.16, "lat": 36.20},
    "households": None,
}
KEYS = {
    "id", "name", "name_ar", "mode", "season", "households", "from", "to", "worst", "metres",
    "length_m", "not_surveyed_m", "oldest_knowledge", "rely_until", "as_of", "known_at",
    "policy_digest", "exercise", "attribution", "blocking", "gone", "retired",
}  # fmt: skip


def add(client: TestClient, route: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(PATH, json=route)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{PATH}/{told['id']}"
    return told


def test_a_route_is_recorded_and_read_with_its_status(client: TestClient) -> None:
    told = add(client, FAIR)
    assert told.keys() >= KEYS
    assert list(told["metres"]) == [status.word for status in Status]
    assert sum(told["metres"].values()) == pytest.approx(told["length_m"], abs=0.1)
    assert (told["worst"], told["households"], told["retired"]) == ("not_surveyed", 120, False)
    assert told["oldest_knowledge"] is None
    assert told["not_vouched_m"] > 0
    assert told["exercise"] is True
    assert told["attribution"] == ["(c) OpenStreetMap contributors", "OCHA"]
    assert told["from"] == {
        "lon": 37.16, "lat": 36.21, "pcode": None, "name_en": None, "name_ar": None
    }  # fmt: skip
    pieces = told["pieces"]["features"]
    assert {"road_id", "from_m", "to_m", "status", "rank", "conflict"} == pieces[0][
        "properties"
    ].keys()
    assert client.get(f"{PATH}/{told['id']}").json() == told


def test_a_route_from_a_community_names_it(client: TestClient) -> None:
    # The community lies in the middle between the roads, too far from each.
    answer = client.post(PATH, json=FAIR | {"from": {"pcode": "C1001"}})
    assert (answer.status_code, answer.json()["reason"]) == (404, "off_network")
    answer = client.post(PATH, json=FAIR | {"from": {"pcode": "C9"}})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_the_list_has_the_worst_first_without_pieces(client: TestClient) -> None:
    fair, drawn = add(client, FAIR), add(client, DRAWN)
    routes = client.get(PATH).json()["routes"]
    assert [one["id"] for one in routes] == [drawn["id"], fair["id"]]
    assert "pieces" not in routes[0]
    (place,) = routes[0]["blocking"]
    assert (place["status"], place["evidence_ids"]) == ("confirmed_hazard", ["F-1"])
    assert routes[0]["households"] is None


def test_a_find_on_a_road_is_in_the_next_answer(client: TestClient, clock: Clock) -> None:
    told, before = add(client, FAIR), clock().isoformat()
    clock.forward(timedelta(minutes=5))
    client.post("/api/v1/evidence", json=find(37.15, 36.205))
    address = f"{PATH}/{told['id']}"
    now = client.get(address).json()
    assert now["worst"] == "confirmed_hazard"
    then = client.get(address, params={"known_at": before}).json()
    assert (then["worst"], then["metres"]) == ("not_surveyed", told["metres"])
    assert then["known_at"] == before.replace("+00:00", "Z")
    (listed,) = client.get(PATH, params={"known_at": before}).json()["routes"]
    assert listed["worst"] == "not_surveyed"
    assert client.get(PATH, params={"known_at": "2026-01-01"}).json() == {"routes": []}
    assert client.get(address, params={"known_at": "2026-01-01"}).status_code == 404


def test_a_retired_route_leaves_the_list_and_can_still_be_read(client: TestClient) -> None:
    told = add(client, FAIR)
    address = f"{PATH}/{told['id']}"
    answer = client.post(f"{address}/retire", json={"reason": "the bridge is gone"})
    assert (answer.status_code, answer.json()["retired"]) == (200, True)
    assert client.get(PATH).json() == {"routes": []}
    assert client.get(address).json()["retired"] is True
    again = client.post(f"{address}/retire", json={"reason": "twice"})
    assert again.json()["code"] == "refused"
    assert client.post(f"{PATH}/none/retire", json={"reason": "x"}).status_code == 404
    assert client.post(f"{address}/retire", json={}).status_code == 400


def test_a_route_without_a_way_is_told_with_its_cut(client: TestClient) -> None:
    answer = client.post(PATH, json=FAIR | {"to": {"lon": 37.16, "lat": 36.20}})
    told = answer.json()
    assert (answer.status_code, told["code"], told["reason"]) == (404, "no-route", "blocked")
    assert told["cut"][0]["evidence_ids"] == ["F-1"]
    assert client.get(PATH).json() == {"routes": []}


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""}, {"name": None}, {"name": "a\u202eb"}, {"from": None}, {"to": {}},
        {"from": {"lon": 37.0}}, {"from": {"lon": 37.0, "lat": 36.0, "pcode": "C1001"}},
        {"from": {"lon": 181.0, "lat": 36.0}}, {"allow": ["closed"]}, {"allow": ["cleared"]},
        {"mode": "train"}, {"households": -1}, {"households": 1.5}, {"households": "many"},
        {"source": "line"}, {"line": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}},
        {"tolerance_m": 10}, {"tolerance_m": "10"}, {"status": "cleared"},
        {"season": "x" * 201}, {"via": [{}]},
    ],
)  # fmt: skip
def test_a_route_that_cannot_be_is_refused(client: TestClient, change: dict[str, Any]) -> None:
    answer = client.post(PATH, json=FAIR | change)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")


def test_a_route_follows_a_line_and_tells_its_gaps(client: TestClient) -> None:
    ends = {"from": None, "to": None, "source": "line"}
    north = [[37.1505, 36.21005], [37.1595, 36.21005]]
    field = [[37.16, 36.2095], [37.16, 36.2005]]
    line = {"type": "LineString", "coordinates": north}
    told = add(client, FAIR | ends | {"line": line})
    assert (told["gaps"], told["source"]) == ([], "line")
    assert told["from"]["lon"] == 37.1505
    line = {"type": "MultiLineString", "coordinates": [north, field]}
    gappy = add(client, FAIR | ends | {"line": line, "name": "Over the field"})
    assert gappy["metres"]["cleared"] == pytest.approx(told["metres"]["cleared"], abs=1)
    gap_m = sum(gap["metres"] for gap in gappy["gaps"])
    assert gap_m > 900
    assert gappy["not_surveyed_m"] >= told["not_surveyed_m"] + gap_m - 1
    off = {"type": "LineString", "coordinates": field}
    refused = client.post(PATH, json=FAIR | ends | {"line": off, "name": "Off"})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad-input")


def test_one_name_is_given_once(client: TestClient) -> None:
    add(client, FAIR)
    assert client.post(PATH, json=FAIR).status_code == 400


def test_planners_and_the_desk_make_routes_and_partners_read_them_without_finds(
    guarded: TestClient, staff: Staff
) -> None:
    def by(role: Role) -> dict[str, str]:
        return {"authorization": f"Bearer {staff.token(role)}"}

    makers = {Role.PLANNER, Role.OFFICER, Role.REVIEWER, Role.ADMIN}
    for role in Role:
        answer = guarded.post(PATH, json=DRAWN | {"name": role.value}, headers=by(role))
        assert answer.status_code == (201 if role in makers else 403), role
    for role in set(Role) - {Role.PUBLIC}:
        routes = guarded.get(PATH, headers=by(role)).json()["routes"]
        assert len(routes) == len(makers)
        sees = role not in {Role.PARTNER, Role.ADMIN}
        for one in routes:
            (place,) = one["blocking"]
            assert (place["evidence_ids"] == ["F-1"]) == sees
            assert (place["text"] is not None) == sees
    assert guarded.get(PATH, headers=by(Role.PUBLIC)).status_code == 403
