"""Serve on the loopback address; on another only with sign-in and over HTTPS."""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI

from uxo.errors import BadInput, Refused

_LAST_PORT: Final = 65_535
_BACKLOG: Final = 128


@dataclass(frozen=True, slots=True)
class Tls:
    """Certificate and key of a service that is reached over HTTPS.

    Attributes
    ----------
    certificate, key : Path
        PEM files; the first may hold a chain.
    """

    certificate: Path
    key: Path


def check_host(host: str, *, signed_in: bool = False, https: bool = False) -> None:
    """Refuse an address that another machine could reach, unless sign-in and HTTPS are in force.

    Parameters
    ----------
    host : str
        Address or name.
    signed_in : bool
        Nobody gets in without a sign-in.
    https : bool
        Nobody can listen on the way; a phone gives position and storage to nothing less.

    Raises
    ------
    Refused
        ``host`` is not the loopback address or ``localhost``, and either of them is missing.
    """
    if host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if loopback:
        return
    if not signed_in:
        msg = (
            f"host {host!r} is refused: there is no sign-in yet, so whoever reaches the service "
            "could read every find and write new ones. Add people with: uxo user add; until then "
            "it serves on 127.0.0.1 only."
        )
        raise Refused(msg)
    if not https:
        msg = (
            f"host {host!r} is refused without HTTPS: passwords and finds would travel in the "
            "clear, and a phone gives no position to such a page. Add --https; "
            "uxo doctor --make-ca makes a certificate."
        )
        raise Refused(msg)


def open_socket(
    host: str, port: int, *, signed_in: bool = False, https: bool = False
) -> socket.socket:
    """Take the port, so that a taken one is said before anything starts.

    Parameters
    ----------
    host : str
        An address, or ``localhost``.
    port : int
        0 to 65535; 0 takes any free one.
    signed_in, https : bool
        See `check_host`.

    Raises
    ------
    Refused
        The host is refused, or the port is taken or not allowed.
    BadInput
        There is no such port.
    """
    check_host(host, signed_in=signed_in, https=https)
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
    app: FastAPI,
    host: str,
    port: int,
    *,
    announce: Callable[[str], None] | None = None,
    tls: Tls | None = None,
) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    app : FastAPI
        The application.
    host : str
        An address or ``localhost``.
    port : int
        0 takes any free one.
    announce : callable or None
        Gets the service's address as soon as it accepts connections.
    tls : Tls or None
        For HTTPS; None: HTTP, on this machine only.

    Raises
    ------
    Refused, BadInput
        See `open_socket`.
    """
    scheme = "http" if tls is None else "https"
    guarded: bool = app.state.gate.guarded
    listener = open_socket(host, port, signed_in=guarded, https=tls is not None)
    with listener:
        if announce is not None:
            name = f"[{host}]" if ":" in host else host
            announce(f"{scheme}://{name}:{listener.getsockname()[1]}/")
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,  # addresses carry coordinates, and those do not belong in a log
            server_header=False,
            ws="none",
            ssl_certfile=None if tls is None else tls.certificate,
            ssl_keyfile=None if tls is None else tls.key,
        )
        uvicorn.Server(config).run(sockets=[listener])
