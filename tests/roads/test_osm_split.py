"""Whatever the ways are like, cutting them loses nothing and joins nothing."""

from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from uxo.roads.osm_split import Roads, Ways, split

NODES = 8
# No two nodes at one place, and none at a place where sums would be rounded differently.
PLACES = np.array([(node % 3, node // 3) for node in range(NODES)], dtype=float) / 8

some_ways = st.lists(
    st.lists(st.integers(0, NODES - 1), min_size=2, max_size=7), min_size=1, max_size=6
)


def laid_out(ways: list[list[int]], missing: frozenset[int] = frozenset()) -> Ways:
    node = np.array([number for way in ways for number in way], dtype=np.int64)
    places = PLACES[node].copy()
    places[np.isin(node, list(missing))] = np.nan
    return Ways(
        way_id=np.arange(1, len(ways) + 1),
        offset=np.cumsum([0, *map(len, ways)]),
        node=node + 100,
        lon_lat=places,
        layer=np.zeros(len(ways), dtype=np.int64),
    )


def steps(ways: list[list[int]], missing: frozenset[int] = frozenset()) -> list[tuple[int, int]]:
    """Every step from node to node that has a length and both its nodes."""
    return sorted(
        (one, other)
        for way in ways
        for one, other in pairwise(way)
        if one != other and not missing & {one, other}
    )


def steps_of(roads: Roads) -> list[tuple[int, int]]:
    found = []
    for line in roads.line:
        at = [int(np.flatnonzero((place == PLACES).all(axis=1))[0]) for place in line.coords]
        found += list(pairwise(at))
    return sorted(found)


@given(some_ways)
def test_every_step_is_in_one_road(ways: list[list[int]]) -> None:
    assert steps_of(split(laid_out(ways))) == steps(ways)


@given(some_ways, st.frozensets(st.integers(0, NODES - 1), max_size=3))
def test_missing_nodes_take_only_their_own_steps(
    ways: list[list[int]], missing: frozenset[int]
) -> None:
    roads = split(laid_out(ways, missing))
    assert steps_of(roads) == steps(ways, missing)
    assert not shapely.is_missing(roads.line).any()


@given(some_ways)
def test_a_node_inside_a_road_belongs_to_no_other(ways: list[list[int]]) -> None:
    roads = split(laid_out(ways))
    ends = {*roads.from_node.tolist(), *roads.to_node.tolist()}
    inside = [
        100 + int(np.flatnonzero((place == PLACES).all(axis=1))[0])
        for line in roads.line
        for place in list(line.coords)[1:-1]
    ]
    assert len(inside) == len(set(inside))
    assert not ends & set(inside)


@given(some_ways)
def test_every_junction_and_dead_end_is_the_end_of_a_road(ways: list[list[int]]) -> None:
    roads = split(laid_out(ways))
    neighbours: dict[int, set[int]] = {}
    for one, other in steps(ways):
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    ends = {*roads.from_node.tolist(), *roads.to_node.tolist()}
    assert {100 + node for node, found in neighbours.items() if len(found) != 2} <= ends


@given(some_ways)
def test_ids_are_unique_and_name_way_and_span(ways: list[list[int]]) -> None:
    roads = split(laid_out(ways))
    assert len(set(roads.road_id)) == len(roads.road_id)
    for name, way, one, other in zip(
        roads.road_id, roads.way, roads.from_node, roads.to_node, strict=True
    ):
        assert name.split("-")[:3] == [f"w{way + 1}", str(one), str(other)]


@given(some_ways)
def test_the_lines_end_where_their_nodes_are(ways: list[list[int]]) -> None:
    roads = split(laid_out(ways))
    for line, one, other in zip(roads.line, roads.from_node, roads.to_node, strict=True):
        assert line.coords[0] == tuple(PLACES[one - 100])
        assert line.coords[-1] == tuple(PLACES[other - 100])


@given(some_ways, st.randoms(use_true_random=False))
def test_the_order_of_the_ways_changes_no_road(ways: list[list[int]], order: object) -> None:
    numbers = list(range(len(ways)))
    order.shuffle(numbers)  # type: ignore[attr-defined]
    flat = laid_out(ways)
    mixed = laid_out([ways[number] for number in numbers])
    mixed = Ways(flat.way_id[numbers], mixed.offset, mixed.node, mixed.lon_lat, mixed.layer)
    one, other = split(flat), split(mixed)
    assert sorted(one.road_id) == sorted(other.road_id)
