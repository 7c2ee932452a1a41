"""Answers with a tag: who has the very same already gets no body."""

import gzip
from collections.abc import Callable, Mapping
from typing import Final

from fastapi import Request
from fastapi.responses import Response

REVALIDATED: Final[Mapping[str, str]] = {"Cache-Control": "private, no-cache"}
"""For what holds no find: a browser may keep it, and asks each time whether it is still right."""


def tagged(  # what an answer is made of
    request: Request,
    body: bytes,
    *,
    digest: str,
    media_type: str,
    packed: Callable[[], bytes] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with a body, with its tag alone (304), or with nothing where there is none (204).

    Parameters
    ----------
    request : Request
        Tells what the sender has and reads.
    body : bytes
        Empty: there is nothing.
    digest : str
        Names the body.
    media_type : str
        Of the body.
    packed : callable or None
        Gives the body in gzip; None: it is packed here.
    headers : mapping or None
        More headers.
    """
    zipped = "gzip" in request.headers.get("accept-encoding", "") and bool(body)
    # A strong tag names bytes as they travel (RFC 9110, section 8.8.1).
    tag = f'"{digest}-gzip"' if zipped else f'"{digest}"'
    all_headers = {"ETag": tag, "Vary": "Accept-Encoding", **(headers or {})}
    if _has(request.headers.get("if-none-match", ""), digest):
        return Response(status_code=304, headers=all_headers)
    if not body:
        return Response(status_code=204, headers=all_headers)
    if zipped:
        body = gzip.compress(body, mtime=0) if packed is None else packed()
        all_headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=all_headers)


def _has(sent: str, digest: str) -> bool:
    """Compare tags weakly, as If-None-Match asks (RFC 9110, section 13.1.2)."""
    tags = {one.strip().removeprefix("W/").strip('"') for one in sent.split(",")}
    return bool(tags & {digest, f"{digest}-gzip"})
