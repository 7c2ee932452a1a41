"""Where roads meet, where they nearly do, and how many islands they make.

Roads with ``from_node`` and ``to_node`` meet where these are equal; plain lines meet where the
coordinates of their ends are exactly equal. Ends of plain lines that only come near each other are
told and not joined: a gap of half a metre may be a drawing fault, or a wall.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Geod

NEAR_M: Final = 1.0
"""Ends nearer than this that do not meet are told.

Drawing programs and receivers for surveying place a point within a metre; a gap that is wider may
be meant.
"""
_PRIME: Final = np.uint64(0x9E3779B97F4A7C15)  # any odd number that mixes well would do
_METRES_A_DEGREE: Final = 110_000.0  # the least there are in latitude, so that boxes are too large
_WIDEST_LATITUDE: Final = 89.9
_HALF_TURN_DEG: Final = 180.0


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Pairs of places where plain lines end near each other without meeting.

    Attributes
    ----------
    road_id, other_id : list of str
        A road that ends at each of the two places.
    place, other : float64[n, 2]
        Longitude and latitude of the two.
    distance_m : float64[n]
        Between them, on the ground.
    """

    road_id: list[str]
    other_id: list[str]
    place: NDArray[np.float64]
    other: NDArray[np.float64]
    distance_m: NDArray[np.float64]


class RoadEnds:
    """Gathers the ends of roads, table by table; 64 bytes a road and its id."""

    def __init__(self) -> None:
        self._keys: list[NDArray[np.uint64]] = []
        self._places: list[NDArray[np.float64]] = []
        self._plain: list[NDArray[np.bool_]] = []
        self._ids: list[NDArray[np.object_]] = []

    def add(self, roads: gpd.GeoDataFrame) -> None:
        """Take in the roads of a table with the declared columns."""
        if not len(roads):
            return
        places = end_places(roads.geometry.to_numpy())
        plain = roads["from_node"].isna().to_numpy()
        keys = place_keys(places.reshape(-1, 2)).reshape(-1, 2)
        if not plain.all():
            for side, name in enumerate(("from_node", "to_node")):
                nodes = roads[name].to_numpy(dtype=object)[~plain]
                keys[~plain, side] = pd.util.hash_array(nodes, categorize=False)
        self._keys.append(keys)
        self._places.append(places)
        self._plain.append(plain)
        self._ids.append(roads["road_id"].to_numpy(dtype=object))

    def islands(self) -> int:
        """Count the parts of the network between which no road leads."""
        if not self._keys:
            return 0
        nodes, code = np.unique(np.concatenate(self._keys), return_inverse=True)
        one, other = code.reshape(-1, 2).T
        label = np.arange(len(nodes))
        while not (label[one] == label[other]).all():
            low = np.minimum(label[one], label[other])
            np.minimum.at(label, label[one], low)
            np.minimum.at(label, label[other], low)
            while (label[label] != label).any():
                label = label[label]
        return len(np.unique(label))

    def near_misses(self, within_m: float) -> NearMisses:
        """Find ends of plain lines that come near each other without meeting.

        Parameters
        ----------
        within_m : float
            How near, metres on the ground.

        Returns
        -------
        NearMisses
            Each pair of places once; the two ends of one short road are no near miss.
        """
        if not self._keys:
            return _misses(np.zeros((0, 2)), np.zeros((0, 2), dtype=np.int64), np.zeros(0), [])
        plain = np.concatenate(self._plain)
        keys = np.concatenate(self._keys)[plain].ravel()
        places = np.concatenate(self._places)[plain].reshape(-1, 2)
        _, first, code = np.unique(keys, return_index=True, return_inverse=True)
        spots = places[first]
        pairs, distance_m = _pairs_within(spots, within_m)
        own = np.sort(code.reshape(-1, 2), axis=1)
        short = _packed(own[np.isin(own[:, 0], pairs[:, 0])], len(first))
        kept = ~np.isin(_packed(pairs, len(first)), short)
        ids = np.concatenate(self._ids)[plain]
        owner = [str(ids[place // 2]) for place in first[pairs[kept].ravel()].tolist()]
        return _misses(spots, pairs[kept], distance_m[kept], owner)


def end_places(line: NDArray[np.object_]) -> NDArray[np.float64]:
    """Give longitude and latitude of both ends of lines, float64[n, 2, 2]."""
    count = shapely.get_num_coordinates(line)
    last = np.cumsum(count) - 1
    return shapely.get_coordinates(line)[np.stack((last - count + 1, last), axis=1)]


def place_keys(places: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Give exactly equal places equal numbers, and others different ones.

    64 bits tell ten million places apart with odds of one in 400,000 that any two fall together.
    """
    even = places + 0.0  # -0.0 and 0.0 are one place
    even[even[:, 0] == -_HALF_TURN_DEG, 0] = _HALF_TURN_DEG
    return np.asarray(
        pd.util.hash_array(even[:, 0].copy()) * _PRIME ^ pd.util.hash_array(even[:, 1].copy()),
        dtype=np.uint64,
    )


def _pairs_within(
    spots: NDArray[np.float64], within_m: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find pairs of places, the lower number first, with their distances."""
    tall = within_m / _METRES_A_DEGREE
    latitude = np.minimum(np.abs(spots[:, 1]), _WIDEST_LATITUDE)
    wide = tall / np.cos(np.radians(latitude))
    boxes = shapely.box(
        spots[:, 0] - wide, spots[:, 1] - tall, spots[:, 0] + wide, spots[:, 1] + tall
    )
    found = shapely.STRtree(shapely.points(spots)).query(boxes, predicate="intersects").T
    found = found[found[:, 0] < found[:, 1]]
    one, other = spots[found[:, 0]], spots[found[:, 1]]
    _, _, distance_m = Geod(ellps="WGS84").inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])
    near = np.asarray(distance_m) <= within_m
    return found[near], np.asarray(distance_m)[near]


def _packed(pairs: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Make one number of each pair of places."""
    return pairs[:, 0] * count + pairs[:, 1]


def _misses(
    spots: NDArray[np.float64],
    pairs: NDArray[np.int64],
    distance_m: NDArray[np.float64],
    owner: list[str],
) -> NearMisses:
    return NearMisses(owner[::2], owner[1::2], spots[pairs[:, 0]], spots[pairs[:, 1]], distance_m)
