"""Read the ways of an OpenStreetMap file, with the places of their nodes."""

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import osmium
from numpy.typing import NDArray

from uxo.errors import BadFile
from uxo.evidence.files.source import check_readable
from uxo.roads.osm_pbf_end import check_end
from uxo.roads.osm_tags import Attributes, attributes, why_left_out

FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".osm.pbf": "pbf",
        ".pbf": "pbf",
        ".osm": "osm",
        ".osm.gz": "osm.gz",
        ".osm.bz2": "osm.bz2",
    }
)
"""Ending of the file -> what its reader is told."""

OSM_SUFFIXES: Final = frozenset(f".{ending.rpartition('.')[2]}" for ending in FORMATS)
"""The same, up to the last dot."""

_PASS_WAYS: Final = 20_000
_WKB_HEAD_HEX: Final = 18  # byte order, type and number of points, as hexadecimal digits
_MD5_CHUNK: Final = 1 << 20
Box = tuple[float, float, float, float]


@dataclass(slots=True)
class WayFile:
    """Everything read from the file, way after way.

    Attributes
    ----------
    way_id, version, offset, node : array of int64
        ``offset`` has one more entry than there are ways.
    places : bytearray
        Longitude and latitude of each node as two 64-bit floats; NaN where the file lacks it.
    attributes : list
        One for each way, as `uxo.roads.osm_tags.attributes` gives them.
    outlines : int
        Closed ways tagged as areas, such as squares; their outlines are roads.
    left_out : Counter
        Why ways with ``highway`` are no roads here.
    not_understood : Counter
        Tags whose value was not understood.
    repeated : int
        Ways that came again just as they were.
    superseded : int
        Ways that came in several versions, of which the newest counts.
    header_box : tuple or None
        West, south, east, north that the file's header claims.
    """

    way_id: "array[int]" = field(default_factory=lambda: array("q"))
    version: "array[int]" = field(default_factory=lambda: array("q"))
    offset: "array[int]" = field(default_factory=lambda: array("q", [0]))
    node: "array[int]" = field(default_factory=lambda: array("q"))
    places: bytearray = field(default_factory=bytearray)
    attributes: list[Attributes] = field(default_factory=list)
    outlines: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    not_understood: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    superseded: int = 0
    header_box: Box | None = None

    def lon_lat(self) -> NDArray[np.float64]:
        """Give the places as float64[n, 2]."""
        return np.frombuffer(bytes(self.places), dtype="<f8").reshape(-1, 2)

    def nodes_of(self, place: int) -> "array[int]":
        """Give the nodes of one way."""
        return self.node[self.offset[place] : self.offset[place + 1]]


def is_osm(path: Path) -> bool:
    """Tell by its name whether a file is one of OpenStreetMap's."""
    return _format_of(path) is not None


def check_beginning(path: Path) -> None:
    """Look at the beginning of a file, and at the checksum that stands beside it.

    Raises
    ------
    BadFile
        There is no such file, it is empty, it is not what its ending says, or it is not the file
        that ``NAME.md5`` was made for.
    """
    head = check_readable(path)
    kind = _format_of(path)
    if not {
        "pbf": head[:1] == b"\x00" and b"OSMHeader" in head[:64],
        "osm": head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"),
        "osm.gz": head.startswith(b"\x1f\x8b"),
        "osm.bz2": head.startswith(b"BZh"),
    }[str(kind)]:
        raise BadFile(
            f"{path}: is not an OpenStreetMap file of this ending: it begins with {head[:16]!r}"
        )
    _check_md5(path)


def read_ways(path: Path) -> Iterator[WayFile]:
    """Read the whole file.

    Yields
    ------
    WayFile
        The same one again and again while it fills, so that somebody may be told; when the
        iterator ends it is complete.

    Raises
    ------
    BadFile
        The file is broken or cut off, is no map (a history or a change file), or holds objects
        that were never uploaded.
    """
    file = osmium.io.File(str(path), str(_format_of(path)))
    ways = WayFile()
    try:
        processor = (
            osmium.FileProcessor(file, osmium.osm.NODE | osmium.osm.WAY)
            .with_locations()
            .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
            .with_filter(osmium.filter.KeyFilter("highway"))
        )
        _check_header(path, processor.header)
        yield from _fill(ways, processor)
        ordered = processor.header.get("sorting") == "Type_then_ID"
        if not ordered and np.isnan(ways.lon_lat()[:, 0]).any():
            # The ways may stand before their nodes, as in answers of the Overpass service.
            ways = WayFile()
            yield from _fill(ways, _after_its_nodes(file))
        ways.header_box = _box(processor.header)
    except (RuntimeError, ValueError) as error:  # all that the reader raises for a broken file
        raise BadFile(
            f"{path}: is broken or was cut off, and nothing of it was taken ({error}); "
            "download it again"
        ) from error
    if _format_of(path) == "pbf":
        check_end(path)
    if len(ways.node) and min(ways.node) < 0:
        raise BadFile(
            f"{path}: holds nodes with negative ids, an edit that was not uploaded; such ids do "
            "not last, so upload it first or export it as lines"
        )
    yield ways


