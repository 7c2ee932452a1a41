"""Sign-ins of people: add, list, disable, set a password. Names stay here and nowhere else."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from uxo.errors import BadInput, NotFound, NotSignedIn
from uxo.services import attempts
from uxo.services.audit import FAILED, Audit
from uxo.services.secret_words import Passwords
from uxo.services.who import Who
from uxo.store.people.contract import PeopleStore, Person
from uxo.vocabulary import TEAM_PATTERN, Action, Role

NAME_MAX: Final = 80


class People:
    """Manages who may sign in.

    Parameters
    ----------
    store : PeopleStore
        Keeps them.
    passwords : Passwords
        Makes and hashes them.
    audit : Audit
        Is told of every change.
    clock : callable
        Gives the time, with a zone.
    new_id : callable
        Makes an id.
    """

    def __init__(
        self,
        store: PeopleStore,
        *,
        passwords: Passwords,
        audit: Audit,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._audit = audit
        self._clock = clock
        self._new_id = new_id

    def add(self, name: str, *, role: Role, team: str, password: str, by: Who) -> Person:
        """Add somebody.

        Parameters
        ----------
        name : str
            Typed at sign-in; letters of any script.
        role : Role
            What is allowed.
        team : str
            Code of the team.
        password : str
            See `generate_password`.
        by : Who
            Adds.

        Raises
        ------
        BadInput
            Name, team or password is of the wrong form.
        Refused
            The name is taken.
        """
        check_name(name)
        check_team(team)
        person = Person(
            self._new_id(), name.strip(), role, team, disabled=False, added_at=self._clock()
        )
        self._store.add_person(person, self._passwords.hash(password))
        self._audit.note(by, Action.MANAGE_PEOPLE, f"added person {person.person_id} as {role}")
        return person

    def generate_password(self) -> str:
        """Make a password that can be read aloud and is hard to guess."""
        return self._passwords.generate()

    def list(self) -> Sequence[Person]:
        """List everybody in the order of their names."""
        return self._store.people()

    def named(self, name: str) -> Person:
        """Find somebody by name.

        Raises
        ------
        NotFound
            There is nobody of that name.
        """
        found = self._store.person_named(name)
        if found is None:
            msg = f"there is no sign-in named {name[:80]!r}; uxo user list shows all"
            raise NotFound(msg)
        return found[0]

    def with_id(self, person_id: str) -> Person:
        """Find somebody by id.

        Raises
        ------
        NotFound
            There is nobody with that id.
        """
        person = self._store.person(person_id)
        if person is None:
            msg = f"there is no person {person_id[:80]!r}"
            raise NotFound(msg)
        return person

    def set_disabled(self, person: Person, *, disabled: bool, by: Who) -> None:
        """Let somebody sign in or not; who is signed in is signed out at once.

        Raises
        ------
        BadInput
            Somebody disables the own sign-in: nobody might be left who could undo it.
        """
        if disabled and by.actor == f"person:{person.person_id}":
            msg = "nobody disables the own sign-in; ask another administrator"
            raise BadInput(msg)
        self._store.set_disabled(person.person_id, disabled=disabled)
        done = "disabled" if disabled else "enabled"
        self._audit.note(by, Action.MANAGE_PEOPLE, f"{done} person {person.person_id}")

    def set_role(self, person: Person, role: Role, *, by: Who) -> None:
        """Change what somebody may do; who is signed in is signed out at once.

        Raises
        ------
        BadInput
            Somebody changes the own role: nobody might be left who could change it back.
        """
        if by.actor == f"person:{person.person_id}":
            msg = "nobody changes the own role; ask another administrator"
            raise BadInput(msg)
        self._store.set_role(person.person_id, role)
        done = f"changed role of person {person.person_id} from {person.role} to {role}"
        self._audit.note(by, Action.MANAGE_PEOPLE, done)

    def set_password(self, person: Person, password: str, *, by: Who) -> None:
        """Set a new password; sessions of the person end, and a lock-out does too.

        Raises
        ------
        BadInput
            The password is of the wrong form.
        """
        hashed = self._passwords.hash(password)
        self._store.set_password(person.person_id, hashed, end_sessions=True)
        attempts.forgive_name(self._store, person.name)
        self._audit.note(by, Action.MANAGE_PEOPLE, f"set password of person {person.person_id}")

    def change_own_password(self, who: Who, current: str, new: str, *, address: str) -> Person:
        """Let somebody who signed in change the own password; all the sessions end.

        Parameters
        ----------
        who : Who
            Signed in.
        current, new : str
            As typed.
        address : str
            Of the network; wrong guesses at the current one are counted, apart from sign-ins.

        Returns
        -------
        Person
            Who may be given a new session.

        Raises
        ------
        NotSignedIn
            The current password is another one.
        BadInput
            The new one is of the wrong form, or the old one again.
        TooManyAttempts
            Too many guesses.
        """
        person = self.with_id(who.person_id)
        guessed = f"own password of {person.person_id}"
        attempt = attempts.begin(self._store, name=guessed, address=address, at=self._clock())
        found = self._store.person_named(person.name)
        if found is None or not self._passwords.fits(current, found[1]):
            self._audit.note(who, Action.CHANGE_OWN_PASSWORD, outcome=FAILED)
            msg = "The current password is another one."
            raise NotSignedIn(msg)
        attempts.succeeded(self._store, attempt)
        if self._passwords.fits(new, found[1]):
            msg = "the new password is the old one; choose another"
            raise BadInput(msg)
        hashed = self._passwords.hash(new)
        self._store.set_password(person.person_id, hashed, end_sessions=True)
        self._audit.note(who, Action.CHANGE_OWN_PASSWORD, "set")
        return person


def check_team(team: str) -> None:
    """Refuse what is no team's code.

    Raises
    ------
    BadInput
        It is of another form.
    """
    if re.fullmatch(TEAM_PATTERN, team) is None:
        msg = (
            f"team = {team[:80]!r}: a code of 1 to 32 letters, digits, - and _, for example EOD-3; "
            "never a person's name"
        )
        raise BadInput(msg)


def check_name(name: str) -> None:
    """Refuse a name that cannot be typed or shown.

    Raises
    ------
    BadInput
        It is empty, too long or holds control characters.
    """
    hidden = any(unicodedata.category(letter).startswith("C") for letter in name)
    if not name.strip() or len(name) > NAME_MAX or hidden:
        msg = f"name: give 1 to {NAME_MAX} letters of any script, without control characters"
        raise BadInput(msg)
