import base64
import hashlib
import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Response

from tests.browser.field_phone import Phone
from tests.browser.field_server import FieldServer

pytestmark = pytest.mark.browser
EXIF = b"Exif\x00\x00GPS 36.2021 37.1"


def save_with_photo(phone: Phone) -> None:
    phone.find_by_bearing()
    phone.page.click("#next")
    phone.take_photo(EXIF)
    phone.page.click("#save")
    phone.page.wait_for_selector("main[data-step=saved]")
    phone.page.click("#home")


def promised_sha256(metadata: str) -> str:
    pairs = dict(pair.split(" ") for pair in metadata.split(","))
    return base64.b64decode(pairs["sha256"]).decode()


def is_cut(answer: Response) -> bool:
    return answer.request.method == "PATCH" and answer.status == 502


def test_a_photo_goes_on_where_the_link_was_cut_each_time_and_carries_no_metadata(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    save_with_photo(phone)
    office = field_server.office
    [photo] = phone.stored()["photos"]
    chance = random.Random(20261121)  # noqa: S311  # to be repeated
    office.cuts = sorted(chance.sample(range(1, photo["size"]), 5))
    with phone.page.expect_response(is_cut):
        phone.send_now()
    for _ in range(4):
        with phone.page.expect_response(is_cut):
            phone.page.click("#send-now")
    phone.page.click("#send-now")
    phone.sees("#queue", "The photo was sent")
    assert list(office.lengths) == ["u0"]  # one upload, taken up again and again
    sent = bytes(office.photos["u0"])
    assert len(sent) == office.lengths["u0"] == photo["size"]
    assert hashlib.sha256(sent).hexdigest() == promised_sha256(office.metadata["u0"])
    assert b"GPS 36.2021" not in sent


def test_an_upload_that_the_office_dropped_begins_anew(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    save_with_photo(phone)
    office = field_server.office
    office.cuts = [150_000]
    phone.send_now()
    phone.sees("#link-words", "No link")
    office.photos.clear()
    phone.page.click("#send-now")
    phone.sees("#queue", "The photo was sent")
    assert list(office.photos) == ["u1"]
    assert hashlib.sha256(office.photos["u1"]).hexdigest() == promised_sha256(office.metadata["u1"])


def test_a_photo_that_the_office_can_never_take_is_told_kept_and_not_sent_for_ever(
    new_phone: Callable[..., Phone], field_server: FieldServer
) -> None:
    phone = new_phone()
    phone.set_up()
    save_with_photo(phone)
    office = field_server.office
    office.refuses_photos = "not a photo: <b>decoder</b> gave up"
    phone.send_now()
    phone.sees("#queue", "The office cannot take this photo")
    phone.sees("#queue", "<b>decoder</b>")
    phone.sees("#link-words", "The office was reached")  # one bad photo holds nothing else up
    phone.page.click("#send-now")
    phone.sees("#link-words", "The office was reached")
    assert len(office.lengths) == 1
    [photo] = phone.stored()["photos"]
    assert (photo["sealed"], photo["done"]) == (True, False)
    assert isinstance(photo["reason"], dict)  # sealed: it may tell of the find
    office.refuses_photos = None
    phone.page.click("li button:text('Send the photo again')")
    phone.sees("#queue", "The photo was sent")
    assert len(office.lengths) == 2


def test_one_picture_of_two_items_is_sent_with_both(
    phone: Phone, field_server: FieldServer
) -> None:
    phone.set_up()
    save_with_photo(phone)
    save_with_photo(phone)
    photos = phone.stored()["photos"]
    assert len({photo["event_id"] for photo in photos}) == 2
    phone.send_now()
    phone.sees("li:nth-child(1)", "The photo was sent")
    phone.sees("li:nth-child(2)", "The photo was sent")
    sent = [hashlib.sha256(photo).hexdigest() for photo in field_server.office.photos.values()]
    assert sorted(sent) == sorted(photo["sha256"] for photo in photos)
