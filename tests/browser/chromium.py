"""Finds a Chromium for the browser tests; never fetches one (see install_chromium.py)."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-headless-shell", "google-chrome", "chromium-browser")
APT = "apt-get install -y --no-install-recommends chromium libatomic1 fonts-noto-core"
# No sandbox, because containers and CI run as root; the rest keeps Chromium from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True)
class Chromium:
    """A program and what its environment needs beside the usual."""

    program: str
    environment: dict[str, str]


def cache_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """Name the directory for fetched test files: one for each version of their lock file."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:16]
    base = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "uxo-survey-mapper" / f"browser-{lock}"


def axe_script() -> str:
    """Read the accessibility rules."""
    path = cache_dir() / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        msg = f"{path} is missing; run: python -m tests.browser.install_chromium"
        raise RuntimeError(msg)
    return path.read_text(encoding="utf-8")


def fetched_packages() -> Path:
    """Name the folder of the fetched packages.

    Raises
    ------
    RuntimeError
        They were not fetched.
    """
    path = cache_dir() / "node_modules"
    if not (path / "tus-js-client").is_dir():
        msg = f"{path} is missing; run: python -m tests.browser.install_chromium"
        raise RuntimeError(msg)
    return path


def own_chromium(environment: Mapping[str, str] = os.environ) -> Chromium | None:
    """Find the browser that the user names or that is on PATH."""
    named = environment.get("UXO_CHROMIUM")
    if named:
        return Chromium(named, {})
    if environment.get("UXO_BROWSER") == "npm":
        return None
    found = (shutil.which(name, path=environment.get("PATH")) for name in NAMES)
    program = next((path for path in found if path), None)
    return None if program is None else Chromium(program, {})


def fetched_chromium(directory: Path) -> Chromium | None:
    """Find the registry's browser where install_chromium.py unpacked it."""
    home = directory / "chromium"
    if not (home / "chromium").is_file():
        return None
    # Its libraries and fonts come along; with no font at all it dies on the first page.
    return Chromium(
        str(home / "chromium"),
        {"LD_LIBRARY_PATH": str(home / "lib"), "FONTCONFIG_FILE": str(home / "fonts.conf")},
    )


def find_browser() -> Chromium:
    """Find a Chromium.

    Raises
    ------
    RuntimeError
        There is none; the message says how to get one.
    """
    found = own_chromium() or fetched_chromium(cache_dir())
    if found is None:
        msg = (
            "no Chromium: set UXO_CHROMIUM to one, or run "
            f"`python -m tests.browser.install_chromium`, or `{APT}`"
        )
        raise RuntimeError(msg)
    return found
