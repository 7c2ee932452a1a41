"""Arcs: every road once in each direction, so that one topology serves vehicles and walkers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uxo.roads.network import Network, islands

IntArray = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Graph:
    """Directed arcs of a network. Arc ``a ^ 1`` is the same road the other way.

    Attributes
    ----------
    size : int
        Number of nodes.
    tail, head : int32[arcs]
        Nodes; even arcs follow their road, odd ones go against it.
    road : int32[arcs]
        Row of the road table.
    arc_of : int32[roads]
        The even arc of a road; -1 for a loop, which leads nowhere else.
    first_out : int64[nodes + 1]
        Where the arcs of each tail begin in ``out``.
    out : int32[arcs]
        Arcs sorted by tail.
    """

    size: int
    tail: IntArray
    head: IntArray
    road: IntArray
    arc_of: IntArray
    first_out: npt.NDArray[np.int64]
    out: IntArray

    @classmethod
    def of(cls, network: Network) -> "Graph":
        """Lay the arcs of a network out."""
        return cls.between(network.from_node, network.to_node, len(network.node_lon))

    @classmethod
    def between(cls, from_node: IntArray, to_node: IntArray, size: int) -> "Graph":
        """Lay the arcs of roads between so many nodes out."""
        through = np.flatnonzero(from_node != to_node).astype(np.int32)
        one, other = from_node[through], to_node[through]
        tail = np.column_stack((one, other)).ravel()
        arc_of = np.full(len(from_node), -1, dtype=np.int32)
        arc_of[through] = 2 * np.arange(len(through), dtype=np.int32)
        count = np.bincount(tail, minlength=size)
        return cls(
            size=size,
            tail=tail,
            head=np.column_stack((other, one)).ravel(),
            road=np.repeat(through, 2),
            arc_of=arc_of,
            first_out=np.concatenate((np.zeros(1, np.int64), np.cumsum(count))),
            out=np.argsort(tail, kind="stable").astype(np.int32),
        )


def usable(network: Network, *, on_foot: bool) -> tuple[BoolArray, BoolArray]:
    """Tell which roads a traveller may use along and against their direction.

    Parameters
    ----------
    on_foot : bool
        One-way roads bind vehicles only.

    Returns
    -------
    along, against : bool[roads]
    """
    if on_foot:
        return network.foot, network.foot
    return network.vehicle & (network.oneway >= 0), network.vehicle & (network.oneway <= 0)


def islands_of(network: Network, *, on_foot: bool) -> IntArray:
    """Give numbers to the islands which roads of one kind of traveller make, int32[nodes]."""
    along, against = usable(network, on_foot=on_foot)
    rows = np.flatnonzero(along | against)
    return islands(network.from_node[rows], network.to_node[rows], len(network.node_lon))
