"""Brackets are matched over bytes just as a parser would match them."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from uxo.evidence.files.brackets import match_brackets

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('ab"\\{}[],: \n'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('"\\]}', max_size=3), inner),
    max_leaves=20,
)
objects = st.lists(st.dictionaries(st.text('"\\{', max_size=3), json_values), min_size=1)


@given(objects)
def test_elements_are_found_whatever_their_strings_hold(elements: list[Any]) -> None:
    texts = [json.dumps(element) for element in elements]
    text = ", ".join(texts)
    starts, ends = match_brackets(text.encode()).element_spans()
    assert [text.encode()[a:b].decode() for a, b in zip(starts, ends, strict=True)] == texts


@given(objects, st.data())
def test_a_piece_cut_anywhere_yields_only_whole_elements(
    elements: list[Any], data: st.DataObject
) -> None:
    text = ", ".join(json.dumps(element) for element in elements).encode()
    piece = text[: data.draw(st.integers(0, len(text)))]
    starts, ends = match_brackets(piece).element_spans()
    assert all(json.loads(piece[a:b]) in elements for a, b in zip(starts, ends, strict=True))


def test_the_end_of_the_array_around_is_found() -> None:
    brackets = match_brackets(b'{"a": "]"}, {}], "b": []}')
    assert brackets.end_of_array() == 14
    assert match_brackets(b'{"a": 1}').end_of_array() is None


def test_depth_is_counted() -> None:
    assert match_brackets(b"[[[1").deepest == 3
    assert match_brackets(b"").deepest == 0
