import pytest
from fastapi.testclient import TestClient

PATH = "/api/v1/explain"


def test_a_planner_reads_why_a_place_is_red_and_how_old_that_is(reader: TestClient) -> None:
    answer = reader.get(f"{PATH}?lon=37.152&lat=36.2001")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["road_id"], found["status"], found["rank"]) == ("r-south", "confirmed_hazard", 1)
    assert found["distance_m"] == pytest.approx(11.1, abs=0.1)
    assert found["since"] == found["oldest_knowledge"] == "2026-03-02T09:00:00Z"
    assert found["sentences"][0] == (
        "Road r-south, 180 m from its start, on 2026-05-01: confirmed hazard."
    )
    assert (
        "The first direct evidence of a hazard here is of 2026-03-02, 60 days earlier."
        in found["sentences"]
    )
    assert any(line.startswith("F-1: hazard applies: 11.1 m") for line in found["sentences"])
    assert found["exercise"] is True


def test_a_place_can_be_named_by_its_road(reader: TestClient) -> None:
    found = reader.get(f"{PATH}?road_id=r-north&at_m=630").json()
    assert (found["status"], found["name"], found["at_m"]) == ("cleared", "شارع النيل", 630.0)
    assert found["distance_m"] is None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("lon=37.3&lat=36.3", "no road lies within 50 m"),
        ("lon=-120.5&lat=-88", "no road lies within 50 m"),
        ("lon=180&lat=90", "no road lies within 50 m"),
        ("lon=-180&lat=-90", "no road lies within 50 m"),
        ("road_id=none&at_m=1", "there is no road"),
        ("road_id=r-south&at_m=900.1", "there is no place at 900.1 m"),
    ],
)
def test_where_there_is_no_road_there_is_no_answer(
    query: str, said: str, reader: TestClient
) -> None:
    answer = reader.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "", "lon=37", "lat=36", "road_id=r-south", "at_m=1", "lon=37&at_m=1",
        "lon=37&lat=36&road_id=r-south&at_m=1", "lon=37&lat=36&at_m=1", "lon=nan&lat=36",
        "lon=37&lat=inf", "lon=181&lat=0", "lon=0&lat=90.0001", "lon=x&lat=y", "lon=&lat=",
        "lon=37,1&lat=36", "lon=37.1junk&lat=36", "lon=٣٧&lat=36", "lon=0x1&lat=1",
        "road_id=r-south&at_m=-1", "road_id=r-south&at_m=nan", "road_id=&at_m=1",
        "road_id=r-south&at_m=1e9", "lon=1e400&lat=1", "lon=1_0&lat=1",
    ],
)  # fmt: skip
def test_half_a_place_or_none_is_refused(query: str, reader: TestClient) -> None:
    answer = reader.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")
