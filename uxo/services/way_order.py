"""The order of a network's nodes: made apart, and kept beside the store for the next start."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.errors import StoreError
from uxo.roads.network import Network
from uxo.services import order_process

U4 = npt.NDArray[np.uint32]

_MAGIC: Final = b"uxo-order-1\n"
_SAID: Final = 500  # characters of what a failing process said


def read_order(file: Path | None, digest: str, size: int) -> U4 | None:
    """Read a kept order; None where there is none, or one of another network, or a damaged one.

    Parameters
    ----------
    file : Path or None
        Where it is kept; None: nowhere.
    digest : str
        Of what joins what; an order of another topology is not used.
    size : int
        Number of nodes.
    """
    if file is None or not file.is_file():
        return None
    head = _MAGIC + digest.encode("ascii")
    held = file.read_bytes()
    return order_process.unpacked(held[len(head) :], size) if held.startswith(head) else None


def write_order(file: Path | None, digest: str, order: U4) -> None:
    """Keep an order, whole or not at all."""
    if file is None:
        return
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(_MAGIC + digest.encode("ascii") + order.astype("<u4").tobytes())
    os.replace(part, file)  # noqa: PTH105


class OrderMaking:
    """An order that a process of its own is making.

    Parameters
    ----------
    network : Network
        Whose nodes.
    digest : str
        Of what joins what.
    file : Path or None
        Where the order is kept; None: nowhere.
    told : callable
        Called on another thread once it is made, or has failed.
    """

    def __init__(
        self, network: Network, digest: str, file: Path | None, told: Callable[[], object]
    ) -> None:
        self._outcome: Future[U4] = Future()
        self._process = subprocess.Popen(  # noqa: S603  # ourselves, with no word of anybody
            [sys.executable, "-m", order_process.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        work = (self._process, self._outcome, network, digest, file, told)
        Thread(target=_wait, args=work, name="order of nodes", daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether it is made, or has failed."""
        return self._outcome.done()

    @property
    def failed(self) -> bool:
        """Whether there will be none."""
        return self.done and self._outcome.exception() is not None

    def order(self) -> U4:
        """Give the order, uint32[nodes]; waits for it.

        Raises
        ------
        StoreError
            The process failed, or the order cannot be kept; ways are found without it, slowly.
        """
        return self._outcome.result()

    def stop(self) -> None:
        """End the process."""
        self._process.kill()


def _wait(
    process: "subprocess.Popen[bytes]",
    outcome: "Future[U4]",
    network: Network,
    digest: str,
    file: Path | None,
    told: Callable[[], object],
) -> None:
    """Wait for the process, keep what it made, and tell."""
    try:
        made, said = process.communicate(order_process.packed(network))
        order = order_process.unpacked(made, len(network.node_lon))
        if process.returncode != 0 or order is None:
            words = said.decode("utf-8", "replace").strip()[-_SAID:]
            msg = f"the process that orders the nodes failed (code {process.returncode}): {words}"
            raise StoreError(msg)  # noqa: TRY301  # every failure is told in one place
        write_order(file, digest, order)
        outcome.set_result(order)
    except OSError as error:
        outcome.set_exception(StoreError(f"the order of the nodes cannot be kept: {error}"))
    except BaseException as error:  # noqa: BLE001  # raised again where the order is asked for
        outcome.set_exception(error)
    told()
