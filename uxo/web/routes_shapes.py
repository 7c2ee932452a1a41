"""The shapes of return routes: what is sent in, and what is answered."""

from typing import Annotated, Any, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from uxo.evidence.routes import Mode, RouteSource
from uxo.services.record_evidence import Lat, Line, LineGeometry, Lon, visible
from uxo.web.answers import StatusWord

_MOST_POINTS = 100

_Text = Annotated[str, Field(min_length=1, max_length=200, strict=True), AfterValidator(visible)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PlaceIn(_Shape):
    """A community by its P-code, or a position."""

    pcode: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    lon: Lon | None = None
    lat: Lat | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        position = self.lon is not None and self.lat is not None
        half = (self.lon is None) != (self.lat is None)
        if half or position == (self.pcode is not None):
            msg = "give a pcode, or lon and lat"
            raise ValueError(msg)
        return self


class MultiLineGeometry(_Shape):
    """A GeoJSON MultiLineString, its parts in the order of travel."""

    type: Literal["MultiLineString"]
    coordinates: Annotated[list[Line], Field(min_length=1, max_length=_MOST_POINTS)]


class RouteIn(_Shape):
    """A new route."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "Old Market to Nile street",
                "source": "ways",
                "from": {"pcode": "C1001"},
                "to": {"lon": 37.16, "lat": 36.21},
                "allow": ["not_surveyed"],
                "households": 120,
            }
        }
    )

    name: _Text
    name_ar: _Text | None = None
    source: RouteSource = Field(
        default=RouteSource.WAYS,
        description="`ways`: the least-risk way over what is allowed. `waypoints`: the shortest "
        "roads through the points, whatever their status is. `line`: the roads along `line`.",
    )
    start: PlaceIn | None = Field(default=None, alias="from")
    end: PlaceIn | None = Field(default=None, alias="to")
    via: Annotated[list[PlaceIn], Field(max_length=_MOST_POINTS)] = []
    line: Annotated[LineGeometry | MultiLineGeometry, Field(discriminator="type")] | None = None
    tolerance_m: Annotated[float, Field(gt=0, le=200, allow_inf_nan=False)] | None = Field(
        default=None, description="Of `line`: how far from it a road may lie."
    )
    allow: list[Literal["suspected_hazard", "not_surveyed", "survey_expired"]] = Field(
        default=[], max_length=3, description="Usable besides surveyed, reduced and cleared."
    )
    mode: Mode = Mode.VEHICLE
    households: Annotated[int, Field(ge=0, le=10_000_000, strict=True)] | None = Field(
        default=None, description="Expected to return by it; null: not known."
    )
    season: _Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        along_line = self.source is RouteSource.LINE
        if along_line != (self.line is not None):
            msg = "line belongs to the source `line`, which needs it"
            raise ValueError(msg)
        if not along_line and (self.start is None or self.end is None):
            msg = "from and to are needed"
            raise ValueError(msg)
        if along_line and self.via:
            msg = "via: a line needs no points on the way"
            raise ValueError(msg)
        if not along_line and self.tolerance_m is not None:
            msg = "tolerance_m belongs to a line"
            raise ValueError(msg)
        return self

    def line_parts(self) -> list[npt.NDArray[np.float64]]:
        """Give the parts of the line, longitude and latitude; none where there is no line."""
        match self.line:
            case LineGeometry():
                return [np.array(self.line.coordinates)]
            case MultiLineGeometry():
                return [np.array(part) for part in self.line.coordinates]
            case None:
                return []


class RetireIn(_Shape):
    """Why a route is taken out of the lists."""

    reason: _Text


class EndShape(_Shape):
    """Where a route begins or ends; names are null where it is a bare position."""

    lon: float
    lat: float
    pcode: str | None
    name_en: str | None
    name_ar: str | None


class BlockingShape(_Shape):
    """A stretch of one road that the route may not rely on."""

    status: StatusWord
    road_id: str
    road_name: str | None
    from_m: float
    to_m: float
    metres: float
    lon: float = Field(description="Of its worst point.")
    lat: float
    evidence_ids: list[str] | None = Field(description="Null: withheld from this role.")
    text: str | None = Field(description="The first reason; null: withheld from this role.")


class GapShape(_Shape):
    """A stretch off every known road; it counts as not surveyed."""

    after: int = Field(description="How many roads of the route come before it.")
    metres: float
    line: list[list[float]]


class RouteShape(_Shape):
    """A route and its status, without its pieces."""

    id: str
    name: str
    name_ar: str | None
    mode: Mode
    source: RouteSource
    season: str | None
    households: int | None = Field(description="Null: not known.")
    allowed: list[StatusWord]
    start: EndShape = Field(alias="from")
    end: EndShape = Field(alias="to")
    waypoints: list[list[float]]
    worst: StatusWord = Field(description="The status of the route: that of its worst piece.")
    metres: dict[str, float] = Field(description="Every status is present.")
    length_m: float
    not_surveyed_m: float
    not_vouched_m: float = Field(description="For which no valid release vouches.")
    oldest_knowledge: str | None = Field(
        description="Day of the oldest release that vouches for a piece; null: for some piece none "
        "does."
    )
    rely_until: str | None = Field(
        description="The last whole day before something expires; null: nothing does."
    )
    as_of: str
    known_at: str
    policy_digest: str
    blocking: list[BlockingShape] = Field(description="Worst first.")
    gone: list[str] = Field(description="Roads that the network of this moment lacks.")
    changed: list[str] = Field(description="Roads whose length is no longer what it was.")
    gaps: list[GapShape]
    conflict: list[str] = Field(description="Fields that two centres changed apart.")
    retired: bool
    recorded_at: str
    changed_at: str
    exercise: bool
    attribution: list[str]


class RouteWithPiecesShape(RouteShape):
    """A route and its status, piece by piece in the order of travel."""

    pieces: dict[str, Any] = Field(
        description="A GeoJSON FeatureCollection: road_id, from_m, to_m, status, rank, conflict."
    )


class RoutesShape(_Shape):
    """Routes, the worst first."""

    routes: list[RouteShape]
