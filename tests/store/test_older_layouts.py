"""A store that an older version made is brought up to date and loses nothing.

``layout_2.gpkg.gz`` is a backup that the last version of layout 2 wrote: four roads imported, one
of them moved by a second import, two places and a find.
"""

import gzip
from pathlib import Path

import pytest

from tests.contract.engines import Clock
from tests.contract.samples import STAMP, roads
from tests.store.conftest import reopened, tampering
from uxo.errors import StoreVersion
from uxo.evidence.columns import ROAD_DTYPES
from uxo.store.contract import ImportReceipt
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer

_LAYOUT_2 = Path(__file__).with_name("layout_2.gpkg.gz")


@pytest.fixture
def of_layout_2(path: Path) -> Path:
    path.write_bytes(gzip.decompress(_LAYOUT_2.read_bytes()))
    return path


def test_one_of_layout_2_is_not_read_as_it_is(of_layout_2: Path, clock: Clock) -> None:
    with pytest.raises(StoreVersion, match=r"layout 2.*uxo init"):
        SqliteStore.open(of_layout_2, clock=clock, read_only=True)


def test_its_imports_still_verify(of_layout_2: Path, clock: Clock) -> None:
    with reopened(of_layout_2, clock) as store:
        report = store.verify()
        table = store.state(Layer.ROADS)
    assert report.ok, report.first_bad
    assert list(table.columns) == [*ROAD_DTYPES, "geometry"]
    assert table["name"].tolist()[:2] == ["شارع", "B"]
    assert table["surface"].isna().all()


def test_the_same_rows_again_are_unchanged_and_new_columns_are_taken(
    of_layout_2: Path, clock: Clock
) -> None:
    with reopened(of_layout_2, clock) as store:
        held = store.state(Layer.ROADS)
        again = store.import_rows(Layer.ROADS, [held], stamp=STAMP, who="T-9")
        more = held.assign(surface=["asphalt", None, "gravel", None], width_m=[3.5, None, None, 4])
        changed = store.import_rows(Layer.ROADS, [more], stamp=STAMP, who="T-9")
        assert store.verify().ok
        assert store.state(Layer.ROADS)["surface"].tolist()[2] == "gravel"
    assert (again.accepted, again.unchanged) == (0, 4)
    assert changed == ImportReceipt(accepted=3, unchanged=1)


def test_a_new_column_that_was_changed_from_outside_is_found(path: Path, clock: Clock) -> None:
    with reopened(path, clock) as store:
        table = roads(2).assign(to_node=["7", None])
        store.import_rows(Layer.ROADS, [table], stamp=STAMP, who="T-9")
        assert store.verify().ok
    for change in (("8", None), (None, None), ("7", "1")):
        with tampering(path) as connection:
            connection.execute("UPDATE roads SET to_node = ?, layer = ? WHERE fid = 1", change)
        with reopened(path, clock) as store:
            assert "roads row R-0" in (store.verify().first_bad or "")
