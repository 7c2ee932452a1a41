"""The tables of a store, once, for every engine (SQLAlchemy Core)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    BLOB,
    INTEGER,
    REAL,
    TEXT,
    Column,
    Dialect,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import LargeBinary, TypeDecorator, TypeEngine, UserDefinedType

from uxo.evidence.columns import (
    EVIDENCE_DTYPES,
    PLACE_DTYPES,
    ROAD_COLUMNS_IN_2,
    ROAD_DTYPES,
)
from uxo.evidence.routes import ROUTE_EVENTS
from uxo.vocabulary import Layer

SCHEMA_VERSION: Final = 3
METADATA: Final = MetaData()


class _Named(UserDefinedType[bytes]):
    """A column type that is only a word in the table's definition."""

    cache_ok = True

    def __init__(self, word: str) -> None:
        self.word = word

    def get_col_spec(self, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own signature
        return self.word


class Geometry(TypeDecorator[bytes]):
    """A geometry in WGS84 as the engine's own bytes: GeoPackage binary, or EWKB for PostGIS.

    The values are made and read in whole columns (`uxo.store.geometry`), not one by one here.
    """

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Name the column type in the engine's words."""
        word = "geometry(Geometry, 4326)" if dialect.name == "postgresql" else "GEOMETRY"
        return dialect.type_descriptor(_Named(word))


ROUTE_TYPES: Final = tuple(sorted(one.value for one in ROUTE_EVENTS))
EVENT_ROUTE: Final = Index(
    "event_route",
    "ent",
    sqlite_where=text(f"type IN ({', '.join(repr(one) for one in ROUTE_TYPES)})"),
)
"""Finds the few events about routes in a long log."""

EVENT: Final = Table(
    "event",
    METADATA,
    Column("n", INTEGER, primary_key=True),
    Column("hash", BLOB, nullable=False, unique=True),
    Column("dev", BLOB, nullable=False),
    Column("seq", INTEGER, nullable=False),
    Column("hlc", INTEGER, nullable=False),
    Column("known_us", INTEGER, nullable=False),
    Column("ent", TEXT, nullable=False),
    Column("type", TEXT, nullable=False),
    Column("body", BLOB, nullable=False),
    Column("sig", BLOB, nullable=False),
    Column("received_us", INTEGER, nullable=False),
    UniqueConstraint("dev", "seq"),
    Index("event_ent", "ent", "hlc"),
    Index("event_known", "known_us"),
    EVENT_ROUTE,
)
"""The log. ``n`` is the order of arrival here, and means nothing elsewhere."""

FORK: Final = Table(
    "fork",
    METADATA,
    Column("hash", BLOB, primary_key=True),
    Column("dev", BLOB, nullable=False),
    Column("seq", INTEGER, nullable=False),
    Column("ent", TEXT, nullable=False),
    Column("body", BLOB, nullable=False),
    Column("sig", BLOB, nullable=False),
    Column("received_us", INTEGER, nullable=False),
    Index("fork_ent", "ent"),
    Index("fork_dev", "dev", "seq"),
)
"""Events which claim a place that another event of their device holds."""

HEAD: Final = Table(
    "head",
    METADATA,
    Column("dev", BLOB, primary_key=True),
    Column("seq", INTEGER, nullable=False),
    Column("hash", BLOB, nullable=False),
)
"""The last event of each chain."""

DEVICE: Final = Table(
    "device",
    METADATA,
    Column("dev", BLOB, primary_key=True),
    Column("label", TEXT),
    Column("operator", TEXT),
    Column("centre", TEXT),
    Column("enrolled", TEXT),
    Column("revoked", TEXT),
)

ANCHOR: Final = Table(
    "anchor",
    METADATA,
    Column("n", INTEGER, primary_key=True),
    Column("root", BLOB, nullable=False),
    Column("heads", TEXT, nullable=False),
    Column("made_us", INTEGER, nullable=False),
    Column("sig", BLOB),
    Column("tsr", BLOB),
    Column("sent_to", TEXT),
)

BLOB_FILE: Final = Table(
    "blob",
    METADATA,
    Column("sha256", TEXT, primary_key=True),
    Column("size", INTEGER, nullable=False),
    Column("mime", TEXT),
    Column("taken_at", TEXT),
    Column("present", INTEGER, nullable=False),
    Column("public_sha256", TEXT),
)

SOURCE: Final = Table(
    "source",
    METADATA,
    Column("n", INTEGER, primary_key=True),
    Column("event", BLOB, nullable=False, unique=True),
    Column("layer", TEXT, nullable=False),
    Column("file", TEXT, nullable=False),
    Column("sha256", TEXT, nullable=False),
    Column("rows", INTEGER, nullable=False),
    Column("attribution", TEXT, nullable=False),
    Column("exercise", INTEGER, nullable=False),
    Column("who", TEXT, nullable=False),
    Column("imported_us", INTEGER, nullable=False),
)
"""The imports whose rows are held here; ``n`` is the ``import_n`` of their rows."""

INBOX: Final = Table(
    "inbox",
    METADATA,
    Column("n", INTEGER, primary_key=True),
    Column("event_id", TEXT, nullable=False, unique=True),
    Column("device", TEXT, nullable=False),
    Column("device_seq", INTEGER, nullable=False),
    Column("team", TEXT, nullable=False),
    Column("ent", TEXT, nullable=False),
    Column("sha256", BLOB, nullable=False),
    Column("sent", BLOB, nullable=False),
    Column("event", BLOB, nullable=False, unique=True),
    Column("device_us", INTEGER, nullable=False),
    Column("received_us", INTEGER, nullable=False),
    Column("skew_ms", INTEGER),
    Index("inbox_device", "device", "device_seq"),
    Index("inbox_ent", "ent"),
)
"""What phones sent, byte for byte; ``event`` is the hash of the event that was made of it.

``device_us`` is what the phone's clock said, and ``skew_ms`` how far it was ahead, where that is
known. Neither is ever used for order.
"""

PHOTO: Final = Table(
    "photo",
    METADATA,
    Column("n", INTEGER, primary_key=True),
    Column("event_id", TEXT, nullable=False),
    Column("sha256", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("mime", TEXT, nullable=False),
    Column("team", TEXT, nullable=False),
    Column("received_us", INTEGER, nullable=False),
    Column("dev", BLOB, nullable=False),
    Column("sig", BLOB, nullable=False),
    UniqueConstraint("event_id", "sha256"),
    Index("photo_sha256", "sha256"),
)
"""Which photo (``blob``) was sent with which phone event; signed (`uxo.store.photos`)."""

WITHDRAWN: Final = Table(
    "withdrawn",
    METADATA,
    Column("n", INTEGER, primary_key=True),
    Column("import_n", INTEGER, nullable=False),
    Column("road_id", TEXT, nullable=False),
    Column("successors", TEXT, nullable=False),
    Index("withdrawn_road", "road_id"),
)
"""Which import (``source``) took which road away; ``successors`` is a JSON list of road ids."""

META: Final = Table(
    "meta",
    METADATA,
    Column("name", TEXT, primary_key=True),
    Column("value", TEXT, nullable=False),
)

_TYPES: Final[Mapping[str, TypeEngine[Any]]] = MappingProxyType({"float64": REAL()})
_ROW: Final = ("known_us", "import_n", "import_row", "digest")
_FOLD: Final = ("events", "conflict")


@dataclass(frozen=True, slots=True)
class LayerTable:
    """One layer: its current rows, and the rows that were current once.

    Attributes
    ----------
    layer : Layer
        Which.
    dtypes : mapping of str to str
        Declared columns (`uxo.evidence.columns`).
    key : str
        The column that identifies a row.
    current, past : Table
        ``past`` also keeps the imported row under a row that events changed (``until_us`` is
        then null), so that its import can still be verified.
    always_hashed : int
        How many of the declared columns, from the first on, every row's digest is over. Those
        after them came with a later layout: a row is hashed up to its last value, so that rows
        which have none keep the digest that their import signed.
    """

    layer: Layer
    dtypes: MappingProxyType[str, str]
    key: str
    current: Table
    past: Table
    always_hashed: int

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of both tables, in the order of their definition."""
        return ("fid", "geom", *self.dtypes, *_ROW, *(_FOLD if self.folded else ()))

    @property
    def folded(self) -> bool:
        """Events about single rows exist for this layer."""
        return self.layer is Layer.EVIDENCE

    @property
    def key_index(self) -> Index:
        """The index by id."""
        (index,) = self.current.indexes
        return index

    @property
    def rtree(self) -> str:
        """Name of the spatial index."""
        return f"rtree_{self.current.name}_geom"


def _row_columns(dtypes: Mapping[str, str], key: str, *, folded: bool) -> list[Column[Any]]:
    columns: list[Column[Any]] = [Column("geom", Geometry)]
    columns += [
        Column(name, _TYPES.get(dtype, TEXT()), nullable=name != key)
        for name, dtype in dtypes.items()
    ]
    columns += [
        Column("known_us", INTEGER, nullable=False),
        Column("import_n", INTEGER),
        Column("import_row", INTEGER),
        Column("digest", BLOB),
    ]
    if folded:
        columns += [
            Column("events", INTEGER, nullable=False, default=0),
            Column("conflict", TEXT),
        ]
    return columns


def _layer(
    layer: Layer, dtypes: MappingProxyType[str, str], key: str, *, always_hashed: int | None = None
) -> LayerTable:
    folded = layer is Layer.EVIDENCE
    name = layer.value
    current = Table(
        name,
        METADATA,
        Column("fid", INTEGER, primary_key=True),
        *_row_columns(dtypes, key, folded=folded),
        Index(f"{name}_key", key, unique=True),
    )
    past = Table(
        f"{name}_past",
        METADATA,
        Column("n", INTEGER, primary_key=True),
        Column("fid", INTEGER, nullable=False),
        *_row_columns(dtypes, key, folded=folded),
        Column("until_us", INTEGER),
        Index(f"{name}_past_key", key),
    )
    hashed = len(dtypes) if always_hashed is None else always_hashed
    return LayerTable(layer, dtypes, key, current, past, hashed)


LAYERS: Final[Mapping[Layer, LayerTable]] = MappingProxyType(
    {
        Layer.ROADS: _layer(Layer.ROADS, ROAD_DTYPES, "road_id", always_hashed=ROAD_COLUMNS_IN_2),
        Layer.PLACES: _layer(Layer.PLACES, PLACE_DTYPES, "pcode"),
        Layer.EVIDENCE: _layer(Layer.EVIDENCE, EVIDENCE_DTYPES, "id"),
    }
)
