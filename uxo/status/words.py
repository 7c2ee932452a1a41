"""Reasons in plain English, and the figures in them for other languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from uxo.status.beside import names_of, plane_geometries
from uxo.status.cut import plane_pieces
from uxo.status.judge import KINDS, NO_TIME
from uxo.status.pieces import FloatArray, IntArray, PieceTable
from uxo.status.prepare import release_areas
from uxo.vocabulary import RELEASE_KINDS, Category, Effect, Kind

Figures = dict[str, float | str]

_TIMES: Final = (
    "observed_at", "recorded_at", "reviewed_at", "disposed_at", "starts_at", "ends_at",
)  # fmt: skip
_LIVE: Final = (Effect.HAZARD_APPLIES, Effect.HAZARD_APPLIES_AFTER_REMOVAL)
_MOST_NOTES: Final = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one item of evidence counts, or does not, on one piece.

    Attributes
    ----------
    evidence_id : str
        The item.
    effect : Effect
        What the rule did with it.
    text : str
        The reason in English, as the rule writes it.
    figures : mapping of str to float or str
        The numbers and words of the text, for other languages: lengths in metres (``distance_m``,
        ``footprint_m``, ``error_m``, ``half_width_m``, ``depth_m``, ``asked_depth_m``), days as ISO
        dates (``observed_at``, ``recorded_at``, ...), codes of the vocabulary (``kind``,
        ``category``, ``evidence_class``), ``by``, ``by_kind`` and ``by_date`` of the release that
        ended a hazard, ``period_days``. A figure that is not known is absent.
    """

    evidence_id: str
    effect: Effect
    text: str
    figures: Mapping[str, float | str]


def reasons_in_words(table: PieceTable, pieces: npt.NDArray[np.intp]) -> list[list[Reason]]:
    """Give the reasons of some pieces, those that decide first, then by id."""
    place, run = table.runs_on(pieces)
    item = table.swept.run_item[run].astype(np.int64)
    distance_m = _distances(table, pieces, place, item)
    width_m = _half_widths(table, table.road[pieces])
    by = table.swept.run_by[run].astype(np.int64)
    texts = _Texts(table, np.unique(np.concatenate((item, by[by >= 0]))))
    found: list[list[tuple[int, Reason]]] = [[] for _ in pieces]
    for at, one, row, metres_away in zip(place, run, item, distance_m, strict=True):
        # Text is made row by row: each row says something else.
        reason = texts.reason(int(one), int(row), float(metres_away), float(width_m[at]))
        found[at].append((int(row), reason))
    return [_complete(table, reasons) for reasons in found]


def _complete(table: PieceTable, found: list[tuple[int, Reason]]) -> list[Reason]:
    """Order the reasons of one piece and say of live hazards why a release did not end them."""
    releases = [(row, reason) for row, reason in found if table.judged.ends[row]]
    reasons = []
    for row, reason in found:
        if reason.effect in _LIVE and releases:
            notes = [
                f"not ended by {release.evidence_id}: {why_not_ended(table, row, other)}"
                for other, release in releases
            ]
            text = "; ".join([reason.text, *notes[:_MOST_NOTES]])
            reasons.append(replace(reason, text=text))
        else:
            reasons.append(reason)
    return sorted(reasons, key=_place_among_reasons)


def _place_among_reasons(reason: Reason) -> tuple[Effect, bool, str]:
    """Put what decides first: direct evidence before indirect."""
    return reason.effect, reason.figures.get("evidence_class") == "indirect", reason.evidence_id


def _distances(
    table: PieceTable, pieces: npt.NDArray[np.intp], place: IntArray, item: IntArray
) -> FloatArray:
    """Ground metres from pieces to geometries; to the boundary for releases."""
    metres = np.full(len(place), np.nan)
    geometries = table.evidence.geometry.to_numpy()
    for cut in plane_pieces(table, pieces):
        local = np.full(len(pieces), -1, dtype=np.int64)
        local[cut.place] = np.arange(len(cut.place))
        mine = np.flatnonzero(local[place] >= 0)
        items, which = np.unique(item[mine], return_inverse=True)
        chosen, release = geometries[items], table.judged.is_release[items]
        width_m = table.evidence["width_m"].to_numpy()[items[release]]
        chosen[release] = release_areas(chosen[release], width_m, cut.part.projection)
        shapes = plane_geometries(chosen, cut.part.projection)
        shapes[release] = shapely.boundary(shapes[release])
        at = local[place[mine]]
        metres[mine] = shapely.distance(cut.lines[at], shapes[which]) / cut.scale[at]
    return metres


