"""What a file of roads changes in the network that a store holds."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from uxo.errors import BadFile
from uxo.evidence.files.seen import row_digests
from uxo.roads.ends import NEAR_M, NearMisses, RoadEnds
from uxo.store.contract import Store
from uxo.vocabulary import Layer

_OSM_ID: Final = re.compile(r"w\d+-\d+-\d+(-\d+)?")
_HEADER: Final = ("file", "change", "road_id", "other_road_id", "lon", "lat", "distance_m")


@dataclass(frozen=True, slots=True)
class RoadReport:
    """What became of the network.

    Attributes
    ----------
    new, moved, changed, vanished : tuple of str
        Road ids: not held before; held with another course; held with the same course and other
        columns; held, of the same sort of id, wholly inside the file's extent, and not in the file.
        Roads that vanished stay in the store, with their history.
    islands : int
        Parts of the file's network between which no road leads.
    near_misses : NearMisses
        Ends of plain lines that come within a metre of another and do not meet it.
    """

    new: tuple[str, ...]
    moved: tuple[str, ...]
    changed: tuple[str, ...]
    vanished: tuple[str, ...]
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
        }

    def rows(self, file: str) -> Iterator[tuple[object, ...]]:
        """List everything, as the file of changes has it."""
        for change in ("new", "moved", "changed", "vanished"):
            for road_id in getattr(self, change):
                yield file, change, road_id, "", "", "", ""
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

    def watch(self, tables: Iterable[gpd.GeoDataFrame]) -> Iterator[gpd.GeoDataFrame]:
        """Pass tables on, and look at them."""
        for table in tables:
            self._look(table)
            yield table

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

    def report(self) -> RoadReport:
        """Sum up."""
        return RoadReport(
            new=tuple(self._found["new"]),
            moved=tuple(self._found["moved"]),
            changed=tuple(self._found["changed"]),
            vanished=tuple(self._vanished()),
            islands=self._ends.islands(),
            near_misses=self._ends.near_misses(NEAR_M),
        )

    def _vanished(self) -> list[str]:
        """Name the roads that the file should have and has not."""
        inside = (self._bounds[:, :2] >= self._box[:2]).all(axis=1)
        inside &= (self._bounds[:, 2:] <= self._box[2:]).all(axis=1)
        gone = self._ids[inside & ~self._seen].tolist()
        return [name for name in gone if bool(_OSM_ID.fullmatch(name)) == self._is_osm]


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
