"""Coordinate systems: what a file declares, and the way from there to longitude and latitude.

Pure: nothing is fetched. Grids that PROJ would have to download are not used, and a system whose
datum cannot be related to WGS 84 is refused instead of guessed.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from pyproj.transformer import TransformerGroup

from uxo.errors import BadCrs

_WGS84: Final = "OGC:CRS84"
# A metre is far below every position error of the policy, so a better transformation is not told.
_TOLD_ACCURACY_M: Final = 1.0
_MOST_LONGITUDE: Final = 180.0
_MOST_LATITUDE: Final = 90.0


def crs_of_geojson(members: Mapping[str, Any], file: str) -> CRS | None:
    """Read the ``crs`` member that GeoJSON had before RFC 7946.

    Parameters
    ----------
    members : mapping
        Members of the FeatureCollection.
    file : str
        Name of the file, for messages.

    Returns
    -------
    CRS or None
        None: no such member, so RFC 7946 holds (WGS 84, longitude first).

    Raises
    ------
    BadCrs
        The member is null, a link, or names no known system.
    """
    if "crs" not in members:
        return None
    member = members["crs"]
    properties = member.get("properties") if isinstance(member, dict) else None
    if isinstance(properties, dict):
        if isinstance(properties.get("name"), str):
            return known_crs(properties["name"], file)
        if isinstance(properties.get("code"), int):
            return known_crs(f"EPSG:{properties['code']}", file)
    raise BadCrs(
        f"{file}: the member crs = {member!r:.80} names no coordinate system; "
        "save the file in EPSG:4326 without a crs member"
    )


def known_crs(definition: object, file: str) -> CRS:
    """Understand a declared coordinate system.

    Parameters
    ----------
    definition : object
        A name, a code, WKT or PROJJSON.
    file : str
        Name of the file, for messages.

    Raises
    ------
    BadCrs
        It is not known, or it is local, vertical or geocentric.
    """
    try:
        crs = CRS.from_user_input(definition)
    except CRSError as error:
        raise BadCrs(
            f"{file}: the coordinate system {str(definition)!r:.80} is not known; "
            "reproject the file to EPSG:4326"
        ) from error
    flat = crs.to_2d() if len(crs.axis_info) > 2 and not crs.is_geocentric else crs  # noqa: PLR2004
    if not (flat.is_geographic or flat.is_projected):
        raise BadCrs(
            f"{file}: the coordinate system {crs.name!r} is neither geographic nor projected; "
            "reproject the file to EPSG:4326"
        )
    return flat


@dataclass(frozen=True, slots=True)
class ToWgs84:
    """The way from a file's coordinates to longitude and latitude.

    Attributes
    ----------
    notes : tuple of str
        What a user should know of it.
    """

    notes: tuple[str, ...]
    _transformer: Transformer | None

    def __call__(self, geometry: NDArray[np.object_]) -> NDArray[np.object_]:
        """Transform geometries; drop heights.

        Parameters
        ----------
        geometry : ndarray of object
            Shapely geometries or None.

        Returns
        -------
        ndarray of object
            New geometries in degrees, longitude first. Where a position cannot be transformed
            its coordinates are infinite.
        """
        flat = shapely.force_2d(geometry) if shapely.has_z(geometry).any() else geometry
        transformer = self._transformer
        if transformer is None:
            return np.array(flat, dtype=object)

        def forward(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

        # Rings with NaN cannot be rebuilt; they stay as they are and fall to the range check.
        flat = np.array(flat, dtype=object)
        whole = ~positions_not_finite(flat)
        flat[whole] = shapely.transform(flat[whole], forward)
        return flat


def to_wgs84(crs: CRS | None, file: str) -> ToWgs84:
    """Plan the way from a coordinate system to WGS 84 longitude and latitude.

    Parameters
    ----------
    crs : CRS or None
        From `known_crs`; None means longitude and latitude already.
    file : str
        Name of the file, for messages.

    Raises
    ------
    BadCrs
        The datum has no known relation to WGS 84, so that positions would be guesses.
    """
    if crs is None or crs.equals(CRS(_WGS84), ignore_axis_order=True):
        return ToWgs84((), None)
    notes = []
    if crs.to_authority(min_confidence=100) is None:
        notes.append(
            f"the coordinate system {crs.name!r} carries no code; "
            f"it was taken by its definition: {_in_words(crs)}"
        )
    with warnings.catch_warnings():
        # A missing grid is told below, as the accuracy of what is used instead.
        warnings.simplefilter("ignore", UserWarning)
        group = TransformerGroup(crs, _WGS84, always_xy=True)
    if not group.transformers:
        raise BadCrs(f"{file}: no way is known from {crs.name!r} to WGS 84")
    best = group.transformers[0]
    if "allpark" in best.description and not _on_wgs84(crs):
        raise BadCrs(
            f"{file}: the datum of {crs.name!r} has no known relation to WGS 84, positions could "
            "be off by hundreds of metres; reproject the file to EPSG:4326 with the right datum"
        )
    if best.accuracy > _TOLD_ACCURACY_M:
        notes.append(f"the transformation from {crs.name!r} is right to {best.accuracy:g} m")
    return ToWgs84(tuple(notes), best)


def _on_wgs84(crs: CRS) -> bool:
    """Tell whether an unnamed datum at least stands on the ellipsoid of WGS 84 or GRS 80."""
    ellipsoid = crs.ellipsoid
    # The two differ by 0.1 mm in the semi-minor axis: 298.257223563 and 298.257222101.
    return (
        ellipsoid is not None
        and ellipsoid.semi_major_metre == 6378137.0  # noqa: PLR2004
        and abs(ellipsoid.inverse_flattening - 298.25722) < 1e-5  # noqa: PLR2004
    )


def _in_words(crs: CRS) -> str:
    """Say a definition in short: datum and projection."""
    datum = crs.datum.name if crs.datum else "unknown datum"
    operation = crs.coordinate_operation
    return f"{datum} / {operation.name}" if operation is not None else datum


def positions_not_finite(geometry: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Find geometries with a coordinate that is NaN or infinite.

    Parameters
    ----------
    geometry : ndarray of object
        Shapely geometries or None (never found).

    Returns
    -------
    ndarray of bool
    """
    coordinates, index = shapely.get_coordinates(geometry, return_index=True)
    found = np.zeros(len(geometry), dtype=bool)
    found[index[~np.isfinite(coordinates).all(axis=1)]] = True
    return found


