import re
from collections.abc import Callable

import numpy as np
import pypdfium2  # type: ignore[import-untyped]  # ships no types
import pytest
from playwright.sync_api import Page

from tests.browser.chromium import axe_script
from tests.browser.conftest import Opened
from tests.publish.scene import EAST, HOSTILE, ROADS, WEST, lat_of
from uxo.publish.symbology import LINES

pytestmark = pytest.mark.browser

Open = Callable[..., Opened]
MIDDLE = (WEST + EAST) / 2


def click_road(page: Page, road: str, lon: float = MIDDLE, zoom: int = 17) -> None:
    """Centre the map on a place of a road and click it."""
    lat = lat_of(road)
    page.evaluate(
        "([lat, lon, zoom]) => map_uxo.setView([lat, lon], zoom, {animate: false})",
        [lat, lon, zoom],
    )
    click_at(page, lat, lon)


def click_at(page: Page, lat: float, lon: float) -> None:
    """Click a place that is in view, with the mouse."""
    x, y = page.evaluate(
        """([lat, lon]) => {
          const point = map_uxo.latLngToContainerPoint([lat, lon]);
          const box = document.getElementById("map_uxo").getBoundingClientRect();
          return [box.left + point.x, box.top + point.y];
        }""",
        [lat, lon],
    )
    page.mouse.click(x, y)


def panel_text(page: Page) -> str:
    """Visible text of the panel, without direction controls."""
    panel = page.locator("#uxo-panel")
    panel.wait_for(state="visible")
    return re.sub("[\u2066-\u2069]", "", panel.inner_text())


def test_the_page_opens_from_a_file_and_asks_nobody_for_anything(open_map: Open) -> None:
    opened = open_map()
    outside = [url for url in opened.requests if not url.startswith(("file:", "data:", "blob:"))]
    assert outside == []
    assert len([url for url in opened.requests if url.startswith("file:")]) == 1
    assert opened.faults == []
    assert not opened.page.locator("#uxo-not-loaded").is_visible()


def test_a_click_on_a_red_piece_says_why_and_how_old_that_knowledge_is(open_map: Open) -> None:
    page = open_map().page
    click_road(page, "confirmed")
    text = panel_text(page)
    assert "Confirmed hazard" in text
    assert "Find (mortar bomb), F-1" in text
    assert "The hazard applies here." in text
    assert "It reaches 36 m" in text
    assert "footprint 25 m, position error 5 m, half-width of the road 6 m" in text
    assert "Observed 2026-09-30, 52 days before this map." in text
    assert "Recorded 2026-10-02." in text
    assert "Team T-7" in text
    assert re.search(r"Clicked at 36\.\d{5}, 37\.15\d{3}", text)


def test_a_click_names_the_status_in_a_word(open_map: Open) -> None:
    page = open_map().page
    said = {}
    for road in ROADS:
        click_road(page, road, lon=WEST + 0.0008)
        said[road] = page.locator("#uxo-panel .uxo-status strong").inner_text()
    assert said == {
        "closed": "Closed",
        "confirmed": "Not surveyed",  # its find lies half a kilometre on
        "suspected": "Suspected hazard",
        "empty": "Not surveyed",
        "expired": "Survey expired",
        "surveyed": "Surveyed",
        "reduced": "Reduced",
        "cleared": "Cleared",
        "conflict": "Surveyed",
    }


def test_a_piece_with_a_release_and_a_hazard_says_that_they_conflict(open_map: Open) -> None:
    page = open_map().page
    click_road(page, "conflict", lon=WEST + 0.002)
    text = panel_text(page)
    assert "Conflict: a valid release and a live hazard both apply here." in text
    assert "Position error not recorded" in text


def test_a_click_between_two_pieces_shows_the_hazard_first(open_map: Open) -> None:
    page = open_map().page
    click_road(page, "confirmed", lon=MIDDLE + 0.0012, zoom=13)
    assert page.locator("#uxo-panel .uxo-status strong").inner_text() == "Confirmed hazard"
    page.locator(".uxo-next").click()
    assert page.locator("#uxo-panel .uxo-status strong").inner_text() == "Not surveyed"


def test_a_click_beside_all_roads_repeats_that_nothing_is_known(open_map: Open) -> None:
    page = open_map().page
    page.evaluate("map_uxo.setView([36.2025, 37.155], 17, {animate: false})")
    click_at(page, 36.2025, 37.155)
    assert "Where nothing is recorded, nothing is known." in panel_text(page)


