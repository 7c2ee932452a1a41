"""A complete copy of the file while others go on working."""

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlcipher3 import dbapi2

from uxo.errors import StoreError


def write_copy(engine: Engine, path: Path) -> None:
    """Write everything that is committed now into a new file; it is on disk on return.

    ``VACUUM INTO`` reads one moment of the store. A copy of the file itself would lack what is
    still in the write-ahead log, and the driver's page-wise backup starts anew at each commit.

    Raises
    ------
    StoreError
        There is such a file, or it cannot be written.
    """
    if path.exists():
        msg = f"{path} exists already; a backup is never written over another file"
        raise StoreError(msg)
    # Its owner's alone from the first moment; an empty file is filled, with the mode that it has.
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        msg = f"the backup {path} could not be written: {error.strerror}"
        raise StoreError(msg) from error
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("VACUUM INTO ?", (str(path),))
        except dbapi2.Error as error:
            path.unlink(missing_ok=True)
            msg = f"the backup {path} could not be written: {error}"
            raise StoreError(msg) from error
    with path.open("rb") as copy:
        os.fsync(copy.fileno())
