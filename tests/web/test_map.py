import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from tests.web.scene import Clock, find
from uxo.services.live_status import LiveStatusService
from uxo.web.app import create_app


def test_the_map_is_one_page_that_may_run_its_own_scripts_only(reader: TestClient) -> None:
    answer = reader.get("/maps/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(
        r"<(script|link|img|iframe)[^>]+(src|href)=[\"']?(https?:)?//", answer.text
    )


def test_the_map_speaks_arabic(reader: TestClient) -> None:
    answer = reader.get("/maps/?lang=ar")
    assert answer.headers["content-language"] == "ar"
    assert 'dir="rtl"' in answer.text


@pytest.mark.parametrize("lang", ["", "fr", "EN", "ar;drop", "../ar"])
def test_a_language_without_a_catalogue_is_refused(lang: str, reader: TestClient) -> None:
    assert reader.get("/maps/", params={"lang": lang}).status_code == 400


def test_a_page_is_drawn_once_for_every_change(
    service: LiveStatusService, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []

    def draw(*_: object, language: str, **__: object) -> str:
        drawn.append(language)
        return f"<html><style>a</style><script>1</script>{len(drawn)}</html>"

    monkeypatch.setattr("uxo.services.live_status.draw_map", draw)
    with TestClient(create_app(service), base_url="http://localhost") as client:
        for _ in range(3):
            client.get("/maps/")
            client.get("/maps/?lang=ar")
        assert drawn == ["en", "ar"]
        client.post("/api/v1/evidence", json=find())
        client.get("/maps/")
        assert drawn == ["en", "ar", "en"]
        clock.forward(timedelta(minutes=5))
        client.get("/maps/")
        assert drawn == ["en", "ar", "en"]
        clock.forward(timedelta(hours=1))
        client.get("/maps/")
        assert drawn == ["en", "ar", "en", "en"]


def test_another_page_can_be_given(service: LiveStatusService) -> None:
    page = "<html><style>a</style><script>1</script></html>"
    app = create_app(service, map_html=lambda language: page + language)
    with TestClient(app, base_url="http://localhost") as client:
        assert client.get("/maps/?lang=ar").text == page + "ar"
