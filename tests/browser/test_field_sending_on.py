"""Sending goes on: past a failing record, after a fault, with a clock that was set back."""

import pytest

from tests.browser.field_phone import Phone
from tests.browser.field_server import FieldServer

pytestmark = pytest.mark.browser

_CLOCK_SET_BACK = """async () => {
  const { openDB } = await import('/field/static/vendor/idb/build/index.js');
  const db = await openDB('uxo-field');
  for (const one of await db.getAll('events')) {
    await db.put('events', { ...one, held_until_ms: Date.now() + 365 * 86_400_000 });
  }
  db.close();
}"""
_DISK_FULL_ONCE = """() => {
  const real = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    if (this.name !== 'events') return real.apply(this, given);
    IDBObjectStore.prototype.put = real;
    throw new DOMException('no room', 'QuotaExceededError');
  };
}"""


def record(phone: Phone, *, photo: bool = False) -> None:
    phone.find_by_bearing()
    if photo:
        phone.page.click("#next")
        phone.take_photo()
        phone.page.click("#save")
        phone.page.wait_for_selector("main[data-step=saved]")
    else:
        phone.save()
    phone.page.click("#home")


def test_a_record_saved_before_the_clock_was_set_back_is_sent_at_once(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    record(phone)
    phone.page.evaluate(_CLOCK_SET_BACK)
    phone.page.click("#open-queue")
    phone.page.click("#send-now")
    phone.page.wait_for_selector("li[data-state=received]")
    assert len(field_server.office.records) == 1


def test_a_record_that_the_office_fails_over_does_not_hold_up_the_next(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    record(phone, photo=True)
    record(phone)
    field_server.office.fails_over = {1}
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    assert [body["device_seq"] for body in field_server.office.bodies()] == [2]
    phone.sees("#link-words", "cannot take records now")
    assert [one["state"] for one in phone.stored()["events"]] == ["waiting", "received"]
    field_server.office.fails_over = set()
    phone.page.click("#send-now")
    phone.sees("#queue", "The photo was sent")
    assert [one["state"] for one in phone.stored()["events"]] == ["received", "received"]


def test_a_full_disk_in_the_middle_of_sending_ends_no_sending(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    record(phone)
    phone.page.click("#open-queue")
    phone.page.evaluate(_DISK_FULL_ONCE)
    # Nobody presses anything: ten seconds of undo, a fault, and the next try by itself.
    phone.page.wait_for_selector("li[data-state=received]", timeout=40_000)
    assert len(set(field_server.office.puts)) == 1
    assert len(field_server.office.puts) == 2


def test_a_record_that_the_office_lost_comes_again_with_its_photo(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    phone.page.click("#open-settings")
    phone.page.click("#wipe")
    phone.page.wait_for_selector("#wipe[aria-pressed=false]")
    phone.page.go_back()
    record(phone, photo=True)
    phone.send_now()
    phone.sees("#queue", "The photo was sent")
    office = field_server.office
    for held in (office.records, office.photos, office.lengths, office.metadata):
        held.clear()  # an older backup was put in the place of a broken store
    with phone.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        phone.page.click("#send-now")
    phone.sees("#queue", "The photo was sent")
    assert (len(office.records), len(office.photos)) == (1, 1)
    [photo] = phone.stored()["photos"]
    assert len(office.photos["u0"]) == photo["size"]
