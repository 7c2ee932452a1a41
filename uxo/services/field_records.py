"""The records around a community, for a phone that is to speak of them again with no network."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from uxo.evidence.events import heads_of
from uxo.services.field_area import find_area
from uxo.services.field_pack import Community
from uxo.services.live_status import LiveStatusService
from uxo.vocabulary import Kind, Review

MAX_RECORDS: Final = 500
"""What a phone keeps, the nearest first; a list that is longer helps nobody who stands there."""

SHOWN: Final = frozenset({Kind.FIND, Kind.HAZARD_AREA, Kind.ACCIDENT, Kind.REPORT, Kind.STRIKE})
"""Kinds that a team meets again on the ground."""


@dataclass(frozen=True, slots=True)
class FieldRecords:
    """Records around a community.

    Attributes
    ----------
    table : GeoDataFrame
        Declared evidence columns, the nearest first.
    bases : tuple of tuple of str
        For each record the hashes of its heads, which a phone names when it speaks of it. Empty
        for a record of a file that nobody has touched since.
    left_out : int
        Records further off that are not among them.
    """

    table: gpd.GeoDataFrame
    bases: tuple[tuple[str, ...], ...]
    left_out: int


def field_records(service: LiveStatusService, pcode: str) -> FieldRecords:
    """Collect the records around a community that still stand.

    Parameters
    ----------
    service : LiveStatusService
        Knows places and evidence.
    pcode : str
        Code of the community, or a district.

    Raises
    ------
    NotFound
        There is neither.
    """
    area = find_area(service.places(), pcode, service.policy)
    evidence, _ = service.standing_evidence()
    shapes = evidence.geometry.to_numpy()
    rows = np.flatnonzero(_stands(evidence) & area.bounds.touches(shapes))
    nearest = rows[np.argsort(_away(area.middle, shapes[rows]), kind="stable")]
    table = evidence.iloc[nearest[:MAX_RECORDS]]
    bases = tuple(heads_of(service.history(str(name))) for name in table["id"])
    return FieldRecords(table, bases, max(0, len(nearest) - MAX_RECORDS))


def _stands(evidence: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Leave out what was rejected, and finds whose item is gone."""
    kinds = sorted(kind.value for kind in SHOWN)
    stands = evidence["kind"].isin(kinds) & (evidence["review"] != Review.REJECTED.value)
    found: npt.NDArray[np.bool_] = (stands & evidence["disposed_at"].isna()).to_numpy(np.bool_)
    return found


def _away(community: Community, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Order by distance; degrees squeezed at this latitude are good enough for that."""
    middle = shapely.get_coordinates(shapely.point_on_surface(shapes))
    east = (middle[:, 0] - community.lon + 180.0) % 360.0 - 180.0
    north = middle[:, 1] - community.lat
    away: npt.NDArray[np.float64] = np.hypot(east * np.cos(np.radians(community.lat)), north)
    return away
