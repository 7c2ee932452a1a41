"""Remember which ids a file has already used, in 16 bytes a row."""

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

_PRIME = np.uint64(0x100000001B3)  # of the FNV-1a hash; any odd number that mixes well would do


def row_digests(table: GeoDataFrame) -> NDArray[np.uint64]:
    """Digest each row of a table, geometry included, so that equal rows have equal digests.

    64 bits tell rows of one file apart; they are no protection against forgery and never stored.
    """
    total: NDArray[np.uint64] = np.zeros(len(table), dtype=np.uint64)
    for name in table.columns:
        column = table[name]
        hashed: NDArray[np.uint64] | np.uint64
        if len(column) > 1 and column.dtype != object and column.isna().all():
            # Most columns of most files are empty, and nothing is hashed alike in every row.
            hashed = np.uint64(pd.util.hash_pandas_object(column.iloc[:1], index=False).iloc[0])
        elif name == table.geometry.name:
            hashed = _hashed(shapely.to_wkb(column.to_numpy()))
        elif column.dtype == object:
            hashed = _hashed(np.array([str(value) for value in column], dtype=object))
        else:
            hashed = np.asarray(pd.util.hash_pandas_object(column, index=False), dtype=np.uint64)
        total = (total * _PRIME) ^ hashed
    return total


def _hashed(values: NDArray[np.object_]) -> NDArray[np.uint64]:
    """Hash texts or bytes to 64 bits each."""
    return np.asarray(pd.util.hash_array(values, categorize=False), dtype=np.uint64)


class SeenIds:
    """Ids of the rows read so far, with digests of their contents.

    The ids are kept as 64-bit hashes in a few sorted arrays that are merged as they grow, so that
    ten million rows take 160 MB. Two different ids with one hash would refuse a row by mistake,
    loudly; at ten million rows the odds are one in 400,000.
    """

    def __init__(self) -> None:
        self._levels: list[tuple[NDArray[np.uint64], NDArray[np.uint64]]] = []

    def admit(
        self, ids: NDArray[np.object_], digests: NDArray[np.uint64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Tell repeated rows and clashing ids from new rows, and remember the new ones.

        Parameters
        ----------
        ids : ndarray of object
            One text for each row.
        digests : ndarray of uint64
            From `row_digests`.

        Returns
        -------
        repeated : ndarray of bool
            An earlier row has this id and this content.
        clashing : ndarray of bool
            An earlier row has this id and other content.
        """
        keys = _hashed(ids)
        order = np.argsort(keys, kind="stable")
        sorted_keys, sorted_digests = keys[order], digests[order]
        first = np.concatenate(([True], sorted_keys[1:] != sorted_keys[:-1]))[: len(keys)]
        start = np.maximum.accumulate(np.where(first, np.arange(len(keys)), 0))
        known, earlier = self._look_up(sorted_keys)
        expected = np.where(known, earlier, sorted_digests[start])
        old = known | ~first
        repeated = np.zeros(len(keys), dtype=bool)
        clashing = np.zeros(len(keys), dtype=bool)
        repeated[order] = old & (sorted_digests == expected)
        clashing[order] = old & (sorted_digests != expected)
        self._remember(sorted_keys[~old], sorted_digests[~old])
        return repeated, clashing

    def _look_up(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.bool_], NDArray[np.uint64]]:
        """Find keys among the remembered ones, with their digests."""
        known = np.zeros(len(keys), dtype=bool)
        digests = np.zeros(len(keys), dtype=np.uint64)
        for level_keys, level_digests in self._levels:
            at = np.minimum(np.searchsorted(level_keys, keys), len(level_keys) - 1)
            found = level_keys[at] == keys
            digests[found] = level_digests[at[found]]
            known |= found
        return known, digests

    def _remember(self, keys: NDArray[np.uint64], digests: NDArray[np.uint64]) -> None:
        """Add sorted keys; merge the last arrays while they are of like size."""
        if not len(keys):
            return
        self._levels.append((keys, digests))
        while len(self._levels) > 1 and len(self._levels[-2][0]) <= 2 * len(self._levels[-1][0]):
            (keys_a, digests_a), (keys_b, digests_b) = self._levels.pop(), self._levels.pop()
            merged = np.concatenate((keys_a, keys_b))
            order = np.argsort(merged, kind="stable")
            self._levels.append((merged[order], np.concatenate((digests_a, digests_b))[order]))
