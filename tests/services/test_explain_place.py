from datetime import UTC, datetime
from typing import Any

import pytest

from tests.web.scene import EVIDENCE, ROADS, evidence_table, roads_table, square
from uxo.errors import BadInput, NotFound
from uxo.policy import load_policy
from uxo.services.explain_place import explain_place
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult
from uxo.vocabulary import Status

AS_OF = datetime(2026, 5, 1, 12, tzinfo=UTC)


def _scene(*more: dict[str, Any], as_of: datetime = AS_OF) -> StatusResult:
    evidence = evidence_table([*EVIDENCE, *more])
    return compute_status(
        roads_table(), evidence, policy=load_policy(), as_of=as_of, known_at=as_of
    )


def _release(kind: str, done: str, **more: object) -> dict[str, Any]:
    return {
        "id": "R-1", "kind": kind, "position_method": "gps", "position_error_m": 1.0,
        "observed_at": done, "review": "accepted", "reviewed_at": "2026-04-20", "team": "T",
        "geometry": square(37.15, 36.205, 0.004), **more,
    }  # fmt: skip


def test_an_unexplored_road_says_that_nothing_is_known() -> None:
    found = explain_place(_scene(), road_id="r-west", at_m=500)
    assert found.status is Status.NOT_SURVEYED
    assert found.since is None
    assert found.newest_at is None
    assert "Nothing valid is known." in found.sentences
    assert "Where nothing is recorded, nothing is known." in found.sentences
    assert "Nothing is recorded that reaches this place." in found.sentences


def test_a_hazard_says_since_when_and_how_old_the_knowledge_is() -> None:
    later = {**EVIDENCE[0], "id": "F-0", "observed_at": "2026-04-30T00:00:00Z"}
    found = explain_place(_scene(later), road_id="r-south", at_m=180)
    assert found.since == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (
        "The newest knowledge about this place is from 2026-04-30, 1 day earlier; the oldest from "
        "2026-03-02, 60 days earlier."
    ) in found.sentences


def test_a_hazard_without_a_date_leaves_the_beginning_open() -> None:
    undated = {**EVIDENCE[0], "id": "F-0", "observed_at": None}
    found = explain_place(_scene(undated), road_id="r-south", at_m=180)
    assert found.since is None
    assert found.undated == 1
    assert "It is not known since when: what decides has no date." in found.sentences
    assert "1 item of the evidence used here has no date." in found.sentences
    other = {**undated, "id": "F-00"}
    found = explain_place(_scene(undated, other), road_id="r-south", at_m=180)
    assert "2 items of the evidence used here have no date." in found.sentences


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("survey", Status.SURVEYED, "Last surveyed on 2026-04-10, 21 days earlier."),
        ("technical_survey", Status.REDUCED, "Last released by technical survey on 2026-04-10"),
        ("clearance", Status.CLEARED, "Last cleared on 2026-04-10, 21 days earlier."),
    ],
)
def test_a_release_says_when_it_was_completed(kind: str, status: Status, said: str) -> None:
    found = explain_place(
        _scene(_release(kind, "2026-04-10", depth_m=0.3 if kind == "clearance" else None)),
        road_id="r-west",
        at_m=555,
    )
    assert found.status is status
    assert any(line.startswith(said) for line in found.sentences)


def test_the_release_that_vouches_is_the_newest_of_its_kind() -> None:
    older = _release("survey", "2026-03-01", id="R-0")
    other = _release("technical_survey", "2026-04-25", id="R-2")
    result = _scene(older, _release("survey", "2026-04-10"), other)
    found = explain_place(result, road_id="r-west", at_m=555)
    assert (found.status, found.since) == (Status.REDUCED, datetime(2026, 4, 25, tzinfo=UTC))


def test_an_expired_release_says_when_it_was_due() -> None:
    as_of = datetime(2026, 9, 1, tzinfo=UTC)
    found = explain_place(
        _scene(_release("survey", "2026-04-10"), as_of=as_of), road_id="r-west", at_m=555
    )
    assert found.status is Status.SURVEY_EXPIRED
    assert found.since == datetime(2026, 7, 9, tzinfo=UTC)
    assert "The release was due for review on 2026-07-09, 54 days earlier." in found.sentences


