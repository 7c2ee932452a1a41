r"""One event in the life of a record: its envelope, canonical bytes, hash and signature.

An event is immutable. Its *body* is the RFC 8785 form of the envelope; the exact bytes are kept,
since the hash ``SHA-256("uxo-event-v1\0" + body)`` and the Ed25519 signature of that hash stand on
them. Numbers other than small integers travel as decimal strings, because two JSON writers need not
agree on a float. All text is in Unicode normal form C, which RFC 8785 leaves open.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from typing import Any, Final, NoReturn, Self

import orjson
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from uxo.errors import BadInput, StoreError

ENVELOPE_VERSION: Final = 1
_DOMAIN: Final = b"uxo-event-v1\0"
_SIGNATURE_BYTES: Final = 64
_KEYS: Final = frozenset({"v", "dev", "seq", "prev", "hlc", "ent", "links", "type", "who", "data"})
_HEX32: Final = re.compile(r"[0-9a-f]{64}")
_HEX8: Final = re.compile(r"[0-9a-f]{16}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Far above any survey record: a larger body is a mistake or an attack, and the limit bounds memory.
_BODY_BYTES_MAX: Final = 1 << 20
INTEGER_MAX: Final = 2**53 - 1  # RFC 8785 section 3.2.2.3: beyond it JSON readers disagree


@unique
class EventType(StrEnum):
    """What happened. The values are signed and exchanged, so they never change."""

    EVIDENCE_RECORDED = "evidence_recorded"
    EVIDENCE_REVIEWED = "evidence_reviewed"
    ITEM_DISPOSED = "item_disposed"
    EVIDENCE_CORRECTED = "evidence_corrected"
    LAYER_IMPORTED = "layer_imported"
    ROUTE_RECORDED = "route_recorded"
    ROUTE_CHANGED = "route_changed"
    ROUTE_RETIRED = "route_retired"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is signed.

    Attributes
    ----------
    dev : str
        Ed25519 public key of the authoring device, 64 hexadecimal digits.
    seq : int
        Number in the device's chain; the first event is 1.
    prev : str or None
        Hash of the device's event before this one; None for the first.
    hlc : int
        Hybrid logical clock: milliseconds since 1970 (48 bits) and a counter (16 bits).
    ent : str
        Id of the record that the event is about.
    links : tuple of str
        Hashes of the heads of that record which the author had seen, sorted.
    type : EventType
        What happened.
    who : str
        Team code of the author, never a person's name.
    data : mapping
        What the type asks for: JSON without floats.
    """

    dev: str
    seq: int
    prev: str | None
    hlc: int
    ent: str
    links: tuple[str, ...]
    type: EventType
    who: str
    data: Mapping[str, Any]

    def normal(self) -> Self:
        """Give the envelope that a reader of this one's body gets: equal bytes, equal values.

        Raises
        ------
        BadInput
            The data holds what an event must not carry.
        """
        return replace(
            self,
            ent=canonical_text(self.ent),
            who=canonical_text(self.who),
            links=tuple(sorted(self.links)),
            data=canonical_json(self.data),
        )

    def body(self) -> bytes:
        """Give the canonical bytes (RFC 8785).

        Raises
        ------
        BadInput
            The data holds a float, a key that is not text, or an integer beyond 2^53 - 1.
        """
        return _body_of(self.normal())


