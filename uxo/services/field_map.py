"""The map of an area for phones: its tiles as one file, and apart from it the status of its roads.

The tiles hold no status and no find, so they lie open on a phone; they change only when roads or
places do. The status is small and is fetched again whenever there is a link.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from uxo.errors import BadInput
from uxo.geo.ragged import IntArray, members
from uxo.publish.tiles.address import tiles_over
from uxo.publish.tiles.road_ranks import MIXED, road_bytes
from uxo.services.export_tiles import PHONE_ZOOMS, tiles_for_phone
from uxo.services.field_area import FieldArea, find_area
from uxo.services.field_pack import MAX_PIECES, MAX_PLACES, Community, places_around
from uxo.services.live_status import LiveStatusService
from uxo.services.pages import Bounds, Rows
from uxo.services.tiles import Tiles
from uxo.status.result import StatusResult

MAX_TILES: Final = 6_000
"""Tiles of the deepest zoom in a phone's map: some 150 km by 150 km in the north of Syria."""

MAX_MAP_BYTES: Final = 32 * 1024 * 1024
"""What a cheap phone takes over a bad link, and can hash in one piece."""

MAX_ROADS: Final = 100_000
MAX_PLACES_OF_DISTRICT: Final = 400
_CACHED_BYTES: Final = 2 * MAX_MAP_BYTES


@dataclass(frozen=True, slots=True)
class MapFile:
    """The tiles of an area.

    Attributes
    ----------
    body : bytes
        A PMTiles file of roads and places.
    sha256 : str
        Of the body, 64 hexadecimal digits.
    roads : str
        Digest of the roads in their order; a status belongs to it where its own is the same.
    """

    body: bytes
    sha256: str
    roads: str


@dataclass(frozen=True, slots=True)
class AreaStatus:
    """The status of an area's roads, to be laid over its tiles.

    Attributes
    ----------
    area : FieldArea
        What it is about.
    places : tuple of Community
        Communities that touch its box, those nearest to the middle first.
    result : StatusResult
        Where the status is from.
    roads : str
        As in `MapFile`.
    numbers : int64[k]
        Place of each road in the list of roads: the ``i`` of the tiles.
    ranks : uint8[k]
        See `uxo.publish.tiles.road_ranks`.
    pieces : intp[m]
        Pieces of roads with more than one status. A road of that kind without pieces here counts
        with its worst rank from end to end.
    """

    area: FieldArea
    places: tuple[Community, ...]
    result: StatusResult
    roads: str
    numbers: IntArray
    ranks: npt.NDArray[np.uint8]
    pieces: Rows


class FieldMaps:
    """Makes maps and keeps those that phones are fetching, for they come in many parts.

    Parameters
    ----------
    service : LiveStatusService
        Knows roads, places and status.
    tiles : Tiles
        Draws them.
    """

    def __init__(self, service: LiveStatusService, tiles: Tiles) -> None:
        self.service = service
        self._tiles = tiles
        self._lock = Lock()
        self._made: OrderedDict[tuple[Bounds, str, str], MapFile] = OrderedDict()

    def map(self, key: str) -> MapFile:
        """Give the tiles of an area; two at once are made one after the other.

        Raises
        ------
        NotFound
            There is no such area, or no road and no place in it.
        BadInput
            It is too large for a phone.
        """
        places = self.service.places()
        area = find_area(places, key, self.service.policy)
        check_width(area)
        with self._lock:
            roads = self._tiles.roads_digest()
            name = area.bounds, roads, _digest_of_places(places)
            if name not in self._made:
                self._made[name] = self._make(area, roads)
            self._made.move_to_end(name)
            while sum(len(one.body) for one in self._made.values()) > _CACHED_BYTES:
                self._made.popitem(last=False)
            return self._made[name]

    def _make(self, area: FieldArea, roads: str) -> MapFile:
        body = tiles_for_phone(self._tiles, area.bounds)
        if len(body) > MAX_MAP_BYTES:
            msg = (
                f"the map of {area.middle.pcode} has {len(body)} bytes, and a phone takes "
                f"{MAX_MAP_BYTES}; choose a community of it"
            )
            raise BadInput(msg)
        return MapFile(body, hashlib.sha256(body).hexdigest(), roads)

    def status(self, key: str) -> AreaStatus:
        """Give the status of an area's roads.

        Raises
        ------
        NotFound, BadInput
            As for `map`.
        """
        places = self.service.places()
        area = find_area(places, key, self.service.policy)
        check_width(area)
        result, touching = self.service.pieces_in(area.bounds)
        numbers = np.unique(result.road[touching]).astype(np.int64)
        if len(numbers) > MAX_ROADS:
            msg = f"{len(numbers)} roads, and a phone takes {MAX_ROADS}; choose a community"
            raise BadInput(msg)
        told = road_bytes(result)
        most = MAX_PLACES_OF_DISTRICT if area.is_district else MAX_PLACES
        around = places_around(places, area.middle, area.bounds, self.service.policy, at_most=most)
        pieces = _pieces(result, numbers[(told[numbers] & MIXED) > 0])
        digest = self._tiles.digest_of(result.roads)
        return AreaStatus(area, tuple(around), result, digest, numbers, told[numbers], pieces)


def check_width(area: FieldArea) -> None:
    """Refuse an area of too many tiles, before any is made.

    Raises
    ------
    BadInput
        The message tells how many.
    """
    box = area.bounds
    columns, rows = tiles_over(PHONE_ZOOMS[1], box.west, box.south, box.east, box.north)
    count = len(columns) * len(rows)
    if count > MAX_TILES:
        msg = (
            f"{area.middle.pcode} reaches over {count} tiles of the map, and a phone takes "
            f"{MAX_TILES}; choose a community of it"
        )
        raise BadInput(msg)


def _digest_of_places(places: gpd.GeoDataFrame) -> str:
    names = places[["pcode", "name_en", "name_ar"]].to_numpy(dtype=object)
    digest = hashlib.sha256(repr(names.tolist()).encode("utf-8", "replace"))
    for shape in shapely.to_wkb(places.geometry.to_numpy()):
        digest.update(shape)
    return digest.hexdigest()


def _pieces(result: StatusResult, mixed: IntArray) -> Rows:
    """List the pieces of whole roads, as many roads as a phone can draw."""
    total = np.cumsum(result.swept.piece_count[mixed])
    return members(result.swept.piece_start, mixed[total <= MAX_PIECES])
