"""The locked file of a phone reaches the desk, and the desk sees what phones did not bring."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.contract.phones import phone_id
from tests.people import Staff, hire, open_people
from tests.services.locked import locked_file, seal
from tests.services.photos import jpeg
from tests.web.conftest import ADDRESS
from tests.web.phones import desk_key, disposed, phones_of, recorded
from tests.web.scene import Clock, find
from uxo.services.live_status import LiveStatusService
from uxo.services.who import CONSOLE
from uxo.store.desk_key import DeskKey
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer, Role
from uxo.web.app import create_app

EXPORT = "/api/v1/desk/phone-export"
PHOTO = jpeg(200, 150)
NOTE = {"state": {"count": "one"}, "where": {"bearing_deg": 90}}


@pytest.fixture
def staff(tmp_path: Path, clock: Clock) -> Iterator[Staff]:
    with open_people(tmp_path / "survey.gpkg.people") as store:
        yield hire(store, clock)


@pytest.fixture
def desk(
    service: LiveStatusService, store: SqliteStore, staff: Staff, clock: Clock, tmp_path: Path
) -> Iterator[TestClient]:
    """An officer's client."""
    phones = phones_of(store, clock, tmp_path)
    access = replace(staff.access, desk_key=phones.desk_key.jwk)
    app = create_app(service, access, phones=phones, map_html=lambda _: "")
    headers = {"authorization": f"Bearer {staff.token(Role.OFFICER)}"}
    with TestClient(app, base_url=ADDRESS, headers=headers) as client:
        yield client


def record(number: int, seq: int, **given: Any) -> dict[str, Any]:  # noqa: ANN401
    return recorded(number, seq=seq, data=find(team="EOD-3"), **given)


def hand_in(client: TestClient, file: dict[str, Any] | bytes) -> Response:
    content = file if isinstance(file, bytes) else json.dumps(file).encode()
    return client.post(EXPORT, content=content, headers={"content-type": "application/json"})


def whole(device: str) -> dict[str, Any]:
    return locked_file(
        desk_key().jwk, device, records=[record(2, 2), record(1, 1)],
        notes={phone_id(1): NOTE}, photos={phone_id(2): PHOTO},
    )  # fmt: skip


def test_a_file_comes_in_once_with_its_photos_and_notes(
    desk: TestClient, staff: Staff, store: SqliteStore, service: LiveStatusService
) -> None:
    device, _ = staff.device()
    answer = hand_in(desk, whole(device))
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "device": device, "label": "phone 7", "team": "EOD-3", "revoked_at": None,
        "records": {"new": 2, "known": 0}, "photos": {"new": 1, "known": 0},
        "notes": {"new": 1, "known": 0}, "refused": [],
    }  # fmt: skip
    again = hand_in(desk, whole(device)).json()
    assert [again[part] for part in ("records", "photos", "notes")] == [
        {"new": 0, "known": 2}, {"new": 0, "known": 1}, {"new": 0, "known": 1},
    ]  # fmt: skip
    assert phone_id(1_001) in set(service.result().evidence["id"])
    looked = desk.get(f"/api/v1/desk/records/{phone_id(1_001)}").json()
    assert ([one["details"] for one in looked["told"]], looked["photos"]) == ([NOTE], [])
    (photo,) = desk.get(f"/api/v1/desk/records/{phone_id(1_002)}").json()["photos"]
    assert desk.get(f"/api/v1/media/{photo}").content == PHOTO
    assert store.get(Layer.EVIDENCE, phone_id(1_001))["team"].iloc[0] == "EOD-3"
    assert store.verify().ok


def test_a_record_that_was_sent_meanwhile_is_known_and_the_file_changes_nothing(
    desk: TestClient, staff: Staff
) -> None:
    device, token = staff.device()
    body = json.dumps(record(1, 1)).encode()
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    sent = desk.put(f"/api/v1/events/{phone_id(1)}", content=body, headers=headers)
    assert sent.status_code == 201
    taken = hand_in(desk, whole(device)).json()
    assert taken["records"] == {"new": 1, "known": 1}


