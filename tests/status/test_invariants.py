"""What must always hold (status rule, section 6), as properties of the engine.

Ranks are compared along whole roads: in the middle of every stretch between the ends of either
result, so no place between is missed.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.status.agreement import (
    AWAY_M,
    Point,
    assert_same_pieces,
    computed,
    pieces_of,
    said_of_piece,
)
from tests.status.oracle_ground import RoadLine
from tests.status.scenes import Scene, scenes
from uxo.policy import Policy
from uxo.status.result import StatusResult
from uxo.vocabulary import HAZARD_KINDS, PositionMethod

HAZARDS = sorted(kind.value for kind in HAZARD_KINDS)


def ranks_along(
    one: StatusResult, other: StatusResult, road: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions in every common stretch of a road, and the ranks there by both results."""
    ends = np.unique(np.concatenate([r.to_m[pieces_of(r, road)] for r in (one, other)]))
    ends = np.concatenate([[0.0], ends])
    # Two results may place the same end some micrometres apart; such slivers are no stretch.
    long = np.diff(ends) > AWAY_M
    middles = ((ends[:-1] + ends[1:]) / 2)[long]
    ranks = [
        np.array([r.status[r.piece_at(road, at)] for at in middles], dtype=int)
        for r in (one, other)
    ]
    return middles, ranks[0], ranks[1]


def assert_no_better(worse: StatusResult, better: StatusResult) -> None:
    """Everywhere the first result's rank is at most the second's."""
    for road in range(len(worse.roads)):
        middles, low, high = ranks_along(worse, better, road)
        wrong = np.flatnonzero(low > high)
        assert wrong.size == 0, (road, middles[wrong], low[wrong], high[wrong])


def is_hazard(evidence: gpd.GeoDataFrame) -> np.ndarray:
    return evidence["kind"].isin(HAZARDS).to_numpy()


def some(data: st.DataObject, mask: np.ndarray) -> np.ndarray:
    """Draw some of the marked rows."""
    chosen = [bool(m) and data.draw(st.booleans(), label="chosen") for m in mask]
    return np.array(chosen, dtype=bool)


# --- 6.1 ------------------------------------------------------------------------------------------


@given(scenes(), st.data())
def test_more_hazard_evidence_never_raises_a_rank(scene: Scene, data: st.DataObject) -> None:
    less = scene.evidence[~some(data, is_hazard(scene.evidence))]
    assert_no_better(worse=computed(scene), better=computed(scene.with_evidence(less)))


@given(scenes(), st.data())
def test_more_release_evidence_never_lowers_a_rank(scene: Scene, data: st.DataObject) -> None:
    less = scene.evidence[~some(data, ~is_hazard(scene.evidence))]
    assert_no_better(worse=computed(scene.with_evidence(less)), better=computed(scene))


# --- 6.2 ------------------------------------------------------------------------------------------


@given(scenes(), st.data())
def test_a_larger_position_error_never_raises_a_rank(scene: Scene, data: st.DataObject) -> None:
    evidence = scene.evidence.copy()
    grown = some(data, np.ones(len(evidence), dtype=bool))
    # At least the largest figure that may stand in for a missing or incredible error.
    least = np.maximum(evidence["position_error_m"].fillna(0.0), 500.0)
    certain = evidence["position_error_m"] > 0.0
    larger = np.where(certain, 1.5 * evidence["position_error_m"], least)
    evidence["position_error_m"] = np.where(grown, larger, evidence["position_error_m"])
    assert_no_better(worse=computed(scene.with_evidence(evidence)), better=computed(scene))


@given(scenes(), st.floats(1.0, 3.0))
def test_a_larger_footprint_never_raises_a_rank(scene: Scene, times: float) -> None:
    larger = _scaled(scene.policy, "footprint_m", times)
    assert_no_better(worse=computed(replace(scene, policy=larger)), better=computed(scene))


def _scaled(policy: Policy, ending: str, times: float) -> Policy:
    """Multiply the figures of the groups whose names have this ending."""
    figures = {
        name: replace(figure, value=figure.value * times)
        if name.split(".")[0].endswith(ending)
        else figure
        for name, figure in policy.figures.items()
    }
    return Policy(MappingProxyType(figures), f"{policy.digest}*{times}")


# --- 6.3 ------------------------------------------------------------------------------------------


