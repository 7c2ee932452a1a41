"""The live status as a fold of the store's log.

The log is the truth: before every answer the events that arrived since the last look are applied.
So what another program imports shows here too, and a find that was acknowledged can never be
missing from the next answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

import geopandas as gpd
import pandas as pd

from uxo.errors import BadInput, NotFound, Refused
from uxo.evidence.events import EventType
from uxo.policy import Policy
from uxo.services.pages import RoadIndex, Rows
from uxo.status.live import LiveStatus
from uxo.status.result import StatusResult
from uxo.store.contract import Draft, Store
from uxo.vocabulary import Layer

STALE_AFTER: Final = timedelta(minutes=1)
"""How far ``as_of`` may lag behind the clock before the status is advanced."""

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
class Change:
    """What one record changed.

    Attributes
    ----------
    row : GeoDataFrame
        The record as the store holds it.
    before, after : StatusResult
        Without it, and with it.
    roads : intp[k]
        The roads that were computed anew.
    """

    row: gpd.GeoDataFrame
    before: StatusResult
    after: StatusResult
    roads: Rows


class LogFold:
    """Follows a store's log; safe for many threads.

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
        self._state: tuple[LiveStatus, Folded] | None = None
        self._version = 0
        self._seen = 0
        self._own: set[str] = set()
        self.current()

    def current(self, *, at_once: bool = False) -> Folded:
        """Give the status with everything that the log holds now.

        Parameters
        ----------
        at_once : bool
            Bring also the moment up to the clock, however little it lags.

        Raises
        ------
        StoreError
            The store cannot be read; nothing older is given in its place.
        """
        with self._lock:
            return self._current(at_once=at_once)[1]

    def record(self, draft: Draft) -> Change:
        """Write one event, and answer when it is on disk and the status includes it.

        Parameters
        ----------
        draft : Draft
            With the id of a record that does not exist yet.

        Raises
        ------
        BadInput, StoreError
            It could not be written.
        """
        entity = draft.entity or ""
        with self._lock:
            self._own.add(entity)  # other threads leave it to this one, which measures its effect
        try:
            # Outside the lock: the store commits what several threads hand in with one flush.
            self._store.record([draft])
            with self._lock:
                return self._apply_own(entity)
        except (BadInput, Refused):
            raise  # nothing was written
        except BaseException:
            with self._lock:
                self._state = None  # it may be on disk all the same: begin anew from the log
            raise
        finally:
            with self._lock:
                self._own.discard(entity)

    # Everything below is called with the lock held.

    def _current(self, *, at_once: bool) -> tuple[LiveStatus, Folded]:
        """Apply what happened since the last look, then give the result."""
        try:
            state = self._load() if self._state is None else self._caught_up(*self._state)
            self._state = self._advanced(*state, at_once=at_once)
        except BaseException:
            # Whatever went wrong half-way, nothing older than the log is shown: begin anew.
            self._state = None
            raise
        return self._state

    def _load(self) -> tuple[LiveStatus, Folded]:
        """Compute everything anew from the store."""
        # The place in the log is taken first: what arrives meanwhile is applied twice, not never.
        events = self._store.watch(0)
        self._seen = events[-1][0] if events else 0
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
        return live, Folded(live.result(), RoadIndex.of(roads), self._next_version())

    def _next_version(self) -> int:
        self._version += 1
        return self._version

    def _caught_up(self, live: LiveStatus, folded: Folded) -> tuple[LiveStatus, Folded]:
        """Apply the events of others, and of other threads."""
        events = self._store.watch(self._seen)
        if not events:
            return live, folded
        if any(event.envelope.type is EventType.LAYER_IMPORTED for _, event in events):
            return self._load()
        entities = dict.fromkeys(event.envelope.ent for _, event in events)
        rows = [self._row(entity) for entity in entities if entity not in self._own]
        found = [row for row in rows if row is not None]
        if found:
            folded, _ = self._with_rows(live, folded, pd.concat(found, ignore_index=True))
        self._seen = events[-1][0]
        return live, folded

    def _row(self, entity: str) -> gpd.GeoDataFrame | None:
        """Read one item; None when the events about it do not make a record yet."""
        try:
            return self._store.get(Layer.EVIDENCE, entity)
        except NotFound:
            return None

    def _advanced(
        self, live: LiveStatus, folded: Folded, *, at_once: bool
    ) -> tuple[LiveStatus, Folded]:
        """Move the moment asked about to the present when it lags too far behind."""
        now = self._clock()
        allowed = timedelta(0) if at_once else STALE_AFTER
        if self._fixed_as_of is not None or now - folded.result.as_of <= allowed:
            return live, folded
        changed = live.advance(now, max(now, folded.result.known_at))
        version = self._next_version() if changed else folded.version
        return live, replace(folded, result=live.result(), version=version)

    def _with_rows(
        self, live: LiveStatus, folded: Folded, rows: gpd.GeoDataFrame
    ) -> tuple[Folded, Rows]:
        """Put evidence in; gives also the roads that were computed anew."""
        known_at = max(folded.result.known_at, _known_at(self._clock(), rows))
        live.advance(folded.result.as_of, known_at)
        roads = live.upsert(rows)
        return replace(folded, result=live.result(), version=self._next_version()), roads

    def _apply_own(self, entity: str) -> Change:
        """Apply one record of this process and tell what it did."""
        live, before = self._current(at_once=True)
        row = self._store.get(Layer.EVIDENCE, entity)
        after, roads = self._with_rows(live, before, row)
        self._state = live, after
        return Change(row, before.result, after.result, roads)


def _known_at(now: datetime, evidence: gpd.GeoDataFrame) -> datetime:
    """Give the moment of knowledge at which everything held is known.

    Clocks differ, and this one may be set back: what another clock recorded up to a day "later" is
    known all the same, or a find that was acknowledged would be missing until then.
    """
    recorded = evidence["recorded_at"]
    newest = recorded[recorded <= now + _CLOCKS_DIFFER].max()
    return now if pd.isna(newest) else max(now, newest.to_pydatetime())
