"""Hold a result against the oracle, position by position."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np

from tests.status.oracle import Judgement, Oracle
from tests.status.scenes import Scene
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult

AWAY_M = 0.02
"""Positions nearer to the end of a piece are not compared."""


GRAZING_M = 0.001
"""Both sides measure within a millimetre on the ground. Where a road runs along the edge of a
footprint, that millimetre moves the end of a piece by more than the rule's 0.01 m."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a result says of one point, in the words of the oracle."""

    rank: int
    conflict: bool
    clearance_under_way: bool
    reasons: frozenset[tuple[str, str, str | None]]


def computed(scene: Scene) -> StatusResult:
    """Run the engine."""
    return compute_status(**scene.inputs())


def said_by_oracle(judgement: Judgement) -> Point:
    """Leave out what belongs to a piece and not to a point."""
    return Point(
        judgement.rank, judgement.conflict, judgement.clearance_under_way, judgement.reasons
    )


def said_of_piece(result: StatusResult, piece: int) -> Point:
    """Read one piece of a result."""
    reasons = frozenset(
        (reason.evidence_id, reason.effect.word, _release(reason.figures.get("by")))
        for reason in result.reasons(piece)
    )
    return Point(
        rank=int(result.status[piece]),
        conflict=bool(result.conflict[piece]),
        clearance_under_way=bool(result.clearance_under_way[piece]),
        reasons=reasons,
    )


def _release(by: object) -> str | None:
    return None if by in (None, "") else str(by)


def pieces_of(result: StatusResult, road: int) -> list[int]:
    """Piece numbers of one road, from its first vertex."""
    return [int(piece) for piece in np.flatnonzero(result.road == road)]


def positions(result: StatusResult, road: int, rng: Random, count: int) -> Iterator[float]:
    """Random places and the middle of every piece, none within AWAY_M of an end."""
    pieces = pieces_of(result, road)
    ends = np.array([0.0, *result.to_m[pieces]])
    middles = [float((result.from_m[p] + result.to_m[p]) / 2) for p in pieces]
    for at_m in middles + [rng.uniform(0.0, float(ends[-1])) for _ in range(count)]:
        if np.abs(ends - at_m).min() > AWAY_M:
            yield at_m


def assert_same_pieces(one: StatusResult, other: StatusResult) -> None:
    """Same pieces to the bit of their ends, with the same reasons in any order."""
    np.testing.assert_array_equal(one.road, other.road)
    np.testing.assert_array_equal(one.from_m, other.from_m)
    np.testing.assert_array_equal(one.to_m, other.to_m)
    for piece in range(len(one.road)):
        assert said_of_piece(one, piece) == said_of_piece(other, piece)


def grazing(oracle: Oracle, road: int, at_m: float) -> list[Point]:
    """What the rule says if every distance is a millimetre more, or less."""
    said = []
    for slack_m in (GRAZING_M, -GRAZING_M):
        oracle.slack_m = slack_m
        said.append(said_by_oracle(oracle.at(road, at_m)))
    oracle.slack_m = 0.0
    return said


def disagreements(scene: Scene, result: StatusResult, rng: Random, count: int) -> list[str]:
    """Say where the result and the oracle differ."""
    oracle = Oracle(**scene.inputs())
    found = []
    for road in range(len(scene.roads)):
        for at_m in positions(result, road, rng, count):
            mine = said_of_piece(result, result.piece_at(road, at_m))
            rule = said_by_oracle(oracle.at(road, at_m))
            if mine != rule and mine not in grazing(oracle, road, at_m):
                found.append(_difference(scene, road, at_m, mine, rule))
    return found


def _difference(scene: Scene, road: int, at_m: float, mine: Point, rule: Point) -> str:
    lines = [f"{scene.name}, road row {road} at {at_m:.3f} m:"]
    lines += [
        f"  {field}: engine {getattr(mine, field)}, rule {getattr(rule, field)}"
        for field in ("rank", "conflict", "clearance_under_way")
        if getattr(mine, field) != getattr(rule, field)
    ]
    if mine.reasons != rule.reasons:
        lines.append(f"  only engine: {sorted(mine.reasons - rule.reasons, key=str)}")
        lines.append(f"  only rule:   {sorted(rule.reasons - mine.reasons, key=str)}")
    return "\n".join(lines)
