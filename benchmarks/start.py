"""How soon the program starts, and how soon a fresh clone shows the demo."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_RUNS = 9
_START_S = 0.5
_DEMO_S = 90.0


def run(scale: str) -> list[dict[str, Any]]:
    """Measure starts; the demo of a fresh clone only at full scale, because it installs."""
    bare = _median_s("-c", "pass")
    rows = [
        {"what": "python itself", "wall s": bare, "goal": "", "met": None},
        _row("import uxo", _median_s("-c", "import uxo"), _START_S),
        _row("uxo --help", _median_s("-m", "uxo", "--help"), _START_S),
    ]
    if scale == "full":
        rows.append(_row("make demo of a fresh clone, packages cached", _demo_s(), _DEMO_S))
    return rows


def _row(what: str, wall_s: float, limit_s: float) -> dict[str, Any]:
    return {"what": what, "wall s": wall_s, "goal": f"< {limit_s:g}", "met": wall_s < limit_s}


def _median_s(*arguments: str) -> float:
    walls = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=_ROOT)
        walls.append(time.perf_counter() - start)
    return median(walls)


def _demo_s() -> float:
    """Copy what git would hand out, and time the README's command there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=_ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    with tempfile.TemporaryDirectory(prefix="uxo-clone-") as folder:
        for name in filter(None, listed.split("\0")):
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if (_ROOT / name).is_file():
                shutil.copy2(_ROOT / name, target)
        # The make that runs this must not hand its own flags and variables down.
        clean = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
        start = time.perf_counter()
        subprocess.run(
            ["make", "demo", "DEMO_ARGS=--no-serve"],
            cwd=folder,
            check=True,
            capture_output=True,
            env=clean,
        )
        return time.perf_counter() - start
