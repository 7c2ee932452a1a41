"""A language that is only begun: what it has is shown in it, the rest in English and marked so."""

from collections.abc import Callable

import pytest

from tests.browser.field_phone import Phone
from tests.browser.test_field_sending import check
from uxo.web import field

pytestmark = pytest.mark.browser
BEGUN = "language-name = Türkçe\nfield-home-begin = Bir şey görüyorum\n"


def test_a_language_that_is_begun_is_offered_and_borrows_the_rest_from_english(
    new_phone: Callable[..., Phone], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = field.file_bytes
    monkeypatch.setattr(
        field,
        "file_bytes",
        lambda name: BEGUN.encode() if name == "shared/i18n/tr.ftl" else real(name),
    )
    phone = new_phone(locale="tr-TR", bypass_csp=True)
    page = phone.page
    phone.set_up()
    root = "[document.documentElement.lang, document.documentElement.dir]"
    assert page.evaluate(root) == ["tr", "ltr"]
    assert page.inner_text("#begin") == "Bir şey görüyorum"
    assert page.locator("#begin [lang]").count() == 0
    title = page.locator("h1 [lang=en][dir=ltr]")
    assert title.inner_text() == "What do you see?"
    assert page.locator("#queue-words [lang=en]").count() == 1  # written later than the screen
    options = page.locator("#language option").all_inner_texts()
    assert options == ["English", "العربية", "Türkçe"]  # Kurmanji has no message yet
    check(phone, "home")
    page.select_option("#language", "ar")
    page.wait_for_selector("html[lang=ar][dir=rtl]")
    assert page.locator("main [lang=en]").count() == 0
    assert phone.faults == []
