"""The planner's page as the browser tests use it, with the answers of its neighbours."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, Route

from uxo.services.live_status import LiveStatusService
from uxo.vocabulary import Status

Open = Callable[..., Page]
PLACES = [
    {
        "pcode": "C1001", "name_en": "Old Market", "name_ar": "السوق القديم",
        "district": "Aleppo", "lon": 37.155, "lat": 36.205,
    }
]  # fmt: skip


@dataclass
class Centre:
    """A running service.

    Attributes
    ----------
    address : str
        Where it is.
    service : LiveStatusService
        What it answers from.
    """

    address: str
    service: LiveStatusService


def shown(page: Page, selector: str) -> str:
    """Text of a part, without direction controls."""
    return re.sub("[\u2066-\u2069]", "", page.locator(selector).inner_text())


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready=yes][data-drawn=yes]", timeout=30_000)


def until(page: Page, condition: str) -> None:
    """Wait for a condition; the page's own policy forbids to hand it over as text."""
    page.evaluate(
        f"async () => {{ while (!({condition})) await new Promise(requestAnimationFrame); }}"
    )


def ink(page: Page) -> int:
    """How many pixels the tiles of the roads have on them."""
    found: int = page.evaluate(
        """() => [...document.querySelectorAll('.leaflet-uxo-tiles-pane canvas')]
        .map((tile) => {
          const copy = document.createElement('canvas');
          [copy.width, copy.height] = [tile.width, tile.height];
          const pen = copy.getContext('2d');
          pen.drawImage(tile, 0, 0);
          const bytes = pen.getImageData(0, 0, copy.width, copy.height).data;
          let inked = 0;
          for (let at = 3; at < bytes.length; at += 4) inked += bytes[at] > 0;
          return inked;
        }).reduce((sum, one) => sum + one, 0)"""
    )
    return found


def colours(page: Page) -> set[str]:
    """Colours of the ladder that stand on the tiles, as words of the status."""
    found: list[str] = page.evaluate(
        """() => {
          const {statuses, lines} = uxoPlanner.texts.symbols;
          const there = new Set();
          for (const tile of document.querySelectorAll('.leaflet-uxo-tiles-pane canvas')) {
            const copy = document.createElement('canvas');
            [copy.width, copy.height] = [tile.width, tile.height];
            const pen = copy.getContext('2d');
            pen.drawImage(tile, 0, 0);
            const bytes = pen.getImageData(0, 0, copy.width, copy.height).data;
            for (let at = 0; at < bytes.length; at += 4) {
              if (bytes[at + 3] < 255) continue;
              const colour = [0, 1, 2].map((one) => bytes[at + one].toString(16).padStart(2, '0'));
              there.add('#' + colour.join(''));
            }
          }
          return statuses.filter((_, rank) => there.has(lines[rank].colour));
        }"""
    )
    return set(found)


def route_answer() -> dict[str, Any]:
    """One return route, as the service tells of it."""
    end = {"pcode": None, "name_en": None, "name_ar": None}
    line = [[37.15, 36.20], [37.16, 36.20]]
    return {
        "id": "route-1", "name": "South road", "name_ar": "طريق الجنوب", "mode": "vehicle",
        "season": None, "households": None,
        "from": {**end, "lon": 37.15, "lat": 36.20}, "to": {**end, "lon": 37.16, "lat": 36.20},
        "worst": "confirmed_hazard",
        "metres": {
            **{status.word: 0.0 for status in Status},
            "confirmed_hazard": 79.0, "not_surveyed": 820.4,
        },
        "length_m": 899.4, "not_surveyed_m": 820.4, "oldest_knowledge": None, "rely_until": None,
        "as_of": "2026-05-01T12:00:00Z", "known_at": "2026-05-01T12:00:00Z",
        "policy_digest": "ab", "exercise": True, "attribution": [], "retired": False,
        "gone": ["r-old"], "gaps": [{"after": 0, "metres": 60.0}],
        "blocking": [
            {
                "status": "confirmed_hazard", "road_id": "r-south", "road_name": None,
                "from_m": 140.4, "to_m": 219.3, "metres": 78.9, "lon": 37.152, "lat": 36.2,
                "evidence_ids": ["F-1"], "text": "hazard applies",
            }
        ],
        "pieces": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"road_id": "r-south", "status": "confirmed_hazard"},
                    "geometry": {"type": "LineString", "coordinates": line},
                }
            ],
        },
    }  # fmt: skip


def with_neighbours(page: Page) -> None:
    """Answer for places and routes, which are tested where they are made."""

    def answer(route: Route) -> None:
        whole = route_answer()
        if "/places" in route.request.url:
            route.fulfill(json={"places": PLACES})
        elif route.request.url.partition("?")[0].endswith("/routes"):
            route.fulfill(json={"routes": [{**whole, "pieces": None}]})
        else:
            route.fulfill(json=whole)

    page.route(re.compile(r"/api/v1/(places|routes)"), answer)
