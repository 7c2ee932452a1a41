"""``uxo init``."""

from typing import Final

import typer

from uxo import wiring
from uxo.cli.options import Json, StoreUrl
from uxo.cli.output import print_json
from uxo.services.start_store import start_store
from uxo.settings import load_settings

EXAMPLE: Final = "uxo init --store sqlite:///survey.gpkg"


def run(*, store: StoreUrl = None, as_json: Json = False) -> None:
    """Create a store, or bring one of an older version up to date.

    The store is one file; the key with which this device signs lies beside it (FILE.key, readable
    by its owner only). Running it on a store that is up to date changes nothing.
    """
    settings = load_settings(store=store)
    with wiring.open_store(settings, create=True) as opened:
        held = start_store(opened, wiring.store_path(settings.store))
    if as_json:
        print_json(held.as_json())
        return
    typer.echo(f"{held.path}: ready")
    for layer, rows in held.rows.items():
        typer.echo(f"  {layer}: {rows}")
