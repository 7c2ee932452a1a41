"""Work on long tables in blocks, on a few threads.

NumPy, PROJ and the compiled kernels free the interpreter, so threads help; and arrays of a block
stay in a core's own memory from one step to the next, which helps even alone.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")

_MOST_THREADS: Final = 8
_LEAST: Final = 1_000  # rows; less work than that is done before a thread has started


def in_blocks(work: Callable[[slice], T], count: int, *, block: int) -> list[T]:
    """Call ``work`` for consecutive slices that cover ``count`` rows.

    Parameters
    ----------
    work : callable
        Gets a slice of rows; called from several threads unless one block is enough.
    count : int
        Number of rows; with none, ``work`` is called once with an empty slice.
    block : int
        Most rows of a slice.

    Returns
    -------
    list
        What ``work`` gave, in the order of the slices.
    """
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    share = -(-count // (2 * threads))  # two slices a thread: they are not equally hard
    size = min(block, max(_LEAST, share))
    slices = [slice(at, min(at + size, count)) for at in range(0, max(count, 1), size)]
    if len(slices) == 1:
        return [work(slices[0])]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, slices))
