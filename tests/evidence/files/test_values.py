"""Values of a column are understood, mended or refused, never guessed."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from uxo.evidence.files.rows import Findings
from uxo.evidence.files.values import id_lists, lengths, numbers, texts, times, words


def reasons(found: Findings) -> dict[int, str]:
    return {row: notes[0].reason for row, notes in found.refused.items()}


@pytest.mark.parametrize("value", ["", "  ", None])
def test_nothing_is_missing_in_every_kind_of_column(value: object) -> None:
    found = Findings()
    assert texts([value], "id", found) == [None]
    assert words([value], "kind", ["find"], found) == [None]
    assert np.isnan(numbers([value], "depth_m", found)).all()
    assert times([value], "observed_at", found).isna().all()
    assert id_lists([value], "releases_hazards", found) == [()]
    assert not found.refused
    assert not found.mended


def test_numbers_become_text_and_white_space_goes() -> None:
    found = Findings()
    assert texts(["A", 7, 7.0, 7.5, " B "], "id", found) == ["A", "7", "7", "7.5", "B"]
    assert list(found.mended) == [4]


def test_a_list_of_texts_is_joined_as_in_openstreetmap() -> None:
    assert texts([["primary", "trunk"]], "highway", Findings()) == ["primary;trunk"]


@pytest.mark.parametrize("value", [True, {"a": 1}, "a\x00b", "\ud800", "x" * 20_000])
def test_what_cannot_be_stored_as_text_is_refused(value: object) -> None:
    found = Findings()
    assert texts(["A", value], "id", found) == ["A", None]
    assert list(found.refused) == [1]


def test_an_unknown_word_is_refused_with_the_allowed_ones() -> None:
    found = Findings()
    assert words(["find", "bomb"], "kind", ("find", "report"), found) == ["find", None]
    assert reasons(found) == {1: "must be one of find, report"}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1.5", 1.5),
        (" 2 ", 2),
        (3, 3),
        (1e-3, 0.001),
        ("1e3", 1000),
        ("\u0663\u0666\u066b\u0665", 36.5),
    ],
)
def test_numbers_are_read(value: object, number: float) -> None:
    found = Findings()
    assert numbers([value, None], "depth_m", found)[0] == number
    assert not found.refused


@pytest.mark.parametrize(
    "value", ["x", "1,5", "1_000", True, [1], "nan", "inf", float("nan"), float("inf"), 10**400]
)
def test_what_is_no_finite_number_is_refused(value: object) -> None:
    found = Findings()
    assert np.isnan(numbers([1.0, value], "depth_m", found)[1])
    assert list(found.refused) == [1]


def test_a_decimal_comma_gets_its_own_hint() -> None:
    found = Findings()
    numbers(["36,2"], "lon", found)
    assert "point as the decimal sign" in reasons(found)[0]


def test_negative_lengths_are_refused() -> None:
    found = Findings()
    assert lengths([0.0, -1.0], "depth_m", found)[0] == 0
    assert reasons(found) == {1: "must not be negative"}


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-03-31", "2026-03-31T00:00:00Z"),
        ("2026-03-31T14:05", "2026-03-31T14:05:00Z"),
        ("2026-03-31 14:05:06", "2026-03-31T14:05:06Z"),
        ("2026-03-31T14:05:06.5+03:00", "2026-03-31T11:05:06.5Z"),
        ("2026-03-31T14:05:06-0130", "2026-03-31T15:35:06Z"),
        ("9999-12-31", "9999-12-31T00:00:00Z"),
        (datetime(2026, 3, 31, 14, 5), "2026-03-31T14:05:00Z"),  # noqa: DTZ001  # the case itself
        (datetime(2026, 3, 31, 14, 5, tzinfo=UTC), "2026-03-31T14:05:00Z"),
        (date(2026, 3, 31), "2026-03-31T00:00:00Z"),
    ],
)
def test_times_are_utc_unless_they_carry_a_zone(value: object, moment: str) -> None:
    found = Findings()
    read = times([value, None], "observed_at", found)
    assert read[0] == pd.Timestamp(moment)
    assert str(read.dtype) == "datetime64[us, UTC]"
    assert read.isna()[1]
    assert not found.refused


@pytest.mark.parametrize(
    "value",
    [
        "31/03/2026",
        "2026",
        "2026-03",
        "20260331",
        "2026-02-30",
        "2026-03-31T25:00",
        "yesterday",
        "1899-11-30",
        "0001-01-01",
        "\ud800",
        20260331,
        0,
        True,
        [],
    ],
)
def test_what_is_no_full_date_is_refused(value: object) -> None:
    found = Findings()
    times(["2026-01-01", value], "observed_at", found)
    assert list(found.refused) == [1]


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (["A", "B"], ("A", "B")),
        (["A", 7, None, ""], ("A", "7")),
        ('["A", "B"]', ("A", "B")),
        ("A; B;", ("A", "B")),
        ("A,B", ("A", "B")),
        ("A", ("A",)),
        ([], ()),
    ],
)
def test_lists_of_ids_are_read_in_every_native_spelling(
    value: object, ids: tuple[str, ...]
) -> None:
    found = Findings()
    assert id_lists([value], "releases_hazards", found) == [ids]
    assert not found.refused


@pytest.mark.parametrize("value", ['["A"', {"A": 1}, 7, [["A"]], [True]])
def test_what_is_no_list_of_ids_is_refused(value: object) -> None:
    found = Findings()
    id_lists([value], "releases_hazards", found)
    assert list(found.refused) == [0]
