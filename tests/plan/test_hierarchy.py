"""Costs of 31 bits: no sum may pass for a blocked way."""

import numpy as np
import pytest

from tests.plan.towns import network_of
from uxo.errors import BadInput
from uxo.plan.dijkstra import BLOCKED
from uxo.plan.graph import Graph
from uxo.plan.hierarchy import Hierarchy, HierarchySearch, order_of
from uxo.plan.searching import ExactSearch
from uxo.plan.tariff import LARGEST, allowed_of, least_risk, shortest
from uxo.policy import load_policy
from uxo.vocabulary import Status

CHAIN = network_of([(0, 1), (1, 2), (2, 3), (0, 3)], [1.0] * 4, 4)


def _search(cost: list[int]) -> HierarchySearch:
    graph = Graph.of(CHAIN)
    hierarchy = Hierarchy(graph, order_of(graph, CHAIN.node_lon, CHAIN.node_lat))
    return hierarchy.search(np.repeat(np.array(cost, dtype=np.int64), 2))


@pytest.mark.parametrize("each", [1, LARGEST // 3, LARGEST // 2, LARGEST - 1, LARGEST, 10**12])
def test_a_way_is_found_however_large_its_sum_is(each: int) -> None:
    found = _search([each, each, each, BLOCKED]).find([(0, 0)], [(3, 0)])
    assert found is not None
    assert (found.cost, found.arcs.tolist()) == (3 * each, [0, 2, 4])


def test_what_is_blocked_stays_blocked_beside_the_largest_sums() -> None:
    assert _search([LARGEST, BLOCKED, 1, BLOCKED]).find([(0, 0)], [(3, 0)]) is None
    assert _search([1, BLOCKED, 1, BLOCKED]).find([(0, 0)], [(2, 0)]) is None


def test_of_two_sums_beyond_the_numbers_the_smaller_is_taken() -> None:
    found = _search([LARGEST, LARGEST, LARGEST, 3 * LARGEST - 1]).find([(0, 0)], [(3, 0)])
    assert found is not None
    assert found.arcs.tolist() == [6]


def test_what_was_spent_before_the_first_node_may_be_large_too() -> None:
    found = _search([5, 5, 5, BLOCKED]).find([(0, LARGEST), (1, 10**10)], [(3, 7)])
    assert found is not None
    assert (found.cost, found.first) == (LARGEST + 15 + 7, 0)


def test_a_change_is_seen_by_the_next_search_and_a_block_is_lifted_again() -> None:
    search = _search([1, 1, 1, 100])
    exact = ExactSearch(Graph.of(CHAIN), search.cost)
    for cost in (BLOCKED, LARGEST, 10**11, 2, 500, BLOCKED, 1):
        arcs = np.array([2, 3])
        for one in (search, exact):
            one.change(arcs, np.array([cost, cost]))
        answers = [one.find([(0, 0)], [(3, 0)]) for one in (search, exact)]
        assert answers[0] is not None
        assert answers[1] is not None
        assert answers[0].cost == answers[1].cost == min(100, cost + 2)


def test_the_cost_through_a_node_equals_that_of_the_exact_search() -> None:
    search = _search([3, 4, 5, BLOCKED])
    exact = ExactSearch(Graph.of(CHAIN), search.cost)
    via = np.arange(4)
    for one in (search, exact):
        assert one.through([(0, 2)], [(2, 1)], via).cost.tolist() == [10, 10, 10, 20]
        assert one.through([(0, 0)], [(3, 0)], np.array([], dtype=np.int64)).cost.tolist() == []


def test_nodes_that_neither_side_reaches_are_on_no_path() -> None:
    search = _search([1, BLOCKED, BLOCKED, BLOCKED])
    exact = ExactSearch(Graph.of(CHAIN), search.cost)
    for one in (search, exact):
        through = one.through([(0, 0)], [(1, 0)], np.arange(4))
        assert through.cost.tolist() == [1, 1, BLOCKED, BLOCKED]
        assert [through.path(place) is None for place in range(4)] == [False, False, True, True]


@pytest.mark.parametrize("extent_m", [0.0, 5e3, 1e5, 1e6, 2e7])
def test_the_unit_is_the_finest_that_leaves_room_for_ways_across_the_network(
    extent_m: float,
) -> None:
    everything = frozenset(set(Status) - {Status.CLOSED, Status.CONFIRMED_HAZARD})
    policy = load_policy()
    for tariff in (least_risk(policy, everything, extent_m), shortest(extent_m)):
        finite = [weight for weight in tariff.weight if weight < float("inf")]
        assert tariff.unit == 10.0 or 4 * extent_m * max(finite) / tariff.unit < LARGEST
    assert least_risk(policy, everything, 5e3).unit <= 0.01


def test_unknown_weighs_more_than_known_and_hazards_have_no_weight() -> None:
    weight = least_risk(load_policy(), frozenset({Status.NOT_SURVEYED, Status.CLEARED}), 1.0).weight
    assert weight[Status.NOT_SURVEYED] > weight[Status.CLEARED] > 1.0
    assert [one for one in Status if weight[one] == float("inf")] == [
        Status.CLOSED, Status.CONFIRMED_HAZARD, Status.SUSPECTED_HAZARD, Status.SURVEY_EXPIRED,
        Status.SURVEYED, Status.REDUCED,
    ]  # fmt: skip


def test_a_planner_must_allow_something() -> None:
    with pytest.raises(BadInput, match="at least one"):
        allowed_of([])
