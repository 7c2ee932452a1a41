"""Cut the demo's road network from the shared OSM extract.

The extract holds one edge between every two neighbouring OSM nodes. Edges are joined to roads at
nodes where exactly two edges of the same class meet, over the whole extract and before the cut,
so that an id does not depend on where the cut runs.

A road id is ``<node>-<node>-<n>``: the OSM ids of the two ends, the smaller first, and a counter
from 0 over the roads between the same two nodes. The road runs from the first to the second.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

SOURCE_CRS = "EPSG:32637"  # the file says WGS 84 / UTM 37N but carries no authority code
TOLERANCE_M = 1e-3  # of all lengths added up


@dataclass(frozen=True, slots=True)
class Edge:
    """Two neighbouring OSM nodes with a road between them."""

    nodes: tuple[int, int]
    highway: str

    def other(self, node: int) -> int:
        return self.nodes[1] if node == self.nodes[0] else self.nodes[0]


@dataclass(frozen=True, slots=True)
class Network:
    """Edges, the edges at every node, and where the nodes are (SOURCE_CRS)."""

    edges: list[Edge]
    at_node: dict[int, list[int]]
    place: dict[int, tuple[float, float]]


def read_network(path: Path) -> Network:
    """Read the extract; the order of u and v says nothing about the order of the vertices."""
    frame = gpd.read_parquet(path).set_crs(SOURCE_CRS, allow_override=True)
    ends = shapely.get_coordinates(frame.geometry.array).reshape(-1, 2, 2).round(3)
    rows = list(zip(frame["u"].tolist(), frame["v"].tolist(), ends.tolist(), strict=True))
    candidates: dict[tuple[float, float], set[int]] = {}
    for u, v, (first, last) in rows:
        for xy in (tuple(first), tuple(last)):
            candidates[xy] = candidates.get(xy, {u, v}) & {u, v}
    place: dict[int, tuple[float, float]] = {}
    for u, v, (first, last) in rows:
        a, b = tuple(first), tuple(last)
        # A dead end fits both ids until its other end is known; a lone edge fits either way round.
        straight = u in candidates[a] and v in candidates[b]
        crossed = v in candidates[a] and u in candidates[b]
        if straight == crossed and not straight:
            raise ValueError(f"edge {u}-{v}: its ends fit no node")
        place[u], place[v] = (a, b) if straight else (b, a)
    edges: list[Edge] = []
    seen: set[tuple[int, int]] = set()
    at_node: dict[int, list[int]] = defaultdict(list)
    highways = [_first(value) for value in frame["highway"].tolist()]
    for (u, v, _), highway in zip(rows, highways, strict=True):
        nodes = (min(u, v), max(u, v))
        if nodes in seen:  # the extract's six doubled edges have one geometry
            continue
        seen.add(nodes)
        for node in nodes:
            at_node[node].append(len(edges))
        edges.append(Edge(nodes, highway))
    return Network(edges, dict(at_node), place)


def merged_roads(network: Network) -> Iterator[tuple[str, str, list[int]]]:
    """Give every road as (road_id, highway, OSM nodes in order)."""
    edges, at_node = network.edges, network.at_node
    used: set[int] = set()
    counter: Counter[tuple[int, int]] = Counter()
    # Junctions and dead ends first, then what is left: rings without any junction.
    starts = sorted(at_node, key=lambda node: (_passes(network, node), node))
    for start in starts:
        for index in sorted(at_node[start], key=lambda i: edges[i].other(start)):
            begun = _passes(network, start) and not used.isdisjoint(at_node[start])
            if index in used or begun:
                continue
            nodes = _walk(network, start, index, used)
            if nodes[-1] < nodes[0]:
                nodes.reverse()
            key = (nodes[0], nodes[-1])
            yield f"{key[0]}-{key[1]}-{counter[key]}", edges[index].highway, nodes
            counter[key] += 1


def _passes(network: Network, node: int) -> bool:
    """Whether a road goes on through a node: just two edges meet there, of the same class."""
    match network.at_node[node]:
        case [one, other]:
            return network.edges[one].highway == network.edges[other].highway
        case _:
            return False


def _walk(network: Network, start: int, first: int, used: set[int]) -> list[int]:
    """Follow a road from one of its ends; adds its edges to ``used``."""
    nodes, index = [start], first
    while True:
        used.add(index)
        nodes.append(network.edges[index].other(nodes[-1]))
        onward = [i for i in network.at_node[nodes[-1]] if i not in used]
        if nodes[-1] == start or not _passes(network, nodes[-1]) or not onward:
            return nodes
        index = onward[0]


def road_table(network: Network, clip: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Give the roads which lie wholly inside the clip (degrees), in the order of their ids."""
    rows = list(merged_roads(network))
    lines = [shapely.LineString([network.place[n] for n in nodes]) for _, _, nodes in rows]
    table = gpd.GeoDataFrame(
        {"road_id": [row[0] for row in rows], "highway": [row[1] for row in rows]},
        geometry=lines,
        crs=SOURCE_CRS,
    )
    expected = sum(
        np.hypot(*np.subtract(*(network.place[n] for n in e.nodes))) for e in network.edges
    )
    if abs(table.length.sum() - expected) > TOLERANCE_M:
        raise ValueError(f"merging lost road: {table.length.sum()} m of {expected} m")
    table = table.to_crs("EPSG:4326")
    inside = table[table.within(shapely.box(*clip))]
    return inside.sort_values("road_id").reset_index(drop=True)


def _first(highway: object) -> str:
    return str(highway[0]) if isinstance(highway, (list, tuple, np.ndarray)) else str(highway)
