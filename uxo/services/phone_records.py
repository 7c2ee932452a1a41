"""The records that a phone sends: what each type may hold."""

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from uxo.evidence.events import INTEGER_MAX
from uxo.services.phone_details import Details
from uxo.services.record_evidence import (
    EvidenceFeature,
    EvidenceId,
    Geometry,
    Metres,
    Moment,
    visible,
)
from uxo.vocabulary import Category, EvidenceClass, Kind, PositionMethod

MAX_RECORD_BYTES: Final = 256_000
_UUID7: Final = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
_ZONE: Final = re.compile(r".*[Tt].*([Zz]|[+-][0-9]{2}:[0-9]{2})")


def _with_zone(value: object) -> object:
    if isinstance(value, str) and _ZONE.fullmatch(value) is None:
        msg = "write the time with its zone, for example 2026-03-02T09:30:00+03:00"
        raise ValueError(msg)
    return value


Uuid7 = Annotated[str, Field(strict=True, pattern=_UUID7)]
EventHash = Annotated[str, Field(strict=True, pattern="^[0-9a-f]{64}$")]
ZonedMoment = Annotated[Moment, BeforeValidator(_with_zone)]
Words = Annotated[str, Field(strict=True, min_length=1, max_length=2_000), AfterValidator(visible)]


def is_uuid7(text: str) -> bool:
    """Say whether an id is one that a phone makes."""
    return re.fullmatch(_UUID7, text) is not None


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CorrectedProperties(_Part):
    """The columns that a correction replaces; null erases, and what is left out stays."""

    kind: Kind | None = Field(None, description="Only from one kind of hazard to another.")
    category: Category | None = None
    evidence_class: EvidenceClass | None = None
    position_method: PositionMethod | None = None
    position_error_m: Annotated[Metres, Field(le=100_000)] | None = None
    observed_at: Moment | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    depth_m: Annotated[Metres, Field(le=30)] | None = None
    width_m: Annotated[Metres, Field(le=1_000)] | None = None
    releases_hazards: Annotated[list[EvidenceId], Field(max_length=1_000)] | None = None


class Correction(_Part):
    """What a correction says."""

    reason: Words
    properties: CorrectedProperties
    geometry: Geometry | None = Field(
        None, description="Only when the user moved it; left out, the place stays."
    )


class Disposal(_Part):
    """When the item of a find was removed or destroyed."""

    disposed_at: Moment


class _Record(_Part):
    """What all records of a phone share."""

    event_id: Uuid7
    device_seq: int = Field(strict=True, ge=1, le=INTEGER_MAX)
    entity: EvidenceId
    base: Annotated[list[EventHash], Field(max_length=100)] = Field(
        description="Hashes of the heads of the item that the phone had seen."
    )
    device_time: ZonedMoment
    app: Annotated[str, Field(strict=True, min_length=1, max_length=100), AfterValidator(visible)]
    details: Details | None = None


class EvidenceRecorded(_Record):
    """A new item of evidence, under an id which the phone made."""

    type: Literal["evidence_recorded"]
    entity: Uuid7
    data: EvidenceFeature


class EvidenceCorrected(_Record):
    """A correction of an item."""

    type: Literal["evidence_corrected"]
    data: Correction


class ItemDisposed(_Record):
    """The item of a find is gone."""

    type: Literal["item_disposed"]
    data: Disposal


PhoneRecord = Annotated[
    EvidenceRecorded | EvidenceCorrected | ItemDisposed, Field(discriminator="type")
]
