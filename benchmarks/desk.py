"""From a decision at the desk to the changed answer of the status API, over HTTP.

All of Aleppo where ``UXO_SHARED_DATA`` names the directory of the shared data, else the clip that
comes with the demo; three thousand invented items of evidence besides those that are decided about.
A find changes the status when it comes in, and again when it is rejected; a release when it is
accepted. Each is timed from the first byte of the POST to the last byte of the new answer, and set
beside computing the status of all roads anew in the same run.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import geopandas as gpd
import httpx2
import numpy as np
import pandas as pd
import shapely

from benchmarks.map import AS_OF, _roads, evidence_near
from tests.web.served import served
from uxo import wiring
from uxo.evidence.columns import EVIDENCE_DTYPES, WGS84, as_table
from uxo.policy import load_policy
from uxo.services.live_status import LiveStatusService
from uxo.services.who import Who
from uxo.settings import Settings
from uxo.status.compute import compute_status
from uxo.store.contract import FileStamp
from uxo.vocabulary import Layer, Role
from uxo.web.app import create_app

DECISIONS: Final = {"small": 5, "full": 60}
GOAL_S: Final = 1.0
_ROADS: Final = {"small": 2_000, "full": None}
_ITEMS: Final = {"small": 40, "full": 3_000}
_HALF_BOX: Final = 0.0004  # degrees, some 40 m
_RELEASE_DEGREES: Final = 0.001
_OFFICER: Final = Who(Role.OFFICER, "BENCH-QA", "person:1")


def run(scale: str) -> list[dict[str, Any]]:
    """Measure; ``small`` takes two thousand roads and five decisions of each sort."""
    roads = _roads(_ROADS[scale])
    invented = evidence_near(roads, items=_ITEMS[scale])
    places = _places(roads, invented, 3 * DECISIONS[scale])
    finds, releases, fresh = np.split(places, 3)
    waiting = pd.concat([_waiting("find", finds), _waiting("clearance", releases)])
    evidence = as_table(
        gpd.GeoDataFrame(pd.concat([invented, waiting], ignore_index=True), crs=WGS84),
        EVIDENCE_DTYPES,
    )
    full_s = _full_s(roads, evidence)
    with _client(roads, evidence) as client:
        rejected = _decided(client, "find", finds, {"decision": "reject", "reason": "a pipe"})
        accepted = _decided(client, "clearance", releases, {"decision": "accept"})
        recorded = [_changed_s(client, at, _record(client, at)) for at in fresh]
    size = f"{len(roads):,} roads, {len(evidence):,} items"
    return [
        _row("a find comes in, to the changed status", recorded, full_s, size),
        _row("a find is rejected, to the changed status", rejected, full_s, size),
        _row("a release is accepted, to the changed status", accepted, full_s, size),
    ]


def _row(name: str, taken: list[float], full_s: float, size: str) -> dict[str, Any]:
    p95 = quantiles(taken, n=20)[18]
    return {
        "name": name,
        "median s": median(taken),
        "p95 s": p95,
        "all roads anew, s": full_s,
        "ratio": full_s / median(taken),
        "goal": f"p95 < {GOAL_S:g} s",
        "met": p95 < GOAL_S,
        "note": f"{size}; {len(taken)} decisions",
    }


def _places(
    roads: gpd.GeoDataFrame, evidence: gpd.GeoDataFrame, count: int, seed: int = 29
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Choose spots on roads, far from all evidence and from each other."""
    rng = np.random.default_rng(seed)
    lines = roads.geometry.to_numpy()
    spots = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    spots = spots[rng.permutation(len(spots))]
    taken = shapely.STRtree(evidence.geometry.to_numpy())
    near = np.unique(taken.query(spots, predicate="dwithin", distance=4 * _RELEASE_DEGREES)[0])
    free = shapely.get_coordinates(np.delete(spots, near))
    cells = np.floor(free / (3 * _RELEASE_DEGREES))
    # One spot of every other cell each way: any two lie at least a cell apart.
    every_other = (cells % 2 == 0).all(axis=1)
    free, cells = free[every_other], cells[every_other]
    _, first = np.unique(cells, axis=0, return_index=True)
    apart = free[np.sort(first)]
    if len(apart) < count:
        msg = f"only {len(apart)} of {count} spots are free of evidence"
        raise RuntimeError(msg)
    return apart[:count]


