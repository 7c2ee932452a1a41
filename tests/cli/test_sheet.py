"""``uxo sheet``, ``uxo route ... sheet`` and the sheets of a plan as a planner types them."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.cli.test_route import DRAWN, route
from tests.publish.sheet_scene import pdf_text
from tests.web.scene import Clock, open_scene
from uxo.cli.app import app

STORE = "scene.gpkg"
THEN = ("--as-of", "2026-05-01T12:00:00Z", "--known-at", "2026-05-01T12:00:00Z")


@pytest.fixture(autouse=True)
def _scene(tmp_path: Path, _own_folder: None) -> None:
    open_scene(tmp_path / STORE, Clock()).close()


def run(*words: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, [*words, "--store", STORE])
    return ran.exit_code, ran.output


def test_a_planner_prints_a_community_and_the_tier_decides_what_is_on_it() -> None:
    code, told = run("sheet", "C1001", "--out", "market.pdf", *THEN)
    assert code == 0, told
    handout = pdf_text(Path("market.pdf").read_bytes())
    assert "Old Market" in handout
    assert "F-1" not in handout
    code, told = run("sheet", "C1001", "--out", "inside.pdf", "--tier", "internal", "--json", *THEN)
    printed = json.loads(told[told.index("{") :])
    assert printed["issues"][0] in handout
    assert (printed["tier"], printed["paper"], printed["language"]) == ("internal", "a4", "en")
    assert "F-1" in pdf_text(Path("inside.pdf").read_bytes())


def test_a_planner_prints_a_route_in_arabic_as_a_picture() -> None:
    route(*DRAWN)
    code, told = run("route", "sheet", "South street", "--out", "south.png", "--lang", "ar")
    assert code == 0, told
    assert Image.open(io.BytesIO(Path("south.png").read_bytes())).width > 1000


def test_a_planner_prints_the_tasks_of_a_plan() -> None:
    code, told = run("prioritise", "--budget", "1000000", "--sheets", "tasks.pdf", "--lang", "en")
    assert code == 0, told
    assert "no permission to enter" in pdf_text(Path("tasks.pdf").read_bytes())


@pytest.mark.parametrize(
    "words",
    [
        ("sheet", "C1001"), ("sheet", "C1001", "--out", "a.docx"),
        ("sheet", "C1001", "--out", "a.pdf", "--lang", "fr"),
        ("route", "sheet", "South street"), ("prioritise", "--budget", "1", "--sheets", "a.gif"),
    ],
)  # fmt: skip
def test_a_sheet_needs_a_file_that_can_be_written(words: tuple[str, ...]) -> None:
    assert run(*words)[0] == 2


def test_a_place_that_is_not_there_is_refused() -> None:
    code, told = run("sheet", "C9", "--out", "a.pdf")
    assert code == 1
    assert "no place 'C9'" in told
    assert not Path("a.pdf").exists()
