"""Opening the file of a store: laying a new one out, checking an old one."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sqlcipher3 import dbapi2

from uxo.errors import StoreBroken, StoreVersion
from uxo.store import geopackage
from uxo.store.clock import AHEAD_MAX_MS, HybridClock
from uxo.store.schema import EVENT_ROUTE, LAYERS, SCHEMA_VERSION
from uxo.store.statements import LAST_CLOCK
from uxo.vocabulary import Layer

_HAS_META: Final = "SELECT count(*) FROM sqlite_master WHERE name = 'meta' AND type = 'table'"
_VERSION: Final = "SELECT value FROM meta WHERE name = 'schema_version'"
_SET_VERSION: Final = "UPDATE meta SET value = ? WHERE name = 'schema_version'"


def prepare(path: Path, connect: Callable[[], Any], clock: HybridClock) -> Any:  # noqa: ANN401
    """Open the writing connection, lay the file out when it is new, and set the clock.

    Raises
    ------
    StoreBroken, StoreVersion
        The file is no store, is damaged, or is of another version.
    """
    with _explained(path):
        connection = connect()
        try:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables == 0:
                _lay_out(connection)
            _migrate(connection)
            _check_version(path, connection)
            geopackage.add_index(connection, EVENT_ROUTE)
            connection.execute("PRAGMA journal_mode = WAL")
            limit = ((clock.now_us() // 1000 + AHEAD_MAX_MS) << 16) | 0xFFFF
            clock.see(connection.execute(LAST_CLOCK, (limit,)).fetchone()[0])
        except BaseException:
            connection.close()
            raise
    return connection


def check(path: Path, connect: Callable[[], Any]) -> None:
    """Check that a file is a store which this version reads.

    Raises
    ------
    StoreBroken, StoreVersion
        As for `prepare`.
    """
    with _explained(path), closing(connect()) as connection:
        _check_version(path, connection)


def _lay_out(connection: Any) -> None:  # noqa: ANN401
    connection.execute(f"PRAGMA application_id = {geopackage.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {geopackage.USER_VERSION}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    geopackage.create(connection)
    connection.execute("COMMIT")
    # GDAL looks for the application id in the main file.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _migrate(connection: Any) -> None:  # noqa: ANN401
    """Bring a store of an older layout up to date, all or nothing; others are left as they are."""
    (known,) = connection.execute(_HAS_META).fetchone()
    found = connection.execute(_VERSION).fetchone() if known else None
    layouts = list(_STEPS)
    if found is None or found[0] not in layouts:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for layout in layouts[layouts.index(found[0]) :]:
            _STEPS[layout](connection)
        connection.execute(_SET_VERSION, (str(SCHEMA_VERSION),))
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _from_1(connection: Any) -> None:  # noqa: ANN401
    """Add what phones send."""
    geopackage.add_tables(connection, geopackage.ADDED_IN_2)


def _from_2(connection: Any) -> None:  # noqa: ANN401
    """Give roads the columns that OpenStreetMap fills, and a list of those withdrawn."""
    geopackage.lay_out_anew(connection, LAYERS[Layer.ROADS])
    geopackage.add_tables(connection, geopackage.ADDED_IN_3)


_STEPS: Final[Mapping[str, Callable[[Any], None]]] = MappingProxyType({"1": _from_1, "2": _from_2})
"""Layout -> what brings a store of it to the next, oldest first."""


def _check_version(path: Path, connection: Any) -> None:  # noqa: ANN401
    (known,) = connection.execute(_HAS_META).fetchone()
    if not known:
        msg = f"{path} is a database of another programme, not a store; name another file"
        raise StoreBroken(msg)
    (version,) = connection.execute(_VERSION).fetchone()
    if version != str(SCHEMA_VERSION):
        msg = (
            f"{path} has layout {version}; this version of uxo reads {SCHEMA_VERSION}; an older"
            " one is brought up to date with: uxo init"
        )
        raise StoreVersion(msg)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say what a driver's error means for the person who named the file."""
    try:
        yield
    except dbapi2.DatabaseError as error:
        msg = f"{path} is damaged, no store, or its passphrase is wrong: {error}"
        raise StoreBroken(msg) from error
