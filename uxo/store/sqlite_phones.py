"""The part of the SQLite store that phones write to, and the files that it keeps."""

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, Final

import orjson

from uxo.errors import NotFound, StoreBroken
from uxo.store import inbox, photos
from uxo.store.blobs import Blobs
from uxo.store.clock import HybridClock
from uxo.store.inbox import Inbox
from uxo.store.log import Log
from uxo.store.phone_contract import (
    PhoneCounter,
    PhonePost,
    PhoneReceipt,
    PhoneState,
    Photo,
    SentRecord,
)
from uxo.store.reading import Reader
from uxo.store.statements import BLOB_INSERT

_COPY_OF: Final = "SELECT public_sha256 FROM blob WHERE sha256 = ?"
_COPY_PUT: Final = "UPDATE blob SET public_sha256 = ? WHERE sha256 = ?"


class SqlitePhones:
    """Implements `uxo.store.phone_contract.PhoneStore`; the store itself brings the parts."""

    _reader: Reader
    _clock: HybridClock
    _blobs: Blobs

    def _needed(self) -> object:
        """Refuse to write to a store that is open for reading only."""
        raise NotImplementedError

    def _write(self, work: Callable[[Any, Log], Any]) -> Any:  # noqa: ANN401 - what the work gives
        raise NotImplementedError

    def receive(self, device: str, team: str, posts: Sequence[PhonePost]) -> list[PhoneReceipt]:
        """Take in records of one phone, all or none, and answer when they are on disk.

        Parameters
        ----------
        device : str
            Id of the phone.
        team : str
            Code of its team.
        posts : sequence of PhonePost
            In any order, any number of times: each is kept once.

        Raises
        ------
        EventDiffers
            An id came before with other bytes.
        BadInput, NotFound, Refused
            A record cannot stand; none is kept.
        """

        def work(connection: Any, log: Log) -> list[PhoneReceipt]:  # noqa: ANN401
            taker = Inbox(log, device, team, self._clock.now_us())
            return taker.receive(connection, posts)

        found: list[PhoneReceipt] = self._write(work)
        return found

    def phone_states(self, event_ids: Sequence[str]) -> dict[str, PhoneState]:
        """Tell where records stand; those which never came are left out."""
        with self._reader.look() as connection:
            return inbox.states(connection, orjson.dumps(list(event_ids)).decode())

    def sent_about(self, entity: str) -> list[SentRecord]:
        """Give what phones sent about one item of evidence, the first first."""
        with self._reader.look() as connection:
            return inbox.sent_about(connection, entity)

    def phone_counters(self) -> list[PhoneCounter]:
        """Tell what the numbers of each phone show, by device."""
        with self._reader.look() as connection:
            return inbox.counters(connection)

    def add_photo(self, photo: Photo) -> None:
        """Note which record a kept file belongs to; noting it again changes nothing."""
        self._write(lambda connection, log: photos.add(connection, log, photo))

    def photos(self, sha256: str | None = None, entity: str | None = None) -> list[Photo]:
        """List photos, oldest first: all, those of one file, or those of one item."""
        with self._reader.look() as connection:
            return photos.listed(connection, sha256, entity)

    def put_copy(self, sha256: str, content: BinaryIO) -> str:
        """Keep the copy of a file that may leave the desk, and return its SHA-256."""
        copy = self.put_blob(content)
        self._write(lambda connection, _: connection.execute(_COPY_PUT, (copy, sha256)) and None)
        return copy

    def copy_of(self, sha256: str) -> str | None:
        """Give the SHA-256 of the copy that may leave the desk, if one was made."""
        with self._reader.look() as connection:
            row = connection.execute(_COPY_OF, (sha256,)).fetchone()
        return None if row is None else row[0]

    def put_blob(self, content: BinaryIO) -> str:
        """Keep a file by its SHA-256 and return that; it is on disk then."""
        self._needed()
        sha256, size = self._blobs.put(content)
        self._write(lambda connection, _: connection.execute(BLOB_INSERT, (sha256, size)) and None)
        return sha256

    def open_blob(self, sha256: str) -> BinaryIO:
        """Open a kept file for reading.

        Raises
        ------
        NotFound
            Its bytes are not here.
        StoreBroken
            Its bytes were changed.
        """
        return self._blobs.open(sha256)

    def _first_bad_photo(self) -> str | None:
        """Check every photo against its SHA-256; a copy of the store alone has none to check."""
        if not self._blobs.there:
            return None
        for sha256 in dict.fromkeys(photo.sha256 for photo in self.photos()):
            try:
                self.open_blob(sha256).close()
            except (NotFound, StoreBroken) as error:
                return f"photo {sha256}: {error}"
        return None
