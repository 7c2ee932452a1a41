"""The shapes of the answers, for the description of the service and for people who read it."""

from typing import Annotated, Any, Literal

import orjson
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from uxo.vocabulary import Category, Effect, EvidenceClass, Kind, PositionMethod, Review, Status

GEOJSON_TYPE = "application/geo+json"


class JsonAnswer(JSONResponse):
    """An answer of JSON; what is not JSON (a NaN) becomes null, never a number that is none."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401  # the base class's signature
        """Write the body."""
        return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)


class GeoJsonAnswer(JsonAnswer):
    """An answer of GeoJSON (RFC 7946)."""

    media_type = GEOJSON_TYPE


class _Shape(BaseModel):
    """What all shapes share: the service sends nothing that is not described."""

    model_config = ConfigDict(extra="forbid")


class Problem(_Shape):
    """What is wrong (RFC 9457); `code` is stable, the texts are not."""

    title: str
    status: int
    code: str
    detail: str
    faults: list[dict[str, str]] | None = None
    reason: str | None = Field(None, description="Of `no-route`: why there is no way.")
    cut: list[dict[str, str | float | list[str] | None]] | None = Field(
        None, description="Of `no-route`: the least clearance that would open a way."
    )


class Link(_Shape):
    """A link to another answer."""

    rel: Literal["self", "next"]
    href: str
    type: str


class GeometryShape(_Shape):
    """A GeoJSON geometry, longitude before latitude."""

    type: str
    coordinates: list[Any] | None = None
    geometries: list[Any] | None = None


class ReasonShape(_Shape):
    """Why one item of evidence counts here, or does not."""

    evidence_id: str
    effect: Annotated[str, Field(json_schema_extra={"enum": [one.word for one in Effect]})]
    text: str


StatusWord = Annotated[str, Field(json_schema_extra={"enum": [one.word for one in Status]})]


class PieceProperties(_Shape):
    """One piece of road: the same status for the same reasons from end to end."""

    road_id: str
    from_m: float = Field(description="Metres on the ground from the road's first vertex.")
    to_m: float
    status: StatusWord
    rank: int = Field(ge=0, le=7, description="0 is the worst.")
    reasons: list[ReasonShape] = Field(
        description="Empty for who may not see explanations: they name single finds."
    )
    conflict: bool = Field(description="A valid release and a live hazard both apply.")
    hazard_beside_m: float | None = Field(
        description="Distance to a hazard that was ended on the road but not at its own place."
    )
    clearance_under_way: bool
    as_of: str
    known_at: str
    policy_digest: str


class PieceFeature(_Shape):
    """A piece of road as a GeoJSON feature."""

    type: Literal["Feature"]
    properties: PieceProperties
    geometry: GeometryShape


class _Page(_Shape):
    """What a page of any list says about itself."""

    type: Literal["FeatureCollection"]
    exercise: bool = Field(description="True: invented for training; shows no real hazard.")
    notice: str
    attribution: list[str]
    as_of: str
    known_at: str
    policy_digest: str
    numberReturned: int = Field(ge=0)  # noqa: N815  # the OGC's name
    links: list[Link] = Field(description="`next` is there as long as there is more.")


class PiecePageShape(_Page):
    """A page of pieces of road, in the order of the roads."""

    features: list[PieceFeature]


class StoredProperties(_Shape):
    """All native properties of one item of evidence; null where nothing is known."""

    id: str
    kind: Kind
    category: Category | None
    evidence_class: EvidenceClass | None
    position_method: PositionMethod | None
    position_error_m: float | None
    observed_at: str | None
    recorded_at: str | None
    disposed_at: str | None
    starts_at: str | None
    ends_at: str | None
    depth_m: float | None
    width_m: float | None
    releases_hazards: list[str]
    review: Review | None
    reviewed_at: str | None
    team: str | None


class StoredFeature(_Shape):
    """One item of evidence as the store holds it."""

    type: Literal["Feature"]
    id: str
    properties: StoredProperties
    geometry: GeometryShape | None


class EvidencePageShape(_Page):
    """A page of evidence, in the order of the ids."""

    features: list[StoredFeature]


class StatusEffectShape(_Shape):
    """Kilometres per status of the touched roads, before and after this record."""

    road_ids: list[str] = Field(description="At most 100 of them.")
    roads_touched: int
    km_before: dict[str, float]
    km_after: dict[str, float]


class RecordedShape(StoredFeature):
    """A new record, and what it did to the status of the roads."""

    notes: list[str] = Field(description="What was mended in the geometry.")
    status_effect: StatusEffectShape


class ExplanationShape(_Shape):
    """Why a place has its status, and how old that knowledge is."""

    road_id: str
    name: str | None
    at_m: float
    distance_m: float | None
    from_m: float
    to_m: float
    status: StatusWord
    rank: int
    since: str | None
    conflict: bool
    clearance_under_way: bool
    hazard_beside_m: float | None
    oldest_knowledge: str | None
    newest_knowledge: str | None
    undated_evidence: int
    reasons: list[ReasonShape]
    sentences: list[str] = Field(description="All of it in English, to be read in order.")
    as_of: str
    known_at: str
    policy_digest: str
    exercise: bool


class HealthShape(_Shape):
    """That the service can answer; to who may see the status also about what."""

    status: Literal["ok"]
    version: str | None = None
    roads: int | None = None
    evidence: int | None = None
    as_of: str | None = None
    known_at: str | None = None
    policy_digest: str | None = None
    exercise: bool | None = None
