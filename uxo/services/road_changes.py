"""What a file of roads changes in the network that a store holds."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from uxo.errors import BadFile, BadInput, Refused
from uxo.evidence.files.rows import Reject
from uxo.evidence.files.seen import row_digests
from uxo.roads.ends import NEAR_M, NearMisses, RoadEnds
from uxo.roads.succession import Change, Succession, is_osm_id, successions, way_of
from uxo.store.contract import Store
from uxo.vocabulary import Layer

# An extract of a neighbouring area has hardly any of the roads held here. Between two editions of
# one extract, roads that go without anything in their place are rare.
SHARE_MOST: Final = 0.1
_HEADER: Final = ("file", "change", "road_id", "other_road_id", "lon", "lat", "distance_m")


@dataclass(frozen=True, slots=True)
class RoadReport:
    """What became of the network.

    Attributes
    ----------
    new, moved, changed, vanished : tuple of str
        Road ids: not held before; held with another course; held with the same course and other
        columns; held, of the same sort of id, wholly inside the file's extent, and not in the file.
    withdrawn : tuple of str
        Those of the vanished that the import took away; the others stay.
    successions : tuple of Succession
        What lies in the place of vanished roads, where that is known.
    islands : int
        Parts of the file's network between which no road leads.
    near_misses : NearMisses
        Ends of plain lines that come within a metre of another and do not meet it.
    """

    new: tuple[str, ...]
    moved: tuple[str, ...]
    changed: tuple[str, ...]
    vanished: tuple[str, ...]
    withdrawn: tuple[str, ...]
    successions: tuple[Succession, ...]
    islands: int
    near_misses: NearMisses

    def counts(self) -> dict[str, int]:
        """Count them."""
        return {
            "new": len(self.new),
            "moved": len(self.moved),
            "changed": len(self.changed),
            "vanished": len(self.vanished),
            "islands": self.islands,
            "near_misses": len(self.near_misses.distance_m),
            "withdrawn": len(self.withdrawn),
            **{change.value: len(self.successors(change)) for change in Change},
        }

    def successors(self, change: Change) -> dict[str, tuple[str, ...]]:
        """Give the vanished roads of which this became, with what lies in their place."""
        return {one.road_id: one.successors for one in self.successions if one.change is change}

    def rows(self, file: str) -> Iterator[tuple[object, ...]]:
        """List everything, as the file of changes has it."""
        for change in ("new", "moved", "changed", "vanished", "withdrawn"):
            for road_id in getattr(self, change):
                yield file, change, road_id, "", "", "", ""
        for one in self.successions:
            for successor in one.successors:
                yield file, one.change.value, one.road_id, successor, "", "", ""
        misses = self.near_misses
        for road_id, other, (lon, lat), metres in zip(
            misses.road_id,
            misses.other_id,
            misses.place.tolist(),
            misses.distance_m.tolist(),
            strict=True,
        ):
            yield file, "near_miss", road_id, other, f"{lon:.7f}", f"{lat:.7f}", f"{metres:.3f}"


class RoadWatch:
    """Looks at the roads of one file as they go by.

    Parameters
    ----------
    store : Store
        As it is before the import.
    """

    def __init__(self, store: Store) -> None:
        held = store.state(Layer.ROADS)
        self._ids = pd.Index(held["road_id"])
        self._courses = _courses(held)
        self._rows = row_digests(held)
        self._bounds = shapely.bounds(held.geometry.to_numpy())
        self._seen = np.zeros(len(held), dtype=bool)
        self._box = np.array([np.inf, np.inf, -np.inf, -np.inf])
        self._ends = RoadEnds()
        self._is_osm = False
        self._found: dict[str, list[str]] = {"new": [], "moved": [], "changed": []}
        self._refused_ways: set[str | None] = set()
        self._refused_others = 0
        self._withdrawn: tuple[str, ...] = ()

    def watch(self, tables: Iterable[gpd.GeoDataFrame]) -> Iterator[gpd.GeoDataFrame]:
        """Pass tables on, and look at them."""
        for table in tables:
            self._look(table)
            yield table

    def refuse(self, rejects: Iterable[Reject]) -> None:
        """Take note of refused rows: their roads are in the file, though they were not taken."""
        for reject in rejects:
            if reject.fault.field == "way":
                self._refused_ways.add(reject.fault.value)
            else:
                self._refused_others += 1

    def _look(self, table: gpd.GeoDataFrame) -> None:
        self._ends.add(table)
        low = shapely.total_bounds(table.geometry.to_numpy())
        self._box[:2] = np.minimum(self._box[:2], low[:2])
        self._box[2:] = np.maximum(self._box[2:], low[2:])
        ids = table["road_id"].to_numpy(dtype=object)
        self._is_osm = self._is_osm or bool(table["from_node"].notna().any())
        place = self._ids.get_indexer(ids)
        known = place >= 0
        self._found["new"] += ids[~known].tolist()
        if not known.any():
            return
        held = place[known]
        self._seen[held] = True
        moved = _courses(table)[known] != self._courses[held]
        changed = ~moved & (row_digests(table)[known] != self._rows[held])
        self._found["moved"] += ids[known][moved].tolist()
        self._found["changed"] += ids[known][changed].tolist()

    def withdraw(self, share_most: float = SHARE_MOST) -> Mapping[str, Sequence[str]]:
        """Tell which roads a newer file takes away, once all of it went by.

        Parameters
        ----------
        share_most : float
            Refuse when more than this share (0 to 1) of the roads inside the extent would go
            with nothing in their place.

        Returns
        -------
        mapping of str to sequence of str
            Road id -> what lies in its place, as `uxo.store.contract.Store` takes it.

        Raises
        ------
        BadInput
            The roads are not OpenStreetMap's, or rows without a way's number were refused.
        Refused
            Too many would go.
        """
        self._check_replaces()
        gone = [name for name in self._vanished() if way_of(name) not in self._refused_ways]
        heirs: dict[str, Sequence[str]] = dict.fromkeys(gone, ())
        for one in successions(gone, self._standing()):
            heirs[one.road_id] = one.successors
        lost = sum(not found for found in heirs.values())
        inside = sum(map(is_osm_id, self._ids[self._inside()]))
        if lost > share_most * inside:
            msg = (
                f"{lost} of the {inside} roads held inside the file's extent would be withdrawn"
                f" with nothing in their place, more than the share of {share_most:g} that is"
                " allowed: is it an extract of the same area? Look at the list (--dry-run"
                " --changes FILE, without --replace); if it is right, allow more (--share-most)"
            )
            raise Refused(msg)
        self._withdrawn = tuple(gone)
        return heirs

    def _check_replaces(self) -> None:
        """Refuse a file of which it is not sure what it lacks."""
        other = next((name for name in self._standing() if not is_osm_id(name)), None)
        if other is not None:
            msg = (
                f"only roads of OpenStreetMap can be replaced, and {other!r} is none: a file of"
                " lines does not tell which other lines it stands for"
            )
            raise BadInput(msg)
        if self._refused_others:
            msg = (
                f"{self._refused_others} rows were refused, and their roads would be withdrawn:"
                " mend them (--rejects FILE), or import without --replace"
            )
            raise BadInput(msg)

    def _standing(self) -> list[str]:
        """List the roads of the file."""
        return [*self._found["new"], *self._ids[self._seen]]

    def report(self) -> RoadReport:
        """Sum up."""
        vanished = self._vanished()
        return RoadReport(
            new=tuple(self._found["new"]),
            moved=tuple(self._found["moved"]),
            changed=tuple(self._found["changed"]),
            vanished=tuple(vanished),
            withdrawn=self._withdrawn,
            successions=tuple(successions(vanished, self._standing()) if vanished else ()),
            islands=self._ends.islands(),
            near_misses=self._ends.near_misses(NEAR_M),
        )

    def _vanished(self) -> list[str]:
        """Name the roads that the file should have and has not."""
        gone = self._ids[self._inside() & ~self._seen].tolist()
        return [name for name in gone if is_osm_id(name) == self._is_osm]

    def _inside(self) -> NDArray[np.bool_]:
        """Tell which roads held lie wholly inside the file's extent."""
        low = (self._bounds[:, :2] >= self._box[:2]).all(axis=1)
        high = (self._bounds[:, 2:] <= self._box[2:]).all(axis=1)
        return np.asarray(low & high)


def write_changes(path: Path, reports: Iterable[tuple[str, RoadReport]]) -> None:
    """Write a CSV file of all changes.

    Parameters
    ----------
    path : Path
        Written over whatever is there.
    reports : iterable of (str, RoadReport)
        The files, in order.

    Raises
    ------
    BadFile
        It cannot be written there.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_HEADER)
            for file, report in reports:
                writer.writerows(report.rows(file))
    except OSError as error:
        raise BadFile(f"{path}: cannot be written ({error.strerror})") from error


def _courses(table: gpd.GeoDataFrame) -> NDArray[np.uint64]:
    """Digest the courses; equal ones have equal digests."""
    return row_digests(table[["geometry"]])
