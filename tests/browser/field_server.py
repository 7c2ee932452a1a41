"""The true pages of the phone app over a small stand-in for the service that takes in records."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.middleware import Middleware

from tests.browser.field_map_file import map_file, status_of_roads
from tests.browser.restartable import Restartable
from uxo import wiring
from uxo.services.field_map import MapFile
from uxo.web import errors
from uxo.web import field as field_pages
from uxo.web.field_map import ranged
from uxo.web.guard import Guard
from uxo.web.who import Gate

TOKEN = "token-of-phone-7"  # noqa: S105  # of the stand-in
TEAM = "EOD-3"
RECEIVED_AT = "2026-05-01T12:00:00Z"


@dataclass
class Office:
    """What the stand-in holds, and how it behaves."""

    records: dict[str, bytes] = field(default_factory=dict)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    photos: dict[str, bytearray] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)
    portal: bool = False
    revoked: bool = False
    lies: bool = False
    refuses: str | None = None
    fails_over: set[int] = field(default_factory=set)
    desk_key: dict[str, str] | None = None
    cuts: list[int] = field(default_factory=list)
    refuses_photos: str | None = None
    ahead: timedelta = timedelta()
    map: MapFile = field(default_factory=map_file)
    map_asked: list[int] = field(default_factory=list)
    map_cut_after: int | None = None
    as_of: str = RECEIVED_AT

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.records.values()]

    def keep(self, event_id: str, body: bytes) -> Response:
        """Keep a record as the contract says."""
        known = self.records.get(event_id)
        if known is not None and known != body:
            return problem(409, "event-differs", "this id came before with other bytes")
        self.records[event_id] = body
        digest = hashlib.sha256(b"other" if self.lies else body).hexdigest()
        receipt = {
            "event_id": event_id, "outcome": "new" if known is None else "dup", "sha256": digest,
            "received_at": RECEIVED_AT, "server_seq": len(self.records),
            "entity": json.loads(body)["entity"], "head": "00",
        }  # fmt: skip
        return answer(receipt, status=201 if known is None else 200)


def problem(status: int, code: str, detail: str) -> Response:
    body = {"title": code, "status": status, "code": code, "detail": detail}
    return Response(json.dumps(body), status, media_type="application/problem+json")


def answer(body: Any, status: int = 200) -> Response:  # noqa: ANN401  # JSON
    return Response(json.dumps(body), status, media_type="application/json")


def build(office: Office) -> FastAPI:
    """The app with the pages and the routes of the contract."""
    app = FastAPI(middleware=[Middleware(Guard)], redirect_slashes=False)
    app.state.gate = Gate(None, {})
    pages = field_pages.router()
    app.include_router(pages)
    errors.install(app, [])

    @app.middleware("http")
    async def gate(request: Request, call_next: Any) -> Response:  # noqa: ANN401
        path = request.url.path
        if not path.startswith("/api"):
            return await call_next(request)
        if office.portal:
            return Response("<html>Please pay for the network</html>", media_type="text/html")
        open_path = path in {"/api/v1/ping", "/api/v1/devices/enrol"}
        if not open_path:
            if request.headers.get("authorization") != f"Bearer {TOKEN}":
                return problem(401, "not-signed-in", "unknown token")
            if office.revoked:
                return problem(401, "device-revoked", "this phone was cut off")
        return await call_next(request)

    _records(app, office)
    _photos(app, office)
    _pack(app, office)
    return app


def _records(app: FastAPI, office: Office) -> None:
    @app.get("/api/v1/ping")
    async def ping(nonce: str) -> Response:
        return answer({"nonce": nonce, "time": (wiring.now() + office.ahead).isoformat()})

    @app.post("/api/v1/devices/enrol")
    async def enrol(request: Request) -> Response:
        if (await request.json())["code"] != "ABCD-1234":
            return problem(400, "bad-input", "this code is not known, or it was used")
        key = office.desk_key
        return answer(
            {"device_id": "phone-7", "token": TOKEN, "team": TEAM, "desk_key": key}, status=201
        )

    @app.put("/api/v1/events/{event_id}")
    async def put(event_id: str, request: Request) -> Response:
        body = await request.body()
        office.puts.append(event_id)
        if office.refuses:
            return problem(400, "bad-input", office.refuses)
        if json.loads(body)["device_seq"] in office.fails_over:
            return problem(500, "internal", "something failed here")
        return office.keep(event_id, body)

    @app.post("/api/v1/events/states")
    async def states(request: Request) -> Response:
        asked = (await request.json())["event_ids"]
        told = {
            one: office.states.get(one)
            or {"state": "received" if one in office.records else "unknown", "reason": None}
            for one in asked
        }
        return answer({"states": told})


def _pack(app: FastAPI, office: Office) -> None:
    @app.get("/api/v1/field/areas")
    async def areas(q: str) -> Response:
        found = [
            one for one in AREAS if any(q.lower() in str(name).lower() for name in one.values())
        ]
        return answer({"areas": found})

    @app.get("/api/v1/field/map")
    async def map_part(pcode: str, request: Request) -> Response:
        assert pcode in {one["pcode"] for one in AREAS}
        start = re.fullmatch(r"bytes=([0-9]+)-[0-9]+", request.headers["range"])
        assert start is not None
        office.map_asked.append(int(start[1]))
        if office.map_cut_after is not None and len(office.map_asked) > office.map_cut_after:
            return Response("<html>bad gateway</html>", 502, media_type="text/html")
        return ranged(office.map, request)

    @app.get("/api/v1/field/status")
    async def status(pcode: str) -> Response:
        district = pcode != COMMUNITY["pcode"]
        middle = {**COMMUNITY, "pcode": pcode, "name_en": None, "name_ar": None}
        return answer(
            {
                **PACK, **status_of_roads(office.map, PACK["roads"]), "as_of": office.as_of,
                "is_district": district, "communities": 1,
                "community": middle if district else COMMUNITY,
            }
        )  # fmt: skip

    @app.get("/api/v1/field/pack")
    async def pack(pcode: str) -> Response:
        if pcode != PACK["community"]["pcode"]:
            return problem(404, "not-found", "there is no such community")
        return answer(PACK)

    @app.get("/api/v1/field/records")
    async def records(pcode: str) -> Response:
        return answer({"as_of": RECEIVED_AT, "pcode": pcode, "left_out": 0, "records": AROUND})


TOWN: dict[str, Any] = {
    "type": "Polygon",
    "coordinates": [
        [[37.15, 36.19], [37.17, 36.19], [37.17, 36.21], [37.15, 36.21], [37.15, 36.19]]
    ],
}
COMMUNITY: dict[str, Any] = {
    "pcode": "C1001", "name_en": "Old Market", "name_ar": "\u0627\u0644\u0633\u0648\u0642",
    "lon": 37.1615, "lat": 36.2021, "outline": TOWN,
}  # fmt: skip
AREAS: list[dict[str, Any]] = [
    {"pcode": "Simeon", "name_en": None, "name_ar": None, "district": None, "communities": 1},
    {
        "pcode": "C1001", "name_en": COMMUNITY["name_en"], "name_ar": COMMUNITY["name_ar"],
        "district": "Simeon", "communities": None,
    },
]  # fmt: skip
HEAD = "5e" * 32
AROUND: list[dict[str, Any]] = [
    {
        "id": "F-9", "kind": "find", "category": "mortar", "evidence_class": None,
        "position_method": "gps", "position_error_m": 10.0, "observed_day": "2026-03-02",
        "geometry": {"type": "Point", "coordinates": [37.162, 36.2022]}, "base": [HEAD],
    },
    {
        "id": "A-9", "kind": "hazard_area", "category": "submunition", "evidence_class": "indirect",
        "position_method": "map", "position_error_m": 50.0, "observed_day": None,
        "geometry": TOWN, "base": [],
    },
]  # fmt: skip
PACK: dict[str, Any] = {
    "community": COMMUNITY,
    "places": [COMMUNITY],
    "bbox": [37.1, 36.15, 37.22, 36.25],
    "exercise": True,
    "notice": "Where nothing is recorded, nothing is known.",
    "attribution": ["(c) OpenStreetMap contributors, <i>ODbL</i> 1.0"],
    "as_of": "2026-05-01T12:00:00Z",
    "known_at": "2026-05-01T12:00:00Z",
    "policy_digest": "0" * 64,
    "roads": [
        {"road_id": "a", "status": "cleared", "path": [[37.15, 36.2021], [37.17, 36.2021]]},
        {"road_id": "b", "status": "confirmed_hazard", "path": [[37.16, 36.19], [37.16, 36.21]]},
    ],
}  # fmt: skip


def _photos(app: FastAPI, office: Office) -> None:
    resumable = {"Tus-Resumable": "1.0.0"}

    @app.post("/api/v1/media/")
    async def create(request: Request) -> Response:
        name = f"u{len(office.lengths)}"
        office.photos[name] = bytearray()
        office.lengths[name] = int(request.headers["upload-length"])
        office.metadata[name] = request.headers["upload-metadata"]
        headers = {**resumable, "Location": f"/api/v1/media/{name}"}
        return Response(status_code=201, headers=headers)

    @app.head("/api/v1/media/{name}")
    @app.get("/api/v1/media/{name}")  # the guard turns HEAD into GET
    async def offset(name: str) -> Response:
        if name not in office.photos:
            return problem(404, "not-found", "there is no such upload")
        headers = {**resumable, "Upload-Offset": str(len(office.photos[name]))}
        return Response(status_code=200, headers=headers)

    @app.patch("/api/v1/media/{name}")
    async def append(name: str, request: Request) -> Response:
        held, part = office.photos[name], await request.body()
        if int(request.headers["upload-offset"]) != len(held):
            return Response(status_code=409, headers=resumable)
        if office.cuts and len(held) + len(part) > office.cuts[0]:
            held += part[: office.cuts.pop(0) - len(held)]
            return Response("<html>bad gateway</html>", 502, media_type="text/html")
        digest = base64.b64encode(hashlib.sha1(part).digest()).decode()  # noqa: S324  # tus's own
        assert request.headers["upload-checksum"] == f"sha1 {digest}"
        if office.refuses_photos and len(held) + len(part) == office.lengths[name]:
            del office.photos[name]  # as the service does with what is no photo
            return problem(400, "bad-file", office.refuses_photos)
        held += part
        headers = {**resumable, "Upload-Offset": str(len(held))}
        return Response(status_code=204, headers=headers)


class FieldServer(Restartable):
    """The stand-in at a port of its own, which can be stopped and started again."""

    def __init__(self) -> None:
        self.office = Office()
        super().__init__(build(self.office))

    @property
    def url(self) -> str:
        return f"{self.origin}/field/"
