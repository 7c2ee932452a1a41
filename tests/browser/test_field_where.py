import json
import re
from collections.abc import Callable
from typing import Any

import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.browser.field_phone import HERE, Phone
from tests.browser.field_server import FieldServer

pytestmark = pytest.mark.browser
ARABIC_DIGITS = {ord(str(n)): 0x660 + n for n in range(10)} | {ord("."): 0x66B}
WGS84 = pyproj.Geod(ellps="WGS84")


def call(app: Phone, module: str, code: str, *given: Any) -> Any:  # noqa: ANN401  # JSON
    """Call a function of the app's own modules in the page."""
    return app.page.evaluate(
        f"async (given) => {{ const m = await import('/field/static/field/{module}.js');"
        f" return ({code})(m, ...given); }}",
        list(given),
    )


def place_of(app: Phone, text: str) -> tuple[float, float] | None:
    read = call(app, "coordinates", "(m, text) => m.readCoordinates(text)", text)
    return None if read is None else (read["lat"], read["lon"])


def test_coordinates_are_read_as_people_type_them(app: Phone) -> None:
    utm = pyproj.Transformer.from_crs(4326, 32637, always_xy=True)
    east, north = utm.transform(37.1615, 36.2021)
    written = [
        "36.2021 37.1615",
        "36.2021, 37.1615",
        "36,2021 37,1615",
        "36,2021; 37,1615",
        "36.2021\u060c 37.1615".translate(ARABIC_DIGITS),
        "N 36.2021 E 37.1615",
        "37.1615 E, 36.2021 N",
        "36\u00b012'07.56\"N 37\u00b009'41.4\"E",
        "36 12 07.56 N 37 09 41.4 E",
        "36\u00b0 12.126' N, 37\u00b0 9.69' E",
        "\u0634\u0645\u0627\u0644 36.2021 \u0634\u0631\u0642 37.1615",
        f"37 S {east:.0f} {north:.0f}",
        f"37N {east:.0f}E {north:.0f}N",
    ]
    for text in written:
        read = place_of(app, text)
        assert read == pytest.approx((36.2021, 37.1615), abs=2e-5), text


def test_a_grid_reference_of_the_military_grid_is_read_and_back(app: Phone) -> None:
    text = app.page.evaluate(
        """async () => (await import('/field/static/vendor/mgrs/dist/mgrs.esm.js'))
          .forward([37.1615, 36.2021], 5)"""
    )
    assert text.startswith("37S")
    assert place_of(app, text) == pytest.approx((36.2021, 37.1615), abs=2e-5)
    spaced = f"{text[:3]} {text[3:5]} {text[5:10]} {text[10:]}"
    assert place_of(app, spaced) == pytest.approx((36.2021, 37.1615), abs=2e-5)


@pytest.mark.parametrize(
    "text",
    ["", "hello", "36.2", "36.2021 N 37.1615", "36.2 N 37.1 N", "96.1 200.5", "36 75 10 N 37 9 4 E",
     "1 2 3 4 5 6 7 8", "<img src=x>", "61S 334753 4007925", "37S CA", "NaN NaN",
     "36.2021 37.1615 12.0"],
)  # fmt: skip
def test_what_is_no_place_is_refused(app: Phone, text: str) -> None:
    assert place_of(app, text) is None


def test_the_place_at_a_bearing_is_that_of_the_geodesic(app: Phone) -> None:
    for lat in (-60.0, 0.0, 36.2, 65.0):
        for bearing in (0, 33, 90, 180, 271, 359):
            for metres in (10, 300, 5000):
                code = "(m, from, b, d) => m.project(from, b, d)"
                got = call(app, "geodesy", code, {"lat": lat, "lon": 179.99}, bearing, metres)
                lon, true_lat, _ = WGS84.fwd(179.99, lat, bearing, metres)
                _, _, off = WGS84.inv(got["lon"], got["lat"], lon, true_lat)
                assert off <= 0.001 * metres, (lat, bearing, metres)


def test_the_declination_is_that_of_the_world_magnetic_model(app: Phone) -> None:
    code = "(m, at, day) => m.declination_deg(at, new Date(day))"
    # Test values of NOAA's report on WMM2025 (0 km).
    for day, lat, lon, degrees in [
        ("2025-01-01", 80, 0, 1.28),
        ("2025-01-01", 0, 120, -0.16),
        ("2025-01-01", -80, 240, 68.78),
    ]:
        got = call(app, "geodesy", code, {"lat": lat, "lon": lon}, day)
        assert got == pytest.approx(degrees, abs=0.02), (lat, lon)
    assert call(app, "geodesy", code, {"lat": 36, "lon": 37}, "2031-01-01") is None


