"""The engines that the contract suite runs on. A second one is a line in ``ENGINES``."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from uxo.store.contract import Store
from uxo.store.signing import DeviceKey
from uxo.store.sqlite import SqliteStore


class Clock:
    """A wall clock that a test sets."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 8, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


Engine = Callable[[Path, str, Clock], Store]
"""Opens (or makes) the store of a device in a folder."""


def device_key(name: str) -> DeviceKey:
    return DeviceKey.from_seed(name.encode().ljust(32, b"."))


def open_sqlite(folder: Path, device: str, clock: Clock) -> Store:
    return SqliteStore.open(
        folder / f"{device}.gpkg",
        key=device_key(device),
        clock=clock,
        # The same ids in every run: a test may compare them.
        entropy=random.Random(f"{device} {clock.now}").randbytes,  # noqa: S311
    )


ENGINES: dict[str, Engine] = {"sqlite": open_sqlite}
