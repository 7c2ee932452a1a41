"""Name the worst places of a network: pieces of one bad status that belong together."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

from uxo.status.result import StatusResult
from uxo.vocabulary import Effect, Kind, Status

IntArray = npt.NDArray[np.int64]

_EARTH: Final = Geod(ellps="WGS84")
_DIRECTIONS: Final = (
    "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west",
)  # fmt: skip
_NEAR_M: Final = 250.0  # closer than this a direction from a community's point says nothing
_DEGREE_DECIMALS: Final = 7  # about 1 cm: ends of pieces this close are one place

# The effects that give a piece its bad status (status rule, section 5, clauses 1 and 2).
_HAZARDS: Final = (int(Effect.HAZARD_APPLIES), int(Effect.HAZARD_APPLIES_AFTER_REMOVAL))
_DECIDE: Final[Mapping[Status, tuple[int, ...]]] = MappingProxyType(
    {
        Status.CLOSED: (int(Effect.CLOSURE_IN_FORCE),),
        Status.CONFIRMED_HAZARD: _HAZARDS,
        Status.SUSPECTED_HAZARD: _HAZARDS,
    }
)
# Which kind is told first: what was seen on the ground before what was said or read from images.
_TOLD: Final = (
    Kind.CLOSURE,
    Kind.ACCIDENT,
    Kind.FIND,
    Kind.HAZARD_AREA,
    Kind.REPORT,
    Kind.STRIKE,
)


@dataclass(frozen=True, slots=True)
class WorstPlace:
    """Pieces of one bad status which touch, or which the same evidence made bad.

    Attributes
    ----------
    status : Status
        ``closed``, ``confirmed_hazard`` or ``suspected_hazard``.
    length_m : float
        Length of all its pieces, metres on the ground.
    lon, lat : float
        A point on it: the middle of its longest piece, degrees WGS84.
    where : str
        The nearest community in words; empty where there is none.
    distance_m : float
        From the nearest community's point or outline, metres; NaN where there is none.
    road_ids : tuple of str
        Its roads, the one with the longest piece first.
    reasons : tuple of str
        Why, in the words of the rule: one sentence an item of evidence, the most telling first.
    reasons_left_out : int
        How many more items of evidence give it this status.
    """

    status: Status
    length_m: float
    lon: float
    lat: float
    where: str
    distance_m: float
    road_ids: tuple[str, ...]
    reasons: tuple[str, ...]
    reasons_left_out: int

    def as_json(self) -> dict[str, object]:
        """Give the shape that ``--json`` prints; an unknown distance is null."""
        return {
            "status": self.status.word,
            "length_m": round(self.length_m, 1),
            "lon": round(self.lon, 6),
            "lat": round(self.lat, 6),
            "where": self.where,
            "distance_m": None if np.isnan(self.distance_m) else round(self.distance_m),
            "road_ids": list(self.road_ids),
            "reasons": list(self.reasons),
            "reasons_left_out": self.reasons_left_out,
        }


@dataclass(frozen=True, slots=True)
class _Group:
    """Pieces that belong together, and the evidence behind each of them.

    ``pieces`` are rows of the result, the longest first; ``place`` (position in ``pieces``) and
    ``item`` (row of the evidence) are pairs.
    """

    status: Status
    pieces: IntArray
    length_m: float
    place: IntArray
    item: IntArray


def worst_places(
    result: StatusResult, places: gpd.GeoDataFrame, *, count: int = 10, reasons: int = 3
) -> tuple[WorstPlace, ...]:
    """Find the worst places: by rank, then by length, then the nearest to people.

    Parameters
    ----------
    result : StatusResult
        A computed status.
    places : GeoDataFrame
        Declared place columns; may be empty.
    count, reasons : int
        How many places, and how many reasons for each, at most.

    Returns
    -------
    tuple of WorstPlace
        Fewer than ``count`` where fewer places are closed, confirmed or suspected.
    """
    groups: list[_Group] = []
    for status in _DECIDE:
        groups += sorted(_groups(result, status), key=lambda group: -group.length_m)
        if len(groups) >= count:
            break
    # More than asked for are described, because the way to people decides between equal lengths.
    found = [_place(result, places, group, reasons) for group in groups[: count + 5]]
    found.sort(key=lambda place: (place.status, -round(place.length_m), place.distance_m))
    return tuple(found[:count])


def _groups(result: StatusResult, status: Status) -> list[_Group]:
    """Group the pieces of one status which touch at their ends or share the deciding evidence."""
    pieces = np.flatnonzero(result.status == status)
    if pieces.size == 0:
        return []
    length_m = result.to_m[pieces] - result.from_m[pieces]
    order = np.argsort(-length_m, kind="stable")
    pieces, length_m = pieces[order], length_m[order]
    place, item = _deciding(result, status, pieces)
    end = _numbered_ends(result.geometries(pieces))
    every = np.arange(len(pieces))
    group = _connected(
        np.concatenate([every, every, place]),
        np.concatenate([end[0], end[1], end.max() + 1 + item]),
    )
    found = []
    for number in range(int(group.max()) + 1):
        mine = np.flatnonzero(group == number)
        pair = group[place] == number
        found.append(
            _Group(
                status=status,
                pieces=pieces[mine],
                length_m=float(length_m[mine].sum()),
                place=np.searchsorted(mine, place[pair]),
                item=item[pair],
            )
        )
    return found


def _deciding(result: StatusResult, status: Status, pieces: IntArray) -> tuple[IntArray, IntArray]:
    """Pair pieces with the evidence that gives them their status (rows of the evidence)."""
    place, run = result.runs_on(pieces)
    item = result.swept.run_item[run].astype(np.int64)
    decides = np.isin(result.swept.run_effect[run], _DECIDE[status])
    if status is Status.CONFIRMED_HAZARD:
        decides &= result.judged.direct[item]
    return place[decides], item[decides]


def _numbered_ends(lines: npt.NDArray[np.object_]) -> IntArray:
    """Give every place where lines begin or end a number: int64[2, lines]."""
    ends = [shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1)]
    xy = np.concatenate(ends).round(_DEGREE_DECIMALS)
    return np.unique(xy, axis=0, return_inverse=True)[1].reshape(2, -1).astype(np.int64)


def _connected(piece: IntArray, node: IntArray) -> IntArray:
    """Find which pieces are joined by nodes: the number of each one's group, int64[pieces]."""
    group = np.arange(int(piece.max()) + 1)
    while True:
        # A node takes the smallest number of its pieces, a piece the smallest of its nodes; each
        # number then follows the one it points to, which halves the rounds.
        lowest = np.full(int(node.max()) + 1, len(group))
        np.minimum.at(lowest, node, group[piece])
        nearer = group.copy()
        np.minimum.at(nearer, piece, lowest[node])
        nearer = nearer[nearer]
        if np.array_equal(nearer, group):
            return np.unique(group, return_inverse=True)[1].astype(np.int64)
        group = nearer


