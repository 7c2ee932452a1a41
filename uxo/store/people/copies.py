# ruff: noqa: S608 - the statement is put together from names of the schema
"""A complete copy of the file of people, in which no door stands open."""

import os
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from uxo.errors import StoreError


def write_copy(connection: Any, path: Path) -> None:  # noqa: ANN401 - a DB-API connection has no type
    """Write everything but sessions, codes and counts of guesses; it is on disk on return.

    The copy is encrypted with the key of the original, where that has one.

    Raises
    ------
    StoreError
        There is such a file, or it cannot be written.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:  # it exists, or cannot be made there
        msg = f"the backup {path} could not be written: {error.strerror}"
        raise StoreError(msg) from error
    try:
        # An empty file is filled, with the mode that it has.
        connection.execute("VACUUM INTO ?", (str(path),))
        _forget_doors(connection, path)
    except dbapi2.Error as error:
        path.unlink(missing_ok=True)
        msg = f"the backup {path} could not be written: {error}"
        raise StoreError(msg) from error
    with path.open("rb") as copy:
        os.fsync(copy.fileno())


def _forget_doors(connection: Any, path: Path) -> None:  # noqa: ANN401
    connection.execute("ATTACH DATABASE ? AS copy", (str(path),))
    try:
        connection.execute("PRAGMA copy.secure_delete = ON")
        for table in ("session", "enrolment_code", "attempt"):
            connection.execute(f"DELETE FROM copy.{table}")
    finally:
        connection.execute("DETACH DATABASE copy")
