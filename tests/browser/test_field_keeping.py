"""What lies on the phone stays there: kills, a full disk, a new PIN, a lost right to send."""

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.browser.field_kills import killed_at_write
from tests.browser.field_phone import PIN, Phone
from tests.browser.field_server import FieldServer

pytestmark = pytest.mark.browser
NEW_PIN = "906133"


def record(phone: Phone) -> None:
    phone.find_by_bearing()
    phone.save()
    phone.page.click("#home")


def test_a_browser_killed_anywhere_in_a_save_leaves_the_record_or_the_draft(phone: Phone) -> None:
    phone.set_up()
    phone.find_by_bearing()
    phone.page.click("#next")
    phone.take_photo()
    for write in (1, 2, 3, 4):  # the counter, the draft, the record, the photo
        with killed_at_write(phone, write):
            phone.page.click("#save")
        phone.unlock()
        left = phone.stored()
        assert (left["events"], left["photos"], left["counter"]) == ([], [], 0), write
        phone.page.click("#go-on")
        phone.page.wait_for_selector("img.photo")
    with killed_at_write(phone, 4, committed=True):
        phone.page.click("#save")
    phone.unlock()
    left = phone.stored()
    [event], [photo] = left["events"], left["photos"]
    assert (event["sealed"], photo["sealed"], photo["event_id"]) == (True, True, event["event_id"])
    assert (left["counter"], left["draft"]) == (1, False)
    assert phone.page.locator("#go-on").count() == 0


def test_a_second_window_cannot_put_another_lock_before_the_records_of_the_first(
    phone: Phone,
) -> None:
    second = phone.context.new_page()
    second.goto(phone.url)
    second.wait_for_selector("main[data-step=new-pin]")
    phone.page.bring_to_front()  # a window behind another gets no position
    phone.set_up()
    record(phone)
    second.bring_to_front()
    second.fill("#pin", NEW_PIN)
    second.fill("#pin-again", NEW_PIN)
    second.click("button[type=submit]")
    second.wait_for_selector("main[data-step=pin]")
    phone.page.bring_to_front()
    phone.page.reload()
    phone.page.wait_for_selector("main[data-step=pin]")
    phone.unlock(PIN)
    assert "1" in phone.page.inner_text("#queue-words")


def test_one_draft_saved_in_two_windows_is_one_item(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    phone.find_by_bearing()
    second = phone.context.new_page()
    second.goto(phone.url)
    second.fill("#pin", PIN)
    second.click("button[type=submit]")
    second.click("#go-on")
    second.click("#next")
    second.click("#save")
    second.wait_for_selector("main[data-step=saved]")
    second.close()
    phone.save()
    phone.page.click("#home")
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]:nth-child(2)")
    one, other = field_server.office.bodies()
    assert one["entity"] == other["entity"]
    assert {one["device_seq"], other["device_seq"]} == {1, 2}


def test_a_full_disk_is_told_and_the_draft_stays(phone: Phone) -> None:
    phone.set_up()
    phone.close()
    phone.boot()  # a running browser remembers how much room there was
    session = phone.context.new_cdp_session(phone.page)
    usage = phone.page.evaluate("async () => (await navigator.storage.estimate()).usage")
    # Room for the draft with its photo, and not for the record beside it.
    room = {"origin": phone.url.removesuffix("/field/"), "quotaSize": usage + 600_000}
    session.send("Storage.overrideQuotaForOrigin", room)
    phone.unlock()
    phone.find_by_bearing()
    phone.page.click("#next")
    phone.take_photo()
    phone.page.click("#save")
    phone.page.wait_for_selector("#fault:not([hidden])")
    assert "NOTHING was saved" in phone.page.inner_text("#fault")
    left = phone.stored()
    assert (left["events"], left["photos"], left["counter"], left["draft"]) == ([], [], 0, True)
    phone.page.click("button:text('Remove the photo')")
    phone.page.wait_for_selector("#photo")
    phone.page.click("#save")
    phone.page.wait_for_selector("main[data-step=saved]")
    assert [one["seq"] for one in phone.stored()["events"]] == [1]  # the failed try took no number


