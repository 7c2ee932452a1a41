"""A day when every team comes back into reach: thousands of phones hand in records and photos.

4,000 phones bring 5 records and one photo of 300 kB each within an hour: 1.1 phones a second. They
are played by one process against the served application in another, over HTTP on the loopback
address. Measured are the receipts at that pace, and then how fast all of them are taken in when
they come as fast as the service answers. Afterwards the store is opened and counted: nothing may be
lost, nothing doubled, and it must verify.

``python -m benchmarks.phones FOLDER`` is the serving process.
"""

import asyncio
import base64
import hashlib
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import httpx2
import numpy as np
from PIL import Image

from tests.web.scene import Clock, open_scene
from uxo import wiring
from uxo.services.live_status import LiveStatusService
from uxo.settings import Settings
from uxo.vocabulary import Layer
from uxo.web.app import create_app
from uxo.web.serve import serve

PHONES: Final = {"small": 40, "full": 4_000}
PACED_S: Final = {"small": 15.0, "full": 180.0}
RECORDS: Final = 5
PHOTO_BYTES: Final = 300_000
CHUNK_BYTES: Final = 131_072
AT_ONCE: Final = 24
HOUR_S: Final = 3_600.0
RECEIPT_S: Final = 0.2


def run(scale: str) -> list[dict[str, Any]]:
    """Measure; ``small`` takes 40 phones instead of 4,000."""
    photo = _photo()
    with tempfile.TemporaryDirectory(prefix="uxo-phones-") as folder:
        path = Path(folder) / "survey.gpkg"
        open_scene(path, Clock()).close()
        with _served(path) as address:
            asyncio.run(_warm_up(address, photo))
            pace = PHONES["full"] / HOUR_S
            paced = asyncio.run(_paced(address, photo, pace=pace, length_s=PACED_S[scale]))
            start = time.perf_counter()
            rushed = asyncio.run(_rushed(address, photo, PHONES[scale]))
            rushed_s = time.perf_counter() - start
        sent = [*paced, *rushed]
        faults = _faults(path, sent)
    return [
        _row(
            f"receipt of a record at {pace:.2f} phones/s, p95 ms",
            _p95(paced) * 1e3,
            f"< {RECEIPT_S * 1e3:.0f}",
            met=_p95(paced) < RECEIPT_S,
            note=f"median {median(_waits(paced)) * 1e3:.0f} ms; {len(_waits(paced))} records",
        ),
        _row(
            "4,000 phones as fast as they are answered, s",
            rushed_s * PHONES["full"] / PHONES[scale],
            f"< {HOUR_S:.0f}",
            met=rushed_s * PHONES["full"] / PHONES[scale] < HOUR_S,
            note=f"{PHONES[scale]} phones measured, {AT_ONCE} at once",
        ),
        _row(
            "highest rate, records/s",
            PHONES[scale] * RECORDS / rushed_s,
            f">= {pace * RECORDS:.1f}",
            met=PHONES[scale] / rushed_s >= pace,
            note=f"with {PHONES[scale] / rushed_s:.1f} photos/s; p95 {_p95(rushed) * 1e3:.0f} ms",
        ),
        _row(
            "records and photos lost or doubled",
            float(len(faults)),
            "0",
            met=not faults,
            note="; ".join(faults[:3]) or f"{len(sent)} phones; the store verifies",
        ),
    ]


def _row(name: str, ours: float, goal: str, *, met: bool, note: str) -> dict[str, Any]:
    return {"name": name, "ours": ours, "goal": goal, "met": met, "note": note}


class _Phone:
    """One phone: what it sent, and what it was told.

    Parameters
    ----------
    number : int
        Different for each.
    photo : bytes
        To which it adds bytes of its own.
    """

    def __init__(self, number: int, photo: bytes) -> None:
        self._rng = random.Random(number)  # noqa: S311 - to be repeated, not to be secret
        self._photo = photo + number.to_bytes(8, "big")
        self.photo_sha256 = hashlib.sha256(self._photo).hexdigest()
        self.records = [self._record(number, seq) for seq in range(1, RECORDS + 1)]
        self.waits_s: list[float] = []

    def _record(self, number: int, seq: int) -> tuple[str, str, bytes]:
        name = f"01957000-0000-7000-8{seq:03x}-{number:012x}"
        entity = f"01957000-0000-7000-9{seq:03x}-{number:012x}"
        lon, lat = 37.1 + self._rng.random() / 5, 36.15 + self._rng.random() / 10
        body = {
            "event_id": name, "device_seq": number * RECORDS + seq, "type": "evidence_recorded",
            "entity": entity, "base": [], "device_time": "2026-04-30T11:00:00Z", "app": "bench",
            "data": {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {
                    "kind": "find", "category": "mortar", "position_method": "gps",
                    "position_error_m": 8.0, "observed_at": "2026-04-30T08:00:00Z", "team": "T-1",
                },
            },
        }  # fmt: skip
        return name, entity, json.dumps(body).encode()

    async def bring(self, client: httpx2.AsyncClient) -> None:
        """Hand everything in; one record in ten is sent twice, as after a lost answer."""
        for name, _, body in self.records:
            for _ in range(2 if self._rng.random() < 0.1 else 1):
                await self._put(client, name, body)
        await self._upload(client)

    async def _put(self, client: httpx2.AsyncClient, name: str, body: bytes) -> None:
        start = time.perf_counter()
        answer = await client.put(
            f"/api/v1/events/{name}", content=body, headers={"Content-Type": "application/json"}
        )
        self.waits_s.append(time.perf_counter() - start)
        answer.raise_for_status()
        assert answer.json()["sha256"] == hashlib.sha256(body).hexdigest()

    async def _upload(self, client: httpx2.AsyncClient) -> None:
        told = {
            "event_id": self.records[0][0], "sha256": self.photo_sha256, "filename": "p.jpg",
            "filetype": "image/jpeg",
        }  # fmt: skip
        pairs = (f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items())
        tus = {"Tus-Resumable": "1.0.0"}
        size = {"Upload-Length": str(len(self._photo)), "Upload-Metadata": ",".join(pairs)}
        created = await client.post("/api/v1/media/", headers={**tus, **size})
        created.raise_for_status()
        for at in range(0, len(self._photo), CHUNK_BYTES):
            chunk = self._photo[at : at + CHUNK_BYTES]
            digest = base64.b64encode(hashlib.sha256(chunk).digest()).decode()
            answer = await client.patch(
                created.headers["location"],
                content=chunk,
                headers={
                    **tus, "Upload-Offset": str(at), "Upload-Checksum": f"sha256 {digest}",
                    "Content-Type": "application/offset+octet-stream",
                },
            )  # fmt: skip
            answer.raise_for_status()


