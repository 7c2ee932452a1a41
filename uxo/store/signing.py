"""The key with which a device signs its events."""

import os
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from uxo.errors import BadFile


class DeviceKey:
    """An Ed25519 key; its public half is the name of the device in every chain."""

    __slots__ = ("_key", "dev")

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.dev = key.public_key().public_bytes_raw().hex()

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the system's entropy."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Make the key that belongs to 32 secret bytes."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a key that ``save`` wrote.

        Raises
        ------
        BadFile
            The file is absent or holds no Ed25519 key.
        """
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            msg = f"{path} is not a device key: {error}"
            raise BadFile(msg) from error
        if not isinstance(key, Ed25519PrivateKey):
            msg = f"{path} holds a key of another kind than Ed25519"
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

    def sign(self, digest: bytes) -> bytes:
        """Give the Ed25519 signature (64 bytes) of a hash."""
        return self._key.sign(digest)

    def __repr__(self) -> str:
        """Name the device and never show the secret."""
        return f"DeviceKey({self.dev})"


def write_secret(path: Path, content: bytes) -> None:
    """Write a new file which only its owner can read.

    Raises
    ------
    FileExistsError
        There is a file already.
    """
    # Created with its final mode: there is no moment in which others could read it.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
