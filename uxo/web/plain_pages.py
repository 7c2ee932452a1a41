"""Small pages that work without JavaScript: words from the catalogue, forms, one style."""

import base64
import hashlib
from functools import lru_cache
from html import escape
from string import Template
from typing import Final
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from starlette.responses import HTMLResponse

from uxo.errors import BadInput
from uxo.publish.assets import asset_text
from uxo.publish.language import Catalogue, Language
from uxo.web.errors import TooLarge, UnknownMediaType

FORM_TYPE: Final = "application/x-www-form-urlencoded"
_FORM_MAX_BYTES: Final = 8 * 1024
_FIELDS_MAX: Final = 10
_NEXT_MAX: Final = 1_000

words_of = lru_cache(maxsize=4)(Catalogue.load)
"""Catalogue of a language; read from its file once."""


def chosen_language(request: Request, asked: Language | None) -> Language:
    """Choose the language of a page: the one asked for, else the browser's first."""
    if asked is not None:
        return asked
    first = request.headers.get("accept-language", "").partition(",")[0].strip().lower()
    return Language.ARABIC if first.split("-")[0] == "ar" else Language.ENGLISH


def plain_page(
    language: Language,
    *,
    title: str,
    content: str,
    address: str,
    status_code: int = 200,
) -> HTMLResponse:
    """Write one page.

    Parameters
    ----------
    language : Language
        Of its words.
    title : str
        Text of the title and of the first heading.
    content : str
        HTML between the heading and the link to the other language.
    address : str
        Of this page, without ``lang``; the other language is there too.
    status_code : int
        Of the answer.
    """
    other = Language.ARABIC if language is Language.ENGLISH else Language.ENGLISH
    style = asset_text("sign_in/page.css")
    joint = "&" if "?" in address else "?"
    page = Template(asset_text("sign_in/page.html")).substitute(
        language=language.value,
        direction=language.direction,
        title=escape(title),
        style=style,
        content=content,
        other_address=escape(f"{address}{joint}{urlencode({'lang': other.value})}"),
        other_language=other.value,
        other_name=words_of(other.value).format("language-name"),
    )
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Content-Language": language.value,
        # With no-referrer a browser sends a form without its origin, for which the guard asks.
        "Referrer-Policy": "same-origin",
    }
    return HTMLResponse(page, status_code=status_code, headers=headers)


async def read_form(request: Request) -> dict[str, str]:
    """Read a form that a page without JavaScript sent.

    Raises
    ------
    UnknownMediaType
        It is of another kind.
    TooLarge
        It is longer than any form of ours.
    BadInput
        It is not UTF-8, or a field comes twice.
    """
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != FORM_TYPE:
        msg = f"send the form with Content-Type {FORM_TYPE}"
        raise UnknownMediaType(msg)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_MAX_BYTES:
            msg = f"the form is longer than {_FORM_MAX_BYTES} bytes"
            raise TooLarge(msg)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_FIELDS_MAX,
        )
    except ValueError as error:
        msg = "the form cannot be read: it is not UTF-8, or has too many fields"
        raise BadInput(msg) from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        msg = "a field of the form comes twice"
        raise BadInput(msg)
    return fields


def form_language(fields: dict[str, str]) -> Language:
    """Read the language that a form of ours carries along.

    Raises
    ------
    BadInput
        There is no such language.
    """
    try:
        return Language(fields.get("lang", Language.ENGLISH.value))
    except ValueError as error:
        msg = "lang: there is no such language"
        raise BadInput(msg) from error


def hidden(name: str, value: str) -> str:
    """Write a field that a form carries along."""
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def own_address(text: str) -> str | None:
    r"""Let an address pass to which a person may be sent on: one of this service, and no other.

    Examples
    --------
    >>> own_address("/desk/?a=1"), own_address("//evil.example"), own_address("/\\evil.example")
    ('/desk/?a=1', None, None)
    """
    foreign = not text.startswith("/") or text.startswith("//") or len(text) > _NEXT_MAX
    # A browser reads a backslash as a slash, and drops tabs and line ends.
    odd = any(letter == "\\" or not letter.isprintable() for letter in text)
    return None if foreign or odd or not text.isascii() else text
