import re

import pytest
from fastapi.testclient import TestClient

from uxo.publish.assets import static_dir
from uxo.web.planner import _FILES

FILES = "/planner/files/"


def test_the_page_runs_its_own_scripts_only_and_names_the_page_without_scripts(
    reader: TestClient,
) -> None:
    answer = reader.get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "worker-src 'self'" in policy
    assert '<noscript><p class="warning">' in answer.text
    assert 'href="/maps/"' in answer.text
    for link in re.findall(r'(?:src|href)="([^"]+)"', answer.text):
        assert link.startswith(("/", "data:,"))


def test_every_script_that_a_script_asks_for_is_given(reader: TestClient) -> None:
    for file in sorted(_FILES):
        answer = reader.get(FILES + file)
        assert answer.status_code == 200, file
        if not file.startswith(("planner/", "map/")) or not file.endswith(".js"):
            continue
        for asked in re.findall(r'from "\.\./?([^"]+)"|from "\./([^"]+)"', answer.text):
            wanted = asked[0] or f"{file.partition('/')[0]}/{asked[1]}"
            assert wanted in _FILES, (file, wanted)


def test_every_script_of_the_page_is_in_its_list() -> None:
    there = {f"planner/{path.name}" for path in (static_dir() / "planner").glob("*.js")}
    assert there == {file for file in _FILES if file.startswith("planner/") and ".js" in file}


def test_the_symbols_name_all_eight_statuses(reader: TestClient) -> None:
    symbols = reader.get(FILES + "symbols.json").json()
    assert len(symbols["statuses"]) == len(symbols["lines"]) == 8


@pytest.mark.parametrize("hidden", ["planner/index.html", "../uxo/wiring.py", "desk/main.js"])
def test_nothing_else_is_given(hidden: str, reader: TestClient) -> None:
    assert reader.get(FILES + hidden).status_code == 404
