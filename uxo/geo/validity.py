"""Mend geometries, or refuse them: hazards may only grow, releases may only shrink.

What a surveyor meant by a ring that crosses itself cannot be known. So a hazard becomes everything
that its lines enclose, by any reading, and a release becomes only what every reading encloses
(status rule, sections 3 and 6.7). Mended hazards are grown, and mended releases shrunk, by a
millimetre, so that rounding falls on the same side as doubt.

Longitude and latitude in degrees. A step of more than 180 degrees in longitude goes the short way
round, across the antimeridian; such geometries are judged as if laid out flat there, and they are
returned as they came, with longitudes within -180 and 180.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException

from uxo.errors import BadGeometry

# 1e-8 degrees are 1.1 mm at most, a hundredth of the 0.1 m that distances must be right to.
_MARGIN_DEG: Final = 1e-8
_HALF_TURN_DEG: Final = 180.0
_FULL_TURN_DEG: Final = 360.0
_FEWEST_RING_POINTS: Final = 3

_Mended = tuple[Any, list[str]]


@dataclass(frozen=True, slots=True)
class MendedColumn:
    """A column of geometries after mending.

    Attributes
    ----------
    geometry : ndarray of object
        Valid geometries; None where the row is refused or had none.
    changes : dict of int to list of str
        Row -> what was changed, in words.
    refused : dict of int to str
        Row -> why nothing can be made of it.
    """

    geometry: NDArray[np.object_]
    changes: dict[int, list[str]]
    refused: dict[int, str]


def mend_column(geometry: NDArray[np.object_], mend: Callable[[Any], _Mended]) -> MendedColumn:
    """Mend those geometries of a column that need it.

    Parameters
    ----------
    geometry : ndarray of object
        Two-dimensional shapely geometries in degrees, or None.
    mend : callable
        `mend_hazard` or `mend_release`.

    Returns
    -------
    MendedColumn
        Valid rows are passed on untouched, judged all at once.
    """
    result = geometry.copy()
    changes: dict[int, list[str]] = {}
    refused: dict[int, str] = {}
    present = ~shapely.is_missing(geometry)
    bounds = shapely.bounds(geometry)
    wide = bounds[:, 2] - bounds[:, 0] > _HALF_TURN_DEG
    suspicious = present & (wide | ~shapely.is_valid(geometry) | shapely.is_empty(geometry))
    # Few geometries of a real file come here; each is mended in its own way.
    for row in np.flatnonzero(suspicious).tolist():
        try:
            result[row], told = mend(geometry[row])
        except BadGeometry as error:
            result[row] = None
            refused[row] = str(error)
        else:
            if told:
                changes[row] = told
    return MendedColumn(result, changes, refused)


def mend_hazard(geometry: Any) -> _Mended:  # noqa: ANN401  # shapely ships no types
    """Make a hazard valid without losing any of its ground.

    Parameters
    ----------
    geometry : shapely geometry
        Point, line or polygon, single or multiple, in degrees.

    Returns
    -------
    geometry : shapely geometry
        Contains every point and line of the input and everything that its rings enclose by any
        reading, holes included. A ring that collapses to a line (a point) keeps the line (point).
    changes : list of str
        What was changed, in words; empty if the input was valid.

    Raises
    ------
    BadGeometry
        The geometry is empty or has a coordinate that is not a finite number.

    Examples
    --------
    >>> bow_tie = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    >>> round(mend_hazard(bow_tie)[0].area, 6)
    2.0
    """
    flat = _laid_out(geometry)
    if shapely.is_valid(flat):
        return geometry, []
    try:
        lines = shapely.unary_union(_linework(flat))
        faces = list(shapely.get_parts(shapely.polygonize([lines])))
        if faces:
            grown = shapely.unary_union([*faces, lines])
            mended = shapely.buffer(grown, _MARGIN_DEG, join_style="mitre")
            told = "the outline crosses or touches itself; all that its lines enclose counts"
        elif lines.geom_type in ("GeometryCollection", "MultiPoint"):
            # Lines and points together are no type of their own, so both become thin areas.
            mended = shapely.buffer(lines, _MARGIN_DEG)
            told = "some parts have no extent; they count as points"
        else:
            mended = shapely.line_merge(lines) if lines.geom_type != "Point" else lines
            what = "a point" if lines.geom_type == "Point" else "a line"
            told = f"it encloses nothing; it counts as {what}"
    except GEOSException as error:
        raise BadGeometry(f"cannot be mended ({str(error).strip()})") from error
    return _wrapped(mended), [told]


def mend_release(geometry: Any) -> _Mended:  # noqa: ANN401
    """Make a release valid without releasing any ground that is in doubt.

    Parameters
    ----------
    geometry : shapely geometry
        Line or polygon, single or multiple, in degrees.

    Returns
    -------
    geometry : shapely geometry
        For polygons: the ground that the even-odd and the winding reading of the rings enclose
        alike, that no hole encloses by either, and that common repairs leave standing. Every line
        that was drawn stays a boundary, so a seam between two parts stays a gap. For lines: the
        parts that have a length.
    changes : list of str
        What was changed, in words; empty if the input was valid.

    Raises
    ------
    BadGeometry
        Nothing is left, the geometry is empty, or a coordinate is not a finite number.
    """
    flat = _laid_out(geometry)
    if shapely.is_valid(flat):
        return geometry, []
    if flat.geom_type in ("LineString", "MultiLineString"):
        parts = [part for part in shapely.get_parts(flat) if part.length > 0]
        if not parts:
            raise BadGeometry("a line without length releases nothing; draw it again")
        return _wrapped(shapely.multilinestrings(parts)), ["a part without length was left out"]
    try:
        certain = _certain_ground(flat)
    except GEOSException as error:
        raise BadGeometry(f"cannot be mended ({str(error).strip()})") from error
    if shapely.is_empty(certain):
        raise BadGeometry("encloses no ground for certain; draw the area again")
    told = "the outline crosses or touches itself; only ground enclosed by every reading counts"
    return _wrapped(certain), [told]


def mend_road(line: Any) -> tuple[tuple[Any, ...], list[str]]:  # noqa: ANN401
    """Make single lines of a road.

    Parameters
    ----------
    line : shapely geometry
        LineString or MultiLineString in degrees.

    Returns
    -------
    lines : tuple of LineString
        One, or several where the parts do not join end to end.
    changes : list of str
        What was changed, in words.

    Raises
    ------
    BadGeometry
        Another type; or nothing with a length is left.
    """
    if line.geom_type not in ("LineString", "MultiLineString"):
        raise BadGeometry(f"a road must be a line, not a {line.geom_type}")
    parts = shapely.get_parts(line)
    parts = parts[shapely.length(parts) > 0]
    if not len(parts):
        raise BadGeometry("the line has no length")
    if line.geom_type == "LineString":
        return (line,), []
    if len(parts) == 1:
        return (parts[0],), ["a line of one part was made a single line"]
    joined = _joined(list(parts))
    if joined is not None:
        return (joined,), [f"{len(parts)} parts that join end to end were made one line"]
    return tuple(parts), [f"{len(parts)} parts that do not join became roads of their own"]


def _joined(parts: list[Any]) -> Any:  # noqa: ANN401
    """Join parts to one line, in their own order and direction if they allow it; else None."""
    ends = [(part.coords[0], part.coords[-1]) for part in parts]
    if all(before[1] == after[0] for before, after in pairwise(ends)):
        steps = [shapely.get_coordinates(part)[1:] for part in parts[1:]]
        return shapely.linestrings(np.vstack([shapely.get_coordinates(parts[0]), *steps]))
    merged = shapely.line_merge(shapely.multilinestrings(parts))
    return merged if merged.geom_type == "LineString" else None


def _laid_out(geometry: Any) -> Any:  # noqa: ANN401
    """Check that a geometry has finite coordinates; lay it out flat if it crosses 180 degrees."""
    if geometry is None or shapely.is_empty(geometry):
        raise BadGeometry("the geometry is missing or empty")
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise BadGeometry("a coordinate is not a finite number")
    steps = (np.abs(np.diff(xy[:, 0])).max(initial=0) for xy in _chains(geometry))
    if max(steps, default=0) <= _HALF_TURN_DEG:
        return geometry

    def unwrap(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        turn = np.where(xy[:, 0] < 0, _FULL_TURN_DEG, 0.0)
        return np.column_stack([xy[:, 0] + turn, xy[:, 1]])

    return shapely.transform(geometry, unwrap)


def _wrapped(geometry: Any) -> Any:  # noqa: ANN401
    """Bring longitudes back within -180 and 180."""

    def wrap(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        turn = np.where(xy[:, 0] > _HALF_TURN_DEG, _FULL_TURN_DEG, 0.0)
        return np.column_stack([xy[:, 0] - turn, xy[:, 1]])

    return shapely.transform(geometry, wrap)


def _rings(polygon: Any) -> list[NDArray[np.float64]]:  # noqa: ANN401
    """Take the rings of a polygon, the shell first."""
    return [shapely.get_coordinates(ring) for ring in shapely.get_rings(polygon)]


def _chains(geometry: Any) -> list[NDArray[np.float64]]:  # noqa: ANN401
    """Take every ring, line and point of a geometry as its vertices."""
    chains: list[NDArray[np.float64]] = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            chains += _rings(part)
        else:
            chains.append(shapely.get_coordinates(part))
    return chains


def _linework(geometry: Any) -> list[Any]:  # noqa: ANN401
    """Turn every ring and line into a LineString, or into a Point if it has no extent."""
    return [
        shapely.linestrings(xy) if (xy != xy[0]).any() else shapely.points(xy[0])
        for xy in _chains(geometry)
    ]


def _certain_ground(geometry: Any) -> Any:  # noqa: ANN401
    """Unite the faces of the linework that every reading of the rings calls inside."""
    drawn = _linework(geometry)
    lines = [line for line in drawn if line.geom_type == "LineString"]
    if not lines:
        return shapely.from_wkt("POLYGON EMPTY")
    faces, cuts, dangles, _ = shapely.polygonize_full([shapely.unary_union(lines)])
    polygons = [_rings(part) for part in shapely.get_parts(geometry)]
    # Other programs repair by these two; where edges lie on each other they differ from both rules.
    repairs = [shapely.make_valid(geometry, method=method) for method in ("linework", "structure")]
    inner = [(face, shapely.point_on_surface(face)) for face in shapely.get_parts(faces)]
    kept = [
        shapely.buffer(face, -_MARGIN_DEG, join_style="mitre")
        for face, point in inner
        if _inside_by_every_reading(point, polygons) and shapely.covers(repairs, point).all()
    ]
    # What encloses nothing (a spike, a hole drawn as a line or a point) stays a boundary too.
    points = [point for point in drawn if point.geom_type == "Point"]
    loose = shapely.buffer(shapely.union_all([cuts, dangles, *points]), _MARGIN_DEG)
    return shapely.difference(shapely.unary_union(kept), loose)


def _inside_by_every_reading(point: Any, polygons: list[list[NDArray[np.float64]]]) -> bool:  # noqa: ANN401
    """Tell whether a point is inside by the even-odd and by the winding reading."""
    x, y = shapely.get_coordinates(point)[0]
    windings = [[_winding(x, y, ring) for ring in rings] for rings in polygons]
    even_odd = sum(turns for rings in windings for turns in rings) % 2 == 1
    by_parts = any(shell != 0 and not any(holes) for shell, *holes in windings)
    return even_odd and by_parts


def _winding(x: float, y: float, ring: NDArray[np.float64]) -> int:
    """Count how often a closed ring winds around a point that is not on it.

    Crossings of the half-line to the right, +1 upwards and -1 downwards.
    """
    x0, y0 = ring[:-1].T
    x1, y1 = ring[1:].T
    left = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
    upwards = (y0 <= y) & (y1 > y) & (left > 0)
    downwards = (y0 > y) & (y1 <= y) & (left < 0)
    return int(upwards.sum()) - int(downwards.sum())
