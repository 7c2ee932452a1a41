"""A phone's locked file, written as static/field/vault.js and outbox.js write it."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

Jwk = Mapping[str, str]


def base64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def seal(content: bytes, name: str, jwk: Jwk) -> dict[str, Any]:
    """Lock one part for the desk."""
    x, y = (int.from_bytes(base64.urlsafe_b64decode(jwk[c] + "="), "big") for c in "xy")
    desk = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    own = ec.generate_private_key(ec.SECP256R1())
    wrapping = HKDF(hashes.SHA256(), 32, b"", b"uxo-field-1").derive(own.exchange(ec.ECDH(), desk))
    key, iv = AESGCM.generate_key(256), hashlib.sha256(name.encode()).digest()[:12]
    mine = own.public_key().public_numbers()
    epk = {
        "kty": "EC", "crv": "P-256", "x": base64url(mine.x), "y": base64url(mine.y),
        "ext": True, "key_ops": [],
    }  # fmt: skip
    text = AESGCM(key).encrypt(iv, content, name.encode())
    return {
        "iv": base64.b64encode(iv).decode(),
        "text": base64.b64encode(text).decode(),
        "epk": epk,
        "key": base64.b64encode(aes_key_wrap(wrapping, key)).decode(),
    }


def locked_file(
    jwk: Jwk,
    device_id: str,
    *,
    records: list[dict[str, Any]],
    notes: Mapping[str, Any] | None = None,
    photos: Mapping[str, bytes] | None = None,
) -> dict[str, Any]:
    """Write a file of whole records; notes and photos by the id of their record."""
    bodies = [(record, json.dumps(record).encode()) for record in records]
    return {
        "format": "uxo-field-export-1",
        "device_id": device_id,
        "events": [
            {
                "event_id": record["event_id"],
                "seq": record["device_seq"],
                "sha256": hashlib.sha256(body).hexdigest(),
                **seal(body, record["event_id"], jwk),
            }
            for record, body in bodies
        ],
        "notes": [
            {"event_id": one, **seal(json.dumps(note).encode(), f"note {one}", jwk)}
            for one, note in (notes or {}).items()
        ],
        "photos": [
            {
                "sha256": (digest := hashlib.sha256(photo).hexdigest()),
                "event_id": one,
                "filetype": "image/jpeg",
                **seal(photo, digest, jwk),
            }
            for one, photo in (photos or {}).items()
        ],
    }
