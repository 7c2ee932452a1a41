"""The store against what a team would otherwise use, on the same machine in the same run."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import create_engine, make_url, text

from benchmarks.clients import a_find, open_store
from benchmarks.measure import Unavailable, in_process, medians
from benchmarks.slow_disk import FLUSH_MS, slow_flush
from uxo.evidence.columns import EVIDENCE_DTYPES, as_table
from uxo.store.contract import FileStamp
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer

_ROWS = {"small": 50_000, "full": 1_000_000}
_SINGLE = {"small": 40, "full": 200}
_CLIENTS = 32
_POOL = 8
_EACH = {"small": 6, "full": 25}
_BATCH = 50_000
_TURN = 20
_PASSES = 3
_BOXES = 25
_STAMP = FileStamp("benchmark", "0" * 64)


def run(scale: str, pg_url: str | None = None) -> list[dict[str, Any]]:
    """Measure every target that applies to the embedded store.

    Parameters
    ----------
    scale : {"small", "full"}
        50 thousand or one million rows.
    pg_url : str or None
        SQLAlchemy URL of a PostGIS database for ``to_postgis`` (which needs GeoAlchemy2).
    """
    with tempfile.TemporaryDirectory(prefix="uxo-bench-") as folder:
        table = make_rows(_ROWS[scale])
        rows = [_single(Path(folder), _SINGLE[scale])]
        rows += _clients(Path(folder), _EACH[scale], pg_url)
        rows.append(_changes(Path(folder), _SINGLE[scale]))
        store_file, imported = _imports(Path(folder), table, pg_url)
        rows += imported
        rows += _reads(Path(folder), store_file)
    return rows


def make_rows(count: int) -> gpd.GeoDataFrame:
    """Invent finds from a fixed seed in an evidence table."""
    rng = np.random.default_rng(7)
    day = pd.Timestamp("2020-01-01", tz="UTC")
    dates = day + pd.to_timedelta(rng.integers(0, 2200, count), unit="D")
    frame = gpd.GeoDataFrame(
        {
            "id": [f"F-{number:07d}" for number in rng.permutation(count)],
            "kind": rng.choice(["find", "strike", "report"], count),
            "category": rng.choice(["mortar", "rocket", "submunition", "unknown"], count),
            "position_method": "gps",
            "position_error_m": np.round(rng.random(count) * 50, 1),
            "observed_at": dates,
            "recorded_at": dates + pd.Timedelta(hours=9),
            "team": rng.choice(["T-1", "T-2", "T-3"], count),
        },
        geometry=shapely.points(37 + rng.random(count), 36 + rng.random(count)),
        crs=4326,
    )
    return as_table(frame, EVIDENCE_DTYPES)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds (all threads) of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _row(  # noqa: PLR0913 - the columns of the table
    name: str, ours: float, peer: float, peer_name: str, *, goal: str, met: bool, note: str = ""
) -> dict[str, Any]:
    return {
        "name": name,
        "ours": ours,
        "peer": peer,
        "peer_name": peer_name,
        "ratio": ours / peer if peer else float("nan"),
        "goal": goal,
        "met": met,
        "note": note,
    }


def _single(folder: Path, count: int) -> dict[str, Any]:
    """One find at a time, each on disk before the next; the two take turns of twenty."""
    plain = make_rows(1000).drop(columns="releases_hazards")
    plain.to_file(folder / "append.gpkg")
    one = plain.iloc[:1]
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    with open_store(folder / "single.gpkg") as store:
        for _ in range(20):
            store.record([a_find()])
        for _ in range(count // _TURN):
            ours += [_timed(lambda: store.record([a_find()])) for _ in range(_TURN)]
            theirs += [
                _timed(lambda: one.to_file(folder / "append.gpkg", mode="a")) for _ in range(_TURN)
            ]
    walls = [median(wall for wall, _ in runs) * 1e3 for runs in (ours, theirs)]
    cpus = [median(cpu for _, cpu in runs) * 1e3 for runs in (ours, theirs)]
    return _row(
        "durable single insert, ms",
        *walls,
        'gdf.to_file(mode="a")',
        goal="<= 0.1",
        met=walls[0] <= 0.1 * walls[1],
        note=f"CPU {cpus[0]:.2f} against {cpus[1]:.2f} ms; ours is chained and signed too",
    )


def _clients(folder: Path, each: int, pg_url: str | None) -> list[dict[str, Any]]:
    """Many clients at once, each engine in a process of its own."""
    rows = []
    try:
        slow = slow_flush(folder)
        ours, immediate, deferred = (
            _load(folder, engine, _CLIENTS, each, env=slow)
            for engine in ("ours", "BEGIN IMMEDIATE", "BEGIN")
        )
    except Unavailable as reason:
        print(f"{_CLIENTS} clients on a slow disk are left out: {reason}")
    else:
        disk = f"{_CLIENTS} clients, flush of {FLUSH_MS} ms"
        rows += [
            _row(
                f"errors, {disk}, %", ours["errors"] * 100, deferred["errors"] * 100,
                "deferred BEGIN a request", goal="0", met=ours["errors"] == 0,
            ),
            _row(
                f"seconds a thousand records, {disk}", ours["thousand_s"], immediate["thousand_s"],
                "BEGIN IMMEDIATE a request", goal="<= 0.33",
                met=ours["thousand_s"] <= immediate["thousand_s"] / 3,
                note=f"peer's errors {immediate['errors']:.0%}",
            ),
            _row(
                f"p99 of an answer, {disk}, ms", ours["p99_s"] * 1e3, immediate["p99_s"] * 1e3,
                "BEGIN IMMEDIATE a request", goal="<= 0.1",
                met=ours["p99_s"] <= immediate["p99_s"] / 10,
            ),
        ]  # fmt: skip
    if pg_url is not None:
        ours = _load(folder, "ours", _POOL, each * 4)
        theirs = _load(folder, "PostGIS", _POOL, each * 4, url=_libpq(pg_url))
        rows.append(
            _row(
                f"seconds a thousand records, {_POOL} clients",
                ours["thousand_s"], theirs["thousand_s"], "PostGIS, psycopg_pool",
                goal="<= 0.77", met=ours["thousand_s"] <= theirs["thousand_s"] / 1.3,
                note=f"p99 {ours['p99_s'] * 1e3:.0f} against {theirs['p99_s'] * 1e3:.0f} ms",
            )
        )  # fmt: skip
    return rows


def _load(
    folder: Path,
    engine: str,
    clients: int,
    each: int,
    *,
    env: dict[str, str] | None = None,
    url: str | None = None,
) -> dict[str, Any]:
    """Run one engine three times, each in a folder of its own."""
    runs = []
    for _ in range(_PASSES):
        with tempfile.TemporaryDirectory(dir=folder) as home:
            extra = [] if url is None else [url]
            arguments = (engine, home, str(clients), str(each), *extra)
            runs.append(in_process("benchmarks.clients", *arguments, env=env))
    return medians(runs)


def _libpq(url: str) -> str:
    """Turn an SQLAlchemy URL with a socket's folder into libpq's words."""
    return f"host={make_url(url).query['host']} user=postgres"


def _changes(folder: Path, count: int) -> dict[str, Any]:
    """One change of a record, on disk before the next."""
    cpus = {}
    for engine in ("ours", "continuum"):
        runs = []
        for _ in range(_PASSES):
            with tempfile.TemporaryDirectory(dir=folder) as home:
                runs.append(in_process("benchmarks.changes", engine, home, str(count)))
        cpus[engine] = medians(runs)["cpu_us"]
    return _row(
        "one change of a record, CPU us", cpus["ours"], cpus["continuum"], "SQLAlchemy-Continuum",
        goal="<= 0.3", met=cpus["ours"] <= 0.3 * cpus["continuum"],
        note="ours with chain and signature",
    )  # fmt: skip


def _batches(table: gpd.GeoDataFrame) -> Iterator[gpd.GeoDataFrame]:
    for start in range(0, len(table), _BATCH):
        yield table.iloc[start : start + _BATCH]


def _imports(
    folder: Path, table: gpd.GeoDataFrame, pg_url: str | None
) -> tuple[Path, list[dict[str, Any]]]:
    plain = table.drop(columns="releases_hazards")
    ours, theirs = [], []
    path = folder / "import-0.gpkg"
    for turn in range(_PASSES):
        peer = folder / "peer.gpkg"
        peer.unlink(missing_ok=True)
        with open_store(folder / f"import-{turn}.gpkg") as store:
            ours.append(_timed(lambda store=store: _take_in(store, table)))
        theirs.append(_timed(lambda peer=peer: plain.to_file(peer)))
        if turn:
            (folder / f"import-{turn}.gpkg").unlink()
    cpus = [median(cpu for _, cpu in runs) for runs in (ours, theirs)]
    walls = [median(wall for wall, _ in runs) for runs in (ours, theirs)]
    note = f"wall {walls[0]:.1f} against {walls[1]:.1f} s"
    rows = [
        _row(
            f"import of {len(table):,} rows, CPU s", *cpus, "gdf.to_file(gpkg)",
            goal="<= 0.8", met=cpus[0] <= 0.8 * cpus[1], note=note,
        )
    ]  # fmt: skip
    if pg_url is not None:
        cpu = _to_postgis(plain, pg_url)
        rows.append(
            _row(
                f"import of {len(table):,} rows, CPU s", cpus[0], cpu,
                "to_postgis, its server's work included",
                goal="<= 0.4", met=cpus[0] <= 0.4 * cpu,
            )
        )  # fmt: skip
    return path, rows


def _to_postgis(table: gpd.GeoDataFrame, url: str) -> float:
    """CPU seconds of client and server; SQLite does a server's work in our own process."""
    engine = create_engine(url)
    with engine.connect() as connection:
        process = Path(f"/proc/{connection.scalar(text('SELECT pg_backend_pid()'))}/stat")

        def server_s() -> float:
            ticks = process.read_text().rsplit(")", 1)[1].split()[11:13]
            return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

        before = server_s()
        _, cpu = _timed(
            lambda: table.to_postgis("uxo_bench", connection, if_exists="replace", index=False)
        )
        connection.commit()
        cpu += server_s() - before
    engine.dispose()
    return cpu


