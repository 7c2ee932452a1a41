"""Options of the commands that print sheets, and how a file of sheets is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from uxo import wiring
from uxo.cli.out import check_out
from uxo.cli.output import print_json
from uxo.evidence.routes import Route
from uxo.publish.sheets.content import SheetContent, Tier
from uxo.publish.sheets.frame import Paper
from uxo.publish.whole_file import whole_file
from uxo.services.routes import RouteBook
from uxo.services.sheet_route import route_sheet
from uxo.services.sheets import Form, Printing, print_sheets, provenance_of
from uxo.services.tiles import Moment
from uxo.settings import Settings, load_settings
from uxo.store.contract import Store
from uxo.vocabulary import Layer

SheetOut = Annotated[
    Path | None, typer.Option(metavar="FILE.pdf|FILE.png", help="sheet: the file to write.")
]
SheetLang = Annotated[
    Literal["en", "ar"] | None,
    typer.Option(help="sheet: its language. Default: UXO_LANG, else en."),
]
SheetPaper = Annotated[Paper, typer.Option(help="sheet: size of the paper.")]
SheetTier = Annotated[
    Tier,
    typer.Option(help="sheet: handout shows no find and no team; internal names evidence."),
]


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """What was asked for on the command line.

    Attributes
    ----------
    out : Path or None
        The file; None: none was named.
    lang : str or None
        None: that of the settings.
    paper : Paper
        On what.
    tier : Tier
        Who may hold it.
    """

    out: Path | None
    lang: Literal["en", "ar"] | None
    paper: Paper
    tier: Tier


def form_of(out: Path | None) -> Form:
    """Tell from a file's name what is to be written.

    Raises
    ------
    typer.BadParameter
        There is no name, or it ends otherwise.
    """
    ending = "" if out is None else out.suffix.lower().removeprefix(".")
    if ending not in set(Form):
        msg = "a sheet needs --out FILE.pdf or --out FILE.png"
        raise typer.BadParameter(msg)
    return Form(ending)


def write_sheets(
    sheets: Sequence[SheetContent],
    settings: Settings,
    order: SheetOrder,
    *,
    as_json: bool = False,
    quiet: bool = False,
) -> None:
    """Write sheets into the file that was asked for, and say what number they carry.

    Parameters
    ----------
    sheets : sequence of SheetContent
        At least one.
    settings : Settings
        Name the store, which must not be written over, and the language.
    order : SheetOrder
        How, and where to.
    as_json, quiet : bool
        Say it as JSON; say nothing.
    """
    form = form_of(order.out)
    if order.out is None:
        return  # refused above
    lang = load_settings(store=settings.store, lang=order.lang).lang
    check_out(order.out, [wiring.store_path(settings.store)])
    body = print_sheets(sheets, Printing(form, lang, order.paper))
    with whole_file(order.out) as part:
        part.write_bytes(body)
    numbers = [sheet.issue for sheet in sheets]
    if quiet:
        return
    if as_json:
        told = {"file": str(order.out), "bytes": len(body), "language": lang, "issues": numbers}
        print_json(told | {"tier": order.tier.value, "paper": order.paper.value})
    else:
        typer.echo(f"{order.out}: {len(body)} bytes, issue {', '.join(numbers)}")


def print_route_sheet(  # noqa: PLR0913  # which route, of which moment, and how
    store: Store,
    settings: Settings,
    book: RouteBook,
    route: Route,
    moment: Moment,
    order: SheetOrder,
    *,
    as_json: bool = False,
) -> None:
    """Print the sheet of a route."""
    sheet = route_sheet(
        book.report(route, moment),
        book.status(moment),
        store.state(Layer.PLACES),
        provenance_of(store.sources()),
        tier=order.tier,
        paper=order.paper,
    )
    write_sheets([sheet], settings, order, as_json=as_json)