def change_pin(phone: Phone, old: str, new: str) -> None:
    if phone.page.locator("#change-pin").count() == 0:
        phone.page.click("#open-settings")
        phone.page.click("#change-pin")
    phone.page.fill("#old-pin", old)
    phone.page.fill("#pin", new)
    phone.page.fill("#pin-again", new)
    phone.page.click("button[type=submit]")


def test_a_new_pin_opens_the_same_records_and_the_old_one_nothing(phone: Phone) -> None:
    phone.set_up()
    record(phone)
    change_pin(phone, "111111", NEW_PIN)
    phone.sees("[role=alert]", "wrong")
    phone.page.fill("#old-pin", PIN)
    phone.page.click("button[type=submit]")
    phone.sees("#told", "in force")
    phone.page.reload()
    phone.page.fill("#pin", PIN)
    phone.page.click("button[type=submit]")
    phone.sees("[role=alert]", "wrong")
    phone.unlock(NEW_PIN)
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")


def test_a_browser_killed_while_the_pin_changes_opens_with_one_of_the_two(phone: Phone) -> None:
    phone.set_up()
    for write in (1, 3):  # the count of tries, the new lock
        with killed_at_write(phone, write):
            change_pin(phone, PIN, NEW_PIN)
        phone.unlock(PIN)
    with killed_at_write(phone, 3, committed=True):
        change_pin(phone, PIN, NEW_PIN)
    phone.unlock(NEW_PIN)


def test_wrong_pins_have_to_wait_and_neither_a_restart_nor_the_clock_helps(phone: Phone) -> None:
    phone.set_up()
    phone.page.reload()
    for _ in range(5):
        phone.page.fill("#pin", "111111")
        phone.page.click("button[type=submit]")
        phone.page.wait_for_selector("button[type=submit]:not([disabled])")
        phone.sees("[role=alert]", "wrong")
    phone.page.reload()
    phone.page.fill("#pin", PIN)
    phone.page.click("button[type=submit]")
    phone.sees("[role=alert]", "Wait")
    # The tries were made while the clock was a year ahead: the wait is not a year.
    phone.page.evaluate(
        """async () => {
          const { openDB } = await import('/field/static/vendor/idb/build/index.js');
          const db = await openDB('uxo-field');
          const { count } = await db.get('keep', 'tries');
          await db.put('keep', { count, until_ms: Date.now() + 365 * 86_400_000 }, 'tries');
          db.close();
        }"""
    )
    for _ in range(2):
        phone.page.click("button[type=submit]")
        phone.sees("[role=alert]", "30")


def desk_pair(phone: Phone) -> tuple[dict[str, str], dict[str, str]]:
    public, private = phone.page.evaluate(
        """async () => {
          const curve = { name: 'ECDH', namedCurve: 'P-256' };
          const pair = await crypto.subtle.generateKey(curve, true, ['deriveBits']);
          return [await crypto.subtle.exportKey('jwk', pair.publicKey),
                  await crypto.subtle.exportKey('jwk', pair.privateKey)];
        }"""
    )
    return public, private


def exported(phone: Phone) -> dict[str, Any]:
    with phone.page.expect_download() as download:
        phone.page.click("#export")
    read: dict[str, Any] = json.loads(download.value.path().read_text("utf-8"))
    return read


