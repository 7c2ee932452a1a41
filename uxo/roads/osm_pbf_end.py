"""Tell a .osm.pbf file that was cut between two of its blocks, which no reader notices.

A file of this format is a row of blocks without a mark at its end. Programs fill a block of ways up
to a fixed number before they begin the next one, so a last block that is as full as the one before
it, or holds exactly the usual 8,000, shows that more was to come. A file cut after its last way has
lost no road.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from uxo.errors import BadFile

_USUAL_BLOCK: Final = 8_000
_LENGTH_BYTES: Final = 4
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
# Field numbers of fileformat.proto and osmformat.proto.
_HEADER_TYPE, _HEADER_SIZE = 1, 3
_BLOB_RAW, _BLOB_ZLIB = 1, 3
_BLOCK_GROUP = 2
_GROUP_WAYS = 3


def check_end(path: Path) -> None:
    """Refuse a file that ends with a full block of ways.

    Parameters
    ----------
    path : Path
        A .osm.pbf file that a reader has read to its end already.

    Raises
    ------
    BadFile
        More ways were to come.
    """
    with path.open("rb") as stream:
        blobs = [place for kind, place in _blobs(stream) if kind == b"OSMData"]
        ways = [_ways(stream, place) for place in blobs[-2:]]
    if not ways or not ways[-1]:
        return
    before = ways[0] if len(ways) > 1 else 0
    if ways[-1] == before or ways[-1] == _USUAL_BLOCK:
        raise BadFile(
            f"{path}: seems cut off: its last block is full of ways ({ways[-1]}), as if more were "
            "to come; download it again, and compare its size or checksum with the publisher's"
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


def _ways(stream: BinaryIO, place: tuple[int, int]) -> int:
    """Count the ways of a block; none where its packing is not the usual one."""
    start, length = place
    stream.seek(start)
    blob = dict(_fields(stream.read(length)))
    packed = blob.get(_BLOB_ZLIB)
    content = zlib.decompress(packed) if isinstance(packed, bytes) else blob.get(_BLOB_RAW)
    if not isinstance(content, bytes):
        return 0
    return sum(
        number == _GROUP_WAYS
        for field, group in _fields(content)
        if field == _BLOCK_GROUP and isinstance(group, bytes)
        for number, _ in _fields(group)
    )


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
        if byte < 0x80:  # noqa: PLR2004  # the high bit says that more bytes follow
            return value, at
        shift += 7
