"""Where a layer of tiles differs between two results: only that is made anew."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from uxo.publish.tiles.address import world
from uxo.publish.tiles.layers import LayerName, evidence_rank, evidence_rows
from uxo.publish.tiles.road_ranks import differing_roads
from uxo.publish.tiles.shapes import Boxes
from uxo.status.result import StatusResult


def changed_boxes(old: StatusResult, new: StatusResult, layer: LayerName) -> Boxes | None:
    """Find where a layer differs.

    Returns
    -------
    uint32[n, 4] or None
        In world units; None: everywhere, because the roads or the places were imported anew.
    """
    if old.roads is not new.roads:
        return None
    match layer:
        case LayerName.ROADS | LayerName.PLACES:
            return np.empty((0, 4), np.uint32)
        case LayerName.PIECES | LayerName.MIXED:
            rows = differing_roads(old.swept, new.swept)
            return _boxes(new.roads.geometry.to_numpy()[rows])
        case LayerName.HAZARDS | LayerName.RELEASES:
            return _boxes(_differing_shapes(old, new, layer))


def _boxes(shapes: npt.NDArray[np.object_]) -> Boxes:
    """Enclose shapes, in world units: west, north, east, south."""
    bounds = shapely.bounds(shapes)
    bounds = bounds[~np.isnan(bounds[:, 0])]
    return np.column_stack((world(bounds[:, [0, 3]]), world(bounds[:, [2, 1]])))


def _differing_shapes(
    old: StatusResult, new: StatusResult, layer: LayerName
) -> npt.NDArray[np.object_]:
    """List the shapes, before and after, of the items that are new, gone or changed."""
    before, after = _shown(old, layer), _shown(new, layer)
    place: npt.NDArray[np.intp] = pd.Index(before["id"]).get_indexer(pd.Index(after["id"]))
    both = np.flatnonzero(place >= 0)
    a, b = before.iloc[place[both]], after.iloc[both]
    same = shapely.equals_identical(a.geometry.to_numpy(), b.geometry.to_numpy())
    for name in ("kind", "category", "rank", "effect"):
        one, other = a[name].to_numpy(dtype=object), b[name].to_numpy(dtype=object)
        same &= (one == other) | (pd.isna(one) & pd.isna(other))
    stayed = np.zeros(len(before), np.bool_)
    stayed[place[both][same]] = True
    kept = np.zeros(len(after), np.bool_)
    kept[both[same]] = True
    return np.concatenate([before.geometry.to_numpy()[~stayed], after.geometry.to_numpy()[~kept]])


def _shown(result: StatusResult, layer: LayerName) -> gpd.GeoDataFrame:
    """Take what a layer shows of the evidence."""
    rows = evidence_rows(result, layer)
    table = result.evidence.iloc[rows][["id", "kind", "category", "geometry"]]
    return table.assign(rank=evidence_rank(result, rows), effect=result.judged.effect[rows])
