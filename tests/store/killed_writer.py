"""A process that writes until it is killed, and says after each answer what was answered."""

from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from tests.contract.engines import device_key
from tests.contract.phones import found, phone_id
from tests.contract.samples import STAMP, find, numbered
from uxo.store.sqlite import SqliteStore
from uxo.store.uploads import Uploads
from uxo.vocabulary import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

ROWS = 120


def write(path: Path, run: int, answers: Connection) -> None:
    with SqliteStore.open(
        path, key=device_key("desk"), clock=lambda: datetime(2026, 3, 2, tzinfo=UTC)
    ) as store:
        for i in range(1_000):  # it is killed long before
            if i % 7 == 3:
                start = (run * 1_000 + i) * ROWS
                rows: Iterator[gpd.GeoDataFrame] = (
                    numbered(ROWS // 3, start=start + part * ROWS // 3) for part in range(3)
                )
                store.import_rows(Layer.EVIDENCE, rows, stamp=STAMP, who="OFFICE")
                answers.send(("import", start))
            else:
                receipt = store.record([find()])[0]
                answers.send((receipt.seq, receipt.hash))


def take_in(path: Path, run: int, answers: Connection) -> None:
    """Take in what a phone sends, each record twice, until it is killed."""
    with SqliteStore.open(
        path, key=device_key("desk"), clock=lambda: datetime(2026, 3, 2, tzinfo=UTC)
    ) as store:
        for i in range(1_000):
            number = run * 1_000 + i
            sent = found(number, 500_000 + number, seq=number + 1)
            (receipt,) = store.receive("phone-a", "T-1", [sent])
            answers.send((phone_id(500_000 + number), receipt.head))
            store.receive("phone-a", "T-1", [sent])


CHUNK = bytes(range(256)) * 40


def upload(folder: Path, name: str, answers: Connection) -> None:
    """Go on with an upload, a chunk a time, until it is killed."""
    uploads = Uploads(folder, clock=lambda: datetime(2026, 3, 2, tzinfo=UTC))
    while True:
        at = uploads.find(name, "me").offset
        with uploads.turn(name, "me", at, whole=False) as turn:
            start = at % len(CHUNK)
            turn.write(CHUNK[start : start + 3_000])
            answers.send(turn.keep().offset)
