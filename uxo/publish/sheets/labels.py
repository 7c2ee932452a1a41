"""Numbers and names on the map of a sheet, each where it hides nothing that matters."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import Final

import numpy as np

from uxo.publish.language import Language, isolated
from uxo.publish.sheets.content import Community, Spot
from uxo.publish.sheets.frame import Frame

_AWAY_MM: Final = (6.0, 9.0, 13.0, 18.0)  # of a number from its place, the nearest that is free
_DIRECTIONS: Final = 8
_APART_MM: Final = 5.2  # between two numbers: a little more than one is wide
_EDGE_MM: Final = 3.0
_SCALE_BOX: Final = (58.0, 18.0)  # lower left corner, width and height
_NORTH_BOX: Final = (11.0, 17.0)  # upper right corner
_NAME_MM: Final = (34.0, 4.5)  # room that a name takes
_MOST_NAMES: Final = 40


@dataclass(frozen=True, slots=True)
class Badge:
    """A number with a leader to its place, millimetres from the left and the upper edge."""

    x: float
    y: float
    at_x: float
    at_y: float
    text: str


@dataclass(frozen=True, slots=True)
class NameLabel:
    """The name of a community above its point."""

    x: float
    y: float
    text: str


def badges(spots: Sequence[Spot], frame: Frame) -> list[Badge]:
    """Give places numbers from 1 on, each beside its place, so that the line can be seen.

    Places outside the frame get none.
    """
    if not spots:
        return []
    x, y = frame.to_mm(np.array([s.lon for s in spots]), np.array([s.lat for s in spots]))
    points = list(zip(x.tolist(), y.tolist(), strict=True))
    placed: list[Badge] = []
    for number, (a, b) in enumerate(points, start=1):
        if 0.0 <= a <= frame.width_mm and 0.0 <= b <= frame.height_mm:
            at_x, at_y = _free(a, b, placed, points, frame)
            x_mm, y_mm, at_x, at_y = (round(one, 2) for one in (a, b, at_x, at_y))
            placed.append(Badge(x_mm, y_mm, at_x, at_y, str(number)))
    return placed


def _free(
    x: float,
    y: float,
    placed: Sequence[Badge],
    points: Sequence[tuple[float, float]],
    frame: Frame,
) -> tuple[float, float]:
    """Find a free spot for a number; where there is none, the least crowded one inside."""
    best, most_room = (x, y), -1.0
    for away in _AWAY_MM:
        for turn in range(_DIRECTIONS):
            angle = pi / 4.0 + turn * 2.0 * pi / _DIRECTIONS
            at = x + away * cos(angle), y - away * sin(angle)
            if not _inside(*at, frame):
                continue
            others = [(one.at_x, one.at_y) for one in placed] + list(points)
            room = min(hypot(at[0] - c, at[1] - d) for c, d in others)
            if room >= _APART_MM:
                return at
            if room > most_room:
                best, most_room = at, room
    return best


def _inside(x: float, y: float, frame: Frame) -> bool:
    """Tell whether a number may lie there: within the frame and off its two fields."""
    width, height = frame.width_mm, frame.height_mm
    within = _EDGE_MM <= x <= width - _EDGE_MM and _EDGE_MM <= y <= height - _EDGE_MM
    on_scale = x < _SCALE_BOX[0] and y > height - _SCALE_BOX[1]
    on_north = x > width - _NORTH_BOX[0] and y < _NORTH_BOX[1]
    return within and not on_scale and not on_north


def _clear(at_mm: float, whole_mm: float) -> bool:
    """Tell whether a name has room between its point and both edges."""
    return _NAME_MM[1] <= at_mm <= whole_mm - _EDGE_MM


def name_of(community: Community, language: Language) -> str:
    """Name a community in a language, or in the other one where it has no name in this."""
    names = (community.name_en, community.name_ar)
    own, other = names if language is Language.ENGLISH else names[::-1]
    return own or other


def names(communities: Sequence[Community], frame: Frame, language: Language) -> list[NameLabel]:
    """Place names; one that would lie on another is left out."""
    named = [one for one in communities if name_of(one, language)]
    if not named:
        return []
    x, y = frame.to_mm(
        np.array([one.spot.lon for one in named]), np.array([one.spot.lat for one in named])
    )
    shown: list[NameLabel] = []
    for one, a, b in zip(named, x.tolist(), y.tolist(), strict=True):
        inside = _clear(a, frame.width_mm) and _clear(b, frame.height_mm)
        apart = all(abs(a - c.x) > _NAME_MM[0] or abs(b - c.y) > _NAME_MM[1] for c in shown)
        if inside and apart and len(shown) < _MOST_NAMES:
            shown.append(NameLabel(round(a, 2), round(b, 2), isolated(name_of(one, language))))
    return shown
