"""Say in plain sentences why a place on a road has its status, and how old that knowledge is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from uxo.errors import BadInput
from uxo.policy import Policy
from uxo.publish.language import Catalogue, isolated, message_id
from uxo.services.road_spot import Spot, nearest_spot, spot_on_road
from uxo.status.result import Reason, StatusResult
from uxo.vocabulary import Effect, EvidenceClass, Kind, Status

NEAR_M: Final = 50.0
"""Farther from every road than this, a position is not explained: it would be another place."""

_TOLD_OF_EACH: Final = 8  # in the sentences; the reasons themselves are all there

_HAZARDS: Final = frozenset({Effect.HAZARD_APPLIES, Effect.HAZARD_APPLIES_AFTER_REMOVAL})
_USED: Final = _HAZARDS | {
    Effect.CLOSURE_IN_FORCE,
    Effect.HAZARD_ENDED,
    Effect.RELEASE_VALID,
    Effect.RELEASE_EXPIRED,
}
_DECIDES: Final[Mapping[Status, frozenset[Effect]]] = MappingProxyType(
    {
        Status.CLOSED: frozenset({Effect.CLOSURE_IN_FORCE}),
        Status.CONFIRMED_HAZARD: _HAZARDS,
        Status.SUSPECTED_HAZARD: _HAZARDS,
        Status.NOT_SURVEYED: frozenset(),
        Status.SURVEY_EXPIRED: frozenset({Effect.RELEASE_EXPIRED}),
        Status.SURVEYED: frozenset({Effect.RELEASE_VALID}),
        Status.REDUCED: frozenset({Effect.RELEASE_VALID}),
        Status.CLEARED: frozenset({Effect.RELEASE_VALID}),
    }
)
_RELEASED_BY: Final[Mapping[Status, Kind]] = MappingProxyType(
    {
        Status.SURVEYED: Kind.SURVEY,
        Status.REDUCED: Kind.TECHNICAL_SURVEY,
        Status.CLEARED: Kind.CLEARANCE,
    }
)
_SINCE: Final[Mapping[Status, str]] = MappingProxyType(
    {
        Status.CLOSED: "The closure has been in force since",
        Status.CONFIRMED_HAZARD: "The first direct evidence of a hazard here is of",
        Status.SUSPECTED_HAZARD: "The first evidence of a hazard here is of",
        Status.SURVEY_EXPIRED: "The release was due for review on",
        Status.SURVEYED: "Last surveyed on",
        Status.REDUCED: "Last released by technical survey on",
        Status.CLEARED: "Last cleared on",
    }
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one point of a road has its status.

    Attributes
    ----------
    road_id, name : str
        The road; ``name`` is empty where it has none.
    at_m : float
        The point, metres on the ground from the road's first vertex.
    distance_m : float or None
        From the position that was asked about to the road; None when the road was named.
    from_m, to_m : float
        The piece that the point lies on: the same status for the same reasons.
    status : Status
        Of the piece.
    since : datetime or None
        The observation from which on the status has held; None: nothing dated supports it.
    conflict, clearance_under_way : bool
        As on the piece.
    hazard_beside_m : float or None
        Distance to a hazard beside the road that was not ended at its own place.
    oldest_at, newest_at : datetime or None
        Observation times of the evidence that the rule used here; None where there is none.
    undated : int
        How many items of that evidence have no date.
    reasons : tuple of Reason
        Everything that applies here, used or set aside.
    sentences : tuple of str
        All of this in English, to be read from top to bottom; of many alike reasons some.
    as_of, known_at : datetime
        The moment and the knowledge which this is about.
    policy_digest : str
        Whose figures were used.
    """

    road_id: str
    name: str
    at_m: float
    distance_m: float | None
    from_m: float
    to_m: float
    status: Status
    since: datetime | None
    conflict: bool
    clearance_under_way: bool
    hazard_beside_m: float | None
    oldest_at: datetime | None
    newest_at: datetime | None
    undated: int
    reasons: tuple[Reason, ...]
    sentences: tuple[str, ...]
    as_of: datetime
    known_at: datetime
    policy_digest: str

    def as_json(self) -> dict[str, Any]:
        """Give the shape that ``--json`` and the web service answer with."""
        return {
            "road_id": self.road_id,
            "name": self.name or None,
            "at_m": round(self.at_m, 2),
            "distance_m": None if self.distance_m is None else round(self.distance_m, 1),
            "from_m": self.from_m,
            "to_m": self.to_m,
            "status": self.status.word,
            "rank": int(self.status),
            "since": _iso(self.since),
            "conflict": self.conflict,
            "clearance_under_way": self.clearance_under_way,
            "hazard_beside_m": self.hazard_beside_m,
            "oldest_knowledge": _iso(self.oldest_at),
            "newest_knowledge": _iso(self.newest_at),
            "undated_evidence": self.undated,
            "reasons": [
                {"evidence_id": one.evidence_id, "effect": one.effect.word, "text": one.text}
                for one in self.reasons
            ],
            "sentences": list(self.sentences),
            "as_of": _iso(self.as_of),
            "known_at": _iso(self.known_at),
            "policy_digest": self.policy_digest,
        }