@dataclass(frozen=True, slots=True)
class Event:
    """A signed envelope with its exact bytes.

    Attributes
    ----------
    envelope : Envelope
        The parsed body.
    raw : bytes
        The body as it was signed.
    hash : bytes
        32 bytes.
    sig : bytes
        Ed25519 signature of the hash, 64 bytes.
    """

    envelope: Envelope
    raw: bytes
    hash: bytes
    sig: bytes

    @classmethod
    def seal(cls, envelope: Envelope, sign: Callable[[bytes], bytes]) -> Self:
        """Hash and sign an envelope.

        Parameters
        ----------
        envelope : Envelope
            Its ``dev`` is the public key that belongs to ``sign``.
        sign : callable
            Gives the Ed25519 signature of 32 bytes.
        """
        normal = envelope.normal()
        raw = _body_of(normal)
        digest = event_hash(raw)
        return cls(normal, raw, digest, sign(digest))

    @classmethod
    def read(cls, raw: bytes, sig: bytes) -> Self:
        """Read an event whose signature is checked elsewhere.

        Raises
        ------
        StoreError
            The bytes are not a canonical event.
        """
        return cls(parse_body(raw), raw, event_hash(raw), sig)

    @classmethod
    def kept(cls, raw: bytes, sig: bytes) -> Self:
        """Read an event that was checked when it was kept, at a fifth of the cost of `read`."""
        return cls(_envelope(orjson.loads(raw)), raw, event_hash(raw), sig)

    @classmethod
    def from_wire(cls, wire: bytes) -> Self:
        """Read an event from the form in which stores exchange it: signature, then body.

        Raises
        ------
        StoreError
            Too short, or the bytes are not a canonical event.
        """
        if len(wire) <= _SIGNATURE_BYTES:
            msg = f"not an event: {len(wire)} bytes, a signature alone has {_SIGNATURE_BYTES}"
            raise StoreError(msg)
        return cls.read(wire[_SIGNATURE_BYTES:], wire[:_SIGNATURE_BYTES])

    def to_wire(self) -> bytes:
        """Give the form in which stores exchange events."""
        return self.sig + self.raw

    def check_signature(self) -> None:
        """Check that the device of the envelope signed these bytes.

        Raises
        ------
        StoreError
            It did not.
        """
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.envelope.dev))
            key.verify(self.sig, self.hash)
        except (InvalidSignature, ValueError):
            msg = f"the signature of event {self.name} is not by its device"
            raise StoreError(msg) from None

    @property
    def name(self) -> str:
        """Device, number and hash, as messages name an event."""
        return f"device {self.envelope.dev}, seq {self.envelope.seq}, hash {self.hash.hex()}"

    @property
    def at(self) -> datetime:
        """The time of the author's hybrid logical clock, to the millisecond (UTC)."""
        return hlc_time(self.envelope.hlc)


def _body_of(normal: Envelope) -> bytes:
    return _canonical_bytes(
        {
            "v": ENVELOPE_VERSION,
            "dev": normal.dev,
            "seq": normal.seq,
            "prev": normal.prev,
            "hlc": f"{normal.hlc:016x}",
            "ent": normal.ent,
            "links": list(normal.links),
            "type": normal.type.value,
            "who": normal.who,
            "data": dict(normal.data),
        }
    )


def _canonical_bytes(value: dict[str, Any]) -> bytes:
    """Write JSON that has no floats and no large integers by RFC 8785, ten times as soon in ASCII.

    What the RFC asks beyond sorted keys concerns floats, and the order of keys outside ASCII.
    """
    try:
        plain = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # half a surrogate pair: refused below by name
        return rfc8785.dumps(value)
    return plain if plain.isascii() else rfc8785.dumps(value)


def event_hash(raw: bytes) -> bytes:
    """Hash the body of an event; the prefix keeps it apart from every other use of SHA-256."""
    return hashlib.sha256(_DOMAIN + raw).digest()


