import io
import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
import shapely
import typst
from PIL import Image

from tests.publish.scene import HOSTILE
from tests.publish.sheet_scene import cut, holds, pdf_pages, pdf_text, sheet, text_pixels
from uxo.errors import MissingPart
from uxo.publish.language import Catalogue, ltr
from uxo.publish.sheets.content import BlockingPlace, Spot
from uxo.publish.sheets.frame import MARGIN_MM, Frame, Paper
from uxo.publish.sheets.labels import badges
from uxo.publish.sheets.map_svg import map_svg, swatch_svg
from uxo.publish.sheets.page import page_of
from uxo.publish.sheets.render import sheets_pdf, sheets_png
from uxo.vocabulary import Status

MM_PER_POINT = 25.4 / 72.0


@pytest.fixture(scope="module", params=["en", "ar"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def pdf(language: str) -> bytes:
    return sheets_pdf([sheet()], language=language, paper=Paper.A4)


def test_every_page_is_the_paper_with_a_white_border(pdf: bytes) -> None:
    for pixels in pdf_pages(pdf):
        height, width = pixels.shape
        assert (width, height) == pytest.approx((210 / MM_PER_POINT, 297 / MM_PER_POINT), abs=1)
        border = int((MARGIN_MM - 1.0) / MM_PER_POINT)
        inner = np.zeros_like(pixels, dtype=bool)
        inner[border:-border, border:-border] = True
        assert (pixels[~inner] > 250).all()


def test_a3_is_larger_and_shows_the_ground_at_a_larger_scale() -> None:
    made = sheets_pdf([sheet(Paper.A3)], language="en", paper=Paper.A3)
    assert pdf_pages(made)[0].shape == pytest.approx(
        (420 / MM_PER_POINT, 297 / MM_PER_POINT), abs=1
    )
    assert sheet(Paper.A3).map.frame.scale < sheet(Paper.A4).map.frame.scale


SAID = (
    "7K2M-9QXT-4R1B", "2026-12-05", "2026-11-21 14:35 UTC", "36.20500 N 37.15462 E",
    "37S CA 34103 08264", "1:50,000", "415\u2013484",
)  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_a_sheet_says_all_that_a_print_must_say(said: str) -> None:
    assert said in pdf_text(sheets_pdf([sheet()], language="en", paper=Paper.A4))
    # The order of text taken out of an Arabic PDF proves nothing: what was set is looked at.
    told = json.dumps(page_of(sheet(), Catalogue.load("ar"), Paper.A4), ensure_ascii=False)
    assert ltr(said) in told


def test_an_english_sheet_warns_and_says_that_it_is_an_exercise() -> None:
    text = pdf_text(sheets_pdf([sheet()], language="en", paper=Paper.A4))
    text = " ".join(text.split())
    words = Catalogue.load("en")
    assert words.format("sheet-warning") in text
    assert words.format("sheet-exercise") in text
    real = sheets_pdf([sheet(exercise=False)], language="en", paper=Paper.A4)
    assert words.format("sheet-exercise") not in pdf_text(real)


def test_equal_sheets_are_equal_bytes(pdf: bytes, language: str) -> None:
    assert sheets_pdf([sheet()], language=language, paper=Paper.A4) == pdf


def test_a_png_holds_every_page_below_the_other() -> None:
    one = Image.open(io.BytesIO(sheets_png([sheet()], language="ar", paper=Paper.A4, ppi=40)))
    two = Image.open(io.BytesIO(sheets_png([sheet()] * 2, language="ar", paper=Paper.A4, ppi=40)))
    assert (two.width, two.height) == (one.width, 2 * one.height)


def test_there_is_no_sheet_in_a_language_without_a_catalogue() -> None:
    with pytest.raises(MissingPart, match="no catalogue"):
        sheets_pdf([sheet()], language="fr", paper=Paper.A4)


# What people wrote stays text.


@pytest.mark.parametrize(
    "name", ["#panic()", "#[x] \\", '"]; #read("/etc/passwd")', "*b* _i_ $1$ `c` <l> @r", *HOSTILE]
)
def test_a_name_that_looks_like_markup_stays_text(name: str) -> None:
    place = replace(sheet().blocking[0], road_name=name, road_id=name)
    hostile = sheet(title=name, title_ar="", blocking=(place,), attribution=(name,))
    data = page_of(hostile, Catalogue.load("en"), Paper.A4)
    assert "<" not in data["map"]["svg"].replace("<svg", "").replace("<path", "").replace(
        "</", ""
    ).replace("<g", "").replace("<defs", "").replace("<clipPath", "").replace("<rect", "")
    text = pdf_text(sheets_pdf([hostile], language="en", paper=Paper.A4))
    # A reader of PDF text drops spaces and directions; the letters must be there twice at least.
    letters = "".join(letter for letter in name if letter.isascii() and letter.isalnum())
    found = "".join(letter for letter in text if letter.isascii() and letter.isalnum())
    assert found.count(letters) >= 2


def test_the_map_is_shapes_and_numbers_alone() -> None:
    drawn = map_svg(sheet().map)
    assert "<text" not in drawn
    assert "Old Market" not in drawn


# Arabic.


def test_arabic_letters_are_joined() -> None:
    joined = text_pixels("حلب")
    apart = text_pixels("ح\u200cل\u200cب")
    assert joined.shape[1] < apart.shape[1]
    # Joined letters are one stroke, but for the dots: no white column runs through them.
    assert (joined < 200).any(axis=0).all()
    assert not (apart < 200).any(axis=0).all()


@pytest.mark.parametrize(
    "written",
    ["2026-11-21", "2026-11-21 14:35 UTC", "1:50,000", "36.20210 N 37.16150 E", "415-484"],
)
def test_what_must_not_be_turned_around_reads_in_arabic_as_it_does_alone(written: str) -> None:
    alone = text_pixels(written, direction="ltr")
    assert holds(text_pixels(f"الحالة في {ltr(written)} اليوم"), alone)


def test_without_isolation_a_date_would_be_turned_around() -> None:
    alone = text_pixels("2026-11-21", direction="ltr")
    assert not holds(text_pixels("الحالة في 2026-11-21 اليوم"), alone)


def test_an_arabic_sheet_reads_from_the_right() -> None:
    arabic, english = (
        pdf_pages(sheets_pdf([sheet()], language=one, paper=Paper.A4))[0] for one in ("ar", "en")
    )
    # The issue number, at the end of the line of the heading: left in Arabic, right in English.
    heading = slice(int(17 / MM_PER_POINT), int(27 / MM_PER_POINT))
    left, right = slice(28, 140), slice(-140, -28)
    title_ink = [(page[heading, left] < 128).sum() for page in (arabic, english)]
    issue_ink = [(page[heading, right] < 128).sum() for page in (arabic, english)]
    assert title_ink[0] != title_ink[1]
    assert issue_ink[0] != issue_ink[1]
    assert page_of(sheet(), Catalogue.load("ar"), Paper.A4)["dir"] == "rtl"


# Lines in black and white.


def _one_bit(status: Status) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Print the legend's line of a status with black toner only."""
    source = (
        "#set page(width: 16mm, height: 4.4mm, margin: 0mm)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 16mm)'
    )
    compiler = typst.Compiler(source.encode(), sys_inputs={"svg": swatch_svg(status, 16.0, 4.4)})
    made = compiler.compile(format="png", ppi=300)
    assert isinstance(made, bytes)
    # Darker than three quarters is ink: what a copier makes of a coloured line.
    return np.asarray(Image.open(io.BytesIO(made)).convert("L")) < 192


def test_the_lines_differ_in_one_bit_black_wherever_they_are_cut() -> None:
    drawn = {status: _one_bit(status) for status in Status}
    for one, two in itertools.combinations(Status, 2):
        apart = min(
            np.logical_xor(drawn[one], np.roll(drawn[two], shift, axis=1)).sum()
            / max(drawn[one].sum(), drawn[two].sum())
            for shift in range(0, drawn[two].shape[1], 4)
        )
        assert apart > 0.15, (one.word, two.word, apart)


# The frame and what is on it.


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ([37.15, 37.16], [36.20, 36.24]),
        ([37.15, 37.15], [36.20, 36.20]),
        ([179.99, -179.99], [-16.5, -16.6]),
        ([0.0, 3.0], [60.0, 62.0]),
    ],
)
def test_all_that_a_sheet_is_about_lies_in_the_frame(
    lon: list[float], lat: list[float], paper: Paper
) -> None:
    frame = Frame.around(np.array(lon), np.array(lat), paper)
    x, y = frame.to_mm(np.array(lon), np.array(lat))
    assert ((x > 0) & (x < frame.width_mm) & (y > 0) & (y < frame.height_mm)).all()
    assert y[np.argmax(lat)] <= y[np.argmin(lat)]  # north is up
    assert 10.0 <= frame.bar_mm <= 45.0


