"""``uxo prioritise``: from files to tasks."""

import json
from pathlib import Path
from typing import Any

import pytest
from shapely import from_wkt
from shapely.geometry import mapping
from typer.testing import CliRunner, Result

from tests.cli.conftest import Feature, write_features
from tests.plan.valley import EVIDENCE, PLACES, ROADS
from uxo.cli.app import app

RUN = CliRunner()
STORE = ["--store", "sqlite:///s.gpkg"]
WHEN = ["--as-of", "2026-05-01"]


def _uxo(*arguments: str) -> Result:
    return RUN.invoke(app, [*arguments, *STORE], env={"COLUMNS": "240"})


def _plan(*arguments: str) -> dict[str, Any]:
    answer = _uxo("prioritise", *arguments, *WHEN, "--json")
    assert answer.exit_code == 0, answer.stderr
    told: dict[str, Any] = json.loads(answer.stdout)
    return told


@pytest.fixture
def _filled(tmp_path: Path) -> None:
    rows: dict[str, list[tuple[dict[str, Any], str]]] = {
        "roads": [({"road_id": i, "highway": "residential", "name": n}, w) for i, n, w in ROADS],
        "places": [({"pcode": i, "name_en": n}, w) for i, n, w in PLACES],
        "evidence": [
            ({"recorded_at": "2026-04-10", **one} | {"geometry": None}, one["geometry"])
            for one in EVIDENCE
        ],
    }
    for layer, features in rows.items():
        listed: list[Feature] = [
            ({k: v for k, v in properties.items() if k != "geometry"}, mapping(from_wkt(wkt)))
            for properties, wkt in features
        ]
        file = write_features(tmp_path / f"{layer}.geojson", listed)
        if layer == "roads":
            assert _uxo("init").exit_code == 0
        assert _uxo("import", layer, str(file)).exit_code == 0
    returns = "pcode,households\nC-A,300\nC-C,50\nC-D,200\nC-E,\nC-F,10\nC-Q,7\n"
    Path("returns.csv").write_text(returns, encoding="utf-8")


@pytest.mark.usefixtures("_filled")
def test_a_planner_reads_what_to_clear_first_and_who_is_left_out() -> None:
    answer = _uxo("prioritise", "--budget", "25000", "--households", "returns.csv", *WHEN)
    assert answer.exit_code == 0, answer.stderr
    told = " ".join(answer.stdout.split())
    assert "In all 250 households; no plan within the budget reconnects more than 250" in told
    assert "nearest first 250" in told
    assert "Not within this budget: Fara (C-F)." in told
    assert "No work of this plan leads there: Esa (C-E)." in told
    assert "Households not known, and in no sum: Esa (C-E), Xanta (C-X)." in told
    assert "Households without a place here: C-Q." in told


@pytest.mark.usefixtures("_filled")
def test_the_options_reach_the_plan_and_two_plans_are_compared() -> None:
    first = _plan("--budget", "36000", "--households", "returns.csv")
    assert [task["households"] for task in first["tasks"]] == [250.0, 10.0]
    assert first["households_not_known"] == ["C-E", "C-X"]
    Path("first.json").write_text(json.dumps(first), encoding="utf-8")
    mined = first["tasks"][0]["sites"][2]["id"]
    more = ["--households", "returns.csv", "--from", "C-A", "--forbid", mined, "--pin", "r-bf"]
    second = _plan("--budget", "36000", *more, "--compare", "first.json")
    assert second["gained"] == 60.0
    assert second["comparison"]["lost"] == ["C-D"]
    words = _uxo("prioritise", "--budget", "36000", *more, *WHEN, "--compare", "first.json")
    assert "The second plan reconnects 200.0 fewer households" in words.stdout


@pytest.mark.usefixtures("_filled")
def test_without_households_communities_are_counted_and_weeks_may_be_the_budget() -> None:
    plan = _plan("--weeks", "1", "--allow", "not_surveyed", "--no-confirmed")
    assert (plan["counted"], plan["gained"], plan["unit"]) == ("communities", 0.0, "weeks")
    told = _uxo("prioritise", "--weeks", "1", *WHEN).stdout
    assert "communities of not known size: Cena" in " ".join(told.split())


@pytest.mark.parametrize(
    "wrong",
    [[], ["--budget", "1", "--weeks", "1"], ["--budget", "1", "--allow", "closed"],
     ["--budget", "-1"]],
)  # fmt: skip
def test_wrong_usage_is_told(wrong: list[str]) -> None:
    assert _uxo("prioritise", *wrong).exit_code == 2


@pytest.mark.parametrize("text", ["[]", "{", '{"counted": "households"}'])
@pytest.mark.usefixtures("_filled")
def test_another_file_is_no_plan(text: str) -> None:
    Path("other.json").write_text(text, encoding="utf-8")
    given = ["--budget", "1", "--households", "returns.csv", "--compare", "other.json"]
    answer = _uxo("prioritise", *given, *WHEN)
    assert answer.exit_code == 1
    assert "not an answer of uxo prioritise" in answer.stderr
