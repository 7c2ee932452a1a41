"""Sheets over the scene of the service: what they say, and what a handout must not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import shapely

from tests.publish.sheet_scene import pdf_text
from tests.web.scene import NOW, Clock, open_scene, stamp
from tests.web.scene import evidence_table as table_of
from uxo.errors import BadInput, NotFound
from uxo.evidence.events import EventType
from uxo.policy import load_policy
from uxo.publish.language import Catalogue
from uxo.publish.sheets.content import Limit, SheetContent, Subject, Tier
from uxo.publish.sheets.frame import Paper
from uxo.publish.sheets.page import page_of
from uxo.services import sheet_district
from uxo.services.priorities import Ask, priorities_of
from uxo.services.sheet_district import DistrictAsk, district_sheet
from uxo.services.sheet_tasks import task_sheets
from uxo.services.sheets import Form, Printing, print_sheets, provenance_of
from uxo.services.status_of_store import status_of_store
from uxo.status.result import StatusResult
from uxo.store.contract import Draft
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Kind, Layer, Status

PDF = Printing(Form.PDF, "en", Paper.A4)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_scene(tmp_path / "sheets.gpkg", Clock()) as opened:
        yield opened


def status(store: SqliteStore, as_of: datetime = NOW, known_at: datetime = NOW) -> StatusResult:
    return status_of_store(store, policy=load_policy(), as_of=as_of, known_at=known_at)


def sheet_of(
    store: SqliteStore,
    tier: Tier = Tier.HANDOUT,
    *,
    place: str = "C1001",
    paper: Paper = Paper.A4,
    result: StatusResult | None = None,
    within_m: float = 1_000.0,
) -> SheetContent:
    ask = DistrictAsk(place, tier, paper, within_m)
    return district_sheet(
        result or status(store), store.state(Layer.PLACES), provenance_of(store.sources()), ask
    )


def test_a_sheet_counts_every_metre_of_the_ground_that_it_names(store: SqliteStore) -> None:
    result, sheet = status(store), sheet_of(store)
    everything = {one: km * 1000.0 for one, km in result.km_by_status().items()}
    assert sheet.subject is Subject.DISTRICT
    assert sheet.metres == pytest.approx(everything)
    assert set(sheet.metres) == set(Status)
    half = sheet_of(store, within_m=600.0)
    assert 0.0 < sum(half.metres.values()) < sum(everything.values())


def test_blocking_places_are_listed_the_worst_first_with_their_ends(store: SqliteStore) -> None:
    sheet = sheet_of(store, Tier.INTERNAL)
    assert [place.status for place in sheet.blocking] == [Status.CONFIRMED_HAZARD]
    (place,) = sheet.blocking
    assert (place.road_id, place.road_name) == ("r-south", "")
    assert place.begin.lon < 37.152 < place.end.lon
    assert [one.evidence_id for one in place.why] == ["F-1"]


def test_a_handout_holds_no_find_no_team_and_no_evidence(store: SqliteStore) -> None:
    handout, internal = sheet_of(store), sheet_of(store, Tier.INTERNAL)
    assert len(handout.blocking) == len(internal.blocking)
    assert handout.metres == internal.metres
    assert all(not place.why and not place.why_left_out for place in handout.blocking)
    assert {one.style for one in internal.map.outlines} >= {"find"}
    assert not any(one.style in {"find", "strike"} for one in handout.map.outlines)
    for language in ("en", "ar"):
        made = print_sheets([handout], replace(PDF, language=language))
        page = page_of(handout, Catalogue.load(language), Paper.A4)
        told = pdf_text(made) + json.dumps(page, ensure_ascii=False)
        for hidden in ("F-1", "F-2", "C-1", "A-1", "EOD-3", "EOD-4", "NTS-1", "mortar"):
            assert hidden not in told, hidden
    assert "F-1" in pdf_text(print_sheets([internal], PDF))


def test_a_drawn_area_is_shown_to_everybody_a_circle_around_a_point_to_nobody_outside(
    store: SqliteStore,
) -> None:
    here = {"kind": "hazard_area", "evidence_class": "indirect", "team": "NTS-2"}
    drawn = here | {"id": "A-2", "geometry": "POLYGON ((37.151 36.203, 37.152 36.203, "
                    "37.152 36.204, 37.151 36.203))"}  # fmt: skip
    point = here | {"id": "A-3", "geometry": "POINT (37.153 36.204)"}
    store.import_rows(
        Layer.EVIDENCE, [table_of([drawn, point])], stamp=stamp("more.geojson"), who="DESK"
    )
    styles = [one.style for one in sheet_of(store).map.outlines]
    assert styles.count("suspected_area") == 1
    assert [one.style for one in sheet_of(store, Tier.INTERNAL).map.outlines].count(
        "suspected_area"
    ) == 2


def test_the_same_knowledge_has_the_same_number_whatever_it_is_printed_on(
    store: SqliteStore,
) -> None:
    number = sheet_of(store).issue
    later = status(store, NOW + timedelta(hours=2), NOW + timedelta(hours=2))
    assert sheet_of(store, Tier.INTERNAL, paper=Paper.A3).issue == number
    assert sheet_of(store, result=later).issue == number
    assert sheet_of(store, within_m=900.0).issue != number
    next_day = NOW + timedelta(days=1)
    assert sheet_of(store, result=status(store, next_day, next_day)).issue != number


def test_a_new_find_gives_a_new_number_and_the_old_sheet_can_be_printed_again(
    store: SqliteStore,
) -> None:
    before = sheet_of(store)
    find = {
        "kind": "find", "category": "rocket", "position_method": "gps", "position_error_m": 5.0,
        "observed_at": "2026-05-01T08:00:00Z", "recorded_at": "2026-05-01T12:00:00Z",
        "team": "EOD-7", "geometry": shapely.Point(37.15, 36.205),
    }  # fmt: skip
    store.record([Draft(EventType.EVIDENCE_RECORDED, None, find, "EOD-7")])
    after = NOW + timedelta(minutes=5)
    assert sheet_of(store, result=status(store, after, after)).issue != before.issue
    just_before = NOW - timedelta(seconds=1)
    again = sheet_of(store, result=status(store, just_before, just_before))
    assert again.issue == before.issue


def test_a_sheet_may_be_used_until_a_release_expires_and_never_for_long(
    store: SqliteStore,
) -> None:
    sheet = sheet_of(store)
    days = load_policy().value("sheet_days.most")
    assert sheet.rely_until == (NOW + timedelta(days=days)).date()
    assert sheet.rely_limit is Limit.AGE
    # The clearance C-1 was completed on 2026-04-01 and is reviewed after 365 days.
    shortly = datetime(2027, 3, 28, tzinfo=UTC)
    ending = sheet_of(store, result=status(store, shortly, shortly))
    assert ending.rely_until == date(2027, 3, 31)
    assert ending.rely_limit is Limit.RELEASE
    assert ending.oldest == date(2026, 4, 1)
    assert not ending.vouched


def test_an_exercise_and_its_sources_are_named(store: SqliteStore) -> None:
    sheet = sheet_of(store)
    assert sheet.exercise
    assert "(c) OpenStreetMap contributors" in sheet.attribution


def test_a_district_is_all_its_communities(store: SqliteStore) -> None:
    sheet = sheet_of(store, place="Aleppo")
    assert sheet.title == "Aleppo"
    assert sheet.metres == pytest.approx(sheet_of(store).metres)


def test_there_is_no_sheet_of_a_place_that_is_not_there(store: SqliteStore) -> None:
    with pytest.raises(NotFound, match="no place 'C9'"):
        sheet_of(store, place="C9")
    with pytest.raises(BadInput, match="within_m"):
        sheet_of(store, within_m=float("nan"))


def test_what_is_not_listed_is_counted(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_district, "MOST_LISTED", 5)
    finds = [
        {
            "id": f"N-{number}", "kind": "find", "category": "fuze", "position_method": "gps",
            "position_error_m": 1.0, "observed_at": "2026-03-02T09:00:00Z", "team": "EOD-3",
            "geometry": f"POINT ({37.1502 + 0.0006 * number} 36.20)",
        }
        for number in range(16)
    ]  # fmt: skip
    store.import_rows(Layer.EVIDENCE, [table_of(finds)], stamp=stamp("many.geojson"), who="DESK")
    result = status(store)
    sheet = sheet_of(store, result=result)
    assert len(sheet.blocking) == 5
    assert sheet.left_out > 0
    listed_m = sum(place.to_m - place.from_m for place in sheet.blocking)
    bad_m = sum(sheet.metres[one] for one in Status if one <= Status.SUSPECTED_HAZARD)
    assert listed_m + sheet.left_out_m == pytest.approx(bad_m)


# Tasks.


def tasks_of(store: SqliteStore, *, withheld: bool = False) -> tuple[SheetContent, ...]:
    result, places = status(store), store.state(Layer.PLACES)
    plan = priorities_of(result, places, Ask(budget=1e6, households={"C1001": 80.0})).priorities
    return task_sheets(
        result, places, provenance_of(store.sources()), plan, paper=Paper.A4, withheld=withheld
    )


def test_a_tasking_sheet_names_ground_method_and_hazards(store: SqliteStore) -> None:
    sheets = tasks_of(store)
    task = sheets[0].task
    assert task is not None
    assert sheets[0].subject is Subject.TASK
    assert sum(site.area_m2 for site in task.sites) > 0.0
    for site in task.sites:
        assert site.place.to_m > site.place.from_m
        assert site.depth_m is None or site.method is Kind.CLEARANCE
    text = pdf_text(print_sheets(sheets, PDF))
    assert "no permission to enter" in text
    assert f"{sum(site.area_m2 for site in task.sites):,.0f}" in text


def test_who_may_not_see_evidence_gets_tasks_without_it(store: SqliteStore) -> None:
    for sheet in tasks_of(store, withheld=True):
        assert sheet.task is not None
        assert sheet.task.hazards_withheld
        assert all(not site.place.why and not site.undated for site in sheet.task.sites)


def test_a_task_that_the_plan_does_not_have_has_no_sheet(store: SqliteStore) -> None:
    result, places = status(store), store.state(Layer.PLACES)
    plan = priorities_of(result, places, Ask(budget=1e6)).priorities
    origin = provenance_of(store.sources())
    with pytest.raises(NotFound, match="no task 99"):
        task_sheets(result, places, origin, plan, numbers=(99,), paper=Paper.A4)
    nothing = priorities_of(result, places, Ask(budget=0.0)).priorities
    with pytest.raises(NotFound, match="no task at all"):
        task_sheets(result, places, origin, nothing, paper=Paper.A4)
