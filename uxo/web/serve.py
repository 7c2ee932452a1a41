"""Serve on the loopback address, and on no other until there is a sign-in."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Final

import uvicorn
from fastapi import FastAPI

from uxo.errors import BadInput, Refused

_LAST_PORT: Final = 65_535
_BACKLOG: Final = 128


def check_host(host: str) -> None:
    """Refuse every address that another machine could reach.

    Raises
    ------
    Refused
        ``host`` is not the loopback address or ``localhost``.
    """
    if host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        msg = (
            f"host {host!r} is refused: there is no sign-in yet, so whoever reaches the service "
            "could read every find and write new ones. It serves on 127.0.0.1 only; to use it from "
            "another machine, forward the port over SSH."
        )
        raise Refused(msg)


def open_socket(host: str, port: int) -> socket.socket:
    """Take the port, so that a taken one is said before anything starts.

    Parameters
    ----------
    host : str
        A loopback address or ``localhost``.
    port : int
        0 to 65535; 0 takes any free one.

    Raises
    ------
    Refused
        The host is not loopback, or the port is taken or not allowed.
    BadInput
        There is no such port.
    """
    check_host(host)
    if not 0 <= port <= _LAST_PORT:
        msg = f"port {port}: give a number from 0 to {_LAST_PORT}"
        raise BadInput(msg)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        msg = (
            f"{host} port {port} cannot be used ({error.strerror}); another program may serve "
            "there: give another port with --port"
        )
        raise Refused(msg) from error


def serve(
    app: FastAPI, host: str, port: int, *, announce: Callable[[str], None] | None = None
) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    app : FastAPI
        The application.
    host : str
        ``127.0.0.1``, another loopback address or ``localhost``.
    port : int
        0 takes any free one.
    announce : callable or None
        Gets the service's address as soon as it accepts connections.

    Raises
    ------
    Refused, BadInput
        See `open_socket`.
    """
    listener = open_socket(host, port)
    with listener:
        if announce is not None:
            name = f"[{host}]" if ":" in host else host
            announce(f"http://{name}:{listener.getsockname()[1]}/")
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,  # addresses carry coordinates, and those do not belong in a log
            server_header=False,
            ws="none",
        )
        uvicorn.Server(config).run(sockets=[listener])
