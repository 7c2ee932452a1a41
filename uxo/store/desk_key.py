"""The key of the desk: phones lock with its public half what only the desk may read."""

import base64
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from uxo.errors import BadFile
from uxo.store.signing import write_secret

_CURVE: Final = ec.SECP256R1()
_COORDINATE_BYTES: Final = 32
_KEY_BYTES: Final = 32
_INFO: Final = b"uxo-field-1"  # as static/field/vault.js has it


class DeskKey:
    """A key pair on P-256 for agreeing on keys (ECDH)."""

    __slots__ = ("_key",)

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the system's entropy."""
        return cls(ec.generate_private_key(_CURVE))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a key that ``save`` wrote.

        Raises
        ------
        BadFile
            The file is absent or holds no such key.
        """
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            msg = f"{path} is not the desk's key: {error}"
            raise BadFile(msg) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != _CURVE.name:
            msg = f"{path} holds a key of another kind than P-256"
            raise BadFile(msg)
        return cls(key)

    def save(self, path: Path) -> None:
        """Write the key (PKCS 8, PEM) into a new file which only its owner can read.

        Raises
        ------
        FileExistsError
            There is a file already; a key is never written over another.
        """
        pem = self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write_secret(path, pem)

    @property
    def jwk(self) -> dict[str, str]:
        """The public half as a JSON Web Key (RFC 7517)."""
        point = self._key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": _text(point.x), "y": _text(point.y)}

    def unwrap(self, x: str, y: str, wrapped: bytes) -> bytes:
        """Open a key that was wrapped for the desk (ECDH, HKDF-SHA-256, AES key wrap).

        Parameters
        ----------
        x, y : str
            The sender's public key for this once, base64url as in a JSON Web Key.
        wrapped : bytes
            40 bytes (RFC 3394).

        Raises
        ------
        BadFile
            It was wrapped for another key, or it was changed.
        """
        try:
            numbers = ec.EllipticCurvePublicNumbers(_number(x), _number(y), _CURVE)
            shared = self._key.exchange(ec.ECDH(), numbers.public_key())
            wrapping = HKDF(hashes.SHA256(), _KEY_BYTES, None, _INFO).derive(shared)
            return aes_key_unwrap(wrapping, wrapped)
        except (InvalidUnwrap, ValueError) as error:
            msg = "it is locked for the key of another desk, or it was changed on its way"
            raise BadFile(msg) from error

    def __repr__(self) -> str:
        """Name the public half and never show the secret."""
        return f"DeskKey({self.jwk['x']})"


def _text(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(_COORDINATE_BYTES, "big")).decode().rstrip("=")


def _number(text: str) -> int:
    """Read a coordinate (RFC 7518, section 6.2.1.2).

    Raises
    ------
    ValueError
        It is not 32 bytes of base64url.
    """
    read = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if len(read) != _COORDINATE_BYTES:
        msg = f"a coordinate of P-256 has {_COORDINATE_BYTES} bytes"
        raise ValueError(msg)
    return int.from_bytes(read, "big")
