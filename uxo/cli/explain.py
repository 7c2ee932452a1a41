"""``uxo explain``."""

from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import AsOf, Json, KnownAt, PolicyFile, StoreUrl
from uxo.cli.output import print_json
from uxo.cli.progress import progress_bar
from uxo.services.explain_place import explain_place
from uxo.services.status_of_store import status_of_store
from uxo.settings import load_settings

EXAMPLE: Final = "uxo explain --lon 37.1615 --lat 36.2021"


def run(  # noqa: PLR0913  # each is an option of the contract
    *,
    road: Annotated[str | None, typer.Option(metavar="ID", help="The road, with --at.")] = None,
    at: Annotated[
        float | None,
        typer.Option(metavar="METRES", help="Metres on the ground from the road's first vertex."),
    ] = None,
    lon: Annotated[
        float | None, typer.Option(min=-180, max=180, help="Longitude in degrees, with --lat.")
    ] = None,
    lat: Annotated[float | None, typer.Option(min=-90, max=90, help="Latitude.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    policy: PolicyFile = None,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Say in words why a place on a road has its status, and how old that knowledge is.

    Name the place by a road and the metres along it (--road, --at), or by a position (--lon,
    --lat): then the nearest road is explained.
    """
    by_road = road is not None and at is not None and lon is None and lat is None
    by_position = lon is not None and lat is not None and road is None and at is None
    if not (by_road or by_position):
        raise typer.BadParameter("name one place: --road ID --at METRES, or --lon and --lat")
    settings = load_settings(store=store, policy=policy)
    moment = wiring.now()
    with wiring.read_store(settings) as opened, progress_bar() as advance:
        advance("computing", 0, None)
        result = status_of_store(
            opened,
            policy=wiring.policy_of(settings),
            as_of=as_of or moment,
            known_at=known_at or moment,
        )
    explained = explain_place(result, road_id=road, at_m=at, lon=lon, lat=lat)
    if as_json:
        print_json(explained.as_json())
    else:
        for sentence in explained.sentences:
            typer.echo(sentence)
