"""Answer what to clear first, for the communities and roads of a store."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd
import numpy as np

from uxo.errors import BadInput
from uxo.plan.effort import PASSABLE, check_allowed
from uxo.plan.priorities import Question, prioritise
from uxo.plan.settlements import NEAR_M, Settlements, join_settlements
from uxo.plan.stretches import RoadEnds, Span, Wishes
from uxo.plan.tasks import Priorities, Unit
from uxo.roads.network import build_network
from uxo.status.result import StatusResult
from uxo.vocabulary import Status

_SPAN: Final = re.compile(r"(?P<road>.+)@(?P<begin>[0-9]+(\.[0-9]+)?)-(?P<end>[0-9]+(\.[0-9]+)?)")
_ROUNDING_M: Final = 0.005  # ids carry two decimals


@dataclass(frozen=True, slots=True)
class Ask:
    """What the planner wants to know.

    Attributes
    ----------
    budget : float
        How much may be done.
    unit : Unit
        What the budget is counted in.
    households : mapping of str to float or None
        P-code -> households expected; None or absent: not known. Where none is known,
        communities are counted.
    start : sequence of str
        P-codes from which people are to be reached. Empty: the largest passable part of the roads.
    allow : sequence of Status
        What is passable besides surveyed, reduced and cleared.
    confirmed : bool
        Whether confirmed hazards may be planned to be cleared.
    pin, forbid : sequence of str
        Work that must be done, or must not: ``ROAD_ID`` or ``ROAD_ID@FROM_M-TO_M``.
    exact_s : float
        Seconds for the exact solver, where the size allows it.
    """

    budget: float
    unit: Unit = Unit.M2
    households: Mapping[str, float | None] = field(default_factory=dict)
    start: Sequence[str] = ()
    allow: Sequence[Status] = ()
    confirmed: bool = True
    pin: Sequence[str] = ()
    forbid: Sequence[str] = ()
    exact_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer, and what of the question could not be used.

    Attributes
    ----------
    priorities : Priorities
        Tasks in their order.
    without_place : tuple of str
        P-codes with households for which the store has no place.
    """

    priorities: Priorities
    without_place: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Give the shape that ``--json`` and the web service answer with."""
        return {
            **self.priorities.as_json(),
            "households_without_place": list(self.without_place),
        }


def priorities_of(result: StatusResult, places: gpd.GeoDataFrame, ask: Ask) -> Answered:
    """Say what to clear first.

    Parameters
    ----------
    result : StatusResult
        The status to plan on.
    places : GeoDataFrame
        Declared place columns.
    ask : Ask
        The question.

    Raises
    ------
    BadInput
        There are no places; a P-code or a road is not there; a stretch is pinned and forbidden, or
        is no work; the budget is too small for what is pinned.
    """
    if len(places) == 0:
        msg = "the store holds no places; import communities with: uxo import places FILE"
        raise BadInput(msg)
    if not (np.isfinite(ask.budget) and ask.budget >= 0.0):
        msg = f"budget = {ask.budget}: must be a number, 0 or more"
        raise BadInput(msg)
    settlements = join_settlements(result, places, ask.households)
    question = Question(
        budget=ask.budget,
        unit=ask.unit,
        wishes=_wishes(result, ask),
        start=_start(settlements, ask.start),
        exact_s=ask.exact_s,
    )
    known = set(settlements.pcode)
    return Answered(
        prioritise(result, settlements, question, ends=_ends(result)),
        tuple(sorted(pcode for pcode in ask.households if pcode not in known)),
    )


def _ends(result: StatusResult) -> RoadEnds:
    """Join the roads as ways do: by node where they name one, so that no bridge joins a road."""
    network = build_network(result.roads, result.road_length_m)
    return RoadEnds(
        network.from_node.astype(np.int64),
        network.to_node.astype(np.int64),
        len(network.node_lon),
    )


def _wishes(result: StatusResult, ask: Ask) -> Wishes:
    rows = {str(road): row for row, road in enumerate(result.roads["road_id"])}
    wishes = Wishes(
        allowed=check_allowed({*PASSABLE, *ask.allow}),
        confirmed=ask.confirmed,
        pinned=[_span(text, rows, "pin") for text in ask.pin],
        forbidden=[_span(text, rows, "forbid") for text in ask.forbid],
    )
    for text, span in zip(ask.pin, wishes.pinned, strict=True):
        _check_pin(result, text, span, wishes)
    return wishes


def _span(text: str, rows: Mapping[str, int], what: str) -> Span:
    """Read a road, or a part of one; a road whose own id looks like a part is taken as it is."""
    if text in rows:
        return Span(rows[text])
    parts = _SPAN.fullmatch(text)
    if parts is None or parts["road"] not in rows:
        msg = f"{what}: there is no road {text[:80]!r}; write ROAD_ID or ROAD_ID@FROM_M-TO_M"
        raise BadInput(msg)
    begin, end = float(parts["begin"]), float(parts["end"])
    if end <= begin:
        msg = f"{what}: {text[:80]!r} ends before it begins"
        raise BadInput(msg)
    return Span(rows[parts["road"]], begin - _ROUNDING_M, end + _ROUNDING_M)


def _check_pin(result: StatusResult, text: str, span: Span, wishes: Wishes) -> None:
    """Refuse a pin that asks for nothing, or for what must not or cannot be done."""
    own = result.pieces_of(span.road)
    touched = (result.from_m[own] < span.to_m - 2 * _ROUNDING_M) & (
        result.to_m[own] > span.from_m + 2 * _ROUNDING_M
    )
    found = {Status(int(rank)) for rank in np.unique(result.status[own][touched])}
    shut = {Status.CLOSED} if wishes.confirmed else {Status.CLOSED, Status.CONFIRMED_HAZARD}
    if found & shut:
        msg = f"pin: {text[:80]} is {min(found).word}, which this plan may not open; leave it out"
        raise BadInput(msg)
    if not found - wishes.allowed:
        msg = f"pin: {text[:80]} needs no work: it is passable already, or lies beyond its road"
        raise BadInput(msg)
    for other in wishes.forbidden:
        if other.road == span.road and min(other.to_m, span.to_m) > max(other.from_m, span.from_m):
            msg = f"pin: {text[:80]} is forbidden too, in part or as a whole; choose one"
            raise BadInput(msg)


def _start(settlements: Settlements, pcodes: Sequence[str]) -> list[int]:
    rows = {str(pcode): row for row, pcode in enumerate(settlements.pcode)}
    for pcode in pcodes:
        if pcode not in rows:
            msg = f"from: there is no place {pcode[:80]!r}; take the P-code from the places file"
            raise BadInput(msg)
        if settlements.off_network[rows[pcode]]:
            msg = f"from: {pcode} lies more than {NEAR_M:g} m from every road"
            raise BadInput(msg)
    return [rows[pcode] for pcode in pcodes]
