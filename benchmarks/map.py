"""The map: time to build it, and time to open it against plain folium on the same pieces.

All of Aleppo where ``UXO_SHARED_DATA`` names the directory of the shared data, else the clip that
comes with the demo. The evidence is invented from a fixed seed. The peer is what folium's manual
shows: ``GeoJson`` with a ``style_function``; its page goes through the same offline hook, and
links Leaflet only, so that it is not charged for libraries that it does not need.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import FLAGS, find_browser
from uxo.evidence.columns import EVIDENCE_DTYPES, ROAD_DTYPES, WGS84, as_table
from uxo.policy import load_policy
from uxo.publish.map import draw_map
from uxo.publish.offline import OfflineFigure
from uxo.publish.symbology import LINES
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult
from uxo.vocabulary import Status

AS_OF: Final = datetime(2026, 11, 21, tzinfo=UTC)
_PARQUET: Final = Path("roads_aleppo_osm") / "aleppo_osm_original.parquet"
_LEAFLET: Final = "https://cdn.jsdelivr.net/npm/leaflet@1.9.4/dist/leaflet"
_PAGE: Final = (
    '<!DOCTYPE html><html><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="{{ policy }}">{{ head }}</head>'
    "<body>{{ map_html }}<script>{{ map_script }}</script></body></html>"
)
_KINDS: Final = {
    "find": 0.42, "strike": 0.12, "report": 0.05, "accident": 0.02, "hazard_area": 0.07,
    "closure": 0.02, "survey": 0.14, "technical_survey": 0.06, "clearance": 0.10,
}  # fmt: skip
_TIMEOUT_MS: Final = 900_000


def run(scale: str) -> list[dict[str, Any]]:
    """Measure; ``small`` takes two thousand roads, ``full`` all of them."""
    roads = _roads(2_000 if scale == "small" else None)
    evidence = evidence_near(roads, items=200 if scale == "small" else 3_000)
    compute_status(roads.head(50), evidence, policy=load_policy(), as_of=AS_OF, known_at=AS_OF)
    result = compute_status(roads, evidence, policy=load_policy(), as_of=AS_OF, known_at=AS_OF)
    ours, build_s = _median(lambda: _draw(result), times=3)
    peer, peer_build_s = _median(lambda: _plain_folium(result), times=1)
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        chromium = find_browser()
        browser = playwright.chromium.launch(
            executable_path=chromium.program,
            args=FLAGS,
            env={**os.environ, **chromium.environment},
        )
        open_s = _opening(browser, Path(directory) / "ours.html", ours, times=5)
        peer_s = _opening(browser, Path(directory) / "peer.html", peer, times=1)
        browser.close()
    size = f"{len(result):,} pieces of {len(roads):,} roads, {len(evidence):,} items"
    return [
        _row("build, s", build_s, peer_build_s, "<= 10 s", f"{size}; {len(ours) / 1e6:.1f} MB"),
        _row(
            "open until drawn, s",
            open_s,
            peer_s,
            "< 5 s and ratio >= 10",
            f"peer page {len(peer) / 1e6:.1f} MB, opened once; ours the median of five",
        ),
    ]


def _row(name: str, ours: float, peer: float, goal: str, note: str) -> dict[str, Any]:
    return {
        "name": name,
        "ours": ours,
        "peer": peer,
        "peer_name": "folium GeoJson(style_function)",
        "ratio": peer / ours,
        "goal": goal,
        "note": note,
    }


def _median(work: Callable[[], str], times: int) -> tuple[str, float]:
    """Run some times; the last page and the median of the seconds."""
    taken, made = [], ""
    for _ in range(times):
        start = time.perf_counter()
        made = work()
        taken.append(time.perf_counter() - start)
    return made, statistics.median(taken)


def _opening(browser: Browser, path: Path, page: str, times: int) -> float:
    """Median seconds from the address to the second frame after everything was drawn."""
    path.write_text(page, encoding="utf-8")
    taken = []
    for _ in range(times):
        context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
        tab = context.new_page()
        tab.set_default_timeout(_TIMEOUT_MS)
        start = time.perf_counter()
        tab.goto(path.as_uri(), timeout=_TIMEOUT_MS)
        if 'id="uxo-payload"' in page:
            tab.wait_for_selector("html[data-ready=yes]")
        tab.evaluate("new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))")
        taken.append(time.perf_counter() - start)
        context.close()
    return statistics.median(taken)


def _draw(result: StatusResult) -> str:
    return draw_map(result, places=None, language="en", attribution=[], exercise=True)


class _LeafletOnly(folium.Map):
    """A folium map without the libraries that a GeoJson layer does not use."""

    default_js = [("leaflet", f"{_LEAFLET}.js")]  # noqa: RUF012  # folium declares it so
    default_css = [("leaflet_css", f"{_LEAFLET}.css")]  # noqa: RUF012


def _plain_folium(result: StatusResult) -> str:
    """Draw the same pieces as folium's manual does: colours by status, the id on a click."""
    roads = result.roads["road_id"].to_numpy(dtype=object)
    frame = gpd.GeoDataFrame(
        {"status": result.status, "road_id": roads[result.road]},
        geometry=result.geometries(),
        crs=WGS84,
    )
    colours = [LINES[status].colour for status in Status]
    west, south, east, north = result.roads.total_bounds
    page = _LeafletOnly(
        location=((south + north) / 2, (west + east) / 2), tiles=None, zoom_start=12
    )
    folium.GeoJson(
        frame.__geo_interface__,
        style_function=lambda f: {"color": colours[f["properties"]["status"]], "weight": 3},
    ).add_to(page)
    figure = OfflineFigure(_PAGE)
    figure.add_child(page)
    return figure.render_page({})


