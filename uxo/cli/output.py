"""What commands print on stdout: tables for people, JSON for machines."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from uxo.vocabulary import Status

_NOTHING_KNOWN = "Where nothing is recorded, nothing is known: not_surveyed does not mean harmless."


def print_json(answer: object) -> None:
    """Print one JSON document; text in any script stays readable."""
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def print_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; a column whose heading starts with ``>`` is flush right."""
    typer.echo(title)
    # Lines between the rows only where a row takes several lines.
    table = Table(show_lines=any("\n" in cell for row in rows for cell in row))
    for heading in headings:
        right = heading.startswith(">")
        table.add_column(heading.removeprefix(">"), justify="right" if right else "left")
    for row in rows:
        # Text, not markup: a name in square brackets must not vanish.
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def print_km(km_by_status: Mapping[Status, float], *, as_of: datetime, digest: str) -> None:
    """Print kilometres per status, worst first, every rung of the ladder shown."""
    total = sum(km_by_status.values())
    rows = [
        (status.word, f"{km_by_status[status]:.3f}", _share(km_by_status[status], total))
        for status in Status
    ]
    rows.append(("all roads", f"{total:.3f}", _share(total, total)))
    print_table(f"Kilometres per status as of {iso(as_of)}", ["status", ">km", ">%"], rows)
    typer.echo(_NOTHING_KNOWN)
    typer.echo(f"Policy {digest}")


def km_as_json(km_by_status: Mapping[Status, float]) -> dict[str, float]:
    """Name each status by its word; kilometres to the millimetre."""
    return {status.word: round(km_by_status[status], 6) for status in Status}


def iso(time: datetime) -> str:
    """Write a time in UTC as ISO 8601 with ``Z``."""
    return time.isoformat().replace("+00:00", "Z")


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f}" if whole else "-"
