"""Taking a whole file into a layer: one transaction, one event."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import orjson

from uxo.errors import BadInput, StoreError
from uxo.evidence.events import EventType
from uxo.store import geopackage, projection, rows, rtree, withdrawals
from uxo.store import statements as sql
from uxo.store.contract import Draft, FileStamp, ImportReceipt, Withdraw
from uxo.store.log import Log
from uxo.store.schema import LAYERS
from uxo.store.unique_ids import UniqueIds
from uxo.vocabulary import Layer

# Below this many rows the triggers of the index cost less than packing it anew, above it more;
# packing goes over every row of the layer, hence the share.
_BULK_ROWS: Final = 2_000
_BULK_SHARE: Final = 25


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What is to be imported, by whom, and under which words.

    Attributes
    ----------
    layer : Layer
        Where it goes.
    stamp : FileStamp
        Which file it is.
    who : str
        Team code.
    attribution : str
        Line that every map must show.
    exercise : bool
        Invented for training.
    withdraw : callable or None
        Tells which roads to take away once all rows are stored; None: none, whatever happens.
    """

    layer: Layer
    stamp: FileStamp
    who: str
    attribution: str
    exercise: bool
    withdraw: Withdraw | None = None


class DryRun(Exception):
    """The answer of an import that must leave no trace."""

    def __init__(self, receipt: ImportReceipt) -> None:
        super().__init__(receipt)
        self.receipt = receipt


