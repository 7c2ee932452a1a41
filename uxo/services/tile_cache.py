"""Tiles kept in memory: as many bytes as are allowed, the longest unused go first."""

import gzip
import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Final

import numpy as np

from uxo.publish.tiles.address import Tile
from uxo.publish.tiles.kernel import BUFFER
from uxo.publish.tiles.layers import LayerName
from uxo.publish.tiles.shapes import Boxes

_LEVEL: Final = 4  # half the time of the usual level for three per cent more bytes
_OF_ENTRY: Final = 400  # bytes of what Python keeps beside the content


class StoredTile:
    """A tile ready to be sent.

    Parameters
    ----------
    body : bytes
        Empty: nothing is there.
    """

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.digest = hashlib.sha256(body).hexdigest()[:32]
        self._packed: bytes | None = None

    @property
    def packed(self) -> bytes:
        """The body in gzip; made when somebody asks for it first."""
        if self._packed is None:
            self._packed = gzip.compress(self.body, _LEVEL, mtime=0)
        return self._packed

    @property
    def size(self) -> int:
        """Bytes that it takes at most: gzip makes nothing longer but by a few bytes."""
        return 2 * len(self.body) + _OF_ENTRY


_Key = tuple[LayerName, Tile]


class TileCache:
    """Keeps tiles of the present; many threads may use it.

    Parameters
    ----------
    most_bytes : int
        Bound of all that is kept.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._kept: OrderedDict[_Key, StoredTile] = OrderedDict()
        self._generation: dict[LayerName, int] = {}
        self.size = 0

    def generation(self, layer: LayerName) -> int:
        """Tell how often a layer changed; ask before a tile of it is made."""
        with self._lock:
            return self._generation.get(layer, 0)

    def get(self, layer: LayerName, tile: Tile) -> StoredTile | None:
        """Give a tile that is kept."""
        with self._lock:
            found = self._kept.get((layer, tile))
            if found is not None:
                self._kept.move_to_end((layer, tile))
            return found

    def put(self, layer: LayerName, tile: Tile, made: StoredTile, generation: int) -> None:
        """Keep a tile, unless its layer changed since it was begun."""
        with self._lock:
            if generation != self._generation.get(layer, 0) or made.size > self._most_bytes:
                return
            self._forget((layer, tile))
            self._kept[layer, tile] = made
            self.size += made.size
            while self.size > self._most_bytes:
                self._forget(next(iter(self._kept)))

    def drop(self, layer: LayerName, boxes: Boxes | None) -> int:
        """Let go what a change touches.

        Parameters
        ----------
        layer : LayerName
            What changed.
        boxes : uint32[n, 4] or None
            Where, in world units; None: everywhere.

        Returns
        -------
        int
            How many tiles went.
        """
        with self._lock:
            self._generation[layer] = self._generation.get(layer, 0) + 1
            own = [key for key in self._kept if key[0] is layer]
            gone = [key for key in own if boxes is None or _touches(key[1], boxes)]
            for key in gone:
                self._forget(key)
            return len(gone)

    def _forget(self, key: _Key) -> None:
        old = self._kept.pop(key, None)
        if old is not None:
            self.size -= old.size


def _touches(tile: Tile, boxes: Boxes) -> bool:
    """Tell whether a tile with its buffer touches any box."""
    reach = BUFFER << tile.shift
    return bool(
        np.any(
            (boxes[:, 0] < tile.left + tile.side + reach)
            & (boxes[:, 2] >= tile.left - reach)
            & (boxes[:, 1] < tile.top + tile.side + reach)
            & (boxes[:, 3] >= tile.top - reach)
        )
    )
