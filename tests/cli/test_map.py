"""``uxo map``: one page from the store."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.conftest import AS_OF
from uxo.cli.app import app

RUN = CliRunner()
STORE = ["--store", "s.gpkg"]


@pytest.fixture
def filled(roads: Path, evidence: Path) -> Path:
    RUN.invoke(app, ["init", *STORE])
    RUN.invoke(app, ["import", "roads", str(roads), *STORE])
    RUN.invoke(app, ["import", "evidence", str(evidence), *STORE, "--exercise"])
    return Path("s.gpkg")


def test_map_writes_one_page_in_the_language_asked_for(filled: Path) -> None:
    assert filled.exists()
    out = Path("map.html")
    answer = RUN.invoke(
        app, ["map", "--out", str(out), "--lang", "ar", "--as-of", AS_OF, "--json", *STORE]
    )
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["bytes"] == out.stat().st_size
    assert 'lang="ar"' in out.read_text(encoding="utf-8")[:2000]


def test_a_language_that_is_not_there_is_wrong_usage(filled: Path) -> None:
    assert filled.exists()
    assert RUN.invoke(app, ["map", "--out", "m.html", "--lang", "fr", *STORE]).exit_code == 2


def test_the_page_is_never_written_over_the_store(filled: Path) -> None:
    before = filled.read_bytes()
    assert RUN.invoke(app, ["map", "--out", str(filled), *STORE]).exit_code == 1
    assert filled.read_bytes() == before


def test_a_map_needs_a_file_to_write(filled: Path) -> None:
    assert filled.exists()
    assert RUN.invoke(app, ["map", *STORE]).exit_code == 2
