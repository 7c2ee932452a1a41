from typing import Any

import pytest
from fastapi.testclient import TestClient

from uxo.services.who import Who
from uxo.vocabulary import Role
from uxo.web.who import sent_by

PATH = "/api/v1/priorities"


def _ask(client: TestClient, **body: Any) -> Any:  # noqa: ANN401  # JSON
    answer = client.post(PATH, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_planner_gets_tasks_with_all_that_a_sheet_needs(reader: TestClient) -> None:
    # The one community lies at the road with the mortar find; the cleared part is the start.
    plan = _ask(reader, budget=1e6, households={"C1001": 80})
    assert (plan["gained"], plan["bound"], plan["exercise"]) == (80, 80, True)
    (task,) = plan["tasks"]
    assert [one["pcode"] for one in task["communities"]] == ["C1001"]
    for site in task["sites"]:
        assert site["area_m2"] == pytest.approx((site["to_m"] - site["from_m"]) * 12, abs=1)
        assert len(site["begin"]) == len(site["middle"]) == len(site["end"]) == 2
    assert (plan["other"], plan["comparison"]) == (None, None)


def test_two_plans_are_compared_in_one_answer(reader: TestClient) -> None:
    plan = _ask(reader, budget=1e6, households={"C1001": 80}, other={"budget": 0})
    assert plan["other"]["gained"] == 0
    assert plan["comparison"]["lost"] == ["C1001"]
    assert plan["comparison"]["gained"] == -80


def test_who_may_not_see_evidence_gets_no_id_of_it(reader: TestClient) -> None:
    admin = Who(Role.ADMIN, "", "person:1")
    reader.app.dependency_overrides[sent_by] = lambda: admin  # type: ignore[attr-defined]
    try:
        plan = _ask(reader, budget=1e6, households={"C1001": 80})
    finally:
        reader.app.dependency_overrides.clear()  # type: ignore[attr-defined]
    sites = [site for task in plan["tasks"] for site in task["sites"]]
    assert sites
    assert all(site["hazards"] is site["undated_hazards"] is None for site in sites)


def test_null_is_not_known(reader: TestClient) -> None:
    plan = _ask(reader, budget=1e6, households={"C1001": None})
    assert (plan["counted"], plan["households_not_known"]) == ("communities", ["C1001"])


@pytest.mark.parametrize(
    "body",
    [
        {}, {"budget": -1}, {"budget": "1"}, {"budget": 1e13}, {"budget": 1, "unit": "acres"},
        {"budget": 1, "households": {"C1001": -1}}, {"budget": 1, "households": {"": 1}},
        {"budget": 1, "allow": ["closed"]}, {"budget": 1, "pin": ["none"]},
        {"budget": 1, "confirmed": "true"}, {"budget": 1, "confirmed": 1},
        {"budget": 1, "start": ["C9"]}, {"budget": 1, "more": 1},
        {"budget": 1, "forbid": ["r-south"] * 501}, {"budget": 1, "other": {}},
        {"budget": 1, "other": {"budget": 1, "other": {"budget": 1}}},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(body: dict[str, Any], reader: TestClient) -> None:
    answer = reader.post(PATH, json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")


def test_no_more_communities_than_a_country_has_are_read(reader: TestClient) -> None:
    body = {"budget": 1, "households": {f"C{number}": 1 for number in range(20_001)}}
    assert reader.post(PATH, json=body).status_code == 400
