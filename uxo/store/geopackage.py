"""The GeoPackage around the tables: its own tables, spatial index, and guards (OGC 12-128r18)."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Index, Table
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from uxo.store.schema import LAYERS, META, METADATA, SCHEMA_VERSION, LayerTable

APPLICATION_ID: Final = 0x47504B47  # "GPKG"
USER_VERSION: Final = 10300  # GeoPackage 1.3: GDAL before 3.7 warns on 1.4

_WGS84: Final = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AUTHORITY["EPSG","4326"]]'
)
_REFERENCE_SYSTEMS: Final = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic"),
    ("WGS 84", 4326, "EPSG", 4326, _WGS84, "longitude and latitude"),
)
_OWN_TABLES: Final = (
    """CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
    organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
    identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
    m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name), UNIQUE (table_name),
    FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT,
    extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    UNIQUE (table_name, column_name, extension_name))""",
)
_RTREE_DEFINITION: Final = "http://www.geopackage.org/spec120/#extension_rtree"

# Clause F.3 of the standard. {t} and {r} are names of this schema, never text of a user.
_RTREE_TRIGGERS: Final = (
    """CREATE TRIGGER {r}_insert AFTER INSERT ON {t}
    WHEN (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN
    INSERT OR REPLACE INTO {r} VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
    ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END""",
    """CREATE TRIGGER {r}_update1 AFTER UPDATE OF geom ON {t}
    WHEN OLD.fid = NEW.fid AND (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN
    INSERT OR REPLACE INTO {r} VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
    ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END""",
    """CREATE TRIGGER {r}_update2 AFTER UPDATE OF geom ON {t}
    WHEN OLD.fid = NEW.fid AND (NEW.geom IS NULL OR ST_IsEmpty(NEW.geom)) BEGIN
    DELETE FROM {r} WHERE id = OLD.fid; END""",
    """CREATE TRIGGER {r}_update3 AFTER UPDATE ON {t}
    WHEN OLD.fid != NEW.fid AND (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN
    DELETE FROM {r} WHERE id = OLD.fid;
    INSERT OR REPLACE INTO {r} VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
    ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END""",
    """CREATE TRIGGER {r}_update4 AFTER UPDATE ON {t}
    WHEN OLD.fid != NEW.fid AND (NEW.geom IS NULL OR ST_IsEmpty(NEW.geom)) BEGIN
    DELETE FROM {r} WHERE id IN (OLD.fid, NEW.fid); END""",
    """CREATE TRIGGER {r}_delete AFTER DELETE ON {t} WHEN OLD.geom NOT NULL BEGIN
    DELETE FROM {r} WHERE id = OLD.fid; END""",
)
# `uxo_app` exists on our connections only: QGIS, GDAL or a shell can read, and their writes fail.
_GUARD: Final = """CREATE TRIGGER guard_{t}_{v} BEFORE {v} ON {t} WHEN uxo_app() = 0 BEGIN
    SELECT RAISE(ABORT, 'this file is written by uxo only'); END"""
_APPEND_ONLY: Final = """CREATE TRIGGER append_only_{t}_{v} BEFORE {v} ON {t} BEGIN
    SELECT RAISE(ABORT, 'the log is append-only'); END"""
ADDED_IN_2: Final = ("inbox", "photo")
"""Append-only tables that layout 1 did not have."""
ADDED_IN_3: Final = ("withdrawn",)
"""Append-only tables that layout 2 did not have."""
_VERBS: Final = ("INSERT", "UPDATE", "DELETE")


def create(connection: Any) -> None:  # noqa: ANN401 - a DB-API connection has no type
    """Lay out an empty file, inside the caller's transaction."""
    run = connection.execute
    for statement in _OWN_TABLES:
        run(statement)
    connection.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _REFERENCE_SYSTEMS
    )
    for table in METADATA.sorted_tables:
        _create_table(connection, table)
    for layer in LAYERS.values():
        _register(connection, layer)
        create_rtree_triggers(connection, layer)
    for table in METADATA.sorted_tables:
        create_guards(connection, table.name)
    for log in ("event", "fork", *ADDED_IN_2, *ADDED_IN_3):
        _create_append_only(connection, log)
    run(
        f"INSERT INTO {META.name} VALUES ('schema_version', ?)",  # noqa: S608 - our own name
        (str(SCHEMA_VERSION),),
    )


def add_tables(connection: Any, names: Sequence[str]) -> None:  # noqa: ANN401
    """Add append-only tables that an older version did not have, inside the caller's transaction.

    Parameters
    ----------
    connection : DB-API connection
        Of a store of an older version.
    names : sequence of str
        Tables of `uxo.store.schema`.
    """
    for name in names:
        _create_table(connection, METADATA.tables[name])
        create_guards(connection, name)
        _create_append_only(connection, name)


def add_index(connection: Any, index: Index) -> None:  # noqa: ANN401
    """Add an index that a store of this layout may have been made without."""
    made = CreateIndex(index, if_not_exists=True)
    connection.execute(str(made.compile(dialect=SQLiteDialect_pysqlite())))


def lay_out_anew(connection: Any, layer: LayerTable) -> None:  # noqa: ANN401
    """Give the tables of a layer the columns of this version, inside the caller's transaction.

    The rows are copied and not altered in place, since a file must have the very definitions that
    a new one has (`uxo.store.verify`). The spatial index is a table of its own and stays.

    Parameters
    ----------
    connection : DB-API connection
        Of a store of an older version, whose tables have some of the columns.
    layer : LayerTable
        Which layer.
    """
    for table in (layer.current, layer.past):
        _drop_all(connection, table.name, "trigger")
        _drop_all(connection, table.name, "index")
        old = f"{table.name}_old"
        connection.execute(f"ALTER TABLE {table.name} RENAME TO {old}")
        _create_table(connection, table)
        names = ", ".join(row[1] for row in connection.execute(f"PRAGMA table_info({old})"))
        connection.execute(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {old}")  # noqa: S608  # names of tables and columns of this schema
        connection.execute(f"DROP TABLE {old}")
        create_guards(connection, table.name)
    create_rtree_triggers(connection, layer)


def _create_table(connection: Any, table: Table) -> None:  # noqa: ANN401
    dialect = SQLiteDialect_pysqlite()
    connection.execute(str(CreateTable(table).compile(dialect=dialect)))
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        connection.execute(str(CreateIndex(index).compile(dialect=dialect)))


def _create_append_only(connection: Any, table: str) -> None:  # noqa: ANN401
    for verb in ("UPDATE", "DELETE"):
        connection.execute(_APPEND_ONLY.format(t=table, v=verb))


def _register(connection: Any, layer: LayerTable) -> None:  # noqa: ANN401
    """Tell GeoPackage readers of a layer, and make its empty index."""
    name = layer.current.name
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
        " VALUES (?, 'features', ?, 4326)",
        (name, name),
    )
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', 4326, 0, 0)", (name,)
    )
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')",
        (name, _RTREE_DEFINITION),
    )
    connection.execute(
        f"CREATE VIRTUAL TABLE {layer.rtree} USING rtree(id, minx, maxx, miny, maxy)"
    )


