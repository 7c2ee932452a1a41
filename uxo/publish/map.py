"""One self-contained folium page: the status of every metre of road, and why.

The page needs no network, cannot reach one (content security policy), and carries both languages.
Roads are not folium objects: at 100 000 pieces those take minutes to open. They travel as packed
columns and are drawn on one canvas by ``static/map/*.js``.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

import folium
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from branca.element import MacroElement
from folium.template import Template

from uxo.publish.assets import asset, asset_text
from uxo.publish.language import Catalogue, Language, catalogue_text, ltr, plain
from uxo.publish.map_evidence import CATEGORIES, KINDS, METHODS, evidence_part, places_part
from uxo.publish.map_payload import Columns, deltas, microdegrees, numbered, pack, scaled
from uxo.publish.offline import OfflineFigure
from uxo.publish.symbology import as_payload
from uxo.status.result import StatusResult
from uxo.vocabulary import Effect, Status

# Order matters: a module stands after those it imports (static/map/main.js is the entry).
_MODULES: Final = (
    "payload",
    "words",
    "mercator",
    "lines",
    "chains",
    "grid",
    "canvas_layer",
    "roads_layer",
    "evidence_layer",
    "places_layer",
    "sentences",
    "panel",
    "legend",
    "worst",
    "main",
)
_IMPORT: Final = re.compile(r"^import\s[^;]*;\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const)\b)", re.MULTILINE)
_FONT: Final = "vendor/@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic-400-normal.woff2"
_WORST: Final = 50
_WORST_OF: Final = {
    Status.CLOSED: 10,
    Status.CONFIRMED_HAZARD: 25,
    Status.SUSPECTED_HAZARD: 15,
}
# Only the name under which folium asks for it: the offline hook puts our own copy in its place.
_LEAFLET: Final = "https://cdn.jsdelivr.net/npm/leaflet@1.9.4/dist/leaflet"
_MILLIMETRES: Final = 1000.0  # a piece may be shorter than a centimetre
_MAX_ZOOM: Final = 19
_Named = TypeVar("_Named", bound=MacroElement)


class _PlainMap(folium.Map):
    """A folium map that links Leaflet and nothing else (no jQuery, Bootstrap or icon fonts)."""

    # The addresses are names for the offline hook, which never opens them.
    default_js = [("leaflet", f"{_LEAFLET}.js")]  # noqa: RUF012  # folium declares it so
    default_css = [("leaflet_css", f"{_LEAFLET}.css")]  # noqa: RUF012


class _RoadStatus(MacroElement):
    """Hands the Leaflet map over to our script once it exists."""

    _template = Template(
        "{% macro script(this, kwargs) %}uxoMap.start({{ this._parent.get_name() }});{% endmacro %}"
    )


def draw_map(
    result: StatusResult,
    *,
    places: gpd.GeoDataFrame | None,
    language: str,
    attribution: Sequence[str],
    exercise: bool,
    title: str = "",
) -> str:
    """Draw the status of roads as one HTML page that opens with no network.

    Parameters
    ----------
    result : StatusResult
        Pieces with reasons, their roads, evidence and policy.
    places : GeoDataFrame or None
        Communities with names in both languages.
    language : str
        ``en`` or ``ar``: the language that the page opens in; it carries both.
    attribution : sequence of str
        One line for each source whose licence asks for it.
    exercise : bool
        Whether the evidence is an exercise; a banner then says that no real hazard is shown.
    title : str
        What the map shows, for example a district; stands behind the heading of the catalogue.

    Returns
    -------
    str
        The page. Equal arguments give equal text.

    Raises
    ------
    MissingPart
        There is no catalogue for the language, or a browser package was not fetched.
    """
    catalogue = Catalogue.load(language)
    leaflet_map = _leaflet_map(result)
    page = OfflineFigure(asset_text("map/page.html"))
    page.add_text("style", _font_face() + asset_text("map/map.css"), "uxo_style")
    page.add_child(leaflet_map, name="map")
    # Leaflet first, then the words' reader, then ours.
    scripts = asset_text("vendor/@fluent/bundle/index.js"), joined_modules()
    leaflet_map.add_child(_named(_RoadStatus()))  # type: ignore[no-untyped-call]  # branca's
    for child_name, text in zip(("fluent", "uxo_map"), scripts, strict=True):
        page.add_text("script", text, child_name)
    return page.render_page(
        {
            "t": catalogue.format,
            "language": catalogue.language,
            "title": plain(title),
            "exercise": exercise,
            "attribution": [plain(line) for line in attribution],
            "digest": result.policy.digest,
            "as_of": ltr(_moment(result.as_of)),
            "known_at": ltr(_moment(result.known_at)),
            "short_digest": ltr(result.policy.digest[:12]),
            "full_digest": ltr(result.policy.digest),
            "arguments": lambda **values: json.dumps(values, ensure_ascii=False),
            "payload": _payload(result, places, catalogue.language),
        }
    )


def joined_modules() -> str:
    """Join the modules of ``static/map`` into one script.

    They are ES modules, so that they can be checked one by one; a page opened from a file cannot
    import, so the imports go and all share one scope.
    """
    bodies = []
    for name in _MODULES:
        source = asset_text(f"map/{name}.js")
        bodies.append(_EXPORT.sub("", _IMPORT.sub("", source)))
    return '(() => {\n"use strict";\n' + "\n".join(bodies) + "\n})();\n"


def _leaflet_map(result: StatusResult) -> folium.Map:
    """Make the bare map over the roads, with no tiles: there is no network to fetch them."""
    west, south, east, north = _bounds(result)
    leaflet_map = _PlainMap(
        location=((south + north) / 2, (west + east) / 2),
        tiles=None,
        zoom_start=12,
        max_zoom=_MAX_ZOOM,
        control_scale=True,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.5,
    )
    return _named(leaflet_map)


def _named(element: _Named) -> _Named:
    """Give an element a fixed id in place of a random one: equal input, equal page."""
    element._id = "uxo"  # noqa: SLF001  # branca has no setter
    return element


def _bounds(result: StatusResult) -> tuple[float, float, float, float]:
    """West, south, east, north of the roads; the whole earth where there are none."""
    if len(result.roads) == 0:
        return (-180.0, -60.0, 180.0, 60.0)
    west, south, east, north = (float(side) for side in result.roads.total_bounds)
    return (west, south, east, north)


def _font_face() -> str:
    """Put the Arabic font into the page; a phone without one would show boxes."""
    font = base64.b64encode(asset(_FONT).read_bytes()).decode("ascii")
    return (
        "@font-face{font-family:'Noto Sans Arabic';font-weight:400;font-display:block;"
        f"src:url(data:font/woff2;base64,{font}) format('woff2');"
        "unicode-range:U+0600-06FF,U+0750-077F,U+FB50-FDFF,U+FE70-FEFC}\n"
    )


def _moment(time: datetime) -> str:
    """Write a time as every part of the page does."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _payload(result: StatusResult, places: gpd.GeoDataFrame | None, language: Language) -> str:
    """Pack everything that the scripts read."""
    evidence = evidence_part(result)
    place_columns, place_tables = places_part(places)
    road_columns, road_tables = _roads(result)
    km = result.km_by_status()
    return pack(
        {**_pieces(result, evidence.row_of), **road_columns, **evidence.columns, **place_columns},
        {
            **road_tables,
            **evidence.tables,
            **place_tables,
            "km": [float(km[status]) for status in Status],
            "statuses": [status.word for status in Status],
            "effects": [effect.word for effect in Effect],
            "kinds": [kind.value for kind in KINDS],
            "categories": [category.value for category in CATEGORIES],
            "methods": [method.value for method in METHODS],
            "as_of": int(result.as_of.timestamp() // 60),
            "bounds": _bounds(result),
            "language": language.value,
            "catalogues": {one.value: catalogue_text(one) for one in Language},
            "symbols": as_payload(),
        },
    )


def _pieces(result: StatusResult, row_of: npt.NDArray[np.int32]) -> Columns:
    """Columns of the pieces (``s_``), their vertices (``v_``) and reasons (``r_``).

    Reasons travel as runs along a road, as the engine keeps them: the page looks up those of a
    piece when someone asks for it.
    """
    shapes = result.geometries()
    at = shapely.get_coordinates(shapes)
    swept = result.swept
    flags = result.conflict.astype(np.uint8) | (result.clearance_under_way.astype(np.uint8) << 1)
    return {
        "s_road": deltas(result.road.astype(np.int32)),
        "s_from": scaled(result.from_m, _MILLIMETRES),
        "s_to": scaled(result.to_m, _MILLIMETRES),
        "s_status": result.status.astype(np.uint8),
        "s_flags": flags,
        "s_beside": scaled(result.hazard_beside_m(), _MILLIMETRES),
        "s_vertices": shapely.get_num_coordinates(shapes).astype(np.int32),
        "v_x": deltas(microdegrees(at[:, 0])),
        "v_y": deltas(microdegrees(at[:, 1])),
        "r_count": swept.run_count.astype(np.int32),
        "r_evidence": row_of[swept.run_item],
        "r_effect": swept.run_effect.astype(np.uint8),
        "r_by": np.where(swept.run_by < 0, -1, row_of[swept.run_by]).astype(np.int32),
        "r_from": scaled(swept.run_from_m, _MILLIMETRES),
        "r_to": scaled(swept.run_to_m, _MILLIMETRES),
        "worst": _worst(result),
    }


def _worst(result: StatusResult) -> npt.NDArray[np.int32]:
    """Pick the worst pieces for the list: live hazards by rank, within a rank the longest first.

    One closure can cut a hundred streets, so no rank may push the others out of the list.
    """
    bad = np.flatnonzero(result.status <= Status.SUSPECTED_HAZARD)
    length_m = result.to_m[bad] - result.from_m[bad]
    bad = bad[np.lexsort((-length_m, result.status[bad]))]
    ranks = result.status[bad]
    place = np.arange(len(bad)) - np.searchsorted(ranks, ranks)
    over = place >= np.array([_WORST_OF[Status(rank)] for rank in range(3)])[ranks]
    chosen = np.sort(np.lexsort((np.arange(len(bad)), over))[:_WORST])
    return bad[chosen].astype(np.int32)


def _roads(
    result: StatusResult,
) -> tuple[Columns, Mapping[str, object]]:
    """Ids, names and half-widths of the roads."""
    names, name = numbered(result.roads["name"])
    classes, highway = numbered(result.roads["highway"])
    # A road without a class counts as the widest, like an unknown one; its number is -1, the last.
    half_widths = [result.policy.half_width_m(word) for word in classes]
    half_widths.append(result.policy.half_width_m(None))
    return (
        {"w_name": name, "w_class": np.where(highway < 0, len(classes), highway).astype(np.int32)},
        {
            "road_ids": result.roads["road_id"].tolist(),
            "road_names": names,
            "half_widths": half_widths,
        },
    )
