"""Status that follows its evidence: after one event only the roads it can touch are recomputed."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from uxo.geo.ragged import joined_starts, members, starts
from uxo.policy import Policy
from uxo.status.arrays import Items
from uxo.status.compute import compute_status
from uxo.status.judge import Judgement, judge
from uxo.status.kernel import sweep
from uxo.status.prepare import Part, index_items, prepare_items, related
from uxo.status.result import StatusResult
from uxo.status.swept import Swept, joined, named_by_row, taken
from uxo.vocabulary import Status

_GROWN: Final = 1.01  # more than the point scale of any road that is accepted
_RECENT_MOST: Final = 2_000
"""Changed rows that are looked through one by one before everything is prepared anew."""

Rows = npt.NDArray[np.intp]


@dataclass(slots=True)
class _PartIndex:
    """One part of the network with its evidence, indexed both ways.

    Attributes
    ----------
    items : Items
        Evidence as it was when the index was built.
    rows : intp[n]
        Row of the evidence table of each item.
    evidence_tree, road_tree : STRtree
        Boxes of the items grown by their reach, and of the roads by their half-width.
    recent : list of (Items, intp)
        Evidence that came since, one upsert an entry.
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


class LiveStatus:
    """The status of a network that new evidence changes at once.

    Parameters
    ----------
    roads, evidence : GeoDataFrame
        Declared columns, EPSG:4326.
    policy : Policy
        The programme's figures.
    as_of, known_at : datetime
        The moment; :meth:`advance` moves it.

    Notes
    -----
    The result equals that of :func:`~uxo.status.compute.compute_status` on the same evidence
    (status rule, 6.8), down to the bits of the ends of pieces: the same kernel runs on the same
    projected arrays, only for fewer roads.
    """

    def __init__(
        self,
        roads: gpd.GeoDataFrame,
        evidence: gpd.GeoDataFrame,
        *,
        policy: Policy,
        as_of: datetime,
        known_at: datetime,
    ) -> None:
        self._policy = policy
        self._start(roads, evidence, as_of, known_at)

    def _start(
        self,
        roads: gpd.GeoDataFrame,
        evidence: gpd.GeoDataFrame,
        as_of: datetime,
        known_at: datetime,
    ) -> None:
        """Compute everything and index it."""
        self._base = compute_status(
            roads, evidence, policy=self._policy, as_of=as_of, known_at=known_at
        )
        self._parts = [self._index(part) for part in self._base.parts]
        ids = evidence["id"].to_numpy(dtype=object)
        self._row_of = {name: row for row, name in enumerate(ids)}
        self._ids = list(ids)
        self._names = list(evidence["releases_hazards"].to_numpy())
        self._recent: list[gpd.GeoDataFrame] = []
        self._recent_judged: list[Judgement] = []
        self._replaced: set[int] = set()
        # Road -> the answer that its last change gave, and its place in it.
        self._swept: dict[int, tuple[Swept, int]] = {}
        self._piece_start = self._base.swept.piece_start

    def _index(self, part: Part) -> _PartIndex:
        """Index a part's roads and evidence by boxes in its plane."""
        items, rows = prepare_items(self._base.evidence, self._base.judged, part)
        lines = part.lines
        last = lines.start[:-1]
        west, east = (f.reduceat(lines.x, last) for f in (np.minimum, np.maximum))
        south, north = (f.reduceat(lines.y, last) for f in (np.minimum, np.maximum))
        width = part.roads.half_width_m * _GROWN
        roads = shapely.box(west - width, south - width, east + width, north + width)
        return _PartIndex(part, items, rows, shapely.STRtree(_boxes(items)), shapely.STRtree(roads))

    def upsert(self, evidence: gpd.GeoDataFrame) -> Rows:
        """Add items of evidence, or replace those with the same ids.

        Parameters
        ----------
        evidence : GeoDataFrame
            Declared evidence columns; every id once.

        Returns
        -------
        intp[k]
            Rows of the road table whose status was computed anew.
        """
        judged = judge(
            evidence,
            policy=self._policy,
            as_of=self._base.as_of,
            known_at=self._base.known_at,
        )
        old = [self._row_of[name] for name in evidence["id"] if name in self._row_of]
        old_geometries = [self._row(row) for row in old]
        first = len(self._ids)
        self._replaced.update(old)
        for offset, (name, named) in enumerate(
            zip(evidence["id"], evidence["releases_hazards"], strict=True)
        ):
            self._row_of[name] = first + offset
            self._ids.append(name)
            self._names.append(named)
        self._recent.append(evidence)
        self._recent_judged.append(judged)
        touched = [self._refresh(index, evidence, judged, old_geometries) for index in self._parts]
        if len(self._ids) - len(self._base.evidence) > _RECENT_MOST:
            result = self.result()
            self._start(result.roads, result.evidence, result.as_of, result.known_at)
        return np.unique(np.concatenate([np.empty(0, np.intp), *touched]))

    def _row(self, row: int) -> tuple[gpd.GeoDataFrame, Judgement]:
        """Fetch one row of the evidence as it stands now."""
        size = len(self._base.evidence)
        if row < size:
            where = slice(row, row + 1)
            return self._base.evidence.iloc[where], _sliced(self._base.judged, where)
        sizes = np.cumsum([size, *(len(table) for table in self._recent)])
        which = int(np.searchsorted(sizes, row, side="right")) - 1
        where = slice(row - int(sizes[which]), row - int(sizes[which]) + 1)
        return self._recent[which].iloc[where], _sliced(self._recent_judged[which], where)

    def _refresh(
        self,
        index: _PartIndex,
        evidence: gpd.GeoDataFrame,
        judged: Judgement,
        old: list[tuple[gpd.GeoDataFrame, Judgement]],
    ) -> Rows:
        """Recompute the roads of one part that old or new evidence can reach."""
        items, rows = prepare_items(evidence, judged, index.part)
        boxes = [_boxes(items)]
        boxes += [_boxes(prepare_items(table, before, index.part)[0]) for table, before in old]
        first = len(self._ids) - len(evidence)
        if len(rows):
            index.recent.append((items, rows + first))
            index.reach.append(shapely.total_bounds(boxes[0]))
        # Everything asked is a box, so the trees' own comparison of boxes is exact.
        roads = np.unique(index.road_tree.query(np.concatenate(boxes))[1])
        if len(roads) == 0:
            return np.empty(0, dtype=np.intp)
        around = index.road_tree.geometries[roads]
        near = np.unique(index.evidence_tree.query(around)[1])
        stale = np.fromiter(
            (int(row) in self._replaced for row in index.rows[near]), np.bool_, len(near)
        )
        items, rows = self._gathered(index, near[~stale], shapely.total_bounds(around))
        swept = named_by_row(
            Swept(*sweep(index.part.roads, items, index_items(items), roads.astype(np.int64))), rows
        )
        for position, road in enumerate(index.part.road_rows[roads]):
            self._swept[int(road)] = (swept, position)
        return index.part.road_rows[roads]

    def _gathered(
        self, index: _PartIndex, near: Rows, around: npt.NDArray[np.float64]
    ) -> tuple[Items, Rows]:
        """Put indexed items and the recent ones near a box that still stand into one set."""
        sets = [(_chosen(index.items, near), index.rows[near])]
        reach = np.array(index.reach).reshape(-1, 4)
        meets = (reach[:, :2] <= around[2:]).all(axis=1) & (reach[:, 2:] >= around[:2]).all(axis=1)
        for entry in np.flatnonzero(meets):
            own, rows = index.recent[entry]
            keep = np.flatnonzero([int(row) not in self._replaced for row in rows])
            if len(keep) == len(rows):
                sets.append((own, rows))
            else:
                sets.append((_chosen(own, keep), rows[keep]))
        items = _merged([one for one, _ in sets])
        rows = np.concatenate([rows for _, rows in sets])
        ids, names = np.empty(len(rows), dtype=object), np.empty(len(rows), dtype=object)
        ids[:] = [self._ids[row] for row in rows]
        names[:] = [self._names[row] for row in rows]
        return related(items, ids, names), rows

    def result(self) -> StatusResult:
        """Give the status of the whole network as it stands now."""
        if not self._recent:
            return self._base
        stands = np.ones(len(self._ids), dtype=np.bool_)
        stands[list(self._replaced)] = False
        row = np.append(np.cumsum(stands) - 1, -1)  # -1 stays -1: it reads the last entry
        table = pd.concat([self._base.evidence, *self._recent], ignore_index=True)
        judged = _joined_judgements([self._base.judged, *self._recent_judged])
        swept = named_by_row(self._current_swept(), row)
        return StatusResult(
            roads=self._base.roads,
            evidence=gpd.GeoDataFrame(
                table[stands].reset_index(drop=True), crs=self._base.roads.crs
            ),
            policy=self._policy,
            as_of=self._base.as_of,
            known_at=self._base.known_at,
            judged=_sliced(judged, stands),
            parts=self._base.parts,
            swept=swept,
        )

    def _current_swept(self) -> Swept:
        """Replace the recomputed roads in the base answer."""
        changed = np.array(sorted(self._swept), dtype=np.int64)
        places = [self._swept[int(road)] for road in changed]
        anew = [taken(swept, np.array([position])) for swept, position in places]
        both = joined([self._base.swept, *anew])
        order = np.arange(len(self._base.roads))
        order[changed] = len(order) + np.arange(len(changed))
        return taken(both, order)

    def km_by_status(self, road_rows: Rows) -> dict[Status, float]:
        """Add up kilometres per status on some roads, without assembling the network."""
        km = np.zeros(len(Status))
        base = self._base.swept
        for road in road_rows:  # the few roads of one change
            swept, position = self._swept.get(int(road), (base, int(road)))
            start = self._piece_start if swept is base else swept.piece_start
            pieces = slice(start[position], start[position + 1])
            length = swept.to_m[pieces] - swept.from_m[pieces]
            km += np.bincount(swept.status[pieces], length, len(Status))
        return {status: float(km[status]) / 1000.0 for status in Status}

    def advance(self, as_of: datetime, known_at: datetime) -> bool:
        """Move the moment; compute anew only if that changes what some evidence counts for.

        Returns
        -------
        bool
            Whether anything was computed anew.
        """
        now = self.result()
        judged = judge(now.evidence, policy=self._policy, as_of=as_of, known_at=known_at)
        if all(
            np.array_equal(getattr(judged, f.name), getattr(now.judged, f.name), equal_nan=True)
            for f in fields(Judgement)
        ):
            self._base = replace(self._base, as_of=as_of, known_at=known_at)
            return False
        self._start(now.roads, now.evidence, as_of, known_at)
        return True


