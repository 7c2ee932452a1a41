import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.web.conftest import ADDRESS
from tests.web.scene import area, find
from uxo.services.live_status import LiveStatusService
from uxo.services.who import Who
from uxo.vocabulary import Role
from uxo.web import desk
from uxo.web.actions import ACTIONS
from uxo.web.app import create_app
from uxo.web.who import Gate

RECORDS = "/api/v1/desk/records"


@pytest.fixture
def officer(service: LiveStatusService) -> Iterator[TestClient]:
    """A client of an officer of the team QA-1."""
    app = create_app(service, who_of=lambda _: Who(Role.OFFICER, "QA-1", "person:1"))
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def recorder(service: LiveStatusService) -> Iterator[TestClient]:
    """A client of the team that records in these tests."""
    app = create_app(service, who_of=lambda _: Who(Role.OFFICER, "EOD-7", "person:2"))
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as opened:
        yield opened


def recorded(client: TestClient, sent: dict[str, Any]) -> str:
    answer = client.post("/api/v1/evidence", json=sent)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def clearance(client: TestClient) -> str:
    return recorded(client, area("clearance", 37.152, 36.2, 0.004, depth_m=1.0))


def test_the_queue_tells_why_each_record_waits(officer: TestClient) -> None:
    release, hazard = clearance(officer), recorded(officer, find())
    body = officer.get("/api/v1/desk/queue").json()
    assert [(one["id"], one["worry"]) for one in body["entries"]][:3] == [
        (hazard, "hazard_on_road"), ("F-1", "hazard_on_road"), (release, "release_waiting"),
    ]  # fmt: skip
    assert body["counts"] == {
        "conflict": 0, "hazard_on_road": 2, "release_waiting": 1, "hazard_elsewhere": 2,
    }  # fmt: skip
    assert (body["entries"][0]["lon"], body["entries"][0]["lat"]) == (37.156, 36.2002)
    assert body["exercise"] is True
    few = officer.get("/api/v1/desk/queue?limit=1").json()["entries"]
    assert [one["id"] for one in few] == [hazard, release, "F-2"]
    only = officer.get("/api/v1/desk/queue", params={"worry": "release_waiting", "limit": 1})
    assert [one["id"] for one in only.json()["entries"]] == [release]
    assert officer.get("/api/v1/desk/queue?worry=none").status_code == 400


def test_a_release_is_accepted_by_another_team_and_the_road_changes(officer: TestClient) -> None:
    release = clearance(officer)
    looked = officer.get(f"{RECORDS}/{release}").json()
    assert looked["may"] == {
        "accept": None, "reject": None, "reopen": "not_decided", "correct": None,
        "duplicate": None,
    }  # fmt: skip
    told = officer.post(f"{RECORDS}/{release}/preview", json={"decision": "accept"}).json()
    assert any(
        re.fullmatch(r"\d+ m of road go from confirmed hazard to cleared\.", sentence)
        for sentence in told["sentences"]
    )
    sent = {"decision": "accept", "reason": "seen on site", "seen": looked["seen"]}
    done = officer.post(f"{RECORDS}/{release}/decision", json=sent)
    assert done.status_code == 200
    assert done.json() == {"changed": True, "review": "accepted", "effect": told, "notes": []}
    place = officer.get("/api/v1/explain", params={"lon": 37.152, "lat": 36.2}).json()
    assert place["status"] == "cleared"
    assert any(reason["evidence_id"] == release for reason in place["reasons"])
    again = officer.post(f"{RECORDS}/{release}/decision", json={"decision": "accept"}).json()
    assert (again["changed"], again["effect"]) == (False, None)
    assert release not in officer.get("/api/v1/desk/queue").text


def test_the_recording_team_is_refused_in_words(recorder: TestClient) -> None:
    release = clearance(recorder)
    assert recorder.get(f"{RECORDS}/{release}").json()["may"]["accept"] == "own_record"
    answer = recorder.post(f"{RECORDS}/{release}/decision", json={"decision": "accept"})
    assert (answer.status_code, answer.json()["code"]) == (403, "refused")
    assert "another team must review it" in answer.json()["detail"]


