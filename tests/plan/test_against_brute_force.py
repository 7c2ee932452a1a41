"""The planner against brute force, on networks that nobody would draw."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan.brute import least_cost
from tests.plan.towns import Pieces, network_of, planner_of, swept_of
from uxo.errors import NoRoute, NoRouteReason
from uxo.plan.answers import Question, Way, Ways
from uxo.plan.place import Spot
from uxo.plan.tariff import ALLOWED_BY_DEFAULT, TIE, exposure_weights
from uxo.policy import load_policy
from uxo.roads.network import Network
from uxo.vocabulary import Status

EXPOSURE = exposure_weights(load_policy())

_pieces = st.lists(
    st.tuples(
        st.integers(1, 400).map(lambda quarter: quarter / 4),
        st.sampled_from([*Status, Status.CLEARED, Status.CLEARED, Status.SURVEYED]),
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def _scenes(draw: st.DrawFn) -> tuple[Network, list[Pieces], Question]:
    size = draw(st.integers(2, 7))
    node = st.integers(0, size - 1)
    roads = draw(
        st.lists(st.tuples(node, node, _pieces, st.sampled_from([0, 0, 1, -1])), min_size=1,
                 max_size=14)
    )  # fmt: skip
    pieces = [road[2] for road in roads]
    length_m = [sum(metres for metres, _ in own) for own in pieces]
    network = network_of(
        [(road[0], road[1]) for road in roads], length_m, size, [road[3] for road in roads]
    )
    question = Question(
        start=draw(_spots(length_m)),
        end=draw(_spots(length_m)),
        allowed=ALLOWED_BY_DEFAULT
        | draw(st.sets(st.sampled_from([Status.NOT_SURVEYED, Status.SUSPECTED_HAZARD]))),
        on_foot=draw(st.booleans()),
    )
    return network, pieces, question


@st.composite
def _spots(draw: st.DrawFn, length_m: list[float]) -> Spot:
    road = draw(st.integers(0, len(length_m) - 1))
    share = draw(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))
    return Spot(road, share * length_m[road])


def _holds(network: Network, pieces: list[Pieces], question: Question, found: object) -> None:
    """Check an answer against brute force."""
    weight = {int(one): float(EXPOSURE[one]) + TIE for one in question.allowed}
    best = least_cost(network, pieces, question, weight)
    if isinstance(found, NoRoute):
        assert best == float("inf"), found
        assert (found.reason is NoRouteReason.BLOCKED) == bool(found.cut)
        return
    assert isinstance(found, Ways)
    way = found.least_risk
    cost = way.exposure_m + TIE * way.length_m
    assert cost == pytest.approx(best, abs=found.rounding_m * (len(way.road) + 8))
    assert found.shortest.length_m <= way.length_m + found.rounding_m * len(pieces)
    for one in (way, *found.alternatives):
        _is_a_way(network, question, one)
        assert not any(one.metres[status] for status in set(Status) - question.allowed)
    assert found.shortest.metres[Status.CLOSED] == 0
    assert found.shortest.metres[Status.CONFIRMED_HAZARD] == 0


def _is_a_way(network: Network, question: Question, way: Way) -> None:
    """Check that each part begins where the one before ended, in a direction that is open."""
    at = _place(network, question.start.road, question.start.at_m)
    for road, from_m, to_m in zip(way.road.tolist(), way.from_m, way.to_m, strict=True):
        assert at == _place(network, road, from_m)
        if not question.on_foot:
            assert (to_m - from_m) * network.oneway[road] >= 0
        at = _place(network, road, to_m)
    assert at == _place(network, question.end.road, question.end.at_m)


def _place(network: Network, road: int, at_m: float) -> tuple[str, float]:
    if at_m == 0.0:
        return "node", int(network.from_node[road])
    if at_m == network.length_m[road]:
        return "node", int(network.to_node[road])
    return f"road {road}", at_m


@pytest.mark.parametrize("fast", [True, False], ids=["hierarchy", "exact"])
@settings(max_examples=40, deadline=None)
@given(scene=_scenes(), later=st.lists(st.tuples(st.integers(0, 13), _pieces), max_size=4))
def test_costs_equal_brute_force_before_and_after_a_change(
    scene: tuple[Network, list[Pieces], Question],
    later: list[tuple[int, Pieces]],
    *,
    fast: bool,
) -> None:
    network, pieces, question = scene
    planner = planner_of(network, pieces, fast=fast)
    _holds(network, pieces, question, planner.find(question))
    changed = {row % len(pieces): own for row, own in later}
    for row, own in changed.items():
        # The road keeps its length: the new pieces are stretched over it.
        share = float(network.length_m[row]) / sum(metres for metres, _ in own)
        pieces[row] = [(metres * share, status) for metres, status in own]
    if changed:
        rows = np.array(list(changed), dtype=np.int64)
        planner.change(rows, swept_of([pieces[row] for row in changed]))
        _holds(network, pieces, question, planner.find(question))
