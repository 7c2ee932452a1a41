"""Invented points and lines around Aleppo, from a fixed seed; the same for every server."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

KINDS: Final = ("mortar", "rocket", "grenade", "submunition", "mine", "unknown")
STATUSES: Final = ("suspected", "confirmed", "cleared", "reduced")
HAZARDS: Final = ("high", "medium", "low")
BOX: Final = (36.6, 35.8, 37.7, 36.6)
_TOWNS: Final = 60


@dataclass(frozen=True, slots=True)
class TileScene:
    """What is drawn.

    Attributes
    ----------
    points, lines : object[n]
        Geometry in WGS84.
    """

    points: npt.NDArray[np.object_]
    lines: npt.NDArray[np.object_]

    def codes(self, count: int, words: tuple[str, ...]) -> list[str]:
        """Give each feature a word."""
        rng = np.random.default_rng(len(words))
        return [words[code] for code in rng.integers(0, len(words), count).tolist()]


def tile_scene(scale: str) -> TileScene:
    """Make 1,000,000 points and 200,000 lines, or a twentieth of them."""
    rng = np.random.default_rng(7)
    points, lines = (1_000_000, 200_000) if scale == "full" else (50_000, 10_000)
    return TileScene(shapely.points(_places(points, rng)), _lines(lines, rng))


def _places(count: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Put nine tenths around towns and the rest anywhere."""
    towns = rng.uniform((BOX[0] + 0.1, BOX[1] + 0.1), (BOX[2] - 0.1, BOX[3] - 0.1), (_TOWNS, 2))
    spread = rng.uniform(0.005, 0.03, _TOWNS)
    home = rng.integers(0, _TOWNS, count)
    places = towns[home] + rng.normal(0, 1, (count, 2)) * spread[home, None]
    anywhere = rng.uniform(0, 1, count) < 0.1
    places[anywhere] = rng.uniform(BOX[:2], BOX[2:], (int(anywhere.sum()), 2))
    return np.clip(places, BOX[:2], BOX[2:])


def _lines(count: int, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Make winding lines of 5 to 25 vertices."""
    vertices = rng.integers(5, 26, count)
    owner = np.repeat(np.arange(count), vertices)
    steps = rng.normal(0, 0.0003, (len(owner), 2))
    path = steps.cumsum(0)
    first = np.concatenate(([0], np.cumsum(vertices)[:-1]))
    path += (_places(count, rng) - path[first])[owner]
    made: npt.NDArray[np.object_] = shapely.linestrings(path, indices=owner)
    return made
