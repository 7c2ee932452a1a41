"""One part of the network with its evidence, indexed both ways: what new evidence can reach."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from uxo.status.arrays import Items
from uxo.status.item_sets import GROWN, Rows, boxes_of, chosen, merged_items
from uxo.status.judge import Judgement
from uxo.status.kernel import sweep
from uxo.status.prepare import Part, index_items, prepare_items, related
from uxo.status.swept import Swept, named_by_row

RoadPlace = tuple[Swept, int]
"""An answer, and the position of one road in it."""


@dataclass(frozen=True, slots=True)
class Change:
    """Evidence that is to come in, before anything has been changed for it.

    Attributes
    ----------
    evidence : GeoDataFrame
        Its rows; they get the numbers after those of ``ids``.
    judged : Judgement
        What they count for.
    old : tuple of int
        Numbers of the rows that they replace.
    old_rows : tuple of (GeoDataFrame, Judgement)
        Those rows as they stand.
    stale : set of int
        Numbers of all rows that then no longer stand.
    ids, names : sequence
        Of every row so far: its id, and the hazards that it names.
    """

    evidence: gpd.GeoDataFrame
    judged: Judgement
    old: tuple[int, ...]
    old_rows: tuple[tuple[gpd.GeoDataFrame, Judgement], ...]
    stale: set[int]
    ids: Sequence[object]
    names: Sequence[object]


@dataclass(frozen=True, slots=True)
class Anew:
    """The roads of one part that a change can reach, computed with it.

    Attributes
    ----------
    items, rows : Items, intp[n]
        The change's evidence as this part prepares it, and its numbers among all rows.
    road_rows : intp[k]
        Rows of the road table.
    swept : Swept or None
        Their answer, road after road; None where there are no such roads.
    """

    items: Items
    rows: Rows
    road_rows: Rows
    swept: Swept | None


@dataclass(slots=True)
class PartIndex:
    """One part of the network with its evidence.

    Attributes
    ----------
    items : Items
        Evidence as it was when the index was built.
    rows : intp[n]
        Row of the evidence table of each item.
    evidence_tree, road_tree : STRtree
        Boxes of the items grown by their reach, and of the roads by their half-width.
    recent : list of (Items, intp)
        Evidence that came since, one change an entry.
    reach : list of float64[4]
        For each of them the box of all that it can reach.
    """

    part: Part
    items: Items
    rows: Rows
    evidence_tree: shapely.STRtree
    road_tree: shapely.STRtree
    recent: list[tuple[Items, Rows]] = field(default_factory=list)
    reach: list[npt.NDArray[np.float64]] = field(default_factory=list)

    @classmethod
    def of(cls, part: Part, evidence: gpd.GeoDataFrame, judged: Judgement) -> "PartIndex":
        """Index a part's roads and evidence by boxes in its plane."""
        items, rows = prepare_items(evidence, judged, part)
        lines = part.lines
        last = lines.start[:-1]
        west, east = (f.reduceat(lines.x, last) for f in (np.minimum, np.maximum))
        south, north = (f.reduceat(lines.y, last) for f in (np.minimum, np.maximum))
        width = part.roads.half_width_m * GROWN
        roads = shapely.box(west - width, south - width, east + width, north + width)
        return cls(part, items, rows, shapely.STRtree(boxes_of(items)), shapely.STRtree(roads))

    def computed(self, change: Change) -> Anew:
        """Compute the roads that new or replaced evidence can reach, and change nothing."""
        items, rows = prepare_items(change.evidence, change.judged, self.part)
        rows = rows + len(change.ids)
        boxes = [boxes_of(items)]
        boxes += [boxes_of(prepare_items(*old, self.part)[0]) for old in change.old_rows]
        # Everything asked is a box, so the trees' own comparison of boxes is exact.
        roads = np.unique(self.road_tree.query(np.concatenate(boxes))[1])
        if len(roads) == 0:
            return Anew(items, rows, np.empty(0, dtype=np.intp), None)
        there, numbers = self._gathered((items, rows), change, roads)
        answer = sweep(self.part.roads, there, index_items(there), roads.astype(np.int64))
        swept = named_by_row(Swept(*answer), numbers)
        return Anew(items, rows, self.part.road_rows[roads], swept)

    def take(self, anew: Anew) -> None:
        """Add the evidence of a change that is now part of the status."""
        if len(anew.rows):
            self.recent.append((anew.items, anew.rows))
            self.reach.append(shapely.total_bounds(boxes_of(anew.items)))

    def _gathered(self, own: tuple[Items, Rows], change: Change, roads: Rows) -> tuple[Items, Rows]:
        """Put the items near some roads that still stand into one set, the new ones among them."""
        around = self.road_tree.geometries[roads]
        near = np.unique(self.evidence_tree.query(around)[1])
        near = near[standing(self.rows[near], change.stale)]
        sets = [(chosen(self.items, near), self.rows[near])]
        for items, rows in self._recent_near(shapely.total_bounds(around)):
            keep = np.flatnonzero(standing(rows, change.stale))
            whole = len(keep) == len(rows)
            sets.append((items, rows) if whole else (chosen(items, keep), rows[keep]))
        if len(own[1]):
            sets.append(own)
        items = merged_items([one for one, _ in sets])
        rows = np.concatenate([rows for _, rows in sets])
        ids, names = (
            _looked_up(rows, held, change.evidence[column].to_numpy(dtype=object))
            for held, column in ((change.ids, "id"), (change.names, "releases_hazards"))
        )
        return related(items, ids, names), rows

    def _recent_near(self, around: npt.NDArray[np.float64]) -> Iterable[tuple[Items, Rows]]:
        """Find the evidence that came since the index was made and reaches into a box."""
        reach = np.array(self.reach).reshape(-1, 4)
        meets = (reach[:, :2] <= around[2:]).all(axis=1) & (reach[:, 2:] >= around[:2]).all(axis=1)
        return [self.recent[entry] for entry in np.flatnonzero(meets)]


def touched_roads(anew: Iterable[Anew]) -> Rows:
    """List the roads that were computed, ascending."""
    rows: Rows = np.unique(np.concatenate([np.empty(0, np.intp), *(one.road_rows for one in anew)]))
    return rows


def places_of(anew: Iterable[Anew]) -> Iterable[tuple[int, RoadPlace]]:
    """Pair each road that was computed with its place in the answer."""
    for one in anew:
        if one.swept is not None:
            for position, road in enumerate(one.road_rows.tolist()):
                yield road, (one.swept, position)


def standing(rows: Rows, stale: set[int]) -> npt.NDArray[np.bool_]:
    """Tell which rows have not been replaced."""
    return np.fromiter((row not in stale for row in rows.tolist()), np.bool_, len(rows))


def _looked_up(
    rows: Rows, known: Sequence[object], new: npt.NDArray[np.object_]
) -> npt.NDArray[np.object_]:
    """Read a value for each row: those held, and behind them those that are to come in."""
    size = len(known)
    found = np.empty(len(rows), dtype=object)
    found[:] = [known[row] if row < size else new[row - size] for row in rows.tolist()]
    return found
