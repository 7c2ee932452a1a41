"""Sheets as PDF and PNG, by Typst."""

import io
import json
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, Literal

import typst
from PIL import Image

from uxo.errors import MissingPart
from uxo.publish.assets import asset_text
from uxo.publish.language import Catalogue
from uxo.publish.sheets.content import SheetContent
from uxo.publish.sheets.fonts import sheet_fonts
from uxo.publish.sheets.frame import Paper
from uxo.publish.sheets.page import page_of

PPI: Final = 150.0
"""Pixels of a PNG in an inch: read on a phone, and still sharp when printed."""

_TEMPLATE: Final = "sheets/sheet.typ"
_catalogue = cache(Catalogue.load)  # to read one takes as long as to print a page


def sheets_pdf(sheets: Sequence[SheetContent], *, language: str, paper: Paper) -> bytes:
    """Write sheets as one PDF.

    Parameters
    ----------
    sheets : sequence of SheetContent
        At least one.
    language : str
        ``en`` or ``ar``.
    paper : Paper
        Size of every page.

    Returns
    -------
    bytes
        Equal arguments give equal bytes.

    Raises
    ------
    MissingPart
        There is no such language, or the fonts were not fetched.
    """
    pages = _compiled(sheets, language, paper, "pdf", None)
    return b"".join(pages)


def sheets_png(
    sheets: Sequence[SheetContent], *, language: str, paper: Paper, ppi: float = PPI
) -> bytes:
    """Draw sheets as one picture, page below page; see `sheets_pdf`.

    Parameters
    ----------
    ppi : float
        Pixels in an inch.
    """
    pages = [Image.open(io.BytesIO(one)) for one in _compiled(sheets, language, paper, "png", ppi)]
    width, height = max(page.width for page in pages), sum(page.height for page in pages)
    whole = Image.new("RGB", (width, height), "white")
    top = 0
    for page in pages:
        whole.paste(page.convert("RGB"), (0, top))
        top += page.height
    written = io.BytesIO()
    whole.save(written, "PNG")
    return written.getvalue()


def _compiled(
    sheets: Sequence[SheetContent],
    language: str,
    paper: Paper,
    form: Literal["pdf", "png"],
    ppi: float | None,
) -> list[bytes]:
    words = _catalogue(language)
    data: list[dict[str, Any]] = [page_of(sheet, words, paper) for sheet in sheets]
    compiler = typst.Compiler(
        asset_text(_TEMPLATE).encode("utf-8"),
        font_paths=sheet_fonts().found,
        ignore_system_fonts=True,
        sys_inputs={"sheets": json.dumps(data, ensure_ascii=False)},
    )
    # The moment that it tells of, and not that of printing: equal sheets are equal bytes.
    made = compiler.compile(format=form, ppi=ppi, timestamp=int(sheets[0].known_at.timestamp()))
    if made is None:  # it was asked to write no file
        msg = "the sheet was not made"
        raise MissingPart(msg)
    return made if isinstance(made, list) else [made]
