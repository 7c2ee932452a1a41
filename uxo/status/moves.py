"""What a change does to roads: kilometres that go from one status to another."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.status.part_index import RoadPlace
from uxo.status.swept import Swept
from uxo.vocabulary import Effect, Status

MovedKm = Mapping[tuple[Status, Status], float]
NOTHING_MOVED: Final[MovedKm] = MappingProxyType({})

_HARMFUL: Final = np.array(
    [Effect.CLOSURE_IN_FORCE, Effect.HAZARD_APPLIES, Effect.HAZARD_APPLIES_AFTER_REMOVAL], np.uint8
)
_METRES_A_KM: Final = 1000.0


def harmful(swept: Swept) -> npt.NDArray[np.bool_]:
    """Tell which runs make their road worse: hazards and closures in force, bool[runs]."""
    found: npt.NDArray[np.bool_] = np.isin(swept.run_effect, _HARMFUL)
    return found


def moved_km(roads: Iterable[tuple[RoadPlace, RoadPlace]]) -> MovedKm:
    """Lay the pieces of each road before and after over each other and add up what differs.

    Parameters
    ----------
    roads : iterable of (RoadPlace, RoadPlace)
        The same road before and after.

    Returns
    -------
    mapping of (Status, Status) to float
        Only pairs that differ, the longest first.
    """
    metres = np.zeros((len(Status), len(Status)))
    for before, after in roads:  # the few roads of one change
        old, new = _pieces(before), _pieces(after)
        ends = np.union1d(old[0], new[0])
        length = np.diff(ends, prepend=0.0)
        np.add.at(metres, (_status_at(old, ends), _status_at(new, ends)), length)
    np.fill_diagonal(metres, 0.0)
    pairs = [(Status(int(a)), Status(int(b))) for a, b in np.argwhere(metres > 0.0)]
    ordered = sorted(pairs, key=lambda pair: -metres[pair])
    return MappingProxyType({pair: float(metres[pair]) / _METRES_A_KM for pair in ordered})


_Pieces = tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8]]


def _pieces(place: RoadPlace) -> _Pieces:
    swept, position = place
    first = int(swept.piece_count[:position].sum())
    own = slice(first, first + int(swept.piece_count[position]))
    return swept.to_m[own], swept.status[own]


def _status_at(pieces: _Pieces, ends: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Read the status of the stretch before each end."""
    to_m, status = pieces
    at = np.minimum(np.searchsorted(to_m, ends, side="left"), len(to_m) - 1)
    return status[at].astype(np.intp)
