"""The pieces of all roads, as far as a planner needs them; a few roads can be replaced at once."""

from copy import copy
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.geo.ragged import spread
from uxo.status.swept import Swept
from uxo.vocabulary import Status

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_WASTE: Final = 2  # replaced pieces stay behind until the columns are this many times too long


class RoadPieces:
    """Status pieces road by road. For one thread at a time.

    Parameters
    ----------
    swept : Swept
        Pieces of every road, in the order of the road table.
    """

    def __init__(self, swept: Swept) -> None:
        self._start = swept.piece_start[:-1].copy()
        self._count = swept.piece_count.copy()
        self._from_m, self._to_m, self._status = swept.from_m, swept.to_m, swept.status
        self._used = len(swept.from_m)

    def replace(self, roads: IntArray, swept: Swept) -> None:
        """Put other pieces on some roads.

        Parameters
        ----------
        roads : int64[k]
            Rows of the road table.
        swept : Swept
            Their pieces, in this order.
        """
        new = len(swept.from_m)
        self._make_room(new)
        at = slice(self._used, self._used + new)
        self._from_m[at], self._to_m[at], self._status[at] = swept.from_m, swept.to_m, swept.status
        self._start[roads] = self._used + swept.piece_start[:-1]
        self._count[roads] = swept.piece_count
        self._used += new

    def as_they_stand(self) -> "RoadPieces":
        """Give the pieces of this moment, which later changes leave alone, to another thread.

        What lies on the roads is not copied: a change writes behind it, or to new columns.
        """
        same = copy(self)
        same.detach()
        return same

    def detach(self) -> None:
        """Stop sharing what a change writes over."""
        self._start, self._count = self._start.copy(), self._count.copy()

    def _make_room(self, new: int) -> None:
        """Drop what was replaced once it is as much as what stands, and lengthen the columns."""
        if self._used + new <= len(self._from_m) and self._from_m.flags.writeable:
            return
        stand = spread(self._start, self._count)
        room = max(_WASTE * len(stand), len(stand) + 2 * new)
        for name in ("_from_m", "_to_m", "_status"):
            old = getattr(self, name)
            column = np.empty(room, old.dtype)
            column[: len(stand)] = old[stand]
            setattr(self, name, column)
        self._start = np.concatenate((np.zeros(1, np.int64), np.cumsum(self._count)))[:-1]
        self._used = len(stand)

    def on(self, roads: IntArray) -> tuple[IntArray, FloatArray, FloatArray, npt.NDArray[np.uint8]]:
        """List the pieces of some roads: position in ``roads``, from_m, to_m, rank."""
        owner = np.repeat(np.arange(len(roads)), self._count[roads])
        at = spread(self._start[roads], self._count[roads])
        return owner, self._from_m[at], self._to_m[at], self._status[at]

    def cost(self, roads: IntArray, weight: FloatArray) -> FloatArray:
        """Add up the cost of whole roads, float64[k]; infinity where a piece may not be used."""
        owner, from_m, to_m, rank = self.on(roads)
        return _sums(owner, to_m - from_m, weight[rank], len(roads))

    def cost_between(
        self, roads: IntArray, low_m: FloatArray, high_m: FloatArray, weight: FloatArray
    ) -> FloatArray:
        """Add up the cost of a part of each road, float64[k].

        Parameters
        ----------
        roads : int64[k]
            Rows of the road table.
        low_m, high_m : float64[k]
            Ends of the parts, ``low_m <= high_m``. A part without length costs nothing.
        weight : float64[statuses]
            Cost of a metre by rank; infinity: may not be used.
        """
        owner, metres, rank = self.between(roads, low_m, high_m)
        return _sums(owner, metres, weight[rank], len(roads))

    def between(
        self, roads: IntArray, low_m: FloatArray, high_m: FloatArray
    ) -> tuple[IntArray, FloatArray, npt.NDArray[np.uint8]]:
        """Cut the pieces of some roads to parts: position in ``roads``, metres, rank."""
        owner, from_m, to_m, rank = self.on(roads)
        begin = np.maximum(from_m, low_m[owner])
        end = np.minimum(to_m, high_m[owner])
        # A hazard that touches the road in one point inside the part is on the part.
        point = (from_m == to_m) & (begin == end) & (low_m[owner] < high_m[owner])
        inside = (end > begin) | point
        return owner[inside], (end - begin)[inside], rank[inside]

    def metres_by_status(
        self, roads: IntArray, low_m: FloatArray, high_m: FloatArray
    ) -> FloatArray:
        """Add up metres by rank over parts of roads, float64[statuses]."""
        _, metres, rank = self.between(roads, low_m, high_m)
        return np.bincount(rank, metres, len(Status)).astype(np.float64)


def _sums(owner: IntArray, metres: FloatArray, weight: FloatArray, size: int) -> FloatArray:
    """Add up metres times weight by owner; one blocked piece blocks, however short it is."""
    blocked = np.isinf(weight)
    spent = metres * np.where(blocked, 0.0, weight)
    cost = np.bincount(owner, spent, size).astype(np.float64)
    cost[owner[blocked]] = np.inf
    return cost
