"""Lay return routes over the demo's road network and turn places into metres."""

import heapq
import math
from collections.abc import Iterable, Sequence

import geopandas as gpd
import shapely
from demo_roads import SOURCE_CRS, Network

# Return routes follow main roads: a metre of a small street counts as this many.
DETOUR_FACTOR = {"trunk": 1.0, "primary": 1.0, "secondary": 1.0, "tertiary": 1.5}
OTHER_DETOUR_FACTOR = 6.0

# Marks that each route passes, longitude and latitude.
ROUTES: dict[str, tuple[tuple[float, float], ...]] = {
    "north-west": ((37.1180, 36.2245), (37.1335, 36.2207), (37.1382, 36.2145), (37.1476, 36.2075),
                   (37.1562, 36.2023), (37.1628, 36.2022)),
    "west": ((37.1182, 36.2077), (37.1405, 36.2045), (37.1528, 36.2040)),
    "south-west": ((37.1178, 36.1956), (37.1352, 36.2018), (37.1470, 36.2025)),
    "east": ((37.1706, 36.2230), (37.1655, 36.2125), (37.1672, 36.2040), (37.1686, 36.1915)),
    "north-east": ((37.1592, 36.2240), (37.1528, 36.2150), (37.1503, 36.2090), (37.1474, 36.1990),
                   (37.1512, 36.1985)),
    "ring": ((37.1275, 36.2130), (37.1310, 36.2098), (37.1345, 36.2112), (37.1382, 36.2145),
             (37.1450, 36.2190), (37.1512, 36.2212)),
}  # fmt: skip


def route(network: Network, name: str) -> shapely.LineString:
    """Lay a route over the network through its marks (SOURCE_CRS)."""
    marks = [_nearest(network, xy) for xy in metric(ROUTES[name])]
    nodes = marks[:1]
    for goal in marks[1:]:
        nodes += _way(network, nodes[-1], goal)[1:]
    return shapely.LineString([network.place[node] for node in nodes])


def _way(network: Network, start: int, goal: int) -> list[int]:
    """Find the way with Dijkstra's algorithm; ties go to the smaller node."""
    best = {start: 0.0}
    before: dict[int, int] = {}
    queue = [(0.0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        if node == goal:
            break
        if cost > best[node]:
            continue
        for index in network.at_node[node]:
            edge = network.edges[index]
            onward = edge.other(node)
            length_m = math.dist(network.place[node], network.place[onward])
            total = cost + length_m * DETOUR_FACTOR.get(edge.highway, OTHER_DETOUR_FACTOR)
            if total < best.get(onward, math.inf):
                best[onward], before[onward] = total, node
                heapq.heappush(queue, (total, onward))
    nodes = [goal]
    while nodes[-1] != start:
        nodes.append(before[nodes[-1]])
    return nodes[::-1]


def _nearest(network: Network, xy: tuple[float, float]) -> int:
    """Find the nearest node on a main road."""
    main = {n for e in network.edges if e.highway in DETOUR_FACTOR for n in e.nodes}
    return min(sorted(main), key=lambda node: math.dist(network.place[node], xy))


def metric(places: Iterable[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    points = gpd.GeoSeries(gpd.points_from_xy(*zip(*places, strict=True)), crs="EPSG:4326")
    moved = points.to_crs(SOURCE_CRS)
    return list(zip(moved.x.tolist(), moved.y.tolist(), strict=True))
