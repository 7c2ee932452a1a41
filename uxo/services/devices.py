"""Phones of the teams: added by a code that an officer shows, cut off with one click."""

import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import segno

from uxo.errors import BadInput, DeviceRevoked, NotFound, NotSignedIn
from uxo.services import attempts
from uxo.services.audit import FAILED, Audit
from uxo.services.people import check_team
from uxo.services.secret_words import Entropy, hash_of, new_token, plain_code, random_code
from uxo.services.who import NOBODY, Who
from uxo.store.people.contract import Device, EnrolmentCode, PeopleStore
from uxo.vocabulary import Action, Role

TOKEN_PREFIX: Final = "uxd_"  # noqa: S105 - what a device's token begins with
CODE_LASTS: Final = timedelta(minutes=10)
LABEL_MAX: Final = 60
_CODE_CHARACTERS: Final = 10
# Not at every request: each costs a write to disk, and thousands of phones report at once.
_TOUCH_EVERY: Final = timedelta(minutes=10)
_SKEW_NEWS_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code to be shown once.

    Attributes
    ----------
    code : str
        In groups of four; the phone reads it with or without hyphens.
    team : str
        The team whose phone it adds.
    ends_at : datetime
        From then on it is worthless.
    """

    code: str
    team: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A phone that was just added; the token leaves once, to the phone."""

    device: Device
    token: str


class Devices:
    """Adds, finds, lists and cuts off phones.

    Parameters
    ----------
    store : PeopleStore
        Keeps them.
    audit : Audit
        Is told of every phone that is added or cut off.
    clock : callable
        Gives the time, with a zone.
    entropy : callable
        Number of bytes -> random bytes.
    new_id : callable
        Makes an id.
    """

    def __init__(
        self,
        store: PeopleStore,
        *,
        audit: Audit,
        clock: Callable[[], datetime],
        entropy: Entropy,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._entropy = entropy
        self._new_id = new_id
        self._skew_s: dict[str, float] = {}  # as kept; each record measures, few bring news

    def new_code(self, team: str, *, by: Who) -> ShownCode:
        """Make a code that adds one phone to a team within ten minutes.

        Raises
        ------
        BadInput
            It is no team's code.
        """
        check_team(team)
        now = self._clock()
        code = random_code(self._entropy, _CODE_CHARACTERS)
        ends_at = now + CODE_LASTS
        self._store.add_code(EnrolmentCode(hash_of(plain_code(code)), team, ends_at), now)
        self._audit.note(by, Action.MANAGE_DEVICES, f"code for team {team}")
        return ShownCode(code, team, ends_at)

    def enrol(self, code: str, label: str, *, address: str) -> Enrolled:
        """Take a code for a token.

        Parameters
        ----------
        code : str
            As scanned or typed.
        label : str
            What people call the phone.
        address : str
            Of the network; counts wrong codes.

        Raises
        ------
        BadInput
            The label is empty, too long or holds control characters.
        NotSignedIn
            No such code is in force.
        TooManyAttempts
            Too many wrong codes came from the address.
        """
        check_label(label)
        now = self._clock()
        attempt = attempts.begin(self._store, name=None, address=address, at=now)
        token = new_token(self._entropy, TOKEN_PREFIX)
        device = self._store.enrol(
            hash_of(plain_code(code)), self._new_id(), label, hash_of(token), now
        )
        if device is None:
            self._audit.note(NOBODY, "enrol", outcome=FAILED)
            msg = "This code is wrong, used or older than ten minutes. Ask for a new one."
            raise NotSignedIn(msg)
        attempts.succeeded(self._store, attempt)
        self._audit.note(_who(device), "enrol", f"team {device.team}")
        return Enrolled(device, token)

    def who(self, token: str) -> Who:
        """Tell whose token this is.

        Raises
        ------
        NotSignedIn
            Nobody's.
        DeviceRevoked
            The device was cut off.
        """
        device = self._store.device_with(hash_of(token))
        if device is None:
            msg = "This device is not known here; ask an officer for a new code."
            raise NotSignedIn(msg)
        if device.revoked_at is not None:
            msg = (
                "This device was cut off. What it holds stays on it; bring it to an officer, who "
                "can add it again."
            )
            raise DeviceRevoked(msg)
        now = self._clock()
        if device.seen_at is None or now - device.seen_at >= _TOUCH_EVERY:
            self._store.saw_device(device.device_id, now)
        return _who(device)

    def note_skew(self, device_id: str, skew_s: float) -> None:
        """Keep by how many seconds a device's clock runs ahead of ours, when that is news."""
        known = self._skew_s.get(device_id)
        if known is None or abs(known - skew_s) >= _SKEW_NEWS_S:
            self._store.saw_device(device_id, self._clock(), skew_s)
            self._skew_s[device_id] = skew_s

    def list(self) -> Sequence[Device]:
        """List all devices, the newest first."""
        return self._store.devices()

    def revoke(self, device_id: str, *, by: Who) -> Device:
        """Cut a device off, from this moment on; a second time changes nothing.

        Raises
        ------
        NotFound
            There is no such device.
        """
        device = self._store.revoke(device_id, self._clock())
        if device is None:
            msg = f"there is no device {device_id[:80]!r}"
            raise NotFound(msg)
        self._audit.note(by, Action.MANAGE_DEVICES, f"revoked device {device_id}")
        return device


def check_label(label: str) -> None:
    """Refuse a label that cannot be shown.

    Raises
    ------
    BadInput
        It is empty, too long or holds control characters.
    """
    hidden = any(unicodedata.category(letter).startswith("C") for letter in label)
    if not label.strip() or len(label) > LABEL_MAX or hidden:
        msg = f"label: give 1 to {LABEL_MAX} letters, for example 'phone 7'; never a person's name"
        raise BadInput(msg)


def qr_svg(text: str) -> str:
    """Draw a text as a QR code, black on white, as an SVG that needs nothing else."""
    drawing = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    # Without a size of its own it grows and shrinks with the place that a page gives it.
    code.save(drawing, kind="svg", border=4, light="#ffffff", xmldecl=False, omitsize=True)
    return drawing.getvalue().decode("utf-8")


def _who(device: Device) -> Who:
    return Who(Role.TEAM, device.team, f"device:{device.device_id}")
