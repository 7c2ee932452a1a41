"""What phones sent: the records as they came, beside the events that were made of them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from uxo.errors import BadInput, EventDiffers
from uxo.evidence.events import Event, EventType, canonical_text
from uxo.store import projection
from uxo.store.clock import epoch_us
from uxo.store.contract import Draft, Outcome
from uxo.store.log import Log
from uxo.store.phone_contract import (
    PhoneCounter,
    PhonePost,
    PhoneReceipt,
    PhoneState,
    SentRecord,
)
from uxo.vocabulary import Review

SHOWN: Final = 100
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS: Final = "event_id, sha256, received_us, n, ent, event"
_HELD: Final = f"SELECT {_COLUMNS}, team FROM inbox WHERE event_id = ?"  # noqa: S608 - our names
_INSERT: Final = (
    "INSERT INTO inbox (event_id, device, device_seq, team, ent, sha256, sent, event, device_us,"
    " received_us, skew_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_EARLIER: Final = "SELECT count(DISTINCT device_seq) FROM inbox WHERE device = ? AND device_seq < ?"
_STATES: Final = (
    "SELECT i.event_id, i.device, i.team, i.ent, i.sha256, e.review FROM inbox i"
    " LEFT JOIN evidence e ON e.id = i.ent"
    " WHERE i.event_id IN (SELECT value FROM json_each(?))"
)
_SENT_ABOUT: Final = (
    "SELECT event_id, device, team, device_seq, sent, received_us, skew_ms FROM inbox"
    " WHERE ent = ? ORDER BY n"
)
_LAST_REVIEW: Final = (
    "SELECT body, sig FROM event WHERE ent = ? AND type = 'evidence_reviewed' ORDER BY hlc DESC"
    " LIMIT 1"
)
_NUMBERS: Final = "SELECT device, device_seq, count(*) FROM inbox GROUP BY device, device_seq"
_LAST_OF_EACH: Final = (
    "SELECT i.device, i.team, i.received_us FROM inbox i"
    " JOIN (SELECT device, max(n) AS n FROM inbox GROUP BY device) last ON last.n = i.n"
)
_SKEW_OF_EACH: Final = (
    "SELECT i.device, i.skew_ms FROM inbox i JOIN (SELECT device, max(n) AS n FROM inbox"
    " WHERE skew_ms IS NOT NULL GROUP BY device) last ON last.n = i.n"
)
_WAITING_OF_EACH: Final = (
    "SELECT i.device, count(*) FROM inbox i LEFT JOIN evidence e ON e.id = i.ent"
    " WHERE e.id IS NULL GROUP BY i.device"
)


def moment(time_us: int) -> datetime:
    """Turn microseconds since 1970 into a time in UTC."""
    return _EPOCH + timedelta(microseconds=time_us)


@dataclass(frozen=True, slots=True)
class Inbox:
    """Takes records in; its method runs in the writer's thread, inside its transaction.

    Attributes
    ----------
    log : Log
        Signs and keeps the events.
    device, team : str
        Which phone sends, and for whom.
    now_us : int
        Microseconds since 1970.
    """

    log: Log
    device: str
    team: str
    now_us: int

    def receive(self, connection: Any, posts: Sequence[PhonePost]) -> list[PhoneReceipt]:  # noqa: ANN401
        """Take in each record that is new, in the order given.

        Raises
        ------
        EventDiffers
            An id came before with other bytes.
        BadInput, Refused
            A record cannot stand.
        """
        return [self._receive(connection, post) for post in posts]

    def _receive(self, connection: Any, post: PhonePost) -> PhoneReceipt:  # noqa: ANN401
        digest = hashlib.sha256(post.sent).digest()
        held = connection.execute(_HELD, (post.event_id,)).fetchone()
        if held is not None:
            if (held[1], held[6]) != (digest, self.team):
                msg = f"event {post.event_id} came before with other content; it was not replaced"
                raise EventDiffers(msg)
            return _receipt(Outcome.DUP, held[:6])
        event = self._event(connection, post, digest)
        cursor = connection.execute(
            _INSERT,
            (
                post.event_id,
                self.device,
                post.device_seq,
                self.team,
                event.envelope.ent,
                digest,
                post.sent,
                event.hash,
                epoch_us(post.device_time),
                self.now_us,
                post.skew_ms,
            ),
        )
        row = (post.event_id, digest, self.now_us, cursor.lastrowid, event.envelope.ent, event.hash)
        return _receipt(Outcome.NEW, row)

    def _event(self, connection: Any, post: PhonePost, digest: bytes) -> Event:  # noqa: ANN401
        """Make the event of a record, and bring the row of its item up to date."""
        record = projection.load(connection, canonical_text(post.draft.entity or ""))
        if record.current is None and post.draft.type is not EventType.EVIDENCE_RECORDED:
            self._check_awaited(connection, post)
        via = {
            "device": self.device,
            "seq": post.device_seq,
            "event": post.event_id,
            "sha256": digest.hex(),
        }
        draft = Draft(
            post.draft.type, record.entity, {**post.draft.data, "via": via}, post.draft.who
        )
        known = {event.hash.hex() for event in record.events}
        links = tuple(sorted(known.intersection(post.base)))
        event = self.log.author_for_phone(connection, draft, record, links)
        if self.log.is_forked(connection):
            record = projection.load(connection, record.entity)
        else:
            record = replace(record, events=[*record.events, event])
        projection.project(connection, record)
        return event

    def _check_awaited(self, connection: Any, post: PhonePost) -> None:  # noqa: ANN401
        """Let a record about an unknown item in only where the item may still be on its way.

        Raises
        ------
        BadInput
            Nothing earlier of the phone is missing, and it names nothing that it had seen.
        """
        (earlier,) = connection.execute(_EARLIER, (self.device, post.device_seq)).fetchone()
        if earlier == post.device_seq - 1 and not post.base:
            msg = f"entity: there is no evidence {post.draft.entity}"
            raise BadInput(msg)


def _receipt(outcome: Outcome, row: tuple[Any, ...]) -> PhoneReceipt:
    event_id, digest, received_us, n, entity, event = row
    return PhoneReceipt(
        event_id, outcome, digest.hex(), moment(received_us), n, entity, event.hex()
    )


def states(connection: Any, event_ids_json: str) -> dict[str, PhoneState]:  # noqa: ANN401
    """Tell where records stand.

    Parameters
    ----------
    connection : DB-API connection
        In a transaction.
    event_ids_json : str
        A JSON list of ids.
    """
    found = {}
    for event_id, device, team, entity, digest, review in connection.execute(
        _STATES, (event_ids_json,)
    ).fetchall():
        word = None if review is None else Review(review)
        reviewed = word not in (None, Review.UNREVIEWED)
        reason = _last_reason(connection, entity) if reviewed else None
        found[event_id] = PhoneState(event_id, device, team, entity, digest.hex(), word, reason)
    return found


def sent_about(connection: Any, entity: str) -> list[SentRecord]:  # noqa: ANN401
    """Give what phones sent about one item of evidence, the first first."""
    found = connection.execute(_SENT_ABOUT, (entity,)).fetchall()
    return [
        SentRecord(event_id, device, team, seq, sent, moment(received_us), skew_ms)
        for event_id, device, team, seq, sent, received_us, skew_ms in found
    ]


def _last_reason(connection: Any, entity: str) -> str | None:  # noqa: ANN401
    row = connection.execute(_LAST_REVIEW, (entity,)).fetchone()
    return None if row is None else Event.kept(*row).envelope.data.get("reason")


def counters(connection: Any) -> list[PhoneCounter]:  # noqa: ANN401
    """Tell what the numbers of each phone show, by device."""
    numbers: dict[str, list[tuple[int, int]]] = {}
    for device, number, times in connection.execute(_NUMBERS).fetchall():
        numbers.setdefault(device, []).append((number, times))
    skews = dict(connection.execute(_SKEW_OF_EACH).fetchall())
    waiting = dict(connection.execute(_WAITING_OF_EACH).fetchall())
    last = {row[0]: row[1:] for row in connection.execute(_LAST_OF_EACH).fetchall()}
    return [
        _counter(device, numbers[device], last[device], skews.get(device), waiting.get(device, 0))
        for device in sorted(numbers)
    ]


def _counter(
    device: str,
    numbers: Sequence[tuple[int, int]],
    last: tuple[str, int],
    skew_ms: int | None,
    waiting: int,
) -> PhoneCounter:
    present = sorted(number for number, _ in numbers)
    missing = list(_gaps(present))
    return PhoneCounter(
        device=device,
        team=last[0],
        last_seq=present[-1],
        received=sum(times for _, times in numbers),
        missing=tuple(missing[:SHOWN]),
        missing_count=present[-1] - len(present),
        doubled=tuple(sorted(number for number, times in numbers if times > 1)[:SHOWN]),
        waiting=waiting,
        skew_ms=skew_ms,
        last_received_at=moment(last[1]),
    )


def _gaps(present: Iterable[int]) -> Iterable[tuple[int, int]]:
    expected = 1
    for number in present:
        if number > expected:
            yield expected, number - 1
        expected = number + 1


def check_row(row: Sequence[Any], via: Mapping[str, Any], entity: str) -> str | None:
    """Compare a kept record with what its event signed; say what is wrong, or None.

    Parameters
    ----------
    row : sequence
        ``event_id, device, device_seq, ent, sha256, sent``.
    via : mapping
        From the data of the event.
    entity : str
        Of the event.
    """
    event_id, device, number, ent, digest, sent = row
    if hashlib.sha256(sent).digest() != digest:
        return "the bytes that the phone sent were changed"
    signed = (via.get("event"), via.get("device"), via.get("seq"), via.get("sha256"), entity)
    if signed != (event_id, device, number, digest.hex(), ent):
        return "its columns are not what was signed"
    return None
