"""SQL of the hot paths, written once from the names of the schema.

SQLAlchemy Core describes the tables; these statements go to the driver as they are, since building
them for each row costs more than running them (store design, section 2). Values are always bound.
"""

# ruff: noqa: S608 - every name below comes from uxo.store.schema, none from a user
from collections.abc import Sequence
from typing import Final

from uxo.store.schema import LAYERS, ROUTE_TYPES, LayerTable
from uxo.vocabulary import Layer

EVENT_BY_PLACE: Final = "SELECT hash FROM event WHERE dev = ? AND seq = ?"
EVENT_INSERT: Final = (
    "INSERT INTO event (hash, dev, seq, hlc, known_us, ent, type, body, sig, received_us)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
FORK_INSERT: Final = (
    "INSERT OR IGNORE INTO fork (hash, dev, seq, ent, body, sig, received_us)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
HEAD_BY_DEV: Final = "SELECT seq, hash FROM head WHERE dev = ?"
HEAD_PUT: Final = (
    "INSERT INTO head (dev, seq, hash) VALUES (?, ?, ?)"
    " ON CONFLICT (dev) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)
FORK_OF_DEVICE: Final = "SELECT 1 FROM fork WHERE dev = ? LIMIT 1"
EVENTS_OF: Final = (
    "SELECT body, sig FROM event WHERE ent = ? UNION ALL SELECT body, sig FROM fork WHERE ent = ?"
)
EVENTS_KNOWN: Final = "SELECT body, sig FROM event WHERE ent = ? AND known_us <= ?"
ANY_FORK: Final = "SELECT 1 FROM fork LIMIT 1"
SUSPECTS_OF: Final = (
    "SELECT e.hash FROM event e JOIN (SELECT dev, min(seq) AS seq FROM fork GROUP BY dev) f"
    " ON e.dev = f.dev AND e.seq >= f.seq WHERE e.ent = ?"
    " UNION ALL SELECT hash FROM fork WHERE ent = ?"
)
SUSPECT_ENTITIES: Final = (
    "SELECT DISTINCT ent FROM event WHERE dev = ? AND seq >= ? AND type != 'layer_imported'"
)
ENTITIES: Final = (
    "SELECT ent FROM event WHERE type != 'layer_imported' UNION SELECT ent FROM fork ORDER BY ent"
)
ENTITIES_AFTER: Final = (
    "SELECT ent FROM event WHERE known_us > ?1 AND type != 'layer_imported'"
    " UNION SELECT p.id FROM evidence_past p JOIN evidence e ON e.id = p.id AND e.events > 0"
    " WHERE p.known_us > ?1"
)
ENTITIES_UNFOLDED: Final = (
    "SELECT DISTINCT v.ent FROM event v JOIN evidence e ON e.id = v.ent AND e.events = 0"
)
CONTENTS_CHANGED: Final = (
    "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
    " WHERE table_name = ?"
)
SOURCES: Final = (
    "SELECT layer, file, sha256, rows, attribution, exercise, imported_us FROM source ORDER BY n"
)
VECTOR: Final = "SELECT dev, seq FROM head ORDER BY dev"
EVENTS_OF_DEVICE: Final = "SELECT body, sig FROM event WHERE dev = ? AND seq > ? ORDER BY seq"
LAST_PLACE: Final = "SELECT coalesce(max(n), 0) FROM event"
EVENTS_AFTER: Final = "SELECT n, body, sig FROM event WHERE n > ? ORDER BY n"
HEADS: Final = "SELECT dev, seq, hash FROM head ORDER BY dev"
ANCHOR_INSERT: Final = "INSERT INTO anchor (root, heads, made_us) VALUES (?, ?, ?)"
BLOB_INSERT: Final = "INSERT OR IGNORE INTO blob (sha256, size, present) VALUES (?, ?, 1)"
EVENTS_WALK: Final = (
    "SELECT n, hash, dev, seq, ent, body, sig, hlc, type, known_us FROM event ORDER BY n"
)
FORKS_WALK: Final = (
    "SELECT 0, hash, dev, seq, ent, body, sig, NULL, NULL, NULL FROM fork ORDER BY dev, seq, hash"
)
SOURCES_WALK: Final = (
    "SELECT n, event, file, sha256, attribution, exercise FROM source WHERE layer = ? ORDER BY n"
)
INBOX_WALK: Final = (
    "SELECT i.event_id, i.device, i.device_seq, i.ent, i.sha256, i.sent, i.event, e.body"
    " FROM inbox i LEFT JOIN event e ON e.hash = i.event ORDER BY i.n"
)
# Events of phones by every device that took in any here: another centre's come without the bytes.
FROM_PHONES_HERE: Final = (
    "SELECT hash, json_extract(CAST(body AS TEXT), '$.data.via.event') FROM event"
    " WHERE json_extract(CAST(body AS TEXT), '$.data.via') IS NOT NULL AND dev IN"
    " (SELECT DISTINCT e.dev FROM inbox i JOIN event e ON e.hash = i.event)"
)
_ROUTE_TYPES: Final = f"type IN ({', '.join(repr(one) for one in ROUTE_TYPES)})"
# The very words of the index `event_route`, without which it would not be used.
ROUTE_EVENTS: Final = f"SELECT body, sig FROM event WHERE {_ROUTE_TYPES}"
ROUTE_EVENTS_KNOWN: Final = f"{ROUTE_EVENTS} AND +known_us <= ?"
ROUTE_SUSPECTS: Final = (
    "SELECT e.hash FROM event e JOIN (SELECT dev, min(seq) AS seq FROM fork GROUP BY dev) f"
    f" ON e.dev = f.dev AND e.seq >= f.seq WHERE e.{_ROUTE_TYPES}"
)
FORKS: Final = "SELECT body, sig, hash FROM fork"
EVENT_BY_HASH: Final = "SELECT body, sig FROM event WHERE hash = ?"
LAST_CLOCK: Final = "SELECT coalesce(max(hlc), 0) FROM event WHERE hlc <= ?"
SOURCE_WHO: Final = "SELECT who FROM source WHERE n = ?"
SOURCE_INSERT: Final = (
    "INSERT INTO source (n, event, layer, file, sha256, rows, attribution, exercise, who,"
    " imported_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _marks(count: int) -> str:
    return ", ".join("?" * count)


class LayerSql:
    """Statements of one layer.

    Parameters
    ----------
    layer : LayerTable
        Whose.
    """

    def __init__(self, layer: LayerTable) -> None:
        now, past, key = layer.current.name, layer.past.name, layer.key
        columns = ", ".join(layer.columns)
        changed = ", ".join(f"{name} = ?" for name in layer.columns if name != "fid")
        self.columns = layer.columns
        self.names = (*layer.columns[1 : 2 + len(layer.dtypes)], "known_us")
        wanted = ", ".join(self.names)
        self.count = f"SELECT count(*), coalesce(max(fid), 0) FROM {now}"
        self.insert = f"INSERT INTO {now} ({columns}) VALUES ({_marks(len(layer.columns))})"
        self.keys = f"SELECT {key} FROM {now}"
        self.update = f"UPDATE {now} SET {changed} WHERE fid = ?"
        # A place that stays leaves the spatial index alone, whose triggers cost more than the row.
        self.update_in_place = self.update.replace("geom = ?, ", "", 1)
        self.delete = f"DELETE FROM {now} WHERE fid = ?"
        self.retire = (
            f"INSERT INTO {past} ({columns}, until_us) SELECT {columns}, ? FROM {now} WHERE fid = ?"
        )
        self.past_insert = (
            f"INSERT INTO {past} ({columns}, until_us) VALUES ({_marks(len(layer.columns) + 1)})"
        )
        self.base_close = f"UPDATE {past} SET until_us = ? WHERE {key} = ? AND until_us IS NULL"
        self.current_row = f"SELECT {columns} FROM {now} WHERE {key} = ?"
        self.base_row = f"SELECT {columns} FROM {past} WHERE {key} = ? AND until_us IS NULL"
        self.base_known = (
            f"SELECT {columns} FROM {past} WHERE {key} = ? AND known_us <= ?"
            " AND (until_us IS NULL OR until_us > ?) ORDER BY n DESC LIMIT 1"
        )
        events = "events" if layer.folded else "0"
        self.found = (
            f"SELECT {key}, digest, fid, import_n, {events} FROM {now}"
            f" WHERE {key} IN (SELECT value FROM json_each(?1))"
        )
        self.found_under = (
            f"SELECT {key}, digest, import_n FROM {past} WHERE until_us IS NULL"
            f" AND {key} IN (SELECT value FROM json_each(?1))"
        )
        self._now, self._rtree, self._key = now, layer.rtree, key
        present = ", ".join(f"max({name} IS NOT NULL)" for name in self.names)
        self.present = f"SELECT {present} FROM {now}"
        self.past_known = (
            f"SELECT {wanted} FROM {past} WHERE known_us <= ? AND until_us > ? ORDER BY fid"
        )
        self.row = f"SELECT {wanted} FROM {now} WHERE {key} = ?"
        self.boxes = f"SELECT id, minx, miny, maxx, maxy FROM {layer.rtree}"
        self.of_imports = (
            f"SELECT import_n, import_row, digest, {', '.join(('geom', *layer.dtypes))}"
            f" FROM {now} {'WHERE events = 0' if layer.folded else ''} UNION ALL"
            f" SELECT import_n, import_row, digest, {', '.join(('geom', *layer.dtypes))}"
            f" FROM {past}"
        )
        self.placed = f"SELECT fid, geom FROM {now} ORDER BY fid"

    def insert_columns(self, names: Sequence[str], *, skip: bool) -> str:
        """Write the insertion of some columns; ``skip`` leaves out ids that are there already."""
        skipping = f" ON CONFLICT ({self._key}) DO NOTHING" if skip else ""
        return (
            f"INSERT INTO {self._now} ({', '.join(names)}) VALUES ({_marks(len(names))}){skipping}"
        )

    def rows(self, names: Sequence[str], *, in_box: bool, known: bool) -> str:
        """Write the query for current rows.

        Parameters
        ----------
        names : sequence of str
            Which of ``self.names``.
        in_box : bool
            Binds west, east, south and north of a box first.
        known : bool
            Then binds the moment up to which a row counts as known.
        """
        conditions = []
        if in_box:
            conditions.append(
                f"fid IN (SELECT id FROM {self._rtree}"
                " WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?)"
            )
        if known:
            conditions.append("known_us <= ?")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {', '.join(names)} FROM {self._now}{where} ORDER BY fid"


SQL: Final = {layer: LayerSql(table) for layer, table in LAYERS.items()}
EVIDENCE_SQL: Final = SQL[Layer.EVIDENCE]
FOLDED_ROWS: Final = "SELECT id, fid FROM evidence WHERE events > 0"
CONFLICTS: Final = "SELECT id, conflict FROM evidence WHERE conflict IS NOT NULL ORDER BY id"
