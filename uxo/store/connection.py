"""Connections to one SQLite file: driver, settings, version check and the one-writer lock."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from uxo.errors import MissingPart, StoreBusy
from uxo.store.geometry import SQL_FUNCTIONS

# 3.51.3 and 3.53.0 mend a race of checkpoints that could corrupt a file in WAL mode.
_SQLITE_MIN: Final = (3, 51, 3)
_PRAGMAS: Final = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = 1",  # macOS: fsync alone does not reach the disk; elsewhere it is ignored
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 1000",
)


def check_driver(version: str = dbapi2.sqlite_version) -> None:
    """Refuse a SQLite that could damage a file or lacks the spatial index.

    Raises
    ------
    MissingPart
        The driver carries such a SQLite.
    """
    if tuple(int(part) for part in version.split(".")) < _SQLITE_MIN:
        wanted = ".".join(map(str, _SQLITE_MIN))
        msg = (
            f"the sqlcipher3 package carries SQLite {version}, and the store needs {wanted} or"
            " later; install a newer sqlcipher3"
        )
        raise MissingPart(msg)


def _speed_up_binding() -> None:
    """Let the driver bind None and bytes without its search for an adapter.

    It knows text and numbers at once, and looks for an adapter of everything else, which costs two
    microseconds a value and most of the time of a bulk import. These change no value.
    """
    dbapi2.register_adapter(type(None), {None: None}.__getitem__)
    dbapi2.register_adapter(bytes, bytearray)


def connector(path: Path, passphrase: str | None) -> Callable[[], Any]:
    """Make the function that opens one connection.

    Parameters
    ----------
    path : Path
        The file; it is created when absent.
    passphrase : str or None
        Key of an encrypted file; None for a plain one.
    """

    def connect() -> Any:  # noqa: ANN401 - a DB-API connection has no type
        _speed_up_binding()
        connection = dbapi2.connect(path, isolation_level=None, check_same_thread=False)
        try:
            if passphrase is not None:
                quoted = passphrase.replace("'", "''")
                connection.execute(f"PRAGMA key = '{quoted}'")
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        except dbapi2.Error:
            connection.close()
            raise
        for name, function in SQL_FUNCTIONS:
            connection.create_function(name, 1, function, deterministic=True)
        connection.create_function("uxo_app", 0, _yes, deterministic=True)
        return connection

    return connect


def _yes() -> int:
    return 1


def reader_engine(connect: Callable[[], Any]) -> Engine:
    """Make a pool of connections for reading."""
    return create_engine(
        "sqlite://",
        module=dbapi2,
        creator=connect,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=28,
    )


class WriterLock:
    """One process at a time writes a store; the lock ends with the process, however it ends.

    The lock is on a file of its own: opening and closing the database file itself would drop
    SQLite's own locks on it.

    Parameters
    ----------
    path : Path
        The store's file; the lock is beside it.

    Raises
    ------
    StoreBusy
        Another process, or another store object in this one, holds it.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.with_name(f"{path.name}.lock").open("a+b")
        try:
            _lock(self._file.fileno())
        except OSError:
            self._file.seek(0)
            holder = self._file.read(20).decode("ascii", "replace").strip() or "unknown"
            self._file.close()
            msg = (
                f"{path} is being written by another process (number {holder}); stop it, for"
                " example a running 'uxo serve', or use its web page instead"
            )
            raise StoreBusy(msg) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()).encode())
        self._file.flush()

    def release(self) -> None:
        """Let another process write."""
        self._file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        # Far beyond the text, because a lock on Windows keeps others from reading the range.
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
