"""``/api/v1/ways``: the least-risk way between two places, and what would open one."""

from typing import Annotated, Final

from fastapi import APIRouter, Query

from uxo.errors import BadInput
from uxo.plan.tariff import ALLOWED_BY_DEFAULT
from uxo.services.live_status import LiveStatusService
from uxo.services.ways import Position, WayRequest, WaysService
from uxo.vocabulary import Status
from uxo.web.answers import JsonAnswer
from uxo.web.parameters import read_position
from uxo.web.problems import PROBLEMS_OF_ONE
from uxo.web.strict import StrictRoute
from uxo.web.ways_shapes import WaysShape

PATH: Final = "/api/v1/ways"
_DEFAULT: Final = ",".join(one.word for one in Status if one in ALLOWED_BY_DEFAULT)

_Place = Query(max_length=100, json_schema_extra={"example": "37.1615,36.2021"})
_From = Annotated[
    str, _Place, Query(alias="from", description="Longitude, latitude in degrees (WGS84).")
]
_To = Annotated[str, _Place, Query(alias="to", description="Longitude, latitude.")]
_Allow = Annotated[
    str,
    Query(
        max_length=200,
        description="What the way may use, as words of the ladder with commas between them. "
        "`closed` and `confirmed_hazard` are never used and are refused here.",
    ),
]
_OnFoot = Annotated[
    str,
    Query(
        pattern="^(true|false)$",
        description="`true`: walking. `false`: in a vehicle, which one-way roads bind.",
    ),
]


def router(live: LiveStatusService, ways: WaysService) -> APIRouter:
    """Build the route.

    Parameters
    ----------
    live : LiveStatusService
        Tells whether this is an exercise.
    ways : WaysService
        Answers it.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["ways"])

    @routes.get(
        PATH,
        operation_id="findWays",
        summary="Ways between two places",
        response_model=WaysShape,
        responses=PROBLEMS_OF_ONE,
    )
    def find_ways(
        start: _From, end: _To, allow: _Allow = _DEFAULT, on_foot: _OnFoot = "false"
    ) -> JsonAnswer:
        """Give the way of least exposure over what is allowed, the shortest, and two others.

        Where there is no way the answer is a problem 404 with the code `no-route`, a `reason`
        (`off_network`, `other_island`, `one_way`, `blocked`) and, where it is blocked, a `cut`: the
        pieces of road whose clearance would open a way with the least effort, each with `begin` and
        `end` as longitude and latitude.
        """
        asked = WayRequest(
            start=Position(*read_position(start, "from")),
            end=Position(*read_position(end, "to")),
            allowed=_read_allowed(allow),
            on_foot=on_foot == "true",
        )
        found = ways.find(asked)
        return JsonAnswer({**found.as_json(), "exercise": live.provenance().exercise})

    return routes


def _read_allowed(text: str) -> frozenset[Status]:
    by_word = {status.word: status for status in Status}
    words = text.split(",")
    unknown = [word for word in words if word not in by_word]
    if unknown:
        msg = f"allow = {unknown[0]!r}: no status; known are {', '.join(by_word)}"
        raise BadInput(msg)
    return frozenset(by_word[word] for word in words)
