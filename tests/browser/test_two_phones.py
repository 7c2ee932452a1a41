"""Phones against a real service: two that disagree, and clocks that are a year off."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.browser.field_phone import PIN, Phone
from tests.browser.test_the_whole_way import (
    STANDING,
    Centre,
    centre,
    laptop,
    signed_in,
)
from tests.web.scene import NOW
from uxo.services.who import CONSOLE
from uxo.vocabulary import Layer, Role

pytestmark = pytest.mark.browser
__all__ = ["centre", "laptop"]  # fixtures
TEAM = "EOD-7"

_CORRECT = """async ([pin, entity, base, category]) => {
  const { Database } = await import('/field/static/field/database.js');
  const { Vault } = await import('/field/static/field/vault.js');
  const { Outbox } = await import('/field/static/field/outbox.js');
  const database = await Database.open();
  const vault = await Vault.open(await database.get('lock'), pin);
  const data = { reason: 'looked again', properties: { category } };
  const content = { type: 'evidence_corrected', entity, base: [base], data };
  await new Outbox(database, vault).add(content, null);
}"""


def enrolled(playwright: Playwright, centre: Centre, disk: Path) -> Phone:
    phone = Phone(playwright, disk, f"{centre.origin}/field/", geolocation=STANDING)
    phone.set_up(code=centre.staff.access.devices.new_code(TEAM, by=CONSOLE).code)
    return phone


def find(phone: Phone) -> None:
    """Record a find by typed coordinates, which need no receiver."""
    phone.to_where()
    phone.page.click("[data-way=typed]")
    phone.page.fill("#coordinates", "36.2006 37.159")
    phone.page.click("#read")
    phone.page.click("[data-reading=typed]")
    phone.save()
    phone.page.click("#home")


def found_by(centre: Centre) -> str:
    evidence = centre.store.state(Layer.EVIDENCE)
    [found] = evidence[evidence["team"] == TEAM].itertuples()
    return str(found.id)


def test_two_phones_that_correct_one_record_are_both_kept_and_flagged_at_the_desk(
    centre: Centre, field_playwright: Playwright, laptop: Browser, tmp_path: Path
) -> None:
    phones = [enrolled(field_playwright, centre, tmp_path / name) for name in ("a", "b")]
    first = phones[0]
    find(first)
    first.send_now()
    first.page.wait_for_selector("li[data-state=received]")
    entity = found_by(centre)
    head = centre.store.history(entity)[-1].hash.hex()
    centre.stop()
    for phone, category in zip(phones, ("fuze", "aircraft_bomb"), strict=True):
        phone.page.evaluate(_CORRECT, [PIN, entity, head, category])
    centre.start()
    first.page.go_back()
    for number, phone in enumerate(phones):
        phone.send_now()
        expect(phone.page.locator("li[data-state=received]")).to_have_count(2 - number)
    assert len(centre.store.history(entity)) == 3
    [conflict] = centre.store.conflicts()
    assert (conflict.entity, conflict.fields) == (entity, ("category",))
    # Neither the later nor the smaller: what counts has the widest figures of all.
    assert centre.store.get(Layer.EVIDENCE, entity)["category"].iloc[0] == "unknown"
    desk = signed_in(laptop, centre, Role.OFFICER, "/desk/")
    desk.locator(f'#queue button[data-id="{entity}"]').click()
    desk.wait_for_selector(f'html[data-shown="{entity}"]')
    expect(desk.locator("body")).to_contain_text("Changed in two places at once")
    for phone in phones:
        assert phone.faults == []
        phone.close()


@pytest.mark.parametrize("days", [-365, 365])
def test_a_record_of_a_phone_whose_clock_is_a_year_off_counts_from_now(
    centre: Centre, field_playwright: Playwright, tmp_path: Path, days: int
) -> None:
    phone = enrolled(field_playwright, centre, tmp_path / "disk")
    phone.page.clock.set_fixed_time(NOW + timedelta(days=days))
    phone.page.reload()
    phone.unlock()
    find(phone)
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    phone.sees("#link-words", "The clock of this phone is wrong")
    seen = centre.store.get(Layer.EVIDENCE, found_by(centre))["observed_at"].iloc[0]
    assert abs(seen.to_pydatetime() - NOW) < timedelta(minutes=5)
    phone.close()
