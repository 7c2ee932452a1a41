"""``uxo demo``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import Json
from uxo.cli.output import iso, km_as_json, print_json, print_km, print_table
from uxo.cli.progress import progress_bar
from uxo.cli.serve import Port, serve_store
from uxo.services.demo import DemoSummary, build_demo
from uxo.services.demo_sign_ins import FILE_NAME, DemoSignIn, make_demo_sign_ins
from uxo.settings import load_settings
from uxo.vocabulary import Role

EXAMPLE: Final = "uxo demo --dir demo --port 8000"
_OPENS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.TEAM: "map; records",
        Role.OFFICER: "map, /desk/, /devices",
        Role.REVIEWER: "map, /desk/",
        Role.PLANNER: "map",
        Role.PARTNER: "status only (API)",
        Role.PUBLIC: "nothing yet",
        Role.ADMIN: "/people, /audit, /devices",
    }
)
_HINTS: Final = (
    "Open it and sign in with a name and a password of the table: demo-planner sees the map,",
    "demo-officer the map and the review desk, demo-admin who may sign in and the audit trail.",
)


def run(
    *,
    directory: Annotated[
        Path, typer.Option("--dir", metavar="FOLDER", help="Where store.gpkg and map.html go.")
    ] = Path("demo"),
    port: Port = None,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Build, print and stop; do not serve.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Build a labelled exercise on the real roads of central Aleppo and show it.

    Nothing in it is a real hazard. Its days move with the calendar, so it looks the same whenever
    it is built; a second run on the same day changes nothing on the map. One sign-in of each role
    is made, printed and written to sign-ins.json; each run makes new passwords and tokens. Then
    serves until Ctrl+C, unless told not to by --no-serve.
    """
    settings = load_settings(store=str(directory / "store.gpkg"), port=port)
    directory.mkdir(parents=True, exist_ok=True)
    with wiring.open_store(settings, create=True) as opened:
        with progress_bar() as advance:
            summary = build_demo(
                opened,
                directory=directory,
                policy=wiring.policy_of(settings),
                now=wiring.now(),
                progress=advance,
            )
        with wiring.open_people(settings, create=True) as people:
            access = wiring.serving_access(people, settings)
            made = make_demo_sign_ins(access, directory)
            if as_json:
                print_json(_as_json(summary, made))
            else:
                _print(summary)
                _print_sign_ins(made, directory / FILE_NAME)
            if not no_serve:
                serve_store(opened, settings, as_of=None, access=access, hints=_HINTS)


def _print(summary: DemoSummary) -> None:
    typer.echo("EXERCISE: nothing below is a real hazard.\n")
    digest = summary.result.policy.digest
    print_km(summary.km_by_status, as_of=summary.as_of, digest=digest)
    typer.echo("\nThe worst places (exercise)")
    for number, place in enumerate(summary.worst, start=1):
        typer.echo(
            f"{number:3}. {place.status.word}, {place.length_m:.0f} m: {place.where} "
            f"({place.lat:.5f}, {place.lon:.5f})"
        )
        for reason in place.reasons:
            typer.echo(f"       {reason}")
        if place.reasons_left_out:
            typer.echo(f"       and {place.reasons_left_out} more")
    typer.echo()
    for line in dict.fromkeys(source.attribution for source in summary.sources):
        if line:
            typer.echo(line)
    typer.echo(f"\nThe map: {summary.map_file}")


def _print_sign_ins(made: Sequence[DemoSignIn], path: Path) -> None:
    typer.echo()
    rows = [(one.role.value, one.name, one.password, _OPENS[one.role]) for one in made]
    title = "Sign-ins of this exercise, new with each run; use them for nothing else"
    print_table(title, ["role", "name", "password", "opens"], rows)
    typer.echo(f"The same with a token for programs, for you alone to read: {path}")


def _as_json(summary: DemoSummary, made: Sequence[DemoSignIn]) -> dict[str, object]:
    return {
        "exercise": True,
        "as_of": iso(summary.as_of),
        "policy_digest": summary.result.policy.digest,
        "km": km_as_json(summary.km_by_status),
        "worst": [place.as_json() for place in summary.worst],
        "map": str(summary.map_file),
        "sign_ins": [one.as_json() for one in made],
    }
