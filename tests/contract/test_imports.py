"""Whole files into a layer: counted, versioned, and read back as they came."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from tests.contract.engines import Clock
from tests.contract.samples import STAMP, evidence, find, numbered, places, review, roads
from uxo.errors import BadInput, NotFound
from uxo.store.contract import FileStamp, ImportReceipt, Store
from uxo.vocabulary import Layer


def take_in(store: Store, table: gpd.GeoDataFrame, **words: Any) -> ImportReceipt:  # noqa: ANN401
    layer = words.pop("layer", Layer.EVIDENCE)
    filled: dict[str, Any] = {"stamp": STAMP, "who": "OFFICE"} | words
    return store.import_rows(layer, [table], **filled)


@pytest.mark.parametrize(
    ("layer", "table"),
    [(Layer.ROADS, roads(5)), (Layer.PLACES, places(5)), (Layer.EVIDENCE, numbered(5))],
)
def test_a_layer_comes_back_exactly_as_it_was_imported(
    store: Store, layer: Layer, table: gpd.GeoDataFrame, clock: Clock
) -> None:
    if layer is Layer.EVIDENCE:
        table["recorded_at"] = table["recorded_at"].fillna(clock.now)
    assert take_in(store, table, layer=layer) == ImportReceipt(5, 0)
    assert_geodataframe_equal(store.state(layer), table)


def test_every_column_of_a_row_survives_to_the_last_digit(store: Store) -> None:
    row = evidence(
        {
            "id": "كلس-1",
            "kind": "clearance",
            "evidence_class": "direct",
            "position_error_m": 0.1 + 0.2,
            "observed_at": datetime(2026, 3, 1, 7, 5, 9, 123456, UTC),
            "recorded_at": datetime(2026, 3, 1, 8, tzinfo=UTC),
            "depth_m": 1e-7,
            "releases_hazards": ("a", "b,c"),
            "team": "",
            "geometry": shapely.Polygon(
                [(0, 0), (1, 0), (1, 1)], [[(0.5, 0.1), (0.6, 0.1), (0.6, 0.2)]]
            ),
        },
        {"id": "2", "recorded_at": datetime(2026, 3, 1, tzinfo=UTC), "geometry": shapely.Point()},
    )
    take_in(store, row)
    assert_geodataframe_equal(store.state(Layer.EVIDENCE), row)


def test_an_empty_store_has_every_layer_with_its_columns_and_no_rows(store: Store) -> None:
    for layer, table in ((Layer.ROADS, roads(1)), (Layer.EVIDENCE, numbered(1))):
        assert_geodataframe_equal(store.state(layer), table.iloc[:0], check_index_type=False)


def test_importing_the_same_rows_again_changes_nothing(store: Store) -> None:
    take_in(store, numbered(50))
    before = store.vector()
    assert take_in(store, numbered(50)) == ImportReceipt(0, 50)
    assert store.vector() == before
    assert len(store.sources()) == 1


def test_rows_that_are_new_changed_and_the_same_are_told_apart(store: Store) -> None:
    take_in(store, numbered(10))
    changed = numbered(12)
    changed.loc[[3, 4], "category"] = "rocket"
    assert take_in(store, changed) == ImportReceipt(4, 8)
    state = store.state(Layer.EVIDENCE)
    assert state["category"].value_counts().to_dict() == {"mortar": 10, "rocket": 2}
    assert store.verify().ok


def test_an_older_version_of_a_row_is_what_was_known_then(store: Store, clock: Clock) -> None:
    take_in(store, numbered(3))
    first = clock.now
    clock.forward(days=1)
    take_in(store, numbered(3, category="rocket"))
    assert set(store.state(Layer.EVIDENCE, known_at=first)["category"]) == {"mortar"}
    assert set(store.state(Layer.EVIDENCE, known_at=clock.now)["category"]) == {"rocket"}


def test_a_row_is_known_from_when_it_was_recorded_else_from_its_import(
    store: Store, clock: Clock
) -> None:
    take_in(
        store,
        evidence({"id": "old", "recorded_at": datetime(2025, 5, 1, tzinfo=UTC)}, {"id": "open"}),
    )
    assert list(store.state(Layer.EVIDENCE, known_at=datetime(2025, 6, 1, tzinfo=UTC))["id"]) == [
        "old"
    ]
    assert store.get(Layer.EVIDENCE, "open")["recorded_at"][0] == clock.now


def test_roads_are_known_from_the_start(store: Store) -> None:
    take_in(store, roads(3), layer=Layer.ROADS)
    assert len(store.state(Layer.ROADS, known_at=datetime(2000, 1, 1, tzinfo=UTC))) == 3


def test_a_dry_run_counts_and_leaves_no_trace(store: Store) -> None:
    assert take_in(store, numbered(3000), dry_run=True) == ImportReceipt(3000, 0)
    assert len(store.state(Layer.EVIDENCE)) == 0
    assert store.vector() == {}
    assert store.sources() == []
    assert store.verify().ok


def test_a_file_that_breaks_in_the_middle_leaves_no_trace(store: Store) -> None:
    def batches() -> Iterator[gpd.GeoDataFrame]:
        yield numbered(2500)
        msg = "the file ends in the middle"
        raise OSError(msg)

    with pytest.raises(OSError, match="in the middle"):
        store.import_rows(Layer.EVIDENCE, batches(), stamp=STAMP, who="OFFICE")
    assert len(store.state(Layer.EVIDENCE)) == 0
    assert store.verify().ok


def test_equal_rows_within_one_file_are_one_row(store: Store) -> None:
    twice = gpd.pd.concat([numbered(4), numbered(4)])
    assert take_in(store, twice) == ImportReceipt(4, 4)
    assert store.verify().ok


def test_two_different_rows_with_one_id_in_a_file_are_refused_by_name(store: Store) -> None:
    with pytest.raises(BadInput, match="'E-2'"):
        store.import_rows(
            Layer.EVIDENCE,
            [numbered(4), numbered(1, start=2, category="rocket")],
            stamp=STAMP,
            who="OFFICE",
        )
    assert len(store.state(Layer.EVIDENCE)) == 0


def test_equal_rows_far_apart_in_a_large_file_are_one_row(store: Store) -> None:
    batches = [numbered(3000), numbered(2990, start=2995), numbered(3000, start=5985)]
    receipt = store.import_rows(Layer.EVIDENCE, batches, stamp=STAMP, who="OFFICE")
    assert receipt == ImportReceipt(8985, 5)
    assert store.verify().ok
    assert list(store.get(Layer.EVIDENCE, "E-2996")["id"]) == ["E-2996"]
    again = store.import_rows(Layer.EVIDENCE, batches, stamp=STAMP, who="OFFICE")
    assert again == ImportReceipt(0, 8990)


def test_two_different_rows_far_apart_in_a_large_file_are_refused_by_name(store: Store) -> None:
    batches = [numbered(3000), numbered(2990, start=2999, category="rocket")]
    with pytest.raises(BadInput, match="'E-2999'"):
        store.import_rows(Layer.EVIDENCE, batches, stamp=STAMP, who="OFFICE")
    assert len(store.state(Layer.EVIDENCE)) == 0
    assert take_in(store, numbered(3)) == ImportReceipt(3, 0)
    assert store.verify().ok


def test_a_row_without_an_id_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="no id"):
        take_in(store, evidence({"id": None}))


def test_an_import_says_which_file_whose_words_and_whether_it_is_an_exercise(
    store: Store, clock: Clock
) -> None:
    take_in(store, roads(2), layer=Layer.ROADS, attribution="(c) mappers")
    take_in(store, numbered(3), stamp=FileStamp("b.csv", "00" * 32), exercise=True)
    first, second = store.sources()
    assert (first.layer, first.file, first.rows, first.attribution) == (
        Layer.ROADS, "field.geojson", 2, "(c) mappers",
    )  # fmt: skip
    assert (second.sha256, second.exercise, second.imported_at) == ("00" * 32, True, clock.now)


@pytest.mark.parametrize("count", [30, 3000])
def test_a_box_gives_the_rows_that_reach_into_it_and_no_others(store: Store, count: int) -> None:
    table = numbered(count)
    take_in(store, table.iloc[: count // 2])
    take_in(store, table)
    box = (37.0005, 36.0003, 37.0017, 36.0011)
    expected = {f"E-{i}" for i in range(5, 12)}
    assert set(store.state(Layer.EVIDENCE, box)["id"]) == expected
    assert (
        set(store.state(Layer.EVIDENCE, box, known_at=datetime(2027, 1, 1, tzinfo=UTC))["id"])
        == expected
    )


def test_a_row_that_moved_is_found_in_its_new_place_and_not_in_its_old_one(store: Store) -> None:
    take_in(store, numbered(3000))
    moved = numbered(2600)
    moved["geometry"] = shapely.points(10 + moved.geometry.x, moved.geometry.y)
    take_in(store, moved)
    assert set(store.state(Layer.EVIDENCE, (37, 36, 38, 37))["id"]) == {
        f"E-{i}" for i in range(2600, 3000)
    }
    assert len(store.state(Layer.EVIDENCE, (47, 36, 48, 37))) == 2600
    assert store.verify().ok


def test_as_of_leaves_out_what_was_observed_later(store: Store) -> None:
    take_in(store, numbered(20))
    assert len(store.state(Layer.EVIDENCE, as_of=datetime(2026, 1, 10, tzinfo=UTC))) == 10


def test_a_row_that_is_not_there_is_said_to_be_missing(store: Store) -> None:
    with pytest.raises(NotFound, match="no X-1 in evidence"):
        store.get(Layer.EVIDENCE, "X-1")


def test_an_imported_row_can_be_reviewed_and_its_import_still_verifies(store: Store) -> None:
    take_in(store, numbered(3))
    store.record([review("E-1", "rejected", reason="scrap metal")])
    state = store.state(Layer.EVIDENCE)
    assert state["review"].fillna("").tolist() == ["", "rejected", ""]
    assert store.verify().ok
    assert take_in(store, numbered(3)) == ImportReceipt(0, 3)


def test_a_new_version_of_a_reviewed_row_has_to_be_reviewed_again(
    store: Store, clock: Clock
) -> None:
    take_in(store, numbered(3))
    store.record([review("E-1", "rejected", reason="scrap metal")])
    reviewed = clock.now
    clock.forward(hours=1)
    take_in(store, numbered(3, category="rocket"))
    assert store.get(Layer.EVIDENCE, "E-1")["review"][0] == "unreviewed"
    then = store.state(Layer.EVIDENCE, known_at=reviewed).set_index("id").loc["E-1"]
    assert (then["review"], then["category"]) == ("rejected", "mortar")
    assert store.verify().ok


def test_a_row_imported_under_a_recorded_id_is_a_conflict_and_takes_the_worse(store: Store) -> None:
    store.record([find("E-0", category="grenade")])
    take_in(store, numbered(1, category="saa"))
    (conflict,) = store.conflicts()
    assert conflict.entity == "E-0"
    assert {"category", "geometry"} <= set(conflict.fields)
    assert store.get(Layer.EVIDENCE, "E-0")["category"][0] == "unknown"
    assert store.verify().ok


def test_events_that_came_before_their_imported_row_count_once_it_is_there(
    store: Store, opened: Callable[..., Store]
) -> None:
    elsewhere = opened("elsewhere")
    take_in(elsewhere, numbered(3))
    elsewhere.record([review("E-1", "rejected", reason="scrap metal")])
    store.append(elsewhere.since({}))
    assert len(store.state(Layer.EVIDENCE)) == 0
    take_in(store, numbered(3))
    assert store.get(Layer.EVIDENCE, "E-1")["review"][0] == "rejected"
    assert store.verify().ok
