"""Work that must stay on one thread, asked for by many."""

import weakref
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread, current_thread
from typing import Final, Generic, TypeVar

S = TypeVar("S")
R = TypeVar("R")

_WAIT_S: Final = 10.0


class OwnThread(Generic[S]):
    """Holds a state on a thread of its own: it is made, used and dropped there.

    Parameters
    ----------
    make : callable
        Makes the state, when the first question comes.
    drop : callable
        Lets go of what only that thread may drop, at the end.
    name : str
        Of the thread.
    """

    def __init__(self, make: Callable[[], S], drop: Callable[[S], None], name: str) -> None:
        self._jobs: SimpleQueue[_Job[S] | None] = SimpleQueue()
        # Its target holds no reference to this object, so that dropping this object ends it.
        thread = Thread(target=_work, args=(self._jobs, make, drop), name=name, daemon=True)
        thread.start()
        self._end = weakref.finalize(self, _stop, self._jobs, thread)

    def ask(self, question: Callable[[S], R]) -> R:
        """Have a question answered on the thread, one at a time; its errors are raised here."""
        return self.tell(question).result()

    def tell(self, question: Callable[[S], R]) -> "Future[R]":
        """Have a question answered on the thread, and do not wait for it."""
        answer: Future[R] = Future()

        def job(state: S) -> None:
            try:
                answer.set_result(question(state))
            except BaseException as error:  # noqa: BLE001  # raised again where it was asked
                answer.set_exception(error)

        self._jobs.put(_Job(job, answer))
        return answer

    def close(self) -> None:
        """End the thread; the state is dropped on it."""
        self._end()


class _Job(Generic[S]):
    """A question, and where a failure to make the state is told."""

    def __init__(self, run: Callable[[S], None], answer: "Future[R]") -> None:
        self.run = run
        self.fail = answer.set_exception


def _work(
    jobs: "SimpleQueue[_Job[S] | None]", make: Callable[[], S], drop: Callable[[S], None]
) -> None:
    state: S | None = None
    while (job := jobs.get()) is not None:
        if state is None:
            try:
                state = make()
            except BaseException as error:  # noqa: BLE001  # raised again where it was asked
                job.fail(error)
                continue
        job.run(state)
        del job  # what it refers to must not outlive its answer here
    if state is not None:
        drop(state)


def _stop(jobs: "SimpleQueue[_Job[S] | None]", thread: Thread) -> None:
    jobs.put(None)
    if thread is not current_thread():
        thread.join(_WAIT_S)
