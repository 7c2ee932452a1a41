"""Tiles: ours against tipg on PostGIS in the same run, over HTTP, without compression.

Every server answers from one process; the three attributes are the same. ``cold``: every tile is
asked for the first time. ``warm``: it was asked for before (tipg keeps nothing). A tile that tipg
cuts at 10,000 features counts as answered; what it lacks stands in the table of completeness.
"""

import contextlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import mapbox_vector_tile
import numpy as np
import shapely

from benchmarks import postgis
from benchmarks.measure import Unavailable
from benchmarks.tile_scene import HAZARDS, KINDS, STATUSES, TileScene, tile_scene
from benchmarks.tile_servers import LAYERS, bench_layer
from uxo.publish.tiles.address import Tile, tiles_over
from uxo.publish.tiles.encode import TileLayer

if TYPE_CHECKING:
    from psycopg import Connection

_PEER: Final = "tipg on PostGIS"
_START_S: Final = 600.0
_WANTED_RATIO: Final = 6.0
_GOAL_ZOOMS: Final = range(10, 15)
_PATHS: Final = {
    "ours": "/tiles/{layer}/{z}/{x}/{y}.mvt",
    "tipg": "/collections/public.{table}/tiles/WebMercatorQuad/{z}/{x}/{y}"
    "?properties=kind,status,hazard",
}


def run(scale: str) -> list[dict[str, Any]]:
    """Measure; ``small`` takes a twentieth of the features and few tiles."""
    scene = tile_scene(scale)
    wanted = 200 if scale == "full" else 12
    rows = [_cpu_row(scene)]
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(_server("ours", scale))
        try:
            pg = stack.enter_context(postgis.cluster())
            _load(pg, scene)
            peer: int | None = stack.enter_context(_server("tipg", str(pg.info.host)))
        except Unavailable as reason:
            print(f"tipg is left out: {reason}")
            peer = None
        complete = []
        for table in LAYERS:
            layer = bench_layer(scene, table)
            for zoom in range(8, 17):
                asked = _sample(scene, zoom, wanted)
                rows += [_speed_row(table, zoom, c, asked, ours, peer) for c in (1, 8)]
                complete.append(_complete_row(table, zoom, layer, ours, peer))
    return [*rows, *complete]


def _cpu_row(scene: TileScene) -> dict[str, Any]:
    """Measure the encoder alone on the exact tile with most points up to 20,000."""
    layer = bench_layer(scene, "points")
    best, found = 0, Tile(8, 0, 0)
    for zoom in range(layer.exact_from, 17):
        for tile in dict.fromkeys(_sample(scene, zoom, 200)):
            count = len(layer.shapes.near(tile))
            if best < count <= 20_000:
                best, found = count, tile
    layer.tile(found)
    start = time.process_time()
    for _ in range(20):
        layer.tile(found)
    cpu_ms = (time.process_time() - start) / 20 * 1000
    return {
        "name": f"CPU of a tile of {best:,} points, ms",
        "ours": cpu_ms,
        "goal": "<= 10 ms for 20,000",
        "met": cpu_ms <= 10.0,
    }


def _sample(scene: TileScene, zoom: int, wanted: int) -> list[Tile]:
    """Choose different tiles where there is something, by chance from a fixed seed."""
    rng = np.random.default_rng(zoom)
    at = shapely.get_coordinates(rng.choice(scene.points, 20 * wanted))
    tiles = dict.fromkeys(_tile_at(zoom, lon, lat) for lon, lat in at.tolist())
    return list(tiles)[:wanted]


def _tile_at(zoom: int, lon: float, lat: float) -> Tile:
    columns, rows = tiles_over(zoom, lon, lat, lon, lat)
    return Tile(zoom, columns.start, rows.start)


def _speed_row(  # what is measured
    table: str, zoom: int, clients: int, asked: list[Tile], ours: int, peer: int | None
) -> dict[str, Any]:
    """Tiles a second: ours cold and warm, and the peer's."""
    # Each number of clients gets tiles that nobody asked for before.
    half = len(asked) // 2
    own = asked[:half] if clients == 1 else asked[half:]
    own = own or asked
    cold = _rate("ours", ours, table, own, clients)
    warm = _rate("ours", ours, table, own, clients)
    theirs = None if peer is None else _rate("tipg", peer, table, own, clients)
    ratio = None if theirs is None else cold / theirs
    in_goal = zoom in _GOAL_ZOOMS
    return {
        "name": f"{table} z{zoom}, {clients} clients, tiles/s",
        "ours cold": cold,
        "ours warm": warm,
        _PEER: theirs,
        "cold ratio": ratio,
        "goal": f">= {_WANTED_RATIO:g}" if in_goal else "-",
        "met": None if ratio is None or not in_goal else ratio >= _WANTED_RATIO,
    }


