import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = [ROOT / "package-lock.json", ROOT / "tests" / "browser" / "package-lock.json"]


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.parent.name)
def test_a_lock_names_no_registry_and_hashes_everything(path: Path) -> None:
    packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name


def test_npm_is_told_to_leave_registry_addresses_out_and_to_run_nothing() -> None:
    settings = (ROOT / ".npmrc").read_text(encoding="utf-8").splitlines()
    assert {"omit-lockfile-registry-resolved=true", "ignore-scripts=true"} <= set(settings)


def test_every_browser_package_is_vendored_with_its_licence() -> None:
    manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for package in manifest["dependencies"]:
        listed = [path for path in manifest["vendor"] if path.startswith(f"{package}/")]
        # A package without a licence file names its licence in its package.json.
        assert any(re.search(r"LICENSE|package\.json", path) for path in listed), package


def test_versions_are_pinned() -> None:
    manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for versions in (manifest["dependencies"], manifest["devDependencies"]):
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
