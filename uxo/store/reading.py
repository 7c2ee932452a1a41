"""Reading: layers as they are or were known, single rows, histories and lists."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Engine

from uxo.errors import NotFound
from uxo.evidence.events import Event, hlc_time
from uxo.evidence.routes import ROUTE_EVENTS, Route
from uxo.store import projection, rows, withdrawals
from uxo.store import statements as sql
from uxo.store.clock import epoch_us
from uxo.store.contract import Box, Conflict, Source
from uxo.store.fold import in_order
from uxo.store.route_fold import fold_route
from uxo.store.schema import LAYERS
from uxo.vocabulary import Layer

_CHUNK_ROWS: Final = 20_000
# Fewer tuples than wake Python's garbage collector (700), which else takes a third of the time.
_FETCH_ROWS: Final = 500
_Answer = tuple[tuple[str, ...], Iterable[Sequence[Sequence[Any]]]]
"""Names of columns, and the columns, in chunks."""


class Reader:
    """Answers questions, each from one short look at the file.

    Parameters
    ----------
    engine : Engine
        Connections that only read.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def look(self) -> Iterator[Any]:
        """Give a driver connection inside one read transaction: all answers fit each other.

        It ends with the block, since a long read keeps the write-ahead log growing.
        """
        with self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("BEGIN")
            try:
                yield driver
            finally:
                driver.execute("ROLLBACK")

    def state(
        self,
        layer: Layer,
        bbox: Box | None,
        *,
        as_of: datetime | None,
        known_at: datetime | None,
    ) -> gpd.GeoDataFrame:
        """Give a layer, now or as it was known."""
        with self.look() as connection:
            known_us = None if known_at is None else epoch_us(known_at)
            names, chunks = _rows(connection, layer, bbox, known_us)
            table = rows.decode(LAYERS[layer], chunks, names)
        if bbox is not None:
            table = _inside(table, bbox)
        if as_of is not None and "observed_at" in table.columns:
            later = table["observed_at"] > pd.Timestamp(as_of)
            table = table[~later].reset_index(drop=True)
        return table

    def get(self, layer: Layer, entity: str) -> gpd.GeoDataFrame:
        """Give one row."""
        with self.look() as connection:
            row = connection.execute(sql.SQL[layer].row, (entity,)).fetchone()
        if row is None:
            msg = f"there is no {entity} in {layer.value}"
            raise NotFound(msg)
        return rows.decode(LAYERS[layer], [[[value] for value in row]], sql.SQL[layer].names)

    def routes(self, known_at: datetime | None) -> tuple[Route, ...]:
        """Give the routes, now or as they were known."""
        with self.look() as connection:
            if known_at is None:
                found = connection.execute(sql.ROUTE_EVENTS).fetchall()
            else:
                past = (epoch_us(known_at),)
                found = connection.execute(sql.ROUTE_EVENTS_KNOWN, past).fetchall()
            apart = connection.execute(sql.FORKS).fetchall()
            suspects = frozenset(row[2] for row in apart)
            if apart:
                suspects |= {row[0] for row in connection.execute(sql.ROUTE_SUSPECTS)}
        # What stands in a fork is known of only since it came here.
        read = [*found, *(row[:2] for row in apart if known_at is None)]
        by_route: dict[str, list[Event]] = {}
        for event in (Event.kept(body, sig) for body, sig in read):
            if event.envelope.type in ROUTE_EVENTS:
                by_route.setdefault(event.envelope.ent, []).append(event)
        folded = (fold_route(by_route[entity], suspects) for entity in sorted(by_route))
        return tuple(route for route in folded if route is not None)

    def history(self, entity: str) -> list[Event]:
        """Give the events of a record in the order in which they count."""
        with self.look() as connection:
            found = connection.execute(sql.EVENTS_OF, (entity, entity)).fetchall()
        return in_order([Event.kept(body, sig) for body, sig in found])

    def recorders(self, entity: str) -> frozenset[str]:
        """Give the teams that recorded or corrected a record; none where there is no record."""
        with self.look() as connection:
            record = projection.load(connection, entity)
        folded = record.folded()
        if folded is not None:
            return folded.recorders
        return frozenset() if record.base is None else record.base.recorders

    def successors(self, road_id: str) -> tuple[str, ...]:
        """Give the roads that stand in the place of a withdrawn one."""
        with self.look() as connection:
            return withdrawals.successors(connection, road_id)

    def conflicts(self) -> list[Conflict]:
        """List the records in conflict."""
        with self.look() as connection:
            found = connection.execute(sql.CONFLICTS).fetchall()
        return [Conflict(entity, tuple(fields.split(", "))) for entity, fields in found]

    def sources(self) -> list[Source]:
        """List the imports."""
        with self.look() as connection:
            found = connection.execute(sql.SOURCES).fetchall()
        return [
            Source(
                Layer(layer),
                file,
                sha256,
                count,
                line,
                bool(exercise),
                hlc_time((us // 1000) << 16),
            )
            for layer, file, sha256, count, line, exercise, us in found
        ]

    def vector(self) -> dict[str, int]:
        """Give the last number of each device."""
        with self.look() as connection:
            found = connection.execute(sql.VECTOR).fetchall()
        return {dev.hex(): seq for dev, seq in found}

    def since(self, vector: Mapping[str, int]) -> list[Event]:
        """Give the events that a holder of this vector lacks."""
        with self.look() as connection:
            return [
                Event.kept(body, sig)
                for dev, _ in connection.execute(sql.VECTOR).fetchall()
                for body, sig in connection.execute(
                    sql.EVENTS_OF_DEVICE, (dev, vector.get(dev.hex(), 0))
                )
            ]

    def last_place(self) -> int:
        """Give the place of the latest event."""
        with self.look() as connection:
            return int(connection.execute(sql.LAST_PLACE).fetchone()[0])

    def after(self, n: int) -> list[tuple[int, Event]]:
        """Give the events that arrived after a place in the log."""
        with self.look() as connection:
            found = connection.execute(sql.EVENTS_AFTER, (n,)).fetchall()
        return [(place, Event.kept(body, sig)) for place, body, sig in found]


def _rows(
    connection: Any,  # noqa: ANN401
    layer: Layer,
    bbox: Box | None,
    known_us: int | None,
) -> _Answer:
    """Read rows, now or as they were known."""
    statements = sql.SQL[layer]
    past: list[tuple[Any, ...]] = []
    later: set[str] = set()
    if known_us is not None:
        past = connection.execute(statements.past_known, (known_us, known_us)).fetchall()
        if LAYERS[layer].folded:
            later = {row[0] for row in connection.execute(sql.ENTITIES_AFTER, (known_us,))}
    names = statements.names
    if bbox is None and not past and not later:
        # Most columns of most files are empty, and a column that is not read costs nothing.
        present = connection.execute(statements.present).fetchone()
        names = tuple(name for name, some in zip(names, present, strict=True) if some) or names
    cursor = connection.execute(
        statements.rows(names, in_box=bbox is not None, known=known_us is not None),
        (*(() if bbox is None else _edges(bbox)), *(() if known_us is None else (known_us,))),
    )
    if not past and not later:
        return names, _columns(cursor, len(names))
    found = cursor.fetchall()
    key = names.index(LAYERS[layer].key)
    kept = [row for row in (*found, *past) if row[key] not in later]
    for entity in sorted(later):
        row = projection.known_at(connection, entity, known_us or 0)
        if row is not None:
            kept.append(row[1 : 1 + len(names)])
    return names, [list(zip(*kept, strict=True))] if kept else []


def _columns(cursor: Any, width: int) -> Iterator[list[list[Any]]]:  # noqa: ANN401
    """Fetch rows a few at a time and give them as columns, some thousand rows at a time."""
    while True:
        columns: list[list[Any]] = [[] for _ in range(width)]
        for _ in range(_CHUNK_ROWS // _FETCH_ROWS):
            found = cursor.fetchmany(_FETCH_ROWS)
            if not found:
                break
            for column, values in zip(columns, zip(*found, strict=True), strict=True):
                column.extend(values)
        if not columns[0]:
            return
        yield columns


def _edges(bbox: Box) -> tuple[float, float, float, float]:
    """Order a box as the index is asked: west, east, south, north."""
    west, south, east, north = bbox
    return west, east, south, north


def _inside(table: gpd.GeoDataFrame, bbox: Box) -> gpd.GeoDataFrame:
    """Keep what truly reaches into the box; the index rounds outwards to 32 bits."""
    west, south, east, north = bbox
    low_x, low_y, high_x, high_y = shapely.bounds(table.geometry.to_numpy()).T
    within = (high_x >= west) & (low_x <= east) & (high_y >= south) & (low_y <= north)
    return table if within.all() else table[within].reset_index(drop=True)
