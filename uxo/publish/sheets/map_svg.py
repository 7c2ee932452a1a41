"""The map of a sheet as SVG: shapes and numbers only, no text, so nothing can be slipped in.

Coordinates are hundredths of a millimetre on paper. Lines have the strokes of
`uxo.publish.symbology`, which differ in black and white too. The better statuses are drawn first
and hazards last, on top.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from uxo.publish.sheets.content import Lines, MapContent, Outline, Ranks
from uxo.publish.sheets.frame import Frame
from uxo.publish.symbology import AREAS, LINES, LineStyle, Stroke
from uxo.vocabulary import Status

FloatArray = npt.NDArray[np.float64]

_UNITS: Final = 100.0  # in a millimetre
_SUBJECT: Final = 0.16  # millimetres on paper for a pixel of the style: what the sheet is about
_AROUND: Final = 0.085  # and what lies around it
_BAND: Final = (26.0, "#f6e3a1")  # pixels; behind a route, so that its course is found at once
_BEYOND_MM: Final = 4.0  # lines run on under the edge, so that no cap shows there
_LEAST_MM: Final = 1.4  # a hazard shorter than this is drawn this long: it must not vanish
_FINE_MM: Final = 0.03  # bends finer than this are not seen on paper
_AREA_OPACITY: Final = 0.55  # of that on a screen: roads must be read through it
_CROSS_PX: Final = 6.5


def map_svg(content: MapContent) -> str:
    """Draw the map.

    Parameters
    ----------
    content : MapContent
        What it shows.
    """
    frame = content.frame
    parts = [*_outlines(content.outlines, frame), *_edge(content.region, frame)]
    around = _on_paper(content.around, content.around_ranks, frame)
    parts += _roads(*around, _AROUND)
    shown = _on_paper(content.lines, content.ranks, frame)
    if content.marked:
        parts.append(_stroke(_path(shown[0]), Stroke(*_BAND, round=True), _SUBJECT, "round"))
    parts += _roads(*shown, _SUBJECT if content.marked else _AROUND * 1.4)
    return _document(frame.width_mm, frame.height_mm, parts)


def swatch_svg(status: Status, width_mm: float, height_mm: float) -> str:
    """Draw a stretch of line of one status, for the legend."""
    middle = height_mm / 2.0
    line = np.array([shapely.LineString([(-3.0, middle), (width_mm + 3.0, middle)])], object)
    return _document(width_mm, height_mm, _styled(line, LINES[status], _SUBJECT, status))


def _document(width_mm: float, height_mm: float, parts: list[str]) -> str:
    """Put parts into a document that shows nothing beyond its edges."""
    width, height = round(width_mm * _UNITS), round(height_mm * _UNITS)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm}mm" height="{height_mm}mm" '
        f'viewBox="0 0 {width} {height}"><defs><clipPath id="f"><rect width="{width}" '
        f'height="{height}"/></clipPath></defs><g clip-path="url(#f)" fill="none">'
        f"{''.join(parts)}</g></svg>"
    )


def _on_paper(lines: Lines, ranks: Ranks, frame: Frame) -> tuple[Lines, Ranks]:
    """Turn lines into millimetres and cut them at the frame."""
    if len(lines) == 0:
        return lines, ranks
    at, owner = shapely.get_coordinates(lines, return_index=True)
    x, y = frame.to_mm(at[:, 0], at[:, 1])
    drawn = shapely.linestrings(np.column_stack((x, y)), indices=owner)
    short = np.flatnonzero((ranks <= Status.SUSPECTED_HAZARD) & (shapely.length(drawn) < _LEAST_MM))
    drawn[short] = _lengthened(drawn[short])
    most_x, most_y = frame.width_mm + _BEYOND_MM, frame.height_mm + _BEYOND_MM
    cut = shapely.clip_by_rect(drawn, -_BEYOND_MM, -_BEYOND_MM, most_x, most_y)
    parts, row = shapely.get_parts(cut, return_index=True)
    return shapely.simplify(parts, _FINE_MM), ranks[row]


def _lengthened(lines: Lines) -> Lines:
    """Draw short lines longer, each around its middle and in its direction."""
    if len(lines) == 0:
        return lines
    first, last, middle = (
        shapely.get_coordinates(points)
        for points in (
            shapely.get_point(lines, 0),
            shapely.get_point(lines, -1),
            shapely.line_interpolate_point(lines, 0.5, normalized=True),
        )
    )
    run = last - first
    length = np.hypot(run[:, 0], run[:, 1])[:, np.newaxis]
    along = np.where(length > 0.0, run / np.where(length > 0.0, length, 1.0), (1.0, 0.0))
    half = along * (_LEAST_MM / 2.0)
    drawn: Lines = shapely.linestrings(np.stack((middle - half, middle + half), axis=1))
    return drawn


def _roads(lines: Lines, ranks: Ranks, mm_per_px: float) -> Iterator[str]:
    """Draw roads, the best status first."""
    for status in reversed(Status):
        own = lines[ranks == status]
        if len(own):
            yield from _styled(own, LINES[status], mm_per_px, status)


def _styled(lines: Lines, style: LineStyle, mm_per_px: float, status: Status) -> list[str]:
    path = _path(lines)
    # A square end covers a little more ground; for a hazard that is the right way to err.
    end = "square" if status <= Status.SUSPECTED_HAZARD else "butt"
    drawn = [
        _stroke(path, stroke, mm_per_px, "butt" if stroke.dash_px else end)
        for stroke in style.strokes
    ]
    if style.cross_every_px:
        crosses = _crosses(lines, style.cross_every_px * mm_per_px, _CROSS_PX * mm_per_px)
        drawn.append(_stroke(crosses, Stroke(2.6, style.colour), mm_per_px, "butt"))
    return drawn


def _path(lines: Lines) -> str:
    """Write lines as the data of one path."""
    at = np.rint(shapely.get_coordinates(lines) * _UNITS).astype(np.int64)
    size = shapely.get_num_coordinates(lines)
    words = [f"{x} {y}" for x, y in at.tolist()]
    pieces, start = [], 0
    for count in size.tolist():  # one path takes all lines of a status: text, not arithmetic
        pieces.append("M" + "L".join(words[start : start + count]))
        start += count
    return "".join(pieces)


def _stroke(path: str, stroke: Stroke, mm_per_px: float, end: str) -> str:
    unit = mm_per_px * _UNITS
    dash = " ".join(f"{one * unit:.1f}" for one in stroke.dash_px)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    cap = "round" if stroke.round else end
    return (
        f'<path d="{path}" stroke="{stroke.colour}" stroke-width="{stroke.width_px * unit:.1f}" '
        f'stroke-linecap="{cap}" stroke-linejoin="round"{dashed}/>'
    )


def _crosses(lines: Lines, every_mm: float, size_mm: float) -> str:
    """Write diagonal crosses along lines, at least one on each."""
    pieces = []
    half = size_mm / 2.0 * _UNITS
    for line in lines:  # closures are few
        length = float(shapely.length(line))
        count = max(1, int(length // every_mm))
        at = (np.arange(count) + 0.5) * length / count
        for x, y in shapely.get_coordinates(shapely.line_interpolate_point(line, at)) * _UNITS:
            west, east, north, south = x - half, x + half, y - half, y + half
            pieces.append(f"M{west:.0f} {north:.0f}L{east:.0f} {south:.0f}")
            pieces.append(f"M{west:.0f} {south:.0f}L{east:.0f} {north:.0f}")
    return "".join(pieces)


def _edge(region: BaseGeometry | None, frame: Frame) -> Iterator[str]:
    """Draw where the figures of the sheet end."""
    if region is None:
        return
    rings = shapely.get_rings(shapely.get_parts(region))
    at, owner = shapely.get_coordinates(rings, return_index=True)
    lines = shapely.linestrings(np.column_stack(frame.to_mm(at[:, 0], at[:, 1])), indices=owner)
    yield _stroke(_path(lines), Stroke(2.0, "#000000", (6.0, 3.0, 1.0, 3.0)), _SUBJECT, "butt")


def _outlines(outlines: tuple[Outline, ...], frame: Frame) -> Iterator[str]:
    """Draw ground to be warned of, with all that the hazard reaches."""
    edge = shapely.box(
        -_BEYOND_MM, -_BEYOND_MM, frame.width_mm + _BEYOND_MM, frame.height_mm + _BEYOND_MM
    )

    def to_mm(lonlat: FloatArray) -> FloatArray:
        return np.column_stack(frame.to_mm(lonlat[:, 0], lonlat[:, 1]))

    for name, style in AREAS.items():
        own = [one for one in outlines if one.style == name]
        if not own:
            continue
        flat = shapely.transform(np.array([one.shape for one in own], object), to_mm)
        reach_mm = np.array([one.reach_m for one in own]) / frame.scale * 1000.0
        # Joined, so that a hundred circles over one another are no darker than one.
        area = shapely.union_all(
            shapely.intersection(shapely.buffer(flat, reach_mm, quad_segs=16), edge)
        )
        rings = shapely.get_rings(shapely.get_parts(area))
        if len(rings) == 0:
            continue
        path = "".join(f"{_path(np.array([ring], object))}Z" for ring in rings)
        dash = " ".join(f"{one * _SUBJECT * _UNITS:.1f}" for one in style.dash_px)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        yield (
            f'<path d="{path}" fill="{style.fill}" fill-rule="evenodd" '
            f'fill-opacity="{style.opacity * _AREA_OPACITY:.2f}" stroke="{style.outline}" '
            f'stroke-width="{0.35 * _UNITS:.0f}"{dashed}/>'
        )
