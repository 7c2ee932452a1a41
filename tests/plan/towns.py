"""Networks drawn by hand: a road is a line of text such as ``a-b cleared 100, not_surveyed 20``."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from uxo.plan.answers import Question, Way, Ways
from uxo.plan.graph import Graph
from uxo.plan.hierarchy import Hierarchy, order_of
from uxo.plan.place import Spot
from uxo.plan.planner import Planner
from uxo.plan.tariff import ALLOWED_BY_DEFAULT
from uxo.policy import load_policy
from uxo.roads.network import Network, islands
from uxo.status.swept import Swept, nothing_swept
from uxo.vocabulary import Status

Pieces = list[tuple[float, Status]]
HALF_WIDTH_M = 5.0


def swept_of(roads: Sequence[Pieces]) -> Swept:
    """Pieces of roads, given as lengths and statuses."""
    count = np.array([len(pieces) for pieces in roads], dtype=np.int64)
    metres = [np.cumsum([0.0, *(metres for metres, _ in pieces)]) for pieces in roads]
    none = nothing_swept()
    size = int(count.sum())
    flags = np.zeros(size, np.bool_)
    return Swept(
        piece_count=count,
        from_m=np.concatenate([one[:-1] for one in metres]),
        to_m=np.concatenate([one[1:] for one in metres]),
        status=np.array([status for pieces in roads for _, status in pieces], dtype=np.uint8),
        conflict=flags,
        under_way=flags,
        run_count=np.zeros(len(roads), np.int64),
        run_item=none.run_item,
        run_from_m=none.run_from_m,
        run_to_m=none.run_to_m,
        run_effect=none.run_effect,
        run_by=none.run_by,
    )


def network_of(
    ends: Sequence[tuple[int, int]],
    length_m: Sequence[float],
    size: int,
    oneway: Sequence[int] | None = None,
) -> Network:
    """Roads between numbered nodes, which lie on a grid."""
    pairs = np.array(ends, dtype=np.int32).reshape(-1, 2)
    everyone = np.ones(len(pairs), np.bool_)
    number = np.arange(size)
    return Network(
        road_id=np.array([f"R{row}" for row in range(len(pairs))], dtype=object),
        from_node=pairs[:, 0],
        to_node=pairs[:, 1],
        length_m=np.array(length_m, dtype=np.float64),
        oneway=np.array(oneway if oneway is not None else [0] * len(pairs), dtype=np.int8),
        foot=everyone,
        vehicle=everyone,
        node_lon=np.asarray(37.0 + 0.001 * (number % 8), dtype=np.float64),
        node_lat=np.asarray(36.0 + 0.001 * (number // 8), dtype=np.float64),
        component=islands(pairs[:, 0], pairs[:, 1], size),
    )


class Town:
    """A hand-drawn network with a planner."""

    def __init__(self, drawing: str, *, fast: bool) -> None:
        self.names: list[str] = []
        self.nodes: dict[str, int] = {}
        ends, oneway, roads = [], [], []
        for line in drawing.strip().splitlines():
            name, course, said = line.split(maxsplit=2)
            arrow = ">" if ">" in course else "-"
            one, other = course.split(arrow)
            ends.append((self._node(one), self._node(other)))
            oneway.append(1 if arrow == ">" else 0)
            self.names.append(name)
            roads.append(_pieces(said))
        self.roads = roads
        length_m = [sum(metres for metres, _ in pieces) for pieces in roads]
        self.network = network_of(ends, length_m, len(self.nodes), oneway)
        self.planner = planner_of(self.network, roads, fast=fast)

    def _node(self, name: str) -> int:
        return self.nodes.setdefault(name, len(self.nodes))

    def ask(
        self,
        start: tuple[str, float],
        end: tuple[str, float],
        *also: Status,
        on_foot: bool = True,
    ) -> object:
        return self.planner.find(
            Question(
                Spot(self.names.index(start[0]), start[1]),
                Spot(self.names.index(end[0]), end[1]),
                ALLOWED_BY_DEFAULT | set(also),
                on_foot,
            )
        )

    def way(
        self,
        start: tuple[str, float],
        end: tuple[str, float],
        *also: Status,
        on_foot: bool = True,
    ) -> Ways:
        found = self.ask(start, end, *also, on_foot=on_foot)
        assert isinstance(found, Ways), found
        return found

    def told(self, way: Way) -> str:
        """The way as a planner would say it."""
        return ", ".join(
            f"{self.names[road]} {one:g}-{other:g}"
            for road, one, other in zip(way.road, way.from_m, way.to_m, strict=True)
        )

    def becomes(self, name: str, said: str) -> None:
        """Other pieces come to lie on a road."""
        row = self.names.index(name)
        self.roads[row] = _pieces(said)
        self.planner.change(np.array([row]), swept_of([self.roads[row]]))


def _pieces(said: str) -> Pieces:
    words = [part.split() for part in said.split(",")]
    return [(float(metres), Status[status.upper()]) for status, metres in words]


def planner_of(network: Network, roads: Sequence[Pieces], *, fast: bool) -> Planner:
    graph = Graph.of(network)
    hierarchy = None
    if fast:
        order: npt.NDArray[np.uint32] = order_of(graph, network.node_lon, network.node_lat)
        hierarchy = Hierarchy(graph, order)
    half_width_m = np.full(len(roads), HALF_WIDTH_M)
    return Planner(
        network, half_width_m, swept_of(roads), policy=load_policy(), hierarchy=hierarchy
    )
