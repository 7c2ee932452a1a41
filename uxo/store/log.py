"""The log: authoring events of this device and taking in those of others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from uxo.errors import BadInput, NotFound, Refused, StoreError
from uxo.evidence.events import Envelope, Event, EventType, canonical_text, heads_of
from uxo.evidence.routes import ROUTE_EVENTS
from uxo.store import projection
from uxo.store import statements as sql
from uxo.store.clock import HybridClock, uuid7
from uxo.store.contract import Draft, Outcome, Receipt
from uxo.store.evidence_data import canonical_data, write_time
from uxo.store.fold import review_counts
from uxo.store.route_data import canonical_route
from uxo.store.route_fold import fold_route
from uxo.store.signing import DeviceKey
from uxo.vocabulary import Kind, Review

_ENTROPY_BYTES: Final = 10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Log:
    """Adds events to the log; every method runs in the writer's thread, inside its transaction.

    Parameters
    ----------
    key : DeviceKey
        Signs the events authored here.
    clock : HybridClock
        Orders them.
    entropy : callable
        Gives random bytes for ids.
    """

    def __init__(self, key: DeviceKey, clock: HybridClock, entropy: Callable[[int], bytes]) -> None:
        self.key = key
        self._clock = clock
        self._entropy = entropy

    def new_id(self) -> str:
        """Make an id for a record (UUIDv7)."""
        return uuid7(self._clock.now_us(), self._entropy(_ENTROPY_BYTES))

    def author(
        self,
        connection: Any,  # noqa: ANN401 - a DB-API connection has no type
        draft: Draft,
        links: tuple[str, ...] = (),
    ) -> Event:
        """Sign an event, put it at the end of this device's chain and store it."""
        if not draft.who.strip():
            msg = "an event needs the code of the team that makes it"
            raise BadInput(msg)
        dev = bytes.fromhex(self.key.dev)
        seq, prev = _head(connection, dev)
        envelope = Envelope(
            dev=self.key.dev,
            seq=seq + 1,
            prev=None if prev is None else prev.hex(),
            hlc=self._clock.tick(),
            ent=draft.entity or self.new_id(),
            links=links,
            type=draft.type,
            who=draft.who.strip(),
            data=draft.data,
        )
        event = Event.seal(envelope, self.key.sign)
        self._insert(connection, event)
        return event

    def record(self, connection: Any, drafts: Sequence[Draft]) -> list[Receipt]:  # noqa: ANN401
        """Sign events about evidence and bring their rows up to date."""
        receipts = []
        for draft in drafts:
            if draft.entity is None:
                record = projection.unheard_of(self.new_id())
            else:
                record = projection.load(connection, canonical_text(draft.entity))
            entity = record.entity
            data = self._complete(draft, record)
            event = self.author(
                connection, Draft(draft.type, entity, data, draft.who), heads_of(record.events)
            )
            record = (
                projection.load(connection, entity)
                if self.is_forked(connection)
                else replace(record, events=[*record.events, event])
            )
            projection.project(connection, record)
            receipts.append(_receipt(Outcome.NEW, event))
        return receipts

    def author_for_phone(
        self,
        connection: Any,  # noqa: ANN401
        draft: Draft,
        record: projection.Record,
        links: tuple[str, ...],
    ) -> Event:
        """Sign what a phone sent, with the heads that the phone had seen and no others.

        A record about an item which is not here yet is kept too: its recording may come later.

        Raises
        ------
        BadInput, Refused
            It cannot stand.
        """
        if record.current is None and draft.type is not EventType.EVIDENCE_RECORDED:
            data: Mapping[str, Any] = canonical_data(draft.type, draft.data)
        else:
            data = self._complete(draft, record)
        return self.author(connection, replace(draft, data=data), links)

    def append(self, connection: Any, events: Sequence[Event]) -> list[Receipt]:  # noqa: ANN401
        """Take in checked events; each device's are tried in their own order."""
        order = sorted(
            range(len(events)),
            key=lambda place: (events[place].envelope.dev, events[place].envelope.seq),
        )
        outcomes: dict[int, Outcome] = {}
        touched: dict[str, None] = {}
        for place in order:
            event = events[place]
            outcome = self._take_in(connection, event)
            outcomes[place] = outcome
            if outcome is Outcome.NEW:
                touched[event.envelope.ent] = None
            if outcome is Outcome.FORK:
                touched |= dict.fromkeys(_suspected(connection, event))
        for entity in touched:
            projection.project(connection, projection.load(connection, entity))
        return [_receipt(outcomes[place], event) for place, event in enumerate(events)]

    def _take_in(self, connection: Any, event: Event) -> Outcome:  # noqa: ANN401
        envelope = event.envelope
        dev = bytes.fromhex(envelope.dev)
        held = connection.execute(sql.EVENT_BY_PLACE, (dev, envelope.seq)).fetchone()
        if held is not None and held[0] == event.hash:
            return Outcome.DUP
        seq, prev = _head(connection, dev)
        if held is None and envelope.seq > seq + 1:
            return Outcome.GAP
        if held is None and envelope.prev == (None if prev is None else prev.hex()):
            self._clock.see(envelope.hlc)
            self._insert(connection, event)
            return Outcome.NEW
        # The place is taken, or the event follows another history: kept aside, never dropped.
        connection.execute(
            sql.FORK_INSERT,
            (
                event.hash,
                dev,
                envelope.seq,
                envelope.ent,
                event.raw,
                event.sig,
                self._clock.now_us(),
            ),
        )
        return Outcome.FORK

    def is_forked(self, connection: Any) -> bool:  # noqa: ANN401
        """Say whether a copy of this device's key wrote elsewhere: its own events are suspect."""
        row = connection.execute(sql.FORK_OF_DEVICE, (bytes.fromhex(self.key.dev),)).fetchone()
        return row is not None

    def _insert(self, connection: Any, event: Event) -> None:  # noqa: ANN401
        envelope = event.envelope
        dev = bytes.fromhex(envelope.dev)
        connection.execute(
            sql.EVENT_INSERT,
            (
                event.hash,
                dev,
                envelope.seq,
                envelope.hlc,
                projection.first_known_us(event),
                envelope.ent,
                envelope.type.value,
                event.raw,
                event.sig,
                self._clock.now_us(),
            ),
        )
        connection.execute(sql.HEAD_PUT, (dev, envelope.seq, event.hash))

    def _complete(self, draft: Draft, record: projection.Record) -> Mapping[str, Any]:
        """Check a draft against the record it is about, and fill in what the store knows."""
        now = write_time(_EPOCH + timedelta(microseconds=self._clock.now_us()))
        data = dict(draft.data)
        match draft.type:
            case EventType.EVIDENCE_RECORDED:
                return canonical_data(draft.type, _recorded(draft, record, now))
            case EventType.EVIDENCE_REVIEWED:
                review = canonical_data(draft.type, {"reviewed_at": now} | data)
                return {**review, **_checked_review(draft.who, review, record)}
            case EventType.ITEM_DISPOSED:
                _need(record)
                if _kind(record) != Kind.FIND:
                    msg = f"{record.entity} is not a find; only the item of a find is disposed of"
                    raise Refused(msg)
                return canonical_data(draft.type, data)
            case EventType.EVIDENCE_CORRECTED:
                _need(record)
                return canonical_data(draft.type, data)
            case EventType.LAYER_IMPORTED:
                msg = "an import is recorded by import_rows"
                raise Refused(msg)
            case EventType.ROUTE_RECORDED | EventType.ROUTE_CHANGED | EventType.ROUTE_RETIRED:
                _check_route(draft.type, record)
                return canonical_route(draft.type, data)


