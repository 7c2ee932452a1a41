"""What the desk sends and takes, for the description of the service."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from uxo.evidence.events import EventType
from uxo.services.record_evidence import EvidenceId, Geometry
from uxo.services.review_queue import Worry
from uxo.services.review_rules import Hindrance
from uxo.vocabulary import Category, EvidenceClass, Kind, Review
from uxo.web.answers import GeometryShape, StatusWord, StoredFeature


class _Shape(BaseModel):
    """What all shapes share: nothing that is not described."""

    model_config = ConfigDict(extra="forbid")


class BriefShape(_Shape):
    """One record in a list; null where nothing is known."""

    id: str
    kind: Kind
    category: Category | None
    evidence_class: EvidenceClass | None
    team: str | None
    observed_at: str | None
    recorded_at: str | None
    review: Review | None
    lon: float | None = Field(description="A point of it, in degrees.")
    lat: float | None


class WaitingShape(BriefShape):
    """One record that waits for a decision."""

    worry: Worry
    conflict: list[str] = Field(description="Fields that were changed in two places at once.")


class QueueShape(_Shape):
    """What waits, the worst worries first, within one the newest first."""

    counts: dict[str, int] = Field(description="How many wait in all, by worry.")
    entries: list[WaitingShape]
    exercise: bool


class StepShape(_Shape):
    """One event of a record."""

    hash: str
    type: EventType
    at: str = Field(description="By the clock of the author's device.")
    team: str
    device: str = Field(description="The first digits of the device's key.")
    review: Review | None
    reason: str | None
    changes: dict[str, Any] = Field(description="Columns that were written; a place as null.")
    counts: bool = Field(description="False: a review without effect.")


class NearShape(BriefShape):
    """A record that may be about the same item."""

    distance_m: float
    errors_m: float = Field(description="Both position errors together.")


class MayShape(_Shape):
    """What stands against each deed for the person who asks; null: nothing does."""

    accept: Hindrance | None
    reject: Hindrance | None
    reopen: Hindrance | None
    correct: Hindrance | None
    duplicate: Hindrance | None


class ToldShape(_Shape):
    """What one record of a phone told beside the columns."""

    event_id: str
    device: str
    team: str
    device_seq: int = Field(description="Number that the phone gave it.")
    app: str
    device_time: str = Field(description="By the phone's own clock.")
    received_at: str
    skew_s: float | None = Field(description="How far its clock was ahead; null: not known.")
    details: dict[str, Any] | None = Field(description="As the phone wrote them.")


class LookedShape(_Shape):
    """One record with all that a person needs to decide."""

    record: StoredFeature
    seen: str = Field(description="Names this state of the record; send it with a decision.")
    conflict: list[str]
    on_road: bool = Field(description="It makes some road worse now.")
    history: list[StepShape]
    nearby: list[NearShape]
    photos: list[str] = Field(description="SHA-256 of each photo; see `/api/v1/media/`.")
    told: list[ToldShape] = Field(description="What phones sent about it, the first first.")
    may: MayShape
    team: str = Field(description="Whose signature a decision would carry.")
    exercise: bool


class AroundProperties(_Shape):
    """One piece of road near a record."""

    road_id: str
    name: str | None
    from_m: float
    to_m: float
    status: StatusWord
    rank: int = Field(ge=0, le=7)
    effect: str | None = Field(description="What the rule did with the record here; null: nothing.")


class AroundFeature(_Shape):
    """One piece of road near a record, as a GeoJSON feature."""

    type: Literal["Feature"]
    properties: AroundProperties
    geometry: GeometryShape


class AroundShape(_Shape):
    """Every piece of road that touches a box around a record."""

    type: Literal["FeatureCollection"]
    bbox: list[float] | None = Field(description="West, south, east, north; null: no place.")
    attribution: list[str]
    features: list[AroundFeature]


class MovedShape(_Shape):
    """Kilometres that go from one status to another."""

    from_status: StatusWord
    to_status: StatusWord
    km: float


class EffectShape(_Shape):
    """What a decision does to the roads."""

    roads_touched: int
    road_ids: list[str] = Field(description="At most 100 of them.")
    km_before: dict[str, float]
    km_after: dict[str, float]
    moved: list[MovedShape]
    sentences: list[str] = Field(description="The same in English.")


class DoneShape(_Shape):
    """What became of a decision."""

    changed: bool = Field(description="False: it was so already, and nothing was written.")
    review: Review
    effect: EffectShape | None
    notes: list[str] = Field(description="What was mended in a geometry.")


Reason = Annotated[
    str, Field(strict=True, max_length=2_000, description="Stands in the log; names no person.")
]
Seen = Annotated[
    str | None,
    Field(
        strict=True,
        max_length=64,
        description="`seen` of the record that was looked at; when it is no longer so, the answer "
        "is 409. Left out: whatever stands now.",
    ),
]


class DecisionBody(_Shape):
    """A decision."""

    decision: Literal["accept", "reject", "reopen"]
    reason: Reason = ""
    seen: Seen = None


class DuplicateBody(_Shape):
    """Which other record is about the same item."""

    other_id: EvidenceId
    reason: Reason = ""
    seen: Seen = None


_Columns = Annotated[
    dict[str, Any],
    Field(max_length=50, description="The properties that change; null erases one."),
]


class CorrectionBody(_Shape):
    """What is to change in a record, and why."""

    reason: Reason
    properties: _Columns = Field(default_factory=dict)
    geometry: Geometry | None = Field(None, description="Left out: the place stays where it is.")
    seen: Seen = None


class PreviewBody(_Shape):
    """What a decision would do; `properties` and `geometry` with `correct` only."""

    decision: Literal["accept", "reject", "reopen", "duplicate", "correct"]
    properties: _Columns = Field(default_factory=dict)
    geometry: Geometry | None = None
