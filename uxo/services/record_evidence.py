"""Record one item of evidence: what a person may say, and how it becomes an event.

The person says what was seen, where and when. The server says the id, when it was recorded, and
that nobody has reviewed it yet: good news counts only after a second person's signature (status
rule, section 4, clause 3), so nobody can hand in a signed release.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

import shapely.geometry
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from shapely.geometry.base import BaseGeometry

from uxo.errors import BadGeometry, BadInput
from uxo.evidence.events import EventType
from uxo.geo.validity import mend_hazard, mend_release
from uxo.store.contract import Draft
from uxo.vocabulary import (
    HAZARD_KINDS,
    RELEASE_KINDS,
    TEAM_PATTERN,
    Category,
    EvidenceClass,
    Kind,
    PositionMethod,
)

MAX_VERTICES: Final = 10_000
MAX_EXTENT_DEG: Final = 3.0
"""No district is larger; a wider outline has a wrong digit in one of its coordinates."""

SET_BY_SERVER: Final = ("id", "recorded_at", "review", "reviewed_at")
_TIME: Final = re.compile(
    r"(19|20)\d{2}-\d{2}-\d{2}([Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})?)?",
    re.ASCII,
)
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_HALF_TURN_DEG: Final = 180.0
_MIN_RING: Final = 4  # RFC 7946 section 3.1.6


def _iso_text(value: object) -> object:
    """Refuse what is not ISO 8601; a bare number could be seconds or milliseconds."""
    if not isinstance(value, str) or _TIME.fullmatch(value) is None:
        msg = "write an ISO 8601 time from 1900 on, for example 2026-03-02T09:30:00Z"
        raise ValueError(msg)
    return value


def _in_utc(value: datetime) -> datetime:
    """Read a time without a zone as UTC (status rule, section 4, clause 4)."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def visible(value: str) -> str:
    """Refuse control characters, among them those that turn the direction of the text around."""
    if any(unicodedata.category(character) in _HIDDEN for character in value):
        msg = "must not hold control characters"
        raise ValueError(msg)
    return value


Lon = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]
Position = tuple[Lon, Lat]
# How many vertices there may be is checked for the whole drawing, not list by list.
Line = Annotated[list[Position], Field(min_length=2)]
Ring = Annotated[list[Position], Field(min_length=_MIN_RING)]
Rings = Annotated[list[Ring], Field(min_length=1)]
Moment = Annotated[
    datetime,
    AfterValidator(_in_utc),
    BeforeValidator(_iso_text),
    Field(examples=["2026-03-02T09:30:00Z"]),
]
Metres = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
EvidenceId = Annotated[
    str, Field(strict=True, min_length=1, max_length=200), AfterValidator(visible)
]


class _Part(BaseModel):
    """What all parts of the document share: nothing unknown, nothing changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PointGeometry(_Part):
    """A GeoJSON Point: longitude, latitude."""

    type: Literal["Point"]
    coordinates: Position


class LineGeometry(_Part):
    """A GeoJSON LineString."""

    type: Literal["LineString"]
    coordinates: Line


class PolygonGeometry(_Part):
    """A GeoJSON Polygon; holes are ground that was not covered."""

    type: Literal["Polygon"]
    coordinates: Rings


class MultiPolygonGeometry(_Part):
    """A GeoJSON MultiPolygon."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[Rings], Field(min_length=1)]


Geometry = Annotated[
    PointGeometry | LineGeometry | PolygonGeometry | MultiPolygonGeometry,
    Field(discriminator="type"),
]


