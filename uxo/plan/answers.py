"""What a planner is told about the ways between two places."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uxo.plan.place import Spot
from uxo.vocabulary import Status

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """From where to where, how, and over what.

    Attributes
    ----------
    start, end : Spot
        On roads that this traveller may use.
    allowed : frozenset of Status
        What the way may use; see `uxo.plan.tariff.allowed_of`.
    on_foot : bool
        Walking; else in a vehicle, which one-way roads bind.
    """

    start: Spot
    end: Spot
    allowed: frozenset[Status]
    on_foot: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One way, as parts of roads in the order of travel. The geometry is that of the roads.

    Attributes
    ----------
    road : int64[k]
        Rows of the road table.
    from_m, to_m : float64[k]
        Where each part begins and ends; ``from_m > to_m`` where the road is travelled against its
        own direction.
    metres : mapping of Status to float
        Metres of each status, every status present.
    exposure_m : float
        Metres times the weight of their status.
    """

    road: IntArray
    from_m: FloatArray
    to_m: FloatArray
    metres: Mapping[Status, float]
    exposure_m: float

    @property
    def length_m(self) -> float:
        """Metres in all."""
        return float(np.abs(self.to_m - self.from_m).sum())

    @property
    def not_surveyed_m(self) -> float:
        """Metres of which nothing valid is known."""
        return self.metres[Status.NOT_SURVEYED]

    @property
    def worst(self) -> Status | None:
        """The worst status on it; None: it has no length."""
        return min((one for one, metres in self.metres.items() if metres > 0.0), default=None)


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways between two places.

    Attributes
    ----------
    question : Question
        What was asked.
    least_risk : Way
        The least exposure over what is allowed; the shorter one where two are equal.
    shortest : Way
        The shortest that leads through no closure and no confirmed hazard, whatever else is on it:
        for comparison only.
    alternatives : tuple of Way
        Others over what is allowed that differ truly, the less exposed first; at most two, and
        fewer where there are no more.
    rounding_m : float
        The cost of each road was rounded to a multiple of this (metres weighted).
    """

    question: Question
    least_risk: Way
    shortest: Way
    alternatives: tuple[Way, ...]
    rounding_m: float
