"""Ways over the live status of a store."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from tests.web.scene import (
    Clock,
    area,
    evidence_table,
    find,
    live_service,
    open_scene,
    open_store,
    roads_table,
    stamp,
)
from uxo.errors import BadInput, NoRoute, NoRouteReason
from uxo.evidence.events import EventType
from uxo.policy import load_policy
from uxo.roads.network import build_network
from uxo.services.live_status import LiveStatusService
from uxo.services.record_evidence import EvidenceFeature
from uxo.services.ways import Position, WayRequest, WaysService, ways_of_result
from uxo.store.contract import Draft
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer, Review, Status

# r-north and r-south run west to east; r-west joins their western ends.
NORTH_EAST = Position(37.16, 36.21)
SOUTH_EAST = Position(37.16, 36.20)
SOUTH_WEST = Position(37.1505, 36.20)
EVERYTHING = frozenset(set(Status) - {Status.CLOSED, Status.CONFIRMED_HAZARD})


@pytest.fixture(scope="module")
def scene_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scene") / "scene.gpkg"
    open_scene(path, Clock()).close()
    return path


@pytest.fixture
def store(scene_file: Path, tmp_path: Path) -> Iterator[SqliteStore]:
    path = tmp_path / "survey.gpkg"
    shutil.copyfile(scene_file, path)
    with open_store(path, Clock()) as opened:
        yield opened


@pytest.fixture
def live(store: SqliteStore) -> LiveStatusService:
    return live_service(store, Clock())


@pytest.fixture
def ways(live: LiveStatusService, tmp_path: Path) -> Iterator[WaysService]:
    service = WaysService(live, order_file=tmp_path / "survey.gpkg.order")
    yield service
    service.close()


def _asked(start: Position, end: Position, allowed: frozenset[Status] = EVERYTHING) -> WayRequest:
    return WayRequest(start, end, allowed, on_foot=True)


def test_the_cut_names_the_road_the_metres_and_the_evidence(ways: WaysService) -> None:
    with pytest.raises(NoRoute, match="blocked") as told:
        ways.find(_asked(NORTH_EAST, SOUTH_EAST))
    assert told.value.reason is NoRouteReason.BLOCKED
    (piece,) = told.value.cut
    assert (piece.road_id, piece.status, piece.evidence_ids) == (
        "r-south", "confirmed_hazard", ("F-1",)
    )  # fmt: skip
    assert piece.effort_m2 == pytest.approx((piece.to_m - piece.from_m) * 2 * 6)


def test_a_way_is_drawn_from_place_to_place(ways: WaysService, live: LiveStatusService) -> None:
    found = ways.find(_asked(NORTH_EAST, SOUTH_WEST))
    said = found.as_json()
    assert [part["road_id"] for part in said["least_risk"]["parts"]] == [
        "r-north", "r-west", "r-south"
    ]  # fmt: skip
    line = shapely.LineString(found.lines[0])
    assert line.coords[0] == (37.16, 36.21)
    assert line.coords[-1] == pytest.approx((37.1505, 36.20), abs=1e-6)
    assert len(line.coords) == 5
    assert found.as_of == live.result().as_of
    km = said["least_risk"]["km_by_status"]
    assert sum(km.values()) == pytest.approx(said["least_risk"]["km"], abs=1e-5)
    assert km["cleared"] > 0


def test_a_record_counts_in_the_next_answer_without_a_new_graph(
    ways: WaysService,
    live: LiveStatusService,
    store: SqliteStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ways.find(_asked(NORTH_EAST, SOUTH_WEST))

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("uxo.services.ways._prepare", fail)
    made = live.record(EvidenceFeature.model_validate(find(37.15, 36.205)))
    with pytest.raises(NoRoute) as told:
        ways.find(_asked(NORTH_EAST, SOUTH_WEST))
    assert {piece.road_id for piece in told.value.cut} == {"r-west"}
    reject = {"review": Review.REJECTED.value, "reason": "a drain pipe"}
    store.record([Draft(EventType.EVIDENCE_REVIEWED, made.table["id"].iloc[0], reject, "QA-1")])
    assert ways.find(_asked(NORTH_EAST, SOUTH_WEST)).ways.least_risk.length_m > 0


def test_after_many_changes_the_answer_equals_that_of_a_new_graph(
    ways: WaysService, live: LiveStatusService
) -> None:
    ways.find(_asked(NORTH_EAST, SOUTH_WEST))
    for number in range(6):
        live.record(
            EvidenceFeature.model_validate(
                area("survey", 37.151 + 0.001 * number, 36.21, 0.003)
                if number % 2
                else find(37.1525 + 0.001 * number, 36.2004, category="grenade")
            )
        )
        now = ways.find(_asked(NORTH_EAST, SOUTH_WEST)).as_json()
        assert now == ways_of_result(live.result(), _asked(NORTH_EAST, SOUTH_WEST)).as_json()


def test_new_roads_count_and_the_kept_order_is_not_used_for_them(
    ways: WaysService, store: SqliteStore, tmp_path: Path
) -> None:
    with pytest.raises(NoRoute):
        ways.find(_asked(NORTH_EAST, SOUTH_EAST))
    before = (tmp_path / "survey.gpkg.order").read_bytes()
    new = roads_table([("r-east", None, "LINESTRING (37.16 36.2, 37.16 36.21)")])
    store.import_rows(Layer.ROADS, [new], stamp=stamp("new.geojson"), who="DESK")
    found = ways.find(_asked(NORTH_EAST, SOUTH_EAST))
    assert [name for name, _ in found.names.values()].count("r-east") == 1
    assert (tmp_path / "survey.gpkg.order").read_bytes() != before


def test_a_withdrawn_road_is_out_of_the_ways_at_once(ways: WaysService, store: SqliteStore) -> None:
    used = {name for name, _ in ways.find(_asked(NORTH_EAST, SOUTH_WEST)).names.values()}
    assert "r-west" in used
    held = store.state(Layer.ROADS)
    store.import_rows(
        Layer.ROADS, [held[held["road_id"] != "r-west"]], stamp=stamp("new.geojson"), who="DESK",
        withdraw=lambda: {"r-west": []},
    )  # fmt: skip
    with pytest.raises(NoRoute):
        ways.find(_asked(NORTH_EAST, SOUTH_WEST))


def test_the_kept_order_is_used_at_the_next_start_and_a_damaged_one_is_made_anew(
    ways: WaysService, live: LiveStatusService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _asked(NORTH_EAST, SOUTH_WEST)
    first = ways.find(asked).as_json()
    file = tmp_path / "survey.gpkg.order"
    kept = file.read_bytes()

    def never(*_: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patched:
        patched.setattr("uxo.services.ways.order_of", never)
        again = WaysService(live, order_file=file)
        assert again.find(asked).as_json() == first
        again.close()
    for damaged in (kept[:-1], kept[:-4] + kept[-8:-4], b"", b"x" * len(kept)):
        file.write_bytes(damaged)
        again = WaysService(live, order_file=file)
        assert again.find(asked).as_json() == first
        again.close()
        assert file.read_bytes() == kept


def test_a_place_off_the_network_is_told(ways: WaysService) -> None:
    with pytest.raises(NoRoute, match="the end") as told:
        ways.find(_asked(NORTH_EAST, Position(37.3, 36.3)))
    assert told.value.reason is NoRouteReason.OFF_NETWORK


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CONFIRMED_HAZARD])
def test_nobody_can_allow_a_closure_or_a_confirmed_hazard(
    ways: WaysService, status: Status
) -> None:
    with pytest.raises(BadInput, match=status.word):
        ways.find(_asked(NORTH_EAST, SOUTH_WEST, EVERYTHING | {status}))


def test_questions_and_records_of_many_threads_agree(
    ways: WaysService, live: LiveStatusService
) -> None:
    asked = _asked(NORTH_EAST, SOUTH_WEST)
    failures: list[BaseException] = []
    answers: list[float] = []

    def ask() -> None:
        try:
            answers.extend(ways.find(asked).ways.least_risk.exposure_m for _ in range(30))
        except BaseException as error:  # noqa: BLE001  # shown by the main thread
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(10):
        live.record(
            EvidenceFeature.model_validate(
                find(37.1535 + 0.0005 * number, 36.2101, category="grenade", kind="report")
            )
        )
    for thread in threads:
        thread.join()
    assert not failures
    assert len(answers) == 90
    last = ways.find(asked)
    assert last.as_json() == ways_of_result(live.result(), asked).as_json()
    # What the desk learnt makes the way worse, and no answer is better than the first.
    assert last.ways.least_risk.exposure_m >= max(answers) >= min(answers)


def test_a_bridge_is_not_joined_to_the_road_below_it() -> None:
    table = gpd.GeoDataFrame(
        {
            "road_id": ["over-1", "over-2", "under-1", "under-2", "plain"],
            "highway": ["primary", "primary", "residential", "footway", "motorway"],
            "name": None,
            "from_node": ["a", "n1", "c", "n2", None],
            "to_node": ["n1", "b", "n2", "d", None],
            "oneway": [None, "yes", "-1", "no", None],
            "access": [None, None, "no", None, None],
            "foot": [None, None, "yes", None, None],
        },
        geometry=shapely.from_wkt(
            [
                "LINESTRING (0 1, 1 1)",
                "LINESTRING (1 1, 2 1)",
                "LINESTRING (1 0, 1 1)",
                "LINESTRING (1 1, 1 2)",
                "LINESTRING (2 1, 3 1)",
            ]
        ),
        crs="EPSG:4326",
    )
    network = build_network(table, np.ones(5))
    over, under = network.component[network.from_node[[0, 2]]]
    assert over != under
    assert len(network.node_lon) == 7
    # A plain line is joined to the one node that lies where it begins.
    assert network.from_node[4] == network.to_node[1]
    assert network.oneway.tolist() == [0, 1, -1, 0, 1]
    assert network.vehicle.tolist() == [True, True, False, False, True]
    assert network.foot.tolist() == [True, True, True, True, False]
    assert network.topology_digest() != build_network(table.iloc[:4], np.ones(4)).topology_digest()


def test_the_evidence_table_of_the_scene_holds_what_these_tests_assume() -> None:
    assert "F-1" in set(evidence_table()["id"])
    assert load_policy().value("exposure_weight.not_surveyed") > 1