def _rate(server: str, port: int, table: str, asked: list[Tile], clients: int) -> float:
    """Ask for every tile once and divide."""
    shares = [asked[start::clients] for start in range(clients)]
    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        done = sum(pool.map(lambda own: _ask_all(server, port, table, own), shares))
    return done / (time.perf_counter() - start)


def _ask_all(server: str, port: int, table: str, asked: list[Tile]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_S)
    with contextlib.closing(connection):
        for tile in asked:
            _ask(connection, server, table, tile)
    return len(asked)


def _ask(connection: http.client.HTTPConnection, server: str, table: str, tile: Tile) -> bytes:
    path = _PATHS[server].format(
        layer=LAYERS[table].value, table=table, z=tile.zoom, x=tile.x, y=tile.y
    )
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status not in {200, 204}:
        raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
    return body


def _complete_row(
    table: str, zoom: int, layer: TileLayer, ours: int, peer: int | None
) -> dict[str, Any]:
    """Count what the fullest tile of a zoom holds, against the columns themselves."""
    tile = _fullest(layer, zoom)
    held = layer.shapes.slice_of(tile)
    truth = held.stop - held.start
    own = _counted("ours", ours, table, tile)
    theirs = None if peer is None else _counted("tipg", peer, table, tile)
    return {
        "name": f"{table} z{zoom}, features of the fullest tile",
        "there": truth,
        "ours": own,
        _PEER: theirs,
        "goal": "all of them",
        # Exact tiles show the buffer too, and lines whose middle lies in the next tile.
        "met": own >= truth,
    }


def _fullest(layer: TileLayer, zoom: int) -> Tile:
    keys, counts = np.unique(layer.shapes.key >> np.uint64(2 * (32 - zoom)), return_counts=True)
    key = int(keys[np.argmax(counts)])
    x = sum(((key >> (2 * bit)) & 1) << bit for bit in range(zoom))
    y = sum(((key >> (2 * bit + 1)) & 1) << bit for bit in range(zoom))
    return Tile(zoom, x, y)


def _counted(server: str, port: int, table: str, tile: Tile) -> int:
    """Count features, where a cell counts for as many as it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_S)
    with contextlib.closing(connection):
        body = _ask(connection, server, table, tile)
    layers = mapbox_vector_tile.decode(body) if body else {}
    return sum(
        int(feature["properties"].get("count", 1))
        for layer in layers.values()
        for feature in layer["features"]
    )


@contextlib.contextmanager
def _server(which: str, what: str) -> Iterator[int]:
    """Start a server and wait until it answers; stop it at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "benchmarks.tile_servers", which, what, str(port)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        _wait(process, port)
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _wait(process: "subprocess.Popen[str]", port: int) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        # Nobody listens yet: asked again until the deadline, which ends in an error.
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        if process.poll() is not None:
            said = (process.stderr.read() if process.stderr else "").strip().splitlines()
            raise Unavailable(said[-1] if said else "the server ended without a word")
        if time.monotonic() > deadline:
            raise Unavailable("the server did not start")
        time.sleep(0.1)  # another program's start gives no sign but its port


def _load(pg: "Connection", scene: TileScene) -> None:
    """Copy the same features into indexed and analysed tables; not counted."""
    for table, shapes in (("points", scene.points), ("lines", scene.lines)):
        count = len(shapes)
        kind = "Point" if table == "points" else "LineString"
        pg.execute(
            f"CREATE TABLE {table} (id integer PRIMARY KEY, kind text, status text, "  # type: ignore[arg-type]
            f"hazard text, geom geometry({kind}, 4326))"
        )
        columns = (scene.codes(count, words) for words in (KINDS, STATUSES, HAZARDS))
        wkb = shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True)
        with pg.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:  # type: ignore[arg-type]
            for row in zip(range(count), *columns, wkb.tolist(), strict=True):
                copy.write_row(row)
        pg.execute(f"CREATE INDEX ON {table} USING gist (geom)")  # type: ignore[arg-type]
    pg.execute("VACUUM ANALYZE")
