"""A copy of an installation: the store, its photos, the sign-ins and the desk's key."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from uxo.errors import Refused
from uxo.store.contract import Store
from uxo.store.people.contract import PeopleStore

_ARRIVING: Final = ".arriving-"  # a photo that is being written; it is not in the store yet


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside a store, or beside its copy, under the store's name.

    Attributes
    ----------
    store, people, media, desk_key : Path
        The store itself, the sign-ins, the folder of photos, the key of the desk.
    """

    store: Path
    people: Path
    media: Path
    desk_key: Path

    @classmethod
    def of(cls, store: Path) -> "Beside":
        """Name the files that belong to a store."""
        endings = (".people", ".media", ".desk-key")
        return cls(store, *(store.with_name(f"{store.name}{ending}") for ending in endings))


@dataclass(frozen=True, slots=True)
class Copied:
    """One part of a copy.

    Attributes
    ----------
    path : Path
        The copy's file or folder.
    size : int
        Bytes.
    files : int
        How many files it is.
    """

    path: Path
    size: int
    files: int = 1


def back_up(
    store: Store, people: PeopleStore | None, source: Path, copy: Path, *, alone: bool = False
) -> list[Copied]:
    """Copy everything that a new machine needs, also while others write.

    The store's copy gets its name last: where it is, the rest is there and whole.

    Parameters
    ----------
    store : Store
        Open.
    people : PeopleStore or None
        Open; None: nobody was added.
    source : Path
        The store's file.
    copy : Path
        The file to write; the rest goes beside it under its name.
    alone : bool
        The store's file alone, to be handed on: no photo, no name, no key.

    Raises
    ------
    Refused
        One of the files is there already: a backup is never written over another.
    StoreError
        The copy cannot be written.
    """
    old, new = Beside.of(source), Beside.of(copy)
    part = copy.with_name(f"{copy.name}.part")
    for path in (new.store, new.people, new.media, new.desk_key, part):
        if path.exists():
            msg = f"{path} exists already; a backup is never written over another file"
            raise Refused(msg)
    try:
        store.backup(part)
        copied = [Copied(copy, part.stat().st_size)]
        copied += [] if alone else list(_rest(people, old, new))
        part.replace(copy)
    except BaseException:
        for path in (part, new.people, new.desk_key):
            path.unlink(missing_ok=True)
        shutil.rmtree(new.media, ignore_errors=True)
        raise
    _sync_folder(copy.parent)
    return copied


def _rest(people: PeopleStore | None, old: Beside, new: Beside) -> Iterator[Copied]:
    if people is not None:
        people.backup(new.people)
        yield Copied(new.people, new.people.stat().st_size)
    if old.desk_key.is_file():
        size = _copy_file(old.desk_key, new.desk_key, 0o600)
        yield Copied(new.desk_key, size)
    if old.media.is_dir():
        # After the store: what came between is one photo too many, never one that is missing.
        sizes = list(_copy_media(old.media, new.media))
        yield Copied(new.media, sum(sizes), len(sizes))


def _copy_media(old: Path, new: Path) -> Iterator[int]:
    new.mkdir(mode=0o700)
    for file in sorted(path for path in old.rglob("*") if path.is_file()):
        if file.name.startswith(_ARRIVING):
            continue
        place = new / file.relative_to(old)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield _copy_file(file, place, 0o440)


def _copy_file(old: Path, new: Path, mode: int) -> int:
    """Copy a file into a new one that never was open to others; it is on disk on return."""
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, old.open("rb") as content:
        shutil.copyfileobj(content, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    new.chmod(mode)
    return size


def _sync_folder(folder: Path) -> None:
    """Put a folder's list of names on disk; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
