"""``uxo route``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from uxo import wiring
from uxo.cli.options import AsOf, Json, KnownAt, PolicyFile, StoreUrl
from uxo.cli.output import print_json
from uxo.cli.progress import progress_bar
from uxo.cli.route_words import print_route, print_routes
from uxo.cli.sheet_options import (
    SheetLang,
    SheetOrder,
    SheetOut,
    SheetPaper,
    SheetTier,
    form_of,
    print_route_sheet,
)
from uxo.cli.way import read_status
from uxo.evidence.routes import Mode, Waypoint
from uxo.plan.map_match import TOLERANCE_M
from uxo.plan.tariff import ALLOWED_BY_DEFAULT
from uxo.publish.sheets.content import Tier
from uxo.publish.sheets.frame import Paper
from uxo.roads.line_file import read_line
from uxo.services.route_course import Course, drawn_course, least_risk_course, line_course
from uxo.services.route_json import pieces_json
from uxo.services.routes import RouteBook, RouteEnd, RouteOrder
from uxo.services.status_of_store import status_of_store
from uxo.services.tiles import Moment
from uxo.services.ways import finder_over
from uxo.settings import Settings, load_settings
from uxo.status.result import StatusResult
from uxo.store.contract import Store
from uxo.vocabulary import Status

EXAMPLE: Final = "uxo route add 'Old Market road' --from C1001 --to 37.16,36.21 --households 120"
_LAST_LON: Final = 180.0
_LAST_LAT: Final = 90.0
_POSITION_NUMBERS: Final = 2


class _Do(StrEnum):
    ADD = "add"
    LIST = "list"
    SHOW = "show"
    RETIRE = "retire"
    SHEET = "sheet"


def run(  # noqa: PLR0913  # each is an option of the contract
    do: Annotated[_Do, typer.Argument(help="What to do.")],
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Name or id of the route; not for list.")
    ] = None,
    *,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="LON,LAT|PCODE|NAME", help="add: where it begins."),
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="LON,LAT|PCODE|NAME", help="add: where it ends.")
    ] = None,
    via: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LON,LAT|PCODE|NAME", help="add: a point on the way; may be given again."
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="add: a file with one line to follow instead, such as a GPX track.",
        ),
    ] = None,
    tolerance_m: Annotated[
        float,
        typer.Option(
            "--tolerance-m",
            min=1.0,
            max=200.0,
            help="--file: how far a road may lie from the line.",
        ),
    ] = TOLERANCE_M,
    shortest: Annotated[
        bool,
        typer.Option(
            "--shortest",
            help="add: the shortest roads through the points, whatever their status is.",
        ),
    ] = False,
    allow: Annotated[
        list[Status] | None,
        typer.Option(
            metavar="STATUS",
            parser=read_status,
            help="add: what it may use besides cleared, reduced and surveyed; may be given again.",
        ),
    ] = None,
    name_ar: Annotated[
        str | None, typer.Option("--name-ar", metavar="TEXT", help="add: its Arabic name.")
    ] = None,
    households: Annotated[
        int | None,
        typer.Option(min=0, help="add: expected to return by it. Left out: not known."),
    ] = None,
    season: Annotated[
        str | None, typer.Option(metavar="TEXT", help="add: when it can be used.")
    ] = None,
    on_foot: Annotated[bool, typer.Option("--on-foot", help="add: for people who walk.")] = False,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="retire: why.")] = None,
    team: Annotated[
        str | None, typer.Option(metavar="CODE", help="Default: UXO_TEAM, else desk.")
    ] = None,
    out: SheetOut = None,
    lang: SheetLang = None,
    paper: SheetPaper = Paper.A4,
    tier: SheetTier = Tier.HANDOUT,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    policy: PolicyFile = None,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Record a return route, list all, show how one stands, print it, or take it out of the list.

    A route keeps its roads; its status is that of its worst piece and is computed anew each time:
    `--as-of` and `--known-at` say what it was on a day, and what was known then.
    """
    if (name is None) != (do is _Do.LIST):
        msg = "list takes no name" if do is _Do.LIST else f"{do} needs the name of a route"
        raise typer.BadParameter(msg)
    settings = load_settings(store=store, policy=policy, team=team)
    writes = do in {_Do.ADD, _Do.RETIRE}
    moment = Moment(as_of, known_at)
    if writes and not moment.is_now:
        msg = f"{do} is about now; leave out --as-of and --known-at"
        raise typer.BadParameter(msg)
    opener = wiring.open_store if writes else wiring.read_store
    with opener(settings) as opened:
        book = RouteBook(opened, _Statuses(opened, settings).at)
        match do:
            case _Do.ADD:
                ends = _ends(book, start, via or [], end, file)
                allowed = ALLOWED_BY_DEFAULT | frozenset(allow or ())
                order = RouteOrder(
                    name=name or "",
                    name_ar=name_ar,
                    allowed=allowed,
                    mode=Mode.FOOT if on_foot else Mode.VEHICLE,
                    from_place=ends[0].pcode if ends else None,
                    to_place=ends[-1].pcode if ends else None,
                    households=households,
                    season=season,
                )
                course = (
                    _course(book, order, ends, shortest=shortest)
                    if file is None
                    else line_course(book.status(), read_line(file), tolerance_m)
                )
                _show(book, book.add(order, course, settings.team).id, moment, as_json=as_json)
            case _Do.LIST:
                told = book.as_json(book.reports(moment))
                print_json({"routes": told}) if as_json else print_routes(told)
            case _Do.SHOW:
                _show(book, name or "", moment, as_json=as_json)
            case _Do.SHEET:
                form_of(out)
                sheet = SheetOrder(out, lang, paper, tier)
                route = book.named(name or "", moment)
                print_route_sheet(opened, settings, book, route, moment, sheet, as_json=as_json)
            case _Do.RETIRE:
                why = _reason(reason)
                book.retire(book.named(name or "").id, why, settings.team)
                _show(book, name or "", moment, as_json=as_json)


