"""A progress bar on stderr, and only on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

Advance = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and how much there is (None: unknown)."""


@contextmanager
def progress_bar() -> Iterator[Advance]:
    """Show how far a long command is.

    Yields
    ------
    callable
        ``advance(title, done, total)``; each new title gets a line. Nothing is written where
        stderr is not a terminal, so that logs and pipes stay clean.
    """
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as bars:
        lines = {}

        def advance(title: str, done: int, total: int | None) -> None:
            if title not in lines:
                lines[title] = bars.add_task(title, total=total)
            bars.update(lines[title], completed=done, total=total)

        yield advance
