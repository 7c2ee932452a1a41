"""The page to sign in, the session for programs, phones and people over HTTP."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.people import PASSWORD, Staff, hire, open_people
from tests.web.scene import Clock, find
from uxo.services.live_status import LiveStatusService
from uxo.vocabulary import Role
from uxo.web.app import create_app

ADDRESS = "http://127.0.0.1:8000"
PAGE = "<html><style>a</style><script>1</script></html>"


@pytest.fixture
def staff(tmp_path: Path, clock: Clock) -> Iterator[Staff]:
    with open_people(tmp_path / "survey.gpkg.people") as store:
        yield hire(store, clock)


@pytest.fixture
def web(service: LiveStatusService, staff: Staff) -> Iterator[TestClient]:
    app = create_app(service, staff.access, map_html=lambda _: PAGE)
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        yield client


def _sign_in(web: TestClient, role: Role, password: str = PASSWORD) -> dict[str, Any]:
    answer = web.post("/api/v1/session", json={"name": role.value, "password": password})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def _csrf(web: TestClient) -> dict[str, str]:
    return {"x-csrf-token": web.get("/api/v1/session").json()["csrf"]}


def test_a_session_begins_lasts_and_ends(web: TestClient, staff: Staff) -> None:
    assert web.get("/api/v1/session").json()["actor"] == "nobody"
    body = _sign_in(web, Role.OFFICER)
    assert (body["role"], body["team"]) == ("officer", "EOD-3")
    assert body["actor"] == f"person:{staff.of_role[Role.OFFICER].person_id}"
    assert web.get("/api/v1/session").json() == body
    assert web.get("/api/v1/evidence").status_code == 200
    assert web.delete("/api/v1/session").status_code == 403
    assert web.delete("/api/v1/session", headers=_csrf(web)).status_code == 204
    assert not web.cookies
    assert web.get("/api/v1/evidence").status_code == 401


def test_the_cookie_is_kept_from_scripts_and_other_sites(web: TestClient) -> None:
    sent = web.post("/api/v1/session", json={"name": "team", "password": PASSWORD})
    cookie = sent.headers["set-cookie"]
    assert re.match(r"uxo=uxs_[\w-]{43}; ", cookie)
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_over_https_the_cookie_never_travels_in_the_clear(
    service: LiveStatusService, staff: Staff
) -> None:
    with TestClient(create_app(service, staff.access), base_url="https://127.0.0.1") as client:
        sent = client.post("/api/v1/session", json={"name": "team", "password": PASSWORD})
    assert sent.headers["set-cookie"].startswith("__Host-uxo=")
    assert "; Secure" in sent.headers["set-cookie"]


def test_signing_in_again_changes_the_token_and_ends_the_first_session(web: TestClient) -> None:
    _sign_in(web, Role.OFFICER)
    first = web.cookies["uxo"]
    _sign_in(web, Role.TEAM)
    assert web.cookies["uxo"] != first
    headers = {"authorization": f"Bearer {first}"}
    web.cookies.clear()
    assert web.get("/api/v1/session", headers=headers).status_code == 401


def test_a_token_that_was_set_from_outside_is_not_taken_over(web: TestClient) -> None:
    web.cookies.set("uxo", "uxs_chosen-by-somebody-else", domain="127.0.0.1", path="/")
    answer = web.post("/api/v1/session", json={"name": "team", "password": PASSWORD})
    assert "chosen" not in answer.headers["set-cookie"]


@pytest.mark.parametrize("name", ["officer", "nobody-of-that-name"])
def test_failures_are_told_alike_and_then_a_wait_with_its_seconds(
    web: TestClient, name: str
) -> None:
    wrong = {"name": name, "password": "wrong-password"}
    answers = [web.post("/api/v1/session", json=wrong) for _ in range(6)]
    assert [one.status_code for one in answers] == [401] * 5 + [429]
    assert len({one.text for one in answers[:5]}) == 1
    assert answers[5].json()["code"] == "too-many-attempts"
    assert answers[5].headers["retry-after"] == "900"
    assert "set-cookie" not in answers[0].headers


def test_a_changing_request_of_a_session_needs_the_token_of_its_pages(web: TestClient) -> None:
    _sign_in(web, Role.OFFICER)
    refused = web.post("/api/v1/evidence", json=find())
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "X-CSRF-Token" in refused.json()["detail"]
    assert web.post("/api/v1/evidence", json=find(), headers=_csrf(web)).status_code == 201


@pytest.mark.parametrize(("lang", "direction", "word"), [("en", "ltr", "Password"), ("ar", "rtl", "كلمة المرور")])  # fmt: skip  # noqa: E501
def test_the_page_speaks_both_languages_and_runs_no_script(
    web: TestClient, lang: str, direction: str, word: str
) -> None:
    answer = web.get("/sign-in", headers={"accept-language": f"{lang}-SY,fr;q=0.5"})
    assert answer.headers["content-language"] == lang
    assert f'dir="{direction}"' in answer.text
    assert word in answer.text
    assert "<script" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def _fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_the_form_signs_in_goes_on_and_signs_out(web: TestClient) -> None:
    page = web.get("/sign-in?next=/devices?lang%3Dar&lang=ar")
    fields = _fields(page.text)
    assert fields == {"lang": "ar", "next": "/devices?lang=ar"}
    answer = web.post("/sign-in", data={**fields, "name": "officer", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/devices?lang=ar")
    inside = web.get("/sign-in?lang=en")
    assert "information officer" in inside.text
    assert "officer</" not in re.sub("information officer", "", inside.text)
    stranger = web.post("/sign-out", data={"lang": "en", "csrf": "guessed"})
    assert stranger.status_code == 403
    assert web.get("/api/v1/evidence").status_code == 200
    answer = web.post("/sign-out", data=_fields(inside.text))
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?lang=en")
    assert web.get("/api/v1/evidence").status_code == 401


def test_without_a_wish_a_person_goes_where_the_role_may(web: TestClient) -> None:
    for role, where in (("planner", "/?lang=en"), ("public", "/sign-in?lang=en")):
        answer = web.post("/sign-in", data={"name": role, "password": PASSWORD})
        assert answer.headers["location"] == where


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:1",
        "/" + "x" * 2000,
    ],
)
def test_nobody_is_sent_on_to_another_site(web: TestClient, onward: str) -> None:
    form = {"name": "planner", "password": PASSWORD, "next": onward}
    assert web.post("/sign-in", data=form).headers["location"] == "/?lang=en"
    web.cookies.clear()
    page = web.get("/sign-in", params={"next": onward[:500]})
    assert _fields(page.text)["next"] in {"", onward[:500]}
    assert "evil" not in page.text


def test_a_failed_form_says_so_and_repeats_no_name_and_no_markup(web: TestClient) -> None:
    form = {"name": "<script>alert(1)</script>", "password": "wrong-password", "lang": "en"}
    answer = web.post("/sign-in", data=form)
    assert answer.status_code == 401
    assert 'role="alert">The name or the password is wrong.' in answer.text
    assert "<script" not in answer.text
    for _ in range(5):
        answer = web.post("/sign-in", data=form)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    assert "Wait 15 minutes, then" in re.sub("[\u2068\u2069]", "", answer.text)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"a=" + b"x" * 10_000, "application/x-www-form-urlencoded", 413),
        (b"name=a&name=b", "application/x-www-form-urlencoded", 400),
        (b"name=%ff", "application/x-www-form-urlencoded", 400),
        (b"name=\xff", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"f%d=1" % number for number in range(20)), "application/x-www-form-urlencoded", 400),  # noqa: E501
        (b"lang=fr", "application/x-www-form-urlencoded", 400),
    ],
)  # fmt: skip
def test_a_form_is_read_strictly(web: TestClient, body: bytes, kind: str, status: int) -> None:
    answer = web.post("/sign-in", content=body, headers={"content-type": kind})
    assert answer.status_code == status


def test_a_form_of_another_site_is_refused(web: TestClient) -> None:
    form = {"name": "planner", "password": PASSWORD}
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert web.post("/sign-in", data=form, headers=headers).status_code == 403


def test_a_phone_is_added_by_a_code_and_cut_off(web: TestClient) -> None:
    _sign_in(web, Role.OFFICER)
    csrf = _csrf(web)
    code = web.post("/api/v1/devices/codes", json={"team": "EOD-3"}, headers=csrf).json()
    assert code["address"] == f"{ADDRESS}/field/#enrol={code['code']}"
    assert code["qr_svg"].startswith("<svg")
    web.cookies.clear()
    asked = {"code": code["code"], "label": "phone 7"}
    answer = web.post("/api/v1/devices/enrol", json=asked)
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == {"device_id", "token", "team", "desk_key"}
    bearer = {"authorization": f"Bearer {made['token']}"}
    sent = web.post("/api/v1/evidence", json=find(team="EOD-3"), headers=bearer)
    assert sent.status_code == 201
    assert web.post("/api/v1/devices/enrol", json=asked).status_code == 401
    _sign_in(web, Role.OFFICER)
    cut = web.delete(f"/api/v1/devices/{made['device_id']}", headers=_csrf(web))
    assert cut.json()["revoked_at"] == "2026-05-01T12:00:00Z"
    (listed,) = web.get("/api/v1/devices").json()["devices"]
    assert listed == cut.json()
    answer = web.post("/api/v1/evidence", json=find(), headers=bearer)
    assert (answer.status_code, answer.json()["code"]) == (401, "device-revoked")


def test_the_page_of_phones_shows_a_code_once_and_cuts_off_with_one_click(
    web: TestClient, staff: Staff
) -> None:
    device_id, _ = staff.device(label="<b>phone</b> 7")
    staff.access.devices.note_skew(device_id, 31_536_000.0)
    web.post("/sign-in", data={"name": "officer", "password": PASSWORD})
    page = web.get("/devices?lang=en")
    assert "&lt;b&gt;phone&lt;/b&gt; 7" in page.text
    assert "31536000" in re.sub(r"[^\d\w]", "", page.text)
    shown = web.post("/devices", data=_fields(page.text) | {"team": "EOD-9"})
    assert "<svg" in shown.text
    assert re.search(r'<bdi dir="ltr">[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}</bdi>', shown.text)
    assert "This service is reached from this machine alone" in shown.text
    assert "<svg" not in web.get("/devices").text
    bad = web.post("/devices", data=_fields(page.text) | {"team": "two words"})
    assert bad.status_code == 400
    assert "This is no code of a team." in bad.text
    for csrf in ({}, {"csrf": "guessed"}):
        form = {"device_id": device_id, **csrf}
        assert web.post("/devices/revoked", data=form).status_code == 403
        assert web.post("/devices", data={"team": "EOD-9", **csrf}).status_code == 403
    cut = web.post("/devices/revoked", data=_fields(page.text))
    assert (cut.status_code, cut.headers["location"]) == (303, "/devices?lang=en")
    assert "Cut off on" in web.get("/devices?lang=en").text


def test_an_administrator_adds_disables_and_sets_passwords(web: TestClient, staff: Staff) -> None:
    _sign_in(web, Role.ADMIN)
    csrf = _csrf(web)
    new = {"name": "أمل", "role": "reviewer", "team": "DESK", "password": PASSWORD}
    added = web.post("/api/v1/people", json=new, headers=csrf)
    assert added.status_code == 201
    assert "password" not in added.text
    assert web.post("/api/v1/people", json=new, headers=csrf).status_code == 403
    path = f"/api/v1/people/{added.json()['person_id']}"
    off = web.put(f"{path}/disabled", json={"disabled": True}, headers=csrf)
    assert off.json()["disabled"] is True
    changed = web.put(f"{path}/password", json={"password": "x" * 12}, headers=csrf)
    assert changed.status_code == 200
    names = [one["name"] for one in web.get("/api/v1/people").json()["people"]]
    assert "أمل" in names
    assert len(names) == len(Role) + 1
    own = f"/api/v1/people/{staff.of_role[Role.ADMIN].person_id}/disabled"
    assert web.put(own, json={"disabled": True}, headers=csrf).status_code == 400
    nobody = web.put("/api/v1/people/none/disabled", json={"disabled": True}, headers=csrf)
    assert nobody.status_code == 404


def test_the_trail_is_read_page_by_page_and_holds_no_name(web: TestClient, staff: Staff) -> None:
    _sign_in(web, Role.ADMIN)
    lines: list[dict[str, Any]] = []
    before: int | None = None
    for _ in range(50):
        query = "limit=4" if before is None else f"limit=4&before={before}"
        page = web.get(f"/api/v1/audit?{query}").json()
        lines += page["lines"]
        before = page["next_before"]
        if before is None:
            break
    numbers = [line["number"] for line in lines]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[-1] == 1
    assert {"done"} == {line["outcome"] for line in lines}
    assert staff.of_role[Role.OFFICER].name not in {line["actor"] for line in lines}


def test_names_and_hashes_stand_in_no_other_answer(web: TestClient, staff: Staff) -> None:
    staff.access.people.add(
        "Zaynab-of-the-desk", role=Role.OFFICER, team="DESK", password=PASSWORD,
        by=staff.access.sign_in.begin(staff.of_role[Role.ADMIN]).who,
    )  # fmt: skip
    form = {"name": "Zaynab-of-the-desk", "password": PASSWORD}
    assert web.post("/sign-in", data=form).status_code == 303
    for path in ("/sign-in", "/devices", "/api/v1/session", "/api/v1/devices", "/api/v1/evidence"):
        text = web.get(path).text
        assert "Zaynab" not in text
        assert "argon2" not in text
