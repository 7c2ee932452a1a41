"""Other ways, against every way that there is on small networks."""

from collections.abc import Iterator

import numpy as np
import pytest

from tests.plan.towns import Pieces, network_of, planner_of
from uxo.plan.alternatives import Rule, shared
from uxo.plan.answers import Question, Way, Ways
from uxo.plan.place import Spot
from uxo.plan.planner import Planner
from uxo.plan.tariff import ALLOWED_BY_DEFAULT
from uxo.policy import load_policy
from uxo.roads.network import Network
from uxo.vocabulary import Status

RULE = Rule.of(load_policy())
ALLOWED = ALLOWED_BY_DEFAULT | {Status.NOT_SURVEYED}
LADDER = [Status.CLEARED, Status.SURVEYED, Status.NOT_SURVEYED, Status.CONFIRMED_HAZARD]
WIDE, HIGH = 4, 3
NETWORKS = 150

Leg = tuple[int, float, float]


def _network(random: np.random.Generator) -> tuple[Network, list[Pieces]]:
    """Streets between twelve crossings, some of them missing, of every length and status."""
    number = np.arange(WIDE * HIGH).reshape(HIGH, WIDE)
    pairs = [
        *zip(number[:, :-1].ravel().tolist(), number[:, 1:].ravel().tolist(), strict=True),
        *zip(number[:-1].ravel().tolist(), number[1:].ravel().tolist(), strict=True),
    ]
    ends = [pair for pair in pairs if random.random() < 0.85]
    share = [0.6, 0.25, 0.1, 0.05] if random.random() < 0.5 else [0.85, 0.0, 0.1, 0.05]
    roads: list[Pieces] = [
        [(float(random.integers(20, 400)), LADDER[random.choice(4, p=share)])] for _ in ends
    ]
    return network_of(ends, [pieces[0][0] for pieces in roads], WIDE * HIGH), roads


def _question(network: Network, random: np.random.Generator) -> Question:
    start, end = (
        Spot(int(road), float(network.length_m[road] * random.choice([0.0, 0.3, 1.0])))
        for road in random.choice(len(network.length_m), 2, replace=False)
    )
    return Question(start, end, ALLOWED, on_foot=True)


def _every_way(network: Network, question: Question, shut: set[int]) -> Iterator[list[Leg]]:
    """Walk on from the start in every way that meets no crossing twice."""
    start, end = question.start, question.end
    length_m, one, other = network.length_m, network.from_node, network.to_node
    last = {int(one[end.road]): 0.0, int(other[end.road]): float(length_m[end.road])}

    def onwards(node: int, met: set[int], legs: list[Leg]) -> Iterator[list[Leg]]:
        used = {leg[0] for leg in legs}
        if node in last and (end.road not in used | shut or last[node] == end.at_m):
            yield [*legs, (end.road, last[node], end.at_m)]
        for road in np.flatnonzero((one == node) | (other == node)).tolist():
            beyond = int(other[road] if one[road] == node else one[road])
            if road not in used and road not in shut and beyond not in met:
                ends = (0.0, float(length_m[road]))
                leg = (road, *(ends if one[road] == node else ends[::-1]))
                yield from onwards(beyond, met | {beyond}, [*legs, leg])

    for node, at_m in ((one, 0.0), (other, float(length_m[start.road]))):
        first = int(node[start.road])
        legs = [] if at_m == start.at_m else [(start.road, start.at_m, at_m)]
        if not legs or start.road not in shut:
            yield from onwards(first, {first}, legs)


def _measured(planner: Planner, legs: list[Leg]) -> Way:
    used = [leg for leg in legs if leg[1] != leg[2]] or [(0, 0.0, 0.0)]
    road, from_m, to_m = (np.array(column) for column in zip(*used, strict=True))
    metres = planner.pieces.metres_by_status(
        road, np.minimum(from_m, to_m), np.maximum(from_m, to_m)
    )
    weights = planner._exposure
    return Way(
        road, from_m, to_m, {one: float(metres[one]) for one in Status},
        float(sum(metres[one] * weights[one] for one in Status if metres[one] > 0)),
    )  # fmt: skip


def _there_is_one(planner: Planner, roads: list[Pieces], question: Question, best: Way) -> bool:
    shut = {row for row, pieces in enumerate(roads) if pieces[0][1] not in ALLOWED}
    ways = (_measured(planner, legs) for legs in _every_way(planner.network, question, shut))
    bound = RULE.worst_factor * best.exposure_m * (1.0 - 1e-9)
    return any(way.exposure_m <= bound and shared(way, best) <= RULE.shared_most for way in ways)


@pytest.mark.parametrize("fast", [True, False], ids=["hierarchy", "exact"])
def test_where_another_way_differs_truly_one_is_found_nearly_always(*, fast: bool) -> None:
    random = np.random.default_rng(20261121)
    there = missed = 0
    for _ in range(NETWORKS):
        network, roads = _network(random)
        question = _question(network, random)
        planner = planner_of(network, roads, fast=fast)
        found = planner.ways(question)
        if found is None or len(found.least_risk.road) < 2:
            continue
        _holds(found)
        one = _there_is_one(planner, roads, question, found.least_risk)
        assert one or not found.alternatives
        there += one
        missed += one and not found.alternatives
    assert there > 40
    # A search, not a proof: over 600 such networks it found one in 230 of 240 cases, 96 %.
    assert missed <= 0.07 * there


def _holds(found: Ways) -> None:
    """Check what is shown against the rule."""
    ways = [found.least_risk, *found.alternatives]
    for number, way in enumerate(ways[1:], 1):
        assert way.exposure_m <= RULE.worst_factor * found.least_risk.exposure_m
        assert all(shared(way, other) <= RULE.shared_most for other in ways[:number])
        assert len(set(way.road.tolist())) >= len(way.road) - 1
