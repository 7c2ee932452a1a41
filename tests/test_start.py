"""The program starts at once because it loads nothing that a command does not need."""

import json
import subprocess
import sys

import pytest

# Libraries that take long to load; each belongs to the commands that use it.
HEAVY = ["geopandas", "pandas", "numpy", "numba", "shapely", "sqlalchemy", "fastapi", "pydantic"]


def _loaded_by(code: str) -> set[str]:
    told = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", told], check=True, capture_output=True, text=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_package_loads_no_library() -> None:
    assert not _loaded_by("import uxo") & {*HEAVY, "typer", "rich"}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], []])
def test_the_list_of_commands_loads_no_heavy_library(arguments: list[str]) -> None:
    code = (
        f"sys.argv = ['uxo', *{arguments!r}]\n"
        "from uxo.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )
    loaded = _loaded_by(code)
    assert not loaded & set(HEAVY)
    assert "uxo.cli.app" in loaded


def test_the_module_runs_as_the_command_does() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "uxo", "--version"], check=True, capture_output=True, text=True
    )
    assert done.stdout.startswith("uxo ")
