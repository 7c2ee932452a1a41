"""A sheet of the nine roads of the map's scene, and pages as pixels."""

import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2  # type: ignore[import-untyped]  # ships no types
import shapely
import typst
from PIL import Image

from tests.publish.scene import EAST, SOUTH, WEST, usual_result
from uxo.publish.sheets.content import (
    BlockingPlace,
    Community,
    Limit,
    MapContent,
    Outline,
    RouteFacts,
    SheetContent,
    Spot,
    Subject,
    Tier,
    Why,
)
from uxo.publish.sheets.fonts import FAMILIES, sheet_fonts
from uxo.publish.sheets.frame import Frame, Paper
from uxo.vocabulary import Category, Kind, Status

Pixels = npt.NDArray[np.uint8]


def sheet(paper: Paper = Paper.A4, **changes: Any) -> SheetContent:  # noqa: ANN401  # its fields
    """A route over all nine roads, on the internal tier."""
    result = usual_result()
    lines = result.geometries()
    at = shapely.get_coordinates(lines)
    frame = Frame.around(at[:, 0], at[:, 1], paper)
    nothing = np.empty(0, object), np.empty(0, np.uint8)
    place = BlockingPlace(
        Status.CONFIRMED_HAZARD, "confirmed", "", 415.2, 484.0,
        Spot(37.15462, 36.205), Spot(37.15538, 36.205), Spot(37.155, 36.205),
        (Why("F-1", Kind.FIND, Category.MORTAR),),
    )  # fmt: skip
    usual = SheetContent(
        subject=Subject.ROUTE,
        tier=Tier.INTERNAL,
        title="Old Market road",
        title_ar="طريق السوق القديم",
        issue="7K2M-9QXT-4R1B",
        as_of=result.as_of,
        known_at=result.known_at,
        rely_until=date(2026, 12, 5),
        rely_limit=Limit.AGE,
        sheet_days=14.0,
        oldest=date(2026, 10, 1),
        vouched=False,
        metres={status: km * 1000.0 for status, km in result.km_by_status().items()},
        blocking=(place,),
        left_out=0,
        left_out_m=0.0,
        map=MapContent(
            frame, lines, result.status, *nothing,
            (Outline("confirmed_area", shapely.box(WEST, SOUTH, WEST + 0.002, EAST), 20.0),),
            (Community(Spot(37.155, 36.206), "Old Market", "السوق القديم"),),
        ),
        policy_digest=result.policy.digest,
        exercise=True,
        attribution=("(c) OpenStreetMap contributors, ODbL 1.0",),
        route=RouteFacts(
            on_foot=False, households=None, season="winter",
            start=Community(Spot(37.15, 36.2), "Old Market", "السوق القديم"),
        ),
    )  # fmt: skip
    return replace(usual, **changes)


def pdf_pages(pdf: bytes, scale: float = 1.0) -> list[Pixels]:
    """Draw the pages of a PDF with another program than the one that wrote it."""
    document = pypdfium2.PdfDocument(pdf)
    return [np.asarray(page.render(scale=scale).to_pil().convert("L")) for page in document]


def pdf_text(pdf: bytes) -> str:
    """Take the text out of a PDF, page by page."""
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def text_pixels(text: str, *, direction: str = "rtl") -> Pixels:
    """Set one line with the sheets' fonts and cut off the white around it."""
    source = (
        "#let d = json(bytes(sys.inputs.d))\n"
        "#set page(width: 200mm, height: 30mm, margin: 5mm)\n"
        f'#set text(font: d.fonts, size: 14pt, dir: {direction}, lang: "ar")\n#d.text'
    )
    compiler = typst.Compiler(
        source.encode(), font_paths=sheet_fonts().found, ignore_system_fonts=True,
        sys_inputs={"d": json.dumps({"fonts": FAMILIES, "text": text})},
    )  # fmt: skip
    made = compiler.compile(format="png", ppi=150)
    assert isinstance(made, bytes)
    return cut(np.asarray(Image.open(io.BytesIO(made)).convert("L")))


def cut(pixels: Pixels) -> Pixels:
    """Cut off the white around a picture."""
    ink = pixels < 250
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def holds(whole: Pixels, part: Pixels) -> bool:
    """Tell whether a picture stands in another, but for the smoothing of its edges."""
    height, width = part.shape
    best = 255.0
    wanted = part.astype(np.float64)
    for top in range(whole.shape[0] - height + 1):
        for left in range(whole.shape[1] - width + 1):
            found = whole[top : top + height, left : left + width]
            best = min(best, float(np.abs(found - wanted).mean()))
    return best < 25.0  # turned around it is above 40