def check_foreign(event: Event) -> Event:
    """Check what can be checked of an event before it meets the log.

    Raises
    ------
    StoreError
        The signature is not by its device, or its data are not those of its type.
    """
    event.check_signature()
    kind = event.envelope.type
    if kind is not EventType.LAYER_IMPORTED:
        written = canonical_route if kind in ROUTE_EVENTS else canonical_data
        try:
            written(kind, event.envelope.data)
        except BadInput as error:
            msg = f"event {event.name}: {error}"
            raise StoreError(msg) from error
    return event


def _checked_review(
    who: str, data: Mapping[str, Any], record: projection.Record
) -> Mapping[str, Any]:
    """Refuse a review that would have no effect; name the imported row that was reviewed."""
    _need(record)
    folded = record.folded()
    recorders = record.base.recorders if folded is None and record.base else frozenset[str]()
    if folded is not None:
        recorders = folded.recorders
    if data["review"] == Review.REJECTED and not str(data.get("reason") or "").strip():
        msg = f"rejecting {record.entity} needs a reason"
        raise Refused(msg)
    if not review_counts(who, data, None, recorders):
        msg = f"{who} recorded {record.entity}; another team must review it"
        raise Refused(msg)
    return {} if record.base is None else {"of_row": record.base.digest}


def _records(event: Event) -> bool:
    return event.envelope.type is EventType.EVIDENCE_RECORDED


