"""Read roads from a file of any kind."""

from collections.abc import Iterator
from pathlib import Path

from uxo.errors import BadInput
from uxo.evidence.files.rows import Batch
from uxo.roads.lines import read_roads
from uxo.roads.osm import read_osm
from uxo.roads.osm_file import is_osm
from uxo.roads.snapping import read_snapped


def read_road_file(path: Path, *, snap_m: float = 0.0) -> Iterator[Batch]:
    """Read a file of OpenStreetMap, or of lines, in batches.

    Parameters
    ----------
    path : Path
        The file; its ending tells which it is.
    snap_m : float
        Join ends of plain lines that are at most this far apart; 0 joins only equal ones.

    Raises
    ------
    BadInput
        ``snap_m`` is no length, or the file joins its roads by node.
    BadFile, BadCrs
        As for `uxo.roads.osm.read_osm` and `uxo.roads.lines.read_roads`.
    """
    if not 0.0 <= snap_m < float("inf"):
        raise BadInput(f"a snapping tolerance of {snap_m} m; give 0 or more")
    if is_osm(path):
        if snap_m:
            raise BadInput(f"{path}: an OpenStreetMap file joins its roads by node; leave --snap-m")
        return read_osm(path)
    if snap_m:
        read_roads(path)  # finds what is missing or broken before the first batch is asked for
        return read_snapped(path, snap_m)
    return read_roads(path)
