"""The status of every metre of a road network at one moment: the full computation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

import geopandas as gpd
import numpy as np

from uxo.policy import Policy
from uxo.status.arrays import Items
from uxo.status.index import Grid
from uxo.status.judge import judge
from uxo.status.kernel import sweep
from uxo.status.prepare import Part, index_items, prepare_items, prepare_roads
from uxo.status.result import StatusResult
from uxo.status.swept import Swept, in_row_order, joined, named_by_row

_THREADS: Final = 2
_WORTH_A_THREAD: Final = 5_000


def compute_status(
    roads: gpd.GeoDataFrame,
    evidence: gpd.GeoDataFrame,
    *,
    policy: Policy,
    as_of: datetime,
    known_at: datetime,
) -> StatusResult:
    """Apply the status rule to every metre of every road.

    Parameters
    ----------
    roads : GeoDataFrame
        Declared road columns, LineStrings in EPSG:4326.
    evidence : GeoDataFrame
        Declared evidence columns, EPSG:4326.
    policy : Policy
        The programme's figures.
    as_of, known_at : datetime
        The moment asked about, and the last moment whose knowledge may be used; with a zone.

    Raises
    ------
    BadGeometry
        A road or an item of evidence spans too much of the earth.
    ValueError
        A word that is not in the vocabulary (ingest refuses it with its row).
    """
    judged = judge(evidence, policy=policy, as_of=as_of, known_at=known_at)
    parts = prepare_roads(roads, policy)
    swept = []
    for part in parts:
        items, rows = prepare_items(evidence, judged, part)
        swept.append(named_by_row(_sweep_all(part, items, index_items(items)), rows))
    return StatusResult(
        roads=roads,
        evidence=evidence,
        policy=policy,
        as_of=as_of,
        known_at=known_at,
        judged=judged,
        parts=tuple(parts),
        swept=in_row_order(swept, [part.road_rows[part.visit] for part in parts]),
    )


def _sweep_all(part: Part, items: Items, grid: Grid) -> Swept:
    """Sweep all roads of a part, in blocks on a few threads (the kernel frees the interpreter)."""
    which = part.visit.astype(np.int64)
    if len(which) < _WORTH_A_THREAD:
        return Swept(*sweep(part.roads, items, grid, which))
    blocks = np.array_split(which, 4 * _THREADS)
    with ThreadPoolExecutor(_THREADS) as pool:
        done = list(pool.map(lambda block: Swept(*sweep(part.roads, items, grid, block)), blocks))
    return joined(done)
