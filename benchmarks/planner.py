"""The planner's page on a large network: first view, frames while the map is moved, a restyle.

The roads are an invented grid of towns around Aleppo, one piece each before any evidence; the
evidence is invented from a fixed seed. The service runs in this process on a real port, and has
answered once, as one that has been up for a minute. Chromium runs without a graphics card.
"""

import os
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.map import evidence_near
from tests.browser.chromium import FLAGS, find_browser
from tests.web.scene import Clock, find, live_service, open_store, stamp
from uxo.evidence.columns import ROAD_DTYPES, WGS84, as_table
from uxo.services.live_status import LiveStatusService
from uxo.services.record_evidence import EvidenceFeature
from uxo.vocabulary import Layer, Status
from uxo.web.app import create_app
from uxo.web.serve import open_socket

_CENTRE: Final = (37.16, 36.20)
_STEP: Final = 0.0011  # degrees between junctions: about 100 m
_TIMEOUT_MS: Final = 300_000
_PAN: Final = """
async ([frames, step]) => {
  const map = uxoPlanner.map.map;
  const next = () => new Promise((done) => requestAnimationFrame(done));
  await next();
  const times = [performance.now()];
  for (let frame = 0; frame < frames; frame += 1) {
    const turn = Math.floor(frame / 60) % 4;
    map.panBy([[step, 0], [0, step], [-step, 0], [0, -step]][turn], {animate: false});
    await next();
    times.push(performance.now());
  }
  const taken = times.slice(1).map((one, at) => one - times[at]).sort((a, b) => a - b);
  const whole = times[times.length - 1] - times[0];
  return {fps: frames * 1000 / whole, slowest: taken[Math.floor(taken.length * 0.95)]};
}
"""


def run(scale: str) -> list[dict[str, Any]]:
    """Measure; ``small`` takes twenty thousand roads, ``full`` a million."""
    count = 1_000_000 if scale == "full" else 20_000
    clock = Clock(datetime(2026, 11, 21, 12, tzinfo=UTC))
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(Path(folder) / "store.gpkg", clock) as store,
    ):
        roads = _grid(count)
        items = evidence_near(roads, items=count // 100)
        for layer, table in ((Layer.ROADS, roads), (Layer.EVIDENCE, items)):
            store.import_rows(
                layer, [table], stamp=stamp(layer.value), who="DESK", attribution="",
                exercise=True,
            )  # fmt: skip
        service = live_service(store, clock)
        with _served(service) as address:
            return _measured(address, service, f"{len(service.result()):,} pieces")


def _measured(address: str, service: LiveStatusService, size: str) -> list[dict[str, Any]]:
    for path in ("/api/v1/roads/ranks", "/tiles/roads.json", "/tiles/pieces.json",
                 "/tiles/mixed.json", "/tiles/hazards.json", "/tiles/releases.json"):  # fmt: skip
        with urllib.request.urlopen(address + path, timeout=_TIMEOUT_MS / 1000) as answer:  # noqa: S310  # our own
            answer.read()
    with sync_playwright() as playwright:
        chromium = find_browser()
        browser = playwright.chromium.launch(
            executable_path=chromium.program,
            args=FLAGS,
            env={**os.environ, **chromium.environment},
        )
        rows = []
        for name, place in (("whole network", ""), ("zoom 13", "#map=13/36.20000/37.16000")):
            page, first_s = _opened(browser, f"{address}/{place}")
            rows.append(_row(f"first view, {name}, s", first_s, "< 3 s", size))
            rows.append(_panned(page, name, size))
            page.context.close()
        page, _ = _opened(browser, f"{address}/#map=13/36.20000/37.16000")
        rows.append(_restyled(page, service, size))
        browser.close()
    return rows


def _opened(browser: Browser, address: str) -> tuple[Page, float]:
    """Seconds from the address to the frame after every tile in view was drawn."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(_TIMEOUT_MS)
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("html[data-ready=yes][data-drawn=yes]")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page, time.perf_counter() - start


def _panned(page: Page, name: str, size: str) -> dict[str, Any]:
    """Move the map eight pixels a frame for four sides of a square, new tiles included."""
    page.evaluate("uxoPlanner.map.map.setZoom(uxoPlanner.map.map.getZoom(), {animate: false})")
    told = page.evaluate(_PAN, [240, 8])
    note = f"{size}; 19 of 20 frames within {told['slowest']:.0f} ms"
    return _row(f"pan, {name}, frames/s", told["fps"], ">= 30", note)


def _restyled(page: Page, service: LiveStatusService, size: str) -> dict[str, Any]:
    """Seconds from the question whether anything changed to the new lines on the screen."""
    result = service.result()
    middle = shapely.get_coordinates(shapely.centroid(result.roads.geometry.to_numpy()))
    whole = np.flatnonzero(np.diff(result.swept.piece_start) == 1)
    unknown = whole[result.status[result.swept.piece_start[whole]] == Status.NOT_SURVEYED]
    nearest = unknown[np.hypot(*(middle[unknown] - np.array(_CENTRE)).T).argmin()]
    lon, lat = middle[nearest].tolist()
    service.record(EvidenceFeature.model_validate(find(lon, lat)))
    service.result()
    start = time.perf_counter()
    page.evaluate("uxoPlanner.map.pens.refresh()")
    page.wait_for_selector("html[data-restyled]", timeout=60_000)
    return _row("restyle after one find, s", time.perf_counter() - start, "< 1 s", size)


def _row(name: str, ours: float, goal: str, note: str) -> dict[str, Any]:
    return {
        "name": name, "ours": ours, "peer": None, "peer_name": None, "ratio": None,
        "goal": goal, "note": note,
    }  # fmt: skip


def _grid(count: int) -> gpd.GeoDataFrame:
    """Make the streets of a square town, each edge of the grid a road of four vertices."""
    side = int(np.sqrt(count / 2.0)) + 1
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    corner = np.column_stack((x.ravel(), y.ravel()))
    rng = np.random.default_rng(5)
    start = np.concatenate((corner, corner))
    way = np.repeat([[1.0, 0.0], [0.0, 1.0]], len(corner), axis=0)
    share = np.array([0.0, 0.33, 0.66, 1.0])
    at = start[:, None, :] + way[:, None, :] * share[None, :, None]
    at[:, 1:3] += rng.normal(0, 0.06, (len(start), 2, 2))
    at = np.array(_CENTRE) + (at - side / 2.0) * _STEP
    lines = shapely.linestrings(at[:count])
    frame = pd.DataFrame({"road_id": [f"r/{number}" for number in range(count)]})
    frame["highway"] = "residential"
    return as_table(gpd.GeoDataFrame(frame, geometry=lines, crs=WGS84), ROAD_DTYPES)


@contextmanager
def _served(service: LiveStatusService) -> Iterator[str]:
    listener = open_socket("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(create_app(service), log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
