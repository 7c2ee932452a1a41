"""Worst places: what belongs together is told once, the worst first, and why."""

from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import pytest
import shapely

from uxo.evidence.columns import (
    EVIDENCE_DTYPES,
    PLACE_DTYPES,
    ROAD_DTYPES,
    WGS84,
    as_table,
    empty_table,
)
from uxo.policy import load_policy
from uxo.services.worst_places import WorstPlace, worst_places
from uxo.status.compute import compute_status
from uxo.vocabulary import Status

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DEG_PER_M = 1.0 / 111_319.49  # along the equator


def _roads(*lines: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    """Roads near the equator; coordinates in metres east and north of 30 E."""
    rows = {
        "road_id": [f"R{n}" for n in range(len(lines))],
        "highway": ["residential"] * len(lines),
    }
    drawn = [shapely.LineString([_lon_lat(*xy) for xy in line]) for line in lines]
    return as_table(gpd.GeoDataFrame(rows, geometry=drawn, crs=WGS84), ROAD_DTYPES)


def _lon_lat(east_m: float, north_m: float) -> tuple[float, float]:
    return 30.0 + east_m * DEG_PER_M, north_m * DEG_PER_M


def _evidence(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    if not rows:
        return empty_table(EVIDENCE_DTYPES)
    common = {
        "position_method": "gps",
        "position_error_m": 5.0,
        "observed_at": "2026-05-01T00:00:00Z",
        "recorded_at": "2026-05-01T00:00:00Z",
        "review": "unreviewed",
        "team": "EX-01",
    }
    frame = gpd.GeoDataFrame([common | row for row in rows], geometry="geometry", crs=WGS84)
    return as_table(frame, EVIDENCE_DTYPES)


def _at(east_m: float, north_m: float, name: str, kind: str, category: str) -> dict[str, Any]:
    return {
        "id": name,
        "kind": kind,
        "category": category,
        "geometry": shapely.Point(_lon_lat(east_m, north_m)),
    }


def _places(*points: tuple[float, float]) -> gpd.GeoDataFrame:
    rows = {
        "pcode": [f"C{n}" for n in range(len(points))],
        "name_en": [f"Place {n}" for n in range(len(points))],
        "name_ar": ["مكان"] * len(points),
        "admin3": ["SY000000"] * len(points),
    }
    drawn = [shapely.Point(_lon_lat(*xy)) for xy in points]
    return as_table(gpd.GeoDataFrame(rows, geometry=drawn, crs=WGS84), PLACE_DTYPES)


def _worst(
    roads: gpd.GeoDataFrame,
    evidence: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame | None = None,
    **options: int,
) -> tuple[WorstPlace, ...]:
    result = compute_status(roads, evidence, policy=load_policy(), as_of=NOON, known_at=NOON)
    nowhere = empty_table(PLACE_DTYPES)
    return worst_places(result, nowhere if places is None else places, **options)


def test_where_nothing_is_bad_there_is_no_worst_place() -> None:
    assert _worst(_roads([(0, 0), (1000, 0)]), _evidence()) == ()


def test_roads_that_meet_in_one_hazard_are_one_place() -> None:
    roads = _roads([(0, 0), (500, 0)], [(500, 0), (500, 400)], [(500, 0), (900, 0)])
    [place] = _worst(roads, _evidence(_at(500, 0, "F-1", "find", "ap_mine")))
    assert place.status is Status.CONFIRMED_HAZARD
    assert set(place.road_ids) == {"R0", "R1", "R2"}
    assert place.length_m == pytest.approx(3 * (50 + 5 + 6), abs=0.1)


def test_roads_side_by_side_in_one_hazard_are_one_place_although_they_never_meet() -> None:
    roads = _roads([(0, 0), (500, 0)], [(0, 20), (500, 20)])
    [place] = _worst(roads, _evidence(_at(250, 10, "F-1", "find", "ap_mine")))
    assert set(place.road_ids) == {"R0", "R1"}


def test_two_hazards_far_apart_are_two_places_the_longer_first() -> None:
    found = [_at(300, 0, "F-1", "find", "fuze"), _at(1500, 0, "F-2", "find", "ap_mine")]
    places = _worst(_roads([(0, 0), (2000, 0)]), _evidence(*found))
    assert [place.reasons[0].split(":")[0] for place in places] == ["F-2", "F-1"]


def test_a_closed_place_comes_before_a_longer_confirmed_one_and_that_before_a_suspected_one() -> (
    None
):
    closure = _at(200, 0, "X-1", "closure", "unknown") | {"category": None}
    found = [
        _at(3000, 0, "S-1", "strike", "unknown"),
        _at(1500, 0, "F-1", "find", "ap_mine"),
        closure,
    ]
    places = _worst(_roads([(0, 0), (5000, 0)]), _evidence(*found))
    ranks = [place.status for place in places]
    assert ranks == [Status.CLOSED, Status.CONFIRMED_HAZARD, Status.SUSPECTED_HAZARD]


def test_only_what_gives_a_place_its_status_is_told_as_its_reason() -> None:
    found = [_at(500, 0, "S-1", "strike", "unknown"), _at(500, 0, "F-1", "find", "ap_mine")]
    confirmed, suspected = _worst(_roads([(0, 0), (2000, 0)]), _evidence(*found))
    assert [reason.split(":")[0] for reason in confirmed.reasons] == ["F-1"]
    assert [reason.split(":")[0] for reason in suspected.reasons] == ["S-1"]


def test_reasons_beyond_the_most_telling_are_counted() -> None:
    found = [_at(500 + n, 0, f"F-{n}", "find", "ap_mine") for n in range(5)]
    accident = _at(500, 0, "A-1", "accident", "ap_mine")
    [place] = _worst(_roads([(0, 0), (2000, 0)]), _evidence(*found, accident), reasons=2)
    assert place.reasons[0].startswith("A-1: ")
    assert len(place.reasons) == 2
    assert place.reasons_left_out == 4


def test_of_equally_long_places_the_one_nearer_to_people_comes_first() -> None:
    found = [_at(1000, 0, "F-1", "find", "ap_mine"), _at(4000, 0, "F-2", "find", "ap_mine")]
    places = _worst(_roads([(0, 0), (5000, 0)]), _evidence(*found), _places((4000, 500)))
    assert [place.reasons[0][:3] for place in places] == ["F-2", "F-1"]
    assert places[0].where == "0.5 km south of Place 0 (C0)"


def test_a_place_at_a_community_needs_no_direction() -> None:
    roads = _roads([(0, 0), (2000, 0)])
    found = _evidence(_at(1000, 0, "F-1", "find", "ap_mine"))
    [place] = _worst(roads, found, _places((1000, 20), (9000, 0)))
    assert place.where == "at Place 0 (C0)"
    assert place.distance_m == pytest.approx(20.0, abs=0.5)


def test_without_communities_a_place_is_still_given_with_its_position() -> None:
    found = _evidence(_at(1000, 0, "F-1", "find", "ap_mine"))
    [place] = _worst(_roads([(0, 0), (2000, 0)]), found)
    assert place.where == ""
    document = place.as_json()
    assert document["distance_m"] is None
    assert document["status"] == "confirmed_hazard"
    assert (document["lon"], document["lat"]) == pytest.approx(_lon_lat(1000, 0), abs=1e-5)


def test_no_more_places_are_given_than_were_asked_for() -> None:
    found = [_at(500 + 500 * n, 0, f"F-{n:02d}", "find", "fuze") for n in range(14)]
    roads = _roads([(0, 0), (8000, 0)])
    assert len(_worst(roads, _evidence(*found))) == 10
    assert len(_worst(roads, _evidence(*found), count=3)) == 3
