"""Ground distances for the oracle: slow, exact enough, and with nothing to tune.

Every question is asked from one point. The plane used for the answer is the azimuthal equidistant
one around that very point, so a distance from the point is the geodesic distance on WGS84, wherever
on earth the point is. Edges of GeoJSON are straight in longitude and latitude (RFC 7946, 3.1.1), so
they are cut into short parts before they are carried into a plane.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

WGS84 = Geod(ellps="WGS84")
STEP_M = 25.0
"""Longest part of an edge; its sagitta stays under 0.1 mm up to 80 degrees of latitude."""

_JOIN_STEP_RAD = 1e-3
"""Step of a round join: an arc of 100 m radius is met within 0.02 mm."""

_CRACK_M = 1e-4
"""Cracks in a strip's union up to twice as wide are closed."""

Coordinates = NDArray[np.float64]


def densified(geometry: BaseGeometry) -> BaseGeometry:
    """Cut every edge into parts of at most STEP_M, straight in longitude and latitude."""
    if geometry.geom_type in {"Point", "MultiPoint"}:
        return geometry
    if geometry.geom_type == "LineString":
        return shapely.LineString(_dense(shapely.get_coordinates(geometry)))
    if geometry.geom_type == "Polygon":
        holes = [_dense(shapely.get_coordinates(ring)) for ring in geometry.interiors]
        return shapely.Polygon(_dense(shapely.get_coordinates(geometry.exterior)), holes)
    return type(geometry)([densified(part) for part in geometry.geoms])


def _dense(lonlat: Coordinates) -> Coordinates:
    dense = [lonlat[:1]]
    for start, end in pairwise(lonlat):
        length_m = WGS84.inv(*start, *end)[2]
        parts = max(1, math.ceil(length_m / STEP_M))
        shares = (np.arange(1, parts + 1) / parts)[:, None]
        dense.append(start + shares * (end - start))
    return np.concatenate(dense)


@dataclass(frozen=True)
class RoadLine:
    """A road as many short parts, with the metres from its first vertex at each end."""

    lonlat: Coordinates
    metres: NDArray[np.float64]

    @classmethod
    def of(cls, line: BaseGeometry) -> "RoadLine":
        """Measure a line on the ground."""
        lonlat = shapely.get_coordinates(densified(line))
        steps = WGS84.line_lengths(lonlat[:, 0], lonlat[:, 1])
        return cls(lonlat, np.concatenate([[0.0], np.cumsum(steps)]))

    @property
    def length_m(self) -> float:
        """Length on the ground."""
        return float(self.metres[-1])

    def place(self, at_m: float) -> tuple[float, float]:
        """Longitude and latitude of the point so many metres from the first vertex."""
        lon = np.interp(at_m, self.metres, self.lonlat[:, 0])
        lat = np.interp(at_m, self.metres, self.lonlat[:, 1])
        return float(lon), float(lat)


@dataclass(frozen=True)
class Plane:
    """The azimuthal equidistant plane around one point, which is its origin."""

    lon: float
    lat: float

    def carry(self, dense: BaseGeometry) -> BaseGeometry:
        """Carry a densified geometry from longitude and latitude into this plane, in metres."""
        return shapely.transform(dense, self._xy)

    def _xy(self, lonlat: Coordinates) -> Coordinates:
        here = np.ones(len(lonlat))
        azimuth, _, distance_m = WGS84.inv(
            here * self.lon, here * self.lat, lonlat[:, 0], lonlat[:, 1]
        )
        angle = np.radians(azimuth)
        return np.column_stack([distance_m * np.sin(angle), distance_m * np.cos(angle)])


ORIGIN = shapely.Point(0.0, 0.0)


def strip(line: BaseGeometry, width_m: float) -> BaseGeometry:
    """Area of a line with a width: full width, flat ends, round joins (line in metres).

    A rectangle along every part, and at every bend the slice of a disc between the two rectangles
    on the outer side. Not GEOS' buffer, which smooths the line by a hundredth of the width first.
    """
    points = shapely.get_coordinates(line)
    keep = np.concatenate([[True], np.any(np.diff(points, axis=0) != 0, axis=1)])
    points = points[keep]
    half_m = width_m / 2
    along = np.diff(points, axis=0)
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    left = np.column_stack([-along[:, 1], along[:, 0]]) * half_m
    # The ends of the part are corners of its rectangle too: neighbours share every corner there.
    parts = [
        shapely.Polygon([a + n, b + n, b, b - n, a - n, a])
        for a, b, n in zip(points[:-1], points[1:], left, strict=True)
    ]
    for bend, before, after in zip(points[1:-1], left[:-1], left[1:], strict=True):
        parts.extend(_slice(bend, before, after))
    union = shapely.union_all(parts)
    # Rounding leaves cracks of nanometres between neighbours; they are no boundary.
    return union.buffer(_CRACK_M, join_style="mitre").buffer(-_CRACK_M, join_style="mitre")


def _slice(
    bend: Sequence[float] | Coordinates, before: Coordinates, after: Coordinates
) -> list[BaseGeometry]:
    """Slice of a disc on the outer side of a bend, between the normals before and after it."""
    turn = math.atan2(
        before[0] * after[1] - before[1] * after[0], before[0] * after[0] + before[1] * after[1]
    )
    if turn == 0:
        return []
    outer = -1.0 if turn > 0 else 1.0
    steps = max(1, math.ceil(abs(turn) / _JOIN_STEP_RAD))
    start = math.atan2(before[1] * outer, before[0] * outer)
    angles = start + turn * np.arange(1, steps) / steps
    radius_m = math.hypot(*before)
    arc = np.column_stack([np.cos(angles), np.sin(angles)]) * radius_m
    corner = np.asarray(bend)
    # The ends of the arc are the very corners of the rectangles.
    ring = np.concatenate(
        [[corner], [corner + outer * before], corner + arc, [corner + outer * after]]
    )
    return [shapely.Polygon(ring)]
