"""Sign in with a name and a password, stay signed in for a while, sign out."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from uxo.errors import Forbidden, NotSignedIn
from uxo.services import attempts
from uxo.services.audit import DONE, FAILED, Audit
from uxo.services.secret_words import Entropy, Passwords, hash_of, new_token
from uxo.services.who import NOBODY, Who
from uxo.store.people.contract import PeopleStore, Person, Session

TOKEN_PREFIX: Final = "uxs_"  # noqa: S105 - what a session's token begins with
_TOUCH_EVERY: Final = timedelta(minutes=1)
_WRONG: Final = "The name or the password is wrong."


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a session lasts.

    Attributes
    ----------
    idle : timedelta
        Without use.
    in_all : timedelta
        In any case.
    """

    idle: timedelta = timedelta(hours=1)
    in_all: timedelta = timedelta(hours=12)


AT_A_DESK: Final = Terms()
"""One working day, and not over a long break at a laptop that was left open."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that just began.

    Attributes
    ----------
    token : str
        Leaves once, to the browser.
    csrf : str
        For the pages of the session.
    who : Who
        Role, team and id.
    ends_at : datetime
        When it is over in any case.
    """

    token: str
    csrf: str
    who: Who
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session that is in force, found by its token."""

    who: Who
    csrf: str
    ends_at: datetime


class SignIn:
    """Begins, finds and ends sessions.

    Parameters
    ----------
    store : PeopleStore
        Keeps them.
    passwords : Passwords
        Checks them.
    audit : Audit
        Is told of every sign-in, of failed ones too.
    clock : callable
        Gives the time, with a zone.
    entropy : callable
        Number of bytes -> random bytes.
    """

    def __init__(
        self,
        store: PeopleStore,
        *,
        passwords: Passwords,
        audit: Audit,
        clock: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._audit = audit
        self._clock = clock
        self._entropy = entropy

    def sign_in(
        self, name: str, password: str, *, address: str, terms: Terms = AT_A_DESK
    ) -> SignedIn:
        """Begin a session, always with a new token.

        Parameters
        ----------
        name, password : str
            As typed.
        address : str
            Of the network; counts failures.
        terms : Terms
            How long it lasts.

        Raises
        ------
        NotSignedIn
            Name or password is wrong, or the sign-in is disabled: the answer is the same, and so is
            the work.
        TooManyAttempts
            The name or the address must wait.
        """
        attempt = attempts.begin(self._store, name=name, address=address, at=self._clock())
        found = self._store.person_named(name)
        person, password_hash = found or (None, None)
        fits = self._passwords.fits(password, password_hash)
        if person is None or not fits or person.disabled:
            self._audit.note(NOBODY if person is None else _who(person), "sign_in", outcome=FAILED)
            raise NotSignedIn(_WRONG)
        attempts.succeeded(self._store, attempt)
        return self.begin(person, terms)

    def begin(self, person: Person, terms: Terms = AT_A_DESK) -> SignedIn:
        """Begin a session of somebody who is known already."""
        now = self._clock()
        token = new_token(self._entropy, TOKEN_PREFIX)
        session = Session(
            token_sha256=hash_of(token),
            csrf=new_token(self._entropy, ""),
            person_id=person.person_id,
            began_at=now,
            seen_at=now,
            idle_s=round(terms.idle.total_seconds()),
            ends_at=now + terms.in_all,
        )
        self._store.open_session(session)
        who = _who(person)
        self._audit.note(who, "sign_in", outcome=DONE)
        return SignedIn(token, session.csrf, who, session.ends_at)

    def find(self, token: str) -> Sitting | None:
        """Find the session of a token; None: there is none, or it is over."""
        key = hash_of(token)
        found = self._store.session(key)
        if found is None:
            return None
        session, person = found
        now = self._clock()
        if session.over(now) or person.disabled:
            self._store.end_session(key)
            return None
        if now - session.seen_at >= _TOUCH_EVERY:  # not at every request: each costs a write
            self._store.touch_session(key, now)
        return Sitting(_who(person), session.csrf, session.ends_at)

    def sign_out(self, token: str) -> None:
        """End a session; one that is over already is no fault."""
        sitting = self.find(token)
        self._store.end_session(hash_of(token))
        if sitting is not None:
            self._audit.note(sitting.who, "sign_out")


def check_csrf(sitting: Sitting, given: str) -> None:
    """Refuse a request that does not repeat the token of its session's pages.

    Raises
    ------
    Forbidden
        It is another one, or none.
    """
    if not hmac.compare_digest(sitting.csrf.encode(), given.encode("utf-8", "replace")):
        msg = (
            "The X-CSRF-Token header does not fit this session. Load the page anew; programs read "
            "the token from GET /api/v1/session."
        )
        raise Forbidden(msg)


def _who(person: Person) -> Who:
    return Who(person.role, person.team, f"person:{person.person_id}")
