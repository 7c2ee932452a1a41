"""Tiles of a store as a service of many threads gives them: of the present, or of a past moment."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from types import MappingProxyType
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from uxo.publish.tiles.address import Tile
from uxo.publish.tiles.encode import TileLayer
from uxo.publish.tiles.layers import (
    LayerName,
    evidence_layer,
    mixed_layer,
    pieces_layer,
    places_layer,
    roads_layer,
)
from uxo.publish.tiles.road_ranks import road_bytes
from uxo.services.live_status import LiveStatusService, Provenance
from uxo.services.tile_cache import StoredTile, TileCache
from uxo.services.tile_changes import changed_boxes
from uxo.status.result import StatusResult

CACHE_BYTES: Final = 64 * 1024 * 1024
_PAST_KEPT: Final = 2  # results of past moments: tens of megabytes each on a large network

_OF_RESULT: Final[Mapping[LayerName, Callable[[StatusResult], TileLayer]]] = MappingProxyType(
    {
        LayerName.ROADS: lambda result: roads_layer(result.roads),
        LayerName.PIECES: pieces_layer,
        LayerName.MIXED: mixed_layer,
        LayerName.HAZARDS: lambda result: evidence_layer(result, LayerName.HAZARDS),
        LayerName.RELEASES: lambda result: evidence_layer(result, LayerName.RELEASES),
    }
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the past that is asked about.

    Attributes
    ----------
    as_of, known_at : datetime or None
        None: now.
    """

    as_of: datetime | None = None
    known_at: datetime | None = None

    @property
    def is_now(self) -> bool:
        """Whether it is no past moment at all."""
        return self.as_of is None and self.known_at is None


NOW: Final = Moment()


@dataclass(frozen=True, slots=True)
class RoadRanks:
    """The status of every road in one byte each.

    Attributes
    ----------
    roads : str
        Digest of the roads in their order: bytes and tiles belong together where it is the same.
    bytes : uint8[roads]
        See `uxo.publish.tiles.road_ranks`.
    result : StatusResult
        What they were taken from.
    """

    roads: str
    bytes: npt.NDArray[np.uint8]
    result: StatusResult


class _Built:
    """One layer of the present, and the result that it shows."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.result: StatusResult | None = None
        self.layer: TileLayer | None = None


class _Past:
    """The layers of one past moment, each built when somebody asks."""

    def __init__(self, result: StatusResult) -> None:
        self.result = result
        self.roads = digest_of_roads(result.roads)
        self.layers: dict[LayerName, TileLayer] = {}


class Tiles:
    """Gives tiles and the bytes of roads.

    Parameters
    ----------
    service : LiveStatusService
        Knows the status.
    cache_bytes : int
        Most memory for tiles that are kept.
    """

    def __init__(self, service: LiveStatusService, cache_bytes: int = CACHE_BYTES) -> None:
        self._service = service
        self.cache = TileCache(cache_bytes)
        self._built = {name: _Built() for name in LayerName}
        self._past: OrderedDict[Moment, _Past] = OrderedDict()
        self._past_of: StatusResult | None = None
        self._past_lock = Lock()
        self._digest_lock = Lock()
        self._digest: tuple[gpd.GeoDataFrame, str] | None = None

    def tile(self, name: LayerName, tile: Tile, moment: Moment = NOW) -> StoredTile:
        """Give one tile of one layer.

        Raises
        ------
        NotFound, StoreError
            The store holds no roads, or cannot be read.
        """
        if not moment.is_now:
            return StoredTile(self.layer(name, moment).tile(tile))
        self.layer(name)  # first of all: what changed is dropped before anything kept is given
        kept = self.cache.get(name, tile)
        if kept is not None:
            return kept
        # Before the layer: a tile of a layer that changes meanwhile is given, and not kept.
        generation = self.cache.generation(name)
        made = StoredTile(self.layer(name).tile(tile))
        self.cache.put(name, tile, made, generation)
        return made

    def layer(self, name: LayerName, moment: Moment = NOW) -> TileLayer:
        """Give a layer as it is now, or was at a moment; places are those of now."""
        if not moment.is_now and name is not LayerName.PLACES:
            past = self._past_result(moment)
            if name is not LayerName.ROADS or past.roads != self.roads_digest():
                return self._past_layer(name, past)
        result = self._service.result()
        built = self._built[name]
        with built.lock:
            if built.layer is None or built.result is not result:
                self._renew(name, built, result)
            if built.layer is None:
                raise AssertionError(name)
            return built.layer

    def _renew(self, name: LayerName, built: _Built, result: StatusResult) -> None:
        """Bring a layer up to a result, and drop the tiles that the change touches."""
        changed = None if built.result is None else changed_boxes(built.result, result, name)
        if changed is None or len(changed):
            old, new = built.layer, self._build(name, result)
            moved = old is None or old.exact_from != new.exact_from
            built.layer = new
            self.cache.drop(name, None if moved else changed)
        built.result = result

    def _build(self, name: LayerName, result: StatusResult) -> TileLayer:
        if name is LayerName.PLACES:
            return places_layer(self._service.places())
        return _OF_RESULT[name](result)

    def ranks(self, moment: Moment = NOW) -> RoadRanks:
        """Give the status of every road, now or at a moment."""
        if moment.is_now:
            result = self._service.result()
            return RoadRanks(self._digest_of(result.roads), road_bytes(result), result)
        past = self._past_result(moment)
        return RoadRanks(past.roads, road_bytes(past.result), past.result)

    def result(self) -> StatusResult:
        """Give the status at this moment."""
        return self._service.result()

    def provenance(self) -> Provenance:
        """Give the attribution lines and tell whether this is an exercise."""
        return self._service.provenance()

    def roads_digest(self) -> str:
        """Name the roads of the present and their order."""
        return self._digest_of(self._service.result().roads)

    def _digest_of(self, roads: gpd.GeoDataFrame) -> str:
        with self._digest_lock:
            if self._digest is None or self._digest[0] is not roads:
                self._digest = roads, digest_of_roads(roads)
            return self._digest[1]

    def status_at(self, moment: Moment) -> StatusResult:
        """Give the status at a moment; that of the past is kept for a while."""
        return self._service.result() if moment.is_now else self._past_result(moment).result

    def _past_layer(self, name: LayerName, past: "_Past") -> TileLayer:
        with self._past_lock:
            if name not in past.layers:
                past.layers[name] = _OF_RESULT[name](past.result)
            return past.layers[name]

    def _past_result(self, moment: Moment) -> _Past:
        """Compute a past moment; one at a time, because each takes the whole network."""
        present = self._service.result()
        with self._past_lock:
            if self._past_of is not present:  # what came in since may change the past too
                self._past.clear()
                self._past_of = present
            if moment not in self._past:
                result = self._service.past(
                    moment.as_of or present.as_of, moment.known_at or present.known_at
                )
                self._past[moment] = _Past(result)
            self._past.move_to_end(moment)
            while len(self._past) > _PAST_KEPT:
                self._past.popitem(last=False)
            return self._past[moment]


def digest_of_roads(roads: gpd.GeoDataFrame) -> str:
    """Name roads and their order, 32 hexadecimal digits."""
    digest = hashlib.sha256("\0".join(roads["road_id"].astype(str)).encode("utf-8", "replace"))
    digest.update(shapely.get_coordinates(roads.geometry.to_numpy()).tobytes())
    return digest.hexdigest()[:32]