def _recorded(draft: Draft, record: projection.Record, now: str) -> dict[str, Any]:
    """Complete a new record; what was recorded before is not recorded again."""
    if record.current is not None or any(map(_records, record.events)):
        msg = f"{record.entity} is recorded already; correct it instead"
        raise Refused(msg)
    data = draft.data
    # A new record has not been reviewed; saying so is no field of the event.
    return {name: value for name, value in data.items() if not _is_unreviewed(name, value)} | {
        "id": record.entity,
        "recorded_at": data.get("recorded_at") or now,
        "team": data.get("team") or draft.who,
    }


def _check_route(kind: EventType, record: projection.Record) -> None:
    """Check that a route is not recorded twice, nor changed when there is none."""
    if kind is EventType.ROUTE_RECORDED:
        if record.events or record.current is not None:
            msg = f"{record.entity} is recorded already; change it instead"
            raise Refused(msg)
        return
    route = fold_route(record.events)
    if route is None:
        msg = f"there is no route {record.entity}"
        raise NotFound(msg)
    if route.retired:
        msg = f"route {record.entity} was retired; record a new one"
        raise Refused(msg)


def _need(record: projection.Record) -> None:
    if record.current is None:
        msg = f"there is no evidence {record.entity}"
        raise NotFound(msg)


def _kind(record: projection.Record) -> str | None:
    row = record.current
    return None if row is None else row[projection.COLUMN["kind"]]


def _is_unreviewed(name: str, value: object) -> bool:
    empty = value is None or value == Review.UNREVIEWED or value != value  # noqa: PLR0124 - NaN
    return name in {"review", "reviewed_at"} and empty


def _head(connection: Any, dev: bytes) -> tuple[int, bytes | None]:  # noqa: ANN401
    row = connection.execute(sql.HEAD_BY_DEV, (dev,)).fetchone()
    return (0, None) if row is None else (row[0], row[1])


def _suspected(connection: Any, event: Event) -> list[str]:  # noqa: ANN401
    """Find the records on which events in or after a fork stand."""
    envelope = event.envelope
    rows = connection.execute(
        sql.SUSPECT_ENTITIES, (bytes.fromhex(envelope.dev), envelope.seq)
    ).fetchall()
    entities = [row[0] for row in rows]
    if envelope.type is not EventType.LAYER_IMPORTED:
        entities.append(envelope.ent)
    return entities


def _receipt(outcome: Outcome, event: Event) -> Receipt:
    envelope = event.envelope
    return Receipt(outcome, envelope.ent, envelope.dev, envelope.seq, event.hash.hex())
