"""A store in a file, and ways to look at the file past the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from tests.contract.engines import Clock, device_key
from uxo.store.sqlite import SqliteStore


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.gpkg"


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[SqliteStore]:
    with reopened(path, clock) as found:
        yield found


def reopened(path: Path, clock: Clock, **options: Any) -> SqliteStore:  # noqa: ANN401
    words: dict[str, Any] = {"key": device_key("desk"), "clock": clock} | options
    return SqliteStore.open(path, **words)


@contextmanager
def tampering(path: Path) -> Iterator[Any]:
    """Open the file as somebody with a database tool would who took the guards off first."""
    connection = dbapi2.connect(path, isolation_level=None)
    try:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
    finally:
        connection.close()
