import logging
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import NoReturn

import pytest
from fastapi.testclient import TestClient

from uxo import errors
from uxo.services.live_status import LiveStatusService
from uxo.web.errors import STATUS, answer_error, problem, row_of


def _all(kind: type[errors.UxoError]) -> Iterator[type[errors.UxoError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _all(child)


CLASSES = [one for one in _all(errors.UxoError) if one.__module__.startswith("uxo.")]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_of_the_right_kind(kind: type[errors.UxoError]) -> None:
    status = row_of(kind).status
    theirs = issubclass(kind, errors.BadInput | errors.NotFound | errors.Refused)
    assert status // 100 == (4 if theirs else 5)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_code_is_explained_where_the_errors_are_drawn(kind: type[errors.UxoError]) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(kind.code)}(?![\w-])", errors.__doc__ or "")


def test_the_code_of_the_unforeseen_is_explained_too() -> None:
    assert "internal" in (errors.__doc__ or "")


@pytest.mark.parametrize("kind", [errors.StoreError, errors.StoreBroken, errors.MissingPart])
def test_what_speaks_of_our_own_files_stays_in_the_log(
    kind: type[errors.UxoError], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = answer_error(kind("/home/somebody/store.gpkg is damaged"))
    assert b"somebody" not in answer.body
    assert "somebody" in caplog.text


def test_refused_rows_are_listed_one_by_one() -> None:
    fault = errors.Fault("upload.csv", 3, "depth_m", "-1", "must not be negative")
    whole = errors.Fault("upload.csv", None, "crs", "", "unknown")
    answer = answer_error(errors.BadRows("two rows", [fault, whole]))
    assert b'{"where":"row 3, depth_m","reason":"must not be negative"}' in answer.body
    assert b'{"where":"crs","reason":"unknown"}' in answer.body


def test_a_problem_is_bounded_and_can_be_encoded() -> None:
    answer = problem(HTTPStatus.BAD_REQUEST, "bad-input", "\ud800" + "x" * 10_000)
    assert len(answer.body) < 3_000
    assert answer.media_type == "application/problem+json"


def test_a_store_that_fails_is_a_problem_and_never_an_old_answer(
    client: TestClient, service: LiveStatusService, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/healthz").status_code == 200

    def fail(*_: object, **__: object) -> NoReturn:
        raise errors.StoreBroken("/secret/place: page 7 is damaged")

    for asked in ("watch", "last_place"):
        monkeypatch.setattr(service._store, asked, fail)
    for path in ("/healthz", "/maps/", "/api/v1/roads/status", "/api/v1/evidence"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (500, "store-broken")
        assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("GET", "/api", 404, "not-found"),
        ("GET", "/api/v1/evidence/", 404, "not-found"),
        ("GET", "/api/v1/evidence/none-such", 404, "not-found"),
        ("GET", "/api/../../../etc/passwd", 404, "not-found"),
        ("GET", "/api/..%2f..%2fpyproject.toml", 404, "not-found"),
        ("GET", "/api/index.html", 404, "not-found"),
        ("DELETE", "/api/v1/evidence", 405, "method-not-allowed"),
        ("PUT", "/api/v1/evidence/F-1", 405, "method-not-allowed"),
        ("POST", "/", 405, "method-not-allowed"),
        ("OPTIONS", "/healthz", 405, "method-not-allowed"),
        ("TRACE", "/", 405, "method-not-allowed"),
        ("GET", "/?lang=fr", 400, "bad-input"),
        ("GET", "/healthz?verbose=1", 400, "bad-input"),
        ("POST", "/api/v1/evidence", 415, "media-type"),
    ],
)
def test_every_refusal_is_a_problem_with_a_stable_code(
    method: str, path: str, status: int, code: str, reader: TestClient
) -> None:
    answer = reader.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"] == HTTPStatus(status).phrase
    assert body["detail"]


def test_the_allow_header_names_every_method_of_the_address(reader: TestClient) -> None:
    assert reader.delete("/api/v1/evidence").headers["allow"] == "GET, HEAD, POST"
    assert reader.delete("/healthz").headers["allow"] == "GET, HEAD"


def test_the_table_holds_no_error_twice_and_its_texts_name_no_path() -> None:
    for row in STATUS.values():
        assert row.public is None or "/" not in row.public
