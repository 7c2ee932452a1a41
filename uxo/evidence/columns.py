"""Declared columns of the tables that travel between rooms.

Every table is a GeoDataFrame in EPSG:4326 (longitude, latitude). A missing value is its own value
(``NaN``, ``NaT`` or ``None``) and never a default; the status rule decides what a gap means.
"""

from types import MappingProxyType
from typing import Final

import geopandas as gpd
import pandas as pd

WGS84: Final = "EPSG:4326"
TIME_DTYPE: Final = "datetime64[us, UTC]"

EVIDENCE_DTYPES: Final = MappingProxyType(
    {
        "id": "str",
        "kind": "str",
        "category": "str",
        "evidence_class": "str",
        "position_method": "str",
        "position_error_m": "float64",
        "observed_at": TIME_DTYPE,
        "recorded_at": TIME_DTYPE,
        "disposed_at": TIME_DTYPE,
        "starts_at": TIME_DTYPE,
        "ends_at": TIME_DTYPE,
        "depth_m": "float64",
        "width_m": "float64",
        "releases_hazards": "object",
        "review": "str",
        "reviewed_at": TIME_DTYPE,
        "team": "str",
    }
)
"""Column -> dtype of an evidence table, in the order of the native files (less the geometry).

``releases_hazards`` holds a tuple of evidence ids. Lengths are metres, times are UTC.
"""

ROAD_DTYPES: Final = MappingProxyType(
    {
        "road_id": "str",
        "highway": "str",
        "name": "str",
        "names": "str",
        "surface": "str",
        "width_m": "float64",
        "oneway": "str",
        "access": "str",
        "motor_vehicle": "str",
        "foot": "str",
        "bridge": "str",
        "tunnel": "str",
        "layer": "str",
        "from_node": "str",
        "to_node": "str",
    }
)
"""Column -> dtype of a road table; the geometry is a LineString, measured from its first vertex.

All but ``road_id`` may be missing. ``names`` is a JSON object of language code -> name; ``oneway``
is ``yes``, ``-1`` (against the line) or ``no``, and missing where nothing is said; ``access``,
``motor_vehicle``, ``foot``, ``bridge``, ``tunnel``, ``layer`` and ``surface`` hold OpenStreetMap's
values; ``from_node`` and ``to_node`` name the junctions at the line's ends (OpenStreetMap node ids;
missing for plain lines, which join where coordinates are equal).
"""
ROAD_COLUMNS_IN_2: Final = 3
"""How many of the columns, from the first on, roads had before layout 3 of the store."""

PLACE_DTYPES: Final = MappingProxyType(
    {"pcode": "str", "name_en": "str", "name_ar": "str", "admin3": "str"}
)
"""Column -> dtype of a table of communities (OCHA P-codes); points or polygons."""


def as_table(frame: gpd.GeoDataFrame, dtypes: MappingProxyType[str, str]) -> gpd.GeoDataFrame:
    """Give a table exactly the declared columns and dtypes.

    Parameters
    ----------
    frame : GeoDataFrame
        Any table in EPSG:4326. Columns which are not declared are dropped; declared columns
        which are absent become missing values (``releases_hazards``: an empty tuple).
    dtypes : mapping of str to str
        One of the ``*_DTYPES`` of this module.

    Returns
    -------
    GeoDataFrame
        A new table with a fresh RangeIndex, the declared columns in order, then ``geometry``.
    """
    columns: dict[str, pd.Series] = {}
    for name, dtype in dtypes.items():
        if name in frame.columns:
            column = frame[name].reset_index(drop=True)
        else:
            # What is missing everywhere needs no conversion, value by value.
            nothing = dtype if dtype in ("str", "float64") else "object"
            column = pd.Series(None, index=pd.RangeIndex(len(frame)), dtype=nothing)
        if dtype == "object":
            column = pd.Series([_ids(value) for value in column], dtype="object")
        elif dtype == TIME_DTYPE:
            column = pd.to_datetime(column, utc=True, format="ISO8601").astype(TIME_DTYPE)
        else:
            column = column.astype(dtype)
        columns[name] = column
    geometry = frame.geometry.reset_index(drop=True)
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=frame.crs or WGS84)


def _ids(value: object) -> tuple[str, ...]:
    """Read a list of ids; a missing one is the empty tuple."""
    if isinstance(value, (list, tuple)):
        return tuple(str(item) for item in value)
    if isinstance(value, str) and value.strip():
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return ()


def empty_table(dtypes: MappingProxyType[str, str]) -> gpd.GeoDataFrame:
    """Make a table with the declared columns and no rows."""
    return as_table(gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=WGS84), dtypes)