def _format_of(path: Path) -> str | None:
    name = path.name.lower()
    found = [kind for ending, kind in FORMATS.items() if name.endswith(ending)]
    return found[0] if found else None


def _check_md5(path: Path) -> None:
    """Compare the file with the checksum that publishers lay beside it, if it was fetched too."""
    beside = path.with_name(f"{path.name}.md5")
    if not beside.is_file():
        return
    words = beside.read_text(encoding="ascii", errors="replace").split()
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(_MD5_CHUNK):
            digest.update(chunk)
    if not words or words[0].lower() != digest.hexdigest():
        raise BadFile(
            f"{path}: is not the file that {beside.name} was made for (its MD5 is "
            f"{digest.hexdigest()}); download both again"
        )


def _check_header(path: Path, header: Any) -> None:  # noqa: ANN401  # osmium's own
    if header.has_multiple_object_versions:
        raise BadFile(
            f"{path}: is a history or a change file, which holds what is no longer there; "
            "give an extract of the present state"
        )


def _box(header: Any) -> Box | None:  # noqa: ANN401
    box = header.box()
    if not box.valid():
        return None
    low, high = box.bottom_left, box.top_right
    return low.lon, low.lat, high.lon, high.lat


def _after_its_nodes(file: Any) -> Iterator[Any]:  # noqa: ANN401
    """Read all nodes, then the ways."""
    # What is handed over is not kept alive there, so it has names here.
    table, roads = osmium.index.create_map("flex_mem"), osmium.filter.KeyFilter("highway")
    places = osmium.NodeLocationsForWays(table)
    places.ignore_errors()
    with osmium.io.Reader(file, osmium.osm.NODE) as nodes:
        osmium.apply(nodes, places)
    with osmium.io.Reader(file, osmium.osm.WAY) as reader:
        yield from osmium.OsmFileIterator(reader, places, roads)


def _fill(ways: WayFile, found: Any) -> Iterator[WayFile]:  # noqa: ANN401
    """Take in way after way; each is a call into the reader anyway."""
    seen: dict[int, int] = {}
    points = osmium.geom.WKBFactory()
    yield ways
    for number, way in enumerate(found, 1):
        if not number % _PASS_WAYS:
            yield ways
        tags = dict(way.tags)
        reason = why_left_out(tags)
        if reason is not None or way.deleted:
            ways.left_out[reason or "deleted"] += 1
            continue
        nodes = array("q", [node.ref for node in way.nodes])
        kept = attributes(tags, ways.not_understood)
        if way.id in seen and not _newer(ways, seen[way.id], way.version, nodes, kept):
            continue
        seen[way.id] = len(ways.way_id)
        ways.outlines += tags.get("area") == "yes" and way.is_closed()
        ways.way_id.append(way.id)
        ways.version.append(way.version)
        ways.attributes.append(kept)
        ways.node.extend(nodes)
        ways.offset.append(len(ways.node))
        ways.places += _places(points, way.nodes)


def _newer(ways: WayFile, place: int, version: int, nodes: "array[int]", kept: Attributes) -> bool:
    """Say whether a way that came before is to be replaced, and count it."""
    if ways.nodes_of(place) == nodes and ways.attributes[place] == kept:
        ways.repeated += 1
        return False
    ways.superseded += 1
    if version < ways.version[place]:
        return False
    ways.way_id[place] = 0  # no way has this number; `live` leaves it out
    return True


def live(ways: WayFile) -> NDArray[np.bool_]:
    """Tell the ways that count from those that a newer version replaced."""
    return np.array(ways.way_id, dtype=np.int64) != 0


def _places(points: Any, nodes: Any) -> bytes:  # noqa: ANN401
    """Give longitude and latitude of nodes; the quick way fails where one is not there."""
    try:
        drawn = points.create_linestring(nodes, osmium.geom.use_nodes.ALL)
    except (osmium.InvalidLocationError, RuntimeError):
        spots = [
            (node.location.lon, node.location.lat) if node.location.valid() else (np.nan, np.nan)
            for node in nodes
        ]
        return np.array(spots, dtype="<f8").tobytes()
    return bytes.fromhex(drawn[_WKB_HEAD_HEX:])
