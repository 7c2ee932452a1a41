"""What each item of evidence counts for at one moment, before any road is looked at.

Sections 2, 4 and 7 of the status rule, row by row of the evidence table and vectorised. Clauses are
cited as (section.item).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from uxo.policy import Policy
from uxo.vocabulary import (
    HAZARD_KINDS,
    RELEASE_KINDS,
    Category,
    Effect,
    EvidenceClass,
    Kind,
    PositionMethod,
    Review,
)

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

NO_TIME: Final = int(np.iinfo(np.int64).min)
"""A missing time, in microseconds since 1970 or in days."""

_TIME_DTYPE: Final = pd.DatetimeTZDtype("us", "UTC")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US_PER_DAY: Final = 86_400_000_000
# A phone writes 0 for a position that was typed or mocked; with no method known it may be one.
_ZERO_IS_NO_ERROR: Final = (
    PositionMethod.GPS,
    PositionMethod.GPS_AVERAGED,
    PositionMethod.NETWORK,
    PositionMethod.UNKNOWN,
)

# What a piece counts per item of evidence, in the order of the ladder; NOTHING is only a reason.
CLOSED, DIRECT, INDIRECT, NOTHING, EXPIRED, SURVEYED, REDUCED, CLEARED, UNDER_WAY = range(9)

_VOUCHES: Final = {
    Kind.SURVEY: SURVEYED,
    Kind.TECHNICAL_SURVEY: REDUCED,
    Kind.CLEARANCE: CLEARED,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What every row of an evidence table counts for, as columns of equal length.

    Attributes
    ----------
    exists : bool[n]
        Recorded by ``known_at`` and observed by ``as_of``, or with such a time missing (4.1).
    is_release : bool[n]
        Survey, technical survey or clearance.
    effect : uint8[n]
        The :class:`~uxo.vocabulary.Effect` where no release ends it.
    counts_as : uint8[n]
        Which of ``CLOSED`` to ``UNDER_WAY`` it adds to a piece where it applies.
    direct : bool[n]
        Whether a hazard rests on direct evidence (2, 4.5).
    footprint_m, error_m : float64[n]
        ``f`` (0 for a release) and ``e``.
    day : int64[n]
        UTC calendar day of ``observed_at``, days since 1970; ``NO_TIME`` where missing.
    endable : bool[n]
        Hazards that a release may end: in force, not rejected, not a closure (4.4).
    ends : bool[n]
        Releases that may end hazards now (4.3, 4.4, 4.6).
    depth_m : float64[n]
        Depth that a release reached (NaN where missing) or that a hazard asks for.
    kind : int8[n]
        Position in the list of all kinds.
    """

    exists: BoolArray
    is_release: BoolArray
    effect: npt.NDArray[np.uint8]
    counts_as: npt.NDArray[np.uint8]
    direct: BoolArray
    footprint_m: FloatArray
    error_m: FloatArray
    day: IntArray
    endable: BoolArray
    ends: BoolArray
    depth_m: FloatArray
    kind: npt.NDArray[np.int8]


KINDS: Final = tuple(Kind)
"""The order that :attr:`Judgement.kind` counts in."""


