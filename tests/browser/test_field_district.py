"""A district on the phone: fetched once over a bad link, and there with no network."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from tests.browser.field_map_file import ARABIC, map_file
from tests.browser.field_phone import Phone
from tests.browser.field_server import COMMUNITY, PACK, FieldServer
from tests.browser.test_the_whole_way import Centre
from uxo.services.who import CONSOLE

pytestmark = pytest.mark.browser

PART = 256 * 1024
MOST_OFFERED = 12
MARKET = "\u0627\u0644\u0633\u0648\u0642 \u0627\u0644\u0642\u062f\u064a\u0645"
ARIHA = "\u0623\u0631\u064a\u062d\u0627"
ARIHA_PLAIN = "\u0627\u0631\u064a\u062d\u0627"
CALENDAR = "\u0623\u064a\u0627\u0631"  # May, as it is called in Iraq and Syria

_RECORD_NAMES = """() => {
  globalThis.drawnNames = [];
  const draw = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    globalThis.drawnNames.push([text, this.font, this.canvas.lang]);
    return draw.call(this, text, ...rest);
  };
}"""
_PAINTED = """(wanted) => {
  let count = 0;
  for (const canvas of document.querySelectorAll('#map canvas')) {
    if (!canvas.width) continue;
    const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    for (let i = 0; i < all.length; i += 4) {
      const near = (k) => Math.abs(all[i + k] - wanted[k]) < 30;
      count += all[i + 3] > 200 && near(0) && near(1) && near(2);
    }
  }
  return count;
}"""
_FILES = """async () => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('maps');
  const names = [];
  for await (const name of folder.keys()) names.push(name.replace(/[0-9a-f]{64}/, '#'));
  return names.sort();
}"""
_LOSE_FILES = """async () => {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry('maps', { recursive: true });
}"""
CONFIRMED = [163, 0, 13]


def wait_until(phone: Phone, holds: Callable[[], bool]) -> None:
    """Look again and again; the page's own policy lets nothing wait inside it."""
    for _ in range(100):
        if holds():
            return
        phone.page.wait_for_timeout(100)
    raise AssertionError("it never came")


def painted(phone: Phone, colour: list[int]) -> int:
    count: int = phone.page.evaluate(_PAINTED, colour)
    return count


def open_map(phone: Phone) -> None:
    phone.to_where()
    phone.page.click("[data-way=map]")
    phone.page.wait_for_selector("#map")


def find(phone: Phone, text: str) -> None:
    phone.page.fill("#pcode", text)
    phone.page.click("#get-pack")


def test_a_district_is_there_in_arabic_with_the_server_stopped_and_the_browser_restarted(
    field_playwright: Playwright, tmp_path: Path
) -> None:
    centre = Centre(tmp_path)
    phone = Phone(
        field_playwright, tmp_path / "disk", f"{centre.origin}/field/", locale="ar-IQ",
        geolocation={"latitude": 36.2015, "longitude": 37.1535, "accuracy": 6},
    )  # fmt: skip
    phone.set_up(code=centre.staff.access.devices.new_code("EOD-7", by=CONSOLE).code)
    phone.page.click("#open-settings")
    find(phone, MARKET[:4])
    phone.sees("[data-area=C1001]", MARKET)
    find(phone, "alepp")
    phone.page.click("[data-area=Aleppo]")
    phone.sees("#pack-words", CALENDAR)
    assert phone.page.evaluate(_FILES) == ["map-#.pmtiles"]
    centre.stop()
    phone.kill()
    phone.boot()
    phone.page.evaluate(_RECORD_NAMES)
    phone.unlock()
    open_map(phone)
    wait_until(phone, lambda: painted(phone, CONFIRMED) > 50)
    phone.page.click(".leaflet-control-zoom-out")
    wait_until(phone, lambda: bool(phone.page.evaluate("drawnNames.length")))
    names: list[list[Any]] = phone.page.evaluate("drawnNames")
    assert {(text, lang) for text, _, lang in names} == {(MARKET, "ar")}
    assert all("Noto Sans Arabic" in font for _, font, _ in names)
    phone.sees("#map-words", CALENDAR)
    assert phone.faults == []
    phone.close()
    centre.close()


