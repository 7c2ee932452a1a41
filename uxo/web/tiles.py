"""``/tiles``: vector tiles of each layer, and their description (TileJSON 3.0)."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from uxo.publish.tiles.address import Tile
from uxo.publish.tiles.layers import LayerName
from uxo.services.tile_description import description
from uxo.services.tiles import Tiles
from uxo.web.answers import JsonAnswer
from uxo.web.kept_answers import REVALIDATED, tagged
from uxo.web.moments import AsOfQuery, KnownAtQuery, read_moment
from uxo.web.parameters import PLAIN_INTEGER
from uxo.web.problems import PROBLEMS_OF_ONE
from uxo.web.strict import StrictRoute

PATH: Final = "/tiles"
TILE_TYPE: Final = "application/vnd.mapbox-vector-tile"
_OF_EVIDENCE: Final = frozenset({LayerName.HAZARDS, LayerName.RELEASES})

_Z = Annotated[int, PLAIN_INTEGER, Path(description="Zoom, 0 to 16.")]
_X = Annotated[int, PLAIN_INTEGER, Path(description="Column from the west, from 0.")]
_Y = Annotated[
    str,
    Path(
        pattern=r"^[0-9]{1,10}(\.(mvt|pbf))?$",
        description="Row from the north, from 0; it may end with .mvt or .pbf.",
    ),
]
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {TILE_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
    204: {"description": "The tile exists and there is nothing in it."},
    304: {"description": "This very tile is there already."},
    **PROBLEMS_OF_ONE,
}


class TileAnswer(Response):
    """An answer of one tile."""

    media_type = TILE_TYPE


class VectorLayerShape(BaseModel):
    """One layer inside the tiles."""

    model_config = ConfigDict(extra="forbid")

    id: str
    description: str
    minzoom: int
    maxzoom: int
    fields: dict[str, str]


class TileJsonShape(BaseModel):
    """Tiles described as TileJSON 3.0; more members may follow."""

    model_config = ConfigDict(extra="allow")

    tilejson: str
    name: str
    description: str
    scheme: str
    tiles: list[str]
    minzoom: int
    maxzoom: int
    bounds: list[float]
    center: list[float]
    attribution: str
    vector_layers: list[VectorLayerShape]
    exercise: bool = Field(description="True: invented for training; shows no real hazard.")
    roads: str = Field(description="Digest of the roads; the tiles carry it as X-Roads.")


def router(tiles: Tiles) -> APIRouter:
    """Build the routes: two for each layer, because not everybody may see every layer.

    Parameters
    ----------
    tiles : Tiles
        Answers them.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["tiles"])
    for name in LayerName:
        _add_tile(routes, tiles, name)
        _add_description(routes, tiles, name)
    return routes


def _add_tile(routes: APIRouter, tiles: Tiles, name: LayerName) -> None:
    @routes.get(
        f"{PATH}/{name.value}/{{z}}/{{x}}/{{y}}",
        operation_id=f"get{name.value.title()}Tile",
        summary=f"A vector tile of {name.value}",
        response_class=TileAnswer,
        responses=_RESPONSES,
    )
    def get_tile(  # the address of a tile has three parts
        request: Request,
        z: _Z,
        x: _X,
        y: _Y,
        as_of: AsOfQuery = None,
        known_at: KnownAtQuery = None,
    ) -> Response:
        """Give one tile: exact geometry, or complete counts where that would be too much."""
        tile = Tile(z, x, int(y.partition(".")[0]))
        made = tiles.tile(name, tile, read_moment(as_of, known_at))
        # Finds leave no copy in a browser; what is on the roads may stay there.
        headers = {} if name in _OF_EVIDENCE else dict(REVALIDATED)
        if name not in _OF_EVIDENCE and name is not LayerName.PLACES:
            headers["X-Roads"] = tiles.roads_digest()
        return tagged(
            request,
            made.body,
            digest=made.digest,
            media_type=TILE_TYPE,
            packed=lambda: made.packed,
            headers=headers,
        )


def _add_description(routes: APIRouter, tiles: Tiles, name: LayerName) -> None:
    @routes.get(
        f"{PATH}/{name.value}.json",
        operation_id=f"describe{name.value.title()}Tiles",
        summary=f"The tiles of {name.value} as TileJSON",
        response_model=TileJsonShape,
        responses=PROBLEMS_OF_ONE,
    )
    def describe_tiles(request: Request) -> JsonAnswer:
        """Say where the tiles are, what is in them and at which zooms."""
        address = f"{request.base_url}tiles/{name.value}/{{z}}/{{x}}/{{y}}.mvt"
        return JsonAnswer({**description(tiles, [name]), "tiles": [address]})
