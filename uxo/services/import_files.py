"""Import files of roads, places or evidence into a store, each wholly or not at all."""

import hashlib
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Final

import geopandas as gpd
import pandas as pd

from uxo.errors import BadFile, BadInput, BadRows, Fault
from uxo.evidence.columns import EVIDENCE_DTYPES, ROAD_DTYPES
from uxo.ingest.batch import Batch
from uxo.ingest.evidence_file import read_evidence
from uxo.ingest.places_file import read_places
from uxo.roads.road_file import read_road_file
from uxo.roads.succession import is_osm_id
from uxo.services.rejects_file import RejectsFile
from uxo.services.road_changes import SHARE_MOST, RoadReport, RoadWatch, write_changes
from uxo.store.contract import FileStamp, ImportReceipt, Store, Withdraw
from uxo.vocabulary import Layer

Progress = Callable[[str, int, int | None], None]
"""Called with the file's name, the bytes read of it so far, and its size."""

_Read = Callable[[Path], Iterator[Batch]]
_READERS: Final[Mapping[Layer, _Read]] = MappingProxyType(
    {Layer.ROADS: read_road_file, Layer.PLACES: read_places, Layer.EVIDENCE: read_evidence}
)
# A file with a million faulty rows must not fill the memory; the rejects file has them all.
_MOST_FAULTS: Final = 1_000
_SIDECARS: Final = (".dbf", ".shx", ".prj", ".cpg")
_READ_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of the rows of one file: read = accepted + unchanged + waiting + refused.

    Attributes
    ----------
    file : str
        The file as it was given.
    read : int
        Rows in the file.
    accepted : int
        Rows stored as new, or as a new version of what was there.
    mended : int
        Rows among the accepted ones in which something was put right.
    unchanged : int
        Rows that the store had already, or that repeat an earlier row of the file.
    waiting : int
        Rows put aside for a person to decide on; always 0 for the native formats.
    refused : int
        Rows that were not stored.
    faults : tuple of Fault
        What is wrong with the refused rows, the first thousand.
    changes : tuple of Fault
        What was mended, the first thousand.
    notes : tuple of str
        Remarks on the file as a whole.
    roads : RoadReport or None
        What the file changes in the network; None for other layers, and without a store.
    """

    file: str
    read: int
    accepted: int
    mended: int
    unchanged: int
    waiting: int
    refused: int
    faults: tuple[Fault, ...]
    changes: tuple[Fault, ...]
    notes: tuple[str, ...]
    roads: RoadReport | None = None


@dataclass(frozen=True, slots=True)
class RoadOptions:
    """What may be asked of an import of roads.

    Attributes
    ----------
    snap_m : float
        Join ends of plain lines at most this far apart; 0 joins only ends at one place.
    changes : Path or None
        Where all roads that are new, moved, changed or vanished, and near misses, are listed (CSV).
    replace : bool
        Withdraw the roads that vanished: the file is a newer OpenStreetMap extract of its area.
    share_most : float
        Refuse that when more than this share of the roads would go with nothing in their place.
    """

    snap_m: float = 0.0
    changes: Path | None = None
    replace: bool = False
    share_most: float = SHARE_MOST


def import_files(  # noqa: PLR0913  # the import command's own options, all but two by keyword
    store: Store,
    layer: Layer,
    paths: Sequence[Path],
    *,
    who: str,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Progress | None = None,
    attribution: str = "",
    exercise: bool = False,
    roads: RoadOptions | None = None,
) -> list[FileReport]:
    """Import files one after the other.

    Parameters
    ----------
    store : Store
        Where the rows go.
    layer : Layer
        What the files hold.
    paths : sequence of Path
        The files. All are looked at before the first is imported.
    who : str
        Code of the team that imports.
    dry_run : bool
        Do everything but write to the store.
    rejects : Path or None
        Where refused rows are written, in the format of the files with two more columns; it is
        written even if no row was refused, so that it always tells of this run.
    progress : callable or None
        Told of every batch.
    attribution : str
        Line that every map drawn from these rows must show.
    exercise : bool
        The rows were invented for training.
    roads : RoadOptions or None
        Only for roads.

    Returns
    -------
    list of FileReport
        One for each file, in the order given.

    Raises
    ------
    BadInput
        There are options for roads and the files hold something else; or several files, or one
        that cannot, are to replace roads.
    Refused
        A file would withdraw too many roads.
    BadFile, BadCrs
        A file cannot be read. Files before it stay imported; of this one nothing is stored.
        Importing all of them again is harmless.
    StoreError
        The store cannot take the rows.
    """
    files = [Path(path) for path in paths]
    read = _reader(layer, roads)
    _check_alone(files, roads)
    refused_rows = None if rejects is None else RejectsFile(Path(rejects), files)
    for path in files:
        # Opening finds what is missing, empty or of another kind before anything is stored.
        read(path)
    reports = []
    try:
        for path in files:
            stamp = FileStamp(path.name, _sha256(path))
            watch = RoadWatch(store) if layer is Layer.ROADS else None
            reading = _Reading(path, read, refused_rows, progress, watch=watch)
            tables = reading.tables()
            batches = tables if watch is None else watch.watch(tables)
            # Without a row to store there is nothing to write an event about.
            first = next(batches, None)
            receipt = ImportReceipt(0, 0)
            if first is not None:
                receipt = store.import_rows(
                    layer,
                    chain([first], batches),
                    stamp=stamp,
                    who=who,
                    attribution=attribution,
                    exercise=exercise,
                    dry_run=dry_run,
                    withdraw=_withdrawal(watch, roads),
                )
            report = reading.report(receipt)
            reports.append(report if watch is None else _with_roads(report, watch.report(), roads))
        if refused_rows is not None:
            refused_rows.write()
        if roads is not None and roads.changes is not None:
            write_changes(roads.changes, [(r.file, r.roads) for r in reports if r.roads])
    finally:
        if refused_rows is not None:
            refused_rows.close()
    return reports


def _reader(layer: Layer, roads: RoadOptions | None) -> _Read:
    """Give what reads the files of a layer."""
    if layer is Layer.ROADS:
        return partial(read_road_file, snap_m=0.0 if roads is None else roads.snap_m)
    if roads is not None and roads != RoadOptions():
        raise BadInput(
            f"snapping, replacing and lists of changes are for roads; these are {layer.value}"
        )
    return _READERS[layer]


def _check_alone(files: Sequence[Path], roads: RoadOptions | None) -> None:
    """Refuse to replace by several files: each would withdraw what only the others have."""
    if roads is not None and roads.replace and len(files) > 1:
        raise BadInput("--replace takes one file: what that file does not have is withdrawn")


def _withdrawal(watch: RoadWatch | None, roads: RoadOptions | None) -> Withdraw | None:
    """Give what the store asks for the roads to withdraw."""
    if watch is None or roads is None or not roads.replace:
        return None
    return partial(watch.withdraw, roads.share_most)


def _with_roads(report: FileReport, found: RoadReport, options: RoadOptions | None) -> FileReport:
    """Add what became of the network, and say what it means that roads stay."""
    staying = found.vanished[: len(found.vanished) - len(found.withdrawn)]
    if not staying:
        return replace(report, roads=found)
    if options is not None and options.replace:
        told = "the file has their ways, which were refused"
    elif is_osm_id(staying[0]):
        told = (
            "they are still drawn, counted and used by ways; where a road was only cut anew"
            f" ({len(found.successions)} of them), it lies there twice. If this is a newer"
            " OpenStreetMap extract of the same area, withdraw them with:"
            f" uxo import roads {shlex.quote(report.file)} --replace"
        )
    else:
        told = "whether they are gone or were only left out of the file is for a person to say"
    note = f"{len(staying)} vanished roads stay in the store: {told}"
    return replace(report, notes=(*report.notes, note), roads=found)


def read_all_evidence(path: Path) -> tuple[gpd.GeoDataFrame, FileReport]:
    """Read a file of evidence whole, for work without a store.

    Raises
    ------
    BadRows
        Any row is refused: a hazard must not vanish. Carries all faults.
    BadFile, BadCrs
        The file cannot be read.
    """
    return _read_all(path, Layer.EVIDENCE, EVIDENCE_DTYPES)


def read_all_roads(path: Path) -> tuple[gpd.GeoDataFrame, FileReport]:
    """Read a file of roads whole, for work without a store.

    Raises
    ------
    BadRows
        Any row is refused: a road without a status must not look like no road. Carries all faults.
    BadFile, BadCrs
        The file cannot be read.
    """
    return _read_all(path, Layer.ROADS, ROAD_DTYPES)


def _read_all(
    path: Path, layer: Layer, dtypes: MappingProxyType[str, str]
) -> tuple[gpd.GeoDataFrame, FileReport]:
    reading = _Reading(Path(path), _READERS[layer], None, None, most_faults=None)
    tables = list(reading.tables())
    if reading.refused:
        raise BadRows(
            f"{path}: {reading.refused} of {reading.read} rows were refused:", reading.faults
        )
    table = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=tables[0].crs)
    return table[[*dtypes, "geometry"]], reading.report(ImportReceipt(len(table), 0))


@dataclass(slots=True)
class _Reading:
    """The running sums of one file while it is read."""

    path: Path
    reader: _Read
    rejects: RejectsFile | None
    progress: Progress | None
    most_faults: int | None = _MOST_FAULTS
    watch: RoadWatch | None = None
    read: int = 0
    kept: int = 0
    kept_lines: int = 0
    repeated: int = 0
    refused: int = 0
    mended: int = 0
    faults: list[Fault] = field(default_factory=list)
    changes: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def tables(self) -> Iterator[gpd.GeoDataFrame]:
        """Read the accepted rows; sum up everything else."""
        size = self.path.stat().st_size
        before = _signature(self.path)
        ignored: list[str] = []
        for batch in self.reader(self.path):
            self._add(batch)
            ignored += batch.ignored_columns
            if self.progress is not None:
                self.progress(str(self.path), int(batch.share_read * size), size)
            if len(batch.table):
                yield batch.table
        if ignored:
            self.notes.append(f"columns that are not stored: {', '.join(sorted(ignored))}")
        if _signature(self.path) != before:
            raise BadFile(f"{self.path}: was changed while it was read; import it again")

    def _add(self, batch: Batch) -> None:
        self.read += batch.read
        self.kept += batch.accepted
        self.kept_lines += len(batch.table)
        self.repeated += batch.repeated
        self.refused += len(batch.rejects)
        self.mended += len({fault.row for fault in batch.mended})
        self.notes += batch.notes
        room = None if self.most_faults is None else self.most_faults - len(self.faults)
        self.faults += batch.faults[:room]
        room = None if self.most_faults is None else self.most_faults - len(self.changes)
        self.changes += batch.mended[:room]
        if self.watch is not None:
            self.watch.refuse(batch.rejects)
        if self.rejects is not None:
            self.rejects.add(batch.rejects, batch.crs)

    def report(self, receipt: ImportReceipt) -> FileReport:
        """Close the sums with what the store did.

        A road of several parts is one row of the file and several of the store. Where some of
        its parts changed and others did not, the store's sums do not tell which; the surplus is
        taken off the unchanged ones first. The sum of all is exact.
        """
        surplus = self.kept_lines - self.kept
        unchanged = max(receipt.unchanged - surplus, 0)
        accepted = self.kept - unchanged
        return FileReport(
            file=str(self.path),
            read=self.read,
            accepted=accepted,
            mended=min(self.mended, accepted),
            unchanged=unchanged + self.repeated,
            waiting=0,
            refused=self.refused,
            faults=tuple(self.faults),
            changes=tuple(self.changes),
            notes=tuple(self.notes),
        )


def _signature(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _sha256(path: Path) -> str:
    """Hash a file; for a shapefile all the files that make it up."""
    digest = hashlib.sha256()
    sidecars = [path.with_suffix(suffix) for suffix in _SIDECARS]
    parts = [path, *(p for p in sidecars if p.exists())] if path.suffix == ".shp" else [path]
    for part in parts:
        with part.open("rb") as stream:
            while chunk := stream.read(_READ_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
