"""A correction of a place at the desk: only what the user moves is moved."""

from typing import Any

import pytest
import shapely.geometry
from playwright.sync_api import Page, expect

from tests.browser.chromium import axe_script
from tests.browser.desk import Open, Served, choose, said, wait_for

pytestmark = pytest.mark.browser


def place(served: Served, record: str) -> dict[str, Any]:
    shape = served.service.evidence_item(record).geometry.iloc[0]
    mapped: dict[str, Any] = shapely.geometry.mapping(shape)
    return mapped


def click_map(page: Page, lon: float, lat: float) -> None:
    at = page.evaluate(
        """([lat, lon]) => {
          const at = uxoDesk.map.map.latLngToContainerPoint([lat, lon]);
          const box = uxoDesk.map.map.getContainer().getBoundingClientRect();
          return [box.x + at.x, box.y + at.y];
        }""",
        [lat, lon],
    )
    page.mouse.click(*at)


def sign(page: Page, record: str) -> None:
    steps = page.locator("#history li")
    before = steps.count()
    page.locator("#reason").fill("seen from the roof")
    page.locator(".confirm").click()
    expect(steps).to_have_count(before + 1)
    wait_for(page, record)
    expect(page.locator("#said")).to_contain_text("is corrected")


def test_a_point_goes_where_it_is_typed_clicked_or_pushed_and_nowhere_by_itself(
    open_desk: Open, served: Served
) -> None:
    before = place(served, "F-1")
    page = open_desk()
    choose(page, "F-1")
    page.keyboard.press("c")
    page.locator("#correct-category").select_option("rocket")
    page.locator("#place-move").click()
    assert said(page, "#place-told") == "Not moved."
    click_map(page, 37.1523, 36.2003)
    assert "Moved by 3" in said(page, "#place-told")
    page.locator("#place-back").click()
    sign(page, "F-1")
    assert place(served, "F-1") == before  # looked at and put back: the event names no place
    assert "Corrected by team QA-1: Category" in said(page, "#history")

    page.keyboard.press("c")
    page.locator("#place-move").click()
    page.locator("#place-lat").fill("\u0663\u0666\u066b\u0662\u0660\u0661")  # Arabic digits
    page.locator("#place-lon").fill("999")
    assert page.locator("#place-lon").get_attribute("aria-invalid") == "true"
    page.locator("#place-lon").fill("37.152")
    page.locator("#place-pad").press("ArrowUp")
    page.locator("#place-pad").press("Shift+ArrowRight")
    assert "Moved by 101.6 m." in said(page, "#place-told")
    page.get_by_role("button", name="Show what this does").click()
    expect(page.locator("#effect li")).to_contain_text(["Confirmed hazard"])
    assert place(served, "F-1") == before  # told, not done
    sign(page, "F-1")
    lon, lat = place(served, "F-1")["coordinates"]
    assert lat == pytest.approx(36.201 + 1 / 111_195, abs=1e-7)
    assert lon == pytest.approx(37.152 + 10 / (111_195 * 0.80695), abs=2e-7)
    assert "Place" in said(page, "#history")


def test_vertices_of_an_area_are_moved_added_and_removed_and_the_others_stay(
    open_desk: Open, served: Served
) -> None:
    ring = [list(at) for at in place(served, "A-1")["coordinates"][0]]
    page = open_desk()
    choose(page, "A-1")
    page.keyboard.press("c")
    page.locator("#place-move").click()
    assert "Point 1 of 4" in said(page, "#place-pad")
    page.locator("#place-add").click()
    assert "Point 2 of 5" in said(page, "#place-pad")
    click_map(page, *ring[2])  # chooses that vertex and moves nothing
    assert "Point 4 of 5" in said(page, "#place-pad")
    assert "1 added, 0 removed" in said(page, "#place-told")
    page.locator("#place-remove").click()
    page.locator("#place-next").click()
    page.locator("#place-next").click()
    page.locator("#place-remove").click()
    assert "0 added, 1 removed" in said(page, "#place-told")
    page.locator("#place-remove").click()
    assert "nothing would be left" in said(page, "#place-told")
    page.locator("#place-pad").press("ArrowUp")
    assert "the farthest one by 1 m" in said(page, "#place-told")
    sign(page, "A-1")
    after = {tuple(at) for at in place(served, "A-1")["coordinates"][0]}
    assert len(after) == 3
    assert len(after & {tuple(at) for at in ring}) == 2  # exactly as they were


def test_the_tool_is_accessible_and_leaves_no_trace_on_the_map(open_desk: Open) -> None:
    page = open_desk("ar", width=390, height=844, scheme="dark")
    choose(page, "A-1")
    page.locator("[data-deed=correct]").click()
    page.locator("#place-move").click()
    page.evaluate(axe_script())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], one["nodes"][0]["target"]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#form .buttons button").last.press("Escape")
    assert page.evaluate("uxoDesk.map.outline.getLayers().length") == 0
