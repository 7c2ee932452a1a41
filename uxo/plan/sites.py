"""The stretches of a plan as sites: which evidence blocks them, how deep, and where they lie."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from uxo.geo.projection import wrap
from uxo.plan.effort import METHODS
from uxo.plan.instance import FloatArray, IntArray, added
from uxo.plan.stretches import Stretches
from uxo.plan.tasks import Position, Site
from uxo.status.judge import NO_TIME
from uxo.status.result import StatusResult
from uxo.vocabulary import Category, Effect, Kind, Status

_BLOCKS: Final = tuple(
    int(effect) for effect in (Effect.HAZARD_APPLIES, Effect.HAZARD_APPLIES_AFTER_REMOVAL)
)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Sites as columns: consecutive parts of one stretch with one status.

    ``stretch`` and ``road`` are rows; ``first`` and ``last`` are parts.
    """

    stretch: IntArray
    road: IntArray
    first: IntArray
    last: IntArray
    from_m: FloatArray
    to_m: FloatArray
    area_m2: FloatArray
    weeks: FloatArray


def sites_of(
    result: StatusResult, stretches: Stretches, chosen: IntArray
) -> dict[int, tuple[Site, ...]]:
    """Describe chosen stretches.

    Parameters
    ----------
    result : StatusResult
        A computed status.
    stretches : Stretches
        Its roads, cut.
    chosen : int64[k]
        Which stretches.

    Returns
    -------
    dict of int to tuple of Site
        The sites of each chosen stretch, in the direction of the road.
    """
    if len(chosen) == 0:
        return {}
    rows = _rows(result, stretches, chosen)
    hazards = _hazards(result, stretches, rows)
    spots = _positions(
        result,
        np.tile(rows.road, 3),
        np.concatenate((rows.from_m, (rows.from_m + rows.to_m) / 2.0, rows.to_m)),
    )
    count = len(rows.stretch)
    found: dict[int, list[Site]] = {int(one): [] for one in chosen}
    for number in range(count):  # sites of a plan: thousands at most
        where = spots[number], spots[count + number], spots[2 * count + number]
        site = _site(result, stretches, rows, number, (hazards[number], where))
        found[int(rows.stretch[number])].append(site)
    return {stretch: tuple(sites) for stretch, sites in found.items()}


def _rows(result: StatusResult, stretches: Stretches, chosen: IntArray) -> _Rows:
    wanted = np.zeros(len(stretches.road), dtype=np.bool_)
    wanted[chosen] = True
    part = np.flatnonzero(wanted[stretches.part_of])
    stretch = stretches.part_of[part]
    status = result.status[stretches.part_piece[part]]
    new = np.ones(len(part), dtype=np.bool_)
    new[1:] = (np.diff(stretch) != 0) | (status[1:] != status[:-1])
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(part)) - 1
    site = np.cumsum(new) - 1
    return _Rows(
        stretch=stretch[first],
        road=stretches.road[stretch[first]],
        first=part[first],
        last=part[last],
        from_m=stretches.part_from_m[part[first]],
        to_m=stretches.part_to_m[part[last]],
        area_m2=added(site, stretches.effort.area_m2[part], len(first)),
        weeks=added(site, stretches.effort.weeks[part], len(first)),
    )


def _hazards(result: StatusResult, stretches: Stretches, rows: _Rows) -> list[IntArray]:
    """List the rows of the live evidence on each site."""
    count = rows.last - rows.first + 1
    site = np.repeat(np.arange(len(count)), count)
    part = np.concatenate([np.arange(a, b + 1) for a, b in zip(rows.first, rows.last, strict=True)])
    place, run = result.runs_on(stretches.part_piece[part])
    live = np.isin(result.swept.run_effect[run], _BLOCKS)
    pairs = np.unique(
        np.stack((site[place[live]], result.swept.run_item[run[live]].astype(np.int64))), axis=1
    )
    return np.split(pairs[1], np.searchsorted(pairs[0], np.arange(1, len(count))))


def _site(
    result: StatusResult,
    stretches: Stretches,
    rows: _Rows,
    number: int,
    found: tuple[IntArray, tuple[Position, Position, Position]],
) -> Site:
    items, (begin, middle, end) = found
    road = result.roads.iloc[int(rows.road[number])]
    ids = result.evidence["id"].to_numpy(dtype=object)
    part = int(rows.first[number])
    method = METHODS[int(stretches.effort.method[part])]
    undated = items[result.judged.day[items] == NO_TIME]
    return Site(
        road_id=str(road["road_id"]),
        name="" if pd.isna(road["name"]) else str(road["name"]),
        highway="" if pd.isna(road["highway"]) else str(road["highway"]),
        from_m=float(rows.from_m[number]),
        to_m=float(rows.to_m[number]),
        status=Status(int(result.status[stretches.part_piece[part]])),
        method=method,
        area_m2=float(rows.area_m2[number]),
        width_m=2.0
        * result.policy.half_width_m(None if pd.isna(road["highway"]) else str(road["highway"])),
        weeks=float(rows.weeks[number]),
        depth_m=_depth_m(result, items) if method is Kind.CLEARANCE else None,
        hazards=tuple(str(ids[item]) for item in items),
        undated=tuple(str(ids[item]) for item in undated),
        pinned=bool(stretches.pinned[rows.stretch[number]]),
        begin=begin,
        middle=middle,
        end=end,
    )


def _depth_m(result: StatusResult, items: IntArray) -> float:
    """Depth for the worst category; where nothing is known, what an unknown category asks for."""
    if len(items) == 0:
        return result.policy.clearance_depth_m(Category.UNKNOWN)
    return float(result.judged.depth_m[items].max())


def _positions(result: StatusResult, road: IntArray, at_m: FloatArray) -> list[Position]:
    """Find places on roads by their measure."""
    lon, lat = np.empty(len(road)), np.empty(len(road))
    for part in result.parts:
        local = np.full(len(result.roads), -1, dtype=np.int64)
        local[part.road_rows] = np.arange(len(part.road_rows))
        for place in np.flatnonzero(local[road] >= 0):  # places of a plan: thousands at most
            row = local[road[place]]
            own = slice(part.lines.start[row], part.lines.start[row + 1])
            measure_m = part.lines.measure_m[own]
            lon[place] = np.interp(at_m[place], measure_m, part.lines.lon[own])
            lat[place] = np.interp(at_m[place], measure_m, part.lines.lat[own])
    lon = wrap(lon, 0.0)
    return [Position(float(x), float(y)) for x, y in zip(lon, lat, strict=True)]
