"""Priorities join roads as ways do."""

import pytest

from tests.plan import valley
from tests.web.scene import evidence_table, roads_table
from uxo.plan.tasks import Outcome
from uxo.policy import load_policy
from uxo.services.priorities import Ask, priorities_of
from uxo.status.compute import compute_status

NODES = {
    "r-ab": ("1", "2"),
    "r-bc": ("2", "3"),
    "r-cd": ("3", "4"),
    "r-be": ("2", "5"),
    "r-bf": ("2", "6"),
}


@pytest.mark.parametrize(("at_b", "outcome"), [("2", Outcome.RECONNECTED), ("22", Outcome.NO_WAY)])
def test_a_bridge_that_ends_above_a_junction_reconnects_nobody(at_b: str, outcome: Outcome) -> None:
    roads = roads_table(valley.ROADS)
    nodes = NODES | {"r-bc": (at_b, "3")}
    for side, column in enumerate(("from_node", "to_node")):
        roads[column] = [nodes[road][side] for road in roads["road_id"]]
    result = compute_status(
        roads,
        evidence_table(valley.EVIDENCE),
        policy=load_policy(),
        as_of=valley.AS_OF,
        known_at=valley.AS_OF,
    )
    ask = Ask(budget=1e6, households=valley.HOUSEHOLDS, start=["C-A"])
    found = priorities_of(result, valley.places(), ask).priorities
    became = {one.pcode: one.outcome for one in found.settlements}
    assert (became["C-C"], became["C-D"]) == (outcome, outcome)
    assert became["C-F"] is Outcome.RECONNECTED
