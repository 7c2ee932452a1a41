"""A link like that of a phone at the edge of its network: narrow and late, for all who use it."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PIECE_BYTES = 2_048


class _Direction:
    """One direction of the link, shared by all connections.

    Parameters
    ----------
    bytes_per_s, delay_s : float
        How wide it is, and how much later what goes in comes out.
    """

    def __init__(self, bytes_per_s: float, delay_s: float) -> None:
        self._bytes_per_s = bytes_per_s
        self._delay_s = delay_s
        self._free_at = 0.0

    async def carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """Carry what one connection says until it ends."""
        loop = asyncio.get_running_loop()
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = asyncio.create_task(_deliver(on_the_way, target))
        # A browser that closes a page cuts its connections; the measure itself would then fail.
        with contextlib.suppress(ConnectionError):
            while piece := await source.read(_PIECE_BYTES):
                self._free_at = max(self._free_at, loop.time()) + len(piece) / self._bytes_per_s
                on_the_way.put_nowait((self._free_at + self._delay_s, piece))
                await asyncio.sleep(self._free_at - loop.time())
        on_the_way.put_nowait((loop.time() + self._delay_s, b""))
        await delivery


async def _deliver(
    on_the_way: asyncio.Queue[tuple[float, bytes]], target: asyncio.StreamWriter
) -> None:
    """Hand pieces over when they are due; an empty one ends the connection."""
    loop = asyncio.get_running_loop()
    # Who was served may be gone before the last piece; the browser's own wait tells of a loss.
    with contextlib.suppress(ConnectionError):
        while True:
            due, piece = await on_the_way.get()
            await asyncio.sleep(due - loop.time())
            if not piece:
                break
            target.write(piece)
            await target.drain()
    target.close()


@contextmanager
def slow_link(port: int, *, bits_per_s: float, round_trip_s: float) -> Iterator[int]:
    """Stand before a service on this machine.

    Parameters
    ----------
    port : int
        Of the service.
    bits_per_s : float
        In each direction.
    round_trip_s : float
        There and back; the opening of a connection takes as long.

    Yields
    ------
    int
        The port at which the service is reached over the slow link.
    """
    up, down = (_Direction(bits_per_s / 8, round_trip_s / 2) for _ in range(2))

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(round_trip_s)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(up.carry(reader, far_writer), down.carry(far_reader, writer))

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    starting = asyncio.start_server(connected, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result()
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
