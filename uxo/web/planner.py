"""``/``: the planner's page: map, routes, ways, and what to clear first."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from uxo.errors import NotFound
from uxo.publish.assets import asset
from uxo.publish.language import Language
from uxo.publish.symbology import as_payload
from uxo.vocabulary import Status
from uxo.web.links import with_menu
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_ONE
from uxo.web.strict import StrictRoute

PATH: Final = "/"
_FILES_PATH: Final = "/planner/files/{file:path}"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_FONT: Final = "vendor/@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic-400-normal.woff2"
# Files below static/ that the page reads; nothing else is ever opened.
_FILES: Final = frozenset(
    {
        *(
            f"planner/{name}.js"
            for name in (
                "asks", "curve", "households", "legend", "main", "map", "moment", "mvt", "names",
                "plan", "reasons", "route", "routes", "search", "state", "texts", "tile_evidence",
                "tile_layer", "tile_roads", "tile_worker", "view", "way",
            )
        ),
        "planner/planner.css",
        *(
            f"map/{name}.js"
            for name in (
                "canvas_layer", "chains", "lines", "mercator", "panel", "payload", "places_layer",
                "words",
            )
        ),
        *(f"field/{name}.js" for name in ("coordinates", "geodesy", "packages")),
        "shared/i18n/en.ftl",
        "shared/i18n/ar.ftl",
        "vendor/mgrs/dist/mgrs.esm.js",
        "vendor/proj4/dist/proj4.js",
        "vendor/@fluent/bundle/index.js",
        "vendor/leaflet/dist/leaflet.js",
        "vendor/leaflet/dist/leaflet.css",
        _FONT,
    }
)  # fmt: skip
_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".js": "text/javascript",
        ".css": "text/css",
        ".ftl": "text/plain; charset=utf-8",
        ".woff2": "font/woff2",
    }
)
_SYMBOLS: Final = "symbols.json"

_Lang = Annotated[Language, Query(description="Language in which the page opens.")]


def router() -> APIRouter:
    """Build the routes."""
    routes = APIRouter(route_class=StrictRoute, tags=["planner"])

    @routes.get(
        PATH,
        operation_id="getPlanner",
        summary="The planner's page",
        response_class=HTMLResponse,
        responses=PROBLEMS,
    )
    def get_planner(request: Request, lang: _Lang = Language.ENGLISH) -> HTMLResponse:
        """Give the page; a missing part is told here, not by an empty map."""
        for file in _FILES:
            asset(file)
        page = asset("planner/index.html").read_text(encoding="utf-8")
        if request.app.state.gate.guarded:
            page = with_menu(page, lang)
        # The page reads the language from its own address and speaks both.
        headers = {"Content-Security-Policy": _POLICY, "Content-Language": lang.value}
        return HTMLResponse(page, headers=headers)

    @routes.get(
        _FILES_PATH,
        operation_id="getPlannerFile",
        summary="A file of the planner's page",
        response_class=Response,
        responses=PROBLEMS_OF_ONE,
    )
    def get_planner_file(file: str) -> Response:
        """Give one of the page's scripts, styles and words."""
        # A worker has no policy but its own; what it imports is bound by this one too.
        headers = {"Content-Security-Policy": _POLICY}
        if file == _SYMBOLS:
            return Response(_symbols(), media_type="application/json", headers=headers)
        if file not in _FILES:
            raise NotFound("the planner's page has no such file")
        body, kind = asset(file).read_bytes(), _TYPES[PurePosixPath(file).suffix]
        return Response(body, media_type=kind, headers=headers)

    return routes


def _symbols() -> bytes:
    """Give the lines and areas of the map, and the words of the ladder in the order of the rank."""
    return orjson.dumps({**as_payload(), "statuses": [status.word for status in Status]})
