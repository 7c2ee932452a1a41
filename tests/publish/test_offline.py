import base64
import hashlib
import re

import folium
import pytest
from branca.element import CssLink, Element, JavascriptLink
from folium.plugins import MarkerCluster

from uxo.errors import MissingPart
from uxo.publish.offline import Inlined, OfflineFigure, content_security_policy

PAGE = (
    '<html><head><meta content="{{ policy }}">{{ head }}</head>'
    "<body>{{ field }}{{ map_html }}<script>{{ map_script }}</script></body></html>"
)
LEAFLET = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet"


def test_a_known_script_is_put_into_the_page() -> None:
    figure = OfflineFigure(PAGE)
    figure.header.add_child(JavascriptLink(f"{LEAFLET}.js"), name="leaflet")
    page = figure.render_page({"field": ""})
    assert "Leaflet 1.9.4" in page
    assert "src=" not in page.split("<body>")[0].replace("img.src=", "")[:200]


def test_a_known_style_is_put_into_the_page_without_the_pictures_it_links() -> None:
    figure = OfflineFigure(PAGE)
    figure.header.add_child(CssLink(f"{LEAFLET}.css"), name="leaflet_css")
    page = figure.render_page({"field": ""})
    assert ".leaflet-container" in page
    assert "url(images" not in page


@pytest.mark.parametrize(
    "link",
    [
        JavascriptLink("https://code.jquery.com/jquery-3.7.1.min.js"),
        CssLink("https://example.org/style.css"),
        JavascriptLink("https://example.org/leaflet@2.0.0/dist/leaflet.js"),
    ],
)
def test_an_unknown_address_is_an_error_and_never_a_link(link: Element) -> None:
    with pytest.raises(MissingPart, match="must need no network"):
        OfflineFigure(PAGE).header.add_child(link, name="x")


def test_a_plain_folium_map_with_a_plugin_cannot_slip_a_link_through() -> None:
    figure = OfflineFigure(PAGE)
    leaflet_map = folium.Map(tiles=None)
    MarkerCluster().add_to(leaflet_map)  # type: ignore[no-untyped-call]  # folium's
    figure.add_child(leaflet_map)
    with pytest.raises(MissingPart, match="is linked by a map but is not vendored"):
        figure.render_page({"field": ""})


def test_the_policy_names_each_script_and_style_by_its_hash() -> None:
    page = "<style>a{}</style><script>run()</script><script type='application/json'>{}</script>"
    policy = content_security_policy(page)
    hashes = [
        base64.b64encode(hashlib.sha256(text).digest()).decode() for text in (b"run()", b"a{}")
    ]
    assert f"script-src 'sha256-{hashes[0]}';" in policy
    assert f"style-src 'sha256-{hashes[1]}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_text_from_the_field_is_escaped_and_not_rendered_as_a_template() -> None:
    page = OfflineFigure(PAGE).render_page({"field": "<b>{{ 7*7 }}</b>"})
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt;" in page


def test_a_script_cannot_end_its_element_early() -> None:
    assert Inlined("script", "'</script>'").render().count("</script>") == 1


def test_a_person_may_zoom_the_page_by_hand() -> None:
    figure = OfflineFigure(PAGE)
    figure.header.add_child(Element('<meta name="viewport" content="user-scalable=no" />'))
    page = figure.render_page({"field": ""})
    assert re.findall(r'name="viewport" content="([^"]*)"', page) == [
        "width=device-width, initial-scale=1"
    ]