class Import:
    """One import under way on the writing connection, inside its transaction.

    Parameters
    ----------
    connection : DB-API connection
        The writer's.
    order : ImportOrder
        What is imported.
    now_us : int
        The moment of the import, microseconds since 1970.
    """

    def __init__(self, connection: Any, order: ImportOrder, now_us: int) -> None:  # noqa: ANN401
        self._connection = connection
        self._order = order
        self._table = LAYERS[order.layer]
        self._sql = sql.SQL[order.layer]
        self._now_us = now_us
        self._held, last_fid = connection.execute(self._sql.count).fetchone()
        self._next_fid = last_fid + 1
        (self._n,) = connection.execute("SELECT coalesce(max(n), 0) + 1 FROM source").fetchone()
        self._was_empty = self._held == 0
        self._bulk = False
        self._unique: UniqueIds | None = None
        self._accepted = 0
        self._unchanged = 0
        self._digest = hashlib.sha256()
        self._boxes: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]] = []
        self._touched: list[str] = []
        self._returning: set[str] = set()
        self._withdrawn: dict[str, Any] | None = None

    def run(
        self, batches: Iterable[gpd.GeoDataFrame], log: Log, is_cancelled: Callable[[], bool]
    ) -> ImportReceipt:
        """Store every batch, then write the event of the import."""
        if self._order.withdraw is not None and self._order.layer is not Layer.ROADS:
            msg = f"only roads can be withdrawn; these are {self._order.layer.value}"
            raise BadInput(msg)
        for batch in batches:
            if is_cancelled():
                msg = f"the import of {self._order.stamp.name} was given up; nothing was written"
                raise StoreError(msg)
            if len(batch):
                self._store(rows.encode(self._table, batch))
        self._restore_key()
        if self._bulk:
            self._pack()
            geopackage.restore_triggers(self._connection, self._table)
        gone = {} if self._order.withdraw is None else self._order.withdraw()
        if gone:
            self._withdrawn = withdrawals.withdraw(self._connection, gone, self._n, self._now_us)
        if self._accepted or gone:
            self._finish(log)
        return ImportReceipt(self._accepted, self._unchanged, len(gone))

    def _store(self, batch: rows.Encoded) -> None:
        if self._was_empty:
            self._go_bulk(len(batch.values))
            if self._insert_all(batch):
                return
        self._sort_out(batch)

    def _go_bulk(self, count: int) -> None:
        """Take the triggers off once the import proves to be large."""
        if not self._bulk and (self._accepted + count > max(_BULK_ROWS, self._held // _BULK_SHARE)):
            geopackage.drop_triggers(self._connection, self._table)
            self._bulk = True
            if self._was_empty:
                self._drop_key()

    def _drop_key(self) -> None:
        """Do without the index by id as long as every id is new."""
        self._unique = UniqueIds()
        self._unique.add([row[0] for row in self._connection.execute(self._sql.keys)])
        geopackage.drop_key(self._connection, self._table)

    def _restore_key(self) -> None:
        if self._unique is not None:
            geopackage.restore_key(self._connection, self._table)
            self._unique = None

    def _insert_all(self, batch: rows.Encoded) -> bool:
        """Insert a batch of an empty layer; say no, and undo, when an id comes twice."""
        connection, count = self._connection, len(batch.values)
        if self._unique is not None and not self._unique.add(self._ids(batch)):
            self._restore_key()
            return False
        names, new_rows = self._new_rows(batch)
        connection.execute("SAVEPOINT batch")
        inserted = connection.executemany(
            self._sql.insert_columns(names, skip=self._unique is None), new_rows
        ).rowcount
        whole = bool(inserted == count)
        if whole:
            self._boxes.append((np.arange(self._next_fid, self._next_fid + count), batch.bounds))
            self._next_fid += count
            self._accepted += count
            self._digest.update(b"".join(batch.digests))
        else:
            connection.execute("ROLLBACK TO batch")
        connection.execute("RELEASE batch")
        return whole

    def _ids(self, batch: rows.Encoded) -> list[str]:
        """Give the ids of a batch."""
        return [str(name) for name in batch.columns[self._table.key]]

    def _row(self, batch: rows.Encoded, place: int, fid: int, known_us: int) -> tuple[Any, ...]:
        """Write one row in the order of the table's columns; its number is the next one."""
        return (
            fid,
            batch.blobs[place],
            *batch.values[place],
            known_us,
            self._n,
            self._accepted + 1,
            batch.digests[place],
            *((0, None) if self._table.folded else ()),
        )

    def _new_rows(self, batch: rows.Encoded) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """Write the rows of a batch, all new, with the next free ``fid`` each.

        Returns
        -------
        names, rows
            Columns without any value are left out: binding nothing costs as much as a value.
        """
        count, recorded = len(batch.values), batch.recorded_us
        known = recorded if None not in recorded else [
            self._now_us if moment is None else moment for moment in recorded
        ]  # fmt: skip
        given = {
            name: column for name, column in batch.columns.items() if column.count(None) < count
        }
        columns: dict[str, Iterable[Any]] = {
            "fid": range(self._next_fid, self._next_fid + count),
            "geom": batch.blobs,
            **given,
            "known_us": known,
            "import_n": repeat(self._n, count),
            "import_row": range(self._accepted + 1, self._accepted + 1 + count),
            "digest": batch.digests,
        }
        if self._table.folded:
            columns["events"] = repeat(0, count)
        return list(columns), zip(*columns.values(), strict=True)

    def _sort_out(self, batch: rows.Encoded) -> None:
        """Compare a batch with what is held, id by id."""
        ids = self._ids(batch)
        wanted = (orjson.dumps(ids).decode(),)
        held = {
            row[0]: _Held(*row[1:]) for row in self._connection.execute(self._sql.found, wanted)
        }
        under = {
            row[0]: _Held(row[1], 0, row[2], 1)
            for row in self._connection.execute(self._sql.found_under, wanted)
        }
        if self._order.layer is Layer.ROADS:
            self._returning = withdrawals.once_withdrawn(self._connection, *wanted)
        known = {entry.digest for entry in chain(held.values(), under.values())}
        self._go_bulk(sum(digest not in known for digest in batch.digests))
        # A loop over rows: each is a statement of its own anyway.
        for place, entity in enumerate(ids):
            current = held.get(entity)
            base = under.get(entity) if current is not None and current.events else current
            if base is not None and base.digest == batch.digests[place]:
                self._unchanged += 1
                continue
            if base is not None and base.import_n == self._n:
                msg = f"{self._order.stamp.name} has two different rows with the id {entity!r}"
                raise BadInput(msg)
            stored = self._put(batch, place, entity, current)
            (under if stored.events else held)[entity] = stored

    def _put(
        self, batch: rows.Encoded, place: int, entity: str, current: "_Held | None"
    ) -> "_Held":
        """Store one new or changed row."""
        run = self._connection.execute
        digest, recorded = batch.digests[place], batch.recorded_us[place]
        first_us = self._now_us if recorded is None else recorded
        if current is None:
            fid = self._next_fid
            self._next_fid += 1
            # What takes the place of other roads, or comes back, was not there before.
            is_late = self._order.withdraw is not None or entity in self._returning
            known = self._now_us if is_late else first_us
            run(self._sql.insert, self._row(batch, place, fid, known))
        elif current.events:
            # Events stand on this row: the new version goes underneath and is folded afterwards.
            fid = current.fid
            closed = run(self._sql.base_close, (self._now_us, entity)).rowcount
            known = self._now_us if closed else first_us
            run(self._sql.past_insert, (*self._row(batch, place, fid, known), None))
            self._touched.append(entity)
        else:
            fid = current.fid
            run(self._sql.retire, (self._now_us, fid))
            run(self._sql.update, (*self._row(batch, place, fid, self._now_us)[1:], fid))
        self._accepted += 1
        self._digest.update(digest)
        if self._bulk and not (current and current.events):
            self._boxes.append((np.array([fid]), batch.bounds[place : place + 1]))
        return _Held(digest, fid, self._n, current.events if current else 0)

    def _finish(self, log: Log) -> None:
        """Write the event and bring rows with events up to date."""
        order = self._order
        data = {
            "layer": order.layer.value,
            "file": order.stamp.name,
            "sha256": order.stamp.sha256,
            "rows": self._accepted,
            "unchanged": self._unchanged,
            "digest": self._digest.hexdigest(),
            "attribution": order.attribution,
            "exercise": order.exercise,
            **({} if self._withdrawn is None else {"withdrawn": self._withdrawn}),
        }
        event = log.author(self._connection, Draft(EventType.LAYER_IMPORTED, None, data, order.who))
        self._connection.execute(
            sql.SOURCE_INSERT,
            (
                self._n,
                event.hash,
                order.layer.value,
                order.stamp.name,
                order.stamp.sha256,
                self._accepted,
                order.attribution,
                int(order.exercise),
                event.envelope.who,
                (event.envelope.hlc >> 16) * 1000,
            ),
        )
        self._connection.execute(sql.CONTENTS_CHANGED, (self._table.current.name,))
        if self._table.folded:
            waiting = self._connection.execute(sql.ENTITIES_UNFOLDED).fetchall()
            for entity in dict.fromkeys([*self._touched, *(row[0] for row in waiting)]):
                projection.project(self._connection, projection.load(self._connection, entity))

    def _pack(self) -> None:
        """Make the index anew from the boxes it has and those of this import."""
        ids = np.concatenate([fids for fids, _ in self._boxes]) if self._boxes else np.empty(0)
        bounds = (
            np.concatenate([box for _, box in self._boxes]) if self._boxes else np.empty((0, 4))
        )
        if not (self._was_empty and len(ids) == self._accepted):
            held = np.array(
                self._connection.execute(self._sql.boxes).fetchall(), dtype="float64"
            ).reshape(-1, 5)
            kept = held[~np.isin(held[:, 0], ids)]
            ids = np.concatenate([kept[:, 0], ids])
            bounds = np.concatenate([kept[:, 1:], bounds])
        rtree.replace_all(self._connection, self._table.rtree, ids.astype(np.int64), bounds)


@dataclass(frozen=True, slots=True)
class _Held:
    """What the layer has under an id: digest of the imported row, place, import, events on it."""

    digest: bytes | None
    fid: int
    import_n: int | None
    events: int
