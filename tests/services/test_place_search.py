"""Communities are found as people type them, and several stay several."""

import geopandas as gpd
import pytest
import shapely

from uxo.evidence.columns import PLACE_DTYPES, as_table
from uxo.services.place_search import Match, PlaceSearch

ROWS = [
    ("C1", "Al-Jabbul", "الجبول", "As-Safira", shapely.Point(37.5, 36.07)),
    ("C2", "Kafr Nabl", "كفر نبل", "Kafr Nobol", shapely.box(36.5, 35.5, 36.6, 35.7)),
    ("C3", "Mazraa", "مزرعة", "Azaz", shapely.Point(37.0, 36.6)),
    ("C4", "Mazraa", "المزرعة", "Afrin", shapely.Point(36.8, 36.5)),
    ("C5", "Mazraat Elkum", None, "Afrin", shapely.Point(36.8, 36.4)),
    ("C6", None, None, None, shapely.Point(36.0, 36.0)),
    ("C8", "Kawkab", None, "Azaz", shapely.Point(36.9, 36.5)),
    ("C9", "Kawkab (Al-Hasakeh)", None, "Al-Hasakeh", shapely.Point(40.9, 36.5)),
    ("C7", "Um", "ام", "Azaz", shapely.Point(36.9, 36.6)),
]


@pytest.fixture(scope="module")
def search() -> PlaceSearch:
    columns = dict(
        zip(("pcode", "name_en", "name_ar", "admin3"), zip(*ROWS, strict=True), strict=False)
    )
    frame = gpd.GeoDataFrame(columns, geometry=[row[4] for row in ROWS], crs=4326)
    return PlaceSearch(as_table(frame, PLACE_DTYPES))


@pytest.mark.parametrize(
    ("typed", "pcode", "match", "distance"),
    [
        ("c2", "C2", Match.PCODE, 0), (" C6 ", "C6", Match.PCODE, 0),
        ("Al-Jabbul", "C1", Match.NAME, 0), ("el jabul", "C1", Match.NAME, 0),
        ("جبول", "C1", Match.NAME, 0), ("الجبّول", "C1", Match.NAME, 0),
        ("Jaboul", "C1", Match.SOUND, 0), ("Kafr N", "C2", Match.BEGINNING, 0),
        ("Kafr Nobl", "C2", Match.CLOSE, 1), ("Kfr Nabl", "C2", Match.CLOSE, 1),
        ("Kafr Nabol", "C2", Match.CLOSE, 1), ("Kfar Nabl", "C2", Match.CLOSE, 1),
        ("كفر نبيل", "C2", Match.CLOSE, 1),
    ],
)  # fmt: skip
def test_a_place_is_found_as_it_is_typed(
    search: PlaceSearch, typed: str, pcode: str, match: Match, distance: int
) -> None:
    found = search.find(typed, 5)
    assert not found.ambiguous
    best = found.places[0]
    assert (best.pcode, best.match, best.distance) == (pcode, match, distance)


def test_several_places_of_one_name_are_all_shown_with_their_districts(
    search: PlaceSearch,
) -> None:
    found = search.find("mazraa", 5)
    assert found.ambiguous
    assert [(one.pcode, one.admin3) for one in found.places[:2]] == [
        ("C3", "Azaz"),
        ("C4", "Afrin"),
    ]
    assert found.places[2].pcode == "C5"
    one = search.find("mazraa", 1)
    assert (len(one.places), one.more, one.ambiguous) == (1, 2, True)
    assert search.find("المزرعه", 5).ambiguous


def test_a_district_in_brackets_does_not_hide_that_a_name_is_ambiguous(
    search: PlaceSearch,
) -> None:
    found = search.find("kawkab", 5)
    assert found.ambiguous
    assert [one.pcode for one in found.places] == ["C8", "C9"]
    whole = search.find("Kawkab Al-Hasakeh", 5)
    assert ([one.pcode for one in whole.places], whole.ambiguous) == (["C9"], False)


@pytest.mark.parametrize("typed", ["Damascus", "xyz", "?", "", "Ux"])
def test_what_fits_nothing_finds_nothing(search: PlaceSearch, typed: str) -> None:
    found = search.find(typed, 5)
    assert (found.places, found.ambiguous, found.more) == ((), False, 0)


def test_the_point_of_an_area_lies_in_it_and_missing_names_stay_missing(
    search: PlaceSearch,
) -> None:
    area = search.find("C2", 1).places[0]
    assert ROWS[1][4].contains(shapely.Point(area.lon, area.lat))
    assert search.find("C6", 1).places[0].as_json() == {
        "pcode": "C6", "name_en": None, "name_ar": None, "admin3": None, "lon": 36.0, "lat": 36.0,
        "match": "pcode", "distance": 0,
    }  # fmt: skip
