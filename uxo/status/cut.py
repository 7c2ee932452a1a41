"""Pieces as lines: cut out of their roads by measure, many at a time."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from uxo.geo.polyline import Polylines
from uxo.geo.projection import wrap
from uxo.status.pieces import FloatArray, IntArray, PieceTable
from uxo.status.prepare import Part


class PlanePieces(NamedTuple):
    """Some pieces in one part's plane.

    Attributes
    ----------
    place : int64[k]
        Position of each among the pieces asked for.
    lines : object[k]
        LineStrings in plane metres.
    scale : float64[k]
        Point scale at the piece's beginning.
    part : Part
        The part that they lie in.
    """

    place: IntArray
    lines: npt.NDArray[np.object_]
    scale: FloatArray
    part: Part


def cut_pieces(table: PieceTable, pieces: npt.NDArray[np.intp]) -> npt.NDArray[np.object_]:
    """Cut pieces out of their roads as LineStrings in EPSG:4326.

    A piece that is a whole road has the road's own geometry; else the road's own vertices between
    two ends that are interpolated in longitude and latitude.
    """
    lines = np.empty(len(pieces), dtype=object)
    road = table.road[pieces]
    whole = table.swept.piece_count[road] == 1
    lines[whole] = table.roads.geometry.to_numpy()[road[whole]]
    for part, place, local in _by_part(table, pieces, ~whole):
        at = pieces[place]
        ends = _Ends(part.lines, local, table.from_m[at], table.to_m[at])
        lon, lat = ends.interpolate(part.lines.lon, part.lines.lat)
        lon = wrap(lon, 0.0)  # unwrapped around the part's meridian until here
        lines[place] = shapely.linestrings(np.column_stack((lon, lat)), indices=ends.owner)
    return lines


def plane_pieces(table: PieceTable, pieces: npt.NDArray[np.intp]) -> list[PlanePieces]:
    """Cut pieces out of their roads in the plane of each part."""
    found = []
    for part, place, local in _by_part(table, pieces, np.ones(len(pieces), dtype=np.bool_)):
        at = pieces[place]
        ends = _Ends(part.lines, local, table.from_m[at], table.to_m[at])
        x, y = ends.interpolate(part.lines.x, part.lines.y)
        lines = shapely.linestrings(np.column_stack((x, y)), indices=ends.owner)
        found.append(PlanePieces(place, lines, part.lines.scale[ends.first_edge], part))
    return found


def _by_part(
    table: PieceTable, pieces: npt.NDArray[np.intp], wanted: npt.NDArray[np.bool_]
) -> list[tuple[Part, IntArray, IntArray]]:
    """Group pieces by part: part, position among the pieces, road within the part."""
    road = table.road[pieces]
    groups = []
    for part in table.parts:
        local = np.full(len(table.roads), -1, dtype=np.int64)
        local[part.road_rows] = np.arange(len(part.road_rows))
        place = np.flatnonzero(wanted & (local[road] >= 0))
        if len(place):
            groups.append((part, place, local[road[place]]))
    return groups


class _Ends:
    """Where pieces begin and end among the vertices of their roads."""

    def __init__(
        self, lines: Polylines, road: IntArray, from_m: FloatArray, to_m: FloatArray
    ) -> None:
        before = np.concatenate((np.zeros(1), np.cumsum(lines.length_m)))[:-1]
        # One measure over all roads, so that one search serves all pieces.
        along = lines.measure_m + np.repeat(before, np.diff(lines.start))
        self._along = along
        self.begin, self.end = from_m + before[road], to_m + before[road]
        first, last = lines.start[road], lines.start[road + 1] - 2
        self.first_edge = self._edge(self.begin, first, last)
        self._last_edge = self._edge(self.end, first, last)
        given = np.flatnonzero(lines.given)
        inner_first = np.searchsorted(given, self.first_edge + 1)
        inner_last = np.searchsorted(given, self._last_edge, side="right")
        inner_count = np.maximum(inner_last - inner_first, 0)
        count = inner_count + 2
        start = np.concatenate((np.zeros(1, np.int64), np.cumsum(count)))
        self.owner = np.repeat(np.arange(len(road)), count)
        self._first, self._last = start[:-1], start[1:] - 1
        step = np.arange(start[-1]) - start[self.owner] - 1
        inner = (step >= 0) & (step < inner_count[self.owner])
        self._inner = inner
        self._vertex = given[inner_first[self.owner[inner]] + step[inner]]

    def _edge(self, at: FloatArray, first: IntArray, last: IntArray) -> IntArray:
        """Edge on which each measure lies, within its own road."""
        found = np.searchsorted(self._along, at, side="right") - 1
        edge: IntArray = np.minimum(np.maximum(found, first), last)
        return edge

    def interpolate(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give the vertices of the pieces in one pair of coordinate arrays."""
        out = np.empty((2, len(self.owner)))
        for axis, values in enumerate((x, y)):
            out[axis, self._inner] = values[self._vertex]
            out[axis, self._first] = self._at(values, self.first_edge, self.begin)
            out[axis, self._last] = self._at(values, self._last_edge, self.end)
        return out[0], out[1]

    def _at(self, values: FloatArray, edge: IntArray, at: FloatArray) -> FloatArray:
        """Interpolate along edges."""
        span = self._along[edge + 1] - self._along[edge]
        share = np.divide(at - self._along[edge], span, out=np.zeros_like(at), where=span > 0.0)
        return values[edge] + np.clip(share, 0.0, 1.0) * (values[edge + 1] - values[edge])