@asynccontextmanager
async def _client(address: str) -> AsyncIterator[httpx2.AsyncClient]:
    limits = httpx2.Limits(max_connections=AT_ONCE)
    async with httpx2.AsyncClient(base_url=address, limits=limits, timeout=120) as client:
        yield client


async def _warm_up(address: str, photo: bytes) -> None:
    async with _client(address) as client:
        assert photo
        (await client.get("/api/v1/ping?nonce=warm")).raise_for_status()
        (await client.get("/healthz")).raise_for_status()


async def _paced(address: str, photo: bytes, *, pace: float, length_s: float) -> list[_Phone]:
    """Let phones come at random moments, so many a second on average."""
    rng = random.Random(17)  # noqa: S311 - to be repeated, not to be secret
    phones: list[_Phone] = []
    async with _client(address) as client, asyncio.TaskGroup() as tasks:
        end = time.perf_counter() + length_s
        while time.perf_counter() < end:
            await asyncio.sleep(rng.expovariate(pace))
            phones.append(_Phone(1_000_000 + len(phones), photo))
            tasks.create_task(phones[-1].bring(client))
    return phones


async def _rushed(address: str, photo: bytes, count: int) -> list[_Phone]:
    """Let all phones come at once, some at a time."""
    free = asyncio.Semaphore(AT_ONCE)
    phones = [_Phone(number, photo) for number in range(count)]

    async def one(phone: _Phone) -> None:
        async with free:
            await phone.bring(client)

    async with _client(address) as client, asyncio.TaskGroup() as tasks:
        for phone in phones:
            tasks.create_task(one(phone))
    return phones


def _waits(phones: list[_Phone]) -> list[float]:
    return [wait_s for phone in phones for wait_s in phone.waits_s]


def _p95(phones: list[_Phone]) -> float:
    return quantiles(_waits(phones), n=20)[-1]


def _faults(path: Path, phones: list[_Phone]) -> list[str]:
    """Open the store and count: every record once, every photo once."""
    faults: list[str] = []
    with wiring.open_store(Settings(store=str(path))) as store:
        report = store.verify()
        if not report.ok:
            faults.append(f"verify: {report.first_bad}")
        held = [name for name in store.state(Layer.EVIDENCE)["id"] if name.startswith("01957000")]
        sent = {entity for phone in phones for _, entity, _ in phone.records}
        faults += [f"lost {name}" for name in sorted(sent - set(held))]
        if len(held) != len(sent):
            faults.append(f"{len(held)} records for {len(sent)} sent")
        photos = sorted(photo.sha256 for photo in store.photos())
        if photos != sorted(phone.photo_sha256 for phone in phones):
            faults.append(f"{len(photos)} photos for {len(phones)} sent")
        for digest in photos:
            store.open_blob(digest).close()  # reads it whole and compares its SHA-256
    return faults


def _photo() -> bytes:
    """Make a photo of the size in question: 1600 x 1200, smooth, with some noise."""
    rng = np.random.default_rng(5)
    small = Image.fromarray(rng.integers(0, 255, (150, 200, 3), dtype=np.uint8))
    picture = small.resize((1_600, 1_200), Image.Resampling.BICUBIC)
    for quality in range(95, 5, -3):
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=quality)
        if file.tell() <= PHOTO_BYTES:
            break
    return file.getvalue().ljust(PHOTO_BYTES, b"\0")


@contextmanager
def _served(path: Path) -> Iterator[str]:
    """Serve a store in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.phones", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            assert address.startswith("http://"), "the service did not start"
            yield address
        finally:
            server.terminate()
            server.wait()


def _serve(path: Path) -> None:
    settings = Settings(store=str(path))
    with wiring.open_store(settings) as store:
        service = LiveStatusService(
            store, policy=wiring.policy_of(settings), clock=wiring.now, new_id=wiring.new_id,
            as_of=datetime(2026, 5, 1, 12, tzinfo=UTC),
        )  # fmt: skip
        app = create_app(service, phones=wiring.phones_of(store, settings))
        serve(app, "127.0.0.1", 0, announce=lambda address: print(address, flush=True))


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
