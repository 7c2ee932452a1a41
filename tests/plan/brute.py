"""The least exposure by brute force, over a network that is cut up wherever anything changes.

Bellman and Ford's rounds over every atom of road: slow, and with nothing in common with the
planner but the figures.
"""

import itertools

from tests.plan.towns import Pieces
from uxo.plan.answers import Question
from uxo.roads.network import Network

Atom = tuple[object, object, float, int]


def least_cost(
    network: Network, roads: list[Pieces], question: Question, weight: dict[int, float]
) -> float:
    """Least sum of metres times weight; infinity where there is no way."""
    edges: list[tuple[object, object, float]] = []
    names: dict[tuple[int, float], object] = {}
    for row, pieces in enumerate(roads):
        for one, other, cost in _atoms(network, row, pieces, question, weight, names):
            along, against = _directions(network, row, question)
            edges += [(one, other, cost)] * along + [(other, one, cost)] * against
    start = names[question.start.road, question.start.at_m]
    end = names[question.end.road, question.end.at_m]
    spent = {start: 0.0}
    while True:
        changed = False
        for one, other, cost in edges:
            if one in spent and spent[one] + cost < spent.get(other, float("inf")):
                spent[other] = spent[one] + cost
                changed = True
        if not changed:
            return spent.get(end, float("inf"))


def _directions(network: Network, row: int, question: Question) -> tuple[bool, bool]:
    if question.on_foot:
        return True, True
    return bool(network.oneway[row] >= 0), bool(network.oneway[row] <= 0)


def _atoms(
    network: Network,
    row: int,
    pieces: Pieces,
    question: Question,
    weight: dict[int, float],
    names: dict[tuple[int, float], object],
) -> list[tuple[object, object, float]]:
    ends = [0.0, *itertools.accumulate(metres for metres, _ in pieces)]
    spots = [spot.at_m for spot in (question.start, question.end) if spot.road == row]
    marks = sorted({*ends, *spots})
    length_m = ends[-1]
    for mark in marks:
        names[row, mark] = (row, mark)
    names[row, 0.0] = ("node", int(network.from_node[row]))
    names[row, length_m] = ("node", int(network.to_node[row]))
    atoms = []
    for low, high in itertools.pairwise(marks):
        piece = max(at for at in range(len(pieces)) if ends[at] <= (low + high) / 2.0)
        cost = weight.get(int(pieces[piece][1]))
        if cost is not None:
            atoms.append((names[row, low], names[row, high], (high - low) * cost))
    return atoms
