"""Small files for the tests of the readers."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from uxo.evidence.files.rows import Batch

POINT = {"type": "Point", "coordinates": [37.15, 36.2]}
SQUARE = [[37.0, 36.0], [37.1, 36.0], [37.1, 36.1], [37.0, 36.1], [37.0, 36.0]]


def feature(geometry: object = POINT, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def find(geometry: object = POINT, **properties: object) -> dict[str, Any]:
    return feature(geometry, **{"id": "F-1", "kind": "find", **properties})


def write_geojson(path: Path, features: Sequence[Any], **members: object) -> Path:
    document = {"type": "FeatureCollection", **members, "features": list(features)}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def write_csv(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def faults(batches: Sequence[Batch]) -> list[tuple[int | None, str]]:
    """Row and field of every fault."""
    return [(fault.row, fault.field) for batch in batches for fault in batch.faults]


def reasons(batches: Sequence[Batch]) -> str:
    return "\n".join(str(fault) for batch in batches for fault in batch.faults)


def notes(batches: Sequence[Batch]) -> str:
    return "\n".join(note for batch in batches for note in batch.notes)


def mended(batches: Sequence[Batch]) -> str:
    return "\n".join(str(fault) for batch in batches for fault in batch.mended)
