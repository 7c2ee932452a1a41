"""Layers, and their tiles: exact geometry where it fits, complete counts where it does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.geo.ragged import IntArray
from uxo.publish.tiles.address import EXTENT, MAX_ZOOM, Tile
from uxo.publish.tiles.attributes import Attribute, small_numbers, varint
from uxo.publish.tiles.cell_kernel import CELLS, NO_RANK, worst_in_cells
from uxo.publish.tiles.kernel import DOES_NOT_FIT, POINT, Columns, write_features
from uxo.publish.tiles.shapes import Shapes

MOST_BYTES: Final = 500_000
"""Largest layer of a tile, before it is compressed."""

CELLS_SUFFIX: Final = "_cells"
"""Behind the name of a layer: the same as counts."""

_COMFORTABLE: Final = 400_000  # estimated bytes of the largest tile of the first exact zoom
_OF_FEATURE, _OF_VERTEX = 24, 3  # bytes, about
_NAME, _FEATURES_OF, _KEY, _EXTENT_TAG, _VERSION = 0x0A, 0x12, 0x1A, 0x28, 0x78
_CELL_UNITS: Final = EXTENT // CELLS
_CELL_BITS: Final = 7


@dataclass(frozen=True, slots=True)
class TileLayer:
    """One layer of tiles.

    Attributes
    ----------
    name : str
        Its name.
    shapes : Shapes
        Geometry of its features.
    attributes : tuple of Attribute
        In the order of the features.
    ids : int64[n] or None
        Number of each feature; None: they have none.
    rank : uint8[n] or None
        On the status ladder; ``NO_RANK``: the feature has none. None: the layer knows no ranks.
    exact_from : int
        From this zoom on geometry is exact, wherever it fits.
    """

    name: str
    shapes: Shapes
    attributes: tuple[Attribute, ...]
    ids: IntArray | None
    rank: npt.NDArray[np.uint8] | None
    exact_from: int

    def tile(self, tile: Tile) -> bytes:
        """Write the layer's part of a tile: exact, or as counts; empty where there is nothing.

        Exact geometry is given from `exact_from` on if it fits into `MOST_BYTES`. Otherwise the
        layer ``NAME_cells`` tells for each of 128 x 128 cells how many features have their middle
        vertex there, and the worst rank of all that touch it.
        """
        if tile.zoom >= self.exact_from:
            exact = self._exact(tile)
            if exact is not None:
                return exact
        return self._cells(tile)

    def _exact(self, tile: Tile) -> bytes | None:
        """Write the features; None: they do not fit."""
        rows = self.shapes.near(tile)
        if len(rows) * _OF_FEATURE // 2 > MOST_BYTES:
            return None
        tags = np.empty((len(rows), len(self.attributes)), np.int64)
        values, count = [], 0
        for place, attribute in enumerate(self.attributes):
            tags[:, place], written, more = attribute.in_tile(rows, count)
            values.append(written)
            count += more
        ids = np.empty(0, np.int64) if self.ids is None else self.ids[rows]
        names = [attribute.name for attribute in self.attributes]
        return _layer(
            self.name, names, values, tile, _Features(self.shapes.columns, rows, ids, tags)
        )

    def _cells(self, tile: Tile) -> bytes:
        """Count the features of each cell by their middle vertex, and find the worst in it."""
        zoom = min(tile.zoom + _CELL_BITS, 32)
        keys = self.shapes.key[self.shapes.slice_of(tile)] >> np.uint64(2 * (32 - zoom))
        by_key = np.bincount(
            (keys & np.uint64(CELLS * CELLS - 1)).astype(np.int64), minlength=CELLS * CELLS
        )
        counts = np.empty_like(by_key)
        counts[_row_by_row(np.arange(CELLS * CELLS))] = by_key
        worst = np.full(CELLS * CELLS, NO_RANK, np.uint8)
        if self.rank is not None:
            worst_in_cells(
                self.shapes.columns,
                self.shapes.over(tile),
                self.rank,
                tile.left,
                tile.top,
                tile.shift + EXTENT.bit_length() - 1 - _CELL_BITS,
                worst,
            )
        cells = np.flatnonzero((counts > 0) | (worst != NO_RANK))
        attributes = [small_numbers("count", counts[cells])]
        if self.rank is not None:
            attributes.append(small_numbers("worst", worst[cells], missing=NO_RANK))
        return _cell_layer(self.name + CELLS_SUFFIX, cells, attributes)


@dataclass(frozen=True, slots=True)
class _Features:
    """Which features are written, with which numbers of values."""

    columns: Columns
    rows: IntArray
    ids: IntArray
    tags: IntArray


def _row_by_row(key: IntArray) -> IntArray:
    """Turn the Morton number of a cell within its tile into row times 128 plus column."""
    x, y = np.zeros_like(key), np.zeros_like(key)
    for bit in range(_CELL_BITS):
        x |= (key >> bit) & (1 << bit)
        y |= (key >> (bit + 1)) & (1 << bit)
    return y * CELLS + x


def _cell_layer(name: str, cells: IntArray, attributes: Sequence[Attribute]) -> bytes:
    """Write cells as points in their middles."""
    x = (cells % CELLS * _CELL_UNITS + _CELL_UNITS // 2).astype(np.uint32)
    y = (cells // CELLS * _CELL_UNITS + _CELL_UNITS // 2).astype(np.uint32)
    rows, steps = np.arange(len(cells)), np.arange(len(cells) + 1)
    columns = Columns(
        np.full(len(cells), POINT, np.uint8),
        steps,
        steps,
        np.zeros(len(cells), np.bool_),
        x,
        y,
        np.column_stack((x, y, x, y)),
    )
    tags, values, count = np.empty((len(cells), len(attributes)), np.int64), [], 0
    for place, attribute in enumerate(attributes):
        tags[:, place], written, more = attribute.in_tile(rows, count)
        values.append(written)
        count += more
    names = [attribute.name for attribute in attributes]
    features = _Features(columns, rows, np.empty(0, np.int64), tags)
    written_layer = _layer(name, names, values, Tile(MAX_ZOOM, 0, 0), features, shift=0)
    if written_layer is None:  # 16,384 cells of at most 22 bytes always fit
        raise AssertionError(name)
    return written_layer


def _layer(
    name: str,
    keys: Sequence[str],
    values: Sequence[npt.NDArray[np.uint8]],
    tile: Tile,
    features: _Features,
    *,
    shift: int | None = None,
) -> bytes | None:
    """Write one layer message; empty without features; None: longer than it may be."""
    tail = b"".join(_field(_KEY, key.encode()) for key in keys)
    tail += b"".join(value.tobytes() for value in values)
    tail += bytes([_EXTENT_TAG]) + varint(EXTENT) + bytes([_VERSION, 2])
    head = _field(_NAME, name.encode())
    room = MOST_BYTES - len(head) - len(tail) - 8
    if room < 0:
        return None
    out = np.empty(room, np.uint8)
    length = write_features(
        features.columns,
        features.rows,
        features.ids,
        features.tags,
        tile.left,
        tile.top,
        tile.shift if shift is None else shift,
        out,
    )
    if length == DOES_NOT_FIT:
        return None
    if length == 0:
        return b""
    body = head + out[:length].tobytes() + tail
    return bytes([_KEY]) + varint(len(body)) + body


def _field(tag: int, body: bytes) -> bytes:
    return bytes([tag]) + varint(len(body)) + body


def first_exact_zoom(shapes: Shapes) -> int:
    """Choose the first zoom whose largest tile holds exact geometry comfortably.

    So one zoom looks the same everywhere. A tile that is larger than it was estimated is given as
    counts all the same.
    """
    if len(shapes) == 0:
        return 0
    columns = shapes.columns
    vertices = np.diff(columns.vertex_start[columns.part_start])
    size = np.cumsum(_OF_FEATURE + _OF_VERTEX * vertices)
    for zoom in range(MAX_ZOOM):
        tile = shapes.key >> np.uint64(2 * (32 - zoom)) if zoom else np.zeros(len(size), np.uint64)
        last = np.flatnonzero(np.append(np.diff(tile) != 0, [True]))
        if int(np.diff(size[last], prepend=0).max()) <= _COMFORTABLE:
            return zoom
    return MAX_ZOOM


def build_layer(
    name: str,
    shapes: Shapes,
    attributes: Sequence[Attribute],
    *,
    ids: IntArray | None = None,
    rank: npt.NDArray[np.uint8] | None = None,
) -> TileLayer:
    """Put a layer together from columns of the table's rows.

    Parameters
    ----------
    name : str
        Of the layer.
    shapes : Shapes
        Its features.
    attributes : sequence of Attribute
        One value a row of the table.
    ids : int64[rows] or None
        Numbers of the rows.
    rank : uint8[rows] or None
        Ranks of the rows.
    """
    row = shapes.row
    return TileLayer(
        name,
        shapes,
        tuple(attribute.taken(row) for attribute in attributes),
        None if ids is None else ids[row],
        None if rank is None else rank[row],
        first_exact_zoom(shapes),
    )
