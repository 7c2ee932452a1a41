"""What is asked about ways, and the shape of the answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uxo.plan.answers import Way, Ways
from uxo.plan.place import Spot
from uxo.policy import Policy
from uxo.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Position:
    """A place in degrees (WGS84)."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class WayRequest:
    """What a planner asks.

    Attributes
    ----------
    start, end : Position
        Any place; the nearest road that the traveller may use is taken.
    allowed : frozenset of Status
        What the way may use.
    on_foot : bool
        Walking; else in a vehicle.
    """

    start: Position
    end: Position
    allowed: frozenset[Status]
    on_foot: bool


@dataclass(frozen=True, slots=True)
class WayAnswer:
    """The ways, and what they rest on.

    Attributes
    ----------
    ways : Ways
        As the planner found them.
    lines : tuple of list
        Vertices ``[lon, lat]`` of the least-risk way, the shortest, and each alternative.
    names : mapping of int to (str, str)
        Id and name of each road that is used, by its row; the name is empty where it has none.
    as_of, known_at : datetime
        The moment, and the last moment whose knowledge was used.
    policy : Policy
        Whose figures.
    """

    ways: Ways
    lines: tuple[list[list[float]], ...]
    names: dict[int, tuple[str, str]]
    as_of: datetime
    known_at: datetime
    policy: Policy

    def as_json(self) -> dict[str, Any]:
        """Give the shape that ``--json`` and the web service answer with."""
        asked = self.ways.question
        every = [self.ways.least_risk, self.ways.shortest, *self.ways.alternatives]
        least_risk, shortest, *others = (
            self._way_json(way, line) for way, line in zip(every, self.lines, strict=True)
        )
        return {
            "start": self._spot_json(asked.start),
            "end": self._spot_json(asked.end),
            "allowed": [status.word for status in Status if status in asked.allowed],
            "on_foot": asked.on_foot,
            "least_risk": least_risk,
            "shortest": shortest,
            "alternatives": others,
            "alternatives_share_most": self.policy.value("way_share.alternative_most"),
            "alternatives_exposure_factor_most": self.policy.value("way_factor.alternative_worst"),
            "rounding_m": self.ways.rounding_m,
            "as_of": _iso(self.as_of),
            "known_at": _iso(self.known_at),
            "policy_digest": self.policy.digest,
        }

    def _spot_json(self, spot: Spot) -> dict[str, Any]:
        return {
            "road_id": self.names[spot.road][0],
            "at_m": round(spot.at_m, 2),
            "distance_m": round(spot.distance_m, 1),
        }

    def _way_json(self, way: Way, line: list[list[float]]) -> dict[str, Any]:
        worst = way.worst
        return {
            "km": round(way.length_m / 1000.0, 6),
            "exposure_m": round(way.exposure_m, 2),
            "worst": None if worst is None else worst.word,
            "km_by_status": {one.word: round(way.metres[one] / 1000.0, 6) for one in Status},
            "km_not_surveyed": round(way.not_surveyed_m / 1000.0, 6),
            "parts": [
                {
                    "road_id": self.names[road][0],
                    "name": self.names[road][1] or None,
                    "from_m": round(from_m, 2),
                    "to_m": round(to_m, 2),
                }
                for road, from_m, to_m in zip(
                    way.road.tolist(), way.from_m.tolist(), way.to_m.tolist(), strict=True
                )
            ],
            "coordinates": line,
        }


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
