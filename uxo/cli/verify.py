"""``uxo verify``."""

from typing import Final

import typer

from uxo import wiring
from uxo.cli.options import Json, StoreUrl
from uxo.cli.output import print_json
from uxo.cli.progress import progress_bar
from uxo.settings import load_settings

EXAMPLE: Final = "uxo verify --store sqlite:///survey.gpkg"


def run(*, store: StoreUrl = None, as_json: Json = False) -> None:
    """Walk the log's hash chains, check every signature and every imported row.

    Names the first event that was changed, removed or moved, and then ends with status 1.
    """
    with wiring.read_store(load_settings(store=store)) as opened, progress_bar() as advance:
        advance("checking", 0, None)
        report = opened.verify()
    if as_json:
        print_json({"ok": report.ok, "checked": report.checked, "first_bad": report.first_bad})
    elif report.ok:
        typer.echo(f"the log is whole: {report.checked} checked")
    else:
        typer.echo(f"the log was changed; first: {report.first_bad}", err=True)
    if not report.ok:
        raise typer.Exit(1)