def test_the_clock_of_a_phone_is_kept_with_it_when_it_brings_news(
    desk: TestClient, staff: Staff
) -> None:
    _, token = staff.device()
    for seq, time, kept in (
        (1, "2026-05-01T13:00:00Z", 3_600.0), (2, "2026-05-01T13:00:05Z", 3_600.0),
        (3, "2026-05-01T12:00:00Z", 0.0),
    ):  # fmt: skip
        headers = {
            "authorization": f"Bearer {token}", "content-type": "application/json",
            "device-time": time,
        }  # fmt: skip
        body = json.dumps(record(seq, seq)).encode()
        sent = desk.put(f"/api/v1/events/{phone_id(seq)}", content=body, headers=headers)
        assert sent.status_code == 201
        assert staff.access.devices.list()[0].skew_s == kept


def test_a_file_is_read_by_the_clock_that_the_phone_was_measured_to_have(
    desk: TestClient, staff: Staff, store: SqliteStore
) -> None:
    device, _ = staff.device()
    staff.access.devices.note_skew(device, -365 * 86_400.0)
    saved = record(1, 1)
    saved["data"]["properties"]["observed_at"] = "2025-04-30T08:00:00Z"
    file = locked_file(desk_key().jwk, device, records=[saved])
    assert hand_in(desk, file).json()["records"] == {"new": 1, "known": 0}
    seen = store.get(Layer.EVIDENCE, phone_id(1_001))["observed_at"].iloc[0]
    assert seen == datetime(2026, 4, 30, 8, tzinfo=UTC)


def test_what_cannot_stand_is_refused_by_name_and_hinders_nothing_else(
    desk: TestClient, staff: Staff
) -> None:
    device, _ = staff.device()
    records = [
        record(1, 1),
        recorded(2, seq=2, data=find(team="EOD-9")),
        disposed(3, "F-none", seq=3),
        record(4, 4) | {"surplus": 1},
    ]
    file = locked_file(
        desk_key().jwk, device, records=records, notes={phone_id(1): {"Bad": 1}},
        photos={phone_id(1): b"MZ no photo", phone_id(77): PHOTO},
    )  # fmt: skip
    file["events"].append({**file["events"][0], "seq": 9})  # the same record, named otherwise
    taken = hand_in(desk, file).json()
    assert taken["records"] == {"new": 1, "known": 0}
    assert [(one["what"], one["device_seq"], one["code"]) for one in taken["refused"]] == [
        ("record", 2, "bad-input"), ("record", 3, "bad-input"), ("record", 4, "bad-input"),
        ("record", 9, "bad-input"), ("note", None, "bad-input"), ("photo", None, "bad-file"),
        ("photo", None, "event-missing"),
    ]  # fmt: skip
    assert "this device records for team 'EOD-3'" in taken["refused"][0]["why"]
    assert "surplus" in taken["refused"][2]["why"]


def test_a_phone_that_was_cut_off_is_taken_in_and_told(desk: TestClient, staff: Staff) -> None:
    device, _ = staff.device()
    staff.access.devices.revoke(device, by=CONSOLE)
    taken = hand_in(desk, whole(device)).json()
    assert taken["records"] == {"new": 2, "known": 0}
    assert taken["revoked_at"] == "2026-05-01T12:00:00Z"


def _truncated(file: dict[str, Any]) -> bytes:
    return json.dumps(file).encode()[:-200]


def _other_key(file: dict[str, Any]) -> dict[str, Any]:
    other = DeskKey.generate().jwk
    return locked_file(other, file["device_id"], records=[record(1, 1)])


def _changed_text(file: dict[str, Any]) -> dict[str, Any]:
    text = file["photos"][0]["text"]
    file["photos"][0]["text"] = ("B" if text[0] == "A" else "A") + text[1:]
    return file


def _swapped(file: dict[str, Any]) -> dict[str, Any]:
    """Put one record's locked text in another's place."""
    one, other = file["events"]
    for name in ("iv", "text", "epk", "key"):
        one[name], other[name] = other[name], one[name]
    return file


def _changed_hash(file: dict[str, Any]) -> dict[str, Any]:
    file["events"][0]["sha256"] = "0" * 64
    return file


def _off_the_curve(file: dict[str, Any]) -> dict[str, Any]:
    file["events"][0]["epk"]["x"] = "A" * 43
    return file


def _short_key(file: dict[str, Any]) -> dict[str, Any]:
    file["events"][0]["key"] = "AAAA"
    return file


