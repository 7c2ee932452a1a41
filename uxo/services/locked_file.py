"""The locked file of a phone (``uxo-field-export-1``), opened whole or not at all.

Each part has a key of its own, wrapped for the desk. What it is about is authenticated with it, so
that no part can be put in another's place.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from uxo.errors import BadFile, BadInput
from uxo.evidence.events import INTEGER_MAX
from uxo.services.phone_records import EventHash, Uuid7
from uxo.services.strict_json import parse_document
from uxo.store.desk_key import DeskKey

FORMAT: Final = "uxo-field-export-1"
_IV_BYTES: Final = 12
_WRAPPED_BYTES: Final = 40


def _decoded(value: object) -> bytes:
    if not isinstance(value, str):
        msg = "write bytes as Base64 text"
        raise ValueError(msg)  # noqa: TRY004  # the one class that becomes a fault of the file
    return base64.b64decode(value, validate=True)


_Bytes = Annotated[bytes, BeforeValidator(_decoded)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Epk(BaseModel):
    # A browser adds what the key may be used for.
    model_config = ConfigDict(extra="ignore", frozen=True)

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Annotated[str, Field(max_length=60)]
    y: Annotated[str, Field(max_length=60)]


class _Sealed(_Part):
    iv: Annotated[_Bytes, Field(min_length=_IV_BYTES, max_length=_IV_BYTES)]
    text: _Bytes
    epk: _Epk
    key: Annotated[_Bytes, Field(min_length=_WRAPPED_BYTES, max_length=_WRAPPED_BYTES)]


class _Event(_Sealed):
    event_id: Uuid7
    seq: int = Field(strict=True, ge=1, le=INTEGER_MAX)
    sha256: EventHash


class _Note(_Sealed):
    event_id: Uuid7


class _Photo(_Sealed):
    sha256: EventHash
    event_id: Uuid7
    filetype: Annotated[str, Field(max_length=100)]


class _File(_Part):
    format: Literal["uxo-field-export-1"]
    device_id: Annotated[str, Field(min_length=1, max_length=100)]
    events: list[_Event]
    notes: list[_Note]
    photos: list[_Photo]


@dataclass(frozen=True, slots=True)
class SavedRecord:
    """A record that lay on the phone: its number, and its bytes as they would have been sent."""

    event_id: str
    seq: int
    sent: bytes


@dataclass(frozen=True, slots=True)
class SavedNote:
    """What was seen of an item, from before phones could send it with the record."""

    event_id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SavedPhoto:
    """A photo that lay on the phone."""

    event_id: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """All that a locked file holds.

    Attributes
    ----------
    device_id : str
        The phone that it names; nothing proves that this phone wrote it.
    records : sequence of SavedRecord
        In the order of their numbers.
    notes, photos : sequence
        Each with the record that it belongs to.
    """

    device_id: str
    records: Sequence[SavedRecord]
    notes: Sequence[SavedNote]
    photos: Sequence[SavedPhoto]


def open_file(content: bytes, key: DeskKey) -> OpenedFile:
    """Open every part of a phone's locked file.

    Parameters
    ----------
    content : bytes
        The file.
    key : DeskKey
        For which it was locked.

    Raises
    ------
    BadFile
        It is no such file, is cut off, was changed, or is locked for another key.
    """
    file = _read(content)
    records = [
        SavedRecord(one.event_id, one.seq, _opened(one, one.event_id, key)) for one in file.events
    ]
    for sealed, record in zip(file.events, records, strict=True):
        if hashlib.sha256(record.sent).hexdigest() != sealed.sha256:
            msg = f"record {record.event_id}: its SHA-256 is not the one that the file names"
            raise BadFile(msg)
    return OpenedFile(
        device_id=file.device_id,
        records=sorted(records, key=lambda record: (record.seq, record.event_id)),
        notes=[
            SavedNote(one.event_id, _opened(one, f"note {one.event_id}", key)) for one in file.notes
        ],
        photos=[
            SavedPhoto(one.event_id, one.sha256, _opened(one, one.sha256, key))
            for one in file.photos
        ],
    )


def _read(content: bytes) -> _File:
    try:
        document = parse_document(content)
    except BadInput as error:
        msg = f"this is no locked file of a phone, or it is cut off: {error}"
        raise BadFile(msg) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        msg = f"this is no locked file of a phone: its format is not {FORMAT}"
        raise BadFile(msg)
    try:
        return _File.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        msg = f"this locked file is damaged: {where}: {first['msg']}"
        raise BadFile(msg) from error


def _opened(sealed: _Sealed, name: str, key: DeskKey) -> bytes:
    """Open one part; its name is authenticated with it.

    Raises
    ------
    BadFile
        Names the part.
    """
    try:
        opening = key.unwrap(sealed.epk.x, sealed.epk.y, sealed.key)
        return AESGCM(opening).decrypt(sealed.iv, sealed.text, name.encode())
    except BadFile as error:
        msg = f"part {name!r} cannot be opened: {error}"
        raise BadFile(msg) from error
    except (InvalidTag, ValueError) as error:
        msg = f"part {name!r} cannot be opened: it was changed on its way"
        raise BadFile(msg) from error
