"""The order of a network's nodes, kept beside the store from one start to the next."""

import os
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.plan.graph import Graph
from uxo.plan.hierarchy import order_of
from uxo.roads.network import Network

_MAGIC: Final = b"uxo-order-1\n"


def kept_order(
    network: Network, graph: Graph, digest: str, file: Path | None
) -> npt.NDArray[np.uint32]:
    """Read the order of the nodes, or make it and keep it.

    Parameters
    ----------
    digest : str
        Of what joins what; an order of another topology is not used.
    file : Path or None
        Where it is kept; None: nowhere.
    """
    if file is not None and file.is_file():
        kept = _read(file, digest, graph.size)
        if kept is not None:
            return kept
    order = order_of(graph, network.node_lon, network.node_lat)
    if file is not None:
        _write(file, digest, order)
    return order


def _read(file: Path, digest: str, size: int) -> npt.NDArray[np.uint32] | None:
    """Read an order; None where it is of another network, or no order at all."""
    head = _MAGIC + digest.encode("ascii")
    held = file.read_bytes()
    if not held.startswith(head) or len(held) != len(head) + 4 * size:
        return None
    order = np.frombuffer(held, dtype="<u4", offset=len(head)).astype(np.uint32)
    complete = np.array_equal(np.sort(order), np.arange(size, dtype=np.uint32))
    return order if complete else None


def _write(file: Path, digest: str, order: npt.NDArray[np.uint32]) -> None:
    """Write it whole or not at all."""
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(_MAGIC + digest.encode("ascii") + order.astype("<u4").tobytes())
    os.replace(part, file)  # noqa: PTH105
