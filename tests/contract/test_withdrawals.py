"""Roads that a newer file no longer has go from the layer, and stay in what was known before."""

from collections.abc import Callable, Mapping, Sequence

import geopandas as gpd
import pytest

from tests.contract.engines import Clock
from tests.contract.samples import STAMP, numbered, roads
from uxo.errors import BadInput
from uxo.store.contract import ImportReceipt, Store
from uxo.vocabulary import Layer

Replace = Callable[..., ImportReceipt]


@pytest.fixture
def replace(store: Store, clock: Clock) -> Replace:
    """Import roads a day later, and withdraw others."""

    def work(
        table: gpd.GeoDataFrame, gone: Mapping[str, Sequence[str]], *, dry_run: bool = False
    ) -> ImportReceipt:
        clock.forward(days=1)
        return store.import_rows(
            Layer.ROADS, [table], stamp=STAMP, who="OFFICE", dry_run=dry_run, withdraw=lambda: gone
        )

    return work


def named(*ids: str) -> gpd.GeoDataFrame:
    return roads(len(ids)).assign(road_id=list(ids))


def ids(store: Store, **moment: object) -> list[str]:
    return sorted(store.state(Layer.ROADS, **moment)["road_id"])  # type: ignore[arg-type]  # of datetimes


def test_a_withdrawn_road_is_gone_now_and_there_for_what_was_known_before(
    store: Store, replace: Replace, clock: Clock
) -> None:
    store.import_rows(Layer.ROADS, [named("a", "b")], stamp=STAMP, who="OFFICE")
    first = clock.now
    assert replace(named("a", "b1", "b2"), {"b": ["b1", "b2"]}) == ImportReceipt(2, 1, 1)
    assert ids(store) == ["a", "b1", "b2"]
    assert ids(store, known_at=clock.now) == ["a", "b1", "b2"]
    assert ids(store, known_at=first) == ["a", "b"]
    assert len(store.state(Layer.ROADS, (36.9, 35.9, 37.1, 36.1))) == 3
    assert store.verify().first_bad is None


def test_an_import_may_withdraw_and_bring_nothing_new(store: Store, replace: Replace) -> None:
    store.import_rows(Layer.ROADS, [roads(3)], stamp=STAMP, who="OFFICE")
    assert replace(roads(2), {"R-2": []}) == ImportReceipt(0, 2, 1)
    assert ids(store) == ["R-0", "R-1"]
    event = store.since({})[-1].envelope.data
    assert (event["rows"], event["withdrawn"]["rows"]) == (0, 1)
    assert event["withdrawn"]["at"] == "2026-03-03T08:00:00Z"
    assert store.verify().first_bad is None


def test_a_large_import_withdraws_too(store: Store, replace: Replace) -> None:
    store.import_rows(Layer.ROADS, [roads(3)], stamp=STAMP, who="OFFICE")
    many = roads(2500).assign(road_id=[f"N-{i}" for i in range(2500)])
    assert replace(many, {f"R-{i}": [f"N-{i}"] for i in range(3)}) == ImportReceipt(2500, 0, 3)
    assert len(store.state(Layer.ROADS)) == 2500
    assert store.verify().first_bad is None


def test_a_dry_run_withdraws_nothing(store: Store, replace: Replace) -> None:
    store.import_rows(Layer.ROADS, [roads(2)], stamp=STAMP, who="OFFICE")
    assert replace(roads(1), {"R-1": []}, dry_run=True) == ImportReceipt(0, 1, 1)
    assert ids(store) == ["R-0", "R-1"]
    assert store.successors("R-1") == ()
    assert store.verify().ok


def test_a_road_that_comes_back_is_known_from_then_and_was_gone_between(
    store: Store, replace: Replace, clock: Clock
) -> None:
    store.import_rows(Layer.ROADS, [named("a", "b")], stamp=STAMP, who="OFFICE")
    moments = [clock.now]
    replace(named("a"), {"b": []})
    moments.append(clock.now)
    clock.forward(days=1)
    store.import_rows(Layer.ROADS, [named("a", "b")], stamp=STAMP, who="OFFICE")
    moments.append(clock.now)
    assert [ids(store, known_at=at) for at in moments] == [["a", "b"], ["a"], ["a", "b"]]
    assert store.successors("b") == ()
    assert store.verify().first_bad is None


def test_successors_are_followed_through_later_imports_and_leave_no_gap(
    store: Store, replace: Replace
) -> None:
    store.import_rows(Layer.ROADS, [named("a", "z")], stamp=STAMP, who="OFFICE")
    replace(named("a1", "a2", "z"), {"a": ["a1", "a2"]})
    assert store.successors("a") == ("a1", "a2")
    replace(named("b", "z"), {"a1": ["b"], "a2": []})
    assert store.successors("a") == ("b", "a2")
    assert store.successors("a2") == ()
    # Cut, and joined again: it stands for its parts.
    replace(named("a", "z"), {"b": ["a"]})
    assert store.successors("a") == ()
    assert store.successors("a1") == ("a",)
    assert (store.successors("z"), store.successors("never")) == ((), ())
    assert store.verify().first_bad is None


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        ({"x": []}, "'x' cannot be withdrawn; it is not held"),
        ({"new": []}, "'new' cannot be withdrawn; the same file has it"),
        ({"R-1": ["x"]}, "'x' cannot take the place of 'R-1'"),
        ({"R-1": ["R-0"], "R-0": []}, "'R-0' cannot take the place of 'R-1'"),
    ],
)
def test_what_cannot_be_withdrawn_undoes_the_whole_import(
    store: Store, replace: Replace, gone: Mapping[str, Sequence[str]], words: str
) -> None:
    store.import_rows(Layer.ROADS, [roads(2)], stamp=STAMP, who="OFFICE")
    with pytest.raises(BadInput, match=words):
        replace(named("new"), gone)
    assert ids(store) == ["R-0", "R-1"]
    assert store.verify().ok


def test_only_roads_can_be_withdrawn(store: Store) -> None:
    with pytest.raises(BadInput, match="only roads"):
        store.import_rows(
            Layer.EVIDENCE, [numbered(1)], stamp=STAMP, who="OFFICE", withdraw=lambda: {"E-0": []}
        )


def test_a_rebuild_gives_the_same_roads(store: Store, replace: Replace, clock: Clock) -> None:
    store.import_rows(Layer.ROADS, [named("a", "b")], stamp=STAMP, who="OFFICE")
    first = clock.now
    replace(named("a", "b1"), {"b": ["b1"]})
    before = store.state(Layer.ROADS), store.state(Layer.ROADS, known_at=first)
    store.rebuild()
    after = store.state(Layer.ROADS), store.state(Layer.ROADS, known_at=first)
    assert all(one.equals(other) for one, other in zip(before, after, strict=True))
    assert store.successors("b") == ("b1",)
    assert store.verify().first_bad is None