def test_the_legend_lists_all_eight_statuses_with_kilometres(open_map: Open) -> None:
    page = open_map().page
    rows = page.locator("#uxo-legend-table tbody tr")
    assert rows.count() == 8
    assert [row.get_attribute("data-status") for row in rows.all()][:2] == [
        "closed",
        "confirmed_hazard",
    ]
    for row in rows.all():
        assert re.search(r"\d+\.\d", row.locator(".uxo-km").inner_text())
        assert row.locator("canvas").count() == 1


def test_the_language_switches_in_place_and_back(open_map: Open) -> None:
    page = open_map().page
    click_road(page, "confirmed")
    page.locator("#uxo-language").click()
    assert page.evaluate("[document.documentElement.lang, document.body.dir]") == ["ar", "rtl"]
    text = panel_text(page)
    assert "\u062e\u0637\u0631 \u0645\u0624\u0643\u062f" in text
    assert "2026-09-30" in text
    assert not re.search(r"\bhazard\b", text)
    page.locator("#uxo-language").click()
    assert "Confirmed hazard" in panel_text(page)


def test_no_english_is_left_in_the_arabic_page(open_map: Open) -> None:
    page = open_map("ar").page
    page.locator("#uxo-worst summary").click()
    page.locator(".uxo-policy summary").click()
    text = page.locator("body").inner_text()
    words = set(re.findall(r"[A-Za-z]{4,}", text))
    known = {"English", "OpenStreetMap", "contributors", "ODbL", *ROADS}
    hexadecimal = {word for word in words if re.fullmatch(r"[a-f]+", word)}
    assert words - known - hexadecimal == set()


def test_dates_and_ranges_keep_their_order_in_arabic(open_map: Open) -> None:
    page = open_map("ar").page
    click_road(page, "confirmed")
    for text in page.locator("#uxo-panel bdi[dir=ltr], .uxo-dates bdi[dir=ltr]").all():
        assert text.evaluate("node => getComputedStyle(node).direction") == "ltr"
        assert text.evaluate("node => node.getClientRects().length") == 1
    # Where the parts of a range are really drawn: the start is left of the end.
    left, right = page.evaluate(
        """() => {
          const text = [...document.querySelectorAll("#uxo-panel bdi[dir=ltr]")]
            .find((node) => node.textContent.includes("\\u2013")).firstChild;
          const at = (i) => {
            const range = document.createRange();
            range.setStart(text, i);
            range.setEnd(text, i + 1);
            return range.getBoundingClientRect().left;
          };
          return [at(0), at(text.length - 1)];
        }"""
    )
    assert left < right


def test_the_map_stays_left_to_right_in_arabic(open_map: Open) -> None:
    page = open_map("ar").page
    assert page.evaluate("getComputedStyle(document.getElementById('map_uxo')).direction") == "ltr"
    side = page.locator(".uxo-side").bounding_box()
    the_map = page.locator("#map_uxo").bounding_box()
    assert side is not None
    assert the_map is not None
    assert side["x"] < the_map["x"]


def ink(page: Page, pane: str) -> int:
    """How many pixels of a pane's canvas are painted."""
    return int(
        page.evaluate(
            """(pane) => {
              const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
              const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
              return all.data.filter((value, i) => i % 4 === 3 && value > 0).length;
            }""",
            pane,
        )
    )


def test_each_layer_of_evidence_can_be_switched_off_and_on(open_map: Open) -> None:
    page = open_map().page
    for layer in ("finds", "areas", "strikes", "closures", "releases", "places"):
        before = ink(page, f"uxo-{layer}")
        switch = page.locator(f"[data-layer={layer}]")
        assert before > 0, layer
        switch.uncheck()
        assert ink(page, f"uxo-{layer}") == 0, layer
        switch.check()
        assert ink(page, f"uxo-{layer}") == before, layer


def test_the_roads_have_no_switch(open_map: Open) -> None:
    page = open_map().page
    layers = page.locator("#uxo-switches input").evaluate_all(
        "all => all.map(n => n.dataset.layer)"
    )
    assert sorted(layers) == ["areas", "closures", "finds", "places", "releases", "strikes"]