ADD = """(m, fixes, now) => {
  const all = new m.Fixes();
  for (const one of fixes) all.add(one, now ?? one.time_ms);
  return all.result();
}"""


def fix(east_m: float = 0, accuracy: float = 5, time_ms: int = 0, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    lon, lat, _ = WGS84.fwd(37.1615, 36.2021, 90, east_m)
    return {
        "lat": lat, "lon": lon, "accuracy_m": accuracy, "time_ms": time_ms, "speed_ms": None, **more
    }  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-8, 8), st.floats(3, 30)), min_size=1, max_size=30))
def test_an_average_is_never_better_than_the_best_single_fix(
    app: Phone, readings: list[tuple[float, float]]
) -> None:
    fixes = [fix(east, accuracy, i * 1000) for i, (east, accuracy) in enumerate(readings)]
    result = call(app, "fixes", ADD, fixes, None)
    assert result["error_m"] >= min(accuracy for _, accuracy in readings)
    _, _, away = WGS84.inv(37.1615, 36.2021, result["lon"], result["lat"])
    assert away <= 8.01


def test_an_outlier_that_calls_itself_exact_vouches_for_no_average(app: Phone) -> None:
    fixes = [fix(0, 30, i * 1000) for i in range(12)] + [fix(40, 3, 13_000)]
    result = call(app, "fixes", ADD, fixes, None)
    _, _, away = WGS84.inv(37.1615, 36.2021, result["lon"], result["lat"])
    assert away == pytest.approx(0, abs=0.5)
    assert result["error_m"] >= 30


def test_walking_begins_the_average_anew(app: Phone) -> None:
    fixes = [fix(0, 5, i * 1000) for i in range(12)] + [fix(60, 5, 13_000)]
    result = call(app, "fixes", ADD, fixes, None)
    assert result["count"] == 1
    assert not result["settled"]
    _, _, away = WGS84.inv(37.1615, 36.2021, result["lon"], result["lat"])
    assert away == pytest.approx(60, abs=0.5)


def test_a_stale_fix_and_one_without_accuracy_have_an_unknown_error(app: Phone) -> None:
    stale = call(app, "fixes", ADD, [fix(time_ms=0)], 60_000)
    assert (stale["worry"], stale["error_m"]) == ("stale", None)
    mocked = call(app, "fixes", ADD, [fix(accuracy=0)], 0)
    assert (mocked["worry"], mocked["error_m"]) == ("no_accuracy", None)


def test_a_wrong_clock_does_not_make_new_fixes_old(app: Phone) -> None:
    year_ms = 365 * 86_400_000
    code = """(m, year) => {
      const all = new m.Fixes();
      const still = { lat: 36.2, lon: 37.1, accuracy_m: 5, speed_ms: null };
      const one = (i) => ({ ...still, time_ms: i * 1000 });
      all.add(one(0), year);
      const first = all.result().worry;
      for (let i = 1; i < 5; i += 1) all.add(one(i), year + i * 1000);
      return [first, all.result().worry, all.result().count];
    }"""
    assert call(app, "fixes", code, year_ms) == ["stale", None, 4]


def test_the_compass_points_where_the_phone_does(app: Phone) -> None:
    code = "(m, a, b, g) => m.heading_deg(a, b, g)"
    assert call(app, "gps", code, 0, 0, 0) == pytest.approx(0)
    assert call(app, "gps", code, 270, 0, 0) == pytest.approx(90)  # alpha turns the other way
    assert call(app, "gps", code, 270, 90, 0) == pytest.approx(90)  # upright: the camera


def test_accuracy_zero_is_told_and_stored_as_unknown(
    new_phone: Callable[..., Phone], field_server: FieldServer
) -> None:
    phone = new_phone(geolocation={**HERE, "accuracy": 0})
    phone.set_up()
    phone.to_where()
    phone.page.click("[data-way=here]")
    phone.page.wait_for_selector("#use:not([disabled])")
    assert "unknown error" in phone.page.inner_text("#gps-words")
    phone.page.click("#use")
    phone.save()
    phone.page.click("#home")
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    [body] = field_server.office.bodies()
    assert "position_error_m" not in body["data"]["properties"]
    # The programme's figure for GPS (15 m) is that of a receiver that told its accuracy.
    assert body["data"]["properties"]["position_method"] == "unknown"


def test_where_the_position_is_denied_coordinates_still_lead_to_a_record(
    new_phone: Callable[..., Phone], field_server: FieldServer
) -> None:
    phone = new_phone(permissions=[])
    phone.set_up()
    phone.to_where()
    phone.sees("#gps-words", "does not give")
    phone.page.click("[data-way=typed]")
    phone.page.fill("#coordinates", "36.2021 37.1615")
    phone.page.click("#read")
    phone.page.click("[data-reading=typed]")
    phone.save()
    phone.page.click("#home")
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    [body] = field_server.office.bodies()
    assert body["data"]["geometry"]["coordinates"] == [37.1615, 36.2021]
    assert body["data"]["properties"]["position_method"] == "typed"


