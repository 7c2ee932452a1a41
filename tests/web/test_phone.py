"""What phones send over HTTP, and what hostile senders try."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.contract.phones import phone_id
from tests.web.conftest import ADDRESS
from tests.web.phones import DESK, corrected, disposed, phones_of, put, recorded, token, who_of
from tests.web.scene import NOW, Clock, area, find
from uxo.services.live_status import LiveStatusService
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer
from uxo.web.app import create_app


@pytest.fixture
def client(
    service: LiveStatusService, store: SqliteStore, clock: Clock, tmp_path: Path
) -> Iterator[TestClient]:
    app = create_app(service, phones=phones_of(store, clock, tmp_path), who_of=who_of)
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as opened:
        yield opened


def row(store: SqliteStore, entity: str) -> dict[str, Any]:
    found: dict[str, Any] = store.get(Layer.EVIDENCE, entity).iloc[0].to_dict()
    return found


def test_a_find_is_received_and_changes_the_road_at_once(
    client: TestClient, store: SqliteStore, service: LiveStatusService
) -> None:
    before = service.result().known_at
    body = recorded(1)
    answer = put(client, body)
    assert answer.status_code == 201
    receipt = answer.json()
    sent = json.dumps(body).encode()
    assert receipt == {
        "event_id": phone_id(1),
        "outcome": "new",
        "sha256": hashlib.sha256(sent).hexdigest(),
        "received_at": "2026-05-01T12:00:00Z",
        "server_seq": 1,
        "entity": phone_id(1_001),
        "head": store.history(phone_id(1_001))[0].hash.hex(),
    }
    assert phone_id(1_001) in set(service.result().evidence["id"])
    assert service.result().known_at >= before


def test_the_same_bytes_again_are_answered_200_and_other_bytes_409(client: TestClient) -> None:
    first = put(client, recorded(1)).json()
    again = put(client, recorded(1))
    assert again.status_code == 200
    assert again.json() == first | {"outcome": "dup"}
    other = put(client, recorded(1, app="1.1"))
    assert (other.status_code, other.json()["code"]) == (409, "event-differs")


def test_a_record_comes_again_even_when_it_could_not_be_made_any_more(
    client: TestClient, store: SqliteStore
) -> None:
    put(client, recorded(1))
    gone = disposed(2, 1_001, seq=2)
    put(client, gone)
    assert put(client, gone).json()["outcome"] == "dup"
    assert put(client, recorded(1)).json()["outcome"] == "dup"
    assert len(store.history(phone_id(1_001))) == 2


def test_two_phones_correct_one_record_apart_and_the_cautious_one_drives_the_map(
    client: TestClient, store: SqliteStore
) -> None:
    head = put(client, recorded(1)).json()["head"]
    one = corrected(2, 1_001, seq=1, base=[head], position_error_m=90.0)
    two = corrected(3, 1_001, seq=1, base=[head], position_error_m=2.0)
    assert put(client, one, **token("phone-b")).status_code == 201
    assert put(client, two, **token("phone-c")).status_code == 201
    assert row(store, phone_id(1_001))["position_error_m"] == 90.0
    assert [conflict.fields for conflict in store.conflicts()] == [("position_error_m",)]


def test_a_correction_moves_no_point_unless_it_brings_one(
    client: TestClient, store: SqliteStore
) -> None:
    put(client, recorded(1))
    before = row(store, phone_id(1_001))["geometry"]
    put(client, corrected(2, 1_001, seq=2, category="saa"))
    assert row(store, phone_id(1_001))["geometry"] == before
    moved = {"type": "Point", "coordinates": [37.157, 36.2003]}
    put(client, corrected(3, 1_001, seq=3, geometry=moved))
    after = row(store, phone_id(1_001))
    assert (after["geometry"].x, after["geometry"].y) == (37.157, 36.2003)
    assert after["category"] == "saa"


def test_an_imported_item_is_corrected_and_disposed_of_from_a_phone(
    client: TestClient, store: SqliteStore
) -> None:
    assert put(client, corrected(1, "F-1", seq=1, category="rocket")).status_code == 201
    assert put(client, disposed(2, "F-1", seq=2)).status_code == 201
    assert row(store, "F-1")["category"] == "rocket"
    assert row(store, "F-1")["disposed_at"] == datetime(2026, 5, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (recorded(1, data=find(team="EOD-9")), "records for team 'EOD-7'"),
        (recorded(1, data=find(kind="clearance", category=None)), "is an area"),
        (recorded(1, data=find(review="accepted")), "server sets this"),
        (recorded(1, entity=1) | {"entity": "F-9"}, "entity"),
        (recorded(1, data=area("clearance", 37.157, 36.21, 0.001, releases_hazards=["X-1"])),
         "there is no evidence 'X-1'"),
        (recorded(1, device_seq=0), "device_seq"),
        (recorded(1, device_seq=2**60), "device_seq"),
        (recorded(1, device_seq="1"), "device_seq"),
        (recorded(1, device_time="2026-04-30T11:00:00"), "zone"),
        (recorded(1, device_time=1_777_000_000), "ISO 8601"),
        (recorded(1, base=["ab"]), "base"),
        (recorded(1, type="evidence_reviewed"), "type"),
        (recorded(1, more=1), "more"),
        (recorded(1, app="\u202e"), "control"),
        (corrected(1, "F-77", seq=1, category="saa"), "there is no evidence"),
        (corrected(1, "F-1", seq=1, kind="clearance"), "cannot make clearance of a find"),
        (corrected(1, "F-1", seq=1, category="not_eo"), "by a review only"),
        (corrected(1, "F-1", seq=1, depth_m=0.3), "depth_m belongs to"),
        (corrected(1, "F-1", seq=1, team="EOD-1"), "team"),
        (corrected(1, "F-1", seq=1) | {"data": {"properties": {}}}, "reason"),
        (corrected(1, 99, seq=1, category="saa"), "there is no evidence"),
        (disposed(1, "A-1", seq=1), "only the item of a find"),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_refused_with_the_reason_and_nothing_is_kept(
    body: dict[str, Any], said: str, client: TestClient, store: SqliteStore
) -> None:
    before = store.vector()
    answer = put(client, body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert said in answer.json()["detail"]
    assert store.vector() == before
    assert store.phone_counters() == []


def test_a_correction_is_not_refused_for_what_was_wrong_before_it(
    client: TestClient, store: SqliteStore
) -> None:
    assert put(client, corrected(1, "A-1", seq=1, position_error_m=80.0)).status_code == 201
    erased = corrected(2, "A-1", seq=2, evidence_class=None)
    assert "evidence_class is missing" in put(client, erased).json()["detail"]
    assert row(store, "A-1")["evidence_class"] == "indirect"


def test_what_a_phone_sends_out_of_order_is_put_in_order(
    client: TestClient, store: SqliteStore
) -> None:
    bodies = [
        recorded(1, seq=1, entity=500),
        corrected(2, 500, seq=2, position_error_m=50.0),
        corrected(3, 500, seq=3, position_error_m=7.0),
        disposed(4, 500, seq=4),
    ]
    for place in (2, 3, 1, 0, 0, 3):
        assert put(client, bodies[place]).status_code in {200, 201}
    assert row(store, phone_id(500))["position_error_m"] == 7.0
    assert store.conflicts() == []
    assert store.phone_counters()[0].missing == ()


def test_a_clock_that_is_a_year_ahead_loses_no_find(
    client: TestClient, store: SqliteStore, service: LiveStatusService
) -> None:
    late = recorded(1, data=find(observed_at="2027-04-30T08:00:00Z"),
                    device_time="2027-04-30T08:00:00Z")  # fmt: skip
    assert put(client, late, **{"Device-Time": "2027-05-01T12:00:00Z"}).status_code == 201
    assert row(store, phone_id(1_001))["observed_at"] == NOW
    assert phone_id(1_001) in set(service.result().evidence["id"])
    assert store.phone_counters()[0].skew_ms == timedelta(days=365) // timedelta(milliseconds=1)


def test_a_clock_that_is_a_year_behind_makes_no_find_older_than_a_release(
    client: TestClient, store: SqliteStore
) -> None:
    early = recorded(1, data=find(observed_at="2025-04-30T08:00:00Z"),
                     device_time="2025-04-30T08:00:00Z")  # fmt: skip
    assert put(client, early, **{"Device-Time": "2025-05-01T12:00:00Z"}).status_code == 201
    assert row(store, phone_id(1_001))["observed_at"] == datetime(2026, 4, 30, 8, tzinfo=UTC)


def test_a_release_by_a_clock_that_is_behind_stays_as_old_as_it_says(
    client: TestClient, store: SqliteStore
) -> None:
    old = recorded(1, data=area("survey", 37.157, 36.21, 0.001, observed_at="2025-04-30"))
    assert put(client, old, **{"Device-Time": "2025-05-01T12:00:00Z"}).status_code == 201
    assert row(store, phone_id(1_001))["observed_at"] == datetime(2025, 4, 30, tzinfo=UTC)


def test_a_release_by_a_clock_that_is_ahead_ends_nothing_that_was_found_after_it(
    client: TestClient, store: SqliteStore
) -> None:
    # Four days ago by a clock that was three days ahead: seven days ago.
    fast = recorded(1, data=area("survey", 37.157, 36.21, 0.001, observed_at="2026-04-27"))
    assert put(client, fast, **{"Device-Time": "2026-05-04T12:00:00Z"}).status_code == 201
    assert row(store, phone_id(1_001))["observed_at"] == datetime(2026, 4, 24, tzinfo=UTC)


def test_a_closure_by_a_wrong_clock_is_in_force_at_once_and_until_its_end(
    client: TestClient, store: SqliteStore
) -> None:
    times = {"starts_at": "2026-05-03T12:00:00Z", "ends_at": "2026-05-03T18:00:00Z"}
    ahead = recorded(1, seq=1, data=area("closure", 37.157, 36.21, 0.001, **times))
    assert put(client, ahead, **{"Device-Time": "2026-05-03T12:00:00Z"}).status_code == 201
    assert row(store, phone_id(1_001))["starts_at"] == datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert row(store, phone_id(1_001))["ends_at"] == datetime(2026, 5, 3, 18, tzinfo=UTC)
    times = {"starts_at": "2025-05-01T12:00:00Z", "ends_at": "2025-05-01T18:00:00Z"}
    behind = recorded(2, seq=2, data=area("closure", 37.157, 36.21, 0.001, **times))
    assert put(client, behind, **{"Device-Time": "2025-05-01T12:00:00Z"}).status_code == 201
    assert row(store, phone_id(1_002))["starts_at"] == datetime(2025, 5, 1, 12, tzinfo=UTC)
    assert row(store, phone_id(1_002))["ends_at"] == datetime(2026, 5, 1, 18, tzinfo=UTC)


def test_states_are_told_to_the_own_team_only(client: TestClient) -> None:
    put(client, recorded(1))
    asked = {"event_ids": [phone_id(1), phone_id(2)]}
    mine = client.post("/api/v1/events/states", json=asked, headers=token()).json()["states"]
    assert mine[phone_id(1)]["state"] == "received"
    assert mine[phone_id(2)] == {"state": "unknown", "reason": None, "sha256": None}
    others = client.post("/api/v1/events/states", json=asked, headers=token("phone-b", "EOD-9"))
    assert others.json()["states"][phone_id(1)]["state"] == "unknown"
    desk = client.post("/api/v1/events/states", json=asked, headers=DESK).json()["states"]
    assert desk[phone_id(1)] == mine[phone_id(1)]


def test_too_many_states_are_not_asked_at_once(client: TestClient) -> None:
    asked = {"event_ids": [phone_id(number) for number in range(501)]}
    answer = client.post("/api/v1/events/states", json=asked, headers=token())
    assert answer.status_code == 400


def test_the_ping_gives_the_nonce_back_and_is_kept_nowhere(client: TestClient) -> None:
    answer = client.get("/api/v1/ping?nonce=abc-123")
    assert answer.json() == {"nonce": "abc-123", "time": "2026-05-01T12:00:00Z"}
    assert answer.headers["cache-control"] == "no-store"
    assert client.get("/api/v1/ping?nonce=%3Cscript%3E").status_code == 400


def test_the_desk_sees_gaps_and_clocks(client: TestClient) -> None:
    put(client, recorded(1, seq=1))
    put(client, recorded(2, seq=4), **{"Device-Time": "2026-05-01T12:00:30Z"})
    (counter,) = client.get("/api/v1/devices/counters", headers=DESK).json()["devices"]
    assert counter == {
        "device": "phone-a", "team": "EOD-7", "last_seq": 4, "received": 2, "missing": [[2, 3]],
        "missing_count": 2, "doubled": [], "waiting": 0, "skew_s": 30.0,
        "last_received_at": "2026-05-01T12:00:00Z",
    }  # fmt: skip


def test_nobody_sends_without_a_token(client: TestClient, store: SqliteStore) -> None:
    answer = put(client, recorded(1), Authorization="")
    assert answer.status_code == 403
    assert store.phone_counters() == []


def test_the_address_and_the_body_name_the_same_record(client: TestClient) -> None:
    sent = json.dumps(recorded(1)).encode()
    headers = {"Content-Type": "application/json", **token()}
    answer = client.put(f"/api/v1/events/{phone_id(2)}", content=sent, headers=headers)
    assert answer.status_code == 400
    for name in ("..%2f..%2fetc%2fpasswd", "x" * 5_000, phone_id(1).replace("-7", "-4"), "%00"):
        answer = client.put(f"/api/v1/events/{name}", content=sent, headers=headers)
        assert answer.status_code in {400, 404, 405}


@pytest.mark.parametrize(
    ("sent", "kind", "status"),
    [
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 50_000, "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"", "application/json", 400),
        (b"null", "application/json", 400),
        (b'{"event_id": NaN}', "application/json", 400),
        (b'{"a": 1, "a": 2}', "application/json", 400),
        (b'{"device_seq": ' + b"9" * 10_000 + b"}", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "multipart/form-data; boundary=x", 415),
        (b" " * 300_000, "application/json", 400),
        (b" " * 600_000, "application/json", 413),
    ],
)
def test_hostile_bodies_are_refused(
    sent: bytes, kind: str, status: int, client: TestClient
) -> None:
    answer = client.put(
        f"/api/v1/events/{phone_id(1)}", content=sent, headers={"Content-Type": kind, **token()}
    )
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_record_beyond_the_limit_and_geojson_are_refused(client: TestClient) -> None:
    sent = json.dumps(recorded(1)).encode() + b" " * 256_000
    address = f"/api/v1/events/{phone_id(1)}"
    large = client.put(
        address, content=sent, headers={"Content-Type": "application/json", **token()}
    )
    assert (large.status_code, large.json()["code"]) == (413, "too-large")
    kind = {"Content-Type": "application/geo+json", **token()}
    assert client.put(address, content=sent[:900], headers=kind).status_code in {400, 415}
    body = json.dumps(recorded(1)).encode()
    assert client.put(address, content=body, headers=kind).status_code == 415


def test_without_a_sign_in_the_record_names_the_team(
    service: LiveStatusService, store: SqliteStore, clock: Clock, tmp_path: Path
) -> None:
    app = create_app(service, phones=phones_of(store, clock, tmp_path))
    with TestClient(app, base_url=ADDRESS) as client:
        assert put(client, recorded(1)).status_code == 201
    assert row(store, phone_id(1_001))["team"] == "EOD-7"
