"""The road network as a graph: roads between nodes, as columns.

A node is where roads meet. Roads from an OpenStreetMap file name the nodes at their ends; then the
names decide, so that a bridge is not joined to the road that it crosses. Roads from plain lines
meet where their ends have exactly the same coordinates.
"""

import hashlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

FOOT_ONLY: Final = frozenset(
    {"footway", "path", "steps", "pedestrian", "cycleway", "bridleway", "corridor"}
)
"""Classes of road (OSM ``highway``) which vehicles do not use unless the road itself says so."""

VEHICLE_ONLY: Final = frozenset({"motorway", "motorway_link"})
"""Classes which nobody walks unless the road itself says so."""

_NO: Final = frozenset({"no"})
_YES: Final = frozenset({"yes", "designated", "permissive", "destination", "official"})
_ONEWAY: Final = MappingProxyType({"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1})


@dataclass(frozen=True, slots=True)
class Network:
    """Roads and the nodes between them. Parallel roads and loops are roads like any other.

    Attributes
    ----------
    road_id : object[roads]
        In the order of the road table.
    from_node, to_node : int32[roads]
        Nodes at the first and at the last vertex.
    length_m : float64[roads]
        Metres on the ground.
    oneway : int8[roads]
        1: vehicles go only from ``from_node`` to ``to_node``; -1: only the other way; 0: both.
    foot, vehicle : bool[roads]
        Who may use it.
    node_lon, node_lat : float64[nodes]
        Degrees.
    component : int32[nodes]
        Number of the island that a node lies on; nodes on two islands are not joined by any road.
    """

    road_id: npt.NDArray[np.object_]
    from_node: IntArray
    to_node: IntArray
    length_m: FloatArray
    oneway: npt.NDArray[np.int8]
    foot: BoolArray
    vehicle: BoolArray
    node_lon: FloatArray
    node_lat: FloatArray
    component: IntArray

    def topology_digest(self) -> str:
        """Name what joins what: equal for two networks that one order of nodes serves."""
        digest = hashlib.sha256(len(self.node_lon).to_bytes(8, "big"))
        digest.update(np.ascontiguousarray(self.from_node).tobytes())
        digest.update(np.ascontiguousarray(self.to_node).tobytes())
        return digest.hexdigest()


def build_network(roads: gpd.GeoDataFrame, length_m: FloatArray) -> Network:
    """Build the graph of a road table.

    Parameters
    ----------
    roads : GeoDataFrame
        Declared road columns, EPSG:4326. ``from_node``, ``to_node``, ``oneway``, ``access``,
        ``foot`` and ``motor_vehicle`` are used where the table has them. A road that says nothing
        of its direction is open in both, as OpenStreetMap defines it, but for motorways.
    length_m : float64[roads]
        Ground length of each road, as the status measures it.
    """
    lines = roads.geometry.to_numpy()
    lon_lat = np.concatenate(
        [shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1)]
    )
    node = _nodes(roads, lon_lat)
    size = int(node.max(initial=-1)) + 1
    place = np.empty((size, 2))
    place[node[::-1]] = lon_lat[::-1]
    from_node, to_node = node[: len(roads)], node[len(roads) :]
    highway = roads["highway"]
    return Network(
        road_id=roads["road_id"].to_numpy(dtype=object),
        from_node=from_node,
        to_node=to_node,
        length_m=np.asarray(length_m, dtype=np.float64),
        oneway=_oneway(roads),
        foot=_open(roads, "foot", ~highway.isin(VEHICLE_ONLY).to_numpy()),
        vehicle=_open(roads, "motor_vehicle", ~highway.isin(FOOT_ONLY).to_numpy()),
        node_lon=place[:, 0],
        node_lat=place[:, 1],
        component=islands(from_node, to_node, size),
    )


def islands(from_node: IntArray, to_node: IntArray, size: int) -> IntArray:
    """Give numbers to the islands of a graph: int32[nodes], the lowest node of each island.

    Parameters
    ----------
    from_node, to_node : int32[edges]
        Nodes that are joined.
    size : int
        Number of nodes.
    """
    group = np.arange(size, dtype=np.int32)
    while True:
        lowest = np.minimum(group[from_node], group[to_node])
        nearer = group.copy()
        # The root that a node points to takes the lower number as well: that halves the rounds.
        for ends in (from_node, to_node):
            np.minimum.at(nearer, group[ends], lowest)
            np.minimum.at(nearer, ends, lowest)
        nearer = nearer[nearer]
        if np.array_equal(nearer, group):
            return group
        group = nearer


def _nodes(roads: gpd.GeoDataFrame, lon_lat: FloatArray) -> IntArray:
    """Give numbers to the ends of roads: first all beginnings, then all ends; int32[2 roads]."""
    place, _ = pd.factorize(pd.MultiIndex.from_arrays([lon_lat[:, 0], lon_lat[:, 1]]))
    if not {"from_node", "to_node"} <= set(roads.columns):
        return place.astype(np.int32)
    named, names = pd.factorize(
        pd.concat([roads["from_node"], roads["to_node"]], ignore_index=True)
    )
    # An end without a name joins the named node at its place, if there is exactly one there.
    lowest = np.full(int(place.max(initial=-1)) + 1, len(names))
    highest = np.full(len(lowest), -1)
    has_name = named >= 0
    np.minimum.at(lowest, place[has_name], named[has_name])
    np.maximum.at(highest, place[has_name], named[has_name])
    own = np.where(lowest == highest, highest, len(names) + np.arange(len(lowest)))
    code, _ = pd.factorize(np.where(has_name, named, own[place]))
    return code.astype(np.int32)


def _oneway(roads: gpd.GeoDataFrame) -> npt.NDArray[np.int8]:
    """Read the direction of each road."""
    implied = roads["highway"].isin(VEHICLE_ONLY).to_numpy().astype(np.int8)
    if "oneway" not in roads.columns:
        return implied
    said = roads["oneway"].astype("object")
    read = said.map(lambda word: _ONEWAY.get(str(word), 0)).to_numpy(dtype=np.int8)
    return np.where(said.isna().to_numpy(), implied, read).astype(np.int8)


def _open(roads: gpd.GeoDataFrame, column: str, by_class: BoolArray) -> BoolArray:
    """Tell which roads one kind of traveller may use: class, then ``access``, then its own word."""
    open_to = by_class.copy()
    for name in ("access", column):
        if name in roads.columns:
            said = roads[name]
            open_to &= ~said.isin(_NO).to_numpy()
            if name == column:
                open_to |= said.isin(_YES).to_numpy()
    return open_to
