"""``uxo serve``."""

from datetime import datetime
from importlib import import_module
from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import AsOf, PolicyFile, StoreUrl
from uxo.services.live_status import LiveStatusService
from uxo.services.who import open_to_all
from uxo.settings import Settings, load_settings
from uxo.store.contract import Store

EXAMPLE: Final = "uxo serve --store sqlite:///survey.gpkg --port 8000"

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Default: UXO_PORT, else 8000.")]


def run(
    *,
    store: StoreUrl = None,
    policy: PolicyFile = None,
    as_of: AsOf = None,
    host: Annotated[
        str, typer.Option(help="Only 127.0.0.1 until sign-in exists; another is refused.")
    ] = "127.0.0.1",
    port: Port = None,
) -> None:
    """Serve the map and the API at http://127.0.0.1:8000 until Ctrl+C."""
    settings = load_settings(store=store, policy=policy, port=port)
    with wiring.open_store(settings) as opened:
        serve_store(opened, settings, as_of=as_of, host=host)


def serve_store(
    opened: Store,
    settings: Settings,
    *,
    as_of: datetime | None,
    host: str = "127.0.0.1",
    title: str = "",
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

    Raises
    ------
    Refused
        The address could be reached from another machine, or the port is taken.
    """
    # The command line and the web service are siblings that do not import each other; this is the
    # one place where the one starts the other, so it names it by text.
    web = import_module("uxo.web.serve")
    web.check_host(host)
    service = LiveStatusService(
        opened,
        policy=wiring.policy_of(settings),
        clock=wiring.now,
        new_id=wiring.new_id,
        as_of=as_of,
        title=title,
    )
    who = open_to_all(settings.team)
    app = import_module("uxo.web.app").create_app(service, who_of=lambda _: who)
    web.serve(app, host, settings.port, announce=_announce)


def _announce(address: str) -> None:
    typer.echo(f"Serving at {address} - Ctrl+C ends it")
