"""``/api/v1/places``: communities by P-code or name, as people type them."""

from threading import Lock
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from uxo.services.live_status import LiveStatusService
from uxo.services.place_search import PlaceSearch
from uxo.web.answers import JsonAnswer
from uxo.web.parameters import PLAIN_INTEGER
from uxo.web.problems import PROBLEMS
from uxo.web.strict import StrictRoute

PATH: Final = "/api/v1/places"
_MOST: Final = 100
_DEFAULT: Final = 10

_Typed = Annotated[
    str,
    Query(
        alias="q",
        min_length=1,
        max_length=100,
        description="A P-code, or a name in English or Arabic, or its beginning.",
        json_schema_extra={"example": "Old Market"},
    ),
]
_Limit = Annotated[
    int,
    Field(ge=1),
    PLAIN_INTEGER,
    Query(description=f"Most places of the answer; more than {_MOST} gives that."),
]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FoundPlaceShape(_Shape):
    """A community that may be meant."""

    pcode: str
    name_en: str | None
    name_ar: str | None
    admin3: str | None = Field(description="Its district.")
    lon: float
    lat: float
    match: str = Field(description="`pcode`, `name`, `sound`, `beginning` or `close`.")
    distance: int = Field(description="Letters that differ.")


class FoundPlacesShape(_Shape):
    """What was found, the best first."""

    places: list[FoundPlaceShape]
    ambiguous: bool = Field(description="More than one fits equally well: a person must choose.")
    more: int = Field(description="How many fit besides.")
    attribution: list[str]


def router(service: LiveStatusService) -> APIRouter:
    """Build the route.

    Parameters
    ----------
    service : LiveStatusService
        Gives the communities.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["places"])
    held = _Held(service)

    @routes.get(
        PATH,
        operation_id="findPlaces",
        summary="Communities by P-code or name",
        response_model=FoundPlacesShape,
        responses=PROBLEMS,
    )
    def find_places(typed: _Typed, limit: _Limit = _DEFAULT) -> JsonAnswer:
        """Give the communities that may be meant; nothing is chosen where several fit."""
        found = held.search().find(typed, min(limit, _MOST))
        return JsonAnswer(
            {
                "places": [place.as_json() for place in found.places],
                "ambiguous": found.ambiguous,
                "more": found.more,
                "attribution": list(service.provenance().attribution),
            }
        )

    return routes


class _Held:
    """Keeps the search over the communities until something is imported."""

    def __init__(self, service: LiveStatusService) -> None:
        self._service = service
        self._lock = Lock()
        self._roads: object = None
        self._search: PlaceSearch | None = None

    def search(self) -> PlaceSearch:
        """Give the search over the communities of this moment."""
        roads = self._service.result().roads  # another table after every import
        with self._lock:
            if self._search is None or self._roads is not roads:
                self._search = PlaceSearch(self._service.places())
                self._roads = roads
            return self._search
