"""Sheets over HTTP."""

import io
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from tests.people import Staff
from tests.publish.sheet_scene import pdf_pages, pdf_text
from tests.web.test_roles import guarded, staff
from tests.web.test_routes import DRAWN, FAIR
from uxo.services.permissions import refusal
from uxo.vocabulary import Action, Role

__all__ = ["guarded", "staff"]  # fixtures

PLACE = "/api/v1/places/C1001/sheet"
TASKS = "/api/v1/priorities/sheets"
ROUTES = "/api/v1/routes"


def add(client: TestClient, route: dict[str, Any]) -> str:
    answer = client.post(ROUTES, json=route)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_route_is_printed_with_what_blocks_it(client: TestClient) -> None:
    route = add(client, DRAWN)
    answer = client.get(f"{ROUTES}/{route}/sheet.pdf?tier=internal")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    text = pdf_text(answer.content)
    for said in ("South", "F-1", "Confirmed hazard", "not known", "EXERCISE", "on foot"):
        assert said in text, said
    handout = pdf_text(client.get(f"{ROUTES}/{route}/sheet.pdf").content)
    assert "F-1" not in handout
    assert "Confirmed hazard" in handout
    told = client.get(f"{ROUTES}/{route}").json()
    assert f"{told['length_m'] / 1000.0:.2f}" in handout
    assert len(pdf_pages(answer.content)) >= 1


def test_a_sheet_of_a_past_moment_says_what_was_known_then(client: TestClient) -> None:
    route = add(client, FAIR)
    query = "as_of=2026-03-20T00:00:00Z"
    then = pdf_text(client.get(f"{ROUTES}/{route}/sheet.pdf?{query}").content)
    assert "2026-03-20 00:00 UTC" in then
    again = client.get(f"{ROUTES}/{route}/sheet.pdf?{query}")
    assert pdf_text(again.content) == then
    assert client.get(f"{ROUTES}/none/sheet.pdf").status_code == 404


def test_a_place_is_printed_in_arabic_as_a_picture(reader: TestClient) -> None:
    answer = reader.get(f"{PLACE}.png?lang=ar&paper=a3")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-language"] == "ar"
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.width == pytest.approx(297 / 25.4 * 150, abs=2)
    number = answer.headers["content-disposition"].split("sheet-")[1].removesuffix('.png"')
    assert number in reader.get(f"{PLACE}.pdf").headers["content-disposition"]


def test_a_plan_is_printed_task_by_task(reader: TestClient) -> None:
    plan = {"budget": 1e6, "households": {"C1001": 80}}
    answer = reader.post(f"{TASKS}.pdf", json=plan)
    assert answer.status_code == 200, answer.text
    assert "Clearance task" in pdf_text(answer.content).replace("\u2068", "")
    assert reader.post(f"{TASKS}.pdf?task=1", json=plan).status_code == 200
    assert reader.post(f"{TASKS}.pdf?task=99", json=plan).status_code == 404
    both = plan | {"other": {"budget": 0}}
    assert reader.post(f"{TASKS}.pdf", json=both).json()["code"] == "bad-input"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("C1001/sheet.docx", 400), ("C1001/sheet.pdf?lang=fr", 400), ("C9/sheet.pdf", 404),
        ("C1001/sheet.pdf?paper=a5", 400), ("C1001/sheet.pdf?tier=secret", 400),
        ("C1001/sheet.pdf?within_m=1", 400), ("C1001/sheet.pdf?within_m=1e9", 400),
        ("C1001/sheet.pdf?as_of=soon", 400), ("C1001/sheet.pdf?size=1", 400),
    ],
)  # fmt: skip
def test_half_a_question_is_refused(path: str, status: int, reader: TestClient) -> None:
    answer = reader.get(f"/api/v1/places/{path}")
    assert answer.status_code == status
    assert answer.json()["code"] in {"bad-input", "not-found"}


def test_only_who_may_see_evidence_gets_the_internal_tier(
    guarded: TestClient, staff: Staff
) -> None:
    for role in Role:
        headers = {"authorization": f"Bearer {staff.token(role)}"}
        answer = guarded.get(f"{PLACE}.pdf?tier=internal", headers=headers)
        allowed = all(
            refusal(role, one) is None for one in (Action.PRINT_SHEETS, Action.SEE_EVIDENCE)
        )
        assert (answer.status_code == 200) == allowed, role
        if not allowed:
            assert answer.json()["code"] == "forbidden"


def test_a_print_stands_in_the_audit_trail(guarded: TestClient, staff: Staff) -> None:
    headers = {"authorization": f"Bearer {staff.token(Role.PARTNER)}"}
    assert guarded.get(f"{PLACE}.pdf", headers=headers).status_code == 200
    admin = {"authorization": f"Bearer {staff.token(Role.ADMIN)}"}
    lines = guarded.get("/api/v1/audit", headers=admin).json()["lines"]
    printed = [line for line in lines if line["action"] == Action.PRINT_SHEETS.value]
    assert [line["role"] for line in printed] == [Role.PARTNER.value]


def test_who_may_not_see_evidence_gets_tasks_without_it(guarded: TestClient, staff: Staff) -> None:
    plan = {"budget": 1e6, "households": {"C1001": 80}}
    headers = {"authorization": f"Bearer {staff.token(Role.ADMIN)}"}
    answer = guarded.post(f"{TASKS}.pdf", json=plan, headers=headers)
    assert answer.status_code == 200, answer.text
    assert "not shown to this reader" in " ".join(pdf_text(answer.content).split())
