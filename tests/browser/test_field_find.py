import math
from collections.abc import Callable

import pyproj
import pytest

from tests.browser.field_phone import HERE, Phone
from tests.browser.field_server import TEAM, FieldServer
from uxo.services.record_evidence import EvidenceFeature

pytestmark = pytest.mark.browser


def test_a_find_by_bearing_and_distance_takes_six_taps_and_arrives_in_a_form_that_counts(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    phone.find_by_bearing("90", "50")
    phone.save()
    phone.page.click("#home")
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    [body] = field_server.office.bodies()
    feature = EvidenceFeature.model_validate(body["data"])
    assert feature.properties.team == TEAM
    assert feature.properties.position_method == "bearing_distance"
    assert feature.properties.category == "mortar"
    assert body["device_seq"] == 1
    # 90 degrees by the needle is some 95 from true north here.
    lon, lat = body["data"]["geometry"]["coordinates"]
    azimuth, _, metres = pyproj.Geod(ellps="WGS84").inv(
        HERE["longitude"], HERE["latitude"], lon, lat
    )
    assert metres == pytest.approx(50, abs=0.05)
    assert azimuth == pytest.approx(95.4, abs=0.5)
    error = 2.45 * max(math.hypot(6, 10), math.hypot(6, 50 * math.tan(math.radians(10))))
    assert feature.properties.position_error_m == pytest.approx(error, abs=0.11)
    assert phone.faults == []


def test_in_arabic_with_the_server_stopped_and_the_browser_killed_the_find_is_received_later(
    new_phone: Callable[..., Phone], field_server: FieldServer
) -> None:
    phone = new_phone(locale="ar-IQ")
    phone.set_up()
    field_server.stop()
    page = phone.page
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        "ar",
        "rtl",
    ]
    phone.find_by_bearing("\u0662\u0667\u0660", "100")  # 270 in Arabic digits
    phone.save()
    assert "\u0644\u0645 \u064a\u064f\u0631\u0633\u0644" in page.inner_text("#saved-words")
    phone.kill()
    phone.boot()  # the server is still down: the app comes from the phone itself
    phone.unlock()
    assert "1" in phone.page.inner_text("#queue-words")
    field_server.start()
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    assert "\u0627\u0633\u062a\u0644\u0645\u0647" in phone.page.inner_text("#queue")
    [body] = field_server.office.bodies()
    assert body["data"]["properties"]["position_method"] == "bearing_distance"
    assert body["data"]["geometry"]["coordinates"][0] < HERE["longitude"]
    assert phone.faults == []


def test_every_step_is_kept_when_the_browser_is_killed(
    new_phone: Callable[..., Phone], field_server: FieldServer
) -> None:
    phone = new_phone()
    phone.set_up()
    phone.to_where("rocket")
    phone.kill()
    phone.boot()
    phone.unlock()
    phone.page.click("#go-on")
    phone.page.wait_for_selector("main[data-step=where]")
    phone.page.click("#back")  # nothing is behind it in this browser's history but the start
    assert field_server.office.puts == []


def test_undo_takes_the_record_back_and_its_number_is_used_again(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    phone.find_by_bearing()
    phone.save()
    phone.page.click("#undo")
    phone.page.wait_for_selector("#begin")
    assert "No records" in phone.page.inner_text("#queue-words")
    phone.find_by_bearing()
    phone.save()
    phone.page.click("#home")
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    assert [body["device_seq"] for body in field_server.office.bodies()] == [1]


def test_the_app_locks_itself_when_nobody_touches_it(phone: Phone) -> None:
    phone.page.clock.install()
    phone.page.goto(phone.url)
    phone.set_up()
    phone.page.click("#begin")
    phone.page.clock.fast_forward(301_000)
    phone.page.wait_for_selector("main[data-step=pin]")
    assert phone.page.locator("#begin").count() == 0
