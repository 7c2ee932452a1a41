"""From a phone's record and an officer's decision to the answer of the status API."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.contract.phones import phone_id
from tests.web.conftest import ADDRESS
from tests.web.phones import DESK, corrected, phones_of, put, recorded, who_of
from tests.web.scene import Clock, area, find
from uxo.services.live_status import LiveStatusService
from uxo.store.sqlite import SqliteStore
from uxo.web.app import create_app

BOX = "37.1555,36.1999,37.1595,36.2001"
"""A stretch of the road r-south on which nothing is recorded."""


@pytest.fixture
def client(
    service: LiveStatusService, store: SqliteStore, clock: Clock, tmp_path: Path
) -> Iterator[TestClient]:
    app = create_app(service, phones=phones_of(store, clock, tmp_path), who_of=who_of)
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as opened:
        yield opened


def told(client: TestClient) -> dict[str, set[str]]:
    """Status -> the evidence that is named as its reason."""
    answer = client.get("/api/v1/roads/status", params={"bbox": BOX})
    found: dict[str, set[str]] = {}
    for one in answer.json()["features"]:
        named = {reason["evidence_id"] for reason in one["properties"]["reasons"]}
        found.setdefault(one["properties"]["status"], set()).update(named)
    return found


def decide(client: TestClient, record: str, **decision: str) -> dict[str, Any]:
    address = f"/api/v1/desk/records/{record}/decision"
    answer = client.post(address, json=decision, headers=DESK)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_find_counts_at_once_stays_when_it_is_accepted_and_goes_when_it_is_rejected(
    client: TestClient,
) -> None:
    item = phone_id(1_001)
    before = told(client)
    assert set(before) == {"not_surveyed"}
    put(client, recorded(1, data=find(37.158, 36.2)))
    assert told(client)["confirmed_hazard"] == {item}
    decide(client, item, decision="accept", reason="clear photo")
    assert told(client)["confirmed_hazard"] == {item}
    decide(client, item, decision="reject", reason="a gas bottle")
    after = told(client)
    assert set(after) == {"not_surveyed"}
    decide(client, item, decision="reopen", reason="look again")
    assert told(client)["confirmed_hazard"] == {item}


def test_a_phone_s_release_counts_from_the_second_signature_on(client: TestClient) -> None:
    item = phone_id(1_001)
    put(client, recorded(1, data=area("clearance", 37.158, 36.2, 0.001, depth_m=1.0)))
    assert "cleared" not in told(client)
    assert decide(client, item, decision="accept")["effect"]["moved"]
    assert item in told(client)["cleared"]


def test_records_that_come_twice_and_the_last_first_end_in_the_same_answer(
    client: TestClient,
) -> None:
    item = phone_id(1_001)
    first = recorded(1, data=find(37.158, 36.2, category="mortar"))
    second = corrected(2, 1_001, seq=2, category="grenade")
    for body in (second, second, first, second, first):
        assert put(client, body).status_code in {200, 201}
    assert told(client)["confirmed_hazard"] == {item}
    looked = client.get(f"/api/v1/desk/records/{item}", headers=DESK).json()
    assert looked["record"]["properties"]["category"] == "grenade"
    assert [one["device_seq"] for one in looked["told"]] == [2, 1]
