"""What the kernel returns, and how the answers for parts of a network become one."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from uxo.geo.blocks import in_blocks
from uxo.geo.ragged import IntArray, members, spread, starts


@dataclass(frozen=True, slots=True)
class Swept:
    """Pieces and runs of some roads, road after road.

    A run is a stretch of one road on which one item of evidence applies with one effect; the
    reasons of a piece are the runs that cover it.

    Attributes
    ----------
    piece_count, run_count : int64[roads]
        How many of the pieces and runs below belong to each road.
    from_m, to_m, status, conflict, under_way : float64, float64, uint8, bool, bool, each [pieces]
        The pieces, in order along their road.
    run_item, run_from_m, run_to_m, run_effect, run_by : int32, float64, float64, uint8, int32
        The runs; ``run_by`` is the release that ended a hazard, else -1.
    """

    piece_count: IntArray
    from_m: npt.NDArray[np.float64]
    to_m: npt.NDArray[np.float64]
    status: npt.NDArray[np.uint8]
    conflict: npt.NDArray[np.bool_]
    under_way: npt.NDArray[np.bool_]
    run_count: IntArray
    run_item: npt.NDArray[np.int32]
    run_from_m: npt.NDArray[np.float64]
    run_to_m: npt.NDArray[np.float64]
    run_effect: npt.NDArray[np.uint8]
    run_by: npt.NDArray[np.int32]

    @property
    def piece_start(self) -> IntArray:
        """First piece of each road, and the number of pieces; int64[roads + 1]."""
        return starts(self.piece_count)

    @property
    def run_start(self) -> IntArray:
        """First run of each road, and the number of runs; int64[roads + 1]."""
        return starts(self.run_count)


_PIECE = ("from_m", "to_m", "status", "conflict", "under_way")
_RUN = ("run_item", "run_from_m", "run_to_m", "run_effect", "run_by")


def nothing_swept() -> Swept:
    """Make the answer for no roads."""
    floats, ranks = np.empty(0), np.empty(0, np.uint8)
    counts, flags, items = np.empty(0, np.int64), np.empty(0, np.bool_), np.empty(0, np.int32)
    return Swept(
        counts, floats, floats, ranks, flags, flags, counts, items, floats, floats, ranks, items
    )


def joined(parts: Sequence[Swept]) -> Swept:
    """Put answers for consecutive roads one behind the other."""
    return Swept(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Swept))
    )


def named_by_row(swept: Swept, rows: npt.NDArray[np.intp]) -> Swept:
    """Replace the kernel's item numbers by rows of the evidence table."""
    named = np.append(rows, -1).astype(np.int32)  # -1 stays -1: it reads the last entry
    columns = {field.name: getattr(swept, field.name) for field in fields(Swept)}
    columns["run_item"] = named[swept.run_item]
    columns["run_by"] = named[swept.run_by]
    return Swept(**columns)


def taken(swept: Swept, roads: IntArray) -> Swept:
    """Take some roads, in the order given.

    Parameters
    ----------
    roads : int64[k]
        Positions of roads in ``swept``.
    """
    pieces = members(swept.piece_start, roads)
    runs = members(swept.run_start, roads)
    return Swept(
        piece_count=swept.piece_count[roads],
        run_count=swept.run_count[roads],
        **{name: getattr(swept, name)[pieces] for name in _PIECE},
        **{name: getattr(swept, name)[runs] for name in _RUN},
    )


def in_row_order(blocks: Sequence[Swept], rows: Sequence[npt.NDArray[np.intp]]) -> Swept:
    """Join answers whose roads are scattered over the road table, in the order of the table.

    Parameters
    ----------
    rows : sequence of intp
        For each block, the row of the road table of each of its roads; together, every row once.
    """
    if not blocks:
        return nothing_swept()
    size = sum(len(own) for own in rows)
    piece_count, run_count = np.empty(size, np.int64), np.empty(size, np.int64)
    for block, own in zip(blocks, rows, strict=True):
        piece_count[own], run_count[own] = block.piece_count, block.run_count
    piece_start, run_start = starts(piece_count), starts(run_count)
    model = nothing_swept()
    columns = {
        name: np.empty(start[-1], getattr(model, name).dtype)
        for names, start in ((_PIECE, piece_start), (_RUN, run_start))
        for name in names
    }

    def place(number: int) -> None:
        block, own = blocks[number], rows[number]
        for names, start, count in (
            (_PIECE, piece_start, block.piece_count),
            (_RUN, run_start, block.run_count),
        ):
            at = spread(start[own], count)
            for name in names:
                columns[name][at] = getattr(block, name)

    in_blocks(lambda which: place(which.start), len(blocks), block=1)
    return Swept(piece_count=piece_count, run_count=run_count, **columns)
