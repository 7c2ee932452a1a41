"""Read how many households are expected to return to each community: CSV ``pcode,households``."""

import csv
import re
from pathlib import Path
from typing import Final

from uxo.errors import BadFile, BadRows, EmptyFile, Fault
from uxo.evidence.files.source import check_text, wrong_encoding

_NEEDED: Final = ("pcode", "households")
_DELIMITERS: Final = (",", ";", "\t")
_WHOLE: Final = re.compile(r"[0-9]{1,9}(\.0{1,6})?")  # ASCII; spreadsheets write 12 as 12.0
_SHOWN: Final = 80
_WHY: Final = "must be a whole number of households, 0 or more; leave it empty if it is not known"


def read_households(path: Path) -> dict[str, float | None]:
    """Read the households of each community.

    Parameters
    ----------
    path : Path
        UTF-8 text with a header line; commas, semicolons or tabs between fields. Columns besides
        ``pcode`` and ``households`` are not read.

    Returns
    -------
    dict of str to float or None
        P-code -> households; None where the field is empty: not known, and not zero.

    Raises
    ------
    BadFile
        The file is missing, empty, no text, or lacks a column.
    BadRows
        Rows are wrong; every fault is named with its row and field.
    """
    check_text(path, "CSV")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            stream.seek(0)
            delimiter = max(_DELIMITERS, key=first.count)
            lines = [line for line in csv.reader(stream, delimiter=delimiter, strict=True) if line]
    except UnicodeDecodeError as error:
        raise wrong_encoding(path) from error
    except csv.Error as error:
        raise BadFile(f"{path}: is not valid CSV ({error})") from error
    header = [name.strip() for name in lines[0]]
    missing = [name for name in _NEEDED if header.count(name) != 1]
    if missing:
        raise BadFile(
            f"{path}: the header must have each of pcode and households once "
            f"(found: {', '.join(header)[:_SHOWN]})"
        )
    if len(lines) == 1:
        raise EmptyFile(f"{path}: holds a header and no rows")
    return _rows(path.name, header, lines[1:])


def _rows(file: str, header: list[str], lines: list[list[str]]) -> dict[str, float | None]:
    pcode_at, households_at = (header.index(name) for name in _NEEDED)
    faults: list[Fault] = []
    found: dict[str, float | None] = {}
    for row, line in enumerate(lines, start=1):  # communities of a country: thousands
        if len(line) != len(header):
            why = f"has {len(line)} fields where the header has {len(header)}"
            faults.append(Fault(file, row, "row", ",".join(line)[:_SHOWN], why))
            continue
        pcode, text = line[pcode_at].strip(), line[households_at].strip()
        faults += _faults(file, row, pcode, text, found)
        found[pcode] = float(text) if _WHOLE.fullmatch(text) else None
    if faults:
        raise BadRows(f"{file}: the households were not read", faults)
    return found


def _faults(
    file: str, row: int, pcode: str, text: str, before: dict[str, float | None]
) -> list[Fault]:
    faults = []
    if not pcode:
        faults.append(Fault(file, row, "pcode", "", "is missing; every row needs its P-code"))
    elif pcode in before:
        faults.append(
            Fault(file, row, "pcode", pcode[:_SHOWN], "stands in an earlier row too; keep one")
        )
    if text and not _WHOLE.fullmatch(text):
        faults.append(Fault(file, row, "households", text[:_SHOWN], _WHY))
    return faults
