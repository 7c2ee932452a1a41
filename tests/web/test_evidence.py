from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.web.scene import Clock, area, evidence_table, find, stamp
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer
from uxo.web.parameters import write_cursor

PATH = "/api/v1/evidence"
OF_A_NUMBER = write_cursor("evidence", " ", 1.0)  # a cursor of the right list with a wrong place


def test_a_recorded_find_is_answered_with_its_place_and_its_effect(client: TestClient) -> None:
    answer = client.post(PATH, json=find())
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/geo+json"
    made = answer.json()
    assert answer.headers["location"] == f"{PATH}/{made['id']}"
    assert made["id"].split("-")[2].startswith("7")
    assert made["properties"]["review"] == "unreviewed"
    assert made["properties"]["recorded_at"] == "2026-05-01T12:00:00Z"
    assert made["properties"]["reviewed_at"] is None
    effect = made["status_effect"]
    assert "r-south" in effect["road_ids"]
    assert effect["km_after"]["confirmed_hazard"] > effect["km_before"]["confirmed_hazard"]
    assert effect["km_after"]["not_surveyed"] < effect["km_before"]["not_surveyed"]
    assert sum(effect["km_after"].values()) == pytest.approx(
        sum(effect["km_before"].values()), abs=1e-5
    )


def test_the_next_answers_include_what_was_recorded(client: TestClient) -> None:
    map_before = client.get("/maps/").text
    made = client.post(PATH, json=find()).json()
    assert client.get(f"{PATH}/{made['id']}").json()["properties"] == made["properties"]
    listed = client.get(PATH).json()["features"]
    assert made["id"] in [one["id"] for one in listed]
    why = client.get("/api/v1/explain?lon=37.156&lat=36.2").json()
    assert (why["status"], why["reasons"][0]["evidence_id"]) == ("confirmed_hazard", made["id"])
    assert client.get("/maps/").text != map_before


def test_a_release_that_nobody_accepted_ends_nothing(client: TestClient) -> None:
    made = client.post(PATH, json=area("clearance", 37.152, 36.2, 0.004, depth_m=1.0)).json()
    effect = made["status_effect"]
    assert effect["km_after"] == effect["km_before"]
    why = client.get("/api/v1/explain?lon=37.152&lat=36.2").json()
    assert why["status"] == "confirmed_hazard"
    assert "release_not_accepted" in [reason["effect"] for reason in why["reasons"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "F-1"),
        ("review", "accepted"),
        ("reviewed_at", "2026-04-30T00:00:00Z"),
        ("recorded_at", "2020-01-01T00:00:00Z"),
    ],
)
def test_what_the_server_sets_cannot_be_sent(name: str, value: str, reader: TestClient) -> None:
    sent = find()
    sent["properties"][name] = value
    answer = reader.post(PATH, json=sent)
    assert answer.status_code == 400
    assert f"{name}: the server sets this itself" in answer.json()["detail"]
    answer = reader.post(PATH, json={**find(), name: value})
    assert answer.status_code == 400


def _released(**geometry: object) -> dict[str, Any]:
    return {**area("survey", 0, 0, 1), "geometry": geometry}


