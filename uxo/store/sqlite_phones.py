"""The part of the SQLite store that phones write to, and the files that it keeps."""

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, Final

import orjson

from uxo.store import inbox
from uxo.store.blobs import Blobs
from uxo.store.clock import HybridClock, epoch_us
from uxo.store.inbox import Inbox, moment
from uxo.store.log import Log
from uxo.store.phone_contract import PhoneCounter, PhonePost, PhoneReceipt, PhoneState, Photo
from uxo.store.reading import Reader
from uxo.store.statements import BLOB_INSERT

_PHOTO_INSERT: Final = (
    "INSERT OR IGNORE INTO photo (event_id, sha256, name, mime, team, received_us)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_PHOTOS: Final = (
    "SELECT p.event_id, i.ent, p.sha256, p.name, p.mime, p.team, p.received_us FROM photo p"
    " JOIN inbox i ON i.event_id = p.event_id"
    " WHERE (?1 IS NULL OR p.sha256 = ?1) AND (?2 IS NULL OR i.ent = ?2) ORDER BY p.n"
)
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

    def phone_counters(self) -> list[PhoneCounter]:
        """Tell what the numbers of each phone show, by device."""
        with self._reader.look() as connection:
            return inbox.counters(connection)

    def add_photo(self, photo: Photo) -> None:
        """Note which record a kept file belongs to; noting it again changes nothing."""
        row = (
            photo.event_id,
            photo.sha256,
            photo.name,
            photo.mime,
            photo.team,
            epoch_us(photo.received_at),
        )
        self._write(lambda connection, _: connection.execute(_PHOTO_INSERT, row) and None)

    def photos(self, sha256: str | None = None, entity: str | None = None) -> list[Photo]:
        """List photos, oldest first: all, those of one file, or those of one item."""
        with self._reader.look() as connection:
            found = connection.execute(_PHOTOS, (sha256, entity)).fetchall()
        return [
            Photo(event_id, entity, digest, name, mime, team, moment(received_us))
            for event_id, entity, digest, name, mime, team, received_us in found
        ]

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
