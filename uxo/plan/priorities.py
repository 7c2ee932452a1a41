"""What to clear first: from a status and settlements to tasks in their order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from uxo.errors import BadInput
from uxo.plan.instance import BoolArray, FloatArray, Instance, IntArray, added, united
from uxo.plan.order import Step, ordered
from uxo.plan.settlements import Settlements
from uxo.plan.sites import sites_of
from uxo.plan.solve import Solution, solve
from uxo.plan.stretches import (
    RoadEnds,
    Stretches,
    Use,
    Wishes,
    cut_into_stretches,
    road_ends,
)
from uxo.plan.tasks import Counted, Outcome, Priorities, Settled, Site, Task, Unit
from uxo.status.result import StatusResult

_ROUNDING: Final = 1e-9
_LITTLE: Final = 1e-6  # of a household: never enough to change the order of what is known


@dataclass(frozen=True, slots=True)
class Question:
    """What the planner asks.

    Attributes
    ----------
    budget : float
        How much may be done; at least 0.
    unit : Unit
        What it is counted in.
    wishes : Wishes
        What is passable, pinned and forbidden.
    start : sequence of int
        Settlements (rows) from which people are to be reached. Empty: the largest part of the
        network on which people can go already.
    exact_s : float
        Seconds for the exact solver.
    """

    budget: float
    unit: Unit
    wishes: Wishes
    start: Sequence[int] = ()
    exact_s: float = 10.0


@dataclass(frozen=True, slots=True)
class _Contracted:
    """The problem as numbers, before pinned work is taken as done.

    Attributes
    ----------
    instance : Instance
        Its nodes are parts of the network on which people can go already.
    stretch : int64[m]
        Which stretch each edge is.
    pinned : bool[m]
        Which edges must be done.
    node : int64[settlements]
        Where each settlement is; -1: off the network.
    not_known : float64[n]
        How many settlements without a figure each node of the instance has, as far as others have
        one: what is left of the budget goes to them.
    """

    instance: Instance
    stretch: IntArray
    pinned: BoolArray
    node: IntArray
    not_known: FloatArray


def prioritise(
    result: StatusResult,
    settlements: Settlements,
    question: Question,
    *,
    ends: RoadEnds | None = None,
) -> Priorities:
    """Choose and order the work that reconnects the most people within a budget.

    Roads are taken both ways.

    Parameters
    ----------
    result : StatusResult
        A computed status.
    settlements : Settlements
        Joined to its roads.
    question : Question
        What is asked.
    ends : RoadEnds or None
        How the roads are joined. None: where their ends have the same coordinates.

    Raises
    ------
    BadInput
        The pinned work costs more than the budget; or nothing is passable and no start is named.
    """
    joined = road_ends(result.roads) if ends is None else ends
    stretches = cut_into_stretches(result, joined, settlements.spots, question.wishes)
    counted, worth = _worth(settlements)
    problem = _contracted(stretches, settlements, question, worth)
    solution, chosen, by_pins = _solved(problem, question)
    steps = ordered(_with_a_little(problem), chosen)
    sites = sites_of(result, stretches, problem.stretch[chosen])
    settled = _settled(problem, settlements, steps)
    return Priorities(
        tasks=_tasks(problem, steps, sites, settled),
        settlements=settled,
        counted=counted,
        gained=problem.instance.gained(chosen),
        bound=solution.bound + by_pins,
        method=solution.method,
        rankings={name: gained + by_pins for name, gained in solution.rankings.items()},
        budget=question.budget,
        unit=question.unit,
        as_of=result.as_of.isoformat().replace("+00:00", "Z"),
        known_at=result.known_at.isoformat().replace("+00:00", "Z"),
        policy_digest=result.policy.digest,
    )


def _worth(settlements: Settlements) -> tuple[Counted, FloatArray]:
    """Say what is counted: households, or settlements where nobody's households are known."""
    known = ~np.isnan(settlements.households)
    if not known.any():
        return Counted.COMMUNITIES, np.ones(len(settlements))
    # Not known is listed apart (`Priorities.not_known`); no number could be added up for it.
    return Counted.HOUSEHOLDS, np.where(known, settlements.households, 0.0)


def _contracted(
    stretches: Stretches, settlements: Settlements, question: Question, worth: FloatArray
) -> _Contracted:
    effort = stretches.total(
        stretches.effort.area_m2 if question.unit is Unit.M2 else stretches.effort.weeks
    )
    work = (stretches.use == Use.WORK) & (effort > 0.0)
    open_now = (stretches.use == Use.PASSABLE) | ((stretches.use == Use.WORK) & ~work)
    start = stretches.spot_node[list(question.start)]
    tails = np.concatenate((stretches.tail[open_now], start[1:]))
    heads = np.concatenate((stretches.head[open_now], np.repeat(start[:1], max(len(start) - 1, 0))))
    label = united(stretches.node_count, tails, heads)
    root = int(label[start[0]]) if len(start) else _largest(stretches, label, open_now)
    node = np.where(settlements.off_network, -1, label[stretches.spot_node])
    on = node >= 0
    prize = added(node[on], worth[on], int(label.max(initial=-1)) + 1)
    no_figure = on & np.isnan(settlements.households) & (worth == 0.0)
    not_known = added(node[no_figure], np.ones(int(no_figure.sum())), len(prize))
    prize[root] = not_known[root] = 0.0
    tail, head = label[stretches.tail], label[stretches.head]
    edge = np.flatnonzero(work & ((tail != head) | stretches.pinned))
    instance = Instance(prize, tail[edge], head[edge], effort[edge], root)
    return _Contracted(instance, edge, stretches.pinned[edge], node, not_known)


