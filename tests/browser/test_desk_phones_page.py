"""What the desk's page shows of phones, and of what they told."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import axe_script
from tests.browser.desk import OFFICER, Open, Served, choose, said
from tests.contract.phones import phone_id
from tests.web.phones import recorded
from uxo.services.who import Who
from uxo.vocabulary import Role

pytestmark = pytest.mark.browser

PHONE = Who(Role.TEAM, "EOD-7", "device:phone-7")
DETAILS: dict[str, Any] = {
    "state": {"count": "few", "marked": "no", "mood": "<b>odd</b>"},
    "where": {
        "observer": {"lat": 36.2, "lon": 37.1, "accuracy_m": 6.2, "worry": "coarse", "height": 3},
        "bearing_deg": 90, "bearing_north": "magnetic", "bearing_from": "phone",
        "declination_deg": 5.04, "distance": "50", "distance_m": 50, "distance_sigma_m": 10,
        "new_key": [1, None],
    },
    "\u0661".encode().hex(): True,
}  # fmt: skip


def send(page: Page, served: Served, body: dict[str, Any], time: str) -> None:
    """Hand a record in as a phone does."""
    served.who = PHONE
    answer = page.request.put(
        f"{served.address}/api/v1/events/{body['event_id']}",
        data=json.dumps(body),
        headers={"Content-Type": "application/json", "Device-Time": time},
    )
    served.who = OFFICER
    assert answer.status == 201, answer.text()


def test_the_desk_is_told_of_gaps_clocks_and_everything_that_a_phone_told(
    open_desk: Open, served: Served
) -> None:
    page = open_desk()
    assert said(page, "#phones-open") == "Phones"
    send(page, served, recorded(1, seq=1, details=DETAILS), "2026-05-01T14:00:00Z")
    send(page, served, recorded(2, seq=5), "2026-05-01T14:00:00Z")
    page.reload()
    page.wait_for_selector("html[data-ready=yes]")
    assert said(page, "#phones-open") == "Phones (1 with gaps)"
    page.click("#phones-open")
    expect(page.locator("#phones-list li")).to_have_count(1)
    listed = said(page, "#phones-list")
    assert "phone-7 has not delivered 3 of 5 records: 2, 3, 4" in listed
    assert "Its clock is 120 minutes ahead." in listed
    offered = page.get_attribute("#phone-file", "accept") or ""
    assert ".uxofield" in offered.split(",")  # so phones name their files
    page.click("#file-form button")
    assert said(page, "#file-report") == "Choose a file first."
    page.keyboard.press("Escape")
    choose(page, phone_id(1_001))
    told = said(page, "#told")
    for words in (
        "Count\n2 to 5", "Marks\nNo", "state.mood\n<b>odd</b>", "where.observer.height\n3",
        "90°, from magnetic north, by the phone's compass, declination 5°",
        "50 m, standard deviation 10 m (50)", "accuracy 6.2 m (68 %), a coarse position",
        "where.new_key\n[1,null]", "d9a1\ntrue",
    ):  # fmt: skip
        assert words in told, told


def test_the_phones_are_accessible_in_arabic_on_a_small_screen(
    open_desk: Open, served: Served
) -> None:
    page = open_desk("ar", width=390, height=844, scheme="dark")
    send(page, served, recorded(1, seq=3), "2026-05-01T10:00:00Z")
    page.click("#phones-open")
    expect(page.locator("#phones-list li")).to_have_count(1)
    page.evaluate(axe_script())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], one["nodes"][0]["target"]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "desk-" not in page.locator("#phones").inner_text()
