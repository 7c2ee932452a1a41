"""``/api/v1/priorities``: what to clear first."""

from threading import Lock
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field, model_validator

from uxo.plan.comparison import compare
from uxo.plan.tasks import Counted, Outcome, Unit
from uxo.services.live_status import LiveStatusService
from uxo.services.permissions import refusal
from uxo.services.priorities import Answered, Ask, priorities_of
from uxo.vocabulary import Action, Kind, Status
from uxo.web.answers import JsonAnswer, StatusWord
from uxo.web.problems import PROBLEMS_OF_BODY
from uxo.web.strict import StrictRoute
from uxo.web.who import CurrentWho

PATH = "/api/v1/priorities"

_EXACT_S: Final = 3.0
_MOST_COMMUNITIES: Final = 20_000
_MOST_CHOICES: Final = 500

_Pcode = Annotated[str, Field(min_length=1, max_length=40)]
_Span = Annotated[str, Field(min_length=1, max_length=240)]
_Figure = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False, strict=True)]
_Spans = Annotated[list[_Span], Field(max_length=_MOST_CHOICES)]


class PlanShape(BaseModel):
    """What one plan may do."""

    model_config = ConfigDict(extra="forbid")

    budget: _Figure = Field(description="How much may be done, in `unit`.")
    unit: Unit = Unit.M2
    start: list[_Pcode] = Field(
        default=[],
        max_length=_MOST_CHOICES,
        description="P-codes to begin from. Left out: the largest passable part of the roads.",
    )
    allow: list[Literal["suspected_hazard", "not_surveyed", "survey_expired"]] = Field(
        default=[], max_length=3, description="Passable besides surveyed, reduced and cleared."
    )
    confirmed: bool = Field(
        default=True, strict=True, description="May confirmed hazards be cleared?"
    )
    pin: _Spans = Field(default=[], description="Must be done: ROAD_ID or ROAD_ID@FROM_M-TO_M.")
    forbid: _Spans = Field(default=[], description="Must not be done.")


class AskShape(PlanShape):
    """A question, and another plan to compare with."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"budget": 50000, "households": {"C1001": 120}}}
    )

    households: dict[_Pcode, _Figure | None] = Field(
        default={},
        description="P-code -> households expected; null: not known. Where none is known, "
        "communities are counted.",
    )
    other: PlanShape | None = Field(default=None, description="A second plan, to be compared.")

    @model_validator(mode="after")
    def _bounded(self) -> "AskShape":
        if len(self.households) > _MOST_COMMUNITIES:
            msg = f"households: more than {_MOST_COMMUNITIES} communities"
            raise ValueError(msg)
        return self


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SiteShape(_Shape):
    """One stretch of road with one status: what a tasking sheet is about."""

    id: str
    road_id: str
    name: str | None
    highway: str | None
    from_m: float
    to_m: float
    status: StatusWord
    method: Kind
    area_m2: float
    width_m: float
    weeks: float
    depth_m: float | None
    hazards: list[str] | None
    undated_hazards: list[str] | None
    pinned: bool
    begin: list[float]
    middle: list[float]
    end: list[float]


class SettledShape(_Shape):
    """What the plan means for a community; null households are not known."""

    pcode: str
    name: str
    households: float | None
    outcome: Outcome
    task: int | None


class TaskShape(_Shape):
    """Sites that are opened together."""

    number: int
    households: float
    communities: list[SettledShape]
    communities_not_known: int
    area_m2: float
    area_m2_by_method: dict[str, float]
    weeks: float
    households_so_far: float
    area_m2_so_far: float
    weeks_so_far: float
    sites: list[SiteShape]


class PlanAnswerShape(_Shape):
    """Tasks in their order, and how good the plan is."""

    tasks: list[TaskShape]
    settlements: list[SettledShape]
    households_not_known: list[str]
    households_without_place: list[str]
    counted: Counted
    gained: float
    bound: float = Field(description="No plan within the budget reconnects more of what is known.")
    gap: float
    method: str
    rankings: dict[str, float]
    budget: float
    unit: Unit
    area_m2: float
    weeks: float
    as_of: str
    known_at: str
    policy_digest: str


class ComparisonShape(_Shape):
    """What the other plan does otherwise."""

    only_first: list[str]
    only_second: list[str]
    lost: list[str]
    won: list[str]
    gained: float
    area_m2: float
    weeks: float
    sentences: list[str]


class PrioritiesShape(PlanAnswerShape):
    """The answer; `other` and `comparison` where a second plan was asked for."""

    exercise: bool
    other: PlanAnswerShape | None
    comparison: ComparisonShape | None


def router(service: LiveStatusService) -> APIRouter:
    """Build the route.

    Parameters
    ----------
    service : LiveStatusService
        Gives the status to plan on.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["plan"])
    one_at_a_time = Lock()  # a plan takes a whole processor for seconds

    @routes.post(
        PATH,
        operation_id="prioritise",
        summary="What to clear first",
        response_model=PrioritiesShape,
        responses=PROBLEMS_OF_BODY,
    )
    def prioritise(ask: Annotated[AskShape, Body()], who: CurrentWho) -> JsonAnswer:
        """Order the work that reconnects the most people within a budget, with a bound.

        Who may not see evidence gets null in place of its ids.
        """
        withheld = refusal(who.role, Action.SEE_EVIDENCE) is not None
        result, places = service.result(), service.places()
        with one_at_a_time:
            answers = [
                _shown(priorities_of(result, places, ask_of(plan, ask)), withheld=withheld)
                for plan in (ask, ask.other)
                if plan is not None
            ]
        other = answers[1] if ask.other is not None else None
        compared = None if other is None else compare(answers[0], other).as_json()
        more = {"exercise": service.provenance().exercise, "other": other, "comparison": compared}
        return JsonAnswer(answers[0] | more)

    return routes


def _shown(answered: Answered, *, withheld: bool) -> dict[str, Any]:
    """Write an answer, without the ids of evidence where they are withheld."""
    told = answered.as_json()
    if withheld:
        for task in told["tasks"]:
            for site in task["sites"]:
                site.update(hazards=None, undated_hazards=None)
    return told


def ask_of(plan: PlanShape, question: AskShape) -> Ask:
    """Read what a plan may do, and the households of the question that it belongs to."""
    return Ask(
        budget=plan.budget,
        unit=plan.unit,
        households=question.households,
        start=plan.start,
        allow=[Status[word.upper()] for word in plan.allow],
        confirmed=plan.confirmed,
        pin=plan.pin,
        forbid=plan.forbid,
        exact_s=_EXACT_S,
    )
