"""Ragged arrays: groups of rows, one group behind the other in one array.

``start`` (int64[n + 1]) is the first row of each group, and at its end the number of rows.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


def starts(count: IntArray) -> IntArray:
    """Turn the sizes of groups into ``start``."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(count)))


def joined_starts(parts: Sequence[IntArray]) -> IntArray:
    """Give ``start`` of consecutive ragged arrays that are put one behind the other."""
    before = np.cumsum([0, *(int(start[-1]) for start in parts[:-1])])
    later = [start[1:] + shift for start, shift in zip(parts, before, strict=True)]
    return np.concatenate([np.zeros(1, np.int64), *later])


def members(start: IntArray, groups: npt.NDArray[np.integer]) -> IntArray:
    """List the rows of some groups, group after group."""
    return spread(start[groups], start[groups + 1] - start[groups])


def spread(first: IntArray, count: IntArray) -> IntArray:
    """List ``count`` numbers from each ``first`` on, one list behind the other."""
    numbers: IntArray = np.repeat(first - starts(count)[:-1], count)
    numbers += np.arange(len(numbers))
    return numbers
