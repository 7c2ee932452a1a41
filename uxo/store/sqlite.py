"""The store in one SQLite file that is also a GeoPackage."""

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import geopandas as gpd
from sqlcipher3 import dbapi2

from uxo.errors import NotFound, Refused
from uxo.evidence.events import Event
from uxo.evidence.routes import Route
from uxo.store import geopackage, projection
from uxo.store.anchors import keep_anchor, make_anchor
from uxo.store.backups import write_copy
from uxo.store.blobs import Blobs
from uxo.store.clock import HybridClock
from uxo.store.connection import WriterLock, check_driver, connector, reader_engine
from uxo.store.contract import (
    Anchor,
    Box,
    Conflict,
    Draft,
    FileStamp,
    ImportReceipt,
    Receipt,
    Source,
    VerifyReport,
    Withdraw,
)
from uxo.store.imports import DryRun, Import, ImportOrder
from uxo.store.log import Log, check_foreign
from uxo.store.opening import check, prepare
from uxo.store.reading import Reader
from uxo.store.signing import DeviceKey
from uxo.store.sqlite_phones import SqlitePhones
from uxo.store.sqlite_roads import SqliteRoads
from uxo.store.verify import verify_store
from uxo.store.writer import Writer
from uxo.vocabulary import Layer

_POLL_S: Final = 0.02


