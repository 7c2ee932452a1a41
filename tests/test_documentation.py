"""What a user may rely on is written down, and what is written down exists."""

import re
import shlex
from pathlib import Path

import pytest

from uxo import __version__, errors
from uxo.cli.app import COMMANDS, load
from uxo.settings import Settings

ROOT = Path(__file__).parents[1]
TESTS_ONLY = {"CHROMIUM", "BROWSER"}  # which browser the tests use; the program never reads them


def _pages() -> str:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def _error_classes() -> list[type[errors.UxoError]]:
    return [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.UxoError)
    ]


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_for_people(name: str) -> None:
    assert f"UXO_{name.upper()}" in _pages()
    assert Settings.model_fields[name].description


def test_no_setting_is_documented_that_does_not_exist() -> None:
    documented = set(re.findall(r"\bUXO_([A-Z][A-Z_]*[A-Z])\b", _pages()))
    assert documented <= {name.upper() for name in Settings.model_fields} | TESTS_ONLY


def _shell_lines() -> list[str]:
    """Find the lines of the manual that a reader would type."""
    indented = re.findall(r"^ {4,}(uxo [^\n#]+)", _pages(), flags=re.MULTILINE)
    return sorted({line.strip() for line in indented})


@pytest.mark.parametrize("typed", _shell_lines())
def test_every_command_line_of_the_manual_is_right_usage(typed: str) -> None:
    words = shlex.split(re.sub(r"\$\([^)]*\)", "2026-06-01", typed))
    if words[1].startswith("-"):
        return
    with load(words[1]).make_context(words[1], words[2:]) as context:
        assert context.params


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_documented_for_people(command: str) -> None:
    assert f"uxo {command}" in _pages()


@pytest.mark.parametrize("error", _error_classes(), ids=lambda error: error.__name__)
def test_every_error_is_drawn_in_the_tree_with_its_code(error: type[errors.UxoError]) -> None:
    drawn = errors.__doc__ or ""
    assert re.search(rf"\b{error.__name__}\b", drawn)
    if error is not errors.UxoError:
        assert re.search(rf"{error.__name__}\s+{error.code}\s", drawn)


def test_no_two_errors_share_a_code() -> None:
    codes = [error.code for error in _error_classes()]
    assert len(codes) == len(set(codes))


def test_the_changelog_names_this_version() -> None:
    assert f"[{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_constraints_name_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        assert re.fullmatch(r"(#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+)?", line), line
