from datetime import UTC, datetime

import shapely

from tests.publish.scene import around, item, places_table, usual_evidence, usual_result
from uxo.publish.map_evidence import POINT, RING, evidence_part, places_part
from uxo.publish.map_payload import NO_NUMBER

POINT_ = shapely.Point(37.15, 36.2)


def test_evidence_recorded_or_observed_later_is_not_on_the_page() -> None:
    items = [
        item("later", "find", POINT_, recorded_at="2026-12-01T00:00:00Z"),
        item("ahead", "find", POINT_, observed_at="2026-12-01T00:00:00Z"),
        item("here", "find", POINT_),
    ]
    part = evidence_part(usual_result(items))
    assert part.tables["evidence_ids"] == ["here"]
    assert part.row_of.tolist() == [-1, -1, 0]


def test_a_missing_error_is_the_policys_and_says_so() -> None:
    items = [item("a", "find", POINT_, position_error_m=None), item("b", "find", POINT_)]
    columns = evidence_part(usual_result(items)).columns
    assert columns["e_error"].tolist() == [1500, 500]
    assert columns["e_assumed"].tolist() == [1, 0]


def test_a_footprint_is_the_policys_for_its_category() -> None:
    items = [item("a", "find", POINT_, category="aircraft_bomb"), item("b", "find", POINT_)]
    columns = evidence_part(usual_result(items)).columns
    assert columns["e_footprint"].tolist() == [10_000, 2_500]


def test_an_area_of_unknown_class_counts_as_confirmed() -> None:
    items = [
        item("a", "hazard_area", around("empty")),
        item("b", "hazard_area", around("empty"), evidence_class="indirect"),
    ]
    assert evidence_part(usual_result(items)).columns["e_class"].tolist() == [0, 1]


def test_times_are_minutes_and_a_missing_one_stays_missing() -> None:
    columns = evidence_part(usual_result([item("a", "find", POINT_, observed_at=None)])).columns
    assert columns["e_observed_at"].tolist() == [NO_NUMBER]
    assert columns["e_recorded_at"].tolist() == [
        int(datetime(2026, 10, 2, 9, tzinfo=UTC).timestamp()) // 60
    ]


def test_a_release_has_a_review_date_and_a_hazard_has_none() -> None:
    items = [item("s", "survey", around("empty")), item("f", "find", POINT_)]
    columns = evidence_part(usual_result(items)).columns
    assert columns["e_due"][0] - columns["e_observed_at"][0] == 90 * 1440
    assert columns["e_due"][1] == NO_NUMBER


def test_a_polygon_brings_its_holes_and_a_collection_its_parts() -> None:
    ring = around("empty")
    holed = ring.difference(
        shapely.Point(37.155, shapely.get_y(shapely.centroid(ring))).buffer(1e-3)
    )
    mixed = shapely.MultiPoint([(37.15, 36.2), (37.16, 36.2)])
    items = [item("a", "hazard_area", holed), item("b", "find", mixed)]
    columns = evidence_part(usual_result(items)).columns
    assert columns["g_form"].tolist() == [RING, RING, POINT, POINT]
    assert columns["g_owner"].cumsum().tolist() == [0, 0, 1, 1]
    assert columns["g_size"].sum() == len(columns["g_x"])


def test_a_map_without_evidence_has_empty_columns() -> None:
    part = evidence_part(usual_result([]))
    assert {len(column) for column in part.columns.values()} == {0}


def test_a_page_knows_every_item_that_a_reason_names() -> None:
    result = usual_result()
    part = evidence_part(result)
    assert (part.row_of[result.swept.run_item] >= 0).all()
    assert len(part.row_of) == len(usual_evidence())


def test_a_drawn_community_gets_a_point_inside_itself() -> None:
    columns, tables = places_part(places_table())
    inside = shapely.Point(columns["p_x"][1] / 1e6, columns["p_y"][1] / 1e6)
    assert around("cleared").contains(inside)
    assert tables["places"] == [["Aleppo", "\u062d\u0644\u0628"], ["Old City", ""]]


def test_no_places_are_no_error() -> None:
    columns, tables = places_part(None)
    assert len(columns["p_x"]) == 0
    assert tables["places"] == []
