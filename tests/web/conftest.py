"""A client of the service over a real store; nothing leaves the process."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.web.phones import phones_of
from tests.web.scene import Clock, live_service, open_scene, open_store
from uxo.services.live_status import LiveStatusService
from uxo.store.sqlite import SqliteStore
from uxo.web.app import create_app

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def scene_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store with the scene; every test works on a copy of its own."""
    path = tmp_path_factory.mktemp("scene") / "scene.gpkg"
    open_scene(path, Clock()).close()
    return path


@pytest.fixture(scope="session")
def reader(scene_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client that many tests share; they must leave the scene as it is."""
    path = tmp_path_factory.mktemp("reader") / "survey.gpkg"
    shutil.copyfile(scene_file, path)
    clock = Clock()
    with open_store(path, clock) as opened:
        phones = phones_of(opened, clock, path.parent)
        app = create_app(live_service(opened, clock), phones=phones)
        with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
            yield client


@pytest.fixture
def store(scene_file: Path, tmp_path: Path, clock: Clock) -> Iterator[SqliteStore]:
    path = tmp_path / "survey.gpkg"
    shutil.copyfile(scene_file, path)
    with open_store(path, clock) as opened:
        yield opened


@pytest.fixture
def service(store: SqliteStore, clock: Clock) -> LiveStatusService:
    return live_service(store, clock)


@pytest.fixture
def app(service: LiveStatusService) -> FastAPI:
    return create_app(service)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as opened:
        yield opened
