"""``uxo backup``."""

from pathlib import Path
from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import Json, StoreUrl
from uxo.cli.output import print_json
from uxo.cli.progress import progress_bar
from uxo.settings import load_settings

EXAMPLE: Final = "uxo backup copy-of-today.gpkg"


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy; must not exist yet.")],
    *,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Write a consistent copy of the store, also while others write to it.

    The copy holds everything, finds and teams too: keep it on an encrypted disk. The signing key
    is not in it.
    """
    with wiring.read_store(load_settings(store=store)) as opened, progress_bar() as advance:
        advance("copying", 0, None)
        opened.backup(file)
    size = file.stat().st_size
    if as_json:
        print_json({"file": str(file), "bytes": size})
    else:
        typer.echo(f"{file}: {size} bytes")
