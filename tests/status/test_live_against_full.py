"""An incremental update gives the very result of a full recomputation (status rule, 6.8)."""

from dataclasses import fields, replace
from datetime import timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.status.agreement import assert_same_pieces, computed
from tests.status.scenes import Scene, scenes
from uxo.status.live import LiveStatus
from uxo.vocabulary import Effect, Status


def live(scene: Scene, evidence: gpd.GeoDataFrame) -> LiveStatus:
    return LiveStatus(**scene.with_evidence(evidence).inputs())


def rows(evidence: gpd.GeoDataFrame, start: int, stop: int) -> gpd.GeoDataFrame:
    return evidence.iloc[start:stop].reset_index(drop=True)


@given(scenes(), st.data())
def test_items_that_come_one_after_the_other_give_the_full_result(
    scene: Scene, data: st.DataObject
) -> None:
    assume(len(scene.evidence) > 0)
    first = data.draw(st.integers(0, len(scene.evidence) - 1), label="there from the start")
    status = live(scene, rows(scene.evidence, 0, first))
    for row in range(first, len(scene.evidence)):
        status.upsert(rows(scene.evidence, row, row + 1))
    assert_same_pieces(status.result(), computed(scene))


@given(scenes(), st.data())
def test_items_that_come_together_give_the_full_result(scene: Scene, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(scene.evidence)), label="there from the start")
    status = live(scene, rows(scene.evidence, 0, first))
    status.upsert(rows(scene.evidence, first, len(scene.evidence)))
    assert_same_pieces(status.result(), computed(scene))


@given(scenes(), scenes(), st.data())
def test_a_corrected_item_gives_the_full_result(
    scene: Scene, other: Scene, data: st.DataObject
) -> None:
    assume(len(scene.evidence) > 0 and len(other.evidence) > 0)
    row = data.draw(st.integers(0, len(scene.evidence) - 1), label="row")
    corrected = rows(scene.evidence, row, row + 1)
    columns = [c for c in corrected.columns if c not in ("id", "geometry")]
    corrected[columns] = rows(other.evidence, 0, 1)[columns]
    if data.draw(st.booleans(), label="moved"):
        place = scene.evidence.geometry.iloc[data.draw(st.integers(0, len(scene.evidence) - 1))]
        corrected = corrected.set_geometry([place], crs=4326)
    status = live(scene, scene.evidence)
    status.upsert(corrected)
    kept = scene.evidence.drop(index=row)
    full = gpd.GeoDataFrame(pd.concat([kept, corrected], ignore_index=True), crs=4326)
    assert_same_pieces(status.result(), computed(scene.with_evidence(full)))


@given(scenes())
def test_the_same_item_twice_changes_nothing(scene: Scene) -> None:
    status = live(scene, scene.evidence)
    status.upsert(scene.evidence)
    status.upsert(scene.evidence)
    assert_same_pieces(status.result(), computed(scene))


@given(scenes(), st.data())
def test_only_the_roads_that_are_named_as_changed_have_changed(
    scene: Scene, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(scene.evidence)), label="there from the start")
    status = live(scene, rows(scene.evidence, 0, first))
    before = status.result()
    changed = set(status.upsert(rows(scene.evidence, first, len(scene.evidence))).tolist())
    after = status.result()
    for road in range(len(scene.roads)):
        if road not in changed:
            old, new = before.road == road, after.road == road
            np.testing.assert_array_equal(before.to_m[old], after.to_m[new])
            np.testing.assert_array_equal(before.status[old], after.status[new])


@given(scenes(), st.sampled_from([-30.0, 0.5, 20.0, 100.0, 400.0]))
def test_a_moved_moment_gives_the_full_result(scene: Scene, days: float) -> None:
    later = scene.as_of + timedelta(days=days)
    known = scene.known_at + timedelta(days=days)
    status = live(scene, scene.evidence)
    status.advance(later, known)
    full = computed(replace(scene, as_of=later, known_at=known))
    assert_same_pieces(status.result(), full)


@given(scenes(), st.data())
def test_a_preview_tells_what_the_evidence_then_does_and_changes_nothing(
    scene: Scene, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(scene.evidence)), label="there from the start")
    corrected = data.draw(st.booleans(), label="one of them again")
    status = live(scene, rows(scene.evidence, 0, first))
    coming = rows(scene.evidence, max(0, first - 1) if corrected else first, len(scene.evidence))
    before = status.result()
    told = status.preview(coming)
    after = status.result()
    for column in fields(before.swept):
        old, new = (getattr(one.swept, column.name) for one in (before, after))
        np.testing.assert_array_equal(old, new, strict=True)
    pd.testing.assert_frame_equal(before.evidence, after.evidence)
    assert status.km_by_status(told.roads) == told.km_before
    np.testing.assert_array_equal(status.upsert(coming), told.roads)
    assert status.km_by_status(told.roads) == told.km_after
    for one in Status:
        gained = sum(km for (_, to), km in told.moved_km.items() if to is one)
        lost = sum(km for (was, _), km in told.moved_km.items() if was is one)
        assert gained - lost == pytest.approx(told.km_after[one] - told.km_before[one], abs=1e-9)
    now = status.result()
    _, run = now.runs_on(np.arange(len(now)))
    harmful = [one for one in Effect if one.word.startswith(("hazard_applies", "closure_in_force"))]
    worse = now.swept.run_item[run][np.isin(now.swept.run_effect[run], harmful)]
    assert status.on_roads() == set(now.evidence["id"].to_numpy(dtype=object)[worse])


@given(scenes(), st.lists(st.sampled_from([0.5, 20.0, 100.0, 400.0]), max_size=4), st.data())
def test_a_moment_that_moves_while_items_come_gives_the_full_result(
    scene: Scene, steps: list[float], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(scene.evidence)), label="there from the start")
    status = live(scene, rows(scene.evidence, 0, first))
    as_of, known_at = scene.as_of, scene.known_at
    for place, days in enumerate(steps):
        as_of, known_at = as_of + timedelta(days=days), known_at + timedelta(days=days / 2)
        status.advance(as_of, known_at)
        if place == 0:
            status.upsert(rows(scene.evidence, first, len(scene.evidence)))
    status.upsert(rows(scene.evidence, first, len(scene.evidence)))
    full = computed(replace(scene, as_of=as_of, known_at=known_at))
    assert_same_pieces(status.result(), full)
