"""The live status of a store as a service of many threads uses it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

import geopandas as gpd

from uxo.errors import BadInput, NotFound
from uxo.evidence.events import Event
from uxo.policy import Policy
from uxo.publish.map import draw_map
from uxo.services.explain_place import NEAR_M, Explanation, explain_place
from uxo.services.log_fold import Change, Effect, Folded, LogFold, RoadChanges
from uxo.services.pages import (
    Bounds,
    EvidencePage,
    PiecePage,
    RoadPlace,
    Rows,
    evidence_page,
    piece_page,
    pieces_of,
)
from uxo.services.record_evidence import EvidenceFeature, EvidenceProperties, check_times, draft_of
from uxo.services.review_roads import Around, roads_around
from uxo.services.status_of_store import status_of_store
from uxo.status.result import StatusResult
from uxo.store.contract import Conflict, Draft, Store
from uxo.vocabulary import Kind, Layer

_REDRAW_AFTER: Final = timedelta(hours=1)  # the page tells ages in days


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record that is on disk.

    Attributes
    ----------
    table : GeoDataFrame
        One row, as the store holds it.
    notes : tuple of str
        What was mended in the geometry.
    effect : Effect
        What it did to the status.
    """

    table: gpd.GeoDataFrame
    notes: tuple[str, ...]
    effect: Effect


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the store's rows come from.

    Attributes
    ----------
    attribution : tuple of str
        Lines that everything drawn from the store must show.
    exercise : bool
        Whether any of it was invented for training.
    """

    attribution: tuple[str, ...]
    exercise: bool


class LiveStatusService:
    """The status of a store, current and shared by all threads of a service.

    Parameters
    ----------
    store : Store
        Open; the service does not close it.
    policy : Policy
        The programme's figures.
    clock : callable
        Gives the present time, with a zone.
    new_id : callable
        Gives a new UUIDv7.
    as_of : datetime or None
        The moment asked about, for good (an exercise). None: the present; it moves with the clock.
    title : str
        Of the map.

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
        new_id: Callable[[], str],
        as_of: datetime | None = None,
        title: str = "",
    ) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock
        self._new_id = new_id
        self._title = title
        self._fold = LogFold(store, policy=policy, clock=clock, as_of=as_of)
        self._map_lock = Lock()
        self._maps: dict[str, _Map] = {}

    def result(self) -> StatusResult:
        """Give the status at this moment; it never changes afterwards.

        Raises
        ------
        StoreError
            The store cannot be read; nothing older is shown in its place.
        """
        return self._fold.current().result

    def road_changes(self, since: int | None) -> RoadChanges:
        """Give the roads that changed; see `uxo.services.log_fold.LogFold.road_changes`."""
        return self._fold.road_changes(since)

    def past(self, as_of: datetime, known_at: datetime) -> StatusResult:
        """Compute the status of all roads at a past moment, from what was known then.

        Raises
        ------
        NotFound
            The store held no roads then.
        """
        return status_of_store(self._store, policy=self._policy, as_of=as_of, known_at=known_at)

    def provenance(self) -> Provenance:
        """Give the attribution lines and tell whether this is an exercise."""
        sources = self._store.sources()
        lines = dict.fromkeys(source.attribution for source in sources if source.attribution)
        return Provenance(tuple(lines), any(source.exercise for source in sources))

    def pieces(
        self, *, bounds: Bounds | None = None, limit: int, after: RoadPlace | None = None
    ) -> PiecePage:
        """Give a page of pieces; see `uxo.services.pages.piece_page`."""
        now = self._fold.current()
        return piece_page(now.result, now.index, bounds=bounds, limit=limit, after=after)

    def evidence(
        self,
        *,
        bounds: Bounds | None = None,
        kind: Kind | None = None,
        limit: int,
        after: str | None = None,
    ) -> EvidencePage:
        """Give a page of evidence; see `uxo.services.pages.evidence_page`."""
        return evidence_page(self.result(), bounds=bounds, kind=kind, limit=limit, after=after)

    def evidence_item(self, evidence_id: str) -> gpd.GeoDataFrame:
        """Give one item of evidence as the store holds it, one row.

        Raises
        ------
        NotFound
            There is none with this id.
        """
        return self._store.get(Layer.EVIDENCE, evidence_id)

    def places(self) -> gpd.GeoDataFrame:
        """Give the communities that the store holds, declared place columns."""
        return self._store.state(Layer.PLACES)

    def pieces_in(self, bounds: Bounds) -> tuple[StatusResult, Rows]:
        """Give the status now, and all pieces of the roads that touch a box."""
        now = self._fold.current()
        rows = now.index.rows_in(bounds, len(now.result.roads))
        return now.result, pieces_of(now.result, rows)

    def explain_place(
        self,
        *,
        road_id: str | None = None,
        at_m: float | None = None,
        lon: float | None = None,
        lat: float | None = None,
        near_m: float = NEAR_M,
    ) -> Explanation:
        """Explain a place; see `uxo.services.explain_place.explain_place`."""
        return explain_place(
            self.result(), road_id=road_id, at_m=at_m, lon=lon, lat=lat, near_m=near_m
        )

    def record(self, feature: EvidenceFeature, *, recorder: str | None = None) -> Recorded:
        """Record one item of evidence and bring the status up to date.

        Parameters
        ----------
        feature : EvidenceFeature
            What a person sent, already checked by itself.
        recorder : str or None
            Team of that person, who may write for another team and then not review it (status
            rule, section 4, clause 3); None: the record's own team.

        Returns
        -------
        Recorded
            Given after the record is on disk and the status includes it.

        Raises
        ------
        BadInput, BadGeometry
            It cannot be so: in the future, naming hazards that nobody recorded, or not to be drawn.
        StoreError
            It could not be written; nothing was recorded.
        """
        self.check_times(feature.properties)
        self.check_named(feature.properties.releases_hazards)
        draft, notes = draft_of(feature, self._new_id(), recorder)
        change = self._fold.record(draft)
        return Recorded(change.row, notes, change.effect)

    @property
    def store(self) -> Store:
        """The log underneath, for what is no evidence."""
        return self._store

    @property
    def policy(self) -> Policy:
        """The programme's figures."""
        return self._policy

    def write(self, draft: Draft) -> Change:
        """Write an event about a record; see `uxo.services.log_fold.LogFold.record`."""
        return self._fold.record(draft)

    def preview(self, rows: gpd.GeoDataFrame) -> Effect:
        """Tell what rows of evidence would do to the roads, and change nothing."""
        return self._fold.preview(rows)

    def roads_around(self, record: gpd.GeoDataFrame) -> Around:
        """Give the roads around a record; see `uxo.services.review_roads.roads_around`."""
        now = self._fold.current()
        return roads_around(now.result, now.index, record)

    def standing_evidence(self) -> tuple[gpd.GeoDataFrame, set[str]]:
        """Give all evidence, and the ids of what makes some road worse now."""
        return self._fold.evidence()

    def history(self, evidence_id: str) -> list[Event]:
        """Give the events of a record in the order in which they count."""
        return self._store.history(evidence_id)

    def recorders(self, evidence_id: str) -> frozenset[str]:
        """Give the teams that recorded or corrected a record, and so may not review it."""
        return self._store.recorders(evidence_id)

    def conflicts(self) -> list[Conflict]:
        """List the records that were changed in two places at once."""
        return self._store.conflicts()

    def check_times(self, given: EvidenceProperties) -> None:
        """Refuse what has not happened yet; see `uxo.services.record_evidence.check_times`."""
        check_times(given, now=self._clock(), as_of=self._fold.as_of())

    def check_named(self, hazard_ids: Sequence[str]) -> None:
        """Refuse a release that names what nobody recorded: it would end nothing, in silence.

        Raises
        ------
        BadInput
            There is no evidence of such an id.
        """
        for hazard_id in hazard_ids:
            try:
                self._store.get(Layer.EVIDENCE, hazard_id)
            except NotFound as error:
                msg = f"properties.releases_hazards: there is no evidence {hazard_id!r}"
                raise BadInput(msg) from error

    def map_html(self, language: str) -> str:
        """Draw the map, or give the page drawn before if nothing has changed since.

        Parameters
        ----------
        language : str
            ``en`` or ``ar``.
        """
        with self._map_lock:  # a page takes seconds to draw: never two at a time
            now = self._fold.current()
            drawn = self._maps.get(language)
            if drawn is not None and drawn.still_shows(now):
                return drawn.page
            origin = self.provenance()
            page = draw_map(
                now.result,
                places=self._store.state(Layer.PLACES),
                language=language,
                attribution=origin.attribution,
                exercise=origin.exercise,
                title=self._title,
            )
            self._maps[language] = _Map(now.version, now.result.as_of, page)
            return page


@dataclass(frozen=True, slots=True)
class _Map:
    """A drawn page, and what it shows."""

    version: int
    as_of: datetime
    page: str

    def still_shows(self, now: Folded) -> bool:
        """Tell whether it is what would be drawn now, but for an hour."""
        return self.version == now.version and now.result.as_of - self.as_of < _REDRAW_AFTER
