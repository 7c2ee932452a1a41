"""``uxo way``."""

from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import AsOf, Json, KnownAt, PolicyFile, StoreUrl
from uxo.cli.output import iso, print_json, print_table
from uxo.cli.progress import progress_bar
from uxo.errors import NoRoute
from uxo.plan.answers import Way
from uxo.plan.tariff import ALLOWED_BY_DEFAULT
from uxo.services.status_of_store import status_of_store
from uxo.services.ways import Position, WayAnswer, WayRequest, ways_of_result
from uxo.settings import load_settings
from uxo.vocabulary import Status

EXAMPLE: Final = "uxo way --from 37.1615,36.2021 --to 37.1502,36.2140 --allow not_surveyed"
_BY_WORD: Final = {status.word: status for status in Status}
_LAST_LON: Final = 180.0
_LAST_LAT: Final = 90.0
_SHOWN: Final = 3  # items of evidence named for each piece; --json names all


def _position(text: str) -> Position:
    """Read a place; refuse wrong usage before anything is computed."""
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        msg = f"{text!r}: write LON,LAT in degrees, such as 37.1615,36.2021"
        raise typer.BadParameter(msg) from None
    if not (abs(lon) <= _LAST_LON and abs(lat) <= _LAST_LAT):  # a NaN fails every comparison
        msg = f"{text!r}: longitudes lie from -180 to 180, latitudes from -90 to 90"
        raise typer.BadParameter(msg)
    return Position(lon, lat)


def read_status(text: str) -> Status:
    """Read a status; refuse wrong usage before anything is computed."""
    if text not in _BY_WORD:
        msg = f"{text!r} is no status; known are {', '.join(_BY_WORD)}"
        raise typer.BadParameter(msg)
    return _BY_WORD[text]


def run(  # noqa: PLR0913  # each is an option of the contract
    *,
    start: Annotated[
        Position,
        typer.Option("--from", metavar="LON,LAT", parser=_position, help="Where it begins."),
    ],
    end: Annotated[
        Position, typer.Option("--to", metavar="LON,LAT", parser=_position, help="Where it ends.")
    ],
    allow: Annotated[
        list[Status] | None,
        typer.Option(
            metavar="STATUS",
            parser=read_status,
            help="What the way may use besides cleared, reduced and surveyed; may be given again. "
            "Never closed, never confirmed_hazard.",
        ),
    ] = None,
    on_foot: Annotated[bool, typer.Option("--on-foot", help="Walking; else in a vehicle.")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    policy: PolicyFile = None,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Find the way of least exposure between two places, and what is on it.

    With it come the shortest way for comparison, other ways that differ truly, and, where there is
    no way, the pieces of road whose clearance would open one with the least effort.
    """
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
    allowed = ALLOWED_BY_DEFAULT | frozenset(allow or ())
    try:
        found = ways_of_result(result, WayRequest(start, end, allowed, on_foot))
    except NoRoute as error:
        if not as_json:
            _print_cut(error)
        raise
    if as_json:
        print_json(found.as_json())
    else:
        _print(found)


def _print(found: WayAnswer) -> None:
    """Print each way with its kilometres per status."""
    ways = found.ways
    named = [("least risk", ways.least_risk), ("shortest", ways.shortest)]
    named += [(f"another {number}", way) for number, way in enumerate(ways.alternatives, 1)]
    rows = [[name, *_figures(way)] for name, way in named]
    headings = ["way", ">km", *(f">{status.word}" for status in Status), ">exposure m"]
    print_table(f"Ways as of {iso(found.as_of)}, kilometres per status", headings, rows)
    roads = [found.names[road] for road in dict.fromkeys(ways.least_risk.road.tolist())]
    words = [*dict.fromkeys(name for _, name in roads if name)]
    without = sum(not name for _, name in roads)
    words += [f"{without} roads without a name"] if without else []
    typer.echo(f"The least-risk way: {', '.join(words)}")
    if not ways.alternatives:
        typer.echo("No other way over what is allowed differs truly from it.")
    typer.echo(f"Not surveyed on it: {ways.least_risk.not_surveyed_m / 1000.0:.3f} km")
    typer.echo("The shortest way ignores risk: it is for comparison only.")


def _figures(way: Way) -> list[str]:
    per_status = [f"{way.metres[status] / 1000.0:.3f}" for status in Status]
    return [f"{way.length_m / 1000.0:.3f}", *per_status, f"{way.exposure_m:.0f}"]


def _few(ids: tuple[str, ...]) -> str:
    more = len(ids) - _SHOWN
    return ", ".join(ids[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _print_cut(error: NoRoute) -> None:
    """Print what would open a way; the error itself is reported as every error is."""
    if error.cut:
        rows = [
            [
                piece.road_id,
                f"{piece.from_m:.1f}",
                f"{piece.to_m:.1f}",
                piece.status,
                f"{piece.effort_m2:.0f}",
                _few(piece.evidence_ids),
            ]
            for piece in error.cut
        ]
        headings = ["road", ">from m", ">to m", "status", ">m2 to clear", "evidence"]
        print_table("The least clearance that would open a way", headings, rows)