def positions_out_of_range(geometry: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Find geometries with a longitude, latitude or infinity outside the ranges.

    Parameters
    ----------
    geometry : ndarray of object
        Shapely geometries in degrees, or None (never out of range).

    Returns
    -------
    ndarray of bool
    """
    coordinates, index = shapely.get_coordinates(geometry, return_index=True)
    # The comparison is written so that NaN counts as outside.
    inside = (np.abs(coordinates[:, 0]) <= _MOST_LONGITUDE) & (
        np.abs(coordinates[:, 1]) <= _MOST_LATITUDE
    )
    outside = np.zeros(len(geometry), dtype=bool)
    outside[index[~inside]] = True
    return outside


def range_hint(geometry: Any) -> str:  # noqa: ANN401  # shapely ships no types
    """Guess in words why positions are outside their ranges.

    Parameters
    ----------
    geometry : shapely geometry
        One for which `positions_out_of_range` is true.
    """
    xy = shapely.get_coordinates(geometry)
    if not np.isfinite(xy).all():
        return "a coordinate is not a finite number"
    low_x, low_y = np.abs(xy).max(axis=0)
    if low_x <= _MOST_LATITUDE and low_y <= _MOST_LONGITUDE:
        return "latitude is above 90 degrees: longitude and latitude look swapped"
    if max(low_x, low_y) > 2 * _MOST_LONGITUDE:
        return (
            "these look like metres of a projected system: "
            "declare the coordinate system or reproject to EPSG:4326"
        )
    return "longitude must lie within -180 and 180 and latitude within -90 and 90 degrees"