def judge(
    evidence: gpd.GeoDataFrame, *, policy: Policy, as_of: datetime, known_at: datetime
) -> Judgement:
    """Decide what each item of evidence counts for.

    Parameters
    ----------
    evidence : GeoDataFrame
        Declared evidence columns.
    policy : Policy
        The programme's figures.
    as_of, known_at : datetime
        The moment asked about, and the last moment whose knowledge may be used; with a zone.
    """
    row = _Columns(evidence, _microseconds(as_of), _microseconds(known_at))
    kind = row.codes("kind", _KIND_WORDS)
    is_release = _IS_RELEASE[kind]
    review = _review_by(row, row.codes("review", _REVIEW_WORDS))
    category = _category(row, review)
    effect, counts_as = np.zeros(row.size, np.uint8), np.full(row.size, NOTHING, np.uint8)
    direct = _direct(row, kind)
    disposed = _is(kind, Kind.FIND) & row.reached("disposed_at", min(row.as_of, row.known_at))
    direct &= ~disposed
    _judge_hazards(row, kind, direct, effect, counts_as)
    effect[disposed] = Effect.HAZARD_APPLIES_AFTER_REMOVAL
    rejected = review == _REJECTED
    # A closure is an order, not ordnance: what somebody wrote beside it does not lift it.
    rejected |= ~is_release & (category == _NOT_EO) & ~_is(kind, Kind.CLOSURE)
    effect[rejected] = Effect.HAZARD_REJECTED
    counts_as[rejected] = NOTHING
    _judge_releases(row, kind, review, policy, (effect, counts_as))
    figures = _figures(policy)
    hazard = ~is_release & ~_is(kind, Kind.CLOSURE)
    return Judgement(
        exists=_exists(row),
        is_release=is_release,
        effect=effect,
        counts_as=counts_as,
        direct=direct,
        # (4.5) What stays of a find that was removed or destroyed.
        footprint_m=np.where(disposed, policy.fade_out_m, figures.footprint_m[kind, category]),
        error_m=_error(row, figures),
        day=np.where(row.missing("observed_at"), NO_TIME, row.time("observed_at") // _US_PER_DAY),
        endable=hazard & ~rejected,
        ends=_ends(kind, effect),
        depth_m=np.where(is_release, row.number("depth_m"), figures.depth_m[category]),
        kind=kind.astype(np.int8),
    )


CATEGORIES: Final = tuple(Category)
_UNKNOWN: Final = CATEGORIES.index(Category.UNKNOWN)
_NOT_EO: Final = CATEGORIES.index(Category.NOT_EO)
_METHODS: Final = tuple(PositionMethod)
# One entry more than there are words: a missing word has the code -1 and reads the last one.
_IS_RELEASE: Final = np.array([kind in RELEASE_KINDS for kind in KINDS] + [False])
_MAY_BE_MOCKED: Final = np.array(
    [method in _ZERO_IS_NO_ERROR for method in PositionMethod] + [True]
)
_FEW: Final = 16
_UNREVIEWED, _ACCEPTED, _REJECTED = range(3)
_TIMES: Final = (
    "observed_at", "recorded_at", "reviewed_at", "disposed_at", "starts_at", "ends_at",
)  # fmt: skip


def _words(vocabulary: Iterable[str]) -> dict[str, int]:
    """Tell the position of each word."""
    return {str(word): position for position, word in enumerate(vocabulary)}


_KIND_WORDS, _CATEGORY_WORDS = _words(Kind), _words(Category)
_CLASS_WORDS, _METHOD_WORDS, _REVIEW_WORDS = (
    _words(vocabulary) for vocabulary in (EvidenceClass, PositionMethod, Review)
)


class _Columns:
    """Columns of an evidence table as arrays, with missing values told apart."""

    def __init__(self, table: gpd.GeoDataFrame, as_of: int, known_at: int) -> None:
        self._table = table
        self._times = {name: self._microseconds(name) for name in _TIMES}
        self.size = len(table)
        self.as_of = as_of
        self.known_at = known_at

    def _microseconds(self, name: str) -> IntArray:
        """Read a column of times; its unit must be the declared one."""
        column = self._table[name].array
        if column.dtype != _TIME_DTYPE:
            msg = f"{name} is {column.dtype}, not {_TIME_DTYPE}: use as_table first"
            raise TypeError(msg)
        moments: IntArray = column.asi8
        return moments

    def time(self, name: str) -> IntArray:
        """Microseconds since 1970; ``NO_TIME`` where missing."""
        return self._times[name]

    def missing(self, name: str) -> BoolArray:
        """Whether a time is missing."""
        return self.time(name) == NO_TIME

    def reached(self, name: str, moment: int) -> BoolArray:
        """Whether a time is known and not after a moment."""
        reached: BoolArray = ~self.missing(name) & (self.time(name) <= moment)
        return reached

    def number(self, name: str) -> FloatArray:
        """Metres; NaN where missing."""
        return self._table[name].to_numpy(np.float64)

    def codes(self, name: str, words: Mapping[str, int]) -> IntArray:
        """Position of each word in a vocabulary; -1 where missing."""
        values = self._table[name]
        if self.size <= _FEW:  # one event at a time: a hundred microseconds matter
            found = [-1 if pd.isna(value) else words[value] for value in values]
            return np.array(found, dtype=np.int64)
        given = pa.array(values.array, pa.large_string())
        codes = pc.index_in(given, pa.array(list(words), pa.large_string()))
        strange = pc.and_(pc.is_valid(given), pc.is_null(codes))
        if pc.any(strange).as_py():
            raise KeyError(given.filter(strange)[0].as_py())
        positions: IntArray = codes.fill_null(-1).to_numpy().astype(np.int64)
        return positions


def _microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _is(kind: IntArray, wanted: Kind) -> BoolArray:
    """Whether a row is of one kind."""
    return kind == KINDS.index(wanted)


def _exists(row: _Columns) -> BoolArray:
    """(4.1) Not recorded after ``known_at`` and not observed after ``as_of``; a gap exists."""
    recorded_later = ~row.missing("recorded_at") & (row.time("recorded_at") > row.known_at)
    observed_later = ~row.missing("observed_at") & (row.time("observed_at") > row.as_of)
    return ~(recorded_later | observed_later)


def _review_by(row: _Columns, stated: IntArray) -> IntArray:
    """Review as known at ``known_at``; a review of unknown date counts as the record states it."""
    later = ~row.missing("reviewed_at") & (row.time("reviewed_at") > row.known_at)
    return np.where(later | (stated < 0), _UNREVIEWED, stated)


def _category(row: _Columns, review: IntArray) -> IntArray:
    """Ordnance category; missing is unknown, and so is ``not_eo`` before it is accepted (2)."""
    stated = row.codes("category", _CATEGORY_WORDS)
    doubtful = (stated == _NOT_EO) & (review != _ACCEPTED)
    return np.where(doubtful | (stated < 0), _UNKNOWN, stated)


def _direct(row: _Columns, kind: IntArray) -> BoolArray:
    """Direct evidence: finds, accidents, and areas that are not stated to be suspected."""
    evidence_class = row.codes("evidence_class", _CLASS_WORDS)
    confirmed_area = _is(kind, Kind.HAZARD_AREA) & (evidence_class != 1)
    return _is(kind, Kind.FIND) | _is(kind, Kind.ACCIDENT) | confirmed_area


def _judge_hazards(
    row: _Columns,
    kind: IntArray,
    direct: BoolArray,
    effect: npt.NDArray[np.uint8],
    counts_as: npt.NDArray[np.uint8],
) -> None:
    """Write what live hazards and closures count for into two fresh arrays (5.1, 5.2)."""
    hazard = ~_IS_RELEASE[kind]
    effect[hazard] = Effect.HAZARD_APPLIES
    counts_as[hazard] = np.where(direct[hazard], DIRECT, INDIRECT)
    closure = _is(kind, Kind.CLOSURE)
    not_begun = closure & ~row.missing("starts_at") & (row.time("starts_at") > row.as_of)
    over = closure & ~row.missing("ends_at") & (row.time("ends_at") < row.as_of)
    effect[closure] = Effect.CLOSURE_IN_FORCE
    effect[not_begun] = Effect.CLOSURE_NOT_BEGUN
    effect[over] = Effect.CLOSURE_OVER
    counts_as[closure] = np.where((not_begun | over)[closure], NOTHING, CLOSED)


def _judge_releases(
    row: _Columns,
    kind: IntArray,
    review: IntArray,
    policy: Policy,
    into: tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]],
) -> None:
    """Write what releases count for: why one is set aside, expired, or valid (4.1, 4.3, 4.6, 1)."""
    effect, counts_as = into
    if not _IS_RELEASE[kind].any():
        return
    undated = row.missing("observed_at") | row.missing("recorded_at")
    no_depth = np.isnan(row.number("depth_m"))
    observed = row.time("observed_at")
    for release, vouches in _VOUCHES.items():
        mine = _is(kind, release)
        period_us = int(policy.review_period_days(release) * _US_PER_DAY)
        # Compared this way round because a missing time less a period would overflow.
        expired = mine & (observed < row.as_of - period_us)
        effect[mine], counts_as[mine] = Effect.RELEASE_VALID, vouches
        effect[expired], counts_as[expired] = Effect.RELEASE_EXPIRED, EXPIRED
        set_aside = [
            (review != _ACCEPTED, Effect.RELEASE_NOT_ACCEPTED),
            (undated, Effect.RELEASE_WITHOUT_DATE),
            (review == _REJECTED, Effect.RELEASE_REJECTED),
        ]
        if release is Kind.CLEARANCE:
            set_aside.insert(0, (no_depth, Effect.RELEASE_WITHOUT_DEPTH))
        for why, reason in set_aside:  # the later one in the list is the one that is told
            effect[mine & why], counts_as[mine & why] = reason, NOTHING
    unfinished = _is(kind, Kind.CLEARANCE) & row.missing("observed_at") & (review != _REJECTED)
    counts_as[unfinished] = UNDER_WAY


