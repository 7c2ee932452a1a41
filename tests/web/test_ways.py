import pytest
from fastapi.testclient import TestClient

PATH = "/api/v1/ways"
ALL = "suspected_hazard,not_surveyed,survey_expired,surveyed,reduced,cleared"


def test_a_planner_gets_the_way_with_its_kilometres_and_its_course(reader: TestClient) -> None:
    answer = reader.get(f"{PATH}?from=37.16,36.21&to=37.1505,36.20&allow={ALL}&on_foot=true")
    assert answer.status_code == 200
    found = answer.json()
    way = found["least_risk"]
    assert [part["road_id"] for part in way["parts"]] == ["r-north", "r-west", "r-south"]
    assert way["parts"][0]["name"] == "شارع النيل"
    assert way["parts"][0]["from_m"] > way["parts"][0]["to_m"] == 0
    assert way["km_not_surveyed"] == way["km_by_status"]["not_surveyed"] > 0
    assert way["coordinates"][0] == [37.16, 36.21]
    assert (found["exercise"], found["on_foot"]) == (True, True)
    assert found["allowed"] == ALL.split(",")


def test_unknown_is_not_passable_unless_it_is_allowed(reader: TestClient) -> None:
    answer = reader.get(f"{PATH}?from=37.16,36.21&to=37.1505,36.20")
    assert answer.status_code == 404
    told = answer.json()
    assert (told["code"], told["reason"]) == ("no-route", "blocked")
    assert {piece["status"] for piece in told["cut"]} == {"not_surveyed"}


def test_the_cut_names_the_evidence(reader: TestClient) -> None:
    told = reader.get(f"{PATH}?from=37.16,36.21&to=37.16,36.20&allow={ALL}").json()
    assert [piece["evidence_ids"] for piece in told["cut"]] == [["F-1"]]
    (piece,) = told["cut"]
    why = reader.get("/api/v1/explain", params={"lon": piece["lon"], "lat": piece["lat"]}).json()
    assert (why["road_id"], why["status"]) == (piece["road_id"], piece["status"])
    assert piece["begin"][0] < piece["end"][0]
    assert piece["begin"][1] == piece["end"][1] == pytest.approx(36.20)


@pytest.mark.parametrize(
    "query",
    [
        "", "from=37,36", "to=37,36", "from=37&to=37,36", "from=37,36,1&to=37,36",
        "from=nan,36&to=37,36", "from=181,36&to=37,36", "from=37,91&to=37,36",
        "from=37,36&to=37,36&allow=safe", "from=37,36&to=37,36&allow=",
        "from=37,36&to=37,36&allow=closed", "from=37,36&to=37,36&allow=cleared,confirmed_hazard",
        "from=37,36&to=37,36&on_foot=1", "from=٣٧,36&to=37,36",
    ],
)  # fmt: skip
def test_half_a_question_is_refused(query: str, reader: TestClient) -> None:
    answer = reader.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")


def test_a_place_off_the_network_is_told(reader: TestClient) -> None:
    told = reader.get(f"{PATH}?from=37.16,36.21&to=-120,-88").json()
    assert (told["code"], told["reason"], told["cut"]) == ("no-route", "off_network", [])
