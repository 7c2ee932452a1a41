"""Ways: random pairs near and far, path included, against other libraries on the same weights.

The network is an invented country at three sizes (`benchmarks.way_scene`), all of it joined.
Weights are metres times a factor of 1 to 200, in decimetres; three roads in a hundred are blocked,
25 neighbours at a time, as a find blocks them. Costs are compared with an exact Dijkstra, before
and after 25 roads change: neighbours, which is what a find touches, and any 25 beside them.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pyproj import Geod
from scipy.spatial import cKDTree

from benchmarks import way_peers
from benchmarks.measure import Unavailable
from benchmarks.way_scene import country
from uxo.plan.dijkstra import BLOCKED
from uxo.plan.graph import Graph
from uxo.plan.hierarchy import Hierarchy, HierarchySearch, order_of
from uxo.plan.searching import ExactSearch
from uxo.roads.network import Network

Ints = npt.NDArray[np.int64]
Ask = Callable[[int, int], int | None]

_SIZES: Final = {"small": (100_000,), "full": (100_000, 1_000_000, 5_000_000)}
_CHANGED: Final = 25
_TURNS: Final = 40
_BLOCKED: Final = 0.03
_GOAL_MS: Final = 1.0
_UPDATE_GOAL_MS: Final = 5.0
_TIMES: Final = {"networkx": 100.0, "rustworkx": 20.0, "scipy": 20.0, "igraph": 20.0,
                 "pgRouting": 20.0}  # fmt: skip
_EARTH: Final = Geod(ellps="WGS84")


def run(scale: str) -> list[dict[str, Any]]:
    """Measure; ``small`` takes 100,000 roads only."""
    return [row for size in _SIZES[scale] for row in _one_size(size, pairs=200)]


def _one_size(roads: int, pairs: int) -> list[dict[str, Any]]:
    network = country(roads)
    graph, around = Graph.of(network), _Around(network)
    random = np.random.default_rng(11)
    cost = _weights(network, graph, around, random)
    start = time.perf_counter()
    order = order_of(graph, network.node_lon, network.node_lat)
    order_s = time.perf_counter() - start
    start = time.perf_counter()
    hierarchy = Hierarchy(graph, order)
    built_s = time.perf_counter() - start
    start = time.perf_counter()
    search = hierarchy.search(cost)
    weights_s = time.perf_counter() - start
    exact = ExactSearch(graph, cost)
    asked = _pairs(network, random, pairs)
    rows = []
    for name, chosen in asked.items():
        ours_ms, ours = _timed(_asking(search), chosen)
        _, truth = _timed(_asking(exact), chosen[:40])
        rows.append(_row(roads, name, "ours", ours_ms, None, ours[:40] == truth))
        for peer, times in _TIMES.items():
            rows.append(_peer(roads, name, peer, times, (graph, cost), chosen, ours_ms, ours))
    each = random.integers(0, len(cost) // 2, _TURNS)
    neighbours = around.of(each)
    anywhere = random.integers(0, len(cost) // 2, (_TURNS, _CHANGED))
    for name, changed in (("neighbours", neighbours), ("anywhere", anywhere)):
        rows.append(_update(roads, name, search, exact, changed, random, asked["near"][:40]))
    once = {"order, s, once": order_s, "hierarchy, s, once": built_s, "all weights, s": weights_s}
    rows.append({"roads": len(network.length_m), **once})
    return rows


class _Around:
    """The roads around a road."""

    def __init__(self, network: Network) -> None:
        ends = network.from_node, network.to_node
        lon, lat = (sum(c[end] for end in ends) for c in (network.node_lon, network.node_lat))
        self._middle = np.column_stack((lon * 45_000.0, lat * 55_500.0))
        self._tree = cKDTree(self._middle)

    def of(self, roads: Ints) -> Ints:
        """Find the 25 roads around each of some roads, int64[roads, 25]."""
        near: Ints = self._tree.query(self._middle[roads], _CHANGED)[1].astype(np.int64)
        return near


def _weights(network: Network, graph: Graph, around: _Around, random: np.random.Generator) -> Ints:
    factor = random.choice([1.0, 2.0, 4.0, 20.0, 50.0, 200.0], len(network.length_m))
    road = np.rint(network.length_m * factor * 10.0).astype(np.int64)
    finds = random.integers(0, len(road), round(_BLOCKED * len(road) / _CHANGED))
    road[around.of(finds).ravel()] = BLOCKED
    weights: Ints = road[graph.road]
    return weights


def _pairs(network: Network, random: np.random.Generator, count: int) -> dict[str, Ints]:
    """Pairs on the largest island: 10 to 60 km apart, and anywhere."""
    nodes = np.flatnonzero(network.component == np.bincount(network.component).argmax())
    many = random.choice(nodes, (60 * count, 2))
    lon, lat = network.node_lon[many], network.node_lat[many]
    away_m = _EARTH.inv(lon[:, 0], lat[:, 0], lon[:, 1], lat[:, 1])[2]
    near = many[(away_m > 10_000.0) & (away_m < 60_000.0)]
    return {"near": near[:count].astype(np.int64), "far": many[:count].astype(np.int64)}


def _asking(search: HierarchySearch | ExactSearch) -> Ask:
    def ask(start: int, end: int) -> int | None:
        found = search.find([(start, 0)], [(end, 0)])
        return None if found is None else found.cost

    return ask


def _timed(ask: Ask, pairs: Ints) -> tuple[float, list[int | None]]:
    """Median wall time of those pairs that have a way, in milliseconds, and every cost."""
    ask(*pairs[0].tolist())
    taken, costs = [], []
    for start, end in pairs.tolist():
        begun = time.perf_counter()
        cost = ask(start, end)
        if cost is not None:
            taken.append((time.perf_counter() - begun) * 1000.0)
        costs.append(cost)
    return median(taken), costs


def _peer(  # noqa: PLR0913, PLR0917  # what is asked, of whom, and what ours said
    roads: int,
    name: str,
    peer: str,
    times: float,
    weighted: tuple[Graph, Ints],
    pairs: Ints,
    ours_ms: float,
    ours: list[int | None],
) -> dict[str, Any]:
    graph, cost = weighted
    open_to = np.flatnonzero(cost[::2] < BLOCKED) * 2
    ends = graph.tail[open_to].astype(np.int64), graph.head[open_to].astype(np.int64)
    few = max(5, min(30, 30 * 100_000 // roads))
    try:
        with _ready(peer, *ends, cost[open_to]) as ask:
            took_ms, costs = _timed(ask, pairs[:few])
    except (Unavailable, ImportError) as reason:
        return _row(roads, name, f"{peer}: {reason}", None, None, None)
    row = _row(roads, name, peer, took_ms, took_ms / ours_ms, costs == ours[:few])
    return row | {"goal": took_ms / ours_ms >= times}


@contextmanager
def _ready(peer: str, one: Ints, other: Ints, cost: Ints) -> Iterator[Ask]:
    match peer:
        case "networkx":
            yield way_peers.with_networkx(one, other, cost)
        case "rustworkx":
            yield way_peers.with_rustworkx(one, other, cost)
        case "scipy":
            yield way_peers.with_scipy(one, other, cost)
        case "igraph":
            yield way_peers.with_igraph(one, other, cost)
        case _:
            with way_peers.with_pgrouting(one, other, cost) as ask:
                yield ask


def _row(
    roads: int,
    pairs: str,
    engine: str,
    took_ms: float | None,
    ratio: float | None,
    equal: bool | None,  # noqa: FBT001
) -> dict[str, Any]:
    goal = took_ms <= _GOAL_MS if engine == "ours" and took_ms is not None else None
    return {
        "roads": roads,
        "pairs": pairs,
        "engine": engine,
        "median, ms, path included": took_ms,
        "times ours": ratio,
        "costs equal": None if equal is None else ("yes" if equal else "NO"),
        "goal": goal,
    }


def _update(  # noqa: PLR0913, PLR0917  # what changes, in what, and what is asked afterwards
    roads: int,
    name: str,
    search: HierarchySearch,
    exact: ExactSearch,
    changed: Ints,
    random: np.random.Generator,
    pairs: Ints,
) -> dict[str, Any]:
    """Change 25 roads again and again, some of them blocked; then ask, and compare."""
    taken, used, first = [], [], []
    for turn, each in enumerate(changed):
        arcs = 2 * np.unique(each)
        cost = random.integers(1, 200_000, len(arcs))
        cost[:5] = BLOCKED
        both = np.concatenate((arcs, arcs + 1)), np.concatenate((cost, cost))
        begun, cpu = time.perf_counter(), time.process_time()
        search.change(*both)
        taken.append((time.perf_counter() - begun) * 1000.0)
        used.append((time.process_time() - cpu) * 1000.0)
        begun = time.perf_counter()
        _asking(search)(*pairs[turn % len(pairs)].tolist())
        first.append((time.perf_counter() - begun) * 1000.0)
        exact.change(*both)
    equal = _timed(_asking(search), pairs)[1] == _timed(_asking(exact), pairs)[1]
    row: dict[str, Any] = {
        "roads": roads,
        "25 roads change": name,
        "median, ms": median(taken),
        "median, ms of CPU": median(used),
        "first way after it, median, ms": median(first),
        "costs equal after all changes": "yes" if equal else "NO",
    }
    return row | ({"goal": median(taken) < _UPDATE_GOAL_MS} if name == "neighbours" else {})
