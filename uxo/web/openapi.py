"""``/api/v1/openapi.json`` and its viewer at ``/api/``, both from this machine alone."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse

from uxo.errors import NotFound
from uxo.publish.assets import asset
from uxo.web.answers import JsonAnswer, Problem
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_ONE
from uxo.web.strict import StrictRoute

PATH: Final = "/api/v1/openapi.json"
VIEWER_PATH: Final = "/api/"
_DESCRIPTION: Final = """\
From survey evidence of unexploded ordnance to the clearance status of every metre of road.

* Where nothing is recorded, nothing is known: such a road reads `not_surveyed`.
* Errors are problems (RFC 9457) with a stable `code`.
* Unknown and repeated query parameters are refused, so that a slip never widens an answer.
* Where sign-in is in force, send `Authorization: Bearer TOKEN`, or the cookie of a session; with \
the cookie every change repeats the token of the session as `X-CSRF-Token`.
* Without sign-in the service answers on 127.0.0.1 only."""

_VIEWER_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Name in the viewer's address -> file below static/ and its type; nothing else is ever opened.
_FILES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "viewer.js": ("api/viewer.js", "text/javascript"),
        "swagger-ui-bundle.js": (
            "vendor/swagger-ui-dist/swagger-ui-bundle.js",
            "text/javascript",
        ),
        "swagger-ui.css": ("vendor/swagger-ui-dist/swagger-ui.css", "text/css"),
    }
)


def router() -> APIRouter:
    """Build the routes."""
    routes = APIRouter(route_class=StrictRoute, tags=["service"])

    @routes.get(
        PATH,
        operation_id="getDescription",
        summary="This description (OpenAPI 3.1)",
        responses=PROBLEMS,
        response_model=dict[str, Any],
    )
    def get_description(request: Request) -> JsonAnswer:
        """Give the description of the service."""
        app: FastAPI = request.app
        return JsonAnswer(app.openapi())

    @routes.get(
        VIEWER_PATH,
        operation_id="getViewer",
        summary="The viewer of this description",
        response_class=HTMLResponse,
        responses=PROBLEMS,
    )
    def get_viewer() -> HTMLResponse:
        """Give the page of the viewer; a missing part is told here, not by an empty page."""
        for file, _ in _FILES.values():
            asset(file)
        page = asset("api/index.html").read_text(encoding="utf-8")
        return HTMLResponse(page, headers={"Content-Security-Policy": _VIEWER_POLICY})

    @routes.get(
        VIEWER_PATH + "{file}",
        operation_id="getViewerFile",
        summary="A file of the viewer",
        response_class=Response,
        responses=PROBLEMS_OF_ONE,
    )
    def get_viewer_file(file: str) -> Response:
        """Give one of the viewer's scripts and styles."""
        if file not in _FILES:
            raise NotFound("the viewer has no such file")
        name, media_type = _FILES[file]
        return Response(asset(name).read_bytes(), media_type=media_type)

    return routes


def describe(app: FastAPI) -> dict[str, Any]:
    """Write the OpenAPI 3.1 document of an application.

    Parameters
    ----------
    app : FastAPI
        With all its routes.

    Returns
    -------
    dict
        As the framework makes it, with what it cannot know: validation errors are problems here,
        and a box travels as four numbers in one parameter.
    """
    document = get_openapi(
        title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas[Problem.__name__] = Problem.model_json_schema()
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["parameters"] = [
                _parameter(given) for given in operation.get("parameters", ())
            ]
            if app.state.gate.needs_sign_in(operation["operationId"]):
                operation["security"] = [{name: []} for name in _SECURITY]
    if app.state.gate.guarded:
        document["components"]["securitySchemes"] = dict(_SECURITY)
    return document


def _parameter(given: Mapping[str, Any]) -> dict[str, Any]:
    """Say what travels: a parameter is left out or has a value, and is never null."""
    if given["name"] == "bbox":
        return {**given, **_BBOX}
    schema = dict(given["schema"])
    for choice in schema.pop("anyOf", ()):
        if choice != {"type": "null"}:
            schema |= choice
    return {**given, "schema": schema}


# Either of the two; how a session's cookie is named depends on the connection (__Host- over HTTPS).
_SECURITY: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "uxo"},
    }
)
_BBOX: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "style": "form",
        "explode": False,
        "schema": {
            "type": "array",
            "minItems": 4,
            "maxItems": 4,
            "prefixItems": [
                {"type": "number", "minimum": -180, "maximum": 180},
                {"type": "number", "minimum": -90, "maximum": 90},
                {"type": "number", "minimum": -180, "maximum": 180},
                {"type": "number", "minimum": -90, "maximum": 90},
            ],
            "items": False,
        },
    }
)
