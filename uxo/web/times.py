"""Times as answers carry them: ISO 8601 in UTC with ``Z``."""

from datetime import datetime


def iso(time: datetime) -> str:
    """Write a time in UTC.

    Examples
    --------
    >>> from datetime import UTC
    >>> iso(datetime(2026, 3, 2, tzinfo=UTC))
    '2026-03-02T00:00:00Z'
    """
    return time.isoformat().replace("+00:00", "Z")


def maybe_iso(time: datetime | None) -> str | None:
    """Write a time that may be unknown."""
    return None if time is None else iso(time)
