from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings

from tests.plan.graphs import graph, questions
from uxo.plan.instance import Instance
from uxo.plan.order import ordered, spanning
from uxo.plan.solve import solve


def _waiting(instance: Instance, edges: list[int]) -> float:
    """People times the effort spent before they are connected; infinite if one is out of turn."""
    reached, spent, waiting = {instance.root}, 0.0, 0.0
    for edge in edges:
        ends = {int(instance.tail[edge]), int(instance.head[edge])}
        fresh = ends - reached
        if len(fresh) != 1:
            return float("inf")
        spent += float(instance.effort[edge])
        waiting += spent * float(instance.prize[fresh.pop()])
        reached |= ends
    return waiting


@settings(max_examples=15)
@given(questions())
def test_no_other_order_lets_people_wait_less(question: tuple[Instance, float]) -> None:
    instance, budget = question
    chosen = solve(instance, budget, exact_s=0.0).chosen
    edges = np.flatnonzero(chosen).tolist()[:6]
    chosen = np.isin(np.arange(len(instance)), edges)
    steps = ordered(instance, chosen)
    in_turn = [int(edge) for step in steps for edge in step.edges if len(step.nodes)]
    best = min((_waiting(instance, list(way)) for way in permutations(in_turn)), default=0.0)
    assert _waiting(instance, in_turn) == pytest.approx(best)


@settings(max_examples=15)
@given(questions())
def test_gains_of_steps_add_up_and_every_prefix_reaches_the_start(
    question: tuple[Instance, float],
) -> None:
    instance, budget = question
    chosen = solve(instance, budget, exact_s=0.0).chosen
    done = np.zeros(len(instance), dtype=np.bool_)
    before = instance.gained(done)
    for step in ordered(instance, chosen):
        done[step.edges] = True
        assert instance.gained(done) == before + step.gained
        assert step.effort == instance.effort[step.edges].sum()
        before += step.gained
    assert (done == chosen).all()


def test_what_must_come_first_joins_what_it_is_done_for() -> None:
    # A town of 100 behind a village of 1: together one step; the hamlet of 9 comes after.
    instance = graph([(0, 1, 1.0), (1, 2, 1.0), (0, 3, 1.0)], {1: 1.0, 2: 100.0, 3: 9.0})
    steps = ordered(instance, np.ones(3, dtype=np.bool_))
    assert [step.edges.tolist() for step in steps] == [[0, 1], [2]]
    assert [step.gained for step in steps] == [101.0, 9.0]


def test_rings_and_islands_come_last_and_gain_nobody() -> None:
    instance = graph([(0, 1, 1.0), (1, 2, 1.0), (0, 2, 5.0), (3, 4, 2.0)], {2: 7.0, 4: 50.0})
    steps = ordered(instance, np.ones(4, dtype=np.bool_))
    assert [step.edges.tolist() for step in steps] == [[0, 1], [2], [3]]
    assert [step.gained for step in steps] == [7.0, 0.0, 0.0]


def test_the_cheapest_of_edges_side_by_side_is_kept() -> None:
    instance = graph([(0, 1, 3.0), (1, 0, 2.0), (1, 1, 1.0)], {1: 1.0})
    assert spanning(instance, np.ones(3, dtype=np.bool_)).tolist() == [False, True, False]