@pytest.mark.parametrize(("typed", "error_m"), [("36.202 37.161", 200), ("36.2021 37.1615", None)])
def test_a_rounded_place_is_never_known_better_than_a_full_one(
    typed: str, error_m: float | None, phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    phone.to_where()
    phone.page.click("[data-way=typed]")
    phone.page.fill("#coordinates", typed)
    phone.page.click("#read")
    phone.page.click("[data-reading=typed]")
    phone.save()
    phone.page.click("#home")
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    [body] = field_server.office.bodies()
    stored = body["data"]["properties"].get("position_error_m")
    assert stored is None if error_m is None else stored > error_m


def test_swapped_coordinates_are_shown_both_ways_and_the_person_decides(phone: Phone) -> None:
    phone.set_up()
    phone.to_where()
    phone.sees("#gps-words", "10")
    phone.page.click("[data-way=typed]")
    phone.page.wait_for_timeout(500)
    phone.page.fill("#coordinates", "37.1615 36.2021")
    phone.page.click("#read")
    assert phone.page.locator("[data-reading]").count() == 2
    phone.page.click("[data-reading=swapped]")
    phone.page.click("#next")
    assert "36.20210" in phone.page.inner_text("dl")
    kept = json.dumps(phone.page.evaluate("indexedDB.databases()"))
    assert "uxo-field" in kept


def test_a_tap_on_the_map_stores_its_own_error(phone: Phone, field_server: FieldServer) -> None:
    phone.set_up()
    phone.to_where()
    phone.page.click("[data-way=map]")
    phone.page.wait_for_selector("#map .leaflet-control-scale")
    phone.page.wait_for_timeout(500)
    phone.page.locator("#map").click(position={"x": 160, "y": 200})
    phone.page.click("#use")
    phone.save()
    phone.page.click("#home")
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    [body] = field_server.office.bodies()
    properties = body["data"]["properties"]
    assert properties["position_method"] == "map"
    assert properties["position_error_m"] >= 50


def test_a_direction_that_nobody_knows_draws_the_circle_all_around(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    phone.to_where("unknown")
    phone.sees("#gps-words", "10")
    phone.page.click("#bearing-unknown")
    phone.page.click("[data-distance=unsure]")
    phone.save()
    phone.page.click("#home")
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    [body] = field_server.office.bodies()
    assert body["data"]["geometry"]["coordinates"] == pytest.approx([37.1615, 36.2021])
    assert body["data"]["properties"]["position_error_m"] > 350
    assert body["data"]["properties"]["category"] == "unknown"


def test_pointing_the_phone_needs_no_typing(phone: Phone, field_server: FieldServer) -> None:
    phone.set_up()
    taps = 0

    def tap(selector: str) -> None:
        nonlocal taps
        taps += 1
        phone.page.click(selector)

    tap("#begin")
    tap("#stopped")
    tap("[data-category=unknown]")
    phone.sees("#gps-words", re.compile("[0-9]"))
    phone.page.evaluate(
        """() => dispatchEvent(new DeviceOrientationEvent('deviceorientationabsolute',
          { alpha: 180, beta: 0, gamma: 0, absolute: true }))"""
    )
    phone.sees("#sighting", re.compile("18[56]"))  # 180 by the needle
    tap("[data-distance='25']")
    tap("#next")
    tap("#save")
    phone.page.wait_for_selector("main[data-step=saved]")
    assert taps == 6
    phone.page.click("#home")
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    [body] = field_server.office.bodies()
    assert body["data"]["geometry"]["coordinates"][1] < HERE["latitude"]


def test_a_browser_without_files_keeps_the_roads_of_a_community_for_use_with_no_network(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.context.add_init_script("delete FileSystemFileHandle.prototype.createWritable")
    phone.page.goto(phone.url)
    phone.set_up()
    phone.page.click("#open-settings")
    phone.page.fill("#pcode", "C1001")
    phone.page.click("#get-pack")
    phone.sees("#pack-words", "Old Market")
    field_server.stop()
    phone.page.go_back()
    phone.to_where()
    phone.page.click("[data-way=map]")
    phone.sees("#way", "Roads show their status")
    phone.page.wait_for_timeout(500)
    painted = phone.page.evaluate(
        """() => {
          const canvas = document.querySelector('#map canvas');
          const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          let red = 0;
          for (let i = 0; i < all.length; i += 4) red += all[i] > 120 && all[i + 1] < 60;
          return red;
        }"""
    )
    assert painted > 50
    assert field_server.office.map_asked == []