def test_a_phone_that_was_cut_off_still_gives_the_desk_all_it_holds(
    phone: Phone, field_server: FieldServer
) -> None:
    office = field_server.office
    phone.set_up()
    field_server.stop()
    phone.find_by_bearing()
    phone.page.click("#next")
    phone.take_photo()
    phone.page.click("#save")
    phone.page.click("#home")
    phone.page.click("#open-queue")
    phone.sees("#export-no-key", "no locked file")
    phone.page.go_back()
    public, private = desk_pair(phone)
    office.desk_key = public
    office.revoked = True
    field_server.start()
    phone.send_now()
    phone.sees("#link-words", "cut off this phone")
    phone.page.go_back()
    phone.page.click("#open-settings")
    phone.page.click("#enrol-again")
    phone.page.fill("#code", "ABCD-1234")
    phone.page.fill("#label", "phone 7")
    phone.page.click("button[type=submit]")
    phone.page.wait_for_selector("#begin")
    record(phone)
    phone.send_now()  # cut off again: the records of before and after are kept, and said to be
    phone.sees("#link-words", "Your records are kept here")
    assert office.records == {}
    whole = exported(phone)
    assert whole["format"] == "uxo-field-export-1"
    assert [event["seq"] for event in whole["events"]] == [1, 2]
    for event in whole["events"]:
        sent = open_record(private, event, event["event_id"])
        assert hashlib.sha256(sent).hexdigest() == event["sha256"]
        assert json.loads(sent)["details"]["where"]["bearing_deg"] == 90
    [photo] = whole["photos"]
    assert (
        hashlib.sha256(open_record(private, photo, photo["sha256"])).hexdigest() == photo["sha256"]
    )
    assert len(phone.stored()["events"]) == 2  # the file is a copy


def open_record(private: dict[str, str], sealed: dict[str, Any], name: str) -> bytes:
    """Open one record of an exported file as the desk does, in Python."""

    def number(text: str) -> int:
        return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")

    curve = ec.SECP256R1()
    mine = ec.derive_private_key(number(private["d"]), curve)
    epk = sealed["epk"]
    theirs = ec.EllipticCurvePublicNumbers(number(epk["x"]), number(epk["y"]), curve).public_key()
    shared = mine.exchange(ec.ECDH(), theirs)
    wrapping = HKDF(hashes.SHA256(), 32, b"", b"uxo-field-1").derive(shared)
    key = keywrap.aes_key_unwrap(wrapping, base64.b64decode(sealed["key"]))
    iv, text = base64.b64decode(sealed["iv"]), base64.b64decode(sealed["text"])
    return AESGCM(key).decrypt(iv, text, name.encode())


def test_large_exports_are_cut_into_files_that_the_desk_takes(app: Phone) -> None:
    cut = app.page.evaluate(
        """async () => {
          const { portions } = await import('/field/static/field/export.js');
          const photo = (length) => ({ text: 'x'.repeat(length) });
          const lengths = (some) => some.map((one) => one.text.length);
          const cut = (sizes) => portions(sizes.map(photo), 10).map(lengths);
          return [[], [5, 5, 5], [30, 1]].map(cut);
        }"""
    )
    assert cut == [[[]], [[5, 5], [5]], [[30], [1]]]


def test_what_older_versions_could_not_send_is_in_the_file(
    phone: Phone, field_server: FieldServer
) -> None:
    public, private = desk_pair(phone)
    field_server.office.desk_key = public
    phone.set_up()
    record(phone)
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    phone.page.click("#export")
    phone.sees("#told", "Nothing is left")
    phone.page.evaluate(
        """async (pin) => {
          const { Database } = await import('/field/static/field/database.js');
          const { Vault } = await import('/field/static/field/vault.js');
          const database = await Database.open();
          const vault = await Vault.open(await database.get('lock'), pin);
          const [{ event_id }] = await database.events();
          const note = await vault.sealJson({ state: { count: 'few' } }, `note ${event_id}`);
          await database.changeEvent(event_id, { note });
        }""",
        PIN,
    )
    [note] = exported(phone)["notes"]
    opened = json.loads(open_record(private, note, f"note {note['event_id']}"))
    assert opened == {"state": {"count": "few"}}


def test_switching_wiping_on_wipes_what_the_office_had_before(phone: Phone) -> None:
    phone.set_up()
    phone.page.click("#open-settings")
    assert phone.page.get_attribute("#wipe", "aria-pressed") == "true"
    phone.page.click("#wipe")
    phone.page.wait_for_selector("#wipe[aria-pressed=false]")
    phone.page.click("#back")
    record(phone)
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    assert phone.stored()["events"][0]["sealed"]
    phone.page.go_back()
    phone.page.click("#open-settings")
    phone.page.click("#wipe")
    phone.page.wait_for_selector("#wipe[aria-pressed=true]")
    assert not phone.stored()["events"][0]["sealed"]
