"""Uploads that go on where a cut link left them (tus 1.0.0: core, creation, checksum and more)."""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Coroutine, Mapping
from email.utils import format_datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from uxo.errors import BadInput, UxoError
from uxo.services.media import Media
from uxo.services.who import Who
from uxo.store.uploads import MAX_FILE_BYTES, Turn, Upload
from uxo.web.errors import (
    PROBLEM_TYPE,
    TooLarge,
    UnknownMediaType,
    answer_error,
    problem,
    row_of,
)
from uxo.web.problems import PROBLEMS_OF_UPLOAD
from uxo.web.strict import StrictRoute
from uxo.web.who import WhoOf

PATH: Final = "/api/v1/media/"
UPLOAD_PATH: Final = PATH + "uploads/{upload_id}"
VERSION: Final = "1.0.0"
CHUNK_TYPE: Final = "application/offset+octet-stream"
_UploadPath = Annotated[str, Path(max_length=100, description="From the Location of its start.")]
_EXTENSIONS: Final = "creation,checksum,termination,expiration"
_ALGORITHMS: Final = ("sha256", "sha1")
_CHECKSUM_MISMATCH: Final = 460  # of the protocol; HTTP knows no such number
_NUMBER: Final = re.compile(r"[0-9]{1,15}")
_METADATA_CHARACTERS: Final = 4_000
_HEADERS: Final[Mapping[str, str]] = MappingProxyType({"Tus-Resumable": VERSION})
_ABILITIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Tus-Version": VERSION,
        "Tus-Extension": _EXTENSIONS,
        "Tus-Max-Size": str(MAX_FILE_BYTES),
        "Tus-Checksum-Algorithm": ",".join(_ALGORITHMS),
    }
)


class TusRoute(StrictRoute):
    """A strict route whose every answer, a problem too, names the version that is spoken."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the strict handler."""
        handle = super().get_route_handler()

        async def speaking(request: Request) -> Response:
            try:
                answer = await handle(request)
            except UxoError as error:
                # Who is not signed in is answered in the one way that the whole service has.
                if row_of(type(error)).status is HTTPStatus.UNAUTHORIZED:
                    raise
                answer = answer_error(error)
            answer.headers.update(_HEADERS)
            return answer

        return speaking


