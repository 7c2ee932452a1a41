"""The desk: people look at what came in and decide, and every decision is a new event."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType
from typing import Any

import geopandas as gpd

from uxo.errors import BadInput, ChangedSince, Refused
from uxo.evidence.events import Event, EventType, heads_of
from uxo.services.live_status import LiveStatusService
from uxo.services.log_fold import Effect
from uxo.services.review_correction import (
    Correction,
    check_correction,
    corrected_row,
    with_columns,
)
from uxo.services.review_history import Step, duplicate_reason, named_duplicate, steps_of
from uxo.services.review_nearby import Near, nearby
from uxo.services.review_queue import Waiting, Worry, waiting
from uxo.services.review_roads import Around
from uxo.services.review_rules import WHY_NOT, Deed, Hindrance, Standing, review_after
from uxo.services.who import Who
from uxo.store.contract import Draft
from uxo.vocabulary import RELEASE_KINDS, Review


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for a decision.

    Attributes
    ----------
    waiting : Waiting
        The records.
    conflict : mapping of str to tuple of str
        Id -> fields, of the records that were changed in two places at once.
    """

    waiting: Waiting
    conflict: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Looked:
    """One record with all that a person needs to decide.

    Attributes
    ----------
    table : GeoDataFrame
        One row, as the store holds it.
    seen : str
        Names this very state of the record; a decision repeats it.
    steps : list of Step
        Its history, the first first.
    conflict : tuple of str
        Fields that were changed in two places at once.
    near : list of Near
        Records that may be about the same item; ``row`` is a row of ``others``.
    others : GeoDataFrame
        All evidence.
    on_road : bool
        Whether it makes some road worse now.
    hindrances : mapping of Deed to Hindrance or None
        What stands against each deed for this person; None: nothing does.
    """

    table: gpd.GeoDataFrame
    seen: str
    steps: list[Step]
    conflict: tuple[str, ...]
    near: list[Near]
    others: gpd.GeoDataFrame
    on_road: bool
    hindrances: Mapping[Deed, Hindrance | None]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a decision.

    Attributes
    ----------
    changed : bool
        False: it was so already, and nothing was written.
    effect : Effect or None
        What it did to the roads; None where nothing was written.
    notes : tuple of str
        What was mended in a geometry.
    """

    changed: bool
    effect: Effect | None
    notes: tuple[str, ...] = ()


class ReviewDesk:
    """Review of what came in; many threads may use it.

    Parameters
    ----------
    live : LiveStatusService
        The store and the status that follows from it.
    """

    def __init__(self, live: LiveStatusService) -> None:
        self._live = live
        self._deciding = Lock()  # what was seen must still stand when the event is written

    def queue(self, *, limit: int, only: Worry | None = None) -> Queue:
        """List what waits, the worst worries first; see `uxo.services.review_queue.waiting`."""
        conflict = {one.entity: one.fields for one in self._live.conflicts()}
        evidence, on_roads = self._live.standing_evidence()
        found = waiting(
            evidence, on_roads=on_roads, in_conflict=set(conflict), limit=limit, only=only
        )
        return Queue(found, MappingProxyType(conflict))

    def look(self, who: Who, evidence_id: str) -> Looked:
        """Give one record with its history, its neighbours and what may be done with it.

        Raises
        ------
        NotFound
            There is none with this id.
        """
        table = self._live.evidence_item(evidence_id)
        events = self._live.history(evidence_id)
        standing = self._standing(table, evidence_id)
        evidence, on_roads = self._live.standing_evidence()
        return Looked(
            table=table,
            seen=_seen(table, events),
            steps=steps_of(events, standing.recorders),
            conflict=tuple(sorted(standing.conflict)),
            near=nearby(table, evidence, self._live.policy),
            others=evidence,
            on_road=evidence_id in on_roads,
            hindrances=MappingProxyType({deed: standing.hindrance(deed, who) for deed in Deed}),
        )

    def roads(self, evidence_id: str) -> Around:
        """Give the roads around a record.

        Raises
        ------
        NotFound
            There is none with this id.
        """
        return self._live.roads_around(self._live.evidence_item(evidence_id))

    def preview(self, evidence_id: str, deed: Deed, correction: Correction | None = None) -> Effect:
        """Tell what a deed would do to the roads, and change nothing.

        Raises
        ------
        NotFound
            There is none with this id.
        BadInput
            The correction cannot stand, or there is none.
        """
        table = self._live.evidence_item(evidence_id)
        if deed is not Deed.CORRECT:
            return self._live.preview(_reviewed(table, review_after(deed)))
        if correction is None:
            msg = "properties, geometry: nothing is to change"
            raise BadInput(msg)
        corrected = check_correction(table, correction)
        return self._live.preview(corrected_row(table, corrected.columns))

    def decide(
        self, who: Who, evidence_id: str, deed: Deed, *, reason: str, seen: str | None = None
    ) -> Done:
        """Accept, reject or open a record again.

        Parameters
        ----------
        who : Who
            Whose team signs.
        evidence_id : str
            The record.
        deed : Deed
            ``ACCEPT``, ``REJECT`` or ``REOPEN``.
        reason : str
            Stands in the log; needed to reject and to open again.
        seen : str or None
            The state of the record that was looked at; None: whatever stands now.

        Raises
        ------
        NotFound
            There is none with this id.
        ChangedSince
            The record is no longer what was looked at.
        Refused
            The rules are against it; the message says why.
        """
        with self._deciding:
            return self._decide(who, evidence_id, deed, reason.strip(), seen)

    def mark_duplicate(
        self, who: Who, evidence_id: str, other_id: str, *, reason: str, seen: str | None = None
    ) -> Done:
        """Set a record aside because another one is about the same item.

        Raises
        ------
        NotFound
            There is none with one of the ids.
        ChangedSince
            The record is no longer what was looked at.
        Refused
            Both are one record, the other one is set aside itself, or they are not of one sort.
        """
        with self._deciding:
            self._check_pair(evidence_id, other_id)
            why = duplicate_reason(other_id, reason.strip())
            return self._decide(who, evidence_id, Deed.DUPLICATE, why, seen)

    def correct(
        self,
        who: Who,
        evidence_id: str,
        correction: Correction,
        *,
        reason: str,
        seen: str | None = None,
    ) -> Done:
        """Correct a record; nobody has signed the new text, so its review begins anew.

        Raises
        ------
        NotFound
            There is none with this id.
        ChangedSince
            The record is no longer what was looked at.
        BadInput, BadGeometry
            The record as it would be cannot stand.
        Refused
            There is no reason, or the rules are against it.
        """
        with self._deciding:
            table = self._checked(who, evidence_id, Deed.CORRECT, seen)
            if not reason.strip():
                msg = "reason: a correction needs a reason"
                raise BadInput(msg)
            corrected = check_correction(table, correction)
            given = corrected.feature.properties
            if "releases_hazards" in correction.properties:
                self._live.check_named(given.releases_hazards)
            self._live.check_times(given)
            data = {**corrected.columns, "reason": reason.strip()}
            effect = self._write(
                Draft(EventType.EVIDENCE_CORRECTED, evidence_id, data, who.team),
                corrected_row(table, corrected.columns),
            )
            return Done(changed=True, effect=effect, notes=corrected.notes)

    # Everything below is called with the lock held, or only reads.

    def _decide(
        self, who: Who, evidence_id: str, deed: Deed, reason: str, seen: str | None
    ) -> Done:
        table = self._live.evidence_item(evidence_id)
        if self._standing(table, evidence_id).is_already(deed):
            return Done(changed=False, effect=None)
        table = self._checked(who, evidence_id, deed, seen)
        if deed is not Deed.ACCEPT and not reason:
            msg = f"reason: say why you {deed.value} it; it stands in the log"
            raise BadInput(msg)
        review = review_after(deed)
        data: dict[str, Any] = {"review": review.value}
        if reason:
            data["reason"] = reason
        effect = self._write(
            Draft(EventType.EVIDENCE_REVIEWED, evidence_id, data, who.team),
            _reviewed(table, review),
        )
        return Done(changed=True, effect=effect)

    def _write(self, draft: Draft, row: gpd.GeoDataFrame) -> Effect:
        """Write an event; the effect is that of the row it makes, told from status to status."""
        told = self._live.preview(row)
        self._live.write(draft)
        return told

    def _checked(
        self, who: Who, evidence_id: str, deed: Deed, seen: str | None
    ) -> gpd.GeoDataFrame:
        """Give a record after the rules have been asked."""
        table = self._live.evidence_item(evidence_id)
        if seen is not None and seen != _seen(table, self._live.history(evidence_id)):
            msg = f"{evidence_id} changed after you looked at it; look again, then decide"
            raise ChangedSince(msg)
        hindrance = self._standing(table, evidence_id).hindrance(deed, who)
        if hindrance is not None:
            msg = f"{evidence_id}: {WHY_NOT[hindrance]}"
            raise Refused(msg)
        return table

    def _standing(self, table: gpd.GeoDataFrame, evidence_id: str) -> Standing:
        fields = next((c.fields for c in self._live.conflicts() if c.entity == evidence_id), ())
        return Standing.of(
            table,
            conflict=frozenset(fields),
            recorders=self._live.recorders(evidence_id),
            stands_for_others=self._stands_for_others(table, evidence_id),
        )

    def _stands_for_others(self, table: gpd.GeoDataFrame, evidence_id: str) -> bool:
        """Tell whether a record nearby was set aside as a duplicate of this one."""
        evidence, _ = self._live.standing_evidence()
        near = evidence.iloc[[one.row for one in nearby(table, evidence, self._live.policy)]]
        aside = near["id"][near["review"] == Review.REJECTED.value]
        return any(named_duplicate(self._live.history(str(other)), evidence_id) for other in aside)

    def _check_pair(self, evidence_id: str, other_id: str) -> None:
        """Refuse a pair of which no record would be left standing for the item."""
        own, other = (self._live.evidence_item(one) for one in (evidence_id, other_id))
        if own["id"].iloc[0] == other["id"].iloc[0]:
            msg = f"{evidence_id} cannot be a duplicate of itself"
            raise Refused(msg)
        if other["review"].iloc[0] == Review.REJECTED.value:
            msg = f"{other_id} is set aside itself: of the two none would be left"
            raise Refused(msg)
        releases = {kind.value for kind in RELEASE_KINDS}
        kinds = own["kind"].iloc[0], other["kind"].iloc[0]
        if kinds[0] != kinds[1] and not releases.isdisjoint(kinds):
            msg = f"{other_id} is a {kinds[1]}, {evidence_id} a {kinds[0]}: not one thing"
            raise Refused(msg)


def _reviewed(table: gpd.GeoDataFrame, review: Review) -> gpd.GeoDataFrame:
    """Give a record as a review leaves it; without a date it counts from now on."""
    return with_columns(table, {"review": review.value, "reviewed_at": None})


def _seen(table: gpd.GeoDataFrame, events: list[Event]) -> str:
    """Name the state of a record: its heads, and its row, which an import may have replaced."""
    digest = hashlib.sha256("\n".join(heads_of(events)).encode())
    plain = table.drop(columns="geometry").astype(str).to_json(orient="values")
    digest.update(str(plain).encode())
    digest.update(bytes(table.geometry.to_wkb().iloc[0] or b""))
    return digest.hexdigest()[:32]
