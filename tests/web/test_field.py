import json
import re

import pytest
import shapely
from fastapi.testclient import TestClient

from uxo.publish.assets import static_dir
from uxo.services import field_pack as packs
from uxo.web import field, field_pack


def listed(client: TestClient) -> list[str]:
    worker = client.get("/field/sw.js")
    assert worker.headers["service-worker-allowed"] == "/field/"
    found = re.match(r"self\.FIELD_FILES = (\[.*?\]);\n", worker.text)
    assert found is not None
    files: list[str] = json.loads(found[1])
    return files


def test_every_file_that_the_phone_keeps_is_served(reader: TestClient) -> None:
    files = listed(reader)
    assert "/field/" in files
    for file in files:
        answer = reader.get(file)
        assert answer.status_code == 200, file
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.content


def test_every_script_that_the_app_imports_is_kept(reader: TestClient) -> None:
    files = set(listed(reader))
    for script in (static_dir() / "field").rglob("*.js"):
        if script.name == "worker.js":
            continue
        for name in re.findall(
            r'^import .*? from "(\..*?)";$', script.read_text("utf-8"), re.MULTILINE
        ):
            target = (script.parent / name).resolve().relative_to(static_dir().resolve())
            assert f"/field/static/{target.as_posix()}" in files, script.name
    packages = (static_dir() / "field" / "packages.js").read_text("utf-8")
    for name in re.findall(r'load(?:Script)?\("(.*?)"\)', packages):
        assert f"/field/static/vendor/{name}" in files


def test_no_script_of_the_phone_names_a_package_that_a_browser_cannot_find(
    reader: TestClient,
) -> None:
    script = reader.get("/field/static/vendor/pmtiles/dist/esm/index.js").text
    assert re.findall(r'from"(.*?)"', script) == ["../../../fflate/esm/browser.js"]


def test_the_shell_stays_small_enough_for_a_slow_link(reader: TestClient) -> None:
    sent = 0
    for file in listed(reader):
        with reader.stream("GET", file) as answer:
            sent += len(b"".join(answer.iter_raw()))
    assert 100_000 < sent < 400_000


def test_the_page_may_use_the_position_and_the_camera_and_load_nothing_from_elsewhere(
    reader: TestClient,
) -> None:
    answer = reader.get("/field/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["permissions-policy"].startswith("camera=(self), geolocation=(self)")
    assert not re.search(r"https?://", answer.text)


@pytest.mark.parametrize(
    "path", ["page.html", "field/page.html", "../pyproject.toml", "field/../map/main.js",
             "vendor/.stamp", "%2e%2e/pyproject.toml", "shared/i18n/xx.ftl", "field/"],
)  # fmt: skip
def test_nothing_but_the_listed_files_is_served(reader: TestClient, path: str) -> None:
    answer = reader.get(f"/field/static/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_file_that_the_phone_has_is_not_sent_again(reader: TestClient) -> None:
    first = reader.get("/field/static/field/main.js")
    again = reader.get(
        "/field/static/field/main.js", headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
    assert again.content == b""


def test_the_worker_changes_when_a_file_does(monkeypatch: pytest.MonkeyPatch) -> None:
    before = field.worker_script()
    real = field.file_bytes
    changed = "field/field.css"
    monkeypatch.setattr(
        field, "file_bytes", lambda name: real(name) + (b" " if name == changed else b"")
    )
    assert field.worker_script() != before


def test_a_pack_holds_the_roads_around_a_community_with_their_status(reader: TestClient) -> None:
    answer = reader.get(field_pack.PATH, params={"pcode": "C1001"})
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    pack = answer.json()
    assert pack["community"]["name_en"] == "Old Market"
    statuses = {road["status"] for road in pack["roads"] if road["road_id"] == "r-south"}
    assert "confirmed_hazard" in statuses
    assert pack["notice"]
    assert [place["pcode"] for place in pack["places"]] == ["C1001"]
    assert pack["community"]["outline"]["type"] == "Polygon"
    west, south, east, north = pack["bbox"]
    assert west < 37.155 < east
    assert south < 36.205 < north
    again = reader.get(
        field_pack.PATH,
        params={"pcode": "C1001"},
        headers={"If-None-Match": answer.headers["etag"]},
    )
    assert again.status_code == 304


def test_an_unknown_community_is_said(reader: TestClient) -> None:
    answer = reader.get(field_pack.PATH, params={"pcode": "C9999"})
    assert answer.status_code == 404
    assert answer.json()["code"] == "not-found"


def test_a_dense_town_gets_a_smaller_pack_and_never_a_thinned_one(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = reader.get(field_pack.PATH, params={"pcode": "C1001"}).json()
    monkeypatch.setattr(packs, "MAX_PIECES", 0)
    small = reader.get(field_pack.PATH, params={"pcode": "C1001"}).json()
    assert small["bbox"][0] > wide["bbox"][0]
    assert small["roads"]  # even the smallest is whole


def test_a_pack_reaches_across_the_180th_meridian() -> None:
    bounds = packs.box_around(packs.Community("X", None, None, 179.999, 10.0, shapely.Point()), 5.0)
    assert bounds.west > bounds.east
    assert len(bounds.boxes()) == 2
