"""A drawn or recorded line as samples on the ground, and the roads that lie near each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from uxo.errors import BadInput
from uxo.evidence.routes import Waypoint
from uxo.geo.polyline import Polylines, project_roads
from uxo.geo.projection import Projection, wrap
from uxo.status.result import StatusResult

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

STEP_M: Final = 10.0
"""Samples lie this far apart, as long as no bend asks for more."""
_MOST_SAMPLES: Final = 50_000
_METRES_A_DEGREE: Final = 110_500.0


@dataclass(frozen=True, slots=True)
class Samples:
    """Points along a line.

    Attributes
    ----------
    lon, lat : float64[n]
        Degrees.
    step_m : float64[n]
        Ground metres from the sample before; NaN where a new part of the line begins.
    """

    lon: FloatArray
    lat: FloatArray
    step_m: FloatArray

    def __len__(self) -> int:
        """Count them."""
        return len(self.lon)

    def at(self, number: int) -> Waypoint:
        """Give one as a position."""
        return Waypoint(float(self.lon[number]), float(self.lat[number]))


@dataclass(frozen=True, slots=True)
class Near:
    """Roads near samples, as pairs in the order of the samples.

    Attributes
    ----------
    first : int64[samples + 1]
        Where the pairs of each sample begin.
    road : int64[pairs]
        Row of the road table.
    at_m : float64[pairs]
        Ground metres of the nearest point of the road.
    away_m : float64[pairs]
        Distance on the ground.
    """

    first: IntArray
    road: IntArray
    at_m: FloatArray
    away_m: FloatArray

    def of(self, sample: int) -> range:
        """Give the pairs of a sample."""
        return range(int(self.first[sample]), int(self.first[sample + 1]))


def sample(parts: Sequence[FloatArray]) -> Samples:
    """Lay samples along the parts of a line.

    Parameters
    ----------
    parts : sequence of float64[k, 2]
        Longitude and latitude; what lies between two parts is not known.

    Raises
    ------
    BadInput
        There is no line, or it is far too long.
    """
    lon: list[FloatArray] = []
    lat: list[FloatArray] = []
    steps: list[FloatArray] = []
    for part in parts:
        plane = Projection(float(part[0, 0]))
        line = project_roads(
            np.array([shapely.LineString(part)], dtype=object), plane, np.array(["line"])
        )
        length_m = float(line.measure_m[-1])
        count = max(1, int(np.ceil(length_m / STEP_M)))
        # A receiver at rest writes thousands of vertices on one spot; bends that are drawn stay.
        at_m = np.unique(np.concatenate((np.linspace(0.0, length_m, count + 1), _bends(line))))
        lon.append(wrap(np.interp(at_m, line.measure_m, line.lon), 0.0))
        lat.append(np.interp(at_m, line.measure_m, line.lat))
        steps.append(np.concatenate(([np.nan], np.diff(at_m))))
        if sum(map(len, steps)) > _MOST_SAMPLES:
            msg = f"the line is longer than {_MOST_SAMPLES * STEP_M / 1000:.0f} km; cut it in two"
            raise BadInput(msg)
    return Samples(np.concatenate(lon), np.concatenate(lat), np.concatenate(steps))


def _bends(line: Polylines) -> FloatArray:
    """Take the vertices that lie at least a quarter of a step behind the last one taken."""
    kept = [0.0]
    for measure_m in line.measure_m.tolist():
        if measure_m - kept[-1] >= STEP_M / 4.0:
            kept.append(measure_m)
    return np.array(kept)


def near_roads(result: StatusResult, samples: Samples, tolerance_m: float) -> Near:
    """Find the roads within a tolerance of each sample.

    Parameters
    ----------
    result : StatusResult
        Its roads.
    samples : Samples
        Of the line.
    tolerance_m : float
        Ground metres.
    """
    plane = Projection(float(samples.lon[0]))
    roads = result.roads.geometry.to_numpy()
    rows = _rows_around(roads, samples, tolerance_m)
    names = result.roads["road_id"].to_numpy(dtype=object)[rows]
    lines = project_roads(roads[rows], plane, names)
    owner = np.repeat(np.arange(len(rows)), np.diff(lines.start))
    shapes = (
        shapely.linestrings(np.column_stack((lines.x, lines.y)), indices=owner)
        if len(rows)
        else np.empty(0, dtype=object)
    )
    x, y = plane.forward(wrap(samples.lon, plane.central_lon), samples.lat)
    scale = plane.scale(x, samples.lat)
    points = shapely.points(x, y)
    pair = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=tolerance_m * scale)
    order = np.lexsort((pair[1], pair[0]))
    one, local = pair[0][order], pair[1][order]
    away_m = shapely.distance(points[one], shapes[local]) / scale[one]
    plane_m = shapely.line_locate_point(shapes[local], points[one])
    length_m = result.road_length_m[rows]
    return Near(
        first=np.searchsorted(one, np.arange(len(samples) + 1)).astype(np.int64),
        road=rows[local].astype(np.int64),
        at_m=np.minimum(_ground_m(lines, local, plane_m), length_m[local]),
        away_m=away_m,
    )


def _rows_around(roads: npt.NDArray[np.object_], samples: Samples, tolerance_m: float) -> IntArray:
    """Find the roads whose boxes come near any sample."""
    tall = tolerance_m / _METRES_A_DEGREE
    wide = tall / max(float(np.cos(np.radians(np.abs(samples.lat).max()))), 1e-6)
    boxes = shapely.box(
        samples.lon - wide, samples.lat - tall, samples.lon + wide, samples.lat + tall
    )
    rows: IntArray = np.unique(shapely.STRtree(roads).query(boxes)[1]).astype(np.int64)
    return rows


def _ground_m(lines: Polylines, local: IntArray, plane_m: FloatArray) -> FloatArray:
    """Turn plane metres along roads into ground metres."""
    dx, dy = np.diff(lines.x, append=0.0), np.diff(lines.y, append=0.0)
    edge = np.hypot(dx, dy)
    edge[lines.start[1:] - 1] = 0.0
    total = np.concatenate(([0.0], np.cumsum(edge)))[:-1]
    ground = np.empty(len(local))
    for road in np.unique(local).tolist():  # the roads along one line
        own = slice(lines.start[road], lines.start[road + 1])
        mine = local == road
        along = total[own] - total[own.start]
        ground[mine] = np.interp(plane_m[mine], along, lines.measure_m[own])
    return ground
