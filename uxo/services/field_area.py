"""What a team keeps on its phones: a community or a whole district, found by name or code."""

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from uxo.policy import Policy
from uxo.services.field_pack import HALF_SIDES_KM, Community, box_around, find_community
from uxo.services.pages import Bounds

DISTRICT_MARGIN_KM: Final = 2.0
"""Of the roads around the communities of a district; its own border is in no file."""

MAX_FOUND: Final = 20
"""More would be a list in which nobody finds a name."""

_KM_PER_DEGREE: Final = 111.32
_POLAR_LAT: Final = 89.0
_ALIKE: Final = str.maketrans("أإآٱىةؤئ", "ااااي\u0647وي", "\u0640")
"""Letters that people write in place of each other, and the line that only stretches a word."""


@dataclass(frozen=True, slots=True)
class FieldArea:
    """A community with the roads around it, or a district.

    Attributes
    ----------
    middle : Community
        The community; of a district its own key, no name, and its box as outline.
    is_district : bool
        Whether it is a district, the `admin3` of the file of places.
    communities : int
        How many it holds.
    bounds : Bounds
        What is kept. It ends at the 180th meridian.
    """

    middle: Community
    is_district: bool
    communities: int
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class FoundArea:
    """One line of an answer to a search.

    Attributes
    ----------
    pcode : str
        What to ask for: a P-code, or a district as the file of places writes it.
    name_en, name_ar : str or None
        None: not known in this language.
    district : str or None
        Where a community lies; None: not known, or it is a district itself.
    communities : int or None
        Of a district; None: it is a community.
    """

    pcode: str
    name_en: str | None
    name_ar: str | None
    district: str | None
    communities: int | None


def find_area(places: gpd.GeoDataFrame, key: str, policy: Policy) -> FieldArea:
    """Find a community by its P-code, or a district by its name or code.

    Parameters
    ----------
    places : GeoDataFrame
        Declared place columns.
    key : str
        The P-code of a community; what is none is looked for among the districts.
    policy : Policy
        Tells how far a community reaches of which only a point is known.

    Raises
    ------
    NotFound
        There is neither.
    """
    inside = np.flatnonzero(places["admin3"].to_numpy(dtype=object) == key)
    if len(inside) == 0 or key in set(places["pcode"]):
        community = find_community(places, key, policy)
        bounds = _cut(box_around(community, HALF_SIDES_KM[0]), community.lon)
        return FieldArea(community, is_district=False, communities=1, bounds=bounds)
    west, south, east, north = shapely.total_bounds(places.geometry.to_numpy()[inside]).tolist()
    lon, lat = (west + east) / 2, (south + north) / 2
    d_lat = DISTRICT_MARGIN_KM / _KM_PER_DEGREE
    d_lon = d_lat / math.cos(math.radians(min(max(abs(south), abs(north)), _POLAR_LAT)))
    bounds = Bounds(
        max(-180.0, west - d_lon), max(-90.0, south - d_lat),
        min(180.0, east + d_lon), min(90.0, north + d_lat),
    )  # fmt: skip
    outline = shapely.box(bounds.west, bounds.south, bounds.east, bounds.north)
    middle = Community(key, None, None, lon, lat, outline)
    return FieldArea(middle, is_district=True, communities=len(inside), bounds=bounds)


def _cut(bounds: Bounds, lon: float) -> Bounds:
    """End a box that crosses the 180th meridian there, on the side of its community."""
    if bounds.west <= bounds.east:
        return bounds
    west, east = (bounds.west, 180.0) if lon > 0 else (-180.0, bounds.east)
    return Bounds(west, bounds.south, east, bounds.north)


def search_areas(places: gpd.GeoDataFrame, text: str) -> list[FoundArea]:
    """Find communities and districts by a part of a name, in any language, or of a code.

    Parameters
    ----------
    places : GeoDataFrame
        Declared place columns.
    text : str
        Words; all must be there. Case, accents, vowel signs and the spellings of alef, ya, ta
        marbuta and hamza make no difference.

    Returns
    -------
    list of FoundArea
        Those that are called just so first, then those that begin so, districts before
        communities; `MAX_FOUND` at most.
    """
    wanted = folded(text).split()
    if not wanted:
        return []
    matches = [
        (_distance(names, wanted), one.communities is None, one.pcode, one)
        for names, one in _candidates(places)
        if all(any(word in name for name in names) for word in wanted)
    ]
    return [one for *_, one in sorted(matches, key=lambda match: match[:3])[:MAX_FOUND]]


def _distance(names: list[str], wanted: list[str]) -> int:
    """0: called just so; 1: begins so; 2: holds it."""
    whole = " ".join(wanted)
    if whole in names:
        return 0
    return 1 if any(name.startswith(whole) for name in names) else 2


def _candidates(places: gpd.GeoDataFrame) -> Iterator[tuple[list[str], FoundArea]]:
    """Give each district and each community with its folded names."""
    for district, count in places["admin3"].dropna().value_counts().items():
        key = str(district)
        yield [folded(key)], FoundArea(key, None, None, None, int(count))
    columns = (places[name] for name in ("pcode", "name_en", "name_ar", "admin3"))
    for pcode, name_en, name_ar, admin3 in zip(*columns, strict=True):  # some thousands at most
        one = FoundArea(str(pcode), _text(name_en), _text(name_ar), _text(admin3), None)
        yield [folded(name) for name in (one.pcode, one.name_en, one.name_ar) if name], one


def _text(value: str | None) -> str | None:
    return None if pd.isna(value) else str(value)


def folded(text: str) -> str:
    """Write a name so that its usual spellings are equal.

    Examples
    --------
    >>> folded("Ma\u02bfarr\u0101t") == folded("ma\u02bfarrat")
    True
    >>> folded("\u0623\u0631\u064a\u062d\u0627") == folded("\u0627\u0631\u064a\u062d\u0627")
    True
    """
    plain = unicodedata.normalize("NFKD", text.translate(_ALIKE)).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(letters.split())
