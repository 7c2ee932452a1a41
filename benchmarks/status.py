"""Full status against the bare questions that the peers answer."""

import contextlib
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from benchmarks import postgis
from benchmarks.engines import ENGINES, load_metric
from benchmarks.measure import Unavailable, in_process, medians
from benchmarks.scene import UTM, make_evidence, make_roads
from uxo.policy import Policy, load_policy
from uxo.vocabulary import HAZARD_KINDS, Category, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import Connection

_SIZES = {"small": (3_000, 30_000), "full": (10_000, 100_000, 1_000_000)}
_RUNS = 3
_HALF_WIDTH_M = 6.0  # one for all roads: a peer's index cannot use a radius with two tables in it
_LABELS = {
    "ours": "**status rule: exact pieces with reasons**",
    "postgis": "PostGIS ST_DWithin, worst per segment",
    "strtree": "shapely STRtree.query dwithin, pairs",
    "sjoin": "GeoPandas sjoin dwithin, pairs",
    "duckdb": "DuckDB spatial (envelope, then distance), pairs",
}
_MIB_4_GIB = 4096.0


def run(scale: str) -> list[dict[str, Any]]:
    """Measure every engine at every size of the scale."""
    rows: list[dict[str, Any]] = []
    ours: dict[int, dict[str, Any]] = {}
    with contextlib.ExitStack() as stack:
        server: Connection | str
        try:
            server = stack.enter_context(postgis.cluster())
        except Unavailable as reason:
            server = str(reason)
        for size in _SIZES[scale]:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="uxo-bench-"))
            found = _measure(size, Path(folder), server)
            ours[size] = found["ours"]
            rows += _rows(size, found)
    return [*rows, *_goals(ours, rows)]


def prepare(size: int, folder: Path) -> None:
    """Write the scene: our two tables in degrees, the peers' form in metres with radii."""
    roads, network = make_roads(size)
    evidence = make_evidence(size, network)
    roads.to_parquet(folder / "roads.parquet")
    evidence.to_parquet(folder / "evidence.parquet")
    hazards = evidence[evidence["kind"].isin([kind.value for kind in HAZARD_KINDS])]
    metric = hazards.geometry.to_crs(UTM)
    pd.DataFrame({"wkb": shapely.to_wkb(metric.to_numpy())}).to_parquet(folder / "hazards.parquet")
    severity = np.where(hazards["evidence_class"] == "direct", 1, 2).astype(np.int16)
    np.savez(
        folder / "metric.npz",
        xy=network.xy,
        start=network.start,
        radius=_radius_m(hazards, load_policy()),
        severity=severity,
    )


def _radius_m(hazards: gpd.GeoDataFrame, policy: Policy) -> npt.NDArray[np.float64]:
    """The rule's distance, ``f + e + w``, which the peers get ready-made."""
    keys = hazards["kind"] + " " + hazards["category"]
    footprint = {
        key: policy.footprint_m(Kind(key.split()[0]), Category(key.split()[1]))
        for key in keys.unique()
    }
    reach = keys.map(footprint) + hazards["position_error_m"] + _HALF_WIDTH_M
    return reach.to_numpy(dtype=np.float64)


def _measure(size: int, folder: Path, server: "Connection | str") -> dict[str, dict[str, Any]]:
    """Let the engines take turns, so that a busy minute hits them all."""
    prepare(size, folder)
    asks: dict[str, Callable[[], dict[str, Any]]] = {
        engine: partial(in_process, "benchmarks.engines", engine, str(folder)) for engine in ENGINES
    }
    left_out: dict[str, dict[str, Any]] = {}
    if isinstance(server, str):
        left_out["postgis"] = {"left_out": server}
    else:
        postgis.load(server, *load_metric(folder))
        asks["postgis"] = partial(postgis.worst_per_segment, server)
    runs: dict[str, list[dict[str, Any]]] = {engine: [] for engine in asks}
    for _ in range(_RUNS):
        for engine, ask in asks.items():
            try:
                runs[engine].append(ask())
            except Unavailable as reason:
                left_out[engine] = {"left_out": str(reason)}
    return {engine: medians(found) for engine, found in runs.items() if found} | left_out


def _rows(size: int, found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    ours = found["ours"]
    rows = []
    for engine, label in _LABELS.items():
        figures = found[engine]
        wall, cpu, rss = (figures.get(name) for name in ("wall_s", "cpu_s", "rss_mib"))
        answer = {
            name: value
            for name, value in figures.items()
            if name not in {"wall_s", "cpu_s", "rss_mib"}
        }
        rows.append(
            {
                "segments x evidence": f"{size:,}",
                "engine": label,
                "wall s": wall,
                "CPU s": cpu,
                "peak MiB": None if rss is None else round(rss),
                "our wall / its wall": None if wall is None else ours["wall_s"] / wall,
                "answer": ", ".join(f"{name} {_plain(value)}" for name, value in answer.items())
                if "left_out" not in answer
                else f"left out: {answer['left_out']}",
            }
        )
    return rows


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _goals(ours: dict[int, dict[str, Any]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    largest = max(ours)
    before = sorted(ours)[-2]
    ratio = {
        row["engine"]: row["our wall / its wall"]
        for row in rows
        if row["segments x evidence"] == f"{largest:,}"
    }
    growth = (ours[largest]["wall_s"] / largest) / (ours[before]["wall_s"] / before)
    return [
        _goal("wall time over PostGIS, at most 0.5 (aim 0.33)", ratio[_LABELS["postgis"]], 0.5),
        _goal("wall time over STRtree's pair join, at most 1.0", ratio[_LABELS["strtree"]], 1.0),
        _goal("peak memory, MiB, under 4096", ours[largest]["rss_mib"], _MIB_4_GIB),
        _goal(f"growth from {before:,} to {largest:,}, at most 1.2 times linear", growth, 1.2),
    ]


def _goal(goal: str, value: float | None, limit: float) -> dict[str, Any]:
    met = None if value is None else value <= limit
    return {"goal": goal, "measured": value, "met": met}
