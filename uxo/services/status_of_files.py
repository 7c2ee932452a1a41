"""Compute the status from files alone, without a store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from uxo.errors import BadRows, EmptyFile, Fault
from uxo.evidence.columns import EVIDENCE_DTYPES, empty_table
from uxo.evidence.files.seen import SeenIds, row_digests
from uxo.policy import Policy
from uxo.services.import_files import FileReport, read_all_evidence, read_all_roads
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and how much there is (None: unknown)."""


@dataclass(frozen=True, slots=True)
class StatusOfFiles:
    """A status, and what became of the rows of its files.

    Attributes
    ----------
    result : StatusResult
        The status.
    files : tuple of FileReport
        One for each file, roads first; what was mended stands in ``changes``.
    """

    result: StatusResult
    files: tuple[FileReport, ...]


def status_of_files(
    roads: Sequence[Path],
    evidence: Sequence[Path],
    *,
    policy: Policy,
    as_of: datetime,
    known_at: datetime,
    progress: Progress | None = None,
) -> StatusOfFiles:
    """Read roads and evidence and compute the status of every metre.

    Parameters
    ----------
    roads, evidence : sequence of Path
        Files in any supported format, at least one of each; several are read as one table. A
        file of evidence may hold no rows: then nothing is known, and every road reads so.
    policy : Policy
        The programme's figures.
    as_of, known_at : datetime
        The moment asked about, and the latest moment of recording that counts. Both with a zone.
    progress : callable or None
        Told which file is being read and when the computation begins.

    Raises
    ------
    BadRows
        Rows were refused; carries the faults of all files. A status without those rows could
        call a road better than it is, so there is none.
    BadFile, BadCrs
        A file cannot be read.
    """
    gathered = _Gathered(progress or _silent)
    road_table = gathered.table(roads, read_all_roads, "road_id")
    evidence_table = gathered.table(evidence, _read_evidence, "id")
    if road_table is None or evidence_table is None:
        raise BadRows("no status was computed, because rows were refused:", gathered.faults)
    gathered.progress("computing", 0, None)
    result = compute_status(
        road_table, evidence_table, policy=policy, as_of=as_of, known_at=known_at
    )
    return StatusOfFiles(result, tuple(gathered.reports))


def _read_evidence(path: Path) -> tuple[gpd.GeoDataFrame, FileReport]:
    """Read evidence; no rows are no evidence, which is the worst that can be known of a road."""
    try:
        return read_all_evidence(path)
    except EmptyFile as error:
        report = FileReport(
            file=str(path),
            read=0,
            accepted=0,
            mended=0,
            unchanged=0,
            waiting=0,
            refused=0,
            faults=(),
            changes=(),
            notes=(f"{error}: no evidence",),
        )
        return empty_table(EVIDENCE_DTYPES), report


class _Gathered:
    """The faults of every file, so that all of them are told at once."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.faults: list[Fault] = []
        self.reports: list[FileReport] = []

    def table(
        self,
        paths: Sequence[Path],
        read: Callable[[Path], tuple[gpd.GeoDataFrame, FileReport]],
        id_column: str,
    ) -> gpd.GeoDataFrame | None:
        """Read files as one table; None if any row was refused."""
        before = len(self.faults)
        tables = []
        seen = SeenIds()
        for path in paths:
            self.progress(str(path), 0, None)
            try:
                table, report = read(path)
            except BadRows as error:
                self.faults += error.faults
                continue
            self.reports.append(report)
            tables.append(self._new_rows(table, seen, path, id_column))
        if len(self.faults) > before:
            return None
        whole = pd.concat(tables, ignore_index=True)
        return gpd.GeoDataFrame(whole, geometry="geometry", crs=tables[0].crs)

    def _new_rows(
        self, table: gpd.GeoDataFrame, seen: SeenIds, path: Path, id_column: str
    ) -> gpd.GeoDataFrame:
        """Leave out what an earlier file has told already; two records of one id are a fault."""
        ids = table[id_column].to_numpy(dtype=object)
        repeated, clashing = seen.admit(ids, row_digests(table))
        self.faults += [
            Fault(
                str(path),
                None,
                id_column,
                str(ids[row])[:80],
                "another file has the same id with other content; give each record its own id",
            )
            for row in np.flatnonzero(clashing)
        ]
        return table[~repeated]


def _silent(_title: str, _done: int, _total: int | None) -> None:
    """Tell nobody."""
