"""A folium page that needs no network and cannot reach one.

Every script and style that folium or one of its plugins links is put into the page from
``static/vendor``; an unknown address is an error, never a link. A content security policy with the
hash of each script and style then forbids the page everything else, so that even text which were
taken for script could neither run nor call out.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Final

import jinja2
from branca.element import CssLink, Element, Figure, JavascriptLink
from markupsafe import Markup

from uxo.errors import MissingPart
from uxo.publish.assets import asset_text

# What may stand in for an address that folium links. Patterns rather than addresses, because the
# host and the patch version are folium's choice.
VENDORED: Final[Mapping[str, str]] = {
    r"/leaflet@1\.9\.\d+/dist/leaflet\.js$": "vendor/leaflet/dist/leaflet.js",
    r"/leaflet@1\.9\.\d+/dist/leaflet\.css$": "vendor/leaflet/dist/leaflet.css",
}

_POLICY_MARK: Final = "content-security-policy-goes-here"
_VIEWPORT: Final = re.compile(r'<meta name="viewport"[^>]*>')
# Pictures that leaflet.css names beside itself; none is drawn on our pages.
_CSS_URL: Final = re.compile(r"url\((?!['\"]?data:)[^)]*\)")


class Inlined(Element):
    """Script or style text that stands in the page as it is, and is never taken for a template."""

    def __init__(self, tag: str, text: str) -> None:
        super().__init__()
        self._tag = tag
        self._text = re.sub(rf"</(?={tag})", r"<\\/", text, flags=re.IGNORECASE)

    def render(self, **_: object) -> str:
        """Write the element."""
        return f"<{self._tag}>{self._text}</{self._tag}>\n"


class OfflineHeader(Element):
    """The header of a figure that takes text in place of every link."""

    def __init__(self, vendored: Mapping[str, str]) -> None:
        super().__init__()
        self._vendored = vendored

    def add_child(
        self, child: Element, name: str | None = None, index: int | None = None
    ) -> Element:
        """Add an element; a link to a script or style becomes its text.

        Raises
        ------
        MissingPart
            The address is not among the vendored ones, or its file is missing.
        """
        if isinstance(child, JavascriptLink):
            child = Inlined("script", self._text(child.url))
        elif isinstance(child, CssLink):
            child = Inlined("style", _CSS_URL.sub("none", self._text(child.url)))
        return super().add_child(child, name=name, index=index)

    def _text(self, address: str) -> str:
        """Find the vendored text for an address."""
        for pattern, name in self._vendored.items():
            if re.search(pattern, address):
                return asset_text(name)
        msg = (
            f"{address} is linked by a map but is not vendored: a page must need no network; "
            "list the package in package.json and its pattern in uxo/publish/offline.py"
        )
        raise MissingPart(msg)

    def render(self, **kwargs: object) -> str:
        """Write every child; zooming by hand stays allowed (folium forbids it)."""
        text = "".join(str(child.render(**kwargs)) for child in self._children.values())
        return _VIEWPORT.sub(
            '<meta name="viewport" content="width=device-width, initial-scale=1">', text
        )


class OfflineFigure(Figure):
    """A figure with a page of our own around the map.

    Parameters
    ----------
    page : str
        A Jinja template. It sees ``head``, ``map_html``, ``map_script`` (markup), ``policy`` (for
        the meta element of the content security policy) and the words given to `render_page`.
        Everything else is escaped.
    vendored : mapping of str to str
        Pattern of an address -> file below ``static``.
    """

    def __init__(self, page: str, vendored: Mapping[str, str] = VENDORED) -> None:
        super().__init__()
        self.header = OfflineHeader(vendored)
        self.header._parent = self  # noqa: SLF001  # as the base class does; there is no setter
        self._own: dict[str, Inlined] = {}
        environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
        self._page = environment.from_string(page)

    def add_text(self, tag: str, text: str, name: str) -> None:
        """Put a script or style of our own into the header, after those that the map links."""
        self._own[name] = Inlined(tag, text)

    def render_page(self, words: Mapping[str, object]) -> str:
        """Write the whole page, with a policy that allows its own scripts and styles only."""
        for child in self._children.values():
            child.render()
        for name, text in self._own.items():
            self.header.add_child(text, name=name)
        page = self._page.render(
            **words,
            head=_markup(self.header.render()),
            map_html=_markup(self.html.render()),
            map_script=_markup(self.script.render()),
            policy=_POLICY_MARK,
        )
        return page.replace(_POLICY_MARK, content_security_policy(page), 1)


def _markup(text: str) -> Markup:
    """Mark text that folium, or a file of ours, wrote as HTML; never text from the field."""
    return Markup(text)  # noqa: S704  # its only sources are templates and vendored files


class _Parts(HTMLParser):
    """Collects the text of every script and style of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: dict[str, list[str]] = {"script": [], "style": []}
        self._open: list[str] | None = None
        self._data_block = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.found:
            self._open = []
            self._data_block = tag == "script" and dict(attrs).get("type") is not None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.found and self._open is not None:
            if not self._data_block:
                self.found[tag].append("".join(self._open))
            self._open = None


def content_security_policy(page: str) -> str:
    """Write the policy for a finished page: its own scripts and styles by hash, and nothing else.

    Parameters
    ----------
    page : str
        The HTML. A script element with a type is a block of data and needs no leave to run.
    """
    parts = _Parts()
    parts.feed(page)
    allowed = {
        tag: " ".join(dict.fromkeys(_hash(text) for text in texts))
        for tag, texts in parts.found.items()
    }
    return (
        f"default-src 'none'; script-src {allowed['script']}; style-src {allowed['style']}; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    """Name a script or style by its hash, as Content Security Policy level 3 asks."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
