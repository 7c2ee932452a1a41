"""Geometries of any type as projected edges, the form that the distance kernel reads.

A point is an edge of no length; a line and a ring are their edges. Whether the edges enclose an
area is a flag. So one rule, "distance to the nearest edge", serves every type.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from uxo.errors import BadGeometry
from uxo.geo.blocks import in_blocks
from uxo.geo.polyline import densify
from uxo.geo.projection import FloatArray, Projection, wrap
from uxo.geo.ragged import IntArray, joined_starts, members, starts

BLOCK: Final = 16
"""Edges in a row that share a bounding box."""

_GEOMETRIES_A_BLOCK: Final = 50_000

_POINTS: Final = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
_AREAS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_LINES: Final = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)


@dataclass(frozen=True, slots=True)
class Edges:
    """Projected edges of n geometries.

    Attributes
    ----------
    start : int64[n + 1]
        First edge of each geometry.
    ends : float64[m, 4]
        ``x0, y0, x1, y1`` of each edge in plane metres.
    area : bool[n]
        Whether the geometry is its edges' inside too (even-odd, so holes and parts count right).
    bounds : float64[n, 4]
        ``min x, min y, max x, max y``; of an empty geometry ``inf, inf, -inf, -inf``.
    block_start : int64[n + 1]
        First block of each geometry; a geometry of :data:`BLOCK` edges or fewer has none.
    blocks : float64[k, 4]
        Bounds of each block.
    """

    start: IntArray
    ends: FloatArray
    area: npt.NDArray[np.bool_]
    bounds: FloatArray
    block_start: IntArray
    blocks: FloatArray

    def taken(self, which: npt.NDArray[np.intp]) -> "Edges":
        """Take some geometries, in the order given."""
        return Edges(
            start=starts(np.diff(self.start)[which]),
            ends=self.ends[members(self.start, which)],
            area=self.area[which],
            bounds=self.bounds[which],
            block_start=starts(np.diff(self.block_start)[which]),
            blocks=self.blocks[members(self.block_start, which)],
        )


def project_edges(geometries: npt.NDArray[np.object_], projection: Projection) -> Edges:
    """Project geometries and take them apart into edges.

    Parameters
    ----------
    geometries : object[n]
        Points, lines, polygons and their multiparts in EPSG:4326; None or empty: no edges.
    projection : Projection
        The plane.

    Raises
    ------
    BadGeometry
        A geometry collection, or a geometry that spans too much of the earth.
    """
    blocks = in_blocks(
        lambda rows: _project_block(geometries[rows], projection),
        len(geometries),
        block=_GEOMETRIES_A_BLOCK,
    )
    return blocks[0] if len(blocks) == 1 else _joined(blocks)


def _joined(blocks: list[Edges]) -> Edges:
    """Put blocks of geometries behind each other."""
    names = ("ends", "area", "bounds", "blocks")
    columns = {name: np.concatenate([getattr(own, name) for own in blocks]) for name in names}
    return Edges(
        start=joined_starts([own.start for own in blocks]),
        block_start=joined_starts([own.block_start for own in blocks]),
        **columns,
    )


def _project_block(geometries: npt.NDArray[np.object_], projection: Projection) -> Edges:
    """Take some geometries apart in one go."""
    types = shapely.get_type_id(geometries)
    is_area, is_line, is_point = (_among(types, one) for one in (_AREAS, _LINES, _POINTS))
    known = is_area | is_line | is_point | (types == -1)
    if not known.all():
        msg = f"{shapely.to_wkt(geometries[np.argmin(known)], trim=True)[:80]}: not a simple type"
        raise BadGeometry(msg)
    at = np.flatnonzero(is_point)
    points, point_owner = shapely.get_coordinates(geometries[at], return_index=True)
    x, y = projection.forward(wrap(points[:, 0], projection.central_lon), points[:, 1])
    point_edges = np.column_stack((x, y, x, y))
    line_edges, line_owner = _edges_of_lines(geometries, is_line, is_area, projection)
    owner = np.concatenate((at[point_owner], line_owner))
    order = np.argsort(owner, kind="stable")
    ends = np.concatenate((point_edges, line_edges))[order]
    count = np.bincount(owner, minlength=len(geometries))
    start = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    return edges_from_arrays(start, np.ascontiguousarray(ends), is_area)


def edges_from_arrays(start: IntArray, ends: FloatArray, area: npt.NDArray[np.bool_]) -> Edges:
    """Complete edges with their bounds and blocks."""
    low = np.minimum(ends[:, :2], ends[:, 2:])
    high = np.maximum(ends[:, :2], ends[:, 2:])
    boxes = np.concatenate((low, high), axis=1)
    count = np.diff(start)
    block_count = np.where(count > BLOCK, -(-count // BLOCK), 0)
    block_start = np.concatenate(([0], np.cumsum(block_count))).astype(np.int64)
    owner = np.repeat(np.arange(len(count)), block_count)
    block_first = start[owner] + BLOCK * (np.arange(block_start[-1]) - block_start[owner])
    block_last = np.minimum(block_first + BLOCK, start[owner + 1])
    return Edges(
        start,
        ends,
        area,
        _reduce(boxes, start[:-1], start[1:]),
        block_start,
        _reduce(boxes, block_first, block_last),
    )


def _among(
    types: npt.NDArray[np.int32], wanted: tuple[shapely.GeometryType, shapely.GeometryType]
) -> npt.NDArray[np.bool_]:
    """Tell which types are a simple type or its multipart."""
    among: npt.NDArray[np.bool_] = (types == wanted[0]) | (types == wanted[1])
    return among


def _reduce(boxes: FloatArray, first: IntArray, last: IntArray) -> FloatArray:
    """Unite the boxes ``first`` to ``last`` (exclusive) of each group."""
    united = np.tile(np.array([np.inf, np.inf, -np.inf, -np.inf]), (len(first), 1))
    filled = last > first
    if filled.any():
        # Pairs of (first, last) with every second result dropped: groups need not touch.
        pairs = np.column_stack((first[filled], last[filled])).ravel()
        padded = np.concatenate((boxes, boxes[-1:]))
        united[filled, :2] = np.minimum.reduceat(padded[:, :2], pairs)[::2]
        united[filled, 2:] = np.maximum.reduceat(padded[:, 2:], pairs)[::2]
    return united


def _edges_of_lines(
    geometries: npt.NDArray[np.object_],
    is_line: npt.NDArray[np.bool_],
    is_area: npt.NDArray[np.bool_],
    projection: Projection,
) -> tuple[FloatArray, IntArray]:
    """Edges of lines and rings, with the geometry that each belongs to."""
    if not (is_line.any() or is_area.any()):
        return np.empty((0, 4)), np.empty(0, dtype=np.int64)
    line_at = np.flatnonzero(is_line)
    area_at = np.flatnonzero(is_area)
    parts, part_owner = shapely.get_parts(geometries[line_at], return_index=True)
    # A multipolygon has no rings of its own: without its parts it would vanish in silence.
    polygons, polygon_owner = shapely.get_parts(geometries[area_at], return_index=True)
    rings, ring_owner = shapely.get_rings(polygons, return_index=True)
    lines = np.concatenate((parts, rings))
    owner = np.concatenate((line_at[part_owner], area_at[polygon_owner[ring_owner]])).astype(
        np.int64
    )
    if len(lines) == 0:
        return np.empty((0, 4)), np.empty(0, dtype=np.int64)
    counts = shapely.get_num_coordinates(lines).astype(np.int64)
    start = np.concatenate(([0], np.cumsum(counts)))
    coordinates = shapely.get_coordinates(lines)
    lon = wrap(coordinates[:, 0], projection.central_lon)
    lon, lat, start, _ = densify(lon, np.ascontiguousarray(coordinates[:, 1]), start)
    x, y = projection.forward(lon, lat)
    begins = np.ones(len(x), dtype=np.bool_)
    begins[start[1:] - 1] = False
    at = np.flatnonzero(begins)
    edges = np.column_stack((x[at], y[at], x[at + 1], y[at + 1]))
    return edges, np.repeat(owner, np.diff(start) - 1)
