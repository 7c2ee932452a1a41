"""Find communities by P-code or by name, as people type them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from rapidfuzz import process
from rapidfuzz.distance import OSA

from uxo.evidence.place_names import name_key, sound_key, typing_errors

# "Kawkab (Al-Hasakeh)" is called Kawkab too, as is every other Kawkab: none of them is the one.
_BRACKETS: Final = re.compile(r"\([^)]*\)")


@unique
class Match(IntEnum):
    """How well a place fits what was typed, the best first."""

    PCODE = 0
    NAME = 1
    SOUND = 2
    BEGINNING = 3
    CLOSE = 4

    @property
    def word(self) -> str:
        """The word that interfaces carry."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A community that may be meant.

    Attributes
    ----------
    pcode : str
        Its P-code.
    name_en, name_ar, admin3 : str or None
        Names, and its district; None where they are missing.
    lon, lat : float
        A point in it, degrees.
    match : Match
        How it was found.
    distance : int
        Letters that differ; only of `Match.CLOSE` more than 0.
    """

    pcode: str
    name_en: str | None
    name_ar: str | None
    admin3: str | None
    lon: float
    lat: float
    match: Match
    distance: int

    def as_json(self) -> dict[str, Any]:
        """Give the shape of ``--json`` and the web service."""
        return {
            "pcode": self.pcode,
            "name_en": self.name_en,
            "name_ar": self.name_ar,
            "admin3": self.admin3,
            "lon": self.lon,
            "lat": self.lat,
            "match": self.match.word,
            "distance": self.distance,
        }


@dataclass(frozen=True, slots=True)
class FoundPlaces:
    """What was found.

    Attributes
    ----------
    places : tuple of FoundPlace
        The best first.
    ambiguous : bool
        More than one place fits equally well: a person must choose.
    more : int
        How many fit besides.
    """

    places: tuple[FoundPlace, ...]
    ambiguous: bool
    more: int


class PlaceSearch:
    """Searches the communities of a store.

    Parameters
    ----------
    places : GeoDataFrame
        Declared place columns.
    """

    def __init__(self, places: gpd.GeoDataFrame) -> None:
        texts = places[["pcode", "name_en", "name_ar", "admin3"]].astype(object)
        self._rows = texts.where(places[list(texts.columns)].notna(), None).to_numpy()
        # Of an area a point that lies in it for sure.
        self._points = shapely.point_on_surface(places.geometry.to_numpy())
        self._pcode = {str(row[0]).casefold(): number for number, row in enumerate(self._rows)}
        named = [
            (number, written)
            for number, row in enumerate(self._rows)
            for name in row[1:3]
            if name is not None
            for written in {str(name), _BRACKETS.sub("", str(name))}
            if name_key(written)
        ]
        self._owner = [number for number, _ in named]
        self._names = [name_key(name) for _, name in named]
        self._sounds = [sound_key(name) for _, name in named]

    def find(self, typed: str, limit: int) -> FoundPlaces:
        """Find the communities that may be meant.

        Parameters
        ----------
        typed : str
            A P-code, or a name in English or Arabic.
        limit : int
            Most places of the answer.
        """
        best: dict[int, tuple[Match, int]] = {}
        for number, match, distance in self._candidates(typed):
            best[number] = min(best.get(number, (match, distance)), (match, distance))
        ordered = sorted(best, key=lambda number: (*best[number], self._order(number)))
        ties = [number for number in ordered if best[number] == best[ordered[0]]]
        return FoundPlaces(
            tuple(self._place(number, *best[number]) for number in ordered[:limit]),
            ambiguous=len(ties) > 1,
            more=max(0, len(ordered) - limit),
        )

    def _candidates(self, typed: str) -> Iterator[tuple[int, Match, int]]:
        of_code = self._pcode.get(typed.strip().casefold())
        if of_code is not None:
            yield of_code, Match.PCODE, 0
        name, sound = name_key(typed), sound_key(typed)
        if name:
            yield from self._alike(name, sound)
            yield from self._near(self._names, name)
            yield from self._near(self._sounds, sound)

    def _alike(self, name: str, sound: str) -> Iterator[tuple[int, Match, int]]:
        """Give what is equal but for its spelling, and what is being typed."""
        for owner, key, spoken in zip(self._owner, self._names, self._sounds, strict=True):
            if key == name:
                yield owner, Match.NAME, 0
            elif spoken == sound:
                yield owner, Match.SOUND, 0
            elif key.startswith(name):
                yield owner, Match.BEGINNING, 0

    def _near(self, keys: list[str], asked: str) -> Iterator[tuple[int, Match, int]]:
        """Give what differs by a letter or two."""
        allowed = typing_errors(len(asked))
        if allowed:
            near = process.extract(
                asked, keys, scorer=OSA.distance, score_cutoff=allowed, limit=None
            )
            for _, distance, place in near:
                yield self._owner[place], Match.CLOSE, int(distance)

    def _order(self, number: int) -> tuple[str, str]:
        pcode, name_en, name_ar, _ = self._rows[number]
        return str(name_en or name_ar or ""), str(pcode)

    def _place(self, number: int, match: Match, distance: int) -> FoundPlace:
        pcode, name_en, name_ar, admin3 = self._rows[number]
        lon, lat = np.round(shapely.get_coordinates(self._points[number])[0], 7).tolist()
        return FoundPlace(str(pcode), name_en, name_ar, admin3, lon, lat, match, distance)