def _ends(kind: IntArray, effect: npt.NDArray[np.uint8]) -> BoolArray:
    """(4.4, 4.6) Valid releases end hazards; of the expired ones only clearances still do."""
    expired_clearance = (effect == Effect.RELEASE_EXPIRED) & _is(kind, Kind.CLEARANCE)
    return (effect == Effect.RELEASE_VALID) | expired_clearance


@dataclass(frozen=True, slots=True)
class _Figures:
    """The policy's figures by the position of a word in its vocabulary.

    Attributes
    ----------
    footprint_m : float64[kinds, categories]
        (3, 7) Footprint ``f``; 0 for a release.
    depth_m : float64[categories]
        (4.4, 7) Depth that a clearance must have reached.
    error_m : float64[methods]
        (2, 7) Position error ``e`` where none was recorded.
    """

    footprint_m: FloatArray
    depth_m: FloatArray
    error_m: FloatArray


@lru_cache(maxsize=8)
def _figures(policy: Policy) -> _Figures:
    """Lay a policy's figures out once; they are asked for at every event."""
    return _Figures(
        footprint_m=np.array(
            [
                [
                    policy.footprint_m(kind, category) if kind in HAZARD_KINDS else 0.0
                    for category in CATEGORIES
                ]
                for kind in KINDS
            ]
        ),
        depth_m=np.array([policy.clearance_depth_m(category) for category in CATEGORIES]),
        error_m=np.array([policy.position_error_m(method) for method in _METHODS]),
    )


def _error(row: _Columns, figures: _Figures) -> FloatArray:
    """(2, 7) Position error ``e``; a missing one is filled from the policy's figure for its method.

    An error of 0 from a phone, or without a method, means typed or mocked: both are unknown.
    """
    stated = row.number("position_error_m")
    method = row.codes("position_method", _METHOD_WORDS)
    mocked = (stated == 0.0) & _MAY_BE_MOCKED[method]
    unknown = _METHODS.index(PositionMethod.UNKNOWN)
    method = np.where((method < 0) | mocked, unknown, method)
    return np.where(np.isnan(stated) | mocked, figures.error_m[method], stated)
