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


def in_blocks(work: Callable[[slice], T], count: int, *, block: int) -> list[T]:
    """Call ``work`` for consecutive slices that cover ``count`` rows.

    Parameters
    ----------
    work : callable
        Gets a slice of rows; called from several threads unless one block is enough.
    count : int
        Number of rows; with none, ``work`` is called once with an empty slice.
    block : int
        Rows of a slice.

    Returns
    -------
    list
        What ``work`` gave, in the order of the slices.
    """
    slices = [slice(at, min(at + block, count)) for at in range(0, max(count, 1), block)]
    if len(slices) == 1:
        return [work(slices[0])]
    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as pool:
        return list(pool.map(work, slices))
