"""The file of sign-ins: whose it is, what is in it, what it refuses."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from tests.people import PASSWORD, access_for, hire, open_people
from uxo.errors import NotFound, StoreBroken, StoreError, StoreVersion
from uxo.store.people.sqlite import SqlitePeople
from uxo.vocabulary import Role

PASSPHRASE = "it's long"  # noqa: S105  # of a file of the tests
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def _clock() -> datetime:
    return NOW


def test_every_file_of_it_is_its_owners_alone(tmp_path: Path) -> None:
    with open_people(tmp_path / "people") as store:
        hire(store, _clock)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"people": 0o600, "people-wal": 0o600, "people-shm": 0o600}


def test_no_password_token_or_code_is_in_it(tmp_path: Path) -> None:
    with open_people(tmp_path / "people") as store:
        staff = hire(store, _clock)
        token = staff.token(Role.OFFICER)
        _, device_token = staff.device()
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"$argon2id$" in held
    for secret in (PASSWORD, token, device_token):
        assert secret.encode() not in held


def test_a_file_that_is_not_there_is_not_made_in_passing(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="uxo user add"):
        SqlitePeople.open(tmp_path / "people")
    assert not list(tmp_path.iterdir())


def test_a_file_of_another_kind_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "people"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreBroken):
        SqlitePeople.open(path)
    assert path.read_bytes() == b"no database at all" * 100
    other = tmp_path / "other"
    with dbapi2.connect(other) as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()
    with pytest.raises(StoreBroken, match="another programme"):
        SqlitePeople.open(other)


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people"
    open_people(path).close()
    with dbapi2.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreVersion, match="layout 99"):
        SqlitePeople.open(path)


def test_an_encrypted_file_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    path = tmp_path / "people"
    with SqlitePeople.open(path, passphrase=PASSPHRASE, create=True) as store:
        hire(store, _clock)
    assert b"officer" not in path.read_bytes()
    with SqlitePeople.open(path, passphrase=PASSPHRASE) as store:
        assert len(store.people()) == len(Role)
    for wrong in (None, "another"):
        with pytest.raises(StoreBroken):
            SqlitePeople.open(path, passphrase=wrong)


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_audit_trail_refuses_a_change_from_outside(tmp_path: Path, change: str) -> None:
    path = tmp_path / "people"
    with open_people(path) as store:
        hire(store, _clock)
        lines = store.audit()
    connection = dbapi2.connect(path, isolation_level=None)
    with pytest.raises(dbapi2.IntegrityError, match="append-only"):
        connection.execute(change)
    connection.close()
    with open_people(path) as store:
        assert store.audit() == lines


def test_the_copy_of_an_encrypted_file_has_its_key_and_opens_no_door(tmp_path: Path) -> None:
    path, copy = tmp_path / "people", tmp_path / "copy"
    with SqlitePeople.open(path, passphrase=PASSPHRASE, create=True) as store:
        staff = hire(store, _clock)
        token = staff.token(Role.OFFICER)
        store.backup(copy)
        assert staff.access.sign_in.find(token) is not None
        with pytest.raises(StoreError, match="exists"):
            store.backup(copy)
    assert b"officer" not in copy.read_bytes()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with pytest.raises(StoreBroken):
        SqlitePeople.open(copy)
    with SqlitePeople.open(copy, passphrase=PASSPHRASE) as opened:
        access = access_for(opened, _clock)
        assert access.sign_in.find(token) is None
        access.sign_in.sign_in("officer", PASSWORD, address="a")
