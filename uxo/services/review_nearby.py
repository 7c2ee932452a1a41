"""Records that may be about the same item: near, of the same category, close in time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod

from uxo.policy import Policy
from uxo.vocabulary import RELEASE_KINDS, PositionMethod

CLOSE_IN_TIME: Final = timedelta(days=60)
"""Two people see one item some weeks apart; a missing date is close to every date."""

_MOST: Final = 20
_EARTH: Final = Geod(ellps="WGS84")
_METRES_PER_DEGREE: Final = 110_500.0  # the shortest on WGS84, so a window is never too small


@dataclass(frozen=True, slots=True)
class Near:
    """A record that may be about the same item.

    Attributes
    ----------
    row : int
        Of the evidence table.
    distance_m : float
        Between the two geometries, on the ground.
    errors_m : float
        Both position errors together.
    """

    row: int
    distance_m: float
    errors_m: float


def nearby(record: gpd.GeoDataFrame, evidence: gpd.GeoDataFrame, policy: Policy) -> list[Near]:
    """Find the records that may be about the same item as one record.

    Parameters
    ----------
    record : GeoDataFrame
        One row, declared evidence columns.
    evidence : GeoDataFrame
        All evidence, rejected records among it.
    policy : Policy
        Gives the position error where none was recorded.

    Returns
    -------
    list of Near
        The nearest first, at most 20.
    """
    place = record.geometry.iloc[0]
    if place is None or place.is_empty:
        return []
    rows = np.flatnonzero(_alike(record, evidence) & _close_in_time(record, evidence))
    others = evidence.iloc[rows]
    errors_m = _errors_m(record, policy)[0] + _errors_m(others, policy)
    shapes = others.geometry.to_numpy()
    inside = _window(place, shapes, errors_m)
    found = [
        Near(int(rows[at]), distance_m, float(errors_m[at]))
        for at in np.flatnonzero(inside)  # those within a window of some metres: a handful
        if (distance_m := _distance_m(place, shapes[at])) <= errors_m[at]
    ]
    return sorted(found, key=lambda near: near.distance_m)[:_MOST]


def _alike(record: gpd.GeoDataFrame, evidence: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Tell which other records are hazards of the same category, or releases of the same kind."""
    releases = [kind.value for kind in RELEASE_KINDS]
    kind, category = (record[name].iloc[0] for name in ("kind", "category"))
    if kind in releases:
        same = evidence["kind"] == kind
    else:
        same = (
            evidence["category"].isna() if pd.isna(category) else evidence["category"] == category
        )
        same &= ~evidence["kind"].isin(releases)
    same &= evidence["id"] != record["id"].iloc[0]
    alike: npt.NDArray[np.bool_] = same.to_numpy(dtype=np.bool_)
    return alike


def _close_in_time(record: gpd.GeoDataFrame, evidence: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    own, others = record["observed_at"].iloc[0], evidence["observed_at"]
    if pd.isna(own):
        return np.ones(len(evidence), dtype=np.bool_)
    close = others.isna() | ((others - own).abs() <= CLOSE_IN_TIME)
    found: npt.NDArray[np.bool_] = close.to_numpy(dtype=np.bool_)
    return found


def _errors_m(table: gpd.GeoDataFrame, policy: Policy) -> npt.NDArray[np.float64]:
    """Give the position errors; the policy's figure for the method where none was recorded."""
    figures = {method.value: policy.position_error_m(method) for method in PositionMethod}
    assumed = table["position_method"].map(figures).astype("float64")
    assumed = assumed.fillna(policy.position_error_m(PositionMethod.UNKNOWN))
    stated = table["position_error_m"]
    errors: npt.NDArray[np.float64] = stated.where(stated > 0, assumed).to_numpy(np.float64)
    return errors


def _window(
    place: shapely.Geometry, shapes: npt.NDArray[np.object_], within_m: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Tell which shapes come within a window of some metres around a place, by their bounds."""
    west, south, east, north = shapely.bounds(place)
    tall = within_m / _METRES_PER_DEGREE
    wide = tall / max(float(np.cos(np.radians(min(abs(south), abs(north)) + 1.0))), 1e-3)
    low_x, low_y, high_x, high_y = shapely.bounds(shapes).T
    inside: npt.NDArray[np.bool_] = (low_x <= east + wide) & (high_x >= west - wide)
    return inside & (low_y <= north + tall) & (high_y >= south - tall)


def _distance_m(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Measure between the nearest points, found in a plane that is true at this latitude."""
    squeeze = float(np.cos(np.radians(shapely.get_y(shapely.centroid(one)))))

    def scaled(shape: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(shape, lambda lonlat: lonlat * [squeeze, 1.0])

    line = shapely.shortest_line(scaled(one), scaled(other))
    (x1, y1), (x2, y2) = shapely.get_coordinates(line) / [squeeze, 1.0]
    return float(_EARTH.inv(x1, y1, x2, y2)[2])
