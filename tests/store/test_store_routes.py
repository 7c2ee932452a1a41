"""The log is not read from end to end to find the routes in it."""

from pathlib import Path

from tests.contract.engines import Clock
from tests.store.conftest import reopened, tampering
from uxo.store import statements as sql


def test_routes_are_found_by_their_own_index(path: Path, clock: Clock) -> None:
    reopened(path, clock).close()
    with tampering(path) as connection:
        for statement, bound in ((sql.ROUTE_EVENTS, ()), (sql.ROUTE_EVENTS_KNOWN, (1,))):
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", bound).fetchall()
            assert "event_route" in str(plan)


def test_a_store_without_the_index_gets_it_when_it_is_opened_and_verifies(
    path: Path, clock: Clock
) -> None:
    reopened(path, clock).close()
    with tampering(path) as connection:
        connection.execute("DROP INDEX event_route")
    with reopened(path, clock) as store:
        assert store.verify().ok
