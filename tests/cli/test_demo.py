"""``uxo demo``: build, print, stop; twice in the same folder."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from uxo.cli.app import app

pytestmark = pytest.mark.slow

RUN = CliRunner()


def test_the_demo_can_be_built_twice_in_the_same_folder() -> None:
    first = RUN.invoke(app, ["demo", "--dir", "d", "--no-serve", "--json"])
    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert told["exercise"] is True
    assert all(km > 0 for km in told["km"].values())
    assert len(told["worst"]) == 10
    assert Path("d/map.html").stat().st_size > 100_000
    assert Path("d/store.gpkg").exists()
    again = RUN.invoke(app, ["demo", "--dir", "d", "--no-serve"])
    assert again.exit_code == 0, again.output
    assert "EXERCISE" in again.stdout
    for status, km in told["km"].items():
        assert f"{km:.3f}" in again.stdout, status
