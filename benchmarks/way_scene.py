"""An invented country of roads for the benchmark of ways, all of it joined.

Towns are shaken grids of streets with gaps, of many sizes. Between towns that are neighbours
(Gabriel graph) lead roads of several pieces, which are the quicker ones; tracks that end nowhere
leave towns and roads.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from pyproj import Geod
from scipy.spatial import Delaunay, cKDTree

from uxo.roads.network import Network, islands

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_BLOCK_M: Final = 120.0
_STANDING: Final = 0.85  # share of a grid's streets that are there
_IN_TOWNS: Final = 0.83  # streets drawn, as a share of all roads that are asked for
_BETWEEN_M: Final = 400.0  # length of one piece of a road between towns
_TRACKS: Final = 0.14  # the same of tracks; each has three pieces
_TRACK: Final = 3
_ROADS_PER_KM2: Final = 11.0  # 1 million on 300 x 300 km
_LON_M, _LAT_M = 90_000.0, 111_000.0
_EARTH: Final = Geod(ellps="WGS84")


class _Drawn:
    """Places and edges as they are drawn: metres, and pairs of places."""

    def __init__(self) -> None:
        self.places: list[Floats] = []
        self.edges: list[Ints] = []
        self.count = 0

    def add(self, places: Floats) -> Ints:
        """Add places; gives their numbers."""
        self.places.append(places)
        self.count += len(places)
        return np.arange(self.count - len(places), self.count)

    def join(self, one: Ints, other: Ints) -> None:
        """Add edges."""
        self.edges.append(np.column_stack((one, other)).astype(np.int64))


def country(roads: int) -> Network:
    """Invent a network of about so many roads, every time the same."""
    random = np.random.default_rng(7)
    side_m = 1000.0 * np.sqrt(roads / _ROADS_PER_KM2)
    drawn = _Drawn()
    towns = _towns(roads, side_m, random, drawn)
    _between(towns, drawn, random)
    _tracks(round(_TRACKS * roads / _TRACK), random, drawn)
    return _network(np.concatenate(drawn.places), np.concatenate(drawn.edges))


def _towns(roads: int, side_m: float, random: np.random.Generator, drawn: _Drawn) -> list[Ints]:
    """Draw towns, the large ones rare; gives the places of each."""
    towns, left = [], _IN_TOWNS * roads
    while left > 0:
        across = int(np.clip(random.lognormal(3.0, 0.7), 4, 160))
        number = np.arange(across * across)
        middle = random.random(2) * side_m
        shaken = random.normal(0.0, 0.15, (len(number), 2))
        grid = np.column_stack((number % across, number // across)) - across / 2.0 + shaken
        own = drawn.add(middle + grid * _BLOCK_M).reshape(across, across)
        one = np.concatenate((own[:, :-1].ravel(), own[:-1].ravel()))
        other = np.concatenate((own[:, 1:].ravel(), own[1:].ravel()))
        stands = random.random(len(one)) < _STANDING
        drawn.join(one[stands], other[stands])
        towns.append(own.ravel())
        left -= stands.sum()
    return towns


def _between(towns: list[Ints], drawn: _Drawn, random: np.random.Generator) -> None:
    """Join neighbouring towns from edge to edge by bent roads."""
    place = np.concatenate(drawn.places)
    middle = np.array([place[town].mean(axis=0) for town in towns])
    for one, other in _gabriel(middle):
        ends = [
            towns[a][np.argmin(((place[towns[a]] - middle[b]) ** 2).sum(axis=1))]
            for a, b in ((one, other), (other, one))
        ]
        begin, end = place[ends[0]], place[ends[1]]
        pieces = max(1, round(float(np.hypot(*(end - begin))) / _BETWEEN_M))
        share = np.arange(1, pieces)[:, None] / pieces
        inner = begin + share * (end - begin) + random.normal(0.0, 60.0, (pieces - 1, 2))
        chain = np.concatenate(([ends[0]], drawn.add(inner), [ends[1]]))
        drawn.join(chain[:-1], chain[1:])


def _gabriel(middle: Floats) -> list[list[int]]:
    """List pairs of places with no third one inside the circle over them; they join all."""
    ends = Delaunay(middle).simplices[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    pairs = np.unique(np.sort(ends, axis=1), axis=0)
    centre = middle[pairs].mean(axis=1)
    radius = np.hypot(*(middle[pairs[:, 0]] - middle[pairs[:, 1]]).T) / 2.0
    nearest, _ = cKDTree(middle).query(centre)
    kept: list[list[int]] = pairs[nearest >= radius * (1.0 - 1e-9)].tolist()
    return kept


def _tracks(count: int, random: np.random.Generator, drawn: _Drawn) -> None:
    """Let tracks leave any place, and end."""
    places = np.concatenate(drawn.places)
    at = random.integers(0, len(places), count)
    turn = random.random(count) * 2.0 * np.pi
    heading = np.column_stack((np.cos(turn), np.sin(turn))) * 150.0
    before = at
    for piece in range(1, _TRACK + 1):
        after = drawn.add(places[at] + heading * piece + random.normal(0.0, 20.0, (count, 2)))
        drawn.join(before, after)
        before = after


def _network(place: Floats, edges: Ints) -> Network:
    """Keep the largest island, and number its nodes anew."""
    lon, lat = 37.0 + place[:, 0] / _LON_M, 36.0 + place[:, 1] / _LAT_M
    island = islands(edges[:, 0].astype(np.int32), edges[:, 1].astype(np.int32), len(place))
    kept = island == np.bincount(island).argmax()
    number = np.cumsum(kept) - 1
    one, other = number[edges[kept[edges[:, 0]]]].T.astype(np.int32)
    lon, lat = lon[kept], lat[kept]
    everyone = np.ones(len(one), dtype=np.bool_)
    return Network(
        road_id=np.arange(len(one)).astype(object),
        from_node=one,
        to_node=other,
        length_m=_EARTH.inv(lon[one], lat[one], lon[other], lat[other])[2],
        oneway=np.zeros(len(one), dtype=np.int8),
        foot=everyone,
        vehicle=everyone,
        node_lon=lon,
        node_lat=lat,
        component=np.zeros(len(lon), dtype=np.int32),
    )
