"""``python -m tests.publish.missing_messages tr``: what a catalogue lacks, ready to be filled in.

Prints each missing message in English, in the order of the English catalogue. Exit status 1 where
something is missing, 0 where nothing is.
"""

import sys
from pathlib import Path

from fluent.syntax import ast, parse, serialize

from uxo.publish.assets import static_dir


def _messages(path: Path) -> dict[str, ast.Message]:
    entries = parse(path.read_text(encoding="utf-8")).body
    return {entry.id.name: entry for entry in entries if isinstance(entry, ast.Message)}


def main(arguments: list[str], folder: Path) -> int:
    """List what one catalogue lacks."""
    known = sorted(path.stem for path in folder.glob("*.ftl"))
    if len(arguments) != 1 or arguments[0] not in known:
        print(f"name one language of: {', '.join(known)}", file=sys.stderr)  # noqa: T201
        return 2
    [name] = arguments
    own = _messages(folder / f"{name}.ftl")
    missing = [one for key, one in _messages(folder / "en.ftl").items() if key not in own]
    text = serialize(ast.Resource(body=[*missing]))
    print(text, end="") if missing else print(f"{name} is complete")  # noqa: T201
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], static_dir() / "shared" / "i18n"))
