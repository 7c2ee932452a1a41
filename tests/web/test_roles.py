"""Every address of the service times everybody who may ask."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from tests.people import PASSWORD, Staff, hire, open_people
from tests.web.phones import phones_of
from tests.web.scene import Clock, find
from uxo.errors import UxoError
from uxo.services.live_status import LiveStatusService
from uxo.services.permissions import refusal, refusal_to
from uxo.services.who import CONSOLE, NOBODY, Who
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Action, Role
from uxo.web.actions import ACTIONS, FORMS
from uxo.web.app import create_app
from uxo.web.strict import StrictRoute
from uxo.web.who import check_actions

ADDRESS = "http://127.0.0.1:8000"
PAGE = "<html><style>a</style><script>1</script></html>"
NONE_SUCH = "019de25f-4c00-7000-8000-000000000001"
Operation = tuple[str, str, str]


@pytest.fixture
def staff(tmp_path: Path, clock: Clock) -> Iterator[Staff]:
    with open_people(tmp_path / "survey.gpkg.people") as store:
        yield hire(store, clock)


@pytest.fixture
def guarded(
    service: LiveStatusService, store: SqliteStore, staff: Staff, clock: Clock, tmp_path: Path
) -> Iterator[TestClient]:
    phones = phones_of(store, clock, tmp_path)
    app = create_app(service, staff.access, phones=phones, map_html=lambda _: PAGE)
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        yield client


def _operations(client: TestClient) -> list[Operation]:
    """Read from the description, which another test compares with the routes."""
    document = client.get("/api/v1/openapi.json").json()
    return [
        (operation["operationId"], method.upper(), re.sub(r"\{[^}]+\}", NONE_SUCH, path))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_table_of_addresses_has_a_row_for_every_operation_and_no_other(
    guarded: TestClient,
) -> None:
    operations = {name for name, _, _ in _operations(guarded)}
    assert operations == set(ACTIONS)
    assert operations >= FORMS


def test_every_address_lets_each_role_do_what_the_table_says(
    guarded: TestClient, staff: Staff
) -> None:
    for name, method, path in _operations(guarded):
        action = ACTIONS[name]
        for role in Role:
            headers = {"authorization": f"Bearer {staff.token(role)}"}
            answer = guarded.request(method, path, headers=headers)
            if action is None or refusal(role, action) is None:
                assert answer.status_code not in {401, 403}, (name, role)
            else:
                assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
                assert answer.json()["detail"] == refusal(role, action), (name, role)


def test_a_session_s_cookie_passes_like_its_token_and_needs_the_token_of_its_pages(
    guarded: TestClient, staff: Staff
) -> None:
    for name, method, path in _operations(guarded):
        action = ACTIONS[name]
        for role in Role if action is not None else ():
            made = staff.access.sign_in.begin(staff.of_role[role])
            cookie = {"cookie": f"uxo={made.token}"}
            if method not in {"GET", "HEAD"} and name not in FORMS:
                wrong = guarded.request(method, path, headers=cookie | {"x-csrf-token": "x"})
                assert wrong.status_code == 403, (name, role)
            right = guarded.request(method, path, headers=cookie | {"x-csrf-token": made.csrf})
            allowed = action is None or refusal(role, action) is None
            assert (right.status_code not in {401, 403}) == allowed, (name, role)


def test_nobody_gets_what_is_open_to_everybody_and_is_asked_to_sign_in_for_the_rest(
    guarded: TestClient,
) -> None:
    for name, method, path in _operations(guarded):
        action = ACTIONS[name]
        answer = guarded.request(method, path)
        if action is None or action is Action.SEE_PUBLIC_MAP:
            assert answer.status_code not in {401, 403}, name
        else:
            assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in"), name
            assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_device_is_a_team_and_a_revoked_one_is_nobody_anywhere(
    guarded: TestClient, staff: Staff
) -> None:
    phone_id, token = staff.device()
    phone = Who(Role.TEAM, "EOD-3", f"device:{phone_id}")
    lost, lost_token = staff.device()
    staff.access.devices.revoke(lost, by=CONSOLE)
    for name, method, path in _operations(guarded):
        action = ACTIONS[name]
        answer = guarded.request(method, path, headers={"authorization": f"Bearer {token}"})
        allowed = action is None or refusal_to(phone, action) is None
        assert (answer.status_code not in {401, 403}) == allowed, name
        if action is not None:
            headers = {"authorization": f"Bearer {lost_token}"}
            refused = guarded.request(method, path, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (401, "device-revoked"), name


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer uxd_unknown", "Bearer uxs_x"]
)
def test_a_header_of_another_form_or_an_unknown_token_is_nobody_s(
    guarded: TestClient, header: str
) -> None:
    answer = guarded.get("/api/v1/evidence", headers={"authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")


def test_two_authorization_headers_are_refused(guarded: TestClient, staff: Staff) -> None:
    one = ("authorization", f"Bearer {staff.token(Role.OFFICER)}")
    answer = guarded.get("/api/v1/evidence", headers=[one, one])
    assert answer.status_code == 401


def test_who_may_not_learns_nothing_from_how_the_rest_of_the_request_is_read(
    guarded: TestClient,
) -> None:
    answers = [
        guarded.get("/api/v1/evidence?statu=1"),
        guarded.get("/api/v1/evidence/F-1"),
        guarded.get("/api/v1/evidence/none-such"),
        guarded.post("/api/v1/evidence", content=b"x" * 10_000_000),
    ]
    assert [answer.status_code for answer in answers] == [401] * 4


def test_a_person_who_opens_a_page_is_sent_to_the_sign_in(guarded: TestClient) -> None:
    answer = guarded.get("/?lang=ar", headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2F%3Flang%3Dar"
    assert guarded.get("/", headers={"accept": "application/json"}).status_code == 401


def test_an_address_without_an_action_is_refused_at_the_start() -> None:
    routes = APIRouter(route_class=StrictRoute)

    @routes.get("/new", operation_id="getNew")
    def new() -> str:
        return "new"

    with pytest.raises(UxoError, match="/new"):
        check_actions([routes], ACTIONS)
    plain = APIRouter()
    plain.get("/plain", operation_id="getMap")(new)
    with pytest.raises(UxoError, match="/plain"):
        check_actions([plain], ACTIONS)


def test_without_people_everybody_passes_and_nothing_about_people_is_there(
    service: LiveStatusService,
) -> None:
    with TestClient(create_app(service), base_url=ADDRESS) as client:
        assert client.get("/api/v1/evidence").status_code == 200
        for path in ("/sign-in", "/devices", "/api/v1/people", "/api/v1/session"):
            assert client.get(path).status_code == 404


def test_what_is_restricted_leaves_a_line_and_so_does_a_refusal(
    guarded: TestClient, staff: Staff
) -> None:
    for role in (Role.PLANNER, Role.PARTNER):
        headers = {"authorization": f"Bearer {staff.token(role)}"}
        guarded.get("/api/v1/evidence?bbox=37.1,36.1,37.2,36.3", headers=headers)
    guarded.get("/api/v1/evidence")
    lines = [
        (line.actor, line.action, line.what, line.outcome)
        for line in staff.store.audit()
        if line.action == "see_evidence"
    ]
    partner = f"person:{staff.of_role[Role.PARTNER].person_id}"
    planner = f"person:{staff.of_role[Role.PLANNER].person_id}"
    where = "GET /api/v1/evidence"
    assert lines == [
        (partner, "see_evidence", where, "refused"),
        (planner, "see_evidence", f"{where}?bbox=37.1,36.1,37.2,36.3", "done"),
    ]


def test_a_team_records_under_its_own_code_and_an_officer_under_any(
    guarded: TestClient, staff: Staff
) -> None:
    _, device = staff.device("EOD-3")
    for token in (device, staff.token(Role.TEAM)):
        headers = {"authorization": f"Bearer {token}"}
        own = guarded.post("/api/v1/evidence", json=find(team="EOD-3"), headers=headers)
        assert own.status_code == 201
        other = guarded.post("/api/v1/evidence", json=find(team="EOD-7"), headers=headers)
        assert (other.status_code, other.json()["code"]) == (403, "forbidden")
        assert "EOD-3" in other.json()["detail"]
    headers = {"authorization": f"Bearer {staff.token(Role.OFFICER)}"}
    told = guarded.post("/api/v1/evidence", json=find(team="EOD-7"), headers=headers)
    assert told.status_code == 201


def test_an_officer_who_wrote_for_a_team_does_not_review_what_was_written(
    guarded: TestClient, staff: Staff
) -> None:
    people = staff.access.people
    other = people.add("other", role=Role.REVIEWER, team="EOD-9", password=PASSWORD, by=CONSOLE)
    writer = {"authorization": f"Bearer {staff.token(Role.OFFICER)}"}
    sent = guarded.post("/api/v1/evidence", json=find(team="EOD-7"), headers=writer).json()
    address = f"/api/v1/desk/records/{sent['id']}/decision"
    own = guarded.post(address, json={"decision": "accept"}, headers=writer)
    assert (own.status_code, own.json()["code"]) == (403, "refused")
    assert "two-person rule" in own.json()["detail"]
    reader = {"authorization": f"Bearer {staff.access.sign_in.begin(other).token}"}
    assert guarded.post(address, json={"decision": "accept"}, headers=reader).status_code == 200


def test_the_description_tells_which_addresses_need_a_sign_in(guarded: TestClient) -> None:
    document = guarded.get("/api/v1/openapi.json").json()
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}
    for methods in document["paths"].values():
        for operation in methods.values():
            action = ACTIONS[operation["operationId"]]
            asked = action is not None and refusal_to(NOBODY, action) is not None
            assert ("security" in operation) == asked, operation["operationId"]


def test_an_explanation_of_a_place_leaves_a_line_for_it_names_finds(
    guarded: TestClient, staff: Staff
) -> None:
    headers = {"authorization": f"Bearer {staff.token(Role.PLANNER)}"}
    answer = guarded.get("/api/v1/explain?lon=37.155&lat=36.2", headers=headers)
    assert answer.status_code == 200
    assert [line.action for line in staff.store.audit(limit=1)] == ["explain_status"]


def test_a_partner_gets_the_status_and_learns_of_no_find_by_its_reasons(
    guarded: TestClient, staff: Staff
) -> None:
    def pieces(role: Role) -> list[dict[str, Any]]:
        headers = {"authorization": f"Bearer {staff.token(role)}"}
        page = guarded.get("/api/v1/roads/status", headers=headers).json()
        return [one["properties"] for one in page["features"]]

    told, untold = pieces(Role.PLANNER), pieces(Role.PARTNER)
    assert {reason["evidence_id"] for one in told for reason in one["reasons"]} >= {"F-1", "F-2"}
    assert [one | {"reasons": []} for one in told] == untold


def test_who_is_not_signed_in_learns_that_the_service_answers_and_no_more(
    guarded: TestClient, staff: Staff
) -> None:
    assert guarded.get("/healthz").json() == {"status": "ok"}
    headers = {"authorization": f"Bearer {staff.token(Role.PARTNER)}"}
    assert guarded.get("/healthz", headers=headers).json()["roads"] == 3
