"""The live status as a fold of the store's log.

The log is the truth: before every answer the events that arrived since the last look are applied.
So what another program imports shows here too, and a find that was acknowledged can never be
missing from the next answer.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from uxo.errors import BadInput, NotFound, Refused
from uxo.evidence.events import EventType
from uxo.policy import Policy
from uxo.services.pages import RoadIndex
from uxo.services.status_changes import RoadChanges
from uxo.status.item_sets import Rows
from uxo.status.live import LiveStatus, Preview
from uxo.status.moves import MovedKm
from uxo.status.result import StatusResult
from uxo.status.swept import nothing_swept
from uxo.store.contract import Draft, Store
from uxo.vocabulary import Layer, Status

STALE_AFTER: Final = timedelta(minutes=1)
"""How far ``as_of`` may lag behind the clock before the status is advanced."""

_SHOWN_ROADS: Final = 100
_REMEMBERED: Final = 1_000  # changes whose roads are remembered one by one
_CLOCKS_DIFFER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Folded:
    """The status at one place of the log.

    Attributes
    ----------
    result : StatusResult
        It never changes.
    index : RoadIndex
        Over its roads.
    version : int
        Differs when anything that can be seen differs, the moment itself apart.
    """

    result: StatusResult
    index: RoadIndex
    version: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a record or a decision does to the roads.

    Attributes
    ----------
    roads_touched : int
        How many roads are computed anew.
    road_ids : tuple of str
        The first of them, at most 100.
    km_before, km_after : mapping of Status to float
        Kilometres per status of these roads, every status present.
    moved_km : mapping of (Status, Status) to float
        Kilometres that go from one status to another; only of a look ahead.
    """

    roads_touched: int
    road_ids: tuple[str, ...]
    km_before: Mapping[Status, float]
    km_after: Mapping[Status, float]
    moved_km: MovedKm


@dataclass(frozen=True, slots=True)
class Change:
    """What one record changed.

    Attributes
    ----------
    row : GeoDataFrame
        The record as the store holds it.
    effect : Effect
        What it did to the roads.
    """

    row: gpd.GeoDataFrame
    effect: Effect


@dataclass(slots=True)
class _State:
    """The status as far as the log has been followed.

    Attributes
    ----------
    live : LiveStatus
        What takes the events in.
    index : RoadIndex
        Over its roads.
    assembled : StatusResult or None
        The whole network, put together when somebody asks for it; None: not since the last change.
    standing : (GeoDataFrame, set of str) or None
        All evidence, and the ids of what makes some road worse; None: not since the last change.
    """

    live: LiveStatus
    index: RoadIndex
    assembled: StatusResult | None = None
    standing: tuple[gpd.GeoDataFrame, set[str]] | None = None

    def forget(self) -> None:
        """Drop what was put together; something has changed."""
        self.assembled = None
        self.standing = None