def _largest(stretches: Stretches, label: IntArray, open_now: BoolArray) -> int:
    """Find the part of the network with the most passable road."""
    length = (stretches.to_m - stretches.from_m)[open_now]
    if len(length) == 0:
        msg = (
            "no road is passable with what is allowed, so there is nowhere to begin; name the "
            "communities to begin from, or allow more"
        )
        raise BadInput(msg)
    return int(np.argmax(np.bincount(label[stretches.tail[open_now]], length)))


def _solved(problem: _Contracted, question: Question) -> tuple[Solution, BoolArray, float]:
    """Take the pinned work as done, and choose the rest: solution, chosen, gained by the pins."""
    own, pinned = problem.instance, problem.pinned
    needed = own.spent(pinned)
    if needed > question.budget * (1.0 + _ROUNDING):
        msg = (
            f"the pinned work needs {needed:.1f} {question.unit.value}, more than the budget of "
            f"{question.budget:g}; pin less, or raise the budget"
        )
        raise BadInput(msg)
    rest, free = _after(own, pinned, own.prize)
    solution = solve(rest, max(question.budget - needed, 0.0), exact_s=question.exact_s)
    chosen = pinned.copy()
    chosen[free[solution.chosen]] = True
    if problem.not_known.any():  # they are no zero: what is left opens the way to them
        rest, free = _after(own, chosen, problem.not_known)
        left = max(question.budget - own.spent(chosen), 0.0)
        chosen[free[solve(rest, left, exact_s=question.exact_s).chosen]] = True
    return solution, chosen, own.gained(pinned)


def _after(own: Instance, done: BoolArray, prize: FloatArray) -> tuple[Instance, IntArray]:
    """Take some edges as done: what is left of the problem, and which edges it has."""
    label = united(len(own.prize), own.tail[done], own.head[done])
    root = int(label[own.root])
    left = added(label, prize, int(label.max()) + 1)
    left[root] = 0.0
    tail, head = label[own.tail], label[own.head]
    free = np.flatnonzero(~done & (tail != head))
    return Instance(left, tail[free], head[free], own.effort[free], root), free


def _with_a_little(problem: _Contracted) -> Instance:
    """Let settlements without a figure count a little, so that they have a place in the order."""
    own = problem.instance
    return replace(own, prize=own.prize + _LITTLE * problem.not_known)


def _settled(
    problem: _Contracted, settlements: Settlements, steps: list[Step]
) -> tuple[Settled, ...]:
    """Say what becomes of each settlement."""
    own = problem.instance
    task = np.zeros(len(own.prize), dtype=np.int64)
    for number, step in enumerate(steps, start=1):
        task[step.nodes] = number
    could = own.reached(np.ones(len(own), dtype=np.bool_))
    found = []
    for place, node in enumerate(problem.node):  # settlements: thousands at most
        households = settlements.households[place]
        outcome = _outcome(int(node), own.root, task, could)
        found.append(
            Settled(
                pcode=str(settlements.pcode[place]),
                name=str(settlements.name[place]),
                households=None if np.isnan(households) else float(households),
                outcome=outcome,
                task=int(task[node]) if outcome is Outcome.RECONNECTED else None,
            )
        )
    return tuple(found)


def _outcome(node: int, root: int, task: IntArray, could: BoolArray) -> Outcome:
    if node < 0:
        return Outcome.OFF_NETWORK
    if node == root:
        return Outcome.CONNECTED_ALREADY
    if task[node]:
        return Outcome.RECONNECTED
    return Outcome.NOT_WITHIN_BUDGET if could[node] else Outcome.NO_WAY


def _tasks(
    problem: _Contracted,
    steps: list[Step],
    sites: dict[int, tuple[Site, ...]],
    settled: tuple[Settled, ...],
) -> tuple[Task, ...]:
    reconnected: dict[int | None, list[Settled]] = {}
    for one in settled:
        reconnected.setdefault(one.task, []).append(one)
    tasks: list[Task] = []
    so_far: Any = (0.0, 0.0, 0.0)
    for number, step in enumerate(steps, start=1):
        own = tuple(site for edge in step.edges for site in sites[int(problem.stretch[edge])])
        people = tuple(reconnected.get(number, ()))
        households = sum(one.households or 0.0 for one in people)
        so_far = (
            so_far[0] + households,
            so_far[1] + sum(site.area_m2 for site in own),
            so_far[2] + sum(site.weeks for site in own),
        )
        tasks.append(Task(number, own, people, households, *so_far))
    return tuple(tasks)
