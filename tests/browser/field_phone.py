"""A phone with the app: a browser with a disk of its own, which can be killed."""

import contextlib
import io
import os
import random
import re
import signal
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Error, Page, Playwright, ViewportSize, expect

from tests.browser.chromium import FLAGS, find_browser

PIN = "274911"
SIZE: ViewportSize = {"width": 360, "height": 740}
HERE = {"latitude": 36.2021, "longitude": 37.1615, "accuracy": 6}

_STORED = """async () => {
  const { openDB } = await import('/field/static/vendor/idb/build/index.js');
  const db = await openDB('uxo-field');
  const flagged = (one) => ({ ...one, sealed: one.sealed !== null });
  const events = (await db.getAllFromIndex('events', 'seq')).map(flagged);
  const photos = (await db.getAll('photos')).map(flagged);
  const counter = (await db.get('keep', 'counter')) ?? 0;
  const draft = (await db.get('keep', 'draft')) !== undefined;
  db.close();
  return { events, photos, counter, draft };
}"""


@cache
def _photo() -> bytes:
    """Draw a photo of noise: the app's smaller one still has some hundred kB."""
    noise = random.Random(7).randbytes(900 * 700 * 3)  # noqa: S311  # to be repeated
    file = io.BytesIO()
    Image.frombytes("RGB", (900, 700), noise).save(file, "JPEG", quality=90)
    return file.getvalue()


class Phone:
    """One phone; its disk outlives its browser."""

    def __init__(self, playwright: Playwright, disk: Path, url: str, **options: Any) -> None:  # noqa: ANN401
        self.playwright = playwright
        self.disk = disk
        self.url = url
        self.options = {
            "locale": "en-GB", "geolocation": HERE, "permissions": ["geolocation"], **options
        }  # fmt: skip
        self.faults: list[str] = []
        self.context: BrowserContext
        self.page: Page
        self.boot()

    def boot(self) -> None:
        """Start the browser and open the app."""
        chromium = find_browser()
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.disk),
            executable_path=chromium.program,
            args=FLAGS,
            env={**os.environ, **chromium.environment},
            viewport=SIZE,
            has_touch=True,
            is_mobile=True,
            timezone_id="Asia/Baghdad",
            **self.options,
        )
        self.page = self.context.pages[0]
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.goto(self.url)
        self.page.wait_for_selector("html[data-ready=yes]")

    def kill(self) -> None:
        """End the browser as a dead battery does."""
        found = subprocess.run(  # noqa: S603  # the disk of this test
            ["pgrep", "-f", f"user-data-dir={self.disk}"],  # noqa: S607
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        for process in found.stdout.split():
            os.kill(int(process), signal.SIGKILL)
        with contextlib.suppress(Error):  # it is gone already
            self.context.close()
        for lock in self.disk.glob("Singleton*"):
            lock.unlink()

    def close(self) -> None:
        self.context.close()

    def set_up(self, pin: str = PIN, code: str = "ABCD-1234") -> None:
        """Choose a PIN and enrol, as on the first day."""
        page = self.page
        page.fill("#pin", pin)
        page.fill("#pin-again", pin)
        page.click("button[type=submit]")
        page.fill("#code", code)
        page.fill("#label", "phone 7")
        page.click("button[type=submit]")
        page.wait_for_selector("#begin")
        page.wait_for_selector("html[data-offline=yes]")

    def unlock(self, pin: str = PIN) -> None:
        self.page.fill("#pin", pin)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("main[data-step=home]")

    def sees(self, selector: str, words: str | re.Pattern[str]) -> None:
        """Wait for words; functions in the page cannot be waited for under its own policy."""
        expect(self.page.locator(selector)).to_contain_text(words, timeout=15_000)

    def to_where(self, category: str = "mortar") -> None:
        """Three taps: I see something, I am standing back, what."""
        self.page.click("#begin")
        self.page.click("#stopped")
        self.page.click(f"[data-category={category}]")
        self.page.wait_for_selector("main[data-step=where]")

    def save(self) -> None:
        """Two taps from the state of the item on: next, save."""
        self.page.click("#next")
        self.page.click("#save")
        self.page.wait_for_selector("main[data-step=saved]")

    def find_by_bearing(self, degrees: str = "90", distance: str = "50") -> None:
        self.to_where()
        self.page.fill("#bearing", degrees)
        self.sees("#gps-words", re.compile("[0-9]"))
        self.page.click(f"[data-distance='{distance}']")
        self.page.wait_for_selector("main[data-step=state]")

    def take_photo(self, metadata: bytes = b"") -> None:
        """Choose a photo of some hundred kB on the screen of the review."""
        whole = _photo()
        segment = b"\xff\xe1" + (len(metadata) + 2).to_bytes(2, "big") + metadata
        marked = whole[:2] + segment + whole[2:]
        self.page.set_input_files(
            "#photo", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": marked}
        )
        self.page.wait_for_selector("img.photo")

    def stored(self) -> dict[str, Any]:
        """Read what lies on the disk: events, photos, and the last number given."""
        rows: dict[str, Any] = self.page.evaluate(_STORED)
        return rows

    def send_now(self) -> None:
        """Do not wait for the time in which a record can be undone."""
        self.page.evaluate(
            """async () => {
              const { openDB } = await import('/field/static/vendor/idb/build/index.js');
              const db = await openDB('uxo-field');
              for (const one of await db.getAll('events')) {
                await db.put('events', { ...one, held_until_ms: 0 });
              }
              db.close();
            }"""
        )
        self.page.click("#open-queue")
        self.page.click("#send-now")
