"""``uxo status``."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import AsOf, Json, KnownAt, PolicyFile, StoreUrl
from uxo.cli.out import check_out
from uxo.cli.output import iso, km_as_json, print_json, print_km
from uxo.cli.progress import progress_bar
from uxo.publish.pieces_file import SUFFIXES, write_pieces
from uxo.services.status_of_files import status_of_files
from uxo.services.status_of_store import status_of_store
from uxo.settings import Settings, load_settings
from uxo.status.result import StatusResult

EXAMPLE: Final = (
    "uxo status --roads roads.geojson --evidence evidence.geojson --as-of 2026-06-01 "
    "--out pieces.geojson"
)


def _known_suffix(text: str) -> Path:
    """Refuse an unknown format before anything is computed."""
    path = Path(text)
    if path.suffix.lower() not in SUFFIXES:
        msg = f"{text!r} does not end with one of {', '.join(SUFFIXES)}"
        raise typer.BadParameter(msg)
    return path


def run(  # noqa: PLR0913  # each is an option of the contract
    *,
    roads: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Roads; with --evidence: no store.")
    ] = None,
    evidence: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Evidence; may be given again.")
    ] = None,
    policy: PolicyFile = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            parser=_known_suffix,
            help=f"Write the pieces; the suffix says the format: {', '.join(SUFFIXES)}.",
        ),
    ] = None,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Compute the clearance status of every metre of road.

    From files (--roads and --evidence, no store is touched) or from the store. Prints kilometres
    per status. If any row of a file is refused there is no status and no file, because a status
    without that row could be better than the truth.
    """
    settings = load_settings(store=store, policy=policy)
    if bool(roads) != bool(evidence):
        raise typer.BadParameter("give both --roads and --evidence, or neither to use the store")
    if roads and store is not None:
        raise typer.BadParameter("--store cannot be used together with --roads and --evidence")
    inputs = [*(roads or []), *(evidence or [])]
    check_out(out, inputs or [wiring.store_path(settings.store)])
    moment = wiring.now()
    times = (as_of or moment, known_at or moment)
    if roads and evidence:
        result = _from_files(roads, evidence, settings, times)
    else:
        result = _from_store(settings, times)
    if out is not None:
        write_pieces(result, out)
    _print(result, out, as_json=as_json)


def _from_files(
    roads: list[Path],
    evidence: list[Path],
    settings: Settings,
    times: tuple[datetime, datetime],
) -> StatusResult:
    with progress_bar() as advance:
        found = status_of_files(
            roads,
            evidence,
            policy=wiring.policy_of(settings),
            as_of=times[0],
            known_at=times[1],
            progress=advance,
        )
    for report in found.files:
        for line in (*report.changes, *(f"{report.file}: {note}" for note in report.notes)):
            typer.echo(f"note: {line}", err=True)
    return found.result


def _from_store(settings: Settings, times: tuple[datetime, datetime]) -> StatusResult:
    with wiring.read_store(settings) as opened, progress_bar() as advance:
        advance("computing", 0, None)
        return status_of_store(
            opened, policy=wiring.policy_of(settings), as_of=times[0], known_at=times[1]
        )


def _print(result: StatusResult, out: Path | None, *, as_json: bool) -> None:
    km = result.km_by_status()
    if as_json:
        print_json(
            {
                "as_of": iso(result.as_of),
                "known_at": iso(result.known_at),
                "policy_digest": result.policy.digest,
                "roads": len(result.roads),
                "pieces": len(result.road),
                "km": km_as_json(km),
                "out": None if out is None else str(out),
            }
        )
        return
    print_km(km, as_of=result.as_of, digest=result.policy.digest)
    if out is not None:
        typer.echo(f"{len(result.road)} pieces written to {out}")
