import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.testclient import TestClient

from tests.web.phones import phones_of
from tests.web.scene import Clock
from uxo.errors import MissingPart
from uxo.services.live_status import LiveStatusService
from uxo.services.phones import Phones
from uxo.services.routes import RouteBook
from uxo.services.tiles import Tiles
from uxo.services.ways import WaysService
from uxo.services.who import Who, open_to_all
from uxo.store.sqlite import SqliteStore
from uxo.web import (
    desk,
    desk_page,
    desk_phones,
    errors,
    evidence,
    explain,
    field,
    field_pack,
    health,
    map,  # noqa: A004
    media,
    openapi,
    phone,
    places,
    priorities,
    road_ranks,
    roads,
    routes,
    sheets,
    tiles,
    tus,
    ways,
)
from uxo.web.strict import StrictRoute


@pytest.fixture(scope="module")
def document(reader: TestClient) -> dict[str, Any]:
    answer = reader.get(openapi.PATH)
    assert answer.status_code == 200
    described: dict[str, Any] = answer.json()
    return described


def _who(_request: Request) -> Who:
    return open_to_all()


def _routers(service: LiveStatusService, phones: Phones) -> list[APIRouter]:
    return [
        map.router(service.map_html), health.router(service), roads.router(service),
        explain.router(service), evidence.router(service), openapi.router(),
        priorities.router(service), places.router(service),
        ways.router(service, WaysService(service)),
        routes.router(
            RouteBook(service.store, Tiles(service).status_at), WaysService(service).find
        ),
        sheets.router(service, RouteBook(service.store, Tiles(service).status_at)),
        road_ranks.router(Tiles(service)), tiles.router(Tiles(service)),
        desk.router(service, _who), desk_page.router(),
        field.router(), field_pack.router(service),
        phone.router(phones, _who), tus.router(phones.media, _who),
        media.router(phones.media, _who), desk_phones.router(phones, None, _who),
    ]  # fmt: skip


def test_every_route_is_strict_and_described(
    service: LiveStatusService,
    store: SqliteStore,
    clock: Clock,
    tmp_path: Path,
    document: dict[str, Any],
) -> None:
    served = set()
    for router in _routers(service, phones_of(store, clock, tmp_path)):
        for route in router.routes:
            assert isinstance(route, StrictRoute)
            path = re.sub(r":(path|uuid)\}", "}", route.path)
            served |= {(path, method.lower()) for method in route.methods or ()}
    described = {
        (path, method) for path, methods in document["paths"].items() for method in methods
    }
    assert served == described


def test_every_operation_has_a_name_a_summary_and_its_problems(document: dict[str, Any]) -> None:
    names = []
    for methods in document["paths"].values():
        for operation in methods.values():
            names.append(operation["operationId"])
            assert operation["summary"]
            assert {"400", "403", "405", "500", "503"} <= operation["responses"].keys()
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == [errors.PROBLEM_TYPE]
    assert len(names) == len(set(names))


def test_it_is_openapi_3_1_and_describes_what_it_answers(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    page = document["paths"]["/api/v1/roads/status"]["get"]["responses"]["200"]["content"]
    assert page == {
        "application/geo+json": {"schema": {"$ref": "#/components/schemas/PiecePageShape"}}
    }
    box = document["paths"]["/api/v1/evidence"]["get"]["parameters"][0]
    assert (box["name"], box["explode"], box["schema"]["type"]) == ("bbox", False, "array")
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_parameter_is_described_and_none_can_be_null(document: dict[str, Any]) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                assert parameter.get("description") or parameter["name"] == "file"
                assert "anyOf" not in parameter["schema"]


def test_the_viewer_comes_from_this_machine_alone(reader: TestClient) -> None:
    answer = reader.get("/api/")
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe-eval" not in answer.headers["content-security-policy"]
    links = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert links == ["data:,", "/api/swagger-ui.css", "/api/swagger-ui-bundle.js", "/api/viewer.js"]
    for link in links[1:]:
        part = reader.get(link)
        assert part.status_code == 200
        assert part.headers["content-type"].startswith("text/")
        assert part.headers["x-content-type-options"] == "nosniff"


def test_a_viewer_that_was_not_fetched_says_so(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(name: str) -> Path:
        raise MissingPart(f"/opt/secret/{name} is missing; run `pip install .`")

    monkeypatch.setattr(openapi, "asset", missing)
    for path in ("/api/", "/api/viewer.js"):
        answer = reader.get(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "missing-part")
        assert "secret" not in answer.text
    assert "pip install" in caplog.text


def test_the_framework_serves_no_page_of_its_own(app: FastAPI, reader: TestClient) -> None:
    assert (app.docs_url, app.redoc_url, app.openapi_url) == (None, None, None)
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert reader.get(path).status_code == 404
