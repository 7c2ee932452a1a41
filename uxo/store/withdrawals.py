"""Roads that an import takes away because a newer extract no longer has them.

A withdrawn road goes from the layer to its past, so that it is still there for whoever asks what
was known before. The list of an import's withdrawals, with what took the place of each road, is a
table of its own; the import's event signs how many they are, a digest over all of them, and the
moment.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from uxo.errors import BadInput
from uxo.evidence.events import Event
from uxo.store import statements as sql
from uxo.store.clock import epoch_us
from uxo.store.evidence_data import read_time, write_time
from uxo.vocabulary import Layer

_ROADS: Final = sql.SQL[Layer.ROADS]
_COLUMNS: Final = ", ".join(_ROADS.columns)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NAMED: Final = "IN (SELECT value FROM json_each(?))"
_HELD: Final = f"SELECT road_id, fid, import_n FROM roads WHERE road_id {_NAMED}"  # noqa: S608
_BEFORE: Final = f"SELECT DISTINCT road_id FROM withdrawn WHERE road_id {_NAMED}"  # noqa: S608
# One statement for the whole list: with the guards, one for each row costs a millisecond.
_INSERT: Final = (
    "INSERT INTO withdrawn (import_n, road_id, successors)"
    " SELECT ?, json_extract(value, '$[0]'), json_extract(value, '$[1]')"
    " FROM json_each(?) ORDER BY key"
)
_DELETE: Final = f"DELETE FROM roads WHERE road_id {_NAMED}"  # noqa: S608  # names of the schema
_LATEST: Final = (
    "SELECT import_n, successors FROM withdrawn WHERE road_id = ? AND import_n > ?"
    " ORDER BY n DESC LIMIT 1"
)
_IS_HELD: Final = "SELECT 1 FROM roads WHERE road_id = ?"
_WALK: Final = "SELECT import_n, road_id, successors FROM withdrawn ORDER BY n"
# A signed withdrawal by a device whose imports are here, without a place in the list of imports.
_UNLISTED: Final = (
    "SELECT body, sig FROM event WHERE type = 'layer_imported'"
    " AND json_extract(CAST(body AS TEXT), '$.data.withdrawn') IS NOT NULL"
    " AND hash NOT IN (SELECT event FROM source)"
    " AND dev IN (SELECT e.dev FROM source s JOIN event e ON e.hash = s.event)"
)
_EVENT: Final = "SELECT e.body, e.sig FROM source s JOIN event e ON e.hash = s.event WHERE s.n = ?"
_SHOWN: Final = (
    "SELECT r.road_id, r.fid, max(w.import_n) FROM roads r JOIN withdrawn w"
    " ON w.road_id = r.road_id AND w.import_n > r.import_n GROUP BY r.fid ORDER BY r.fid"
)
_HIDDEN: Final = (
    "SELECT p.road_id, max(p.n) FROM roads_past p WHERE NOT EXISTS"
    " (SELECT 1 FROM roads r WHERE r.road_id = p.road_id) GROUP BY p.road_id HAVING max(p.import_n)"
    " >= coalesce((SELECT max(w.import_n) FROM withdrawn w WHERE w.road_id = p.road_id), 0)"
)
_UNTIL: Final = (
    "SELECT w.import_n, w.road_id, (SELECT p.until_us FROM roads_past p WHERE p.road_id = w.road_id"
    " AND p.import_n < w.import_n ORDER BY p.import_n DESC LIMIT 1) FROM withdrawn w"
)
_BRING_BACK: Final = f"INSERT INTO roads ({_COLUMNS}) SELECT {_COLUMNS} FROM roads_past WHERE n = ?"  # noqa: S608  # names of the schema
_PAST_DELETE: Final = "DELETE FROM roads_past WHERE n = ?"


def withdraw(
    connection: Any,  # noqa: ANN401 - a DB-API connection has no type
    gone: Mapping[str, Sequence[str]],
    import_n: int,
    now_us: int,
) -> dict[str, Any]:
    """Take roads out of the layer, inside the transaction of their import.

    Parameters
    ----------
    connection : DB-API connection
        The writer's.
    gone : mapping of str to sequence of str
        Road id -> ids of the roads that took its place, in order along it; empty where none did.
    import_n : int
        Number of the import.
    now_us : int
        Its moment, microseconds since 1970.

    Returns
    -------
    dict
        What the event of the import has to sign.

    Raises
    ------
    BadInput
        A road is not held or is of this very import, or what took its place is not held.
    """
    named = sorted(gone)
    held = _held(connection, named)
    heirs = {heir for heirs in gone.values() for heir in heirs}
    _check(gone, import_n, held, _held(connection, sorted(heirs)))
    fids = [held[name][0] for name in named]
    connection.executemany(_ROADS.retire, [(now_us, fid) for fid in fids])
    connection.execute(_DELETE, (orjson.dumps(named).decode(),))
    rows = [(name, orjson.dumps(list(gone[name])).decode()) for name in named]
    connection.execute(_INSERT, (import_n, orjson.dumps(rows).decode()))
    at = write_time(_EPOCH + timedelta(microseconds=now_us))
    return {"rows": len(rows), "digest": _digest(rows), "at": at}


def _held(connection: Any, names: Sequence[str]) -> dict[str, tuple[int, int]]:  # noqa: ANN401
    """Give the place and the import of each named road that is held."""
    found = connection.execute(_HELD, (orjson.dumps(names).decode(),))
    return {name: (fid, import_n) for name, fid, import_n in found}


def _check(
    gone: Mapping[str, Sequence[str]],
    import_n: int,
    held: Mapping[str, tuple[int, int]],
    heirs: Mapping[str, tuple[int, int]],
) -> None:
    for name, successors in gone.items():
        if name not in held:
            msg = f"the road {name!r} cannot be withdrawn; it is not held"
            raise BadInput(msg)
        if held[name][1] == import_n:
            msg = f"the road {name!r} cannot be withdrawn; the same file has it"
            raise BadInput(msg)
        for successor in successors:
            if successor not in heirs or successor in gone:
                msg = f"{successor!r} cannot take the place of {name!r}; it is not held"
                raise BadInput(msg)


def once_withdrawn(connection: Any, ids: str) -> set[str]:  # noqa: ANN401
    """Find the roads of a list (JSON text) that were withdrawn before."""
    return {row[0] for row in connection.execute(_BEFORE, (ids,))}


def successors(connection: Any, road_id: str) -> tuple[str, ...]:  # noqa: ANN401
    """Give the roads that took the place of a withdrawn one; see `uxo.store.contract.Store`."""
    if connection.execute(_IS_HELD, (road_id,)).fetchone() is not None:
        return ()
    found: tuple[int, str] | None = connection.execute(_LATEST, (road_id, 0)).fetchone()
    if found is None:
        return ()
    return tuple(_follow(connection, orjson.loads(found[1]), found[0]))


def _follow(connection: Any, names: Iterable[str], import_n: int) -> dict[str, None]:  # noqa: ANN401
    """Follow roads that were held after an import to those that stand for them at last."""
    standing: dict[str, None] = {}
    for name in names:  # a handful
        is_held = connection.execute(_IS_HELD, (name,)).fetchone() is not None
        found = None if is_held else connection.execute(_LATEST, (name, import_n)).fetchone()
        later_n, later = (0, []) if found is None else (found[0], orjson.loads(found[1]))
        # One that is gone without a successor stays in the list, so that the list has no gap.
        standing |= _follow(connection, later, later_n) if later else {name: None}
    return standing


def rebuild(connection: Any) -> None:  # noqa: ANN401
    """Make the layer have the roads that were not withdrawn, and no others."""
    for _, fid, import_n in connection.execute(_SHOWN).fetchall():
        event = Event.kept(*connection.execute(_EVENT, (import_n,)).fetchone())
        at_us = epoch_us(read_time(event.envelope.data["withdrawn"]["at"]))
        connection.execute(_ROADS.retire, (at_us, fid))
        connection.execute(_ROADS.delete, (fid,))
    for _, place in connection.execute(_HIDDEN).fetchall():
        connection.execute(_BRING_BACK, (place,))
        connection.execute(_PAST_DELETE, (place,))


def first_wrong(connection: Any, events: Mapping[int, tuple[Event, str]]) -> str | None:  # noqa: ANN401
    """Compare the lists of withdrawn roads with what was signed, and the layer with the lists.

    Parameters
    ----------
    connection : DB-API connection
        In a transaction.
    events : mapping of int to (Event, str)
        The event of each import of roads, by its number, and how messages name it.

    Returns
    -------
    str or None
        The first thing wrong.
    """
    unlisted = connection.execute(_UNLISTED).fetchone()
    if unlisted is not None:
        return f"{Event.kept(*unlisted).name}: the list of imports lacks it"
    lists: dict[int, list[tuple[str, str]]] = {}
    for import_n, *row in connection.execute(_WALK):
        lists.setdefault(import_n, []).append((row[0], row[1]))
    at_us: dict[int, int] = {}
    for import_n, (event, name) in events.items():
        signed = event.envelope.data.get("withdrawn")
        rows = lists.pop(import_n, [])
        told = None if not rows else (len(rows), _digest(rows))
        if told != (None if signed is None else (signed.get("rows"), signed.get("digest"))):
            return f"{name}: the list of roads that it withdrew is not the one that was signed"
        if signed is not None:
            at_us[import_n] = epoch_us(read_time(signed["at"]))
    if lists:
        return f"withdrawn roads of import {min(lists)}: no import of roads has this number"
    return _wrong_layer(connection, at_us)


def _wrong_layer(connection: Any, at_us: Mapping[int, int]) -> str | None:  # noqa: ANN401
    shown = connection.execute(_SHOWN).fetchone()
    if shown is not None:
        return f"roads row {shown[0]}: it was withdrawn and is shown; run rebuild"
    hidden = connection.execute(_HIDDEN).fetchone()
    if hidden is not None:
        return f"roads row {hidden[0]}: no import withdrew it and it is not shown; run rebuild"
    for import_n, road_id, until_us in connection.execute(_UNTIL):
        if until_us != at_us[import_n]:
            return f"roads row {road_id}: the moment of its withdrawal was changed"
    return None


def _digest(rows: Iterable[tuple[str, str]]) -> str:
    """Digest a list in its order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(orjson.dumps(row))
    return digest.hexdigest()
