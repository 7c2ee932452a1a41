"""A planner who was told nothing: from the sign-in to the Arabic sheet, on real roads."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from tests.browser.planner import ready, shown
from tests.web.served import served
from uxo import wiring
from uxo.cli.app import app
from uxo.services.live_status import LiveStatusService
from uxo.settings import load_settings
from uxo.web.app import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE_MS = 30_000
FROM = "36.19500, 37.16500"  # in a quarter of the south-east
TO, FAR_OFF, UNKNOWN = "C1007", "C7368", "C7401"  # Aleppo; two whose roads are not in the demo
UNKNOWN_TOO = ("not_surveyed", "survey_expired", "suspected_hazard")


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The demo's store behind its sign-in; gives the address and the planner's sign-in."""
    made = CliRunner().invoke(app, ["demo", "--dir", str(tmp_path), "--no-serve", "--json"])
    assert made.exit_code == 0, made.output
    (planner,) = [one for one in json.loads(made.stdout)["sign_ins"] if one["role"] == "planner"]
    settings = load_settings(store=str(tmp_path / "store.gpkg"))
    with wiring.open_store(settings) as store, wiring.open_access(settings) as access:
        service = LiveStatusService(
            store, policy=wiring.policy_of(settings), clock=wiring.now, new_id=wiring.new_id
        )
        with served(create_app(service, access, phones=wiring.phones_of(store, settings))) as url:
            yield url, planner


@pytest.fixture
def page(browser: Browser, centre: tuple[str, dict[str, str]]) -> Iterator[Page]:
    url, planner = centre
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    opened.goto(f"{url}/")
    opened.fill("#name", planner["name"])
    opened.fill("#password", planner["password"])
    opened.click("button[type=submit]")
    ready(opened)
    yield opened
    context.close()


def households(folder: Path) -> Path:
    file = io.StringIO()
    csv.writer(file).writerows([["pcode", "households"], [TO, 5200], [FAR_OFF, 410], [UNKNOWN, ""]])
    path = folder / "households.csv"
    path.write_text(file.getvalue(), encoding="utf-8")
    return path


def test_a_planner_finds_the_way_what_blocks_it_what_to_clear_and_prints_the_arabic_sheet(
    page: Page, tmp_path: Path
) -> None:
    # Over what is released there is no way, and the page says what would open one.
    page.locator("#tab-way").click()
    page.locator("#way-from").fill(FROM)
    page.keyboard.press("Enter")
    page.locator("#way-to").fill("حلب")
    page.keyboard.press("Enter")
    page.locator(f'#way [data-pcode="{TO}"]').click()
    page.locator("#way-ask").click()
    expect(page.locator("#way")).to_contain_text(
        "There is no way over what is allowed.", timeout=PATIENCE_MS
    )
    assert page.locator("#way-answer .blocking > li").count() >= 1

    # The planner decides to allow more, and is told what that means in metres of each status.
    for status in UNKNOWN_TOO:
        page.locator(f'#way input[value="{status}"]').check()
    page.locator("#way-ask").click()
    least = page.locator('[data-way="least"]')
    expect(least).to_contain_text("Least risk", timeout=PATIENCE_MS)
    assert re.search(r"Suspected hazard|Not surveyed", least.inner_text())

    # It is kept as a return route, whose page names the worst piece and what blocks it.
    page.locator("#route-name").fill("South-east to Aleppo")
    page.locator("#route-keep button[type=submit]").click()
    expect(page.locator("#routes h2")).to_have_text("South-east to Aleppo", timeout=PATIENCE_MS)
    told = shown(page, "#routes")
    assert "Suspected hazard" in told
    assert "What blocks it" in told

    # What to clear first: tasks in their order, each with whom it reconnects.
    page.locator("#tab-plan").click()
    page.locator("#plan-budget").fill("2000000")
    page.locator("#plan-households").set_input_files(households(tmp_path))
    page.locator("#plan-ask").click()
    expect(page.locator('[data-task="1"]')).to_be_visible(timeout=PATIENCE_MS)
    assert re.search(r"Households reconnected: [1-9]", shown(page, "#plan-answer"))
    assert "Communities whose households are not known: 1" in shown(page, "#plan-answer")

    # The sheet for the checkpoint, in Arabic.
    page.locator("#language").click()
    page.locator("#tab-routes").click()
    sheet = page.locator('#routes a[href*="sheet.pdf"][href*="paper=a4"]')
    assert "lang=ar" in str(sheet.get_attribute("href"))
    answer = page.request.get(
        f"{page.url.split('/#')[0].split('/?')[0]}{sheet.get_attribute('href')}"
    )
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")
