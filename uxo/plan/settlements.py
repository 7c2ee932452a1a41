"""Where settlements meet the network, and how many households wait for a way there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from uxo.geo.projection import wrap
from uxo.plan.instance import BoolArray, FloatArray, IntArray
from uxo.plan.stretches import Spots
from uxo.status.prepare import Part
from uxo.status.result import StatusResult

NEAR_M: Final = 1000.0
"""A settlement farther than this from every road is off the network."""


@dataclass(frozen=True, slots=True)
class Settlements:
    """Communities with the place on the network that each is joined to.

    Attributes
    ----------
    pcode, name : object[n]
        P-code; name in English, else in Arabic, else the P-code.
    households : float64[n]
        Expected to return; NaN: not known.
    spots : Spots
        The nearest point of any road; meaningless where `off_network`.
    distance_m : float64[n]
        To that point; infinite where `off_network`.
    """

    pcode: IntArray
    name: IntArray
    households: FloatArray
    spots: Spots
    distance_m: FloatArray

    def __len__(self) -> int:
        """Count them."""
        return len(self.pcode)

    @property
    def off_network(self) -> BoolArray:
        """Tell which lie too far from every road, bool[n]."""
        return np.isinf(self.distance_m)


def join_settlements(
    result: StatusResult, places: gpd.GeoDataFrame, households: Mapping[str, float | None]
) -> Settlements:
    """Join each community to the nearest road.

    Parameters
    ----------
    result : StatusResult
        A computed status.
    places : GeoDataFrame
        Declared place columns. Of a polygon a point inside stands for it.
    households : mapping of str to float or None
        P-code -> households expected. What is missing or None is not known.
    """
    known = [households.get(str(pcode)) for pcode in places["pcode"]]
    names = places["name_en"].where(places["name_en"].notna(), places["name_ar"])
    names = names.where(names.notna(), places["pcode"])
    points = shapely.point_on_surface(places.geometry.to_numpy())
    road = np.zeros(len(places), dtype=np.int64)
    at_m, distance_m = np.zeros(len(places)), np.full(len(places), np.inf)
    for part in result.parts:
        for place, row, at, far in _nearest(part, points):
            if far < distance_m[place]:
                road[place], at_m[place], distance_m[place] = row, at, far
    return Settlements(
        pcode=places["pcode"].to_numpy(dtype=object),
        name=names.to_numpy(dtype=object),
        households=np.array([np.nan if one is None else one for one in known], dtype=np.float64),
        spots=Spots(road, np.minimum(at_m, result.road_length_m[road])),
        distance_m=distance_m,
    )


def _nearest(part: Part, points: IntArray) -> list[tuple[int, int, float, float]]:
    """Find the nearest road of a strip: place, road, metres along it, distance."""
    lon = wrap(shapely.get_x(points), part.projection.central_lon)
    lat = shapely.get_y(points)
    west, south, east, north = part.extent
    margin = 0.1  # degrees: more than a kilometre but near the poles, where it only costs time
    inside = (lat >= south - margin) & (lat <= north + margin)
    wide = margin / max(np.cos(np.radians(min(abs(south), abs(north), 89.0))), 0.02)
    chosen = np.flatnonzero(inside & (lon >= west - wide) & (lon <= east + wide))
    if len(chosen) == 0:
        return []
    lines = part.lines
    owner = np.repeat(np.arange(len(part.road_rows)), np.diff(lines.start))
    tree = shapely.STRtree(shapely.linestrings(lines.x, lines.y, indices=owner))
    x, y = part.projection.forward(lon[chosen], lat[chosen])
    # The point scale is below 1.01 everywhere in a strip.
    which, near = tree.query_nearest(
        shapely.points(x, y), max_distance=NEAR_M * 1.01, all_matches=False
    )
    found = []
    for place, road in zip(which, near, strict=True):  # settlements: thousands at most
        own = slice(lines.start[road], lines.start[road + 1])
        far, at_m = _foot(lines.x[own] - x[place], lines.y[own] - y[place], lines.measure_m[own])
        far /= float(lines.scale[lines.start[road]])
        if far <= NEAR_M:
            found.append((int(chosen[place]), int(part.road_rows[road]), at_m, far))
    return found


def _foot(x: FloatArray, y: FloatArray, measure_m: FloatArray) -> tuple[float, float]:
    """Find distance and measure of the point of a polyline that is nearest to the origin."""
    dx, dy = np.diff(x), np.diff(y)
    square = dx * dx + dy * dy
    share = np.clip(-(x[:-1] * dx + y[:-1] * dy) / np.where(square > 0.0, square, 1.0), 0.0, 1.0)
    away = np.hypot(x[:-1] + share * dx, y[:-1] + share * dy)
    edge = int(np.argmin(away))
    at_m = measure_m[edge] + share[edge] * (measure_m[edge + 1] - measure_m[edge])
    return float(away[edge]), float(at_m)
