"""``uxo status``: files in, pieces out; or the same from the store."""

import json
from pathlib import Path

import geopandas as gpd
import pytest
from typer.testing import CliRunner, Result

from tests.cli.conftest import AS_OF, FIND, line, point, write_features
from uxo.cli.app import app
from uxo.policy import load_policy

RUN = CliRunner()
COLUMNS = [
    "road_id", "from_m", "to_m", "status", "rank", "reasons", "conflict", "hazard_beside_m",
    "clearance_under_way", "as_of", "known_at", "policy_digest",
]  # fmt: skip


def _status(roads: Path, evidence: Path, *more: str) -> Result:
    files = ["--roads", str(roads), "--evidence", str(evidence)]
    return RUN.invoke(app, ["status", *files, "--as-of", AS_OF, "--known-at", AS_OF, *more])


def test_pieces_carry_the_columns_of_the_contract(roads: Path, evidence: Path) -> None:
    answer = _status(roads, evidence, "--out", "pieces.geojson")
    assert answer.exit_code == 0, answer.output
    written = json.loads(Path("pieces.geojson").read_text(encoding="utf-8"))
    first = written["features"][0]["properties"]
    assert list(first) == COLUMNS
    assert first["as_of"] == first["known_at"] == "2026-06-01T00:00:00Z"
    assert first["policy_digest"] == load_policy().digest


def test_a_find_makes_its_piece_confirmed_with_the_reason_beside_it(
    roads: Path, evidence: Path
) -> None:
    _status(roads, evidence, "--out", "pieces.geojson")
    written = json.loads(Path("pieces.geojson").read_text(encoding="utf-8"))
    pieces = [feature["properties"] for feature in written["features"]]
    hazard = next(piece for piece in pieces if piece["status"] == "confirmed_hazard")
    assert hazard["road_id"] == "R-1"
    assert hazard["rank"] == 1
    assert [reason["evidence_id"] for reason in hazard["reasons"]] == ["F-1"]
    assert set(hazard["reasons"][0]) == {"evidence_id", "effect", "text"}


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".parquet", ".csv"])
def test_every_format_can_be_written(roads: Path, evidence: Path, suffix: str) -> None:
    out = Path(f"pieces{suffix}")
    answer = _status(roads, evidence, "--out", str(out))
    assert answer.exit_code == 0, answer.output
    assert out.stat().st_size > 0
    assert sorted(path.name for path in Path().iterdir()) == [
        "evidence.geojson",
        out.name,
        "roads.geojson",
    ]


def test_without_out_it_prints_kilometres_for_every_status(roads: Path, evidence: Path) -> None:
    answer = _status(roads, evidence)
    assert answer.exit_code == 0
    for word in ("closed", "confirmed_hazard", "not_surveyed", "cleared", "all roads"):
        assert word in answer.stdout
    assert "nothing is known" in answer.stdout


def test_json_gives_the_kilometres_to_a_machine(roads: Path, evidence: Path) -> None:
    told = json.loads(_status(roads, evidence, "--json").stdout)
    assert told["roads"] == 2
    assert sum(told["km"].values()) == pytest.approx(1.7986, abs=1e-3)
    assert told["km"]["confirmed_hazard"] > 0
    assert told["out"] is None


def test_a_refused_row_means_no_status_and_no_file(roads: Path, tmp_path: Path) -> None:
    faulty = write_features(
        tmp_path / "faulty.geojson",
        [
            (FIND, point(37.155, 36.2001)),
            (FIND | {"id": "F-2", "kind": "fnd"}, point(37.155, 36.2001)),
            (FIND | {"id": "F-3"}, point(400, 36.2001)),
        ],
    )
    answer = _status(roads, faulty, "--out", "pieces.geojson", "--json")
    assert answer.exit_code == 1
    assert not Path("pieces.geojson").exists()
    told = json.loads(answer.stdout)
    assert told["code"] == "bad-rows"
    assert [fault["row"] for fault in told["faults"]] == [2, 3]
    assert "fnd" in answer.stderr


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    bad_roads = write_features(
        tmp_path / "bad_roads.geojson",
        [({"road_id": "R-1", "highway": "track"}, point(37.15, 36.2))],
    )
    bad_evidence = write_features(
        tmp_path / "bad_evidence.geojson", [(FIND | {"kind": "fnd"}, point(37.15, 36.2))]
    )
    told = json.loads(_status(bad_roads, bad_evidence, "--json").stdout)
    assert {Path(fault["file"]).name for fault in told["faults"]} == {
        "bad_roads.geojson",
        "bad_evidence.geojson",
    }


def test_an_existing_file_stays_as_it_is_when_the_status_is_refused(
    roads: Path, tmp_path: Path
) -> None:
    Path("pieces.geojson").write_text("yesterday's", encoding="utf-8")
    faulty = write_features(
        tmp_path / "faulty.geojson", [(FIND | {"kind": "fnd"}, point(37.155, 36.2))]
    )
    assert _status(roads, faulty, "--out", "pieces.geojson").exit_code == 1
    assert Path("pieces.geojson").read_text(encoding="utf-8") == "yesterday's"


def test_an_unknown_format_is_wrong_usage(roads: Path, evidence: Path) -> None:
    answer = _status(roads, evidence, "--out", "pieces.kml")
    assert answer.exit_code == 2
    assert ".gpkg" in answer.output


def test_one_of_the_two_files_alone_is_wrong_usage(roads: Path) -> None:
    answer = RUN.invoke(app, ["status", "--roads", str(roads)])
    assert answer.exit_code == 2
    assert "--evidence" in answer.output


def test_files_and_a_store_together_are_wrong_usage(roads: Path, evidence: Path) -> None:
    assert _status(roads, evidence, "--store", "s.gpkg").exit_code == 2


