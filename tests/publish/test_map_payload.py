import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tests.publish.unpack import unpack
from uxo.publish.map_payload import NO_NUMBER, deltas, microdegrees, numbered, pack, scaled

INTEGERS = npst.arrays(np.int32, st.integers(0, 20), elements=st.integers(-(2**30), 2**30))
BYTES = npst.arrays(np.uint8, st.integers(0, 20), elements=st.integers(0, 255))


@given(INTEGERS, BYTES, st.text(max_size=20))
def test_what_is_packed_comes_out_again(
    one: np.typing.NDArray[np.int32], two: np.typing.NDArray[np.uint8], text: str
) -> None:
    columns, tables = unpack(pack({"one": one, "two": two}, {"text": text}))
    assert columns["one"].tolist() == one.tolist()
    assert columns["two"].tolist() == two.tolist()
    assert tables == {"text": text.encode(errors="replace").decode()}


@given(npst.arrays(np.int32, st.integers(0, 30), elements=st.integers(-(10**9), 10**9)))
def test_differences_add_up_to_the_values(values: np.typing.NDArray[np.int32]) -> None:
    assert np.cumsum(deltas(values).astype(np.int64)).tolist() == values.tolist()


def test_packed_text_means_nothing_in_html() -> None:
    text = pack({}, {"field": "</script><script>alert(1)</script>"})
    assert text.isascii()
    assert not set(text) & set("<>&\"'")


def test_a_position_moves_by_less_than_six_centimetres() -> None:
    degrees = np.array([37.1234567, -0.00000049, 180.0])
    moved_m = np.abs(microdegrees(degrees) / 1e6 - degrees) * 111_320
    assert moved_m.max() < 0.06


def test_what_is_missing_stays_missing_and_never_becomes_zero() -> None:
    values = scaled(np.array([np.nan, 0.0, 1.5, np.inf]), 100.0)
    assert values.tolist() == [NO_NUMBER, 0, 150, NO_NUMBER]


def test_a_number_beyond_the_column_is_held_and_does_not_wrap_to_a_small_one() -> None:
    assert scaled(np.array([1e12, -1e12]), 100.0).tolist() == [2**31 - 1, -(2**31) + 1]


def test_repeated_words_are_numbered_once_and_missing_ones_are_minus_one() -> None:
    words, numbers = numbered(pd.Series(["a", None, "b", "a"], dtype="str"))
    assert words == ["a", "b"]
    assert numbers.tolist() == [0, -1, 1, 0]


def test_a_number_that_json_cannot_carry_is_an_error() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        pack({}, {"km": float("nan")})
