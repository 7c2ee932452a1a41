"""Join the ends of plain lines that nearly meet, where somebody asked for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from uxo.evidence.columns import ROAD_DTYPES, empty_table
from uxo.evidence.files.rows import Batch
from uxo.roads.ends import NearMisses, RoadEnds, end_places, place_keys
from uxo.roads.lines import read_roads


def read_snapped(path: Path, snap_m: float) -> Iterator[Batch]:
    """Read a file of lines twice: first for its ends, then with near ones joined.

    Parameters
    ----------
    path : Path
        As for `uxo.roads.lines.read_roads`.
    snap_m : float
        Ends at most this far apart become one place: the westernmost (then southernmost) of them.
        Ends that are near each other by way of a third are joined too.

    Yields
    ------
    Batch
        As `uxo.roads.lines.read_roads` gives them. A road that would lose all its length stays as
        it was.
    """
    ends = RoadEnds()
    for batch in read_roads(path):
        ends.add(batch.table)
        yield _only_progress(batch)
    moves = _moves(ends.near_misses(snap_m))
    moved = kept_apart = 0
    for batch in read_roads(path):
        table, ends_moved, left = _joined(batch.table, moves)
        moved, kept_apart = moved + ends_moved, kept_apart + left
        yield replace(batch, table=table, share_read=(1 + batch.share_read) / 2)
    notes = [f"ends of roads were moved onto a neighbour within {snap_m:g} m ({moved})"]
    if kept_apart:
        notes.append(
            f"roads would lose all their length by that, and stayed as they were ({kept_apart})"
        )
    yield replace(_only_progress(batch), notes=tuple(notes), share_read=1.0)


def _only_progress(batch: Batch) -> Batch:
    return Batch(
        table=empty_table(ROAD_DTYPES),
        read=0,
        accepted=0,
        repeated=0,
        mended=(),
        faults=(),
        ignored_columns=(),
        rejects=(),
        share_read=batch.share_read / 2,
        crs=batch.crs,
    )


def _moves(misses: NearMisses) -> dict[int, tuple[float, float]]:
    """Say for each place that moves (by its key) where it goes."""
    spot_of: dict[int, tuple[float, float]] = {}
    parent: dict[int, int] = {}

    def root(key: int) -> int:
        while parent.get(key, key) != key:
            key = parent[key]
        return key

    keys = [place_keys(side).tolist() for side in (misses.place, misses.other)]
    spots = [[(lon, lat) for lon, lat in side.tolist()] for side in (misses.place, misses.other)]
    for one, other, spot, other_spot in zip(*keys, *spots, strict=True):  # there are few
        spot_of |= {one: spot, other: other_spot}
        target, rest = sorted((root(one), root(other)), key=spot_of.__getitem__)
        parent[rest] = target
    return {key: spot_of[root(key)] for key in parent if root(key) != key}


def _joined(
    table: gpd.GeoDataFrame, moves: dict[int, tuple[float, float]]
) -> tuple[gpd.GeoDataFrame, int, int]:
    """Move the ends of some roads; count ends moved, and roads left as they were."""
    if not len(table) or not moves:
        return table, 0, 0
    line = table.geometry.to_numpy().copy()
    keys = place_keys(end_places(line).reshape(-1, 2)).reshape(-1, 2)
    moving = np.isin(keys, np.array(list(moves), dtype=np.uint64))
    moved = left = 0
    for row in np.flatnonzero(moving.any(axis=1)).tolist():  # there are few
        points = shapely.get_coordinates(line[row])
        for side, place in ((0, 0), (1, -1)):
            if moving[row, side]:
                points[place] = moves[int(keys[row, side])]
        if (points == points[0]).all():
            left += 1
            continue
        line[row] = shapely.LineString(points)
        moved += int(moving[row].sum())
    return table.set_geometry(gpd.GeoSeries(line, index=table.index, crs=table.crs)), moved, left
