import http.client
import socket
import threading
from collections.abc import Callable

import pytest
import uvicorn
from fastapi import FastAPI

from uxo.errors import BadInput, Refused
from uxo.web.serve import check_host, open_socket, serve

EVERYWHERE = "0.0.0.0"  # noqa: S104  # refused here, never bound


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_it_serves_on_this_machine(host: str) -> None:
    check_host(host)


@pytest.mark.parametrize(
    "host",
    [EVERYWHERE, "::", "192.168.1.5", "10.0.0.1", "example.org", "", "*", "127.0.0.1.nip.io"],
)
def test_it_refuses_an_address_that_others_reach_and_says_why(host: str) -> None:
    with pytest.raises(Refused, match="there is no sign-in yet"):
        open_socket(host, 0)


@pytest.mark.parametrize("port", [-1, 65_536])
def test_it_refuses_a_port_that_there_is_not(port: int) -> None:
    with pytest.raises(BadInput, match=str(port)):
        open_socket("127.0.0.1", port)


def test_a_taken_port_is_told_before_anything_starts(app: FastAPI) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match="another program may serve there"):
            serve(app, "127.0.0.1", port)


def test_it_answers_over_a_real_connection_without_naming_its_parts(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
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

    thread = _in_thread(lambda: serve(app, "127.0.0.1", 0, announce=announce))
    assert ready.wait(30)
    port = int(address[0].rsplit(":", 1)[1].rstrip("/"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("server")) == (200, None)
    answer.read()
    connection.putrequest("GET", "/healthz", skip_host=True)
    connection.putheader("Host", "evil.example")
    connection.endheaders()
    assert connection.getresponse().status == 403
    connection.close()
    servers[0].should_exit = True
    thread.join(30)
    assert not thread.is_alive()


def _in_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread
