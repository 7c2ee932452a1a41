"""Write a file so that it appears whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Lend a path to write to, and move what was written to its place at the end.

    Parameters
    ----------
    path : Path
        Where the file is to appear; an existing one is replaced. Its folder must exist.

    Yields
    ------
    Path
        A name with the same suffix in a folder beside the target. If the body raises, it is
        removed and the target stays as it was.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    # Beside the target, because a rename is atomic on one disk only; in a folder of its own, so
    # that side files (a GeoPackage's journal) are never seen.
    with tempfile.TemporaryDirectory(prefix=".uxo-", dir=path.parent) as folder:
        part = Path(folder) / f"part{path.suffix.lower()}"
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)
