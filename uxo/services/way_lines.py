"""The course of a way over the ground, cut out of its roads."""

import numpy as np
import numpy.typing as npt
import shapely

from uxo.geo.projection import wrap
from uxo.plan.answers import Way
from uxo.status.result import StatusResult


class WayLines:
    """Draws ways over the roads of one network.

    Parameters
    ----------
    result : StatusResult
        Any status of these roads: only their courses are used.
    """

    def __init__(self, result: StatusResult) -> None:
        self._lines = result.roads.geometry.to_numpy()
        self._parts = result.parts
        self._part = np.empty(len(self._lines), dtype=np.int32)
        self._local = np.empty(len(self._lines), dtype=np.int64)
        for number, part in enumerate(result.parts):
            self._part[part.road_rows] = number
            self._local[part.road_rows] = np.arange(len(part.road_rows))

    def coordinates(self, way: Way, length_m: npt.NDArray[np.float64]) -> list[list[float]]:
        """Give the vertices of a way in order, ``[lon, lat]`` in degrees.

        Parameters
        ----------
        length_m : float64[roads]
            Ground length of every road.
        """
        pieces = [
            self._whole(road, from_m > to_m)
            if abs(to_m - from_m) == length_m[road]
            else self._part_of(road, from_m, to_m)
            for road, from_m, to_m in zip(
                way.road.tolist(), way.from_m.tolist(), way.to_m.tolist(), strict=True
            )
        ]
        if not pieces:
            return []
        every = np.concatenate(pieces)
        new = np.append(True, (np.diff(every, axis=0) != 0.0).any(axis=1))
        kept: list[list[float]] = every[new].tolist()
        return kept

    def _whole(self, road: int, backwards: bool) -> npt.NDArray[np.float64]:  # noqa: FBT001
        vertices = shapely.get_coordinates(self._lines[road])
        return vertices[::-1] if backwards else vertices

    def between(self, road: int, from_m: float, to_m: float) -> npt.NDArray[np.float64]:
        """Give the vertices of a part of a road, both its ends with them: float64[k, 2]."""
        return self._part_of(road, from_m, to_m)

    def _part_of(self, road: int, from_m: float, to_m: float) -> npt.NDArray[np.float64]:
        lines = self._parts[self._part[road]].lines
        local = self._local[road]
        own = slice(lines.start[local], lines.start[local + 1])
        measure_m = lines.measure_m[own]
        low_m, high_m = min(from_m, to_m), max(from_m, to_m)
        inner = lines.given[own] & (measure_m > low_m) & (measure_m < high_m)
        at_m = np.concatenate(([low_m], measure_m[inner], [high_m]))
        lon = wrap(np.interp(at_m, measure_m, lines.lon[own]), 0.0)
        vertices = np.column_stack((lon, np.interp(at_m, measure_m, lines.lat[own])))
        return vertices if from_m <= to_m else vertices[::-1]
