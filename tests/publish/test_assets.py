from pathlib import Path

import pytest

from uxo.errors import MissingPart
from uxo.publish import assets


def test_a_checkout_serves_its_top_level_static() -> None:
    assert assets.static_dir() == Path(__file__).parents[2] / "static"


def test_an_installed_wheel_serves_the_copy_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "uxo" / "_static"
    (inside / "shared").mkdir(parents=True)
    monkeypatch.setattr(assets, "_PLACES", (inside, tmp_path / "static"))
    assert assets.static_dir() == inside


def test_an_installation_without_static_files_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "_PLACES", (tmp_path / "a", tmp_path / "b"))
    with pytest.raises(MissingPart, match="install the package again"):
        assets.static_dir()


def test_a_browser_package_that_was_not_fetched_is_named_with_the_command() -> None:
    with pytest.raises(MissingPart, match=r"python hatch_build\.py"):
        assets.asset("vendor/nothing/here.js")


def test_a_missing_file_of_ours_is_named() -> None:
    with pytest.raises(MissingPart, match=r"nothing\.js is missing; install the package"):
        assets.asset("map/nothing.js")


def test_text_has_the_line_ends_that_a_browser_hashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "a.js").write_bytes(b"one\r\ntwo\rthree\n")
    monkeypatch.setattr(assets, "_PLACES", (tmp_path,))
    assert assets.asset_text("a.js") == "one\ntwo\nthree\n"
