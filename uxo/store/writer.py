"""One thread that writes: jobs from every other thread, committed in groups."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from uxo.errors import StoreError

_GROUP_MAX: Final = 64
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of a job."""

    result: Any = None
    problem: BaseException | None = None


@dataclass(slots=True)
class Job:
    """One piece of work on the writing connection.

    Attributes
    ----------
    work : callable
        Gets the connection, inside a transaction.
    alone : bool
        Commits by itself (a whole import), so that it cannot hold up the answers of others.
    answer : SimpleQueue
        Gets the result once it is on disk, or what went wrong.
    cancelled : threading.Event
        Set when nobody waits any more; long work looks at it.
    """

    work: Callable[[Any], Any]
    alone: bool = False
    answer: "queue.SimpleQueue[_Done]" = field(default_factory=queue.SimpleQueue)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> Any:  # noqa: ANN401
        """Give the result, once there is one, or raise what went wrong."""
        done = self.answer.get()
        if done.problem is not None:
            raise done.problem
        return done.result


class Writer:
    """The only user of the writing connection.

    SQLite allows one writer at a time. One thread that commits up to 64 jobs with one flush to disk
    never meets a locked database, and is faster than connections that wait for each other (store
    design, section 2).

    Parameters
    ----------
    connection : DB-API connection
        In autocommit mode; the writer closes it.
    """

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - a DB-API connection has no type
        self._connection = connection
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="uxo-store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Any], Answer], *, alone: bool = False) -> Answer:
        """Do work in the writer's thread and wait until it is on disk.

        Raises
        ------
        StoreError
            The store is closed, or the commit failed.
        """
        answer: Answer = self._wait(Job(work, alone))
        return answer

    def submit_long(self, work: Callable[[Any, Callable[[], bool]], Answer]) -> Answer:
        """Do long work by itself; its second argument tells whether anybody still waits for it.

        Raises
        ------
        StoreError
            The store is closed, or the commit failed.
        """
        cancelled = threading.Event()
        job = Job(lambda connection: work(connection, cancelled.is_set), alone=True)
        job.cancelled = cancelled
        answer: Answer = self._wait(job)
        return answer

    def _wait(self, job: Job) -> Any:  # noqa: ANN401
        with self._closing:
            if self._closed:
                msg = "the store is closed"
                raise StoreError(msg)
            self._jobs.put(job)
        try:
            return job.wait()
        except BaseException:
            job.cancelled.set()
            raise

    def close(self) -> None:
        """Finish every job handed in, then close the connection."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        waiting: Job | None = None
        while True:
            first = waiting or self._jobs.get()
            waiting = None
            if first is None:
                return
            group = [first]
            while not first.alone and len(group) < _GROUP_MAX and not self._jobs.empty():
                following = self._jobs.get()
                if following is None:
                    self._commit(group)
                    return
                if following.alone:
                    waiting = following
                    break
                group.append(following)
            self._commit(group)

    def _commit(self, group: list[Job]) -> None:
        """Run jobs in one transaction; one that fails is undone alone and the others stand."""
        run = self._connection.execute
        done: list[tuple[Job, Any]] = []
        failed: list[tuple[Job, BaseException]] = []
        try:
            run("BEGIN IMMEDIATE")
            for job in group:
                run("SAVEPOINT job")
                try:
                    done.append((job, job.work(self._connection)))
                except BaseException as error:  # noqa: BLE001 - it is raised in the caller's thread
                    failed.append((job, error))
                    run("ROLLBACK TO job")
                run("RELEASE job")
            run("COMMIT")
        except BaseException as error:  # noqa: BLE001 - the thread must live on and answer
            if self._connection.in_transaction:
                run("ROLLBACK")
            failure = StoreError(f"nothing was written: {error}")
            failure.__cause__ = error
            answered = {id(job) for job, _ in failed}
            failed += [(job, failure) for job in group if id(job) not in answered]
            done = []
        for job, result in done:
            job.answer.put(_Done(result))
        for job, problem in failed:
            job.answer.put(_Done(problem=problem))
