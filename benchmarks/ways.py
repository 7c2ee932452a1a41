"""Ways: random pairs near and far, path included, against other libraries on the same weights.

The network is one invented grid of streets at three sizes, almost all of it joined. Weights are
metres times a factor of 1 to 200, in decimetres; three roads in a hundred are blocked. Costs are
compared with an exact Dijkstra, before and after 25 roads change.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from benchmarks import way_peers
from benchmarks.measure import Unavailable
from uxo.plan.dijkstra import BLOCKED
from uxo.plan.graph import Graph
from uxo.plan.hierarchy import Hierarchy, HierarchySearch, order_of
from uxo.plan.searching import ExactSearch
from uxo.roads.network import Network, islands

Ints = npt.NDArray[np.int64]
Ask = Callable[[int, int], int | None]

_SIZES: Final = {"small": (100_000,), "full": (100_000, 1_000_000, 5_000_000)}
_CHANGED: Final = 25
_STANDING: Final = 6.0 / 7.0
_GOAL_MS: Final = 1.0
_UPDATE_GOAL_MS: Final = 5.0
_TIMES: Final = {"networkx": 100.0, "rustworkx": 20.0, "scipy": 20.0, "igraph": 20.0,
                 "pgRouting": 20.0}  # fmt: skip
_EARTH: Final = Geod(ellps="WGS84")


def run(scale: str) -> list[dict[str, Any]]:
    """Measure; ``small`` takes 100,000 roads only."""
    return [row for size in _SIZES[scale] for row in _one_size(size, pairs=200)]


def _one_size(roads: int, pairs: int) -> list[dict[str, Any]]:
    network = _network(roads)
    graph = Graph.of(network)
    random = np.random.default_rng(11)
    cost = _weights(network, graph, random)
    start = time.perf_counter()
    order = order_of(graph, network.node_lon, network.node_lat)
    order_s = time.perf_counter() - start
    hierarchy = Hierarchy(graph, order)
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
    rows.append(_update(roads, search, exact, graph, random, asked["near"][:40]))
    rows.append({"roads": roads, "order, s, once": order_s, "all weights, s": weights_s})
    return rows


def _network(roads: int) -> Network:
    """Streets on one shaken grid, 150 m apart, of which one in seven is missing."""
    random = np.random.default_rng(7)
    side = round(np.sqrt(roads / (2.0 * _STANDING)))
    number = np.arange(side * side).reshape(side, side)
    one = np.concatenate((number[:, :-1].ravel(), number[:-1].ravel()))
    other = np.concatenate((number[:, 1:].ravel(), number[1:].ravel()))
    stands = random.random(len(one)) < _STANDING
    from_node, to_node = one[stands].astype(np.int32), other[stands].astype(np.int32)
    shaken = random.normal(0.0, 0.2, (2, side * side))
    lat = 36.0 + (number.ravel() // side + shaken[0]) * 150.0 / 111_000.0
    lon = 37.0 + (number.ravel() % side + shaken[1]) * 150.0 / 90_000.0
    ends = lon[from_node], lat[from_node], lon[to_node], lat[to_node]
    everyone = np.ones(len(from_node), dtype=np.bool_)
    return Network(
        road_id=from_node.astype(object),
        from_node=from_node,
        to_node=to_node,
        length_m=_EARTH.inv(*ends)[2],
        oneway=np.zeros(len(from_node), dtype=np.int8),
        foot=everyone,
        vehicle=everyone,
        node_lon=lon,
        node_lat=lat,
        component=islands(from_node, to_node, side * side),
    )


def _weights(network: Network, graph: Graph, random: np.random.Generator) -> Ints:
    factor = random.choice([1.0, 2.0, 4.0, 20.0, 50.0, 200.0], len(network.length_m))
    road = np.rint(network.length_m * factor * 10.0).astype(np.int64)
    road[random.random(len(road)) < 0.03] = BLOCKED
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


def _update(
    roads: int,
    search: HierarchySearch,
    exact: ExactSearch,
    graph: Graph,
    random: np.random.Generator,
    pairs: Ints,
) -> dict[str, Any]:
    """Change 25 roads again and again, some of them blocked; the first search after it counts."""
    taken, first = [], []
    for turn in range(20):
        arcs = 2 * random.choice(len(graph.road) // 2, _CHANGED, replace=False)
        cost = random.integers(1, 200_000, _CHANGED)
        cost[:5] = BLOCKED
        both = np.concatenate((arcs, arcs + 1)), np.concatenate((cost, cost))
        begun = time.perf_counter()
        search.change(*both)
        taken.append((time.perf_counter() - begun) * 1000.0)
        begun = time.perf_counter()
        _asking(search)(*pairs[turn % len(pairs)].tolist())
        first.append((time.perf_counter() - begun) * 1000.0)
        exact.change(*both)
    equal = _timed(_asking(search), pairs)[1] == _timed(_asking(exact), pairs)[1]
    return {
        "roads": roads,
        "25 roads change, median, ms": median(taken),
        "first way after it, median, ms": median(first),
        "costs equal after 20 changes": "yes" if equal else "NO",
        "goal": median(taken) < _UPDATE_GOAL_MS,
    }
