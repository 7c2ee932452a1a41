"""``/api/v1/devices``: phones of the teams, added by a code and cut off with one request."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from uxo.services.access import Access
from uxo.services.devices import LABEL_MAX, qr_svg
from uxo.store.people.contract import Device
from uxo.vocabulary import TEAM_PATTERN
from uxo.web.answers import JsonAnswer
from uxo.web.guard import Site
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_BODY, PROBLEMS_OF_ONE, PROBLEMS_OF_SIGN_IN
from uxo.web.strict import StrictRoute
from uxo.web.times import iso, maybe_iso
from uxo.web.who import CurrentWho, sender_address

PATH = "/api/v1/devices"
ENROL_PAGE = "/field/"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DeviceShape(_Shape):
    """A phone of a team."""

    device_id: str
    label: str
    team: str
    enrolled_at: str
    revoked_at: str | None
    seen_at: str | None = Field(description="Last heard of, to ten minutes or so.")
    skew_s: float | None = Field(description="Seconds by which its clock is ahead; null: unknown.")


class DevicesShape(_Shape):
    """All phones, the newest first."""

    devices: list[DeviceShape]


class CodeRequest(_Shape):
    """For which team a phone is to be added."""

    team: str = Field(pattern=TEAM_PATTERN)


class CodeShape(_Shape):
    """A code that adds one phone within ten minutes; it is shown here and never again."""

    code: str
    team: str
    ends_at: str
    address: str = Field(description="What the QR code says: the page that takes the code.")
    qr_svg: str


class EnrolmentRequest(_Shape):
    """The code, as scanned or typed, and what people call the phone."""

    code: str = Field(min_length=1, max_length=40)
    label: str = Field(min_length=1, max_length=LABEL_MAX)


class EnrolledShape(_Shape):
    """The phone's token; it is given here and never again."""

    device_id: str
    token: str
    team: str
    desk_key: dict[str, str] | None = Field(
        description="Public key of the desk (JWK), to which the phone encrypts; null: none."
    )


# The address of a device is told from those beside it by the form of an id.
_DeviceId = Annotated[UUID, Path(description="Id of the device.")]


def router(access: Access) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    access : Access
        Answers them.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["devices"])

    @routes.get(
        PATH,
        operation_id="listDevices",
        summary="Phones of all teams",
        response_model=DevicesShape,
        responses=PROBLEMS,
    )
    def list_devices() -> JsonAnswer:
        """Give all phones, those that were cut off too."""
        return JsonAnswer({"devices": [device_body(one) for one in access.devices.list()]})

    @routes.post(
        PATH + "/codes",
        operation_id="makeEnrolmentCode",
        summary="Make a code that adds one phone",
        status_code=201,
        response_model=CodeShape,
        responses=PROBLEMS_OF_BODY,
    )
    def make_code(asked: CodeRequest, request: Request, who: CurrentWho) -> JsonAnswer:
        """Make a code of one use that lasts ten minutes, also as a QR code to be scanned."""
        return JsonAnswer(code_body(access, asked.team, request, who), status_code=201)

    @routes.post(
        PATH + "/enrol",
        operation_id="enrolDevice",
        summary="Take a code for a token",
        status_code=201,
        response_model=EnrolledShape,
        responses=PROBLEMS_OF_SIGN_IN,
    )
    def enrol(asked: EnrolmentRequest, request: Request) -> JsonAnswer:
        """Add this phone to the team for which the code was made."""
        made = access.devices.enrol(asked.code, asked.label, address=sender_address(request))
        body = {
            "device_id": made.device.device_id,
            "token": made.token,
            "team": made.device.team,
            "desk_key": access.desk_key,
        }
        return JsonAnswer(body, status_code=201)

    @routes.delete(
        PATH + "/{device_id:uuid}",
        operation_id="revokeDevice",
        summary="Cut a phone off",
        response_model=DeviceShape,
        responses=PROBLEMS_OF_ONE,
    )
    def revoke(device_id: _DeviceId, who: CurrentWho) -> JsonAnswer:
        """Refuse the phone from now on; its records stay. A second time changes nothing."""
        return JsonAnswer(device_body(access.devices.revoke(str(device_id), by=who)))

    return routes


def device_body(device: Device) -> dict[str, Any]:
    """Write a device."""
    return {
        "device_id": device.device_id,
        "label": device.label,
        "team": device.team,
        "enrolled_at": iso(device.enrolled_at),
        "revoked_at": maybe_iso(device.revoked_at),
        "seen_at": maybe_iso(device.seen_at),
        "skew_s": device.skew_s,
    }


def code_body(access: Access, team: str, request: Request, who: CurrentWho) -> dict[str, Any]:
    """Make a code and write it with its picture.

    The code stands behind ``#``: a browser does not send that part to anybody.
    """
    shown = access.devices.new_code(team, by=who)
    address = _enrol_address(request.app.state.site, request, shown.code)
    return {
        "code": shown.code,
        "team": shown.team,
        "ends_at": iso(shown.ends_at),
        "address": address,
        "qr_svg": qr_svg(address),
    }


def _enrol_address(site: Site, request: Request, code: str) -> str:
    host = site.host_for_phones(request.url.netloc)
    return f"{request.url.scheme}://{host}{ENROL_PAGE}#enrol={code}"
