"""Roads that a newer extract cut or joined anew are matched by way and nodes."""

import pytest

from uxo.roads.succession import Change, Succession, successions, way_of


def found(gone: list[str], standing: list[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    told = successions(gone, standing)
    return {one.road_id: (one.change.value, one.successors) for one in told}


@pytest.mark.parametrize(
    ("gone", "standing", "expected"),
    [
        # A new side road at node 2.
        (["w7-1-3"], ["w7-1-2", "w7-2-3"], {"w7-1-3": ("split", ("w7-1-2", "w7-2-3"))}),
        # A side road at node 2 is gone.
        (["w7-1-2", "w7-2-3"], ["w7-1-3"],
         {"w7-1-2": ("joined", ("w7-1-3",)), "w7-2-3": ("joined", ("w7-1-3",))}),
        # The side road moved from 2 to 4.
        (["w7-1-2", "w7-2-3"], ["w7-1-4", "w7-4-3"],
         {"w7-1-2": ("recut", ("w7-1-4", "w7-4-3")), "w7-2-3": ("recut", ("w7-1-4", "w7-4-3"))}),
        # Only one stretch of a way changed; the others stand.
        (["w7-2-4"], ["w7-1-2", "w7-2-3", "w7-3-4", "w7-4-5"],
         {"w7-2-4": ("split", ("w7-2-3", "w7-3-4"))}),
        # Two stretches of one way, each by itself.
        (["w7-1-2", "w7-2-3", "w7-3-9"], ["w7-1-3", "w7-3-5", "w7-5-9"],
         {"w7-1-2": ("joined", ("w7-1-3",)), "w7-2-3": ("joined", ("w7-1-3",)),
          "w7-3-9": ("split", ("w7-3-5", "w7-5-9"))}),
        # Drawn the other way round, whole or cut.
        (["w7-1-3"], ["w7-3-1"], {"w7-1-3": ("reversed", ("w7-3-1",))}),
        (["w7-1-3"], ["w7-3-2", "w7-2-1"], {"w7-1-3": ("split", ("w7-2-1", "w7-3-2"))}),
        # A roundabout.
        (["w7-1-1"], ["w7-1-2", "w7-2-1"], {"w7-1-1": ("split", ("w7-1-2", "w7-2-1"))}),
        # Gone, or of another way, or not to its end: no guess.
        (["w7-1-3"], ["w8-1-2", "w8-2-3", "R-1"], {}),
        (["w7-1-3"], ["w7-1-2"], {}),
        # A way that runs twice between two nodes: which stretch is which is not sure.
        (["w7-1-2-2"], ["w7-1-2"], {}),
        (["w7-1-3"], ["w7-1-2", "w7-1-2-2", "w7-2-3"], {}),
    ],
)  # fmt: skip
def test_what_lies_in_the_place_of_a_road(
    gone: list[str], standing: list[str], expected: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    assert found(gone, standing) == expected


def test_successors_come_in_the_order_of_the_way_whatever_order_the_file_has() -> None:
    (one,) = successions(["w7-1-5"], ["w7-3-5", "w7-2-3", "w7-1-2"])
    assert one == Succession("w7-1-5", Change.SPLIT, ("w7-1-2", "w7-2-3", "w7-3-5"))


def test_the_way_of_a_road_is_told_by_its_id() -> None:
    assert (way_of("w70-1-3-2"), way_of("R-1")) == ("70", None)
