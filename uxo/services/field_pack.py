"""The data pack of a phone: the roads around a community with their status, for days offline."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from uxo.errors import NotFound
from uxo.geo.projection import Projection
from uxo.policy import Policy
from uxo.services.live_status import LiveStatusService
from uxo.services.pages import Bounds, Rows
from uxo.status.result import StatusResult

HALF_SIDES_KM: Final = (5.0, 3.0, 2.0, 1.0)
"""How far the pack reaches from the community, the farthest first that a phone can draw."""

MAX_PIECES: Final = 20_000
"""What a cheap phone still draws; a denser town gets a smaller pack, never a thinned one."""

MAX_OUTLINE_POINTS: Final = 1_000
"""A community with a finer outline stands for a place by its hull, which is never smaller."""

MAX_PLACES: Final = 100
"""Communities of a pack, the nearest first."""

_CIRCLE_CORNERS: Final = 48
_KM_PER_DEGREE: Final = 111.32
_WHOLE_TURN: Final = 360.0
_POLAR_LAT: Final = 89.0


@dataclass(frozen=True, slots=True)
class Community:
    """A place by its P-code.

    Attributes
    ----------
    pcode : str
        Its code.
    name_en, name_ar : str or None
        None: not known in this language.
    lon, lat : float
        A point of it, in degrees.
    outline : BaseGeometry
        Polygon or multipolygon that stands for a place in it which nobody may record exactly.
    """

    pcode: str
    name_en: str | None
    name_ar: str | None
    lon: float
    lat: float
    outline: BaseGeometry


@dataclass(frozen=True, slots=True)
class FieldPack:
    """What a phone keeps.

    Attributes
    ----------
    community : Community
        In the middle.
    places : tuple of Community
        All communities that touch the box, the nearest first.
    bounds : Bounds
        Every road that touches this box is in the pack, and is there whole.
    result : StatusResult
        The status that the pieces are of.
    pieces : intp[k]
        Rows of its pieces.
    """

    community: Community
    places: tuple[Community, ...]
    bounds: Bounds
    result: StatusResult
    pieces: Rows


def field_pack(service: LiveStatusService, pcode: str) -> FieldPack:
    """Collect the roads around a community.

    Parameters
    ----------
    service : LiveStatusService
        Knows roads, places and status.
    pcode : str
        Code of the community.

    Raises
    ------
    NotFound
        There is no community with this code.
    """
    places = service.places()
    community = find_community(places, pcode, service.policy)
    bounds, result, pieces = _roads(service, community, HALF_SIDES_KM[0])
    for half_km in HALF_SIDES_KM[1:]:
        if len(pieces) <= MAX_PIECES:
            break
        bounds, result, pieces = _roads(service, community, half_km)
    around = tuple(places_around(places, community, bounds, service.policy))
    return FieldPack(community, around, bounds, result, pieces)


def _roads(
    service: LiveStatusService, community: Community, half_km: float
) -> tuple[Bounds, StatusResult, Rows]:
    bounds = box_around(community, half_km)
    return bounds, *service.pieces_in(bounds)


def find_community(places: gpd.GeoDataFrame, pcode: str, policy: Policy) -> Community:
    """Find a community by its P-code.

    Parameters
    ----------
    places : GeoDataFrame
        Declared place columns.
    pcode : str
        Its code.
    policy : Policy
        Tells how far a community reaches of which only a point is known.

    Raises
    ------
    NotFound
        There is none.
    """
    found = np.flatnonzero(places["pcode"].to_numpy(dtype=object) == pcode)
    if len(found) == 0:
        msg = f"there is no community with the P-code {pcode!r}"
        raise NotFound(msg)
    return _community(places.iloc[int(found[0])], policy)


def places_around(
    places: gpd.GeoDataFrame,
    community: Community,
    bounds: Bounds,
    policy: Policy,
    *,
    at_most: int = MAX_PLACES,
) -> Iterator[Community]:
    """Give the communities that touch a box, the nearest to one of them first.

    Parameters
    ----------
    places : GeoDataFrame
        Declared place columns.
    community : Community
        The nearest of all.
    bounds : Bounds
        The box.
    policy : Policy
        As for `find_community`.
    at_most : int
        How many.
    """
    near = places[bounds.touches(places.geometry.to_numpy())]
    found = [_community(row, policy) for _, row in near.iterrows()]  # some tens
    squeeze = math.cos(math.radians(community.lat))

    def away(one: Community) -> tuple[bool, float]:
        d_lon = (one.lon - community.lon + _WHOLE_TURN / 2) % _WHOLE_TURN - _WHOLE_TURN / 2
        return one.pcode != community.pcode, math.hypot(d_lon * squeeze, one.lat - community.lat)

    yield from sorted(found, key=away)[:at_most]


def _community(row: pd.Series, policy: Policy) -> Community:
    point = row.geometry.representative_point()
    names = _text(row["name_en"]), _text(row["name_ar"])
    outline = outline_of(row.geometry, policy.place_radius_m)
    return Community(str(row["pcode"]), *names, point.x, point.y, outline)


def outline_of(place: BaseGeometry, radius_m: float) -> BaseGeometry:
    """Give the ground that a place stands for (status rule, section 2).

    Parameters
    ----------
    place : BaseGeometry
        A polygon or multipolygon, which is its own outline, or a point.
    radius_m : float
        Of the circle around a point, on the ground.

    Returns
    -------
    BaseGeometry
        Holds the place whole: a circle is given by a polygon around it and not within it, and an
        outline of too many points by its hull.
    """
    if shapely.get_dimensions(place) == 0:
        return _circle(place, radius_m)
    if shapely.get_num_coordinates(place) > MAX_OUTLINE_POINTS:
        return shapely.convex_hull(place)
    return place


def _circle(point: BaseGeometry, radius_m: float) -> BaseGeometry:
    """Draw a polygon around a circle of metres on the ground."""
    plane = Projection(point.x)
    x, y = plane.forward(np.array([point.x]), np.array([point.y]))
    scale = plane.scale(x, np.array([point.y]))
    corner_m = radius_m * scale[0] / math.cos(math.pi / _CIRCLE_CORNERS)
    angles: npt.NDArray[np.float64] = np.linspace(0.0, 2 * math.pi, _CIRCLE_CORNERS, endpoint=False)
    lon, lat = plane.inverse(x + corner_m * np.cos(angles), y + corner_m * np.sin(angles))
    return shapely.Polygon(np.column_stack([_turned_all(lon), lat]))


def _turned_all(lon: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    turned: npt.NDArray[np.float64] = (lon + _WHOLE_TURN / 2) % _WHOLE_TURN - _WHOLE_TURN / 2
    return turned


def _text(value: str | None) -> str | None:
    return None if pd.isna(value) else str(value)


def box_around(community: Community, half_km: float) -> Bounds:
    """Give the box around a community.

    Parameters
    ----------
    community : Community
        In its middle.
    half_km : float
        From the middle to each side, in kilometres.
    """
    d_lat = half_km / _KM_PER_DEGREE
    d_lon = d_lat / math.cos(math.radians(min(abs(community.lat), _POLAR_LAT)))
    return Bounds(
        _turned(community.lon - d_lon),
        max(-90.0, community.lat - d_lat),
        _turned(community.lon + d_lon),
        min(90.0, community.lat + d_lat),
    )


def _turned(lon: float) -> float:
    return (lon + _WHOLE_TURN / 2) % _WHOLE_TURN - _WHOLE_TURN / 2
