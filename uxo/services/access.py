"""Everything about who may do what, put together over one store of people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from uxo.services.audit import Audit
from uxo.services.devices import Devices
from uxo.services.people import People
from uxo.services.secret_words import Costs, Entropy, Passwords
from uxo.services.sign_in import SignIn
from uxo.store.people.contract import PeopleStore


@dataclass(frozen=True, slots=True)
class Access:
    """What the service asks about its senders.

    Attributes
    ----------
    people, sign_in, devices, audit
        One use case each.
    desk_key : mapping or None
        Public key of the desk (JWK), to which phones encrypt; None: there is none.
    """

    people: People
    sign_in: SignIn
    devices: Devices
    audit: Audit
    desk_key: Mapping[str, str] | None = None


def access_over(
    store: PeopleStore,
    *,
    clock: Callable[[], datetime],
    entropy: Entropy,
    new_id: Callable[[], str],
    costs: Costs | None = None,
) -> Access:
    """Put the use cases together.

    Parameters
    ----------
    store : PeopleStore
        Keeps everything; who opened it closes it.
    clock : callable
        Gives the time, with a zone.
    entropy : callable
        Number of bytes -> random bytes.
    new_id : callable
        Makes an id.
    costs : Costs or None
        Of a password's hash; None: the usual ones.
    """

    def kept_time() -> datetime:
        moment = clock()  # to the millisecond, as it is kept, so that no answer differs from it
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    audit = Audit(store, kept_time)
    passwords = Passwords(entropy, costs)
    return Access(
        people=People(store, passwords=passwords, audit=audit, clock=kept_time, new_id=new_id),
        sign_in=SignIn(store, passwords=passwords, audit=audit, clock=kept_time, entropy=entropy),
        devices=Devices(store, audit=audit, clock=kept_time, entropy=entropy, new_id=new_id),
        audit=audit,
    )
