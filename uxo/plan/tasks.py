"""The answer to "what to clear first": tasks in their order, and what becomes of settlements."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any

from uxo.vocabulary import Kind, Status


@unique
class Unit(StrEnum):
    """What a budget is counted in."""

    M2 = "m2"
    WEEKS = "weeks"


@unique
class Counted(StrEnum):
    """What is to be reconnected as much as possible."""

    HOUSEHOLDS = "households"
    COMMUNITIES = "communities"


@unique
class Outcome(StrEnum):
    """What a plan means for a settlement."""

    CONNECTED_ALREADY = "connected_already"
    RECONNECTED = "reconnected"
    NOT_WITHIN_BUDGET = "not_within_budget"
    NO_WAY = "no_way"
    OFF_NETWORK = "off_network"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in degrees (WGS84)."""

    lon: float
    lat: float

    def as_json(self) -> list[float]:
        """Give it as GeoJSON does, to about a centimetre."""
        return [round(self.lon, 7), round(self.lat, 7)]


@dataclass(frozen=True, slots=True)
class Site:
    """One stretch of road with one status: what a tasking sheet is about.

    Attributes
    ----------
    road_id, name, highway : str
        The road; name and class are empty where there are none.
    from_m, to_m : float
        The stretch, ground metres from the road's first vertex.
    status : Status
        What it is now.
    method : Kind
        The release that it needs: a survey, a technical survey or a clearance.
    area_m2 : float
        Length times the full width of the corridor.
    width_m : float
        That width.
    weeks : float
        The area by the method's capacity.
    depth_m : float or None
        What a clearance must reach for the worst category here; None: the method asks for none.
    hazards : tuple of str
        Ids of the evidence that blocks it.
    undated : tuple of str
        Those of them without a date: only a release that names them ends them.
    pinned : bool
        Whether the planner asked for it.
    begin, middle, end : Position
        Where it is.
    """

    road_id: str
    name: str
    highway: str
    from_m: float
    to_m: float
    status: Status
    method: Kind
    area_m2: float
    width_m: float
    weeks: float
    depth_m: float | None
    hazards: tuple[str, ...]
    undated: tuple[str, ...]
    pinned: bool
    begin: Position
    middle: Position
    end: Position

    @property
    def id(self) -> str:
        """Name it as ``--pin`` and ``--forbid`` take it."""
        return f"{self.road_id}@{self.from_m:.2f}-{self.to_m:.2f}"

    def as_json(self) -> dict[str, Any]:
        """Give the shape that ``--json`` and the web service answer with."""
        return {
            "id": self.id,
            "road_id": self.road_id,
            "name": self.name or None,
            "highway": self.highway or None,
            "from_m": round(self.from_m, 2),
            "to_m": round(self.to_m, 2),
            "status": self.status.word,
            "method": self.method.value,
            "area_m2": round(self.area_m2, 1),
            "width_m": self.width_m,
            "weeks": round(self.weeks, 3),
            "depth_m": self.depth_m,
            "hazards": list(self.hazards),
            "undated_hazards": list(self.undated),
            "pinned": self.pinned,
            "begin": self.begin.as_json(),
            "middle": self.middle.as_json(),
            "end": self.end.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Settled:
    """What the plan means for one settlement.

    Attributes
    ----------
    pcode, name : str
        The community.
    households : float or None
        Expected to return; None: not known.
    outcome : Outcome
        What becomes of it.
    task : int or None
        The task that reconnects it; None: none does.
    """

    pcode: str
    name: str
    households: float | None
    outcome: Outcome
    task: int | None

    def as_json(self) -> dict[str, Any]:
        """Give the shape of the answers; what is not known is null."""
        return {
            "pcode": self.pcode,
            "name": self.name,
            "households": self.households,
            "outcome": self.outcome.value,
            "task": self.task,
        }


@dataclass(frozen=True, slots=True)
class Task:
    """Sites that are opened together, because only all of them reconnect somebody.

    Attributes
    ----------
    number : int
        From 1 on, in the order of the work.
    sites : tuple of Site
        From where people can go already outwards.
    communities : tuple of Settled
        Reconnected by this task.
    households : float
        Of these communities, where they are known.
    households_so_far, area_m2_so_far, weeks_so_far : float
        With all tasks before it: the curve.
    """

    number: int
    sites: tuple[Site, ...]
    communities: tuple[Settled, ...]
    households: float
    households_so_far: float
    area_m2_so_far: float
    weeks_so_far: float

    @property
    def area_m2(self) -> float:
        """Area of all its sites."""
        return sum(site.area_m2 for site in self.sites)

    @property
    def weeks(self) -> float:
        """Weeks of all its sites, one after the other."""
        return sum(site.weeks for site in self.sites)

    @property
    def area_m2_by_method(self) -> Mapping[Kind, float]:
        """Area of each method that it needs."""
        areas: dict[Kind, float] = {}
        for site in self.sites:
            areas[site.method] = areas.get(site.method, 0.0) + site.area_m2
        return areas

    @property
    def not_known(self) -> int:
        """How many of its communities have no figure."""
        return sum(one.households is None for one in self.communities)

    def as_json(self) -> dict[str, Any]:
        """Give the shape of the answers."""
        return {
            "number": self.number,
            "households": self.households,
            "communities": [one.as_json() for one in self.communities],
            "communities_not_known": self.not_known,
            "area_m2": round(self.area_m2, 1),
            "area_m2_by_method": {
                kind.value: round(area, 1) for kind, area in self.area_m2_by_method.items()
            },
            "weeks": round(self.weeks, 3),
            "households_so_far": self.households_so_far,
            "area_m2_so_far": round(self.area_m2_so_far, 1),
            "weeks_so_far": round(self.weeks_so_far, 3),
            "sites": [site.as_json() for site in self.sites],
        }


@dataclass(frozen=True, slots=True)
class Priorities:
    """What to clear first, and how good the answer is.

    Attributes
    ----------
    tasks : tuple of Task
        In their order: whichever come first reconnect people by themselves.
    settlements : tuple of Settled
        All communities, as the places are.
    counted : Counted
        What ``gained``, ``bound`` and ``rankings`` count. Communities where no household is known.
    gained : float
        Reconnected by all tasks.
    bound : float
        No plan within the budget reconnects more of what is known.
    method : str
        What found it.
    rankings : mapping of str to float
        What simple rankings would reconnect with the same budget.
    budget : float
        As it was asked.
    unit : Unit
        Of the budget.
    as_of, known_at, policy_digest : str
        The status that it rests on.
    """

    tasks: tuple[Task, ...]
    settlements: tuple[Settled, ...]
    counted: Counted
    gained: float
    bound: float
    method: str
    rankings: Mapping[str, float]
    budget: float
    unit: Unit
    as_of: str
    known_at: str
    policy_digest: str

    @property
    def gap(self) -> float:
        """What might be missing, as a share of the bound; 0.0: proven to be the best."""
        return 0.0 if self.bound <= 0.0 else max(0.0, 1.0 - self.gained / self.bound)

    def with_outcome(self, outcome: Outcome) -> tuple[Settled, ...]:
        """Give the settlements of one outcome."""
        return tuple(one for one in self.settlements if one.outcome is outcome)

    @property
    def not_known(self) -> tuple[Settled, ...]:
        """Give the settlements whose households are not known."""
        return tuple(one for one in self.settlements if one.households is None)

    def as_json(self) -> dict[str, Any]:
        """Give the shape that ``--json`` and the web service answer with."""
        return {
            "tasks": [task.as_json() for task in self.tasks],
            "settlements": [one.as_json() for one in self.settlements],
            "households_not_known": [one.pcode for one in self.not_known],
            "counted": self.counted.value,
            "gained": self.gained,
            "bound": round(self.bound, 3),
            "gap": round(self.gap, 6),
            "method": self.method,
            "rankings": dict(self.rankings),
            "budget": self.budget,
            "unit": self.unit.value,
            "area_m2": round(sum(task.area_m2 for task in self.tasks), 1),
            "weeks": round(sum(task.weeks for task in self.tasks), 3),
            "as_of": self.as_of,
            "known_at": self.known_at,
            "policy_digest": self.policy_digest,
        }
