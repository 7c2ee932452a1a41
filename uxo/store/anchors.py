"""One hash over the heads of all chains.

A chain alone does not show that its tail was cut off, or that the holder of a key wrote it anew. A
root kept elsewhere (another centre, a signed daily report) does.
"""

import hashlib
from typing import Any

import orjson

from uxo.store import statements as sql
from uxo.store.contract import Anchor, Head


def make_anchor(connection: Any) -> Anchor:  # noqa: ANN401 - a DB-API connection has no type
    """Compute the root over the heads that the log has now."""
    heads = tuple(
        Head(dev.hex(), seq, digest.hex())
        for dev, seq, digest in connection.execute(sql.HEADS).fetchall()
    )
    return Anchor(merkle_root(heads).hex(), heads)


def keep_anchor(connection: Any, now_us: int) -> Anchor:  # noqa: ANN401
    """Compute the root and note it in the store, inside the caller's transaction."""
    made = make_anchor(connection)
    heads = orjson.dumps([[head.dev, head.seq, head.hash] for head in made.heads]).decode()
    connection.execute(sql.ANCHOR_INSERT, (bytes.fromhex(made.root), heads, now_us))
    return made


def merkle_root(heads: tuple[Head, ...]) -> bytes:
    """Hash heads into a tree (RFC 6962 section 2.1: leaves and nodes have different prefixes).

    Parameters
    ----------
    heads : tuple of Head
        In the order of their devices. None: the hash of nothing.
    """
    leaves = [
        hashlib.sha256(
            b"\0" + bytes.fromhex(head.dev) + head.seq.to_bytes(8, "big") + bytes.fromhex(head.hash)
        ).digest()
        for head in sorted(heads, key=lambda head: head.dev)
    ]
    return _root(leaves) if leaves else hashlib.sha256().digest()


def _root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + _root(leaves[:split]) + _root(leaves[split:])).digest()
