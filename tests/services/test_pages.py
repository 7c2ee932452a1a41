from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.web.scene import EVIDENCE, evidence_table, roads_table
from uxo.errors import BadInput
from uxo.policy import load_policy
from uxo.services.pages import Bounds, RoadIndex, RoadPlace, evidence_page, piece_page, pieces_of
from uxo.status.compute import compute_status
from uxo.vocabulary import Kind

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ROADS = roads_table()
RESULT = compute_status(
    ROADS, evidence_table(EVIDENCE), policy=load_policy(), as_of=NOW, known_at=NOW
)
INDEX = RoadIndex.of(ROADS)

near_lon = st.floats(37.149, 37.161)
near_lat = st.floats(36.199, 36.211)


@st.composite
def boxes(draw: st.DrawFn) -> Bounds:
    south, north = sorted((draw(near_lat), draw(near_lat)))
    return Bounds(draw(near_lon), south, draw(near_lon), north)


@given(bounds=st.none() | boxes(), limit=st.integers(1, 12))
def test_pages_give_exactly_the_pieces_that_touch_the_box_in_order(
    bounds: Bounds | None, limit: int
) -> None:
    found: list[int] = []
    after: RoadPlace | None = None
    while True:
        page = piece_page(RESULT, INDEX, bounds=bounds, limit=limit, after=after)
        assert len(page.pieces) <= limit
        found += page.pieces.tolist()
        after = page.after
        if after is None:
            break
    everything = np.arange(len(RESULT))
    touching = (
        everything if bounds is None else everything[bounds.touches(RESULT.geometries(everything))]
    )
    assert found == touching.tolist()


@given(bounds=st.none() | boxes(), limit=st.integers(1, 5), kind=st.none() | st.sampled_from(Kind))
def test_pages_give_exactly_the_evidence_in_the_box_by_id(
    bounds: Bounds | None, limit: int, kind: Kind | None
) -> None:
    found: list[str] = []
    after: str | None = None
    while True:
        page = evidence_page(RESULT, bounds=bounds, kind=kind, limit=limit, after=after)
        found += page.table["id"].tolist()
        after = page.after
        if after is None:
            break
    table = RESULT.evidence
    wanted = np.ones(len(table), dtype=bool) if kind is None else table["kind"] == kind.value
    if bounds is not None:
        wanted &= bounds.touches(table.geometry.to_numpy())
    assert found == sorted(table["id"][wanted])


def test_a_page_ends_early_where_the_reasons_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uxo.services.pages.MAX_REASONS", 1)
    found: list[int] = []
    after: RoadPlace | None = None
    pages = 0
    while True:
        page = piece_page(RESULT, INDEX, bounds=None, limit=100, after=after)
        found += page.pieces.tolist()
        pages += 1
        after = page.after
        if after is None:
            break
    assert found == list(range(len(RESULT)))
    assert pages > 2


@pytest.mark.parametrize(
    "edges",
    [
        (float("nan"), 0, 1, 1), (0, float("nan"), 1, 1), (0, 0, float("inf"), 1), (0, 1, 1, 0),
        (-180.1, 0, 0, 1), (0, -90.1, 0, 1), (0, 0, 180.1, 1), (0, 0, 0, 90.1),
    ],
)  # fmt: skip
def test_a_box_that_is_not_on_earth_is_refused(edges: tuple[float, float, float, float]) -> None:
    with pytest.raises(BadInput, match="bbox"):
        Bounds(*edges)


def test_a_box_across_the_antimeridian_is_two() -> None:
    points = shapely.points([[179, 0], [-179, 0], [0, 0], [180, 0], [-180, 0]])
    assert Bounds(170, -1, -170, 1).touches(points).tolist() == [True, True, False, True, True]
    assert Bounds(-170, -1, 170, 1).touches(points).tolist() == [False, False, True, False, False]


def test_a_flat_box_touches_what_lies_on_it() -> None:
    points = shapely.points([[37, 36], [37, 37]])
    assert Bounds(37, 36, 37, 36).touches(points).tolist() == [True, False]
    assert Bounds(37, 36, 37, 38).touches(points).tolist() == [True, True]


def test_a_page_after_an_unknown_road_is_refused() -> None:
    with pytest.raises(BadInput, match="not in this network"):
        piece_page(RESULT, INDEX, bounds=None, limit=1, after=RoadPlace("gone", 1.0))


def test_the_pieces_of_no_road_are_none() -> None:
    assert len(pieces_of(RESULT, np.empty(0, dtype=np.intp))) == 0
