"""Media files by their SHA-256: written once, never changed."""

import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

from uxo.errors import BadInput, NotFound, StoreBroken

_CHUNK_BYTES: Final = 1 << 20
_MODE: Final = 0o440  # evidence: nobody writes it again
_NAME: Final = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """A folder ``aa/bb/<sha256>``.

    Parameters
    ----------
    folder : Path
        Made when the first file arrives.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def there(self) -> bool:
        """Say whether the folder exists: a backup of the store alone has none."""
        return self._folder.is_dir()

    def put(self, content: BinaryIO) -> tuple[str, int]:
        """Keep a file; it is on disk, under its name, when this returns.

        Returns
        -------
        str, int
            SHA-256 (64 hexadecimal digits) and size in bytes.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        descriptor, temporary = tempfile.mkstemp(dir=self._folder, prefix=".arriving-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                while chunk := content.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    size += file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            sha256 = digest.hexdigest()
            place = self._place(sha256)
            if place.exists():
                return sha256, size
            place.parent.mkdir(parents=True, exist_ok=True)
            Path(temporary).chmod(_MODE)
            Path(temporary).replace(place)
            for folder in (place.parent, place.parent.parent, self._folder):
                _sync_folder(folder)
            return sha256, size
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(temporary).unlink()

    def open(self, sha256: str) -> BinaryIO:
        """Open a file for reading, after checking that it is what it was.

        Raises
        ------
        BadInput
            Not a SHA-256.
        NotFound
            Its bytes are not here (yet).
        StoreBroken
            The bytes were changed.
        """
        place = self._place(sha256)
        try:
            file = place.open("rb")
        except FileNotFoundError:
            msg = f"the file {sha256} is not held here"
            raise NotFound(msg) from None
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            file.close()
            msg = f"the file {place} was changed: its SHA-256 is no longer its name"
            raise StoreBroken(msg)
        file.seek(0)
        return file

    def _place(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            msg = f"{sha256!r} is not a SHA-256 (64 hexadecimal digits)"
            raise BadInput(msg)
        return self._folder / sha256[:2] / sha256[2:4] / sha256


def _sync_folder(folder: Path) -> None:
    """Put a folder's list of names on disk; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
