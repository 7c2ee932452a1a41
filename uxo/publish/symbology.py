"""How statuses and evidence look: one table for the map, its legend and the tests.

Colours keep a distance (CIEDE2000) of at least 16 under normal sight and the three colour
deficiencies (Machado 2009), and a contrast of at least 3:1 on white. Patterns differ pairwise even
in one-bit black, because a sheet is printed, copied and read in the sun. Hazardous areas follow the
GICHD Technical Note 07.11/01, Land Release Symbology. No status is green: no line says "go".
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final

from uxo.vocabulary import Status

WHITE: Final = "#ffffff"


@dataclass(frozen=True, slots=True)
class Stroke:
    """One pass of the pen along a line.

    Attributes
    ----------
    width_px : float
        At zoom 16 and beyond; thinner when zoomed out.
    colour : str
        ``#rrggbb``.
    dash_px : tuple of float
        Lengths of dash and gap in turn; empty: solid.
    round : bool
        Round ends, which make a dash of next to no length a dot.
    """

    width_px: float
    colour: str
    dash_px: tuple[float, ...] = ()
    round: bool = False


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How the roads of one status are drawn.

    Attributes
    ----------
    colour : str
        The colour that stands for the status; the strokes use it, white and (one case) its casing.
    strokes : tuple of Stroke
        Drawn in order; the first is the white casing against glare and crossing lines.
    cross_every_px : float
        Distance between diagonal crosses over the line; 0: none.
    """

    colour: str
    strokes: tuple[Stroke, ...]
    cross_every_px: float = 0.0


def _style(
    colour: str, casing_px: float, *strokes: tuple[float, str, tuple[float, ...]]
) -> LineStyle:
    """Build a style from its casing and its strokes (width, colour, dash)."""
    passes = tuple(
        Stroke(width, one, dash, round=bool(dash) and dash[0] < 1) for width, one, dash in strokes
    )
    return LineStyle(colour, (Stroke(casing_px, WHITE), *passes))


_CLOSED, _CONFIRMED, _SUSPECTED, _CASING = "#070203", "#a3000d", "#d26f05", "#3a1d00"
_NOT_SURVEYED, _EXPIRED, _SURVEYED = "#757575", "#474042", "#2f93d6"
_REDUCED, _CLEARED = "#83309b", "#08194f"

LINES: Final[Mapping[Status, LineStyle]] = MappingProxyType(
    {
        Status.CLOSED: LineStyle(
            _CLOSED, (Stroke(9.0, WHITE), Stroke(4.0, _CLOSED)), cross_every_px=18.0
        ),
        Status.CONFIRMED_HAZARD: _style(
            _CONFIRMED, 11.0, (8.0, _CONFIRMED, ()), (15.0, _CONFIRMED, (2.5, 13.5))
        ),
        Status.SUSPECTED_HAZARD: _style(
            _SUSPECTED, 11.0, (8.0, _CASING, ()), (5.4, WHITE, ()), (5.4, _SUSPECTED, (9.0, 6.0))
        ),
        Status.NOT_SURVEYED: _style(_NOT_SURVEYED, 5.4, (3.4, _NOT_SURVEYED, (0.1, 7.0))),
        Status.SURVEY_EXPIRED: _style(_EXPIRED, 8.0, (5.0, _EXPIRED, (13.0, 4.0, 3.0, 4.0))),
        Status.SURVEYED: _style(_SURVEYED, 9.5, (6.5, _SURVEYED, ()), (2.6, WHITE, ())),
        Status.REDUCED: _style(
            _REDUCED, 9.5, (6.5, _REDUCED, ()), (2.6, WHITE, ()), (6.5, _REDUCED, (2.5, 6.5))
        ),
        Status.CLEARED: _style(_CLEARED, 8.0, (5.0, _CLEARED, ())),
    }
)


@dataclass(frozen=True, slots=True)
class AreaStyle:
    """How ground or a mark of evidence is drawn.

    Attributes
    ----------
    fill, outline : str
        ``#rrggbb``.
    opacity : float
        Of the fill, 0 to 1.
    dash_px : tuple of float
        Of the outline; empty: solid.
    """

    fill: str
    opacity: float
    outline: str
    dash_px: tuple[float, ...] = ()


AREAS: Final[Mapping[str, AreaStyle]] = MappingProxyType(
    {
        "confirmed_area": AreaStyle("#ff0000", 0.5, "#ff0000"),
        "suspected_area": AreaStyle("#f4a718", 0.5, "#ff0000", (7.0, 4.0)),
        "find": AreaStyle("#a3000d", 0.16, "#a3000d"),
        "strike": AreaStyle("#d26f05", 0.13, "#9c5200", (3.0, 4.0)),
        "closure": AreaStyle("#070203", 0.18, "#070203", (10.0, 5.0)),
        "release": AreaStyle("#2f93d6", 0.14, "#08194f"),
        "set_aside": AreaStyle("#757575", 0.06, "#474042", (1.0, 4.0)),
    }
)


def as_payload() -> dict[str, object]:
    """Write the tables as the page reads them: lines by rank, areas by name."""
    return {
        "lines": [asdict(LINES[status]) for status in Status],
        "areas": {name: asdict(style) for name, style in AREAS.items()},
    }
