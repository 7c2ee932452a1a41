"""Hybrid logical clock and time-ordered ids; wall time and entropy come in as callables."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# One phone with a wrong year must not drag every other clock along (store design, section 3).
AHEAD_MAX_MS: Final = 24 * 3600 * 1000


def epoch_us(time: datetime) -> int:
    """Count the microseconds since 1970; a time without a zone is UTC.

    Examples
    --------
    >>> epoch_us(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    aware = time.replace(tzinfo=UTC) if time.tzinfo is None else time
    return (aware - _EPOCH) // _MICROSECOND


class HybridClock:
    """A clock that never goes back and never falls behind an event it has seen.

    Parameters
    ----------
    now : callable
        The wall clock, with a zone.
    last : int
        The highest reading given or seen before.
    """

    def __init__(self, now: Callable[[], datetime], last: int = 0) -> None:
        self._now = now
        self._last = last

    def now_us(self) -> int:
        """Read the wall clock: microseconds since 1970."""
        return epoch_us(self._now())

    def tick(self) -> int:
        """Give a reading that is higher than every one before."""
        wall = (self.now_us() // 1000) << 16
        self._last = max(wall, self._last + 1)
        return self._last

    def see(self, hlc: int) -> None:
        """Take note of another device's reading, unless it is absurdly far ahead."""
        if (hlc >> 16) <= self.now_us() // 1000 + AHEAD_MAX_MS:
            self._last = max(self._last, hlc)


def uuid7(time_us: int, entropy: bytes) -> str:
    """Make a UUID of version 7 (RFC 9562 section 5.7).

    Parameters
    ----------
    time_us : int
        Microseconds since 1970.
    entropy : bytes
        10 random bytes.

    Examples
    --------
    >>> uuid7(1_645_557_742_000_000, bytes.fromhex("0cc318c4dc0c0c07398f"))
    '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'
    """
    raw = bytearray((time_us // 1000).to_bytes(6, "big") + entropy)
    raw[6] = 0x70 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return str(uuid.UUID(bytes=bytes(raw)))
