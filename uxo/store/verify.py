"""Checking the whole store: chains, imported rows, projections, index."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from uxo.errors import StoreError
from uxo.evidence.events import Event, EventType, event_hash
from uxo.store import geometry, geopackage, photos, projection, rows, withdrawals
from uxo.store import statements as sql
from uxo.store.contract import Anchor, VerifyReport
from uxo.store.inbox import check_row
from uxo.store.schema import LAYERS, LayerTable
from uxo.vocabulary import Layer

_CHUNK_ROWS: Final = 20_000
_ROUNDING: Final = 1e-4  # degrees; the index holds 32-bit floats, 1.6e-5 degrees apart at 180


class _Found(Exception):
    """The first thing wrong."""


def verify_store(connection: Any, pristine: Any, anchor: Anchor | None) -> VerifyReport:  # noqa: ANN401
    """Check everything inside one read transaction.

    Parameters
    ----------
    connection : DB-API connection
        In a transaction.
    pristine : DB-API connection
        An empty store, whose tables, indexes and triggers must all be in this one.
    anchor : Anchor or None
        Heads that were noted elsewhere at some earlier time.
    """
    walk = _Walk(connection)
    try:
        walk.events()
        walk.heads()
        if anchor is not None:
            walk.anchor(anchor)
        walk.forks()
        for layer in LAYERS.values():
            _imports(connection, layer)
        _withdrawals(connection)
        _projections(connection)
        _inbox(connection)
        _photos(connection)
        for layer in LAYERS.values():
            _index(connection, layer)
        _layout(connection, pristine)
    except _Found as found:
        return VerifyReport(ok=False, checked=walk.checked, first_bad=str(found))
    return VerifyReport(ok=True, checked=walk.checked, first_bad=None)


class _Walk:
    """Goes along the log in the order of arrival, with the last event of each chain at hand."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401
        self._connection = connection
        self._last: dict[bytes, tuple[int, bytes]] = {}
        self.checked = 0

    def events(self) -> None:
        """Check every event against its own bytes and against the one before it."""
        for row in self._connection.execute(sql.EVENTS_WALK):
            dev, seq, digest = row[2], row[3], row[1]
            name = _name(dev, seq, digest)
            last_seq, last_digest = self._last.get(dev, (0, None))
            if seq > last_seq + 1:
                msg = f"{_name(dev, last_seq + 1, None)}: the event is missing; next is {name}"
                raise _Found(msg)
            if seq <= last_seq:
                msg = f"{name}: the events were reordered; it stands after seq {last_seq}"
                raise _Found(msg)
            event = _checked(row, name)
            if event.envelope.prev != (None if last_digest is None else last_digest.hex()):
                msg = f"{name}: it does not follow the event before it in its chain"
                raise _Found(msg)
            self._last[dev] = (seq, digest)
            self.checked += 1

    def heads(self) -> None:
        """Find a tail that was cut off, by the table of heads."""
        for dev, seq, digest in self._connection.execute(sql.HEADS):
            last_seq, last_digest = self._last.get(dev, (0, None))
            if last_seq < seq:
                missing = digest if last_seq + 1 == seq else None
                msg = f"{_name(dev, last_seq + 1, missing)}: the tail of the chain was removed"
                raise _Found(msg)
            if (last_seq, last_digest) != (seq, digest):
                msg = f"{_name(dev, seq, digest)}: the noted head is not the head of the chain"
                raise _Found(msg)
        noted = {row[0] for row in self._connection.execute(sql.HEADS)}
        for dev, (seq, digest) in self._last.items():
            if dev not in noted:
                msg = f"{_name(dev, seq, digest)}: the device's head is not noted"
                raise _Found(msg)

    def anchor(self, anchor: Anchor) -> None:
        """Find a cut or a rewritten chain, by heads noted elsewhere."""
        for head in anchor.heads:
            dev = bytes.fromhex(head.dev)
            held = self._connection.execute(sql.EVENT_BY_PLACE, (dev, head.seq)).fetchone()
            name = _name(dev, head.seq, bytes.fromhex(head.hash))
            if held is None:
                msg = f"{name}: the anchor names this event, and it was removed"
                raise _Found(msg)
            if held[0].hex() != head.hash:
                msg = f"{name}: the anchor names this event, and another stands in its place"
                raise _Found(msg)

    def forks(self) -> None:
        """Check the events kept aside against their own bytes."""
        for row in self._connection.execute(sql.FORKS_WALK):
            _checked(row, _name(row[2], row[3], row[1]))


