import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.chromium import axe_script
from tests.browser.field_phone import PIN, Phone
from tests.browser.field_server import FieldServer

pytestmark = pytest.mark.browser

_EVERYTHING = """async () => {
  const { openDB } = await import('/field/static/vendor/idb/build/index.js');
  const db = await openDB('uxo-field');
  const decoder = new TextDecoder('latin1');
  const text = (value) => {
    const bytes = value instanceof ArrayBuffer || ArrayBuffer.isView(value);
    if (bytes) return decoder.decode(value);
    if (value && typeof value === 'object') return Object.values(value).map(text).join();
    return String(value);
  };
  const parts = [];
  for (const store of db.objectStoreNames) parts.push(text(await db.getAll(store)));
  db.close();
  return parts.join();
}"""


def stored(phone: Phone) -> list[dict[str, Any]]:
    """What lies on the phone's disk, sealed parts as a flag."""
    rows: list[dict[str, Any]] = phone.stored()["events"]
    return rows


def laid_open(phone: Phone) -> str:
    """All that lies on the phone's disk, as whoever copied it reads it."""
    text: str = phone.page.evaluate(_EVERYTHING)
    return text


def record(phone: Phone) -> None:
    phone.find_by_bearing()
    phone.save()
    phone.page.click("#home")


def until(phone: Phone, words: str) -> None:
    phone.sees("#link-words", words)