def _not_base64(file: dict[str, Any]) -> dict[str, Any]:
    file["notes"][0]["text"] = "\u0627?"
    return file


def _a_number_for_bytes(file: dict[str, Any]) -> dict[str, Any]:
    file["notes"][0]["iv"] = 12
    return file


def _another_format(file: dict[str, Any]) -> dict[str, Any]:
    return file | {"format": "uxo-field-export-2"}


def _foreign(_: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": []}


def _a_list(_: dict[str, Any]) -> bytes:
    return b"[1, 2]"


def _deep(_: dict[str, Any]) -> bytes:
    return b"[" * 100_000


def _a_plain_record(file: dict[str, Any]) -> dict[str, Any]:
    file["events"][0] |= seal(b"{", file["events"][0]["event_id"], DeskKey.generate().jwk)
    return file


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_truncated, "cut off"),
        (_other_key, "locked for the key of another desk"),
        (_changed_text, "changed on its way"),
        (_swapped, "changed on its way"),
        (_changed_hash, "its SHA-256"),
        (_off_the_curve, "changed on its way"),
        (_short_key, "events.0.key"),
        (_not_base64, "notes.0.text"),
        (_a_number_for_bytes, "notes.0.iv"),
        (_another_format, "its format is not"),
        (_foreign, "its format is not"),
        (_a_list, "its format is not"),
        (_deep, "cut off"),
        (_a_plain_record, "locked for the key of another desk"),
    ],
)
def test_a_file_that_cannot_be_opened_whole_leaves_nothing(
    spoil: Callable[[dict[str, Any]], Any],
    why: str,
    desk: TestClient,
    staff: Staff,
    store: SqliteStore,
) -> None:
    device, _ = staff.device()
    answer = hand_in(desk, spoil(whole(device)))
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-file")
    assert why in answer.json()["detail"]
    assert (store.phone_counters(), store.photos()) == ([], [])


def test_a_phone_that_was_never_enrolled_here_is_refused(
    desk: TestClient, store: SqliteStore
) -> None:
    answer = hand_in(desk, whole("phone-9"))
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert store.phone_counters() == []


def test_other_bodies_are_refused_before_they_are_read(
    desk: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uxo.web.desk_phones.MAX_EXPORT_BYTES", 1_000)
    assert hand_in(desk, b"x" * 1_001).json()["code"] == "too-large"
    plain = desk.post(EXPORT, content=b"{}", headers={"content-type": "text/plain"})
    assert plain.json()["code"] == "media-type"
    packed = {"content-type": "application/json", "content-encoding": "gzip"}
    assert desk.post(EXPORT, content=b"{}", headers=packed).json()["code"] == "media-type"


def test_the_desk_sees_gaps_clocks_files_and_refused_photos(desk: TestClient, staff: Staff) -> None:
    device, _ = staff.device()
    file = locked_file(desk_key().jwk, device, records=[record(1, 1), record(4, 4)])
    hand_in(desk, file)
    hand_in(desk, b"{}")
    body = desk.get("/api/v1/desk/phones").json()
    (phone,) = body["phones"]
    assert (phone["label"], phone["team"]) == ("phone 7", "EOD-3")
    assert (phone["counter"]["missing"], phone["counter"]["last_seq"]) == ([[2, 3]], 4)
    (line,) = body["taken"]
    assert line == {
        "at": "2026-05-01T12:00:00Z", "device": device, "new": 2, "known": 0, "refused": 0,
        "actor": f"person:{staff.of_role[Role.OFFICER].person_id}",
    }  # fmt: skip
    assert body["refused_photos"] == []


def test_without_a_sign_in_no_phone_is_enrolled_and_strangers_are_told(
    service: LiveStatusService, store: SqliteStore, clock: Clock, tmp_path: Path
) -> None:
    app = create_app(service, phones=phones_of(store, clock, tmp_path))
    with TestClient(app, base_url=ADDRESS) as client:
        body = json.dumps(recorded(1)).encode()
        sent = client.put(
            f"/api/v1/events/{phone_id(1)}", content=body,
            headers={"content-type": "application/json"},
        )  # fmt: skip
        assert sent.status_code == 201, sent.text
        (phone,) = client.get("/api/v1/desk/phones").json()["phones"]
        assert (phone["device"], phone["label"]) == ("open", None)
        answer = hand_in(client, whole("open"))
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
