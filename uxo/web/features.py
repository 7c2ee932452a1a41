"""Turn tables into GeoJSON features."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import shapely

from uxo.evidence.columns import EVIDENCE_DTYPES, TIME_DTYPE
from uxo.services.pages import PiecePage
from uxo.status.result import StatusResult
from uxo.vocabulary import Status

_DECIMALS: Final = 7  # a centimetre


def iso(moment: datetime) -> str:
    """Write a time as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def piece_features(page: PiecePage, *, explained: bool) -> Iterator[dict[str, Any]]:
    """Write the pieces of a page, with the properties of the contract.

    Parameters
    ----------
    page : PiecePage
        Which pieces of which result.
    explained : bool
        False: the reasons are left out, because they name single finds with what and when.
    """
    frame = page.result.to_frame(page.pieces)
    times = {"as_of": iso(page.result.as_of), "known_at": iso(page.result.known_at)}
    columns = [name for name in frame.columns if name != "geometry"]
    # Every coordinate by itself: snapping to a grid would drop what is smaller than the grid.
    rounded = shapely.transform(frame.geometry.to_numpy(), lambda xy: np.round(xy, _DECIMALS))
    lines = _as_geojson(rounded)
    for values, line in zip(frame[columns].to_dict("records"), lines, strict=True):
        beside = values["hazard_beside_m"]
        properties = {
            **values,
            **times,
            "reasons": values["reasons"] if explained else [],
            "hazard_beside_m": None if pd.isna(beside) else round(float(beside), 2),
        }
        yield {"type": "Feature", "properties": properties, "geometry": line}


def evidence_features(table: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    """Write items of evidence with all native properties.

    Parameters
    ----------
    table : GeoDataFrame
        Declared evidence columns.
    """
    columns = {name: _plain(table[name], dtype) for name, dtype in EVIDENCE_DTYPES.items()}
    # Evidence goes out to the last digit, as it was signed.
    for number, geometry in enumerate(_as_geojson(table.geometry.to_numpy())):
        properties = {name: values[number] for name, values in columns.items()}
        yield {
            "type": "Feature",
            "id": properties["id"],
            "properties": properties,
            "geometry": geometry,
        }


def _plain(column: pd.Series, dtype: str) -> list[Any]:
    """Give the values of a column as JSON knows them; missing ones are None."""
    if dtype == TIME_DTYPE:
        return [None if pd.isna(value) else iso(value.to_pydatetime()) for value in column]
    if dtype == "object":
        return [list(value) for value in column]
    return [None if pd.isna(value) else value for value in column.tolist()]


def _as_geojson(geometries: npt.NDArray[np.object_]) -> list[orjson.Fragment | None]:
    """Write geometries as GeoJSON text; a missing one is None."""
    texts = shapely.to_geojson(geometries)
    return [None if text is None else orjson.Fragment(text) for text in texts]


def about(result: StatusResult) -> dict[str, str]:
    """Say what a result is about: the moment, the knowledge and the figures."""
    return {
        "as_of": iso(result.as_of),
        "known_at": iso(result.known_at),
        "policy_digest": result.policy.digest,
    }


def km_words(km_by_status: Mapping[Status, float]) -> dict[str, float]:
    """Write kilometres per status, to the millimetre, by the words of the ladder."""
    return {status.word: round(km, 6) for status, km in km_by_status.items()}