def explain_place(
    result: StatusResult,
    *,
    road_id: str | None = None,
    at_m: float | None = None,
    lon: float | None = None,
    lat: float | None = None,
    near_m: float = NEAR_M,
) -> Explanation:
    """Explain the status of one place.

    Parameters
    ----------
    result : StatusResult
        A computed status.
    road_id, at_m : str, float
        A road and the metres from its first vertex; or
    lon, lat : float
        a position in degrees (WGS84): the nearest road within ``near_m`` is explained.
    near_m : float
        How far the road may lie from the position.

    Raises
    ------
    BadInput
        Neither way, or half of one, or both are given.
    NotFound
        There is no such road; it is shorter than ``at_m``; or there is none near the position.
    """
    if road_id is not None and at_m is not None and lon is None and lat is None:
        spot = spot_on_road(result, road_id, at_m)
    elif lon is not None and lat is not None and road_id is None and at_m is None:
        spot = nearest_spot(result, lon, lat, near_m)
    else:
        msg = "name one place: a road and the metres along it (road_id, at_m), or lon and lat"
        raise BadInput(msg)
    return _explain(result, spot)


def _explain(result: StatusResult, spot: Spot) -> Explanation:
    piece = result.piece_at(spot.row, spot.at_m)
    chosen = np.array([piece])
    status = Status(int(result.status[piece]))
    at_work = _at_work(result, chosen)
    dates = at_work["observed_at"].dropna()
    name = result.roads["name"].iloc[spot.row]
    beside = float(result.hazard_beside_m(chosen)[0])
    found = Explanation(
        road_id=str(result.roads["road_id"].iloc[spot.row]),
        name="" if pd.isna(name) else str(name),
        at_m=spot.at_m,
        distance_m=spot.distance_m,
        from_m=float(result.from_m[piece]),
        to_m=float(result.to_m[piece]),
        status=status,
        since=_since(status, at_work, result.policy),
        conflict=bool(result.conflict[piece]),
        clearance_under_way=bool(result.clearance_under_way[piece]),
        hazard_beside_m=None if np.isnan(beside) else round(beside, 1),
        oldest_at=_moment(dates.min()) if len(dates) else None,
        newest_at=_moment(dates.max()) if len(dates) else None,
        undated=len(at_work) - len(dates),
        reasons=tuple(result.reasons(piece)),
        sentences=(),
        as_of=result.as_of,
        known_at=result.known_at,
        policy_digest=result.policy.digest,
    )
    return replace(found, sentences=tuple(_sentences(found)))


def _at_work(result: StatusResult, piece: npt.NDArray[np.intp]) -> gpd.GeoDataFrame:
    """Take the evidence that the rule used on a piece, with its effect; not what it set aside."""
    _, run = result.runs_on(piece)
    effect = result.swept.run_effect[run]
    used = np.isin(effect, [int(one) for one in _USED])
    items = result.swept.run_item[run][used]
    rows = result.evidence.iloc[items]
    return rows.assign(effect=effect[used], direct=result.judged.direct[items])


def _since(status: Status, at_work: gpd.GeoDataFrame, policy: Policy) -> datetime | None:
    """Find the moment from which on the status has held, as far as it is dated."""
    if status is Status.NOT_SURVEYED:
        return None
    decisive = at_work[at_work["effect"].isin([int(one) for one in _DECIDES[status]])]
    if status is Status.CONFIRMED_HAZARD:  # indirect evidence beside it would not confirm it
        decisive = decisive[decisive["direct"]]
    if status is Status.CLOSED:
        moments = decisive["starts_at"].fillna(decisive["observed_at"])
    elif status is Status.SURVEY_EXPIRED:
        days = decisive["kind"].map(lambda kind: policy.review_period_days(Kind(kind)))
        moments = decisive["observed_at"] + pd.to_timedelta(days, unit="D")
    else:
        moments = decisive["observed_at"]
    if status > Status.NOT_SURVEYED:
        if status is not Status.SURVEY_EXPIRED:
            moments = moments[decisive["kind"] == _RELEASED_BY[status]]
        # The newest release is the one that vouches; older ones may have expired in between.
        return _moment(moments.max()) if len(moments) else None
    # One hazard without a date leaves the beginning unknown.
    return None if moments.isna().any() or not len(moments) else _moment(moments.min())


