"""``/trust``: how a phone comes to trust the certificate of a centre's own authority."""

from html import escape
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from uxo.errors import NotFound
from uxo.publish.language import Language, ltr
from uxo.services.certificates import fingerprint
from uxo.web.plain_pages import chosen_language, plain_page, words_of
from uxo.web.problems import PROBLEMS_OF_ONE
from uxo.web.strict import StrictRoute

PATH: Final = "/trust"
FILE_PATH: Final = "/trust/team-ca.crt"
_TYPE: Final = "application/x-x509-ca-cert"
_STEPS: Final = ("get", "open", "compare", "restart")

_Lang = Annotated[Language | None, Query(description="Language; left out: the browser's.")]


def router(ca_pem: bytes | None) -> APIRouter:
    """Build the routes.

    Parameters
    ----------
    ca_pem : bytes or None
        The authority's certificate; None: phones need none, and there is nothing here.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["service"])

    def certificate() -> bytes:
        if ca_pem is None:
            msg = "this service has no certificate of its own that a phone would install"
            raise NotFound(msg)
        return ca_pem

    @routes.get(
        PATH,
        operation_id="getTrustPage",
        summary="How a phone comes to trust this service",
        response_class=HTMLResponse,
        responses=PROBLEMS_OF_ONE,
    )
    def get_page(request: Request, lang: _Lang = None) -> HTMLResponse:
        """Give the steps, and the fingerprint to be compared with the officer's."""
        return _page(chosen_language(request, lang), fingerprint(certificate()))

    @routes.get(
        FILE_PATH,
        operation_id="getTeamCertificate",
        summary="The authority's certificate",
        response_class=Response,
        responses=PROBLEMS_OF_ONE,
    )
    def get_certificate() -> Response:
        """Give the file that a phone installs; it is no secret."""
        headers = {"Content-Disposition": 'attachment; filename="team-ca.crt"'}
        return Response(certificate(), media_type=_TYPE, headers=headers)

    return routes


def _page(language: Language, digest: str) -> HTMLResponse:
    words = words_of(language.value)
    steps = "\n".join(f"<li>{escape(words.format(f'people-trust-{one}'))}</li>" for one in _STEPS)
    content = f"""<p>{escape(words.format("people-trust-why"))}</p>
<p><a href="{FILE_PATH}">{escape(words.format("people-trust-file"))}</a></p>
<ol>{steps}</ol>
<p>{escape(words.format("people-trust-fingerprint"))}</p>
<p class="digest"><bdi dir="ltr">{escape(ltr(digest))}</bdi></p>"""
    title = words.format("people-trust-title")
    return plain_page(language, title=title, content=content, address=PATH)
