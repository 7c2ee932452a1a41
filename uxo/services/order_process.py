"""The program of the process that orders the nodes of a network: arrays in, an order out.

Ordering takes seconds to minutes, and the library keeps every other thread of its process waiting
meanwhile; so a service has it done in a process of its own.
"""

import io
import sys
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from uxo.plan.graph import Graph
from uxo.plan.hierarchy import order_of
from uxo.roads.network import Network


def packed(network: Network) -> bytes:
    """Write what an order depends on."""
    held = io.BytesIO()
    for column in (network.from_node, network.to_node, network.node_lon, network.node_lat):
        np.save(held, column, allow_pickle=False)
    return held.getvalue()


def unpacked(order: bytes, size: int) -> npt.NDArray[np.uint32] | None:
    """Read an order of so many nodes; None where it is no such order."""
    if len(order) != 4 * size:
        return None
    read = np.frombuffer(order, dtype="<u4").astype(np.uint32)
    complete = np.array_equal(np.sort(read), np.arange(size, dtype=np.uint32))
    return read if complete else None


def main(asked: BinaryIO, answer: BinaryIO) -> None:
    """Read a network, and write the order of its nodes."""
    held = io.BytesIO(asked.read())
    one, other, lon, lat = (np.load(held, allow_pickle=False) for _ in range(4))
    order = order_of(Graph.between(one, other, len(lon)), lon, lat)
    answer.write(order.astype("<u4").tobytes())


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