def test_a_millimetre_on_paper_is_what_the_scale_says() -> None:
    frame = Frame.around(np.array([37.15, 37.16]), np.array([36.2, 36.2]), Paper.A4)
    x, y = frame.to_mm(np.array([37.15, 37.16]), np.array([36.2, 36.2]))
    assert np.hypot(np.ptp(x), np.ptp(y)) * frame.scale / 1000.0 == pytest.approx(899.0, abs=1.0)


def test_the_window_holds_the_frame_also_across_the_180th_meridian() -> None:
    west, south, east, north = Frame.around(
        np.array([179.99, -179.99]), np.array([-16.5, -16.6]), Paper.A4
    ).window()
    assert west > 179.0
    assert east < -179.0
    assert south < -16.6 < -16.5 < north


def test_a_hazard_of_a_metre_is_drawn_large_enough_to_be_seen() -> None:
    frame = Frame.around(np.array([37.1, 37.2]), np.array([36.2, 36.2]), Paper.A4)
    speck = np.array([shapely.LineString([(37.15, 36.2), (37.15, 36.2)])], object)
    usual = sheet().map
    for status in (Status.CLOSED, Status.CONFIRMED_HAZARD, Status.SUSPECTED_HAZARD):
        ranks = np.array([status], np.uint8)
        drawn = map_svg(replace(usual, frame=frame, lines=speck, ranks=ranks, outlines=()))
        start, end = drawn.split('<path d="M')[2].split('"')[0].split("L")[:2]
        from_x, to_x = (int(one.split()[0]) for one in (start, end))
        assert to_x - from_x == pytest.approx(140, abs=2)


def test_numbers_stand_beside_their_places_and_never_on_one_another() -> None:
    frame = sheet().map.frame
    spots = [Spot(37.155 + 0.0002 * step, 36.22) for step in range(12)]
    placed = badges([*spots, Spot(50.0, 0.0)], frame)
    assert [one.text for one in placed] == [str(number) for number in range(1, 13)]
    for one, two in itertools.combinations(placed, 2):
        assert np.hypot(one.at_x - two.at_x, one.at_y - two.at_y) >= 4.6
    for one in placed:
        assert np.hypot(one.at_x - one.x, one.at_y - one.y) >= 4.6


def test_a_long_list_goes_on_with_the_marks_of_the_sheet_on_every_page() -> None:
    place: BlockingPlace = sheet().blocking[0]
    text = pdf_text(sheets_pdf([sheet(blocking=(place,) * 40)], language="en", paper=Paper.A4))
    pages = text.count("7K2M-9QXT-4R1B")
    assert pages >= 3
    assert text.count("EXERCISE") == text.count("Do not approach") == pages
    assert f"{pages} / {pages}" in text


def test_cutting_leaves_the_ink() -> None:
    assert cut(np.array([[255, 255, 255], [255, 0, 255]], np.uint8)).shape == (1, 1)
