"""The answer: pieces of road, each with its status, its reasons and its geometry."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from uxo.status.beside import distance_to_hazards_beside
from uxo.status.cut import cut_pieces
from uxo.status.pieces import FloatArray, PieceTable
from uxo.status.words import Reason, reasons_in_words
from uxo.vocabulary import Status

__all__ = ["Reason", "StatusResult"]


@dataclass(frozen=True, slots=True)
class StatusResult(PieceTable):
    """Pieces of every road at one moment; see :class:`~uxo.status.pieces.PieceTable`."""

    def reasons(self, piece: int) -> list[Reason]:
        """Give the reasons of one piece, those that decide its status first."""
        return self.reasons_of(np.array([piece]))[0]

    def reasons_of(self, pieces: npt.NDArray[np.intp]) -> list[list[Reason]]:
        """Give the reasons of some pieces."""
        return reasons_in_words(self, pieces)

    def geometries(self, pieces: npt.NDArray[np.intp] | None = None) -> npt.NDArray[np.object_]:
        """Cut the pieces out of their roads: LineStrings in EPSG:4326, object[pieces]."""
        return cut_pieces(self, np.arange(len(self)) if pieces is None else pieces)

    def hazard_beside_m(self, pieces: npt.NDArray[np.intp] | None = None) -> FloatArray:
        """Distance to the nearest hazard that is ended on the road but not at its own place (4.7).

        Returns
        -------
        float64[pieces]
            Ground metres from the centreline to the hazard's geometry less its error, at least 0;
            NaN where there is none.
        """
        return distance_to_hazards_beside(self, np.arange(len(self)) if pieces is None else pieces)

    def to_frame(self, pieces: npt.NDArray[np.intp] | None = None) -> gpd.GeoDataFrame:
        """Make the table that files and partners receive, one row a piece.

        Returns
        -------
        GeoDataFrame
            ``road_id, from_m, to_m, status, rank, reasons, conflict, hazard_beside_m,
            clearance_under_way, as_of, known_at, policy_digest, geometry`` in EPSG:4326;
            ``reasons`` is a list of ``{evidence_id, effect, text}``.
        """
        chosen = np.arange(len(self)) if pieces is None else pieces
        words = np.array([status.word for status in Status], dtype=object)
        columns: dict[str, Any] = {
            "road_id": self.roads["road_id"].to_numpy(dtype=object)[self.road[chosen]],
            "from_m": self.from_m[chosen],
            "to_m": self.to_m[chosen],
            "status": words[self.status[chosen]],
            "rank": self.status[chosen].astype(np.int64),
            "reasons": [
                [
                    {"evidence_id": r.evidence_id, "effect": r.effect.word, "text": r.text}
                    for r in reasons
                ]
                for reasons in self.reasons_of(chosen)
            ],
            "conflict": self.conflict[chosen],
            "hazard_beside_m": self.hazard_beside_m(chosen),
            "clearance_under_way": self.clearance_under_way[chosen],
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at.isoformat(),
            "policy_digest": self.policy.digest,
        }
        return gpd.GeoDataFrame(columns, geometry=self.geometries(chosen), crs="EPSG:4326")
