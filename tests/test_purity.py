"""What import-linter cannot see: below the services nothing reads clock, chance or environment."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "uxo"
PURE = ["status", "plan", "geo", "policy.py", "vocabulary.py", "evidence/columns.py", "errors.py"]
BELOW_SETTINGS = [*PURE, "services", "publish", "store", "ingest", "roads", "evidence"]

CLOCK_AND_CHANCE = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time",
    "uuid.uuid4", "uuid.uuid1", "random.random", "np.random.default_rng", "secrets.token_bytes",
}  # fmt: skip
ENVIRONMENT = {"os.environ", "os.getenv", "os.putenv"}
# The store draws a salt-free id only through what wiring hands it; its writer may wait by the
# monotonic clock, which says nothing about the date and is therefore not in the list.


def _files(rooms: list[str]) -> list[Path]:
    found: list[Path] = []
    for room in rooms:
        path = PACKAGE / room
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []
    return found


def _names_used(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        f"{ast.unparse(node.value)}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
    }


@pytest.mark.parametrize("path", _files(PURE), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_the_rule_takes_time_and_ids_as_arguments(path: Path) -> None:
    assert not _names_used(path) & CLOCK_AND_CHANCE


@pytest.mark.parametrize("path", _files(BELOW_SETTINGS), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_nothing_below_the_settings_reads_the_environment(path: Path) -> None:
    assert not _names_used(path) & ENVIRONMENT


def test_only_wiring_reads_the_date_from_the_clock() -> None:
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if _names_used(path) & {"datetime.now", "datetime.utcnow", "date.today", "time.time"}
    }
    assert readers == {"wiring.py"}
