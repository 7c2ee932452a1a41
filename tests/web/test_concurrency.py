from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fastapi.testclient import TestClient

from tests.web.scene import Clock, find, live_service, open_store
from uxo.services.live_status import LiveStatusService
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer

THREADS = 8
EACH = 6


def _post(client: TestClient, number: int) -> str:
    answer = client.post("/api/v1/evidence", json=find(37.150 + number * 1e-4, 36.2))
    assert answer.status_code == 201, answer.text
    effect = answer.json()["status_effect"]
    assert effect["km_after"]["confirmed_hazard"] >= effect["km_before"]["confirmed_hazard"]
    made: str = answer.json()["id"]
    # Whoever got the answer sees the record at once.
    assert client.get(f"/api/v1/evidence/{made}").status_code == 200
    listed = client.get("/api/v1/evidence?limit=1000").json()["features"]
    assert made in [one["id"] for one in listed]
    return made


def test_nothing_is_lost_when_many_record_at_once(
    client: TestClient, store: SqliteStore, service: LiveStatusService, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(lambda n: _post(client, n), range(THREADS * EACH)))
    assert len(set(made)) == THREADS * EACH
    assert set(made) <= set(store.state(Layer.EVIDENCE)["id"])
    assert store.verify().ok
    live = service.result()
    store.close()
    # A service that starts from what is on disk sees the same status, to the last bit.
    with open_store(tmp_path / "survey.gpkg", Clock()) as again:
        anew = live_service(again, Clock()).result()
    assert live.status.tolist() == anew.status.tolist()
    assert live.to_m.tolist() == anew.to_m.tolist()
    assert sorted(live.evidence["id"]) == sorted(anew.evidence["id"])


def test_reading_goes_on_while_others_record(client: TestClient) -> None:
    def read(_: int) -> float:
        page = client.get("/api/v1/roads/status?limit=1000").json()
        ends: dict[str, float] = {}
        for one in page["features"]:
            piece = one["properties"]
            assert piece["from_m"] == ends.get(piece["road_id"], 0.0)  # one moment, no seam
            ends[piece["road_id"]] = piece["to_m"]
        return sum(ends.values())

    with ThreadPoolExecutor(THREADS) as pool:
        writing = [pool.submit(_post, client, number) for number in range(10)]
        lengths = set(pool.map(read, range(20)))
        for one in writing:
            one.result()
    assert len(lengths) == 1
