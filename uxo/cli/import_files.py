"""``uxo import``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.import_phone import import_phones
from uxo.cli.options import Json, StoreUrl
from uxo.cli.output import print_json, print_table
from uxo.cli.progress import progress_bar
from uxo.roads.succession import Change
from uxo.services.import_files import FileReport, RoadOptions, import_files
from uxo.services.road_changes import SHARE_MOST, RoadReport
from uxo.settings import load_settings
from uxo.vocabulary import Layer


class _What(StrEnum):
    """The layers of a store, and the locked file of a phone."""

    ROADS = Layer.ROADS
    PLACES = Layer.PLACES
    EVIDENCE = Layer.EVIDENCE
    PHONE = "phone"


EXAMPLE: Final = "uxo import evidence finds.geojson areas.csv --rejects refused.geojson"
_FAULTS_SHOWN: Final = 20
_IDS_SHOWN: Final = 1_000
_COUNTS: Final = ("read", "accepted", "mended", "unchanged", "waiting", "refused")


def run(  # noqa: PLR0913  # each is an option of the contract
    what: Annotated[_What, typer.Argument(help="What the files hold.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to import.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and store nothing.")
    ] = False,
    rejects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write the refused rows here, each with its reason, to be mended."
        ),
    ] = None,
    attribution: Annotated[
        str, typer.Option(metavar="TEXT", help="Line that every map of these rows must show.")
    ] = "",
    exercise: Annotated[
        bool, typer.Option("--exercise", help="The rows were invented for training; maps say so.")
    ] = False,
    snap_m: Annotated[
        float,
        typer.Option(
            metavar="METRES",
            help="Roads from files of lines: join ends at most this far apart. 0 joins only ends "
            "at the very same place; near misses are told.",
        ),
    ] = 0.0,
    changes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Roads: list those that are new, moved, changed or vanished here (CSV).",
        ),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Roads from a newer OpenStreetMap extract: withdraw those inside its extent that "
            "it no longer has. What was known before still tells them.",
        ),
    ] = False,
    share_most: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            min=0.0,
            max=1.0,
            help="With --replace: refuse when more than this share of the roads inside the extent "
            "would go with nothing in their place.",
        ),
    ] = SHARE_MOST,
    team: Annotated[
        str | None, typer.Option(metavar="CODE", help="Who imports. Default: UXO_TEAM, else desk.")
    ] = None,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Import roads, places or evidence from files, or the locked file of a phone.

    GeoJSON, GeoPackage and GeoParquet; roads also as shapefile or OpenStreetMap file (.osm.pbf,
    .osm, .osm.gz, .osm.bz2), evidence also as CSV. Importing
    the same file again changes nothing. Ends with status 1 if any row was refused; the other
    rows of the file are stored.
    """
    settings = load_settings(store=store, team=team)
    if what is _What.PHONE:
        if dry_run or rejects or attribution or exercise:
            msg = "phone takes none of --dry-run, --rejects, --attribution, --exercise"
            raise typer.BadParameter(msg)
        import_phones(settings, files, as_json=as_json)
        return
    with wiring.open_store(settings) as opened, progress_bar() as advance:
        reports = import_files(
            opened,
            Layer(what),
            files,
            who=settings.team,
            dry_run=dry_run,
            rejects=rejects,
            progress=advance,
            attribution=attribution,
            exercise=exercise,
            roads=RoadOptions(snap_m, changes, replace, share_most),
        )
    if as_json:
        print_json([_as_json(report) for report in reports])
    else:
        _print(reports, dry_run=dry_run)
    if any(report.refused for report in reports):
        raise typer.Exit(1)


def _print(reports: list[FileReport], *, dry_run: bool) -> None:
    for report in reports:
        for line in (*report.notes, *report.changes):
            typer.echo(f"note: {line}", err=True)
        if report.roads is not None:
            counts = report.roads.counts()
            told = ", ".join(f"{name.replace('_', ' ')}: {n}" for name, n in counts.items())
            typer.echo(f"roads: {told}", err=True)
        for fault in report.faults[:_FAULTS_SHOWN]:
            typer.echo(f"refused: {fault}", err=True)
        if len(report.faults) > _FAULTS_SHOWN:
            more = len(report.faults) - _FAULTS_SHOWN
            typer.echo(f"and {more} more; --rejects FILE writes them all", err=True)
    title = "Dry run: nothing was stored" if dry_run else "Imported"
    rows = [(r.file, *(str(getattr(r, name)) for name in _COUNTS)) for r in reports]
    print_table(title, ["file", *(f">{name}" for name in _COUNTS)], rows)


def _as_json(report: FileReport) -> dict[str, object]:
    counts = {name: getattr(report, name) for name in _COUNTS}
    return {
        "file": report.file,
        **counts,
        "faults": [
            {"row": f.row, "field": f.field, "value": f.value, "reason": f.reason}
            for f in report.faults
        ],
        "notes": list(report.notes),
        **({} if report.roads is None else {"roads": _roads_as_json(report.roads)}),
    }


def _roads_as_json(roads: RoadReport) -> dict[str, object]:
    """Give the counts, and the first ids of each list; ``--changes`` writes them all."""
    lists = ("new", "moved", "changed", "vanished", "withdrawn")
    return {
        **roads.counts(),
        **{f"{name}_ids": list(getattr(roads, name)[:_IDS_SHOWN]) for name in lists},
        **{
            f"{change.value}_ids": dict(list(roads.successors(change).items())[:_IDS_SHOWN])
            for change in Change
        },
    }
