"""Find the point on a road that a person means."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from uxo.errors import NotFound
from uxo.geo.polyline import project_roads
from uxo.geo.projection import Projection
from uxo.status.result import StatusResult

_TIE_M: Final = 0.5
_METRES_PER_DEGREE: Final = 110_500.0  # the shortest on WGS84, so a window is never too small


@dataclass(frozen=True, slots=True)
class Spot:
    """A point on a road.

    Attributes
    ----------
    row : int
        The road's row in the result's roads.
    at_m : float
        Metres on the ground from its first vertex.
    distance_m : float or None
        From the position asked about; None when the road was named.
    """

    row: int
    at_m: float
    distance_m: float | None = None


def spot_on_road(result: StatusResult, road_id: str, at_m: float) -> Spot:
    """Find a place by its road and the metres along it.

    Parameters
    ----------
    result : StatusResult
        A computed status.
    road_id : str
        The road.
    at_m : float
        Metres on the ground from its first vertex.

    Raises
    ------
    NotFound
        There is no such road, or it is shorter.
    """
    rows = np.flatnonzero(result.roads["road_id"].to_numpy() == road_id)
    if len(rows) == 0:
        msg = f"there is no road {road_id[:80]!r}; take the id from the map or the status file"
        raise NotFound(msg)
    row = int(rows[0])
    length_m = float(result.road_length_m[row])
    if not 0.0 <= at_m <= length_m:
        msg = f"road {road_id} is {length_m:.2f} m long: there is no place at {at_m:g} m"
        raise NotFound(msg)
    return Spot(row, at_m)


def nearest_spot(result: StatusResult, lon: float, lat: float, near_m: float) -> Spot:
    """Find the nearest point of any road.

    Where several roads are equally near (a junction), the one with the worst status is taken.

    Parameters
    ----------
    result : StatusResult
        A computed status.
    lon, lat : float
        Position in degrees.
    near_m : float
        Farthest distance in metres.

    Raises
    ------
    NotFound
        No road lies within ``near_m``.
    """
    rows = _rows_around(result, lon, lat, near_m)
    spots = _measure(result, rows, lon, lat) if len(rows) else []
    nearest_m = min((spot.distance_m or 0.0 for spot in spots), default=np.inf)
    if nearest_m > near_m:
        msg = (
            f"no road lies within {near_m:g} m of {lat:.6f}, {lon:.6f} (latitude, longitude). "
            "Where nothing is recorded, nothing is known"
        )
        raise NotFound(msg)
    tied = [spot for spot in spots if (spot.distance_m or 0.0) <= nearest_m + _TIE_M]
    return min(tied, key=lambda spot: int(result.status[result.piece_at(spot.row, spot.at_m)]))


def _rows_around(
    result: StatusResult, lon: float, lat: float, near_m: float
) -> npt.NDArray[np.intp]:
    """Find the roads whose bounds come within a window, also across the 180th meridian."""
    tall = near_m / _METRES_PER_DEGREE
    wide = min(180.0, tall / max(np.cos(np.radians(min(abs(lat) + tall, 90.0))), 1e-9))
    west, south, east, north = shapely.bounds(result.roads.geometry.to_numpy()).T
    turn = np.mod((west + east) / 2.0 - lon + 180.0, 360.0) - 180.0
    beside = np.abs(turn) <= wide + (east - west) / 2.0
    return np.flatnonzero(beside & (south <= lat + tall) & (north >= lat - tall))


def _measure(
    result: StatusResult, rows: npt.NDArray[np.intp], lon: float, lat: float
) -> list[Spot]:
    """Find the nearest point of each road, on the ground."""
    plane = Projection(lon)
    lines = project_roads(
        result.roads.geometry.to_numpy()[rows], plane, result.roads["road_id"].to_numpy()[rows]
    )
    x, y = plane.forward(np.array([lon]), np.array([lat]))
    spots = []
    for number, row in enumerate(rows):  # the roads within some metres: a handful
        first, last = lines.start[number], lines.start[number + 1]
        distance, at_m = _foot(
            lines.x[first:last] - x, lines.y[first:last] - y, lines.measure_m[first:last]
        )
        # The engine's own length ends the road; another plane may differ by a millimetre.
        length_m = float(result.road_length_m[row])
        spots.append(Spot(int(row), min(at_m, length_m), distance))
    return spots


def _foot(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], measure_m: npt.NDArray[np.float64]
) -> tuple[float, float]:
    """Find distance and measure of the point of a polyline that is nearest to the origin."""
    dx, dy = np.diff(x), np.diff(y)
    square = dx * dx + dy * dy
    share = -(x[:-1] * dx + y[:-1] * dy) / np.where(square > 0.0, square, 1.0)
    share = np.clip(share, 0.0, 1.0)
    away = np.hypot(x[:-1] + share * dx, y[:-1] + share * dy)
    edge = int(np.argmin(away))
    at_m = measure_m[edge] + share[edge] * (measure_m[edge + 1] - measure_m[edge])
    return float(away[edge]), float(at_m)
