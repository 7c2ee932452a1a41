"""Requests that nobody thought of, to the addresses of people, phones and sessions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from tests.people import hire, open_people
from tests.web.phones import phones_of
from tests.web.scene import Clock, live_service, open_scene
from tests.web.test_fuzz import SETTINGS
from uxo.vocabulary import Role
from uxo.web.app import create_app
from uxo.web.openapi import PATH

PAGE = "<html><style>a</style><script>1</script></html>"


def _faults(folder: Path, role: Role, paths: str) -> Iterator[str]:
    clock = Clock()
    with open_scene(folder / "s.gpkg", clock) as store, open_people(folder / "people") as people:
        staff = hire(people, clock)
        phones = phones_of(store, clock, folder)
        service = live_service(store, clock)
        app = create_app(service, staff.access, phones=phones, map_html=lambda _: PAGE)
        headers = {"Host": "127.0.0.1", "Authorization": f"Bearer {staff.token(role)}"}
        schema = schemathesis.openapi.from_asgi(
            PATH, app, headers=headers, config=SchemathesisConfig.from_str(SETTINGS)
        )
        chosen = schema.include(path_regex=paths)
        for event in from_schema(chosen).execute():
            if isinstance(event, ScenarioFinished):
                for checks in event.recorder.checks.values():
                    for check in checks:
                        if check.failure_info is not None:
                            failure = check.failure_info.failure
                            yield f"{event.label} {check.name}: {failure.title} {failure.message}"
            elif isinstance(event, NonFatalError | FatalError):
                yield repr(event)


@pytest.mark.slow
def test_no_request_breaks_the_addresses_of_people_or_their_description(tmp_path: Path) -> None:
    paths = "^/(api/v1/(people|devices|session|audit)|sign|devices)"
    faults = sorted(set(_faults(tmp_path, Role.ADMIN, paths)))
    assert faults == [], "\n".join(faults)


def test_no_request_breaks_what_the_desk_asks_of_phones(tmp_path: Path) -> None:
    faults = sorted(set(_faults(tmp_path, Role.OFFICER, "^/api/v1/desk/phone")))
    assert faults == [], "\n".join(faults)
