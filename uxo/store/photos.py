"""Which photo belongs to which record of a phone: a signed list, each line after the one before."""

import hashlib
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from uxo.store.clock import epoch_us
from uxo.store.inbox import moment
from uxo.store.log import Log
from uxo.store.phone_contract import Photo

_DOMAIN: Final = b"uxo-photo-v1\0"
_HELD: Final = "SELECT 1 FROM photo WHERE event_id = ? AND sha256 = ?"
_LAST: Final = "SELECT sig FROM photo ORDER BY n DESC LIMIT 1"
_INSERT: Final = (
    "INSERT INTO photo (event_id, sha256, name, mime, team, received_us, dev, sig)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_LISTED: Final = (
    "SELECT p.event_id, i.ent, p.sha256, p.name, p.mime, p.team, p.received_us FROM photo p"
    " JOIN inbox i ON i.event_id = p.event_id"
    " WHERE (?1 IS NULL OR p.sha256 = ?1) AND (?2 IS NULL OR i.ent = ?2) ORDER BY p.n"
)
_WALK: Final = (
    "SELECT p.event_id, p.sha256, p.name, p.mime, p.team, p.received_us, p.dev, p.sig, i.n, h.seq"
    " FROM photo p LEFT JOIN inbox i ON i.event_id = p.event_id LEFT JOIN head h ON h.dev = p.dev"
    " ORDER BY p.n"
)


def add(connection: Any, log: Log, photo: Photo) -> None:  # noqa: ANN401 - a DB-API connection
    """Note a photo at the end of the list, once, inside the caller's transaction."""
    if connection.execute(_HELD, (photo.event_id, photo.sha256)).fetchone() is not None:
        return
    last = connection.execute(_LAST).fetchone()
    told = (
        photo.event_id,
        photo.sha256,
        photo.name,
        photo.mime,
        photo.team,
        epoch_us(photo.received_at),
    )
    sig = log.key.sign(_digest(None if last is None else last[0], told))
    connection.execute(_INSERT, (*told, bytes.fromhex(log.key.dev), sig))


def listed(connection: Any, sha256: str | None, entity: str | None) -> list[Photo]:  # noqa: ANN401
    """List photos, oldest first: all, those of one file, or those of one item."""
    found = connection.execute(_LISTED, (sha256, entity)).fetchall()
    return [
        Photo(event_id, item, digest, name, mime, team, moment(received_us))
        for event_id, item, digest, name, mime, team, received_us in found
    ]


def first_wrong(connection: Any) -> str | None:  # noqa: ANN401
    """Check the list by its signatures; name the first line that is wrong, or None.

    A photo that was taken out shows at the one after it.
    """
    before: bytes | None = None
    for *told, dev, sig, received, seq in connection.execute(_WALK):
        name = f"photo {told[1]} of event {told[0]}"
        if received is None:
            return f"{name}: the record that it belongs to is missing"
        if seq is None:
            return f"{name}: it is signed by a device that wrote nothing here"
        try:
            Ed25519PublicKey.from_public_bytes(dev).verify(sig, _digest(before, tuple(told)))
        except (InvalidSignature, ValueError):
            return f"{name}: it was changed, or the one before it was removed"
        before = sig
    return None


def _digest(before: bytes | None, told: tuple[str | int, ...]) -> bytes:
    line = orjson.dumps([None if before is None else before.hex(), *told])
    return hashlib.sha256(_DOMAIN + line).digest()
