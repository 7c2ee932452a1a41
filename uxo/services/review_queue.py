"""What waits for a person at the desk, the worst worries first."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from uxo.vocabulary import RELEASE_KINDS, Review


@unique
class Worry(StrEnum):
    """Why a record waits, the most pressing first."""

    CONFLICT = "conflict"
    HAZARD_ON_ROAD = "hazard_on_road"
    RELEASE_WAITING = "release_waiting"
    HAZARD_ELSEWHERE = "hazard_elsewhere"


_WORRIES: Final = tuple(Worry)
_NONE: Final = len(_WORRIES)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Some records that wait.

    Attributes
    ----------
    table : GeoDataFrame
        Declared evidence columns, in the order of the queue.
    worry : tuple of Worry
        Of each row.
    count : mapping of Worry to int
        How many wait in all, shown or not.
    """

    table: gpd.GeoDataFrame
    worry: tuple[Worry, ...]
    count: Mapping[Worry, int]


def waiting(
    evidence: gpd.GeoDataFrame,
    *,
    on_roads: set[str],
    in_conflict: set[str],
    limit: int,
    only: Worry | None = None,
) -> Waiting:
    """Find what waits for a decision.

    Parameters
    ----------
    evidence : GeoDataFrame
        All of it, declared columns.
    on_roads : set of str
        Ids of the evidence that makes some road worse now.
    in_conflict : set of str
        Ids of the records that were changed in two places at once.
    limit : int
        Most records of each worry: a thousand hazards hide no release that waits.
    only : Worry or None
        Only this worry; None: all.

    Returns
    -------
    Waiting
        By worry; within one the newest first, and those of one moment as they stand in the table.
    """
    worry = _worries(evidence, on_roads, in_conflict)
    counted = np.bincount(worry, minlength=_NONE)
    recorded = evidence["recorded_at"].array.asi8
    asked = range(_NONE) if only is None else [_WORRIES.index(only)]
    order = np.concatenate(
        [_newest(np.flatnonzero(worry == one), recorded, limit) for one in asked]
    )
    return Waiting(
        table=evidence.iloc[order],
        worry=tuple(_WORRIES[number] for number in worry[order]),
        count=MappingProxyType({one: int(counted[place]) for place, one in enumerate(_WORRIES)}),
    )


def _newest(
    rows: npt.NDArray[np.intp], recorded: npt.NDArray[np.int64], limit: int
) -> npt.NDArray[np.intp]:
    return rows[np.argsort(-recorded[rows], kind="stable")][:limit]


def _worries(
    evidence: gpd.GeoDataFrame, on_roads: set[str], in_conflict: set[str]
) -> npt.NDArray[np.intp]:
    """Give the place of each row's worry, and one place more for what waits for nobody."""
    decided = evidence["review"].isin([Review.ACCEPTED.value, Review.REJECTED.value])
    release = evidence["kind"].isin([kind.value for kind in RELEASE_KINDS])
    conflict = _among(evidence, in_conflict)
    found: npt.NDArray[np.intp] = np.select(
        [conflict, decided, release, _among(evidence, on_roads)],
        [
            _WORRIES.index(Worry.CONFLICT),
            _NONE,
            _WORRIES.index(Worry.RELEASE_WAITING),
            _WORRIES.index(Worry.HAZARD_ON_ROAD),
        ],
        _WORRIES.index(Worry.HAZARD_ELSEWHERE),
    )
    return found


def _among(evidence: gpd.GeoDataFrame, ids: set[str]) -> pd.Series:
    return evidence["id"].isin(list(ids))
