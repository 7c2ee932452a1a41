"""``/healthz``: whether the service can answer, and about what."""

from fastapi import APIRouter

from uxo import __version__
from uxo.services.live_status import LiveStatusService
from uxo.services.permissions import refusal
from uxo.vocabulary import Action
from uxo.web.answers import HealthShape, JsonAnswer
from uxo.web.features import about
from uxo.web.problems import PROBLEMS
from uxo.web.strict import StrictRoute
from uxo.web.who import CurrentWho

PATH = "/healthz"


def router(service: LiveStatusService) -> APIRouter:
    """Build the route.

    Parameters
    ----------
    service : LiveStatusService
        Is asked for the status, so that "ok" means that a status can be given.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["service"])

    @routes.get(
        PATH,
        operation_id="getHealth",
        summary="Whether the service can answer",
        response_model=HealthShape,
        responses=PROBLEMS,
    )
    def health(who: CurrentWho) -> JsonAnswer:
        """Read the store and the status; a fault in either is a problem, not a tired "ok".

        Who may not see the status learns that the service answers, and not about how much.
        """
        result = service.result()
        if refusal(who.role, Action.SEE_STATUS) is not None:
            return JsonAnswer({"status": "ok"})
        body = {
            "status": "ok",
            "version": __version__,
            "roads": len(result.roads),
            "evidence": len(result.evidence),
            **about(result),
            "exercise": service.provenance().exercise,
        }
        return JsonAnswer(body)

    return routes
