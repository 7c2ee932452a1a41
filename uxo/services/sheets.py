"""Print sheets: of a place or of the tasks of a plan, over the status of a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from uxo.publish.sheets.content import SheetContent
from uxo.publish.sheets.frame import Paper
from uxo.publish.sheets.render import sheets_pdf, sheets_png
from uxo.services.live_status import Provenance
from uxo.store.contract import Source


@unique
class Form(StrEnum):
    """What a sheet is written as."""

    PDF = "pdf"
    PNG = "png"


@dataclass(frozen=True, slots=True)
class Printing:
    """How sheets are printed.

    Attributes
    ----------
    form : Form
        PDF, or one picture of all pages.
    language : str
        ``en`` or ``ar``.
    paper : Paper
        On what.
    """

    form: Form
    language: str
    paper: Paper


def print_sheets(sheets: Sequence[SheetContent], printing: Printing) -> bytes:
    """Write sheets as one file.

    Raises
    ------
    MissingPart
        There is no such language, or the fonts were not fetched.
    """
    write = sheets_pdf if printing.form is Form.PDF else sheets_png
    return write(sheets, language=printing.language, paper=printing.paper)


def provenance_of(sources: Sequence[Source]) -> Provenance:
    """Tell from the imports of a store what its sheets must say about them."""
    lines = dict.fromkeys(source.attribution for source in sources if source.attribution)
    return Provenance(tuple(lines), any(source.exercise for source in sources))
