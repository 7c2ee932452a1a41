"""A clock that is wrong, and a receiver that is slow or lies about its age."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.browser.field_phone import HERE, Phone
from tests.browser.field_server import FieldServer

pytestmark = pytest.mark.browser


def test_a_clock_that_is_wrong_by_a_year_is_told_and_the_record_still_goes(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    phone.find_by_bearing()
    phone.save()
    phone.page.click("#home")
    assert "clock" not in phone.page.inner_text("#link-words")
    field_server.office.ahead = timedelta(days=365)
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    phone.sees("#link-words", "The clock of this phone is wrong")
    shown = phone.page.inner_text("#link-words")
    [own, office] = [int(year) for year in re.findall(r"(\d{4})-\d\d-\d\d \d\d:\d\d UTC", shown)]
    assert office == own + 1
    field_server.office.ahead = timedelta(minutes=-59)  # nobody has to care
    with phone.page.expect_response(lambda answer: "/api/v1/events/states" in answer.url):
        phone.page.click("#send-now")
    phone.page.wait_for_selector("#link-words:not(:has-text('clock'))")


def test_a_receiver_that_finds_its_satellites_late_is_waited_for(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    phone.context.set_geolocation(None)
    phone.to_where()
    phone.page.click("[data-way=here]")
    phone.sees("#gps-words", re.compile("Looking for your position|finds no position"))
    assert phone.page.locator("#use[disabled]").count() == 1
    phone.context.set_geolocation({"longitude": 37.2, "latitude": 36.3, "accuracy": 9})
    phone.page.click("#use:not([disabled])")
    phone.save()
    phone.page.click("#home")
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    [body] = field_server.office.bodies()
    assert body["data"]["geometry"]["coordinates"] == [37.2, 36.3]
    assert body["data"]["properties"]["position_error_m"] >= 9 * 1.6


_OLD_FIX = """(here) => {
  const old = { coords: { ...here, speed: null }, timestamp: Date.now() - 600000 };
  navigator.geolocation.watchPosition = (heard) => { setTimeout(() => heard(old), 0); return 1; };
}"""


def test_an_old_position_is_told_and_stored_with_an_unknown_error(
    new_phone: Callable[..., Phone], field_server: FieldServer
) -> None:
    phone = new_phone()
    phone.set_up()
    phone.page.evaluate(_OLD_FIX, HERE)
    phone.to_where()
    phone.page.click("[data-way=here]")
    phone.sees("#gps-words", "This position is old")
    phone.page.click("#use:not([disabled])")
    phone.save()
    phone.page.click("#home")
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    [body] = field_server.office.bodies()
    assert "position_error_m" not in body["data"]["properties"]
    assert body["data"]["properties"]["position_method"] == "unknown"
    assert body["details"]["where"]["worry"] == "stale"
