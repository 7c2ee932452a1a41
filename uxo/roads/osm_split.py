"""Cut the ways of OpenStreetMap into roads, at junctions and nowhere else.

Two ways meet where they share a node. A bridge shares none with what it crosses, so nothing is
joined there.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_FEWEST_POINTS: Final = 2
_HALF_TURN_DEG: Final = 180.0


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways one after the other.

    Attributes
    ----------
    way_id : int64[w]
        OpenStreetMap's.
    offset : int64[w + 1]
        Where the nodes of each way begin.
    node : int64[n]
        Node ids.
    lon_lat : float64[n, 2]
        Degrees; NaN for a node that the file lacks.
    layer : int64[w]
        Code of each way's ``layer``; equal codes are equal layers.
    """

    way_id: Ints
    offset: Ints
    node: Ints
    lon_lat: NDArray[np.float64]
    layer: Ints


@dataclass(frozen=True, slots=True)
class Roads:
    """Roads from junction to junction.

    Attributes
    ----------
    road_id : list of str
        ``w<way>-<first node>-<last node>``; a way that runs between the same two nodes again has
        ``-2``, ``-3`` and so on after it.
    way : int64[r]
        Place of the road's way among the ways.
    from_node, to_node : int64[r]
        Node ids of its ends.
    line : ndarray of object
        LineStrings in degrees.
    repeated_nodes : int
        Nodes that came twice in a row and were dropped.
    cut_ways : int
        Ways that miss some nodes and were cut there.
    outside_ways : int
        Ways of which the file has fewer than two neighbouring nodes: nothing is left of them.
    faulty_ways : int64[f]
        Places of the ways that name fewer than two different nodes.
    zero_length : int
        Roads without length; they are left out, and their two ends are one node.
    same_course : int
        Roads that run over the very nodes of another road.
    crossings : int64[c]
        Nodes at which ways of different layers cross; they are joined, as mapped.
    across_180 : int
        Roads that cross the 180th meridian.
    """

    road_id: list[str]
    way: Ints
    from_node: Ints
    to_node: Ints
    line: NDArray[np.object_]
    repeated_nodes: int
    cut_ways: int
    outside_ways: int
    faulty_ways: Ints
    zero_length: int
    same_course: int
    crossings: Ints
    across_180: int


@dataclass(frozen=True, slots=True)
class _Runs:
    """Nodes that the file has, in runs of neighbours of one way."""

    way: Ints
    node: Ints
    lon_lat: NDArray[np.float64]
    starts: NDArray[np.bool_]
    ends: NDArray[np.bool_]


def split(ways: Ways) -> Roads:
    """Cut ways at every node that is used twice, and at their ends.

    Parameters
    ----------
    ways : Ways
        All ways of the file: a junction is known only when every way was looked at.

    Returns
    -------
    Roads
        In the order of the ways, and along each way.
    """
    way = np.repeat(np.arange(len(ways.way_id)), np.diff(ways.offset))
    fresh = np.ones(len(way), dtype=bool)
    fresh[1:] = (way[1:] != way[:-1]) | (ways.node[1:] != ways.node[:-1])
    nodes_left = np.bincount(way[fresh], minlength=len(ways.way_id))
    faulty = np.flatnonzero(nodes_left < _FEWEST_POINTS)
    runs, missing = _runs(ways, way, fresh & ~np.isin(way, faulty))
    junction, crossings = _junctions(runs, ways.layer)
    cuts = np.flatnonzero(junction | runs.starts | runs.ends)
    within = ~runs.ends[cuts[:-1]] if len(cuts) else np.zeros(0, dtype=bool)
    first, last = cuts[:-1][within], cuts[1:][within]
    line, has_length = _lines(runs.lon_lat, first, last)
    merged = _merged(runs.node[first[~has_length]], runs.node[last[~has_length]])
    roads_of = np.bincount(runs.way[first], minlength=len(ways.way_id))
    ids = _ids(ways.way_id[runs.way[first]], runs.node[first], runs.node[last])
    kept = np.flatnonzero(has_length)
    return Roads(
        road_id=[ids[place] for place in kept.tolist()],
        way=runs.way[first[kept]],
        from_node=_renamed(runs.node[first[kept]], merged),
        to_node=_renamed(runs.node[last[kept]], merged),
        line=line[kept],
        repeated_nodes=int((~fresh).sum()),
        cut_ways=int((missing & (roads_of > 0)).sum()),
        outside_ways=int((missing & (roads_of == 0)).sum()),
        faulty_ways=faulty,
        zero_length=int((~has_length).sum()),
        same_course=_same_course(runs.node, first[kept], last[kept]),
        crossings=crossings,
        across_180=_across_180(runs.lon_lat, first[kept], last[kept]),
    )


