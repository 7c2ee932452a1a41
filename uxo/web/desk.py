"""``/api/v1/desk``: review what came in."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request

from uxo.services.live_status import LiveStatusService
from uxo.services.phone_told import Told
from uxo.services.review import Done, ReviewDesk
from uxo.services.review_correction import Correction
from uxo.services.review_queue import Worry
from uxo.services.review_rules import Deed
from uxo.vocabulary import Review
from uxo.web.answers import GeoJsonAnswer, JsonAnswer
from uxo.web.desk_answers import (
    around_body,
    effect_body,
    looked_body,
    queue_body,
    told_body,
)
from uxo.web.desk_shapes import (
    AroundShape,
    CorrectionBody,
    DecisionBody,
    DoneShape,
    DuplicateBody,
    EffectShape,
    LookedShape,
    PreviewBody,
    QueueShape,
)
from uxo.web.features import evidence_features
from uxo.web.parameters import DEFAULT_LIMIT, Limit, clamped
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_DECISION, PROBLEMS_OF_ONE
from uxo.web.strict import StrictRoute
from uxo.web.who import WhoOf

QUEUE_PATH: Final = "/api/v1/desk/queue"
RECORD_PATH: Final = "/api/v1/desk/records/{record_id:path}"

PhotosOf = Callable[[str], Sequence[str]]
"""Gives the SHA-256 of each photo of a record."""

ToldOf = Callable[[str], Sequence[Told]]
"""Gives what phones told about a record."""

_Worry = Annotated[Worry | None, Query(description="Only this worry; left out: every worry.")]
_Id = Annotated[str, Path(min_length=1, max_length=1_000, description="Id of the record.")]


def _nothing(_record_id: str) -> Sequence[Any]:
    return ()


def router(
    service: LiveStatusService,
    who_of: WhoOf,
    *,
    photos_of: PhotosOf = _nothing,
    told_of: ToldOf = _nothing,
) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    service : LiveStatusService
        The store and the status that follows from it.
    who_of : callable
        Tells whose team decides.
    photos_of : callable
        Record id -> its photos, by SHA-256. Left out: no photos are taken in here.
    told_of : callable
        Record id -> what phones told about it. Left out: no phones send to here.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["desk"])
    desk = ReviewDesk(service)
    # An id may hold slashes, so the addresses that end in a deed come before the record's own.
    _add_deeds(routes, service, desk, who_of)
    _add_looks(routes, service, desk)

    def of_phones(record_id: str) -> dict[str, Any]:
        told = [told_body(one) for one in told_of(record_id)]
        return {"photos": list(photos_of(record_id)), "told": told}

    _add_record(routes, service, desk, who_of, of_phones)
    return routes


def _add_looks(routes: APIRouter, service: LiveStatusService, desk: ReviewDesk) -> None:
    """Add the routes that change nothing."""

    @routes.get(
        QUEUE_PATH,
        operation_id="listDeskQueue",
        summary="What waits for a decision",
        response_model=QueueShape,
        responses=PROBLEMS,
    )
    def list_queue(worry: _Worry = None, limit: Limit = DEFAULT_LIMIT) -> JsonAnswer:
        """Give conflicts, hazards that change roads, releases without a signature, then the rest.

        `limit` holds for each of these four, so that a thousand hazards hide no release.
        """
        queue = desk.queue(limit=clamped(limit), only=worry)
        return JsonAnswer(queue_body(queue, exercise=service.provenance().exercise))

    @routes.post(
        RECORD_PATH + "/preview",
        operation_id="previewDecision",
        summary="What a decision would do to the roads",
        response_model=EffectShape,
        responses=PROBLEMS_OF_DECISION,
    )
    def preview(record_id: _Id, body: PreviewBody) -> JsonAnswer:
        """Tell the kilometres that would change their status; nothing is written."""
        correction = None
        if body.properties or body.geometry is not None:
            correction = _correction(body)
        return JsonAnswer(effect_body(desk.preview(record_id, Deed(body.decision), correction)))

    @routes.get(
        RECORD_PATH + "/roads",
        operation_id="getDeskRoads",
        summary="The roads around a record",
        response_class=GeoJsonAnswer,
        response_model=AroundShape,
        responses=PROBLEMS_OF_ONE,
    )
    def get_roads(record_id: _Id) -> GeoJsonAnswer:
        """Give every piece of road near a record, with what the rule did with the record there."""
        attribution = service.provenance().attribution
        return GeoJsonAnswer(around_body(desk.roads(record_id), attribution))


def _add_record(
    routes: APIRouter,
    service: LiveStatusService,
    desk: ReviewDesk,
    who_of: WhoOf,
    of_phones: Callable[[str], dict[str, Any]],
) -> None:
    """Add the route of one record."""

    @routes.get(
        RECORD_PATH,
        operation_id="getDeskRecord",
        summary="One record with its history and its neighbours",
        response_model=LookedShape,
        responses=PROBLEMS_OF_ONE,
    )
    def get_record(request: Request, record_id: _Id) -> JsonAnswer:
        """Give all that a person needs to decide, and what stands against each decision."""
        who = who_of(request)
        looked = desk.look(who, record_id)
        body = looked_body(looked, team=who.team, exercise=service.provenance().exercise)
        return JsonAnswer({**body, **of_phones(record_id)})


def _add_deeds(
    routes: APIRouter, service: LiveStatusService, desk: ReviewDesk, who_of: WhoOf
) -> None:
    """Add the routes that write an event."""

    def answer(record_id: str, done: Done) -> JsonAnswer:
        return JsonAnswer(_done_body(service, record_id, done))

    @routes.post(
        RECORD_PATH + "/decision",
        operation_id="decide",
        summary="Accept, reject or open again",
        response_model=DoneShape,
        responses=PROBLEMS_OF_DECISION,
    )
    def decide(request: Request, record_id: _Id, body: DecisionBody) -> JsonAnswer:
        """Decide with a team's signature; nobody reviews what their own team recorded.

        To reject and to open again needs a reason. What is so already is told and not written.
        """
        deed = Deed(body.decision)
        done = desk.decide(who_of(request), record_id, deed, reason=body.reason, seen=body.seen)
        return answer(record_id, done)

    @routes.post(
        RECORD_PATH + "/correction",
        operation_id="correctRecord",
        summary="Correct a record",
        response_model=DoneShape,
        responses=PROBLEMS_OF_DECISION,
    )
    def correct(request: Request, record_id: _Id, body: CorrectionBody) -> JsonAnswer:
        """Write a correction as a new event; its review then begins anew."""
        done = desk.correct(
            who_of(request), record_id, _correction(body), reason=body.reason, seen=body.seen
        )
        return answer(record_id, done)

    @routes.post(
        RECORD_PATH + "/duplicate-of",
        operation_id="markDuplicate",
        summary="Set a record aside as a duplicate",
        response_model=DoneShape,
        responses=PROBLEMS_OF_DECISION,
    )
    def mark_duplicate(request: Request, record_id: _Id, body: DuplicateBody) -> JsonAnswer:
        """Reject a record because the other one is about the same item; open it again to undo."""
        done = desk.mark_duplicate(
            who_of(request), record_id, body.other_id, reason=body.reason, seen=body.seen
        )
        return answer(record_id, done)


def _correction(body: CorrectionBody | PreviewBody) -> Correction:
    place = None if body.geometry is None else body.geometry.model_dump()
    return Correction(body.properties, place)


def _done_body(service: LiveStatusService, record_id: str, done: Done) -> dict[str, Any]:
    (feature,) = evidence_features(service.evidence_item(record_id))
    return {
        "changed": done.changed,
        "review": feature["properties"]["review"] or Review.UNREVIEWED.value,
        "effect": None if done.effect is None else effect_body(done.effect),
        "notes": list(done.notes),
    }