def _drawn(kind: str, **geometry: object) -> dict[str, Any]:
    return {**find(kind=kind), "geometry": geometry}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (find(kind="treasure"), "properties.kind"),
        (find(team=None), "properties.team"),
        (find(team="Ahmad Khalil"), "properties.team"),
        (find(team="x" * 33), "properties.team"),
        (find(team="EOD-3\n"), "properties.team"),
        (find(category="not_eo"), "by a review only"),
        (find(note="hello"), "note"),
        (find(position_error_m=0), "position_error_m"),
        (find(position_error_m=-1), "position_error_m"),
        (find(position_error_m="5"), "position_error_m"),
        (find(position_error_m=True), "position_error_m"),
        (find(position_error_m=1e9), "position_error_m"),
        (find(observed_at=1_700_000_000), "observed_at"),
        (find(observed_at="1700000000"), "observed_at"),
        (find(observed_at="yesterday"), "observed_at"),
        (find(observed_at="2026-02-30"), "observed_at"),
        (find(observed_at="0001-01-01T00:00:00Z"), "observed_at"),
        (find(observed_at="2026-05-01T12:00:01Z"), "lies after"),
        (find(observed_at="2099-01-01"), "lies after"),
        (find(disposed_at="2026-04-29T00:00:00Z"), "disposed_at lies before observed_at"),
        (find(depth_m=0.2), "depth_m belongs to clearance, not to find"),
        (find(releases_hazards=["F-1"]), "releases_hazards belongs to"),
        (find(starts_at="2026-04-01"), "starts_at belongs to closure"),
        (find(evidence_class="direct"), "evidence_class belongs to hazard_area"),
        (area("hazard_area", 37.15, 36.2, 0.01), "evidence_class is missing"),
        (area("survey", 37.15, 36.2, 0.01, observed_at=None), "observed_at is missing"),
        (area("survey", 37.15, 36.2, 0.01, releases_hazards=["none"]), "no evidence 'none'"),
        (area("survey", 37.15, 36.2, 0.01, releases_hazards=["F-1", "F-1"]), "twice"),
        (area("survey", 37.15, 36.2, 0.01, releases_hazards=["\u202eF-1"]), "control characters"),
        (area("survey", 37.15, 36.2, 0.01, releases_hazards=["a\x00b"]), "control characters"),
        (area("survey", 37.15, 36.2, 0.01, releases_hazards=["x" * 201]), "releases_hazards"),
        (area("clearance", 37.15, 36.2, 0.01, depth_m=99), "depth_m"),
        (area("clearance", 37.15, 36.2, 0.01, width_m=9), "width_m belongs to a line"),
        (area("closure", 37.15, 36.2, 0.01, category="mortar"), "category belongs to"),
        (
            area("closure", 37.15, 36.2, 0.01, starts_at="2026-05-02", ends_at="2026-05-02"),
            "ends_at does not lie after",
        ),
        (area("strike", 37.15, 36.2, 4.0), "more than 3 degrees"),
        (_released(type="Point", coordinates=[37.15, 36.2]), "is an area"),
        (_released(type="LineString", coordinates=[[37, 36], [37, 36.1]]), "width_m is missing"),
        (_drawn("find", type="Point", coordinates=[181, 0]), "geometry.Point.coordinates"),
        (_drawn("find", type="Point", coordinates=[0, 90.1]), "geometry.Point.coordinates"),
        (_drawn("find", type="Point", coordinates=[37.15]), "geometry.Point.coordinates"),
        (_drawn("find", type="Point", coordinates=["37", "36"]), "geometry.Point.coordinates"),
        (_drawn("find", type="Point", coordinates=[True, False]), "geometry.Point.coordinates"),
        (_drawn("find", type="Point", coordinates=[37, 36, 300]), "geometry.Point.coordinates"),
        (_drawn("find", type="Point", coordinates=[]), "geometry.Point.coordinates"),
        (_drawn("find", type="Sphere", coordinates=[1, 2]), "geometry"),
        (_drawn("find", type="GeometryCollection", geometries=[]), "geometry"),
        (_drawn("find", type="LineString", coordinates=[[37, 36]]), "geometry.LineString"),
        (
            _drawn("find", type="Polygon", coordinates=[[[37, 36], [37.1, 36], [37, 36.1]]]),
            "geometry.Polygon",
        ),
        (
            _drawn(
                "find",
                type="Polygon",
                coordinates=[[[37, 36], [37.1, 36], [37, 36.1], [37.1, 36.1]]],
            ),
            "does not end where it begins",
        ),
        (
            _drawn(
                "find",
                type="Polygon",
                coordinates=[[[37 + i / 1e5, 36] for i in range(6_000)] + [[37, 36]]] * 2,
            ),
            "more than 10000 vertices",
        ),
        ({**find(), "geometry": None}, "geometry"),
        ({**find(), "bbox": [1, 2, 3, 4]}, "bbox"),
        ({**find(), "type": "FeatureCollection"}, "type"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field_and_recorded_nowhere(
    sent: dict[str, Any], said: str, reader: TestClient
) -> None:
    answer = reader.post(PATH, json=sent)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert reader.get(PATH).json()["numberReturned"] == 4


def test_ground_of_a_release_that_encloses_nothing_for_certain_is_refused(
    reader: TestClient,
) -> None:
    flat = [[37.15, 36.2], [37.16, 36.2], [37.15, 36.2], [37.15, 36.2]]
    sent = {
        **area("survey", 37.15, 36.2, 0.01),
        "geometry": {"type": "Polygon", "coordinates": [flat]},
    }
    answer = reader.post(PATH, json=sent)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-geometry")


def test_a_mended_hazard_says_what_was_mended(client: TestClient) -> None:
    bow_tie = [[37.15, 36.20], [37.16, 36.21], [37.16, 36.20], [37.15, 36.21], [37.15, 36.20]]
    sent = area("hazard_area", 37.15, 36.2, 0.01, evidence_class="indirect")
    sent["geometry"]["coordinates"] = [bow_tie]
    made = client.post(PATH, json=sent)
    assert made.status_code == 201
    assert any("crosses or touches itself" in note for note in made.json()["notes"])


@pytest.mark.parametrize(
    "sent",
    [
        find(observed_at="2026-05-01T12:00:00Z"),
        find(observed_at="2026-05-01T14:59:59.5+03:00"),
        find(observed_at="2026-04-30"),
        find(observed_at=None, category=None, position_method=None, position_error_m=None),
        find(disposed_at="2026-05-01"),
        find(179.9999, -16.5),
        find(0, 89.9999),
        find(-180, -90),
        area("hazard_area", 37.15, 36.2, 0.02, evidence_class="direct"),
        area("closure", 37.15, 36.2, 0.02, observed_at=None, starts_at="2026-04-01"),
        area("clearance", 37.15, 36.2, 0.02, observed_at=None),
        area("technical_survey", 37.15, 36.2, 0.02, releases_hazards=["F-1"]),
        {
            **area("clearance", 0, 0, 1, depth_m=0.2, width_m=12),
            "geometry": {"type": "LineString", "coordinates": [[37.15, 36.2], [37.16, 36.2]]},
        },
        {
            **area("report", 0, 0, 1),
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [
                    [[[179.9, 0], [180, 0], [180, 0.1], [179.9, 0]]],
                    [[[-180, 0], [-179.9, 0], [-180, 0.1], [-180, 0]]],
                ],
            },
        },
        {
            **area("report", 0, 0, 1),
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[179.9, 0], [-179.9, 0], [-179.9, 0.1], [179.9, 0]]],
            },
        },
    ],
)
def test_what_can_be_is_recorded_and_read_back(sent: dict[str, Any], client: TestClient) -> None:
    made = client.post(PATH, json=sent)
    assert made.status_code == 201, made.text
    stored = client.get(made.headers["location"]).json()
    assert stored["geometry"]["type"] == sent["geometry"]["type"]
    for name, value in sent["properties"].items():
        if not name.endswith("_at"):
            assert stored["properties"][name] == value


