"""The planner's page in a real browser, over a real service and a real store."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import axe_script
from tests.browser.planner import Centre, Open, colours, ink, ready, shown, until, with_neighbours
from tests.web.scene import Clock, find, live_service, open_scene
from tests.web.served import served
from uxo.services.record_evidence import EvidenceFeature
from uxo.web.app import create_app

pytestmark = pytest.mark.browser

SOUTH = "#map=16/36.20000/37.15500"
WAY = "&tab=way&from=37.160000,36.210000&to=37.150500,36.200000"
EVERYTHING = "&allow=suspected_hazard,not_surveyed,survey_expired,surveyed,reduced,cleared"


@contextmanager
def running(folder: Path) -> Iterator[Centre]:
    clock = Clock()
    with open_scene(folder / "scene.gpkg", clock) as store:
        service = live_service(store, clock)
        with served(create_app(service)) as address:
            yield Centre(address, service)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A service in which no test records anything."""
    with running(tmp_path_factory.mktemp("planner")) as one:
        yield one


@pytest.fixture
def own_centre(tmp_path: Path) -> Iterator[Centre]:
    """A service of one test."""
    with running(tmp_path) as one:
        yield one


@pytest.fixture
def planner(browser: Browser, centre: Centre) -> Iterator[Open]:
    """Open the page; what goes wrong in it, or leaves the machine, fails the test."""
    contexts, faults = [], []

    def open_one(
        fragment: str = "",
        lang: str = "en",
        *,
        scheme: str = "light",
        width: int = 1280,
        at: Centre = centre,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-GB",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda one: None if one.url.startswith(at.address) else faults.append(one.url),
        )
        with_neighbours(page)
        page.goto(f"{at.address}/?lang={lang}{fragment}")
        ready(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [url for url in faults if not url.startswith("data:")] == []


@pytest.fixture
def page(planner: Open) -> Page:
    return planner(SOUTH)


def test_roads_are_drawn_in_the_lines_of_their_status_and_a_new_find_restyles_them(
    planner: Open, own_centre: Centre
) -> None:
    page = planner("#map=15/36.20500/37.15500", at=own_centre)
    assert {"confirmed_hazard", "not_surveyed", "cleared"} <= colours(page)
    before = ink(page)
    own_centre.service.record(EvidenceFeature.model_validate(find(37.1502, 36.2075)))
    page.evaluate("uxoPlanner.map.pens.refresh()")
    page.wait_for_selector("html[data-restyled='1']", timeout=20_000)
    assert ink(page) > before  # the line of a hazard is wider than the dots before it


def test_a_click_tells_the_reasons_and_the_address_keeps_the_place(page: Page) -> None:
    page.evaluate("uxoPlanner.map.map.setView([36.2, 37.152], 16, {animate: false})")
    page.mouse.click(640, 400)
    expect(page.locator("#reasons")).to_contain_text("Confirmed hazard")
    text = shown(page, "#reasons")
    assert "F-1 the hazard applies" in text
    assert "The knowledge about this place is from 2026-03-02" in text
    link = page.url
    assert "&at=36." in link
    page.keyboard.press("Escape")
    assert not page.locator("#reasons").is_visible()
    page.goto("about:blank")
    page.goto(link)
    ready(page)
    assert "Confirmed hazard" in shown(page, "#reasons")


@pytest.mark.parametrize(("lang", "typed", "name"), [
    ("en", "old market", "Old Market"), ("ar", "السوق", "السوق القديم"),
])  # fmt: skip
def test_a_place_is_found_by_name_or_coordinates_and_the_map_goes_there(
    lang: str, typed: str, name: str, planner: Open
) -> None:
    page = planner(SOUTH, lang)
    page.locator("#search").fill(typed)
    page.keyboard.press("Enter")
    found = page.locator('[data-pcode="C1001"]')
    expect(found).to_contain_text(name)
    found.click()
    marks = "uxoPlanner.map.marks.getLayers()"
    marked = f"(([ring]) => [ring.getLatLng().lat, ring.getLatLng().lng])({marks})"
    assert page.evaluate(marked) == [36.205, 37.155]
    page.locator("#search").fill("\u0663\u0666\u066b\u0662\u0661 \u0663\u0667\u066b\u0661\u0666")
    page.keyboard.press("Enter")  # coordinates in Arabic digits, in the same box
    until(page, f"{marked}[0] === 36.21")
    assert page.evaluate(marked) == [36.21, 37.16]


def test_the_name_of_a_place_stands_where_the_place_is(page: Page) -> None:
    until(page, "uxoPlanner.map.places?.names.length > 0")
    told = page.evaluate(
        """() => {
          const { map, places } = uxoPlanner.map;
          const at = places.names.findIndex(([english]) => english === 'Old Market');
          const point = L.point(places.x[at] * 256, places.y[at] * 256);
          return map.distance(L.CRS.EPSG3857.pointToLatLng(point, 0), [36.205, 37.155]);
        }"""
    )
    assert told < 5.0


def test_a_route_is_opened_from_the_list_and_tells_what_blocks_it(page: Page) -> None:
    row = page.locator(".routes > li")
    assert "Confirmed hazard" in re.sub("[\u2066-\u2069]", "", row.inner_text())
    page.locator('[data-route="route-1"]').click()
    expect(page.locator("#routes h2")).to_have_text("South road")
    text = shown(page, "#routes")
    assert "Not surveyed: 820 m" in text
    assert "79 m" in text
    assert "Roads of this route that the newest roads no longer have: 1. r-old" in text
    assert "No road is known on parts of this route: 1, 60 m in all." in text
    assert "Households expected: not known" in text
    assert "Not every piece rests on a valid release." in text
    assert "route=route-1" in page.url
    page.get_by_role("button", name=re.compile("^Show on the map")).click()
    expect(page.locator("#reasons")).to_contain_text("F-1")
    assert page.evaluate("document.activeElement.id") == "reasons"


def test_a_way_that_exists_is_shown_beside_the_shortest(planner: Open) -> None:
    page = planner(f"#on_foot=true{WAY}{EVERYTHING}")
    least = page.locator('[data-way="least"]')
    expect(least).to_contain_text("Least risk")
    text = re.sub("[\u2066-\u2069]", "", least.inner_text())
    assert re.search(r"Length: 2\.\d km", text)
    assert re.search(r"Not surveyed: 1\.\d km", text)
    expect(page.locator('[data-way="shortest"]')).to_contain_text("It is no advice.")
    assert page.locator(".leaflet-uxo-under-pane path").count() >= 3


def test_no_way_names_what_would_open_one(planner: Open) -> None:
    page = planner(f"{SOUTH}{WAY}")
    expect(page.locator("#way")).to_contain_text("There is no way over what is allowed.")
    assert "The least work that would open a way" in shown(page, "#way-answer")
    rows = page.locator("#way-answer .blocking > li")
    assert rows.count() >= 2
    assert "Not surveyed" in re.sub("[\u2066-\u2069]", "", rows.first.inner_text())
    rows.first.get_by_role("button").click()
    expect(page.locator("#reasons")).to_contain_text("Not surveyed")


def test_the_slider_shows_a_day_before_the_find(planner: Open) -> None:
    page = planner(SOUTH)
    assert "confirmed_hazard" in colours(page)
    page.locator("#moment summary").click()
    page.locator("#moment-day").fill("2026-01-10")
    page.wait_for_selector("html[data-restyled]", timeout=20_000)
    assert "confirmed_hazard" not in colours(page)
    assert shown(page, "#past") == "Shown: 2026-01-10, as known today"
    assert "as_of=2026-01-10" in page.url
    page.locator("#moment-now").click()
    expect(page.locator("#past")).to_be_hidden()


def test_a_plan_is_made_and_compared_with_another(planner: Open, tmp_path: Path) -> None:
    page = planner("#tab=plan")
    file = tmp_path / "households.csv"
    file.write_text("pcode,households\nC1001,80\n", encoding="utf-8")
    page.locator("#plan-households").set_input_files(file)
    expect(page.locator("#plan")).to_contain_text("Communities read: ")
    page.locator("#plan-budget").fill("1000000")
    page.locator("#plan-ask").click()
    task = page.locator('[data-task="1"]')
    expect(task).to_contain_text("Old Market", timeout=30_000)
    assert "Households reconnected: 80" in shown(page, "#plan-answer")
    task.get_by_role("button", name=re.compile("^Must not")).first.click()
    page.locator("#plan-keep").click()
    page.locator("#plan-ask").click()
    expect(page.locator(".compared")).to_be_visible(timeout=30_000)


def test_everything_is_reached_from_the_keyboard(planner: Open) -> None:
    page = planner(SOUTH)
    page.locator("#tab-routes").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-way"
    page.locator("#way-from-centre").focus()
    page.keyboard.press("Enter")
    assert page.locator("#way-from").input_value() == "36.20000, 37.15500"
    page.locator("#map").focus()
    page.keyboard.press("ArrowUp")
    until(page, "uxoPlanner.map.map.getCenter().lat > 36.2001")
    page.locator("#tab-way").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#view")).to_contain_text(re.compile("Closed or in a hazard: .?1"))
    page.locator("#view .blocking button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reasons")).to_contain_text("F-1")


