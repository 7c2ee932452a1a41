"""Build geometries from GeoJSON coordinates: whole columns at once, odd ones one by one.

Parsing with the geometry library's own GeoJSON reader would refuse rings that are merely left
open, would not say which row is at fault, and takes several times as long for points.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from uxo.errors import BadGeometry
from uxo.evidence.files.rows import Findings

_FEWEST_RING_POSITIONS: Final = 4
_FEWEST_LINE_POSITIONS: Final = 2
RING_CLOSED: Final = "a ring was left open; it was closed"


def build_geometries(values: Sequence[Any], found: Findings) -> NDArray[np.object_]:
    """Build a column of geometries.

    Parameters
    ----------
    values : sequence
        GeoJSON geometry objects, None, or anything else that a file may hold there.
    found : Findings
        Collects what is refused or mended.

    Returns
    -------
    ndarray of object
        Shapely geometries; None where the GeoJSON geometry is null, empty or refused.
    """
    geometry = np.full(len(values), None, dtype=object)
    groups: dict[str, list[int]] = defaultdict(list)
    for position, value in enumerate(values):
        if value is not None:
            groups[_type_of(value)].append(position)
    for kind, positions in groups.items():
        coordinates = [_coordinates_of(values[position]) for position in positions]
        try:
            geometry[positions] = _COLUMNWISE[kind](coordinates)
        except (KeyError, ValueError, TypeError, shapely.errors.ShapelyError):
            for position, single in zip(positions, coordinates, strict=True):
                try:
                    geometry[position], changes = build_geometry(kind, single)
                except BadGeometry as error:
                    value = json.dumps(values[position])
                    found.refuse(position, "geometry", value, str(error))
                    continue
                for change in changes:
                    found.mend(position, "geometry", json.dumps(values[position]), change)
    return geometry


def _type_of(value: object) -> str:
    return str(value.get("type")) if isinstance(value, dict) else ""


def _coordinates_of(value: object) -> Any:  # noqa: ANN401  # any JSON value may stand there
    return value.get("coordinates") if isinstance(value, dict) else None


def _positions(rows: Sequence[Any]) -> NDArray[np.float64]:
    """Turn positions into an array; raise ValueError at anything but numbers."""
    array = np.array(rows)
    if array.dtype.kind not in "if" or array.ndim != 2 or array.shape[1] not in (2, 3):  # noqa: PLR2004
        raise ValueError("not an even list of numbers")
    # Among numbers true and false become 1 and 0 without a sound.
    if np.isin(array, (0, 1)).any() and any(type(v) is bool for row in rows for v in row):
        raise ValueError("true or false among the numbers")
    return array.astype(np.float64)


def _points(column: Sequence[Any]) -> Any:  # noqa: ANN401  # an array of geometries
    return shapely.points(_positions(column))


def _lines(column: Sequence[Any]) -> Any:  # noqa: ANN401
    lengths = np.fromiter(map(len, column), dtype=np.int64)
    if lengths.min() < _FEWEST_LINE_POSITIONS:
        raise ValueError("a line of one position")
    flat = _positions(list(chain.from_iterable(column)))
    return shapely.linestrings(flat, indices=np.repeat(np.arange(len(column)), lengths))


def _polygons(column: Sequence[Any]) -> Any:  # noqa: ANN401
    ring_counts = np.fromiter(map(len, column), dtype=np.int64)
    rings = list(chain.from_iterable(column))
    lengths = np.fromiter(map(len, rings), dtype=np.int64)
    if ring_counts.min() < 1 or lengths.min() < _FEWEST_RING_POSITIONS:
        raise ValueError("a polygon without rings, or a ring too short")
    flat = _positions(list(chain.from_iterable(rings)))
    last = np.cumsum(lengths) - 1
    if not np.array_equal(flat[last - lengths + 1], flat[last]):
        raise ValueError("an open ring")
    shapes = shapely.linearrings(flat, indices=np.repeat(np.arange(len(rings)), lengths))
    return shapely.polygons(shapes, indices=np.repeat(np.arange(len(column)), ring_counts))


_COLUMNWISE: Final[Mapping[str, Callable[[Sequence[Any]], Any]]] = MappingProxyType(
    {"Point": _points, "LineString": _lines, "Polygon": _polygons}
)


def build_geometry(kind: str, coordinates: Any) -> tuple[Any, list[str]]:  # noqa: ANN401
    """Build one geometry.

    Parameters
    ----------
    kind : str
        GeoJSON geometry type.
    coordinates : object
        Its coordinates as parsed.

    Returns
    -------
    geometry : shapely geometry or None
        None for an empty one. Rings that are too short are built as they are, invalid, so that
        mending decides what they mean.
    changes : list of str
        What was changed, in words.

    Raises
    ------
    BadGeometry
        The type is not read, or the coordinates do not fit it.
    """
    if kind == "GeometryCollection":
        raise BadGeometry("a GeometryCollection is not read; make one feature of each part")
    if kind not in _SINGLE:
        raise BadGeometry(f"{kind!r} is not a GeoJSON geometry type")
    if not isinstance(coordinates, list):
        raise BadGeometry("the geometry has no list of coordinates")
    if not coordinates:
        return None, []
    changes: list[str] = []
    try:
        built = _SINGLE[kind](coordinates, changes)
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError) as error:
        raise BadGeometry(f"the coordinates do not fit a {kind}") from error
    return built, sorted(set(changes))


def _line(coordinates: Any, _changes: list[str]) -> Any:  # noqa: ANN401
    """Build a line; one position alone is doubled so that mending sees it."""
    positions = [position[:2] for position in coordinates]
    if len(positions) == 1:
        positions *= 2
    return shapely.linestrings(_positions(positions))


def _polygon(coordinates: Any, changes: list[str]) -> Any:  # noqa: ANN401
    rings = [_ring(ring, changes) for ring in coordinates if ring]
    return shapely.polygons(rings[0], holes=rings[1:] or None)


def _ring(coordinates: Any, changes: list[str]) -> Any:  # noqa: ANN401
    """Build a ring; close an open one, pad a short one by repeating its first position."""
    flat = _positions([position[:2] for position in coordinates])
    if not np.array_equal(flat[0], flat[-1]):
        changes.append(RING_CLOSED)
        flat = np.vstack([flat, flat[:1]])
    missing = _FEWEST_RING_POSITIONS - len(flat)
    if missing > 0:
        flat = np.vstack([flat, np.repeat(flat[:1], missing, axis=0)])
    return shapely.linearrings(flat)


_SINGLE: Final[Mapping[str, Callable[[Any, list[str]], Any]]] = MappingProxyType(
    {
        "Point": lambda c, _: shapely.points(_positions([c[:3]]))[0],
        "MultiPoint": lambda c, _: shapely.multipoints(_positions([p[:2] for p in c])),
        "LineString": _line,
        "MultiLineString": lambda c, n: shapely.multilinestrings([_line(p, n) for p in c if p]),
        "Polygon": _polygon,
        "MultiPolygon": lambda c, n: shapely.multipolygons([_polygon(p, n) for p in c if p]),
    }
)
