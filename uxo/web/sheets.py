"""Sheets of paper: ``/api/v1/routes/{id}/sheet.pdf``, those of places, and those of tasks."""

from collections.abc import Sequence
from threading import Lock
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import Response
from pydantic import Field

from uxo.errors import BadInput
from uxo.publish.language import Language
from uxo.publish.sheets.content import SheetContent, Tier
from uxo.publish.sheets.frame import Paper
from uxo.services.live_status import LiveStatusService
from uxo.services.permissions import refusal, require
from uxo.services.priorities import priorities_of
from uxo.services.routes import RouteBook
from uxo.services.sheet_district import WITHIN_M, DistrictAsk, district_sheet
from uxo.services.sheet_route import route_sheet
from uxo.services.sheet_tasks import task_sheets
from uxo.services.sheets import Form, Printing, print_sheets
from uxo.services.who import Who
from uxo.vocabulary import Action
from uxo.web.moments import AsOfQuery, KnownAtQuery, read_moment
from uxo.web.parameters import PLAIN_INTEGER, PLAIN_NUMBER
from uxo.web.priorities import PATH as PRIORITIES
from uxo.web.priorities import AskShape, ask_of
from uxo.web.problems import PROBLEMS_OF_BODY, PROBLEMS_OF_ONE
from uxo.web.routes import PATH as ROUTES
from uxo.web.strict import StrictRoute
from uxo.web.who import CurrentWho

PLACES: Final = "/api/v1/places"
_TYPES: Final = {Form.PDF: "application/pdf", Form.PNG: "image/png"}

_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The sheet; a PNG holds all pages, one below the other.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in _TYPES.values()
        },
    }
}
_Id = Annotated[str, Path(min_length=1, max_length=100, description="Id of the route.")]
_Place = Annotated[
    str,
    Path(min_length=1, max_length=100, description="P-code of a community, or a district's name."),
]
_Form = Annotated[Form, Path(description="`pdf` or `png`.")]
_Lang = Annotated[Language, Query(description="Language of the sheet.")]
_Paper = Annotated[Paper, Query(description="Size of the paper.")]
_Tier = Annotated[
    Tier,
    Query(description="`internal` names evidence, and only who may see evidence gets it."),
]
_Within = Annotated[
    float,
    PLAIN_NUMBER,
    Query(description="How far around the points of communities roads are counted, metres."),
]
_Task = Annotated[
    Annotated[int, PLAIN_INTEGER, Field(ge=1, le=1_000)] | None,
    Query(description="Number of a task; left out: a sheet for each."),
]


class SheetAnswer(Response):
    """An answer of one file."""

    media_type = _TYPES[Form.PDF]


def router(service: LiveStatusService, book: RouteBook) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    service : LiveStatusService
        Gives places, and where the data come from.
    book : RouteBook
        Gives return routes, and the status at a moment.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["sheets"])
    printer = _Printer()

    @routes.get(
        ROUTES + "/{route_id}/sheet.{form}",
        operation_id="getRouteSheet",
        summary="The sheet of a return route",
        response_class=SheetAnswer,
        responses=_FILE | PROBLEMS_OF_ONE,
    )
    def get_route_sheet(  # noqa: PLR0913, PLR0917  # which sheet, and of which moment
        route_id: _Id,
        form: _Form,
        who: CurrentWho,
        lang: _Lang = Language.ENGLISH,
        paper: _Paper = Paper.A4,
        tier: _Tier = Tier.HANDOUT,
        as_of: AsOfQuery = None,
        known_at: KnownAtQuery = None,
    ) -> Response:
        """Print a route as it stands, or as it stood at a moment and by what was known then."""
        _check_tier(who, tier)
        moment = read_moment(as_of, known_at)
        report = book.report(book.get(route_id, moment), moment)
        sheet = route_sheet(
            report, book.status(moment), service.places(), service.provenance(),
            tier=tier, paper=paper,
        )  # fmt: skip
        return printer.answer([sheet], Printing(form, lang.value, paper))

    @routes.get(
        PLACES + "/{place}/sheet.{form}",
        operation_id="getPlaceSheet",
        summary="The sheet of a community or a district",
        response_class=SheetAnswer,
        responses=_FILE | PROBLEMS_OF_ONE,
    )
    def get_place_sheet(  # noqa: PLR0913, PLR0917  # which sheet, and of which moment
        place: _Place,
        form: _Form,
        who: CurrentWho,
        lang: _Lang = Language.ENGLISH,
        paper: _Paper = Paper.A4,
        tier: _Tier = Tier.HANDOUT,
        within_m: _Within = WITHIN_M,
        as_of: AsOfQuery = None,
        known_at: KnownAtQuery = None,
    ) -> Response:
        """Print the roads of a community or a district, and the places to keep away from."""
        _check_tier(who, tier)
        sheet = district_sheet(
            book.status(read_moment(as_of, known_at)), service.places(), service.provenance(),
            DistrictAsk(place, tier, paper, within_m),
        )  # fmt: skip
        return printer.answer([sheet], Printing(form, lang.value, paper))

    @routes.post(
        PRIORITIES + "/sheets.{form}",
        operation_id="printTasks",
        summary="The tasking sheets of a plan",
        response_class=SheetAnswer,
        responses=_FILE | PROBLEMS_OF_BODY | PROBLEMS_OF_ONE,
    )
    def print_tasks(  # which plan, and which sheets
        form: _Form,
        ask: Annotated[AskShape, Body()],
        who: CurrentWho,
        lang: _Lang = Language.ENGLISH,
        paper: _Paper = Paper.A4,
        task: _Task = None,
    ) -> Response:
        """Plan as `prioritise` does, and print a sheet for each task."""
        if ask.other is not None:
            msg = "other: one plan is printed; leave it out"
            raise BadInput(msg)
        result, places = service.result(), service.places()
        withheld = refusal(who.role, Action.SEE_EVIDENCE) is not None
        with printer.lock:
            plan = priorities_of(result, places, ask_of(ask, ask)).priorities
        sheets = task_sheets(
            result, places, service.provenance(), plan,
            numbers=() if task is None else (task,), paper=paper, withheld=withheld,
        )  # fmt: skip
        return printer.answer(sheets, Printing(form, lang.value, paper))

    return routes


class _Printer:
    """Prints one file at a time: each takes a whole processor."""

    def __init__(self) -> None:
        self.lock = Lock()

    def answer(self, sheets: Sequence[SheetContent], printing: Printing) -> Response:
        """Print, and name the file after the number of its first sheet."""
        with self.lock:
            body = print_sheets(sheets, printing)
        name = f"sheet-{sheets[0].issue}.{printing.form.value}"
        headers = {
            "Content-Disposition": f'inline; filename="{name}"',
            "Content-Language": printing.language,
        }
        return Response(body, media_type=_TYPES[printing.form], headers=headers)


def _check_tier(who: Who, tier: Tier) -> None:
    """Refuse the internal tier to whom may not see evidence.

    Raises
    ------
    Forbidden
        The reason of the table of permissions.
    """
    if tier is Tier.INTERNAL:
        require(who.role, Action.SEE_EVIDENCE)
