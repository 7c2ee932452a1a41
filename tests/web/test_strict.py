import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.web.scene import find
from uxo.errors import BadInput
from uxo.services.strict_json import parse_document
from uxo.web.strict import MAX_BODY_BYTES

GEOJSON = {"content-type": "application/geo+json"}


@pytest.mark.parametrize(
    "path",
    [
        "/?language=ar",
        "/healthz?x",
        "/api/v1/roads/status?statu=cleared",
        "/api/v1/evidence?Kind=find",
        "/api/v1/evidence/F-1?a=b",
        "/api/v1/explain?lon=1&lat=1&z=1",
        "/api/v1/openapi.json?v=2",
    ],
)
def test_an_unknown_parameter_is_refused_by_name(path: str, reader: TestClient) -> None:
    answer = reader.get(path)
    assert answer.status_code == 400
    assert "unknown query parameter" in answer.json()["detail"]


def test_the_refusal_lists_the_known_parameters(reader: TestClient) -> None:
    detail = reader.get("/api/v1/roads/status?statu=cleared").json()["detail"]
    assert detail == "unknown query parameter statu; known here: bbox, cursor, limit"


def test_a_parameter_that_comes_twice_is_refused(reader: TestClient) -> None:
    answer = reader.get("/api/v1/roads/status?limit=1&limit=1000")
    assert answer.status_code == 400
    assert "limit is given more than once" in answer.json()["detail"]


def test_an_unknown_parameter_is_refused_before_anything_is_recorded(reader: TestClient) -> None:
    assert reader.post("/api/v1/evidence?dry_run=true", json=find()).status_code == 400
    assert reader.get("/api/v1/evidence").json()["numberReturned"] == 4


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not one JSON document"),
        (b"{", "not one JSON document"),
        (b"{} x", "Extra data"),
        (b"{}{}", "Extra data"),
        (b'{"a": NaN}', "NaN is no JSON number"),
        (b'{"a": -Infinity}', "-Infinity is no JSON number"),
        (b'{"kind": "find", "kind": "clearance"}', "'kind' comes twice"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        (b'"\xc3"', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "not one JSON document"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 50_000, "nested too deeply"),
        (b"1" * 5_000, "not one JSON document"),
    ],
)
def test_a_body_that_is_not_exactly_one_document_is_refused(
    body: bytes, reason: str, reader: TestClient
) -> None:
    with pytest.raises(BadInput, match=reason):
        parse_document(body)
    answer = reader.post("/api/v1/evidence", content=body, headers=GEOJSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")


@pytest.mark.parametrize(
    "document", [None, 1, "x", [], [find()], {}, {"type": "FeatureCollection"}]
)
def test_a_document_of_another_shape_is_refused(document: object, reader: TestClient) -> None:
    body = json.dumps(document).encode()
    answer = reader.post("/api/v1/evidence", content=body, headers=GEOJSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")


def test_half_a_character_is_refused_and_can_be_told(reader: TestClient) -> None:
    for body in (b'{"\\ud800": 1}', json.dumps(find(team="\ud800")).encode()):
        answer = reader.post("/api/v1/evidence", content=body, headers=GEOJSON)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json-patch+json"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
def test_only_plain_json_is_read(headers: dict[str, str], reader: TestClient) -> None:
    body = json.dumps(find()).encode()
    answer = reader.post("/api/v1/evidence", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "media-type")


@pytest.mark.parametrize("sent", ["application/json", "application/geo+json; charset=utf-8"])
def test_json_and_geojson_are_read(sent: str, client: TestClient) -> None:
    body = json.dumps(find()).encode()
    answer = client.post("/api/v1/evidence", content=body, headers={"content-type": sent})
    assert answer.status_code == 201


def test_bytes_are_counted_as_they_come_whatever_the_length_header_says(
    reader: TestClient,
) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield b" " * 65_536

    headers = {**GEOJSON, "transfer-encoding": "chunked"}
    answer = reader.post("/api/v1/evidence", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")

    short = {**GEOJSON, "content-length": "2"}
    answer = reader.post("/api/v1/evidence", content=b" " * (MAX_BODY_BYTES + 1), headers=short)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_body_at_the_limit_is_read(client: TestClient) -> None:
    body = json.dumps(find()).encode()
    padded = body + b" " * (MAX_BODY_BYTES - len(body))
    assert client.post("/api/v1/evidence", content=padded, headers=GEOJSON).status_code == 201
