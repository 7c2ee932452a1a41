"""From rows of the file of people to records, and back."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

from uxo.store.people.contract import AuditLine, Device, Person, Session
from uxo.vocabulary import Role


def to_ms(moment: datetime) -> int:
    """Count milliseconds since 1970.

    Examples
    --------
    >>> to_ms(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000
    """
    return round(moment.timestamp() * 1000)


def of_ms(milliseconds: int) -> datetime:
    """Read what `to_ms` wrote."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _maybe(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else of_ms(milliseconds)


def name_key(name: str) -> str:
    """Fold a name, so that one that looks the same is the same.

    Examples
    --------
    >>> name_key(" Amal ") == name_key("AMAL")
    True
    """
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    # Half a character, which JSON can carry, cannot be kept and so stands in no name.
    return folded.encode("utf-8", "replace").decode("utf-8")


def person_of(row: Any) -> Person:  # noqa: ANN401 - a row of the driver has no type
    """Read one row of the table of people."""
    person_id, name, role, team, disabled, added = row
    return Person(person_id, name, Role(role), team, bool(disabled), of_ms(added))


def session_of(row: Any) -> Session:  # noqa: ANN401
    """Read one row of the table of sessions."""
    token, csrf, person_id, began, seen, idle_s, ends = row
    return Session(bytes(token), csrf, person_id, of_ms(began), of_ms(seen), idle_s, of_ms(ends))


def device_of(row: Any) -> Device:  # noqa: ANN401
    """Read one row of the table of devices."""
    device_id, label, team, enrolled, revoked, seen, skew_s = row
    return Device(device_id, label, team, of_ms(enrolled), _maybe(revoked), _maybe(seen), skew_s)


def line_of(row: Any) -> AuditLine:  # noqa: ANN401
    """Read one row of the audit trail."""
    at, actor, role, action, what, outcome, number = row
    return AuditLine(of_ms(at), actor, Role(role), action, what, outcome, number)
