"""``/api/v1/media``: photos, the originals for the desk and copies for everybody else."""

from contextlib import closing
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from uxo.services.media import Media
from uxo.store.phone_contract import Photo
from uxo.web.answers import JsonAnswer
from uxo.web.phone import iso
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_ONE
from uxo.web.strict import StrictRoute
from uxo.web.who import WhoOf

LIST_PATH: Final = "/api/v1/media"
PATH: Final = LIST_PATH + "/{sha256}"


class PhotoShape(BaseModel):
    """A photo of an item."""

    model_config = ConfigDict(extra="forbid")

    sha256: str = Field(description="Of the original; names it in the other addresses.")
    event_id: str = Field(description="The phone's record with which it was sent.")
    name: str
    mime: str
    team: str
    received_at: str


class PhotosShape(BaseModel):
    """The photos of an item."""

    model_config = ConfigDict(extra="forbid")

    photos: list[PhotoShape]


_Entity = Annotated[
    str, Query(min_length=1, max_length=1_000, description="Id of the item of evidence.")
]
_Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="Of the original.")]
# Whatever else the bytes may be (a page, a script, an archive): a browser only ever saves them.
_NEVER_RUN: Final = "sandbox; default-src 'none'"


def router(media: Media, who_of: WhoOf) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    media : Media
        Gives photos.
    who_of : callable
        Tells who asks.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["media"])

    @routes.get(
        LIST_PATH,
        operation_id="listPhotos",
        summary="The photos of one item of evidence",
        response_model=PhotosShape,
        responses=PROBLEMS,
    )
    def list_photos(request: Request, entity: _Entity) -> JsonAnswer:
        """List the photos of an item, oldest first; an item without any has an empty list."""
        who_of(request)
        return JsonAnswer({"photos": [_told(photo) for photo in media.photos(entity)]})

    @routes.get(
        PATH,
        operation_id="getOriginal",
        summary="A photo as it came, to be saved",
        response_class=Response,
        responses=PROBLEMS_OF_ONE,
    )
    def get_original(request: Request, sha256: _Sha256) -> Response:
        """Give the bytes of the evidence; they may tell where and when the photo was taken."""
        who_of(request)
        _, content = media.original(sha256)
        with closing(content):
            return Response(
                content.read(),
                media_type="application/octet-stream",
                headers={
                    "Content-Disposition": f'attachment; filename="{sha256[:16]}.original"',
                    "Content-Security-Policy": _NEVER_RUN,
                },
            )

    @routes.get(
        PATH + "/copy",
        operation_id="getCopy",
        summary="A photo without place, time or camera",
        response_class=Response,
        responses=PROBLEMS_OF_ONE,
    )
    def get_copy(request: Request, sha256: _Sha256) -> Response:
        """Give a JPEG that was drawn anew: upright, and with nothing but the picture."""
        who_of(request)
        return Response(
            media.copy(sha256),
            media_type="image/jpeg",
            headers={
                "Content-Disposition": f'inline; filename="{sha256[:16]}.jpg"',
                "Content-Security-Policy": _NEVER_RUN,
            },
        )

    return routes


def _told(photo: Photo) -> dict[str, str]:
    return {
        "sha256": photo.sha256,
        "event_id": photo.event_id,
        "name": photo.name,
        "mime": photo.mime,
        "team": photo.team,
        "received_at": iso(photo.received_at),
    }
