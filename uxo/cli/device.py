"""``uxo device``."""

from enum import StrEnum
from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import Json, StoreUrl
from uxo.cli.output import iso, print_json, print_table
from uxo.services.access import Access
from uxo.services.who import CONSOLE
from uxo.settings import load_settings
from uxo.store.people.contract import Device

EXAMPLE: Final = "uxo device enrol EOD-3"


class _Do(StrEnum):
    ENROL = "enrol"
    LIST = "list"
    REVOKE = "revoke"


def run(
    do: Annotated[_Do, typer.Argument(help="What to do.")],
    which: Annotated[
        str | None,
        typer.Argument(metavar="[TEAM|DEVICE]", help="enrol: the team; revoke: the device's id."),
    ] = None,
    *,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Make a code that adds one phone to a team, list the phones, or cut a lost one off.

    The code works once, within ten minutes: it is typed into the phone's app. The page /devices of
    the service shows one to be scanned.
    """
    if (which is None) != (do is _Do.LIST):
        msg = "list takes nothing more" if do is _Do.LIST else f"{do} needs a team or a device"
        raise typer.BadParameter(msg)
    settings = load_settings(store=store)
    with wiring.open_people(settings) as people:
        access = wiring.access_to(people)
        if do is _Do.ENROL:
            _print_code(access, which or "", as_json=as_json)
        elif do is _Do.LIST:
            _print_devices(access, as_json=as_json)
        else:
            device = access.devices.revoke(which or "", by=CONSOLE)
            _print_revoked(device, as_json=as_json)


def _print_code(access: Access, team: str, *, as_json: bool) -> None:
    shown = access.devices.new_code(team, by=CONSOLE)
    if as_json:
        print_json({"code": shown.code, "team": shown.team, "ends_at": iso(shown.ends_at)})
        return
    typer.echo(f"{shown.code}\nadds one phone to {shown.team}, until {iso(shown.ends_at)}")


def _print_revoked(device: Device, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(device))
        return
    typer.echo(f"{device.label} of {device.team} is cut off; what it sent stays")


def _print_devices(access: Access, *, as_json: bool) -> None:
    devices = access.devices.list()
    if as_json:
        print_json([_as_json(device) for device in devices])
        return
    rows = [
        (
            device.label,
            device.team,
            device.device_id,
            "never" if device.seen_at is None else iso(device.seen_at),
            "" if device.revoked_at is None else f"cut off {iso(device.revoked_at)}",
        )
        for device in devices
    ]
    print_table(f"{len(rows)} phones", ["label", "team", "id", "last heard of", ""], rows)


def _as_json(device: Device) -> dict[str, object]:
    return {
        "device_id": device.device_id,
        "label": device.label,
        "team": device.team,
        "enrolled_at": iso(device.enrolled_at),
        "revoked_at": None if device.revoked_at is None else iso(device.revoked_at),
        "seen_at": None if device.seen_at is None else iso(device.seen_at),
        "skew_s": device.skew_s,
    }
