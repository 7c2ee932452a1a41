"""Geometry of a layer as columns in the order of their Morton keys, with an index of boxes."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from uxo.geo.ragged import IntArray, members, spread, starts
from uxo.publish.tiles.address import Tile, key_range, morton, world
from uxo.publish.tiles.kernel import BUFFER, LINE, POINT, POLYGON, Columns, rows_in

_BLOCK: Final = 64
"""Neighbouring features that share one box of the index."""

_KIND: Final = np.zeros(8, np.uint8)
_KIND[[shapely.GeometryType.POINT, shapely.GeometryType.LINESTRING]] = POINT, LINE
_KIND[[shapely.GeometryType.LINEARRING, shapely.GeometryType.POLYGON]] = LINE, POLYGON

_ENDS: Final = slice(None, -1), slice(1, None)

Boxes = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Shapes:
    """Features of a layer.

    Attributes
    ----------
    columns : Columns
        Their geometry.
    row : int64[n]
        Row of the table that each feature is of; a row whose geometry mixes points, lines and
        areas is one feature of each.
    key : uint64[n]
        Morton key of the middle vertex of each feature, ascending.
    block_box : uint32[blocks, 4]
        Box of each 64 features.
    """

    columns: Columns
    row: IntArray
    key: npt.NDArray[np.uint64]
    block_box: Boxes

    def __len__(self) -> int:
        """Count the features."""
        return len(self.row)

    @classmethod
    def of(cls, geometries: npt.NDArray[np.object_]) -> "Shapes":
        """Take geometries in WGS84; what is missing or empty has no feature."""
        return _ordered(*_unordered(geometries))

    def taken(self, chosen: IntArray) -> "Shapes":
        """Keep some features; ``chosen`` is ascending."""
        return Shapes(
            _gathered(self.columns, chosen),
            self.row[chosen],
            self.key[chosen],
            _block_boxes(self.columns.box[chosen]),
        )

    def near(self, tile: Tile) -> IntArray:
        """List the features whose box touches a tile or its buffer."""
        return self._touching(tile, BUFFER << tile.shift)

    def over(self, tile: Tile) -> IntArray:
        """List the features whose box touches a tile."""
        return self._touching(tile, 0)

    def slice_of(self, tile: Tile) -> slice:
        """Give the features whose middle vertex lies in a tile: one tile of every zoom."""
        first, end = key_range(tile)
        last = np.searchsorted(self.key, np.uint64(end - 1), side="right")
        return slice(int(np.searchsorted(self.key, np.uint64(first))), int(last))

    def _touching(self, tile: Tile, reach: int) -> IntArray:
        found: IntArray = rows_in(
            self.block_box,
            _BLOCK,
            self.columns.box,
            tile.left - reach,
            tile.top - reach,
            tile.left + tile.side + reach - 1,
            tile.top + tile.side + reach - 1,
        )
        return found


def _unordered(geometries: npt.NDArray[np.object_]) -> tuple[Columns, IntArray]:
    """Take geometries apart into features, in the order of the rows."""
    lines, kind, owner, outer = _rings(geometries)
    order = np.lexsort((kind, owner))  # stable: rings stay behind their own polygon's outer one
    lines, kind, owner, outer = lines[order], kind[order], owner[order], outer[order]
    new = np.flatnonzero(np.diff(owner, prepend=-1) | np.diff(kind, prepend=0).astype(bool))
    place = world(shapely.get_coordinates(lines))
    vertex_start = starts(shapely.get_num_coordinates(lines).astype(np.int64))
    part_start = np.append(new, len(lines)).astype(np.int64)
    first = vertex_start[part_start[:-1]]
    low = np.minimum.reduceat(place, first) if len(new) else place
    high = np.maximum.reduceat(place, first) if len(new) else place
    columns = Columns(
        kind[new],
        part_start,
        vertex_start,
        outer,
        np.ascontiguousarray(place[:, 0]),
        np.ascontiguousarray(place[:, 1]),
        np.ascontiguousarray(np.column_stack((low, high))),
    )
    return columns, owner[new]


def _rings(
    geometries: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.uint8], IntArray, npt.NDArray[np.bool_]]:
    """List points, lines and rings with kind, row, and whether a ring is an outer one."""
    parts, owner = geometries, np.arange(len(geometries))
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]  # a collection may hold a multi-geometry in turn
    there = ~(shapely.is_empty(parts) | shapely.is_missing(parts))
    parts, owner = parts[there], owner[there]
    kind = _KIND[shapely.get_type_id(parts)]
    areal = kind == POLYGON
    # Seen on a map an outer ring runs clockwise (format, section 4.3.3.3).
    turned = shapely.orient_polygons(parts[areal], exterior_cw=True)
    rings, polygon = shapely.get_rings(turned, return_index=True)
    lines = np.concatenate([parts[~areal], rings])
    owners = np.concatenate([owner[~areal], owner[areal][polygon]]).astype(np.int64)
    outer = np.concatenate(
        [np.zeros(int((~areal).sum()), np.bool_), np.diff(polygon, prepend=-1) != 0]
    )
    kinds = np.concatenate([kind[~areal], np.full(len(rings), POLYGON, np.uint8)])
    return lines, kinds, owners, outer


def _ordered(columns: Columns, row: IntArray) -> Shapes:
    """Put features in the order of their keys."""
    begin, end = (columns.vertex_start[columns.part_start[part]] for part in _ENDS)
    anchor = (begin + end) // 2
    key = morton(columns.x[anchor], columns.y[anchor])
    order = np.argsort(key, kind="stable")
    gathered = _gathered(columns, order)
    return Shapes(gathered, row[order], key[order], _block_boxes(gathered.box))


def _gathered(columns: Columns, chosen: IntArray) -> Columns:
    """Take some features in the order given."""
    parts = members(columns.part_start, chosen)
    first = columns.vertex_start[parts]
    count = columns.vertex_start[parts + 1] - first
    vertices = spread(first, count)
    return Columns(
        columns.kind[chosen],
        starts(columns.part_start[chosen + 1] - columns.part_start[chosen]),
        starts(count),
        columns.outer[parts],
        columns.x[vertices],
        columns.y[vertices],
        columns.box[chosen],
    )


def _block_boxes(box: Boxes) -> Boxes:
    """Enclose each block of features."""
    if len(box) == 0:
        return np.empty((0, 4), np.uint32)
    first = np.arange(0, len(box), _BLOCK)
    low = np.minimum.reduceat(box[:, :2], first)
    high = np.maximum.reduceat(box[:, 2:], first)
    return np.ascontiguousarray(np.column_stack((low, high)))
