"""Which other ways are worth showing beside the best one.

Candidates lead through a node near the two places (Abraham and others 2013, "Alternative routes in
road networks", doi:10.1145/2444016.2444019). One is shown if it shares few metres with the best way
and with the others, if its exposure is bounded, and if it uses no road twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.geo.projection import wrap
from uxo.plan.answers import Way
from uxo.policy import Policy
from uxo.roads.network import Network

I8 = npt.NDArray[np.int64]

SHOWN: Final = 2
"""Other ways that a planner gets."""

_CANDIDATES: Final = 200
_TRIED: Final = 40
_AROUND: Final = 0.5  # the box of the two places is widened by this share of its longer side


@dataclass(frozen=True, slots=True)
class Rule:
    """When two ways differ truly.

    Attributes
    ----------
    shared_most : float
        Largest share of the metres of either way that lies on the other one.
    worst_factor : float
        Largest exposure, as a multiple of the least.
    tried : int
        Ways that are looked at.
    """

    shared_most: float
    worst_factor: float
    tried: int = _TRIED

    @classmethod
    def of(cls, policy: Policy) -> "Rule":
        """Take the figures of a programme."""
        return cls(
            policy.value("way_share.alternative_most"),
            policy.value("way_factor.alternative_worst"),
        )

    def candidates(self, network: Network, start: int, end: int) -> I8:
        """Choose nodes around two nodes, evenly over their box: int64[at most 200]."""
        lon = wrap(network.node_lon, float(network.node_lon[start]))
        lat = network.node_lat
        west, east = sorted((float(lon[start]), float(lon[end])))
        south, north = sorted((float(lat[start]), float(lat[end])))
        more = _AROUND * max(east - west, north - south)
        inside = np.flatnonzero(
            (lon >= west - more)
            & (lon <= east + more)
            & (lat >= south - more)
            & (lat <= north + more)
        )
        step = max(1, len(inside) // _CANDIDATES)
        return inside[step // 2 :: step].astype(np.int64)


def choose(rule: Rule, best: Way, others: Sequence[Way]) -> tuple[Way, ...]:
    """Choose at most two ways that differ truly from the best one and from each other."""
    chosen: list[Way] = []
    for way in sorted(others, key=lambda way: (way.exposure_m, way.length_m)):
        if differs(rule, way, (best, *chosen)):
            chosen.append(way)
        if len(chosen) == SHOWN:
            break
    return tuple(chosen)


def differs(rule: Rule, way: Way, known: Sequence[Way]) -> bool:
    """Tell whether a way differs truly from others, the best one first, and is not too bad."""
    bounded = way.exposure_m <= rule.worst_factor * known[0].exposure_m
    return bounded and all(shared(way, other) <= rule.shared_most for other in known)


def shared(one: Way, other: Way) -> float:
    """Give the share of the shorter way's metres that lies on roads of the other one."""
    metres = [
        dict(zip(way.road.tolist(), np.abs(way.to_m - way.from_m).tolist(), strict=True))
        for way in (one, other)
    ]
    both = sum(
        min(metres[0][road], metres[1][road]) for road in metres[0].keys() & metres[1].keys()
    )
    shorter = min(one.length_m, other.length_m)
    return both / shorter if shorter > 0.0 else 1.0
