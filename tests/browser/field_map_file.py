"""The map of a small town as a phone fetches it, made with the true layers."""

import gzip
import hashlib
import io
from typing import Any

import geopandas as gpd
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from uxo.evidence.columns import PLACE_DTYPES, ROAD_DTYPES, WGS84, as_table
from uxo.publish.tiles.address import Tile, tiles_over
from uxo.publish.tiles.layers import places_layer, roads_layer
from uxo.services.field_map import MapFile
from uxo.vocabulary import Status

ROADS = {"a": [[37.15, 36.2021], [37.17, 36.2021]], "b": [[37.16, 36.19], [37.16, 36.21]]}
ARABIC = "\u0627\u0644\u0633\u0648\u0642"
DIGEST = "ab" * 16


def map_file(padding: bytes = b"", *, shift: float = 0.0) -> MapFile:
    """Draw two roads and a place; what is put behind them makes the file long."""
    lines = [shapely.LineString([(x + shift, y) for x, y in path]) for path in ROADS.values()]
    roads = gpd.GeoDataFrame(
        {"road_id": list(ROADS), "name": None, "highway": "residential"}, geometry=lines, crs=WGS84
    )
    names = {"pcode": ["C1001"], "name_en": "Old Market", "name_ar": ARABIC, "admin3": "Simeon"}
    places = gpd.GeoDataFrame(names, geometry=[shapely.Point(37.1615, 36.2021)], crs=WGS84)
    layers = [
        roads_layer(as_table(roads, ROAD_DTYPES)),
        places_layer(as_table(places, PLACE_DTYPES)),
    ]
    file = io.BytesIO()
    writer = Writer(file)
    for zoom in range(8, 15):
        columns, rows = tiles_over(zoom, 37.1, 36.15, 37.22, 36.25)
        tiles = [Tile(zoom, x, y) for x in columns for y in rows]
        for tile in sorted(tiles, key=lambda one: int(zxy_to_tileid(zoom, one.x, one.y))):
            body = b"".join(layer.tile(tile) for layer in layers)
            if body:
                writer.write_tile(zxy_to_tileid(zoom, tile.x, tile.y), gzip.compress(body, mtime=0))
    header = {"version": 3, "tile_type": TileType.MVT, "tile_compression": Compression.GZIP,
              "min_lon_e7": 371_000_000, "min_lat_e7": 361_500_000, "max_lon_e7": 372_200_000,
              "max_lat_e7": 362_500_000, "center_zoom": 12, "center_lon_e7": 371_600_000,
              "center_lat_e7": 362_000_000}  # fmt: skip
    writer.finalize(header, {"vector_layers": [{"id": "roads", "minzoom": 8, "maxzoom": 14}]})
    body = file.getvalue() + padding
    return MapFile(body, hashlib.sha256(body).hexdigest(), DIGEST)


def status_of_roads(file: MapFile, roads: list[dict[str, Any]]) -> dict[str, Any]:
    """Say the status of whole roads, as it is laid over the map."""
    words = [status.word for status in Status]
    ranks = [words.index(one["status"]) for one in roads]
    return {"digest": file.roads, "numbers": list(range(len(roads))), "ranks": ranks,
            "unknown_roads": 0, "mixed": [], "roads": []}  # fmt: skip
