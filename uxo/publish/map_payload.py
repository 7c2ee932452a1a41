"""Packs columns and tables into one text for a page: typed arrays, deflated, in base64.

Layout before deflating: the length of the header (unsigned, 32 bits, little-endian); the header
(JSON in UTF-8, padded with spaces); the columns, each at a multiple of eight. The header names
each column with its type, its offset from the end of the header and its length.
``static/map/payload.js`` reads it. Field text travels inside, so it can never be read as HTML.
"""

import base64
import json
import struct
import zlib
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

MICRODEGREES: Final = 1_000_000
"""Coordinates travel as whole microdegrees (0.11 m; half of it is the largest error)."""

NO_NUMBER: Final = int(np.iinfo(np.int32).min)
"""A missing number in an int32 column."""

_ALIGN: Final = 8
_TYPES: Final = {"<i4": "i4", "<u1": "u1", "|u1": "u1"}
_LEVEL: Final = 6  # level 9 takes three times as long for two per cent

Columns = Mapping[str, npt.NDArray[np.int32] | npt.NDArray[np.uint8]]


def pack(columns: Columns, tables: Mapping[str, object]) -> str:
    """Pack arrays and small tables.

    Parameters
    ----------
    columns : mapping of str to int32 or uint8 array
        One-dimensional.
    tables : mapping of str to object
        What JSON can carry.

    Returns
    -------
    str
        Base64: no character that means anything in HTML.
    """
    described, parts, offset = {}, [], 0
    for name, column in columns.items():
        array = np.ascontiguousarray(column)
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        described[name] = {
            "type": _TYPES[little.dtype.str],
            "offset": offset,
            "length": len(little),
        }
        content = little.tobytes()
        content += bytes(-len(content) % _ALIGN)
        parts.append(content)
        offset += len(content)
    text = json.dumps({"columns": described, "tables": tables}, ensure_ascii=False, allow_nan=False)
    header = text.encode("utf-8", errors="replace")
    # The length itself takes four bytes: columns start at a multiple of eight after it.
    header += b" " * (-(len(header) + 4) % _ALIGN)
    body = struct.pack("<I", len(header)) + header + b"".join(parts)
    return base64.b64encode(zlib.compress(body, _LEVEL)).decode("ascii")


def deltas(values: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Write each value as its difference from the one before; small numbers deflate well."""
    return np.diff(values, prepend=np.int32(0)).astype(np.int32)


def microdegrees(degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Round degrees to whole microdegrees."""
    return np.rint(degrees * MICRODEGREES).astype(np.int32)


def scaled(values: npt.NDArray[np.float64], factor: float) -> npt.NDArray[np.int32]:
    """Round numbers to whole parts; what is missing or infinite stays missing.

    A number too large for the column is held at the largest, far beyond any map.
    """
    largest = float(np.iinfo(np.int32).max)
    whole = np.clip(
        np.nan_to_num(values * factor, nan=0.0, posinf=0.0, neginf=0.0), -largest, largest
    )
    return np.where(np.isfinite(values), np.rint(whole), NO_NUMBER).astype(np.int32)


def numbered(values: pd.Series) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Replace repeated text by a number in a list of the different ones; missing text is -1."""
    codes, words = pd.factorize(values)
    return [str(word) for word in words], codes.astype(np.int32)
