"""Who is cut off while a request is still on its way changes nothing with it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio
import orjson
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.people import PASSWORD, Staff, hire, open_people
from tests.web.phones import phones_of, put, recorded
from tests.web.scene import Clock, find
from tests.web.test_media import PHOTO, TUS, described
from uxo.services.live_status import LiveStatusService
from uxo.services.phones import Phones
from uxo.services.who import CONSOLE, Who
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Role
from uxo.web.app import create_app

HOST = "127.0.0.1:8000"


@pytest.fixture
def staff(tmp_path: Path, clock: Clock) -> Iterator[Staff]:
    with open_people(tmp_path / "survey.gpkg.people") as store:
        yield hire(store, clock)


@pytest.fixture
def phones(store: SqliteStore, clock: Clock, tmp_path: Path) -> Phones:
    return phones_of(store, clock, tmp_path)


@pytest.fixture
def app(service: LiveStatusService, staff: Staff, phones: Phones) -> FastAPI:
    return create_app(service, staff.access, phones=phones)


def _sent(  # a request, and what happens while it is sent
    app: FastAPI,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    *,
    meanwhile: Callable[[], object] = lambda: None,
) -> tuple[int, dict[str, Any]]:
    """Send a request whose body comes only after something else happened."""
    answer: list[Any] = []

    async def receive() -> dict[str, Any]:
        meanwhile()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401  # of ASGI
        answer.append(message)

    given = {"host": HOST, "content-length": str(len(body))} | headers
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
        "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000), "state": {},
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip
    anyio.run(app, scope, receive, send)
    text = b"".join(part.get("body", b"") for part in answer[1:])
    return answer[0]["status"], orjson.loads(text) if text.startswith(b"{") else {}


def test_a_phone_that_is_cut_off_while_it_sends_a_record_records_nothing(
    app: FastAPI, staff: Staff, service: LiveStatusService
) -> None:
    before = len(service.result().evidence)
    device_id, token = staff.device("EOD-3")
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    body = orjson.dumps(find(team="EOD-3"))
    sent = _sent(app, "POST", "/api/v1/evidence", headers, body)
    assert sent[0] == 201
    cut = lambda: staff.access.devices.revoke(device_id, by=CONSOLE)  # noqa: E731  # one deed
    status, said = _sent(app, "POST", "/api/v1/evidence", headers, body, meanwhile=cut)
    assert (status, said["code"]) == (401, "device-revoked")
    assert len(service.result().evidence) == before + 1


def test_a_phone_that_is_cut_off_within_a_photo_adds_no_byte(
    app: FastAPI, staff: Staff, phones: Phones
) -> None:
    device_id, token = staff.device("EOD-7")
    bearer = {"authorization": f"Bearer {token}"}
    with TestClient(app, base_url=f"http://{HOST}") as client:
        assert put(client, recorded(1), Authorization=bearer["authorization"]).status_code == 201
        length = {"Upload-Length": str(len(PHOTO))}
        begun = client.post("/api/v1/media/", headers={**TUS, **bearer, **length, **described()})
        assert begun.status_code == 201
    chunk = {
        **TUS, **bearer, "upload-offset": "0", "content-type": "application/offset+octet-stream",
    }  # fmt: skip
    cut = lambda: staff.access.devices.revoke(device_id, by=CONSOLE)  # noqa: E731  # one deed
    where = begun.headers["location"]
    status, said = _sent(app, "PATCH", where, chunk, PHOTO, meanwhile=cut)
    assert (status, said["code"]) == (401, "device-revoked")
    phone = Who(Role.TEAM, "EOD-7", f"device:{device_id}")
    assert phones.media.find(phone, where.rsplit("/", 1)[1]).offset == 0


def test_somebody_who_is_disabled_while_a_form_is_sent_changes_nothing(
    app: FastAPI, staff: Staff
) -> None:
    people = staff.access.people
    other = people.add("other", role=Role.ADMIN, team="DESK", password=PASSWORD, by=CONSOLE)
    made = staff.access.sign_in.begin(other)
    form = urlencode({"csrf": made.csrf, "name": "new", "team": "T", "role": "admin"}).encode()
    headers = {
        "cookie": f"uxo={made.token}", "content-type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    cut = lambda: people.set_disabled(other, disabled=True, by=CONSOLE)  # noqa: E731  # one deed
    status, said = _sent(app, "POST", "/people", headers, form, meanwhile=cut)
    assert (status, said["code"]) == (401, "not-signed-in")
    assert "new" not in {person.name for person in people.list()}
