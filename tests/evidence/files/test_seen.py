"""Ids are remembered over batches: repeated rows and clashing ids are told apart."""

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from uxo.evidence.files.seen import SeenIds, row_digests

rows = st.lists(st.tuples(st.sampled_from("ABCDEFGH"), st.integers(0, 2)), max_size=12)


@given(st.lists(rows, max_size=8))
def test_every_row_is_judged_against_the_first_with_its_id(
    batches: list[list[tuple[str, int]]],
) -> None:
    seen = SeenIds()
    first: dict[str, int] = {}
    for batch in batches:
        ids = np.array([row[0] for row in batch], dtype=object)
        digests = np.array([row[1] for row in batch], dtype=np.uint64)
        repeated, clashing = seen.admit(ids, digests)
        for (key, content), is_repeated, is_clashing in zip(batch, repeated, clashing, strict=True):
            known = key in first
            assert is_repeated == (known and first[key] == content)
            assert is_clashing == (known and first[key] != content)
            first.setdefault(key, content)


def test_equal_rows_have_equal_digests_and_others_do_not() -> None:
    table = gpd.GeoDataFrame(
        {"id": ["A", "A", "A", "B"], "depth_m": [1.0, 1.0, np.nan, 1.0], "x": [(), (), (), ("C",)]},
        geometry=[shapely.Point(1, 2)] * 4,
        crs="EPSG:4326",
    )
    digests = row_digests(table)
    assert digests[0] == digests[1]
    assert len(set(digests.tolist())) == 3
