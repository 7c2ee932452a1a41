"""A return route as the events about it tell: which roads, for whom, and what it may use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from uxo.evidence.events import EventType
from uxo.vocabulary import Status

ROUTE_EVENTS: Final = frozenset(
    {EventType.ROUTE_RECORDED, EventType.ROUTE_CHANGED, EventType.ROUTE_RETIRED}
)
"""The types of event that are about a route."""


@unique
class Mode(StrEnum):
    """How people travel."""

    VEHICLE = "vehicle"
    FOOT = "foot"


@unique
class RouteSource(StrEnum):
    """How the roads of a route were chosen."""

    WAYS = "ways"
    """The least-risk way over what was allowed."""
    LINE = "line"
    """Roads along a line that somebody recorded or drew."""
    WAYPOINTS = "waypoints"
    """The shortest roads through the points, whatever their status is."""


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A position in degrees (WGS84)."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class RoadPart:
    """A part of a road; ``from_m`` above ``to_m``: travelled against the road's own direction.

    Attributes
    ----------
    road_id : str
        The road.
    from_m, to_m : float
        Ground metres from its first vertex, when the route was made.
    road_length_m : float
        Length of the whole road then: another length later tells that the road was changed.
    """

    road_id: str
    from_m: float
    to_m: float
    road_length_m: float

    @property
    def metres(self) -> float:
        """Length of the part."""
        return abs(self.to_m - self.from_m)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the route on which no road is known.

    Attributes
    ----------
    after : int
        How many road parts come before it.
    line : tuple of Waypoint
        Its course, as it was given.
    metres : float
        Its length on the ground.
    """

    after: int
    line: tuple[Waypoint, ...]
    metres: float


@dataclass(frozen=True, slots=True)
class Route:
    """A return route.

    Attributes
    ----------
    id : str
        UUIDv7.
    name, name_ar : str, str or None
        As people call it.
    waypoints : tuple of Waypoint
        Where it begins, what it passes, where it ends.
    from_place, to_place : str or None
        P-codes of the communities at its ends; None: a bare position.
    roads : tuple of RoadPart
        In the order of travel.
    gaps : tuple of Gap
        Stretches off every known road.
    households : int or None
        How many are expected to return by it; None: not known.
    season : str or None
        When it can be used, in words; None: not said.
    mode : Mode
        Vehicle or on foot.
    allowed : frozenset of Status
        What it might use when it was made.
    source : RouteSource
        How its roads were chosen.
    retired : bool
        It is no longer shown in lists.
    recorded_at, changed_at : datetime
        Of its first and its last event, by their authors' clocks.
    conflict : tuple of str
        Fields that were changed in two places at once; the last in the log's order is shown.
    """

    id: str
    name: str
    name_ar: str | None
    waypoints: tuple[Waypoint, ...]
    from_place: str | None
    to_place: str | None
    roads: tuple[RoadPart, ...]
    gaps: tuple[Gap, ...]
    households: int | None
    season: str | None
    mode: Mode
    allowed: frozenset[Status]
    source: RouteSource
    retired: bool
    recorded_at: datetime
    changed_at: datetime
    conflict: tuple[str, ...]
