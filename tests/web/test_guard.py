import logging

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from tests.web.scene import find
from uxo.errors import Refused
from uxo.web.guard import HEADERS, Guard, check_sender

EVERYWHERE = "0.0.0.0"  # noqa: S104  # refused here, never bound


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:99", "[::1]", "[::1]:8000"]
)
def test_it_answers_under_the_names_of_this_machine(host: str) -> None:
    check_sender("GET", Headers({"host": host}))


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example",
        "", EVERYWHERE, "192.168.1.2", "user@127.0.0.1", "127.0.0.1:x", "127.0.0.1/x", "[::1",
        "2130706433",
    ],
)  # fmt: skip
def test_a_foreign_name_that_resolves_to_this_machine_gets_nothing(
    host: str, reader: TestClient
) -> None:
    answer = reader.get("/api/v1/evidence", headers={"host": host})
    assert answer.status_code == 403
    assert answer.json()["code"] == "refused"
    assert "features" not in answer.json()


def test_two_host_headers_or_none_are_refused() -> None:
    with pytest.raises(Refused):
        check_sender("GET", Headers(raw=[]))
    with pytest.raises(Refused):
        check_sender("GET", Headers(raw=[(b"host", b"localhost"), (b"host", b"localhost")]))


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "https://127.0.0.1:8000"},
        {"origin": "http://127.0.0.1:9000"},
        {"origin": "http://127.0.0.1:8000.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_page_of_another_site_cannot_record_anything(
    headers: dict[str, str], reader: TestClient
) -> None:
    answer = reader.post("/api/v1/evidence", json=find(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "refused")
    assert reader.get("/api/v1/evidence").json()["numberReturned"] == 4


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "http://127.0.0.1:8000"}, {"sec-fetch-site": "same-origin"}]
)
def test_its_own_page_and_a_program_can_record(headers: dict[str, str], client: TestClient) -> None:
    assert client.post("/api/v1/evidence", json=find(), headers=headers).status_code == 201


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/api/v1/evidence", "/api/", "/nothing", "/api/v1/evidence?x=1"]
)
def test_every_answer_carries_the_security_headers(path: str, reader: TestClient) -> None:
    answer = reader.get(path)
    for name in HEADERS:
        assert name in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_head_answers_like_get_without_the_content(reader: TestClient) -> None:
    answer = reader.head("/api/v1/evidence")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "application/geo+json"
    assert int(answer.headers["content-length"]) > 0


def test_what_nobody_foresaw_is_logged_and_leaks_nothing(
    app: FastAPI, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret of /etc/passwd")

    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text
    assert "passwd" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret of /etc/passwd" in caplog.text


@pytest.mark.anyio
async def test_a_fault_after_the_answer_began_breaks_the_answer_off() -> None:
    async def half(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("half")

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    sent: list[Message] = []
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"localhost")]}
    with pytest.raises(RuntimeError, match="half"):
        await Guard(half)(scope, receive, send)
    assert [message["type"] for message in sent] == ["http.response.start"]


@pytest.mark.anyio
async def test_a_websocket_is_closed() -> None:
    async def never(*_: object) -> None:
        raise AssertionError

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    sent: list[Message] = []
    await Guard(never)({"type": "websocket"}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