def _checked(row: tuple[Any, ...], name: str) -> Event:
    """Check one stored event on its own."""
    _, digest, dev, seq, ent, body, sig, hlc, kind, known_us = row
    if event_hash(body) != digest:
        msg = f"{name}: the bytes of the event were changed"
        raise _Found(msg)
    try:
        event = Event.read(body, sig)
        event.check_signature()
    except StoreError as error:
        msg = f"{name}: {error}"
        raise _Found(msg) from error
    envelope = event.envelope
    told = (dev.hex(), seq, ent)
    signed = (envelope.dev, envelope.seq, envelope.ent)
    ordered = (hlc, kind, known_us)
    meant = (envelope.hlc, envelope.type.value, projection.first_known_us(event))
    if told != signed or (hlc is not None and ordered != meant):
        msg = f"{name}: its columns are not what was signed"
        raise _Found(msg)
    return event


def _imports(connection: Any, layer: LayerTable) -> None:  # noqa: ANN401
    """Compare the rows of each import with the digest that its event signed."""
    statements = sql.SQL[layer.layer]
    events = _import_events(connection, layer.layer)
    numbers: dict[int, list[np.ndarray[Any, np.dtype[np.int64]]]] = {n: [] for n in events}
    digests: dict[int, list[bytes]] = {n: [] for n in events}
    cursor = connection.execute(statements.of_imports)
    while chunk := cursor.fetchmany(_CHUNK_ROWS):
        told = [row[2] for row in chunk]
        real = rows.digests(layer, [row[4:] for row in chunk], [row[3] for row in chunk])
        key = 4 + list(layer.dtypes).index(layer.key)
        for row, noted, digest in zip(chunk, told, real, strict=True):
            if noted != digest or row[0] not in events:
                msg = f"{layer.layer.value} row {row[key]}: the imported row was changed"
                raise _Found(f"{msg}; {events.get(row[0], (None, 'no import brought it'))[1]}")
        source = np.array([row[0] for row in chunk])
        order = np.array([row[1] for row in chunk], dtype=np.int64)
        packed = np.frombuffer(b"".join(real), dtype="S32")
        for n in np.unique(source).tolist():
            numbers[n].append(order[source == n])
            digests[n].append(packed[source == n].tobytes())
    for n, (event, name) in events.items():
        _import_digest(event, name, numbers[n], digests[n])


def _import_digest(event: Event, name: str, numbers: list[Any], parts: list[bytes]) -> None:
    data = event.envelope.data
    order = np.concatenate(numbers) if numbers else np.empty(0, dtype=np.int64)
    packed = np.frombuffer(b"".join(parts), dtype="V32")
    if len(order) != data.get("rows"):
        msg = f"{name}: the import brought {data.get('rows')} rows and {len(order)} are left"
        raise _Found(msg)
    whole = hashlib.sha256(packed[np.argsort(order)].tobytes()).hexdigest()
    if whole != data.get("digest"):
        msg = f"{name}: the rows of the import are not those that were signed"
        raise _Found(msg)


def _import_events(connection: Any, layer: Layer) -> Mapping[int, tuple[Event, str]]:  # noqa: ANN401
    """Find the signed event of each import into a layer, and check the list of sources by it."""
    found: dict[int, tuple[Event, str]] = {}
    for n, digest, file, sha256, line, exercise in connection.execute(
        sql.SOURCES_WALK, (layer.value,)
    ).fetchall():
        row = connection.execute(sql.EVENT_BY_HASH, (digest,)).fetchone()
        if row is None:
            msg = f"the import of {file} has no event in the log"
            raise _Found(msg)
        event = Event.read(*row)
        data = event.envelope.data
        name = _name(bytes.fromhex(event.envelope.dev), event.envelope.seq, digest)
        told = (layer.value, file, sha256, line, bool(exercise))
        signed = tuple(
            data.get(part) for part in ("layer", "file", "sha256", "attribution", "exercise")
        )
        if event.envelope.type is not EventType.LAYER_IMPORTED or told != signed:
            msg = f"{name}: the list of sources does not say what was signed"
            raise _Found(msg)
        found[n] = (event, name)
    return found


def _withdrawals(connection: Any) -> None:  # noqa: ANN401
    """Check which roads imports took away."""
    wrong = withdrawals.first_wrong(connection, _import_events(connection, Layer.ROADS))
    if wrong is not None:
        raise _Found(wrong)