@given(scenes(), st.sampled_from([0.01, 1, 20, 60, 100, 400, 2000]))
def test_without_new_evidence_a_rank_never_rises_as_time_passes(scene: Scene, days: float) -> None:
    later = scene.as_of + timedelta(days=days)
    evidence = scene.evidence
    ends_between = (evidence["kind"] == "closure") & (evidence["ends_at"] < later)
    # What happens between the two moments is news, not time: an observation, a disposal.
    news = (evidence["observed_at"] > scene.as_of) & (evidence["observed_at"] <= later)
    removed_between = (evidence["disposed_at"] > scene.as_of) & (evidence["disposed_at"] <= later)
    kept = scene.with_evidence(evidence[~(ends_between | news | removed_between)])
    assert_no_better(worse=computed(replace(kept, as_of=later)), better=computed(kept))


# --- 6.4 ------------------------------------------------------------------------------------------


@given(scenes(), st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(scene: Scene, rng: Random) -> None:
    order = list(range(len(scene.evidence)))
    rng.shuffle(order)
    shuffled = scene.with_evidence(scene.evidence.iloc[order])
    assert_same_pieces(computed(scene), computed(shuffled))


@given(scenes(), st.data())
def test_receiving_the_same_evidence_twice_does_not_matter(
    scene: Scene, data: st.DataObject
) -> None:
    again = scene.evidence[some(data, np.ones(len(scene.evidence), dtype=bool))]
    both = gpd.GeoDataFrame(pd.concat([scene.evidence, again], ignore_index=True))
    assert_same_pieces(computed(scene), computed(scene.with_evidence(both)))


# --- 6.5 ------------------------------------------------------------------------------------------


@given(scenes())
def test_pieces_cover_each_road_exactly_once(scene: Scene) -> None:
    result = computed(scene)
    assert np.all(np.diff(result.road) >= 0)
    for road, line in enumerate(scene.roads.geometry):
        pieces = pieces_of(result, road)
        assert result.from_m[pieces[0]] == 0.0
        np.testing.assert_array_equal(result.from_m[pieces[1:]], result.to_m[pieces[:-1]])
        assert np.all(result.to_m[pieces] > result.from_m[pieces])
        assert result.to_m[pieces[-1]] == pytest.approx(RoadLine.of(line).length_m, abs=0.01)
        assert result.to_m[pieces[-1]] == pytest.approx(result.road_length_m[road], abs=1e-9)
    km = result.km_by_status()
    assert sum(km.values()) == pytest.approx(float(result.road_length_m.sum()) / 1000)


@given(scenes())
def test_no_two_neighbouring_pieces_have_the_same_status_and_reasons(scene: Scene) -> None:
    result = computed(scene)
    for piece in range(len(result.road) - 1):
        if result.road[piece] == result.road[piece + 1]:
            assert said_of_piece(result, piece) != said_of_piece(result, piece + 1), piece


# --- 6.6 ------------------------------------------------------------------------------------------


@given(scenes())
def test_reversing_a_road_mirrors_its_pieces(scene: Scene) -> None:
    forward = computed(scene)
    backward = computed(_with_lines(scene, [line.reverse() for line in scene.roads.geometry]))
    for road in range(len(scene.roads)):
        length_m = float(forward.road_length_m[road])
        assert_same_points(
            points_of(forward, road),
            [(length_m - to, length_m - at, p) for at, to, p in points_of(backward, road)[::-1]],
        )


@given(scenes(), st.floats(0.05, 0.95))
def test_densifying_a_road_changes_no_status(scene: Scene, share: float) -> None:
    lines = [
        shapely.LineString(_vertices_with_one_at(line, share)[0]) for line in scene.roads.geometry
    ]
    whole, dense = computed(scene), computed(_with_lines(scene, lines))
    for road in range(len(scene.roads)):
        assert_same_points(points_of(whole, road), points_of(dense, road))


@given(scenes(), st.floats(0.05, 0.95))
def test_cutting_a_road_in_two_changes_no_status(scene: Scene, share: float) -> None:
    points, cut = _vertices_with_one_at(scene.roads.geometry.iloc[0], share)
    halves = [shapely.LineString(points[: cut + 1]), shapely.LineString(points[cut:])]
    one = scene.roads.iloc[[0]].reset_index(drop=True)
    two = gpd.GeoDataFrame(pd.concat([one, one], ignore_index=True)).set_geometry(halves, crs=4326)
    two["road_id"] = ["A", "B"]
    whole, parts = computed(replace(scene, roads=one)), computed(replace(scene, roads=two))
    base_m = float(parts.road_length_m[0])
    second = [(base_m + at, base_m + to, p) for at, to, p in points_of(parts, 1)]
    assert_same_points(points_of(whole, 0), points_of(parts, 0) + second)


Stretches = list[tuple[float, float, Point]]


def points_of(result: StatusResult, road: int) -> Stretches:
    return [
        (float(result.from_m[p]), float(result.to_m[p]), said_of_piece(result, p))
        for p in pieces_of(result, road)
    ]


def assert_same_points(one: Stretches, other: Stretches) -> None:
    """The same is said of every point which is not within AWAY_M of an end."""
    ends = np.unique([0.0, *(to for _, to, _ in one), *(to for _, to, _ in other)])
    for low, high in pairwise(ends):
        if high - low > AWAY_M:
            middle = (low + high) / 2
            assert _at(one, middle) == _at(other, middle), (low, high)


def _at(stretches: Stretches, at_m: float) -> Point:
    return next((p for _, to_m, p in stretches if at_m <= to_m), stretches[-1][2])


def _with_lines(scene: Scene, lines: list[shapely.LineString]) -> Scene:
    return replace(scene, roads=scene.roads.set_geometry(lines, crs=4326))


def _vertices_with_one_at(
    line: shapely.LineString, share: float
) -> tuple[list[tuple[float, float]], int]:
    """Vertices with one more on an edge, at a share of the length in degrees, and its number.

    Edges are straight in degrees, so the new vertex lies on the road.
    """
    points = np.array(line.coords)
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    number = int(np.clip(np.searchsorted(run, share * run[-1]), 1, len(points) - 1))
    part = (share * run[-1] - run[number - 1]) / (run[number] - run[number - 1])
    extra = points[number - 1] + np.clip(part, 0.01, 0.99) * (points[number] - points[number - 1])
    return [tuple(p) for p in np.insert(points, number, extra, axis=0)], number


# --- 6.7 ------------------------------------------------------------------------------------------

UNKNOWABLE = (
    "category",
    "evidence_class",
    "position_method",
    "position_error_m",
    "observed_at",
    "recorded_at",
    "starts_at",
    "ends_at",
    "depth_m",
    "width_m",
    "review",
)
"""Values whose absence is ignorance. A missing ``disposed_at`` is not: nothing was disposed."""


@given(scenes(), st.data())
def test_unknown_never_gives_a_better_rank_than_known(scene: Scene, data: st.DataObject) -> None:
    assume(len(scene.evidence) > 0)
    row = data.draw(st.integers(0, len(scene.evidence) - 1), label="row")
    field = data.draw(st.sampled_from(UNKNOWABLE), label="field")
    assume(not _decided_elsewhere(scene, row, field))
    evidence = scene.evidence.copy()
    evidence.loc[row, field] = pd.NaT if field.endswith("_at") else np.nan
    assert_no_better(worse=computed(scene.with_evidence(evidence)), better=computed(scene))


@given(scenes())
def test_a_road_of_unknown_class_never_has_a_better_rank(scene: Scene) -> None:
    unknown = scene.roads.copy()
    unknown["highway"] = pd.Series([None] * len(unknown), dtype="str")
    assert_no_better(worse=computed(replace(scene, roads=unknown)), better=computed(scene))


@given(scenes(), st.data())
def test_a_release_that_no_longer_names_its_hazards_never_gives_a_better_rank(
    scene: Scene, data: st.DataObject
) -> None:
    evidence = scene.evidence.copy()
    silent = some(data, ~is_hazard(evidence))
    evidence["releases_hazards"] = [
        () if hushed else names
        for hushed, names in zip(silent, evidence["releases_hazards"], strict=True)
    ]
    assert_no_better(worse=computed(scene.with_evidence(evidence)), better=computed(scene))


def _decided_elsewhere(scene: Scene, row: int, field: str) -> bool:
    """Tell where another clause of the rule, more special than 6.7, fills the gap."""
    item = scene.evidence.loc[row]
    if field == "position_error_m":
        # Section 2 fills the gap with the method's figure, even where the known error was larger.
        return bool(item[field] > _figure_m(scene.policy, item["position_method"]))
    if field == "observed_at" and item["kind"] in HAZARDS:
        # 4.4: a hazard without date is ended by the release that names it, whatever its date.
        naming = scene.evidence["releases_hazards"].map(lambda ids: item["id"] in ids)
        return bool(naming.any())
    return False


def _figure_m(policy: Policy, method: object) -> float:
    known = PositionMethod(method) if isinstance(method, str) else PositionMethod.UNKNOWN
    return policy.position_error_m(known)


# --- 6.8 is in test_live_against_full.py ----------------------------------------------------------
