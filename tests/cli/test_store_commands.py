"""``init``, ``import``, ``explain``, ``verify``, ``backup``, ``serve``: a store from the shell."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.cli.conftest import AS_OF, FIND, point, write_features
from uxo import wiring
from uxo.cli.app import app
from uxo.settings import load_settings

RUN = CliRunner()
STORE = ["--store", "sqlite:///s.gpkg"]


def _uxo(*arguments: str) -> Result:
    return RUN.invoke(app, [*arguments, *STORE])


@pytest.fixture
def filled(roads: Path, evidence: Path) -> Path:
    assert _uxo("init").exit_code == 0
    assert _uxo("import", "roads", str(roads)).exit_code == 0
    assert _uxo("import", "evidence", str(evidence)).exit_code == 0
    return Path("s.gpkg")


def test_init_makes_a_store_and_again_changes_nothing(filled: Path) -> None:
    told = json.loads(_uxo("init", "--json").stdout)
    assert told == {"store": str(filled), "rows": {"roads": 2, "places": 0, "evidence": 2}}


def test_the_environment_names_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UXO_STORE", "sqlite:///elsewhere.gpkg")
    assert RUN.invoke(app, ["init"]).exit_code == 0
    assert Path("elsewhere.gpkg").exists()


def test_a_server_is_refused_with_a_clear_message() -> None:
    answer = RUN.invoke(app, ["init", "--store", "postgresql://localhost/uxo", "--json"])
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["code"] == "bad-input"
    assert "not supported yet" in answer.stderr


@pytest.mark.parametrize("command", [["verify"], ["status"], ["import", "roads", "r.geojson"]])
def test_a_missing_store_is_told_and_not_made(command: list[str]) -> None:
    answer = _uxo(*command)
    assert answer.exit_code == 1
    assert "uxo init" in answer.stderr
    assert not Path("s.gpkg").exists()


def test_import_reports_each_file_and_again_changes_nothing(
    filled: Path, roads: Path, evidence: Path
) -> None:
    assert filled.exists()
    answer = _uxo("import", "evidence", str(evidence), "--json")
    assert answer.exit_code == 0
    (report,) = json.loads(answer.stdout)
    assert report["file"] == str(evidence)
    assert (report["read"], report["accepted"], report["unchanged"]) == (2, 0, 2)
    assert {"mended", "waiting", "refused"} <= set(report)
    assert _uxo("import", "roads", str(roads)).exit_code == 0


def test_a_dry_run_stores_nothing(roads: Path) -> None:
    _uxo("init")
    answer = _uxo("import", "roads", str(roads), "--dry-run", "--json")
    assert json.loads(answer.stdout)[0]["accepted"] == 2
    assert json.loads(_uxo("init", "--json").stdout)["rows"]["roads"] == 0


def test_refused_rows_end_with_status_1_and_the_others_are_stored(tmp_path: Path) -> None:
    _uxo("init")
    mixed = write_features(
        tmp_path / "mixed.geojson",
        [
            (FIND, point(37.155, 36.2)),
            (FIND | {"id": "F-2", "kind": "fnd"}, point(37.155, 36.2)),
        ],
    )
    answer = _uxo("import", "evidence", str(mixed), "--rejects", "rejects.geojson", "--json")
    assert answer.exit_code == 1
    (report,) = json.loads(answer.stdout)
    assert (report["read"], report["accepted"], report["refused"]) == (2, 1, 1)
    assert report["faults"][0]["field"] == "kind"
    assert Path("rejects.geojson").exists()
    assert json.loads(_uxo("init", "--json").stdout)["rows"]["evidence"] == 1


def test_an_unknown_layer_is_wrong_usage(roads: Path) -> None:
    assert _uxo("import", "rivers", str(roads)).exit_code == 2


def test_explain_says_why_in_words(filled: Path) -> None:
    assert filled.exists()
    answer = _uxo("explain", "--road", "R-1", "--at", "450", "--as-of", AS_OF)
    assert answer.exit_code == 0, answer.output
    assert "confirmed hazard" in answer.stdout
    assert "F-1" in answer.stdout


def test_explain_finds_the_nearest_road(filled: Path) -> None:
    assert filled.exists()
    answer = _uxo("explain", "--lon", "37.155", "--lat", "36.2", "--as-of", AS_OF, "--json")
    told = json.loads(answer.stdout)
    assert told["road_id"] == "R-1"
    assert told["status"] == "confirmed_hazard"


@pytest.mark.parametrize(
    "place", [[], ["--road", "R-1"], ["--lon", "37"], ["--road", "R-1", "--at", "1", "--lon", "37"]]
)
def test_half_a_place_is_wrong_usage(place: list[str]) -> None:
    assert _uxo("explain", *place).exit_code == 2


def test_a_place_that_is_not_there_is_not_found(filled: Path) -> None:
    assert filled.exists()
    answer = _uxo("explain", "--road", "R-9", "--at", "1", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["code"] == "not-found"


def test_verify_finds_a_whole_log_whole(filled: Path) -> None:
    assert filled.exists()
    answer = _uxo("verify", "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == {"ok": True, "checked": 2, "first_bad": None}


def test_verify_ends_with_status_1_and_names_what_was_changed(filled: Path) -> None:
    _change_a_row(filled)
    answer = _uxo("verify", "--json")
    assert answer.exit_code == 1
    told = json.loads(answer.stdout)
    assert told["ok"] is False
    assert told["first_bad"]
    assert "first:" in _uxo("verify").stderr


def _change_a_row(store: Path) -> None:
    """Change one byte of the log as somebody with a database browser could."""
    with sqlite3.connect(store) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(
            "UPDATE event SET body = CAST(replace(body, 'roads.geojson', 'roads.geojsom') AS BLOB)"
        )
    connection.close()


def test_backup_writes_a_store_that_verifies(filled: Path) -> None:
    assert filled.exists()
    answer = _uxo("backup", "copy.gpkg", "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["bytes"] == Path("copy.gpkg").stat().st_size
    assert RUN.invoke(app, ["verify", "--store", "copy.gpkg"]).exit_code == 0
    assert not Path("copy.gpkg.key").exists()


def test_backup_never_writes_over_a_file(filled: Path) -> None:
    assert filled.exists()
    Path("copy.gpkg").write_text("precious", encoding="utf-8")
    assert _uxo("backup", "copy.gpkg").exit_code == 1
    assert Path("copy.gpkg").read_text(encoding="utf-8") == "precious"


def test_serve_refuses_an_address_that_others_could_reach(filled: Path) -> None:
    assert filled.exists()
    answer = _uxo("serve", "--host", "0.0.0.0", "--port", "8999")  # noqa: S104  # is refused
    assert answer.exit_code == 1
    assert "sign-in" in answer.stderr


def test_commands_that_only_look_work_while_another_process_writes(filled: Path) -> None:
    with wiring.open_store(load_settings(store=str(filled))):
        assert _uxo("verify").exit_code == 0
        assert _uxo("status").exit_code == 0
        assert _uxo("init", "--json").exit_code == 1


def test_a_start_says_that_nobody_has_to_sign_in_or_that_nobody_can(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def announced(_app: object, *_: object, announce: Callable[[str], None], **__: object) -> None:
        announce("http://127.0.0.1:8000/")

    monkeypatch.setattr("uxo.web.serve.serve", announced)
    assert filled.exists()
    said = _uxo("serve").stdout
    assert "NOBODY HAS TO SIGN IN" in said
    assert "uxo user add" in said
    _uxo("user", "add", "amal", "--role", "admin")
    assert "SIGN IN" not in _uxo("serve").stdout.upper()
    _uxo("user", "disable", "amal")
    assert "Nobody can sign in yet" in _uxo("serve").stdout
