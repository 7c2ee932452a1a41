"""Many clients that record finds at once, with one engine, in a process of its own.

``python -m benchmarks.clients ENGINE FOLDER CLIENTS EACH [URL]`` prints a JSON object. Every engine
does the very same work for a find (chain, signature, projection, index); only the discipline of
writing differs.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import numpy as np
import shapely
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from uxo.evidence.events import Envelope, Event, EventType
from uxo.store.clock import HybridClock
from uxo.store.connection import connector
from uxo.store.contract import Draft
from uxo.store.evidence_data import canonical_data, to_row
from uxo.store.fold import fold
from uxo.store.log import Log
from uxo.store.signing import DeviceKey
from uxo.store.sqlite import SqliteStore

_ENTROPY_SEED = 20261121
_CLIENTS_MOST = 64


def now() -> datetime:
    """Read the wall clock."""
    return datetime.fromtimestamp(time.time(), UTC)


def open_store(path: Path) -> SqliteStore:
    """Open our store with a key of its own."""
    return SqliteStore.open(path, key=DeviceKey.generate(), clock=now)


def a_find() -> Draft:
    """Draft one find as a phone sends it."""
    data = {
        "kind": "find",
        "category": "mortar",
        "position_method": "gps",
        "position_error_m": 5.0,
        "observed_at": now(),
        "geometry": shapely.Point(37.1612345, 36.2012345),
    }
    return Draft(EventType.EVIDENCE_RECORDED, None, data, "T-1")


@contextmanager
def _ours(folder: Path, _: str) -> Iterator[Callable[[], object]]:
    """One writer thread that commits in groups."""
    with open_store(folder / "ours.gpkg") as store:
        yield lambda: store.record([a_find()])


@contextmanager
def _by_request(folder: Path, begin: str) -> Iterator[Callable[[], object]]:
    """Write as a service without a writer thread does: a connection and a transaction a request."""
    path = folder / f"{begin.replace(' ', '-')}.gpkg"
    with open_store(path) as store:
        store.record([a_find()])
    connect = connector(path, None)
    engine = create_engine(
        "sqlite://", module=dbapi2, creator=connect, poolclass=QueuePool, max_overflow=_CLIENTS_MOST
    )
    log = Log(DeviceKey.generate(), HybridClock(now), np.random.default_rng(_ENTROPY_SEED).bytes)

    def request() -> None:
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute(begin)
            try:
                log.record(driver, [a_find()])
                driver.execute("COMMIT")
            except BaseException:
                driver.execute("ROLLBACK")
                raise

    yield request
    engine.dispose()


_TABLES = """
CREATE TABLE event (n bigserial PRIMARY KEY, hash bytea UNIQUE, dev bytea, seq bigint, hlc bigint,
    ent text, type text, body bytea, sig bytea, UNIQUE (dev, seq));
CREATE INDEX ON event (ent, hlc);
CREATE TABLE head (dev bytea PRIMARY KEY, seq bigint, hash bytea);
CREATE TABLE evidence (fid bigserial PRIMARY KEY, geom geometry(Geometry, 4326), id text UNIQUE,
    fields text[]);
CREATE INDEX ON evidence USING gist (geom);
"""


@contextmanager
def _postgis(_: Path, url: str) -> Iterator[Callable[[], object]]:
    """Write to PostGIS through a pool; one chain, so a lock keeps its events in order."""
    from psycopg_pool import ConnectionPool  # noqa: PLC0415  # a peer

    key, clock = DeviceKey.generate(), HybridClock(now)
    dev = bytes.fromhex(key.dev)
    log = Log(key, clock, np.random.default_rng(_ENTROPY_SEED).bytes)

    def request() -> None:
        draft = a_find()
        entity = log.new_id()
        with pool.connection() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(1)")
            head = connection.execute("SELECT seq, hash FROM head WHERE dev = %s", (dev,))
            seq, last = head.fetchone() or (0, None)
            stamped = {**draft.data, "id": entity, "recorded_at": now(), "team": "T-1"}
            event = Event.seal(
                Envelope(
                    dev=key.dev,
                    seq=seq + 1,
                    prev=None if last is None else last.hex(),
                    hlc=clock.tick(),
                    ent=entity,
                    links=(),
                    type=draft.type,
                    who=draft.who,
                    data=canonical_data(draft.type, stamped),
                ),
                key.sign,
            )
            connection.execute(
                "INSERT INTO event (hash, dev, seq, hlc, ent, type, body, sig)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    event.hash, dev, seq + 1, event.envelope.hlc, entity, draft.type.value,
                    event.raw, event.sig,
                ),
            )  # fmt: skip
            connection.execute(
                "INSERT INTO head VALUES (%s, %s, %s) ON CONFLICT (dev) DO UPDATE"
                " SET seq = excluded.seq, hash = excluded.hash",
                (dev, seq + 1, event.hash),
            )
            folded = fold([event], None, frozenset())
            assert folded is not None
            values, _blob = to_row(folded.data)
            connection.execute(
                "INSERT INTO evidence (geom, id, fields)"
                " VALUES (ST_GeomFromText('POINT(37.1612345 36.2012345)', 4326), %s, %s)",
                (entity, [None if value is None else str(value) for value in values]),
            )

    with ConnectionPool(url, min_size=8, max_size=8) as pool:
        pool.wait()
        with pool.connection() as connection:
            connection.execute("DROP TABLE IF EXISTS event, head, evidence")
            for statement in _TABLES.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
        yield request


ENGINES = {
    "ours": _ours,
    "BEGIN IMMEDIATE": _by_request,
    "BEGIN": _by_request,
    "PostGIS": _postgis,
}


def load(request: Callable[[], object], clients: int, each: int) -> dict[str, float]:
    """Seconds for a thousand answers, p99 in seconds, and the share of errors."""
    answers: list[float] = []
    errors: list[Exception] = []

    def client() -> None:
        for _ in range(each):
            start = time.perf_counter()
            try:
                request()
                answers.append(time.perf_counter() - start)
            except Exception as error:  # noqa: BLE001 - counted
                errors.append(error)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - start
    return {
        "thousand_s": wall / max(len(answers), 1) * 1000,
        "p99_s": quantiles(answers, n=100)[98] if len(answers) > 1 else float("nan"),
        "errors": len(errors) / (len(errors) + len(answers)),
    }


if __name__ == "__main__":
    engine, folder, clients, each, *url = sys.argv[1:]
    with ENGINES[engine](Path(folder), url[0] if url else engine) as one:
        for _ in range(20):
            one()
        print(json.dumps(load(one, int(clients), int(each))))
