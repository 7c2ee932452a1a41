"""What a sheet says, in no language yet and already fit for the eyes of its tier."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, unique

import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from uxo.publish.sheets.frame import Frame
from uxo.vocabulary import Category, Kind, Status

Lines = npt.NDArray[np.object_]
Ranks = npt.NDArray[np.uint8]


@unique
class Tier(StrEnum):
    """Who may hold the sheet."""

    HANDOUT = "handout"
    INTERNAL = "internal"


@unique
class Subject(StrEnum):
    """What a sheet is about."""

    ROUTE = "route"
    DISTRICT = "district"
    TASK = "task"


@unique
class Limit(StrEnum):
    """What ends the time in which a sheet may be relied on."""

    RELEASE = "release"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in degrees (WGS84)."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Outline:
    """Ground to be warned of.

    Attributes
    ----------
    style : str
        A key of `uxo.publish.symbology.AREAS`.
    shape : geometry
        EPSG:4326.
    reach_m : float
        How far the hazard reaches beyond the shape, ground metres.
    """

    style: str
    shape: BaseGeometry
    reach_m: float


@dataclass(frozen=True, slots=True)
class Community:
    """A named place on the map; a name is empty where there is none."""

    spot: Spot
    name_en: str
    name_ar: str


@dataclass(frozen=True, slots=True)
class MapContent:
    """What the map shows.

    Attributes
    ----------
    frame : Frame
        The ground that it covers.
    lines, ranks : object[n], uint8[n]
        Roads that the sheet is about, as LineStrings in EPSG:4326, and their statuses.
    around, around_ranks : object[m], uint8[m]
        The other roads of the frame.
    outlines : tuple of Outline
        Drawn under the roads.
    communities : tuple of Community
        Their names.
    marked : bool
        Whether the lines stand out from the others by a band.
    region : geometry or None
        Its edge is drawn: where the figures of the sheet end.
    """

    frame: Frame
    lines: Lines
    ranks: Ranks
    around: Lines
    around_ranks: Ranks
    outlines: tuple[Outline, ...] = ()
    communities: tuple[Community, ...] = ()
    marked: bool = True
    region: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """One item of evidence behind a place; on internal sheets only."""

    evidence_id: str
    kind: Kind
    category: Category | None


@dataclass(frozen=True, slots=True)
class BlockingPlace:
    """A stretch of road that must not be entered.

    Attributes
    ----------
    status : Status
        Of the whole stretch.
    road_id, road_name : str
        The name is empty where there is none.
    from_m, to_m : float
        Metres on the ground from the road's first vertex.
    begin, end, middle : Spot
        Where it begins and ends in the order of ``from_m`` and ``to_m``, and a point between.
    why : tuple of Why
        Empty on a handout.
    why_left_out : int
        How many more items of evidence there are; 0 on a handout.
    """

    status: Status
    road_id: str
    road_name: str
    from_m: float
    to_m: float
    begin: Spot
    end: Spot
    middle: Spot
    why: tuple[Why, ...] = ()
    why_left_out: int = 0


@dataclass(frozen=True, slots=True)
class TaskSite:
    """A stretch of road to be worked on.

    Attributes
    ----------
    place : BlockingPlace
        Where it is, its status, and the evidence as far as the reader may see it.
    method : Kind
        The release that it needs.
    area_m2, width_m, weeks : float
        Ground to be worked on, full width of the corridor, time by the policy's capacity.
    depth_m : float or None
        What a clearance must reach; None: the method asks for none.
    undated : tuple of str
        Ids of hazards that only a release which names them ends; empty on a handout.
    """

    place: BlockingPlace
    method: Kind
    area_m2: float
    width_m: float
    weeks: float
    depth_m: float | None
    undated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What only a route has.

    Attributes
    ----------
    on_foot : bool
        Walking; else by vehicle.
    households : int or None
        Expected to return by it; None: not known.
    season : str
        When it can be used; empty: not said.
    start, end : Community or None
        Its ends; without a name: a bare position. None: not said.
    gone, changed : tuple of str
        Roads that the network no longer has, and roads that are not as long as they were.
    """

    on_foot: bool
    households: int | None
    season: str
    start: Community | None = None
    end: Community | None = None
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What only a task has.

    Attributes
    ----------
    number : int
        In the order of the work.
    sites : tuple of TaskSite
        In the order of the work.
    households : float
        Of the communities that it reconnects, where they are known.
    communities : tuple of Community
        Those communities.
    not_known : int
        How many of them have no figure.
    hazards_withheld : bool
        The reader may not see which evidence there is.
    """

    number: int
    sites: tuple[TaskSite, ...]
    households: float
    communities: tuple[Community, ...]
    not_known: int
    hazards_withheld: bool = False


@dataclass(frozen=True, slots=True)
class SheetContent:
    """One sheet.

    Attributes
    ----------
    subject : Subject
        What it is about.
    tier : Tier
        Who may hold it.
    title, title_ar : str
        Names of the route or district; ``title_ar`` is empty where there is none.
    issue : str
        Its number: the same for the same knowledge.
    as_of, known_at : datetime
        The moment, and the last moment whose knowledge was used; with a zone.
    rely_until : date
        The last day on which it may be used.
    rely_limit : Limit
        What sets that day.
    sheet_days : float
        How old a sheet may become at all.
    oldest : date or None
        Of the releases that vouch for any piece; None: none vouches.
    vouched : bool
        Whether a release vouches for every piece.
    metres : mapping of Status to float
        Ground metres per status; all eight.
    blocking : tuple of BlockingPlace
        Worst first on a district, in the order of travel on a route.
    left_out, left_out_m : int, float
        Blocking places that are not listed, and their length.
    map : MapContent
        The map.
    policy_digest : str
        Of the figures.
    exercise : bool
        Invented for training.
    attribution : tuple of str
        Lines that licences ask for.
    route : RouteFacts or None
        Of a route.
    task : TaskFacts or None
        Of a task.
    """

    subject: Subject
    tier: Tier
    title: str
    title_ar: str
    issue: str
    as_of: datetime
    known_at: datetime
    rely_until: date
    rely_limit: Limit
    sheet_days: float
    oldest: date | None
    vouched: bool
    metres: Mapping[Status, float]
    blocking: tuple[BlockingPlace, ...]
    left_out: int
    left_out_m: float
    map: MapContent
    policy_digest: str
    exercise: bool
    attribution: tuple[str, ...]
    route: RouteFacts | None = None
    task: TaskFacts | None = None
