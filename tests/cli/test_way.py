"""``uxo way`` on two roads."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.conftest import AS_OF
from uxo.cli.app import app

RUN = CliRunner()
PLACES = ["--from", "37.151,36.2", "--to", "37.153,36.2"]


@pytest.fixture
def filled(roads: Path, evidence: Path) -> None:
    for command in (
        ["init"],
        ["import", "roads", str(roads)],
        ["import", "evidence", str(evidence)],
    ):
        assert RUN.invoke(app, command).exit_code == 0


@pytest.mark.usefixtures("filled")
def test_the_way_is_told_with_kilometres_per_status() -> None:
    told = RUN.invoke(app, ["way", *PLACES, "--allow", "not_surveyed", "--as-of", AS_OF])
    assert told.exit_code == 0, told.output
    assert "شارع النيل" in told.stdout
    assert "Not surveyed on it: 0.180 km" in told.stdout
    said = RUN.invoke(app, ["way", *PLACES, "--allow", "not_surveyed", "--as-of", AS_OF, "--json"])
    way = json.loads(said.stdout)["least_risk"]
    assert way["km_not_surveyed"] == way["km"] == pytest.approx(0.18, abs=0.001)


@pytest.mark.usefixtures("filled")
def test_what_blocks_is_told_and_ends_with_status_1() -> None:
    behind = ["--from", "37.151,36.2", "--to", "37.159,36.2", "--allow", "not_surveyed"]
    told = RUN.invoke(app, ["way", *behind, "--as-of", AS_OF])
    assert told.exit_code == 1
    assert "confirmed_hazard" in told.stdout
    assert "F-1" in told.stdout
    said = RUN.invoke(app, ["way", *behind, "--as-of", AS_OF, "--json"])
    answer = json.loads(said.stdout)
    assert (answer["code"], answer["reason"]) == ("no-route", "blocked")
    assert answer["cut"][0]["evidence_ids"] == ["F-1"]


@pytest.mark.parametrize(
    "words",
    [
        ["--from", "x", "--to", "37,36"], ["--from", "37,36"], ["--from", "37,95", "--to", "37,36"],
        ["--from", "nan,1", "--to", "37,36"], [*PLACES, "--allow", "safe"],
    ],
)  # fmt: skip
def test_wrong_usage_is_told(words: list[str]) -> None:
    assert RUN.invoke(app, ["way", *words]).exit_code == 2