def _half_widths(table: PieceTable, roads: npt.NDArray[np.integer]) -> FloatArray:
    """Half-width of the corridors of some roads in metres, float64[k]."""
    widths = np.empty(len(roads))
    for part in table.parts:
        place = np.minimum(np.searchsorted(part.road_rows, roads), len(part.road_rows) - 1)
        mine = part.road_rows[place] == roads
        widths[mine] = part.roads.half_width_m[place[mine]]
    return widths


def _taken(column: "pd.Series[Any]", rows: IntArray) -> npt.NDArray[np.object_]:
    """Take some values of a column; of a million rows a piece needs a few."""
    return column.take(rows).to_numpy(dtype=object)


class _Texts:
    """Writes reasons from the columns of a table.

    Parameters
    ----------
    rows : int64
        Rows of the evidence that reasons will speak of.
    """

    def __init__(self, table: PieceTable, rows: IntArray) -> None:
        self._table = table
        self._columns: dict[str, dict[int, Any]] = {
            name: dict(zip(rows.tolist(), _taken(table.evidence[name], rows), strict=True))
            for name in ("id", "kind", "category", "depth_m", *_TIMES)
        }

    def reason(self, run: int, row: int, distance_m: float, half_width_m: float) -> Reason:
        """Write one reason."""
        swept = self._table.swept
        effect = Effect(int(swept.run_effect[run]))
        figures = self._figures(row)
        figures["distance_m"] = round(distance_m, 2)
        figures["half_width_m"] = half_width_m
        if effect is Effect.HAZARD_ENDED:
            figures |= self._ender(int(swept.run_by[run]))
        return Reason(str(self._columns["id"][row]), effect, _TEXT[effect](figures), figures)

    def _figures(self, row: int) -> Figures:
        """Collect what the record says."""
        judged = self._table.judged
        kind = Kind(str(self._columns["kind"][row]))
        figures: Figures = {"kind": kind.value, "error_m": float(judged.error_m[row])}
        for name in _TIMES:
            value = self._columns[name][row]
            if not pd.isna(value):
                figures[name] = pd.Timestamp(value).strftime("%Y-%m-%d")
        if kind in RELEASE_KINDS:
            figures["period_days"] = self._table.policy.review_period_days(kind)
            if not pd.isna(self._columns["depth_m"][row]):
                figures["depth_m"] = float(self._columns["depth_m"][row])
            return figures
        category = self._columns["category"][row]
        figures["category"] = Category.UNKNOWN.value if pd.isna(category) else str(category)
        figures["footprint_m"] = float(judged.footprint_m[row])
        figures["asked_depth_m"] = float(judged.depth_m[row])
        figures["evidence_class"] = "direct" if judged.direct[row] else "indirect"
        return figures

    def _ender(self, row: int) -> Figures:
        """Collect what is told of the release that ended a hazard."""
        figures: Figures = {
            "by": str(self._columns["id"][row]),
            "by_kind": str(self._columns["kind"][row]),
            "by_date": pd.Timestamp(self._columns["observed_at"][row]).strftime("%Y-%m-%d"),
        }
        if not pd.isna(self._columns["depth_m"][row]):
            figures["depth_m"] = float(self._columns["depth_m"][row])
        return figures


def metres(value: float | str) -> str:
    """Write metres with at most one decimal.

    >>> metres(31.0), metres(8.46)
    ('31', '8.5')
    """
    return f"{float(value):.1f}".removesuffix(".0")


def _sum(figures: Figures) -> str:
    """Write the comparison of section 3: distance <= footprint + error + half-width."""
    return (
        f"{metres(figures.get('distance_m', 0.0))} m <= {metres(figures['footprint_m'])} + "
        f"{metres(figures['error_m'])} + {metres(figures['half_width_m'])}"
    )


