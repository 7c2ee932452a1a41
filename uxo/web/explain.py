"""``/api/v1/explain``: why a place has its status, and how old that knowledge is."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from uxo.services.explain_place import NEAR_M
from uxo.services.live_status import LiveStatusService
from uxo.web.answers import ExplanationShape, JsonAnswer
from uxo.web.parameters import PLAIN_NUMBER
from uxo.web.problems import PROBLEMS_OF_ONE
from uxo.web.strict import StrictRoute

PATH = "/api/v1/explain"

_Lon = Annotated[
    Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), PLAIN_NUMBER] | None,
    Query(description="Degrees east."),
]
_Lat = Annotated[
    Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False), PLAIN_NUMBER] | None,
    Query(description="Degrees north."),
]
_RoadId = Annotated[
    str | None, Query(min_length=1, max_length=200, description="A road, with `at_m`.")
]
_AtM = Annotated[
    Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False), PLAIN_NUMBER] | None,
    Query(description="Metres on the ground from the road's first vertex."),
]


def router(service: LiveStatusService) -> APIRouter:
    """Build the route.

    Parameters
    ----------
    service : LiveStatusService
        Answers it.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["roads"])

    @routes.get(
        PATH,
        operation_id="explainPlace",
        summary="Why a place has its status",
        response_model=ExplanationShape,
        responses=PROBLEMS_OF_ONE,
        description=f"Name a position (`lon`, `lat`: the nearest road within {NEAR_M:g} m is "
        "explained, and there is an answer 404 where there is none) or a place on a road "
        "(`road_id`, `at_m`).",
    )
    def explain(
        lon: _Lon = None, lat: _Lat = None, road_id: _RoadId = None, at_m: _AtM = None
    ) -> JsonAnswer:
        found = service.explain_place(lon=lon, lat=lat, road_id=road_id, at_m=at_m)
        body = {**found.as_json(), "exercise": service.provenance().exercise}
        return JsonAnswer(body)

    return routes
