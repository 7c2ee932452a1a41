"""Make an instance smaller without changing its answer.

What no budget can reach goes away; dead ends where nobody lives go away; of edges side by side the
cheapest stays; chains without a junction or a settlement become one edge, because nobody would
open half of such a chain.
"""

from dataclasses import dataclass, replace

import numpy as np

from uxo.plan.growth import effort_to_reach
from uxo.plan.instance import BoolArray, Instance, IntArray, added, united


@dataclass(frozen=True, slots=True)
class Reduced:
    """A smaller instance and where its edges come from.

    Attributes
    ----------
    instance : Instance
        The same nodes, fewer edges; what no budget reaches is worth nothing.
    edge_of : int64[m]
        For each edge of the first instance the edge that stands for it; -1: it went away.
    """

    instance: Instance
    edge_of: IntArray

    def expanded(self, chosen: BoolArray) -> BoolArray:
        """Give the edges of the first instance behind chosen edges of the smaller one."""
        return np.append(chosen, np.False_)[self.edge_of]  # -1 reads the last entry


def reduced(instance: Instance, budget: float) -> Reduced:
    """Make an instance as small as it gets.

    Parameters
    ----------
    instance : Instance
        Any.
    budget : float
        What the chosen edges together may cost.
    """
    now = _within_reach(Reduced(instance, np.arange(len(instance))), budget)
    while True:
        before = len(now.instance)
        now = _chains_joined(_cheapest_only(_without_dead_ends(now)))
        if len(now.instance) == before:
            return now


def _kept(now: Reduced, keep: BoolArray) -> Reduced:
    """Drop edges."""
    own = now.instance
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    smaller = replace(own, tail=own.tail[keep], head=own.head[keep], effort=own.effort[keep])
    return Reduced(smaller, np.append(number, -1)[now.edge_of])


def _within_reach(now: Reduced, budget: float) -> Reduced:
    own = now.instance
    reach = effort_to_reach(own)
    nearer = np.minimum(reach[own.tail], reach[own.head])
    near = replace(own, prize=np.where(reach <= budget, own.prize, 0.0))
    return _kept(Reduced(near, now.edge_of), nearer + own.effort <= budget)


def _without_dead_ends(now: Reduced) -> Reduced:
    while True:
        own = now.instance
        alone = _degree(own) == 1
        alone[own.terminals] = False
        alone[own.root] = False
        keep = ~(alone[own.tail] | alone[own.head])
        if keep.all():
            return now
        now = _kept(now, keep)


def _cheapest_only(now: Reduced) -> Reduced:
    own = now.instance
    low, high = np.minimum(own.tail, own.head), np.maximum(own.tail, own.head)
    order = np.lexsort((own.effort, high, low))
    first = np.ones(len(own), dtype=np.bool_)
    first[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    keep = np.zeros(len(own), dtype=np.bool_)
    keep[order[first]] = True
    return _kept(now, keep & (low != high))


def _chains_joined(now: Reduced) -> Reduced:
    own = now.instance
    inner = _degree(own) == 2  # noqa: PLR2004  # one edge comes, one goes on
    inner[own.terminals] = False
    inner[own.root] = False
    both = inner[own.tail] & inner[own.head]
    group = united(len(own.prize), own.tail[both], own.head[both])
    one = inner[own.tail] ^ inner[own.head]
    chain = np.where(inner[own.tail], group[own.tail], group[own.head])
    outside = np.where(inner[own.tail], own.head, own.tail)[one]
    order = np.argsort(chain[one], kind="stable")  # each chain has two ends: two entries in a row
    names, ends = chain[one][order][::2], outside[order].reshape(-1, 2)
    in_chain = one | both
    effort = added(chain[in_chain], own.effort[in_chain], len(own.prize))
    plain = ~in_chain
    number = np.cumsum(plain) - 1
    of_chain = np.full(len(own.prize), -1, dtype=np.int64)  # a ring without ends goes away
    of_chain[names] = plain.sum() + np.arange(len(names))
    number[in_chain] = of_chain[chain[in_chain]]
    joined = replace(
        own,
        tail=np.concatenate((own.tail[plain], ends[:, 0])),
        head=np.concatenate((own.head[plain], ends[:, 1])),
        effort=np.concatenate((own.effort[plain], effort[names])),
    )
    return Reduced(joined, np.append(number, -1)[now.edge_of])


def _degree(instance: Instance) -> IntArray:
    ends = np.concatenate((instance.tail, instance.head))
    return np.bincount(ends, minlength=len(instance.prize))
