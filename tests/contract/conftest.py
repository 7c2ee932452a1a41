"""A store of each engine, in an empty folder."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.contract.engines import ENGINES, Clock, Engine
from uxo.store.contract import Store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=list(ENGINES.values()), ids=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.param
    return found


@pytest.fixture
def opened(engine: Engine, tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Store]]:
    """Open the store of a device; every one is closed at the end."""
    with ExitStack() as stack:

        def open_store(device: str = "desk", its_clock: Clock | None = None) -> Store:
            return stack.enter_context(engine(tmp_path, device, its_clock or clock))

        yield open_store


@pytest.fixture
def store(opened: Callable[..., Store]) -> Store:
    return opened()
