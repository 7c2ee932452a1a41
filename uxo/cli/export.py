"""``uxo export``."""

from enum import StrEnum, unique
from pathlib import Path
from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import AsOf, Json, PolicyFile, StoreUrl
from uxo.cli.out import check_out
from uxo.cli.output import print_json
from uxo.cli.progress import progress_bar
from uxo.publish.tiles.address import MAX_ZOOM
from uxo.publish.tiles.layers import LayerName
from uxo.publish.whole_file import whole_file
from uxo.services.export_tiles import export_tiles
from uxo.services.field_pack import box_around, find_community
from uxo.services.live_status import LiveStatusService
from uxo.services.pages import Bounds
from uxo.services.tiles import Tiles
from uxo.settings import load_settings

EXAMPLE: Final = "uxo export tiles --out roads.pmtiles --place C1001 --layers roads --layers places"
_PLACE_HALF_KM: Final = 20.0
_BOX_NUMBERS: Final = 4


@unique
class What(StrEnum):
    """What can be exported."""

    TILES = "tiles"


def _box(text: str) -> Bounds:
    """Read ``west,south,east,north``."""
    parts = text.split(",")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if len(numbers) != _BOX_NUMBERS:
        raise typer.BadParameter(f"{text!r} is not four numbers: west,south,east,north")
    return Bounds(*numbers)


def run(  # noqa: PLR0913  # each is an option of the contract
    what: Annotated[What, typer.Argument(help="What to write.")],  # noqa: ARG001  # there is one
    *,
    out: Annotated[Path, typer.Option(metavar="FILE.pmtiles", help="The file to write.")],
    bbox: Annotated[
        Bounds | None,
        typer.Option(metavar="W,S,E,N", parser=_box, help="Only this box, in degrees."),
    ] = None,
    place: Annotated[
        str | None,
        typer.Option(metavar="PCODE", help="Only 20 km around this community to each side."),
    ] = None,
    layers: Annotated[
        list[LayerName] | None,
        typer.Option(help="May be given again. Default: roads, pieces and places: no find."),
    ] = None,
    min_zoom: Annotated[int, typer.Option(help="Lowest zoom.")] = 0,
    max_zoom: Annotated[int, typer.Option(help="Deepest zoom.")] = 14,
    as_of: AsOf = None,
    policy: PolicyFile = None,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Write vector tiles of the store as one PMTiles file; QGIS and MapLibre read it.

    Nothing is thinned out: where exact geometry would be too much, cells tell complete counts and
    the worst status. Layers of hazards and releases carry finds: whoever gets the file gets them.
    """
    if bbox is not None and place is not None:
        raise typer.BadParameter("give --bbox or --place, not both")
    settings = load_settings(store=store, policy=policy)
    check_out(out, [wiring.store_path(settings.store)])
    chosen = layers or [LayerName.ROADS, LayerName.PIECES, LayerName.PLACES]
    figures = wiring.policy_of(settings)
    with wiring.read_store(settings) as opened, progress_bar() as advance:
        advance("computing", 0, None)
        service = LiveStatusService(
            opened,
            policy=figures,
            clock=wiring.now,
            new_id=wiring.new_id,
            as_of=as_of,
        )
        if place is not None:
            bbox = box_around(find_community(service.places(), place, figures), _PLACE_HALF_KM)
        advance("writing tiles", 0, None)
        with whole_file(out) as part, part.open("wb") as file:
            zooms = (min_zoom, min(max_zoom, MAX_ZOOM))
            done = export_tiles(Tiles(service), file, list(dict.fromkeys(chosen)), bbox, zooms)
    size = out.stat().st_size
    if as_json:
        print_json({"file": str(out), "bytes": size, "tiles": done.tiles, "zooms": done.zooms})
    else:
        typer.echo(f"{out}: {done.tiles} tiles, zooms {min_zoom} to {max_zoom}, {size} bytes")
