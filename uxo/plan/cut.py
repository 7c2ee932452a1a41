"""Why there is no way, and what would open one with the least clearance."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.errors import Blocking, NoRoute, NoRouteReason
from uxo.plan.answers import Question
from uxo.plan.course import Costs, Legs, joints, legs_between
from uxo.plan.dijkstra import BLOCKED
from uxo.plan.graph import Graph, islands_of, usable
from uxo.plan.pieces import RoadPieces
from uxo.plan.searching import ExactSearch
from uxo.roads.network import Network
from uxo.vocabulary import Status

I8 = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_EFFORTS_PER_M2: Final = 10.0
_LENGTHS: Final = 10_000_000  # metres; no way is longer, so effort comes first and length second


@dataclass(frozen=True, slots=True)
class Terrain:
    """What a cut is looked for in.

    Attributes
    ----------
    network : Network
        The roads.
    graph : Graph
        Their arcs.
    pieces : RoadPieces
        Their status.
    half_width_m : float64[roads]
        Half of each road's corridor.
    """

    network: Network
    graph: Graph
    pieces: RoadPieces
    half_width_m: FloatArray


def why_not(terrain: Terrain, question: Question) -> NoRoute:
    """Say why there is no way between two places.

    The cut is the pieces which may not be used on the way that takes the least clearance: square
    metres of corridor first, length second. A closure is no matter of clearance, so a way through
    one is named only where every other way leads through one too.
    """
    island = islands_of(terrain.network, on_foot=question.on_foot)
    ends = [terrain.network.from_node[spot.road] for spot in (question.start, question.end)]
    if island[ends[0]] != island[ends[1]]:
        msg = "no road joins the two places: they lie on two islands of the network"
        return NoRoute(msg, NoRouteReason.OTHER_ISLAND)
    for through_closures in (False, True):
        legs = _least_effort(terrain, question, through_closures=through_closures)
        if legs is not None:
            cut = _not_allowed(terrain, legs, question.allowed)
            effort_m2 = sum(piece.effort_m2 for piece in cut)
            msg = (
                f"every way is blocked; the least clearance that would open one is {len(cut)} "
                f"pieces of road, {effort_m2:.0f} m2 of corridor"
            )
            return NoRoute(msg, NoRouteReason.BLOCKED, cut)
    msg = "roads join the two places, but one-way roads let no vehicle go that way"
    return NoRoute(msg, NoRouteReason.ONE_WAY)


def _least_effort(terrain: Terrain, question: Question, *, through_closures: bool) -> Legs | None:
    """Find the way that takes the least clearance; None: there is none even so."""
    network = terrain.network
    along, against = usable(network, on_foot=question.on_foot)
    blocked = np.array([one not in question.allowed for one in Status])
    never = np.zeros(len(Status), dtype=np.bool_)
    never[Status.CLOSED] = not through_closures

    def cost(roads: I8, low_m: FloatArray, high_m: FloatArray) -> I8:
        owner, metres, rank = terrain.pieces.between(roads, low_m, high_m)
        wide = 2.0 * terrain.half_width_m[roads]
        effort = np.bincount(owner, metres * blocked[rank], len(roads)) * wide
        units: I8 = np.rint(effort * _EFFORTS_PER_M2).astype(np.int64) * _LENGTHS
        units += np.rint(high_m - low_m).astype(np.int64)
        units[owner[never[rank]]] = BLOCKED
        return units

    def part(road: int, low_m: float, high_m: float) -> int:
        return int(cost(np.array([road]), np.array([low_m]), np.array([high_m]))[0])

    roads = terrain.graph.road[::2].astype(np.int64)
    units = cost(roads, np.zeros(len(roads)), network.length_m[roads])
    arcs = np.column_stack(
        (np.where(along[roads], units, BLOCKED), np.where(against[roads], units, BLOCKED))
    ).ravel()
    costs = Costs(ExactSearch(terrain.graph, arcs), part, along, against)
    return legs_between(
        network, terrain.graph, costs, joints(network, costs, question.start, question.end)
    )


def _not_allowed(terrain: Terrain, legs: Legs, allowed: frozenset[Status]) -> tuple[Blocking, ...]:
    """List the pieces on a way which may not be used, in the order of travel."""
    found = []
    for road, one_m, other_m in zip(legs.road, legs.from_m, legs.to_m, strict=True):
        low_m, high_m = min(one_m, other_m), max(one_m, other_m)
        _, from_m, to_m, rank = terrain.pieces.on(np.array([road]))
        begin, end = np.maximum(from_m, low_m), np.minimum(to_m, high_m)
        on_it = (end > begin) | ((from_m == to_m) & (begin == end))
        shut = [at for at in np.flatnonzero(on_it).tolist() if Status(int(rank[at])) not in allowed]
        own = [
            Blocking(
                road_id=str(terrain.network.road_id[road]),
                from_m=float(begin[run[0]]),
                to_m=float(end[run[-1]]),
                status=Status(int(rank[run[0]])).word,
                effort_m2=float((end[run[-1]] - begin[run[0]]) * 2.0 * terrain.half_width_m[road]),
            )
            for run in _runs(shut, rank)
        ]
        found += own if one_m <= other_m else own[::-1]
    return tuple(found)


def _runs(pieces: list[int], rank: npt.NDArray[np.uint8]) -> list[list[int]]:
    """Put neighbouring pieces of one status together, whatever their reasons are."""
    runs: list[list[int]] = []
    for piece in pieces:
        if runs and runs[-1][-1] == piece - 1 and rank[runs[-1][-1]] == rank[piece]:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs
