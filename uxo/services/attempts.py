"""How often somebody may guess: so many failures for a name and for an address, then a wait.

Unknown names are counted like known ones, so that a wait tells nothing about who is there. Most
guesses count for a name at one address: who guesses wrongly on purpose, so as to shut a colleague
out, shuts out that name at the own address. Only many addresses together make a name wait
everywhere, at a rate that is still hopeless against the passwords that are allowed here.
"""

import hashlib
import ipaddress
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from uxo.errors import TooManyAttempts
from uxo.store.people.contract import PeopleStore
from uxo.store.people.rows import name_key

WINDOW: Final = timedelta(minutes=15)
PER_NAME_AT_ADDRESS: Final = 5
PER_NAME: Final = 50
PER_ADDRESS: Final = 30


@dataclass(frozen=True, slots=True)
class Attempt:
    """One guess that was let through and counts as failed until `succeeded`."""

    name: str | None
    address: str

    def limits(self) -> Mapping[str, int]:
        """Give the keys under which it counts, with the most of each."""
        keys = {self.address: PER_ADDRESS}
        if self.name is None:
            return keys
        return {self.name_here: PER_NAME_AT_ADDRESS, self.name: PER_NAME, **keys}

    @property
    def name_here(self) -> str:
        """Key of the name at this address; it begins with that of the name."""
        return f"{self.name}@{self.address}"


def begin(store: PeopleStore, *, name: str | None, address: str, at: datetime) -> Attempt:
    """Count a guess before it is looked at; guesses at the same time count each.

    Parameters
    ----------
    store : PeopleStore
        Counts.
    name : str or None
        As typed; None where none is asked for.
    address : str
        Of the network, from which it came.
    at : datetime
        Now.

    Raises
    ------
    TooManyAttempts
        The name or the address must wait.
    """
    # A hash, because a password typed into the wrong field must not be kept as a name.
    folded = None if name is None else hashlib.sha256(_bytes(name_key(name))).hexdigest()
    attempt = Attempt(None if folded is None else f"name:{folded}", f"address:{_network(address)}")
    free_at = store.attempt(attempt.limits(), at, WINDOW)
    if free_at is not None:
        wait_s = max(1, math.ceil((free_at - at).total_seconds()))
        minutes = math.ceil(wait_s / 60)
        unit = "minute" if minutes == 1 else "minutes"
        msg = f"Too many attempts. Wait {minutes} {unit}, then try again."
        raise TooManyAttempts(msg, wait_s)
    return attempt


def succeeded(store: PeopleStore, attempt: Attempt) -> None:
    """Take back a guess that was right; earlier ones of the name are forgotten too."""
    if attempt.name is not None:
        store.forgive(attempt.name_here)
        store.forgive(attempt.name)
    store.forgive(attempt.address, newest_only=True)


def forgive_name(store: PeopleStore, name: str) -> None:
    """Let a name be tried again at once, from everywhere."""
    store.forgive(f"name:{hashlib.sha256(_bytes(name_key(name))).hexdigest()}")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _network(address: str) -> str:
    """Take an IPv6 address as its network of 64 bits: one customer has all the rest.

    Examples
    --------
    >>> _network("2001:db8::1"), _network("10.0.0.7")
    ('2001:db8::/64', '10.0.0.7')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 - the name of the protocol
        return address
    return str(ipaddress.ip_network((found, 64), strict=False))
