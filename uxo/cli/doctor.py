"""``uxo doctor``."""

from pathlib import Path
from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import Json, StoreUrl
from uxo.cli.output import iso, print_json, print_table
from uxo.services.certificates import TeamCa, fingerprint, make_team_ca
from uxo.services.check_installation import Places, check_installation
from uxo.services.renewal import renew_server
from uxo.settings import Settings, load_settings

EXAMPLE: Final = "uxo doctor --make-ca --name desk.local --name 192.168.1.20"


def run(  # each is an option of the contract
    *,
    make_ca: Annotated[
        bool,
        typer.Option("--make-ca", help="Make an authority of the team and a certificate from it."),
    ] = False,
    name: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Name or address under which phones reach this machine; repeat it."
        ),
    ] = None,
    renew: Annotated[
        bool,
        typer.Option("--renew", help="Renew the certificate; phones have nothing to install."),
    ] = False,
    ca_key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The authority's key, where it is kept elsewhere."),
    ] = None,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Check this installation: programs, files, who may open them, certificates.

    With --renew, write a new certificate of the service from the team's authority, with the names
    of the old one; start the service again after it. With --make-ca, make what
    `uxo serve --https` needs. The authority can vouch for the given names only. Phones install its
    certificate from the page /trust. Ends with status 1 when something is to be done.
    """
    settings = load_settings(store=store)
    if make_ca != bool(name):
        msg = "give --make-ca and --name together"
        raise typer.BadParameter(msg)
    if (make_ca and renew) or (ca_key is not None and not renew):
        msg = "--ca-key goes with --renew, and --renew not with --make-ca"
        raise typer.BadParameter(msg)
    if renew:
        _renew(settings, ca_key, as_json=as_json)
        return
    if make_ca:
        _make(settings, name or [], as_json=as_json)
        return
    places = Places(
        store=wiring.store_path(settings.store),
        people=wiring.people_path(settings),
        tls=wiring.tls_folder(settings),
    )
    findings = check_installation(places, wiring.now())
    if as_json:
        print_json([one.as_json() for one in findings])
    else:
        rows = [(one.check, "in order" if one.ok else "TO DO", one.said) for one in findings]
        print_table("This installation", ["check", "", "found"], rows)
    if not all(one.ok for one in findings):
        raise typer.Exit(1)


def _renew(settings: Settings, ca_key: Path | None, *, as_json: bool) -> None:
    team = TeamCa.in_folder(wiring.tls_folder(settings))
    end = renew_server(team, wiring.now(), ca_key)
    if as_json:
        print_json({"server": str(team.server), "valid_until": iso(end)})
        return
    typer.echo(f"Renewed {team.server}, valid until {end:%Y-%m-%d}. Start the service again.")


def _make(settings: Settings, names: list[str], *, as_json: bool) -> None:
    made = make_team_ca(wiring.tls_folder(settings), names, wiring.now())
    digest = fingerprint(made.ca.read_bytes())
    if as_json:
        files = {"ca": str(made.ca), "server": str(made.server), "key": str(made.server_key)}
        print_json({**files, "names": names, "fingerprint_sha256": digest})
        return
    typer.echo(f"Made {made.server} for {', '.join(names)}")
    typer.echo(f"Phones install {made.ca}. Its fingerprint (SHA-256), to be compared:\n{digest}")
    typer.echo(f"Keep {made.ca_key} off this machine until a certificate is renewed.")
