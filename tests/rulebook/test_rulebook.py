"""Every case of the rulebook, put to the engine and to the slow reading of the rule."""

from pathlib import Path

import numpy as np
import pytest

from tests.rulebook.rulebook_case import Case, Stretch, read_cases
from tests.status.oracle import Oracle
from uxo.policy import load_policy
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult
from uxo.vocabulary import Status

CASES = read_cases(Path(__file__).parent)
END_M = 0.02


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_engine_agrees_with_the_rulebook(case: Case) -> None:
    result = compute_status(
        case.roads,
        case.evidence,
        policy=load_policy(),
        as_of=case.as_of,
        known_at=case.known_at,
    )
    found = _stretches(result)
    assert [_words(stretch) for stretch in found] == [_words(s) for s in case.stretches]
    for mine, theirs in zip(found, case.stretches, strict=True):
        assert mine.from_m == pytest.approx(theirs.from_m, abs=END_M)
        assert mine.to_m == pytest.approx(theirs.to_m, abs=END_M)
        if theirs.hazard_beside_m is not None:
            assert mine.hazard_beside_m == pytest.approx(theirs.hazard_beside_m, abs=END_M)
    for from_m, to_m, listed in case.reasons:
        for at_m in _inside(from_m, to_m):
            assert _listed(result, result.piece_at(0, at_m)) == listed, at_m


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_slow_reading_agrees_with_the_rulebook(case: Case) -> None:
    oracle = Oracle(
        case.roads, case.evidence, policy=load_policy(), as_of=case.as_of, known_at=case.known_at
    )
    assert oracle.lines[0].length_m == pytest.approx(case.stretches[-1].to_m, abs=END_M)
    for stretch in case.stretches:
        beside = []
        for at_m in _inside(stretch.from_m, stretch.to_m):
            here = oracle.at(0, at_m)
            beside.append(here.hazard_beside_m)
            found = (Status(here.rank).word, here.conflict, here.clearance_under_way)
            assert found == (stretch.status, stretch.conflict, stretch.clearance_under_way), at_m
            assert (here.hazard_beside_m is None) == (stretch.hazard_beside_m is None), at_m
        if stretch.hazard_beside_m is not None:
            least = min(metres for metres in beside if metres is not None)
            # The places tried stay END_M inside the ends, where the least may stand.
            assert least == pytest.approx(stretch.hazard_beside_m, abs=2 * END_M)
    for from_m, to_m, listed in case.reasons:
        for at_m in _inside(from_m, to_m):
            assert oracle.at(0, at_m).reasons == listed, at_m


def test_stretches_of_every_case_cover_its_road_once() -> None:
    for case in CASES:
        ends = [stretch.to_m for stretch in case.stretches]
        assert [stretch.from_m for stretch in case.stretches] == [0.0, *ends[:-1]], case.name


def _inside(from_m: float, to_m: float) -> list[float]:
    """Both ends less the tolerance, the middle, and a few places between."""
    return [float(at) for at in np.linspace(from_m + END_M, to_m - END_M, 7)]


def _words(stretch: Stretch) -> str:
    beside = "" if stretch.hazard_beside_m is None else ", hazard beside"
    under_way = ", clearance under way" if stretch.clearance_under_way else ""
    conflict = ", conflict" if stretch.conflict else ""
    # Ends to the metre only make a difference easy to read; they are compared exactly above.
    return f"{stretch.from_m:.0f}-{stretch.to_m:.0f} {stretch.status}{conflict}{under_way}{beside}"


def _stretches(result: StatusResult) -> list[Stretch]:
    """Join neighbouring pieces which differ in their reasons alone."""
    beside = result.hazard_beside_m()
    joined: list[Stretch] = []
    for piece in range(len(result.road)):
        new = Stretch(
            from_m=float(result.from_m[piece]),
            to_m=float(result.to_m[piece]),
            status=Status(int(result.status[piece])).word,
            conflict=bool(result.conflict[piece]),
            clearance_under_way=bool(result.clearance_under_way[piece]),
            hazard_beside_m=None if np.isnan(beside[piece]) else float(beside[piece]),
        )
        joined = [*joined[:-1], *_join(joined[-1], new)] if joined else [new]
    return joined


def _join(before: Stretch, after: Stretch) -> list[Stretch]:
    same = (
        before.status == after.status
        and before.conflict == after.conflict
        and before.clearance_under_way == after.clearance_under_way
        and (before.hazard_beside_m is None) == (after.hazard_beside_m is None)
    )
    if not same:
        return [before, after]
    metres = [m for m in (before.hazard_beside_m, after.hazard_beside_m) if m is not None]
    return [
        Stretch(
            before.from_m,
            after.to_m,
            before.status,
            before.conflict,
            before.clearance_under_way,
            min(metres, default=None),
        )
    ]


def _listed(result: StatusResult, piece: int) -> frozenset[tuple[str, str, str | None]]:
    """Reasons of a piece as (evidence id, effect, id of the release that ended it)."""
    return frozenset(
        (reason.evidence_id, reason.effect.word, _by(reason.figures.get("by")))
        for reason in result.reasons(piece)
    )


def _by(value: object) -> str | None:
    return None if value in (None, "") else str(value)
