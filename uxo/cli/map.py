"""``uxo map``."""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from uxo import wiring
from uxo.cli.options import AsOf, Json, KnownAt, PolicyFile, StoreUrl
from uxo.cli.out import check_out
from uxo.cli.output import print_json
from uxo.cli.progress import progress_bar
from uxo.publish.whole_file import whole_file
from uxo.services.draw_map import draw_map_of_store
from uxo.settings import load_settings

EXAMPLE: Final = "uxo map --out status.html --lang ar"


def run(  # noqa: PLR0913  # each is an option of the contract
    *,
    out: Annotated[Path, typer.Option(metavar="FILE.html", help="The page to write.")],
    lang: Annotated[
        Literal["en", "ar"] | None,
        typer.Option(help="Language that the page opens in. Default: UXO_LANG, else en."),
    ] = None,
    title: Annotated[str, typer.Option(metavar="TEXT", help="Heading of the page.")] = "",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    policy: PolicyFile = None,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Draw one self-contained map page of the store; it opens without a network.

    The page carries both languages, every reason and every attribution line. It holds all
    evidence of the store: it is no page for the public.
    """
    settings = load_settings(store=store, policy=policy, lang=lang)
    check_out(out, [wiring.store_path(settings.store)])
    moment = wiring.now()
    with wiring.read_store(settings) as opened, progress_bar() as advance:
        advance("drawing", 0, None)
        page = draw_map_of_store(
            opened,
            policy=wiring.policy_of(settings),
            as_of=as_of or moment,
            known_at=known_at or moment,
            language=settings.lang,
            title=title,
        )
    with whole_file(out) as part:
        part.write_text(page, encoding="utf-8")
    size = out.stat().st_size
    if as_json:
        print_json({"file": str(out), "bytes": size, "language": settings.lang})
    else:
        typer.echo(f"{out}: {size} bytes")
