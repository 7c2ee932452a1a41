"""The pages of sign-in and phones in a real browser, over a real connection."""

import io
import threading
from collections.abc import Iterator

import pytest
import uvicorn
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import axe_script
from tests.people import PASSWORD, Staff, hire, open_people
from tests.web.scene import Clock, live_service, open_scene
from uxo.services.who import CONSOLE
from uxo.web.app import create_app
from uxo.web.serve import open_socket

pytestmark = pytest.mark.browser

PAGE = "<html lang=en><title>map</title><style>a</style><script>1</script>the map</html>"


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    with open_people(tmp_path_factory.mktemp("people") / "people") as store:
        yield hire(store, Clock())


@pytest.fixture(scope="module")
def address(staff: Staff, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("survey") / "survey.gpkg"
    clock = Clock()
    with open_scene(path, clock) as store, open_socket("127.0.0.1", 0) as listener:
        app = create_app(live_service(store, clock), staff.access, map_html=lambda _: PAGE)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


@pytest.fixture(params=["en", "ar"])
def language(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def _phone(browser: Browser, language: str, *, scripts: bool) -> BrowserContext:
    return browser.new_context(
        viewport={"width": 360, "height": 640},
        locale={"en": "en-GB", "ar": "ar-SY"}[language],
        java_script_enabled=scripts,
    )


def _sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.fill("#name", name)
    page.fill("#password", password)
    page.click("button[type=submit]")


def test_without_scripts_a_person_signs_in_adds_a_phone_cuts_it_off_and_signs_out(
    browser: Browser, address: str, language: str, staff: Staff
) -> None:
    lost, _ = staff.device(label=f"lost phone {language}")
    context = _phone(browser, language, scripts=False)
    page = context.new_page()
    page.goto(f"{address}/devices")
    assert page.url.startswith(f"{address}/sign-in?next=%2Fdevices")
    _sign_in(page, "officer", "wrong-password")
    assert page.locator("[role=alert]").is_visible()
    _sign_in(page, "officer")
    assert page.url == f"{address}/devices"
    page.fill("#team", "EOD-9")
    page.click("main > form button")
    assert page.locator(".qr svg").is_visible()
    assert len(page.locator(".code").inner_text().replace("-", "").strip()) == 10
    section = page.locator("section.device", has_text=f"lost phone {language}")
    section.locator("button").click()
    assert section.locator("button").count() == 0
    (revoked,) = [one for one in staff.access.devices.list() if one.device_id == lost]
    assert revoked.revoked_at is not None
    page.goto(f"{address}/maps/")
    assert "the map" in page.content()
    page.goto(f"{address}/sign-in")
    page.click("form button")
    page.goto(f"{address}/")
    assert "/sign-in" in page.url
    context.close()


def test_the_rules_of_accessibility_find_nothing_and_nothing_is_wider_than_the_phone(
    browser: Browser, address: str, language: str, staff: Staff
) -> None:
    staff.device(label="phone 7")
    lost, _ = staff.device(label="\u0647\u0627\u062a\u0641 8")
    staff.access.devices.revoke(lost, by=CONSOLE)
    context = _phone(browser, language, scripts=True)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Security" in said.text else None)
    page.goto(f"{address}/sign-in")
    _check(page)
    _sign_in(page, "reviewer", "wrong-password")
    _check(page)
    _sign_in(page, "officer")
    page.goto(f"{address}/sign-in")
    _check(page)
    page.goto(f"{address}/devices")
    page.fill("#team", "EOD-9")
    page.click("main > form button")
    _check(page)
    _check_sizes(page)
    page.goto(f"{address}/password")
    _check(page)
    assert page.locator("html").get_attribute("dir") == {"en": "ltr", "ar": "rtl"}[language]
    assert faults == []
    context.close()


def test_the_pages_of_an_administrator_hold_to_the_same_rules(
    browser: Browser, address: str, language: str
) -> None:
    context = _phone(browser, language, scripts=True)
    page = context.new_page()
    page.goto(f"{address}/people")
    _sign_in(page, "admin")
    page.locator("summary").first.click()
    page.fill("#name", f"somebody {language}")
    page.fill("#team", "DESK")
    page.select_option("#role", "officer")
    page.click("main > details form button")
    assert page.locator(".code").is_visible()
    for summary in page.locator("summary").all():
        summary.click()
    _check(page)
    _check_sizes(page)
    page.goto(f"{address}/audit")
    _check(page)
    _check_sizes(page)
    page.locator("section.device a").first.click()
    assert "/people" in page.url
    context.close()


def _check_sizes(page: Page) -> None:
    for button in page.locator("button, select, input:not([type=hidden])").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 64


def _check(page: Page) -> None:
    page.evaluate(axe_script())
    found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_s_camera_reads_the_code_from_the_screen_and_the_code_adds_the_phone(
    browser: Browser, address: str, staff: Staff, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(f"{address}/devices?lang=ar")
    _sign_in(page, "officer")
    page.fill("#team", "EOD-9")
    page.click("main > form button")
    page.locator(".qr svg").scroll_into_view_if_needed()
    screen = Image.open(io.BytesIO(page.screenshot()))
    (found,) = zxingcpp.read_barcodes(screen)
    where, _, code = found.text.partition("#enrol=")
    assert where == f"{address}/field/"
    assert code == page.locator(".code").inner_text().strip()
    device = staff.access.devices.enrol(code, f"phone {scheme}", address="10.0.0.9").device
    assert device.team == "EOD-9"
    context.close()


def test_a_page_of_another_site_cannot_sign_anybody_in(
    browser: Browser, address: str, staff: Staff
) -> None:
    before = len(staff.store.audit(limit=1000))
    context = browser.new_context()
    page = context.new_page()
    page.set_content(
        f'<form method="post" action="{address}/sign-in"><input name="name" value="officer">'
        f'<input name="password" value="{PASSWORD}"><button>go</button></form>'
    )
    with page.expect_navigation():
        page.click("button")
    assert "refused" in page.content()
    assert context.cookies() == []
    assert len(staff.store.audit(limit=1000)) == before
    context.close()
