"""A native table written to CSV and GeoJSON comes back as it was."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.ingest.files import faults, feature, write_geojson
from uxo.evidence.columns import EVIDENCE_DTYPES, TIME_DTYPE, as_table
from uxo.evidence.files.rows import Batch
from uxo.ingest.evidence_file import read_evidence
from uxo.vocabulary import Category, EvidenceClass, Kind, PositionMethod, Review


def read(path: Path) -> list[Batch]:
    return list(read_evidence(path))


def table(batches: Sequence[Batch]) -> gpd.GeoDataFrame:
    return pd.concat([batch.table for batch in batches], ignore_index=True)


moments = st.one_of(
    st.none(),
    st.datetimes(
        pd.Timestamp("1950-01-01").to_pydatetime(), pd.Timestamp("2100-01-01").to_pydatetime()
    ),
)
metres = st.one_of(st.none(), st.floats(0, 1e6))
plain = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8).map(str.strip)
places = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def words(vocabulary: type[StrEnum]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from([word.value for word in vocabulary]))


records = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([k.value for k in Kind if k not in {"survey", "clearance"}][:6]),
        "category": words(Category),
        "evidence_class": words(EvidenceClass),
        "position_method": words(PositionMethod),
        "review": words(Review),
        "team": plain,
        "releases_hazards": st.lists(st.text("ABC-0123", min_size=1, max_size=4), max_size=3).map(
            tuple
        ),
        **dict.fromkeys(("position_error_m", "depth_m", "width_m"), metres),
        **{name: moments for name, dtype in EVIDENCE_DTYPES.items() if dtype == TIME_DTYPE},
        "place": places,
    }
)


@settings(max_examples=20)
@given(st.lists(records, min_size=1, max_size=4))
def test_a_native_table_comes_back_from_csv_and_geojson_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("round")
    frame = pd.DataFrame(rows)
    points = shapely.points(frame.pop("place").tolist())
    frame["id"] = [f"E-{n}" for n in range(len(frame))]
    frame["team"] = frame["team"].replace("", None)
    native = as_table(gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326"), EVIDENCE_DTYPES)
    texts = pd.DataFrame(native.drop(columns="geometry"))
    for name, dtype in EVIDENCE_DTYPES.items():
        if dtype == TIME_DTYPE:
            texts[name] = [None if pd.isna(t) else t.isoformat() for t in texts[name]]
    texts["lon"], texts["lat"] = points_xy(points)
    flat = texts.assign(releases_hazards=[";".join(ids) for ids in texts["releases_hazards"]])
    flat.to_csv(folder / "e.csv", index=False)
    features = [
        feature(
            {"type": "Point", "coordinates": [row.pop("lon"), row.pop("lat")]},
            **{
                key: None if not isinstance(value, (list, tuple)) and pd.isna(value) else value
                for key, value in row.items()
            },  # NaN
        )
        for row in records_of(texts)
    ]
    write_geojson(folder / "e.geojson", features)
    for name in ("e.csv", "e.geojson"):
        batches = read(folder / name)
        assert not faults(batches)
        pd.testing.assert_frame_equal(table(batches), native)


def records_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def points_xy(points: NDArray[np.object_]) -> tuple[Any, Any]:
    return shapely.get_x(points), shapely.get_y(points)
