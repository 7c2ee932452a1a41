"""Passwords, tokens and codes: how they are made, hashed and compared.

The random source is an argument; what is made leaves once and is kept as a hash alone.
"""

import hashlib
import threading
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from uxo.errors import BadInput

Entropy = Callable[[int], bytes]
"""Gives so many random bytes."""

PASSWORD_MIN: Final = 12
PASSWORD_MAX: Final = 200
_TOKEN_BYTES: Final = 32
_SALT_BYTES: Final = 16
# Crockford's base 32: no letter is taken for another or for a digit when it is read aloud.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@dataclass(frozen=True, slots=True)
class Costs:
    """What one guess of a password costs.

    Attributes
    ----------
    memory_kib : int
        Memory of one hash.
    rounds : int
        Passes over it.
    at_once : int
        Most hashes at the same time; more wait, so that a flood does not take all memory.
    """

    memory_kib: int = 19_456  # with two rounds: OWASP Password Storage Cheat Sheet, Argon2id
    rounds: int = 2
    at_once: int = 2


class Passwords:
    """Makes and checks passwords.

    Parameters
    ----------
    entropy : callable
        Number of bytes -> random bytes.
    costs : Costs
        Of one guess.
    """

    def __init__(self, entropy: Entropy, costs: Costs | None = None) -> None:
        costs = costs or Costs()
        self._entropy = entropy
        self._hasher = PasswordHasher(
            time_cost=costs.rounds, memory_cost=costs.memory_kib, parallelism=1
        )
        self._turns = threading.BoundedSemaphore(costs.at_once)
        # Nobody's: a name that is not known costs the same work as one that is.
        self._nobodys = self.hash(random_code(entropy, 16))

    def hash(self, password: str) -> str:
        """Hash a password with a salt of its own (Argon2id, RFC 9106).

        Raises
        ------
        BadInput
            It is too short or too long.
        """
        folded = unicodedata.normalize("NFKC", password)
        if not PASSWORD_MIN <= len(folded) <= PASSWORD_MAX:
            msg = f"a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters"
            raise BadInput(msg)
        with self._turns:
            return self._hasher.hash(_bytes(folded), salt=self._entropy(_SALT_BYTES))

    def fits(self, password: str, password_hash: str | None) -> bool:
        """Tell whether a password is the right one; None, where there is none, costs the same."""
        folded = unicodedata.normalize("NFKC", password[: PASSWORD_MAX + 1])
        try:
            with self._turns:
                self._hasher.verify(password_hash or self._nobodys, _bytes(folded))
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def generate(self) -> str:
        """Make a password of 80 bits that can be read aloud."""
        return random_code(self._entropy, 16)


def _bytes(text: str) -> bytes:
    # Half a character, which JSON can carry, must not end in an error of ours.
    return text.encode("utf-8", "surrogatepass")


def new_token(entropy: Entropy, prefix: str) -> str:
    """Make a token of 256 bits; its prefix says what it is for."""
    return prefix + urlsafe_b64encode(entropy(_TOKEN_BYTES)).rstrip(b"=").decode("ascii")


def hash_of(token: str) -> bytes:
    """Hash a token or a code for keeping; they are random, so a quick hash is enough."""
    return hashlib.sha256(_bytes(token)).digest()


def random_code(entropy: Entropy, characters: int) -> str:
    """Make a code of five bits a character, in groups of four.

    Examples
    --------
    >>> random_code(bytes, 10)
    '0000-0000-00'
    """
    # 256 is a multiple of 32, so every character is equally likely.
    text = "".join(_ALPHABET[byte % 32] for byte in entropy(characters))
    return "-".join(text[start : start + 4] for start in range(0, characters, 4))


def plain_code(typed: str) -> str:
    """Read a code as a person typed it: case, hyphens and look-alike letters do not matter.

    Examples
    --------
    >>> plain_code("ab1l-o0 2")
    'AB11002'
    """
    return typed.upper().translate(_MISREAD)
