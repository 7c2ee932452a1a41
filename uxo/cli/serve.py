"""``uxo serve``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import AsOf, PolicyFile, StoreUrl
from uxo.errors import NotFound
from uxo.services.access import Access
from uxo.services.certificates import TeamCa, names_of
from uxo.services.live_status import LiveStatusService
from uxo.services.renewal import hsts_of
from uxo.services.ways import WaysService
from uxo.settings import Settings, load_settings
from uxo.store.contract import Store

EXAMPLE: Final = "uxo serve --store sqlite:///survey.gpkg --port 8000"

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Default: UXO_PORT, else 8000.")]


def run(  # noqa: PLR0913  # each is an option of the contract
    *,
    store: StoreUrl = None,
    policy: PolicyFile = None,
    as_of: AsOf = None,
    host: Annotated[
        str,
        typer.Option(help="Another than 127.0.0.1 only with a sign-in (uxo user add) and --https."),
    ] = "127.0.0.1",
    port: Port = None,
    https: Annotated[
        bool,
        typer.Option(
            "--https", help="Over HTTPS, by default with what uxo doctor --make-ca has made."
        ),
    ] = False,
    cert: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Certificate (PEM), with --https and --key.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Its key (PEM), with --https and --cert.")
    ] = None,
) -> None:
    """Serve the map and the API at http://127.0.0.1:8000 until Ctrl+C.

    With the first `uxo user add` the sign-in is in force, and nobody gets in without one.
    """
    if (cert is None) != (key is None) or (cert is not None and not https):
        msg = "give --https, --cert and --key together"
        raise typer.BadParameter(msg)
    settings = load_settings(store=store, policy=policy, port=port)
    pair = None if cert is None or key is None else (cert, key)
    identity = _identity(settings, pair) if https else None
    with wiring.open_store(settings) as opened, wiring.open_access(settings) as access:
        serve_store(opened, settings, as_of=as_of, host=host, access=access, identity=identity)


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a service is known over HTTPS.

    Attributes
    ----------
    certificate, key : Path
        PEM files.
    names : frozenset of str
        For which the certificate stands.
    ca_pem : bytes or None
        What phones install first; None: they trust the certificate as it is.
    hsts : timedelta or None
        For how long browsers are bound to HTTPS; None: not at all.
    """

    certificate: Path
    key: Path
    names: frozenset[str]
    ca_pem: bytes | None
    hsts: timedelta | None = None


def _identity(settings: Settings, pair: tuple[Path, Path] | None) -> Identity:
    """Find certificate and key: those that were named, else the team's own.

    Raises
    ------
    NotFound
        None were named and the team has none.
    BadFile
        The certificate is none.
    """
    if pair is not None:
        return Identity(*pair, names_of(pair[0]), None, hsts_of(pair[0], wiring.now()))
    team = TeamCa.in_folder(wiring.tls_folder(settings))
    if not team.server.is_file():
        msg = f"there is no {team.server}; make it with: uxo doctor --make-ca --name ADDRESS"
        raise NotFound(msg)
    return Identity(team.server, team.server_key, names_of(team.server), team.ca.read_bytes())


def serve_store(  # noqa: PLR0913  # what is served, how, and to whom
    opened: Store,
    settings: Settings,
    *,
    as_of: datetime | None,
    host: str = "127.0.0.1",
    title: str = "",
    access: Access | None = None,
    identity: Identity | None = None,
    hints: Sequence[str] = (),
) -> None:
    """Serve an open store until interrupted.

    Parameters
    ----------
    opened : Store
        What is served.
    settings : Settings
        Policy and port.
    as_of : datetime or None
        A fixed moment; None: the present, moving on.
    host : str
        A loopback address.
    title : str
        Of the map.
    access : Access or None
        Who may do what; None: there is no sign-in.
    identity : Identity or None
        Certificate and names for HTTPS; None: HTTP, on this machine only.
    hints : sequence of str
        Lines to print once it serves.

    Raises
    ------
    Refused
        The address could be reached from another machine, or the port is taken.
    """
    # The command line and the web service are siblings that do not import each other; this is the
    # one place where the one starts the other, so it names it by text.
    web = import_module("uxo.web.serve")
    web.check_host(host, signed_in=access is not None, https=identity is not None)
    service = LiveStatusService(
        opened,
        policy=wiring.policy_of(settings),
        clock=wiring.now,
        new_id=wiring.new_id,
        as_of=as_of,
        title=title,
    )
    guard = import_module("uxo.web.guard")
    site, tls = guard.THIS_MACHINE, None
    if identity is not None:
        site = guard.Site(guard.HOSTS | identity.names, identity.ca_pem, identity.hsts)
        tls = web.Tls(identity.certificate, identity.key)
    phones = wiring.phones_of(opened, settings, as_of=as_of)
    ways = WaysService(service, order_file=wiring.order_file(settings))
    ways.prepare()
    app = import_module("uxo.web.app").create_app(
        service, access, phones=phones, ways=ways, site=site, team=settings.team
    )

    def announce(address: str) -> None:
        typer.echo(f"Serving at {address} - Ctrl+C ends it")
        for line in (*_who_gets_in(access), *hints):
            typer.echo(line)

    web.serve(app, host, settings.port, announce=announce, tls=tls)


def _who_gets_in(access: Access | None) -> Sequence[str]:
    """Say what whoever starts a service must not be mistaken about."""
    if access is None:
        return (
            "NOBODY HAS TO SIGN IN: whoever uses this machine reads and writes everything.",
            "Add people, and start again: uxo user add NAME --role admin",
        )
    if not any(not person.disabled for person in access.people.list()):
        return ("Nobody can sign in yet. Add people with: uxo user add NAME --role admin",)
    return ()
