"""The results as a page that says on what they were measured."""

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

_PACKAGES = (
    "numpy", "numba", "shapely", "geopandas", "pyogrio", "pyproj", "pyarrow", "sqlalchemy",
    "sqlcipher3", "folium", "fastapi", "duckdb", "psycopg", "osmium", "osmnx", "pyrosm",
    "tipg", "routingkit-cch", "networkx", "rustworkx", "scipy", "igraph",
)  # fmt: skip
_TITLES = {
    "status": "Status, full",
    "incremental": "Status, incremental",
    "store": "Store",
    "map": "Map",
    "start": "Start",
    "phones": "Phones",
    "desk": "From a decision to the status",
    "priorities": "What to clear first",
    "osm": "OpenStreetMap files",
    "ways": "Ways",
    "tiles": "Tiles",
    "field": "The phone app",
    "planner": "The planner's page",
    "sheets": "Sheets of paper",
}


def render(sections: dict[str, list[dict[str, Any]]], scale: str) -> str:
    """Write one Markdown page: machine, versions, a table a benchmark, the goals."""
    parts = ["# Results", "", f"Scale: {scale}. Written by `make bench`; see README.md.", ""]
    parts += [f"* {line}" for line in _machine()]
    for name, rows in sections.items():
        parts += ["", f"## {_TITLES[name]}"]
        for group in _same_columns(rows):
            parts += ["", *_table(group)]
    return "\n".join([*parts, ""])


def _machine() -> list[str]:
    cpu = (
        next(
            (
                line.partition(":")[2].strip()
                for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
                if line.startswith("model name")
            ),
            platform.machine(),
        )
        if Path("/proc/cpuinfo").exists()
        else platform.machine()
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = []
    for package in _PACKAGES:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{package} absent")
    return [
        f"machine: {os.cpu_count()} x {cpu}, {memory:.0f} GiB",
        f"system: {platform.system()} {platform.release()}, Python {platform.python_version()}",
        f"versions: {', '.join(versions)}",
        f"load when the page was written (1, 5, 15 min): {_load()}",
    ]


def _load() -> str:
    return ", ".join(f"{value:.1f}" for value in os.getloadavg())


def _same_columns(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Group neighbours of equal columns: each group is one table."""
    groups: list[list[dict[str, Any]]] = []
    for row in rows:
        if groups and list(groups[-1][0]) == list(row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _table(rows: list[dict[str, Any]]) -> list[str]:
    columns = list(rows[0])
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_cell(row[name]) for name in columns) + " |" for row in rows]
    return lines


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "met" if value else "**not met**"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value).replace("|", "\\|").replace("\n", " ")
