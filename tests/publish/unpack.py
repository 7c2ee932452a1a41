"""Reads a packed payload back, by its description and not by the code under test."""

import base64
import json
import re
import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

ACCUMULATED = ("s_road", "v_x", "v_y", "g_owner", "g_x", "g_y")


def unpack(text: str) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Columns (differences resolved) and tables."""
    body = zlib.decompress(base64.b64decode(text))
    (length,) = struct.unpack_from("<I", body)
    header = json.loads(body[4 : 4 + length])
    columns = {}
    for name, column in header["columns"].items():
        kind = {"i4": "<i4", "u1": "u1"}[column["type"]]
        values = np.frombuffer(body, kind, column["length"], 4 + length + column["offset"])
        columns[name] = np.cumsum(values) if name in ACCUMULATED else values
    return columns, header["tables"]


def payload_of(page: str) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Columns and tables of a drawn page."""
    found = re.search(r'<script type="application/octet-stream" id="uxo-payload">([^<]*)<', page)
    assert found is not None
    return unpack(found[1])
