"""Files on their way in: each grows from its start, and what arrived outlives a crash.

Two files an upload: ``ID.json`` says what is expected, ``ID.part`` holds what came. The offset is
the size of the part, which is on disk before it is told to anybody.
"""

import contextlib
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, Self

import orjson

from uxo.errors import BadInput, NoRoom, NotFound, OffsetDiffers

MAX_FILE_BYTES: Final = 20_000_000
MAX_TOTAL_BYTES: Final = 2_000_000_000
MAX_OF_OWNER: Final = 200
KEPT: Final = timedelta(days=7)
REFUSALS_KEPT: Final = timedelta(days=30)
_ID: Final = re.compile(r"[0-9a-f]{32}")
_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Upload:
    """One file on its way in.

    Attributes
    ----------
    id : str
        32 hexadecimal digits, not to be guessed.
    owner : str
        Who may go on with it.
    length : int
        Bytes of the whole file.
    expires_at : datetime
        When it is given up.
    metadata : mapping of str to str
        As its sender described it.
    complete : bool
        Everything came and was kept elsewhere.
    offset : int
        Bytes that are here.
    """

    id: str
    owner: str
    length: int
    expires_at: datetime
    metadata: Mapping[str, str]
    complete: bool = False
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that came whole and was not kept.

    Attributes
    ----------
    event_id, sha256, team : str
        As its sender described it.
    reason : str
        What was wrong with it.
    at : datetime
        When it was refused last.
    """

    event_id: str
    sha256: str
    team: str
    reason: str
    at: datetime


class Uploads:
    """The folder of files on their way in; many threads of one process may use it.

    Parameters
    ----------
    folder : Path
        Made when the first one begins.
    clock : callable
        Gives the present time, with a zone.
    entropy : callable
        Gives random bytes for ids.
    max_total_bytes : int
        Room for all of them together.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes] = os.urandom,
        max_total_bytes: int = MAX_TOTAL_BYTES,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._entropy = entropy
        self._max_total_bytes = max_total_bytes
        self._lock = threading.RLock()
        self._turns: dict[str, Turn] = {}
        self._known: dict[str, Upload] | None = None

    def begin(self, owner: str, length: int, metadata: Mapping[str, str]) -> Upload:
        """Begin an upload; what was given up long ago makes room first.

        Raises
        ------
        BadInput
            The file would be empty or too large.
        NoRoom
            Too much is on its way already.
        """
        if not 1 <= length <= MAX_FILE_BYTES:
            msg = f"Upload-Length {length}: a file has 1 to {MAX_FILE_BYTES} bytes"
            raise BadInput(msg)
        now = self._clock()
        with self._lock:
            self._sweep(now)
            waiting = [one for one in self._all().values() if not one.complete]
            of_owner = sum(one.owner == owner for one in waiting)
            total = sum(one.length for one in waiting) + length
            if total > self._max_total_bytes or of_owner >= MAX_OF_OWNER:
                msg = "too many files are on their way; finish some first, or try again later"
                raise NoRoom(msg)
            name = self._entropy(_ID_BYTES).hex()
            upload = Upload(name, owner, length, now + KEPT, dict(metadata))
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._part(name).touch(mode=0o600)
            self._write(upload)
            return upload

    def find(self, name: str, owner: str) -> Upload:
        """Find an upload. Whoever was still sending to it stops: its sender has come back.

        Raises
        ------
        NotFound
            There is none, it is somebody else's, or it was given up.
        """
        with self._lock:
            upload = self._all().get(name) if _ID.fullmatch(name) else None
            if upload is None or upload.owner != owner or upload.expires_at <= self._clock():
                msg = "there is no such upload; begin anew"
                raise NotFound(msg)
            if upload.complete:
                return replace(upload, offset=upload.length)
            self._interrupt(name)
            return replace(upload, offset=self._part(name).stat().st_size)

    def turn(self, name: str, owner: str, offset: int, *, whole: bool) -> "Turn":
        """Begin to add bytes.

        Parameters
        ----------
        name, owner : str
            Which upload, and who sends.
        offset : int
            Where the sender goes on.
        whole : bool
            The bytes count only all together, because a checksum belongs to them.

        Raises
        ------
        NotFound
            See `find`.
        OffsetDiffers
            The upload is elsewhere.
        """
        with self._lock:
            upload = self.find(name, owner)
            if upload.complete or upload.offset != offset:
                msg = f"Upload-Offset {offset}: the upload is at {upload.offset}"
                raise OffsetDiffers(msg)
            self._turns[name] = Turn(upload, self._part(name), self._lock, whole=whole)
            return self._turns[name]

    def is_complete(self, name: str) -> bool:
        """Say whether a file was kept elsewhere already."""
        with self._lock:
            upload = self._all().get(name)
            return upload is not None and upload.complete

    def open(self, upload: Upload) -> BinaryIO:
        """Open what came of an upload for reading."""
        return self._part(upload.id).open("rb")

    def complete(self, upload: Upload) -> None:
        """Note that a file was kept elsewhere; its sender may ask again until it expires."""
        with self._lock:
            self._write(replace(upload, complete=True, offset=0))
            self._part(upload.id).unlink(missing_ok=True)

    def remove(self, upload: Upload) -> None:
        """Give an upload up."""
        with self._lock:
            self._interrupt(upload.id)
            self._all().pop(upload.id, None)
            self._sheet(upload.id).unlink(missing_ok=True)
            self._part(upload.id).unlink(missing_ok=True)

    def refuse(self, upload: Upload, reason: str) -> None:
        """Give an upload up that cannot be kept, and remember why; its sender may try again."""
        told = upload.metadata
        refusal = Refusal(told["event_id"], told["sha256"], told["team"], reason, self._clock())
        with self._lock:
            self.remove(upload)
            # One file for one photo, however often it is sent.
            name = f"{told['event_id']}-{told['sha256'][:16]}"
            self._write_whole(self._folder / f"{name}.refused", orjson.dumps(asdict(refusal)))

    def refusals(self) -> list[Refusal]:
        """List files that were refused within the last thirty days, the newest first."""
        since = self._clock() - REFUSALS_KEPT
        with self._lock:
            found = [_refusal(path) for path in sorted(self._folder.glob("*.refused"))]
        kept = [one for one in found if one is not None and one.at > since]
        return sorted(kept, key=_newest_first)

    # Everything below is called with the lock held.

    def _interrupt(self, name: str) -> None:
        turn = self._turns.pop(name, None)
        if turn is not None:
            turn.stop()

    def _sweep(self, now: datetime) -> None:
        for path in self._folder.glob("*.refused"):
            refusal = _refusal(path)
            if refusal is None or refusal.at <= now - REFUSALS_KEPT:
                path.unlink()
        for upload in list(self._all().values()):
            if upload.expires_at <= now:
                self.remove(upload)

    def _all(self) -> dict[str, Upload]:
        if self._known is None:
            self._known = {upload.id: upload for upload in self._read()}
        return self._known

    def _read(self) -> Iterator[Upload]:
        """Read what an earlier process left; a part without its sheet was never told to anybody."""
        for sheet in sorted(self._folder.glob("*.json")):
            fields = orjson.loads(sheet.read_bytes())
            fields["expires_at"] = datetime.fromisoformat(fields["expires_at"]).astimezone(UTC)
            yield Upload(**fields)
        for part in self._folder.glob("*.part"):
            if not self._sheet(part.stem).exists():
                part.unlink()

    def _write(self, upload: Upload) -> None:
        """Put the sheet of an upload on disk."""
        self._write_whole(self._sheet(upload.id), orjson.dumps(asdict(upload)))
        self._all()[upload.id] = upload

    def _write_whole(self, path: Path, content: bytes) -> None:
        """Put a file on disk, whole or not at all."""
        fresh = path.with_suffix(".fresh")
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def _part(self, name: str) -> Path:
        return self._folder / f"{name}.part"

    def _sheet(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def _refusal(path: Path) -> Refusal | None:
    """Read a refusal; None: an earlier version wrote it and a power cut left a part of it."""
    try:
        fields = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        return None  # its phone tells of the photo still; it must not stop the photos of all others
    return Refusal(**fields | {"at": datetime.fromisoformat(fields["at"]).astimezone(UTC)})


def _newest_first(refusal: Refusal) -> float:
    return -refusal.at.timestamp()


class Turn:
    """One request's bytes for an upload; a later request for the same upload ends it.

    A link that was cut can look alive here for minutes while its sender has come back already.

    Parameters
    ----------
    upload : Upload
        As it is before.
    part : Path
        Its file.
    lock : RLock
        That of all uploads.
    whole : bool
        The bytes count only all together.
    """

    def __init__(self, upload: Upload, part: Path, lock: "threading.RLock", *, whole: bool) -> None:
        self._upload = upload
        self._lock = lock
        self._whole = whole
        self._file: BinaryIO | None = part.open("ab")
        self._size = upload.offset

    def __enter__(self) -> Self:
        """Give the turn itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, unless it was kept: what counts only as a whole is taken back."""
        self.stop()

    def write(self, content: bytes) -> None:
        """Add bytes.

        Raises
        ------
        OffsetDiffers
            A later request took over.
        BadInput
            More come than the file has.
        """
        with self._lock:
            file = self._open()
            if self._size + len(content) > self._upload.length:
                msg = f"more bytes come than the {self._upload.length} of Upload-Length"
                raise BadInput(msg)
            file.write(content)
            self._size += len(content)

    def keep(self) -> Upload:
        """Put what came on disk, and give the upload as it is now."""
        with self._lock:
            file = self._open()
            self._file = None
            with file:
                file.flush()
                os.fsync(file.fileno())
            return replace(self._upload, offset=self._size)

    def stop(self) -> None:
        """End the turn; what came without a checksum stays."""
        with self._lock:
            if self._file is None:
                return
            file, self._file = self._file, None
            with file:
                file.flush()
                if self._whole:
                    file.truncate(self._upload.offset)
                # The sender was told nothing about these bytes, and the finished photo is held
                # against its SHA-256: a disk that fails here costs sending them again.
                with contextlib.suppress(OSError):
                    os.fsync(file.fileno())

    def drop(self) -> None:
        """End the turn and take back all that came with it."""
        with self._lock:
            self._whole = True
            self.stop()

    def _open(self) -> BinaryIO:
        if self._file is None:
            msg = "another request goes on with this upload"
            raise OffsetDiffers(msg)
        return self._file
