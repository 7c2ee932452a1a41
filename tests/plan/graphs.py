"""Small graphs for the solver, and the best answer by looking at every choice."""

import numpy as np
from hypothesis import strategies as st

from uxo.plan.instance import BoolArray, Instance

MOST_EDGES = 7


def graph(edges: list[tuple[int, int, float]], people: dict[int, float], root: int = 0) -> Instance:
    """Write a graph as (from, to, effort) and people by node."""
    count = 1 + max([root, *people, *(max(edge[:2]) for edge in edges)])
    prize = np.zeros(count)
    for node, number in people.items():
        prize[node] = number
    tail, head, effort = (np.array(column) for column in zip(*edges, strict=True))
    return Instance(
        prize, tail.astype(np.int64), head.astype(np.int64), effort.astype(np.float64), root
    )


@st.composite
def questions(draw: st.DrawFn) -> tuple[Instance, float]:
    """Draw a graph with rings, parallel edges, loops and islands, and a budget."""
    nodes = draw(st.integers(2, 7))
    node = st.integers(0, nodes - 1)
    edge = st.tuples(node, node, st.integers(1, 20))
    edges = draw(st.lists(edge, min_size=1, max_size=MOST_EDGES))
    people = draw(st.dictionaries(st.integers(1, nodes - 1), st.integers(0, 100), min_size=1))
    budget = draw(st.integers(0, 60))
    return graph([(a, b, float(c)) for a, b, c in edges], {k: float(v) for k, v in people.items()}
                 ), float(budget)  # fmt: skip


def best_of_all_choices(instance: Instance, budget: float) -> float:
    """Look at every set of edges."""
    best = 0.0
    for number in range(1 << len(instance)):
        chosen: BoolArray = (number >> np.arange(len(instance)) & 1).astype(np.bool_)
        if instance.spent(chosen) <= budget:
            best = max(best, _gained(instance, chosen))
    return best


def _gained(instance: Instance, chosen: BoolArray) -> float:
    """Walk from the root; independent of the code under test."""
    reached = {instance.root}
    grew = True
    while grew:
        grew = False
        for edge in np.flatnonzero(chosen):
            ends = {int(instance.tail[edge]), int(instance.head[edge])}
            if ends & reached and not ends <= reached:
                reached |= ends
                grew = True
    return float(sum(instance.prize[list(reached)]))