def _reason(given: str | None) -> str:
    """Ask for a reason."""
    if given is None or not given.strip():
        msg = "retire needs --reason: it stands in the log"
        raise typer.BadParameter(msg)
    return given


class _Statuses:
    """Computes the status at each moment once."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._policy = wiring.policy_of(settings)
        self._now = wiring.now()
        self._found: dict[Moment, StatusResult] = {}

    def at(self, moment: Moment) -> StatusResult:
        """Give the status at a moment."""
        if moment not in self._found:
            with progress_bar() as advance:
                advance("computing", 0, None)
                self._found[moment] = status_of_store(
                    self._store,
                    policy=self._policy,
                    as_of=moment.as_of or self._now,
                    known_at=moment.known_at or self._now,
                )
        return self._found[moment]


def _ends(
    book: RouteBook, start: str | None, via: list[str], end: str | None, file: Path | None
) -> list[RouteEnd]:
    """Read the points of a new route; none where it follows a file."""
    if file is not None:
        if start or end or via:
            msg = "give --file, or --from and --to"
            raise typer.BadParameter(msg)
        return []
    if start is None or end is None:
        msg = "add needs --from and --to, or --file"
        raise typer.BadParameter(msg)
    return [_end(book, text) for text in (start, *via, end)]


def _end(book: RouteBook, text: str) -> RouteEnd:
    """Read a position, a P-code or a name."""
    parts = text.split(",")
    if len(parts) != _POSITION_NUMBERS:
        return book.place_called(text.strip())
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        msg = f"{text!r}: write LON,LAT in degrees, such as 37.1615,36.2021, or a P-code or a name"
        raise typer.BadParameter(msg) from None
    if not (abs(lon) <= _LAST_LON and abs(lat) <= _LAST_LAT):  # a NaN fails every comparison
        msg = f"{text!r}: longitudes lie from -180 to 180, latitudes from -90 to 90"
        raise typer.BadParameter(msg)
    return RouteEnd(Waypoint(lon, lat))


def _course(book: RouteBook, order: RouteOrder, ends: list[RouteEnd], *, shortest: bool) -> Course:
    result, on_foot = book.status(), order.mode is Mode.FOOT
    points = [one.at for one in ends]
    if shortest:
        return drawn_course(result, points, on_foot=on_foot)
    return least_risk_course(result, finder_over(result), points, order.allowed, on_foot=on_foot)


def _show(book: RouteBook, name: str, moment: Moment, *, as_json: bool) -> None:
    report = book.report(book.named(name, moment), moment)
    told: dict[str, Any] = book.as_json([report])[0]
    if as_json:
        print_json(told | {"pieces": pieces_json(report)})
    else:
        print_route(told)
