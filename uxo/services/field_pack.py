"""The data pack of a phone: the roads around a community with their status, for days offline."""

import math
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from uxo.errors import NotFound
from uxo.services.live_status import LiveStatusService
from uxo.services.pages import Bounds, Rows
from uxo.status.result import StatusResult

HALF_SIDES_KM: Final = (5.0, 3.0, 2.0, 1.0)
"""How far the pack reaches from the community, the farthest first that a phone can draw."""

MAX_PIECES: Final = 20_000
"""What a cheap phone still draws; a denser town gets a smaller pack, never a thinned one."""

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
    """

    pcode: str
    name_en: str | None
    name_ar: str | None
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class FieldPack:
    """What a phone keeps.

    Attributes
    ----------
    community : Community
        In the middle.
    bounds : Bounds
        Every road that touches this box is in the pack, and is there whole.
    result : StatusResult
        The status that the pieces are of.
    pieces : intp[k]
        Rows of its pieces.
    """

    community: Community
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
    community = find_community(service.places(), pcode)
    pack = _pack(service, community, HALF_SIDES_KM[0])
    for half_km in HALF_SIDES_KM[1:]:
        if len(pack.pieces) <= MAX_PIECES:
            break
        pack = _pack(service, community, half_km)
    return pack


def _pack(service: LiveStatusService, community: Community, half_km: float) -> FieldPack:
    bounds = box_around(community, half_km)
    return FieldPack(community, bounds, *service.pieces_in(bounds))


def find_community(places: gpd.GeoDataFrame, pcode: str) -> Community:
    """Find a community by its P-code.

    Raises
    ------
    NotFound
        There is none.
    """
    found = np.flatnonzero(places["pcode"].to_numpy(dtype=object) == pcode)
    if len(found) == 0:
        msg = f"there is no community with the P-code {pcode!r}"
        raise NotFound(msg)
    row = places.iloc[int(found[0])]
    point = row.geometry.representative_point()
    return Community(pcode, _text(row["name_en"]), _text(row["name_ar"]), point.x, point.y)


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
