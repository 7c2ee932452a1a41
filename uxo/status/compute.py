"""The status of every metre of a road network at one moment: the full computation."""

from datetime import datetime
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from uxo.geo.blocks import in_blocks
from uxo.policy import Policy
from uxo.status.arrays import Items
from uxo.status.judge import judge
from uxo.status.kernel import sweep
from uxo.status.prepare import Part, index_items, prepare_items, prepare_roads
from uxo.status.result import StatusResult
from uxo.status.swept import Swept, in_row_order, named_by_row

_ROADS_A_BLOCK: Final = 10_000


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
    swept: list[Swept] = []
    visited: list[npt.NDArray[np.intp]] = []
    for part in parts:
        items, rows = prepare_items(evidence, judged, part)
        for visit, answer in _sweep_all(part, items, rows):
            visited.append(part.road_rows[visit])
            swept.append(answer)
    return StatusResult(
        roads=roads,
        evidence=evidence,
        policy=policy,
        as_of=as_of,
        known_at=known_at,
        judged=judged,
        parts=tuple(parts),
        swept=in_row_order(swept, visited),
    )


def _sweep_all(
    part: Part, items: Items, rows: npt.NDArray[np.intp]
) -> list[tuple[npt.NDArray[np.intp], Swept]]:
    """Sweep all roads of a part, block by block (the kernel frees the interpreter).

    Returns
    -------
    list of (intp, Swept)
        Which roads of the part, in the order of the answer.
    """
    grid = index_items(items)

    def block(which: slice) -> tuple[npt.NDArray[np.intp], Swept]:
        visit = part.visit[which]
        swept = Swept(*sweep(part.roads, items, grid, visit.astype(np.int64)))
        return visit, named_by_row(swept, rows)

    return in_blocks(block, len(part.visit), block=_ROADS_A_BLOCK)
