"""Builds the store, the clock, the ids and the keys from the settings.

The only place that does, and the only place that reads the clock and the random source.
"""

import contextlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from uxo.errors import BadInput, NotFound
from uxo.policy import Policy, load_policy
from uxo.services.access import Access, access_over
from uxo.services.media import Media
from uxo.services.phones import Phones
from uxo.services.receive import Receiver
from uxo.settings import Settings
from uxo.store.contract import Store
from uxo.store.desk_key import DeskKey
from uxo.store.people.sqlite import SqlitePeople
from uxo.store.signing import DeviceKey
from uxo.store.sqlite import SqliteStore
from uxo.store.uploads import Uploads

_SCHEME: Final = re.compile(r"^(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*)://(?P<rest>.*)$")


def now() -> datetime:
    """Read the clock: UTC, to the microsecond."""
    return datetime.now(UTC)  # noqa: TID251  # the one place that may


def new_id() -> str:
    """Make an id for an entity: a UUIDv7, so that ids sort by the time they were made."""
    return uuid7(now(), secrets.token_bytes(10))


def uuid7(moment: datetime, random: bytes) -> str:
    """Build a UUID of version 7 (RFC 9562, section 5.7).

    Parameters
    ----------
    moment : datetime
        With a zone; milliseconds since 1970 fill the first 48 bits.
    random : bytes
        Ten bytes, of which 74 bits are used.

    Examples
    --------
    >>> uuid7(datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC), bytes(10))
    '017f22e2-79b0-7000-8000-000000000000'
    """
    milliseconds = int(moment.timestamp() * 1000)
    bits = int.from_bytes(random, "big")
    number = milliseconds << 80 | 0x7 << 76 | (bits >> 62 & 0xFFF) << 64 | 0b10 << 62
    text = f"{number | bits & (1 << 62) - 1:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def store_path(url: str) -> Path:
    """Find the file that a store's URL names.

    Parameters
    ----------
    url : str
        ``sqlite:///file.gpkg`` (relative), ``sqlite:////folder/file.gpkg`` (absolute) or a path.

    Raises
    ------
    BadInput
        The URL names a server or is not understood.

    Examples
    --------
    >>> store_path("sqlite:///survey.gpkg").as_posix(), store_path("a/b.gpkg").as_posix()
    ('survey.gpkg', 'a/b.gpkg')
    """
    found = _SCHEME.match(url)
    if found is None:
        return Path(url)
    if found["scheme"].startswith("postgres"):
        msg = (
            f"store {found['scheme']}://...: PostgreSQL is not supported yet; "
            "use a file: sqlite:///FILE"
        )
        raise BadInput(msg)
    if found["scheme"] != "sqlite" or not found["rest"].startswith("/") or found["rest"] == "/":
        msg = f"store {url!r}: write sqlite:///FILE, sqlite:////FOLDER/FILE or a file's path"
        raise BadInput(msg)
    return Path(found["rest"].removeprefix("/"))


def open_store(settings: Settings, *, create: bool = False) -> SqliteStore:
    """Open the store of the settings for writing, with this device's signing key beside it.

    Parameters
    ----------
    settings : Settings
        Names the store.
    create : bool
        Make the store if there is none.

    Raises
    ------
    NotFound
        There is no such store and none was asked for.
    BadInput, StoreError
        The URL is not understood, or the store cannot be opened.
    """
    path = store_path(settings.store)
    if create:
        path.parent.mkdir(parents=True, exist_ok=True)
    else:
        _check_there(path)
    key = device_key(path.with_name(f"{path.name}.key"))
    return SqliteStore.open(path, key=key, clock=now, create=create)


def read_store(settings: Settings) -> SqliteStore:
    """Open the store of the settings only to look, also while another process writes to it.

    Raises
    ------
    NotFound
        There is no such store.
    BadInput, StoreError
        The URL is not understood, or the store cannot be opened.
    """
    path = store_path(settings.store)
    _check_there(path)
    return SqliteStore.open(path, clock=now, read_only=True)


def order_file(settings: Settings) -> Path:
    """Name the file beside the store that keeps how its road network was prepared for ways.

    It may be deleted at any time; the next start makes it again.
    """
    path = store_path(settings.store)
    return path.with_name(f"{path.name}.order")


