"""Read roads from an OpenStreetMap file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from uxo.errors import EmptyFile, Fault
from uxo.evidence.columns import ROAD_DTYPES, WGS84, as_table, empty_table
from uxo.evidence.files.rows import BATCH_ROWS, Batch, RawRow, Reject
from uxo.roads.osm_file import WayFile, check_beginning, read_ways
from uxo.roads.osm_split import Roads, Ways, split
from uxo.roads.osm_tags import ATTRIBUTES

_LISTED: Final = 5
_BOX_SLACK_DEG: Final = 0.001  # a hundred metres: clipping keeps whole ways that reach over
_BOX_TIMES: Final = 4.0
_TOO_FEW: Final = "names fewer than two different nodes; a road needs two"


def read_osm(path: Path, *, batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
    """Read the roads of an OpenStreetMap file in batches.

    Parameters
    ----------
    path : Path
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    batch_rows : int
        Rows a batch at most.

    Returns
    -------
    iterator of Batch
        Empty batches while the file is read, which it is as a whole before any road is given: a
        junction is known only when every way was looked at, and of a broken file nothing is taken.

    Raises
    ------
    BadFile
        The file is missing, empty or not what its ending says; that it is broken or cut off is
        found by the iterator, before its first road.
    """
    check_beginning(path)
    return _read(path, batch_rows)


def _read(path: Path, batch_rows: int) -> Iterator[Batch]:
    ways = WayFile()
    for step in read_ways(path):
        ways = step
        yield _nothing(share_read=ways.share_read / 2)
    if not len(ways.way_id):
        raise EmptyFile(f"{path}: holds no road ({_left_out(ways) or 'no way with highway=*'})")
    columns, flat = _columns(ways)
    roads = split(flat)
    rejects = [_reject(path, int(flat.way_id[place])) for place in roads.faulty_ways.tolist()]
    for start in range(0, len(roads.road_id), batch_rows):
        table = _table(roads, columns, slice(start, start + batch_rows))
        share = (1 + (start + len(table)) / len(roads.road_id)) / 2
        yield _batch(table, accepted=len(table), share_read=share)
    yield _batch(
        empty_table(ROAD_DTYPES),
        accepted=0,
        repeated=ways.repeated,
        rejects=tuple(rejects),
        notes=tuple(_notes(ways, roads)),
    )


def _columns(ways: WayFile) -> tuple[dict[str, NDArray[np.object_]], Ways]:
    """Turn what was read into columns, without the ways that a newer version replaced."""
    way_id, count = np.array(ways.way_id, dtype=np.int64), np.array(ways.nodes, dtype=np.int64)
    places, rows = ways.all_places(), ways.attributes
    kept = way_id != 0
    if not kept.all():
        places = places[np.repeat(kept, count)]
        rows = [row for row, alive in zip(rows, kept.tolist(), strict=True) if alive]
    offset = np.concatenate(([0], np.cumsum(count[kept])))
    columns = {
        name: np.array([*values, None], dtype=object)[:-1]
        for name, values in zip(ATTRIBUTES, zip(*rows, strict=True), strict=True)
    }
    # A way without a layer lies on layer 0 (OpenStreetMap's own default).
    layers = np.array([value or "0" for value in columns["layer"]])
    _, layer = np.unique(layers, return_inverse=True)
    node = places[:, 0].astype(np.int64)
    return columns, Ways(way_id[kept], offset, node, places[:, 1:], layer)


def _table(roads: Roads, columns: dict[str, NDArray[np.object_]], rows: slice) -> gpd.GeoDataFrame:
    """Lay out some roads as a table of roads."""
    way = roads.way[rows]
    frame: dict[str, Any] = {"road_id": roads.road_id[rows]}
    frame |= {name: column[way] for name, column in columns.items()}
    frame["from_node"] = roads.from_node[rows].astype(str)
    frame["to_node"] = roads.to_node[rows].astype(str)
    table = gpd.GeoDataFrame(frame, geometry=roads.line[rows], crs=WGS84)
    return as_table(table, ROAD_DTYPES)


def _batch(  # what differs between batches, by keyword
    table: gpd.GeoDataFrame,
    *,
    accepted: int,
    repeated: int = 0,
    rejects: tuple[Reject, ...] = (),
    notes: tuple[str, ...] = (),
    share_read: float = 1.0,
) -> Batch:
    return Batch(
        table=table,
        read=accepted + repeated + len(rejects),
        accepted=accepted,
        repeated=repeated,
        mended=(),
        faults=tuple(reject.fault for reject in rejects),
        ignored_columns=(),
        rejects=rejects,
        notes=notes,
        share_read=share_read,
    )


def _nothing(share_read: float) -> Batch:
    return _batch(empty_table(ROAD_DTYPES), accepted=0, share_read=share_read)


def _reject(path: Path, way_id: int) -> Reject:
    """Refuse a way; its number says which better than a row does."""
    fault = Fault(str(path), None, "way", str(way_id), _TOO_FEW)
    return Reject(way_id, RawRow({"way": way_id}), (fault,))


def _left_out(ways: WayFile) -> str:
    return "; ".join(f"{reason} (ways: {count})" for reason, count in sorted(ways.left_out.items()))


def _notes(ways: WayFile, roads: Roads) -> Iterator[str]:
    """Tell what was done with the file, in words."""
    if ways.left_out:
        yield f"ways that are no roads here: {_left_out(ways)}"
    for what, count in sorted(ways.not_understood.items()):
        yield f"{what} (ways: {count})"
    told = (
        (ways.repeated, "ways came again as they were, and count once"),
        (ways.superseded, "ways came in several versions; the newest counts"),
        (ways.outlines, "closed areas, such as squares: their outlines are roads"),
        (roads.repeated_nodes, "nodes came twice in a row in a way and count once"),
        (roads.cut_ways, "ways miss nodes in this file (the edge of the extract?) and end there"),
        (roads.outside_ways, "ways have fewer than two nodes in this file and are left out"),
        (roads.zero_length, "roads have no length and are left out; their two ends are one node"),
        (roads.same_course, "roads run over the very nodes of another road; both are kept"),
        (roads.across_180, "roads cross the 180th meridian"),
    )
    yield from (f"{what} ({count})" for count, what in told if count)
    if len(roads.crossings):
        first = ", ".join(map(str, roads.crossings[:_LISTED].tolist()))
        more = ", and more" if len(roads.crossings) > _LISTED else ""
        yield (
            f"ways of different layers cross at a node, and are joined there as mapped "
            f"({len(roads.crossings)}: node {first}{more})"
        )
    yield from _box_note(ways, roads)


def _box_note(ways: WayFile, roads: Roads) -> Iterator[str]:
    """Tell when the header claims another extent than the roads have; it is not used."""
    if ways.header_box is None or not len(roads.line):
        return
    west, south, east, north = shapely.total_bounds(roads.line).tolist()
    box = ways.header_box
    inside = (
        box[0] <= west + _BOX_SLACK_DEG
        and box[1] <= south + _BOX_SLACK_DEG
        and box[2] >= east - _BOX_SLACK_DEG
        and box[3] >= north - _BOX_SLACK_DEG
    )
    area = (east - west) * (north - south)
    if not inside or (box[2] - box[0]) * (box[3] - box[1]) > _BOX_TIMES * area:
        yield (
            f"the header says {', '.join(f'{side:.4f}' for side in box)} (west, south, east, "
            f"north) and is not believed: the roads lie within {west:.4f}, {south:.4f}, "
            f"{east:.4f}, {north:.4f}"
        )
