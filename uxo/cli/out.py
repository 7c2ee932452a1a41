"""Where a command may write its file."""

from collections.abc import Iterable
from pathlib import Path

from uxo.errors import BadInput


def check_out(out: Path | None, inputs: Iterable[Path]) -> None:
    """Refuse to write over what is read, or into a folder that is not there.

    Parameters
    ----------
    out : Path or None
        The file to write; None: none.
    inputs : iterable of Path
        What the command reads.

    Raises
    ------
    BadInput
        Found before anything is read or computed.
    """
    if out is None:
        return
    if out.resolve() in {path.resolve() for path in inputs}:
        raise BadInput(f"{out}: would be written over what is read; give another name with --out")
    if out.is_dir():
        raise BadInput(f"{out}: is a folder; give a file's name with --out")
    if not out.absolute().parent.is_dir():
        raise BadInput(f"{out}: there is no folder {out.absolute().parent}")