def test_a_hazard_shorter_than_a_pixel_is_still_seen_when_zoomed_out(open_map: Open) -> None:
    page = open_map().page
    seen = page.evaluate(
        """() => {
          map_uxo.setMinZoom(0);
          map_uxo.setView([36.2, 37.155], 9, {animate: false});
          const canvas = document.querySelector(".leaflet-uxo-roads-pane canvas");
          const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          let red = 0;
          for (let i = 0; i < all.length; i += 4) {
            if (all[i] > 120 && all[i + 1] < 60 && all[i + 2] < 70 && all[i + 3] > 200) red += 1;
          }
          return red;
        }"""
    )
    assert seen >= 8


def test_hazards_are_drawn_over_every_other_line(open_map: Open) -> None:
    page = open_map().page
    order = page.evaluate(
        """() => {
          const roads = uxoMap.page.roads;
          const drawn = [];
          const real = roads.drawRank;
          roads.drawRank = (context, view, rank) => { drawn.push(rank); };
          roads.redraw();
          roads.drawRank = real;
          return drawn;
        }"""
    )
    assert order == [7, 6, 5, 4, 3, 2, 1, 0]


def test_no_vertex_of_a_hazard_is_left_out_at_any_zoom(open_map: Open) -> None:
    page = open_map().page
    skipped = page.evaluate(
        """() => {
          const roads = uxoMap.page.roads;
          const asked = {};
          const real = roads.pixels.bind(roads);
          roads.pixels = (chains, chain, view, skip) => {
            asked[roads.chains.indexOf(chains)] = skip;
            return real(chains, chain, view, skip);
          };
          map_uxo.setView([36.22, 37.155], 12, {animate: false});
          delete roads.pixels;
          return [asked[0], asked[1], asked[2]];
        }"""
    )
    assert skipped == [0, 0, 0]


def test_every_pair_of_lines_differs_in_one_bit_black_and_white(open_map: Open) -> None:
    page = open_map().page
    shares = page.evaluate(
        """() => {
          const bits = [...document.querySelectorAll("#uxo-legend-table tbody canvas")].map((c) => {
            const all = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
            const black = [];
            for (let i = 0; i < all.length; i += 4) {
              const light = 0.2126 * all[i] + 0.7152 * all[i + 1] + 0.0722 * all[i + 2];
              black.push(all[i + 3] > 127 && light < 160 ? 1 : 0);
            }
            return { black, width: c.width, height: c.height };
          });
          // The share of black that two lines do not have in common, at their best alignment.
          const apart = (a, b) => {
            let least = 1;
            for (let shift = -20; shift <= 20; shift += 1) {
              let differ = 0;
              let either = 0;
              for (let y = 0; y < a.height; y += 1) {
                for (let x = 24; x < a.width - 24; x += 1) {
                  const p = a.black[y * a.width + x];
                  const q = b.black[y * b.width + x + shift];
                  differ += p !== q;
                  either += p || q;
                }
              }
              least = Math.min(least, differ / either);
            }
            return least;
          };
          const found = [];
          for (let i = 0; i < bits.length; i += 1) {
            for (let j = i + 1; j < bits.length; j += 1) {
              found.push([i, j, apart(bits[i], bits[j])]);
            }
          }
          return found;
        }"""
    )
    assert len(shares) == 28
    nearest = min(shares, key=lambda row: row[2])
    assert nearest[2] > 0.2, nearest


def test_field_text_never_runs_and_is_shown_as_it_is(open_map: Open) -> None:
    opened = open_map("hostile")
    page = opened.page
    page.locator("#uxo-worst summary").click()
    for road in ROADS:
        click_road(page, road, lon=WEST + 0.002)
        panel_text(page)
    page.locator("#uxo-language").click()
    assert page.evaluate("window.hostile") is None
    assert page.locator("#uxo-panel img, #uxo-worst img, footer img, header img").count() == 0
    assert page.locator("h1 bdi").inner_text() == HOSTILE[0]
    assert opened.faults == []


def test_a_direction_override_in_a_name_cannot_turn_the_panel_around(open_map: Open) -> None:
    page = open_map("hostile").page
    click_road(page, "suspected", lon=WEST + 0.002)
    assert "\u202e" not in page.locator("#uxo-panel").inner_text()