class EvidenceProperties(_Part):
    """The native properties that a person may give (design, section 3)."""

    kind: Kind
    category: Category = Field(
        Category.UNKNOWN, description="Ordnance category of a hazard; `not_eo` only by a review."
    )
    evidence_class: EvidenceClass | None = Field(
        None, description="Hazard areas only: confirmed (direct) or suspected (indirect)."
    )
    position_method: PositionMethod = PositionMethod.UNKNOWN
    position_error_m: Annotated[Metres, Field(le=100_000)] | None = Field(
        None,
        description="Radius that holds the true place with 95 % confidence. Left out: the policy's "
        "figure for the method counts.",
    )
    observed_at: Moment | None = Field(
        None,
        description="When it was seen; for a release, the day it was completed. A hazard without a "
        "date can be ended only by a release that names it; a clearance without one is under way.",
    )
    disposed_at: Moment | None = Field(None, description="Finds: when the item was removed.")
    starts_at: Moment | None = Field(None, description="Closures: when it comes into force.")
    ends_at: Moment | None = Field(None, description="Closures: when it ends on its own.")
    depth_m: Annotated[Metres, Field(le=30)] | None = Field(None, description="Clearances only.")
    width_m: Annotated[Metres, Field(le=1_000)] | None = Field(
        None, description="Releases drawn as a line: the whole width of the released strip."
    )
    releases_hazards: Annotated[list[EvidenceId], Field(max_length=1_000)] = Field(
        default_factory=list, description="Releases: ids of the hazards which it names."
    )
    team: str = Field(
        strict=True, pattern=TEAM_PATTERN, description="A team's code, never a person's name."
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_to_server(cls, given: object) -> object:
        return _without_server_fields(given)

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        faults = list(contradictions(self))
        if faults:
            raise ValueError("; ".join(faults))
        return self


class EvidenceFeature(_Part):
    """One item of evidence as a GeoJSON feature, without what the server says itself."""

    type: Literal["Feature"]
    geometry: Geometry
    properties: EvidenceProperties

    @model_validator(mode="before")
    @classmethod
    def _leave_to_server(cls, given: object) -> object:
        return _without_server_fields(given)

    @model_validator(mode="after")
    def _drawn_as_its_kind(self) -> Self:
        faults = list(drawing_faults(self))
        if faults:
            raise ValueError("; ".join(faults))
        return self


def _without_server_fields(given: object) -> object:
    """Say clearly that these fields are not the sender's to set."""
    if isinstance(given, dict):
        set_by_server = [name for name in SET_BY_SERVER if name in given]
        if set_by_server:
            msg = f"{', '.join(set_by_server)}: the server sets this itself; leave it out"
            raise ValueError(msg)
    return given


# Field -> the kinds that may carry it (status rule, section 2; design, section 3).
_BELONGS_TO: Final[Mapping[str, frozenset[Kind]]] = MappingProxyType(
    {
        "category": HAZARD_KINDS - {Kind.CLOSURE},
        "evidence_class": frozenset({Kind.HAZARD_AREA}),
        "disposed_at": frozenset({Kind.FIND}),
        "starts_at": frozenset({Kind.CLOSURE}),
        "ends_at": frozenset({Kind.CLOSURE}),
        "depth_m": frozenset({Kind.CLEARANCE}),
        "width_m": RELEASE_KINDS,
        "releases_hazards": RELEASE_KINDS,
    }
)


# A clearance without a date is one under way; a survey without one would say nothing at all.
_COMPLETED: Final = RELEASE_KINDS - {Kind.CLEARANCE}


def contradictions(given: EvidenceProperties) -> Iterator[str]:
    """Find properties that cannot stand together; a field that means nothing is never dropped."""
    yield from _misplaced(given)
    yield from _order_faults(given)
    if given.category is Category.NOT_EO:
        yield "category not_eo is given by a review only"
    if given.kind is Kind.HAZARD_AREA and given.evidence_class is None:
        yield "evidence_class is missing: direct (confirmed) or indirect (suspected)"
    if given.kind in _COMPLETED and given.observed_at is None:
        yield "observed_at is missing: the day on which this survey was completed"
    if len(set(given.releases_hazards)) != len(given.releases_hazards):
        yield "releases_hazards names a hazard twice"


def _misplaced(given: EvidenceProperties) -> Iterator[str]:
    for name, kinds in _BELONGS_TO.items():
        value = getattr(given, name)
        if value not in (None, [], Category.UNKNOWN) and given.kind not in kinds:
            yield f"{name} belongs to {', '.join(sorted(kinds))}, not to {given.kind}"


def _order_faults(given: EvidenceProperties) -> Iterator[str]:
    if given.disposed_at and given.observed_at and given.disposed_at < given.observed_at:
        yield "disposed_at lies before observed_at"
    if given.starts_at and given.ends_at and given.ends_at <= given.starts_at:
        yield "ends_at does not lie after starts_at"


def drawing_faults(feature: EvidenceFeature) -> Iterator[str]:
    """Find a drawing that its kind cannot have; a release needs an area."""
    drawn, given = feature.geometry, feature.properties
    is_line = isinstance(drawn, LineGeometry)
    if given.kind in RELEASE_KINDS and isinstance(drawn, PointGeometry):
        yield f"a {given.kind} is an area: draw a polygon, or a line with width_m"
    if given.kind in RELEASE_KINDS and is_line and given.width_m is None:
        yield "width_m is missing: the width of the strip that was released along the line"
    if given.width_m is not None and not is_line:
        yield "width_m belongs to a line"
    if sum(len(part) for part in _paths(drawn)) > MAX_VERTICES:
        yield f"the geometry has more than {MAX_VERTICES} vertices; import it as a file"
    for ring in _rings(drawn):
        if ring[0] != ring[-1]:
            yield "a ring of the polygon does not end where it begins"
    if any(_extent_deg(part) > MAX_EXTENT_DEG for part in _paths(drawn)):
        yield (
            f"the geometry extends over more than {MAX_EXTENT_DEG:g} degrees: look for a wrong "
            "digit in a coordinate"
        )


def _rings(drawn: Geometry) -> Iterable[list[Position]]:
    match drawn:
        case PolygonGeometry():
            return drawn.coordinates
        case MultiPolygonGeometry():
            return [ring for polygon in drawn.coordinates for ring in polygon]
        case PointGeometry() | LineGeometry():
            return []


def _paths(drawn: Geometry) -> Iterable[list[Position]]:
    match drawn:
        case PointGeometry():
            return [[drawn.coordinates]]
        case LineGeometry():
            return [drawn.coordinates]
        case PolygonGeometry() | MultiPolygonGeometry():
            return _rings(drawn)


def _extent_deg(path: list[Position]) -> float:
    lons, lats = zip(*path, strict=True)
    wide = max(lons) - min(lons)
    if wide > _HALF_TURN_DEG:  # it goes the short way round, across the 180th meridian
        east = [lon % 360.0 for lon in lons]
        wide = max(east) - min(east)
    return float(max(wide, max(lats) - min(lats)))


def usable_shape(feature: EvidenceFeature) -> tuple[BaseGeometry, tuple[str, ...]]:
    """Build the geometry, mended on the careful side: hazards may grow, releases may shrink.

    Returns
    -------
    geometry, notes
        Longitude and latitude, and what was mended.

    Raises
    ------
    BadGeometry
        It can be neither used nor mended.
    """
    drawn: BaseGeometry = shapely.geometry.shape(feature.geometry.model_dump())
    mend = mend_release if feature.properties.kind in RELEASE_KINDS else mend_hazard
    try:
        mended, notes = mend(drawn)
    except BadGeometry as error:
        msg = f"geometry: {error}"
        raise BadGeometry(msg) from error
    return mended, tuple(f"geometry: {note}" for note in notes)


def check_times(given: EvidenceProperties, *, now: datetime, as_of: datetime) -> None:
    """Refuse what has not happened yet: the status rule would pass over it in silence.

    Parameters
    ----------
    given : EvidenceProperties
        What was sent.
    now : datetime
        The clock's time.
    as_of : datetime
        The moment whose status the service shows. An exercise may show one in the past.

    Raises
    ------
    BadInput
        ``observed_at`` or ``disposed_at`` lies after ``as_of`` or after ``now``.
    """
    latest = min(now, as_of)
    for name in ("observed_at", "disposed_at"):
        moment: datetime | None = getattr(given, name)
        if moment is not None and moment > latest:
            msg = (
                f"properties.{name} = {moment.isoformat()}: lies after {latest.isoformat()}, the "
                "moment whose status is shown here; it would not count. Give the time at which it "
                "was seen"
            )
            raise BadInput(msg)


def draft_of(
    feature: EvidenceFeature, evidence_id: str, recorder: str | None = None
) -> tuple[Draft, tuple[str, ...]]:
    """Make the event that records an item.

    Parameters
    ----------
    feature : EvidenceFeature
        What was sent.
    evidence_id : str
        A new UUIDv7.
    recorder : str or None
        Team of who writes the record, who may not review it either; None: the record's own team.

    Returns
    -------
    draft, notes
        The event before it has a place in a chain, and what was mended in the geometry.

    Raises
    ------
    BadGeometry
        The geometry can be neither used nor mended.
    """
    geometry, notes = usable_shape(feature)
    given = feature.properties
    columns = given.model_dump(exclude_none=True)
    return (
        Draft(
            EventType.EVIDENCE_RECORDED,
            evidence_id,
            {**columns, "geometry": geometry},
            recorder or given.team,
        ),
        notes,
    )
