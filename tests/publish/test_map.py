import re
from html import unescape

import numpy as np
import pytest
import shapely

from tests.publish.scene import (
    AS_OF,
    HOSTILE,
    ROADS,
    WEST,
    hostile_result,
    item,
    lat_of,
    places_table,
    usual_evidence,
    usual_result,
)
from tests.publish.unpack import payload_of
from uxo.errors import MissingPart
from uxo.evidence.columns import ROAD_DTYPES, empty_table
from uxo.policy import load_policy
from uxo.publish.map import draw_map, joined_modules
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult
from uxo.vocabulary import Status


def page_of(result: StatusResult, language: str = "en", *, exercise: bool = True) -> str:
    return draw_map(
        result,
        places=places_table(),
        language=language,
        attribution=["(c) OpenStreetMap contributors, ODbL 1.0"],
        exercise=exercise,
    )


@pytest.fixture(scope="module")
def result() -> StatusResult:
    return usual_result()


@pytest.fixture(scope="module")
def page(result: StatusResult) -> str:
    return page_of(result)


def test_the_scene_shows_every_status(result: StatusResult) -> None:
    assert {Status(rank) for rank in result.status.tolist()} == set(Status)


def test_equal_arguments_give_an_equal_page(result: StatusResult, page: str) -> None:
    assert page_of(result) == page


def test_nothing_in_the_page_links_outside(page: str) -> None:
    outside = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"""(?:src|href)\s*=|https?://|//[a-z]+\.""", outside)
    styles = "".join(re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL))
    assert set(re.findall(r"url\(([^:)]*)", styles)) <= {"data"}


def test_the_page_carries_leaflet_and_no_other_library_of_folium(page: str) -> None:
    assert "Leaflet 1.9.4" in page
    assert not re.search(r"jquery|bootstrap|font-?awesome", page, re.IGNORECASE)


def test_the_page_stays_small(page: str) -> None:
    assert len(page) < 450_000


def test_the_policy_allows_scripts_by_hash_only(page: str) -> None:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert found is not None
    policy = unescape(found[1])
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "connect-src" not in policy
    assert policy.count("'sha256-") >= 6


def test_the_page_says_when_and_by_which_figures(page: str, result: StatusResult) -> None:
    assert "2026-11-21 14:35 UTC" in page
    assert result.policy.digest in page


def test_an_exercise_says_so_and_a_real_map_does_not(page: str, result: StatusResult) -> None:
    assert "EXERCISE: shows no real hazard" in page
    assert 'data-l10n="exercise-banner"' not in page_of(result, exercise=False)


def test_the_page_says_that_where_nothing_is_recorded_nothing_is_known(page: str) -> None:
    assert "Where nothing is recorded, nothing is known." in page


def test_the_page_opens_in_arabic_from_the_right_with_a_map_from_the_left(
    result: StatusResult,
) -> None:
    page = page_of(result, "ar")
    assert '<html lang="ar">' in page
    assert '<body dir="rtl">' in page
    assert re.search(r'<section class="uxo-map" dir="ltr"', page)


def test_an_unknown_language_is_refused(result: StatusResult) -> None:
    with pytest.raises(MissingPart, match="no catalogue"):
        page_of(result, "xx")


def test_a_title_of_ones_own_stands_behind_that_of_the_catalogue(result: StatusResult) -> None:
    page = draw_map(
        result, places=None, language="en", attribution=[], exercise=False, title="Route <7>"
    )
    assert "<title>Clearance status of roads: Route &lt;7&gt;</title>" in page


def test_no_field_text_stands_in_the_page_as_html() -> None:
    page = draw_map(
        hostile_result(),
        places=places_table(HOSTILE[0], HOSTILE[1]),
        language="en",
        attribution=HOSTILE,
        exercise=True,
        title=HOSTILE[0],
    )
    for text in ("<img", "<svg onload", "<script>window"):
        assert text not in page
    # A template inside a name would have been worked out.
    assert "{{ 7*7 }}" in page.split("<footer")[1]


def test_pieces_travel_with_their_metres_statuses_and_lines(
    page: str, result: StatusResult
) -> None:
    columns, tables = payload_of(page)
    assert columns["s_road"].tolist() == result.road.tolist()
    assert columns["s_status"].tolist() == result.status.tolist()
    assert columns["s_from"] / 1000 == pytest.approx(result.from_m, abs=6e-4)
    assert columns["s_to"] / 1000 == pytest.approx(result.to_m, abs=6e-4)
    at = shapely.get_coordinates(result.geometries())
    assert columns["v_x"] / 1e6 == pytest.approx(at[:, 0], abs=6e-7)
    assert columns["v_y"] / 1e6 == pytest.approx(at[:, 1], abs=6e-7)
    assert tables["road_ids"] == result.roads["road_id"].tolist()


def test_kilometres_of_every_status_travel_also_the_zeros() -> None:
    _, tables = payload_of(page_of(usual_result([])))
    assert len(tables["km"]) == len(Status)
    assert tables["km"][Status.NOT_SURVEYED] == pytest.approx(8.1, abs=0.1)
    assert sum(tables["km"]) == pytest.approx(tables["km"][Status.NOT_SURVEYED])


def test_the_reasons_of_a_piece_are_those_of_the_engine(page: str, result: StatusResult) -> None:
    columns, tables = payload_of(page)
    start = np.concatenate(([0], np.cumsum(columns["r_count"])))
    for piece in range(len(result)):
        road = columns["s_road"][piece]
        middle = (columns["s_from"][piece] + columns["s_to"][piece]) / 2
        runs = np.arange(start[road], start[road + 1])
        runs = runs[(columns["r_from"][runs] <= middle) & (middle <= columns["r_to"][runs])]
        told = {
            (tables["evidence_ids"][columns["r_evidence"][run]], int(columns["r_effect"][run]))
            for run in runs
        }
        assert told == {(one.evidence_id, int(one.effect)) for one in result.reasons(piece)}


def test_the_list_of_the_worst_begins_with_closures_and_holds_live_hazards_only(
    page: str, result: StatusResult
) -> None:
    columns, _ = payload_of(page)
    ranks = result.status[columns["worst"]].tolist()
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2}


def test_no_status_pushes_the_others_out_of_the_list_of_the_worst() -> None:
    cuts = [
        item(
            f"C-{place}", "closure", shapely.Point(WEST + 0.0001 * place, lat_of(road)).buffer(1e-5)
        )
        for place in range(8)
        for road in ROADS
    ]
    result = usual_result([*usual_evidence(), *cuts])
    columns, _ = payload_of(page_of(result))
    found = np.bincount(result.status[columns["worst"]], minlength=3)
    assert (result.status == Status.CLOSED).sum() > 50
    assert found.sum() == 50
    assert (found[1:] == np.bincount(result.status, minlength=8)[1:3]).all()


def test_a_map_without_roads_is_still_a_page() -> None:
    nothing = compute_status(
        empty_table(ROAD_DTYPES),
        usual_result().evidence,
        policy=load_policy(),
        as_of=AS_OF,
        known_at=AS_OF,
    )
    _, tables = payload_of(page_of(nothing))
    assert tables["bounds"] == [-180.0, -60.0, 180.0, 60.0]


def test_the_joined_script_has_no_import_left() -> None:
    script = joined_modules()
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
