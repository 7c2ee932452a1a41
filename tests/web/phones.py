"""Phones as the tests play them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.contract.phones import phone_id
from tests.web.scene import Clock, find
from uxo.errors import Refused
from uxo.services.media import Media
from uxo.services.phones import Phones
from uxo.services.receive import Receiver
from uxo.services.who import Who
from uxo.store.contract import Store
from uxo.store.desk_key import DeskKey
from uxo.store.uploads import Uploads
from uxo.vocabulary import Role

TEAM = "EOD-7"


def phones_of(store: Store, clock: Clock, folder: Path) -> Phones:
    uploads = Uploads(folder / "uploads", clock=clock)
    return Phones(
        store=store,
        receiver=Receiver(store, clock=clock),
        media=Media(store, uploads, clock=clock),
        clock=clock,
        desk_key=desk_key(),
    )


@cache
def desk_key() -> DeskKey:
    """The same in every test of a run."""
    return DeskKey.generate()


def who_of(request: Request) -> Who:
    """``Bearer DEVICE/TEAM``, or the desk."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token == "desk":  # noqa: S105
        return Who(Role.OFFICER, "DESK", "person:1")
    device, _, team = token.partition("/")
    if not team:
        msg = "no token"
        raise Refused(msg)
    return Who(Role.TEAM, team, f"device:{device}")


def token(device: str = "phone-a", team: str = TEAM) -> dict[str, str]:
    return {"Authorization": f"Bearer {device}/{team}"}


DESK = {"Authorization": "Bearer desk"}


def recorded(
    number: int, *, seq: int = 1, entity: int | None = None, **changes: object
) -> dict[str, Any]:
    """A recording as a phone sends it."""
    return {
        "event_id": phone_id(number),
        "device_seq": seq,
        "type": "evidence_recorded",
        "entity": phone_id(1_000 + number if entity is None else entity),
        "base": [],
        "device_time": "2026-04-30T11:00:00+03:00",
        "app": "1.0",
        "data": find(),
    } | changes


def corrected(
    number: int,
    entity: int | str,
    *,
    seq: int,
    geometry: dict[str, Any] | None = None,
    base: list[str] | None = None,
    **properties: object,
) -> dict[str, Any]:
    data: dict[str, Any] = {"reason": "looked again", "properties": properties}
    if geometry is not None:
        data["geometry"] = geometry
    return recorded(number, seq=seq) | {
        "type": "evidence_corrected",
        "entity": entity if isinstance(entity, str) else phone_id(entity),
        "base": base or [],
        "data": data,
    }


def disposed(
    number: int, entity: int | str, *, seq: int, at: str = "2026-05-01T08:00:00Z"
) -> dict[str, Any]:
    return recorded(number, seq=seq) | {
        "type": "item_disposed",
        "entity": entity if isinstance(entity, str) else phone_id(entity),
        "data": {"disposed_at": at},
    }


def put(client: TestClient, body: dict[str, Any], **headers: str) -> Response:
    return client.put(
        f"/api/v1/events/{body['event_id']}",
        content=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **token()} | headers,
    )