def test_a_time_that_is_none_is_wrong_usage(roads: Path, evidence: Path) -> None:
    files = ["--roads", str(roads), "--evidence", str(evidence)]
    assert RUN.invoke(app, ["status", *files, "--as-of", "yesterday"]).exit_code == 2


def test_it_never_writes_over_what_it_reads(roads: Path, evidence: Path) -> None:
    before = evidence.read_bytes()
    answer = _status(roads, evidence, "--out", str(evidence))
    assert answer.exit_code == 1
    assert evidence.read_bytes() == before


def test_a_folder_that_is_not_there_is_told_before_anything_is_read(evidence: Path) -> None:
    answer = _status(Path("none.geojson"), evidence, "--out", "no/such/pieces.gpkg")
    assert answer.exit_code == 1
    assert "there is no folder" in answer.stderr


def test_a_file_that_is_not_there_is_one_message(evidence: Path) -> None:
    answer = _status(Path("none.geojson"), evidence)
    assert answer.exit_code == 1
    assert "none.geojson" in answer.stderr


def test_the_policy_file_of_a_programme_is_used(roads: Path, evidence: Path) -> None:
    figure = '{ value = 60.0, source = "test", confidence = "low" }'
    Path("own.toml").write_text(f"schema = 1\n[footprint_m]\nmortar = {figure}\n")
    km = [
        json.loads(_status(roads, evidence, "--json", *more).stdout)["km"]["confirmed_hazard"]
        for more in ([], ["--policy", "own.toml"])
    ]
    assert km[1] > km[0]


def test_a_policy_file_that_is_wrong_is_refused(roads: Path, evidence: Path) -> None:
    Path("own.toml").write_text("schema = 1\n[footprint_m]\nmortr = 1\n")
    answer = _status(roads, evidence, "--policy", "own.toml", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["code"] == "bad-policy"


def test_the_same_record_in_two_files_counts_once(roads: Path, evidence: Path) -> None:
    twice = _status(roads, evidence, "--evidence", str(evidence), "--json")
    once = _status(roads, evidence, "--json")
    assert json.loads(twice.stdout) == json.loads(once.stdout)


def test_two_records_of_one_id_in_two_files_are_refused(
    roads: Path, evidence: Path, tmp_path: Path
) -> None:
    other = write_features(
        tmp_path / "other.geojson", [(FIND | {"category": "saa"}, point(37.155, 36.2001))]
    )
    answer = _status(roads, evidence, "--evidence", str(other))
    assert answer.exit_code == 1
    assert "F-1" in answer.stderr


def test_roads_and_evidence_in_several_files_make_one_table(
    roads: Path, evidence: Path, tmp_path: Path
) -> None:
    more = write_features(
        tmp_path / "more.geojson", [({"road_id": "R-3", "highway": "track"}, line(36.22))]
    )
    told = json.loads(_status(roads, evidence, "--roads", str(more), "--json").stdout)
    assert told["roads"] == 3


def test_what_was_mended_is_told_on_stderr(roads: Path, tmp_path: Path) -> None:
    bowtie = [[37.15, 36.2], [37.16, 36.21], [37.16, 36.2], [37.15, 36.21], [37.15, 36.2]]
    area = FIND | {"id": "A-1", "kind": "hazard_area", "evidence_class": "direct"}
    mended = write_features(
        tmp_path / "mended.geojson", [(area, {"type": "Polygon", "coordinates": [bowtie]})]
    )
    answer = _status(roads, mended)
    assert answer.exit_code == 0
    assert "A-1" in answer.stderr or "row 1" in answer.stderr


def test_the_store_gives_the_same_pieces_as_the_files(roads: Path, evidence: Path) -> None:
    _status(roads, evidence, "--out", "files.gpkg")
    assert RUN.invoke(app, ["init", "--store", "s.gpkg"]).exit_code == 0
    for layer, file in (("roads", roads), ("evidence", evidence)):
        answer = RUN.invoke(app, ["import", layer, str(file), "--store", "s.gpkg"])
        assert answer.exit_code == 0, answer.output
    times = ["--as-of", AS_OF, "--known-at", AS_OF]
    answer = RUN.invoke(app, ["status", "--store", "s.gpkg", *times, "--out", "store.gpkg"])
    assert answer.exit_code == 0, answer.output
    files, store = gpd.read_file("files.gpkg"), gpd.read_file("store.gpkg")
    key = ["road_id", "from_m"]
    assert (
        files.sort_values(key)
        .reset_index(drop=True)
        .equals(store.sort_values(key).reset_index(drop=True))
    )


def test_a_store_without_roads_says_what_to_do() -> None:
    RUN.invoke(app, ["init", "--store", "s.gpkg"])
    answer = RUN.invoke(app, ["status", "--store", "s.gpkg", "--json"])
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["code"] == "not-found"
    assert "uxo import roads" in answer.stderr


def test_evidence_without_rows_means_that_nothing_is_known(roads: Path, tmp_path: Path) -> None:
    nothing = write_features(tmp_path / "nothing.geojson", [])
    answer = _status(roads, nothing, "--json")
    assert answer.exit_code == 0, answer.output
    km = json.loads(answer.stdout)["km"]
    assert km["not_surveyed"] == pytest.approx(sum(km.values()))
    assert "no evidence" in answer.stderr


def test_roads_without_rows_are_refused(evidence: Path, tmp_path: Path) -> None:
    nothing = write_features(tmp_path / "nothing.geojson", [])
    answer = _status(nothing, evidence, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["code"] == "empty-file"


def test_a_file_that_is_cut_off_is_never_taken_for_one_without_rows(
    roads: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.geojson"
    cut.write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    answer = _status(roads, cut, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["code"] == "bad-file"
