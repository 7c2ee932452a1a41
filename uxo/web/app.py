"""Put the web service together."""

import re
from collections.abc import Callable, Sequence
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from uxo import __version__
from uxo.errors import NotSignedIn
from uxo.services.access import Access
from uxo.services.live_status import LiveStatusService
from uxo.services.phone_told import Told, told_about
from uxo.services.phones import Phones
from uxo.services.routes import RouteBook
from uxo.services.tiles import Tiles
from uxo.services.ways import WaysService
from uxo.services.who import open_to_all
from uxo.web import (
    desk,
    desk_page,
    desk_phones,
    devices,
    devices_page,
    errors,
    evidence,
    explain,
    field,
    field_pack,
    health,
    media,
    openapi,
    phone,
    places,
    priorities,
    road_ranks,
    roads,
    sheets,
    sign_in,
    tiles,
    trust_page,
    tus,
)
from uxo.web import map as map_page
from uxo.web import people as people_routes
from uxo.web import routes as return_routes
from uxo.web import ways as way_routes
from uxo.web.actions import ACTIONS, FORMS
from uxo.web.guard import THIS_MACHINE, Guard, Site
from uxo.web.strict import StrictRoute
from uxo.web.who import Gate, WhoOf, check_actions, on_not_signed_in, sent_by

TITLE = "UXO survey mapper"


def create_app(  # noqa: PLR0913  # what is served, to whom, and under which names
    service: LiveStatusService,
    people: Access | None = None,
    *,
    phones: Phones | None = None,
    ways: WaysService | None = None,
    map_html: Callable[[str], str] | None = None,
    site: Site = THIS_MACHINE,
    team: str = "desk",
    who_of: WhoOf = sent_by,
) -> FastAPI:
    """Build the application.

    Parameters
    ----------
    service : LiveStatusService
        Answers everything; who opened its store closes it.
    people : Access or None
        Who may do what; then every address needs an action of its table, and what is not allowed
        is refused. None: no sign-in; whoever reaches the service may do everything.
    phones : Phones or None
        Takes in what phones send. None: there are no such routes.
    ways : WaysService or None
        Answers about ways. None: one over ``service`` that keeps nothing beside the store.
    map_html : callable or None
        Language code -> the page at ``/``. None: the service draws it.
    site : Site
        Under which names it is reached.
    team : str
        Code of the team that records here while there is no sign-in.
    who_of : callable
        Request -> who sent it.
    """
    drawn = Tiles(service)
    found_ways = ways or WaysService(service)
    book = RouteBook(service.store, drawn.status_at)
    routers = [
        map_page.router(map_html or service.map_html),
        health.router(service),
        roads.router(service),
        road_ranks.router(drawn),
        tiles.router(drawn),
        explain.router(service),
        way_routes.router(service, found_ways),
        places.router(service),
        return_routes.router(book, found_ways.find),
        sheets.router(service, book),
        evidence.router(service),
        desk.router(service, who_of, photos_of=_photos_of(phones), told_of=_told_of(phones)),
        priorities.router(service),
        desk_page.router(),
        field.router(),
        field_pack.router(service),
        openapi.router(),
        *([] if phones is None else _of_phones(phones, people, who_of)),
        *([] if people is None else _of_people(people, site)),
    ]
    check_actions(routers, ACTIONS)
    app = FastAPI(
        title=TITLE,
        version=__version__,
        # Ours are served from local files, under the addresses of the contract.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # A redirect would drop a body, and would name an address that nobody asked for.
        redirect_slashes=False,
        middleware=[Middleware(Guard, hosts=site.hosts)],
    )
    for one in routers:
        app.include_router(one)
    app.state.site = site
    app.state.gate = Gate(people, ACTIONS, FORMS, open_to_all(team))
    errors.install(app, _patterns(routers))
    app.add_exception_handler(NotSignedIn, on_not_signed_in)
    # The framework's own way to say how an application is described; built when first asked for.
    app.openapi = cache(lambda: openapi.describe(app))  # type: ignore[method-assign]
    return app


def _of_phones(phones: Phones, people: Access | None, who_of: WhoOf) -> list[APIRouter]:
    return [
        phone.router(phones, who_of, None if people is None else people.devices.note_skew),
        tus.router(phones.media, who_of),
        media.router(phones.media, who_of),
        desk_phones.router(phones, people, who_of),
    ]


def _photos_of(phones: Phones | None) -> desk.PhotosOf:
    """Give what names the photos of a record; where no phones are served, there are none."""

    def photos(record_id: str) -> list[str]:
        if phones is None:
            return []
        return [photo.sha256 for photo in phones.media.photos(record_id)]

    return photos


def _told_of(phones: Phones | None) -> desk.ToldOf:
    """Give what tells what phones said of a record; where none are served, nothing was said."""

    def told(record_id: str) -> list[Told]:
        return [] if phones is None else told_about(phones.store, record_id)

    return told


def _of_people(people: Access, site: Site) -> list[APIRouter]:
    return [
        sign_in.router(people),
        devices.router(people),
        devices_page.router(people),
        people_routes.router(people),
        trust_page.router(site.ca_pem),
    ]


def _patterns(routers: Sequence[APIRouter]) -> list[tuple[re.Pattern[str], frozenset[str]]]:
    """List path pattern and methods of every route."""
    return [
        (route.path_regex, frozenset(route.methods or ()))
        for one in routers
        for route in one.routes
        if isinstance(route, StrictRoute)
    ]
