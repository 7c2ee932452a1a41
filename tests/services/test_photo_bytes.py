"""Photos: only what truly is one comes in, and only the picture goes out."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.services.photos import jpeg, picture, written
from uxo.errors import BadFile
from uxo.services.photo_bytes import COPY_PIXELS, examine, stripped


def _bomb() -> bytes:
    """A PNG of 200 kB which says that it is 40,000 x 40,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(10_000_000), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (jpeg(), "image/jpeg"),
        (written(picture(), "PNG"), "image/png"),
        (written(picture(), "WEBP"), "image/webp"),
        (jpeg() + _zip(), "image/jpeg"),  # only its copy is ever shown
    ],
)
def test_a_photo_is_what_its_bytes_are(content: bytes, mime: str) -> None:
    assert examine(io.BytesIO(content)) == mime


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        _zip(),
        b"%PDF-1.7\n",
        written(picture(), "GIF"),
        written(picture(), "TIFF"),
        written(picture(), "BMP"),
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        jpeg()[:1_500],
        jpeg()[:20] + b"\0" * 3_000,
        written(picture(), "PNG")[:-200],
        b"\0\0\0\x18ftypheic" + b"\0" * 400,
        b"RIFF\xff\xff\xff\x7fWEBPVP8 " + b"\0" * 100,
        _bomb(),
    ],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        examine(io.BytesIO(content))


def test_a_copy_tells_nothing_but_the_picture() -> None:
    content = jpeg() + _zip()
    assert b"SecretPhone" in content
    assert b"SecretComment" in content
    copy = stripped(io.BytesIO(content))
    for secret in (b"Secret", b"Exif", b"xmpmeta", b"alert", b"PK\x03\x04"):
        assert secret not in copy
    with Image.open(io.BytesIO(copy)) as drawn:
        assert drawn.format == "JPEG"
        assert not drawn.getexif()
        assert set(drawn.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_copy_stands_upright() -> None:
    copy = stripped(io.BytesIO(jpeg(orientation=6)))  # turned by a quarter to the right
    with Image.open(io.BytesIO(copy)) as drawn:
        assert drawn.size == (48, 64)
        red, green, _ = np.asarray(drawn)[4, 44]
        assert red > 200
        assert green < 100


def test_a_copy_of_a_transparent_picture_is_white_behind_and_of_bounded_size() -> None:
    content = written(Image.new("RGBA", (6_000, 30), (0, 0, 0, 0)), "PNG")
    with Image.open(io.BytesIO(stripped(io.BytesIO(content)))) as drawn:
        assert max(drawn.size) == COPY_PIXELS
        assert drawn.getpixel((5, 5)) == (255, 255, 255)
