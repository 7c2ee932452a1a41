"""One measurement of one engine, in a process of its own.

``python -m benchmarks.engines ENGINE FOLDER`` prints a JSON object. The folder holds the scene as
`status.prepare` wrote it.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from benchmarks.measure import timed
from benchmarks.scene import AS_OF, UTM, make_evidence, make_roads

Objects = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]


def load_tables(folder: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read the two tables as a reader would hand them over."""
    from uxo.evidence.columns import EVIDENCE_DTYPES, ROAD_DTYPES, as_table  # noqa: PLC0415

    roads = gpd.read_parquet(folder / "roads.parquet")
    evidence = gpd.read_parquet(folder / "evidence.parquet")
    return as_table(roads, ROAD_DTYPES), as_table(evidence, EVIDENCE_DTYPES)


def load_metric(folder: Path) -> tuple[Objects, Objects, Floats, npt.NDArray[np.int16]]:
    """Read segments, hazards, radii and severities as the peers want them, in metres."""
    with np.load(folder / "metric.npz") as held:
        segments = shapely.from_ragged_array(
            shapely.GeometryType.LINESTRING, held["xy"], (held["start"],)
        )
        hazards = shapely.from_wkb(pd.read_parquet(folder / "hazards.parquet")["wkb"])
        return segments, np.asarray(hazards), held["radius"], held["severity"]


def _ours(folder: Path) -> Callable[[], dict[str, Any]]:
    """The whole rule: exact pieces with reasons."""
    from uxo.policy import load_policy  # noqa: PLC0415  # peers must not carry our imports
    from uxo.status.compute import compute_status  # noqa: PLC0415

    policy = load_policy()
    roads, network = make_roads(300)
    warm = make_evidence(300, network)
    compute_status(roads, warm, policy=policy, as_of=AS_OF, known_at=AS_OF)
    roads, evidence = load_tables(folder)

    def work() -> dict[str, Any]:
        result = compute_status(roads, evidence, policy=policy, as_of=AS_OF, known_at=AS_OF)
        return {"pieces": len(result), "reason runs": len(result.swept.run_item)}

    return work


def _strtree(folder: Path) -> Callable[[], dict[str, Any]]:
    """The bare pair join."""
    segments, hazards, radius, _ = load_metric(folder)

    def work() -> dict[str, Any]:
        tree = shapely.STRtree(segments)
        pairs = tree.query(hazards, predicate="dwithin", distance=radius)
        return {"pairs": int(pairs.shape[1])}

    return work


def _sjoin(folder: Path) -> Callable[[], dict[str, Any]]:
    """The same as a table join."""
    segments, hazards, radius, _ = load_metric(folder)
    left = gpd.GeoDataFrame(geometry=hazards, crs=UTM)
    right = gpd.GeoDataFrame(geometry=segments, crs=UTM)

    def work() -> dict[str, Any]:
        joined = gpd.sjoin(left, right, predicate="dwithin", distance=radius)
        return {"pairs": len(joined)}

    return work


def _duckdb(folder: Path) -> Callable[[], dict[str, Any]]:
    """The same in DuckDB.

    ``ST_DWithin`` with a distance per row falls back to comparing all with all, so the join is on
    the hazard's envelope grown by its radius, and the exact distance is a filter.
    """
    import duckdb  # noqa: PLC0415
    import duckdb_extension_spatial  # noqa: PLC0415

    carried = Path(duckdb_extension_spatial.__path__[0])
    database = duckdb.connect()
    database.execute(f"LOAD '{next(carried.rglob('spatial.duckdb_extension'))}'")
    segments, hazards, radius, _ = load_metric(folder)
    bounds = shapely.bounds(hazards) + np.column_stack((-radius, -radius, radius, radius))
    segment = pd.DataFrame({"id": np.arange(len(segments)), "wkb": shapely.to_wkb(segments)})
    hazard = pd.DataFrame(bounds, columns=["x0", "y0", "x1", "y1"])
    hazard["radius"], hazard["wkb"] = radius, shapely.to_wkb(hazards)
    database.register("segment_wkb", segment)
    database.register("hazard_wkb", hazard)
    database.execute(
        "CREATE TABLE segment AS SELECT id, ST_GeomFromWKB(wkb) AS geom FROM segment_wkb;"
        "CREATE TABLE hazard AS SELECT radius, ST_GeomFromWKB(wkb) AS geom,"
        " ST_MakeEnvelope(x0, y0, x1, y1) AS envelope FROM hazard_wkb"
    )

    def work() -> dict[str, Any]:
        found = database.execute(
            "SELECT count(*) FROM segment s JOIN hazard h ON ST_Intersects(s.geom, h.envelope)"
            " WHERE ST_Distance(s.geom, h.geom) <= h.radius"
        ).fetchone()
        assert found is not None
        return {"pairs": int(found[0])}

    return work


ENGINES = {"ours": _ours, "strtree": _strtree, "sjoin": _sjoin, "duckdb": _duckdb}


if __name__ == "__main__":
    print(json.dumps(timed(ENGINES[sys.argv[1]](Path(sys.argv[2])))))