def test_rejecting_needs_a_reason_and_is_undone(officer: TestClient) -> None:
    address = f"{RECORDS}/F-1/decision"
    answer = officer.post(address, json={"decision": "reject"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")
    assert officer.post(address, json={"decision": "reject", "reason": "a pipe"}).json()["changed"]
    undone = officer.post(address, json={"decision": "reopen", "reason": "another pipe"}).json()
    assert undone["review"] == "unreviewed"
    history = officer.get(f"{RECORDS}/F-1").json()["history"]
    assert [(step["type"], step["review"], step["reason"]) for step in history] == [
        ("evidence_reviewed", "rejected", "a pipe"),
        ("evidence_reviewed", "unreviewed", "another pipe"),
    ]


def test_a_decision_about_another_state_of_the_record_is_a_conflict(officer: TestClient) -> None:
    release = clearance(officer)
    seen = officer.get(f"{RECORDS}/{release}").json()["seen"]
    change = {"reason": "typing error", "properties": {"depth_m": 0.5}}
    assert officer.post(f"{RECORDS}/{release}/correction", json=change).status_code == 200
    answer = officer.post(
        f"{RECORDS}/{release}/decision", json={"decision": "reject", "reason": "x", "seen": seen}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "changed-since")


def test_a_correction_is_previewed_and_written(officer: TestClient) -> None:
    hazard = recorded(officer, find())
    place = {"type": "Point", "coordinates": [37.3, 36.3]}
    wanted = {"properties": {"category": "mortar"}, "geometry": place}
    told = officer.post(f"{RECORDS}/{hazard}/preview", json={"decision": "correct", **wanted})
    assert told.json()["moved"]
    done = officer.post(f"{RECORDS}/{hazard}/correction", json={"reason": "swapped", **wanted})
    assert done.json()["effect"] == told.json()
    looked = officer.get(f"{RECORDS}/{hazard}").json()
    assert looked["record"]["geometry"]["coordinates"] == [37.3, 36.3]
    assert looked["history"][-1]["changes"] == {"category": "mortar", "geometry": None}
    assert looked["may"]["accept"] == "own_record"


def test_the_photos_of_a_record_are_named(service: LiveStatusService) -> None:
    app = FastAPI()
    app.state.gate = Gate(None, ACTIONS)
    app.include_router(
        desk.router(
            service,
            lambda _: Who(Role.OFFICER, "QA-1", "person:1"),
            photos_of=lambda record: [f"{len(record):064x}"],
        )
    )
    with TestClient(app, base_url=ADDRESS) as client:
        assert client.get(f"{RECORDS}/F-1").json()["photos"] == [f"{3:064x}"]


def test_every_road_around_a_record_is_given_with_what_the_record_does_there(
    officer: TestClient,
) -> None:
    said = officer.get(f"{RECORDS}/F-1/roads").json()
    lines = [one["properties"] for one in said["features"]]
    assert {one["road_id"] for one in lines} == {"r-south", "r-west"}
    assert {one["status"] for one in lines if one["effect"] == "hazard_applies"} == {
        "confirmed_hazard"
    }
    assert said["attribution"] == ["(c) OpenStreetMap contributors", "OCHA"]
    assert officer.get(f"{RECORDS}/A-1/roads").json()["features"] == []
    assert officer.get(f"{RECORDS}/none/roads").status_code == 404


def test_a_duplicate_names_the_other(officer: TestClient) -> None:
    hazard = recorded(officer, find(37.15201, 36.2001, category="mortar"))
    (near,) = officer.get(f"{RECORDS}/{hazard}").json()["nearby"]
    assert (near["id"], near["errors_m"]) == ("F-1", 18.0)
    done = officer.post(f"{RECORDS}/{hazard}/duplicate-of", json={"other_id": "F-1"})
    assert done.json()["review"] == "rejected"
    assert officer.get(f"{RECORDS}/{hazard}").json()["history"][-1]["reason"] == "duplicate of F-1"


@pytest.mark.parametrize("what", ["decision", "preview", "correction", "duplicate-of"])
def test_what_is_wrong_is_refused_clearly(what: str, officer: TestClient) -> None:
    sent: dict[str, dict[str, Any]] = {
        "decision": {"decision": "accept"},
        "preview": {"decision": "accept"},
        "correction": {"reason": "r", "properties": {"category": "ied"}},
        "duplicate-of": {"other_id": "F-1"},
    }
    good = sent[what]
    assert officer.post(f"{RECORDS}/no-such/{what}", json=good).status_code == 404
    extra = officer.post(f"{RECORDS}/F-2/{what}", json={**good, "team": "EOD-1"})
    assert (extra.status_code, extra.json()["code"]) == (400, "bad-input")
    assert officer.post(f"{RECORDS}/F-2/{what}", json=[]).status_code == 400
    assert officer.post(f"{RECORDS}/F-2/{what}", content=b"x").status_code == 415
    assert officer.get(f"{RECORDS}/no-such").status_code == 404


def test_the_page_comes_from_this_machine_alone(reader: TestClient) -> None:
    answer = reader.get("/desk/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    links = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert links
    for link in links:
        if not link.startswith(("data:", "#")):
            assert link.startswith(("/desk/", "/"))
            assert reader.get(link).status_code == 200
    for hidden in ("../pyproject.toml", "desk/../../pyproject.toml", "vendor/.stamp", "x.js"):
        assert reader.get(f"/desk/files/{hidden}").status_code == 404
    assert reader.get("/desk/files/symbols.json").json()["statuses"][0] == "closed"