def router(media: Media, who_of: WhoOf) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    media : Media
        Takes the files in.
    who_of : callable
        Tells who sends.
    """
    routes = APIRouter(route_class=TusRoute, tags=["media"], default_response_class=Response)

    @routes.options(
        PATH,
        operation_id="getUploadAbilities",
        summary="What this tus server can do",
        status_code=204,
        responses=PROBLEMS_OF_UPLOAD,
    )
    def get_abilities() -> Response:
        """Name version, extensions and the largest file."""
        return _empty(HTTPStatus.NO_CONTENT, _ABILITIES)

    @routes.post(
        PATH,
        operation_id="createUpload",
        summary="Begin to send a photo (tus creation)",
        status_code=201,
        responses=PROBLEMS_OF_UPLOAD,
    )
    def create_upload(request: Request) -> Response:
        """Begin an upload; headers Tus-Resumable, Upload-Length and Upload-Metadata.

        The metadata names `event_id` (a record that came before), `sha256`, `filename`, `filetype`.
        """
        who = who_of(request)
        refusal = _other_version(request)
        if refusal is not None:
            return refusal
        upload = media.begin(who, _length(request), _metadata(request))
        location = UPLOAD_PATH.replace("{upload_id}", upload.id)
        return _empty(HTTPStatus.CREATED, {"Location": location, **_expiry(upload)})

    _add_routes_of_one(routes, media, who_of)
    return routes


def _add_routes_of_one(routes: APIRouter, media: Media, who_of: WhoOf) -> None:
    """Add what can be done with an upload that began."""

    @routes.get(
        UPLOAD_PATH,
        operation_id="getUpload",
        summary="How far an upload is (tus HEAD)",
        status_code=200,
        responses=PROBLEMS_OF_UPLOAD,
    )
    def get_upload(request: Request, upload_id: _UploadPath) -> Response:
        """Tell the offset at which to go on."""
        who = who_of(request)
        refusal = _other_version(request)
        if refusal is not None:
            return refusal
        upload = media.find(who, upload_id)
        told = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)}
        return _empty(HTTPStatus.OK, {**told, **_expiry(upload)})

    @routes.patch(
        UPLOAD_PATH,
        operation_id="sendChunk",
        summary="Send the next bytes (tus)",
        status_code=204,
        responses=PROBLEMS_OF_UPLOAD,
    )
    async def send_chunk(request: Request, upload_id: _UploadPath) -> Response:
        """Add bytes at Upload-Offset; after the last ones the photo is checked and kept.

        The body is of Content-Type application/offset+octet-stream; Upload-Checksum guards it.
        """
        return await _chunk(request, media, await run_in_threadpool(who_of, request), upload_id)

    @routes.post(
        UPLOAD_PATH,
        operation_id="sendChunkByPost",
        summary="PATCH or DELETE for senders that know neither (X-HTTP-Method-Override)",
        status_code=204,
        responses=PROBLEMS_OF_UPLOAD,
    )
    async def send_by_post(request: Request, upload_id: _UploadPath) -> Response:
        """Do what the header X-HTTP-Method-Override names."""
        return await _overridden(
            request, media, await run_in_threadpool(who_of, request), upload_id
        )

    @routes.delete(
        UPLOAD_PATH,
        operation_id="giveUploadUp",
        summary="Give an upload up (tus termination)",
        status_code=204,
        responses=PROBLEMS_OF_UPLOAD,
    )
    def give_up(request: Request, upload_id: _UploadPath) -> Response:
        """Forget what came; a photo that was complete stays."""
        return _give_up(request, media, who_of(request), upload_id)


async def _overridden(request: Request, media: Media, who: Who, upload_id: str) -> Response:
    match request.headers.get("x-http-method-override", "").upper():
        case "PATCH":
            return await _chunk(request, media, who, upload_id)
        case "DELETE":
            return await run_in_threadpool(_give_up, request, media, who, upload_id)
        case _:
            msg = "name PATCH or DELETE in X-HTTP-Method-Override, or use the method itself"
            raise BadInput(msg)


def _give_up(request: Request, media: Media, who: Who, upload_id: str) -> Response:
    refusal = _other_version(request)
    if refusal is not None:
        return refusal
    media.give_up(who, upload_id)
    return _empty(HTTPStatus.NO_CONTENT, {})


async def _chunk(request: Request, media: Media, who: Who, upload_id: str) -> Response:
    """Take one chunk in, and keep the photo when it was the last."""
    refusal = _other_version(request)
    if refusal is not None:
        return refusal
    if request.headers.get("content-type", "").partition(";")[0].strip() != CHUNK_TYPE:
        msg = f"send the bytes with Content-Type {CHUNK_TYPE}"
        raise UnknownMediaType(msg)
    offset, checksum = _number(request, "upload-offset"), _checksum(request)
    before = await run_in_threadpool(media.find, who, upload_id)
    if before.offset == before.length == offset:  # the answer to the last chunk was lost
        return _empty(HTTPStatus.NO_CONTENT, {"Upload-Offset": str(offset), **_expiry(before)})
    turn = await run_in_threadpool(media.turn, who, upload_id, offset, whole=checksum is not None)
    with turn:
        if not await _written(request, turn, checksum):
            return _mismatch()
        try:
            await request.app.state.gate.admit_still(request)
        except UxoError:
            await run_in_threadpool(turn.drop)
            raise
        upload = await run_in_threadpool(turn.keep)
    if upload.offset == upload.length:
        await run_in_threadpool(media.finish, upload)
    told = {"Upload-Offset": str(upload.offset), **_expiry(upload)}
    return _empty(HTTPStatus.NO_CONTENT, told)


async def _written(request: Request, turn: Turn, checksum: tuple[str, bytes] | None) -> bool:
    """Write a body as it comes; say whether it is what its checksum promised.

    A cut link is no fault: what came before it counts, unless a checksum belongs to the whole.
    """
    digest = None if checksum is None else hashlib.new(checksum[0], usedforsecurity=False)
    try:
        async for part in request.stream():
            if digest is not None:
                digest.update(part)
            await run_in_threadpool(turn.write, part)
    except ClientDisconnect:
        return checksum is None
    return digest is None or checksum is None or digest.digest() == checksum[1]


def _other_version(request: Request) -> Response | None:
    """Refuse other versions of the protocol, and name the one that is spoken."""
    if request.headers.get("tus-resumable") == VERSION:
        return None
    detail = f"send the header Tus-Resumable: {VERSION}"
    answer = problem(HTTPStatus.PRECONDITION_FAILED, "tus-version", detail)
    answer.headers["Tus-Version"] = VERSION
    return answer


def _mismatch() -> Response:
    body = {
        "title": "Checksum Mismatch",
        "status": _CHECKSUM_MISMATCH,
        "code": "checksum-differs",
        "detail": "The bytes are not those of Upload-Checksum; none was kept. Send them again.",
    }
    return Response(
        orjson.dumps(body),
        status_code=_CHECKSUM_MISMATCH,
        media_type=PROBLEM_TYPE,
        headers=dict(_HEADERS),
    )


def _length(request: Request) -> int:
    if "upload-defer-length" in request.headers:
        msg = "Upload-Defer-Length is not known here; send Upload-Length"
        raise BadInput(msg)
    length = _number(request, "upload-length")
    if length > MAX_FILE_BYTES:
        msg = f"Upload-Length {length}: a file has at most {MAX_FILE_BYTES} bytes"
        raise TooLarge(msg)
    return length


def _number(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if _NUMBER.fullmatch(text) is None:
        msg = f"the header {name.title()} is not a number of bytes"
        raise BadInput(msg)
    return int(text)


def _metadata(request: Request) -> dict[str, str]:
    """Read ``key base64,key base64``; a key comes once."""
    text = request.headers.get("upload-metadata", "")
    if len(text) > _METADATA_CHARACTERS:
        msg = f"Upload-Metadata is longer than {_METADATA_CHARACTERS} characters"
        raise BadInput(msg)
    found: dict[str, str] = {}
    for pair in filter(None, text.split(",")):
        key, _, value = pair.strip().partition(" ")
        if key in found:
            msg = "Upload-Metadata names a key twice"
            raise BadInput(msg)
        found[key] = _text(value)
    return found


def _text(value: str) -> str:
    try:
        return _decoded(value).decode("utf-8")
    except UnicodeDecodeError as error:
        msg = "a value of Upload-Metadata is not UTF-8"
        raise BadInput(msg) from error


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        msg = "a value of Upload-Metadata or Upload-Checksum is not Base64"
        raise BadInput(msg) from error


def _checksum(request: Request) -> tuple[str, bytes] | None:
    text = request.headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, value = text.partition(" ")
    if algorithm not in _ALGORITHMS:
        msg = f"Upload-Checksum: the algorithms are {', '.join(_ALGORITHMS)}"
        raise BadInput(msg)
    return algorithm, _decoded(value)


def _expiry(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(upload.expires_at, usegmt=True)}


def _empty(status: HTTPStatus, headers: Mapping[str, str]) -> Response:
    return Response(status_code=status, headers={**_HEADERS, **headers})