def _place(
    result: StatusResult, places: gpd.GeoDataFrame, group: _Group, reasons: int
) -> WorstPlace:
    """Describe one group."""
    longest = result.geometries(group.pieces[:1])[0]
    middle = shapely.line_interpolate_point(longest, 0.5, normalized=True)
    road_ids = result.roads["road_id"].to_numpy(dtype=object)[result.road[group.pieces]]
    told, left_out = _sentences(result, group, reasons)
    where, distance_m = _nearest(places, middle)
    return WorstPlace(
        status=group.status,
        length_m=group.length_m,
        lon=float(middle.x),
        lat=float(middle.y),
        where=where,
        distance_m=distance_m,
        road_ids=tuple(dict.fromkeys(str(name) for name in road_ids)),
        reasons=told,
        reasons_left_out=left_out,
    )


def _sentences(result: StatusResult, group: _Group, count: int) -> tuple[tuple[str, ...], int]:
    """Say why, each item of evidence at the longest piece that it covers; and how many are left."""
    items, first, pieces = np.unique(group.item, return_index=True, return_counts=True)
    kinds = result.evidence["kind"].to_numpy(dtype=object)[items]
    told_at = np.array([_TOLD.index(Kind(kind)) for kind in kinds], dtype=np.int64)
    chosen = np.lexsort((items, -pieces, told_at))[:count]
    ids = result.evidence["id"].to_numpy(dtype=object)[items]
    sentences = []
    for one in chosen:
        piece = int(group.pieces[group.place[first[one]]])
        sentences += [
            f"{reason.evidence_id}: {reason.text}"
            for reason in result.reasons(piece)
            if reason.evidence_id == ids[one]
        ]
    return tuple(sentences), len(items) - len(chosen)


def _nearest(places: gpd.GeoDataFrame, point: shapely.Point) -> tuple[str, float]:
    """Say where a point is from the nearest community: name, P-code, distance, direction."""
    if len(places) == 0:
        return "", float("nan")
    # Shapely measures in degrees here, so only the nearest point of each place is taken from it.
    shortest = shapely.shortest_line(places.geometry.to_numpy(), point)
    near = shapely.get_coordinates(shapely.get_point(shortest, 0))
    here = np.full(len(near), point.x), np.full(len(near), point.y)
    bearing_deg, _, distance_m = _EARTH.inv(near[:, 0], near[:, 1], *here)
    row = int(np.argmin(distance_m))
    metres = float(distance_m[row])
    name = f"{places['name_en'].iloc[row]} ({places['pcode'].iloc[row]})"
    if metres < _NEAR_M:
        return f"at {name}", metres
    direction = _DIRECTIONS[round(float(bearing_deg[row]) / 45.0) % len(_DIRECTIONS)]
    return f"{metres / 1000.0:.1f} km {direction} of {name}", metres
