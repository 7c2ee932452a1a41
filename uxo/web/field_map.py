"""``/api/v1/field/map`` and what goes with it: the map of an area, for a phone to keep."""

import hashlib
import re
from http import HTTPStatus
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from uxo.publish.tiles.road_ranks import MIXED, RANK_BITS
from uxo.services.field_area import FoundArea, search_areas
from uxo.services.field_map import AreaStatus, FieldMaps, MapFile
from uxo.services.live_status import Provenance
from uxo.vocabulary import Status
from uxo.web.answers import JsonAnswer
from uxo.web.errors import problem
from uxo.web.features import about
from uxo.web.field_pack import CommunityShape, PackRoad, community_document, road_documents
from uxo.web.kept_answers import REVALIDATED, tagged
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_ONE
from uxo.web.roads import NOTICE
from uxo.web.strict import StrictRoute

PATH: Final = "/api/v1/field/map"
STATUS_PATH: Final = "/api/v1/field/status"
AREAS_PATH: Final = "/api/v1/field/areas"
MAP_TYPE: Final = "application/vnd.pmtiles"

# One range of plain numbers; every other form may be ignored (RFC 9110, section 14.2).
_RANGE: Final = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})")

_Key = Annotated[
    str,
    Query(
        min_length=1,
        max_length=100,
        description="P-code of a community, as C1001, or a district (`admin3`) as the file of "
        "places writes it.",
    ),
]
_Text = Annotated[
    str, Query(min_length=1, max_length=100, description="Part of a name, or of a code.")
]


class MapAnswer(Response):
    """An answer of one PMTiles file, or of a part of it."""

    media_type = MAP_TYPE


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AreaShape(_Shape):
    """A community or a district."""

    pcode: str = Field(description="What to ask for.")
    name_en: str | None
    name_ar: str | None
    district: str | None = Field(description="Where a community lies, if that is known.")
    communities: int | None = Field(description="Of a district. Null: it is a community.")


class AreasShape(_Shape):
    """What a search found, the best first, 20 at most."""

    areas: list[AreaShape]


class AreaStatusShape(_Shape):
    """The status of an area's roads, to be laid over its map."""

    community: CommunityShape = Field(description="Of a district its own code, and its box.")
    is_district: bool
    communities: int
    places: list[CommunityShape] = Field(description="All that touch the box, nearest first.")
    bbox: tuple[float, float, float, float] = Field(description="West, south, east, north.")
    exercise: bool = Field(description="True: invented for training; shows no real hazard.")
    notice: str
    attribution: list[str]
    as_of: str
    known_at: str
    policy_digest: str
    digest: str = Field(description="Of the roads; the map that goes with it has it as X-Roads.")
    numbers: list[int] = Field(description="The `i` of each road in the tiles.")
    ranks: list[int] = Field(description="Worst status on each road, 0 to 7.")
    unknown_roads: int = Field(description="Of how many of them nothing valid is known at all.")
    mixed: list[int] = Field(description="The `i` of each road that is in `roads`.")
    roads: list[PackRoad] = Field(description="Pieces of the roads with more than one status.")


_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MAP_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
    206: {
        "description": "The part that was asked for.",
        "content": {MAP_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    },
    304: {"description": "The phone has this very map."},
    416: {
        **PROBLEMS_OF_ONE[404],
        "description": "The map ends before that part; Content-Range tells where.",
    },
    **PROBLEMS_OF_ONE,
}


def router(maps: FieldMaps) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    maps : FieldMaps
        Answers them.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["field"])

    @routes.get(
        AREAS_PATH,
        operation_id="searchFieldAreas",
        summary="Communities and districts by name or code",
        response_model=AreasShape,
        responses=PROBLEMS,
    )
    def search(q: _Text) -> JsonAnswer:
        """Find what a team may keep on its phones."""
        found = search_areas(maps.service.places(), q)
        return JsonAnswer({"areas": [_found(one) for one in found]})

    @routes.get(
        PATH,
        operation_id="getFieldMap",
        summary="The map of an area as one file of tiles (PMTiles)",
        response_class=MapAnswer,
        responses=_RESPONSES,
    )
    def get_map(pcode: _Key, request: Request) -> Response:
        """Give the file, or a part of it: a link that breaks costs only what was on its way.

        The tag is the SHA-256 of the file. `If-Range` keeps parts of two files apart.
        """
        return ranged(maps.map(pcode), request)

    @routes.get(
        STATUS_PATH,
        operation_id="getFieldStatus",
        summary="Status of the roads of an area, for a phone to keep",
        response_model=AreaStatusShape,
        responses={304: {"description": "The phone has this very status."}, **PROBLEMS_OF_ONE},
    )
    def get_status(pcode: _Key, request: Request) -> Response:
        """Give the status; it is laid over the map whose X-Roads it names."""
        body = orjson.dumps(_document(maps.status(pcode), maps.service.provenance()))
        digest = hashlib.sha256(body).hexdigest()[:32]
        return tagged(request, body, digest=digest, media_type="application/json")

    return routes


def _found(one: FoundArea) -> dict[str, Any]:
    return {
        "pcode": one.pcode,
        "name_en": one.name_en,
        "name_ar": one.name_ar,
        "district": one.district,
        "communities": one.communities,
    }


def ranged(file: MapFile, request: Request) -> Response:
    """Answer with a file, its tag alone, or the part that was asked for (RFC 9110, section 14)."""
    tag, length = f'"{file.sha256}"', len(file.body)
    headers = {**REVALIDATED, "ETag": tag, "X-Roads": file.roads, "Accept-Ranges": "bytes"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or request.headers.get("if-range", tag) != tag:
        return MapAnswer(file.body, headers=headers)
    start, last = int(asked[1]), min(int(asked[2] or length - 1), length - 1)
    if start >= length:
        detail = f"the map has {length} bytes, and the part asked for begins at {start}"
        refused = problem(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "bad-input", detail)
        refused.headers["Content-Range"] = f"bytes */{length}"
        return refused
    if last < start:  # no range at all: as if there were none
        return MapAnswer(file.body, headers=headers)
    headers["Content-Range"] = f"bytes {start}-{last}/{length}"
    return MapAnswer(file.body[start : last + 1], HTTPStatus.PARTIAL_CONTENT, headers)


def _document(status: AreaStatus, origin: Provenance) -> dict[str, Any]:
    area, bounds = status.area, status.area.bounds
    pieced = set(status.result.road[status.pieces].tolist())
    ranks = status.ranks & RANK_BITS
    alike = (status.ranks & MIXED) == 0
    return {
        "community": community_document(area.middle),
        "is_district": area.is_district,
        "communities": area.communities,
        "places": [community_document(place) for place in status.places],
        "bbox": [bounds.west, bounds.south, bounds.east, bounds.north],
        "exercise": origin.exercise,
        "notice": NOTICE,
        "attribution": list(origin.attribution),
        **about(status.result),
        "digest": status.roads,
        "numbers": status.numbers.tolist(),
        "ranks": ranks.tolist(),
        "unknown_roads": int(((ranks == Status.NOT_SURVEYED) & alike).sum()),
        "mixed": sorted(pieced),
        "roads": road_documents(status.result, status.pieces),
    }
