"""Times as users write them."""

from datetime import UTC, datetime

import pytest
import typer

from uxo.cli.options import parse_time
from uxo.cli.output import iso


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T10:30", datetime(2026, 3, 2, 10, 30, tzinfo=UTC)),
        ("2026-03-02T10:30:00Z", datetime(2026, 3, 2, 10, 30, tzinfo=UTC)),
        ("2026-03-02T10:30:00+03:00", datetime(2026, 3, 2, 7, 30, tzinfo=UTC)),
        ("20260302", datetime(2026, 3, 2, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_utc_and_others_are_turned_into_it(
    text: str, moment: datetime
) -> None:
    assert parse_time(text) == moment
    assert parse_time(text).tzinfo == UTC


@pytest.mark.parametrize("text", ["", "yesterday", "02/03/2026", "2026-13-01", "1772409600"])
def test_what_is_not_iso_8601_is_wrong_usage(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="ISO 8601"):
        parse_time(text)


def test_times_are_written_in_utc_with_z() -> None:
    assert iso(datetime(2026, 3, 2, 10, tzinfo=UTC)) == "2026-03-02T10:00:00Z"
