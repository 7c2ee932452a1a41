"""Sheets: seconds from a computed status to the file, against Chromium printing the same map.

The ground is that of the demo: central Aleppo, some ten thousand roads. The peer gets the finished
SVG of the map in a page of its own, and neither lists nor a legend: less work than ours.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import sync_playwright

from tests.browser.chromium import FLAGS, find_browser
from uxo import wiring
from uxo.evidence.routes import Mode, Waypoint
from uxo.plan.tariff import ALLOWED_BY_DEFAULT
from uxo.publish.sheets.content import SheetContent, Tier
from uxo.publish.sheets.frame import Paper
from uxo.publish.sheets.map_svg import map_svg
from uxo.services.demo import build_demo
from uxo.services.route_course import drawn_course
from uxo.services.routes import RouteBook, RouteOrder
from uxo.services.sheet_district import DistrictAsk, district_sheet
from uxo.services.sheet_route import route_sheet
from uxo.services.sheets import Form, Printing, print_sheets, provenance_of
from uxo.services.status_of_store import status_of_store
from uxo.settings import load_settings
from uxo.status.result import StatusResult
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer

_LIMIT_S: Final = 1.0
_RUNS: Final = {"small": 3, "full": 9}
_PLACE: Final = "C1007"  # the only large community of the demo
_ENDS: Final = (Waypoint(37.135, 36.212), Waypoint(37.165, 36.195))

Make = Callable[[], SheetContent]


def run(scale: str) -> list[dict[str, Any]]:
    """Measure; both scales have the same ground, ``small`` repeats it less often."""
    runs = _RUNS[scale]
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(store=str(Path(folder) / "store.gpkg"))
        with wiring.open_store(settings, create=True) as store:
            build_demo(
                store, directory=Path(folder), policy=wiring.policy_of(settings), now=wiring.now()
            )
            moment = wiring.now()
            result = status_of_store(
                store, policy=wiring.policy_of(settings), as_of=moment, known_at=moment
            )
            made = _sheets(store, result)
            rows = [_first(made["a route, A4"])]
            for what, make in made.items():
                rows += [_row(f"{what}, {form.value}", make, form, runs) for form in Form]
            rows.append(_chromium(made["a district, A4"](), runs))
    return rows


def _sheets(store: SqliteStore, result: StatusResult) -> dict[str, Make]:
    places, origin = store.state(Layer.PLACES), provenance_of(store.sources())
    book = RouteBook(store, lambda _moment: result)
    order = RouteOrder("Across the town", ALLOWED_BY_DEFAULT, Mode.FOOT)
    route = book.add(order, drawn_course(result, _ENDS, on_foot=True), "BENCH")

    def of_route() -> SheetContent:
        return route_sheet(
            book.report(route), result, places, origin, tier=Tier.INTERNAL, paper=Paper.A4
        )

    def of_district() -> SheetContent:
        ask = DistrictAsk(_PLACE, Tier.INTERNAL, Paper.A4)
        return district_sheet(result, places, origin, ask)

    return {"a route, A4": of_route, "a district, A4": of_district}


def _first(make: Make) -> dict[str, Any]:
    """Time the first sheet of a process, which unpacks the fonts."""
    start = time.perf_counter()
    _print(make(), Form.PDF)
    wall_s = time.perf_counter() - start
    return {"what": "the first sheet, fonts unpacked", "wall s": wall_s, "cpu s": None,
            "kB": None, "goal": "", "met": None}  # fmt: skip


def _print(sheet: SheetContent, form: Form) -> bytes:
    return print_sheets([sheet], Printing(form, "ar", Paper.A4))


def _row(what: str, make: Make, form: Form, runs: int) -> dict[str, Any]:
    walls, cpus, size = [], [], 0
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        size = len(_print(make(), form))
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    wall_s = median(walls)
    goal = f"< {_LIMIT_S:g} s" if form is Form.PDF else ""
    return {"what": what, "wall s": wall_s, "cpu s": median(cpus), "kB": round(size / 1000),
            "goal": goal, "met": wall_s < _LIMIT_S if goal else None}  # fmt: skip


def _chromium(sheet: SheetContent, runs: int) -> dict[str, Any]:
    """Let a running Chromium print the map alone."""
    what = "the map of the district by a running Chromium, pdf"
    try:
        browser = find_browser()
    except RuntimeError as reason:
        print(f"Chromium is left out: {reason}")
        return {"what": what, "wall s": None, "cpu s": None, "kB": None, "goal": "", "met": None}
    walls, size = [], 0
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=browser.program, args=FLAGS, env=dict(browser.environment)
        )
        for _ in range(runs):
            page = running.new_page()
            start = time.perf_counter()
            page.set_content(f"<!doctype html><title>map</title>{map_svg(sheet.map)}")
            size = len(page.pdf(format="A4"))
            walls.append(time.perf_counter() - start)
            page.close()
        running.close()
    return {"what": what, "wall s": median(walls), "cpu s": None, "kB": round(size / 1000),
            "goal": "", "met": None}  # fmt: skip
