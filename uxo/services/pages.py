"""Cut long answers into pages by keyset: a page begins after the last thing of the page before.

Unlike an offset, a keyset loses nothing while evidence comes in between two pages: what was recut
since is delivered from the metre on which the page before ended.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from uxo.errors import BadInput
from uxo.status.result import StatusResult
from uxo.vocabulary import Kind

_MAX_LON: Final = 180.0
_MAX_LAT: Final = 90.0
_ROADS_AT_ONCE: Final = 512  # roads whose pieces are cut at a time while a page fills

MAX_REASONS: Final = 2_000
"""Most reasons on a page: where hundreds of strikes overlap, the reasons are the answer's bulk."""

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box in degrees (WGS84); ``west > east`` crosses the 180th meridian (RFC 7946, 5.2).

    Attributes
    ----------
    west, south, east, north : float
        In degrees.

    Raises
    ------
    BadInput
        A number is not finite or outside the earth, or south lies north of north.
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        """Check the box."""
        in_range = all(abs(lon) <= _MAX_LON for lon in (self.west, self.east)) and all(
            abs(lat) <= _MAX_LAT for lat in (self.south, self.north)
        )
        if not in_range:  # a NaN fails every comparison
            msg = "bbox: longitudes lie from -180 to 180, latitudes from -90 to 90"
            raise BadInput(msg)
        if self.south > self.north:
            msg = f"bbox: south ({self.south:g}) lies north of north ({self.north:g})"
            raise BadInput(msg)

    def boxes(self) -> list[BaseGeometry]:
        """Give the box as polygons: two where it crosses the 180th meridian."""
        spans = (
            [(self.west, self.east)]
            if self.west <= self.east
            else [(self.west, 180.0), (-180.0, self.east)]
        )
        # The envelope of two corners is a polygon, and a line or a point where the box is flat: a
        # flat polygon would be invalid and touch nothing.
        return [
            shapely.envelope(shapely.MultiPoint([(west, self.south), (east, self.north)]))
            for west, east in spans
        ]

    def touches(self, geometries: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
        """Tell which geometries have a point in the box, bool[n]."""
        touched = np.zeros(len(geometries), dtype=np.bool_)
        for box in self.boxes():
            shapely.prepare(box)
            touched |= shapely.intersects(box, geometries)
        return touched


@dataclass(frozen=True, slots=True)
class RoadPlace:
    """Where a page of pieces ended: a road, and the metre up to which it was delivered."""

    road_id: str
    to_m: float


@dataclass(frozen=True, slots=True)
class PiecePage:
    """Some pieces of a result.

    Attributes
    ----------
    result : StatusResult
        What they are of.
    pieces : intp[k]
        Rows of its pieces, in order.
    after : RoadPlace or None
        Where the next page begins; None: this is the last.
    """

    result: StatusResult
    pieces: Rows
    after: RoadPlace | None


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """Some evidence, in the order of the ids.

    Attributes
    ----------
    result : StatusResult
        The status that rests on it.
    table : GeoDataFrame
        Declared evidence columns.
    after : str or None
        The last id of this page; None: this is the last page.
    """

    result: StatusResult
    table: gpd.GeoDataFrame
    after: str | None


@dataclass(frozen=True, slots=True)
class RoadIndex:
    """Finds the roads of a network by place and by id.

    Attributes
    ----------
    tree : STRtree
        Over the roads' lines.
    row_of : dict of str to int
        Road id -> row.
    """

    tree: shapely.STRtree
    row_of: dict[str, int]

    @classmethod
    def of(cls, roads: gpd.GeoDataFrame) -> "RoadIndex":
        """Index a road table."""
        ids = roads["road_id"].to_numpy(dtype=object)
        return cls(
            shapely.STRtree(roads.geometry.to_numpy()),
            {str(road_id): row for row, road_id in enumerate(ids)},
        )

    def rows_in(self, bounds: Bounds | None, count: int) -> Rows:
        """List the rows of the roads that touch a box, ascending; all of ``count`` without one."""
        if bounds is None:
            return np.arange(count)
        found = self.tree.query(np.array(bounds.boxes()), predicate="intersects")[1]
        rows: Rows = np.unique(found)
        return rows


def piece_page(
    result: StatusResult,
    index: RoadIndex,
    *,
    bounds: Bounds | None,
    limit: int,
    after: RoadPlace | None,
) -> PiecePage:
    """Take the next pieces that touch a box; fewer than ``limit`` where they have many reasons.

    Parameters
    ----------
    result : StatusResult
        A computed status.
    index : RoadIndex
        Over its roads.
    bounds : Bounds or None
        None: everywhere.
    limit : int
        Most pieces of the page, at least 1.
    after : RoadPlace or None
        Where the page before ended.

    Raises
    ------
    BadInput
        ``after`` names a road that does not exist.
    """
    rows = index.rows_in(bounds, len(result.roads))
    piece_start = result.swept.piece_start
    first = 0
    if after is not None:
        if after.road_id not in index.row_of:
            msg = "cursor: its road is not in this network; begin again without a cursor"
            raise BadInput(msg)
        first = index.row_of[after.road_id]
        rows = rows[rows >= first]
    found: list[Rows] = []
    for start in range(0, len(rows), _ROADS_AT_ONCE):
        pieces = _members(piece_start, rows[start : start + _ROADS_AT_ONCE])
        if after is not None and start == 0:
            # Only the road on which the last page ended can have been delivered in part.
            own = (piece_start[first] <= pieces) & (pieces < piece_start[first + 1])
            pieces = pieces[~(own & (result.to_m[pieces] <= after.to_m))]
        if bounds is not None and len(pieces):
            pieces = pieces[bounds.touches(result.geometries(pieces))]
        found.append(pieces)
        if sum(map(len, found)) > limit:
            break
    pieces = np.concatenate(found) if found else np.empty(0, dtype=np.intp)
    limit = min(limit, _affordable(result, pieces[:limit]))
    return PiecePage(result, pieces[:limit], _place_of_last(result, pieces, limit))


def _affordable(result: StatusResult, pieces: Rows) -> int:
    """Count the pieces whose reasons fit in one page; at least one, so that every page goes on."""
    place, _ = result.runs_on(pieces)
    reasons = np.cumsum(np.bincount(place, minlength=len(pieces)))
    return max(1, int(np.searchsorted(reasons, MAX_REASONS, side="right")))


def pieces_of(result: StatusResult, rows: Rows) -> Rows:
    """List the pieces of some roads, road after road."""
    return _members(result.swept.piece_start, rows)


def _members(piece_start: npt.NDArray[np.int64], rows: Rows) -> Rows:
    count = piece_start[rows + 1] - piece_start[rows]
    before = np.cumsum(count) - count
    step = np.arange(int(count.sum())) - np.repeat(before, count)
    members: Rows = np.repeat(piece_start[rows], count) + step
    return members


def _place_of_last(result: StatusResult, pieces: Rows, limit: int) -> RoadPlace | None:
    if len(pieces) <= limit:
        return None
    last = pieces[limit - 1]
    road_id = str(result.roads["road_id"].iloc[int(result.road[last])])
    return RoadPlace(road_id, float(result.to_m[last]))


def evidence_page(
    result: StatusResult,
    *,
    bounds: Bounds | None,
    kind: Kind | None,
    limit: int,
    after: str | None,
) -> EvidencePage:
    """Take the next items of evidence, in the order of their ids.

    Parameters
    ----------
    result : StatusResult
        A computed status; its evidence is listed, used or not.
    bounds : Bounds or None
        None: everywhere.
    kind : Kind or None
        None: every kind.
    limit : int
        Most items of the page, at least 1.
    after : str or None
        The last id of the page before.
    """
    table = result.evidence
    ids = table["id"].to_numpy(dtype=object)
    chosen = np.ones(len(table), dtype=np.bool_)
    if after is not None:
        chosen &= ids > after
    if kind is not None:
        chosen &= table["kind"].to_numpy(dtype=object) == kind.value
    rows = np.flatnonzero(chosen)
    if bounds is not None:
        rows = rows[bounds.touches(table.geometry.to_numpy()[rows])]
    rows = rows[np.argsort(ids[rows], kind="stable")]
    page = table.iloc[rows[:limit]]
    return EvidencePage(result, page, str(page["id"].iloc[-1]) if len(rows) > limit else None)
