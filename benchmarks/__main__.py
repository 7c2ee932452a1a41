"""``python -m benchmarks``: run them in one go and write the table."""

import argparse
import contextlib
import importlib
import time
from pathlib import Path
from typing import Any

from benchmarks import postgis
from benchmarks.measure import Unavailable
from benchmarks.report import render

NAMES = (
    "status", "incremental", "store", "map", "start", "phones", "desk", "priorities", "osm",
    "ways", "tiles", "field", "planner", "sheets",
)  # fmt: skip
_RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> None:
    """Run the chosen benchmarks one after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=NAMES, help="may be given again")
    parser.add_argument("--scale", choices=("small", "full"), default="full")
    parser.add_argument("--out", type=Path, help=f"default: {_RESULTS.name} for a whole full run")
    given = parser.parse_args()
    names = given.only or list(NAMES)
    sections: dict[str, list[dict[str, Any]]] = {}
    for name in names:
        print(f"{name} ({given.scale}) ...", flush=True)
        start = time.perf_counter()
        sections[name] = _run(name, given.scale)
        print(f"{name}: {time.perf_counter() - start:.0f} s", flush=True)
    text = render(sections, given.scale)
    print(text)
    whole = given.scale == "full" and not given.only
    out = given.out or (_RESULTS if whole else None)
    if out is not None:
        out.write_text(text, encoding="utf-8")
        print(f"written to {out}")


def _run(name: str, scale: str) -> list[dict[str, Any]]:
    """Run one; it brings its own peers, so it is loaded only now."""
    benchmark = importlib.import_module(f"benchmarks.{name}")
    if name != "store":
        return list(benchmark.run(scale))
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(postgis.cluster(durable=True))
            url = f"postgresql+psycopg://postgres@/postgres?host={server.info.host}"
        except Unavailable as reason:
            print(f"PostGIS is left out: {reason}")
            url = None
        return list(benchmark.run(scale, pg_url=url))


if __name__ == "__main__":
    main()
