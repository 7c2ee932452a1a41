import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.chromium import axe_script
from tests.browser.field_phone import PIN, Phone
from tests.browser.field_server import FieldServer

pytestmark = pytest.mark.browser


def stored(phone: Phone) -> list[dict[str, Any]]:
    """What lies on the phone's disk, sealed parts as a flag."""
    rows: list[dict[str, Any]] = phone.page.evaluate(
        """async () => {
          const { openDB } = await import('/field/static/vendor/idb/build/index.js');
          const db = await openDB('uxo-field');
          const all = await db.getAllFromIndex('events', 'seq');
          db.close();
          const flags = (one) => ({ sealed: one.sealed !== null, note: one.note !== null });
          return all.map((one) => ({ ...one, ...flags(one) }));
        }"""
    )
    return rows


def record(phone: Phone) -> None:
    phone.find_by_bearing()
    phone.save()
    phone.page.click("#home")


def until(phone: Phone, words: str) -> None:
    phone.sees("#link-words", words)


def test_a_record_is_wiped_only_after_a_receipt_with_its_hash(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    field_server.office.lies = True
    record(phone)
    phone.send_now()
    until(phone, "does not match")
    assert [(one["state"], one["sealed"]) for one in stored(phone)] == [("waiting", True)]
    field_server.office.lies = False
    phone.page.click("#send-now")
    phone.page.wait_for_selector("li[data-state=received]")
    assert [(one["state"], one["sealed"]) for one in stored(phone)] == [("received", False)]


def test_a_captive_portal_is_not_taken_for_the_office(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    field_server.office.portal = True
    record(phone)
    phone.send_now()
    until(phone, "No link to the office")
    assert field_server.office.puts == []
    field_server.office.portal = False
    phone.page.click("#send-now")
    phone.page.wait_for_selector("li[data-state=received]")


def test_a_phone_that_was_cut_off_keeps_its_records_and_says_so(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    record(phone)
    field_server.office.revoked = True
    phone.send_now()
    until(phone, "cut off this phone")
    assert [(one["state"], one["sealed"]) for one in stored(phone)] == [("waiting", True)]
    field_server.office.revoked = False
    phone.page.click("#send-now")
    phone.page.wait_for_selector("li[data-state=received]")


def test_a_phone_that_was_cut_off_can_be_enrolled_again_with_its_records(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    record(phone)
    field_server.office.revoked = True
    phone.send_now()
    until(phone, "cut off this phone")
    field_server.office.revoked = False
    phone.page.go_back()
    phone.page.click("#open-settings")
    phone.page.click("#enrol-again")
    phone.page.fill("#code", "ABCD-1234")
    phone.page.fill("#label", "phone 7")
    phone.page.click("button[type=submit]")
    phone.page.wait_for_selector("#begin")
    phone.page.click("#open-queue")
    phone.page.wait_for_selector("li[data-state=received]")


def test_the_code_of_the_picture_is_filled_in_and_leaves_the_address(
    phone: Phone, field_server: FieldServer
) -> None:
    page = phone.page
    page.goto("about:blank")
    page.goto(f"{phone.url}#enrol=ABCD-1234")
    page.wait_for_selector("main[data-step=new-pin]")
    page.fill("#pin", PIN)
    page.fill("#pin-again", PIN)
    page.click("button[type=submit]")
    page.wait_for_selector("#code")
    assert page.input_value("#code") == "ABCD-1234"
    assert "ABCD" not in page.url
    page.fill("#label", "phone 7")
    page.click("button[type=submit]")
    page.wait_for_selector("#begin")
    assert field_server.office.puts == []


def test_a_refused_record_stays_with_the_reason_and_can_be_sent_again(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    field_server.office.refuses = "properties.category: <b>unheard of</b>"
    record(phone)
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=refused]")
    assert "<b>unheard of</b>" in phone.page.inner_text("#queue")
    assert stored(phone)[0]["sealed"]
    field_server.office.refuses = None
    phone.page.click("li button:text('Send it again')")
    phone.page.wait_for_selector("li[data-state=received]")


def test_what_the_desk_decided_is_shown_with_its_reason(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    record(phone)
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    [event_id] = field_server.office.records
    field_server.office.states[event_id] = {"state": "rejected", "reason": "a tin can"}
    phone.page.click("#send-now")
    phone.page.wait_for_selector("li[data-state=rejected]")
    assert "a tin can" in phone.page.inner_text("#queue")


def test_a_photo_goes_on_where_the_link_was_cut_and_carries_no_metadata(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    phone.find_by_bearing()
    phone.page.click("#next")
    picture = phone.page.evaluate(
        """async () => {
          const canvas = new OffscreenCanvas(1500, 1100);
          const context = canvas.getContext('2d');
          for (let i = 0; i < 40000; i += 1) {
            context.fillStyle = `rgb(${i * 7 % 256},${i * 13 % 256},${i * 29 % 256})`;
            context.fillRect(i * 37 % 1500, i * 53 % 1100, 9, 9);
          }
          const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
          return Array.from(new Uint8Array(await blob.arrayBuffer()));
        }"""
    )
    whole = bytes(picture)
    exif = b"\xff\xe1\x00\x16Exif\x00\x00GPS 36.2021 37.1"
    marked = whole[:2] + exif[:2] + (len(exif) - 2).to_bytes(2, "big") + exif[4:] + whole[2:]
    phone.page.set_input_files(
        "#photo", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": marked}
    )
    phone.page.wait_for_selector("img.photo")
    phone.page.click("#save")
    phone.page.wait_for_selector("main[data-step=saved]")
    phone.page.click("#home")
    field_server.office.cut_photo_after = 200_000
    phone.send_now()
    phone.page.wait_for_selector("li[data-state=received]")
    until(phone, "No link")
    phone.page.click("#send-now")
    phone.sees("#queue", "The photo was sent")
    office = field_server.office
    assert list(office.photos) == ["u0"]  # one upload, taken up again
    sent = bytes(office.photos["u0"])
    assert len(sent) == office.lengths["u0"]
    assert b"GPS 36.2021" not in sent
    assert "sha256 " in office.metadata["u0"]


def test_a_full_storage_is_told_and_nothing_is_lost(phone: Phone) -> None:
    phone.set_up()
    phone.find_by_bearing()
    phone.page.click("#next")
    phone.page.wait_for_selector("#save")
    # The browser offers no way to shrink the quota of a lasting profile: its refusal is played.
    phone.page.evaluate(
        """() => {
          const real = IDBObjectStore.prototype.add;
          IDBObjectStore.prototype.add = function () {
            IDBObjectStore.prototype.add = real;
            throw new DOMException('full', 'QuotaExceededError');
          };
        }"""
    )
    phone.page.click("#save")
    phone.page.wait_for_selector("#fault:not([hidden])")
    assert "NOTHING was saved" in phone.page.inner_text("#fault")
    assert stored(phone) == []
    phone.page.click("#save")
    phone.page.wait_for_selector("main[data-step=saved]")
    assert [one["seq"] for one in stored(phone)] == [1]  # the failed try took no number


def test_without_the_pin_nothing_can_be_read(phone: Phone) -> None:
    phone.set_up()
    phone.find_by_bearing()
    phone.save()
    everything = phone.page.evaluate(
        """async () => {
          const { openDB } = await import('/field/static/vendor/idb/build/index.js');
          const db = await openDB('uxo-field');
          const decoder = new TextDecoder('latin1');
          const text = (value) => {
            const bytes = value instanceof ArrayBuffer || ArrayBuffer.isView(value);
            if (bytes) return decoder.decode(value);
            if (value && typeof value === 'object') return Object.values(value).map(text).join();
            return String(value);
          };
          const parts = [];
          for (const store of db.objectStoreNames) parts.push(text(await db.getAll(store)));
          db.close();
          return parts.join();
        }"""
    )
    for secret in ("mortar", "37.16", "token-of-phone", "EOD-3", "phone 7"):
        assert secret not in everything
    phone.page.reload()
    phone.page.wait_for_selector("main[data-step=pin]")
    phone.page.fill("#pin", "000000")
    phone.page.click("button[type=submit]")
    phone.sees("[role=alert]", "wrong")
    phone.unlock(PIN)
    assert "1 on this phone" in phone.page.inner_text("#queue-words").replace("\u2068", "").replace(
        "\u2069", ""
    )


def test_wrong_pins_have_to_wait(phone: Phone) -> None:
    phone.set_up()
    phone.page.reload()
    for _ in range(5):
        phone.page.fill("#pin", "111111")
        phone.page.click("button[type=submit]")
        phone.page.wait_for_selector("button[type=submit]:not([disabled])")
        phone.sees("[role=alert]", "wrong")
    phone.page.fill("#pin", PIN)
    phone.page.click("button[type=submit]")
    phone.sees("[role=alert]", "Wait")


def test_hide_leaves_nothing_on_the_screen(phone: Phone) -> None:
    phone.set_up()
    phone.page.click("#begin")
    phone.page.click("#hide")
    phone.page.wait_for_url("about:blank")
    phone.page.goto(phone.url)
    phone.page.wait_for_selector("main[data-step=pin]")


def test_the_desk_opens_an_exported_file_with_its_own_key(
    phone: Phone, field_server: FieldServer
) -> None:
    pair = phone.page.evaluate(
        """async () => {
          const curve = { name: 'ECDH', namedCurve: 'P-256' };
          const pair = await crypto.subtle.generateKey(curve, true, ['deriveBits']);
          return [await crypto.subtle.exportKey('jwk', pair.publicKey),
                  await crypto.subtle.exportKey('jwk', pair.privateKey)];
        }"""
    )
    field_server.office.desk_key = pair[0]
    phone.set_up()
    field_server.stop()
    record(phone)
    phone.page.click("#open-queue")
    with phone.page.expect_download() as download:
        phone.page.click("#export")
    exported = json.loads(download.value.path().read_text("utf-8"))
    [event] = exported["events"]
    opened = json.loads(open_record(pair[1], event, event["event_id"]))
    assert opened["data"]["properties"]["category"] == "mortar"


def open_record(private: dict[str, str], sealed: dict[str, Any], name: str) -> bytes:
    """Open one record of an exported file as the desk does, in Python."""
    import base64  # noqa: PLC0415

    from cryptography.hazmat.primitives import hashes, keywrap  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

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


@pytest.mark.parametrize("locale", ["en-GB", "ar-IQ"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_everything_is_large_enough_on_every_screen(
    new_phone: Callable[..., Phone], locale: str, scheme: str
) -> None:
    phone = new_phone(locale=locale, color_scheme=scheme, bypass_csp=True)
    page = phone.page
    check(phone, "new-pin")
    phone.set_up()
    check(phone, "home")
    page.click("#begin")
    check(phone, "stop")
    page.click("#stopped")
    check(phone, "what")
    page.click("[data-category=unknown]")
    for way in ("bearing", "here", "typed", "map"):
        page.click(f"[data-way={way}]")
        page.wait_for_timeout(400)
        check(phone, way)
    page.click("[data-way=here]")
    page.click("#use:not([disabled])")
    check(phone, "state")
    page.click("#next")
    check(phone, "review")
    page.click("#save")
    page.wait_for_selector("main[data-step=saved]")
    check(phone, "saved")
    page.click("#home")
    page.click("#open-queue")
    check(phone, "queue")
    page.go_back()
    page.click("#open-settings")
    check(phone, "settings")
    page.reload()
    page.wait_for_selector("main[data-step=pin]")
    check(phone, "pin")
    assert phone.faults == []


def check(phone: Phone, name: str) -> None:
    page = phone.page
    page.wait_for_timeout(100)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe_script())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "wcag2aaa"]
    found = page.evaluate("(rules) => axe.run({ runOnly: { type: 'tag', values: rules } })", rules)
    faults = [
        (one["id"], [node["html"][:150] for node in one["nodes"]]) for one in found["violations"]
    ]
    assert faults == [], name
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, .leaflet-bar a')]
          .filter((one) => one.getClientRects().length > 0)
          .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
          .filter(([, box]) => box.height < 63.5 || box.width < 63.5)
          .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
    )
    assert small == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    tiny = page.evaluate(
        """() => [...document.querySelectorAll('#screen *, #bar *')]
          .filter((one) => [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
          .filter((one) => !one.closest('svg, .leaflet-control'))
          .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 20)
          .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert tiny == [], name
    if page.evaluate("document.documentElement.lang") == "ar":
        latin = set(re.findall("[A-Za-z]{4,}", page.inner_text("body")))
        assert latin <= {"English", "phone"}, name  # the name that the test gave the phone
