"""What a metre of road costs by its status, and in which unit costs are rounded.

A way is chosen by its exposure: metres times the weight of their status (policy, group
``exposure_weight``). `TIE` of a metre is added for every metre, so that of two ways of equal
exposure the shorter one is taken; a kilometre of detour then counts as much as one metre cleared.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.errors import BadInput
from uxo.policy import Policy
from uxo.vocabulary import Status

FloatArray = npt.NDArray[np.float64]

TIE: Final = 0.001
"""Share of every metre that is added to the exposure, to break ties by length."""

NEVER: Final = frozenset({Status.CLOSED, Status.CONFIRMED_HAZARD})
"""No way leads through these, whatever is allowed."""

ALLOWED_BY_DEFAULT: Final = frozenset({Status.CLEARED, Status.REDUCED, Status.SURVEYED})
"""What a way may use if the planner allows nothing else: valid releases only."""

LARGEST: Final = 2**31 - 2
"""Largest cost that the hierarchy tells from blocked; sums beyond it are searched exactly."""

_UNITS: Final = (0.001, 0.01, 0.1, 1.0, 10.0)
_DETOUR: Final = 4.0  # a way is seldom longer than this many times the network's extent


@dataclass(frozen=True, slots=True)
class Tariff:
    """Cost of a metre by status.

    Attributes
    ----------
    weight : tuple of float
        By rank; infinity where a way may not lead.
    unit : float
        Costs of roads are rounded to multiples of this (metres weighted).
    """

    weight: tuple[float, ...]
    unit: float

    def by_rank(self) -> FloatArray:
        """Give the weights as an array, float64[statuses]."""
        return np.array(self.weight)


def allowed_of(statuses: Iterable[Status]) -> frozenset[Status]:
    """Check what a planner allows.

    Raises
    ------
    BadInput
        Nothing is allowed, or a status through which no way may lead.
    """
    allowed = frozenset(statuses)
    refused = sorted(status.word for status in allowed & NEVER)
    if refused:
        msg = f"allow = {', '.join(refused)}: no way leads through these, whatever is allowed"
        raise BadInput(msg)
    if not allowed:
        msg = "allow: name at least one status that a way may use"
        raise BadInput(msg)
    return allowed


def exposure_weights(policy: Policy) -> FloatArray:
    """Give the weight of a metre by rank, float64[statuses]; infinity where nobody goes."""
    figures = policy.group("exposure_weight")
    return np.array([np.inf if one in NEVER else figures[one.word] for one in Status])


def least_risk(policy: Policy, allowed: frozenset[Status], extent_m: float) -> Tariff:
    """Make the tariff of the least exposure over what is allowed."""
    weights = exposure_weights(policy) + TIE
    weights[[one not in allowed for one in Status]] = np.inf
    return _rounded(weights, extent_m)


def shortest(extent_m: float) -> Tariff:
    """Make the tariff that ignores risk, but for what no way leads through."""
    weights = np.array([np.inf if one in NEVER else 1.0 for one in Status])
    return _rounded(weights, extent_m)


def _rounded(weights: FloatArray, extent_m: float) -> Tariff:
    """Choose the finest unit in which ways across the whole network stay below `LARGEST`."""
    heaviest = float(weights[np.isfinite(weights)].max())
    longest = _DETOUR * max(extent_m, 1.0) * heaviest
    fine = [unit for unit in _UNITS if longest / unit < LARGEST]
    return Tariff(tuple(weights.tolist()), fine[0] if fine else _UNITS[-1])
