"""Read the ways of an OpenStreetMap file, with the places of their nodes."""

import hashlib
import re
import tempfile
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
_MD5_CHUNK: Final = 1 << 20
_ESCAPED: Final = re.compile("%([0-9a-fA-F]+)%")
Box = tuple[float, float, float, float]


@dataclass(slots=True)
class WayFile:
    """Everything read from the file, way after way.

    Attributes
    ----------
    way_id, version : list of int
        OpenStreetMap's; a way that a newer version replaced has the number 0, which no way has.
    nodes : list of int
        How many nodes each way names.
    course : list of int
        A digest of the nodes of each way, to tell a repeated way from another version.
    places : list of float64[n, 3]
        Node id, longitude and latitude, way after way; NaN for a node that the file lacks. Ids are
        exact, being far below 2 to the power of 53.
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
    share_read : float
        How much of the file has been read, 0 to 1.
    """

    way_id: list[int] = field(default_factory=list)
    version: list[int] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)
    course: list[int] = field(default_factory=list)
    places: list[NDArray[np.float64]] = field(default_factory=list)
    attributes: list[Attributes] = field(default_factory=list)
    outlines: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    not_understood: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    superseded: int = 0
    header_box: Box | None = None
    share_read: float = 0.0

    def all_places(self) -> NDArray[np.float64]:
        """Give the nodes of all ways, float64[n, 3]."""
        return np.concatenate([np.zeros((0, 3)), *self.places])


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
    yield ways
    try:
        with tempfile.TemporaryDirectory(prefix="uxo-osm-") as folder:
            text = Path(folder) / "roads.opl"
            header = _write_roads(path, file, text, nodes_first=False)
            yield from _fill(ways, text)
            ordered = header.get("sorting") == "Type_then_ID"
            if not ordered and np.isnan(ways.all_places()[:, 1]).any():
                # The ways may stand before their nodes, as in answers of the Overpass service.
                _write_roads(path, file, text, nodes_first=True)
                ways = WayFile()
                yield from _fill(ways, text)
            ways.header_box = _box(header)
    except (RuntimeError, ValueError) as error:  # all that the reader raises for a broken file
        raise BadFile(
            f"{path}: is broken or was cut off, and nothing of it was taken ({error}); "
            "download it again"
        ) from error
    if _format_of(path) == "pbf":
        check_end(path)
    if (ways.all_places()[:, 0] < 0).any() or min(ways.way_id, default=0) < 0:
        raise BadFile(
            f"{path}: holds nodes or ways with negative ids, an edit that was not uploaded; such "
            "ids do not last, so upload it first or export it as lines"
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


def _write_roads(path: Path, file: Any, text: Path, *, nodes_first: bool) -> Any:  # noqa: ANN401
    """Write the ways with ``highway`` and the places of their nodes as OPL, a line each.

    All of it runs in the reader's own compiled loop; asking it for each tag and node from here
    takes four times as long.

    Returns
    -------
    header
        Of the file.
    """
    # What is handed over is not kept alive there, so it has names here.
    table = osmium.index.create_map("flex_mem")
    places = osmium.NodeLocationsForWays(table)
    places.ignore_errors()
    only_ways = osmium.filter.EntityFilter(osmium.osm.WAY)
    only_roads = osmium.filter.KeyFilter("highway")
    if nodes_first:
        with osmium.io.Reader(file, osmium.osm.NODE) as nodes:
            osmium.apply(nodes, places)
    target = osmium.io.File(str(text), "opl,locations_on_ways=true,add_metadata=version")
    wanted = osmium.osm.WAY if nodes_first else osmium.osm.NODE | osmium.osm.WAY
    with (
        osmium.SimpleWriter(target, overwrite=True) as writer,
        osmium.io.Reader(file, wanted) as reader,
    ):
        header = reader.header()
        _check_header(path, header)
        osmium.apply(reader, places, only_ways, only_roads, writer)
    return header


def _fill(ways: WayFile, text: Path) -> Iterator[WayFile]:
    """Take in line after line; a line is ``w<id> v<version> d<visible> T<tags> N<nodes>``."""
    seen: dict[int, int] = {}
    pending: list[str] = []
    size = max(text.stat().st_size, 1)
    done = 0
    with text.open(encoding="utf-8", newline="\n") as stream:
        for number, line in enumerate(stream, 1):
            done += len(line)
            way, version, visible, tags, nodes = line[:-1].split(" ")
            _take(ways, seen, pending, (int(way[1:]), int(version[1:]), visible, tags, nodes[1:]))
            if not number % _PASS_WAYS:
                _place(ways, pending)
                ways.share_read = min(done / size, 1.0)
                yield ways
    _place(ways, pending)


def _take(
    ways: WayFile, seen: dict[int, int], pending: list[str], line: tuple[int, int, str, str, str]
) -> None:
    """Take in one way."""
    way_id, version, visible, words, nodes = line
    tags = _tags(words[1:])
    reason = "deleted" if visible != "dV" else why_left_out(tags)
    if reason is not None:
        ways.left_out[reason] += 1
        return
    kept = attributes(tags, ways.not_understood)
    course = hash(nodes)
    if way_id in seen and not _newer(ways, seen[way_id], version, course, kept):
        return
    seen[way_id] = len(ways.way_id)
    ways.outlines += tags.get("area") == "yes" and _is_closed(nodes)
    ways.way_id.append(way_id)
    ways.version.append(version)
    ways.course.append(course)
    ways.attributes.append(kept)
    ways.nodes.append(nodes.count(",") + 1 if nodes else 0)
    if nodes:
        pending.append(nodes)


def _tags(words: str) -> dict[str, str]:
    """Read ``key=value,key=value``, in which other signs stand as their hexadecimal numbers."""
    pairs = [word.split("=") for word in words.split(",")]
    if "%" in words:
        pairs = [[_ESCAPED.sub(_sign, part) for part in pair] for pair in pairs]
    return dict(pairs)


def _sign(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16))


def _is_closed(nodes: str) -> bool:
    """Tell whether a way ends at the node it began at."""
    first, _, rest = nodes.partition(",")
    return bool(rest) and first.partition("x")[0] == rest.rpartition(",")[2].partition("x")[0]


def _place(ways: WayFile, pending: list[str]) -> None:
    """Turn ``n<id>x<longitude>y<latitude>,...`` of some ways into numbers; missing ones are NaN."""
    if not pending:
        return
    joined = ",".join(pending).replace("xy", "xnanynan")
    plain = joined.replace(",n", " ").replace("x", " ").replace("y", " ")
    ways.places.append(np.array(plain[1:].split(" "), dtype=np.float64).reshape(-1, 3))
    pending.clear()


def _newer(ways: WayFile, place: int, version: int, course: int, kept: Attributes) -> bool:
    """Say whether a way that came before is to be replaced, and count it."""
    if ways.course[place] == course and ways.attributes[place] == kept:
        ways.repeated += 1
        return False
    ways.superseded += 1
    if version < ways.version[place]:
        return False
    ways.way_id[place] = 0
    return True
