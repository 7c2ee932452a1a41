"""``uxo demo``: build, print, stop or serve; twice in the same folder."""

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from uxo.cli.app import app
from uxo.vocabulary import Role

pytestmark = pytest.mark.slow

RUN = CliRunner()
ADDRESS = "http://127.0.0.1:8000"
SIGN_INS = Path("d/sign-ins.json")


def _sign_ins() -> dict[str, Any]:
    return {one["role"]: one for one in json.loads(SIGN_INS.read_text(encoding="utf-8"))}


def test_the_demo_can_be_built_twice_in_the_same_folder_and_is_served_to_who_signs_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = RUN.invoke(app, ["demo", "--dir", "d", "--no-serve", "--json"])
    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert told["exercise"] is True
    assert all(km > 0 for km in told["km"].values())
    assert len(told["worst"]) == 10
    assert Path("d/map.html").stat().st_size > 100_000
    assert Path("d/store.gpkg").exists()
    assert stat.S_IMODE(SIGN_INS.stat().st_mode) == 0o600
    before = _sign_ins()
    assert set(before) == set(Role)
    assert list(before.values()) == told["sign_ins"]
    asked: list[tuple[int, str]] = []

    def ask(served: FastAPI, *_: object, announce: Callable[[str], None], **__: object) -> None:
        announce(f"{ADDRESS}/")
        asked.extend(_asked(TestClient(served, base_url=ADDRESS, follow_redirects=False)))

    monkeypatch.setattr("uxo.web.serve.serve", ask)
    again = RUN.invoke(app, ["demo", "--dir", "d"])
    assert again.exit_code == 0, again.output
    assert "EXERCISE" in again.stdout
    for status, km in told["km"].items():
        assert f"{km:.3f}" in again.stdout, status
    assert "new with each run" in again.stdout
    for role, one in _sign_ins().items():
        assert one["password"] in again.stdout
        assert one["password"] != before[role]["password"]
        assert one["token"] != before[role]["token"]
        assert one["token"] not in again.stdout
    assert f"Serving at {ADDRESS}/" in again.stdout
    assert "demo-planner sees the map" in again.stdout
    assert asked == [
        (303, "/sign-in?next=%2F"), (401, ""), (200, ""), (403, ""), (403, ""),
        (303, "/?lang=en"), (200, ""),
    ]  # fmt: skip


def _asked(web: TestClient) -> Iterator[tuple[int, str]]:
    """Ask as nobody, with the tokens, and as a planner who signs in."""
    page = {"accept": "text/html"}
    yield _said(web.get("/", headers=page))
    yield _said(web.get("/api/v1/evidence"))
    for role in ("planner", "partner", "admin"):
        headers = {"authorization": f"Bearer {_sign_ins()[role]['token']}"}
        yield _said(web.get("/api/v1/evidence?limit=1", headers=headers))
    form = {key: _sign_ins()["planner"][key] for key in ("name", "password")}
    yield _said(web.post("/sign-in", data=form))
    yield _said(web.get("/", headers=page))


def _said(answer: Any) -> tuple[int, str]:  # noqa: ANN401  # of the test client
    return answer.status_code, answer.headers.get("location", "")
