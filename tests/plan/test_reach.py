"""Whether a way exists, against searches for its cost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.towns import network_of
from uxo.plan.dijkstra import BLOCKED
from uxo.plan.graph import Graph
from uxo.plan.searching import ExactSearch

_NODES = 8
_node = st.integers(0, _NODES - 1)


@given(
    roads=st.lists(st.tuples(_node, _node, st.booleans(), st.booleans()), max_size=14),
    starts=st.lists(_node, min_size=1, max_size=2),
    ends=st.lists(_node, min_size=1, max_size=2),
)
def test_two_sides_meet_exactly_where_a_search_finds_a_path(
    roads: list[tuple[int, int, bool, bool]], starts: list[int], ends: list[int]
) -> None:
    graph = Graph.of(network_of([road[:2] for road in roads], [1.0] * len(roads), _NODES))
    through = [road for road in roads if road[0] != road[1]]
    open_to = np.array([road[2:] for road in through], dtype=np.bool_).ravel()
    search = ExactSearch(graph, np.where(open_to, 1, BLOCKED))
    sides = [(node, 0) for node in starts], [(node, 0) for node in ends]
    assert search.joined(*sides) == (search.find(*sides) is not None)


@pytest.mark.parametrize(("end", "there"), [(3, True), (4, False)])
def test_the_direction_of_a_road_holds_from_both_sides(end: int, there: bool) -> None:  # noqa: FBT001
    graph = Graph.of(network_of([(0, 1), (1, 2), (2, 3), (4, 3)], [1.0] * 4, 5))
    search = ExactSearch(graph, np.array([1, BLOCKED] * 4))
    assert search.joined([(0, 0)], [(end, 0)]) is there
    assert not search.joined([(end, 0)], [(0, 0)])
