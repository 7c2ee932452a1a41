"""Photos that the tests make."""

import io
from typing import Any

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

_GPS = 0x8825
_MAKE, _ORIENTATION = 0x010F, 0x0112


def picture(width: int = 64, height: int = 48, *, seed: int = 1) -> Image.Image:
    """Noise, with the upper left quarter red."""
    pixels = np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)
    pixels[: height // 2, : width // 2] = (255, 0, 0)
    return Image.fromarray(pixels)


def jpeg(width: int = 64, height: int = 48, *, seed: int = 1, orientation: int = 1) -> bytes:
    """A photo as a camera writes it: with place, maker, orientation and a comment."""
    exif = Image.Exif()
    exif[_MAKE] = "SecretPhone"
    exif[_ORIENTATION] = orientation
    exif.get_ifd(_GPS).update(
        {1: "N", 2: (IFDRational(36), IFDRational(12), IFDRational(7)), 3: "E",
         4: (IFDRational(37), IFDRational(9), IFDRational(42))}
    )  # fmt: skip
    return written(
        picture(width, height, seed=seed), "JPEG", exif=exif, quality=90, comment=b"SecretComment",
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SecretXmp</x:xmpmeta>",
    )  # fmt: skip


def written(image: Image.Image, kind: str, **options: Any) -> bytes:  # noqa: ANN401
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