def hlc_time(hlc: int) -> datetime:
    """Give the time part of a hybrid logical clock.

    Examples
    --------
    >>> hlc_time(1_000 << 16).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return _EPOCH + timedelta(milliseconds=hlc >> 16)


def canonical_text(text: str) -> str:
    r"""Bring text into Unicode normal form C, which RFC 8785 does not do.

    Examples
    --------
    >>> canonical_text("e\u0301") == "\u00e9"
    True
    """
    return unicodedata.normalize("NFC", text)


def canonical_json(value: object) -> Any:  # noqa: ANN401 - JSON has no closer type here
    """Copy a JSON value with its text in normal form C.

    Raises
    ------
    BadInput
        It holds something which an event must not carry: a float (give a decimal string), an
        integer beyond 2^53 - 1, or a key that is not text.
    """
    match value:
        case None | bool():
            return value
        case str():
            return canonical_text(value)
        case int() if abs(value) <= INTEGER_MAX:
            return int(value)
        case Mapping():
            return {_key(key): canonical_json(item) for key, item in value.items()}
        case list() | tuple():
            return [canonical_json(item) for item in value]
        case _:
            msg = f"an event cannot carry {value!r}; give numbers as decimal strings"
            raise BadInput(msg)


def parse_body(raw: bytes) -> Envelope:
    """Read the body of an event, strictly.

    Raises
    ------
    StoreError
        Not JSON, not in canonical form, or a field is missing or wrong.
    """
    if len(raw) > _BODY_BYTES_MAX:
        msg = f"an event of {len(raw)} bytes is larger than {_BODY_BYTES_MAX}"
        raise StoreError(msg)
    try:
        fields = json.loads(raw, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        msg = f"not an event: {error}"
        raise StoreError(msg) from error
    if not isinstance(fields, dict) or fields.keys() != _KEYS:
        msg = "not an event: its fields are not those of the envelope"
        raise StoreError(msg)
    if fields["v"] != ENVELOPE_VERSION:
        msg = f"an event of version {fields['v']!r}; this programme reads {ENVELOPE_VERSION}"
        raise StoreError(msg)
    envelope = _envelope(fields)
    # Writing it again finds white space, key order, doubled keys and text in another normal form.
    try:
        same = envelope.body() == raw
    except (BadInput, rfc8785.CanonicalizationError) as error:
        msg = f"not an event: {error}"
        raise StoreError(msg) from error
    if not same:
        msg = "the event is not in canonical form (RFC 8785 with text in normal form C)"
        raise StoreError(msg)
    return envelope


def _envelope(fields: dict[str, Any]) -> Envelope:
    """Check each field of an envelope on its own."""
    links = fields["links"]
    checks = {
        "dev": _matches(fields["dev"], _HEX32),
        "seq": type(fields["seq"]) is int and fields["seq"] >= 1,
        "prev": _matches(fields["prev"], _HEX32) if fields["seq"] != 1 else fields["prev"] is None,
        "hlc": _matches(fields["hlc"], _HEX8) and fields["hlc"] < "8",
        "ent": isinstance(fields["ent"], str) and fields["ent"] != "",
        "links": isinstance(links, list) and all(_matches(link, _HEX32) for link in links),
        "type": fields["type"] in set(EventType),
        "who": isinstance(fields["who"], str) and fields["who"] != "",
        "data": isinstance(fields["data"], dict),
    }
    wrong = [name for name, good in checks.items() if not good]
    if wrong:
        msg = f"not an event: wrong {', '.join(wrong)}"
        raise StoreError(msg)
    return Envelope(
        dev=fields["dev"],
        seq=fields["seq"],
        prev=fields["prev"],
        hlc=int(fields["hlc"], 16),
        ent=fields["ent"],
        links=tuple(links),
        type=EventType(fields["type"]),
        who=fields["who"],
        data=fields["data"],
    )


def heads_of(events: Iterable[Event]) -> tuple[str, ...]:
    """Find the events of one record which no other of them links to: hashes, sorted."""
    listed = list(events)
    seen = {link for event in listed for link in event.envelope.links}
    return tuple(sorted(name for event in listed if (name := event.hash.hex()) not in seen))


def _matches(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _key(key: object) -> str:
    if isinstance(key, str):
        return canonical_text(key)
    msg = f"an event cannot carry the key {key!r}; keys are text"
    raise BadInput(msg)


def _no_float(text: str) -> NoReturn:
    msg = f"the number {text} is not an integer; numbers are decimal strings"
    raise ValueError(msg)
