"""Take in what a phone sends: check it, make an event of it, and answer when it is on disk.

Records come days late, twice, in any order, and from clocks that are wrong by a year. None of this
is a reason to refuse one: what is refused stays on a phone and warns nobody.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import pandas as pd
import shapely.geometry
from shapely.geometry.base import BaseGeometry

from uxo.errors import BadInput, NotFound
from uxo.evidence.events import EventType
from uxo.services.phone_records import (
    EvidenceCorrected,
    EvidenceRecorded,
    ItemDisposed,
    is_uuid7,
)
from uxo.services.record_evidence import (
    EvidenceFeature,
    EvidenceProperties,
    Geometry,
    contradictions,
    draft_of,
    drawing_faults,
    usable_shape,
)
from uxo.services.who import Who
from uxo.store.contract import Draft, Store
from uxo.store.phone_contract import PhonePost, PhoneReceipt
from uxo.vocabulary import HAZARD_KINDS, Category, EvidenceClass, Kind, Layer, PositionMethod

OPEN: Final = "open"
"""Who sends while there is no sign-in: then the record itself names the team."""

_CLOCK_OFF: Final = timedelta(hours=1)
_MILLISECOND: Final = timedelta(milliseconds=1)
_WORDS: Final[Mapping[str, type[StrEnum]]] = {
    "kind": Kind,
    "category": Category,
    "evidence_class": EvidenceClass,
    "position_method": PositionMethod,
}
AnyRecord = EvidenceRecorded | EvidenceCorrected | ItemDisposed


@dataclass(frozen=True, slots=True)
class _PhoneClock:
    """What a phone's clock says against ours.

    Attributes
    ----------
    ahead : timedelta or None
        Measured when it sent. None: not known.
    latest : datetime
        Nothing was seen later than this.
    """

    ahead: timedelta | None
    latest: datetime

    def seen(self, moment: datetime | None, *, hazard: bool) -> datetime | None:
        """Read a time by a phone's clock on the careful side.

        What seems to lie in the future counts from now on; it would not count at all. What a clock
        that is behind says of a hazard is set right, or a release older than the find would end it;
        what one that is ahead says of a release, or that would end what was found after it.
        """
        if moment is None:
            return None
        return min(self.late(moment) if hazard else self.early(moment), self.latest)

    def late(self, moment: datetime) -> datetime:
        """Set right what a clock that is behind says; else give the time as it was told."""
        if self.ahead is None or self.ahead >= -_CLOCK_OFF:
            return moment
        return moment - self.ahead

    def early(self, moment: datetime) -> datetime:
        """Set right what a clock that is ahead says; else give the time as it was told."""
        if self.ahead is None or self.ahead <= _CLOCK_OFF:
            return moment
        return moment - self.ahead


class Receiver:
    """Takes in the records of phones; many threads may use it.

    Parameters
    ----------
    store : Store
        Open for writing.
    clock : callable
        Gives the present time, with a zone.
    as_of : datetime or None
        The moment whose status the service shows, for good (an exercise). None: the present.
    """

    def __init__(
        self, store: Store, *, clock: Callable[[], datetime], as_of: datetime | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._as_of = as_of

    def receive(
        self, who: Who, record: AnyRecord, sent: bytes, *, sent_at: datetime | None = None
    ) -> PhoneReceipt:
        """Keep one record, once, however often it comes.

        Parameters
        ----------
        who : Who
            Which phone sends, and its team.
        record : PhoneRecord
            The body, read.
        sent : bytes
            The body as it came.
        sent_at : datetime or None
            What the phone's clock said when it sent this. None: it did not say.

        Raises
        ------
        EventDiffers
            The id came before with other bytes.
        BadInput, BadGeometry, Refused
            It cannot stand; nothing was kept.
        """
        now = self._clock()
        team = _team(who, record)
        skew_ms = _skew_ms(record.device_time, sent_at, now)
        if self._store.phone_states([record.event_id]):
            # It was checked when it came first; only its bytes are compared now.
            draft = Draft(EventType(record.type), record.entity, {}, team)
        else:
            latest = now if self._as_of is None else min(now, self._as_of)
            ahead = None if sent_at is None else sent_at - now
            draft = self._draft(record, team, _PhoneClock(ahead, latest))
        post = PhonePost(
            event_id=record.event_id,
            device_seq=record.device_seq,
            sent=sent,
            base=tuple(record.base),
            device_time=record.device_time,
            skew_ms=skew_ms,
            draft=draft,
        )
        (receipt,) = self._store.receive(who.actor.removeprefix("device:"), team, [post])
        return receipt

    def _draft(self, record: AnyRecord, team: str, phone: _PhoneClock) -> Draft:
        match record:
            case EvidenceRecorded():
                return self._recorded(record, phone)
            case EvidenceCorrected():
                return self._corrected(record, team, phone)
            case ItemDisposed():
                disposed_at = min(record.data.disposed_at, phone.latest)
                data = {"disposed_at": disposed_at}
                self._check_find(record.entity)
                return Draft(EventType.ITEM_DISPOSED, record.entity, data, team)

    def _recorded(self, record: EvidenceRecorded, phone: _PhoneClock) -> Draft:
        given = record.data.properties
        self._check_named(given.releases_hazards)
        draft, _ = draft_of(record.data, record.entity)
        hazard = given.kind in HAZARD_KINDS
        times = {
            "observed_at": phone.seen(given.observed_at, hazard=hazard),
            "disposed_at": given.disposed_at and min(given.disposed_at, phone.latest),
            # A closure holds from the earlier and until the later of what it may have meant.
            "starts_at": given.starts_at and phone.early(given.starts_at),
            "ends_at": given.ends_at and phone.late(given.ends_at),
        }
        data = {**draft.data, **{name: time for name, time in times.items() if time is not None}}
        return Draft(draft.type, draft.entity, data, draft.who)

    def _corrected(self, record: EvidenceCorrected, team: str, phone: _PhoneClock) -> Draft:
        said = record.data
        changes = {
            name: getattr(said.properties, name) for name in said.properties.model_fields_set
        }
        self._check_named(changes.get("releases_hazards") or ())
        if changes.get("category") is Category.NOT_EO:
            msg = "data.properties.category: not_eo is given by a review only"
            raise BadInput(msg)
        current = self._current(record.entity)
        if changes.get("observed_at") is not None:
            hazard = current is None or current["kind"] in HAZARD_KINDS
            changes["observed_at"] = phone.seen(changes["observed_at"], hazard=hazard)
        data: dict[str, Any] = {**changes, "reason": said.reason}
        if current is not None:
            _check_change(current, changes)
        if said.geometry is not None:
            data["geometry"] = _place(said.geometry, current, changes)
        return Draft(EventType.EVIDENCE_CORRECTED, record.entity, data, team)

    def _current(self, entity: str) -> dict[str, Any] | None:
        """Read an item as it is; None when it is not here, perhaps not yet."""
        try:
            row = self._store.get(Layer.EVIDENCE, entity).iloc[0].to_dict()
        except NotFound:
            if is_uuid7(entity):
                return None
            msg = f"entity: there is no evidence {entity!r}"
            raise BadInput(msg) from None
        read: dict[str, Any] = {}
        for name in EvidenceProperties.model_fields:
            value = row[name]
            if name == "releases_hazards":
                read[name] = list(value)
            elif pd.isna(value):
                read[name] = Category.UNKNOWN if name == "category" else None
            else:
                read[name] = _WORDS[name](value) if name in _WORDS else value
        return read

    def _check_find(self, entity: str) -> None:
        current = self._current(entity)
        if current is not None and current["kind"] is not Kind.FIND:
            msg = f"entity: {entity} is not a find; only the item of a find is disposed of"
            raise BadInput(msg)

    def _check_named(self, hazard_ids: Iterable[str]) -> None:
        """Refuse to name what nobody recorded, unless a phone may still bring it."""
        for hazard_id in hazard_ids:
            if is_uuid7(hazard_id):
                continue
            try:
                self._store.get(Layer.EVIDENCE, hazard_id)
            except NotFound as error:
                msg = f"releases_hazards: there is no evidence {hazard_id!r}"
                raise BadInput(msg) from error


def _team(who: Who, record: AnyRecord) -> str:
    """Give the team that says this; a token speaks for its own team alone.

    Raises
    ------
    BadInput
        The record names another team.
    """
    named = record.data.properties.team if isinstance(record, EvidenceRecorded) else None
    if named is None or named == who.team:
        return who.team
    if who.actor == OPEN:
        return named
    msg = f"data.properties.team = {named!r}: this device records for team {who.team!r}"
    raise BadInput(msg)


def _skew_ms(device_time: datetime, sent_at: datetime | None, now: datetime) -> int | None:
    """Measure how far a phone's clock is ahead; a record from the future shows at least that."""
    if sent_at is not None:
        return (sent_at - now) // _MILLISECOND
    return (device_time - now) // _MILLISECOND if device_time > now else None


