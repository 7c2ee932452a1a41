"""No way that must not exist: ten thousand questions on the bundled network, checked apart."""

from pathlib import Path

import numpy as np
import pytest

from uxo.geo.ragged import members
from uxo.plan.answers import Question, Way
from uxo.plan.graph import Graph, usable
from uxo.plan.hierarchy import Hierarchy, order_of
from uxo.plan.place import Spot
from uxo.plan.planner import Planner
from uxo.plan.tariff import ALLOWED_BY_DEFAULT
from uxo.policy import load_policy
from uxo.roads.network import Network, build_network, islands
from uxo.services import demo
from uxo.services.status_of_files import status_of_files
from uxo.status.result import StatusResult
from uxo.vocabulary import Status

A_SIDE = 50  # starts, and ends: every pair is a question
KINDS = [
    (ALLOWED_BY_DEFAULT, True),
    (ALLOWED_BY_DEFAULT | {Status.NOT_SURVEYED}, False),
    (ALLOWED_BY_DEFAULT | {Status.NOT_SURVEYED, Status.SURVEY_EXPIRED}, True),
    (frozenset(set(Status) - {Status.CLOSED, Status.CONFIRMED_HAZARD}), True),
]


@pytest.fixture(scope="module")
def result() -> StatusResult:
    folder = Path(demo.__file__).with_name("demo_data")
    return status_of_files(
        [folder / "roads.geojson"],
        [folder / "exercise.geojson", folder / "strikes.geojson"],
        policy=load_policy(),
        as_of=demo.DEMO_AS_OF,
        known_at=demo.DEMO_AS_OF,
    ).result


def _planner(result: StatusResult, network: Network, *, fast: bool) -> Planner:
    graph = Graph.of(network)
    hierarchy = (
        Hierarchy(graph, order_of(graph, network.node_lon, network.node_lat)) if fast else None
    )
    width_m = np.full(len(result.roads), 5.0)
    return Planner(network, width_m, result.swept, policy=result.policy, hierarchy=hierarchy)


def test_no_way_leads_through_what_is_not_allowed_and_none_is_missed(result: StatusResult) -> None:
    network = build_network(result.roads, result.road_length_m)
    planner = _planner(result, network, fast=True)
    exact = _planner(result, network, fast=False)
    random = np.random.default_rng(20261121)
    asked = found = 0
    for allowed, on_foot in KINDS:
        along, against = usable(network, on_foot=on_foot)
        roads = random.choice(np.flatnonzero(along | against), 2 * A_SIDE)
        at_m = random.random(2 * A_SIDE) * network.length_m[roads]
        spots = [Spot(int(road), float(at)) for road, at in zip(roads, at_m, strict=True)]
        open_to = _OpenParts(result, allowed)
        questions = [
            Question(start, end, allowed, on_foot)
            for start in spots[:A_SIDE]
            for end in spots[A_SIDE:]
        ]
        ways = [planner.least_risk(question) for question in questions]
        _only_allowed(result, [way for way in ways if way is not None], allowed)
        for number, (question, way) in enumerate(zip(questions, ways, strict=True)):
            assert (way is not None) == _joined(network, question, open_to), question
            if way is not None and number % 25 == 0:
                again = exact.least_risk(question)
                assert again is not None
                assert way.exposure_m == pytest.approx(again.exposure_m, abs=0.01 * len(way.road))
        asked += len(ways)
        found += sum(way is not None for way in ways)
    assert asked == 10_000
    assert 1_000 < found < 9_000


def _only_allowed(result: StatusResult, ways: list[Way], allowed: frozenset[Status]) -> None:
    """Look every piece of every part up in the status itself."""
    road = np.concatenate([way.road for way in ways])
    ends = np.array([np.concatenate([way.from_m for way in ways]),
                     np.concatenate([way.to_m for way in ways])])  # fmt: skip
    low_m, high_m = ends.min(axis=0), ends.max(axis=0)
    start = result.swept.piece_start
    piece = members(start, road)
    owner = np.repeat(np.arange(len(road)), start[road + 1] - start[road])
    on_it = (result.to_m[piece] > low_m[owner]) & (result.from_m[piece] < high_m[owner])
    assert set(np.unique(result.status[piece[on_it]]).tolist()) <= {int(one) for one in allowed}
    metres = np.minimum(result.to_m[piece], high_m[owner]) - np.maximum(
        result.from_m[piece], low_m[owner]
    )
    assert metres[on_it].sum() == pytest.approx(sum(way.length_m for way in ways))


class _OpenParts:
    """What is open from one measure of a road to another, straight from the status."""

    def __init__(self, result: StatusResult, allowed: frozenset[Status]) -> None:
        self._start = result.swept.piece_start
        self._from_m, self._to_m = result.from_m, result.to_m
        self._open = np.isin(result.status, [int(one) for one in allowed])
        self.whole = np.ones(len(result.roads), dtype=np.bool_)
        self.whole[result.road[~self._open]] = False
        self.groups: dict[bool, np.ndarray[tuple[int, ...], np.dtype[np.int32]]] = {}

    def __call__(self, road: int, one_m: float, other_m: float) -> bool:
        own = slice(self._start[road], self._start[road + 1])
        low_m, high_m = min(one_m, other_m), max(one_m, other_m)
        on_it = (self._to_m[own] > low_m) & (self._from_m[own] < high_m)
        return bool(self._open[own][on_it].all())

    def island(
        self, network: Network, *, on_foot: bool
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
        if on_foot not in self.groups:
            rows = np.flatnonzero(self.whole & usable(network, on_foot=on_foot)[0])
            self.groups[on_foot] = islands(
                network.from_node[rows], network.to_node[rows], len(network.node_lon)
            )
        return self.groups[on_foot]


def _joined(network: Network, question: Question, open_to: _OpenParts) -> bool:
    """Tell whether there is a way: the bundled roads are open in both directions."""
    start, end = question.start, question.end
    if start.road == end.road and open_to(start.road, start.at_m, end.at_m):
        return True
    island = open_to.island(network, on_foot=question.on_foot)
    reached = []
    for spot in (start, end):
        ends = {0.0: network.from_node[spot.road]}
        ends[float(network.length_m[spot.road])] = network.to_node[spot.road]
        reached.append(
            {int(island[node]) for at, node in ends.items() if open_to(spot.road, spot.at_m, at)}
        )
    return bool(reached[0] & reached[1])
