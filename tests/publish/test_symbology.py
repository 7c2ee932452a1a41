import colorsys
import itertools

import numpy as np
import pytest

from tests.publish.colour import SIGHT, ciede2000, contrast_on_white, lab, linear
from uxo.publish.symbology import AREAS, LINES, WHITE, as_payload
from uxo.vocabulary import Status

# Published pairs of Sharma, Wu, Dalal 2005, table 1: the difference formula itself is checked.
SHARMA = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "two", "expected"), SHARMA)
def test_the_colour_difference_agrees_with_the_published_pairs(
    one: tuple[float, ...], two: tuple[float, ...], expected: float
) -> None:
    assert ciede2000(np.array(one), np.array(two)) == pytest.approx(expected, abs=1e-4)


def test_every_status_has_a_line() -> None:
    assert set(LINES) == set(Status)


@pytest.mark.parametrize("sight", SIGHT)
def test_statuses_keep_apart_for_every_kind_of_sight(sight: str) -> None:
    seen = {status: lab(style.colour, sight) for status, style in LINES.items()}
    nearest = min(
        (ciede2000(seen[one], seen[two]), one.word, two.word)
        for one, two in itertools.combinations(Status, 2)
    )
    assert nearest[0] >= 16, nearest


@pytest.mark.parametrize("status", Status)
def test_every_line_stands_out_from_white_paper(status: Status) -> None:
    assert contrast_on_white(LINES[status].colour) >= 3.0


@pytest.mark.parametrize("status", Status)
def test_no_status_is_green(status: Status) -> None:
    hue, _, saturation = colorsys.rgb_to_hls(*linear(LINES[status].colour))
    assert not (0.2 < hue < 0.47 and saturation > 0.15)


def test_every_pair_of_statuses_differs_in_pattern_and_not_only_in_colour() -> None:
    patterns = {
        (
            tuple((s.width_px, s.dash_px, s.colour == WHITE) for s in style.strokes),
            style.cross_every_px,
        )
        for style in LINES.values()
    }
    assert len(patterns) == len(Status)


@pytest.mark.parametrize("status", Status)
def test_every_line_has_a_white_casing(status: Status) -> None:
    casing, *rest = LINES[status].strokes
    assert casing.colour == WHITE
    assert all(casing.width_px > stroke.width_px for stroke in rest if not stroke.dash_px)


def test_hazardous_areas_have_the_fills_of_the_technical_note() -> None:
    fills = {name: (style.fill, style.opacity) for name, style in AREAS.items()}
    assert fills["confirmed_area"] == ("#ff0000", 0.5)
    assert fills["suspected_area"] == ("#f4a718", 0.5)


def test_the_page_gets_the_lines_in_the_order_of_the_ranks() -> None:
    lines = as_payload()["lines"]
    assert isinstance(lines, list)
    assert [line["colour"] for line in lines] == [LINES[status].colour for status in Status]
