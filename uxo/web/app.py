"""Put the web service together."""

import re
from collections.abc import Callable, Sequence
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from uxo import __version__
from uxo.services.live_status import LiveStatusService
from uxo.web import (
    errors,
    evidence,
    explain,
    field,
    field_pack,
    health,
    map,  # noqa: A004  # the page
    openapi,
    roads,
)
from uxo.web.guard import Guard
from uxo.web.strict import StrictRoute

TITLE = "UXO survey mapper"


def create_app(
    service: LiveStatusService, *, map_html: Callable[[str], str] | None = None
) -> FastAPI:
    """Build the application.

    Parameters
    ----------
    service : LiveStatusService
        Answers everything; who opened its store closes it.
    map_html : callable or None
        Language code -> the page at ``/``. None: the service draws it.
    """
    routers = [
        map.router(map_html or service.map_html),
        health.router(service),
        roads.router(service),
        explain.router(service),
        evidence.router(service),
        field.router(),
        field_pack.router(service),
        openapi.router(),
    ]
    app = FastAPI(
        title=TITLE,
        version=__version__,
        # Ours are served from local files, under the addresses of the contract.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # A redirect would drop a body, and would name an address that nobody asked for.
        redirect_slashes=False,
        middleware=[Middleware(Guard)],
    )
    for one in routers:
        app.include_router(one)
    errors.install(app, _patterns(routers))
    # The framework's own way to say how an application is described; built when first asked for.
    app.openapi = cache(lambda: openapi.describe(app))  # type: ignore[method-assign]
    return app


def _patterns(routers: Sequence[APIRouter]) -> list[tuple[re.Pattern[str], frozenset[str]]]:
    """List path pattern and methods of every route."""
    return [
        (route.path_regex, frozenset(route.methods or ()))
        for one in routers
        for route in one.routes
        if isinstance(route, StrictRoute)
    ]
