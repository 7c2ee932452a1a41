from collections.abc import Sequence
from datetime import UTC, datetime

import geopandas as gpd
import pytest

from tests.publish.scene import (
    AS_OF,
    evidence_table,
    places_table,
    roads_table,
    usual_evidence,
)
from tests.publish.unpack import payload_of
from uxo.errors import NotFound
from uxo.policy import load_policy
from uxo.services.draw_map import draw_map_of_store
from uxo.store.contract import Source
from uxo.vocabulary import Layer


class _Store:
    """Holds the scene; answers what drawing a map asks of a store."""

    def __init__(self, roads: gpd.GeoDataFrame, exercise: Sequence[bool]) -> None:
        self._tables = {
            Layer.ROADS: roads,
            Layer.EVIDENCE: evidence_table(usual_evidence()),
            Layer.PLACES: places_table(),
        }
        self._exercise = exercise

    def state(self, layer: Layer, **_: object) -> gpd.GeoDataFrame:
        return self._tables[layer]

    def sources(self) -> list[Source]:
        return [
            Source(
                layer=Layer.ROADS,
                file=f"{place}.geojson",
                sha256="0" * 64,
                rows=1,
                attribution="(c) OpenStreetMap contributors",
                exercise=exercise,
                imported_at=datetime(2026, 11, 1, tzinfo=UTC),
            )
            for place, exercise in enumerate(self._exercise)
        ]


def drawn(store: _Store) -> str:
    return draw_map_of_store(
        store,  # type: ignore[arg-type]  # two of its methods are enough here
        policy=load_policy(),
        as_of=AS_OF,
        known_at=AS_OF,
        language="en",
        title="North",
    )


def test_one_exercise_among_the_sources_makes_the_whole_map_an_exercise() -> None:
    assert "EXERCISE: shows no real hazard" in drawn(_Store(roads_table(), [False, True]))


def test_a_store_of_real_records_has_no_banner() -> None:
    assert 'data-l10n="exercise-banner"' not in drawn(_Store(roads_table(), [False]))


def test_each_attribution_stands_on_the_map_once() -> None:
    page = drawn(_Store(roads_table(), [False, False]))
    assert page.count("<bdi>(c) OpenStreetMap contributors</bdi>") == 1


def test_the_places_of_the_store_are_on_the_map() -> None:
    _, tables = payload_of(drawn(_Store(roads_table(), [False])))
    assert [names[0] for names in tables["places"]] == ["Aleppo", "Old City"]


def test_a_store_without_roads_is_refused_with_a_hint() -> None:
    with pytest.raises(NotFound, match="uxo import roads"):
        drawn(_Store(roads_table().head(0), [False]))
