"""What every store of people does, whatever its engine.

Passwords, tokens and codes never come in here: only their hashes do. Names of people are held in
one table and come out as a `Person` alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from uxo.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in.

    Attributes
    ----------
    person_id : str
        UUIDv7; stands in every record instead of the name.
    name : str
        Typed at sign-in.
    role : Role
        What is allowed.
    team : str
        Code of the team.
    disabled : bool
        May not sign in any more.
    added_at : datetime
        UTC.
    """

    person_id: str
    name: str
    role: Role
    team: str
    disabled: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody is signed in.

    Attributes
    ----------
    token_sha256 : bytes
        Of the token that the browser holds.
    csrf : str
        Token that every changing request repeats; it proves that a page of ours sent it.
    person_id : str
        Whose session it is.
    began_at, seen_at : datetime
        When it began, and when it was last used.
    idle_s : int
        Seconds without use after which it is over.
    ends_at : datetime
        When it is over in any case.
    """

    token_sha256: bytes
    csrf: str
    person_id: str
    began_at: datetime
    seen_at: datetime
    idle_s: int
    ends_at: datetime

    def over(self, moment: datetime) -> bool:
        """Tell whether it ended: unused for too long, or at its age."""
        return moment >= min(self.ends_at, self.seen_at + timedelta(seconds=self.idle_s))


@dataclass(frozen=True, slots=True)
class Device:
    """A phone that a team carries.

    Attributes
    ----------
    device_id : str
        UUIDv7.
    label : str
        What people call it, for example "phone 7"; never a person's name.
    team : str
        Code of the one team for which it records.
    enrolled_at : datetime
        UTC.
    revoked_at : datetime or None
        When it was cut off; None: it was not.
    seen_at : datetime or None
        When it was last heard of, to ten minutes or so; None: never since it was enrolled.
    skew_s : float or None
        Seconds by which its clock runs ahead of ours; None: not measured.
    """

    device_id: str
    label: str
    team: str
    enrolled_at: datetime
    revoked_at: datetime | None = None
    seen_at: datetime | None = None
    skew_s: float | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A code which adds one phone to a team, once.

    Attributes
    ----------
    code_sha256 : bytes
        Of the code that was shown.
    team : str
        The team.
    ends_at : datetime
        From then on it is worthless.
    """

    code_sha256: bytes
    team: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class AuditLine:
    """What somebody did, or was refused.

    Attributes
    ----------
    at : datetime
        UTC.
    actor : str
        See `uxo.services.who.Who`.
    role : Role
        At that time.
    action : str
        An `uxo.vocabulary.Action`, or ``sign_in``, ``sign_out``, ``enrol``.
    what : str
        What it was done to: an address, an id.
    outcome : str
        ``done``, ``refused`` or ``failed``.
    number : int
        Counts up without gaps; 0 in a line that is not written yet.
    """

    at: datetime
    actor: str
    role: Role
    action: str
    what: str
    outcome: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Sought:
    """Which lines of the audit trail are read; None: all.

    Attributes
    ----------
    actor : str or None
        Whose.
    since, until : datetime or None
        From the first moment on, and before the second one.
    action : str or None
        About what.
    """

    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    action: str | None = None


class PeopleStore(Protocol):
    """Everything that services ask of it. Each call is one transaction."""

    def add_person(self, person: Person, password_hash: str) -> None:
        """Add somebody.

        Raises
        ------
        Refused
            The name is taken (names that differ in case only are the same).
        """

    def people(self) -> Sequence[Person]:
        """List everybody in the order of their names."""

    def person(self, person_id: str) -> Person | None:
        """Find somebody by id."""

    def person_named(self, name: str) -> tuple[Person, str] | None:
        """Find somebody by name, with the hash of the password."""

    def set_password(self, person_id: str, password_hash: str, *, end_sessions: bool) -> None:
        """Change a password; on request every session of the person ends with it."""

    def set_disabled(self, person_id: str, *, disabled: bool) -> None:
        """Let somebody sign in or not; every session of the person ends."""

    def set_role(self, person_id: str, role: Role) -> None:
        """Change what somebody may do; every session of the person ends."""

    def open_session(self, session: Session) -> None:
        """Keep a new session, and drop those that are over when it begins."""

    def session(self, token_sha256: bytes) -> tuple[Session, Person] | None:
        """Find a session and whose it is."""

    def touch_session(self, token_sha256: bytes, at: datetime) -> None:
        """Note that a session is in use."""

    def end_session(self, token_sha256: bytes) -> None:
        """Drop a session; one that is not there is no fault."""

    def add_code(self, code: EnrolmentCode, at: datetime) -> None:
        """Keep a code, and drop those that are over."""

    def enrol(
        self, code_sha256: bytes, device_id: str, label: str, token_sha256: bytes, at: datetime
    ) -> Device | None:
        """Use up a code and add a device to its team; None: no such code is in force."""

    def devices(self) -> Sequence[Device]:
        """List all devices, the newest first."""

    def device_with(self, token_sha256: bytes) -> Device | None:
        """Find a device by its token, revoked or not."""

    def revoke(self, device_id: str, at: datetime) -> Device | None:
        """Cut a device off; the first time counts. None: there is no such device."""

    def saw_device(self, device_id: str, at: datetime, skew_s: float | None = None) -> None:
        """Note that a device was heard of, and how far its clock is off where that is known."""

    def attempt(
        self, limits: Mapping[str, int], at: datetime, window: timedelta
    ) -> datetime | None:
        """Count an attempt against each key, unless one of them has had too many.

        Counting and looking are one step, so that attempts at the same time count each.

        Parameters
        ----------
        limits : mapping of str to int
            Key -> most attempts within the window.
        at : datetime
            Now.
        window : timedelta
            Older attempts are forgotten.

        Returns
        -------
        datetime or None
            None: it was counted. Else nothing was, and this is when the next one may be made.
        """

    def forgive(self, key: str, *, newest_only: bool = False) -> None:
        """Forget the attempts of a key, with those of the same key at an address (``key@...``).

        Or, of this key alone, the newest of them.
        """

    def note(self, line: AuditLine) -> None:
        """Write a line of the audit trail; none is ever changed or removed."""

    def audit(
        self, *, before: int | None = None, limit: int = 100, sought: Sought | None = None
    ) -> Sequence[AuditLine]:
        """Read the audit trail, newest first, from before a number; only what is sought."""

    def backup(self, path: Path) -> None:
        """Write a complete copy for its owner alone, without sessions and codes that are in force.

        Parameters
        ----------
        path : Path
            A file that does not exist yet.

        Raises
        ------
        StoreError
            There is such a file, or it cannot be written.
        """

    def close(self) -> None:
        """Let the store go."""
