"""The desk in a real browser, over a real service and a real store."""

import base64
import re
from dataclasses import replace

import pytest
from playwright.sync_api import Route, expect

from tests.browser.chromium import axe_script
from tests.browser.desk import OFFICER, Open, Served, choose, drawn, said, wait_for
from tests.web.scene import find
from uxo.vocabulary import Status

pytestmark = pytest.mark.browser


def test_an_officer_accepts_another_teams_release_and_the_road_changes_with_that_reason(
    open_desk: Open, served: Served
) -> None:
    release = served.clearance()
    page = open_desk()
    choose(page, release)
    assert drawn(page)[Status.CLEARED] == 0
    assert "set aside until a reviewer accepts it" in said(page, "#roads")
    page.keyboard.press("a")
    expect(page.locator("#effect li")).to_contain_text(["Confirmed hazard"])
    effect = said(page, "#effect")
    assert re.search(r"\d+ m of road go from Confirmed hazard to Cleared\.", effect)
    assert served.status_at(37.152, 36.2) is Status.CONFIRMED_HAZARD  # told, not done
    page.keyboard.type("seen on site")
    page.locator(".confirm").click()
    expect(page.locator("#said")).to_contain_text("is accepted")
    wait_for(page, release)
    assert drawn(page)[Status.CLEARED] > 0
    assert re.search(r"Cleared, \d+ m: the release counts", said(page, "#roads"))
    assert "Accepted by team QA-1" in said(page, "#history")
    assert "seen on site" in said(page, "#history")
    assert served.status_at(37.152, 36.2) is Status.CLEARED
    assert page.locator(f'#queue button[data-id="{release}"]').count() == 0


def test_the_same_team_is_refused_with_the_reason_shown_before_it_tries(
    open_desk: Open, served: Served
) -> None:
    release = served.clearance()
    served.who = replace(OFFICER, team="EOD-7")
    page = open_desk()
    choose(page, release)
    assert "Another team must review it." in said(page, "#decide")
    accept = page.locator('[data-deed="accept"]')
    assert accept.get_attribute("aria-disabled") == "true"
    why = page.locator(f"#{accept.get_attribute('aria-describedby')}")
    assert "Your team recorded" in why.inner_text()
    page.keyboard.press("a")
    assert "Another team must review it." in said(page, "#said")
    assert page.locator("#form").count() == 0
    assert served.status_at(37.152, 36.2) is Status.CONFIRMED_HAZARD


def test_rejecting_needs_a_reason_and_is_undone(open_desk: Open, served: Served) -> None:
    page = open_desk()
    choose(page, "F-1")
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "reason"
    page.locator(".confirm").click()
    assert said(page, "#said") == "Give a reason."
    assert page.locator("#reason").get_attribute("aria-invalid") == "true"
    page.locator("#reason").fill("a drain pipe")
    page.locator(".confirm").click()
    expect(page.locator("#said")).to_contain_text("is rejected. To undo, open it again.")
    wait_for(page, "F-1")
    assert served.status_at(37.152, 36.2) is not Status.CONFIRMED_HAZARD
    page.keyboard.press("u")
    page.locator("#reason").fill("it was another record")
    page.locator(".confirm").click()
    expect(page.locator("#said")).to_contain_text("waits for a decision again")
    wait_for(page, "F-1")
    assert served.status_at(37.152, 36.2) is Status.CONFIRMED_HAZARD
    history = said(page, "#history")
    assert history.index("Rejected by team QA-1") < history.index("Opened again by team QA-1")


def test_the_whole_desk_works_by_keyboard(open_desk: Open, served: Served) -> None:
    hazard = served.record(find())
    page = open_desk()
    page.keyboard.press("j")
    wait_for(page, hazard)
    page.keyboard.press("j")
    wait_for(page, "F-1")
    page.keyboard.press("k")
    wait_for(page, hazard)
    assert page.evaluate("document.activeElement.dataset.id") == hazard
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("jar")  # letters in a field are text
    assert page.locator("#reason").input_value() == "jar"
    page.keyboard.press("Escape")
    assert page.locator("#form").count() == 0
    assert page.evaluate("document.activeElement.dataset.deed") == "reject"
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.locator("#keys-close").click()
    page.keyboard.press("r")
    assert page.locator("#form").count() == 0


def test_a_correction_tells_its_effect_and_sends_only_what_was_changed(
    open_desk: Open, served: Served
) -> None:
    release = served.clearance()
    page = open_desk()
    choose(page, release)
    page.keyboard.press("c")
    page.locator("#correct-depth_m").fill("0.4")
    page.get_by_role("button", name="Show what this does").click()
    expect(page.locator("#effect")).to_contain_text("No road changes its status.")
    page.locator("#reason").fill("measured again")
    page.locator(".confirm").click()
    expect(page.locator("#said")).to_contain_text("is corrected")
    wait_for(page, release)
    assert "Corrected by team QA-1: Depth" in said(page, "#history")
    assert "Another team must review it." in said(page, "#decide")
    assert served.service.evidence_item(release)["depth_m"].iloc[0] == 0.4


def test_a_correction_with_a_wrong_value_says_what_is_wrong(open_desk: Open) -> None:
    page = open_desk()
    choose(page, "F-1")
    page.keyboard.press("c")
    page.locator("#correct-position_error_m").fill("12 m")
    page.locator("#reason").fill("a try")
    page.locator(".confirm").click()
    expect(page.locator("#said")).to_contain_text("position_error_m")
    assert page.locator("#correct-position_error_m").input_value() == "12 m"  # nothing is lost


