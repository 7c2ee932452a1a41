"""Sign-ins for tests: one person of each role, cheap passwords, a clock that stands."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from uxo.services.access import Access, access_over
from uxo.services.secret_words import Costs
from uxo.services.who import CONSOLE
from uxo.store.people.contract import PeopleStore, Person
from uxo.store.people.sqlite import SqlitePeople
from uxo.vocabulary import Role
from uxo.wiring import uuid7

CHEAP = Costs(memory_kib=8, rounds=1)
PASSWORD = "correct-horse-battery"  # noqa: S105  # of every person of the tests


def entropy(seed: str = "people") -> Callable[[int], bytes]:
    """Bytes that differ and are the same in every run."""
    return random.Random(seed).randbytes  # noqa: S311


def ids(clock: Callable[[], datetime]) -> Callable[[], str]:
    numbers = iter(range(1, 1_000_000))
    return lambda: uuid7(clock(), next(numbers).to_bytes(10, "big"))


@dataclass(frozen=True)
class Staff:
    """What decides who may do what, with one person of each role."""

    store: PeopleStore
    access: Access
    of_role: dict[Role, Person]

    def token(self, role: Role) -> str:
        """Begin a session and give its token."""
        return self.access.sign_in.begin(self.of_role[role]).token

    def device(self, team: str = "EOD-3", label: str = "phone 7") -> tuple[str, str]:
        """Enrol a phone; give its id and its token."""
        code = self.access.devices.new_code(team, by=CONSOLE).code
        made = self.access.devices.enrol(code, label, address="10.0.0.9")
        return made.device.device_id, made.token


def open_people(path: Path) -> SqlitePeople:
    return SqlitePeople.open(path, create=True)


def access_for(store: PeopleStore, clock: Callable[[], datetime]) -> Access:
    return access_over(store, clock=clock, entropy=entropy(), new_id=ids(clock), costs=CHEAP)


def hire(store: PeopleStore, clock: Callable[[], datetime]) -> Staff:
    """Add one person of each role."""
    access = access_for(store, clock)
    return Staff(
        store,
        access,
        {
            role: access.people.add(
                role.value, role=role, team="EOD-3", password=PASSWORD, by=CONSOLE
            )
            for role in Role
        },
    )
