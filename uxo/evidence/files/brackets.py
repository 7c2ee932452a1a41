"""Find where the elements of a JSON array end, without parsing them.

A GeoJSON file of a gigabyte must not become ten gigabytes of Python values. GDAL's own streaming
reader was set aside: it guesses property types from the first rows, skips broken features with a
log line at most, and gives no row numbers. So the file is cut at element ends, and each piece is
parsed as ordinary JSON. Brackets are matched over whole chunks with NumPy, at some hundreds of
megabytes a second.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_QUOTE: Final = ord('"')
_BACKSLASH: Final = ord("\\")

# +1 opens, -1 closes, 0 otherwise; and which bytes matter at all.
_STEP: Final = np.zeros(256, dtype=np.int8)
_STEP[[ord("{"), ord("[")]] = 1
_STEP[[ord("}"), ord("]")]] = -1
_MATTERS: Final = _STEP != 0
_MATTERS[_QUOTE] = True


@dataclass(frozen=True, slots=True)
class Brackets:
    """Brackets outside strings.

    Attributes
    ----------
    at : ndarray of int64
        Their offsets.
    depth : ndarray of int64
        Nesting depth after each of them.
    step : ndarray of int8
        +1 for an opening and -1 for a closing one.
    """

    at: NDArray[np.int64]
    depth: NDArray[np.int64]
    step: NDArray[np.int8]

    @property
    def deepest(self) -> int:
        """Greatest nesting depth, 0 where there are no brackets."""
        return int(self.depth.max(initial=0))

    def element_spans(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Find the bracketed elements at depth 0: their starts and (exclusive) ends.

        An element that was begun but not ended is left out.
        """
        starts = self.at[(self.depth == 1) & (self.step == 1)]
        ends = self.at[(self.depth == 0) & (self.step == -1)] + 1
        return starts[: len(ends)], ends

    def end_of_array(self) -> int | None:
        """Find the bracket that closes the array around the elements, None if not there yet."""
        below = np.flatnonzero(self.depth < 0)
        return int(self.at[below[0]]) if below.size else None

    def before(self, offset: int) -> "Brackets":
        """Keep the brackets before an offset."""
        count = int(np.searchsorted(self.at, offset))
        return Brackets(self.at[:count], self.depth[:count], self.step[:count])


def match_brackets(text: bytes) -> Brackets:
    r"""Match the brackets of some JSON text that begins outside a string.

    Parameters
    ----------
    text : bytes
        UTF-8; it may end anywhere, even within a string.

    Examples
    --------
    >>> match_brackets(b'{"a": "}"}, [1').depth.tolist()
    [1, 0, 1]
    >>> match_brackets(rb'["\"]"]').depth.tolist()
    [1, 0]
    """
    codes = np.frombuffer(text, dtype=np.uint8)
    at = np.flatnonzero(_MATTERS[codes])
    escaped = _escaped(codes)
    if escaped.size:
        at = at[~np.isin(at, escaped, assume_unique=True)]
    found = codes[at]
    quotes = found == _QUOTE
    outside = (np.cumsum(quotes) % 2 == 0) & ~quotes
    step = _STEP[found[outside]]
    return Brackets(at[outside], np.cumsum(step, dtype=np.int64), step)


def _escaped(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Find the bytes that stand after an odd run of backslashes."""
    slashes = np.flatnonzero(codes == _BACKSLASH)
    if not slashes.size:
        return slashes
    breaks = np.diff(slashes) != 1
    first = slashes[np.concatenate(([True], breaks))]
    last = slashes[np.concatenate((breaks, [True]))]
    escaped: NDArray[np.int64] = last[(last - first) % 2 == 0] + 1
    return escaped
