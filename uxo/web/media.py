"""``/api/v1/media``: photos, the originals for the desk and copies for everybody else."""

from contextlib import closing
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from uxo.services.media import Media
from uxo.web.problems import PROBLEMS_OF_ONE
from uxo.web.strict import StrictRoute
from uxo.web.who import WhoOf

PATH: Final = "/api/v1/media/{sha256}"

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
