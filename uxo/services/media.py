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
from uxo.services.phone_details import check_details
from uxo.services.phone_records import is_uuid7
from uxo.services.phone_told import NOTE_MIME, is_note
from uxo.services.photo_bytes import examine, stripped
from uxo.services.record_evidence import visible
from uxo.services.who import Who
from uxo.store.contract import Store
from uxo.store.phone_contract import Photo
from uxo.store.uploads import Refusal, Turn, Upload, Uploads

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NAME_CHARACTERS: Final = 255
_CHUNK_BYTES: Final = 1 << 20
_FINISHING: Final = 16
_NOT_COME: Final = "event_id: the record {} has not come yet; send it before its photo"
_NEEDED: Final = ("event_id", "sha256", "filename", "filetype")


class Media:
    """Takes photos in and gives them out; many threads may use it.

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
        team = self._team_of(described["event_id"])
        if who.actor.startswith("device:") and team != who.team:
            raise EventMissing(_NOT_COME.format(described["event_id"]))
        return self._uploads.begin(_owner(who), length, {**described, "team": team})

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

    def take(self, content: BinaryIO, sha256: str, *, event_id: str, name: str) -> bool:
        """Keep a photo that came in one piece; say whether it is new.

        Parameters
        ----------
        content : binary file
            From its start.
        sha256 : str
            As promised.
        event_id : str
            The record that it belongs to.
        name : str
            Shown, never a path.

        Raises
        ------
        BadFile
            The bytes are not those that were promised, or no photo.
        EventMissing
            The record has not come.
        """
        team = self._team_of(event_id)
        if any(photo.event_id == event_id for photo in self._store.photos(sha256=sha256)):
            return False
        self._keep(content, sha256, event_id=event_id, name=name, team=team)
        return True

    def take_note(self, content: bytes, *, event_id: str) -> bool:
        """Keep what a phone had noted beside a record; say whether it is new.

        Raises
        ------
        BadInput
            It is nothing that a record may tell; see `uxo.services.phone_details`.
        EventMissing
            The record has not come.
        """
        team = self._team_of(event_id)
        check_details(content)
        sha256 = self._store.put_blob(BytesIO(content))
        if any(note.event_id == event_id for note in self._store.photos(sha256=sha256)):
            return False
        note = Photo(event_id, "", sha256, "note.json", NOTE_MIME, team, self._clock())
        self._store.add_photo(note)
        return True

    def _team_of(self, event_id: str) -> str:
        state = self._store.phone_states([event_id]).get(event_id)
        if state is None:
            raise EventMissing(_NOT_COME.format(event_id))
        return state.team

    def _finish(self, upload: Upload) -> None:
        told = upload.metadata
        try:
            with closing(self._uploads.open(upload)) as content:
                self._keep(
                    content,
                    told["sha256"],
                    event_id=told["event_id"],
                    name=told["filename"],
                    team=told["team"],
                )
        except BadFile as error:
            self._uploads.refuse(upload, str(error))
            raise
        self._uploads.complete(upload)

    def _keep(self, content: BinaryIO, sha256: str, *, event_id: str, name: str, team: str) -> None:
        """Keep a photo after a look at its bytes."""
        mime = _checked(content, sha256)
        content.seek(0)
        photo = Photo(
            event_id=event_id,
            entity="",  # the store knows it by the record
            sha256=self._store.put_blob(content),
            name=name,
            mime=mime,
            team=team,
            received_at=self._clock(),
        )
        self._store.add_photo(photo)

    def refusals(self) -> list[Refusal]:
        """List photos that were refused lately, the newest first."""
        return self._uploads.refusals()

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