def _roads(most: int | None) -> gpd.GeoDataFrame:
    """Read all of Aleppo, or the clip of the demo."""
    shared = os.environ.get("UXO_SHARED_DATA")
    if shared and (Path(shared) / _PARQUET).is_file():
        frame = gpd.read_parquet(Path(shared) / _PARQUET)
        # Its description says UTM zone 37N; the file's own CRS is nameless (see its SOURCE.txt).
        frame = frame.set_crs("EPSG:32637", allow_override=True).to_crs(WGS84)
        frame["road_id"] = [f"edge/{number}" for number in range(len(frame))]
    else:
        with resources.as_file(resources.files("uxo.services") / "demo_data") as folder:
            frame = gpd.read_file(next(folder.glob("roads*")))
    return as_table(frame.head(most) if most else frame, ROAD_DTYPES)


def evidence_near(roads: gpd.GeoDataFrame, items: int, seed: int = 11) -> gpd.GeoDataFrame:
    """Invent clustered evidence of every kind over the roads."""
    rng = np.random.default_rng(seed)
    centre = shapely.get_coordinates(shapely.centroid(roads.geometry.to_numpy()))
    towns = centre[rng.integers(0, len(centre), 60)]
    at = towns[rng.integers(0, len(towns), items)] + rng.normal(0, 0.008, (items, 2))
    kind = rng.choice(list(_KINDS), items, p=list(_KINDS.values()))
    drawn = np.isin(kind, ["hazard_area", "closure", "survey", "technical_survey", "clearance"])
    shapes = shapely.points(at)
    shapes[drawn] = shapely.buffer(
        shapes[drawn], rng.uniform(0.001, 0.006, drawn.sum()), quad_segs=3
    )
    seen = pd.Timestamp(AS_OF) - pd.to_timedelta(rng.integers(2, 420, items), unit="D")
    frame = pd.DataFrame(
        {
            "id": [f"B-{number}" for number in range(items)],
            "kind": kind,
            "category": rng.choice(["ap_mine", "submunition", "mortar", "aircraft_bomb"], items),
            "evidence_class": rng.choice(["direct", "indirect"], items),
            "position_method": "gps",
            "position_error_m": rng.uniform(3.0, 20.0, items),
            "observed_at": seen,
            "recorded_at": seen + pd.Timedelta(days=1),
            "depth_m": np.where(kind == "clearance", 0.3, np.nan),
            "review": rng.choice(["accepted", "unreviewed"], items, p=[0.85, 0.15]),
            "team": rng.choice(["T-1", "T-2", "T-3"], items),
        }
    )
    return as_table(gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84), EVIDENCE_DTYPES)
