import pytest

from tests.plan.valley import HOUSEHOLDS, places, status
from uxo.errors import BadInput
from uxo.plan.comparison import compare
from uxo.services.priorities import Ask, priorities_of


def test_two_plans_are_told_apart_in_figures_and_words() -> None:
    valley = status()
    first, second = (
        priorities_of(valley, places(), Ask(25_000.0, households=HOUSEHOLDS, forbid=no)).as_json()
        for no in ((), ("r-cd",))
    )
    found = compare(first, second)
    assert (found.lost, found.won, found.gained) == (("C-D",), ("C-F",), -190.0)
    assert [one.split("@")[0] for one in found.only_first] == ["r-cd", "r-cd", "r-cd"]
    assert [one.split("@")[0] for one in found.only_second] == ["r-bf"]
    assert found.sentences[0] == (
        "The second plan reconnects 190.0 fewer households (60 instead of 250)."
    )
    assert found.sentences[3] == "Only the first reconnects: C-D. Only the second: C-F."
    same = compare(first, first)
    assert same.sentences[1] == "It needs as many m2 and as many weeks."
    assert same.as_json()["gained"] == 0.0
    with pytest.raises(BadInput, match="other communities"):
        compare(first, first | {"counted": "communities"})
    with pytest.raises(BadInput, match="not an answer"):
        compare(first, {"counted": "households"})
