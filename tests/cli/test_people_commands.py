"""``uxo user`` and ``uxo device``."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.services.locked import locked_file
from tests.web.phones import recorded
from tests.web.scene import find
from uxo import wiring
from uxo.cli.app import app
from uxo.services.secret_words import Costs, Passwords
from uxo.services.who import CONSOLE
from uxo.settings import load_settings

RUN = CliRunner()
STORE = ["--store", "s.gpkg"]


@pytest.fixture(autouse=True)
def _a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = Passwords.__init__

    def cheaply(self: Passwords, entropy: Any) -> None:  # noqa: ANN401
        begin(self, entropy, Costs(memory_kib=8, rounds=1))

    monkeypatch.setattr(Passwords, "__init__", lambda self, entropy, _: cheaply(self, entropy))
    assert _uxo("init").exit_code == 0


def _uxo(*words: str, typed: str = "") -> Any:  # noqa: ANN401
    return RUN.invoke(app, [*words, *STORE], input=typed)


def _json(*words: str, typed: str = "") -> Any:  # noqa: ANN401
    answer = _uxo(*words, "--json", typed=typed)
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_the_first_person_makes_the_file_beside_the_store() -> None:
    made = _json("user", "add", "أمل", "--role", "officer", "--team", "DESK")
    assert (made["name"], made["role"], made["team"]) == ("أمل", "officer", "DESK")
    assert stat.S_IMODE(Path("s.gpkg.people").stat().st_mode) == 0o600
    with wiring.open_access(load_settings(store="s.gpkg")) as access:
        assert access is not None
        access.sign_in.sign_in("أمل", made["password"], address="a")


def test_without_people_there_is_no_sign_in() -> None:
    with wiring.open_access(load_settings(store="s.gpkg")) as access:
        assert access is None
    answer = _uxo("user", "list")
    assert answer.exit_code == 1
    assert "uxo user add" in answer.stderr
    assert not Path("s.gpkg.people").exists()


def test_people_are_listed_disabled_enabled_and_get_a_new_password() -> None:
    first = _json("user", "add", "amal", "--role", "reviewer")
    assert first["team"] == "desk"
    assert _json("user", "disable", "AMAL")["disabled"] is True
    assert _json("user", "enable", "amal")["disabled"] is False
    assert _json("user", "role", "amal", "--role", "officer")["role"] == "officer"
    second = _json("user", "password", "amal")
    assert second["password"] != first["password"]
    (listed,) = _json("user", "list")
    assert listed["name"] == "amal"
    assert "password" not in listed
    assert "amal" in _uxo("user", "list").stdout
    shown = _uxo("user", "password", "amal")
    assert "It is shown only now." in shown.stdout


def test_a_password_that_was_typed_is_not_printed() -> None:
    words = ["user", "add", "amal", "--role", "team", "--password-stdin"]
    answer = _uxo(*words, typed="my own long password\n")
    assert answer.exit_code == 0
    assert "my own" not in answer.output
    with wiring.open_access(load_settings(store="s.gpkg")) as access:
        assert access is not None
        access.sign_in.sign_in("amal", "my own long password", address="a")
    short = _uxo("user", "password", "amal", "--password-stdin", typed="short\n")
    assert short.exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        ["user", "add"], ["user", "add", "amal"], ["user", "list", "amal"],
        ["user", "disable", "amal", "--role", "team"], ["user", "remove", "amal"],
        ["user", "add", "amal", "--role", "king"], ["user", "role", "amal"],
        ["device", "enrol"], ["device", "list", "x"], ["device", "revoke"],
    ],
)  # fmt: skip
def test_wrong_usage_is_told(words: list[str]) -> None:
    assert _uxo(*words).exit_code == 2


def test_what_is_not_there_is_told() -> None:
    _uxo("user", "add", "amal", "--role", "officer")
    assert _uxo("user", "add", "Amal", "--role", "officer").exit_code == 1
    for words in (["user", "disable", "basel"], ["device", "revoke", "none"]):
        answer = _uxo(*words, "--json")
        assert answer.exit_code == 1
        assert json.loads(answer.stdout)["code"] == "not-found"
    assert _uxo("device", "enrol", "two words").exit_code == 1


def test_a_phone_is_added_listed_and_cut_off() -> None:
    _uxo("user", "add", "amal", "--role", "officer")
    code = _json("device", "enrol", "EOD-3")
    assert "adds one phone to EOD-3" in _uxo("device", "enrol", "EOD-3").stdout
    with wiring.open_access(load_settings(store="s.gpkg")) as access:
        assert access is not None
        made = access.devices.enrol(code["code"], "phone 7", address="a")
    (listed,) = _json("device", "list")
    assert (listed["device_id"], listed["team"]) == (made.device.device_id, "EOD-3")
    assert "is cut off" in _uxo("device", "revoke", made.device.device_id).stdout
    assert _json("device", "revoke", made.device.device_id)["revoked_at"]
    assert "cut off" in _uxo("device", "list").stdout


def test_a_phone_s_locked_file_is_imported_once_and_a_refusal_shows_in_the_exit_status(
    tmp_path: Path,
) -> None:
    assert _uxo("user", "add", "amal", "--role", "officer", "--team", "EOD-3").exit_code == 0
    settings = load_settings(store="s.gpkg")
    with wiring.open_access(settings) as access:
        assert access is not None
        code = access.devices.new_code("EOD-3", by=CONSOLE).code
        device = access.devices.enrol(code, "phone 7", address="x").device.device_id
        assert access.desk_key is not None
        key = access.desk_key
    good = recorded(1, data=find(team="EOD-3"))
    path = tmp_path / "queue.json"
    path.write_text(json.dumps(locked_file(key, device, records=[good])))
    (told,) = _json("import", "phone", str(path))
    assert (told["records"], told["label"]) == ({"new": 1, "known": 0}, "phone 7")
    again = _uxo("import", "phone", str(path))
    assert (again.exit_code, "0 (1)" in again.stdout) == (0, True)
    with wiring.open_access(settings) as access:
        assert access is not None
        access.devices.revoke(device, by=CONSOLE)
    bad = recorded(2, seq=2, data=find(team="EOD-9"))
    path.write_text(json.dumps(locked_file(key, device, records=[bad])))
    refused = _uxo("import", "phone", str(path))
    assert refused.exit_code == 1
    assert "refused: record 2" in refused.stderr
    assert "was cut off" in refused.stderr
    assert _uxo("import", "phone", str(path), "--exercise").exit_code == 2
    path.write_text("{}")
    assert "no locked file" in _uxo("import", "phone", str(path)).stderr
