"""``uxo import phone``: the locked files that phones brought."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer

from uxo import wiring
from uxo.cli.output import iso, print_json, print_table
from uxo.services.phone_export import PhoneExports, Taken
from uxo.services.who import CONSOLE
from uxo.settings import Settings


def import_phones(settings: Settings, files: Sequence[Path], *, as_json: bool) -> None:
    """Take locked files in; ends with status 1 if a part of one was refused.

    Raises
    ------
    BadFile
        One cannot be opened whole; nothing of it was taken in, and those before it were.
    NotFound
        There is no store, no sign-in, or no such phone.
    """
    with (
        wiring.open_store(settings) as opened,
        wiring.open_people(settings) as people,
    ):
        exports = PhoneExports(wiring.phones_of(opened, settings), wiring.access_to(people))
        taken = [exports.take(CONSOLE, file.read_bytes()) for file in files]
    if as_json:
        print_json([_as_json(file, one) for file, one in zip(files, taken, strict=True)])
    else:
        _print(files, taken)
    if any(one.refused for one in taken):
        raise typer.Exit(1)


def _print(files: Sequence[Path], taken: Sequence[Taken]) -> None:
    for one in taken:
        for part in one.refused:
            number = "" if part.device_seq is None else f" {part.device_seq}"
            line = f"refused: {part.what}{number} ({part.event_id}): {part.why}"
            typer.echo(line, err=True)
        if one.device.revoked_at is not None:
            when = iso(one.device.revoked_at)
            typer.echo(f"note: {one.device.label} was cut off {when}; look twice", err=True)
    rows = [
        (
            str(file),
            one.device.label,
            one.device.team,
            f"{one.records.new} ({one.records.known})",
            f"{one.photos.new} ({one.photos.known})",
            str(len(one.refused)),
        )
        for file, one in zip(files, taken, strict=True)
    ]
    columns = ["file", "phone", "team", ">records, new (known)", ">photos", ">refused"]
    print_table("Taken in", columns, rows)


def _as_json(file: Path, taken: Taken) -> dict[str, object]:
    revoked_at = taken.device.revoked_at
    return {
        "file": str(file),
        "device": taken.device.device_id,
        "label": taken.device.label,
        "team": taken.device.team,
        "revoked_at": None if revoked_at is None else iso(revoked_at),
        "records": asdict(taken.records),
        "photos": asdict(taken.photos),
        "notes": asdict(taken.notes),
        "refused": [asdict(part) for part in taken.refused],
    }
