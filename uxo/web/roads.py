"""``/api/v1/roads/status``: the status of every metre, page by page."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter

from uxo.services.live_status import LiveStatusService, Provenance
from uxo.services.permissions import refusal
from uxo.status.result import StatusResult
from uxo.vocabulary import Action
from uxo.web.answers import GEOJSON_TYPE, GeoJsonAnswer, PiecePageShape
from uxo.web.features import about, piece_features
from uxo.web.parameters import (
    DEFAULT_LIMIT,
    Bbox,
    Cursor,
    Limit,
    clamped,
    read_bbox,
    read_road_cursor,
    write_cursor,
)
from uxo.web.problems import PROBLEMS
from uxo.web.strict import StrictRoute
from uxo.web.who import CurrentWho

PATH = "/api/v1/roads/status"
NOTICE = "Where nothing is recorded, nothing is known."


def router(service: LiveStatusService) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    service : LiveStatusService
        Answers them.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["roads"])

    @routes.get(
        PATH,
        operation_id="listRoadStatus",
        summary="Status of the roads in a box, piece by piece",
        response_class=GeoJsonAnswer,
        response_model=PiecePageShape,
        responses=PROBLEMS,
    )
    def list_road_status(
        who: CurrentWho, bbox: Bbox = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> GeoJsonAnswer:
        """Give pieces of road with their status and the reasons for it.

        Reasons name single finds; who may not see an explanation gets an empty list of them.

        The pieces cover every road exactly once; a piece stands in the answer when any of it lies
        in the box, and it is given whole. A page may be shorter than `limit` where
        pieces have many reasons. Follow the `next` link until there is none: only then have you
        seen everything.
        """
        page = service.pieces(
            bounds=read_bbox(bbox),
            limit=clamped(limit),
            after=read_road_cursor(cursor, bbox or ""),
        )
        following = None
        if page.after is not None:
            place: list[str | float] = [page.after.road_id, page.after.to_m]
            following = {"cursor": write_cursor("pieces", bbox or "", place)}
        asked = {"bbox": bbox, "limit": limit, "cursor": cursor}
        explained = refusal(who.role, Action.EXPLAIN_STATUS) is None
        return collection(
            list(piece_features(page, explained=explained)),
            result=page.result,
            origin=service.provenance(),
            links=page_links(PATH, asked, following),
        )

    return routes


def page_links(
    path: str, asked: dict[str, Any], following: dict[str, str] | None
) -> list[dict[str, str]]:
    """Write the links of a page.

    Parameters
    ----------
    path : str
        Of the list.
    asked : dict
        The parameters of this page; None where one was left out.
    following : dict or None
        What differs on the next page; None: this is the last.
    """

    def link(rel: str, parameters: dict[str, Any]) -> dict[str, str]:
        given = {name: value for name, value in parameters.items() if value is not None}
        query = urlencode(given, safe=",")
        return {"rel": rel, "href": f"{path}?{query}" if query else path, "type": GEOJSON_TYPE}

    links = [link("self", asked)]
    if following is not None:
        links.append(link("next", {**asked, **following}))
    return links


def collection(
    features: Sequence[dict[str, Any]],
    *,
    result: StatusResult,
    origin: Provenance,
    links: list[dict[str, str]],
) -> GeoJsonAnswer:
    """Write one page of a list with what must be known to read it."""
    body = {
        "type": "FeatureCollection",
        "exercise": origin.exercise,
        "notice": NOTICE,
        "attribution": origin.attribution,
        **about(result),
        "numberReturned": len(features),
        "links": links,
        "features": features,
    }
    return GeoJsonAnswer(body)
