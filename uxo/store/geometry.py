"""Geometry as GeoPackage binary, in whole columns (OGC 12-128r18 clause 2.1.3)."""

import struct
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

_SRS: Final = 4326
# Magic "GP", version 0, flags: little endian 1, envelope of four doubles 1 << 1, empty 1 << 4.
_BARE: Final = b"GP\x00\x01" + struct.pack("<i", _SRS)
_BOXED: Final = b"GP\x00\x03" + struct.pack("<i", _SRS)
_EMPTY: Final = b"GP\x00\x11" + struct.pack("<i", _SRS)
_HEADER_BYTES: Final = 8
_BOX_BYTES: Final = 32
_POINT: Final = 0
_POINT_HEAD: Final = int.from_bytes(_BARE, "little")
_POINT_ROW: Final = np.dtype(
    [("head", "<u8"), ("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")]
)
_POINT_BYTES: Final = _POINT_ROW.itemsize
_ENVELOPE_BYTES: Final = (0, 32, 48, 48, 64)

Array = npt.NDArray[Any]


def encode(geometries: Array) -> tuple[list[bytes | None], npt.NDArray[np.float64]]:
    """Write geometries as GeoPackage binary.

    Parameters
    ----------
    geometries : object[n]
        Shapely geometries or None; heights are dropped.

    Returns
    -------
    list of bytes or None, float64[n, 4]
        The binaries, and the bounds (west, south, east, north; NaN where there is no place).
    """
    given = np.asarray(geometries, dtype=object)
    kinds = shapely.get_type_id(given)
    if len(given) and (kinds == _POINT).all():
        xy = shapely.get_coordinates(given)
        if len(xy) == len(given) and not np.isnan(xy).any():
            return _write_points(xy), np.concatenate((xy, xy), axis=1)
    flat = shapely.force_2d(given)
    wkb = shapely.to_wkb(flat, byte_order=1)
    bounds = shapely.bounds(flat)
    boxes = np.ascontiguousarray(bounds[:, [0, 2, 1, 3]], dtype="<f8").tobytes()
    hollow = np.isnan(bounds[:, 0])
    blobs: list[bytes | None] = []
    # A loop over rows: each binary is its own bytes object whatever the method.
    for row, (body, kind, empty) in enumerate(zip(wkb, kinds, hollow, strict=True)):
        if body is None:
            blobs.append(None)
        elif empty:
            blobs.append(_EMPTY + body)
        elif kind == _POINT:
            blobs.append(_BARE + body)
        else:
            blobs.append(_BOXED + boxes[row * _BOX_BYTES : (row + 1) * _BOX_BYTES] + body)
    return blobs, bounds


def _write_points(xy: npt.NDArray[np.float64]) -> list[bytes | None]:
    """Write bare points in one go."""
    rows = np.empty(len(xy), dtype=_POINT_ROW)
    rows["head"], rows["order"], rows["type"] = _POINT_HEAD, 1, 1
    rows["x"], rows["y"] = xy[:, 0], xy[:, 1]
    raw = rows.tobytes()
    return [raw[at : at + _POINT_BYTES] for at in range(0, len(raw), _POINT_BYTES)]


def decode(blobs: Sequence[bytes | None]) -> Array:
    """Read GeoPackage binaries into shapely geometries (object[n], None where there is none)."""
    points = _points(blobs)
    if points is not None:
        return points
    bodies = [None if blob is None else blob[header_bytes(blob) :] for blob in blobs]
    return np.asarray(shapely.from_wkb(np.array(bodies, dtype=object)), dtype=object)


def _points(blobs: Sequence[bytes | None]) -> Array | None:
    """Read a column that has nothing but bare points, in one go; None when it has more."""
    if not blobs or None in blobs or set(map(len, blobs)) != {_POINT_BYTES}:  # type: ignore[arg-type] # none is None
        return None
    raw = np.frombuffer(b"".join(blobs), dtype=_POINT_ROW)  # type: ignore[arg-type] # none is None
    if not (
        (raw["head"] == _POINT_HEAD)
        & (raw["order"] == 1)
        & (raw["type"] == 1)
        & ~np.isnan(raw["x"])
    ).all():
        return None
    return np.asarray(shapely.points(raw["x"], raw["y"]), dtype=object)


def bounds_of(blobs: Sequence[bytes | None]) -> npt.NDArray[np.float64]:
    """Read the bounds (float64[n, 4]: west, south, east, north) from the geometries themselves.

    Not from the envelopes before them, which a changed file could have wrong.
    """
    return np.asarray(shapely.bounds(decode(blobs)), dtype="float64").reshape(-1, 4)


def header_bytes(blob: bytes) -> int:
    """Count the bytes before the WKB."""
    return _HEADER_BYTES + _ENVELOPE_BYTES[(blob[3] >> 1) & 7]


def _box(blob: bytes | None) -> tuple[float, float, float, float] | None:
    """West, east, south, north of one binary, as the R-tree wants them."""
    if blob is None or blob[3] & 0x10:
        return None
    if (blob[3] >> 1) & 7:
        west, east, south, north = struct.unpack_from("<4d", blob, _HEADER_BYTES)
        return west, east, south, north
    if blob[_HEADER_BYTES + 1] == 1 and blob[_HEADER_BYTES] == 1:  # a little-endian point
        x, y = struct.unpack_from("<2d", blob, _HEADER_BYTES + 5)
        return x, x, y, y
    west, south, east, north = shapely.bounds(shapely.from_wkb(blob[_HEADER_BYTES:]))
    return west, east, south, north


def _corner(index: int) -> Callable[[bytes | None], float | None]:
    def corner(blob: bytes | None) -> float | None:
        box = _box(blob)
        return None if box is None else box[index]

    return corner


def _is_empty(blob: bytes | None) -> int | None:
    return None if blob is None else int(bool(blob[3] & 0x10))


SQL_FUNCTIONS: Final = (
    ("ST_IsEmpty", _is_empty),
    ("ST_MinX", _corner(0)),
    ("ST_MaxX", _corner(1)),
    ("ST_MinY", _corner(2)),
    ("ST_MaxY", _corner(3)),
)
"""What the triggers of a GeoPackage R-tree call; a plain SQLite lacks them."""
