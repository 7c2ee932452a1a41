"""Photos of records: taken in whole or not at all, kept as they came, given away only as copies."""

import hashlib
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final

from uxo.errors import BadFile, BadInput, EventMissing, NotFound
from uxo.services.phone_records import is_uuid7
from uxo.services.phone_told import is_note
from uxo.services.photo_bytes import examine, stripped
from uxo.services.record_evidence import visible
from uxo.services.who import Who
from uxo.store.contract import Store
from uxo.store.phone_contract import Photo
from uxo.store.uploads import Turn, Upload, Uploads

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NAME_CHARACTERS: Final = 255
_CHUNK_BYTES: Final = 1 << 20
_FINISHING: Final = 16
_NEEDED: Final = ("event_id", "sha256", "filename", "filetype")


class Media:
    """Takes photos in and gives them out; safe for many threads.

    Parameters
    ----------
    store : Store
        Open for writing.
    uploads : Uploads
        Holds what is on its way.
    clock : callable
        Gives the present time, with a zone.
    """

    def __init__(self, store: Store, uploads: Uploads, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._uploads = uploads
        self._clock = clock
        self._finishing = tuple(threading.Lock() for _ in range(_FINISHING))

    def begin(self, who: Who, length: int, metadata: Mapping[str, str]) -> Upload:
        """Begin to take a photo in.

        Parameters
        ----------
        who : Who
            Sends it.
        length : int
            Bytes of the whole file.
        metadata : mapping of str to str
            ``event_id`` of a record that came before, ``sha256`` of the file, ``filename`` and
            ``filetype``.

        Raises
        ------
        BadInput
            Something is missing or wrong.
        EventMissing
            The record has not come yet; it goes first.
        NoRoom
            Too much is on its way.
        """
        described = _described(metadata)
        event_id = described["event_id"]
        state = self._store.phone_states([event_id]).get(event_id)
        if state is None or (who.actor.startswith("device:") and state.team != who.team):
            msg = f"event_id: the record {event_id} has not come yet; send it before its photo"
            raise EventMissing(msg)
        return self._uploads.begin(_owner(who), length, {**described, "team": state.team})

    def find(self, who: Who, name: str) -> Upload:
        """Find an upload; see `Uploads.find`.

        One whose bytes are all here is finished now: the process may have ended before it could be.

        Raises
        ------
        NotFound, BadFile
            There is none, or see `finish`.
        """
        upload = self._uploads.find(name, _owner(who))
        if upload.offset == upload.length and not upload.complete:
            self.finish(upload)
        return upload

    def turn(self, who: Who, name: str, offset: int, *, whole: bool) -> Turn:
        """Begin to add bytes; see `Uploads.turn`."""
        return self._uploads.turn(name, _owner(who), offset, whole=whole)

    def give_up(self, who: Who, name: str) -> None:
        """Forget an upload that is not complete; the photo of a complete one stays."""
        self._uploads.remove(self._uploads.find(name, _owner(who)))

    def finish(self, upload: Upload) -> None:
        """Keep a photo whose bytes are all here; one that cannot be kept must come anew.

        Raises
        ------
        BadFile
            The bytes are not those that were promised, or no photo.
        """
        with self._finishing[int(upload.id, 16) % _FINISHING]:
            if not self._uploads.is_complete(upload.id):
                self._finish(upload)

    def _finish(self, upload: Upload) -> None:
        try:
            with closing(self._uploads.open(upload)) as content:
                mime = _checked(content, upload.metadata["sha256"])
                content.seek(0)
                sha256 = self._store.put_blob(content)
        except BadFile:
            self._uploads.remove(upload)
            raise
        told = upload.metadata
        photo = Photo(
            event_id=told["event_id"],
            entity="",  # the store knows it by the record
            sha256=sha256,
            name=told["filename"],
            mime=mime,
            team=told["team"],
            received_at=self._clock(),
        )
        self._store.add_photo(photo)
        self._uploads.complete(upload)

    def photos(self, entity: str) -> list[Photo]:
        """List the photos of an item of evidence, oldest first."""
        return [one for one in self._store.photos(entity=entity) if not is_note(one)]

    def original(self, sha256: str) -> tuple[Photo, BinaryIO]:
        """Open a photo as it came; it is evidence, and tells where and when it was taken.

        Raises
        ------
        NotFound
            No record has such a photo.
        StoreBroken
            Its bytes were changed.
        """
        return self._photo(sha256), self._store.open_blob(sha256)

    def copy(self, sha256: str) -> bytes:
        """Give a photo without what its bytes tell besides the picture.

        Raises
        ------
        NotFound
            No record has such a photo.
        """
        self._photo(sha256)
        made = self._store.copy_of(sha256)
        if made is not None:
            with closing(self._store.open_blob(made)) as kept:
                return kept.read()
        with closing(self._store.open_blob(sha256)) as original:
            drawn = stripped(original)
        self._store.put_copy(sha256, BytesIO(drawn))
        return drawn

    def _photo(self, sha256: str) -> Photo:
        found = [one for one in self._store.photos(sha256=sha256) if not is_note(one)]
        if not found:
            msg = f"there is no photo {sha256}"
            raise NotFound(msg)
        return found[0]


def _owner(who: Who) -> str:
    """Name who may go on with an upload: the device, and its team when it was enrolled anew."""
    return f"team:{who.team}" if who.actor.startswith("device:") else who.actor


def _described(metadata: Mapping[str, str]) -> dict[str, str]:
    missing = [name for name in _NEEDED if not metadata.get(name)]
    if missing:
        msg = f"Upload-Metadata: {', '.join(missing)} is missing"
        raise BadInput(msg)
    if not is_uuid7(metadata["event_id"]):
        msg = "Upload-Metadata: event_id is not the id of a record"
        raise BadInput(msg)
    if _SHA256.fullmatch(metadata["sha256"]) is None:
        msg = "Upload-Metadata: sha256 is not 64 hexadecimal digits"
        raise BadInput(msg)
    for name in ("filename", "filetype"):
        try:
            visible(metadata[name])
        except ValueError as error:
            msg = f"Upload-Metadata: {name} {error}"
            raise BadInput(msg) from error
    # Only ever shown, never a path: what stands before the last separator is left out.
    short = re.split(r"[/\\]", metadata["filename"])[-1][-_NAME_CHARACTERS:] or "photo"
    return {**{name: metadata[name] for name in _NEEDED}, "filename": short}


def _checked(content: BinaryIO, sha256: str) -> str:
    """Check that a file is what was promised, and say what it is."""
    digest = hashlib.sha256()
    while chunk := content.read(_CHUNK_BYTES):
        digest.update(chunk)
    if digest.hexdigest() != sha256:
        msg = "the file's SHA-256 is not the promised one; send it anew"
        raise BadFile(msg)
    content.seek(0)
    return examine(content)
