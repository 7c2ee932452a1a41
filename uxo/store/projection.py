"""The row of each item of evidence, as its events make it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from uxo.evidence.columns import EVIDENCE_DTYPES
from uxo.evidence.events import Event, EventType
from uxo.store import geometry, rtree, withdrawals
from uxo.store import statements as sql
from uxo.store.clock import epoch_us
from uxo.store.evidence_data import from_row, read_time, to_row
from uxo.store.fold import Base, Folded, fold, teams_of
from uxo.store.schema import LAYERS
from uxo.store.statements import EVIDENCE_SQL

Row = tuple[Any, ...]
"""A row of ``evidence`` in the order of its columns."""
COLUMN: Final = {name: place for place, name in enumerate(EVIDENCE_SQL.columns)}
_DECLARED: Final = slice(COLUMN["id"], COLUMN["id"] + len(EVIDENCE_DTYPES))


@dataclass(frozen=True, slots=True)
class Record:
    """All that is stored of one item of evidence.

    Attributes
    ----------
    entity : str
        Its id.
    events : list of Event
        In any order.
    suspects : frozenset of bytes
        Those of them in or after a fork.
    base_row : Row or None
        The imported row under the events.
    base : Base or None
        The same for the fold.
    current : Row or None
        The row that the layer shows.
    """

    entity: str
    events: list[Event]
    suspects: frozenset[bytes]
    base_row: Row | None
    base: Base | None
    current: Row | None

    def folded(self) -> Folded | None:
        """Compute its state."""
        return fold(self.events, self.base, self.suspects)


def unheard_of(entity: str) -> Record:
    """Give the record of an id that was made just now."""
    return Record(entity, [], frozenset(), None, None, None)


def load(connection: Any, entity: str) -> Record:  # noqa: ANN401 - a DB-API connection has no type
    """Read all that is stored of one item of evidence."""
    bodies = connection.execute(sql.EVENTS_OF, (entity, entity)).fetchall()
    current = connection.execute(EVIDENCE_SQL.current_row, (entity,)).fetchone()
    base_row = connection.execute(EVIDENCE_SQL.base_row, (entity,)).fetchone()
    if base_row is None and current is not None and current[COLUMN["events"]] == 0:
        base_row = current
    return Record(
        entity,
        [Event.kept(body, sig) for body, sig in bodies],
        suspects_of(connection, entity) if bodies else frozenset(),
        base_row,
        base_of(connection, base_row),
        current,
    )


def known_at(connection: Any, entity: str, known_us: int) -> Row | None:  # noqa: ANN401
    """Compute the row of an item of evidence as it was known at a time; None if it was not."""
    bodies = connection.execute(sql.EVENTS_KNOWN, (entity, known_us)).fetchall()
    base_row = connection.execute(EVIDENCE_SQL.base_known, (entity, known_us, known_us)).fetchone()
    events = [Event.kept(body, sig) for body, sig in bodies]
    folded = fold(events, base_of(connection, base_row), suspects_of(connection, entity))
    if folded is None:
        return None
    return row_of(None, folded, events, base_row)


def suspects_of(connection: Any, entity: str) -> frozenset[bytes]:  # noqa: ANN401
    """Find the events of a record in or after a fork of their device's chain."""
    if connection.execute(sql.ANY_FORK).fetchone() is None:
        return frozenset()
    rows = connection.execute(sql.SUSPECTS_OF, (entity, entity)).fetchall()
    return frozenset(row[0] for row in rows)


def base_of(connection: Any, row: Row | None) -> Base | None:  # noqa: ANN401
    """Turn an imported row into what a fold starts from."""
    if row is None:
        return None
    values = dict(zip(EVIDENCE_DTYPES, row[_DECLARED], strict=True))
    team = values["team"]
    if team is None:
        # Whoever brought the file in stands for a recorder whom the file does not name.
        (team,) = connection.execute(sql.SOURCE_WHO, (row[COLUMN["import_n"]],)).fetchone()
    data = from_row(values, row[COLUMN["geom"]])
    return Base(data, row[COLUMN["digest"]].hex(), teams_of(team))


def row_of(fid: int | None, folded: Folded, events: Sequence[Event], base_row: Row | None) -> Row:
    """Write a state as a row of ``evidence``."""
    values, blob = to_row(folded.data)
    first = [first_known_us(event) for event in events if _records(event)]
    if base_row is not None:
        first.append(base_row[COLUMN["known_us"]])
    conflict = ", ".join(folded.conflict) or None
    return (fid, blob, *values, min(first), None, None, None, len(events), conflict)


def first_known_us(event: Event) -> int:
    """From when an event counts as known: its ``recorded_at`` where it has one, else its clock."""
    recorded = event.envelope.data.get("recorded_at") if _records(event) else None
    if isinstance(recorded, str):
        return epoch_us(read_time(recorded))
    return (event.envelope.hlc >> 16) * 1000


def project(connection: Any, record: Record) -> None:  # noqa: ANN401
    """Bring the row of one item of evidence up to date, inside the caller's transaction."""
    folded = record.folded() if record.events else None
    if folded is None:
        _withdraw(connection, record)
        return
    current = record.current
    fid = None if current is None else current[COLUMN["fid"]]
    row = row_of(fid, folded, record.events, record.base_row)
    if current is None:
        connection.execute(EVIDENCE_SQL.insert, row)
    elif row != current:
        if current is record.base_row:
            # The imported row stays underneath, so that its import can still be verified.
            connection.execute(EVIDENCE_SQL.retire, (None, fid))
        if row[COLUMN["geom"]] == current[COLUMN["geom"]]:
            connection.execute(EVIDENCE_SQL.update_in_place, (*row[2:], fid))
        else:
            connection.execute(EVIDENCE_SQL.update, (*row[1:], fid))


def rebuild(connection: Any) -> None:  # noqa: ANN401
    """Make every projected row and every spatial index anew."""
    withdrawals.rebuild(connection)
    entities = [row[0] for row in connection.execute(sql.ENTITIES).fetchall()]
    for entity in entities:
        project(connection, load(connection, entity))
    held = set(entities)
    for entity, fid in connection.execute(sql.FOLDED_ROWS).fetchall():
        if entity not in held:
            connection.execute(EVIDENCE_SQL.delete, (fid,))
    for layer, statements in sql.SQL.items():
        placed = connection.execute(statements.placed).fetchall()
        rtree.replace_all(
            connection,
            LAYERS[layer].rtree,
            np.array([fid for fid, _ in placed], dtype=np.int64),
            geometry.bounds_of([blob for _, blob in placed]),
        )


def _withdraw(connection: Any, record: Record) -> None:  # noqa: ANN401
    """Take away a row that no event and no import vouches for."""
    current = record.current
    if current is not None and current[COLUMN["events"]] > 0 and record.base_row is None:
        connection.execute(EVIDENCE_SQL.delete, (current[COLUMN["fid"]],))


def _records(event: Event) -> bool:
    return event.envelope.type is EventType.EVIDENCE_RECORDED
