"""Where the files of the browser side lie: scripts, styles, catalogues and vendored packages."""

from pathlib import Path
from typing import Final

from uxo.errors import MissingPart

_PACKAGE: Final = Path(__file__).parents[1]
# A wheel carries the directory inside the package; a checkout has it beside the package.
_PLACES: Final = (_PACKAGE / "_static", _PACKAGE.parent / "static")


def static_dir() -> Path:
    """Find the directory ``static``.

    Raises
    ------
    MissingPart
        This installation has none.
    """
    for place in _PLACES:
        if (place / "shared").is_dir():
            return place
    msg = f"no static files in {_PLACES[0]} or {_PLACES[1]}: install the package again"
    raise MissingPart(msg)


def asset(name: str) -> Path:
    """Find one file below ``static``.

    Parameters
    ----------
    name : str
        Path with forward slashes, for example ``vendor/leaflet/dist/leaflet.js``.

    Raises
    ------
    MissingPart
        The file is not there.
    """
    path = static_dir() / name
    if not path.is_file():
        repair = (
            "the browser packages were not fetched: run `pip install .` or `python hatch_build.py`"
            if name.startswith("vendor/")
            else "install the package again"
        )
        msg = f"{path} is missing; {repair}"
        raise MissingPart(msg)
    return path


def asset_text(name: str) -> str:
    """Read one text file below ``static`` (see `asset`), with line ends as a browser sees them."""
    return asset(name).read_text(encoding="utf-8").replace("\r\n", "\n").replace("\r", "\n")
