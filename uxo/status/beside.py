"""Hazards that are ended on the road but not at their own place (status rule, 4.7)."""

from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from uxo.geo.projection import Projection, wrap
from uxo.status.cut import plane_pieces
from uxo.status.judge import KINDS, NO_TIME, Judgement
from uxo.status.pieces import FloatArray, IntArray, PieceTable
from uxo.status.prepare import Part, release_areas
from uxo.vocabulary import Effect, Kind

_STEP_DEGREES: Final = 0.001


def plane_geometries(
    geometries: npt.NDArray[np.object_], projection: Projection
) -> npt.NDArray[np.object_]:
    """Project geometries whole, their long edges densified first (see ``uxo.geo.polyline``)."""

    def forward(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        lon = wrap(lonlat[:, 0], projection.central_lon)
        return np.column_stack(projection.forward(lon, lonlat[:, 1]))

    dense = shapely.segmentize(geometries, _STEP_DEGREES)
    projected: npt.NDArray[np.object_] = shapely.transform(dense, forward)
    return projected


def distance_to_hazards_beside(table: PieceTable, pieces: npt.NDArray[np.intp]) -> FloatArray:
    """Distance from each piece to the nearest such hazard's geometry less its error.

    Returns
    -------
    float64[pieces]
        Ground metres, at least 0; NaN where there is none.
    """
    nearest = np.full(len(pieces), np.inf)
    place, run = table.runs_on(pieces)
    ended = table.swept.run_effect[run] == Effect.HAZARD_ENDED
    place, hazard = place[ended], table.swept.run_item[run[ended]].astype(np.int64)
    if len(place) == 0:
        return np.full(len(pieces), np.nan)
    wanted, position = np.unique(place, return_inverse=True)
    for cut in plane_pieces(table, pieces[wanted]):
        local = np.full(len(wanted), -1, dtype=np.int64)
        local[cut.place] = np.arange(len(cut.place))
        mine = local[position] >= 0
        at, item = local[position[mine]], hazard[mine]
        items = np.unique(item)
        shapes = plane_geometries(table.evidence.geometry.to_numpy()[items], cut.part.projection)
        still = ~_ended_at_own_place(table, items, shapes, cut.part)
        which = np.searchsorted(items, item)
        keep = still[which]
        distance_m = shapely.distance(cut.lines[at[keep]], shapes[which[keep]])
        distance_m = distance_m / cut.scale[at[keep]] - table.judged.error_m[item[keep]]
        np.minimum.at(nearest, place[mine][keep], np.maximum(distance_m, 0.0))
    return np.where(np.isinf(nearest), np.nan, nearest)


def ending_pairs(
    judged: Judgement, hazard: IntArray, release: IntArray, named: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Tell for pairs whether the release may end the hazard (4.4); the kernel's rule on columns."""
    undated = judged.day[hazard] == NO_TIME
    later = np.where(undated, named, judged.day[release] > judged.day[hazard])
    kind, direct = judged.kind[release], judged.direct[hazard]
    strong = np.select(
        [kind == KINDS.index(Kind.SURVEY), kind == KINDS.index(Kind.TECHNICAL_SURVEY)],
        [~direct, named | ~direct],
        judged.depth_m[release] >= judged.depth_m[hazard],
    )
    allowed: npt.NDArray[np.bool_] = (
        judged.exists[release] & judged.ends[release] & judged.endable[hazard] & later & strong
    )
    return allowed


def names_of(table: PieceTable, hazard: IntArray, release: IntArray) -> npt.NDArray[np.bool_]:
    """Tell for pairs whether the release names the hazard."""
    ids = table.evidence["id"].array
    lists = table.evidence["releases_hazards"].to_numpy()
    pairs = zip(hazard, release, strict=True)  # few: only releases over ended hazards
    return np.array([ids[h] in lists[r] for h, r in pairs], dtype=np.bool_)


def _ended_at_own_place(
    table: PieceTable, items: IntArray, shapes: npt.NDArray[np.object_], part: Part
) -> npt.NDArray[np.bool_]:
    """Tell which hazards lie, with their error, wholly inside one release that may end them."""
    judged = table.judged
    rows = np.flatnonzero(judged.ends & judged.exists)
    areas = release_areas(
        table.evidence.geometry.to_numpy()[rows],
        table.evidence["width_m"].to_numpy()[rows],
        part.projection,
    )
    near, ender = (
        shapely.STRtree(areas)
        .query(table.evidence.geometry.to_numpy()[items], predicate="intersects")
        .astype(np.int64)
    )
    hazard, release = items[near], rows[ender]
    allowed = ending_pairs(judged, hazard, release, names_of(table, hazard, release))
    near, ender, hazard, release = near[allowed], ender[allowed], hazard[allowed], release[allowed]
    used, position = np.unique(ender, return_inverse=True)
    plane = plane_geometries(areas[used], part.projection)[position]
    room_m = shapely.distance(shapes[near], shapely.boundary(plane))
    enough = shapely.contains_properly(plane, shapes[near])
    scale = part.lines.scale.max() if len(part.lines.scale) else 1.0
    needed_m = (judged.error_m[hazard] + judged.error_m[release]) * scale
    ended = np.zeros(len(items), dtype=np.bool_)
    ended[near[enough & (room_m >= needed_m)]] = True
    return ended
