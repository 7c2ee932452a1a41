"""Beyond this machine: with sign-in and over HTTPS only."""

import http.client
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.people import PASSWORD, Staff, hire, open_people
from tests.web.scene import Clock, find
from uxo.errors import Refused
from uxo.services.certificates import fingerprint, make_team_ca, names_of
from uxo.services.live_status import LiveStatusService
from uxo.vocabulary import Role
from uxo.web.app import create_app
from uxo.web.guard import HOSTS, Site
from uxo.web.serve import Tls, check_host, serve
from uxo.wiring import now

EVERYWHERE = "0.0.0.0"  # noqa: S104  # only asked about here
NAME = "desk.example"


@pytest.fixture
def staff(tmp_path: Path, clock: Clock) -> Iterator[Staff]:
    with open_people(tmp_path / "survey.gpkg.people") as store:
        yield hire(store, clock)


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.168.1.5", NAME])
def test_another_address_needs_both_sign_in_and_https(host: str) -> None:
    check_host(host, signed_in=True, https=True)
    with pytest.raises(Refused, match="no sign-in yet"):
        check_host(host, https=True)
    with pytest.raises(Refused, match="without HTTPS"):
        check_host(host, signed_in=True)


def test_an_application_without_sign_in_is_not_served_to_others_even_over_https(
    app: FastAPI, tmp_path: Path
) -> None:
    made = make_team_ca(tmp_path / "tls", [NAME], now())
    with pytest.raises(Refused, match="no sign-in yet"):
        serve(app, EVERYWHERE, 0, tls=Tls(made.server, made.server_key))


def test_over_https_it_answers_under_the_names_of_its_certificate(
    service: LiveStatusService, staff: Staff
) -> None:
    site = Site(HOSTS | {NAME, "192.168.1.20"})
    app = create_app(service, staff.access, site=site)
    with TestClient(app, base_url=f"https://{NAME}", follow_redirects=False) as client:
        assert client.get("/sign-in").status_code == 200
        for host in ("192.168.1.20:8443", "127.0.0.1"):
            assert client.get("/sign-in", headers={"host": host}).status_code == 200
        assert client.get("/sign-in", headers={"host": "evil.example"}).status_code == 403
        body = {"name": "officer", "password": PASSWORD}
        own = {"origin": f"https://{NAME}"}
        sent = client.post("/api/v1/session", json=body, headers=own)
        assert sent.status_code == 201
        csrf = {"x-csrf-token": sent.json()["csrf"]}
        for origin in (f"http://{NAME}", "https://evil.example"):
            refused = client.post(
                "/api/v1/evidence", json=find(), headers=csrf | {"origin": origin}
            )
            assert refused.status_code == 403
        assert client.post("/api/v1/evidence", json=find(), headers=csrf | own).status_code == 201


def test_a_phone_finds_what_it_needs_to_trust_the_service(
    service: LiveStatusService, staff: Staff, tmp_path: Path
) -> None:
    pem = make_team_ca(tmp_path / "tls", [NAME], now()).ca.read_bytes()
    app = create_app(service, staff.access, site=Site(HOSTS, pem))
    with TestClient(app, base_url="https://127.0.0.1") as client:
        for lang in ("en", "ar"):
            page = client.get(f"/trust?lang={lang}")
            assert fingerprint(pem) in page.text
            assert page.headers["content-language"] == lang
        file = client.get("/trust/team-ca.crt")
        assert file.content == pem
        assert file.headers["content-type"] == "application/x-x509-ca-cert"
    with TestClient(create_app(service, staff.access), base_url="https://127.0.0.1") as client:
        assert client.get("/trust").status_code == 404
        assert client.get("/trust/team-ca.crt").status_code == 404


def test_a_browser_is_bound_to_https_where_it_is_asked_for_and_over_https_alone(
    service: LiveStatusService, staff: Staff
) -> None:
    name = "strict-transport-security"
    bound = create_app(service, staff.access, site=Site(hsts=timedelta(days=30)))
    with TestClient(bound, base_url="https://127.0.0.1") as client:
        for path in ("/sign-in", "/nothing"):
            assert client.get(path).headers[name] == "max-age=2592000"
        assert name in client.get("/sign-in", headers={"host": "evil.example"}).headers
    with TestClient(bound, base_url="http://127.0.0.1") as client:
        assert name not in client.get("/sign-in").headers
    with TestClient(create_app(service, staff.access), base_url="https://127.0.0.1") as client:
        assert name not in client.get("/sign-in").headers


def test_a_code_for_a_phone_that_reaches_the_service_carries_no_warning(
    service: LiveStatusService, staff: Staff
) -> None:
    app = create_app(service, staff.access, site=Site(HOSTS | {"192.168.1.20"}))
    headers = {"authorization": f"Bearer {staff.token(Role.OFFICER)}"}
    with TestClient(app, base_url="https://127.0.0.1:8443") as client:
        shown = client.post("/devices", data={"team": "EOD-3"}, headers=headers)
    assert "<svg" in shown.text
    assert 'role="alert"' not in shown.text


def test_it_answers_over_a_real_tls_connection(
    service: LiveStatusService, staff: Staff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_team_ca(tmp_path / "tls", ["127.0.0.1"], now())
    app = create_app(service, staff.access, site=Site(HOSTS | names_of(made.server)))
    servers: list[uvicorn.Server] = []
    build = uvicorn.Server

    def remember(config: uvicorn.Config) -> uvicorn.Server:
        servers.append(build(config))
        return servers[0]

    monkeypatch.setattr("uxo.web.serve.uvicorn.Server", remember)
    address: list[str] = []
    ready = threading.Event()

    def announce(url: str) -> None:
        address.append(url)
        ready.set()

    tls = Tls(made.server, made.server_key)
    thread = threading.Thread(target=lambda: serve(app, "127.0.0.1", 0, announce=announce, tls=tls))
    thread.start()
    assert ready.wait(30)
    assert address[0].startswith("https://127.0.0.1:")
    port = int(address[0].rsplit(":", 1)[1].rstrip("/"))
    context = ssl.create_default_context(cafile=made.ca)
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=context)
    connection.request("GET", "/api/v1/evidence")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("server")) == (401, None)
    answer.read()
    connection.close()
    servers[0].should_exit = True
    thread.join(30)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("names", "asked", "shown"),
    [
        ({NAME, "192.168.1.20"}, "127.0.0.1:8443", "192.168.1.20:8443"),
        ({NAME}, "localhost", NAME),
        ({NAME, "192.168.1.20"}, f"{NAME}:8443", f"{NAME}:8443"),
        ({"2001:db8::5"}, "127.0.0.1:8443", "[2001:db8::5]:8443"),
        (set(), "127.0.0.1:8000", "127.0.0.1:8000"),
    ],
)
def test_the_picture_for_a_phone_names_an_address_that_the_phone_reaches(
    names: set[str], asked: str, shown: str
) -> None:
    assert Site(HOSTS | names).host_for_phones(asked) == shown
