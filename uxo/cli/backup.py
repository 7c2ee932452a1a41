"""``uxo backup``."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import Json, StoreUrl
from uxo.cli.output import print_json
from uxo.cli.progress import progress_bar
from uxo.services.back_up import Copied, back_up
from uxo.services.who import CONSOLE
from uxo.settings import load_settings
from uxo.vocabulary import Action

EXAMPLE: Final = "uxo backup copy-of-today.gpkg"


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy; must not exist yet.")],
    *,
    store_only: Annotated[
        bool,
        typer.Option(
            "--store-only", help="The store's file alone: no photo, no name, no key of the desk."
        ),
    ] = False,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Write a consistent copy of the store and of what lies beside it, also while others write.

    Beside FILE go the photos (FILE.media), the sign-ins, phones and audit trail (FILE.people) and
    the desk's key (FILE.desk-key), where there are any. Keep them on an encrypted disk. To hand the
    finds to somebody, use --store-only. The signing key is in no copy.
    """
    settings = load_settings(store=store)
    with ExitStack() as opened, progress_bar() as advance:
        people = opened.enter_context(wiring.open_people_if_any(settings))
        advance("copying", 0, None)
        copied = back_up(
            opened.enter_context(wiring.read_store(settings)),
            people,
            wiring.store_path(settings.store),
            file,
            alone=store_only,
        )
        if people is not None:
            audit = wiring.access_to(people).audit
            audit.note(CONSOLE, Action.EXPORT, ", ".join(str(one.path) for one in copied))
    if as_json:
        print_json(_as_json(copied))
        return
    for one in copied:
        files = "" if one.files == 1 else f" in {one.files} files"
        typer.echo(f"{one.path}: {one.size} bytes{files}")


def _as_json(copied: list[Copied]) -> dict[str, object]:
    store, *rest = copied
    return {
        "file": str(store.path),
        "bytes": store.size,
        "beside": [{"path": str(one.path), "bytes": one.size, "files": one.files} for one in rest],
    }
