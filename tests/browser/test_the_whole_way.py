"""From a phone without a link to the planner's map, through a real service with sign-in."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.chromium import FLAGS, find_browser
from tests.browser.field_phone import Phone
from tests.browser.restartable import Restartable
from tests.browser.test_map_page import click_at, panel_text
from tests.people import PASSWORD, Staff, hire, open_people
from tests.services.photos import jpeg
from tests.web.phones import phones_of
from tests.web.scene import Clock, live_service, open_scene
from uxo.services.who import CONSOLE
from uxo.store.people.contract import Sought
from uxo.vocabulary import Layer, Role
from uxo.web.app import create_app

pytestmark = pytest.mark.browser

STANDING = {"latitude": 36.2006, "longitude": 37.159, "accuracy": 6}
"""Some 60 m north of a road on which nothing is recorded here."""


class Centre(Restartable):
    """A centre's service at one port, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        clock = Clock()
        self.store = open_scene(folder / "survey.gpkg", clock)
        self.people = open_people(folder / "survey.gpkg.people")
        self.staff: Staff = hire(self.people, clock)
        phones = phones_of(self.store, clock, folder)
        access = replace(self.staff.access, desk_key=phones.desk_key.jwk)
        app = create_app(live_service(self.store, clock), access, phones=phones)
        super().__init__(app)

    def close(self) -> None:
        super().close()
        self.store.close()
        self.people.close()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    one = Centre(tmp_path)
    yield one
    one.close()


@pytest.fixture
def laptop(field_playwright: Playwright) -> Iterator[Browser]:
    chromium = find_browser()
    browser = field_playwright.chromium.launch(executable_path=chromium.program, args=FLAGS)
    yield browser
    browser.close()


def signed_in(laptop: Browser, centre: Centre, role: Role, page: str) -> Page:
    """Open a page as a person does: by the form that asks first."""
    context = laptop.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB")
    opened = context.new_page()
    opened.goto(centre.origin + page)
    assert "/sign-in" in opened.url
    opened.fill("#name", role.value)
    opened.fill("#password", PASSWORD)
    opened.click("button[type=submit]")
    opened.wait_for_selector("html[data-ready=yes]", timeout=30_000)
    return opened


def reasons_at(page: Page, lon: float, lat: float) -> str:
    page.evaluate("([lat, lon]) => map_uxo.setView([lat, lon], 17, {animate: false})", [lat, lon])
    click_at(page, lat, lon)
    return panel_text(page)


def test_a_find_by_bearing_in_arabic_without_a_link_reaches_the_planners_map(
    centre: Centre, field_playwright: Playwright, laptop: Browser, tmp_path: Path
) -> None:
    before = reasons_at(signed_in(laptop, centre, Role.PLANNER, "/maps/"), 37.159, 36.2)
    assert "Not surveyed" in before

    phone = Phone(
        field_playwright, tmp_path / "disk", f"{centre.origin}/field/",
        locale="ar-IQ", geolocation=STANDING,
    )  # fmt: skip
    phone.set_up(code=centre.staff.access.devices.new_code("EOD-7", by=CONSOLE).code)
    centre.stop()
    phone.find_by_bearing("\u0661\u0668\u0660", "50")  # 180 in Arabic digits
    phone.save()
    phone.kill()
    phone.boot()
    phone.unlock()
    centre.start()
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    phone.sees("li[data-state=received]", "2026-05-01 12:00 UTC")
    evidence = centre.store.state(Layer.EVIDENCE)
    [found] = evidence[evidence["team"] == "EOD-7"].itertuples()
    assert found.position_method == "bearing_distance"

    desk = signed_in(laptop, centre, Role.OFFICER, "/desk/")
    desk.locator(f'#queue button[data-id="{found.id}"]').click()
    desk.wait_for_selector(f'html[data-shown="{found.id}"]')
    desk.keyboard.press("a")
    desk.locator(".confirm").click()
    expect(desk.locator("#said")).to_contain_text("is accepted")
    assert centre.store.get(Layer.EVIDENCE, found.id)["review"].iloc[0] == "accepted"

    after = reasons_at(signed_in(laptop, centre, Role.PLANNER, "/maps/"), 37.159, 36.2)
    assert "Confirmed hazard" in after
    assert found.id in after
    assert re.search("EOD-7", after)
    phone.page.click("#send-now")
    phone.page.wait_for_selector("li[data-state=accepted]")
    assert phone.faults == []
    phone.close()


def carried_file(centre: Centre, playwright: Playwright, folder: Path) -> Path:
    """A find with a photo, logged while the centre is out of reach, as the phone's locked file."""
    phone = Phone(playwright, folder / "disk", f"{centre.origin}/field/", geolocation=STANDING)
    phone.set_up(code=centre.staff.access.devices.new_code("EOD-7", by=CONSOLE).code)
    centre.stop()
    phone.find_by_bearing("180", "50")
    phone.page.click("[data-question=cover][data-answer=buried]")
    phone.page.click("#next")
    phone.page.set_input_files(
        "#photo", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": jpeg(300, 200)}
    )
    phone.page.wait_for_selector("img.photo")
    phone.page.click("#save")
    phone.page.wait_for_selector("main[data-step=saved]")
    phone.page.click("#home")
    phone.page.click("#open-queue")
    with phone.page.expect_download() as download:
        phone.page.click("#export")
    carried = folder / "queue.json"
    download.value.save_as(carried)
    assert phone.faults == []
    phone.close()
    centre.start()
    return carried


def test_a_phone_without_any_link_carries_a_locked_file_and_a_photo_to_the_desk(
    centre: Centre, field_playwright: Playwright, laptop: Browser, tmp_path: Path
) -> None:
    carried = carried_file(centre, field_playwright, tmp_path)
    desk = signed_in(laptop, centre, Role.OFFICER, "/desk/")
    desk.click("#phones-open")
    expect(desk.locator("#phones-list")).to_contain_text("Nothing came from it yet.")
    desk.set_input_files("#phone-file", carried)
    desk.click("#file-form button")
    expect(desk.locator("#file-report li")).to_contain_text(
        [re.compile("Records: .*1.* new"), re.compile("Photos: .*1.* new")]
    )
    expect(desk.locator("#phones-list")).to_contain_text("that it has numbered are here")
    expect(desk.locator("#desk-files-taken li")).to_have_count(1)
    desk.locator("#phones button", has_text="Close").click()
    evidence = centre.store.state(Layer.EVIDENCE)
    [found] = evidence[evidence["team"] == "EOD-7"].itertuples()
    desk.locator(f'#queue button[data-id="{found.id}"]').click()
    desk.wait_for_selector(f'html[data-shown="{found.id}"]')
    told = desk.locator("#told")
    expect(told).to_contain_text("Buried")
    expect(told).to_contain_text("from magnetic north, typed")
    expect(told).to_contain_text("standard deviation")
    photo = desk.locator("#photos img")
    expect(photo).to_have_js_property("naturalWidth", 300)  # a true picture, by its copy
    with desk.expect_download() as original:
        desk.locator("#photos .original").click()
    [kept] = centre.store.photos(entity=found.id)[-1:]
    assert original.value.suggested_filename.startswith(kept.sha256[:16])
    sought = Sought(action="see_original_media")
    seen = [line.what for line in centre.staff.store.audit(sought=sought)]
    assert seen == [f"GET /api/v1/media/{kept.sha256}"]
    desk.context.close()
