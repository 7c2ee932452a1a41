"""The tables of the file of people, and the guards of its audit trail.

Times are milliseconds since 1970 in UTC.
"""

from typing import Final

APPLICATION_ID: Final = 0x55584F50  # "UXOP"
SCHEMA_VERSION: Final = 1

TABLES: Final = (
    """CREATE TABLE person (
    person_id TEXT PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL, role TEXT NOT NULL, team TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0, added_at_ms INTEGER NOT NULL) STRICT""",
    """CREATE TABLE session (
    token_sha256 BLOB PRIMARY KEY, csrf TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person(person_id), began_at_ms INTEGER NOT NULL,
    seen_at_ms INTEGER NOT NULL, idle_s INTEGER NOT NULL, ends_at_ms INTEGER NOT NULL) STRICT""",
    "CREATE INDEX session_person ON session(person_id)",
    """CREATE TABLE device (
    device_id TEXT PRIMARY KEY, label TEXT NOT NULL, team TEXT NOT NULL,
    token_sha256 BLOB NOT NULL UNIQUE, enrolled_at_ms INTEGER NOT NULL, revoked_at_ms INTEGER,
    seen_at_ms INTEGER, skew_s REAL) STRICT""",
    """CREATE TABLE enrolment_code (
    code_sha256 BLOB PRIMARY KEY, team TEXT NOT NULL, ends_at_ms INTEGER NOT NULL) STRICT""",
    "CREATE TABLE attempt (key TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT",
    "CREATE INDEX attempt_key ON attempt(key, at_ms)",
    """CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, actor TEXT NOT NULL,
    role TEXT NOT NULL, action TEXT NOT NULL, what TEXT NOT NULL, outcome TEXT NOT NULL) STRICT""",
    """CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    """CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
)

PERSON: Final = "person_id, name, role, team, disabled, added_at_ms"
SESSION: Final = "token_sha256, csrf, person_id, began_at_ms, seen_at_ms, idle_s, ends_at_ms"
DEVICE: Final = "device_id, label, team, enrolled_at_ms, revoked_at_ms, seen_at_ms, skew_s"
AUDIT: Final = "at_ms, actor, role, action, what, outcome, number"
