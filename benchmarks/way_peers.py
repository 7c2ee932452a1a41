"""Shortest paths as other libraries find them, each over the same integer weights.

Every peer gets arcs (both directions of every road that is not blocked) and returns a function
``(start, end) -> cost`` that also fetches the path; building it is not counted.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from benchmarks import postgis
from benchmarks.measure import Unavailable

if TYPE_CHECKING:
    from psycopg import Connection

Ints = npt.NDArray[np.int64]
Ask = Callable[[int, int], int | None]

_PGR = """
SELECT agg_cost FROM pgr_dijkstra(
    'SELECT id, source, target, cost, cost AS reverse_cost FROM edge', {}::bigint, {}::bigint
) WHERE edge = -1
"""


def with_networkx(one: Ints, other: Ints, cost: Ints) -> Ask:
    """Bidirectional Dijkstra on a multigraph."""
    import networkx as nx  # noqa: PLC0415  # a peer

    graph = nx.MultiGraph()
    graph.add_weighted_edges_from(zip(one.tolist(), other.tolist(), cost.tolist(), strict=True))

    def ask(start: int, end: int) -> int | None:
        try:
            found, _ = nx.bidirectional_dijkstra(graph, start, end)
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return None
        return int(found)

    return ask


def with_rustworkx(one: Ints, other: Ints, cost: Ints) -> Ask:
    """Dijkstra to one goal, with its path."""
    import rustworkx as rx  # noqa: PLC0415  # a peer

    graph = rx.PyGraph(multigraph=True)
    graph.add_nodes_from(range(int(max(one.max(), other.max())) + 1))
    graph.add_edges_from(list(zip(one.tolist(), other.tolist(), cost.tolist(), strict=True)))

    def ask(start: int, end: int) -> int | None:
        paths = rx.dijkstra_shortest_paths(graph, start, end, weight_fn=float)
        if end not in paths:
            return None
        nodes = list(paths[end])
        return int(sum(min(graph.get_all_edge_data(a, b)) for a, b in pairwise(nodes)))

    return ask


def with_igraph(one: Ints, other: Ints, cost: Ints) -> Ask:
    """Dijkstra with its path as edges (GPL: for measuring only)."""
    import igraph  # noqa: PLC0415  # a peer

    size = int(max(one.max(), other.max())) + 1
    graph = igraph.Graph(n=size, edges=np.column_stack((one, other)).tolist())
    graph.es["cost"] = cost.tolist()

    def ask(start: int, end: int) -> int | None:
        (edges,) = graph.get_shortest_paths(start, to=end, weights="cost", output="epath")
        if not edges and start != end:
            return None
        return int(cost[edges].sum())

    return ask


def with_scipy(one: Ints, other: Ints, cost: Ints) -> Ask:
    """Dijkstra from one node to all, with predecessors; parallel roads are reduced before."""
    from scipy.sparse import csr_array  # noqa: PLC0415  # a peer
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

    low, high = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((cost, high, low))
    first = np.append(True, (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0))
    kept = order[first]
    size = int(max(one.max(), other.max())) + 1
    graph = csr_array((cost[kept].astype(np.float64), (low[kept], high[kept])), shape=(size, size))

    def ask(start: int, end: int) -> int | None:
        spent, before = dijkstra(graph, directed=False, indices=start, return_predecessors=True)
        if not np.isfinite(spent[end]):
            return None
        node = end
        while node != start:
            node = int(before[node])
        return round(float(spent[end]))

    return ask


@contextmanager
def with_pgrouting(one: Ints, other: Ints, cost: Ints) -> Iterator[Ask]:
    """pgr_dijkstra, which reads all edges at every call."""
    with postgis.cluster() as connection:
        _load(connection, one, other, cost)

        def ask(start: int, end: int) -> int | None:
            row = connection.execute(_PGR.format(int(start), int(end))).fetchone()  # type: ignore[arg-type]  # two integers
            return None if row is None else round(float(row[0]))

        yield ask


def _load(connection: "Connection", one: Ints, other: Ints, cost: Ints) -> None:
    import psycopg  # noqa: PLC0415  # a peer

    try:
        connection.execute("CREATE EXTENSION pgrouting")
    except psycopg.Error as error:
        msg = f"no pgRouting ({error}): apt install postgresql-15-pgrouting"
        raise Unavailable(msg) from None
    connection.execute(
        "CREATE TABLE edge (id bigint, source bigint, target bigint, cost double precision)"
    )
    columns: list[list[Any]] = [list(range(len(one))), *(c.tolist() for c in (one, other, cost))]
    into = "COPY edge FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in zip(*columns, strict=True):
            copy.write_row(row)
    connection.execute("VACUUM ANALYZE edge")