def _runs(ways: Ways, way: Ints, wanted: NDArray[np.bool_]) -> tuple[_Runs, NDArray[np.bool_]]:
    """Take the nodes that are there; tell which ways miss some."""
    there = ~np.isnan(ways.lon_lat[:, 0])
    missing = np.zeros(len(ways.way_id), dtype=bool)
    missing[way[wanted & ~there]] = True
    # Places among the wanted nodes: neighbours there follow each other without a gap.
    order = np.cumsum(wanted)
    taken = np.flatnonzero(wanted & there)
    apart = (np.diff(way[taken]) != 0) | (np.diff(order[taken]) != 1)
    edge = np.ones(1, dtype=bool)
    starts = np.concatenate((edge, apart))[: len(taken)]
    ends = np.concatenate((apart, edge))[: len(taken)]
    alone = starts & ends
    taken, starts, ends = taken[~alone], starts[~alone], ends[~alone]
    return _Runs(way[taken], ways.node[taken], ways.lon_lat[taken], starts, ends), missing


def _junctions(runs: _Runs, layer: Ints) -> tuple[NDArray[np.bool_], Ints]:
    """Find the nodes that are used more than once, and where layers cross at one of them."""
    _, code, uses = np.unique(runs.node, return_inverse=True, return_counts=True)
    junction = uses[code] > 1
    # Where a way turns back on itself is the end of a road, though no other way comes there.
    turns = (runs.node[:-2] == runs.node[2:]) & ~runs.starts[1:-1] & ~runs.ends[1:-1]
    junction[1:-1] |= turns
    inner = junction & ~runs.starts & ~runs.ends
    # A bridge that ends on a road is no crossing, hence only nodes inside both ways.
    pairs = np.unique(np.stack((runs.node[inner], layer[runs.way[inner]])), axis=1)
    nodes, layers = np.unique(pairs[0], return_counts=True)
    return junction, nodes[layers > 1]


def _spans(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """List the places from first to last of every road, with the road of each."""
    count = last - first + 1
    road = np.repeat(np.arange(len(first)), count)
    start = np.cumsum(count) - count
    return np.arange(len(road)) - start[road] + first[road], road


def _lines(
    lon_lat: NDArray[np.float64], first: Ints, last: Ints
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Draw the roads; None for one without length."""
    place, road = _spans(first, last)
    points = lon_lat[place]
    # The 180th meridian has two longitudes.
    spot = np.where(np.abs(points) == [_HALF_TURN_DEG, np.inf], _HALF_TURN_DEG, points)
    moved = np.ones(len(road), dtype=bool)
    moved[1:] = (road[1:] != road[:-1]) | (spot[1:] != spot[:-1]).any(axis=1)
    count = np.bincount(road[moved], minlength=len(first))
    has_length = count >= _FEWEST_POINTS
    drawn = moved & has_length[road]
    line = np.full(len(first), None, dtype=object)
    compact = (np.cumsum(has_length) - 1)[road[drawn]]
    line[has_length] = shapely.linestrings(points[drawn], indices=compact)
    return line, has_length


def _ids(way_id: Ints, first: Ints, last: Ints) -> list[str]:
    """Name roads by way and span of nodes."""
    ids = [
        f"w{way}-{a}-{b}"
        for way, a, b in zip(way_id.tolist(), first.tolist(), last.tolist(), strict=True)
    ]
    used: dict[str, int] = {}
    for place, name in enumerate(ids):  # names are made one by one anyway
        used[name] = used.get(name, 0) + 1
        if used[name] > 1:
            ids[place] = f"{name}-{used[name]}"
    return ids


def _merged(one: Ints, other: Ints) -> dict[int, int]:
    """Let two nodes at one place be one: node -> the lowest of those merged with it."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.get(node, node) != node:
            node = parent[node]
        return node

    for pair in zip(one.tolist(), other.tolist(), strict=True):  # there are hardly any
        low, high = sorted(map(root, pair))
        parent[high] = low
    return {node: root(node) for node in parent}


def _renamed(node: Ints, merged: dict[int, int]) -> Ints:
    if not merged:
        return node
    renamed = node.copy()
    for place in np.flatnonzero(np.isin(node, list(merged))).tolist():
        renamed[place] = merged[int(node[place])]
    return renamed


def _same_course(node: Ints, first: Ints, last: Ints) -> int:
    """Count the roads that use the same nodes as an earlier one."""
    if not len(first):
        return 0
    place, road = _spans(first, last)
    total = np.bincount(road, weights=node[place] % (1 << 31), minlength=len(first))
    low, high = np.minimum(node[first], node[last]), np.maximum(node[first], node[last])
    keys = pd.DataFrame({"low": low, "high": high, "count": last - first, "total": total})
    return int(keys.duplicated().sum())


def _across_180(lon_lat: NDArray[np.float64], first: Ints, last: Ints) -> int:
    place, road = _spans(first, last)
    lon = lon_lat[place, 0]
    jump = (np.abs(np.diff(lon)) > _HALF_TURN_DEG) & (road[1:] == road[:-1])
    return len(np.unique(road[1:][jump]))
