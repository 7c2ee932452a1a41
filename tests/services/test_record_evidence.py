from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import shapely
from pydantic import ValidationError

from tests.web.scene import NOW, area, find
from uxo.errors import BadGeometry, BadInput
from uxo.evidence.events import EventType
from uxo.services.record_evidence import (
    SET_BY_SERVER,
    EvidenceFeature,
    check_times,
    draft_of,
    usable_shape,
)
from uxo.vocabulary import RELEASE_KINDS, Category, Kind, PositionMethod


def _read(sent: dict[str, Any]) -> EvidenceFeature:
    return EvidenceFeature.model_validate(sent)


def test_the_draft_holds_what_was_said_and_nothing_else() -> None:
    draft, notes = draft_of(_read(find(observed_at="2026-04-30T11:00:00+03:00")), "the-id")
    assert (draft.type, draft.entity, draft.who) == (
        EventType.EVIDENCE_RECORDED, "the-id", "EOD-7",
    )  # fmt: skip
    assert notes == ()
    assert draft.data["observed_at"] == datetime(2026, 4, 30, 8, tzinfo=UTC)
    assert draft.data["geometry"].equals(shapely.Point(37.156, 36.2002))
    assert not draft.data.keys() & set(SET_BY_SERVER)
    assert None not in draft.data.values()


def test_what_is_left_out_counts_as_unknown() -> None:
    given = _read(
        find(category=None, position_method=None, position_error_m=None, observed_at=None)
    ).properties
    assert given.category is Category.UNKNOWN
    assert given.position_method is PositionMethod.UNKNOWN
    assert given.position_error_m is None
    assert given.observed_at is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T09:30", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("2026-03-02T09:30:15.25Z", datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)),
        ("2026-03-02T00:30:00+03:00", datetime(2026, 3, 1, 21, 30, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_utc(text: str, moment: datetime) -> None:
    assert _read(find(observed_at=text)).properties.observed_at == moment


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_be_recorded_as_an_area(kind: Kind) -> None:
    more: dict[str, Any] = {"evidence_class": "direct"} if kind is Kind.HAZARD_AREA else {}
    feature = _read(area(kind.value, 37.15, 36.2, 0.01, **more))
    shape, _ = usable_shape(feature)
    assert shape.geom_type == "Polygon"


@pytest.mark.parametrize("kind", sorted(RELEASE_KINDS))
def test_no_release_is_a_point(kind: Kind) -> None:
    sent = {**area(kind.value, 0, 0, 1), "geometry": {"type": "Point", "coordinates": [37, 36]}}
    with pytest.raises(ValidationError, match="is an area"):
        _read(sent)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        _read(find(team="no name please", depth_m=-1, kind="mine"))
    fields = {fault["loc"][-1] for fault in caught.value.errors()}
    assert fields == {"team", "depth_m", "kind"}


def test_a_hazard_that_crosses_itself_grows_and_a_release_shrinks() -> None:
    bow_tie = [[37.15, 36.20], [37.16, 36.21], [37.16, 36.20], [37.15, 36.21], [37.15, 36.20]]
    shape = {"type": "Polygon", "coordinates": [bow_tie]}
    hazard = {**area("hazard_area", 0, 0, 1, evidence_class="direct"), "geometry": shape}
    release = {**area("survey", 0, 0, 1), "geometry": shape}
    grown, told = usable_shape(_read(hazard))
    shrunk, also_told = usable_shape(_read(release))
    assert told
    assert also_told
    assert grown.area >= 0.00005 > shrunk.area > 0


def test_what_encloses_nothing_releases_nothing() -> None:
    flat = [[37.15, 36.2], [37.16, 36.2], [37.15, 36.2], [37.15, 36.2]]
    sent = {**area("survey", 0, 0, 1), "geometry": {"type": "Polygon", "coordinates": [flat]}}
    with pytest.raises(BadGeometry, match=r"^geometry: "):
        usable_shape(_read(sent))


@pytest.mark.parametrize("field", ["observed_at", "disposed_at"])
def test_what_has_not_happened_yet_is_refused(field: str) -> None:
    sent = find()
    sent["properties"][field] = (NOW + timedelta(seconds=1)).isoformat()
    given = _read(sent).properties
    with pytest.raises(BadInput, match=field):
        check_times(given, now=NOW, as_of=NOW)
    # An exercise shows a moment in the past; what lies after it would not count there.
    with pytest.raises(BadInput, match="lies after"):
        check_times(given, now=NOW + timedelta(days=9), as_of=NOW)
    check_times(given, now=NOW + timedelta(days=9), as_of=NOW + timedelta(days=9))
