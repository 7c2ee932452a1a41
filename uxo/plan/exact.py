"""The exact answer by integer programming, where the size allows it.

A flow for each settlement (Goemans and Myung, "A catalog of Steiner tree formulations", Networks 23
(1993), doi:10.1002/net.3230230104): its relaxation is as tight as that of all cuts. HiGHS solves it
through SciPy.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, eye_array, hstack, kron, vstack

from uxo.plan.instance import BoolArray, Instance

MOST_FLOWS: Final = 30_000
"""Settlements times arcs: above this the program is not even built."""


@dataclass(frozen=True, slots=True)
class Exact:
    """What the solver found in its time.

    Attributes
    ----------
    chosen : bool[m] or None
        The best edges it found; None: none at all.
    bound : float
        Nobody can connect more than this.
    """

    chosen: BoolArray | None
    bound: float


def fits(instance: Instance) -> bool:
    """Tell whether an instance is small enough to be asked for its exact answer."""
    return 0 < len(instance.terminals) * 2 * len(instance) <= MOST_FLOWS


def solve_exactly(instance: Instance, budget: float, *, time_limit_s: float) -> Exact:
    """Find the best edges, or the best within the time with a bound.

    Parameters
    ----------
    instance : Instance
        One that `fits`.
    budget : float
        What all chosen edges together may cost.
    time_limit_s : float
        When to stop and give what there is.
    """
    people = instance.prize[instance.terminals]
    arcs = 2 * len(instance)
    count = len(people)
    constraints = _flows(instance)
    paid = np.concatenate((np.tile(instance.effort, 2), np.zeros(count + count * arcs)))
    constraints.append(LinearConstraint(csr_array(paid[None, :]), -np.inf, budget))
    whole = np.concatenate((np.ones(arcs + count), np.zeros(count * arcs)))
    found: Any = milp(
        np.concatenate((np.zeros(arcs), -people, np.zeros(count * arcs))),
        integrality=whole,
        bounds=Bounds(0.0, 1.0),
        constraints=constraints,
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    bound = people.sum() if found.mip_dual_bound is None else -found.mip_dual_bound
    if found.x is None:
        return Exact(None, float(bound))
    used = found.x[:arcs] > 0.5  # noqa: PLR2004  # a whole number, but for rounding
    return Exact(used[: len(instance)] | used[len(instance) :], float(bound))


def _flows(instance: Instance) -> list[LinearConstraint]:
    """Write that who is connected has a flow from the root, over arcs that are paid for.

    Columns: arcs used, settlements connected, then the flow of each settlement over each arc.
    """
    edges, nodes = len(instance), len(instance.prize)
    terminals = instance.terminals
    count, arcs = len(terminals), 2 * edges
    begin = np.concatenate((instance.tail, instance.head))
    end = np.concatenate((instance.head, instance.tail))
    seen, place = np.unique(np.concatenate((begin, end)), return_inverse=True)
    begin, end = place[:arcs], place[arcs:]
    ones, arc = np.ones(arcs), np.arange(arcs)
    into = coo_array((ones, (end, arc)), shape=(len(seen), arcs)).tocsr()
    out = coo_array((ones, (begin, arc)), shape=(len(seen), arcs)).tocsr()
    number = np.full(nodes, -1, dtype=np.int64)
    number[seen] = np.arange(len(seen))
    # What flows in and not on: 1 at the settlement, -1 at the root, 0 elsewhere.
    own = np.arange(count)
    asked = coo_array(
        (
            np.concatenate((-np.ones(count), np.ones(count))),
            (
                np.concatenate((own * len(seen) + number[terminals],
                                own * len(seen) + number[instance.root])),
                np.concatenate((own, own)),
            ),
        ),
        shape=(count * len(seen), count),
    )  # fmt: skip
    nothing = csr_array((count * len(seen), arcs))
    kept = hstack([nothing, asked, kron(eye_array(count), into - out)], format="csr")
    each = kron(np.ones((count, 1)), eye_array(arcs))
    paid = hstack([-each, csr_array((count * arcs, count)), eye_array(count * arcs)], format="csr")
    once = hstack([into, csr_array((len(seen), count + count * arcs))], format="csr")
    return [
        LinearConstraint(kept, 0.0, 0.0),
        LinearConstraint(vstack([paid], format="csr"), -np.inf, 0.0),
        LinearConstraint(once, -np.inf, 1.0),
    ]
