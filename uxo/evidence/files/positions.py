"""Bring the geometries of a batch to longitude and latitude, and check where they lie."""

from collections import Counter

import numpy as np
import shapely
from numpy.typing import NDArray

from uxo.evidence.files.rows import Findings
from uxo.geo.crs import ToWgs84, positions_out_of_range, range_hint

HEIGHTS_DROPPED = "heights (z) dropped"


def to_positions(
    geometry: NDArray[np.object_], way: ToWgs84, found: Findings, tally: Counter[str]
) -> NDArray[np.object_]:
    """Transform geometries to WGS 84 degrees; refuse what is missing or out of range.

    Parameters
    ----------
    geometry : ndarray of object
        Geometries in the file's system, or None.
    way : ToWgs84
        From `uxo.geo.crs.to_wgs84`.
    found : Findings
        Collects the refused rows.
    tally : Counter
        Collects how many rows had heights.

    Returns
    -------
    ndarray of object
        Two-dimensional geometries; None where the row is refused.
    """
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    for position in np.flatnonzero(missing).tolist():
        if position not in found.refused:
            found.refuse(position, "geometry", "", "is missing; every record needs a place")
    heights = int(shapely.has_z(geometry).sum())
    if heights:
        tally[HEIGHTS_DROPPED] += heights
    present = geometry.copy()
    present[missing] = None
    placed = way(present)
    outside = positions_out_of_range(placed)
    for position in np.flatnonzero(outside).tolist():
        value = shapely.to_wkt(geometry[position], rounding_precision=7)
        found.refuse(position, "geometry", value, range_hint(placed[position]))
    placed[outside] = None
    return placed