def test_a_record_is_wiped_only_after_a_receipt_with_its_hash(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    field_server.office.lies = True
    record(phone)
    phone.send_now()
    until(phone, "does not match")
    assert [(one["state"], one["sealed"]) for one in stored(phone)] == [("waiting", True)]
    field_server.office.lies = False
    phone.page.click("#send-now")
    phone.page.wait_for_selector("li[data-state=received]")
    assert [(one["state"], one["sealed"]) for one in stored(phone)] == [("received", False)]


def test_a_captive_portal_is_not_taken_for_the_office(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    field_server.office.portal = True
    record(phone)
    phone.send_now()
    until(phone, "No link to the office")
    assert field_server.office.puts == []
    field_server.office.portal = False
    phone.page.click("#send-now")
    phone.page.wait_for_selector("li[data-state=received]")


def test_a_phone_that_was_cut_off_keeps_its_records_and_says_so(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    record(phone)
    field_server.office.revoked = True
    phone.send_now()
    until(phone, "cut off this phone")
    assert [(one["state"], one["sealed"]) for one in stored(phone)] == [("waiting", True)]
    field_server.office.revoked = False
    phone.page.click("#send-now")
    phone.page.wait_for_selector("li[data-state=received]")


def test_a_phone_that_was_cut_off_can_be_enrolled_again_with_its_records(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    record(phone)
    field_server.office.revoked = True
    phone.send_now()
    until(phone, "cut off this phone")
    field_server.office.revoked = False
    phone.page.go_back()
    phone.page.click("#open-settings")
    phone.page.click("#enrol-again")
    phone.page.fill("#code", "ABCD-1234")
    phone.page.fill("#label", "phone 7")
    phone.page.click("button[type=submit]")
    phone.page.wait_for_selector("#begin")
    phone.page.click("#open-queue")
    phone.page.wait_for_selector("li[data-state=received]")


def test_the_code_of_the_picture_is_filled_in_and_leaves_the_address(
    phone: Phone, field_server: FieldServer
) -> None:
    page = phone.page
    page.goto("about:blank")
    page.goto(f"{phone.url}#enrol=ABCD-1234")
    page.wait_for_selector("main[data-step=new-pin]")
    page.fill("#pin", PIN)
    page.fill("#pin-again", PIN)
    page.click("button[type=submit]")
    page.wait_for_selector("#code")
    assert page.input_value("#code") == "ABCD-1234"
    assert "ABCD" not in page.url
    page.fill("#label", "phone 7")
    page.click("button[type=submit]")
    page.wait_for_selector("#begin")
    assert field_server.office.puts == []


def test_a_refused_record_stays_with_the_reason_and_can_be_sent_again(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    field_server.office.refuses = "properties.category: <b>unheard of</b>"
    record(phone)
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=refused]")
    assert "<b>unheard of</b>" in phone.page.inner_text("#queue")
    assert stored(phone)[0]["sealed"]
    assert "unheard of" not in laid_open(phone)
    field_server.office.refuses = None
    phone.page.click("li button:text('Send it again')")
    phone.page.wait_for_selector("li[data-state=received]")


def test_what_the_desk_decided_is_shown_with_its_reason(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    record(phone)
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    [event_id] = field_server.office.records
    field_server.office.states[event_id] = {"state": "rejected", "reason": "a tin can"}
    phone.page.click("#send-now")
    phone.page.wait_for_selector("li[data-state=rejected]")
    assert "a tin can" in phone.page.inner_text("#queue")
    assert "a tin can" not in laid_open(phone)  # what the desk says tells of the find too


def test_without_the_pin_nothing_can_be_read(phone: Phone) -> None:
    phone.set_up()
    phone.find_by_bearing()
    phone.save()
    everything = laid_open(phone)
    for secret in ("mortar", "37.16", "token-of-phone", "EOD-3", "phone 7"):
        assert secret not in everything
    phone.page.reload()
    phone.page.wait_for_selector("main[data-step=pin]")
    phone.page.fill("#pin", "000000")
    phone.page.click("button[type=submit]")
    phone.sees("[role=alert]", "wrong")
    phone.unlock(PIN)
    assert "1 on this phone" in phone.page.inner_text("#queue-words").replace("\u2068", "").replace(
        "\u2069", ""
    )


def test_hide_leaves_nothing_on_the_screen(phone: Phone) -> None:
    phone.set_up()
    phone.page.click("#begin")
    phone.page.click("#hide")
    phone.page.wait_for_url("about:blank")
    phone.page.goto(phone.url)
    phone.page.wait_for_selector("main[data-step=pin]")


@pytest.mark.parametrize("locale", ["en-GB", "ar-IQ"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_everything_is_large_enough_on_every_screen(
    new_phone: Callable[..., Phone], locale: str, scheme: str
) -> None:
    phone = new_phone(locale=locale, color_scheme=scheme, bypass_csp=True)
    page = phone.page
    check(phone, "new-pin")
    phone.set_up()
    check(phone, "home")
    page.click("#begin")
    check(phone, "stop")
    page.click("#stopped")
    check(phone, "what")
    page.click("[data-category=unknown]")
    for way in ("bearing", "here", "typed", "map"):
        page.click(f"[data-way={way}]")
        page.wait_for_timeout(400)
        check(phone, way)
    page.click("[data-way=here]")
    page.click("#use:not([disabled])")
    check(phone, "state")
    page.click("#next")
    check(phone, "review")
    page.click("#save")
    page.wait_for_selector("main[data-step=saved]")
    check(phone, "saved")
    page.click("#home")
    page.click("#open-queue")
    check(phone, "queue")
    page.go_back()
    page.click("#open-settings")
    check(phone, "settings")
    page.click("#change-pin")
    check(phone, "change-pin")
    page.reload()
    page.wait_for_selector("main[data-step=pin]")
    check(phone, "pin")
    assert phone.faults == []


def check(phone: Phone, name: str) -> None:
    page = phone.page
    page.wait_for_timeout(100)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe_script())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "wcag2aaa"]
    found = page.evaluate("(rules) => axe.run({ runOnly: { type: 'tag', values: rules } })", rules)
    faults = [
        (one["id"], [node["html"][:150] for node in one["nodes"]]) for one in found["violations"]
    ]
    assert faults == [], name
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, .leaflet-bar a')]
          .filter((one) => one.getClientRects().length > 0)
          .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
          .filter(([, box]) => box.height < 63.5 || box.width < 63.5)
          .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
    )
    assert small == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    tiny = page.evaluate(
        """() => [...document.querySelectorAll('#screen *, #bar *')]
          .filter((one) => [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
          .filter((one) => !one.closest('svg, .leaflet-control'))
          .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 20)
          .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert tiny == [], name
    if page.evaluate("document.documentElement.lang") == "ar":
        latin = set(re.findall("[A-Za-z]{4,}", page.inner_text("body")))
        assert latin <= {"English", "phone"}, name  # the name that the test gave the phone
