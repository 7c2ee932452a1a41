"""``/api/v1/roads/ranks``: the status of every road in one byte each, apart from the tiles."""

import hashlib
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from uxo.publish.tiles.road_ranks import CONFLICT, MIXED, RANK_BITS
from uxo.services.tiles import RoadRanks, Tiles
from uxo.vocabulary import Status
from uxo.web.answers import JsonAnswer
from uxo.web.features import about
from uxo.web.kept_answers import REVALIDATED, tagged
from uxo.web.moments import AsOfQuery, KnownAtQuery, read_moment
from uxo.web.problems import PROBLEMS_OF_ONE
from uxo.web.roads import NOTICE
from uxo.web.strict import StrictRoute

PATH: Final = "/api/v1/roads/ranks"
BYTES_TYPE: Final = "application/octet-stream"


class BytesAnswer(Response):
    """An answer of plain bytes."""

    media_type = BYTES_TYPE


class RoadRanksShape(BaseModel):
    """What the bytes are about, and how to read one."""

    model_config = ConfigDict(extra="forbid")

    roads: str = Field(
        description="Digest of the roads in their order. Tiles carry it as X-Roads: only where "
        "both are equal does byte i belong to the road with this i."
    )
    count: int = Field(ge=0, description="Bytes, and roads.")
    rank_bits: int = Field(description="Bits of the worst rank on the road, 0 the worst.")
    mixed_bit: int = Field(description="Set: the road has pieces in the tiles of mixed.")
    conflict_bit: int = Field(description="Set: a valid release and a live hazard both apply.")
    ranks: list[str] = Field(description="Word of each rank.")
    as_of: str
    known_at: str
    policy_digest: str
    exercise: bool = Field(description="True: invented for training; shows no real hazard.")
    notice: str
    attribution: list[str]


def router(tiles: Tiles) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    tiles : Tiles
        Answers them.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["tiles"])

    @routes.get(
        PATH,
        operation_id="getRoadRanks",
        summary="Status of every road, one byte each",
        response_class=BytesAnswer,
        responses={
            200: {"content": {BYTES_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
            304: {"description": "These very bytes are there already."},
            **PROBLEMS_OF_ONE,
        },
    )
    def get_ranks(
        request: Request, as_of: AsOfQuery = None, known_at: KnownAtQuery = None
    ) -> Response:
        """Give one byte for each road, in the order of `i` in the tiles of `roads`.

        The low three bits are the worst rank on the road; bit 3 says that it has more than one
        status (its pieces are in the tiles of `mixed`), bit 4 that there is a conflict.
        """
        ranks = tiles.ranks(read_moment(as_of, known_at))
        body = ranks.bytes.tobytes()
        # The roads are part of the name: equal bytes about other roads are no answer.
        digest = hashlib.sha256(ranks.roads.encode() + body).hexdigest()[:32]
        headers = {**REVALIDATED, **_headers(ranks)}
        return tagged(request, body, digest=digest, media_type=BYTES_TYPE, headers=headers)

    @routes.get(
        PATH + "/about",
        operation_id="describeRoadRanks",
        summary="What the bytes of the roads are about",
        response_model=RoadRanksShape,
        responses=PROBLEMS_OF_ONE,
    )
    def describe_ranks(as_of: AsOfQuery = None, known_at: KnownAtQuery = None) -> JsonAnswer:
        """Say which roads, which moment and which figures the bytes are about."""
        ranks = tiles.ranks(read_moment(as_of, known_at))
        return JsonAnswer(_description(tiles, ranks))

    return routes


def _headers(ranks: RoadRanks) -> dict[str, str]:
    told = about(ranks.result)
    return {
        "X-Roads": ranks.roads,
        "X-As-Of": told["as_of"],
        "X-Known-At": told["known_at"],
        "X-Policy-Digest": told["policy_digest"],
    }


def _description(tiles: Tiles, ranks: RoadRanks) -> dict[str, Any]:
    origin = tiles.provenance()
    return {
        "roads": ranks.roads,
        "count": len(ranks.bytes),
        "rank_bits": RANK_BITS,
        "mixed_bit": MIXED,
        "conflict_bit": CONFLICT,
        "ranks": [status.word for status in Status],
        **about(ranks.result),
        "exercise": origin.exercise,
        "notice": NOTICE,
        "attribution": list(origin.attribution),
    }
