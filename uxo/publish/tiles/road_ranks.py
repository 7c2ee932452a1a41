"""The status of whole roads, one byte each: it travels apart from the geometry of tiles."""

from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.geo.ragged import IntArray, members
from uxo.status.result import StatusResult
from uxo.status.swept import Swept
from uxo.vocabulary import Status

RANK_BITS: Final = 0b0000_0111
"""Worst rank on the road (0 is the worst there is)."""

MIXED: Final = 0b0000_1000
"""More than one status on the road: its pieces are in the tiles of ``mixed``."""

CONFLICT: Final = 0b0001_0000
"""A valid release and a live hazard both apply somewhere on the road."""


def road_bytes(result: StatusResult) -> npt.NDArray[np.uint8]:
    """Say the status of each road in one byte.

    Returns
    -------
    uint8[roads]
        See `RANK_BITS`, `MIXED` and `CONFLICT`; in the order of the road table.
    """
    swept = result.swept
    there = swept.piece_count > 0
    first = swept.piece_start[:-1][there]
    # Of a road without pieces nothing is known.
    told = np.full(len(there), Status.NOT_SURVEYED, np.uint8)
    if len(first):
        worst = np.minimum.reduceat(swept.status, first)
        mixed = worst != np.maximum.reduceat(swept.status, first)
        conflict = np.logical_or.reduceat(swept.conflict, first)
        told[there] = worst | np.where(mixed, MIXED, 0) | np.where(conflict, CONFLICT, 0)
    return told


def differing_roads(old: Swept, new: Swept) -> IntArray:
    """List the roads whose pieces differ between two answers about the same roads."""
    if old is new:
        return np.empty(0, np.int64)
    differs = old.piece_count != new.piece_count
    same = np.flatnonzero(~differs)
    a, b = members(old.piece_start, same), members(new.piece_start, same)
    changed = (
        (old.status[a] != new.status[b])
        | (old.conflict[a] != new.conflict[b])
        | (old.from_m[a] != new.from_m[b])
    )
    differs[np.repeat(same, old.piece_count[same])[changed]] = True
    return np.flatnonzero(differs)
