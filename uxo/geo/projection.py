"""One conformal projection a computation, with the local point scale.

A transverse Mercator on the WGS84 ellipsoid, centred on the data, scale 1 on its central meridian.
It is conformal, so a circle of ``r`` metres on the ground is, to well below a millimetre at 1 km,
a circle of ``r * k`` in the plane, ``k`` being the point scale. That holds in both hemispheres, in
high latitudes and across every zone border, because there are no zones.

Error bound
-----------
Within :data:`HALF_WIDTH_M` of the central meridian a distance of 1 km, measured as plane distance
over the point scale at one of its ends, is within 0.005 m of the geodesic; at 300 m within 0.5 mm.
(The status rule asks for 0.1 m at 1 km.) Wider data are computed in strips (:func:`strips`), each
with its own projection; a road belongs to one strip, so strips never have to be sewn together.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from uxo.errors import BadGeometry

HALF_WIDTH_M: Final = 350_000.0
"""Half-width of a strip; the scale there is at most 1.0016."""

REACH_M: Final = 700_000.0
"""How far from its strip's meridian one road may run before it is refused."""

_A: Final = 6_378_137.0  # WGS84 semi-major axis, metres
_E2: Final = 0.006_694_379_990_141_316  # WGS84 first eccentricity squared

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Projection:
    """A transverse Mercator plane around one central meridian.

    Attributes
    ----------
    central_lon : float
        Central meridian in degrees east.
    """

    central_lon: float

    def _operation(self) -> Transformer:
        """Build the PROJ operation for one call.

        It must not live longer: PROJ keeps a state a thread, which goes with the thread that built
        the operation, and a plane outlives the threads that use it.
        """
        return Transformer.from_pipeline(
            f"+proj=tmerc +lat_0=0 +lon_0={self.central_lon!r} +k=1 +ellps=WGS84 +units=m"
        )

    def forward(self, lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Project longitudes and latitudes (degrees, float64[n]) to plane metres.

        Raises
        ------
        BadGeometry
            A position lies too far from the central meridian to be projected.
        """
        x, y = self._operation().transform(lon, lat)
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            msg = (
                f"a position cannot be projected around longitude {self.central_lon:.3f}: one "
                "geometry spans too much of the earth; cut it into parts of less than 30 degrees"
            )
            raise BadGeometry(msg)
        return x, y

    def inverse(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Turn plane metres back into longitudes and latitudes (degrees)."""
        lon, lat = self._operation().transform(x, y, direction="INVERSE")
        return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)

    def scale(self, x: FloatArray, lat: FloatArray) -> FloatArray:
        """Point scale ``k``: plane metres for one metre on the ground.

        Parameters
        ----------
        x : float64[n]
            Plane easting in metres, 0 on the central meridian.
        lat : float64[n]
            Latitude in degrees.

        Notes
        -----
        ``cosh(x / R)`` with ``R`` the mean radius of curvature at the latitude: exact on the sphere
        (Snyder 1987, USGS PP 1395, eq. 8-4 and 8-11 in terms of x), within 1e-7 on the ellipsoid
        for ``|x|`` up to :data:`HALF_WIDTH_M`.
        """
        squeeze = 1.0 - _E2 * np.sin(np.radians(lat)) ** 2
        mean_radius_m = _A * np.sqrt(1.0 - _E2) / squeeze
        scale: FloatArray = np.cosh(x / mean_radius_m)
        return scale


def wrap(lon: FloatArray, central_lon: float) -> FloatArray:
    """Move longitudes to within 180 degrees of a meridian, so that lines do not jump at 180 E."""
    turned: FloatArray = lon - 360.0 * np.round((lon - central_lon) / 360.0)
    return turned  # bit for bit the same where no turn is needed


def strips(lon: FloatArray, lat: FloatArray) -> list[tuple[Projection, npt.NDArray[np.intp]]]:
    """Divide positions into strips narrow enough for the error bound.

    Parameters
    ----------
    lon, lat : float64[n]
        One representative position of each road, degrees.

    Returns
    -------
    list of (Projection, intp[m])
        A projection and the positions it serves; every position is served once. One strip where
        the data allow it.
    """
    if len(lon) == 0:
        return []
    start = _western_edge(lon)
    east = np.mod(lon - start, 360.0)
    metres_per_degree = np.pi / 180.0 * _A * np.cos(np.radians(np.abs(lat).min()))
    span = float(east.max())
    count = max(1, int(np.ceil(span * metres_per_degree / (2.0 * HALF_WIDTH_M))))
    width = span / count
    which = np.zeros(len(lon), dtype=np.intp)
    if count > 1:
        which = np.minimum((east / width).astype(np.intp), count - 1)
    found = []
    for number in np.unique(which):
        centre = start + width * (number + 0.5)
        central = float((centre + 180.0) % 360.0 - 180.0)
        found.append((Projection(central), np.flatnonzero(which == number)))
    return found


def _western_edge(lon: FloatArray) -> float:
    """Find where the data begin, going east from the widest gap (data may straddle 180 E)."""
    around = np.unique(np.mod(lon, 360.0))
    gaps = np.diff(around, append=around[0] + 360.0)
    return float(around[(int(np.argmax(gaps)) + 1) % len(around)])
