# ruff: noqa: S608 - the statements are put together from names of the schema; values are bound
"""People in one SQLite file beside the store, readable by its owner alone.

A file of its own, because a copy of the GeoPackage is handed on: it must carry no name and no hash.
Several processes may write to it, the service and the command line: every call is one short
transaction, and SQLite lets the second one wait.
"""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlcipher3 import dbapi2

from uxo.errors import NotFound, Refused, StoreBroken, StoreVersion
from uxo.store.connection import check_driver, connector
from uxo.store.people import schema
from uxo.store.people.contract import (
    AuditLine,
    Device,
    EnrolmentCode,
    Person,
    Session,
    Sought,
)
from uxo.store.people.copies import write_copy
from uxo.store.people.rows import (
    device_of,
    line_of,
    name_key,
    of_ms,
    person_of,
    session_of,
    to_ms,
)
from uxo.vocabulary import Role


class SqlitePeople:
    """See `uxo.store.people.contract.PeopleStore`.

    Made by `SqlitePeople.open`.
    """

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - a DB-API connection has no type
        self._connection = connection
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path, *, passphrase: str | None = None, create: bool = False) -> Self:
        """Open the file.

        Parameters
        ----------
        path : Path
            The file.
        passphrase : str or None
            Key of an encrypted file; None for a plain one.
        create : bool
            Make it when there is none.

        Raises
        ------
        NotFound
            There is no such file and none was asked for.
        StoreBroken, StoreVersion
            It is damaged, of another programme, or of another version.
        """
        check_driver()
        if create:
            # Made with its final mode: there is no moment in which others could read it.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        elif not path.is_file():
            msg = f"there are no sign-ins yet: {path} does not exist; add one with: uxo user add"
            raise NotFound(msg)
        try:
            connection = connector(path, passphrase)()
        except dbapi2.DatabaseError as error:
            msg = f"{path} cannot be opened as the file of sign-ins: {error}"
            raise StoreBroken(msg) from error
        try:
            _prepare(path, connection)
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        """Use it as a context."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _rows(self, sql: str, *values: object) -> list[Any]:
        with self._lock:
            rows: list[Any] = self._connection.execute(sql, values).fetchall()
        return rows

    def add_person(self, person: Person, password_hash: str) -> None:
        """Add somebody."""
        values = (
            person.person_id,
            person.name,
            name_key(person.name),
            password_hash,
            person.role.value,
            person.team,
            int(person.disabled),
            to_ms(person.added_at),
        )
        with self._writing() as connection:
            try:
                connection.execute("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            except dbapi2.IntegrityError as error:
                msg = f"the name {person.name!r} is taken; give another"
                raise Refused(msg) from error

    def people(self) -> Sequence[Person]:
        """List everybody in the order of their names."""
        rows = self._rows(f"SELECT {schema.PERSON} FROM person ORDER BY name_key")
        return [person_of(row) for row in rows]

    def person(self, person_id: str) -> Person | None:
        """Find somebody by id."""
        rows = self._rows(f"SELECT {schema.PERSON} FROM person WHERE person_id = ?", person_id)
        return person_of(rows[0]) if rows else None

    def person_named(self, name: str) -> tuple[Person, str] | None:
        """Find somebody by name, with the hash of the password."""
        sql = f"SELECT {schema.PERSON}, password_hash FROM person WHERE name_key = ?"
        rows = self._rows(sql, name_key(name))
        return (person_of(rows[0][:-1]), rows[0][-1]) if rows else None

    def set_password(self, person_id: str, password_hash: str, *, end_sessions: bool) -> None:
        """Change a password; on request every session of the person ends with it."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE person SET password_hash = ? WHERE person_id = ?",
                (password_hash, person_id),
            )
            if end_sessions:
                connection.execute("DELETE FROM session WHERE person_id = ?", (person_id,))

    def set_disabled(self, person_id: str, *, disabled: bool) -> None:
        """Let somebody sign in or not; every session of the person ends."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE person SET disabled = ? WHERE person_id = ?", (int(disabled), person_id)
            )
            connection.execute("DELETE FROM session WHERE person_id = ?", (person_id,))

    def set_role(self, person_id: str, role: Role) -> None:
        """Change what somebody may do; every session of the person ends."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE person SET role = ? WHERE person_id = ?", (role.value, person_id)
            )
            connection.execute("DELETE FROM session WHERE person_id = ?", (person_id,))

    def open_session(self, session: Session) -> None:
        """Keep a new session, and drop those that are over when it begins."""
        began = to_ms(session.began_at)
        values = (
            session.token_sha256,
            session.csrf,
            session.person_id,
            began,
            to_ms(session.seen_at),
            session.idle_s,
            to_ms(session.ends_at),
        )
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM session WHERE min(ends_at_ms, seen_at_ms + 1000 * idle_s) <= ?",
                (began,),
            )
            connection.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def session(self, token_sha256: bytes) -> tuple[Session, Person] | None:
        """Find a session and whose it is."""
        rows = self._rows(
            f"SELECT {schema.SESSION} FROM session WHERE token_sha256 = ?", token_sha256
        )
        if not rows:
            return None
        session = session_of(rows[0])
        person = self.person(session.person_id)
        return None if person is None else (session, person)

    def touch_session(self, token_sha256: bytes, at: datetime) -> None:
        """Note that a session is in use."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE session SET seen_at_ms = ? WHERE token_sha256 = ?",
                (to_ms(at), token_sha256),
            )

    def end_session(self, token_sha256: bytes) -> None:
        """Drop a session; one that is not there is no fault."""
        with self._writing() as connection:
            connection.execute("DELETE FROM session WHERE token_sha256 = ?", (token_sha256,))

    def add_code(self, code: EnrolmentCode, at: datetime) -> None:
        """Keep a code, and drop those that are over."""
        with self._writing() as connection:
            connection.execute("DELETE FROM enrolment_code WHERE ends_at_ms <= ?", (to_ms(at),))
            connection.execute(
                "INSERT INTO enrolment_code VALUES (?, ?, ?)",
                (code.code_sha256, code.team, to_ms(code.ends_at)),
            )

    def enrol(
        self, code_sha256: bytes, device_id: str, label: str, token_sha256: bytes, at: datetime
    ) -> Device | None:
        """Use up a code and add a device to its team; None: no such code is in force."""
        with self._writing() as connection:
            found = connection.execute(
                "DELETE FROM enrolment_code WHERE code_sha256 = ? AND ends_at_ms > ?"
                " RETURNING team",
                (code_sha256, to_ms(at)),
            ).fetchall()
            if not found:
                return None
            team = found[0][0]
            connection.execute(
                f"INSERT INTO device ({schema.DEVICE}, token_sha256)"
                " VALUES (?, ?, ?, ?, NULL, NULL, NULL, ?)",
                (device_id, label, team, to_ms(at), token_sha256),
            )
        return Device(device_id, label, team, at)

    def devices(self) -> Sequence[Device]:
        """List all devices, the newest first."""
        sql = f"SELECT {schema.DEVICE} FROM device ORDER BY enrolled_at_ms DESC, device_id DESC"
        return [device_of(row) for row in self._rows(sql)]

    def device_with(self, token_sha256: bytes) -> Device | None:
        """Find a device by its token, revoked or not."""
        sql = f"SELECT {schema.DEVICE} FROM device WHERE token_sha256 = ?"
        rows = self._rows(sql, token_sha256)
        return device_of(rows[0]) if rows else None

    def revoke(self, device_id: str, at: datetime) -> Device | None:
        """Cut a device off; the first time counts. None: there is no such device."""
        with self._writing() as connection:
            rows = connection.execute(
                "UPDATE device SET revoked_at_ms = coalesce(revoked_at_ms, ?) WHERE device_id = ?"
                f" RETURNING {schema.DEVICE}",
                (to_ms(at), device_id),
            ).fetchall()
        return device_of(rows[0]) if rows else None

    def saw_device(self, device_id: str, at: datetime, skew_s: float | None = None) -> None:
        """Note that a device was heard of, and how far its clock is off where that is known."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE device SET seen_at_ms = ?, skew_s = coalesce(?, skew_s)"
                " WHERE device_id = ?",
                (to_ms(at), skew_s, device_id),
            )

    def attempt(
        self, limits: Mapping[str, int], at: datetime, window: timedelta
    ) -> datetime | None:
        """Count an attempt against each key, unless one of them has had too many."""
        now = to_ms(at)
        window_ms = round(window.total_seconds() * 1000)
        with self._writing() as connection:
            connection.execute("DELETE FROM attempt WHERE at_ms <= ?", (now - window_ms,))
            free = [_free_at(connection, key, most) for key, most in limits.items()]
            locked = [moment + window_ms for moment in free if moment is not None]
            if locked:
                return of_ms(max(locked))
            connection.executemany(
                "INSERT INTO attempt VALUES (?, ?)", [(key, now) for key in limits]
            )
        return None

    def forgive(self, key: str, *, newest_only: bool = False) -> None:
        """Forget the attempts of a key, at every address; or the newest of them."""
        with self._writing() as connection:
            if newest_only:
                connection.execute(
                    "DELETE FROM attempt WHERE rowid IN"
                    " (SELECT rowid FROM attempt WHERE key = ? ORDER BY at_ms DESC LIMIT 1)",
                    (key,),
                )
                return
            # From key@ up to the next letter after @: every key that begins so, by the index.
            connection.execute(
                "DELETE FROM attempt WHERE key = ? OR (key > ? AND key < ?)",
                (key, f"{key}@", f"{key}A"),
            )

    def note(self, line: AuditLine) -> None:
        """Write a line of the audit trail; none is ever changed or removed."""
        values = (to_ms(line.at), line.actor, line.role.value, line.action, line.what, line.outcome)
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO audit (at_ms, actor, role, action, what, outcome)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )

    def audit(
        self, *, before: int | None = None, limit: int = 100, sought: Sought | None = None
    ) -> Sequence[AuditLine]:
        """Read the audit trail, newest first, from before a number; only what is sought."""
        sought = sought or Sought()
        wanted: list[tuple[str, object]] = [
            ("number < ?", before),
            ("actor = ?", sought.actor),
            ("action = ?", sought.action),
            ("at_ms >= ?", None if sought.since is None else to_ms(sought.since)),
            ("at_ms < ?", None if sought.until is None else to_ms(sought.until)),
        ]
        asked = [(clause, value) for clause, value in wanted if value is not None]
        where = " AND ".join(clause for clause, _ in asked) or "TRUE"
        rows = self._rows(
            f"SELECT {schema.AUDIT} FROM audit WHERE {where} ORDER BY number DESC LIMIT ?",
            *(value for _, value in asked),
            limit,
        )
        return [line_of(row) for row in rows]

    def backup(self, path: Path) -> None:
        """Write a complete copy for its owner alone, without what opens a door at once."""
        with self._lock:
            write_copy(self._connection, path)


def _free_at(connection: Any, key: str, most: int) -> int | None:  # noqa: ANN401
    """Find the attempt whose end of the window frees the key; None: it is free."""
    row = connection.execute(
        "SELECT at_ms FROM attempt WHERE key = ? ORDER BY at_ms DESC LIMIT 1 OFFSET ?",
        (key, most - 1),
    ).fetchone()
    return None if row is None else int(row[0])


def _prepare(path: Path, connection: Any) -> None:  # noqa: ANN401
    """Lay a new file out; check an old one."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables == 0:
            connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")
            for statement in schema.TABLES:
                connection.execute(statement)
        connection.execute("COMMIT")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except dbapi2.DatabaseError as error:
        msg = f"{path} is damaged, or no file of sign-ins: {error}"
        raise StoreBroken(msg) from error
    if application != schema.APPLICATION_ID:
        msg = f"{path} is a database of another programme, not a file of sign-ins"
        raise StoreBroken(msg)
    if version != schema.SCHEMA_VERSION:
        msg = f"{path} has layout {version}; this version of uxo reads {schema.SCHEMA_VERSION}"
        raise StoreVersion(msg)
