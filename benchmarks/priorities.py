"""What to clear first: our answer beside three simple rankings, with the bound and the time.

The networks are invented: towns of streets, roads between them, and fronts along which more is
blocked. Nothing in them is real.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from uxo.plan.instance import BoolArray, FloatArray, Instance, IntArray, united
from uxo.plan.order import ordered
from uxo.plan.solve import Solution, solve

_SIZES = {"small": ((2_000, 50), (10_000, 200)), "full": ((2_000, 50), (10_000, 200),
          (30_000, 500), (100_000, 1_000), (300_000, 1_000))}  # fmt: skip
_BUDGETS_M2 = (30_000.0, 300_000.0, 3_000_000.0)
_WIDTH_M = 12.0
_LIMIT_S = 60.0
_LIMIT_EDGES = 100_000
_EXACT_S = 10.0


@dataclass(frozen=True, slots=True)
class Country:
    """A road network with what is blocked, and where people wait."""

    nodes: int
    tail: IntArray
    head: IntArray
    length_m: FloatArray
    blocked: BoolArray
    home: IntArray
    households: FloatArray


def run(scale: str) -> list[dict[str, Any]]:
    """Measure every size with three budgets; compiling is not counted."""
    warm = _contracted(_country(500, 10, 0.5, seed=1))
    solve(warm, _BUDGETS_M2[0], exact_s=_EXACT_S)
    rows = []
    for edges, communities in _SIZES[scale]:
        for share in (0.6, 0.95):  # of the roads away from fronts; unknown ground is the rule
            country = _country(edges, communities, share, seed=edges)
            rows += [_row(country, budget, share) for budget in _BUDGETS_M2]
    return rows


def _row(country: Country, budget: float, share: float) -> dict[str, Any]:
    start, cpu = time.perf_counter(), time.process_time()
    instance = _contracted(country)
    found = solve(instance, budget, exact_s=_EXACT_S)
    steps = ordered(instance, found.chosen)
    wall_s, cpu_s = time.perf_counter() - start, time.process_time() - cpu
    return {
        "edges": len(country.tail),
        "blocked": share,
        "communities": len(country.home),
        "budget m2": int(budget),
        "s": wall_s,
        "CPU s": cpu_s,
        "tasks": len(steps),
        "households": int(found.gained),
        "found by": found.method,
        "bound": int(found.bound),
        "gap %": 100.0 * found.gap,
        **{name: int(gained) for name, gained in found.rankings.items()},
        "never worse": _never_worse(found),
        "under 60 s": wall_s < _LIMIT_S if len(country.tail) <= 1.2 * _LIMIT_EDGES else None,
    }


def _never_worse(found: Solution) -> bool:
    return all(found.gained >= gained for gained in found.rankings.values())


def _contracted(country: Country) -> Instance:
    """Join what is passable; the largest part is where people can go already."""
    label = united(country.nodes, country.tail[~country.blocked], country.head[~country.blocked])
    root = int(np.argmax(np.bincount(label)))
    prize = np.bincount(label[country.home], country.households, minlength=int(label.max()) + 1)
    prize[root] = 0.0
    tail, head = label[country.tail], label[country.head]
    work = country.blocked & (tail != head)
    return Instance(prize, tail[work], head[work], country.length_m[work] * _WIDTH_M, root)


def _country(edges: int, communities: int, share: float, seed: int) -> Country:
    rng = np.random.default_rng(seed)
    count = edges // 2
    xy = _places(count, rng)
    ends = _streets(xy, edges, rng)
    length = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    middle = (xy[ends[:, 0]] + xy[ends[:, 1]]) / 2.0
    near_front = np.exp(-_distance_to_fronts(middle, rng) / 0.02)
    return Country(
        nodes=count,
        tail=ends[:, 0],
        head=ends[:, 1],
        length_m=length * 150.0 / np.median(length),
        blocked=rng.random(len(ends)) < share + 0.5 * near_front,
        home=rng.choice(count, communities, replace=False),
        households=np.round(rng.pareto(1.2, communities) * 50.0 + 1.0),
    )


def _places(count: int, rng: np.random.Generator) -> FloatArray:
    """Seven of ten crossings lie in towns."""
    towns = rng.uniform(0.0, 1.0, (max(10, count // 800), 2))
    in_town = towns[rng.integers(0, len(towns), count)] + rng.normal(0.0, 0.012, (count, 2))
    return np.where(rng.random((count, 1)) < 0.7, in_town, rng.uniform(0.0, 1.0, (count, 2)))


def _streets(xy: FloatArray, edges: int, rng: np.random.Generator) -> IntArray:
    """Join neighbours: a tree over all, then mostly the short ones."""
    corners = Delaunay(xy).simplices.astype(np.int64)
    pairs = np.concatenate((corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]))
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    length = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    graph = coo_array((length, (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy)))
    tree = minimum_spanning_tree(graph.tocsr()).tocoo()
    key = pairs[:, 0] * len(xy) + pairs[:, 1]
    kept = np.isin(key, tree.row.astype(np.int64) * len(xy) + tree.col)
    drawn = np.argsort(length * rng.uniform(0.5, 1.5, len(length)) + kept * -10.0)
    return pairs[drawn[:edges]]


def _distance_to_fronts(xy: FloatArray, rng: np.random.Generator) -> FloatArray:
    nearest = np.full(len(xy), np.inf)
    for begin, end in rng.uniform(0.0, 1.0, (8, 2, 2)):
        along = np.clip((xy - begin) @ (end - begin) / ((end - begin) @ (end - begin)), 0.0, 1.0)
        away = xy - begin - along[:, None] * (end - begin)
        nearest = np.minimum(nearest, np.hypot(away[:, 0], away[:, 1]))
    return nearest
