"""Find the roads along a line: within a tolerance, and with its gaps told, never guessed.

A hidden Markov model as Newson and Krumm describe it (2009, doi:10.1145/1653771.1653818): a sample
lies on one of the roads near it, the nearer the likelier; and from sample to sample the way over
the roads is about as long as that along the line.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.plan.graph import Graph
from uxo.plan.line_samples import STEP_M, Near, Samples, near_roads, sample
from uxo.roads.network import Network
from uxo.status.result import StatusResult

FloatArray = npt.NDArray[np.float64]

TOLERANCE_M: Final = 25.0
"""How far from the line a road may lie: about the error of a phone's position in a street."""
_FOLLOWED: Final = 0.5  # less of a stretch on the roads than this: the line only crosses them
_SAME_M: Final = 1e-6
_INFINITE: Final = float("inf")

Move = tuple[int, float, float]
"""Row of the road table, from where to where along it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What of a line follows roads without a break.

    Attributes
    ----------
    first, last : int
        Samples.
    moves : tuple of Move
        In the order of travel.
    """

    first: int
    last: int
    moves: tuple[Move, ...]

    @property
    def metres(self) -> float:
        """Metres on the roads."""
        return sum(abs(to_m - from_m) for _, from_m, to_m in self.moves)


@dataclass(frozen=True, slots=True)
class Matched:
    """A line and the roads along it.

    Attributes
    ----------
    samples : Samples
        Of the line.
    stretches : tuple of Stretch
        In the order of travel; what lies between them, before and after is a gap.
    """

    samples: Samples
    stretches: tuple[Stretch, ...]


def match_line(
    result: StatusResult, network: Network, parts: Sequence[FloatArray], tolerance_m: float
) -> Matched:
    """Find the roads along a line.

    Parameters
    ----------
    result : StatusResult
        Its roads.
    network : Network
        The same roads, joined. In which direction and by whom they may be used does not matter.
    parts : sequence of float64[k, 2]
        Longitude and latitude.
    tolerance_m : float
        How far from the line a road may lie, ground metres.

    Raises
    ------
    BadInput
        The line is far too long.
    """
    samples = sample(parts)
    near = near_roads(result, samples, tolerance_m)
    walk = _Walk(network, samples, near, tolerance_m)
    found = (stretch for chain in walk.chains() if (stretch := walk.stretch(chain)) is not None)
    return Matched(samples, tuple(found))


@dataclass(frozen=True, slots=True)
class _State:
    """The best way to one road at one sample."""

    pair: int
    cost: float
    before: "_State | None"
    moves: tuple[Move, ...]


