"""``/field/``: the phone app, its manifest and its service worker.

All files of the app lie below ``/field/``, as they lie below ``static``: the service worker keeps
every one of them, so that the app opens with no network.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from functools import cache, lru_cache
from html import escape
from types import MappingProxyType
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, Response

from uxo.errors import NotFound
from uxo.publish.assets import asset, static_dir
from uxo.publish.language import GROWING, Language
from uxo.web.problems import PROBLEMS, PROBLEMS_OF_ONE
from uxo.web.strict import StrictRoute

PATH: Final = "/field/"
FILES_PATH: Final = "/field/static/"

_PMTILES: Final = "vendor/pmtiles/dist/esm/index.js"

_SHARED: Final = (
    "map/words.js",
    *(f"shared/i18n/{name}.ftl" for name in (*Language, *GROWING)),
    "vendor/@fluent/bundle/index.js",
    "vendor/@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic-400-normal.woff2",
    "vendor/fflate/esm/browser.js",
    "vendor/idb/build/index.js",
    "vendor/leaflet/dist/leaflet.css",
    "vendor/leaflet/dist/leaflet.js",
    "vendor/mgrs/dist/mgrs.esm.js",
    _PMTILES,
    "vendor/proj4/dist/proj4.js",
    "vendor/protomaps-leaflet/dist/protomaps-leaflet.js",
)
_MODULES: Final = ("field/", "map/", "vendor/@fluent/", "vendor/idb/")
_NOT_LISTED: Final = frozenset({"field/page.html", "field/worker.js"})
_BARE: Final = b'from"fflate"', b'from"../../../fflate/esm/browser.js"'  # browsers know paths alone
_MAGVAR: Final = "vendor/magvar/module.js"
_MAGVAR_PARTS: Final = ("utils", "WMMCOF2025", "magvar")  # each needs only those before it

_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {".js": "text/javascript", ".ftl": "text/plain", ".woff2": "font/woff2"}
)
_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            "img-src 'self' data: blob:; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
        # The service worker decides what is kept; the browser's own cache must not be older.
        "Cache-Control": "no-cache",
    }
)
_MANIFEST: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "name": "Field records",
        "short_name": "Field",
        "id": PATH,
        "start_url": PATH,
        "scope": PATH,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#12324a",
        "icons": [{"src": f"{FILES_PATH}field/icon.svg", "sizes": "any", "type": "image/svg+xml"}],
    }
)

_FilePath = Annotated[str, Path(max_length=200, description="Path of a file of the app.")]


def router() -> APIRouter:
    """Build the routes."""
    routes = APIRouter(route_class=StrictRoute, tags=["field"])

    @routes.get(
        PATH,
        operation_id="getFieldApp",
        summary="The phone app of the teams",
        response_class=HTMLResponse,
        responses=PROBLEMS,
    )
    def get_app() -> HTMLResponse:
        """Give the page; all it shows is made on the phone."""
        return HTMLResponse(page_html(), headers=dict(_HEADERS))

    @routes.get(
        PATH + "manifest.webmanifest",
        operation_id="getFieldManifest",
        summary="What a phone needs to install the app",
        response_class=Response,
        responses=PROBLEMS,
    )
    def get_manifest() -> Response:
        """Give the manifest of the app."""
        body = orjson.dumps(dict(_MANIFEST))
        return Response(body, media_type="application/manifest+json", headers=dict(_HEADERS))

    @routes.get(
        PATH + "sw.js",
        operation_id="getFieldWorker",
        summary="The service worker of the app, with the list of its files",
        response_class=Response,
        responses=PROBLEMS,
    )
    def get_worker(request: Request) -> Response:
        """Give the service worker; it changes when any file of the app does."""
        answer = _answer(worker_script(), "text/javascript", request)
        answer.headers["Service-Worker-Allowed"] = PATH
        return answer

    @routes.get(
        FILES_PATH + "{file:path}",
        operation_id="getFieldFile",
        summary="A file of the app",
        response_class=Response,
        responses=PROBLEMS_OF_ONE,
    )
    def get_file(file: _FilePath, request: Request) -> Response:
        """Give one of the app's scripts, styles, words, pictures and fonts."""
        if file not in app_files():
            raise NotFound("the app has no such file")
        return _answer(file_bytes(file), _media_type(file), request)

    return routes


def _answer(body: bytes, media_type: str, request: Request) -> Response:
    """Answer with a file, packed where that helps, or tell the browser that it has it already."""
    headers = {**_HEADERS, "ETag": _tag(body), "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", "") and media_type != _TYPES[".woff2"]:
        body = _packed(body)
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=headers)


def _tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


@lru_cache(maxsize=256)  # more than the app has files; each changes only with the installation
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def app_files() -> tuple[str, ...]:
    """List the files of the app, as paths below ``static``.

    Raises
    ------
    MissingPart
        This installation has no static files.
    """
    folder = static_dir()
    own = (path.relative_to(folder).as_posix() for path in (folder / "field").rglob("*.*"))
    return tuple(sorted({*own, *_SHARED, _MAGVAR} - _NOT_LISTED))


def file_bytes(file: str) -> bytes:
    """Read one file of the app.

    Raises
    ------
    MissingPart
        The file is not there.
    """
    if file == _MAGVAR:
        return _magvar_module()
    body = asset(file).read_bytes()
    return body.replace(*_BARE) if file == _PMTILES else body


def page_html() -> bytes:
    """Write the page; it names the modules of the first screens.

    Otherwise each would be asked for only when the one before it was read.

    Raises
    ------
    MissingPart
        This installation has no static files.
    """
    modules = [file for file in app_files() if file.startswith(_MODULES) and file.endswith(".js")]
    link = '<link rel="modulepreload" href="{}">\n'
    links = "".join(link.format(escape(FILES_PATH + file)) for file in modules)
    return asset("field/page.html").read_bytes().replace(b"</head>", links.encode() + b"</head>")


def worker_script() -> bytes:
    """Write the service worker: the list of files, their version, the script."""
    files = app_files()
    script = asset("field/worker.js").read_bytes()
    digest = hashlib.sha256(script + page_html())
    for file in files:
        digest.update(file.encode() + b"\0" + file_bytes(file))
    listed = [PATH, f"{PATH}manifest.webmanifest", *(FILES_PATH + file for file in files)]
    head = b"self.FIELD_FILES = %s;\nself.FIELD_VERSION = %s;\n"
    return head % (orjson.dumps(listed), orjson.dumps(digest.hexdigest()[:16])) + script


@cache
def _magvar_module() -> bytes:
    """Make one module of the magnetic model, which its authors publish for Node alone."""
    parts = []
    for part in _MAGVAR_PARTS:
        script = asset(f"vendor/magvar/src/{part}.js").read_text(encoding="utf-8")
        parts.append(f"(function (module, require) {{\n{script}\n}})(add('./{part}'), get);")
    head = (
        "const parts = {};\n"
        "const add = (name) => (parts[name] = { exports: {} });\n"
        "const get = (name) => parts[name].exports;\n"
    )
    return (head + "\n".join(parts) + "\nexport default get('./magvar');\n").encode()


def _media_type(file: str) -> str:
    suffix = "." + file.rsplit(".", 1)[-1]
    return _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
