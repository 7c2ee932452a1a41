"""The desk as the browser tests use it: a running service, and what is done on its page."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.web.scene import area
from uxo.services.live_status import LiveStatusService
from uxo.services.phones import Phones
from uxo.services.record_evidence import EvidenceFeature
from uxo.services.who import Who
from uxo.vocabulary import Role, Status

OFFICER = Who(Role.OFFICER, "QA-1", "person:1")
Open = Callable[..., Page]


@dataclass
class Served:
    """A running service."""

    address: str
    service: LiveStatusService
    phones: Phones
    who: Who = OFFICER

    def record(self, sent: dict[str, object]) -> str:
        table = self.service.record(EvidenceFeature.model_validate(sent)).table
        return str(table["id"].iloc[0])

    def clearance(self) -> str:
        """A clearance over the find F-1, recorded by EOD-7; nobody has signed it."""
        return self.record(area("clearance", 37.152, 36.2, 0.004, depth_m=1.0))

    def status_at(self, lon: float, lat: float) -> Status:
        return self.service.explain_place(lon=lon, lat=lat).status


def choose(page: Page, record: str) -> None:
    page.locator(f'#queue button[data-id="{record}"]').click()
    wait_for(page, record)


def wait_for(page: Page, record: str) -> None:
    page.wait_for_selector(f'html[data-shown="{record}"]', timeout=30_000)


def said(page: Page, selector: str) -> str:
    """Text of a part, without direction controls."""
    return re.sub("[\u2066-\u2069]", "", page.locator(selector).inner_text())


def drawn(page: Page) -> list[int]:
    """Ranks that the map draws, and of how many chains each."""
    ranks: list[int] = page.evaluate(
        "uxoDesk.map.roads.chains.map((chains) => chains.start.length - 1)"
    )
    return ranks
