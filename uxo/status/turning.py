"""When time alone changes what an item of evidence counts for.

Between two moments only the rows with a date in between can be judged differently, so that a clock
that moves on costs nothing where nothing turns.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from uxo.policy import Policy
from uxo.vocabulary import RELEASE_KINDS

IntArray = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NO_TIME: Final = int(np.iinfo(np.int64).min)
_US_PER_DAY: Final = 86_400_000_000
# Columns that `judge` compares with the moment asked about, and with the moment of knowledge.
_BY_AS_OF: Final = ("observed_at", "disposed_at", "starts_at", "ends_at")
_BY_KNOWN_AT: Final = ("recorded_at", "reviewed_at", "disposed_at")


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates and the rows that they belong to, in the order of time.

    Attributes
    ----------
    at_us : int64[n]
        Microseconds since 1970, ascending.
    row : intp[n]
        Row of the evidence.
    """

    at_us: IntArray
    row: Rows

    @classmethod
    def of(cls, at_us: IntArray, row: Rows) -> "Dates":
        """Leave the missing dates out and sort the others."""
        there = np.flatnonzero(at_us != _NO_TIME)
        order = there[np.argsort(at_us[there], kind="stable")]
        return cls(at_us[order], row[order])

    def between(self, one: datetime, other: datetime) -> Rows:
        """List the rows with a date from the one moment to the other, both included."""
        first, last = sorted((_microseconds(one), _microseconds(other)))
        low = int(np.searchsorted(self.at_us, first, side="left"))
        high = int(np.searchsorted(self.at_us, last, side="right"))
        return self.row[low:high]


@dataclass(frozen=True, slots=True)
class TurningPoints:
    """The dates of some evidence.

    Attributes
    ----------
    as_of, known_at : Dates
        What the moment asked about passes, and what the moment of knowledge passes.
    """

    as_of: Dates
    known_at: Dates

    @classmethod
    def of(cls, evidence: gpd.GeoDataFrame, policy: Policy, first_row: int) -> "TurningPoints":
        """Collect the dates of a table.

        Parameters
        ----------
        evidence : GeoDataFrame
            Declared evidence columns.
        policy : Policy
            Has the review periods, after which releases expire.
        first_row : int
            Number of the table's first row.
        """
        rows = np.arange(first_row, first_row + len(evidence))
        by_as_of = [*(_times(evidence, name) for name in _BY_AS_OF), _due(evidence, policy)]
        by_known_at = [_times(evidence, name) for name in _BY_KNOWN_AT]
        return cls(
            Dates.of(np.concatenate(by_as_of), np.tile(rows, len(by_as_of))),
            Dates.of(np.concatenate(by_known_at), np.tile(rows, len(by_known_at))),
        )

    def joined(self, others: "TurningPoints") -> "TurningPoints":
        """Give these and others as one."""
        return TurningPoints(
            _joined(self.as_of, others.as_of), _joined(self.known_at, others.known_at)
        )

    def between(
        self, as_of: tuple[datetime, datetime], known_at: tuple[datetime, datetime]
    ) -> Rows:
        """List the rows that may count for something else after both moments have moved."""
        found = [self.as_of.between(*as_of), self.known_at.between(*known_at)]
        rows: Rows = np.unique(np.concatenate(found))
        return rows


def _joined(one: Dates, other: Dates) -> Dates:
    return Dates.of(np.concatenate((one.at_us, other.at_us)), np.concatenate((one.row, other.row)))


def _times(evidence: gpd.GeoDataFrame, name: str) -> IntArray:
    moments: IntArray = evidence[name].array.asi8
    return moments


def _due(evidence: gpd.GeoDataFrame, policy: Policy) -> IntArray:
    """Give the end of each release's review period (status rule, section 4, clause 6)."""
    days = {kind.value: policy.review_period_days(kind) for kind in RELEASE_KINDS}
    kinds = evidence["kind"].to_numpy(dtype=object)
    period_us = np.array([int(days.get(kind, 0) * _US_PER_DAY) for kind in kinds], np.int64)
    observed = _times(evidence, "observed_at")
    latest = np.iinfo(np.int64).max - period_us
    counts = (period_us > 0) & (observed != _NO_TIME) & (observed < latest)
    return np.where(counts, observed + np.where(counts, period_us, 0), _NO_TIME)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
