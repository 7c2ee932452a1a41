"""Requests that nobody thought of, made from the description of the service.

The engine is driven directly: its pytest plug-in reads a private attribute that pytest 9.2 dropped.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from tests.web.phones import phones_of
from tests.web.scene import Clock, live_service, open_store
from uxo.web.app import create_app
from uxo.web.openapi import PATH

SETTINGS = """
seed = 20261121
base-url = "http://127.0.0.1:8000"
[generation]
max-examples = 10
deterministic = true
# A description cannot say that south lies south of north, that a place is named in one of two ways,
# or that nothing is observed in the future; so a valid document may be refused here.
[checks.positive_data_acceptance]
enabled = false
"""


def _faults(path: Path) -> Iterator[str]:
    """Run every phase against a service over a store; tell each failed check once."""
    clock = Clock()
    with open_store(path, clock) as store:
        app = create_app(live_service(store, clock), phones=phones_of(store, clock, path.parent))
        schema = schemathesis.openapi.from_asgi(
            PATH, app, headers={"Host": "127.0.0.1"}, config=SchemathesisConfig.from_str(SETTINGS)
        )
        for event in from_schema(schema).execute():
            if isinstance(event, ScenarioFinished):
                for checks in event.recorder.checks.values():
                    for check in checks:
                        if check.failure_info is not None:
                            failure = check.failure_info.failure
                            yield f"{event.label} {check.name}: {failure.title} {failure.message}"
            elif isinstance(event, NonFatalError | FatalError):
                yield repr(event)
        assert store.verify().ok


@pytest.mark.slow
def test_no_request_breaks_the_service_or_its_description(scene_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "survey.gpkg"
    shutil.copyfile(scene_file, path)
    assert sorted(set(_faults(path))) == []