def _take_in(store: SqliteStore, table: gpd.GeoDataFrame) -> None:
    store.import_rows(Layer.EVIDENCE, _batches(table), stamp=_STAMP, who="OFFICE")


def _reads(folder: Path, path: Path) -> list[dict[str, Any]]:
    """Boxes and the whole layer; the peer reads a copy, since it must not open the live file."""
    copy = folder / "copy.gpkg"
    rng = np.random.default_rng(11)
    side = 0.0324  # about a thousandth of the extent's area: a thousand of a million rows
    corners = rng.random((_BOXES, 2)) * (1 - side) + (37, 36)
    ours: list[float] = []
    theirs: list[float] = []
    with closing(open_store(path)) as store:
        store.backup(copy)
        store.state(Layer.EVIDENCE, (37, 36, 37.001, 36.001))
        for west, south in corners.tolist():
            box = (west, south, west + side, south + side)
            ours.append(_timed(lambda box=box: store.state(Layer.EVIDENCE, box))[1])
            theirs.append(
                _timed(lambda box=box: gpd.read_file(copy, layer="evidence", bbox=box))[1]
            )
        whole = [
            (
                _timed(lambda: store.state(Layer.EVIDENCE)),
                _timed(lambda: gpd.read_file(copy, layer="evidence")),
            )
            for _ in range(_PASSES)
        ]
    box_ms = [median(runs) * 1e3 for runs in (ours, theirs)]
    layer_s = [median(pair[side][1] for pair in whole) for side in (0, 1)]
    wall_s = [median(pair[side][0] for pair in whole) for side in (0, 1)]
    return [
        _row(
            "rows in a box, CPU ms", *box_ms, "gpd.read_file(bbox=) on a copy",
            goal="<= 0.6", met=box_ms[0] <= 0.6 * box_ms[1],
        ),
        _row(
            "whole layer, CPU s", *layer_s, "gpd.read_file on a copy",
            goal="<= 0.6", met=layer_s[0] <= 0.6 * layer_s[1],
            note=f"wall {wall_s[0]:.1f} against {wall_s[1]:.1f} s; ours is in process, with dtypes",
        ),
    ]  # fmt: skip
