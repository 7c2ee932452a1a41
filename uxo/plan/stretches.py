"""Roads cut into stretches between nodes: passable, to be worked on, or shut.

A stretch ends where a road ends, where what can be done with it changes, and where a settlement
lies on ground that has to be worked on: the settlement needs the way to one side only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from uxo.plan.effort import NO_METHOD, Efforts, efforts
from uxo.plan.instance import BoolArray, FloatArray, IntArray, added
from uxo.status.result import StatusResult
from uxo.vocabulary import Status

_SAME_M: Final = 0.02  # ends of pieces are exact to a centimetre
_AT_THE_END_M: Final = 0.5  # a settlement this near to a road's end lies at the junction


@unique
class Use(IntEnum):
    """What can be done with a stretch."""

    PASSABLE = 0
    WORK = 1
    SHUT = 2


@dataclass(frozen=True, slots=True)
class RoadEnds:
    """The network: which node each road begins and ends at.

    Attributes
    ----------
    from_node, to_node : int64[roads]
        Numbers from 0 on, in the order of the road table.
    count : int
        How many nodes there are.
    """

    from_node: IntArray
    to_node: IntArray
    count: int


def road_ends(roads: gpd.GeoDataFrame) -> RoadEnds:
    """Join roads where their ends have the very same coordinates.

    Parameters
    ----------
    roads : GeoDataFrame
        Declared road columns, LineStrings.
    """
    lines = roads.geometry.to_numpy()
    ends = np.concatenate((shapely.get_point(lines, 0), shapely.get_point(lines, -1)))
    places, node = np.unique(shapely.get_coordinates(ends) + 0.0, axis=0, return_inverse=True)
    numbers = node.reshape(-1).astype(np.int64)
    return RoadEnds(numbers[: len(lines)], numbers[len(lines) :], len(places))


@dataclass(frozen=True, slots=True)
class Spots:
    """Points on roads.

    Attributes
    ----------
    road : int64[k]
        Row of the road table.
    at_m : float64[k]
        Ground metres from its first vertex.
    """

    road: IntArray
    at_m: FloatArray


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a road that the planner names; None: the whole road.

    Attributes
    ----------
    road : int
        Row of the road table.
    from_m, to_m : float
        Where it begins and ends.
    """

    road: int
    from_m: float = -np.inf
    to_m: float = np.inf


