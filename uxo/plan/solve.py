"""Choose what to clear: the best of several methods, with a bound on what any plan could do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from uxo.plan.ascent import least_cost
from uxo.plan.exact import fits, solve_exactly
from uxo.plan.growth import Rule, grown, grown_by_single_edges
from uxo.plan.instance import BoolArray, Instance
from uxo.plan.moats import grow_moats, pruned
from uxo.plan.order import spanning
from uxo.plan.reduction import reduced

_PRICES: Final = 24  # halvings of the range of prices: the last differ by a part in a million
_RANGE: Final = 2.0**12  # prices from this fraction to this multiple of all people per budget
_NODES_LOOKED_AT: Final = 3_000_000  # by the search for improvements: some seconds
_MOST_TRIES: Final = 400
_ROUNDING: Final = 1e-9
_STEP: Final = 2.0  # between neighbouring prices at first
_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Solution:
    """Chosen edges, and how good they are.

    Attributes
    ----------
    chosen : bool[m]
        Edges of a tree at the root.
    gained, spent : float
        Prizes connected, effort used.
    bound : float
        No choice within the budget can gain more.
    method : str
        What found it: ``exact``, ``moats``, ``paths``, or one of the simple rankings.
    rankings : mapping of str to float
        What the simple rankings would gain: ``nearest first``, ``most people first``, ``single
        stretches``.
    """

    chosen: BoolArray
    gained: float
    spent: float
    bound: float
    method: str
    rankings: Mapping[str, float]

    @property
    def gap(self) -> float:
        """What might be missing, as a share of the bound; 0.0: proven to be the best."""
        return 0.0 if self.bound <= 0.0 else max(0.0, 1.0 - self.gained / self.bound)


def solve(instance: Instance, budget: float, *, exact_s: float) -> Solution:
    """Choose the edges that connect the most people within a budget.

    Parameters
    ----------
    instance : Instance
        The graph.
    budget : float
        What all chosen edges together may cost.
    exact_s : float
        Seconds for the exact solver, which is asked only where the size allows; 0: never.

    Returns
    -------
    Solution
        Never worse than any of the simple rankings.
    """
    small = reduced(instance, budget)
    core = small.instance
    search = _Search(core, budget)
    rankings = {
        "nearest first": grown(instance, budget, rule=Rule.NEAREST_FIRST),
        "most people first": grown(instance, budget, rule=Rule.MOST_PEOPLE_FIRST),
        "single stretches": _useful(instance, grown_by_single_edges(instance, budget)),
    }
    for rule in Rule:
        search.offer("paths", grown(core, budget, rule=rule))
    search.by_prices()
    search.tighten()
    search.improve()
    if exact_s > 0.0 and search.open and fits(core):
        search.exactly(exact_s)
    offers = {search.method: small.expanded(search.best)} | rankings
    worth = {name: (instance.gained(own), -instance.spent(own)) for name, own in offers.items()}
    method = max(worth, key=lambda name: worth[name])  # the first of equals: ours
    gained, owed = worth[method]
    bound = _whole(instance, search.bound)
    return Solution(
        chosen=offers[method],
        gained=gained,
        spent=-owed,
        bound=max(bound, gained),
        method=method,
        rankings={name: worth[name][0] for name in rankings},
    )


def _whole(instance: Instance, bound: float) -> float:
    """Round a bound down where people are counted whole."""
    if (instance.prize == np.rint(instance.prize)).all():
        return float(np.floor(bound + 1e-6))
    return bound


def _useful(instance: Instance, chosen: BoolArray) -> BoolArray:
    """Leave out what connects nobody."""
    return pruned(instance, spanning(instance, chosen), 0.0)


class _Search:
    """The best choice so far, and the lowest bound.

    Parameters
    ----------
    instance : Instance
        Reduced.
    budget : float
        What the choice may cost.
    """

    def __init__(self, instance: Instance, budget: float) -> None:
        self.instance = instance
        self.budget = budget
        self.best: BoolArray = np.zeros(len(instance), dtype=np.bool_)
        self.method = "paths"
        self.bound = float(instance.prize.sum())  # of what the budget could reach
        self._worth = (0.0, 0.0)
        self._price = 0.0

    @property
    def open(self) -> bool:
        """Tell whether something better may still exist."""
        return self._worth[0] < _whole(self.instance, self.bound)

    def offer(self, method: str, chosen: BoolArray) -> bool:
        """Take a choice if it gains more, or as much for less; tell whether it was taken."""
        worth = self.instance.gained(chosen), -self.instance.spent(chosen)
        better = worth > self._worth and -worth[1] <= self.budget
        if better:
            self.best, self._worth, self.method = chosen, worth, method
        return better

    def by_prices(self) -> None:
        """Search the price at which a tree of moats uses the budget up; every price bounds."""
        everybody = self.bound
        if everybody <= 0.0 or self.budget <= 0.0:
            return
        low, high = everybody / self.budget / _RANGE, everybody / self.budget * _RANGE
        for _ in range(_PRICES):
            price = float(np.sqrt(low * high))
            moats = grow_moats(self.instance, price)
            # Whatever a tree gains, it leaves out the rest, and pays at most the whole budget.
            most = self.instance.prize.sum() - moats.dual + price * self.budget
            self.bound = min(self.bound, float(most) * (1.0 + _ROUNDING))
            self._price = price
            spent = self.instance.spent(moats.chosen)
            self.offer("moats", self._filled(moats.chosen, spent))
            low, high = (low, price) if spent <= self.budget else (price, high)

    def tighten(self) -> None:
        """Look for the price with the lowest bound, around that at which the budget is used up."""
        if self._price <= 0.0 or not self.open:
            return
        step, middle = _STEP, self._price
        at_middle = self._bound_at(middle)
        for _ in range(_STEPS):
            around = [(self._bound_at(price), price) for price in (middle / step, middle * step)]
            lowest, price = min(around)
            if lowest < at_middle:
                at_middle, middle = lowest, price
            else:
                step = float(np.sqrt(step))

    def _bound_at(self, price: float) -> float:
        least = least_cost(self.instance, price)
        most = self.instance.prize.sum() - least + price * self.budget
        self.bound = min(self.bound, float(most) * (1.0 + _ROUNDING))
        return float(most)

    def _filled(self, tree: BoolArray, spent: float) -> BoolArray:
        """Cut a tree down to the budget, and spend what is left."""
        if spent > self.budget:
            tree = grown(self.instance, self.budget, within=tree)
        return grown(self.instance, self.budget, begin=tree)

    def improve(self) -> None:
        """Take branches out and spend what they cost elsewhere, as long as that gains."""
        looked_at = max(len(self.instance.prize), 1)
        left = min(_NODES_LOOKED_AT // looked_at, _MOST_TRIES)
        going = self.open  # else it is proven to be the best
        while going and left > 0:
            going = self.offer(self.method, self._filled(*self._shortened(self.best)))
            for branch in self._branches(self.best):
                left -= 1
                if left <= 0:
                    break
                without = _useful(self.instance, self.best & ~branch)
                if self.offer(self.method, self._filled(without, 0.0)):
                    going = True
                    break

    def _shortened(self, chosen: BoolArray) -> tuple[BoolArray, float]:
        """Connect the same nodes with the cheapest tree among them."""
        nodes = self.instance.reached(chosen)
        inside = nodes[self.instance.tail] & nodes[self.instance.head]
        tree = _useful(self.instance, inside)
        return tree, self.instance.spent(tree)

    def _branches(self, chosen: BoolArray) -> Iterator[BoolArray]:
        """Give the edges of a tree one by one, those with the least people behind them first."""
        edges = np.flatnonzero(chosen)
        behind = []
        everything = self.instance.gained(chosen)
        for edge in edges[:_MOST_TRIES]:  # a look at each tells what hangs on it
            without = chosen.copy()
            without[edge] = False
            behind.append((everything - self.instance.gained(without)) / self.instance.effort[edge])
        for place in np.argsort(behind, kind="stable"):
            branch = np.zeros(len(chosen), dtype=np.bool_)
            branch[edges[place]] = True
            yield branch

    def exactly(self, time_limit_s: float) -> None:
        """Ask the exact solver."""
        found = solve_exactly(self.instance, self.budget, time_limit_s=time_limit_s)
        self.bound = min(self.bound, found.bound)
        if found.chosen is not None:
            self.offer("exact", _useful(self.instance, found.chosen))
