"""A writer that is killed at any moment loses nothing that it had answered."""

import multiprocessing
import random
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from tests.contract.engines import Clock
from tests.contract.samples import find
from tests.store.conftest import reopened
from tests.store.killed_writer import CHUNK, ROWS, take_in, upload, write
from uxo.store.uploads import Uploads
from uxo.vocabulary import Layer

KILLS = 50
STORES = 10  # each is killed five times, so that a killed store is also killed again


@pytest.mark.slow
def test_fifty_kills_lose_no_answered_event(tmp_path: Path, clock: Clock) -> None:
    rng = random.Random(20260302)  # noqa: S311 - to be repeated, not to be secret
    # Forked from a process that has everything imported: starting anew would take seconds each.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.store.killed_writer"])
    answered: dict[Path, dict[Any, Any]] = {}
    for run in range(KILLS):
        path = tmp_path / f"{run % STORES}.gpkg"
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(target=write, args=(path, run, theirs))
        process.start()
        theirs.close()
        told = [mine.recv() for _ in range(rng.randrange(1, 11))]
        for _ in range(rng.randrange(40_000)):  # up to two milliseconds: inside the next write
            pass
        process.kill()
        told += _rest(mine)
        process.join()
        process.close()
        mine.close()
        events = answered.setdefault(path, {})
        events.update({seq: digest for seq, digest in told if seq != "import"})
        _check(path, clock, events, [start for seq, start in told if seq == "import"])
    assert sum(map(len, answered.values())) > KILLS


@pytest.mark.slow
def test_a_receipt_that_was_given_outlives_a_kill_and_a_resend_doubles_nothing(
    tmp_path: Path, clock: Clock
) -> None:
    rng = random.Random(20260303)  # noqa: S311 - to be repeated, not to be secret
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.store.killed_writer"])
    path = tmp_path / "store.gpkg"
    heads: dict[str, str] = {}
    for run in range(20):
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(target=take_in, args=(path, run, theirs))
        process.start()
        theirs.close()
        heads.update(mine.recv() for _ in range(rng.randrange(1, 8)))
        process.kill()
        heads.update(_rest(mine))
        process.join()
        process.close()
        mine.close()
        with reopened(path, clock) as store:
            report = store.verify()
            assert report.ok, report.first_bad
            events = {event.hash.hex() for event in store.since({})}
            assert set(heads.values()) <= events, "an answered record was lost"
            assert len(store.phone_states(list(heads))) == len(heads)
            assert len(store.state(Layer.EVIDENCE)) == len(events), "none is there twice"


@pytest.mark.slow
def test_an_upload_goes_on_where_the_killed_process_had_told_it_was(
    tmp_path: Path, clock: Clock
) -> None:
    rng = random.Random(20260304)  # noqa: S311 - to be repeated, not to be secret
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.store.killed_writer"])
    begun = Uploads(tmp_path, clock=clock).begin("me", 20_000_000, {})
    for _ in range(15):
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(target=upload, args=(tmp_path, begun.id, theirs))
        process.start()
        theirs.close()
        told = [mine.recv() for _ in range(rng.randrange(1, 8))]
        process.kill()
        told += _rest(mine)
        process.join()
        process.close()
        mine.close()
        fresh = Uploads(tmp_path, clock=clock)
        found = fresh.find(begun.id, "me")
        assert found.offset >= told[-1]
        with fresh.open(found) as content:
            held = content.read()
        assert held == (CHUNK * (len(held) // len(CHUNK) + 1))[: len(held)]


def _rest(answers: Connection) -> list[Any]:
    """Read what was answered before the kill; an answer that was cut off is none."""
    told = []
    while True:
        try:
            told.append(answers.recv())
        except (EOFError, OSError):
            return told


def _check(path: Path, clock: Clock, events: dict[int, str], imports: list[int]) -> None:
    with reopened(path, clock) as store:
        report = store.verify()
        assert report.ok, f"{path}: {report.first_bad}"
        held = {event.envelope.seq: event.hash.hex() for event in store.since({})}
        assert events.items() <= held.items(), f"{path} lost an answered event"
        ids = set(store.state(Layer.EVIDENCE)["id"])
        for start in imports:
            assert {f"E-{i}" for i in range(start, start + ROWS)} <= ids
        assert store.record([find()])[0].seq == len(held) + 1, "it can be written again"
