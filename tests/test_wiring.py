"""What is built from the settings: ids, keys, the store's file."""

import stat
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uxo import wiring
from uxo.errors import BadFile, BadInput, NotFound
from uxo.settings import load_settings

MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
    max_value=datetime(2900, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def test_the_desk_s_key_is_made_once_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    settings = load_settings(store=str(tmp_path / "s.gpkg"))
    made = wiring.desk_key_of(settings).jwk
    path = tmp_path / "s.gpkg.desk-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert wiring.desk_key_of(settings).jwk == made
    assert repr(wiring.desk_key_of(settings)) == f"DeskKey({made['x']})"  # and no secret
    assert (made["kty"], made["crv"], len(made["x"]), len(made["y"])) == ("EC", "P-256", 43, 43)
    wiring.device_key(tmp_path / "signing.key")
    (tmp_path / "signing.key").replace(path)
    with pytest.raises(BadFile, match="another kind than P-256"):
        wiring.desk_key_of(settings)
    path.write_text("no key")
    with pytest.raises(BadFile, match="is not the desk's key"):
        wiring.desk_key_of(settings)


@given(MOMENTS, st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_7_that_holds_its_time(moment: datetime, random: bytes) -> None:
    made = uuid.UUID(wiring.uuid7(moment, random))
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert abs((made.int >> 80) / 1000 - moment.timestamp()) < 0.002


@given(MOMENTS, MOMENTS)
def test_ids_sort_by_the_time_they_were_made(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    low = wiring.uuid7(earlier, b"\xff" * 10)
    high = wiring.uuid7(later, b"\x00" * 10)
    if (later - earlier).total_seconds() >= 0.002:
        assert low < high


def test_new_ids_differ() -> None:
    assert len({wiring.new_id() for _ in range(1000)}) == 1000


def test_the_clock_is_in_utc() -> None:
    assert wiring.now().tzinfo == UTC


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///a.gpkg", "a.gpkg"),
        ("sqlite:///folder/a.gpkg", "folder/a.gpkg"),
        ("sqlite:////srv/a.gpkg", "/srv/a.gpkg"),
        ("folder/a.gpkg", "folder/a.gpkg"),
        ("/srv/a.gpkg", "/srv/a.gpkg"),
    ],
)
def test_a_store_is_named_by_address_or_path(url: str, path: str) -> None:
    assert wiring.store_path(url) == Path(path)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_server_is_refused_without_repeating_its_password(scheme: str) -> None:
    with pytest.raises(BadInput, match="not supported yet") as told:
        wiring.store_path(f"{scheme}://user:secret@db/uxo")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite://host/a.gpkg", "mysql://h/d"])
def test_other_addresses_are_refused_with_the_right_form(url: str) -> None:
    with pytest.raises(BadInput, match="sqlite:///FILE"):
        wiring.store_path(url)


def test_a_store_that_is_not_there_is_not_made_in_passing(tmp_path: Path) -> None:
    settings = load_settings(store=str(tmp_path / "none.gpkg"))
    with pytest.raises(NotFound, match="uxo init"):
        wiring.open_store(settings)
    assert not list(tmp_path.iterdir())


def test_the_signing_key_lies_beside_the_store_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "store.gpkg"
    with wiring.open_store(load_settings(store=str(path)), create=True):
        pass
    key = path.with_name("store.gpkg.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert wiring.device_key(key).dev == wiring.device_key(key).dev


def test_a_damaged_key_is_told_and_never_replaced(tmp_path: Path) -> None:
    key = tmp_path / "store.gpkg.key"
    key.write_bytes(b"not a key")
    with pytest.raises(BadFile):
        wiring.device_key(key)
    assert key.read_bytes() == b"not a key"


def test_the_policy_is_the_shipped_one_unless_a_file_is_named() -> None:
    assert len(wiring.policy_of(load_settings()).digest) == 64