def test_a_closure_says_since_when_it_is_in_force() -> None:
    closure = {
        "id": "X-1", "kind": "closure", "observed_at": "2026-04-01", "position_method": "gps",
        "position_error_m": 1.0, "starts_at": "2026-05-01T06:00:00Z", "team": "T",
        "geometry": square(37.15, 36.205, 0.004),
    }  # fmt: skip
    found = explain_place(_scene(closure), road_id="r-west", at_m=555)
    assert (found.status, found.since) == (Status.CLOSED, datetime(2026, 5, 1, 6, tzinfo=UTC))
    assert "The closure has been in force since 2026-05-01, the same day." in found.sentences


def test_conflict_work_under_way_and_a_hazard_beside_are_said() -> None:
    release = _release("survey", "2026-04-10", geometry=square(37.152, 36.2, 0.004))
    work = _release("clearance", "2026-04-10", id="W", observed_at=None,
                    geometry=square(37.152, 36.2, 0.004))  # fmt: skip
    found = explain_place(_scene(release, work), road_id="r-south", at_m=180)
    assert found.conflict
    assert any(line.startswith("Conflict") for line in found.sentences)
    assert found.clearance_under_way
    assert any("under way" in line for line in found.sentences)
    # Cleared on the road, while the field beside it was left out.
    beside = {**EVIDENCE[2], "id": "F-3", "geometry": "POINT (37.157 36.20773)"}
    strip = {**EVIDENCE[1], "geometry": square(37.157, 36.21, 0.004)}
    result = compute_status(
        roads_table(), evidence_table([strip, {**beside, "position_error_m": 400.0}]),
        policy=load_policy(), as_of=AS_OF, known_at=AS_OF,
    )  # fmt: skip
    found = explain_place(result, road_id="r-north", at_m=630)
    assert found.hazard_beside_m is not None
    assert any("m beside the middle of the road" in line for line in found.sentences)


def test_a_name_written_by_people_cannot_turn_the_sentence_around() -> None:
    found = explain_place(_scene(), road_id="r-north", at_m=1)
    assert found.sentences[0].startswith(
        f"Road r-north (\u2068{ROADS[0][1]}\u2069), 1 m from its start"
    )


def test_of_many_alike_reasons_the_firmest_and_nearest_are_told_and_the_rest_counted() -> None:
    strikes = [
        {
            "id": f"S-{n:02}", "kind": "strike", "category": "unknown", "position_method": "map",
            "position_error_m": 50.0, "observed_at": "2026-01-01", "team": "T",
            "geometry": f"POINT (37.152 {36.2040 - n * 1e-4:.4f})",
        }
        for n in range(20)
    ]  # fmt: skip
    found = explain_place(_scene(*strikes), road_id="r-south", at_m=180)
    assert len(found.reasons) == 21
    told = found.sentences[found.sentences.index("Why:") + 1 :]
    assert [line.split(":")[0] for line in told[:4]] == ["F-1", "S-19", "S-18", "S-17"]
    assert found.since == datetime(2026, 3, 2, 9, tzinfo=UTC)  # the strikes are older, and indirect
    assert told[8] == "and 13 more of this kind (hazard applies)."


def test_the_json_has_every_field_and_plain_values() -> None:
    found = explain_place(_scene(), lon=37.152, lat=36.2001).as_json()
    assert found["reasons"][0]["evidence_id"] == "F-1"
    assert found["oldest_knowledge"] == "2026-03-02T09:00:00Z"
    assert found["name"] is None
    assert found["as_of"] == "2026-05-01T12:00:00Z"


@pytest.mark.parametrize(
    "place",
    [{}, {"lon": 1.0}, {"road_id": "r-west"}, {"road_id": "r-west", "lon": 1.0, "lat": 1.0},
     {"road_id": "r-west", "at_m": 1.0, "lat": 1.0}],
)  # fmt: skip
def test_half_a_place_is_refused(place: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="name one place"):
        explain_place(_scene(), **place)


def test_no_status_is_ever_called_safe() -> None:
    result = _scene()
    for road in ("r-north", "r-south", "r-west"):
        for at_m in range(0, 890, 50):
            text = " ".join(explain_place(result, road_id=road, at_m=at_m).sentences)
            assert "safe" not in text.lower()


def test_a_place_off_the_road_is_not_found() -> None:
    with pytest.raises(NotFound):
        explain_place(_scene(), lon=37.3, lat=36.3)