class _Walk:
    """Goes along the samples of one line."""

    def __init__(self, network: Network, samples: Samples, near: Near, tolerance_m: float) -> None:
        self._network = network
        self._graph = Graph.of(network)
        self._samples = samples
        self._near = near
        self._tolerance_m = tolerance_m
        # A detour of more than this between two samples is another way, not this line.
        self._reach_m = 4.0 * tolerance_m + 2.0 * STEP_M
        self._around: dict[int, dict[int, tuple[float, tuple[Move, ...]]]] = {}

    def chains(self) -> Iterator[list[_State]]:
        """Give the best states, chain by chain: a chain ends where no road leads on."""
        states: list[_State] = []
        for number in range(len(self._samples)):
            step_m = float(self._samples.step_m[number])
            following = [] if np.isnan(step_m) else self._following(states, number, step_m)
            if not following:
                if states:
                    yield _trace(states)
                following = [
                    _State(pair, self._cost_at(pair), None, ()) for pair in self._near.of(number)
                ]
            states = following
        if states:
            yield _trace(states)

    def _cost_at(self, pair: int) -> float:
        """Weigh the distance from the road; the tolerance is three standard deviations."""
        return 4.5 * (float(self._near.away_m[pair]) / self._tolerance_m) ** 2

    def _following(self, states: list[_State], number: int, step_m: float) -> list[_State]:
        following = []
        for pair in self._near.of(number):
            best: _State | None = None
            for state in states:
                metres, moves = self._between(state.pair, pair)
                if metres > step_m + self._reach_m:
                    continue
                cost = state.cost + abs(metres - step_m) / STEP_M + self._cost_at(pair)
                if best is None or cost < best.cost:
                    best = _State(pair, cost, state, moves)
            if best is not None:
                following.append(best)
        return following

    def _between(self, one: int, other: int) -> tuple[float, tuple[Move, ...]]:
        """Find the shortest way over the roads from one foot to another."""
        near, network = self._near, self._network
        road, at_m = int(near.road[one]), float(near.at_m[one])
        to_road, to_m = int(near.road[other]), float(near.at_m[other])
        if road == to_road:
            return abs(to_m - at_m), ((road, at_m, to_m),)
        best: tuple[float, tuple[Move, ...]] = (_INFINITE, ())
        for node, end_m in _ends(network, road):
            spent = abs(end_m - at_m)
            if spent >= min(best[0], self._reach_m):
                continue
            around = self._nodes_around(node)
            for to_node, begin_m in _ends(network, to_road):
                if to_node not in around:
                    continue
                metres, path = around[to_node]
                total = spent + metres + abs(to_m - begin_m)
                if total < best[0]:
                    best = total, ((road, at_m, end_m), *path, (to_road, begin_m, to_m))
        return best

    def _nodes_around(self, start: int) -> dict[int, tuple[float, tuple[Move, ...]]]:
        """Find the nodes within reach, with the way to each; found once for each node."""
        if start in self._around:
            return self._around[start]
        graph, length_m = self._graph, self._network.length_m
        found: dict[int, tuple[float, tuple[Move, ...]]] = {}
        waiting: list[tuple[float, int, tuple[Move, ...]]] = [(0.0, start, ())]
        while waiting:
            spent, node, path = heapq.heappop(waiting)
            if node in found:
                continue
            found[node] = spent, path
            own = slice(graph.first_out[node], graph.first_out[node + 1])
            for arc in graph.out[own].tolist():
                road, head = int(graph.road[arc]), int(graph.head[arc])
                metres = float(length_m[road])
                if head not in found and spent + metres <= self._reach_m:
                    move = (road, 0.0, metres) if arc % 2 == 0 else (road, metres, 0.0)
                    heapq.heappush(waiting, (spent + metres, head, (*path, move)))
        self._around[start] = found
        return found

    def stretch(self, chain: list[_State]) -> Stretch | None:
        """Make a stretch of a chain; None: the line crosses roads there and follows none."""
        first = self._sample_of(chain[0].pair)
        last = self._sample_of(chain[-1].pair)
        moves = without_jitter(
            [move for state in chain[1:] for move in state.moves], 2.0 * self._tolerance_m
        )
        stretch = Stretch(first, last, tuple(moves))
        along_m = float(self._samples.step_m[first + 1 : last + 1].sum())
        return stretch if stretch.metres > _FOLLOWED * along_m else None

    def _sample_of(self, pair: int) -> int:
        return int(np.searchsorted(self._near.first, pair, side="right")) - 1


def _ends(network: Network, road: int) -> tuple[tuple[int, float], tuple[int, float]]:
    """Give the nodes of a road and their measures."""
    return (
        (int(network.from_node[road]), 0.0),
        (int(network.to_node[road]), float(network.length_m[road])),
    )


def _trace(states: list[_State]) -> list[_State]:
    """Walk back from the cheapest of the last states."""
    state: _State | None = min(states, key=lambda one: one.cost)
    chain = []
    while state is not None:
        chain.append(state)
        state = state.before
    return chain[::-1]


def without_jitter(moves: Sequence[Move], jitter_m: float) -> list[Move]:
    """Join moves along one road, and drop turns there and back that are shorter than the jitter.

    Examples
    --------
    >>> without_jitter([(1, 0.0, 30.0), (1, 30.0, 26.0), (1, 26.0, 90.0), (2, 0.0, 4.0)], 50.0)
    [(1, 0.0, 90.0), (2, 0.0, 4.0)]
    """
    before, joined = list(moves), _joined(moves, jitter_m)
    while joined != before:  # what lay between two moves along one road may be gone now
        before, joined = joined, _joined(joined, jitter_m)
    return joined


def _joined(moves: Sequence[Move], jitter_m: float) -> list[Move]:
    joined: list[Move] = []
    run: list[float] = []
    road = -1
    for row, from_m, to_m in moves:
        if row != road or abs(run[-1] - from_m) > _SAME_M:
            joined += _turns(road, run, jitter_m)
            road, run = row, [from_m]
        run.append(to_m)
    return joined + _turns(road, run, jitter_m)


def _turns(road: int, run: Sequence[float], jitter_m: float) -> list[Move]:
    """Cut the measures of one road where the direction of travel truly changes."""
    if not run:
        return []
    kept = [run[0]]
    farthest = run[0]
    for at_m in run[1:]:
        if (farthest - kept[-1]) * (at_m - farthest) >= 0.0:
            farthest = at_m
        elif abs(at_m - farthest) > jitter_m:
            if abs(farthest - kept[-1]) > jitter_m:
                kept.append(farthest)
            farthest = at_m
    # The last direction ends where the line ends, not where it once came farthest.
    ends = [*kept, run[-1]]
    return [(road, from_m, to_m) for from_m, to_m in pairwise(ends) if from_m != to_m]