def create_rtree_triggers(connection: Any, layer: LayerTable) -> None:  # noqa: ANN401
    """Keep the index of a layer in step with its rows."""
    for trigger in _RTREE_TRIGGERS:
        connection.execute(trigger.format(t=layer.current.name, r=layer.rtree))


def create_guards(connection: Any, table: str) -> None:  # noqa: ANN401
    """Keep writers from outside out of a table."""
    for verb in _VERBS:
        connection.execute(_GUARD.format(t=table, v=verb))


def definitions(connection: Any) -> dict[str, tuple[str, str, str]]:  # noqa: ANN401
    """Read what tables, indexes and triggers a file has: name -> kind, table and SQL."""
    found = connection.execute(
        "SELECT name, type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    ).fetchall()
    return {name: (kind, table, sql) for name, kind, table, sql in found}


def drop_triggers(connection: Any, layer: LayerTable) -> None:  # noqa: ANN401
    """Take index and guard triggers off a layer for the length of a bulk import.

    They run Python for each row (ten times the cost of the row itself). The definition of a table
    is part of the transaction, so nobody else ever sees the layer without them.
    """
    _drop_all(connection, layer.current.name, "trigger")


def _drop_all(connection: Any, table: str, kind: str) -> None:  # noqa: ANN401
    """Drop the triggers or the indexes of a table, but for those that belong to its definition."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL",
        (kind, table),
    ).fetchall()
    for (name,) in names:
        connection.execute(f"DROP {kind} {name}")


def restore_triggers(connection: Any, layer: LayerTable) -> None:  # noqa: ANN401
    """Put back what `drop_triggers` took off."""
    create_rtree_triggers(connection, layer)
    create_guards(connection, layer.current.name)


def drop_key(connection: Any, layer: LayerTable) -> None:  # noqa: ANN401
    """Take the index by id off a layer for the length of a bulk import."""
    connection.execute(f"DROP INDEX {layer.key_index.name}")


def restore_key(connection: Any, layer: LayerTable) -> None:  # noqa: ANN401
    """Put back what `drop_key` took off."""
    dialect = SQLiteDialect_pysqlite()
    connection.execute(str(CreateIndex(layer.key_index).compile(dialect=dialect)))
