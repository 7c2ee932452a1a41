"""``/maps/``: the map as one page that needs nothing else."""

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from uxo.publish.language import Language
from uxo.publish.offline import content_security_policy
from uxo.web.links import with_menu
from uxo.web.problems import PROBLEMS
from uxo.web.strict import StrictRoute

PATH = "/maps/"
# Reading a page of megabytes, and writing it anew, takes a while.
_policy = lru_cache(maxsize=4)(content_security_policy)
_with_menu = lru_cache(maxsize=4)(with_menu)

_Lang = Annotated[Language, Query(description="Language in which the page opens.")]


def router(map_html: Callable[[str], str]) -> APIRouter:
    """Build the route.

    Parameters
    ----------
    map_html : callable
        Language code -> the page.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["map"])

    @routes.get(
        PATH,
        operation_id="getMap",
        summary="The map of the status of the roads",
        response_class=HTMLResponse,
        responses=PROBLEMS,
    )
    def show_map(request: Request, lang: _Lang = Language.ENGLISH) -> HTMLResponse:
        """Give one self-contained page that needs no network."""
        page = map_html(lang.value)
        if request.app.state.gate.guarded:
            page = _with_menu(page, lang)
        # The page states its policy itself; a header is needed to forbid that it is framed.
        policy = f"{_policy(page)}; frame-ancestors 'none'"
        headers = {"Content-Security-Policy": policy, "Content-Language": lang.value}
        return HTMLResponse(page, headers=headers)

    return routes