class SqliteStore(SqlitePhones, SqliteRoads):
    """A `uxo.store.contract.Store` in one SQLite file; make one with `open`.

    Never open the live file with GDAL, pyogrio or GeoPandas in this process: two copies of SQLite
    in one break each other's locks, and rows were lost in trials. In another it is fine.
    """

    def __init__(
        self,
        path: Path,
        *,
        connect: Callable[[], Any],
        clock: HybridClock,
        writer: "_Writing | None",
    ) -> None:
        self._path = path
        self._engine = reader_engine(connect)
        self._reader = Reader(self._engine)
        self._clock = clock
        self._writing = writer
        self._blobs = Blobs(path.with_name(f"{path.name}.media"))
        self._closed = threading.Event()

    @classmethod
    def open(  # noqa: PLR0913 - everything that a lower room may not make for itself comes in here
        cls,
        path: Path,
        *,
        key: DeviceKey | None = None,
        clock: Callable[[], datetime],
        create: bool = True,
        passphrase: str | None = None,
        entropy: Callable[[int], bytes] = os.urandom,
        read_only: bool = False,
    ) -> Self:
        """Open a store, or make a new one.

        Parameters
        ----------
        path : Path
            The file, on a local disk (the write-ahead log does not work on a network share).
        key : DeviceKey or None
            Signs what is written. Needed unless ``read_only``.
        clock : callable
            The wall clock, with a zone.
        create : bool
            Make the file when it is absent.
        passphrase : str or None
            Key of an encrypted file (SQLCipher). Other programs then cannot read it.
        entropy : callable
            Gives random bytes for ids.
        read_only : bool
            Only look; other processes may write meanwhile.

        Raises
        ------
        NotFound
            There is no such file and none is to be made.
        StoreBusy
            Another process writes this store.
        StoreVersion
            The file was made by another version of this package.
        StoreBroken
            The file is no store, is damaged, or the passphrase is wrong.
        MissingPart
            The installed SQLite is too old.
        """
        check_driver()
        if not path.exists() and (read_only or not create):
            msg = f"there is no store {path}; make one with: uxo init"
            raise NotFound(msg)
        connect = connector(path, passphrase)
        ticking = HybridClock(clock)
        if read_only:
            check(path, connect)
            return cls(path, connect=connect, clock=ticking, writer=None)
        if key is None:
            msg = f"writing {path} needs the key of this device"
            raise Refused(msg)
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = WriterLock(path)
        try:
            if not path.exists():
                path.touch(mode=0o600)  # finds and teams are nobody else's on a shared machine
            connection = prepare(path, connect, ticking)
        except BaseException:
            lock.release()
            raise
        writing = _Writing(Writer(connection), lock, Log(key, ticking, entropy))
        return cls(path, connect=connect, clock=ticking, writer=writing)

    def __enter__(self) -> Self:
        """Give the store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Finish what was handed in, and let the file go."""
        self._closed.set()
        # The readers first: the last connection to close folds the write-ahead log into the file.
        self._engine.dispose()
        if self._writing is not None:
            self._writing.writer.close()
            self._writing.lock.release()

    def import_rows(  # noqa: PLR0913 - as in the contract
        self,
        layer: Layer,
        batches: Iterable[gpd.GeoDataFrame],
        *,
        stamp: FileStamp,
        who: str,
        attribution: str = "",
        exercise: bool = False,
        dry_run: bool = False,
        withdraw: Withdraw | None = None,
    ) -> ImportReceipt:
        """Take a whole file in, or nothing of it.

        Parameters
        ----------
        layer : Layer
            Where the rows go; a row is known by ``id``, ``road_id`` or ``pcode``.
        batches : iterable of GeoDataFrame
            Read one at a time, in another thread; memory holds one batch and 40 bytes a row.
        stamp : FileStamp
            Which file it is.
        who : str
            Code of the team that brings it.
        attribution : str
            Line that every map must show.
        exercise : bool
            Invented for training.
        dry_run : bool
            Count, and leave no trace.
        withdraw : callable or None
            Asked, when every row is stored, for the roads to take away.

        Raises
        ------
        BadInput
            A row has no id, two different ones have the same, or a road cannot be withdrawn.
        """
        writing = self._needed()
        order = ImportOrder(layer, stamp, who, attribution, exercise, withdraw)
        now_us = self._clock.now_us()

        def work(connection: Any, is_cancelled: Callable[[], bool]) -> ImportReceipt:  # noqa: ANN401
            receipt = Import(connection, order, now_us).run(batches, writing.log, is_cancelled)
            if dry_run:
                raise DryRun(receipt)
            return receipt

        try:
            return writing.writer.submit_long(work)
        except DryRun as answer:
            return answer.receipt

    def record(self, drafts: Sequence[Draft]) -> list[Receipt]:
        """Write events of this device, all or none, and answer when they are on disk.

        Raises
        ------
        BadInput
            A field of a draft is unknown, missing or wrong.
        NotFound
            A draft is about evidence that is not there.
        Refused
            The evidence is there already, or a team reviews what it recorded itself.
        """
        writing = self._needed()
        return writing.writer.submit(lambda connection: writing.log.record(connection, drafts))

    def append(self, events: Sequence[bytes | Event]) -> list[Receipt]:
        """Take in events of any device, in any order, any number of times.

        Raises
        ------
        StoreError
            One is not canonical, not signed, or carries wrong data; none is kept.
        """
        writing = self._needed()
        read = [
            check_foreign(Event.from_wire(event) if isinstance(event, bytes) else event)
            for event in events
        ]
        return writing.writer.submit(lambda connection: writing.log.append(connection, read))

    def state(
        self,
        layer: Layer,
        bbox: Box | None = None,
        *,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
    ) -> gpd.GeoDataFrame:
        """Give a layer as it is, or as it was known at a time.

        Parameters
        ----------
        layer : Layer
            Which.
        bbox : Box or None
            Only what reaches into it.
        as_of : datetime or None
            Leave out evidence observed later.
        known_at : datetime or None
            As it was known then. Roads and places are known from the start, if none made way.

        Returns
        -------
        GeoDataFrame
            The declared columns of the layer.
        """
        return self._reader.state(layer, bbox, as_of=as_of, known_at=known_at)

    def routes(self, known_at: datetime | None = None) -> tuple[Route, ...]:
        """Give every route, retired ones too, by id, as it is or as it was known at a time."""
        return self._reader.routes(known_at)

    def get(self, layer: Layer, entity: str) -> gpd.GeoDataFrame:
        """Give one row of a layer.

        Raises
        ------
        NotFound
            There is no such row.
        """
        return self._reader.get(layer, entity)

    def history(self, entity: str) -> list[Event]:
        """Give the events of a record in the order in which they count."""
        return self._reader.history(entity)

    def recorders(self, entity: str) -> frozenset[str]:
        """Give the teams, case folded, that recorded or corrected a record: none may review it."""
        return self._reader.recorders(entity)

    def conflicts(self) -> list[Conflict]:
        """List the records which need a person's decision."""
        return self._reader.conflicts()

    def sources(self) -> list[Source]:
        """List the imports whose rows are held."""
        return self._reader.sources()

    def vector(self) -> dict[str, int]:
        """Give the last number held of each device."""
        return self._reader.vector()

    def since(self, vector: Mapping[str, int]) -> list[Event]:
        """Give every event that a holder of this vector lacks."""
        return self._reader.since(vector)

    def last_place(self) -> int:
        """Give the place of the latest event in this store's log; 0 while it is empty."""
        return self._reader.last_place()

    def watch(self, after: int = 0, *, timeout_s: float = 0.0) -> list[tuple[int, Event]]:
        """Give the events that arrived after a place in this store's log, by any process.

        Parameters
        ----------
        after : int
            The last place already seen; 0 for all.
        timeout_s : float
            How long to wait for one when there is none; the answer is empty when none came.
        """
        with self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            seen = None
            for _ in range(1 + round(timeout_s / _POLL_S)):
                # Changes with every commit of another connection, and costs 3 microseconds.
                (version,) = driver.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen = version
                    found = self._reader.after(after)
                    if found:
                        return found
                if timeout_s > 0 and self._closed.wait(_POLL_S):
                    break
        return []

    def rebuild(self) -> None:
        """Make every projection and every spatial index anew."""
        self._needed().writer.submit(projection.rebuild, alone=True)

    def verify(self, anchor: Anchor | None = None) -> VerifyReport:
        """Check every chain, imported row, photo, projection and index; name the first thing wrong.

        Parameters
        ----------
        anchor : Anchor or None
            From `anchor`, kept elsewhere: it shows a log that was cut or written anew.
        """
        try:
            empty = connector(Path(":memory:"), None)()
            with closing(empty) as pristine, self._reader.look() as connection:
                geopackage.create(pristine)
                report = verify_store(connection, pristine, anchor)
            first_bad = self._first_bad_photo() if report.ok else report.first_bad
            return replace(report, ok=first_bad is None, first_bad=first_bad)
        except dbapi2.DatabaseError as error:
            return VerifyReport(ok=False, checked=0, first_bad=f"the file is damaged: {error}")

    def anchor(self) -> Anchor:
        """Give the root over all heads, to be kept elsewhere; it is noted here too."""
        if self._writing is None:
            with self._reader.look() as connection:
                return make_anchor(connection)
        now_us = self._clock.now_us()
        return self._writing.writer.submit(lambda connection: keep_anchor(connection, now_us))

    def backup(self, path: Path) -> None:
        """Write a complete, consistent copy, of the same passphrase, while others go on working.

        Parameters
        ----------
        path : Path
            A file that does not exist yet.

        Raises
        ------
        StoreError
            There is such a file, or it cannot be written.
        """
        write_copy(self._engine, path)

    def _write(self, work: Callable[[Any, Log], Any]) -> Any:  # noqa: ANN401 - what the work gives
        writing = self._needed()
        return writing.writer.submit(lambda connection: work(connection, writing.log))

    def _needed(self) -> "_Writing":
        if self._writing is None:
            msg = f"{self._path} is open for reading only"
            raise Refused(msg)
        return self._writing


@dataclass(frozen=True, slots=True)
class _Writing:
    """What a store that writes has more than one that only reads."""

    writer: Writer
    lock: WriterLock
    log: Log
