"""Build geometries from the columns of a CSV file: ``lon`` and ``lat``, or well-known text."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from uxo.evidence.files.geojson_geometry import RING_CLOSED
from uxo.evidence.files.rows import Findings
from uxo.evidence.files.values import numbers

WKT_COLUMNS: Final = ("wkt", "geometry")
"""Either name may carry well-known text; the first one present is read."""

GEOMETRY_COLUMNS: Final = frozenset({"lon", "lat", *WKT_COLUMNS})


def geometry_of_columns(
    columns: Mapping[str, Sequence[str | None]], found: Findings
) -> NDArray[np.object_]:
    """Build the geometries of some rows; well-known text goes before ``lon`` and ``lat``.

    Parameters
    ----------
    columns : mapping of str to sequence
        Those of `GEOMETRY_COLUMNS` that the file has; all of one length.
    found : Findings
        Collects what is refused.

    Returns
    -------
    ndarray of object
        Shapely geometries, None where a row has none.
    """
    count = len(next(iter(columns.values())))
    geometry = np.full(count, None, dtype=object)
    name = next((name for name in WKT_COLUMNS if name in columns), None)
    written = columns[name] if name else [None] * count
    if {"lon", "lat"} <= set(columns):
        # Where well-known text is given the two are passed over, faulty or not.
        pointed = np.array([text is None for text in written], dtype=bool)
        lon, lat = (
            numbers(
                [value if use else None for value, use in zip(columns[axis], pointed, strict=True)],
                axis,
                found,
            )
            for axis in ("lon", "lat")
        )
        for position in np.flatnonzero(np.isnan(lon) != np.isnan(lat)):
            if int(position) not in found.refused:
                axis = "lon" if np.isnan(lon[position]) else "lat"
                found.refuse(int(position), axis, "", "is missing; both lon and lat are needed")
        whole = np.isfinite(lon) & np.isfinite(lat)
        geometry[whole] = shapely.points(lon[whole], lat[whole])
    if name:
        given = [row for row, text in enumerate(written) if text is not None]
        geometry[given] = _of_wkt([written[row] or "" for row in given], given, name, found)
    return geometry


def _of_wkt(
    texts: Sequence[str], positions: Sequence[int], field: str, found: Findings
) -> NDArray[np.object_]:
    """Parse well-known text: all at once, or one by one when one of them is faulty."""
    with np.errstate(all="ignore"):
        try:
            return np.array(shapely.from_wkt(texts), dtype=object)
        except (shapely.errors.ShapelyError, NotImplementedError):
            return _one_by_one(texts, positions, field, found)


def _one_by_one(
    texts: Sequence[str], positions: Sequence[int], field: str, found: Findings
) -> NDArray[np.object_]:
    """Parse well-known text of which some is faulty; close rings that were left open."""
    parsed = np.full(len(texts), None, dtype=object)
    for row, (text, position) in enumerate(zip(texts, positions, strict=True)):
        try:
            parsed[row] = shapely.from_wkt(text)
        except (shapely.errors.ShapelyError, NotImplementedError) as error:
            parsed[row] = _fixed(text)
            if parsed[row] is None:
                reason = f"is not well-known text that can be read ({str(error).strip()})"
                found.refuse(position, field, text, reason)
            else:
                found.mend(position, field, text, RING_CLOSED)
    return parsed


def _fixed(text: str) -> Any:  # noqa: ANN401  # shapely ships no types
    """Parse well-known text with rings closed where they are open; None if that does not help."""
    try:
        return shapely.from_wkt(text, on_invalid="fix")
    except (shapely.errors.ShapelyError, NotImplementedError):
        return None