def _projections(connection: Any) -> None:  # noqa: ANN401
    """Fold every record again and compare it with the row that the layer shows."""
    entities = [row[0] for row in connection.execute(sql.ENTITIES).fetchall()]
    for entity in entities:
        record = projection.load(connection, entity)
        folded = record.folded()
        row = (
            None
            if folded is None
            else projection.row_of(None, folded, record.events, record.base_row)
        )
        shown = None if record.current is None else (None, *record.current[1:])
        if row != shown and not (row is None and record.base_row is not None):
            latest = max(record.events, key=lambda event: event.envelope.hlc)
            msg = f"evidence {entity}: the row is not what its events say; last {latest.name}"
            raise _Found(msg)
    held = set(entities)
    for entity, _ in connection.execute(sql.FOLDED_ROWS).fetchall():
        if entity not in held:
            msg = f"evidence {entity}: no event and no import brought this row"
            raise _Found(msg)


def _inbox(connection: Any) -> None:  # noqa: ANN401
    """Compare what phones sent with what was signed of it, and find what was taken out."""
    held: set[bytes] = set()
    for row in connection.execute(sql.INBOX_WALK):
        event_id, digest, body = row[0], row[6], row[7]
        if body is None:
            msg = f"event {event_id} of a phone: the log has no event of it"
            raise _Found(msg)
        envelope = Event.kept(body, b"").envelope
        wrong = check_row(row[:6], envelope.data.get("via") or {}, envelope.ent)
        if wrong is not None:
            msg = f"event {event_id} of a phone: {wrong}"
            raise _Found(msg)
        held.add(digest)
    for digest, event_id in connection.execute(sql.FROM_PHONES_HERE).fetchall():
        if digest not in held:
            msg = f"event {event_id} of a phone: what the phone sent was removed"
            raise _Found(msg)


def _photos(connection: Any) -> None:  # noqa: ANN401
    """Check the signed list of photos."""
    wrong = photos.first_wrong(connection)
    if wrong is not None:
        raise _Found(wrong)


def _index(connection: Any, layer: LayerTable) -> None:  # noqa: ANN401
    """Check that the spatial index has every row: one that it lacks would vanish from maps."""
    statements = sql.SQL[layer.layer]
    held = np.array(connection.execute(statements.boxes).fetchall(), dtype="float64").reshape(-1, 5)
    held = held[np.argsort(held[:, 0])]
    cursor = connection.execute(statements.placed)
    placed = 0
    for fids, bounds in _placed(cursor):
        part = held[placed : placed + len(fids)]
        if len(part) != len(fids) or not (part[:, 0] == fids).all():
            lacking = np.setdiff1d(fids, held[:, 0])
            first = int(lacking[0]) if len(lacking) else int(fids[0])
            msg = f"{layer.layer.value} fid {first}: the spatial index lacks the row; run rebuild"
            raise _Found(msg)
        wrong = np.abs(part[:, 1:] - bounds).max(axis=1) > _ROUNDING
        if wrong.any():
            fid = int(fids[wrong][0])
            msg = f"{layer.layer.value} fid {fid}: the spatial index has it elsewhere; run rebuild"
            raise _Found(msg)
        placed += len(fids)


def _layout(connection: Any, pristine: Any) -> None:  # noqa: ANN401
    """Check that the guards are in place and that nothing was hung beside them."""
    real = geopackage.definitions(connection)
    meant = geopackage.definitions(pristine)
    for name, definition in meant.items():
        if real.get(name) != definition:
            msg = f"{definition[0]} {name} was removed or changed"
            raise _Found(msg)
    own = {table for _, table, _ in meant.values()}
    for name, (kind, table, _) in real.items():
        if kind == "trigger" and table in own and name not in meant:
            msg = f"trigger {name} on {table} was added from outside"
            raise _Found(msg)


def _placed(cursor: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    while chunk := cursor.fetchmany(_CHUNK_ROWS):
        fids = np.array([row[0] for row in chunk])
        bounds = geometry.bounds_of([row[1] for row in chunk])
        there = ~np.isnan(bounds[:, 0])
        yield fids[there], bounds[there]


def _name(dev: bytes, seq: int, digest: bytes | None) -> str:
    tail = "" if digest is None else f", hash {digest.hex()}"
    return f"device {dev.hex()}, seq {seq}{tail}"
