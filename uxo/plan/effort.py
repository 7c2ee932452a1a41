"""Which work a stretch of road needs, and what it costs.

The method follows from the status rule: what ends the hazard (section 4, clause 4), and what
leads to a status that the planner accepts as passable (section 5).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.errors import BadInput
from uxo.plan.instance import FloatArray, IntArray
from uxo.policy import Policy
from uxo.vocabulary import Kind, Status

METHODS: Final = (Kind.SURVEY, Kind.TECHNICAL_SURVEY, Kind.CLEARANCE)
"""Kinds of release, the mildest first; a method's number is its place here."""

NO_METHOD: Final = -1

PASSABLE: Final = (Status.SURVEYED, Status.REDUCED, Status.CLEARED)
"""What counts as passable unless the planner says otherwise; unknown never does by default."""

NEVER_PASSABLE: Final = frozenset({Status.CLOSED, Status.CONFIRMED_HAZARD})

_LEADS_TO: Final[Mapping[Kind, Status]] = MappingProxyType(
    {
        Kind.SURVEY: Status.SURVEYED,
        Kind.TECHNICAL_SURVEY: Status.REDUCED,
        Kind.CLEARANCE: Status.CLEARED,
    }
)
# The mildest method that may end what makes the status; a technical survey ends direct evidence
# only where it names it, so a confirmed hazard is planned with a clearance. A closure is ended by
# its own end or by the authority, and by no work.
_ENDS: Final[Mapping[Status, Kind | None]] = MappingProxyType(
    {
        Status.CLOSED: None,
        Status.CONFIRMED_HAZARD: Kind.CLEARANCE,
        Status.SUSPECTED_HAZARD: Kind.TECHNICAL_SURVEY,
        Status.NOT_SURVEYED: Kind.SURVEY,
        Status.SURVEY_EXPIRED: Kind.SURVEY,
        Status.SURVEYED: Kind.SURVEY,
        Status.REDUCED: Kind.SURVEY,
        Status.CLEARED: Kind.SURVEY,
    }
)


def check_allowed(allowed: Collection[Status]) -> frozenset[Status]:
    """Refuse a choice of passable statuses that cannot be.

    Raises
    ------
    BadInput
        A closed road or a confirmed hazard is among them, or ``cleared`` is not.
    """
    never = sorted(NEVER_PASSABLE & set(allowed))
    if never:
        words = ", ".join(status.word for status in never)
        msg = f"allow: {words} is never passable; leave it out"
        raise BadInput(msg)
    if Status.CLEARED not in allowed:
        msg = "allow: cleared is missing; without it clearing a hazard would open nothing"
        raise BadInput(msg)
    return frozenset(allowed)


def methods_by_status(allowed: frozenset[Status]) -> IntArray:
    """Give the method that each status needs to become passable.

    Parameters
    ----------
    allowed : frozenset of Status
        What is passable, checked.

    Returns
    -------
    int64[8]
        By rank: place in `METHODS`; `NO_METHOD` where none is needed or none helps.

    Examples
    --------
    >>> methods_by_status(frozenset(PASSABLE))[[1, 2, 3, 6]].tolist()
    [2, 1, 0, -1]
    >>> methods_by_status(frozenset({Status.CLEARED}))[[1, 2, 3, 6]].tolist()
    [2, 2, 2, 2]
    """
    methods = np.full(len(Status), NO_METHOD, dtype=np.int64)
    for status in Status:
        ends = _ENDS[status]
        if status in allowed or ends is None:
            continue
        methods[status] = next(
            place
            for place, kind in enumerate(METHODS)
            if place >= METHODS.index(ends) and _LEADS_TO[kind] in allowed
        )
    return methods


@dataclass(frozen=True, slots=True)
class Efforts:
    """What each of some stretches costs.

    Attributes
    ----------
    method : int64[k]
        Place in `METHODS`; `NO_METHOD`: no work is needed, or none helps.
    area_m2 : float64[k]
        Length times the full width of the road's corridor.
    weeks : float64[k]
        The area by the method's capacity; 0 without a method.
    """

    method: IntArray
    area_m2: FloatArray
    weeks: FloatArray


def efforts(
    status: npt.NDArray[np.uint8],
    length_m: FloatArray,
    half_width_m: FloatArray,
    *,
    allowed: frozenset[Status],
    policy: Policy,
) -> Efforts:
    """Work out method, area and weeks of stretches of road.

    Parameters
    ----------
    status : uint8[k]
        Rank of each.
    length_m, half_width_m : float64[k]
        Of each; the corridor is twice as wide.
    allowed : frozenset of Status
        What is passable.
    policy : Policy
        Capacities.
    """
    method = methods_by_status(allowed)[status]
    area_m2 = length_m * 2.0 * half_width_m
    pace = np.array([*(policy.capacity_m2_per_week(kind) for kind in METHODS), np.inf])
    return Efforts(method, area_m2, area_m2 / pace[method])  # no method reads the last entry
