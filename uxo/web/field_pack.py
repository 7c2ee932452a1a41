"""``/api/v1/field/pack``: what a phone keeps of the map around a community."""

import gzip
import hashlib
from typing import Annotated, Any, Final

import numpy as np
import orjson
import shapely
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from uxo.services.field_pack import Community, FieldPack, field_pack
from uxo.services.live_status import LiveStatusService, Provenance
from uxo.services.pages import Rows
from uxo.status.result import StatusResult
from uxo.vocabulary import Status
from uxo.web.answers import GeometryShape, StatusWord
from uxo.web.features import about
from uxo.web.problems import PROBLEMS_OF_ONE
from uxo.web.roads import NOTICE
from uxo.web.strict import StrictRoute

PATH: Final = "/api/v1/field/pack"
_DECIMALS: Final = 6  # a decimetre: the map of a phone shows no less

_Pcode = Annotated[
    str, Query(min_length=1, max_length=40, description="P-code of a community, as C1001.")
]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CommunityShape(_Shape):
    """A community; its outline stands for a place that nobody may record exactly."""

    pcode: str
    name_en: str | None
    name_ar: str | None
    lon: float
    lat: float
    outline: GeometryShape


class PackRoad(_Shape):
    """One piece of road."""

    road_id: str
    status: StatusWord
    path: list[tuple[float, float]] = Field(description="Longitude, latitude.")


class PackShape(_Shape):
    """The roads around a community: every road that touches the box, from end to end."""

    community: CommunityShape
    places: list[CommunityShape] = Field(description="All that touch the box, nearest first.")
    bbox: tuple[float, float, float, float] = Field(description="West, south, east, north.")
    exercise: bool = Field(description="True: invented for training; shows no real hazard.")
    notice: str
    attribution: list[str]
    as_of: str
    known_at: str
    policy_digest: str
    roads: list[PackRoad]


def router(service: LiveStatusService) -> APIRouter:
    """Build the route.

    Parameters
    ----------
    service : LiveStatusService
        Answers it.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["field"])

    @routes.get(
        PATH,
        operation_id="getFieldPack",
        summary="Roads with their status around a community, for a phone to keep",
        response_model=PackShape,
        responses={304: {"description": "The phone has this very pack."}, **PROBLEMS_OF_ONE},
    )
    def get_pack(pcode: _Pcode, request: Request) -> Response:
        """Give the pack; a phone that has it already gets no body."""
        pack = field_pack(service, pcode)
        body = orjson.dumps(_document(pack, service.provenance()))
        tag = f'"{_digest(pack, body)}"'
        headers = {"ETag": tag, "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            body = gzip.compress(body, mtime=0)
            headers["Content-Encoding"] = "gzip"
        return Response(body, media_type="application/json", headers=headers)

    return routes


def _digest(pack: FieldPack, body: bytes) -> str:
    """Name what the pack shows; the moment at which it was asked for is no part of that."""
    moments = (about(pack.result)["as_of"].encode(), about(pack.result)["known_at"].encode())
    for moment in moments:
        body = body.replace(moment, b"")
    return hashlib.sha256(body).hexdigest()[:32]


def _document(pack: FieldPack, origin: Provenance) -> dict[str, Any]:
    bounds = pack.bounds
    return {
        "community": community_document(pack.community),
        "places": [community_document(place) for place in pack.places],
        "bbox": [bounds.west, bounds.south, bounds.east, bounds.north],
        "exercise": origin.exercise,
        "notice": NOTICE,
        "attribution": list(origin.attribution),
        **about(pack.result),
        "roads": road_documents(pack.result, pack.pieces),
    }


def community_document(community: Community) -> dict[str, Any]:
    """Write a community."""
    return {
        "pcode": community.pcode,
        "name_en": community.name_en,
        "name_ar": community.name_ar,
        "lon": community.lon,
        "lat": community.lat,
        "outline": orjson.Fragment(shapely.to_geojson(community.outline)),
    }


def road_documents(result: StatusResult, pieces: Rows) -> list[dict[str, Any]]:
    """Write pieces of roads."""
    words = [status.word for status in Status]
    ids = result.roads["road_id"].to_numpy(dtype=object)[result.road[pieces]]
    lines = result.geometries(pieces)
    points = np.round(shapely.get_coordinates(lines), _DECIMALS).tolist()
    ends = np.cumsum(shapely.get_num_coordinates(lines)).tolist()
    starts = [0, *ends][:-1]
    statuses = result.status[pieces].tolist()
    return [
        {"road_id": str(road_id), "status": words[status], "path": points[start:end]}
        for road_id, status, start, end in zip(ids, statuses, starts, ends, strict=True)
    ]
