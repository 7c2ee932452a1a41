"""Read the rows of a CSV file as a stream."""

import csv
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from pyproj import CRS

from uxo.errors import BadFile
from uxo.evidence.files.csv_geometry import GEOMETRY_COLUMNS, WKT_COLUMNS, geometry_of_columns
from uxo.evidence.files.rows import (
    BATCH_ROWS,
    REJECT_COLUMNS,
    Findings,
    RawBatch,
    RawRow,
    shown,
)
from uxo.evidence.files.source import check_text, wrong_encoding

_DELIMITERS: Final = (",", ";", "\t")
# A polygon of a million vertices fits; the module's own limit of 131,072 stops at a few thousand.
_MOST_FIELD_CHARACTERS: Final = 64 << 20


class CsvFile:
    """A CSV file with a header line; positions in ``lon`` and ``lat`` or in ``wkt``.

    Parameters
    ----------
    path : Path
        UTF-8 text, with or without a byte-order mark. Commas, semicolons or tabs between fields.
    wanted : collection of str
        Columns to hand on.
    batch_rows : int
        Rows a batch at most.

    Raises
    ------
    BadFile
        The file is not text, has no header, no position columns, or a column twice. Wrong
        encoding or broken quotes further on are raised while the batches are read.
    """

    crs: CRS | None = None

    def __init__(
        self, path: Path, wanted: Collection[str], *, batch_rows: int = BATCH_ROWS
    ) -> None:
        check_text(path, "CSV")
        self.name = str(path)
        self.notes: list[str] = []
        self._path = path
        self._wanted = tuple(wanted)
        self._batch_rows = batch_rows
        self._delimiter = self._find_delimiter()
        self.header = self._read_header()
        self.columns: frozenset[str] | None = frozenset(self.header)

    def _find_delimiter(self) -> str:
        try:
            with self._path.open(encoding="utf-8-sig", newline="") as stream:
                first = stream.readline(_MOST_FIELD_CHARACTERS)
        except UnicodeDecodeError as error:
            raise wrong_encoding(self._path) from error
        return max(_DELIMITERS, key=first.count)

    def _read_header(self) -> tuple[str, ...]:
        header = tuple(name.strip() for name in next(self._lines(), ()))
        twice = sorted({name for name in header if header.count(name) > 1})
        if twice:
            raise BadFile(f"{self.name}: column {', '.join(twice)} stands twice in the header")
        if not ({"lon", "lat"} <= set(header) or set(WKT_COLUMNS) & set(header)):
            raise BadFile(
                f"{self.name}: the header has no columns lon and lat, and no wkt "
                f"(found: {shown(', '.join(header))})"
            )
        return header

    def _lines(self) -> Iterator[list[str]]:
        """Read lines that are not blank; turn decoding and quoting faults into one message."""
        # The limit is the module's, for the whole process; raising it harms no other reader.
        csv.field_size_limit(_MOST_FIELD_CHARACTERS)
        with self._path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=self._delimiter, strict=True)
            try:
                yield from filter(None, reader)
            except UnicodeDecodeError as error:
                raise wrong_encoding(self._path) from error
            except csv.Error as error:
                raise BadFile(
                    f"{self.name}, line {reader.line_num}: is not valid CSV ({error}); "
                    "a quote may be unbalanced, or the file truncated or binary"
                ) from error

    def batches(self) -> Iterator[RawBatch]:
        """Read the rows in order.

        Raises
        ------
        BadFile
            As for the class.
        """
        lines = self._lines()
        next(lines, None)
        first_row = 1
        done, size = 0, self._path.stat().st_size
        while rows := list(islice(lines, self._batch_rows)):
            # Characters stand for bytes here: a share for a progress bar, no more.
            done += sum(map(len, map("".join, rows))) + len(rows) * len(self.header)
            yield self._batch(rows, first_row, min(done / size, 1.0))
            first_row += len(rows)

    def _batch(self, rows: list[list[str]], first_row: int, share_read: float) -> RawBatch:
        """Turn lines into columns."""
        found = Findings()
        width = len(self.header)
        even = rows
        if set(map(len, rows)) != {width}:
            even = [(row + [""] * width)[:width] for row in rows]
            for position, row in enumerate(rows):
                if len(row) != width:
                    found.refuse(position, "row", self._delimiter.join(row), _uneven(row, width))
        columns = {
            name: [value or None for value in column]
            for name, column in zip(self.header, zip(*even, strict=True), strict=True)
            if name in self._wanted or name in GEOMETRY_COLUMNS
        }
        return RawBatch(
            first_row=first_row,
            columns={name: column for name, column in columns.items() if name in self._wanted},
            geometry=geometry_of_columns(columns, found),
            found=found,
            ignored_columns=frozenset(self.header) - set(columns) - REJECT_COLUMNS,
            raw=lambda position: RawRow(dict(zip(self.header, even[position], strict=True))),
            share_read=share_read,
        )


def _uneven(row: Sequence[str], width: int) -> str:
    return f"has {len(row)} fields where the header has {width}; a quote or separator is missing"
