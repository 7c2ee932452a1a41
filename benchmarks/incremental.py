"""One find among a million: how soon its roads have their new status, also from an append."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.scene import AS_OF, UTM, Network, make_evidence, make_roads
from uxo.evidence.columns import EVIDENCE_DTYPES, WGS84, as_table
from uxo.evidence.events import EventType
from uxo.policy import load_policy
from uxo.settings import Settings
from uxo.status.live import LiveStatus
from uxo.store.contract import Draft, FileStamp, Store
from uxo.vocabulary import Layer
from uxo.wiring import now, open_store

_SIZE = {"small": 10_000, "full": 1_000_000}
_FINDS = 300
_WARM = 20
_COMPUTE_MS = 5.0
_ANSWER_MS = 50.0


def run(scale: str) -> list[dict[str, Any]]:
    """Measure the status alone, then from a durable append to the new pieces."""
    size = _SIZE[scale]
    roads, network = make_roads(size)
    evidence = make_evidence(size, network)
    # What the store records below is known later than the scene's own day.
    known_at = now() + timedelta(days=1)
    live = LiveStatus(roads, evidence, policy=load_policy(), as_of=AS_OF, known_at=known_at)
    compute = [_upsert_ms(live, find) for find in _finds(network, "c")]
    with _store_with(evidence) as store:
        answer = [_append_ms(store, live, find) for find in _finds(network, "a")]
    return [
        _row(f"compute: new status of its roads, among {size:,}", compute, _COMPUTE_MS),
        _row("append to the log, on disk, to the new status of its roads", answer, _ANSWER_MS),
    ]


def _row(what: str, milliseconds: list[float], limit_ms: float) -> dict[str, Any]:
    cuts = quantiles(milliseconds[_WARM:], n=20)
    return {
        "what": what,
        "median ms": cuts[9],
        "p95 ms": cuts[18],
        "goal": f"median < {limit_ms:g}",
        "met": cuts[9] < limit_ms,
    }


def _finds(network: Network, prefix: str) -> Iterator[gpd.GeoDataFrame]:
    """Put finds within metres of a road, one table of one row each."""
    rng = np.random.default_rng(23)
    places = network.xy[rng.integers(0, len(network.xy), _FINDS + _WARM)]
    metric = shapely.points(places + rng.normal(0, 20, places.shape))
    points = gpd.GeoSeries(metric, crs=UTM).to_crs(WGS84)
    day = pd.Timestamp(AS_OF) - pd.Timedelta(hours=2)
    for number, point in enumerate(points):
        row = pd.DataFrame(
            {
                "id": [f"{prefix}{number}"],
                "kind": "find",
                "category": "mortar",
                "evidence_class": "direct",
                "position_method": "gps",
                "position_error_m": 8.0,
                "observed_at": day,
                "recorded_at": day,
                "review": "unreviewed",
                "team": "T1",
            }
        )
        yield as_table(gpd.GeoDataFrame(row, geometry=[point], crs=WGS84), EVIDENCE_DTYPES)


def _upsert_ms(live: LiveStatus, find: gpd.GeoDataFrame) -> float:
    start = time.perf_counter()
    live.upsert(find)
    return (time.perf_counter() - start) * 1000


def _append_ms(store: Store, live: LiveStatus, find: gpd.GeoDataFrame) -> float:
    """Record, read back what the store made of it, refresh, and sum up the changed roads."""
    row = find.iloc[0]
    values = {
        name: row[name]
        for name in ("kind", "category", "evidence_class", "position_method", "position_error_m")
    }
    data = {**values, "observed_at": row["observed_at"].to_pydatetime(), "geometry": row.geometry}
    start = time.perf_counter()
    receipt = store.record([Draft(EventType.EVIDENCE_RECORDED, None, data, "T1")])[0]
    changed = live.upsert(store.get(Layer.EVIDENCE, receipt.entity))
    live.km_by_status(changed)
    return (time.perf_counter() - start) * 1000


@contextmanager
def _store_with(evidence: gpd.GeoDataFrame) -> Iterator[Store]:
    """Make a store that holds the evidence already."""
    with tempfile.TemporaryDirectory(prefix="uxo-bench-") as folder:
        settings = Settings(store=str(Path(folder) / "store.gpkg"))
        with open_store(settings, create=True) as store:
            batches = (
                evidence.iloc[i : i + 50_000].reset_index(drop=True)
                for i in range(0, len(evidence), 50_000)
            )
            stamp = FileStamp("scene", "0" * 64)
            store.import_rows(Layer.EVIDENCE, batches, stamp=stamp, who="T1")
            yield store