def test_script_that_got_in_all_the_same_would_not_run_and_not_call_out(open_map: Open) -> None:
    opened = open_map()
    page = opened.page
    page.evaluate(
        """() => {
          const box = document.createElement("div");
          box.innerHTML = '<img src="data:," onerror="window.hostile=1">';
          document.body.append(box);
          const script = document.createElement("script");
          script.textContent = "window.hostile = 2";
          document.body.append(script);
          const image = new Image();
          image.src = "https://example.org/stolen";
          document.body.append(image);
        }"""
    )
    refused = page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'refused')")
    assert refused == "refused"
    assert page.evaluate("window.hostile") is None
    # Chromium reports what the policy stopped; nothing of it became a request.
    assert len(opened.faults) >= 4
    assert all("Content Security Policy" in fault for fault in opened.faults)


def test_a_phone_of_360_pixels_shows_all_without_scrolling_sideways(open_map: Open) -> None:
    for language in ("en", "ar"):
        page = open_map(language, width=360, height=740).page
        click_road(page, "confirmed")
        page.locator("#uxo-legend summary").click()
        page.locator("#uxo-worst summary").click()
        width = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert width[0] <= width[1]
        assert page.locator("#uxo-panel").is_visible()


def test_a_phone_begins_with_the_legend_folded_and_the_map_in_sight(open_map: Open) -> None:
    page = open_map(width=360, height=740).page
    assert not page.locator("#uxo-legend-table").is_visible()
    box = page.locator("#map_uxo").bounding_box()
    assert box is not None
    assert box["y"] < 370
    assert box["height"] > 300


def test_everything_can_be_reached_and_closed_from_the_keyboard(open_map: Open) -> None:
    page = open_map().page
    page.locator("#uxo-worst summary").focus()
    page.keyboard.press("Enter")
    show = page.locator("#uxo-worst-table button").first
    show.focus()
    page.keyboard.press("Enter")
    assert "Closed" in panel_text(page)
    assert page.evaluate("document.activeElement.id") == "uxo-panel"
    page.keyboard.press("Escape")
    assert not page.locator("#uxo-panel").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"


def test_the_list_of_the_worst_places_gives_reasons_and_dates(open_map: Open) -> None:
    page = open_map().page
    page.locator("#uxo-worst summary").click()
    rows = page.locator("#uxo-worst-table tbody tr")
    assert rows.first.locator("th").inner_text() == "Closed"
    red = rows.filter(has_text="F-1").first.inner_text()
    assert "The hazard applies here." in red
    assert "2026-09-30" in red


def test_paper_has_the_header_the_legend_and_the_map_and_no_buttons(open_map: Open) -> None:
    page = open_map().page
    page.emulate_media(media="print")
    for shown in (".uxo-exercise", ".uxo-dates", "#uxo-legend-table", "#map_uxo", ".uxo-footer"):
        assert page.locator(shown).is_visible(), shown
    assert page.locator("button:visible").count() == 0
    assert ink(page, "uxo-roads") > 0
    wanted = page.evaluate("uxoMap.page.payload.tables.bounds")
    box = page.evaluate("map_uxo.getBounds().toBBoxString()").split(",")
    west, south, east, north = (float(side) for side in box)
    assert west <= wanted[0] < wanted[2] <= east
    assert south <= wanted[1] < wanted[3] <= north
    exact = page.evaluate("getComputedStyle(document.querySelector('canvas')).printColorAdjust")
    assert exact == "exact"
    page.emulate_media(media="screen")
    assert page.locator("#uxo-language").is_visible()


def test_on_paper_every_status_is_seen_and_no_layer_covers_another(open_map: Open) -> None:
    document = pypdfium2.PdfDocument(
        open_map().page.pdf(prefer_css_page_size=True, print_background=True)
    )
    assert len(document) == 1
    paper = document[0].render(scale=3).to_numpy()[..., ::-1].astype(np.int16)
    # The map is left of the legend, whose samples have the same colours.
    drawing = paper[:, : int(paper.shape[1] * 0.7)].reshape(-1, 3)
    for status, style in LINES.items():
        wanted = [int(style.colour[i : i + 2], 16) for i in (1, 3, 5)]
        near = np.abs(drawing - wanted).max(axis=1) < 24
        assert near.sum() >= 20, status.word


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_rules_of_accessibility_find_nothing(open_map: Open, language: str) -> None:
    page = open_map(language).page
    click_road(page, "confirmed")
    page.locator("#uxo-worst summary").click()
    page.locator(".uxo-policy summary").click()
    page.evaluate(axe_script())
    found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
    assert found == []