def _moment(value: object) -> datetime | None:
    """Give a time of a table as a datetime; NaT is no Timestamp."""
    if not isinstance(value, pd.Timestamp):
        return None
    return value.to_pydatetime().astimezone(UTC)


@cache
def _words() -> Catalogue:
    """Read the catalogue when it is first needed; it takes longer than everything else here."""
    return Catalogue.load("en")


def _sentences(found: Explanation) -> Iterator[str]:
    """Say everything in the order in which a planner asks it."""
    words = _words()
    road = f"Road {found.road_id}" + (f" ({isolated(found.name)})" if found.name else "")
    status = found.status.word.replace("_", " ")
    yield f"{road}, {found.at_m:.0f} m from its start, on {_day(found.as_of)}: {status}."
    yield words.format(message_id("status", found.status.word) + "-meaning")
    if found.distance_m is not None:
        yield f"The position asked about lies {found.distance_m:.1f} m from the middle of the road."
    length_m = found.to_m - found.from_m
    yield (
        f"The same holds from metre {found.from_m:.2f} to metre {found.to_m:.2f} of the road, "
        f"{length_m:.2f} m in all."
    )
    yield from _how_old(found)
    if found.conflict:
        yield words.format("piece-conflict")
    if found.clearance_under_way:
        yield words.format("piece-under-way")
    if found.hazard_beside_m is not None:
        yield (
            "A hazard was released on the road but not at its own place: it lies "
            f"{found.hazard_beside_m:.1f} m beside the middle of the road."
        )
    yield "Why:" if found.reasons else "Nothing is recorded that reaches this place."
    yield from _why(found.reasons)
    yield (
        f"This rests on what was recorded until {_day(found.known_at)}, and on policy "
        f"{found.policy_digest[:12]}."
    )


def _why(reasons: Sequence[Reason]) -> Iterator[str]:
    """Tell the reasons, of each effect the firmest and nearest first, and count the rest."""

    def rank(reason: Reason) -> tuple[int, bool, float]:
        far = reason.figures.get("distance_m", np.inf)
        indirect = reason.figures.get("evidence_class") != EvidenceClass.DIRECT
        return reason.effect, indirect, far if isinstance(far, float | int) else np.inf

    for effect, group in groupby(sorted(reasons, key=rank), key=lambda one: one.effect):
        alike = list(group)
        for reason in alike[:_TOLD_OF_EACH]:
            yield f"{reason.evidence_id}: {reason.text}"
        rest = len(alike) - _TOLD_OF_EACH
        if rest > 0:
            yield f"and {rest} more of this kind ({effect.word.replace('_', ' ')})."


def _how_old(found: Explanation) -> Iterator[str]:
    """Say since when, and how old the newest and the oldest of the knowledge is."""
    if found.status is Status.NOT_SURVEYED:
        yield "Where nothing is recorded, nothing is known."
    else:
        yield (
            f"{_SINCE[found.status]} {_day(found.since)}, {_age(found.since, found.as_of)}."
            if found.since is not None
            else "It is not known since when: what decides has no date."
        )
    if found.newest_at is not None and found.oldest_at is not None:
        newest = f"{_day(found.newest_at)}, {_age(found.newest_at, found.as_of)}"
        if found.newest_at == found.oldest_at:
            yield f"The knowledge about this place is from {newest}."
        else:
            yield (
                f"The newest knowledge about this place is from {newest}; the oldest from "
                f"{_day(found.oldest_at)}, {_age(found.oldest_at, found.as_of)}."
            )
    if found.undated:
        items = "1 item" if found.undated == 1 else f"{found.undated} items"
        yield (
            f"{items} of the evidence used here has no date."
            if found.undated == 1
            else (f"{items} of the evidence used here have no date.")
        )


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _age(moment: datetime, as_of: datetime) -> str:
    days = (as_of.astimezone(UTC).date() - moment.astimezone(UTC).date()).days
    if days == 0:
        return "the same day"
    return "1 day earlier" if days == 1 else f"{days} days earlier"


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