@pytest.mark.parametrize(("lang", "scheme", "width", "tab"), [
    ("en", "light", 1280, "way"), ("ar", "dark", 360, "routes"),
])  # fmt: skip
def test_the_page_passes_the_accessibility_rules(
    lang: str, scheme: str, width: int, tab: str, planner: Open
) -> None:
    page = planner(f"{SOUTH}&tab={tab}&at=36.2/37.152", lang, scheme=scheme, width=width)
    page.evaluate(axe_script())
    found = page.evaluate("axe.run()")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_no_english_is_left_in_the_arabic_page(planner: Open) -> None:
    page = planner(f"{SOUTH}&at=36.2/37.152", "ar")
    said = []
    for tab in ("routes", "way", "plan", "view", "legend"):
        page.locator(f"#tab-{tab}").click()
        expect(page.locator("#content > div")).not_to_be_empty()
        # The rule's own sentences and ids are in English, and are marked so.
        page.evaluate("document.querySelectorAll('[lang=en], bdi').forEach((one) => one.remove())")
        said.append(page.locator("#body").inner_text())
    words = set(re.findall(r"[A-Za-z]{4,}", " ".join(said)))
    assert (
        words - {"OpenStreetMap", "contributors", "OCHA", "Aleppo", "pcode", "households"} == set()
    )
