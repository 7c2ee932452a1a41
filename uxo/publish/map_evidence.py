"""Columns of evidence and places for the page of a map."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from uxo.policy import Policy
from uxo.publish.map_payload import Columns, deltas, microdegrees, numbered, scaled
from uxo.status.result import StatusResult
from uxo.vocabulary import (
    RELEASE_KINDS,
    Category,
    EvidenceClass,
    Kind,
    PositionMethod,
    Review,
)

KINDS: Final = tuple(Kind)
CATEGORIES: Final = tuple(Category)
METHODS: Final = tuple(PositionMethod)
_TIMES: Final = ("observed_at", "recorded_at", "disposed_at", "starts_at", "ends_at")
_CENTIMETRES: Final = 100.0

# How the page draws one part of a geometry.
POINT, LINE, RING = range(3)


@dataclass(frozen=True, slots=True)
class EvidencePart:
    """The evidence that a page carries.

    Attributes
    ----------
    columns : mapping of str to array
        Columns whose names start with ``e_`` (one value an item) or ``g_`` (geometry).
    tables : mapping of str to object
        Lists of words.
    row_of : int32[len(evidence)]
        Row on the page of each row of the evidence table; -1 for what does not exist yet.
    """

    columns: Columns
    tables: Mapping[str, object]
    row_of: npt.NDArray[np.int32]


def evidence_part(result: StatusResult) -> EvidencePart:
    """Take the evidence which existed at the result's moment (status rule, 4.1)."""
    judged = result.judged
    rows = np.flatnonzero(judged.exists)
    table = result.evidence.iloc[rows]
    row_of = np.full(len(result.evidence), -1, np.int32)
    row_of[rows] = np.arange(len(rows), dtype=np.int32)
    teams, team = numbered(table["team"])
    stated_error_m = table["position_error_m"].to_numpy(np.float64)
    error_m = judged.error_m[rows]
    columns: dict[str, npt.NDArray[np.int32] | npt.NDArray[np.uint8]] = {
        "e_kind": judged.kind[rows].astype(np.uint8),
        "e_category": _codes(table["category"], CATEGORIES, Category.UNKNOWN),
        "e_method": _codes(table["position_method"], METHODS, PositionMethod.UNKNOWN),
        "e_review": _codes(table["review"], tuple(Review), Review.UNREVIEWED),
        # What is not known to be suspected counts as confirmed.
        "e_class": _codes(table["evidence_class"], tuple(EvidenceClass), EvidenceClass.DIRECT),
        "e_effect": judged.effect[rows],
        "e_assumed": (error_m != stated_error_m).astype(np.uint8),
        "e_error": scaled(error_m, _CENTIMETRES),
        "e_footprint": scaled(judged.footprint_m[rows], _CENTIMETRES),
        "e_depth": scaled(table["depth_m"].to_numpy(np.float64), _CENTIMETRES),
        "e_width": scaled(table["width_m"].to_numpy(np.float64), _CENTIMETRES),
        "e_team": team,
        "e_due": _minutes(_due(table, result.policy)),
        **{f"e_{name}": _minutes(table[name]) for name in _TIMES},
        **_geometry(table.geometry.to_numpy()),
    }
    return EvidencePart(columns, {"evidence_ids": table["id"].tolist(), "teams": teams}, row_of)


def places_part(
    places: gpd.GeoDataFrame | None,
) -> tuple[dict[str, npt.NDArray[np.int32]], dict[str, object]]:
    """Take names and one point for each place; a drawn community gets a point inside itself."""
    if places is None or len(places) == 0:
        return {"p_x": np.zeros(0, np.int32), "p_y": np.zeros(0, np.int32)}, {"places": []}
    points = shapely.point_on_surface(places.geometry.to_numpy())
    kept = ~(shapely.is_empty(points) | shapely.is_missing(points))
    names = places.loc[kept, ["name_en", "name_ar"]].fillna("").to_numpy().tolist()
    return {
        "p_x": microdegrees(shapely.get_x(points[kept])),
        "p_y": microdegrees(shapely.get_y(points[kept])),
    }, {"places": names}


def _codes(column: pd.Series, words: tuple[str, ...], missing: str) -> npt.NDArray[np.uint8]:
    """Give words their numbers in a vocabulary; a missing one counts as ``missing``."""
    values = [str(word) for word in words]
    codes = pd.Categorical(column, categories=values).codes
    return np.where(codes < 0, values.index(str(missing)), codes).astype(np.uint8)


def _minutes(column: pd.Series) -> npt.NDArray[np.int32]:
    """Whole minutes since 1970 in UTC; a missing time stays missing."""
    moments = column.dt.tz_localize(None).to_numpy("datetime64[us]")
    seconds = moments.astype("datetime64[s]").astype(np.int64).astype(np.float64)
    seconds[np.isnat(moments)] = np.nan
    return scaled(np.floor(seconds / 60.0), 1.0)


def _due(table: gpd.GeoDataFrame, policy: Policy) -> pd.Series:
    """Review date of each release (policy, by kind); missing for hazards and without a date."""
    days = {kind.value: policy.review_period_days(kind) for kind in RELEASE_KINDS}
    period = pd.to_timedelta(table["kind"].map(days).astype("float64"), unit="D")
    longest = timedelta(days=max(days.values(), default=0.0))
    # A date so late that adding the period would overflow has no review date to show.
    fits = table["observed_at"] < pd.Timestamp.max.tz_localize("UTC") - longest
    return (table["observed_at"].where(fits) + period).astype("datetime64[us, UTC]")


def _geometry(
    shapes: npt.NDArray[np.object_],
) -> dict[str, npt.NDArray[np.int32] | npt.NDArray[np.uint8]]:
    """Take shapes apart into points, lines and rings, each with the item that it belongs to."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    # A collection may hold a multi-geometry in turn.
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    is_polygon = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, polygon = shapely.get_rings(parts[is_polygon], return_index=True)
    lines = np.concatenate([parts[~is_polygon], rings])
    owners = np.concatenate([owner[~is_polygon], owner[is_polygon][polygon]]).astype(np.int32)
    order = np.argsort(owners, kind="stable")
    lines, owners = lines[order], owners[order]
    form = np.select(
        [
            shapely.get_type_id(lines) == shapely.GeometryType.POINT,
            shapely.get_type_id(lines) == shapely.GeometryType.LINEARRING,
        ],
        [POINT, RING],
        default=LINE,
    )
    at = shapely.get_coordinates(lines)
    return {
        "g_owner": deltas(owners),
        "g_form": form.astype(np.uint8),
        "g_size": shapely.get_num_coordinates(lines).astype(np.int32),
        "g_x": deltas(microdegrees(at[:, 0])),
        "g_y": deltas(microdegrees(at[:, 1])),
    }
