"""Photos as bytes of unknown people: whether they are one, and a copy that tells nothing else."""

import io
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import MappingProxyType
from typing import BinaryIO, Final

import pi_heif
from PIL import Image, ImageOps

from uxo.errors import BadFile

MAX_PIXELS: Final = 60_000_000
COPY_PIXELS: Final = 2_560
"""Longest side of a copy."""

MIME: Final[Mapping[str, str]] = MappingProxyType(
    {
        "JPEG": "image/jpeg",
        "MPO": "image/jpeg",  # a JPEG with a second picture behind, as some phones write
        "PNG": "image/png",
        "WEBP": "image/webp",
        "HEIF": "image/heic",
    }
)
_QUALITY: Final = 85
# A decoded photo takes some hundred megabytes: never many at a time.
_DECODING: Final = threading.BoundedSemaphore(2)


def examine(content: BinaryIO) -> str:
    """Decode a photo and say what it is.

    Parameters
    ----------
    content : binary file
        From its start.

    Returns
    -------
    str
        Media type, by the bytes and not by any name.

    Raises
    ------
    BadFile
        It is no photo of a known kind, is cut off, or has too many pixels.
    """
    with _decoded(content) as picture:
        return MIME[picture.format or ""]


def stripped(content: BinaryIO) -> bytes:
    """Draw a photo anew as a JPEG: upright, and without place, time, camera or anything behind it.

    Raises
    ------
    BadFile
        See `examine`.
    """
    with _decoded(content) as picture:
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((COPY_PIXELS, COPY_PIXELS))
        plain = Image.new("RGB", upright.size, "white")
        coloured = upright.convert("RGBA")
        plain.paste(coloured, mask=coloured.getchannel("A"))
        written = io.BytesIO()
        plain.save(written, "JPEG", quality=_QUALITY, optimize=True)
        return written.getvalue()


@contextmanager
def _decoded(content: BinaryIO) -> Iterator[Image.Image]:
    _know_heic()
    with _DECODING:
        try:
            picture = Image.open(content, formats=("JPEG", "PNG", "WEBP", "HEIF"))
            _check_size(picture)
            picture.load()
        except BadFile:
            raise
        except Exception as error:  # a decoder that reads hostile bytes may raise anything
            msg = "the file is no photo (JPEG, PNG, WebP or HEIC), or it is damaged or too large"
            raise BadFile(msg) from error
        with picture:
            yield picture


def _check_size(picture: Image.Image) -> None:
    """Refuse a small file that would fill the memory, before it is decoded."""
    if picture.format not in MIME:
        msg = f"the file is {picture.format}, not JPEG, PNG, WebP or HEIC"
        raise BadFile(msg)
    width, height = picture.size
    if width * height > MAX_PIXELS:
        msg = f"the photo has {width} x {height} pixels; at most {MAX_PIXELS} are read"
        raise BadFile(msg)


@cache
def _know_heic() -> None:
    """Teach the reader HEIC, once."""
    pi_heif.register_heif_opener(thumbnails=False)
