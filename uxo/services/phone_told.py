"""What phones told about an item beside its columns, for whoever reviews it."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from uxo.store.contract import Store
from uxo.store.phone_contract import Photo, SentRecord

NOTE_MIME: Final = "application/json"
"""A kept file of this type is no photo: it is a note that a phone's locked file brought."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one record of a phone told.

    Attributes
    ----------
    event_id, device, team : str
        Which record, and who sent it.
    device_seq : int
        Number that the phone gave it.
    app : str
        Version of the phone's app.
    device_time : str
        When it was saved, by the phone's own clock and zone.
    received_at : datetime
        When it came first (UTC).
    skew_ms : int or None
        How far the phone's clock was ahead then. None: not known.
    details : mapping or None
        What was seen, and what the place was made from. None: it told nothing of that.
    """

    event_id: str
    device: str
    team: str
    device_seq: int
    app: str
    device_time: str
    received_at: datetime
    skew_ms: int | None
    details: Mapping[str, Any] | None


def told_about(store: Store, entity: str) -> list[Told]:
    """List what phones told about an item of evidence, the first first.

    Parameters
    ----------
    store : Store
        Open.
    entity : str
        Id of the item.
    """
    sent = store.sent_about(entity)
    if not sent:
        return []
    notes = {file.event_id: file for file in store.photos(entity=entity) if is_note(file)}
    return [_told(store, one, notes.get(one.event_id)) for one in sent]


def is_note(file: Photo) -> bool:
    """Say whether a file that a phone sent is a note and no photo."""
    return file.mime == NOTE_MIME


def _told(store: Store, one: SentRecord, note: Photo | None) -> Told:
    body = json.loads(one.sent)
    details = body.get("details")
    if details is None and note is not None:
        with closing(store.open_blob(note.sha256)) as content:
            details = json.loads(content.read())
    return Told(
        event_id=one.event_id,
        device=one.device,
        team=one.team,
        device_seq=one.device_seq,
        app=body["app"],
        device_time=body["device_time"],
        received_at=one.received_at,
        skew_ms=one.skew_ms,
        details=details,
    )
