"""Tell a .osm.pbf file that was cut between two of its blocks, which no reader notices.

A file of this format is a row of blocks without a mark at its end. Programs fill a block up to a
fixed number of objects before they begin the next one, so a last block that holds exactly the usual
8,000, or as many ways as the block before it, shows that more was to come. A file that goes on
beyond its ways, to the relations, has lost no road.
"""

import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from uxo.errors import BadFile

_USUAL_BLOCK: Final = 8_000
_LENGTH_BYTES: Final = 4
_HIGH_BIT: Final = 0x80  # set in a byte that more bytes of its number follow
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
# Field numbers of fileformat.proto and osmformat.proto.
_HEADER_TYPE, _HEADER_SIZE = 1, 3
_BLOB_RAW, _BLOB_ZLIB = 1, 3
_BLOCK_GROUP = 2
_GROUP_NODES, _GROUP_DENSE, _GROUP_WAYS, _GROUP_RELATIONS = 1, 2, 3, 4
_DENSE_IDS = 1


@dataclass(frozen=True, slots=True)
class _Block:
    """How much a block holds: single or dense nodes, ways, and relations."""

    nodes: int
    ways: int
    relations: int


def check_end(path: Path) -> None:
    """Refuse a file that ends with a full block of nodes or ways.

    Parameters
    ----------
    path : Path
        A .osm.pbf file that a reader has read to its end already.

    Raises
    ------
    BadFile
        More was to come.
    """
    with path.open("rb") as stream:
        places = [place for kind, place in _blobs(stream) if kind == b"OSMData"]
        blocks = [_block(stream, place) for place in places[-2:]]
    if not blocks or blocks[-1].relations:
        return
    last = blocks[-1]
    same = len(blocks) > 1 and blocks[0] == last and last.ways
    if same or last.nodes + last.ways == _USUAL_BLOCK:
        raise BadFile(
            f"{path}: seems cut off: its last block is full ({last.nodes} nodes, {last.ways} ways)"
            ", as if more were to come; download it again, and compare its size or checksum with "
            "the publisher's"
        )


def _blobs(stream: BinaryIO) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """List the blocks: type, and where the content begins and how long it is."""
    while size := stream.read(_LENGTH_BYTES):
        header = dict(_fields(stream.read(int.from_bytes(size, "big"))))
        kind, length = header.get(_HEADER_TYPE), header.get(_HEADER_SIZE)
        if not isinstance(kind, bytes) or not isinstance(length, int):
            return
        yield kind, (stream.tell(), length)
        stream.seek(length, 1)


def _block(stream: BinaryIO, place: tuple[int, int]) -> _Block:
    """Count what a block holds; nothing where its packing is not the usual one."""
    start, length = place
    stream.seek(start)
    blob = dict(_fields(stream.read(length)))
    packed = blob.get(_BLOB_ZLIB)
    content = zlib.decompress(packed) if isinstance(packed, bytes) else blob.get(_BLOB_RAW, b"")
    held: Counter[int] = Counter()
    for field, group in _fields(content if isinstance(content, bytes) else b""):
        if field != _BLOCK_GROUP or not isinstance(group, bytes):
            continue
        for number, value in _fields(group):
            held[number] += _dense(value) if number == _GROUP_DENSE else 1
    nodes = held[_GROUP_NODES] + held[_GROUP_DENSE]
    return _Block(nodes, held[_GROUP_WAYS], held[_GROUP_RELATIONS])


def _dense(nodes: int | bytes) -> int:
    """Count dense nodes: their ids stand one after the other, each ending in a byte below 128."""
    ids = dict(_fields(nodes)).get(_DENSE_IDS) if isinstance(nodes, bytes) else b""
    return sum(byte < _HIGH_BIT for byte in ids) if isinstance(ids, bytes) else 0


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Walk along a Protocol Buffers message: field number and value."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            size, at = _varint(message, at)
        else:
            size = {_FIXED64: 8, _FIXED32: 4}[kind]
        yield key >> 3, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < _HIGH_BIT:
            return value, at
        shift += 7
