"""Read one line to follow from a file: a track of a receiver, or a line that somebody drew."""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely

from uxo.errors import BadFile, BadInput
from uxo.evidence.files.source import check_readable
from uxo.roads.lines import read_roads

FloatArray = npt.NDArray[np.float64]

_GPX_LAYERS: Final = ("tracks", "routes")


def read_line(path: Path) -> list[FloatArray]:
    """Read the parts of a line, longitude and latitude, in the order of the file.

    Parameters
    ----------
    path : Path
        GPX (its tracks, or its routes where there is no track), or any file that roads may come in.

    Returns
    -------
    list of float64[k, 2]
        What lies between two parts is not known.

    Raises
    ------
    BadFile, BadCrs
        The file cannot be read.
    BadInput
        It holds no line, or one that cannot be used.
    """
    lines = _gpx(path) if path.suffix.lower() == ".gpx" else _drawn(path)
    parts = [shapely.get_coordinates(line) for line in lines if shapely.length(line) > 0.0]
    if not parts:
        raise BadInput(f"{path}: holds no line of any length")
    return parts


def _gpx(path: Path) -> list[shapely.LineString]:
    check_readable(path)
    lines: list[shapely.LineString] = []
    try:
        for layer in _GPX_LAYERS:
            table = pyogrio.read_dataframe(path, layer=layer, columns=[])
            lines = list(shapely.get_parts(table.geometry.to_numpy()))
            if lines:
                break
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise BadFile(f"{path}: is no GPX file that can be read ({error})") from error
    return [shapely.force_2d(line) for line in lines]


def _drawn(path: Path) -> list[shapely.LineString]:
    lines: list[shapely.LineString] = []
    for batch in read_roads(path):
        if batch.faults:
            raise BadInput(f"a line that cannot be used: {batch.faults[0]}")
        lines += list(batch.table.geometry)
    return lines
