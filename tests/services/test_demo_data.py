"""The bundled files of the demo: whole, labelled, attributed, and without a word about people."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from uxo.errors import MissingPart
from uxo.evidence.columns import EVIDENCE_DTYPES, PLACE_DTYPES, ROAD_DTYPES
from uxo.ingest.evidence_file import read_evidence
from uxo.ingest.places_file import read_places
from uxo.roads.lines import read_roads
from uxo.services.demo import DEMO_AS_OF, DEMO_FILES, bundled_file
from uxo.vocabulary import Category, Kind, PositionMethod

ALLOWED = (37.117, 36.156, 37.225, 36.261)
READERS = {
    "roads.geojson": (read_roads, ROAD_DTYPES),
    "places.geojson": (read_places, PLACE_DTYPES),
    "strikes.geojson": (read_evidence, EVIDENCE_DTYPES),
    "exercise.geojson": (read_evidence, EVIDENCE_DTYPES),
}
NAMES = sorted(READERS)


def _document(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(bundled_file(name).read_text(encoding="utf-8"))
    return document


def _properties(name: str) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in _document(name)["features"]]


@cache
def _table(name: str) -> gpd.GeoDataFrame:
    reader, _ = READERS[name]
    return pd.concat([batch.table for batch in reader(bundled_file(name))], ignore_index=True)


def test_there_is_a_test_for_every_bundled_file() -> None:
    assert sorted(DEMO_FILES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_bundled_file_is_a_native_file_that_needs_no_mending(name: str) -> None:
    reader, dtypes = READERS[name]
    read = 0
    for batch in reader(bundled_file(name)):
        assert not batch.faults
        assert not batch.mended
        assert not batch.rejects
        assert not batch.ignored_columns
        read += len(batch.table)
    assert read == len(_document(name)["features"])
    declared = set(dtypes)
    assert all(set(properties) <= declared for properties in _properties(name))


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique(name: str) -> None:
    _, dtypes = READERS[name]
    ids = [properties[next(iter(dtypes))] for properties in _properties(name)]
    assert Counter(ids).most_common(1)[0][1] == 1


def test_the_strikes_and_the_exercise_share_no_id() -> None:
    assert not set(_table("strikes.geojson")["id"]) & set(_table("exercise.geojson")["id"])


@pytest.mark.parametrize("name", NAMES)
def test_everything_lies_where_data_may_be_copied_from(name: str) -> None:
    assert shapely.covers(shapely.box(*ALLOWED), shapely.box(*_table(name).total_bounds))


@pytest.mark.parametrize("name", NAMES)
def test_every_file_names_its_licence_its_source_and_whom_to_thank(name: str) -> None:
    document = _document(name)
    for member in ("attribution", "licence", "source", "notice"):
        assert document[member].strip(), member
    described = bundled_file("SOURCES.md").read_text(encoding="utf-8").split("\n## ")
    [section] = [part for part in described if part.startswith(name)]
    assert name == "places.geojson" or f"{len(document['features']):,} " in section


def test_the_sources_are_thanked_as_their_licences_ask() -> None:
    assert _document("roads.geojson")["attribution"] == "© OpenStreetMap contributors"
    assert "ODbL 1.0" in _document("roads.geojson")["licence"]
    assert "CC BY 3.0 IGO" in _document("places.geojson")["licence"]
    assert "Human Rights Watch" in _document("strikes.geojson")["attribution"]
    assert "aleppo_test" in _document("strikes.geojson")["attribution"]


@pytest.mark.parametrize("name", NAMES)
def test_only_the_exercise_is_labelled_as_one_and_all_of_it_is(name: str) -> None:
    document = _document(name)
    is_exercise = name == "exercise.geojson"
    assert document.get("exercise", False) is is_exercise
    ids = [str(next(iter(properties.values()))) for properties in _properties(name)]
    assert all(one.startswith("EXERCISE-") is is_exercise for one in ids)
    if is_exercise:
        assert "EXERCISE" in document["notice"]
        assert "no real hazard" in document["notice"]


def test_the_exercise_is_written_for_the_day_that_the_demo_shows() -> None:
    assert datetime.fromisoformat(_document("exercise.geojson")["as_of"]) == DEMO_AS_OF
    assert datetime(2026, 11, 21, 12, tzinfo=UTC) == DEMO_AS_OF


@pytest.mark.parametrize("name", ["strikes.geojson", "exercise.geojson"])
def test_who_recorded_it_is_a_code_and_nothing_else_tells_of_people(name: str) -> None:
    teams = {properties["team"] for properties in _properties(name)}
    assert all(re.fullmatch(r"EX-\d\d|HRW-SAT", team) for team in teams)
    text = bundled_file(name).read_text(encoding="utf-8")
    assert not re.search(r"[\w.]+@[\w.]+\.\w+|\+?\d{9,}[^\d.\]]", text.split('"features"')[1])


@pytest.mark.parametrize("name", NAMES)
def test_a_bundled_file_stays_small_enough_to_travel(name: str) -> None:
    assert bundled_file(name).stat().st_size < 2_000_000


def test_the_network_has_some_thousands_of_roads_with_bends() -> None:
    roads = _table("roads.geojson")
    assert 3_000 < len(roads) < 10_000
    assert (shapely.get_num_coordinates(roads.geometry.to_numpy()) > 2).mean() > 0.3
    assert all(re.fullmatch(r"\d+-\d+-\d+", name) for name in roads["road_id"])


def test_every_community_has_its_code_and_its_name_in_both_languages() -> None:
    places = _table("places.geojson")
    assert places["pcode"].str.fullmatch(r"C\d{4}").all()
    assert places["name_en"].str.len().gt(0).all()
    assert places["name_ar"].str.contains(r"[\u0600-\u06ff]").all()
    assert places["admin3"].str.fullmatch(r"SY\d{6}").all()


def test_strikes_are_unreviewed_and_their_day_is_one_of_the_study() -> None:
    strikes = _table("strikes.geojson")
    assert set(strikes["kind"]) == {"strike"}
    assert set(strikes["review"]) == {"unreviewed"}
    assert strikes["observed_at"].between("2013-10-01", "2015-12-31").all()
    assert strikes["position_error_m"].ge(50.0).all()
    assert set(strikes["category"]) == {"aircraft_bomb", "projectile", "unknown"}


def test_the_exercise_shows_every_kind_and_most_categories_and_methods() -> None:
    exercise = _table("exercise.geojson")
    assert set(exercise["kind"]) == {kind.value for kind in Kind if kind is not Kind.STRIKE}
    assert {category.value for category in Category} == set(exercise["category"].dropna())
    methods = {method.value for method in PositionMethod} - {PositionMethod.UNKNOWN.value}
    assert methods <= set(exercise["position_method"])
    assert set(exercise["review"]) == {"unreviewed", "accepted", "rejected"}
    assert exercise["releases_hazards"].map(len).max() > 0


def test_a_missing_bundled_file_says_that_the_installation_is_damaged() -> None:
    with pytest.raises(MissingPart, match=r"absent\.geojson.*install"):
        bundled_file("absent.geojson")


def test_the_sources_do_not_name_a_folder_of_one_machine() -> None:
    folder = Path(bundled_file("SOURCES.md")).parent
    for path in folder.iterdir():
        assert "/work/" not in path.read_text(encoding="utf-8"), path.name
