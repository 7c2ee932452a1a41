"""Attributes of features as numbered values, written once for a whole layer.

A tile names each different value once and lets its features point to it. The bytes of a value do
not depend on the tile, so they are made when the layer is built.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.geo.ragged import IntArray, members, starts

_STRING, _UINT, _BOOL = 0x0A, 0x28, 0x38  # tags of a value's fields in the format
_VALUE: Final = 0x22  # tag of a value in its layer

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of all features of a layer.

    Attributes
    ----------
    name : str
        Its key.
    code : int64[n]
        Number of each feature's value; -1: the feature has none.
    written : uint8[bytes]
        All values as they stand in a layer.
    start : int64[values + 1]
        Where each value begins in ``written``.
    distinct : bool
        Whether no two features share a value; then ``code`` is ascending without gaps.
    """

    name: str
    code: IntArray
    written: Bytes
    start: IntArray
    distinct: bool = False

    def taken(self, chosen: IntArray) -> "Attribute":
        """Take the values of some features in the order given."""
        if not self.distinct:
            return Attribute(self.name, self.code[chosen], self.written, self.start)
        return _distinct(self.name, *_some(self.written, self.start, chosen))

    def in_tile(self, rows: IntArray, before: int) -> tuple[IntArray, Bytes, int]:
        """Give the values of some features their numbers in a tile.

        Parameters
        ----------
        rows : int64[k]
            Which features.
        before : int
            How many values the tile names already.

        Returns
        -------
        number : int64[k]
            Number of each feature's value in the tile; -1: none.
        written : uint8[bytes]
            The values.
        count : int
            How many they are.
        """
        if self.distinct:
            written, start = _some(self.written, self.start, rows)
            return before + np.arange(len(rows)), written, len(start) - 1
        code = self.code[rows]
        used = np.zeros(len(self.start), np.bool_)  # one more than values: -1 reads the last
        used[code] = True
        used[-1] = False
        number = before + np.cumsum(used) - 1
        number[-1] = -1
        values = np.flatnonzero(used)
        written, _ = _some(self.written, self.start, values)
        return number[code], written, len(values)


def _some(written: Bytes, start: IntArray, chosen: IntArray) -> tuple[Bytes, IntArray]:
    """Take some values."""
    return written[members(start, chosen)], starts(start[chosen + 1] - start[chosen])


def _distinct(name: str, written: Bytes, start: IntArray) -> Attribute:
    return Attribute(name, np.arange(len(start) - 1), written, start, distinct=True)


def words(name: str, values: Sequence[str | None]) -> Attribute:
    """Make an attribute of texts; None: the feature has none."""
    numbers: dict[str, int] = {}
    code = [-1 if one is None else numbers.setdefault(one, len(numbers)) for one in values]
    return _listed(name, code, [_text(word) for word in numbers])


def small_numbers(name: str, values: npt.NDArray[np.integer], missing: int = -1) -> Attribute:
    """Make an attribute of few different numbers, 0 or more; ``missing``: there is none."""
    found, code = np.unique(values, return_inverse=True)
    written = [_message(_UINT, varint(int(number))) for number in np.maximum(found, 0).tolist()]
    return _listed(name, np.where(values == missing, -1, code), written)


def flags(name: str, values: npt.NDArray[np.bool_]) -> Attribute:
    """Make an attribute of yes and no."""
    return _listed(name, values.astype(np.int64), [_message(_BOOL, b"\0"), _message(_BOOL, b"\1")])


def own_numbers(name: str, values: npt.NDArray[np.integer]) -> Attribute:
    """Make an attribute of numbers, 0 or more, that no two features share."""
    body, size = varints(values.astype(np.uint64))
    start = starts(size + 3)  # value, its length, what it is
    written = np.empty(int(start[-1]), np.uint8)
    written[start[:-1]] = _VALUE
    written[start[:-1] + 1] = size + 1
    written[start[:-1] + 2] = _UINT
    held = np.ones(len(written), np.bool_)
    held[(start[:-1, None] + np.arange(3)).ravel()] = False
    written[held] = body
    return _distinct(name, written, start)


def own_words(name: str, values: Sequence[str]) -> Attribute:
    """Make an attribute of texts that no two features share."""
    written = [_text(word) for word in values]
    start = starts(np.array([len(value) for value in written], np.int64))
    return _distinct(name, np.frombuffer(b"".join(written), np.uint8), start)


def varints(values: npt.NDArray[np.uint64]) -> tuple[Bytes, IntArray]:
    """Write numbers in groups of seven bits, the lowest first (Protocol Buffers).

    Returns
    -------
    written : uint8[bytes]
        One behind the other.
    size : int64[n]
        Bytes of each.

    Examples
    --------
    >>> varints(np.array([1, 300], np.uint64))[0].tolist()
    [1, 172, 2]
    """
    size = np.ones(len(values), np.int64)
    for bits in range(7, 64, 7):
        size += values >= np.uint64(1 << bits)
    begin = starts(size)
    written = np.empty(int(begin[-1]), np.uint8)
    for place in range(int(size.max(initial=0))):
        reaches = size > place
        group = (values[reaches] >> np.uint64(7 * place)) & np.uint64(127)
        more = np.where(size[reaches] > place + 1, np.uint64(128), np.uint64(0))
        written[begin[:-1][reaches] + place] = (group | more).astype(np.uint8)
    return written, size


def _listed(name: str, code: Sequence[int] | IntArray, values: Sequence[bytes]) -> Attribute:
    start = starts(np.array([len(value) for value in values], np.int64))
    written = np.frombuffer(b"".join(values), np.uint8)
    return Attribute(name, np.asarray(code, np.int64), written, start)


def _text(word: str) -> bytes:
    # Half a character, which Python can hold and no file may, becomes a question mark.
    body = word.encode("utf-8", "replace")
    return _message(_STRING, varint(len(body)) + body)


def _message(tag: int, body: bytes) -> bytes:
    return bytes([_VALUE]) + varint(len(body) + 1) + bytes([tag]) + body


def varint(value: int) -> bytes:
    """Write one number; a dozen of them in a tile are not worth an array."""
    written = bytearray()
    while value > 127:  # noqa: PLR2004  # seven bits
        written.append(value & 127 | 128)
        value >>= 7
    return bytes([*written, value])
