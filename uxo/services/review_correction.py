"""A correction: the columns that change, checked together with all that stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely
from pydantic import ValidationError

from uxo.errors import BadInput
from uxo.evidence.columns import EVIDENCE_DTYPES, as_table
from uxo.services.record_evidence import SET_BY_SERVER, EvidenceFeature, usable_shape
from uxo.vocabulary import Review

_GIVEN_BY_PEOPLE: Final = tuple(name for name in EVIDENCE_DTYPES if name not in SET_BY_SERVER)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person wants changed.

    Attributes
    ----------
    properties : mapping of str to object
        Columns to replace; None erases.
    geometry : mapping or None
        GeoJSON; None: the place stays where it is.
    """

    properties: Mapping[str, Any]
    geometry: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction that can stand.

    Attributes
    ----------
    feature : EvidenceFeature
        The whole record as it would be.
    columns : mapping of str to object
        What the event carries.
    notes : tuple of str
        What was mended in the geometry.
    """

    feature: EvidenceFeature
    columns: Mapping[str, Any]
    notes: tuple[str, ...]


def check_correction(record: gpd.GeoDataFrame, wanted: Correction) -> Corrected:
    """Check a correction against the record that it changes.

    Parameters
    ----------
    record : GeoDataFrame
        One row, declared evidence columns.
    wanted : Correction
        What is to change.

    Raises
    ------
    BadInput
        Nothing is to change, or the record as it would be cannot stand.
    BadGeometry
        The new geometry can be neither used nor mended.
    """
    if not wanted.properties and wanted.geometry is None:
        msg = "properties, geometry: nothing is to change"
        raise BadInput(msg)
    whole = {**_given(record), **wanted.properties}
    place = wanted.geometry
    if place is None:
        place = shapely.geometry.mapping(record.geometry.iloc[0])
    present = {name: value for name, value in whole.items() if value is not None}
    feature = _read({"type": "Feature", "geometry": place, "properties": present})
    columns = {
        name: getattr(feature.properties, name) if name in present else None
        for name in wanted.properties
    }
    notes: tuple[str, ...] = ()
    if wanted.geometry is not None:
        columns["geometry"], notes = usable_shape(feature)
    return Corrected(feature, columns, notes)


def with_columns(record: gpd.GeoDataFrame, columns: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """Give a record of one row with other values; what is not named stays."""
    changed = record.reset_index(drop=True).astype(object)
    geometry = columns.get("geometry", record.geometry.iloc[0])
    for name, value in columns.items():
        if name != "geometry":
            changed[name] = [value]
    table = gpd.GeoDataFrame(changed.drop(columns="geometry"), geometry=[geometry], crs=record.crs)
    return as_table(table, EVIDENCE_DTYPES)


def corrected_row(record: gpd.GeoDataFrame, columns: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """Give the record as a correction leaves it: what was signed has changed, so nobody signed."""
    unsigned = {"review": Review.UNREVIEWED.value, "reviewed_at": None}
    return with_columns(record, {**columns, **unsigned})


def _given(record: gpd.GeoDataFrame) -> dict[str, Any]:
    """Give the columns that people fill, as they send them."""
    return {name: _sent(record[name].iloc[0]) for name in _GIVEN_BY_PEOPLE}


def _sent(value: Any) -> Any:  # noqa: ANN401  # a cell of any column
    if isinstance(value, tuple):
        return list(value) or None
    if pd.isna(value):
        return None
    return value.isoformat() if isinstance(value, pd.Timestamp) else value


def _read(document: Mapping[str, Any]) -> EvidenceFeature:
    try:
        # As JSON gives it: lists, not tuples, and no other types.
        return EvidenceFeature.model_validate(document)
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: "
            f"{fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_url=False)[:20]
        )
        raise BadInput(said) from error
