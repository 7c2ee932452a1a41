"""Options that several commands share, each written once."""

from datetime import UTC, datetime
from typing import Annotated

import typer


def parse_time(text: str) -> datetime:
    """Read an ISO 8601 time; one without a zone is UTC, a date alone is its first moment.

    Raises
    ------
    typer.BadParameter
        It is not such a time (wrong usage: exit status 2).

    Examples
    --------
    >>> parse_time("2026-03-02").isoformat()
    '2026-03-02T00:00:00+00:00'
    >>> parse_time("2026-03-02T10:00:00+03:00").isoformat()
    '2026-03-02T07:00:00+00:00'
    """
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        msg = f"{text!r} is not an ISO 8601 time such as 2026-03-02 or 2026-03-02T10:00:00Z"
        raise typer.BadParameter(msg) from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        parser=parse_time,
        help="The moment asked about: ISO 8601, UTC where no zone is given. Default: now.",
    ),
]
KnownAt = Annotated[
    datetime | None,
    typer.Option(
        "--known-at",
        metavar="TIME",
        parser=parse_time,
        help="Use only what was recorded up to this moment. Default: now.",
    ),
]
StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="The store: sqlite:///FILE, or a file's path. "
        "Default: UXO_STORE, else sqlite:///uxo-store.gpkg in the current folder.",
    ),
]
PolicyFile = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="FILE",
        help="Figures of the programme (TOML), each overriding a shipped one. Default: UXO_POLICY.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine to read.")]
