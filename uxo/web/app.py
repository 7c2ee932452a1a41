"""Put the web service together."""

import re
from collections.abc import Callable, Sequence
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from uxo import __version__
from uxo.services.live_status import LiveStatusService
from uxo.services.phones import Phones
from uxo.web import (
    errors,
    evidence,
    explain,
    health,
    map,  # noqa: A004  # the page
    media,
    openapi,
    phone,
    roads,
    tus,
)
from uxo.web.guard import Guard
from uxo.web.phone import WhoOf, everybody
from uxo.web.strict import StrictRoute

TITLE = "UXO survey mapper"


def create_app(
    service: LiveStatusService,
    *,
    map_html: Callable[[str], str] | None = None,
    phones: Phones | None = None,
    who_of: WhoOf = everybody,
) -> FastAPI:
    """Build the application.

    Parameters
    ----------
    service : LiveStatusService
        Answers everything; who opened its store closes it.
    map_html : callable or None
        Language code -> the page at ``/``. None: the service draws it.
    phones : Phones or None
        Takes in what phones send. None: there are no such routes.
    who_of : callable
        Tells who sends a request, or raises why nobody may.
    """
    routers = [
        map.router(map_html or service.map_html),
        health.router(service),
        roads.router(service),
        explain.router(service),
        evidence.router(service),
        openapi.router(),
        *([] if phones is None else _of_phones(phones, who_of)),
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


def _of_phones(phones: Phones, who_of: WhoOf) -> list[APIRouter]:
    return [
        phone.router(phones, who_of),
        tus.router(phones.media, who_of),
        media.router(phones.media, who_of),
    ]


def _patterns(routers: Sequence[APIRouter]) -> list[tuple[re.Pattern[str], frozenset[str]]]:
    """List path pattern and methods of every route."""
    return [
        (route.path_regex, frozenset(route.methods or ()))
        for one in routers
        for route in one.routes
        if isinstance(route, StrictRoute)
    ]