@pytest.fixture
def settings(phone: Phone, field_server: FieldServer) -> Phone:
    """A phone with a long map in the office."""
    noise = random.Random(3).randbytes(3 * PART)  # noqa: S311  # to be repeated
    field_server.office.map = map_file(noise)
    phone.set_up()
    phone.page.click("#open-settings")
    return phone


def test_a_map_goes_on_where_the_link_broke_and_counts_only_when_it_is_whole(
    settings: Phone, field_server: FieldServer
) -> None:
    phone, office = settings, field_server.office
    office.map_cut_after = 2
    find(phone, "simeon")
    phone.sees("#pack-words", "The link broke")
    assert len(phone.page.evaluate(_FILES)) == 2
    phone.kill()
    phone.boot()
    phone.unlock()
    phone.page.click("#open-settings")
    phone.sees("#pack-words", "No map on this phone")
    office.map_cut_after = None
    find(phone, "simeon")
    phone.sees("#pack-words", re.compile("Kept: .*Simeon"))
    assert office.map_asked == [0, PART, 2 * PART, 2 * PART, 3 * PART]
    assert phone.page.evaluate(_FILES) == ["map-#.pmtiles"]

    # Only the status is fetched again; a newer one of other roads is not laid over this map.
    office.as_of = "2026-05-03T12:00:00Z"
    phone.page.click("#refresh-status")
    phone.sees("#pack-words", "3 May 2026")
    assert len(office.map_asked) == 5
    good = office.map
    office.map = replace(good, roads="cd" * 16)
    phone.page.click("#refresh-status")
    phone.sees("#pack-words", "The roads in the office have changed")

    # Another map that does not come as it left, and one that a lost phone must not get.
    office.map = replace(map_file(shift=0.001), sha256="0" * 64)
    find(phone, "simeon")
    phone.sees("#pack-words", "not what the office sent")
    office.revoked = True
    find(phone, "C1001")
    phone.sees("#pack-words", "cut off")
    office.revoked = False
    assert phone.page.evaluate(_FILES) == ["map-#.pmtiles"]
    office.map = good
    find(phone, "simeon")
    phone.sees("#pack-words", re.compile("Kept: .*Simeon"))
    assert office.map_asked[-1] == 0  # asked for once, and known
    phone.page.click("#back")
    open_map(phone)
    wait_until(phone, lambda: painted(phone, CONFIRMED) > 50)
    phone.sees("#map-words", "Outside the frame")
    assert phone.faults == []


def test_without_room_or_when_the_browser_threw_the_map_away_that_is_said(
    settings: Phone, field_server: FieldServer
) -> None:
    phone = settings
    phone.page.evaluate(
        "() => { navigator.storage.estimate = async () => ({ usage: 0, quota: 5_500_000 }); }"
    )
    find(phone, "simeon")
    phone.sees("#pack-words", "free room")
    assert phone.page.evaluate(_FILES) == []
    field_server.office.map = map_file()
    find(phone, "simeon")
    phone.sees("#pack-words", "Kept")
    phone.page.evaluate(_LOSE_FILES)
    phone.page.click("#back")
    phone.page.click("#open-settings")
    phone.sees("#map-gone", "threw the map away")
    assert ARABIC not in phone.page.inner_text("#screen")
    assert phone.faults == []


def test_a_community_of_a_large_district_is_found_by_its_name(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    towns = [{**COMMUNITY, "pcode": f"C{i}", "name_ar": f"{ARABIC} {i}"} for i in range(40)]
    monkeypatch.setitem(PACK, "places", [*towns, {**COMMUNITY, "name_ar": ARIHA}])
    phone.set_up()
    phone.page.click("#open-settings")
    find(phone, "simeon")
    phone.sees("#pack-words", "Kept")
    phone.page.click("#back")
    phone.to_where()
    phone.page.click("#exact-no")
    assert phone.page.locator("#communities button").count() == MOST_OFFERED
    phone.page.fill("#community-name", ARIHA_PLAIN)
    phone.page.click("#communities [data-pcode=C1001]")
    phone.page.wait_for_selector("main[data-step=state]")
    assert phone.faults == []
