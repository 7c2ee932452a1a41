"""The shapes of an answer about ways, for the description of the service."""

from pydantic import BaseModel, ConfigDict, Field

from uxo.web.answers import StatusWord


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SpotShape(_Shape):
    """Where a way begins or ends."""

    road_id: str
    at_m: float
    distance_m: float = Field(description="From the position asked about to the road.")


class PartShape(_Shape):
    """A part of a road; `from_m` above `to_m`: travelled against the road's own direction."""

    road_id: str
    name: str | None
    from_m: float
    to_m: float


class WayShape(_Shape):
    """One way."""

    km: float
    exposure_m: float = Field(description="Metres times the weight of their status.")
    worst: StatusWord | None = Field(description="Null: the way has no length.")
    km_by_status: dict[str, float]
    km_not_surveyed: float
    parts: list[PartShape] = Field(description="In the order of travel.")
    coordinates: list[list[float]] = Field(description="Its course, longitude before latitude.")


class WaysShape(_Shape):
    """The ways between two places."""

    start: SpotShape
    end: SpotShape
    allowed: list[StatusWord]
    on_foot: bool
    least_risk: WayShape
    shortest: WayShape = Field(
        description="For comparison only: it ignores risk, but for closures and confirmed hazards."
    )
    alternatives: list[WayShape] = Field(description="At most two; fewer where no others differ.")
    alternatives_share_most: float
    alternatives_exposure_factor_most: float
    rounding_m: float = Field(description="Unit in which the exposure of a road is rounded.")
    as_of: str
    known_at: str
    policy_digest: str
    exercise: bool
