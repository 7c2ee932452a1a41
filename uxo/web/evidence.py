"""``/api/v1/evidence``: record one item, list them, read one."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Body, Path, Query

from uxo.services.live_status import LiveStatusService, Recorded
from uxo.services.permissions import require_own_team
from uxo.services.record_evidence import EvidenceFeature
from uxo.vocabulary import Kind
from uxo.web.answers import (
    EvidencePageShape,
    GeoJsonAnswer,
    RecordedShape,
    StoredFeature,
)
from uxo.web.features import evidence_features, km_words
from uxo.web.parameters import (
    DEFAULT_LIMIT,
    Bbox,
    Cursor,
    Limit,
    clamped,
    read_bbox,
    read_evidence_cursor,
    write_cursor,
)
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_BODY, PROBLEMS_OF_ONE
from uxo.web.roads import collection, page_links
from uxo.web.strict import StrictRoute
from uxo.web.who import CurrentWho

PATH = "/api/v1/evidence"

_KindQuery = Annotated[Kind | None, Query(description="Only this kind; left out: every kind.")]
_IdPath = Annotated[str, Path(max_length=1_000, description="Id of the item.")]
_FeatureBody = Annotated[
    EvidenceFeature,
    Body(
        media_type="application/geo+json",
        openapi_examples={
            "find": {
                "summary": "A mortar bomb beside a road",
                "value": {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [37.1615, 36.2021]},
                    "properties": {
                        "kind": "find",
                        "category": "mortar",
                        "position_method": "gps",
                        "position_error_m": 12.0,
                        "observed_at": "2026-03-02T09:30:00Z",
                        "team": "EOD-3",
                    },
                },
            }
        },
    ),
]


def router(service: LiveStatusService) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    service : LiveStatusService
        Answers them.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["evidence"])

    @routes.post(
        PATH,
        operation_id="recordEvidence",
        summary="Record one item of evidence",
        status_code=201,
        response_class=GeoJsonAnswer,
        response_model=RecordedShape,
        responses=PROBLEMS_OF_BODY,
    )
    def record_evidence(feature: _FeatureBody, who: CurrentWho) -> GeoJsonAnswer:
        """Record what was seen, and answer when it is on disk and the status includes it.

        A hazard counts at once; a release counts only after another team has accepted it. The
        server sets `id`, `recorded_at`, `review` and `reviewed_at`.
        """
        require_own_team(who, feature.properties.team)
        return _created(service.record(feature, recorder=who.team or None))

    @routes.get(
        PATH,
        operation_id="listEvidence",
        summary="Evidence in a box",
        response_class=GeoJsonAnswer,
        response_model=EvidencePageShape,
        responses=PROBLEMS,
    )
    def list_evidence(
        bbox: Bbox = None,
        kind: _KindQuery = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> GeoJsonAnswer:
        """Give all evidence, whether the status rests on it or not, in the order of the ids."""
        question = f"{bbox or ''} {kind or ''}"
        page = service.evidence(
            bounds=read_bbox(bbox),
            kind=kind,
            limit=clamped(limit),
            after=read_evidence_cursor(cursor, question),
        )
        following = None
        if page.after is not None:
            following = {"cursor": write_cursor("evidence", question, page.after)}
        asked = {"bbox": bbox, "kind": kind, "limit": limit, "cursor": cursor}
        return collection(
            list(evidence_features(page.table)),
            result=page.result,
            origin=service.provenance(),
            links=page_links(PATH, asked, following),
        )

    @routes.get(
        PATH + "/{evidence_id:path}",
        operation_id="getEvidence",
        summary="One item of evidence",
        response_class=GeoJsonAnswer,
        response_model=StoredFeature,
        responses=PROBLEMS_OF_ONE,
    )
    def get_evidence(evidence_id: _IdPath) -> GeoJsonAnswer:
        """Give one item as the store holds it, rejected or not."""
        (feature,) = evidence_features(service.evidence_item(evidence_id))
        return GeoJsonAnswer(feature)

    return routes


def _created(recorded: Recorded) -> GeoJsonAnswer:
    """Write a new record with what it did."""
    (feature,) = evidence_features(recorded.table)
    effect = recorded.effect
    body = {
        **feature,
        "notes": recorded.notes,
        "status_effect": {
            "road_ids": effect.road_ids,
            "roads_touched": effect.roads_touched,
            "km_before": km_words(effect.km_before),
            "km_after": km_words(effect.km_after),
        },
    }
    location = f"{PATH}/{quote(feature['id'], safe='')}"
    return GeoJsonAnswer(body, status_code=201, headers={"Location": location})
