"""What phones tell beside the columns reaches the desk, and nothing else of it does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.contract.phones import phone_id
from tests.web.conftest import ADDRESS
from tests.web.phones import DESK, corrected, phones_of, put, recorded, who_of
from tests.web.scene import Clock
from uxo.services.live_status import LiveStatusService
from uxo.store.sqlite import SqliteStore
from uxo.web.app import create_app

DETAILS = {"state": {"count": "few", "cover": "buried"}, "where": {"bearing_deg": 180.5}}


@pytest.fixture
def client(
    service: LiveStatusService, store: SqliteStore, clock: Clock, tmp_path: Path
) -> Iterator[TestClient]:
    app = create_app(service, phones=phones_of(store, clock, tmp_path), who_of=who_of)
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as opened:
        yield opened


def test_the_desk_reads_what_each_record_told_in_the_order_in_which_they_came(
    client: TestClient, store: SqliteStore
) -> None:
    known_before = {"where": {"text": "<b>x</b>", "new_key": [1, None, True]}}
    put(client, recorded(1, details=DETAILS), **{"Device-Time": "2026-05-01T12:00:30Z"})
    put(client, corrected(2, 1_001, seq=2, category="mortar") | {"details": known_before})
    put(client, corrected(3, 1_001, seq=3, category="grenade"))
    told = client.get(f"/api/v1/desk/records/{phone_id(1_001)}", headers=DESK).json()["told"]
    assert [one["details"] for one in told] == [DETAILS, known_before, None]
    assert told[0] == {
        "event_id": phone_id(1), "device": "phone-a", "team": "EOD-7", "device_seq": 1,
        "app": "1.0", "device_time": "2026-04-30T11:00:00+03:00", "skew_s": 30.0,
        "received_at": "2026-05-01T12:00:00Z", "details": DETAILS,
    }  # fmt: skip
    assert client.get("/api/v1/desk/records/F-1", headers=DESK).json()["told"] == []
    assert store.verify().ok


def test_details_that_are_too_much_refuse_the_record_and_say_why(client: TestClient) -> None:
    answer = put(client, recorded(1, details={"Where": 1}))
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")
    assert "the key 'Where'" in answer.json()["detail"]
    assert put(client, recorded(1, details=["x"])).status_code == 400
    assert put(client, recorded(1)).status_code == 201


def test_the_same_record_with_other_details_is_another_record(client: TestClient) -> None:
    assert put(client, recorded(1, details=DETAILS)).status_code == 201
    assert put(client, recorded(1, details=DETAILS)).status_code == 200
    assert put(client, recorded(1, details={})).json()["code"] == "event-differs"
