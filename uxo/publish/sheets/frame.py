"""The ground that the map of a sheet covers, and its round scale."""

from dataclasses import dataclass
from enum import StrEnum, unique
from math import floor, log10
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.geo.projection import Projection, wrap

FloatArray = npt.NDArray[np.float64]

MARGIN_MM: Final = 10.0
"""White border around everything."""

_ROUND: Final = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 10.0)
_LARGEST_SCALE: Final = 1_000.0  # 1:1 000: more would promise more than positions hold
_INNER: Final = 0.90  # share of the frame that the subject may fill
_BAR_MOST_MM: Final = 45.0


@unique
class Paper(StrEnum):
    """Sizes of paper (ISO 216), upright."""

    A4 = "a4"
    A3 = "a3"

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height."""
        return (210.0, 297.0) if self is Paper.A4 else (297.0, 420.0)

    @property
    def map_mm(self) -> tuple[float, float]:
        """Width and height of the map on it."""
        return (190.0, 122.0) if self is Paper.A4 else (277.0, 205.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of ground on paper.

    Attributes
    ----------
    plane : Projection
        Around the middle of the subject, so that north is up.
    x_m, y_m : float
        Middle of the frame in the plane.
    scale : float
        Denominator: one metre on paper is so many on the ground.
    width_mm, height_mm : float
        On paper.
    """

    plane: Projection
    x_m: float
    y_m: float
    scale: float
    width_mm: float
    height_mm: float

    @classmethod
    def around(cls, lon: FloatArray, lat: FloatArray, paper: Paper) -> "Frame":
        """Choose the largest round scale at which all positions fit.

        Parameters
        ----------
        lon, lat : float64[n]
            Degrees; at least one.
        paper : Paper
            What it is printed on.
        """
        turned = wrap(lon, float(lon[0]))
        plane = Projection(float((turned.min() + turned.max()) / 2.0))
        x, y = plane.forward(turned, lat)
        width_mm, height_mm = paper.map_mm
        needed = max(
            float(np.ptp(x)) / (width_mm * _INNER), float(np.ptp(y)) / (height_mm * _INNER)
        )
        middle = float(x.min() + x.max()) / 2.0, float(y.min() + y.max()) / 2.0
        return cls(plane, *middle, _round_up(needed * 1000.0), width_mm, height_mm)

    def to_mm(self, lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Place positions on the paper: millimetres from the left and the upper edge."""
        x, y = self.plane.forward(wrap(lon, self.plane.central_lon), lat)
        per_mm = self.scale / 1000.0
        return (
            (x - self.x_m) / per_mm + self.width_mm / 2.0,
            self.height_mm / 2.0 - (y - self.y_m) / per_mm,
        )

    def window(self) -> tuple[float, float, float, float]:
        """Give a box around the frame: west, south, east, north in degrees.

        West is greater than east where it crosses the 180th meridian.
        """
        half_x = self.width_mm / 2.0 * self.scale / 1000.0
        half_y = self.height_mm / 2.0 * self.scale / 1000.0
        share = np.linspace(-1.0, 1.0, 9)
        x = self.x_m + half_x * np.concatenate([share, share, 0 * share - 1, 0 * share + 1])
        y = self.y_m + half_y * np.concatenate([0 * share - 1, 0 * share + 1, share, share])
        lon, lat = self.plane.inverse(x, y)
        lon = wrap(lon, self.plane.central_lon)
        west, east = (float((side + 180.0) % 360.0 - 180.0) for side in (lon.min(), lon.max()))
        return west, float(lat.min()), east, float(lat.max())

    @property
    def bar_m(self) -> float:
        """Ground length of the scale bar: a round number of metres."""
        most = _BAR_MOST_MM * self.scale / 1000.0
        power = 10.0 ** floor(log10(most))
        return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= most)

    @property
    def bar_mm(self) -> float:
        """Length of the scale bar on paper."""
        return self.bar_m / self.scale * 1000.0


def _round_up(scale: float) -> float:
    """Choose the next round denominator.

    Examples
    --------
    >>> _round_up(12_600.0), _round_up(3.0)
    (15000.0, 1000.0)
    """
    if scale <= _LARGEST_SCALE:
        return _LARGEST_SCALE
    power = 10.0 ** floor(log10(scale))
    return next(step * power for step in _ROUND if step * power >= scale)