@dataclass(frozen=True, slots=True)
class Stretches:
    """All stretches of a network, in the order of the roads.

    ``part_*`` are the pieces of the status that they consist of, cut where stretches are cut.

    Attributes
    ----------
    road : int64[k]
        Row of the road table.
    from_m, to_m : float64[k]
        Ground metres along it.
    use : int64[k]
        See `Use`.
    pinned : bool[k]
        Whether the planner wants it done.
    tail, head : int64[k]
        The nodes at its ends.
    effort : Efforts
        Of each part.
    part_of : int64[p]
        The stretch of each part.
    part_piece : int64[p]
        The piece of the status that each part belongs to.
    part_from_m, part_to_m : float64[p]
        Where each begins and ends.
    node_count : int
        How many nodes there are.
    spot_node : int64[spots]
        The node at each spot.
    """

    road: IntArray
    from_m: FloatArray
    to_m: FloatArray
    use: IntArray
    pinned: BoolArray
    tail: IntArray
    head: IntArray
    effort: Efforts
    part_of: IntArray
    part_piece: IntArray
    part_from_m: FloatArray
    part_to_m: FloatArray
    node_count: int
    spot_node: IntArray

    def total(self, of_parts: FloatArray) -> FloatArray:
        """Add a figure of the parts up over each stretch, float64[k]."""
        return added(self.part_of, of_parts, len(self.road))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the planner decided beforehand.

    Attributes
    ----------
    allowed : frozenset of Status
        What is passable.
    confirmed : bool
        Whether confirmed hazards may be planned to be cleared.
    pinned, forbidden : sequence of Span
        What must be done, and what must not.
    """

    allowed: frozenset[Status]
    confirmed: bool = True
    pinned: Sequence[Span] = ()
    forbidden: Sequence[Span] = ()


def cut_into_stretches(
    result: StatusResult, ends: RoadEnds, spots: Spots, wishes: Wishes
) -> Stretches:
    """Cut the roads of a status.

    Parameters
    ----------
    result : StatusResult
        A computed status.
    ends : RoadEnds
        How its roads are joined.
    spots : Spots
        Where settlements lie.
    wishes : Wishes
        The planner's choice.
    """
    road, from_m, to_m, piece, is_cut = _parts(result, spots)
    worked = _efforts(result, road, to_m - from_m, piece, wishes)
    use = _use(result.status[piece].astype(np.int64), worked, wishes)
    use[_named(road, from_m, to_m, wishes.forbidden)] = Use.SHUT
    pinned = _named(road, from_m, to_m, wishes.pinned) & (use == Use.WORK)
    new = np.ones(len(road), dtype=np.bool_)
    new[1:] = np.diff(road) != 0
    begins_road = new.copy()
    new[1:] |= (np.diff(use) != 0) | (np.diff(pinned.astype(np.int8)) != 0) | is_cut[1:]
    part_of = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(road)) - 1
    # Inner ends of stretches get numbers behind those of the roads' ends.
    inner = ~begins_road[first]
    tail = np.where(inner, ends.count + np.cumsum(inner) - 1, ends.from_node[road[first]])
    goes_on = np.append(inner[1:], np.False_)
    head = np.where(goes_on, np.append(tail[1:], -1), ends.to_node[road[first]])
    return Stretches(
        road=road[first], from_m=from_m[first], to_m=to_m[last], use=use[first],
        pinned=pinned[first], tail=tail, head=head, effort=worked, part_of=part_of,
        part_piece=piece, part_from_m=from_m, part_to_m=to_m,
        node_count=int(ends.count + inner.sum()),
        spot_node=_nodes_of(spots, road[first], from_m[first], tail, result, ends),
    )  # fmt: skip


def _parts(
    result: StatusResult, spots: Spots
) -> tuple[IntArray, FloatArray, FloatArray, IntArray, BoolArray]:
    """Cut pieces at the spots: road, from, to, piece, and whether a spot lies at the beginning."""
    inside = _inner(spots, result)
    start, begins, stops = result.swept.piece_start, result.from_m, result.to_m
    at_begin = np.zeros(len(result) + 1, dtype=np.bool_)
    cut_piece, cut_m = [], []
    chosen = zip(spots.road[inside], np.round(spots.at_m[inside], 2), strict=True)
    for road, at_m in sorted(set(chosen)):  # settlements: thousands at most
        own = begins[start[road] : start[road + 1]]
        piece = int(start[road] + np.searchsorted(own, at_m, side="right") - 1)
        if at_m - begins[piece] < _SAME_M:
            at_begin[piece] = True
        elif stops[piece] - at_m < _SAME_M:
            at_begin[piece + 1] = True
        else:
            cut_piece.append(piece)
            cut_m.append(at_m)
    piece_of = np.concatenate((np.arange(len(result)), np.array(cut_piece, dtype=np.int64)))
    from_m = np.concatenate((begins, np.array(cut_m, dtype=np.float64)))
    is_cut = np.concatenate((at_begin[:-1], np.ones(len(cut_m), dtype=np.bool_)))
    order = np.lexsort((from_m, piece_of))
    piece_of, from_m, is_cut = piece_of[order], from_m[order], is_cut[order]
    goes_on = np.append(np.diff(piece_of) == 0, np.False_)  # the same piece continues behind a cut
    to_m = np.where(goes_on, np.append(from_m[1:], 0.0), stops[piece_of])
    return result.road.astype(np.int64)[piece_of], from_m, to_m, piece_of, is_cut


def _inner(spots: Spots, result: StatusResult) -> BoolArray:
    """Tell which spots lie within their road and not at one of its ends."""
    length = result.road_length_m[spots.road]
    return (spots.at_m > _AT_THE_END_M) & (spots.at_m < length - _AT_THE_END_M)


def _nodes_of(  # what the spots are looked up in
    spots: Spots, road: IntArray, from_m: FloatArray, tail: IntArray,
    result: StatusResult, ends: RoadEnds,
) -> IntArray:  # fmt: skip
    """Find the node at each spot."""
    node = np.where(
        spots.at_m <= _AT_THE_END_M, ends.from_node[spots.road], ends.to_node[spots.road]
    )
    begins = np.searchsorted(road, spots.road)
    stops = np.searchsorted(road, spots.road, side="right")
    for place in np.flatnonzero(_inner(spots, result)):  # settlements: thousands at most
        own = slice(begins[place], stops[place])
        nearest = int(np.argmin(np.abs(from_m[own] - spots.at_m[place])))
        node[place] = tail[own][nearest]
    return node


def _efforts(
    result: StatusResult, road: IntArray, length_m: FloatArray, piece: IntArray, wishes: Wishes
) -> Efforts:
    highways = result.roads["highway"]
    widths = {word: result.policy.half_width_m(word) for word in highways.dropna().unique()}
    half = highways.map(widths).fillna(result.policy.half_width_m(None)).to_numpy(np.float64)
    return efforts(
        result.status[piece], length_m, half[road], allowed=wishes.allowed, policy=result.policy
    )


def _use(status: IntArray, worked: Efforts, wishes: Wishes) -> IntArray:
    use = np.where(worked.method == NO_METHOD, int(Use.SHUT), int(Use.WORK))
    use[np.isin(status, [int(one) for one in wishes.allowed])] = Use.PASSABLE
    if not wishes.confirmed:
        use[status == Status.CONFIRMED_HAZARD] = Use.SHUT
    return use


def _named(
    road: IntArray, from_m: FloatArray, to_m: FloatArray, spans: Sequence[Span]
) -> BoolArray:
    """Tell which parts a span covers in part; not those that it only touches."""
    named = np.zeros(len(road), dtype=np.bool_)
    for span in spans:
        overlap = np.minimum(to_m, span.to_m) - np.maximum(from_m, span.from_m)
        named |= (road == span.road) & (overlap > _SAME_M)
    return named
