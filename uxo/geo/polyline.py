"""Roads as projected polylines with a ground measure along them.

An edge of a file in longitude and latitude is straight in longitude and latitude (RFC 7946, section
3.1.1), so long edges are densified there before they are projected: otherwise two projections would
disagree about where a long edge runs.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from uxo.errors import BadGeometry
from uxo.geo.blocks import in_blocks
from uxo.geo.projection import REACH_M, FloatArray, Projection, wrap
from uxo.geo.ragged import IntArray, joined_starts

MAX_EDGE_M: Final = 200.0
"""Longest edge that is projected as straight, wherever it is."""

MAX_SAGITTA_M: Final = 0.0003
"""How far the middle of an edge may come to lie beside where the file has it.

A parallel bends by ``length ** 2 * tan(latitude) / (8 * radius)`` from a straight line: 0.6 mm for
200 m at 36 N, but 4 mm at 78 N, and where a road runs along a hazard's reach that moves the end of
a piece by centimetres. So edges get shorter towards the poles.
"""

_EARTH_RADIUS_M: Final = 6_371_000.0

_METRES_PER_DEGREE: Final = 111_320.0

_STEEPEST_DEGREES: Final = 89.9  # the tangent must stay finite; edges there are cut very short

_ROADS_A_BLOCK: Final = 20_000


@dataclass(frozen=True, slots=True)
class Polylines:
    """Projected polylines, vertices of all roads in one array.

    Attributes
    ----------
    start : int64[n + 1]
        First vertex of each road; the last entry is the number of vertices.
    lon, lat : float64[m]
        Vertices in degrees, longitudes unwrapped around the projection's meridian.
    x, y : float64[m]
        Vertices in plane metres.
    scale : float64[m]
        Point scale at the middle of the edge that begins at the vertex (1 at a road's last one).
    measure_m : float64[m]
        Ground metres from the road's first vertex.
    given : bool[m]
        Whether the vertex stands in the file (the others were put in by densifying).
    """

    start: IntArray
    lon: FloatArray
    lat: FloatArray
    x: FloatArray
    y: FloatArray
    scale: FloatArray
    measure_m: FloatArray
    given: npt.NDArray[np.bool_]

    @property
    def length_m(self) -> FloatArray:
        """Ground length of each road in metres, float64[n]."""
        return self.measure_m[self.start[1:] - 1]


def densify(
    lon: FloatArray, lat: FloatArray, start: IntArray
) -> tuple[FloatArray, FloatArray, IntArray, npt.NDArray[np.bool_]]:
    """Put vertices into long edges, straight in longitude and latitude.

    Parameters
    ----------
    lon, lat : float64[m]
        Vertices in degrees, already unwrapped.
    start : int64[n + 1]
        First vertex of each line.

    Returns
    -------
    lon, lat, start, given
        The same lines with more vertices, and which of the vertices were given.
    """
    count = _edges_for_each(lon, lat, start)
    if not (count > 1).any():
        return lon, lat, start, np.ones(len(lon), dtype=np.bool_)
    first = np.concatenate(([0], np.cumsum(count)))
    owner = np.repeat(np.arange(len(lon)), count)
    step = np.arange(first[-1]) - first[owner]
    share = step / count[owner]
    # A multiple of the share is added to the given vertex, so given vertices stay bit for bit.
    return (
        lon[owner] + share * np.diff(lon, append=0.0)[owner],
        lat[owner] + share * np.diff(lat, append=0.0)[owner],
        first[start],
        step == 0,
    )


def _edges_for_each(lon: FloatArray, lat: FloatArray, start: IntArray) -> IntArray:
    """Count into how many edges the edge that begins at each vertex is to be cut."""
    count = np.ones(len(lon), dtype=np.int64)
    dlon, dlat = np.diff(lon, append=0.0), np.diff(lat, append=0.0)
    dlon[start[1:] - 1] = dlat[start[1:] - 1] = 0.0  # a line's last vertex begins no edge
    # An edge that would be short enough on the equator, bent as near the pole, needs no more look.
    steepest = min(float(np.abs(lat).max(initial=0.0)), _STEEPEST_DEGREES)
    long = dlon * dlon + dlat * dlat > (_longest_m(np.radians(steepest)) / _METRES_PER_DEGREE) ** 2
    at = np.flatnonzero(long)
    mid_lat = np.radians(lat[at] + dlat[at] / 2.0)
    length = _METRES_PER_DEGREE * np.hypot(dlon[at] * np.cos(mid_lat), dlat[at])
    count[at] = np.maximum(1, np.ceil(length / _longest_m(mid_lat))).astype(np.int64)
    return count


def _longest_m(latitude: FloatArray | float) -> FloatArray:
    """Longest edge that is straight enough at a latitude in radians."""
    bend = np.maximum(np.abs(np.tan(latitude)), 1e-9)
    longest: FloatArray = np.minimum(
        MAX_EDGE_M, np.sqrt(8.0 * _EARTH_RADIUS_M * MAX_SAGITTA_M / bend)
    )
    return longest


def project_roads(
    lines: npt.NDArray[np.object_], projection: Projection, names: npt.NDArray[np.object_]
) -> Polylines:
    """Project roads and measure them.

    Parameters
    ----------
    lines : object[n]
        LineStrings in EPSG:4326 with at least two vertices.
    projection : Projection
        The plane.
    names : object[n]
        Road ids, for messages.

    Raises
    ------
    BadGeometry
        A road runs farther from the strip than :data:`REACH_M`.
    """
    blocks = in_blocks(
        lambda rows: _project_block(lines[rows], projection, names[rows]),
        len(lines),
        block=_ROADS_A_BLOCK,
    )
    return blocks[0] if len(blocks) == 1 else _joined(blocks)


def _joined(blocks: list[Polylines]) -> Polylines:
    """Put blocks of roads behind each other."""
    names = ("lon", "lat", "x", "y", "scale", "measure_m", "given")
    vertices = {name: np.concatenate([getattr(own, name) for own in blocks]) for name in names}
    return Polylines(start=joined_starts([own.start for own in blocks]), **vertices)


def _project_block(
    lines: npt.NDArray[np.object_], projection: Projection, names: npt.NDArray[np.object_]
) -> Polylines:
    """Project and measure some roads in one go."""
    counts = shapely.get_num_coordinates(lines).astype(np.int64)
    start = np.concatenate(([0], np.cumsum(counts)))
    coordinates = shapely.get_coordinates(lines)
    lon = wrap(coordinates[:, 0], projection.central_lon)
    lon, lat, start, given = densify(lon, np.ascontiguousarray(coordinates[:, 1]), start)
    x, y = projection.forward(lon, lat)
    far = np.abs(x) > REACH_M
    if far.any():
        road = names[np.searchsorted(start, np.argmax(far), side="right") - 1]
        msg = (
            f"road {road}: it runs more than {REACH_M / 1000:.0f} km east or west of the middle of "
            "its part of the network; cut it into shorter roads"
        )
        raise BadGeometry(msg)
    last = start[1:] - 1
    dx, dy = np.diff(x, append=0.0), np.diff(y, append=0.0)
    scale = projection.scale(x + dx / 2.0, lat)
    scale[last] = 1.0
    ground = np.hypot(dx, dy) / scale
    ground[last] = 0.0
    measure = _running_sum(ground, start)
    return Polylines(start, lon, lat, x, y, scale, measure, given)


def _running_sum(values: FloatArray, start: IntArray) -> FloatArray:
    """Sum the values before each vertex within its own line (right to 1e-7 m on a country)."""
    total = np.concatenate(([0.0], np.cumsum(values)))[:-1]
    running: FloatArray = total - np.repeat(total[start[:-1]], np.diff(start))
    return running
