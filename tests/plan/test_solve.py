import numpy as np
import pytest
from hypothesis import given, settings

from tests.plan.graphs import best_of_all_choices, graph, questions
from uxo.plan.ascent import least_cost
from uxo.plan.exact import fits, solve_exactly
from uxo.plan.growth import Rule, grown, grown_by_single_edges
from uxo.plan.instance import Instance
from uxo.plan.moats import grow_moats
from uxo.plan.reduction import reduced
from uxo.plan.solve import solve

# The start is 0. A hamlet of 10 is near, a town of 500 lies behind 9, a village of 60 on the way.
VALLEY = graph(
    [(0, 1, 2.0), (0, 2, 5.0), (2, 3, 4.0), (0, 4, 3.0), (4, 3, 7.0)],
    {1: 10.0, 2: 60.0, 3: 500.0},
)


def _without_loops(instance: Instance) -> Instance:
    real = instance.tail != instance.head
    return Instance(
        instance.prize,
        instance.tail[real],
        instance.head[real],
        instance.effort[real],
        instance.root,
    )


def _chosen(instance: Instance, *edges: int) -> list[bool]:
    return [edge in edges for edge in range(len(instance))]


@pytest.mark.parametrize(
    ("budget", "edges", "gained"),
    [
        (0.0, (), 0.0),
        (1.9, (), 0.0),
        (2.0, (0,), 10.0),
        (5.0, (1,), 60.0),
        (9.0, (1, 2), 560.0),
        (11.0, (0, 1, 2), 570.0),
        (1000.0, (0, 1, 2), 570.0),
    ],
)
@pytest.mark.parametrize("exact_s", [0.0, 10.0])
def test_a_planner_can_check_the_valley_by_hand(
    budget: float, edges: tuple[int, ...], gained: float, exact_s: float
) -> None:
    found = solve(VALLEY, budget, exact_s=exact_s)
    assert found.chosen.tolist() == _chosen(VALLEY, *edges)
    assert (found.gained, found.bound >= gained) == (gained, True)


def test_the_simple_rankings_are_told_beside_it() -> None:
    found = solve(VALLEY, 9.0, exact_s=0.0)
    # The hamlet first leaves 7, which reaches the village and not the town behind it.
    assert found.rankings == {
        "nearest first": 70.0,
        "most people first": 560.0,
        "single stretches": 560.0,
    }
    assert (found.gained, found.bound, found.gap) == (560.0, 560.0, 0.0)


@settings(max_examples=20)
@given(questions())
def test_it_is_the_best_of_all_choices_and_the_bound_says_so(
    question: tuple[Instance, float],
) -> None:
    instance, budget = question
    best = best_of_all_choices(instance, budget)
    found = solve(instance, budget, exact_s=20.0)
    assert found.gained == instance.gained(found.chosen) == best
    assert found.spent == instance.spent(found.chosen) <= budget
    assert found.bound == best


@settings(max_examples=20)
@given(questions())
def test_without_the_exact_solver_the_bound_holds_and_no_ranking_is_better(
    question: tuple[Instance, float],
) -> None:
    instance, budget = question
    found = solve(instance, budget, exact_s=0.0)
    assert found.spent <= budget
    assert found.gained <= best_of_all_choices(instance, budget) <= found.bound
    rankings = (
        grown(instance, budget, rule=Rule.NEAREST_FIRST),
        grown(instance, budget, rule=Rule.MOST_PEOPLE_FIRST),
        grown_by_single_edges(instance, budget),
    )
    for own in rankings:
        assert instance.spent(own) <= budget
        assert found.gained >= instance.gained(own)


@settings(max_examples=20)
@given(questions())
def test_a_smaller_instance_has_the_same_answer(question: tuple[Instance, float]) -> None:
    instance, budget = question
    small = reduced(instance, budget)
    assert len(small.instance) <= len(instance)
    assert best_of_all_choices(small.instance, budget) == best_of_all_choices(instance, budget)
    everything = np.ones(len(small.instance), dtype=np.bool_)
    whole = small.expanded(everything)
    assert instance.spent(whole) == pytest.approx(small.instance.spent(everything))


@settings(max_examples=20)
@given(questions())
def test_moats_and_ascent_bound_every_choice_at_every_price(
    question: tuple[Instance, float],
) -> None:
    instance, budget = question
    instance.prize[instance.root] = 0.0
    best = best_of_all_choices(instance, budget)
    for price in (0.01, 0.5, 1.0, 3.0, 10.0, 100.0):
        moats = grow_moats(instance, price)
        least = least_cost(_without_loops(instance), price)
        assert instance.prize.sum() - least + price * budget >= best - 1e-6
        assert instance.prize.sum() - moats.dual + price * budget >= best - 1e-6
        left_out = instance.prize.sum() - instance.gained(moats.chosen)
        assert price * instance.spent(moats.chosen) + left_out >= moats.dual - 1e-6


def test_the_exact_solver_is_asked_only_where_it_fits() -> None:
    wide = graph([(0, node, 1.0) for node in range(1, 200)], dict.fromkeys(range(1, 200), 1.0))
    assert fits(VALLEY)
    assert not fits(wide)
    assert solve(wide, 17.0, exact_s=5.0).gained == 17.0
    assert solve_exactly(VALLEY, 9.0, time_limit_s=10.0).bound == pytest.approx(560.0)