def test_a_duplicate_is_set_aside_from_the_list_of_neighbours(
    open_desk: Open, served: Served
) -> None:
    twin = served.record(find(37.15201, 36.2001, category="mortar"))
    page = open_desk()
    choose(page, twin)
    page.get_by_role("button", name=re.compile("Mark as duplicate of .*F-1")).click()
    page.locator(".confirm").click()
    expect(page.locator("#said")).to_contain_text("set aside as a duplicate")
    wait_for(page, twin)
    assert "duplicate of F-1" in said(page, "#history")


def test_a_record_that_changed_meanwhile_is_shown_again_and_not_signed(
    open_desk: Open, served: Served
) -> None:
    release = served.clearance()
    page = open_desk()
    choose(page, release)
    page.keyboard.press("a")
    change = {"reason": "typing error", "properties": {"depth_m": 0.2}}
    page.evaluate(
        "([id, body]) => fetch(`/api/v1/desk/records/${id}/correction`, {method: 'POST',"
        " headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)})",
        [release, change],
    )
    page.locator(".confirm").click()
    expect(page.locator("#said")).to_contain_text("changed after you looked at it")
    assert served.service.evidence_item(release)["review"].iloc[0] == "unreviewed"
    assert "0.2 m" in said(page, "#record")


def test_without_an_answer_it_says_that_nothing_was_decided(open_desk: Open) -> None:
    page = open_desk()
    choose(page, "F-1")
    page.keyboard.press("a")
    page.context.set_offline(True)
    page.locator(".confirm").click()
    expect(page.locator("#said")).to_contain_text("Nothing was decided")
    assert page.locator("#form").is_visible()


def test_the_photos_of_a_record_are_shown_as_their_copies(open_desk: Open) -> None:
    page = open_desk()
    pixel = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
    page.route("**/api/v1/media/*/copy", lambda one: one.fulfill(body=pixel))

    def with_photos(route: Route) -> None:
        looked = route.fetch().json()
        route.fulfill(json={**looked, "photos": ["ab" * 32, "cd" * 32]})

    page.route("**/api/v1/desk/records/F-1", with_photos)
    choose(page, "F-1")
    images = page.locator("#photos img")
    assert [images.nth(place).get_attribute("src") for place in range(2)] == [
        f"/api/v1/media/{'ab' * 32}/copy",
        f"/api/v1/media/{'cd' * 32}/copy",
    ]
    assert images.nth(1).get_attribute("alt") == "Photo \u20682\u2069 of \u20682\u2069, opens large"


def test_the_token_of_the_session_is_repeated_with_every_change(open_desk: Open) -> None:
    page = open_desk()
    page.route("**/api/v1/session", lambda one: one.fulfill(json={"csrf": "token-of-mine"}))
    sent: list[str | None] = []
    page.on(
        "request",
        lambda one: sent.append(one.headers.get("x-csrf-token")) if one.method == "POST" else None,
    )
    choose(page, "F-1")
    page.keyboard.press("a")
    expect(page.locator("#effect")).to_contain_text("No road changes")
    page.locator(".confirm").click()
    expect(page.locator("#said")).to_contain_text("is accepted")
    assert sent == ["token-of-mine", "token-of-mine"]


def test_what_comes_in_shows_by_itself_and_the_focus_stays(open_desk: Open, served: Served) -> None:
    page = open_desk()
    page.keyboard.press("j")
    wait_for(page, "F-1")
    hazard = served.record(find())
    page.evaluate("uxoDesk.look()")
    expect(page.locator(f'#queue button[data-id="{hazard}"]')).to_be_visible()
    assert page.evaluate("document.activeElement.dataset.id") == "F-1"
    assert page.locator('#queue button[data-id="F-1"]').get_attribute("aria-current") == "true"


def test_arabic_is_complete_and_switches_in_place(open_desk: Open, served: Served) -> None:
    release = served.clearance()
    page = open_desk("ar")
    choose(page, release)
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        "ar", "rtl",
    ]  # fmt: skip
    page.keyboard.press("a")
    expect(page.locator("#effect li")).not_to_have_count(0)
    text = page.locator("body").inner_text()
    assert re.findall(r"\bdesk-[a-z-]+", text) == []  # a message that is missing shows its id
    english = set(re.findall(r"[A-Za-z]{3,}", text))
    assert english <= {
        "English",
        "EOD",
        "NTS",
        "UTC",
        "OpenStreetMap",
        "contributors",
        "OCHA",
        "GPS",
    }
    page.locator("#language").click()
    assert "Confirmed hazard" in page.locator("body").inner_text()
    assert page.evaluate("document.documentElement.dir") == "ltr"


@pytest.mark.parametrize(
    ("lang", "width", "height", "scheme"),
    [("en", 1366, 768, "light"), ("ar", 1366, 768, "dark"), ("en", 390, 844, "dark"),
     ("ar", 390, 844, "light"), ("en", 900, 700, "light")],
)  # fmt: skip
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    lang: str, width: int, height: int, scheme: str, open_desk: Open, served: Served
) -> None:
    served.record(find(37.15201, 36.2001, category="mortar"))
    page = open_desk(lang, width=width, height=height, scheme=scheme)
    choose(page, "F-1")
    page.keyboard.press("c")
    page.locator("#legend summary").click()
    page.evaluate(axe_script())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], one["nodes"][0]["target"]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('button')].filter((one) => one.offsetHeight > 0 &&"
        " one.getBoundingClientRect().height < 40).map((one) => one.textContent)"
    )
    assert small == []