def _check_there(path: Path) -> None:
    if not path.is_file():
        msg = f"there is no store at {path}; make one with: uxo init --store {path}"
        raise NotFound(msg)


def device_key(path: Path) -> DeviceKey:
    """Load the key with which this device signs; make one at the first start.

    Raises
    ------
    BadFile
        The file holds no key.
    """
    if not path.exists():
        key = DeviceKey.generate()
        try:
            key.save(path)
        except FileExistsError:
            pass  # another process made one in between: that one counts
        else:
            return key
    return DeviceKey.load(path)


def desk_key_of(settings: Settings) -> DeskKey:
    """Load the key for which phones lock their files; make one for the store at the first start.

    Raises
    ------
    BadFile
        The file holds no such key.
    BadInput
        The store's URL is not understood.
    """
    store = store_path(settings.store)
    path = store.with_name(f"{store.name}.desk-key")
    if not path.exists():
        with contextlib.suppress(FileExistsError):  # another process made it in between
            DeskKey.generate().save(path)
    return DeskKey.load(path)


def policy_of(settings: Settings) -> Policy:
    """Read the programme's figures.

    Raises
    ------
    BadPolicy
        The file is refused; the message names every fault.
    """
    return load_policy(settings.policy)


def people_path(settings: Settings) -> Path:
    """Name the file of sign-ins: it lies beside the store, so that a copy of one lacks the other.

    Raises
    ------
    BadInput
        The store's URL is not understood.
    """
    path = store_path(settings.store)
    return path.with_name(f"{path.name}.people")


def tls_folder(settings: Settings) -> Path:
    """Name the folder of the team's certificates, beside the store.

    Raises
    ------
    BadInput
        The store's URL is not understood.
    """
    path = store_path(settings.store)
    return path.with_name(f"{path.name}.tls")


def open_people(settings: Settings, *, create: bool = False) -> SqlitePeople:
    """Open the sign-ins that belong to the store of the settings.

    Parameters
    ----------
    settings : Settings
        Names the store.
    create : bool
        Make the file if there is none.

    Raises
    ------
    NotFound
        There is no such store, or no sign-in yet and none was asked for.
    StoreError
        The file cannot be opened.
    """
    _check_there(store_path(settings.store))
    return SqlitePeople.open(people_path(settings), create=create)


@contextmanager
def open_people_if_any(settings: Settings) -> Iterator[SqlitePeople | None]:
    """Open the sign-ins of the store; None: nobody was added yet.

    Raises
    ------
    NotFound
        There is no such store.
    StoreError
        The file of sign-ins cannot be opened.
    """
    if not people_path(settings).exists():
        yield None
        return
    with open_people(settings) as people:
        yield people


@contextmanager
def open_access(settings: Settings) -> Iterator[Access | None]:
    """Open what decides who may do what; None: nobody was added yet, and there is no sign-in.

    Raises
    ------
    NotFound
        There is no such store.
    StoreError
        The file of sign-ins cannot be opened.
    """
    with open_people_if_any(settings) as people:
        yield None if people is None else serving_access(people, settings)


def access_to(people: SqlitePeople) -> Access:
    """Build what decides who may do what, over opened sign-ins."""
    return access_over(people, clock=now, entropy=secrets.token_bytes, new_id=new_id)


def serving_access(people: SqlitePeople, settings: Settings) -> Access:
    """Build the same for a service that enrols phones: they are given the desk's key."""
    return replace(access_to(people), desk_key=desk_key_of(settings).jwk)


def phones_of(store: Store, settings: Settings, *, as_of: datetime | None = None) -> Phones:
    """Put together what serves phones.

    Parameters
    ----------
    store : Store
        Open for writing.
    settings : Settings
        Name its file, beside which photos wait that are on their way.
    as_of : datetime or None
        The moment whose status is shown, for good. None: the present.
    """
    path = store_path(settings.store)
    uploads = Uploads(path.with_name(f"{path.name}.uploads"), clock=now)
    return Phones(
        store=store,
        receiver=Receiver(store, clock=now, as_of=as_of),
        media=Media(store, uploads, clock=now),
        clock=now,
        desk_key=desk_key_of(settings),
    )
