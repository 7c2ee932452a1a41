"""Find the road that a place belongs to, among the roads that a traveller may use."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from uxo.geo.polyline import project_roads
from uxo.geo.projection import Projection

FloatArray = npt.NDArray[np.float64]

_METRES_PER_DEGREE: Final = 110_500.0  # the shortest on WGS84, so a window is never too small
_END_M: Final = 0.01  # the ends of pieces are right to this, so a place this near is at the end
_TURNS: Final = (-360.0, 0.0, 360.0)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a road, where a way begins or ends.

    Attributes
    ----------
    road : int
        Row of the road table.
    at_m : float
        Metres on the ground from its first vertex.
    distance_m : float
        From the position asked about.
    """

    road: int
    at_m: float
    distance_m: float = 0.0


class RoadFinder:
    """Finds the nearest road of a table.

    Parameters
    ----------
    roads : GeoDataFrame
        Declared road columns, EPSG:4326.
    length_m : float64[roads]
        Ground length of each, as the status measures it.
    """

    def __init__(self, roads: gpd.GeoDataFrame, length_m: FloatArray) -> None:
        self._lines = roads.geometry.to_numpy()
        self._names = roads["road_id"].to_numpy(dtype=object)
        self._length_m = length_m
        self._tree = shapely.STRtree(self._lines)

    def nearest(
        self, lon: float, lat: float, near_m: float, usable: npt.NDArray[np.bool_]
    ) -> Spot | None:
        """Find the nearest point of a road; None where there is none within reach.

        Parameters
        ----------
        lon, lat : float
            Degrees.
        near_m : float
            Farthest distance.
        usable : bool[roads]
            Which roads count.
        """
        tall = near_m / _METRES_PER_DEGREE
        wide = min(180.0, tall / max(float(np.cos(np.radians(min(abs(lat) + tall, 90.0)))), 1e-9))
        boxes = [
            shapely.box(lon + turn - wide, lat - tall, lon + turn + wide, lat + tall)
            for turn in _TURNS
        ]
        rows = np.unique(self._tree.query(boxes)[1])
        rows = rows[usable[rows]]
        spots = self._feet(rows, lon, lat) if len(rows) else []
        best = min(spots, key=lambda spot: (spot.distance_m, spot.road), default=None)
        return best if best is not None and best.distance_m <= near_m else None

    def _feet(self, rows: npt.NDArray[np.intp], lon: float, lat: float) -> list[Spot]:
        """Drop the perpendicular on each road, on the ground."""
        plane = Projection(lon)
        lines = project_roads(self._lines[rows], plane, self._names[rows])
        x, y = plane.forward(np.array([lon]), np.array([lat]))
        spots = []
        for number, row in enumerate(rows.tolist()):  # the roads within some metres: a handful
            own = slice(lines.start[number], lines.start[number + 1])
            away_m, at_m = _foot(lines.x[own] - x, lines.y[own] - y, lines.measure_m[own])
            length_m = float(self._length_m[row])
            at_m = 0.0 if at_m < _END_M else at_m
            spots.append(Spot(row, length_m if at_m > length_m - _END_M else at_m, away_m))
        return spots


def _foot(x: FloatArray, y: FloatArray, measure_m: FloatArray) -> tuple[float, float]:
    """Find distance and measure of the point of a polyline that is nearest to the origin."""
    dx, dy = np.diff(x), np.diff(y)
    square = dx * dx + dy * dy
    share = -(x[:-1] * dx + y[:-1] * dy) / np.where(square > 0.0, square, 1.0)
    share = np.clip(share, 0.0, 1.0)
    away = np.hypot(x[:-1] + share * dx, y[:-1] + share * dy)
    edge = int(np.argmin(away))
    at_m = measure_m[edge] + share[edge] * (measure_m[edge + 1] - measure_m[edge])
    return float(away[edge]), float(at_m)
