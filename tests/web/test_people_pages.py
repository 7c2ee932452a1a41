"""The pages of people, of the audit trail and of the own password; all without scripts."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.people import PASSWORD, Staff, hire, open_people
from tests.web.scene import Clock
from uxo.services.live_status import LiveStatusService
from uxo.vocabulary import Role
from uxo.web.app import create_app

ADDRESS = "http://127.0.0.1:8000"
PAGE = "<html><style>a</style><script>1</script><!-- served: menu --></html>"
NEW = "another-long-password"


@pytest.fixture
def staff(tmp_path: Path, clock: Clock) -> Iterator[Staff]:
    with open_people(tmp_path / "survey.gpkg.people") as store:
        yield hire(store, clock)


@pytest.fixture
def web(service: LiveStatusService, staff: Staff) -> Iterator[TestClient]:
    app = create_app(service, staff.access, map_html=lambda _: PAGE)
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        yield client


def _sign_in(web: TestClient, name: str, password: str = PASSWORD) -> int:
    return web.post("/sign-in", data={"name": name, "password": password}).status_code


def _csrf(web: TestClient) -> dict[str, str]:
    return {"csrf": web.get("/api/v1/session").json()["csrf"], "lang": "en"}


def _password(page: str) -> str:
    (found,) = re.findall(r'<p class="code"><bdi dir="ltr">([0-9A-Z-]+)</bdi>', page)
    return str(found)


def test_an_administrator_adds_somebody_whose_password_is_shown_once(web: TestClient) -> None:
    _sign_in(web, "admin")
    new = {"name": "<b>أمل</b>", "team": "DESK", "role": "reviewer"}
    shown = web.post("/people", data=_csrf(web) | new)
    assert shown.status_code == 200
    assert "&lt;b&gt;أمل" in shown.text
    assert "<b>" not in shown.text
    password = _password(shown.text)
    assert password not in web.get("/people?lang=en").text
    taken = web.post("/people", data=_csrf(web) | new)
    assert (taken.status_code, "This name is taken" in taken.text) == (400, True)
    web.cookies.clear()
    assert _sign_in(web, "<b>أمل</b>", password) == 303
    assert web.get("/people").status_code == 403


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"team": "two words"}, {"role": "king"}, {"name": "x" * 81}]
)
def test_somebody_of_a_wrong_form_is_told_on_the_page(
    web: TestClient, wrong: dict[str, str], staff: Staff
) -> None:
    _sign_in(web, "admin")
    new = {"name": "amal", "team": "DESK", "role": "reviewer"} | wrong
    answer = web.post("/people", data=_csrf(web) | new)
    assert (answer.status_code, 'role="alert"' in answer.text) == (400, True)
    assert len(staff.access.people.list()) == len(Role)


def test_role_password_and_right_to_sign_in_change_at_once(web: TestClient, staff: Staff) -> None:
    person_id = staff.of_role[Role.PLANNER].person_id
    other = staff.token(Role.PLANNER)
    _sign_in(web, "admin")
    form = _csrf(web) | {"person_id": person_id}
    changed = web.post("/people/role", data=form | {"role": "partner"})
    assert changed.headers["location"] == f"/people?lang=en#person-{person_id}"
    assert staff.access.sign_in.find(other) is None
    assert staff.access.people.with_id(person_id).role is Role.PARTNER
    password = _password(web.post("/people/password", data=form).text)
    assert web.post("/people/disabled", data=form | {"disabled": "yes"}).status_code == 303
    assert "Disabled: cannot sign in." in web.get("/people?lang=en").text
    with TestClient(web.app, base_url=ADDRESS, follow_redirects=False) as planner:
        assert _sign_in(planner, "planner", password) == 401
        assert web.post("/people/disabled", data=form | {"disabled": "no"}).status_code == 303
        assert _sign_in(planner, "planner", PASSWORD) == 401
        assert _sign_in(planner, "planner", password) == 303


def test_nobody_changes_the_own_entry_or_one_that_is_not_there(
    web: TestClient, staff: Staff
) -> None:
    _sign_in(web, "admin")
    own = staff.of_role[Role.ADMIN].person_id
    page = web.get("/people?lang=en").text
    assert f'name="person_id" value="{own}"' not in page
    assert "This is your own sign-in." in page
    form = _csrf(web) | {"person_id": own}
    for path, field in (("role", {"role": "officer"}), ("disabled", {"disabled": "yes"})):
        assert web.post(f"/people/{path}", data=form | field).status_code == 400
    assert web.post("/people/disabled", data=form | {"disabled": "perhaps"}).status_code == 400
    none = _csrf(web) | {"person_id": "none"}
    assert web.post("/people/password", data=none).status_code == 404


@pytest.mark.parametrize(
    "path", ["/people", "/people/role", "/people/password", "/people/disabled", "/password"]
)
def test_a_form_without_the_token_of_its_page_changes_nothing(
    web: TestClient, staff: Staff, path: str
) -> None:
    _sign_in(web, "admin")
    person_id = staff.of_role[Role.PLANNER].person_id
    everything = {
        "name": "amal", "team": "DESK", "role": "admin", "person_id": person_id, "disabled": "yes",
        "current": PASSWORD, "new": NEW, "again": NEW,
    }  # fmt: skip
    for csrf in ({}, {"csrf": "guessed"}):
        assert web.post(path, data=everything | csrf).status_code == 403
    assert len(staff.access.people.list()) == len(Role)
    for name in ("planner", "admin"):
        staff.access.sign_in.sign_in(name, PASSWORD, address="a")


def test_an_administrator_changes_roles_by_the_api_too(web: TestClient, staff: Staff) -> None:
    headers = {"authorization": f"Bearer {staff.token(Role.ADMIN)}"}
    path = f"/api/v1/people/{staff.of_role[Role.PLANNER].person_id}/role"
    assert web.put(path, json={"role": "officer"}, headers=headers).json()["role"] == "officer"
    assert web.put(path, json={"role": "king"}, headers=headers).status_code == 400


def test_the_trail_is_read_by_actor_and_day_and_page_by_page(
    web: TestClient, staff: Staff, clock: Clock
) -> None:
    for _ in range(60):
        staff.token(Role.PLANNER)
    clock.forward(timedelta(days=1))
    _sign_in(web, "admin")
    page = web.get("/audit?lang=en")
    (older,) = re.findall(r'<a href="([^"]*before=[^"]*)"', page.text)
    assert page.text.count("<section") == 50
    numbers = re.findall(r'<bdi dir="ltr">(\d+)</bdi>', page.text)
    following = web.get(older.replace("&amp;", "&")).text
    assert int(re.findall(r'<bdi dir="ltr">(\d+)</bdi>', following)[0]) == int(numbers[-1]) - 1
    actor = f"person:{staff.of_role[Role.PLANNER].person_id}"
    mine = web.get(f"/audit?lang=en&actor={actor}&since=&until=2026-05-01").text
    assert mine.count("<h2>Sign-in</h2>") == 50
    assert f"actor={actor.replace(':', '%3A')}&amp;until=2026-05-01&amp;before=" in mine
    # Of the administrator there are lines of this day only, and of the planner none.
    assert (
        "There is no such line." in web.get(f"/audit?lang=en&actor={actor}&since=2026-05-02").text
    )
    assert "There is no such line." not in web.get("/audit?lang=en&since=2026-05-02").text
    assert "planner</" not in mine.replace("planner</p>", "")


def test_a_filter_is_shown_again_as_text_and_a_wrong_day_is_told(web: TestClient) -> None:
    _sign_in(web, "admin")
    hostile = web.get('/audit?lang=en&actor="><script>1</script>')
    assert "<script>" not in hostile.text
    assert "&lt;script&gt;" in hostile.text
    for day in ("yesterday", "2026-13-01", "9999-12-31"):
        wrong = web.get(f"/audit?lang=en&until={day}")
        assert (wrong.status_code, "This is not a day." in wrong.text) == (400, True)


def test_what_a_stranger_writes_into_the_trail_stays_text(web: TestClient, staff: Staff) -> None:
    headers = {"authorization": f"Bearer {staff.token(Role.PLANNER)}"}
    web.get("/api/v1/evidence?<script>alert(1)</script>", headers=headers)
    _sign_in(web, "admin")
    assert "<script>" not in web.get("/audit?lang=ar").text


def test_everybody_changes_the_own_password_and_only_this_session_goes_on(
    web: TestClient, staff: Staff
) -> None:
    elsewhere = staff.token(Role.TEAM)
    _sign_in(web, "team")
    before = web.cookies["uxo"]
    form = _csrf(web) | {"current": PASSWORD, "new": NEW, "again": NEW}
    answer = web.post("/password", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?lang=en")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert web.cookies["uxo"] != before
    assert web.get("/api/v1/evidence").status_code == 200
    for token in (before, elsewhere):
        assert staff.access.sign_in.find(token) is None
    web.cookies.clear()
    assert _sign_in(web, "team") == 401
    assert _sign_in(web, "team", NEW) == 303


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"current": "guessed-password", "new": NEW, "again": NEW}, "current password is another"),
        ({"current": PASSWORD, "new": NEW, "again": "different"}, "two new passwords differ"),
        ({"current": PASSWORD, "new": "short", "again": "short"}, "12\u2069 to \u2068200"),
        ({"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "must differ from the old"),
    ],
)
def test_a_password_that_is_not_changed_is_told_why(
    web: TestClient, fields: dict[str, str], said: str
) -> None:
    _sign_in(web, "planner")
    answer = web.post("/password", data=_csrf(web) | fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert NEW not in answer.text
    web.cookies.clear()
    assert _sign_in(web, "planner") == 303


def test_guesses_of_the_own_password_must_wait(web: TestClient) -> None:
    _sign_in(web, "planner")
    form = _csrf(web) | {"current": "guessed-password", "new": NEW, "again": NEW}
    answers = [web.post("/password", data=form) for _ in range(6)]
    assert [one.status_code for one in answers] == [400] * 5 + [429]
    assert answers[5].headers["retry-after"] == "900"


def test_a_phone_and_nobody_have_no_password(web: TestClient, staff: Staff) -> None:
    _, token = staff.device()
    headers = {"authorization": f"Bearer {token}"}
    assert web.get("/password", headers=headers).status_code == 403
    asked = web.get("/password", headers={"accept": "text/html"})
    assert asked.headers["location"] == "/sign-in?next=%2Fpassword"


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (Role.PLANNER, {"/", "/password"}),
        (Role.REVIEWER, {"/", "/desk/", "/password"}),
        (Role.OFFICER, {"/", "/desk/", "/devices", "/password"}),
        (Role.ADMIN, {"/", "/devices", "/people", "/audit", "/password"}),
        (Role.PUBLIC, {"/password"}),
    ],
)
def test_each_role_is_led_to_the_pages_that_it_may_open(
    web: TestClient, role: Role, pages: set[str]
) -> None:
    _sign_in(web, role.value)
    found = set(re.findall(r'<li><a href="([^"?]+)', web.get("/sign-in?lang=ar").text))
    assert found == pages
    for path in pages:
        assert web.get(path).status_code == 200
    if "/" in pages:
        assert 'href="/sign-in" data-l10n="people-menu">القائمة</a>' in web.get("/?lang=ar").text


@pytest.mark.parametrize(
    ("name", "place"),
    [("planner", "/?lang=ar"), ("admin", "/?lang=ar"), ("public", "/sign-in?lang=ar")],
)
def test_who_opens_the_service_is_led_to_the_map_or_to_the_list_of_pages(
    web: TestClient, name: str, place: str
) -> None:
    opened = web.get("/?lang=ar", headers={"accept": "text/html"})
    page = web.get(opened.headers["location"]).text
    (onward,) = re.findall(r'name="next" value="([^"]*)"', page)
    form = {"name": name, "password": PASSWORD, "next": onward, "lang": "ar"}
    assert web.post("/sign-in", data=form).headers["location"] == place


def test_without_a_sign_in_the_map_leads_to_no_menu(service: LiveStatusService) -> None:
    app = create_app(service, map_html=lambda _: PAGE)
    with TestClient(app, base_url=ADDRESS) as client:
        assert "people-menu" not in client.get("/").text
        assert 'people-menu"' not in client.get("/desk/").text