class LogFold:
    """Follows a store's log; many threads may use it.

    Parameters
    ----------
    store : Store
        Open.
    policy : Policy
        The programme's figures.
    clock : callable
        Gives the present time, with a zone.
    as_of : datetime or None
        The moment asked about, for good. None: the present.

    Raises
    ------
    NotFound
        The store holds no roads.
    """

    def __init__(
        self,
        store: Store,
        *,
        policy: Policy,
        clock: Callable[[], datetime],
        as_of: datetime | None,
    ) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock
        self._fixed_as_of = as_of
        self._lock = Lock()
        self._state: _State | None = None
        self._version = 0
        self._seen = 0
        # Version -> the roads that it touched; None: any of them.
        self._touched: deque[tuple[int, Rows | None]] = deque(maxlen=_REMEMBERED)
        self._own: Counter[str] = Counter()
        self._left: set[str] = set()  # changed, and left to the thread that changes them too
        with self._lock:
            self._current()

    def current(self) -> Folded:
        """Give the status with everything that the log holds now, for the whole network.

        Raises
        ------
        StoreError
            The store cannot be read; nothing older is given in its place.
        """
        with self._lock:
            state = self._current()
            if state.assembled is None:
                state.assembled = state.live.result()
            return Folded(state.assembled, state.index, self._version)

    def road_changes(self, since: int | None) -> RoadChanges:
        """Give the pieces of the roads that changed, without assembling the network.

        Parameters
        ----------
        since : int or None
            Version that the caller holds; None: it holds nothing.

        Raises
        ------
        StoreError
            The store cannot be read.
        """
        with self._lock:
            state = self._current()
            live = state.live
            rows = self._touched_since(since)
            if rows is None:
                if state.assembled is None:
                    state.assembled = live.result()
                none = np.empty(0, np.intp)
                return RoadChanges(
                    self._version, live.as_of, live.known_at, state.assembled, none, nothing_swept()
                )
            rows, swept = live.swept_of(rows)
            return RoadChanges(self._version, live.as_of, live.known_at, None, rows, swept)

    def as_of(self) -> datetime:
        """Give the moment asked about, brought up to the clock however little it lags."""
        with self._lock:
            return self._current(at_once=True).live.as_of

    def record(self, draft: Draft) -> Change:
        """Write one event, and answer when it is on disk and the status includes it.

        Parameters
        ----------
        draft : Draft
            With the id of the record.

        Raises
        ------
        BadInput, NotFound, Refused, StoreError
            It could not be written.
        """
        entity = draft.entity or ""
        with self._lock:
            self._own[entity] += 1  # other threads leave it to this one, which measures its effect
        try:
            # Outside the lock: the store commits what several threads hand in with one flush.
            self._store.record([draft])
            with self._lock:
                return self._apply_own(entity)
        except (BadInput, NotFound, Refused):
            raise  # nothing was written
        except BaseException:
            with self._lock:
                self._state = None  # it may be on disk all the same: begin anew from the log
            raise
        finally:
            with self._lock:
                self._own -= Counter([entity])

    def preview(self, rows: gpd.GeoDataFrame) -> Effect:
        """Tell what evidence would do to the roads, and change nothing.

        Parameters
        ----------
        rows : GeoDataFrame
            Declared evidence columns; every id once.
        """
        with self._lock:
            state = self._current(at_once=True)
            if self._know(state.live, rows):  # what was dated in between counts from now on
                self._next_version(None)
                state.forget()
            return _effect(state.live, state.live.preview(rows))

    def evidence(self) -> tuple[gpd.GeoDataFrame, set[str]]:
        """Give the evidence as it stands, and the ids of what makes some road worse now."""
        with self._lock:
            state = self._current()
            if state.standing is None:
                state.standing = state.live.evidence(), state.live.on_roads()
            return state.standing

    # Everything below is called with the lock held.

    def _current(self, *, at_once: bool = False) -> _State:
        """Apply what happened since the last look, and bring the moment up to date."""
        try:
            state = self._load() if self._state is None else self._caught_up(self._state)
            self._advance(state, at_once=at_once)
        except BaseException:
            # Whatever went wrong half-way, nothing older than the log is shown: begin anew.
            self._state = None
            raise
        self._state = state
        return state

    def _load(self) -> _State:
        """Compute everything anew from the store."""
        # The place in the log is taken first: what arrives meanwhile is applied twice, not never.
        self._seen = self._store.last_place()
        roads = self._store.state(Layer.ROADS)
        if len(roads) == 0:
            msg = "the store holds no roads; import some with: uxo import roads FILE"
            raise NotFound(msg)
        evidence = self._store.state(Layer.EVIDENCE)
        now = self._clock()
        live = LiveStatus(
            roads,
            evidence,
            policy=self._policy,
            as_of=self._fixed_as_of or now,
            known_at=_known_at(now, evidence),
        )
        self._left.clear()
        self._next_version(None)
        return _State(live, RoadIndex.of(roads))

    def _caught_up(self, state: _State) -> _State:
        """Apply the events of others, and of other threads."""
        events = self._store.watch(self._seen)
        if any(event.envelope.type is EventType.LAYER_IMPORTED for _, event in events):
            return self._load()
        changed = self._left.union(event.envelope.ent for _, event in events)
        self._left = {entity for entity in changed if self._own[entity]}
        rows = [self._row(entity) for entity in sorted(changed - self._left)]
        found = [row for row in rows if row is not None]
        if found:
            self._take_in(state, pd.concat(found, ignore_index=True))
        if events:
            self._seen = events[-1][0]
        return state

    def _row(self, entity: str) -> gpd.GeoDataFrame | None:
        """Read one item; None when the events about it do not make a record yet."""
        try:
            return self._store.get(Layer.EVIDENCE, entity)
        except NotFound:
            return None

    def _advance(self, state: _State, *, at_once: bool) -> None:
        """Move the moment asked about to the present when it lags too far behind."""
        live, now = state.live, self._clock()
        allowed = timedelta(0) if at_once else STALE_AFTER
        if self._fixed_as_of is not None or now - live.as_of <= allowed:
            return
        turned = live.advance(now, max(now, live.known_at))
        state.assembled = None  # it says the moment
        if turned:
            self._next_version(None)
            state.forget()

    def _know(self, live: LiveStatus, rows: gpd.GeoDataFrame) -> bool:
        """Move the moment of knowledge on, so that rows which come now are known."""
        known_at = max(live.known_at, _known_at(self._clock(), rows))
        return known_at > live.known_at and live.advance(live.as_of, known_at)

    def _take_in(self, state: _State, rows: gpd.GeoDataFrame) -> Effect:
        """Put evidence in."""
        turned = self._know(state.live, rows)
        told = state.live.apply(rows)
        self._next_version(None if turned else told.roads)
        state.forget()
        return _effect(state.live, told)

    def _next_version(self, rows: Rows | None) -> None:
        """Count a change, and remember which roads it touched; None: any of them."""
        self._version += 1
        self._touched.append((self._version, rows))

    def _touched_since(self, since: int | None) -> Rows | None:
        """List the roads touched after a version; None: that is not known."""
        if since is None or since + len(self._touched) < self._version:
            return None
        later = [rows for version, rows in self._touched if version > since]
        found = [rows for rows in later if rows is not None]
        if len(found) < len(later):
            return None
        return np.unique(np.concatenate([np.empty(0, np.intp), *found]))

    def _apply_own(self, entity: str) -> Change:
        """Apply one record of this process and tell what it did."""
        state = self._current(at_once=True)
        row = self._store.get(Layer.EVIDENCE, entity)
        effect = self._take_in(state, row)
        self._left.discard(entity)
        return Change(row, effect)


def _effect(live: LiveStatus, told: Preview) -> Effect:
    """Name the roads, at most a hundred of them."""
    names = live.roads["road_id"].to_numpy(dtype=object)[told.roads[:_SHOWN_ROADS]]
    ids = tuple(str(name) for name in names)
    return Effect(len(told.roads), ids, told.km_before, told.km_after, told.moved_km)


def _known_at(now: datetime, evidence: gpd.GeoDataFrame) -> datetime:
    """Give the moment of knowledge at which everything held is known.

    Clocks differ, and this one may be set back: what another clock recorded up to a day "later" is
    known all the same, or a find that was acknowledged would be missing until then.
    """
    recorded = evidence["recorded_at"]
    newest = recorded[recorded <= now + _CLOCKS_DIFFER].max()
    return now if pd.isna(newest) else max(now, newest.to_pydatetime())
