"""Records other than finds, and what is said of earlier ones, on a phone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyproj
import pytest
import shapely
from playwright.sync_api import Geolocation
from pydantic import TypeAdapter

from tests.browser.field_phone import HERE, Phone
from tests.browser.field_server import HEAD, TOWN, FieldServer
from tests.browser.test_field_sending import check
from uxo.services.phone_records import (
    EvidenceCorrected,
    EvidenceRecorded,
    ItemDisposed,
    PhoneRecord,
)
from uxo.services.record_evidence import EvidenceProperties

pytestmark = pytest.mark.browser
WGS84 = pyproj.Geod(ellps="WGS84")
RECORD: TypeAdapter[Any] = TypeAdapter(PhoneRecord)


INKED = """() => {
  const canvas = document.querySelector('#map canvas');
  const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let inked = 0;
  for (let i = 3; i < all.length; i += 4) inked += all[i] > 0;
  return inked;
}"""


def sent(phone: Phone, server: FieldServer) -> Any:  # noqa: ANN401  # one of three shapes
    """Save the record on the screen, send it, and read what came as the service does."""
    phone.page.click("#save")
    phone.page.wait_for_selector("main[data-step=saved]")
    phone.page.click("#home")
    phone.send_now()
    on_the_way = "li[data-state=waiting], li[data-state=sending]"
    phone.page.wait_for_selector(f"#queue:not(:has({on_the_way}))")
    phone.page.click("#back")
    phone.page.wait_for_selector("#begin")
    assert phone.faults == []
    return RECORD.validate_python(server.office.bodies()[-1])


def recorded(phone: Phone, server: FieldServer) -> tuple[EvidenceProperties, Any]:
    record = sent(phone, server)
    assert isinstance(record, EvidenceRecorded)
    return record.data.properties, shapely.geometry.shape(record.data.geometry.model_dump())


def fetch_pack(phone: Phone) -> None:
    page = phone.page
    page.click("#open-settings")
    page.fill("#pcode", "C1001")
    page.click("#get-pack")
    phone.sees("#pack-words", re.compile("Old Market|\u0627\u0644\u0633\u0648\u0642"))
    page.click("#back")
    page.wait_for_selector("#begin")


def told(words: str, number: int) -> re.Pattern[str]:
    """A number in a sentence, between the marks that keep its direction."""
    return re.compile(rf"({words}): \W*{number}\W")


def press(phone: Phone, *selectors: str) -> None:
    for selector in selectors:
        phone.page.click(selector)


def begin(phone: Phone, kind: str) -> None:
    phone.page.click("#open-kinds")
    phone.page.click(f"[data-kind={kind}]")


def east(metres: float, accuracy: float = 6) -> Geolocation:
    lon, lat, _ = WGS84.fwd(HERE["longitude"], HERE["latitude"], 90, metres)
    return {"longitude": lon, "latitude": lat, "accuracy": accuracy}


def walk_to(phone: Phone, metres: float, points: int) -> None:
    """Carry the phone along until the reading there is kept."""
    phone.context.set_geolocation(east(metres))
    phone.sees("#walk-words", told("Points|\u0627\u0644\u0646\u0642\u0627\u0637", points))


def test_a_cleared_lane_is_walked_and_a_killed_browser_does_not_lose_the_way(
    phone: Phone, field_server: FieldServer
) -> None:
    page = phone.page
    phone.set_up()
    begin(phone, "clearance")
    page.click("#today")
    page.click("[data-form=line]")
    assert page.locator("#exact-no").count() == 0  # a community is never cleared for want of a line
    page.click("[data-way=walk]")
    phone.sees("#gps-words", re.compile("[0-9]"))
    page.click("#walk")
    walk_to(phone, 0, 1)
    walk_to(phone, 10, 2)
    walk_to(phone, 20, 3)
    phone.context.set_geolocation(east(25, accuracy=80))  # no reading to rest a release on
    phone.sees("#walk-words", told("left out", 1))
    phone.kill()
    phone.options["geolocation"] = east(20)
    phone.boot()
    phone.unlock()
    page = phone.page
    page.click("#go-on")
    phone.sees("#walk-words", told("Points", 3))
    page.click("#walk")
    walk_to(phone, 30, 4)
    walk_to(phone, 40, 5)
    page.click("#shape-done")
    page.click("[data-width='2']")
    page.click("[data-depth='25']")
    phone.sees("dl", re.compile(r"25\W+cm"))
    given, lane = recorded(phone, field_server)
    assert (given.kind, given.width_m, given.depth_m) == ("clearance", 2.0, 0.25)
    assert given.position_method == "gps"
    assert given.observed_at is not None
    assert given.observed_at.hour == 0
    assert lane.geom_type == "LineString"
    assert WGS84.geometry_length(lane) == pytest.approx(40, abs=0.1)
    # The worst reading that was kept, and half of the longest straight side.
    assert given.position_error_m is not None
    assert given.position_error_m == pytest.approx(6 * 1.62 + 5, abs=0.2)
    assert given.position_error_m >= 6 * 1.62 + 5


def test_a_hazardous_area_is_drawn_in_arabic_without_dragging(
    new_phone: Callable[..., Phone], field_server: FieldServer
) -> None:
    phone = new_phone(locale="ar-IQ")
    page = phone.page
    phone.set_up()
    fetch_pack(phone)
    begin(phone, "hazard_area")
    page.click("[data-class=indirect]")
    page.click("[data-category=submunition]")
    phone.sees("#drawing-words", "0")
    right, down, left, up = (f"[data-move={one}]" for one in ("east", "south", "west", "north"))
    press(phone, "#add-corner", right, "#add-corner", down, "#add-corner")
    assert page.locator("#crossing").is_hidden()
    press(phone, left, left, up, up, "#add-corner", down, right, right, "#add-corner")
    page.wait_for_selector("#crossing:not([hidden])")
    press(phone, "#undo-corner", "#undo-corner")
    assert page.locator("#crossing").is_hidden()
    page.locator("#map").click(position={"x": 200, "y": 150})  # a tap sets a corner too
    phone.sees("#drawing-words", told("\u0627\u0644\u0632\u0648\u0627\u064a\u0627", 4))
    assert page.evaluate(INKED) > 500
    page.click("#undo-corner")
    page.click("#shape-done")
    given, area = recorded(phone, field_server)
    assert (given.kind, given.evidence_class, given.category) == (
        "hazard_area", "indirect", "submunition",
    )  # fmt: skip
    assert given.position_method == "map"
    assert given.position_error_m is not None
    assert given.position_error_m >= 50
    assert area.geom_type == "Polygon"
    assert area.is_valid
    assert len(area.exterior.coords) == 4


def test_a_find_seen_on_the_way_is_told_at_once_and_the_record_begun_before_is_kept(
    phone: Phone, field_server: FieldServer
) -> None:
    page = phone.page
    phone.set_up()
    begin(phone, "clearance")
    page.click("#under-way")
    page.click("[data-form=area]")
    page.click("#add-corner")
    phone.sees("#drawing-words", re.compile(r"1\W+of"))
    page.evaluate("history.go(-4)")
    page.wait_for_selector("#go-on")
    phone.find_by_bearing()
    phone.save()
    page.click("#home")
    page.click("#go-on")
    phone.sees("#drawing-words", re.compile(r"1\W+of"))
    assert field_server.office.puts == []


@pytest.fixture
def with_pack(phone: Phone) -> Phone:
    phone.set_up()
    fetch_pack(phone)
    return phone


def test_a_community_an_accident_and_a_closed_road_are_recorded_as_the_service_takes_them(
    with_pack: Phone, field_server: FieldServer
) -> None:
    the_community_stands_for_a_place(with_pack, field_server)
    an_accident_asks_for_no_person(with_pack, field_server)
    a_stretch_is_closed_until_further_notice(with_pack, field_server)


def the_community_stands_for_a_place(phone: Phone, server: FieldServer) -> None:
    phone.to_where("rocket")
    press(phone, "#exact-no", "[data-pcode=C1001]", "#next")
    phone.sees("dl", "somewhere in")
    given, place = recorded(phone, server)
    assert place.equals(shapely.geometry.shape(TOWN))
    assert given.position_method == "unknown"
    assert given.position_error_m is None  # the programme's figure counts


def an_accident_asks_for_no_person(phone: Phone, server: FieldServer) -> None:
    page = phone.page
    begin(phone, "accident")
    phone.sees("#screen", "no names")
    press(phone, "[data-category=unknown]")
    assert page.locator("input[type=text], input:not([type]), textarea").count() == 0
    page.fill("#day", "2026-04-20")
    press(phone, "#use-day", "[data-way=here]", "#use:not([disabled])")
    page.wait_for_selector("#save")
    assert page.locator("#photo").count() == 0
    given, place = recorded(phone, server)
    assert (given.kind, given.category) == ("accident", "unknown")
    # A release of that very day does not end it.
    assert given.observed_at == datetime(2026, 4, 20, 23, 59, 59, tzinfo=UTC)
    assert place.geom_type == "Point"


def a_stretch_is_closed_until_further_notice(phone: Phone, server: FieldServer) -> None:
    page = phone.page
    begin(phone, "closure")
    press(phone, "[data-form=line]")
    phone.sees("#drawing-words", re.compile(r"0\W+of"))
    press(phone, "#add-corner", "[data-move=east]", "#add-corner", "#shape-done", "#now")
    page.fill("#moment", "2001-01-01T10:00")
    press(phone, "#use-moment")
    page.wait_for_selector("[role=alert]:not([hidden])")  # it would end before it begins
    press(phone, "#open-end")
    given, line = recorded(phone, server)
    assert (given.kind, given.category, given.width_m) == ("closure", "unknown", None)
    assert given.starts_at is not None
    assert given.ends_at is None
    assert line.geom_type == "LineString"


def open_earlier(phone: Phone, *then: str) -> None:
    press(phone, "#open-earlier", "[data-id='F-9']", *then)


def test_of_an_earlier_find_it_is_told_that_it_is_gone_or_wrong_or_seen_again(
    with_pack: Phone, field_server: FieldServer
) -> None:
    field_server.stop()
    open_earlier(with_pack, "#gone", "#today")
    field_server.start()
    record = sent(with_pack, field_server)
    assert isinstance(record, ItemDisposed)
    assert (record.entity, record.base) == ("F-9", [HEAD])  # the heads that the phone had seen
    a_correction_moves_no_point(with_pack, field_server)
    a_place_that_is_moved_brings_its_own_method_and_error(with_pack, field_server)
    the_same_item_again_is_a_new_find_in_the_same_place(with_pack, field_server)


def a_correction_moves_no_point(phone: Phone, server: FieldServer) -> None:
    open_earlier(phone, "#wrong", "[data-fault=what]", "[data-category=ap_mine]")
    phone.page.fill("#why", "seen from nearer")
    record = sent(phone, server)
    assert isinstance(record, EvidenceCorrected)
    assert (record.entity, record.base) == ("F-9", [HEAD])
    assert record.data.properties.model_dump(exclude_unset=True) == {"category": "ap_mine"}
    assert record.data.geometry is None
    assert record.data.reason == "seen from nearer"


def a_place_that_is_moved_brings_its_own_method_and_error(
    phone: Phone, server: FieldServer
) -> None:
    open_earlier(phone, "#wrong", "[data-fault=where]", "[data-way=typed]")
    phone.page.fill("#coordinates", "36.2030 37.1620")
    press(phone, "#read", "[data-reading=typed]")
    record = sent(phone, server)
    assert record.data.properties.model_dump(exclude_unset=True) == {
        "position_method": "typed", "position_error_m": None,
    }  # fmt: skip
    assert record.data.geometry.coordinates == (37.162, 36.203)
    assert record.data.reason == "The place"


def the_same_item_again_is_a_new_find_in_the_same_place(phone: Phone, server: FieldServer) -> None:
    open_earlier(phone, "#again")
    given, place = recorded(phone, server)  # nothing was asked
    assert (given.kind, given.category, given.position_method) == ("find", "mortar", "gps")
    assert given.position_error_m == 10
    assert place.equals(shapely.Point(37.162, 36.2022))


def test_what_this_phone_recorded_itself_can_be_spoken_of_before_it_was_sent(
    phone: Phone, field_server: FieldServer
) -> None:
    page = phone.page
    phone.set_up()
    field_server.stop()
    phone.find_by_bearing()
    phone.save()
    page.click("#home")
    page.click("#open-earlier")
    page.click("#earlier button")
    page.click("#gone")
    page.click("#today")
    page.click("#save")
    page.click("#home")
    page.click("#open-earlier")
    phone.sees("#earlier", "You said that it is gone")
    page.click("#back")
    field_server.start()
    phone.send_now()
    page.wait_for_selector("li[data-state=received] + li[data-state=received]")
    first, second = (RECORD.validate_python(body) for body in field_server.office.bodies())
    assert isinstance(second, ItemDisposed)
    assert (second.entity, second.base) == (first.entity, [])


@pytest.mark.parametrize("locale", ["en-GB", "ar-IQ"])
def test_axe_finds_nothing_on_the_screens_of_records(
    new_phone: Callable[..., Phone], locale: str
) -> None:
    phone = new_phone(locale=locale, bypass_csp=True)
    phone.set_up()
    fetch_pack(phone)
    check_an_area(phone)
    check_a_lane(phone)
    check_earlier_records(phone)
    assert phone.faults == []


def check_an_area(phone: Phone) -> None:
    press(phone, "#open-kinds")
    check(phone, "kinds")
    press(phone, "[data-kind=hazard_area]")
    check(phone, "class")
    press(phone, "[data-class=unsure]", "[data-category=unknown]", "#add-corner")
    # The names of the sources are written as their owners write them.
    phone.page.evaluate("document.querySelector('.leaflet-control-attribution').remove()")
    check(phone, "draw")
    press(phone, "#exact-no")
    check(phone, "community")
    press(phone, "[data-pcode=C1001]")
    check(phone, "review of an area")
    press(phone, "#save", "#home")


def check_a_lane(phone: Phone) -> None:
    begin(phone, "clearance")
    check(phone, "when")
    press(phone, "#today")
    check(phone, "form")
    press(phone, "[data-form=line]", "[data-way=walk]", "#walk")
    walk_to(phone, 0, 1)
    walk_to(phone, 10, 2)
    check(phone, "walk")
    press(phone, "#shape-done")
    check(phone, "width")
    phone.page.fill("#number", "\u0661,\u0665")  # 1.5 in Arabic digits
    press(phone, "#number-next")
    check(phone, "depth")
    press(phone, "[data-depth=unknown]")
    check(phone, "review of a lane")
    press(phone, "#save", "#home")


def check_earlier_records(phone: Phone) -> None:
    press(phone, "#open-earlier")
    check(phone, "earlier")
    press(phone, "[data-id='F-9']")
    check(phone, "earlier one")
    press(phone, "#wrong")
    check(phone, "wrong")
    press(phone, "[data-fault=other]")
    check(phone, "review of a correction")