def test_a_find_of_this_second_is_recorded_while_the_clock_runs(
    client: TestClient, clock: Clock
) -> None:
    clock.forward(timedelta(seconds=30))
    made = client.post(PATH, json=find(observed_at=clock().isoformat())).json()
    assert made["status_effect"]["km_after"]["confirmed_hazard"] > 0.1


def test_the_list_is_paged_by_id_and_filtered(reader: TestClient) -> None:
    first = reader.get(f"{PATH}?limit=3").json()
    assert [one["id"] for one in first["features"]] == ["A-1", "C-1", "F-1"]
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    second = reader.get(following).json()
    assert [one["id"] for one in second["features"]] == ["F-2"]
    assert [link["rel"] for link in second["links"]] == ["self"]
    finds = reader.get(f"{PATH}?kind=find").json()["features"]
    assert [one["id"] for one in finds] == ["F-1", "F-2"]
    near = reader.get(f"{PATH}?bbox=37.14,36.19,37.17,36.205").json()["features"]
    assert [one["id"] for one in near] == ["F-1"]


@pytest.mark.parametrize(
    "query", ["kind=mine", "kind=", "limit=0", "bbox=1,2", "cursor=WzFd", "cursor=%00", "kind=Find"]
)
def test_a_filter_that_is_none_is_refused(query: str, reader: TestClient) -> None:
    answer = reader.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")


def test_a_cursor_of_evidence_answers_its_own_question_only(reader: TestClient) -> None:
    page = reader.get(f"{PATH}?limit=1&kind=find").json()
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    assert reader.get(following).status_code == 200
    assert reader.get(following.replace("kind=find", "kind=strike")).status_code == 400
    assert reader.get(f"{PATH}?cursor={OF_A_NUMBER}").status_code == 400


@pytest.mark.parametrize("name", ["a/b", "ق-1", "a b?c#d", "100%"])
def test_an_imported_id_of_any_form_can_be_read(
    name: str, client: TestClient, store: SqliteStore
) -> None:
    row = {
        "id": name, "kind": "find", "category": "mortar", "team": "T",
        "observed_at": "2026-01-01", "geometry": "POINT (37.2 36.2)",
    }  # fmt: skip
    store.import_rows(
        Layer.EVIDENCE, [evidence_table([row])], stamp=stamp("late.geojson"), who="DESK"
    )
    answer = client.get(f"{PATH}/{quote(name, safe='')}")
    assert (answer.status_code, answer.json()["id"]) == (200, name)


def test_what_another_program_imports_shows_without_a_restart(
    client: TestClient, store: SqliteStore
) -> None:
    row = {
        "id": "F-9", "kind": "find", "category": "rocket", "team": "T",
        "observed_at": "2026-01-01", "geometry": "POINT (37.159 36.2)",
    }  # fmt: skip
    assert client.get("/api/v1/explain?lon=37.159&lat=36.2").json()["status"] == "not_surveyed"
    store.import_rows(
        Layer.EVIDENCE, [evidence_table([row])], stamp=stamp("late.geojson"), who="DESK"
    )
    assert client.get("/api/v1/explain?lon=37.159&lat=36.2").json()["status"] == "confirmed_hazard"
