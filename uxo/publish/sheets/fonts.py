"""The fonts of the sheets: those of the browser packages, as Typst reads them.

The packages carry WOFF2, cut by script; Typst wants TrueType files in a folder. System fonts are
never used, so that a sheet looks the same on every machine.
"""

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont
from typst import Fonts

from uxo.publish.assets import asset

FAMILIES: Final = ("Sheet Latin", "Sheet Arabic", "Sheet Latin Extended")
"""In the order in which a letter is looked for."""

_LATIN, _ARABIC, _EXTENDED = FAMILIES
_FOLDER: Final = "vendor/@fontsource"
# Each cut has a family of its own: where two share one, only the first is asked for a letter.
_FILES: Final = (
    (_LATIN, f"{_FOLDER}/noto-sans/files/noto-sans-latin-400-normal.woff2"),
    (_LATIN, f"{_FOLDER}/noto-sans/files/noto-sans-latin-700-normal.woff2"),
    (_EXTENDED, f"{_FOLDER}/noto-sans/files/noto-sans-latin-ext-400-normal.woff2"),
    (_ARABIC, f"{_FOLDER}/noto-sans-arabic/files/noto-sans-arabic-arabic-400-normal.woff2"),
    (_ARABIC, f"{_FOLDER}/noto-sans-arabic/files/noto-sans-arabic-arabic-700-normal.woff2"),
)
_FAMILY_NAME, _FULL_NAME, _TYPOGRAPHIC_FAMILY = 1, 4, 16  # OpenType name table
_WINDOWS, _UNICODE, _ENGLISH = 3, 1, 0x409


@dataclass(frozen=True, slots=True)
class SheetFonts:
    """Fonts that Typst can use.

    Attributes
    ----------
    found : Fonts
        Their index.
    folder : TemporaryDirectory
        Holds the files as long as the index lives.
    """

    found: Fonts
    folder: "tempfile.TemporaryDirectory[str]"


@cache
def sheet_fonts() -> SheetFonts:
    """Unpack the fonts; once in the life of a process, at the first sheet.

    Raises
    ------
    MissingPart
        The browser packages were not fetched.
    """
    sources = [(family, asset(name)) for family, name in _FILES]
    folder = tempfile.TemporaryDirectory(prefix="uxo-fonts-", ignore_cleanup_errors=True)
    for number, (family, source) in enumerate(sources):
        _unpack(source, family, Path(folder.name) / f"{number}.ttf")
    found = Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder.name]
    )
    return SheetFonts(found, folder)


def _unpack(source: Path, family: str, target: Path) -> None:
    """Write a WOFF2 file as TrueType under another family name."""
    font = TTFont(source, recalcBBoxes=False, recalcTimestamp=False)
    font.flavor = None
    for name in (_FAMILY_NAME, _FULL_NAME, _TYPOGRAPHIC_FAMILY):
        font["name"].setName(family, name, _WINDOWS, _UNICODE, _ENGLISH)
    font.save(target)
