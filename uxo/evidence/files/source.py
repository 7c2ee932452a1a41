"""Find out what a file really is before reading it."""

import codecs
from pathlib import Path
from typing import Final

from uxo.errors import BadFile

_HEAD_BYTES: Final = 4096
_SCAN_BYTES: Final = 1 << 20

# First bytes -> what to tell. The order matters only for the two byte-order marks.
_MAGIC: Final = (
    (b"PK\x03\x04", "is a ZIP archive (or an Excel workbook); unpack it and give the file inside"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it first"),
    (b"%PDF", "is a PDF document"),
    (b"PAR1", "is a Parquet file; give it the ending .parquet"),
    (b"SQLite format 3\x00", "is an SQLite database; a GeoPackage needs the ending .gpkg"),
    (b"\xff\xd8\xff", "is a JPEG picture"),
    (b"\x89PNG", "is a PNG picture"),
    (codecs.BOM_UTF32_LE, "is UTF-32 text; save it as UTF-8"),
    (codecs.BOM_UTF16_LE, "is UTF-16 text; save it as UTF-8"),
    (codecs.BOM_UTF16_BE, "is UTF-16 text; save it as UTF-8"),
)

GEOJSON_SUFFIXES: Final = frozenset({".geojson", ".json"})
CSV_SUFFIXES: Final = frozenset({".csv"})
GEOPACKAGE_SUFFIXES: Final = frozenset({".gpkg"})
PARQUET_SUFFIXES: Final = frozenset({".parquet", ".geoparquet"})
SHAPEFILE_SUFFIXES: Final = frozenset({".shp"})


def check_readable(path: Path) -> bytes:
    """Read the first bytes of a file that has some.

    Returns
    -------
    bytes
        At most 4096 bytes.

    Raises
    ------
    BadFile
        There is no such file, it is a directory, it is empty or it cannot be opened.
    """
    if not path.exists():
        raise BadFile(f"{path}: there is no such file")
    if path.is_dir():
        raise BadFile(f"{path}: is a directory; give a file inside it")
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as error:
        raise BadFile(f"{path}: cannot be opened ({error.strerror})") from error
    if not head:
        raise BadFile(f"{path}: is empty (0 bytes)")
    return head


def check_text(path: Path, expected: str) -> None:
    """Refuse a file that begins like something other than text.

    Parameters
    ----------
    path : Path
        The file.
    expected : str
        What the file claims to be, for the message.

    Raises
    ------
    BadFile
        The file is an archive, a picture, a database, a web page, UTF-16 text or other binary.
    """
    head = check_readable(path)
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise BadFile(f"{path}: is not {expected}: it {what}")
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith(b"<"):
        raise BadFile(
            f"{path}: is not {expected}: it is a web page or XML "
            "(perhaps a log-in page was saved in place of the file)"
        )
    if b"\x00" in head:
        raise BadFile(f"{path}: is not {expected}: it holds binary data")
    if not text and path.stat().st_size <= _HEAD_BYTES:
        raise BadFile(f"{path}: is empty (only white space)")


def check_magic(path: Path, magic: bytes, expected: str) -> None:
    """Refuse a file that does not begin with the bytes of its format.

    Raises
    ------
    BadFile
        Another beginning.
    """
    head = check_readable(path)
    if not head.startswith(magic):
        raise BadFile(f"{path}: is not {expected}: it begins with {head[:16]!r}")


def wrong_encoding(path: Path) -> BadFile:
    """Make the error that names the first byte which is not UTF-8, with its line.

    Returns
    -------
    BadFile
        Says byte, line and how to convert. For a file that is UTF-8 after all, a plain message.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, line = 0, 1
    with path.open("rb") as stream:
        while chunk := stream.read(_SCAN_BYTES):
            # What the decoder still holds from the chunk before comes first in an error's offsets.
            held = decoder.getstate()[0]
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                at = offset - len(held) + error.start
                bad = (held + chunk)[error.start]
                line += (held + chunk)[: error.start].count(b"\n")
                return BadFile(
                    f"{path}: is not UTF-8 text: byte 0x{bad:02X} at offset {at} (line {line}). "
                    "If it was saved by an Arabic Windows program it is probably Windows-1256: "
                    "convert it with 'iconv -f WINDOWS-1256 -t UTF-8 OLD > NEW', "
                    "or save it in Excel as 'CSV UTF-8'"
                )
            offset += len(chunk)
            line += chunk.count(b"\n")
    return BadFile(f"{path}: ends in the middle of a UTF-8 character; it is truncated")
