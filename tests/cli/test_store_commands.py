"""``init``, ``import``, ``explain``, ``verify``, ``backup``, ``serve``: a store from the shell."""

import errno
import json
import sqlite3
import stat
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.cli.conftest import AS_OF, FIND, point, write_features
from tests.roads.osm_xml import CROSS, way, write_osm
from uxo import wiring
from uxo.cli.app import app
from uxo.errors import NotSignedIn
from uxo.services.who import CONSOLE
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


def test_an_openstreetmap_file_tells_what_it_changes(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "r.osm", CROSS, way(7, [1, 2, 3]), way(8, [4, 5]))
    assert _uxo("init").exit_code == 0
    (told,) = json.loads(_uxo("import", "roads", str(path), "--json").stdout)
    assert (told["read"], told["accepted"]) == (2, 2)
    assert told["roads"]["new_ids"] == ["w7-1-3", "w8-4-5"]
    write_osm(path, CROSS, way(7, [1, 2, 3]), way(8, [4, 2]), way(9, [3, 5]))
    listed = tmp_path / "changes.csv"
    result = _uxo("import", "roads", str(path), "--changes", str(listed))
    assert "new: 4, moved: 0, changed: 0, vanished: 2, islands: 1, near misses: 0" in result.stderr
    assert listed.read_text(encoding="utf-8").count("vanished") == 2
    assert "2 vanished roads stay in the store" in result.stderr
    assert "uxo import roads" in result.stderr
    refused = _uxo("import", "roads", str(path), "--replace")
    assert refused.exit_code == 1
    assert "is it an extract of the same area" in refused.stderr
    replace = ("import", "roads", str(path), "--replace", "--share-most", "0.5")
    (told,) = json.loads(_uxo(*replace, "--json").stdout)
    assert told["roads"]["withdrawn_ids"] == ["w7-1-3", "w8-4-5"]
    assert told["roads"]["split_ids"] == {"w7-1-3": ["w7-1-2", "w7-2-3"]}
    assert told["notes"] == []
    assert _uxo("verify").exit_code == 0


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


def test_a_backup_is_all_that_a_new_machine_needs(filled: Path, tmp_path: Path) -> None:
    settings = load_settings(store=str(filled))
    password = json.loads(_uxo("user", "add", "amal", "--role", "admin", "--json").stdout)[
        "password"
    ]
    key = wiring.desk_key_of(settings).jwk
    with wiring.open_store(settings) as store:
        photo = store.put_blob(BytesIO(b"a photo"))
    with wiring.open_access(settings) as access:
        assert access is not None
        token = access.sign_in.sign_in("amal", password, address="a").token
        code = access.devices.new_code("EOD-3", by=CONSOLE).code
    told = json.loads(_uxo("backup", "copy.gpkg", "--json").stdout)
    beside = ["copy.gpkg.people", "copy.gpkg.desk-key", "copy.gpkg.media"]
    assert [one["path"] for one in told["beside"]] == beside
    with wiring.open_access(settings) as access:
        assert access is not None
        (line,) = access.audit.read(limit=1)
        assert (line.actor, line.action) == ("console", "export")
        assert "copy.gpkg.people" in line.what
    # Another machine: only what was copied, put back under the names of the store.
    machine = tmp_path / "machine"
    machine.mkdir()
    for part in Path().glob("copy.gpkg*"):
        part.rename(machine / part.name.replace("copy", "s"))
    restored = load_settings(store=str(machine / "s.gpkg"))
    for name in ("s.gpkg", "s.gpkg.people", "s.gpkg.desk-key"):
        assert stat.S_IMODE((machine / name).stat().st_mode) == 0o600
    assert wiring.desk_key_of(restored).jwk == key
    assert RUN.invoke(app, ["verify", "--store", restored.store]).exit_code == 0
    with wiring.open_store(restored) as store, store.open_blob(photo) as kept:
        assert kept.read() == b"a photo"
    with wiring.open_access(restored) as access:
        assert access is not None
        assert access.sign_in.find(token) is None
        with pytest.raises(NotSignedIn):
            access.devices.enrol(code, "phone 7", address="a")
        access.sign_in.sign_in("amal", password, address="a")
        assert {line.action for line in access.audit.read()} >= {"manage_people", "sign_in"}


def test_a_backup_to_hand_on_holds_no_name_no_photo_and_no_key(filled: Path) -> None:
    assert filled.exists()
    _uxo("user", "add", "amal", "--role", "admin")
    Path("s.gpkg.desk-key").write_text("the desk's key", encoding="utf-8")
    answer = _uxo("backup", "copy.gpkg", "--store-only", "--json")
    assert json.loads(answer.stdout)["beside"] == []
    assert [path.name for path in Path().glob("copy.gpkg*")] == ["copy.gpkg"]


def test_a_backup_that_fails_leaves_nothing_behind_and_is_told(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _uxo("user", "add", "amal", "--role", "admin")
    with wiring.open_store(load_settings(store=str(filled))) as store:
        store.put_blob(BytesIO(b"a photo"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("uxo.services.back_up.shutil.copyfileobj", full)
    answer = _uxo("backup", "copy.gpkg")
    assert answer.exit_code == 1
    assert "No space left" in answer.stderr
    assert list(Path().glob("copy.gpkg*")) == []
    Path("copy.gpkg.people").write_text("precious", encoding="utf-8")
    assert "exists already" in _uxo("backup", "copy.gpkg").stderr
    assert Path("copy.gpkg.people").read_text(encoding="utf-8") == "precious"


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
