"""How old the knowledge about pieces of road is, and on which day something of it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from uxo.policy import Policy
from uxo.status.result import StatusResult
from uxo.vocabulary import Effect, Kind, Status

IntArray = npt.NDArray[np.int64]

# Which kind of release vouches for a status (status rule, section 1).
_VOUCHES: Final[Mapping[Status, Kind]] = MappingProxyType(
    {
        Status.SURVEYED: Kind.SURVEY,
        Status.REDUCED: Kind.TECHNICAL_SURVEY,
        Status.CLEARED: Kind.CLEARANCE,
    }
)
# Hazards which these had ended come back when they expire (status rule, section 4.6).
_LETS_COME_BACK: Final = (Kind.SURVEY, Kind.TECHNICAL_SURVEY)


@dataclass(frozen=True, slots=True)
class Dates:
    """What the knowledge about some pieces rests on in time.

    Attributes
    ----------
    oldest : date or None
        Day of the oldest release that vouches for a piece; None: none vouches for any.
    rely_until : date or None
        The last whole day (UTC) before a release expires that matters here, or before a closure
        begins; the day asked about, where that happens on this very day. None: nothing of the kind
        is known to come.
    """

    oldest: date | None
    rely_until: date | None


def dates_of(result: StatusResult, pieces: npt.NDArray[np.intp]) -> Dates:
    """Find the dates of some pieces.

    Parameters
    ----------
    result : StatusResult
        A computed status.
    pieces : intp[k]
        Which; each once.
    """
    place, run = result.runs_on(pieces)
    effect = result.swept.run_effect[run]
    item = result.swept.run_item[run].astype(np.int64)
    newest = _newest_vouching(result, pieces[place], effect, item)
    ended = effect == Effect.HAZARD_ENDED
    by = result.swept.run_by[run].astype(np.int64)[ended]
    kinds = _kinds(result, by)
    back = by[np.isin(kinds, [one.value for one in _LETS_COME_BACK])]
    begins = _moments(result, item[effect == Effect.CLOSURE_NOT_BEGUN], "starts_at")
    ends = pd.concat(
        [_expiries(result, np.unique(np.concatenate((newest, back)))), begins]
    ).dropna()
    observed = _moments(result, newest, "observed_at").dropna()
    return Dates(
        None if observed.empty else observed.min().date(),
        None if ends.empty else _last_whole_day(result, ends.min()),
    )


def _newest_vouching(
    result: StatusResult, piece: IntArray, effect: npt.NDArray[np.uint8], item: IntArray
) -> IntArray:
    """Take for each piece the newest of the releases that give it its status: rows of evidence."""
    wanted = np.array(
        [_VOUCHES[one].value if one in _VOUCHES else "" for one in Status], dtype=object
    )[result.status[piece]]
    vouches = (effect == Effect.RELEASE_VALID) & (_kinds(result, item) == wanted)
    table = pd.DataFrame(
        {
            "piece": piece[vouches],
            "item": item[vouches],
            "at": _moments(result, item[vouches], "observed_at").to_numpy(),
        }
    )
    # The newest release is the one that vouches; older ones may have expired in between.
    newest = table.sort_values("at").drop_duplicates("piece", keep="last")
    rows: IntArray = newest["item"].to_numpy(dtype=np.int64)
    return np.unique(rows)


def _kinds(result: StatusResult, item: IntArray) -> npt.NDArray[np.object_]:
    return result.evidence["kind"].take(item).to_numpy(dtype=object)


def _moments(result: StatusResult, item: IntArray, column: str) -> "pd.Series[pd.Timestamp]":
    return result.evidence[column].take(item).reset_index(drop=True)


def _expiries(result: StatusResult, item: IntArray) -> "pd.Series[pd.Timestamp]":
    """Say until which moment releases are valid."""
    days = [_review_days(result.policy, kind) for kind in _kinds(result, item)]
    return _moments(result, item, "observed_at") + pd.to_timedelta(
        pd.Series(days, dtype="float64"), unit="D"
    )


def _review_days(policy: Policy, kind: str) -> float:
    return policy.review_period_days(Kind(kind))


def _last_whole_day(result: StatusResult, moment: pd.Timestamp) -> date:
    last: date = moment.date() - timedelta(days=1)
    return max(last, result.as_of.date())
