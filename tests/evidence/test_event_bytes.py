"""The bytes of an event are those of RFC 8785, whichever way they are written."""

import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from uxo.evidence.events import INTEGER_MAX, Envelope, EventType

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(TEXT, JSON, max_size=4))
@example({'\x7f\x1f\b\t\n\f\r"\\/': "\x00\x7f"})
@example({"\ue000": 1, "\U00010000": 2})
@example({"b": {"z": [], "a": {}}, "B": -0, "": 9007199254740991})
def test_a_body_has_the_bytes_of_rfc_8785(data: dict[str, object]) -> None:
    envelope = Envelope(
        dev="ab", seq=1, prev=None, hlc=2, ent="F-1", links=(),
        type=EventType.EVIDENCE_RECORDED, who="T-1", data=data,
    )  # fmt: skip
    normal = envelope.normal()
    wanted = rfc8785.dumps(
        {
            "v": 1, "dev": "ab", "seq": 1, "prev": None, "hlc": f"{2:016x}", "ent": "F-1",
            "links": [], "type": "evidence_recorded", "who": "T-1", "data": normal.data,
        }
    )  # fmt: skip
    assert envelope.body() == wanted
