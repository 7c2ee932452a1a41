"""A list of withdrawn roads that was changed from outside is found, and so is a changed layer."""

from pathlib import Path

import pytest

from tests.contract.engines import Clock
from tests.contract.samples import STAMP, roads
from tests.store.conftest import reopened, tampering
from tests.store.test_store_verify import first_bad
from uxo.vocabulary import Layer

NAMES = "geom, road_id, known_us, import_n, import_row, digest"
SHOW_AGAIN = f"INSERT INTO roads ({NAMES}) SELECT {NAMES} FROM roads_past WHERE road_id = 'R-3'"  # noqa: S608  # of the schema
HIDE = f"INSERT INTO roads_past (fid, {NAMES}, until_us) SELECT fid, {NAMES}, 9 FROM roads WHERE road_id = 'R-0'"  # noqa: E501, S608  # of the schema
INDEX = "DELETE FROM rtree_roads_geom WHERE id = 1"


@pytest.fixture
def replaced(path: Path, clock: Clock) -> Path:
    """Make a store in which R-3 was withdrawn."""
    with reopened(path, clock) as store:
        store.import_rows(Layer.ROADS, [roads(4)], stamp=STAMP, who="OFFICE")
        clock.forward(hours=1)
        gone = {"R-3": ["R-1", "R-2"]}
        store.import_rows(Layer.ROADS, [roads(3)], stamp=STAMP, who="OFFICE", withdraw=lambda: gone)
        assert store.verify().ok
    return path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (["UPDATE withdrawn SET road_id = 'R-0'"], "not the one that was signed"),
        (["UPDATE withdrawn SET successors = '[\"R-1\"]'"], "not the one that was signed"),
        (["DELETE FROM withdrawn"], "not the one that was signed"),
        (["INSERT INTO withdrawn (import_n, road_id, successors) VALUES (1, 'R-0', '[]')"],
         "not the one that was signed"),
        (["INSERT INTO withdrawn (import_n, road_id, successors) VALUES (9, 'R-0', '[]')"],
         "import 9: no import"),
        (["UPDATE roads_past SET until_us = until_us + 1"], "R-3: the moment"),
        ([SHOW_AGAIN, "DELETE FROM roads_past"], "R-3: it was withdrawn and is shown"),
        ([HIDE, "DELETE FROM roads WHERE road_id = 'R-0'", INDEX], "R-0: no import withdrew it"),
        (["DELETE FROM source WHERE n = 2", "DELETE FROM withdrawn", SHOW_AGAIN,
          "DELETE FROM roads_past"], "the list of imports lacks it"),
    ],
)  # fmt: skip
def test_a_changed_withdrawal_is_found(
    replaced: Path, clock: Clock, changes: list[str], words: str
) -> None:
    with tampering(replaced) as connection:
        for change in changes:
            connection.execute(change)
    assert words in first_bad(replaced, clock)


@pytest.mark.parametrize(
    "changes",
    [
        [SHOW_AGAIN, "DELETE FROM roads_past"],
        [HIDE, "DELETE FROM roads WHERE road_id = 'R-0'", INDEX],
    ],
)
def test_a_rebuild_puts_roads_where_the_log_has_them(
    replaced: Path, clock: Clock, changes: list[str]
) -> None:
    with tampering(replaced) as connection:
        for change in changes:
            connection.execute(change)
    with reopened(replaced, clock) as store:
        assert not store.verify().ok
        store.rebuild()
        assert store.verify().first_bad is None
        assert sorted(store.state(Layer.ROADS)["road_id"]) == ["R-0", "R-1", "R-2"]