def _boxes(items: Items) -> npt.NDArray[np.object_]:
    """Boxes of items grown by their reach; an empty box where an item has no place."""
    reach = items.reach_m * _GROWN
    low, high = items.bounds[:, :2] - reach[:, None], items.bounds[:, 2:] + reach[:, None]
    boxes: npt.NDArray[np.object_] = np.full(len(reach), shapely.Polygon(), dtype=object)
    placed = np.isfinite(low).all(axis=1)
    corners = np.column_stack((low[placed], high[placed])).T
    boxes[placed] = shapely.box(*corners)
    return boxes


_PER_ITEM: Final = (
    "area", "bounds", "reach_m", "is_release", "effect", "counts_as", "direct", "day",
    "endable", "ends", "depth_m", "kind", "rank_as_ender",
)  # fmt: skip


def _chosen(items: Items, which: Rows) -> Items:
    """Take some items; what holds between items is left to :func:`related`."""
    edge_start, edges = _gather(items.edge_start, items.edges, which)
    block_start, blocks = _gather(items.block_start, items.blocks, which)
    return items._replace(
        edge_start=edge_start,
        edges=edges,
        block_start=block_start,
        blocks=blocks,
        **{name: getattr(items, name)[which] for name in _PER_ITEM},
    )


def _gather(
    start: npt.NDArray[np.int64], values: npt.NDArray[np.float64], which: Rows
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Take some groups of rows."""
    return starts(start[which + 1] - start[which]), values[members(start, which)]


def _merged(sets: list[Items]) -> Items:
    """Put sets of items behind each other."""
    merged = {name: np.concatenate([getattr(one, name) for one in sets]) for name in _PER_ITEM}
    for start, rows in (("edge_start", "edges"), ("block_start", "blocks")):
        merged[rows] = np.concatenate([getattr(one, rows) for one in sets])
        merged[start] = joined_starts([getattr(one, start) for one in sets])
    return Items(named=np.empty(0, np.int64), **merged)


def _sliced(judged: Judgement, where: slice | npt.NDArray[np.bool_]) -> Judgement:
    """Take some rows of a judgement."""
    return Judgement(**{f.name: getattr(judged, f.name)[where] for f in fields(Judgement)})


def _joined_judgements(parts: list[Judgement]) -> Judgement:
    """Put judgements behind each other."""
    return Judgement(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Judgement)}
    )
