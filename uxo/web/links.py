"""From one page to the others: each role is shown the pages that it may open."""

from collections.abc import Iterator
from html import escape
from typing import Final

from uxo.publish.language import Language
from uxo.services.permissions import refusal_to
from uxo.services.who import Who
from uxo.vocabulary import Action
from uxo.web.plain_pages import words_of
from uxo.web.who import SIGN_IN_PATH

DEVICES_PATH: Final = "/devices"
PEOPLE_PATH: Final = "/people"
AUDIT_PATH: Final = "/audit"
PASSWORD_PATH: Final = "/password"  # noqa: S105  # an address
_PAGES: Final = (
    (Action.SEE_STATUS, "/", "people-open-map"),
    (Action.SEE_DESK, "/desk/", "people-open-desk"),
    (Action.MANAGE_DEVICES, DEVICES_PATH, "people-open-devices"),
    (Action.SEE_NAMES, PEOPLE_PATH, "people-open-people"),
    (Action.SEE_AUDIT, AUDIT_PATH, "people-open-audit"),
    (Action.CHANGE_OWN_PASSWORD, PASSWORD_PATH, "people-open-password"),
)


def links(who: Who, language: Language, *, here: str) -> str:
    """Write a list of links to the pages that somebody may open, but for the one shown."""
    words = words_of(language.value)
    shown = "\n".join(
        f'<li><a href="{path}?lang={language.value}">{escape(words.format(message))}</a></li>'
        for path, message in _pages_for(who)
        if path != here
    )
    label = escape(words.format("people-pages"))
    return f'<nav aria-label="{label}"><ul class="pages">\n{shown}\n</ul></nav>'


def _pages_for(who: Who) -> Iterator[tuple[str, str]]:
    for action, path, message in _PAGES:
        if refusal_to(who, action) is None:
            yield path, message
    yield SIGN_IN_PATH, "people-open-own"


def with_menu(page: str, language: Language) -> str:
    """Put a link to the list of pages into a page that has scripts of its own.

    Parameters
    ----------
    page : str
        Has the comment ``<!-- served: menu -->`` where the link goes.
    language : Language
        In which the page opens; its scripts write the words anew when it changes.
    """
    words = escape(words_of(language.value).format("people-menu"))
    link = f'<a href="{SIGN_IN_PATH}" data-l10n="people-menu">{words}</a>'
    return page.replace("<!-- served: menu -->", link, 1)
