"""Pieces of road as columns, with what they rest on."""

from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from uxo.errors import NotFound
from uxo.policy import Policy
from uxo.status.judge import Judgement
from uxo.status.prepare import Part
from uxo.status.swept import Swept
from uxo.vocabulary import Status

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PieceTable:
    """Pieces of every road at one moment, with everything they rest on.

    Reasons are kept as *runs* (see :class:`~uxo.status.swept.Swept`), not piece by piece: where
    hundreds of footprints overlap, pieces times reasons would be a thousand times more.

    Attributes
    ----------
    roads, evidence : GeoDataFrame
        The tables that were given.
    policy : Policy
        The figures that were used.
    as_of, known_at : datetime
        The moment, and the last moment whose knowledge was used.
    judged : Judgement
        What each row of the evidence counts for.
    parts : tuple of Part
        The projected network; every road is in one part.
    swept : Swept
        Pieces and runs, road after road in the order of ``roads``. ``run_item`` and ``run_by`` are
        rows of ``evidence``.
    """

    roads: gpd.GeoDataFrame
    evidence: gpd.GeoDataFrame
    policy: Policy
    as_of: datetime
    known_at: datetime
    judged: Judgement
    parts: tuple[Part, ...]
    swept: Swept

    def __len__(self) -> int:
        """Count the pieces."""
        return len(self.swept.from_m)

    @property
    def road(self) -> npt.NDArray[np.int32]:
        """Row of the road table of each piece, int32[pieces]."""
        count = self.swept.piece_count
        return np.repeat(np.arange(len(count), dtype=np.int32), count)

    @property
    def from_m(self) -> FloatArray:
        """Where each piece begins, ground metres from its road's first vertex."""
        return self.swept.from_m

    @property
    def to_m(self) -> FloatArray:
        """Where each piece ends, ground metres."""
        return self.swept.to_m

    @property
    def status(self) -> npt.NDArray[np.uint8]:
        """Rank of each piece on the status ladder."""
        return self.swept.status

    @property
    def conflict(self) -> npt.NDArray[np.bool_]:
        """Whether a valid release and a live hazard both apply (status rule, section 5)."""
        return self.swept.conflict

    @property
    def clearance_under_way(self) -> npt.NDArray[np.bool_]:
        """Whether a clearance without a completion date applies."""
        return self.swept.under_way

    @property
    def road_length_m(self) -> FloatArray:
        """Ground length of each road, float64[roads]."""
        length = np.empty(len(self.roads))
        for part in self.parts:
            length[part.road_rows] = part.lines.length_m
        return length

    def km_by_status(self, pieces: npt.NDArray[np.intp] | None = None) -> dict[Status, float]:
        """Add up kilometres per status; every status is present, at zero where there is none."""
        chosen = slice(None) if pieces is None else pieces
        length = self.to_m[chosen] - self.from_m[chosen]
        metres = np.bincount(self.status[chosen], weights=length, minlength=len(Status))
        return {status: float(metres[status]) / 1000.0 for status in Status}

    def pieces_of(self, road_row: int) -> slice:
        """Pieces of one road, as a slice over all pieces."""
        start = self.swept.piece_start
        return slice(int(start[road_row]), int(start[road_row + 1]))

    def piece_at(self, road_row: int, at_m: float) -> int:
        """Find the piece of a road at a measure; at an end of two pieces, the later one.

        Raises
        ------
        NotFound
            The measure lies outside the road.
        """
        own = self.pieces_of(road_row)
        length = float(self.to_m[own.stop - 1])
        if not 0.0 <= at_m <= length:
            name = self.roads["road_id"].iloc[road_row]
            msg = f"road {name} has no place at {at_m:.2f} m: it is {length:.2f} m long"
            raise NotFound(msg)
        offset = int(np.searchsorted(self.from_m[own], at_m, side="right")) - 1
        return own.start + max(offset, 0)

    def runs_on(self, pieces: npt.NDArray[np.intp]) -> tuple[IntArray, IntArray]:
        """Pair pieces with the runs that cover them: the reasons, as positions.

        Returns
        -------
        place, run : int64[k], int64[k]
            Position in ``pieces``, and position in ``swept``'s runs.
        """
        start = self.swept.run_start
        road = self.road[pieces]
        count = start[road + 1] - start[road]
        place = np.repeat(np.arange(len(pieces)), count)
        before = np.concatenate((np.zeros(1, np.int64), np.cumsum(count)))[:-1]
        run = np.arange(len(place)) - before[place] + start[road][place]
        middle = ((self.from_m[pieces] + self.to_m[pieces]) / 2.0)[place]
        covers = (self.swept.run_from_m[run] <= middle) & (middle <= self.swept.run_to_m[run])
        return place[covers], run[covers]