def _waiting(kind: str, places: np.ndarray[Any, np.dtype[np.float64]]) -> gpd.GeoDataFrame:
    """Records of another team that nobody has reviewed."""
    day = pd.Timestamp(AS_OF) - pd.Timedelta(days=1)
    points = shapely.points(places)
    shapes = points if kind == "find" else shapely.buffer(points, _RELEASE_DEGREES, quad_segs=4)
    frame = pd.DataFrame(
        {
            "id": [f"{kind}-{number}" for number in range(len(places))],
            "kind": kind,
            "category": "mortar" if kind == "find" else None,
            "position_method": "gps",
            "position_error_m": 5.0,
            "observed_at": day,
            "recorded_at": day,
            "depth_m": np.nan if kind == "find" else 1.0,
            "review": "unreviewed",
            "team": "T-9",
        }
    )
    return as_table(gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84), EVIDENCE_DTYPES)


def _full_s(roads: gpd.GeoDataFrame, evidence: gpd.GeoDataFrame) -> float:
    """Median seconds for the status of everything; the first run compiles and is not counted."""
    taken = []
    for _ in range(4):
        start = time.perf_counter()
        compute_status(roads, evidence, policy=load_policy(), as_of=AS_OF, known_at=AS_OF)
        taken.append(time.perf_counter() - start)
    return median(taken[1:])


@contextmanager
def _client(roads: gpd.GeoDataFrame, evidence: gpd.GeoDataFrame) -> Iterator[httpx2.Client]:
    """Serve a store with all of it; the client is an officer of another team."""
    with tempfile.TemporaryDirectory(prefix="uxo-desk-") as folder:
        settings = Settings(store=str(Path(folder) / "store.gpkg"))
        with wiring.open_store(settings, create=True) as store:
            for layer, table in ((Layer.ROADS, roads), (Layer.EVIDENCE, evidence)):
                stamp = FileStamp(f"{layer}.bench", "0" * 64)
                store.import_rows(layer, [table], stamp=stamp, who="T-9")
            service = LiveStatusService(
                store, policy=load_policy(), clock=wiring.now, new_id=wiring.new_id
            )
            app = create_app(service, who_of=lambda _: _OFFICER)
            with served(app) as address, httpx2.Client(base_url=address, timeout=120) as client:
                _statuses(client, shapely.get_coordinates(roads.geometry.iloc[0])[0])
                yield client


def _statuses(
    client: httpx2.Client, at: np.ndarray[Any, np.dtype[np.float64]]
) -> list[tuple[str, float, str]]:
    west, south, east, north = (*(at - _HALF_BOX), *(at + _HALF_BOX))
    box = f"{west:.7f},{south:.7f},{east:.7f},{north:.7f}"
    answer = client.get("/api/v1/roads/status", params={"bbox": box})
    answer.raise_for_status()
    told = [one["properties"] for one in answer.json()["features"]]
    return [(one["road_id"], one["from_m"], one["status"]) for one in told]


def _changed_s(
    client: httpx2.Client,
    at: np.ndarray[Any, np.dtype[np.float64]],
    decide: Callable[[], httpx2.Response],
) -> float:
    """Seconds from a POST to the answer that has changed; one that has not is a fault."""
    before = _statuses(client, at)
    start = time.perf_counter()
    decide().raise_for_status()
    after = _statuses(client, at)
    taken = time.perf_counter() - start
    if after == before:
        msg = f"the answer at {at} is as it was"
        raise RuntimeError(msg)
    return taken


def _decided(
    client: httpx2.Client,
    kind: str,
    places: np.ndarray[Any, np.dtype[np.float64]],
    decision: dict[str, str],
) -> list[float]:
    return [
        _changed_s(
            client,
            at,
            lambda number=number: client.post(  # type: ignore[misc]  # bound to its own number
                f"/api/v1/desk/records/{kind}-{number}/decision", json=decision
            ),
        )
        for number, at in enumerate(places)
    ]


def _record(
    client: httpx2.Client, at: np.ndarray[Any, np.dtype[np.float64]]
) -> Callable[[], httpx2.Response]:
    body = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": at.tolist()},
        "properties": {
            "kind": "find", "category": "mortar", "position_method": "gps",
            "position_error_m": 5.0, "observed_at": "2026-11-01T08:00:00Z", "team": "T-9",
        },
    }  # fmt: skip
    return lambda: client.post("/api/v1/evidence", json=body)
