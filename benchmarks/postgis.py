"""A PostGIS cluster of our own in a temporary folder: started, asked, stopped, removed."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString

import numpy as np
import numpy.typing as npt
import shapely

from benchmarks.measure import Unavailable

if TYPE_CHECKING:
    from psycopg import Connection

_CONF = """
listen_addresses = ''
shared_buffers = 1GB
work_mem = 256MB
maintenance_work_mem = 512MB
jit = off
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 4GB
autovacuum = off
"""
_DURABLE = "fsync = on\nsynchronous_commit = on\nfull_page_writes = on\n"
# The worst hazard of each segment, by distance alone, from indexed and analysed tables.
_QUESTION = """
CREATE TEMP TABLE worst AS
SELECT s.id, min(h.severity) AS severity
FROM hazard h JOIN segment s ON ST_DWithin(s.geom, h.geom, h.radius)
GROUP BY s.id
"""


def _programs() -> Path:
    """Find PostgreSQL's programs."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise Unavailable("no initdb: apt install postgresql-15-postgis-3")
    return found[-1].parent


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root runs it as the account of its package."""
    if os.geteuid() != 0:
        return {}
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        raise Unavailable("root without a postgres account: apt install postgresql-15") from None
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


@contextmanager
def cluster(*, durable: bool = False) -> Iterator["Connection"]:
    """Start a cluster and yield a connection to it; stop and remove it at the end.

    Parameters
    ----------
    durable : bool
        Whether a commit is on disk when it returns, as ours is.
    """
    programs, account = _programs(), _account()
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        if account:
            os.chown(home, account["user"], account["group"])
        options: dict[str, Any] = {
            "cwd": home,
            "env": {"PATH": os.defpath, "LC_ALL": "C"},
            **account,
        }
        make = [programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-N"]
        subprocess.run([*make, "-E", "UTF8"], check=True, capture_output=True, **options)
        with (home / "data" / "postgresql.conf").open("a") as file:
            file.write(f"{_CONF}unix_socket_directories = '{home}'\n")
            if durable:
                file.write(_DURABLE)
        with (home / "log").open("w") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", home / "data"], stdout=log, stderr=log, **options
            )
        try:
            with _connect(home, server) as connection:
                yield connection
        finally:
            server.terminate()
            server.wait(timeout=60)


def _connect(home: Path, server: subprocess.Popen[bytes]) -> "Connection":
    """Wait until the server answers, then make it a PostGIS."""
    try:
        import psycopg  # noqa: PLC0415  # a peer, not needed to import this module
    except ImportError:
        raise Unavailable("no psycopg: pip install '.[bench]'") from None
    deadline = time.monotonic() + 60
    while True:
        try:
            connection = psycopg.connect(f"host={home} user=postgres", autocommit=True)
            break
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise Unavailable(f"PostgreSQL did not start: {error}") from None
            time.sleep(0.1)
    try:
        connection.execute("CREATE EXTENSION postgis")
    except psycopg.Error as error:
        connection.close()
        raise Unavailable(f"no PostGIS ({error}): apt install postgresql-15-postgis-3") from None
    return connection


def load(
    connection: "Connection",
    segments: npt.NDArray[np.object_],
    hazards: npt.NDArray[np.object_],
    radius: npt.NDArray[np.float64],
    severity: npt.NDArray[np.int16],
) -> None:
    """Copy the scene into indexed and analysed tables; not counted."""
    connection.execute("DROP TABLE IF EXISTS segment, hazard")
    connection.execute("CREATE TABLE segment (id integer, geom geometry(Geometry, 32637))")
    connection.execute(
        "CREATE TABLE hazard (geom geometry(Geometry, 32637), radius double precision, "
        "severity smallint)"
    )
    _copy(connection, "segment (id, geom)", np.arange(len(segments)), _wkb(segments))
    _copy(connection, "hazard (geom, radius, severity)", _wkb(hazards), radius, severity)
    connection.execute("CREATE INDEX ON segment USING gist (geom)")
    connection.execute("CREATE INDEX ON hazard USING gist (geom)")
    connection.execute("VACUUM ANALYZE")


def _wkb(geometries: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    text: npt.NDArray[np.object_] = shapely.to_wkb(
        shapely.set_srid(geometries, 32637), hex=True, include_srid=True
    )
    return text


def _copy(connection: "Connection", into: str, *columns: npt.NDArray[Any]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in zip(*(np.asarray(column).tolist() for column in columns), strict=True):
            copy.write_row(row)


def worst_per_segment(connection: "Connection") -> dict[str, Any]:
    """Ask the question once."""
    connection.execute("DROP TABLE IF EXISTS worst")
    start = time.perf_counter()
    connection.execute(_QUESTION)
    wall_s = time.perf_counter() - start
    found = _one(connection, "SELECT count(*) FROM worst")
    return {"wall_s": wall_s, "segments": found, "by": version(connection)}


def version(connection: "Connection") -> str:
    """Name the server and its extension."""
    server = str(_one(connection, "SHOW server_version")).split()[0]
    return f"PostgreSQL {server}, PostGIS {_one(connection, 'SELECT postgis_lib_version()')}"


def _one(connection: "Connection", question: LiteralString) -> object:
    row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]
