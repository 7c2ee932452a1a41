"""One server of tiles in a process of its own.

``python -m benchmarks.tile_servers ours SCALE PORT`` or ``... tipg FOLDER PORT``, where FOLDER
holds the socket of a PostGIS with the tables ``points`` and ``lines``.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import numpy as np
import uvicorn
from fastapi import FastAPI

from benchmarks.tile_scene import HAZARDS, KINDS, STATUSES, TileScene, tile_scene
from uxo.publish.tiles.address import Tile
from uxo.publish.tiles.attributes import words
from uxo.publish.tiles.encode import TileLayer, build_layer
from uxo.publish.tiles.layers import LayerName
from uxo.publish.tiles.shapes import Shapes
from uxo.services.tile_cache import StoredTile, TileCache
from uxo.services.tiles import NOW, Moment
from uxo.web.actions import ACTIONS
from uxo.web.tiles import router
from uxo.web.who import Gate

LAYERS = {"points": LayerName.HAZARDS, "lines": LayerName.PLACES}
"""Under which of our layers the tables are served."""


def bench_layer(scene: TileScene, table: str) -> TileLayer:
    """Build one table as a layer with the three attributes."""
    shapes = scene.points if table == "points" else scene.lines
    count = len(shapes)
    attributes = [
        words("kind", scene.codes(count, KINDS)),
        words("status", scene.codes(count, STATUSES)),
        words("hazard", scene.codes(count, HAZARDS)),
    ]
    rank = (np.arange(count) % 8).astype(np.uint8)
    return build_layer(LAYERS[table].value, Shapes.of(shapes), attributes, rank=rank)


class SceneTiles:
    """Stands where a store's tiles stand."""

    def __init__(self, scale: str) -> None:
        scene = tile_scene(scale)
        self._layers = {LAYERS[table]: bench_layer(scene, table) for table in LAYERS}
        self._cache = TileCache(256 * 1024 * 1024)
        for layer in self._layers.values():  # loads the compiled kernels
            for zoom in (0, 16):
                layer.tile(Tile(zoom, 0, 0))

    def tile(self, name: LayerName, tile: Tile, _: Moment = NOW) -> StoredTile:
        """Give one tile, as `uxo.services.tiles.Tiles` does."""
        kept = self._cache.get(name, tile)
        if kept is None:
            kept = StoredTile(self._layers[name].tile(tile))
            self._cache.put(name, tile, kept, 0)
        return kept


def _ours(scale: str) -> FastAPI:
    """Serve our tiles over their own routes; a stand-in for the store, and no more."""
    app = FastAPI()
    app.state.gate = Gate(None, ACTIONS)
    app.include_router(router(SceneTiles(scale)))  # type: ignore[arg-type]  # of the same form
    return app


def _tipg(folder: str) -> FastAPI:
    """Serve PostGIS by tipg, without its compression and its other layers: to its advantage."""
    from tipg.collections import register_collection_catalog  # noqa: PLC0415  # a peer
    from tipg.database import close_db_connection, connect_to_db  # noqa: PLC0415
    from tipg.factory import OGCTilesFactory  # noqa: PLC0415
    from tipg.settings import DatabaseSettings  # noqa: PLC0415

    settings = SimpleNamespace(
        database_url=f"postgresql://postgres@/postgres?host={folder}",
        db_min_conn_size=1,
        db_max_conn_size=10,
        db_max_queries=50_000,
        db_max_inactive_conn_lifetime=300.0,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await connect_to_db(app, schemas=["public"], settings=settings)
        await register_collection_catalog(app, db_settings=DatabaseSettings())
        yield
        await close_db_connection(app)

    app = FastAPI(lifespan=lifespan)
    app.include_router(OGCTilesFactory().router)
    return app


def main() -> None:
    """Serve until stopped."""
    which, what, port = sys.argv[1:]
    app = _ours(what) if which == "ours" else _tipg(what)
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error", access_log=False)


if __name__ == "__main__":
    main()
