"""Status that follows its evidence: after one event only the roads it can touch are recomputed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from uxo.policy import Policy
from uxo.status.compute import compute_status
from uxo.status.item_sets import Rows
from uxo.status.judge import Judgement, judge
from uxo.status.judgements import differing, joined_judgements, sliced
from uxo.status.moves import NOTHING_MOVED, MovedKm, harmful, moved_km
from uxo.status.part_index import (
    Anew,
    Change,
    PartIndex,
    RoadPlace,
    places_of,
    standing,
    touched_roads,
)
from uxo.status.result import StatusResult
from uxo.status.swept import Swept, joined, named_by_row, taken
from uxo.status.turning import TurningPoints
from uxo.vocabulary import Status

_RECENT_MOST: Final = 2_000
"""Changed rows that are looked through one by one before everything is prepared anew."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What some evidence does, or would do, to the roads.

    Attributes
    ----------
    roads : intp[k]
        Rows of the road table that are computed anew.
    km_before, km_after : mapping of Status to float
        Kilometres per status of these roads, every status present.
    moved_km : mapping of (Status, Status) to float
        Kilometres that go from one status to another; only of a look ahead.
    """

    roads: Rows
    km_before: Mapping[Status, float]
    km_after: Mapping[Status, float]
    moved_km: MovedKm


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
        self._parts = [
            PartIndex.of(part, self._base.evidence, self._base.judged) for part in self._base.parts
        ]
        ids = evidence["id"].to_numpy(dtype=object)
        self._row_of = {name: row for row, name in enumerate(ids)}
        self._ids = list(ids)
        self._names = list(evidence["releases_hazards"].to_numpy())
        self._turning = TurningPoints.of(evidence, self._policy, 0)
        self._recent: list[gpd.GeoDataFrame] = []
        self._recent_judged: list[Judgement] = []
        self._recent_turning = TurningPoints.of(evidence.iloc[:0], self._policy, 0)
        self._replaced: set[int] = set()
        # Road -> the answer that its last change gave, and its place in it.
        self._swept: dict[int, RoadPlace] = {}
        self._piece_start = self._base.swept.piece_start

    @property
    def as_of(self) -> datetime:
        """The moment asked about."""
        return self._base.as_of

    @property
    def known_at(self) -> datetime:
        """The last moment whose knowledge is used."""
        return self._base.known_at

    @property
    def roads(self) -> gpd.GeoDataFrame:
        """The road table."""
        return self._base.roads

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
        return self.apply(evidence).roads

    def apply(self, evidence: gpd.GeoDataFrame) -> Preview:
        """Do what `upsert` does, and tell what that did to the roads."""
        change = self._change(evidence)
        anew = [index.computed(change) for index in self._parts]
        told = self._told(anew)
        self._take(change, anew)
        if len(self._ids) - len(self._base.evidence) > _RECENT_MOST:
            result = self.result()
            self._start(result.roads, result.evidence, result.as_of, result.known_at)
        return told

    def preview(self, evidence: gpd.GeoDataFrame) -> Preview:
        """Tell what `upsert` would do, and change nothing.

        Parameters
        ----------
        evidence : GeoDataFrame
            Declared evidence columns; every id once.
        """
        change = self._change(evidence)
        anew = [index.computed(change) for index in self._parts]
        told, would_be = self._told(anew), dict(places_of(anew))
        pairs = ((self._place(road), would_be[road]) for road in told.roads.tolist())
        return replace(told, moved_km=moved_km(pairs))

    def _told(self, anew: list[Anew]) -> Preview:
        """Add up the roads of a change that is not part of the status yet."""
        roads = touched_roads(anew)
        would_be = dict(places_of(anew))
        return Preview(
            roads, self.km_by_status(roads), self._km(roads, would_be.__getitem__), NOTHING_MOVED
        )

    def _change(self, evidence: gpd.GeoDataFrame) -> Change:
        """Judge what is to come in, and find what it replaces."""
        old = [self._row_of[name] for name in evidence["id"] if name in self._row_of]
        return Change(
            evidence=evidence,
            judged=self._judged(evidence),
            old=tuple(old),
            old_rows=tuple(self._row(row) for row in old),
            stale=self._replaced.union(old),
            ids=self._ids,
            names=self._names,
        )

    def _judged(self, evidence: gpd.GeoDataFrame) -> Judgement:
        """Judge rows at the present moment."""
        return judge(
            evidence, policy=self._policy, as_of=self._base.as_of, known_at=self._base.known_at
        )

    def _take(self, change: Change, anew: list[Anew]) -> None:
        """Make a change that was computed part of the status."""
        turning = TurningPoints.of(change.evidence, self._policy, len(self._ids))
        self._recent_turning = self._recent_turning.joined(turning)
        self._replaced.update(change.old)
        for name, named in zip(
            change.evidence["id"], change.evidence["releases_hazards"], strict=True
        ):
            self._row_of[name] = len(self._ids)
            self._ids.append(name)
            self._names.append(named)
        self._recent.append(change.evidence)
        self._recent_judged.append(change.judged)
        for index, own in zip(self._parts, anew, strict=True):
            index.take(own)
        self._swept.update(places_of(anew))

    def _row(self, row: int) -> tuple[gpd.GeoDataFrame, Judgement]:
        """Fetch one row of the evidence as it stands now."""
        size = len(self._base.evidence)
        if row < size:
            where = slice(row, row + 1)
            return self._base.evidence.iloc[where], sliced(self._base.judged, where)
        sizes = np.cumsum([size, *(len(table) for table in self._recent)])
        which = int(np.searchsorted(sizes, row, side="right")) - 1
        where = slice(row - int(sizes[which]), row - int(sizes[which]) + 1)
        return self._recent[which].iloc[where], sliced(self._recent_judged[which], where)

    def result(self) -> StatusResult:
        """Give the status of the whole network as it stands now."""
        if not self._recent:
            return self._base
        stands = np.ones(len(self._ids), dtype=np.bool_)
        stands[list(self._replaced)] = False
        row = np.append(np.cumsum(stands) - 1, -1)  # -1 stays -1: it reads the last entry
        judged = joined_judgements([self._base.judged, *self._recent_judged])
        swept = named_by_row(self._current_swept(), row)
        return StatusResult(
            roads=self._base.roads,
            evidence=self.evidence(),
            policy=self._policy,
            as_of=self._base.as_of,
            known_at=self._base.known_at,
            judged=sliced(judged, stands),
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

    def evidence(self) -> gpd.GeoDataFrame:
        """Give the evidence as it stands now, without assembling the network."""
        if not self._recent:
            return self._base.evidence
        table = pd.concat([self._base.evidence, *self._recent], ignore_index=True)
        stands = standing(np.arange(len(self._ids)), self._replaced)
        return gpd.GeoDataFrame(table[stands].reset_index(drop=True), crs=self._base.roads.crs)

    def on_roads(self) -> set[str]:
        """List the evidence that makes some road worse now: hazards in force, and closures."""
        swept = self._base.swept
        changed = np.zeros(len(self._base.roads), dtype=np.bool_)
        changed[list(self._swept)] = True
        as_before = np.repeat(~changed, swept.run_count)
        rows = [swept.run_item[as_before & harmful(swept)]]
        for own, position in self._swept.values():  # the roads of the latest changes
            runs = slice(own.run_start[position], own.run_start[position + 1])
            rows.append(own.run_item[runs][harmful(own)[runs]])
        return {str(self._ids[row]) for row in np.unique(np.concatenate(rows)).tolist()}

    def km_by_status(self, road_rows: Rows) -> dict[Status, float]:
        """Add up kilometres per status on some roads, without assembling the network."""
        return self._km(road_rows, self._place)

    def swept_of(self, roads: Rows) -> tuple[Rows, Swept]:
        """Give the pieces of some roads, without assembling the network.

        Parameters
        ----------
        roads : intp[k]
            Rows of the road table, each once.

        Returns
        -------
        rows, swept
            The roads in the order in which their pieces come, and the pieces. The runs in it are
            numbered differently from road to road: use the pieces only.
        """
        changed = [int(road) for road in roads if int(road) in self._swept]
        as_before = np.setdiff1d(roads, np.array(changed, dtype=np.intp))
        own = [taken(swept, np.array([at])) for swept, at in map(self._place, changed)]
        rows = np.concatenate([as_before, np.array(changed, dtype=np.intp)])
        return rows, joined([taken(self._base.swept, as_before), *own])

    def _place(self, road: int) -> RoadPlace:
        """Find the answer that holds a road."""
        return self._swept.get(road, (self._base.swept, road))

    def _km(self, road_rows: Rows, place_of: Callable[[int], RoadPlace]) -> dict[Status, float]:
        """Add up kilometres per status on some roads, each in the answer that holds it."""
        km = np.zeros(len(Status))
        for road in road_rows:  # the few roads of one change
            swept, position = place_of(int(road))
            # The start of every piece of the network is added up only once.
            start = self._piece_start if swept is self._base.swept else swept.piece_start
            pieces = slice(start[position], start[position + 1])
            length = swept.to_m[pieces] - swept.from_m[pieces]
            km += np.bincount(swept.status[pieces], length, len(Status))
        return {status: float(km[status]) / 1000.0 for status in Status}

    def advance(self, as_of: datetime, known_at: datetime) -> bool:
        """Move the moment; compute anew only what then counts for something else.

        Returns
        -------
        bool
            Whether anything was computed anew.
        """
        moved = (self._base.as_of, as_of), (self._base.known_at, known_at)
        dated = [turning.between(*moved) for turning in (self._turning, self._recent_turning)]
        self._base = replace(self._base, as_of=as_of, known_at=known_at)
        rows = np.concatenate(dated)
        rows = rows[standing(rows, self._replaced)]
        if len(rows) > _RECENT_MOST:
            now = self.result()
            self._start(now.roads, now.evidence, as_of, known_at)
            return True
        held = [self._row(row) for row in rows.tolist()]
        turned = self._turned(held)
        if turned is None:
            return False
        self.upsert(turned)
        return True

    def _turned(self, held: list[tuple[gpd.GeoDataFrame, Judgement]]) -> gpd.GeoDataFrame | None:
        """Take the rows that count for something else at the present moment; None: no row does."""
        if not held:
            return None
        tables = pd.concat([table for table, _ in held], ignore_index=True)
        rows = gpd.GeoDataFrame(tables, crs=self._base.roads.crs)
        before = joined_judgements([judged for _, judged in held])
        turned = differing(before, self._judged(rows))
        return rows[turned].reset_index(drop=True) if turned.any() else None