def _what(figures: Figures) -> str:
    """Name a hazard: kind, category, evidence, date."""
    kind, category = (str(figures[name]).replace("_", " ") for name in ("kind", "category"))
    seen = figures.get("observed_at", "an unknown day")
    return f"{kind}, {category}, {figures['evidence_class']} evidence of {seen}"


def _release(figures: Figures) -> str:
    """Name a release: kind and day."""
    return f"{str(figures['kind']).replace('_', ' ')} of {figures.get('observed_at', 'no day')}"


def _depth(figures: Figures) -> str:
    """Write the depth that a clearance reached, where it is one."""
    return f", depth {float(figures['depth_m']):.2f} m" if "depth_m" in figures else ""


def _ended(figures: Figures) -> str:
    """Say which release ended a hazard."""
    text = (
        f"ended by {str(figures['by_kind']).replace('_', ' ')} {figures['by']} on "
        f"{figures['by_date']}"
    )
    if figures["by_kind"] == Kind.CLEARANCE.value:
        asked = f"{float(figures['asked_depth_m']):.2f}"
        text += f", depth {float(figures['depth_m']):.2f} m >= {asked} m"
    return f"{text} ({_what(figures)})"


_TEXT: Final[Mapping[Effect, Callable[[Figures], str]]] = {
    Effect.CLOSURE_IN_FORCE: lambda f: (
        f"closed by order from {f.get('starts_at', 'an unknown day')} to "
        f"{f.get('ends_at', 'no stated end')}: {_sum(f)}"
    ),
    Effect.HAZARD_APPLIES: lambda f: f"hazard applies: {_sum(f)} ({_what(f)})",
    Effect.HAZARD_APPLIES_AFTER_REMOVAL: lambda f: (
        f"hazard applies: item removed on {f['disposed_at']} but its ground is not released: "
        f"{_sum(f)} ({_what(f)})"
    ),
    Effect.HAZARD_ENDED: _ended,
    Effect.HAZARD_REJECTED: lambda f: (
        f"struck out: rejected on review on {f.get('reviewed_at', 'an unknown day')}"
    ),
    Effect.CLOSURE_NOT_BEGUN: lambda f: f"closure set aside: it begins on {f['starts_at']}",
    Effect.CLOSURE_OVER: lambda f: f"closure set aside: it ended on {f['ends_at']}",
    Effect.RELEASE_VALID: lambda f: (
        f"released by {_release(f)}{_depth(f)}: {metres(f.get('distance_m', 0.0))} m inside its "
        f"edge >= {metres(f['error_m'])} + {metres(f['half_width_m'])}"
    ),
    Effect.RELEASE_EXPIRED: lambda f: (
        f"release set aside: {_release(f)}{_depth(f)} is past its review period of "
        f"{metres(f['period_days'])} days"
    ),
    Effect.RELEASE_NOT_ACCEPTED: lambda f: f"release set aside: {_release(f)} is not accepted yet",
    Effect.RELEASE_REJECTED: lambda f: f"release set aside: {_release(f)} was rejected on review",
    Effect.RELEASE_WITHOUT_DATE: lambda f: (
        f"release set aside: {str(f['kind']).replace('_', ' ')} without the day on which it was "
        + ("recorded" if "observed_at" in f else "completed")
    ),
    Effect.RELEASE_WITHOUT_DEPTH: lambda f: f"release set aside: {_release(f)} states no depth",
}


def why_not_ended(table: PieceTable, hazard: int, release: int) -> str:
    """Say which condition of 4.4 a release fails for a live hazard that it covers."""
    judged, kind = table.judged, KINDS[int(table.judged.kind[release])]
    named = bool(names_of(table, np.array([hazard]), np.array([release]))[0])
    if judged.day[hazard] == NO_TIME and not named:
        return "the hazard has no date and is not named by it"
    if judged.day[hazard] != NO_TIME and judged.day[release] <= judged.day[hazard]:
        return "it was not completed on a later day"
    if kind is Kind.CLEARANCE:
        reached, asked = float(judged.depth_m[release]), float(judged.depth_m[hazard])
        return f"depth {reached:.2f} m < {asked:.2f} m"
    return "it does not end direct evidence" + ("" if kind is Kind.SURVEY else " it does not name")
