"""``/api/v1/events``: what phones send, where it stands, and what their numbers show."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Body, Header, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from uxo.errors import BadInput
from uxo.services.phone_records import MAX_RECORD_BYTES, PhoneRecord, Uuid7, ZonedMoment
from uxo.services.phone_states import Stand, phone_counters, record_states
from uxo.services.phones import Phones
from uxo.store.contract import Outcome
from uxo.store.phone_contract import PhoneCounter, PhoneReceipt
from uxo.web.answers import JsonAnswer
from uxo.web.errors import TooLarge, UnknownMediaType
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_RECORD
from uxo.web.strict import ReadRequest, StrictRoute
from uxo.web.who import WhoOf

PATH: Final = "/api/v1/events"
PING_PATH: Final = "/api/v1/ping"
COUNTERS_PATH: Final = "/api/v1/devices/counters"
MAX_ASKED: Final = 500
_DEVICE: Final = "device:"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReceiptShape(_Shape):
    """The receipt of a record; a phone keeps the record until the hash is that of its bytes."""

    event_id: str
    outcome: Outcome
    sha256: str = Field(description="Over the body as it was sent.")
    received_at: str
    server_seq: int = Field(ge=1)
    entity: str
    head: str = Field(description="Hash to name in `base` of a later record about this item.")


class AskedStates(_Shape):
    """Whose states are asked for."""

    event_ids: Annotated[list[Uuid7], Field(max_length=MAX_ASKED)]


class StateShape(_Shape):
    """Where one record stands."""

    state: Stand
    reason: str | None
    sha256: str | None


class StatesShape(_Shape):
    """Where records stand, by their ids."""

    states: dict[str, StateShape]


class PingShape(_Shape):
    """The nonce given back: whoever answers this is the service and no captive portal."""

    nonce: str
    time: str


class CounterShape(_Shape):
    """What the numbers of one device show."""

    device: str
    team: str
    last_seq: int
    received: int
    missing: list[list[int]] = Field(description="First and last of each range; at most 100.")
    missing_count: int
    doubled: list[int] = Field(description="Numbers under which several records came.")
    waiting: int = Field(description="Records about an item which is not here.")
    skew_s: float | None = Field(description="How far its clock was ahead; null: not known.")
    last_received_at: str


class CountersShape(_Shape):
    """What the numbers of all devices show."""

    devices: list[CounterShape]


_EventPath = Annotated[UUID, Path(description="The record's id, as in the body.")]
_Nonce = Annotated[
    str, Query(min_length=1, max_length=100, pattern="^[A-Za-z0-9_-]+$", description="Any text.")
]
_DeviceTime = Annotated[
    ZonedMoment | None,
    Header(description="The device's clock at the moment of sending; its skew is kept."),
]
_RecordBody = Annotated[PhoneRecord, Body(media_type="application/json")]
_StatesBody = Annotated[AskedStates, Body(media_type="application/json")]


NoteSkew = Callable[[str, float], None]
"""Keeps by how many seconds the clock of a device is ahead."""


def router(phones: Phones, who_of: WhoOf, note_skew: NoteSkew | None = None) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    phones : Phones
        Answers them.
    who_of : callable
        Tells who sends.
    note_skew : callable or None
        Told after each record that says its device's time. None: no device is enrolled here.
    """
    store, receiver = phones.store, phones.receiver
    routes = APIRouter(route_class=StrictRoute, tags=["phones"])

    @routes.put(
        PATH + "/{event_id:uuid}",
        operation_id="putEvent",
        summary="Hand in one record of a phone",
        status_code=201,
        response_model=ReceiptShape,
        responses={200: {"model": ReceiptShape}, **PROBLEMS_OF_RECORD},
    )
    def put_event(
        request: Request, event_id: _EventPath, record: _RecordBody, device_time: _DeviceTime = None
    ) -> JsonAnswer:
        """Keep a record and answer when it is on disk; sending it again changes nothing.

        201 when it is new, 200 when the same bytes came before, 409 when other bytes did.
        """
        who = who_of(request)
        sent = _sent(request)
        if record.event_id != str(event_id):
            msg = f"event_id: the body says {record.event_id}, the address says {event_id}"
            raise BadInput(msg)
        receipt = receiver.receive(who, record, sent, sent_at=device_time)
        if note_skew is not None and device_time is not None and who.actor.startswith(_DEVICE):
            skew = device_time - phones.clock()
            note_skew(who.actor.removeprefix(_DEVICE), skew.total_seconds())
        return _receipt(receipt)

    @routes.post(
        PATH + "/states",
        operation_id="askStates",
        summary="Where records stand",
        response_model=StatesShape,
        responses=PROBLEMS_OF_RECORD,
    )
    def ask_states(request: Request, asked: _StatesBody) -> JsonAnswer:
        """Tell of each record whether it came and what was said of it; a team asks for its own."""
        found = record_states(store, who_of(request), asked.event_ids)
        states = {
            event_id: {"state": one.state, "reason": one.reason, "sha256": one.sha256}
            for event_id, one in found.items()
        }
        return JsonAnswer({"states": states})

    @routes.get(
        PING_PATH,
        operation_id="ping",
        summary="Whether this is the service",
        response_model=PingShape,
        responses=PROBLEMS,
    )
    def ping(nonce: _Nonce) -> JsonAnswer:
        """Give the nonce back with the time; no cache and no captive portal can."""
        return JsonAnswer({"nonce": nonce, "time": iso(phones.clock())})

    @routes.get(
        COUNTERS_PATH,
        operation_id="getCounters",
        summary="Gaps, doubles and clocks of the devices",
        response_model=CountersShape,
        responses=PROBLEMS,
    )
    def get_counters(request: Request) -> JsonAnswer:
        """Tell which numbers of each device never came."""
        who_of(request)
        return JsonAnswer({"devices": [counter_body(one) for one in phone_counters(store)]})

    return routes


def iso(moment: datetime) -> str:
    """Write a time in UTC as ISO 8601."""
    return moment.isoformat().replace("+00:00", "Z")


def _sent(request: Request) -> bytes:
    """Give the body as it came, after checking what is narrower here than elsewhere.

    Raises
    ------
    UnknownMediaType, TooLarge
        It does not say that it is JSON, or is longer than a record may be.
    """
    if not isinstance(request, ReadRequest):
        msg = f"the body of {request.url.path} was not read by its route"
        raise TypeError(msg)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        msg = "send the record with Content-Type application/json"
        raise UnknownMediaType(msg)
    if len(request.sent) > MAX_RECORD_BYTES:
        msg = f"the record is longer than {MAX_RECORD_BYTES} bytes"
        raise TooLarge(msg)
    return request.sent


def _receipt(receipt: PhoneReceipt) -> JsonAnswer:
    body = {
        "event_id": receipt.event_id,
        "outcome": receipt.outcome,
        "sha256": receipt.sha256,
        "received_at": iso(receipt.received_at),
        "server_seq": receipt.server_seq,
        "entity": receipt.entity,
        "head": receipt.head,
    }
    return JsonAnswer(body, status_code=201 if receipt.outcome is Outcome.NEW else 200)


def counter_body(counter: PhoneCounter) -> dict[str, Any]:
    """Write what the numbers of one device show."""
    return {
        "device": counter.device,
        "team": counter.team,
        "last_seq": counter.last_seq,
        "received": counter.received,
        "missing": counter.missing,
        "missing_count": counter.missing_count,
        "doubled": counter.doubled,
        "waiting": counter.waiting,
        "skew_s": None if counter.skew_ms is None else counter.skew_ms / 1000,
        "last_received_at": iso(counter.last_received_at),
    }
