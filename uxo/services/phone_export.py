"""Take in what a phone brought as a locked file, because there was no link at all.

Every record goes the way of one that was sent, so that bringing a file twice changes nothing. The
file is locked for the desk and signed by nobody: who hands it in vouches for it, and what it holds
is looked at like all that comes in.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from threading import Lock
from typing import Final

import orjson
from pydantic import TypeAdapter, ValidationError

from uxo.errors import BadInput, NotFound, Refused, UxoError
from uxo.services.access import Access
from uxo.services.audit import DONE, FAILED
from uxo.services.locked_file import OpenedFile, SavedNote, SavedPhoto, SavedRecord, open_file
from uxo.services.phone_records import MAX_RECORD_BYTES, PhoneRecord
from uxo.services.phones import Phones
from uxo.services.receive import AnyRecord
from uxo.services.strict_json import parse_document
from uxo.services.who import Who
from uxo.store.contract import Outcome
from uxo.store.people.contract import Device, Sought
from uxo.store.uploads import MAX_FILE_BYTES
from uxo.vocabulary import Action, Role

_RECORD: Final[TypeAdapter[AnyRecord]] = TypeAdapter(PhoneRecord)
_FAULTS_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class NotTaken:
    """One part of a file that was refused.

    Attributes
    ----------
    what : str
        ``record``, ``photo`` or ``note``.
    event_id : str
        The record, or the one that it belongs to.
    device_seq : int or None
        Number of a record.
    code, why : str
        Of the error.
    """

    what: str
    event_id: str
    device_seq: int | None
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many parts were new here, and how many were here already."""

    new: int
    known: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file.

    Attributes
    ----------
    device : Device
        The phone; its ``revoked_at`` tells whether it was cut off.
    records, photos, notes : Count
        What came in.
    refused : sequence of NotTaken
        What did not, and why.
    """

    device: Device
    records: Count
    photos: Count
    notes: Count
    refused: Sequence[NotTaken]


@dataclass(frozen=True, slots=True)
class TakenLine:
    """That a file was taken in, as the audit trail has it.

    Attributes
    ----------
    at : datetime
        When (UTC).
    actor : str
        Who handed it in.
    device : str
        Which phone's it was.
    new, known, refused : int
        Records, photos and notes together.
    """

    at: datetime
    actor: str
    device: str
    new: int
    known: int
    refused: int


class PhoneExports:
    """Takes locked files in, one at a time.

    Parameters
    ----------
    phones : Phones
        Take in records and photos, and hold the desk's key.
    access : Access
        Knows the phones, and keeps the trail.
    """

    def __init__(self, phones: Phones, access: Access) -> None:
        self._phones = phones
        self._access = access
        self._one_at_a_time = Lock()  # a file and all its parts lie in memory

    def take(self, who: Who, content: bytes) -> Taken:
        """Take a file in; nothing of a file that cannot be opened whole.

        Parameters
        ----------
        who : Who
            Hands it in.
        content : bytes
            The file.

        Raises
        ------
        BadFile
            See `uxo.services.locked_file.open_file`.
        NotFound
            No such phone was ever enrolled here.
        """
        with self._one_at_a_time:
            try:
                opened = open_file(content, self._phones.desk_key)
                device = self._device(opened.device_id)
            except UxoError as error:
                self._access.audit.note(who, Action.IMPORT_PHONES, error.code, FAILED)
                raise
            taken = _Taking(self._phones, device).all(opened)
            line = {
                "device": device.device_id,
                "new": sum(one.new for one in (taken.records, taken.photos, taken.notes)),
                "known": sum(one.known for one in (taken.records, taken.photos, taken.notes)),
                "refused": len(taken.refused),
            }
            self._access.audit.note(who, Action.IMPORT_PHONES, orjson.dumps(line).decode())
            return taken

    def lines(self, limit: int) -> list[TakenLine]:
        """List the files that were taken in, the newest first."""
        found = self._access.audit.read(sought=Sought(action=Action.IMPORT_PHONES), limit=limit)
        return [
            TakenLine(line.at, line.actor, **orjson.loads(line.what))
            for line in found
            if line.outcome == DONE
        ]

    def _device(self, device_id: str) -> Device:
        for device in self._access.devices.list():
            if device.device_id == device_id:
                return device
        msg = f"the phone {device_id!r} was never enrolled here; nothing of its file was taken in"
        raise NotFound(msg)


class _Taking:
    """Takes the parts of one opened file in."""

    def __init__(self, phones: Phones, device: Device) -> None:
        self._phones = phones
        self._device = device
        # As its own token would speak.
        self._who = Who(Role.TEAM, device.team, f"device:{device.device_id}")
        self._refused: list[NotTaken] = []

    def all(self, opened: OpenedFile) -> Taken:
        """Take records first: notes and photos belong to them."""
        return Taken(
            device=self._device,
            records=_count(
                self._tried("record", one.event_id, partial(self._record, one), seq=one.seq)
                for one in opened.records
            ),
            notes=_count(
                self._tried("note", one.event_id, partial(self._note, one)) for one in opened.notes
            ),
            photos=_count(
                self._tried("photo", one.event_id, partial(self._photo, one))
                for one in opened.photos
            ),
            refused=tuple(self._refused),
        )

    def _tried(
        self, what: str, event_id: str, take: Callable[[], bool], *, seq: int | None = None
    ) -> bool | None:
        """Say whether a part is new; None: it was refused, which hinders no other part."""
        try:
            return take()
        except (BadInput, NotFound, Refused) as error:
            self._refused.append(NotTaken(what, event_id, seq, error.code, str(error)))
            return None

    def _record(self, saved: SavedRecord) -> bool:
        if len(saved.sent) > MAX_RECORD_BYTES:
            msg = f"the record is longer than {MAX_RECORD_BYTES} bytes"
            raise BadInput(msg)
        record = _record_of(saved.sent)
        if (record.event_id, record.device_seq) != (saved.event_id, saved.seq):
            msg = "the file names this record differently than the record does itself"
            raise BadInput(msg)
        receipt = self._phones.receiver.receive(
            self._who, record, saved.sent, sent_at=self._phone_clock()
        )
        return receipt.outcome is Outcome.NEW

    def _phone_clock(self) -> datetime | None:
        """Tell what the phone's clock says now, as it was last measured; None: it never was.

        A file measures nothing, and a find of a clock that is a year behind must not be ended by
        a release that is older than the find.
        """
        skew_s = self._device.skew_s
        return None if skew_s is None else self._phones.clock() + timedelta(seconds=skew_s)

    def _note(self, saved: SavedNote) -> bool:
        return self._phones.media.take_note(saved.content, event_id=saved.event_id)

    def _photo(self, saved: SavedPhoto) -> bool:
        if len(saved.content) > MAX_FILE_BYTES:
            msg = f"the photo is longer than {MAX_FILE_BYTES} bytes"
            raise BadInput(msg)
        return self._phones.media.take(
            BytesIO(saved.content),
            saved.sha256,
            event_id=saved.event_id,
            name=f"{saved.sha256[:16]}.jpg",
        )


def _record_of(sent: bytes) -> AnyRecord:
    """Read a record as the service does that phones send to.

    Raises
    ------
    BadInput
        It is no record.
    """
    document = parse_document(sent)
    try:
        return _RECORD.validate_python(document)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)[:_FAULTS_SHOWN]
        said = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'][1:])}: "
            f"{fault['msg'].removeprefix('Value error, ')}"
            for fault in faults
        )
        raise BadInput(said) from error


def _count(taken: Iterable[bool | None]) -> Count:
    outcomes = list(taken)
    return Count(new=outcomes.count(True), known=outcomes.count(False))