def _check_change(current: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Refuse what a correction would make contradictory; what was so before is not its fault.

    Raises
    ------
    BadInput
        The properties would contradict each other, or a hazard would cease to be one.
    """
    changed = {**current, **changes}
    kinds = {current["kind"], changed["kind"]}
    if len(kinds) > 1 and not kinds <= HAZARD_KINDS:
        msg = (
            f"data.properties.kind: a correction cannot make {changed['kind']} of a "
            f"{current['kind']}; record a new item"
        )
        raise BadInput(msg)
    if changed["category"] is None:
        changed["category"] = Category.UNKNOWN
    if changed["releases_hazards"] is None:
        changed["releases_hazards"] = []
    before = set(contradictions(EvidenceProperties.model_construct(**current)))
    after = contradictions(EvidenceProperties.model_construct(**changed))
    faults = [fault for fault in after if fault not in before]
    if faults:
        msg = f"data.properties: {'; '.join(faults)}"
        raise BadInput(msg)


def _place(
    drawn: Geometry, current: Mapping[str, Any] | None, changes: Mapping[str, Any]
) -> BaseGeometry:
    """Build the new place of an item, mended on the careful side where its kind is known.

    Raises
    ------
    BadInput, BadGeometry
        The kind cannot be drawn so, or the geometry can be neither used nor mended.
    """
    if current is None:
        plain: BaseGeometry = shapely.geometry.shape(drawn.model_dump())
        return plain
    feature = EvidenceFeature.model_construct(
        type="Feature",
        geometry=drawn,
        properties=EvidenceProperties.model_construct(**{**current, **changes}),
    )
    faults = list(drawing_faults(feature))
    if faults:
        msg = f"data.geometry: {'; '.join(faults)}"
        raise BadInput(msg)
    shape, _ = usable_shape(feature)
    return shape
