"""``uxo doctor`` and what ``uxo serve --https`` needs."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from uxo import wiring
from uxo.cli.app import app
from uxo.services.certificates import SERVER_LASTS

RUN = CliRunner()
STORE = ["--store", "s.gpkg"]


def _uxo(*words: str) -> Any:  # noqa: ANN401
    return RUN.invoke(app, [*words, *STORE])


def _found() -> dict[str, bool]:
    return {one["check"]: one["ok"] for one in json.loads(_uxo("doctor", "--json").stdout)}


def test_it_says_what_is_in_order_and_what_is_to_do() -> None:
    answer = _uxo("doctor")
    assert answer.exit_code == 1
    assert "TO DO" in answer.stdout
    assert "uxo init" in _uxo("doctor", "--json").stdout
    _uxo("init")
    assert _uxo("doctor").exit_code == 0
    assert all(_found().values())


def test_a_file_that_others_may_open_is_told() -> None:
    _uxo("init")
    Path("s.gpkg").chmod(0o644)
    answer = _uxo("doctor", "--json")
    assert answer.exit_code == 1
    told = {one["check"]: one["said"] for one in json.loads(answer.stdout) if not one["ok"]}
    assert list(told) == ["store"]
    assert "chmod 600" in told["store"]


def test_it_makes_an_authority_once_and_then_checks_it() -> None:
    _uxo("init")
    answer = _uxo("doctor", "--make-ca", "--name", "desk.local", "--name", "10.0.0.5", "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert Path(told["server"]).is_file()
    assert told["fingerprint_sha256"].count(":") == 31
    assert {"certificate", "authority's key"} <= set(_found())
    assert all(_found().values())
    again = _uxo("doctor", "--make-ca", "--name", "desk.local")
    assert again.exit_code == 1
    assert "phones trust it" in again.stderr


def test_it_tells_the_days_that_are_left_and_renews(monkeypatch: pytest.MonkeyPatch) -> None:
    _uxo("init")
    _uxo("doctor", "--make-ca", "--name", "desk.local")
    later = wiring.now() + SERVER_LASTS - timedelta(days=20)
    monkeypatch.setattr(wiring, "now", lambda: later)
    said = {one["check"]: one["said"] for one in json.loads(_uxo("doctor", "--json").stdout)}
    assert _found()["certificate"] is False
    assert "19 days left; renew it with: uxo doctor --renew" in said["certificate"]
    assert "--make-ca" not in said["team's authority"]
    assert "Start the service again." in _uxo("doctor", "--renew").stdout
    assert _found()["certificate"] is True
    told = json.loads(_uxo("doctor", "--renew", "--json").stdout)
    assert told["server"] == "s.gpkg.tls/server.crt"


def test_a_damaged_certificate_is_told() -> None:
    _uxo("init")
    _uxo("doctor", "--make-ca", "--name", "desk.local")
    Path("s.gpkg.tls/server.crt").write_text("nothing", encoding="utf-8")
    assert _found()["certificate"] is False


@pytest.mark.parametrize(
    "words",
    [["doctor", "--renew", "--ca-key", "a", "--make-ca", "--name", "x"],
     ["doctor", "--ca-key", "a"], ["doctor", "--make-ca"],
     ["doctor", "--name", "x"], ["serve", "--cert", "a"],
     ["serve", "--https", "--cert", "a"], ["serve", "--cert", "a", "--key", "b"]],
)  # fmt: skip
def test_half_an_order_is_wrong_usage(words: list[str]) -> None:
    assert _uxo(*words).exit_code == 2


def test_serving_over_https_without_a_certificate_names_the_command_that_makes_one() -> None:
    _uxo("init")
    answer = _uxo("serve", "--https")
    assert answer.exit_code == 1
    assert "uxo doctor --make-ca" in answer.stderr


def test_serving_to_others_needs_people_even_with_a_certificate() -> None:
    _uxo("init")
    _uxo("doctor", "--make-ca", "--name", "10.0.0.5")
    answer = _uxo("serve", "--https", "--host", "0.0.0.0", "--port", "8999")  # noqa: S104
    assert answer.exit_code == 1
    assert "uxo user add" in answer.stderr
