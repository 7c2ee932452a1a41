"""The roads around a record, each piece with what the rule did with that record on it."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from uxo.services.pages import Bounds, RoadIndex, Rows, pieces_of
from uxo.status.result import StatusResult

AROUND_M: Final = 800.0
"""Farther than any footprint with its position error reaches, but for places known only roughly."""

_LARGEST_DEG: Final = 0.05  # of a wide area only the middle is drawn
_METRES_PER_DEGREE: Final = 110_500.0
NO_EFFECT: Final = -1


@dataclass(frozen=True, slots=True)
class Around:
    """Pieces of road around a record.

    Attributes
    ----------
    result : StatusResult
        What they are of.
    bounds : Bounds or None
        All pieces that touch this box are there; None: the record has no place.
    pieces : intp[k]
        Rows of the result's pieces.
    effect : int64[k]
        What the rule did with the record there (`uxo.vocabulary.Effect`); -1: nothing.
    """

    result: StatusResult
    bounds: Bounds | None
    pieces: Rows
    effect: npt.NDArray[np.int64]


def roads_around(result: StatusResult, index: RoadIndex, record: gpd.GeoDataFrame) -> Around:
    """Find the pieces around a record.

    Parameters
    ----------
    result : StatusResult
        A computed status, the record among its evidence.
    index : RoadIndex
        Over its roads.
    record : GeoDataFrame
        One row, declared evidence columns.
    """
    bounds = bounds_around(record.geometry.iloc[0])
    none = np.empty(0, dtype=np.intp)
    if bounds is None:
        return Around(result, None, none, none.astype(np.int64))
    pieces = pieces_of(result, index.rows_in(bounds, len(result.roads)))
    pieces = pieces[bounds.touches(result.geometries(pieces))]
    rows = np.flatnonzero(result.evidence["id"].to_numpy(dtype=object) == record["id"].iloc[0])
    effect = np.full(len(pieces), NO_EFFECT, np.int64)
    place, run = result.runs_on(pieces)
    own = np.isin(result.swept.run_item[run], rows)
    effect[place[own]] = result.swept.run_effect[run][own]
    return Around(result, bounds, pieces, effect)


def bounds_around(place: shapely.Geometry | None) -> Bounds | None:
    """Give a box around a place; None where there is none."""
    if place is None or place.is_empty:
        return None
    west, south, east, north = shapely.bounds(place)
    x, y = (west + east) / 2.0, (south + north) / 2.0
    reach = AROUND_M / _METRES_PER_DEGREE
    squeeze = max(float(np.cos(np.radians(y))), 0.01)
    tall = min(north - south, _LARGEST_DEG) / 2.0 + reach
    wide = min(east - west, _LARGEST_DEG) / 2.0 + reach / squeeze
    return Bounds(
        max(x - wide, -180.0), max(y - tall, -90.0), min(x + wide, 180.0), min(y + tall, 90.0)
    )
