from typing import Any

import pytest

from uxo.services.phone_details import MAX_DETAILS_BYTES, bounded


def test_what_the_phone_s_screens_write_is_taken_as_it_is() -> None:
    fix: Any = {
        "lat": 36.20210000000001, "lon": 37.161500000000004, "accuracy_m": 13.123000144958496,
        "time_ms": 1_714_000_000_000, "speed_ms": 0.15000000596046448,
    }  # fmt: skip
    here = {
        "accuracy_m": 13.1,
        "count": 60,
        "seconds": 60,
        "worry": None,
        "fixes": [fix] * 60,
    }
    state = {
        "count": "few",
        "cover": "partly",
        "damaged": "no",
        "marked": "yes",
    }
    sent: Any = {"state": state, "where": here}
    assert bounded(sent) == sent
    observer = {
        "lat": 36.2,
        "lon": 37.1,
        "accuracy_m": None,
        "worry": "stale",
    }
    sighting: Any = {
        "observer": observer,
        "bearing_deg": 180,
        "distance": "200+",
        "swapped": False,
    }
    assert bounded({"where": sighting}) == {"where": sighting}


@pytest.mark.parametrize(
    ("details", "why"),
    [
        ({"a": "x" * MAX_DETAILS_BYTES}, "bytes; at most 16384"),
        ({"a": {"b": {"c": {"d": {}}}}}, "nested deeper than 4 levels"),
        ({"a": [[[[]]]]}, "nested deeper than 4 levels"),
        ({"State": 1}, "the key 'State'"),
        ({"a": [{"__proto__!": 1}]}, "the key '__proto__!'"),
        ({"": 1}, "the key ''"),
        ({"a": float("inf")}, "number is too large"),
        ({"a": float("nan")}, "number is too large"),
        ({"a": 2**53}, "number is too large"),
        ({"a": "\ud83d"}, "half a character"),
    ],
)
def test_what_is_too_much_is_refused_in_words(details: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        bounded(details)  # type: ignore[arg-type]  # as it comes
