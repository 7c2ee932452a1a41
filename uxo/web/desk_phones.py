"""``/api/v1/desk/phones`` and ``/phone-export``: what the desk knows of phones, and their files."""

from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from uxo.errors import NotFound
from uxo.services.access import Access
from uxo.services.phone_export import Count, NotTaken, PhoneExports, Taken, TakenLine
from uxo.services.phone_states import phone_counters
from uxo.services.phones import Phones
from uxo.store.people.contract import Device
from uxo.store.phone_contract import PhoneCounter
from uxo.store.uploads import Refusal
from uxo.web.answers import JsonAnswer
from uxo.web.phone import CounterShape, counter_body
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_CHANGE
from uxo.web.strict import StrictRoute, check_media_type, read_bytes
from uxo.web.times import iso, maybe_iso
from uxo.web.who import WhoOf

PATH: Final = "/api/v1/desk/phones"
EXPORT_PATH: Final = "/api/v1/desk/phone-export"
MAX_EXPORT_BYTES: Final = 64_000_000
_SHOWN: Final = 100


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class KnownPhoneShape(_Shape):
    """One phone: as it was enrolled, and what its numbers show."""

    device: str
    label: str | None = Field(description="Null: it was enrolled nowhere here.")
    team: str
    revoked_at: str | None
    counter: CounterShape | None = Field(description="Null: nothing came from it yet.")


class RefusedPhotoShape(_Shape):
    """A photo that came whole and was not kept."""

    event_id: str
    sha256: str
    team: str
    reason: str
    at: str


class TakenLineShape(_Shape):
    """A locked file that was taken in."""

    at: str
    actor: str
    device: str
    new: int
    known: int
    refused: int


class DeskPhonesShape(_Shape):
    """What the desk knows of all phones."""

    phones: list[KnownPhoneShape]
    refused_photos: list[RefusedPhotoShape] = Field(description="Of the last thirty days.")
    taken: list[TakenLineShape] = Field(description="Locked files, the newest first; at most 100.")


class CountShape(_Shape):
    """How many were new here, and how many were here already."""

    new: int
    known: int


class NotTakenShape(_Shape):
    """One part of a file that was refused."""

    what: str = Field(description="`record`, `photo` or `note`.")
    event_id: str
    device_seq: int | None
    code: str
    why: str


class TakenShape(_Shape):
    """What became of a locked file."""

    device: str
    label: str
    team: str
    revoked_at: str | None = Field(description="When the phone was cut off; its file is taken in.")
    records: CountShape
    photos: CountShape
    notes: CountShape
    refused: list[NotTakenShape]


def router(phones: Phones, access: Access | None, who_of: WhoOf) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    phones : Phones
        Take in records and photos.
    access : Access or None
        Knows the phones; None: there is no sign-in, and no phone is enrolled.
    who_of : callable
        Tells who hands a file in.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["desk"])
    exports = None if access is None else PhoneExports(phones, access)

    @routes.get(
        PATH,
        operation_id="listDeskPhones",
        summary="What the desk knows of all phones",
        response_model=DeskPhonesShape,
        responses=PROBLEMS,
    )
    def list_phones() -> JsonAnswer:
        """Tell of each phone which records never came, of its clock, and of what was refused."""
        devices = () if access is None else access.devices.list()
        counters = {counter.device: counter for counter in phone_counters(phones.store)}
        known = [_enrolled(device, counters.pop(device.device_id, None)) for device in devices]
        body = {
            "phones": [*known, *(_stranger(counter) for counter in counters.values())],
            "refused_photos": [_refusal(one) for one in phones.media.refusals()[:_SHOWN]],
            "taken": [] if exports is None else [_line(one) for one in exports.lines(_SHOWN)],
        }
        return JsonAnswer(body)

    @routes.post(
        EXPORT_PATH,
        operation_id="importPhoneExport",
        summary="Take in the locked file of a phone",
        response_model=TakenShape,
        responses=PROBLEMS_OF_CHANGE,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"type": "object"}}},
            }
        },
    )
    async def import_export(request: Request) -> JsonAnswer:
        """Open a file of at most 64 MB whole or not at all; its records count like sent ones.

        Handing it in again changes nothing. A file proves nothing about who wrote it.
        """
        check_media_type(request)
        content = await read_bytes(request, MAX_EXPORT_BYTES)
        if exports is None:
            msg = "no phone is enrolled here: there is no sign-in"
            raise NotFound(msg)
        taken = await run_in_threadpool(exports.take, who_of(request), content)
        return JsonAnswer(_taken(taken))

    return routes


def _enrolled(device: Device, counter: PhoneCounter | None) -> dict[str, Any]:
    return {
        "device": device.device_id,
        "label": device.label,
        "team": device.team,
        "revoked_at": maybe_iso(device.revoked_at),
        "counter": None if counter is None else counter_body(counter),
    }


def _stranger(counter: PhoneCounter) -> dict[str, Any]:
    return {
        "device": counter.device,
        "label": None,
        "team": counter.team,
        "revoked_at": None,
        "counter": counter_body(counter),
    }


def _refusal(one: Refusal) -> dict[str, Any]:
    return {
        "event_id": one.event_id,
        "sha256": one.sha256,
        "team": one.team,
        "reason": one.reason,
        "at": iso(one.at),
    }


def _line(one: TakenLine) -> dict[str, Any]:
    return {
        "at": iso(one.at),
        "actor": one.actor,
        "device": one.device,
        "new": one.new,
        "known": one.known,
        "refused": one.refused,
    }


def _taken(taken: Taken) -> dict[str, Any]:
    return {
        "device": taken.device.device_id,
        "label": taken.device.label,
        "team": taken.device.team,
        "revoked_at": maybe_iso(taken.device.revoked_at),
        "records": _count(taken.records),
        "photos": _count(taken.photos),
        "notes": _count(taken.notes),
        "refused": [_not_taken(one) for one in taken.refused],
    }


def _count(count: Count) -> dict[str, int]:
    return {"new": count.new, "known": count.known}


def _not_taken(one: NotTaken) -> dict[str, Any]:
    return {
        "what": one.what,
        "event_id": one.event_id,
        "device_seq": one.device_seq,
        "code": one.code,
        "why": one.why,
    }
