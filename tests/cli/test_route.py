"""``uxo route`` as a planner types it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.conftest import write_features
from tests.web.scene import Clock, open_scene
from uxo.cli.app import app

STORE = "scene.gpkg"
FAIR = [
    "add", "Nile street", "--from", "37.16,36.21", "--to", "37.1505,36.20", "--on-foot",
    "--allow", "not_surveyed", "--allow", "suspected_hazard", "--allow", "survey_expired",
    "--households", "120", "--season", "dry months", "--name-ar", "شارع النيل",
]  # fmt: skip
DRAWN = ["add", "South street", "--from", "37.16,36.21", "--to", "37.16,36.20", "--shortest"]


@pytest.fixture(autouse=True)
def _scene(tmp_path: Path, _own_folder: None) -> None:
    open_scene(tmp_path / STORE, Clock()).close()


def route(*words: str) -> str:
    ran = CliRunner().invoke(app, ["route", *words, "--store", STORE])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def refused(*words: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["route", *words, "--store", STORE])
    assert ran.exit_code != 0
    return ran.exit_code, ran.stderr


def test_a_planner_adds_lists_shows_and_retires_a_route() -> None:
    added = route(*FAIR)
    for words in ("Nile street", "not_surveyed", "Do not rely", "120", "dry months", "EXERCISE"):
        assert words in added
    drawn = json.loads(route(*DRAWN, "--json"))
    assert drawn["worst"] == "confirmed_hazard"
    assert drawn["blocking"][0]["evidence_ids"] == ["F-1"]
    listed = json.loads(route("list", "--json"))["routes"]
    assert [one["name"] for one in listed] == ["South street", "Nile street"]
    assert "2 return routes" in route("list")
    shown = route("show", "South street")
    assert "What blocks it" in shown
    assert "F-1" in shown
    assert json.loads(route("show", drawn["id"], "--json"))["pieces"]["features"]
    assert "retired" in route("retire", "South street", "--reason", "flooded")
    assert [one["name"] for one in json.loads(route("list", "--json"))["routes"]] == ["Nile street"]


def test_what_was_said_at_a_moment_can_be_asked_for() -> None:
    now = json.loads(route(*FAIR, "--json"))
    then = json.loads(route("show", "Nile street", "--as-of", "2026-03-12", "--json"))
    assert then["as_of"] == "2026-03-12T00:00:00Z"
    assert then["metres"]["cleared"] == 0
    assert then["length_m"] == now["length_m"]
    code, told = refused("show", "Nile street", "--known-at", "2026-03-12")
    assert (code, "known at 2026-03-12" in told) == (1, True)


GPX = """<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">
<trk><trkseg><trkpt lat="36.21005" lon="37.1505"/><trkpt lat="36.21" lon="37.155"/>
<trkpt lat="36.20995" lon="37.1595"/></trkseg></trk></gpx>"""


def test_a_track_of_a_receiver_or_a_drawn_line_is_followed(tmp_path: Path) -> None:
    track = tmp_path / "track.gpx"
    track.write_text(GPX, encoding="utf-8")
    drawn = write_features(
        tmp_path / "line.geojson",
        [({}, {"type": "LineString", "coordinates": [[37.1505, 36.21], [37.1595, 36.21]]})],
    )
    routes = [
        json.loads(route("add", file.name, "--file", str(file), "--on-foot", "--json"))
        for file in (track, drawn)
    ]
    for one in routes:
        assert (one["source"], one["gaps"]) == ("line", [])
        assert {piece["properties"]["road_id"] for piece in one["pieces"]["features"]} == {
            "r-north"
        }
    lengths = [one["length_m"] for one in routes]
    assert lengths[0] == pytest.approx(lengths[1], abs=1)
    for name, text in (
        ("a.gpx", "no XML"),
        ("b.gpx", GPX[: GPX.index("<trk>")] + "</gpx>"),
        ("c.geojson", "{}"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert refused("add", name, "--file", name)[0] == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["list", "name"], 2), (["show"], 2), (["add", "x"], 2), (["add", "x", "--from", "1,2"], 2),
        (["add", "x", "--from", "1,2", "--to", "nan,2"], 2),
        (["add", "x", "--from", "1,2", "--to", "a,b"], 2),
        (["add", "x", "--from", "C1", "--to", "C2"], 1),
        (["add", "x", "--file", "a.gpx", "--from", "1,2"], 2),
        ([*FAIR, "--allow", "closed"], 1), ([*FAIR, "--as-of", "2026-01-01"], 2),
        (["retire", "x"], 2), (["retire", "x", "--reason", "y"], 1), (["show", "x"], 1),
        (["drop", "x"], 2),
    ],
)  # fmt: skip
def test_wrong_usage_is_told(words: list[str], code: int) -> None:
    assert refused(*words)[0] == code
