"""Roads along a line: followed where they are, told where they are not."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from tests.plan.valley import AS_OF
from tests.web.scene import evidence_table, roads_table
from uxo.errors import BadInput
from uxo.plan.map_match import TOLERANCE_M, Matched, match_line, without_jitter
from uxo.policy import load_policy
from uxo.roads.network import build_network
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult

# A ladder: two long streets 0.9 km apart from each other's ends, with rungs between them.
ROADS = [
    ("s1", None, "LINESTRING (37.100 36.200, 37.105 36.200)"),
    ("s2", None, "LINESTRING (37.105 36.200, 37.110 36.200)"),
    ("n1", None, "LINESTRING (37.100 36.203, 37.105 36.203)"),
    ("n2", None, "LINESTRING (37.110 36.203, 37.105 36.203)"),
    ("rung", None, "LINESTRING (37.105 36.200, 37.105 36.203)"),
    ("stub", None, "LINESTRING (37.110 36.200, 37.110 36.2001)"),
    ("across", None, "LINESTRING (37.120 36.190, 37.120 36.210)"),
]


@pytest.fixture(scope="module")
def result() -> StatusResult:
    return compute_status(
        roads_table(ROADS), evidence_table(), policy=load_policy(), as_of=AS_OF, known_at=AS_OF
    )


def matched(
    result: StatusResult, *parts: list[tuple[float, float]], tolerance_m: float = TOLERANCE_M
) -> Matched:
    network = build_network(result.roads, result.road_length_m)
    return match_line(result, network, [np.array(part) for part in parts], tolerance_m)


def roads_of(found: Matched) -> list[list[str]]:
    return [
        [f"{ROADS[row][0]}{'>' if to_m > from_m else '<'}" for row, from_m, to_m in one.moves]
        for one in found.stretches
    ]


def noisy(
    corners: list[tuple[float, float]], sigma_m: float, seed: int
) -> list[tuple[float, float]]:
    chance = np.random.default_rng(seed)
    points: list[npt.NDArray[np.float64]] = []
    for one, other in pairwise(corners):
        share = np.arange(0.0, 1.0, 0.05)[:, None]
        points.append(np.array(one) + share * (np.array(other) - np.array(one)))
    track = np.concatenate([*points, np.array([corners[-1]])])
    track += chance.normal(0.0, sigma_m / 100_000.0, track.shape)
    return [(float(lon), float(lat)) for lon, lat in track]


def test_a_line_along_roads_gives_them_in_the_direction_of_travel(result: StatusResult) -> None:
    corners = [(37.1001, 36.2), (37.105, 36.2), (37.105, 36.203), (37.1099, 36.203)]
    (stretch,) = matched(result, corners).stretches
    assert roads_of(matched(result, corners)) == [["s1>", "rung>", "n2<"]]
    length_m = stretch.metres
    assert length_m == pytest.approx(440.5 + 332.9 + 440.5, abs=3.0)
    assert roads_of(matched(result, corners[::-1])) == [["n2>", "rung<", "s1<"]]


@pytest.mark.parametrize("seed", range(6))
def test_the_noise_of_a_receiver_adds_no_roads_and_no_turns(
    result: StatusResult, seed: int
) -> None:
    corners = [(37.1005, 36.2), (37.105, 36.2), (37.105, 36.203), (37.1095, 36.203)]
    found = matched(result, noisy(corners, 5.0, seed))
    assert roads_of(found) == [["s1>", "rung>", "n2<"]]
    assert found.stretches[0].metres == pytest.approx(405 + 333 + 405, rel=0.05)


def test_a_stretch_without_a_road_is_a_gap_and_the_way_round_is_not_guessed(
    result: StatusResult,
) -> None:
    # From the southern to the northern street across the field, where there is no rung.
    over = [(37.101, 36.2), (37.1035, 36.2), (37.1035, 36.203), (37.101, 36.203)]
    found = matched(result, over)
    assert roads_of(found) == [["s1>"], ["n1<"]]
    gap_m = found.samples.step_m[found.stretches[0].last + 1 : found.stretches[1].first + 1].sum()
    assert gap_m == pytest.approx(333 - 2 * TOLERANCE_M, abs=25)


def test_a_road_that_is_only_crossed_is_not_followed(result: StatusResult) -> None:
    across = [(37.117, 36.195), (37.123, 36.195)]
    assert matched(result, across).stretches == ()


def test_the_tolerance_is_kept(result: StatusResult) -> None:
    beside = [(37.101, 36.20018), (37.104, 36.20018)]  # 20 m north of the street
    assert roads_of(matched(result, beside)) == [["s1>"]]
    assert roads_of(matched(result, beside, tolerance_m=15.0)) == []


def test_a_dead_end_is_travelled_there_and_back(result: StatusResult) -> None:
    there = [(37.1055, 36.2), (37.1095, 36.2), (37.1055, 36.2)]
    assert roads_of(matched(result, there)) == [["s2>", "s2<"]]


def test_parts_of_a_track_are_joined_by_no_guess(result: StatusResult) -> None:
    found = matched(result, [(37.101, 36.2), (37.104, 36.2)], [(37.106, 36.2), (37.109, 36.2)])
    assert roads_of(found) == [["s1>"], ["s2>"]]


def test_a_line_far_from_everything_has_no_roads(result: StatusResult) -> None:
    assert matched(result, [(38.0, 37.0), (38.01, 37.0)]).stretches == ()
    with pytest.raises(BadInput, match="cut it"):
        matched(result, [(30.0, 36.0), (37.0, 36.0)])


def test_short_turns_are_jitter_and_long_ones_are_travel() -> None:
    assert without_jitter([(1, 50.0, 47.0), (1, 47.0, 200.0)], 50.0) == [(1, 50.0, 200.0)]
    assert without_jitter([(1, 0.0, 90.0), (1, 90.0, 10.0)], 50.0) == [
        (1, 0.0, 90.0), (1, 90.0, 10.0),
    ]  # fmt: skip
    # A few metres into a side road at a junction, and back.
    into = [(1, 0.0, 90.0), (2, 0.0, 4.0), (2, 4.0, 0.0), (1, 90.0, 88.0), (1, 88.0, 90.0)]
    assert without_jitter(into, 50.0) == [(1, 0.0, 90.0)]
    assert without_jitter([], 50.0) == []
