"""Turn parsed GeoJSON features into columns and geometries."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from uxo.evidence.files.geojson_geometry import build_geometries
from uxo.evidence.files.rows import REJECT_COLUMNS, Findings, RawBatch, RawRow

FEATURE_ID = "feature id"
"""Column that carries the features' own ``id`` member; no property name clashes with it."""


def raw_batch(
    features: Sequence[Any], first_row: int, wanted: Collection[str], share_read: float
) -> RawBatch:
    """Turn features into one batch.

    Parameters
    ----------
    features : sequence
        Parsed JSON values; whatever is not a Feature is refused by row.
    first_row : int
        Number of the first feature.
    wanted : collection of str
        Properties to hand on.
    share_read : float
        How much of the file has been read.
    """
    found = Findings()
    whole: list[dict[str, Any]] = []
    for position, feature in enumerate(features):
        if _is_feature(feature):
            whole.append(feature)
        else:
            found.refuse(position, "feature", json.dumps(feature), "is not a GeoJSON Feature")
            whole.append({})
    properties = [feature.get("properties") or {} for feature in whole]
    names = set().union(*properties)
    columns: dict[str, Sequence[object]] = {
        name: [row.get(name) for row in properties] for name in wanted if name in names
    }
    if any("id" in feature for feature in whole):
        columns[FEATURE_ID] = [feature.get("id") for feature in whole]
    geometry = build_geometries([feature.get("geometry") for feature in whole], found)
    return RawBatch(
        first_row=first_row,
        columns=columns,
        geometry=geometry,
        found=found,
        ignored_columns=frozenset(names) - set(wanted) - REJECT_COLUMNS,
        raw=lambda position: _raw_row(features[position]),
        share_read=share_read,
    )


def _is_feature(value: object) -> bool:
    """Tell a Feature whose properties are an object or null from anything else."""
    return (
        isinstance(value, dict)
        and value.get("type") == "Feature"
        and isinstance(value.get("properties"), dict | None)
    )


def _raw_row(feature: object) -> RawRow:
    """Keep a refused feature, even one that is no feature at all."""
    if not isinstance(feature, dict):
        return RawRow({"value": feature})
    properties = feature.get("properties")
    return RawRow(
        properties if isinstance(properties, dict) else {},
        feature.get("geometry"),
        feature.get("id"),
    )
