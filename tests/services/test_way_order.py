"""The order of a large network is made apart; exact searches answer meanwhile."""

import io
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.plan.towns import network_of
from tests.web.scene import Clock, find, live_service, open_scene, open_store
from uxo.errors import NoRoute, StoreError
from uxo.plan.answers import Question
from uxo.plan.cut import Terrain, why_not
from uxo.services import order_process
from uxo.services.live_status import LiveStatusService
from uxo.services.record_evidence import EvidenceFeature
from uxo.services.way_order import OrderMaking, read_order
from uxo.services.ways import Position, WayRequest, WaysService
from uxo.vocabulary import Status

EVERYTHING = frozenset(set(Status) - {Status.CLOSED, Status.CONFIRMED_HAZARD})
ASKED = WayRequest(Position(37.16, 36.21), Position(37.1505, 36.20), EVERYTHING, on_foot=True)
NO_WAY = WayRequest(Position(37.16, 36.21), Position(37.16, 36.20), EVERYTHING, on_foot=True)


@pytest.fixture(scope="module")
def scene_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scene") / "scene.gpkg"
    open_scene(path, Clock()).close()
    return path


@pytest.fixture
def live(scene_file: Path, tmp_path: Path) -> Iterator[LiveStatusService]:
    path = tmp_path / "survey.gpkg"
    shutil.copyfile(scene_file, path)
    with open_store(path, Clock()) as store:
        yield live_service(store, Clock())


def _making(service: WaysService) -> OrderMaking | None:
    return service._thread.ask(lambda held: held.making)


def _is_fast(service: WaysService) -> bool:
    return service._thread.ask(
        lambda held: held.ground is not None and held.ground.hierarchy is not None
    )


def test_exact_searches_answer_until_the_order_is_made_and_the_answers_are_the_same(
    live: LiveStatusService, tmp_path: Path
) -> None:
    file = tmp_path / "survey.gpkg.order"
    service = WaysService(live, order_file=file, ordered_at_once=0)
    service.prepare()
    before = service.find(ASKED).as_json()
    making = _making(service)
    if making is not None:  # else the process was quicker than the question
        making.order()
    assert service.find(ASKED).as_json() == before
    assert _is_fast(service)
    assert file.is_file()
    live.record(EvidenceFeature.model_validate(find(37.15, 36.205)))
    with pytest.raises(NoRoute):
        service.find(ASKED)
    service.close()


def test_a_failure_of_the_process_is_told_once_and_ways_are_found_without_it(
    live: LiveStatusService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_process, "packed", lambda _network: b"no arrays")
    service = WaysService(live, ordered_at_once=0)
    service.prepare()
    making = _making(service)
    assert making is not None
    with pytest.raises(StoreError):
        making.order()
    with pytest.raises(StoreError, match="orders the nodes failed"):
        service.find(ASKED)
    assert service.find(ASKED).ways.least_risk.length_m > 0
    assert not _is_fast(service)
    service.close()


def test_an_order_that_cannot_be_kept_is_told(live: LiveStatusService, tmp_path: Path) -> None:
    service = WaysService(live, order_file=tmp_path / "no-folder" / "x.order", ordered_at_once=0)
    service.prepare()
    making = _making(service)
    assert making is not None
    with pytest.raises(StoreError, match="cannot be kept"):
        making.order()
    service.close()


def test_the_end_of_the_service_ends_the_process(live: LiveStatusService) -> None:
    service = WaysService(live, ordered_at_once=0)
    service.prepare()
    making = _making(service)
    assert making is not None
    service.close()
    assert making._process.wait(30) is not None


def test_others_are_answered_while_a_cut_is_looked_for(
    live: LiveStatusService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = WaysService(live)
    begun, answered = threading.Event(), threading.Event()

    def slow(terrain: Terrain, question: Question) -> NoRoute:
        begun.set()
        assert answered.wait(30)
        return why_not(terrain, question)

    monkeypatch.setattr("uxo.services.ways.why_not", slow)
    told: list[NoRoute] = []

    def ask() -> None:
        try:
            service.find(NO_WAY)
        except NoRoute as error:
            told.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(30)
    # A find that comes meanwhile changes later answers and not what the cut was asked over.
    assert service.find(ASKED).ways.least_risk.length_m > 0
    live.record(EvidenceFeature.model_validate(find(37.15, 36.205)))
    with pytest.raises(NoRoute, match="off the network"):
        service.find(WayRequest(ASKED.start, Position(37.9, 36.9), EVERYTHING, on_foot=True))
    answered.set()
    asking.join()
    (error,) = told
    (piece,) = error.cut
    assert (piece.road_id, piece.evidence_ids) == ("r-south", ("F-1",))
    assert piece.begin is not None
    assert piece.end is not None
    assert piece.begin[0] < piece.end[0]
    assert piece.begin[1] == piece.end[1] == pytest.approx(36.20)
    service.close()


def test_the_process_orders_every_node_once() -> None:
    network = network_of([(0, 1), (1, 2), (2, 2), (0, 1)], [1.0] * 4, 4)
    answer = io.BytesIO()
    order_process.main(io.BytesIO(order_process.packed(network)), answer)
    order = order_process.unpacked(answer.getvalue(), 4)
    assert order is not None
    assert np.sort(order).tolist() == [0, 1, 2, 3]
    assert order_process.unpacked(answer.getvalue(), 5) is None
    assert order_process.unpacked(bytes(16), 4) is None
    assert read_order(None, "", 4) is None
