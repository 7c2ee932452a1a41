"""``/api/v1/field/records``: the records around a community, for the phones of the teams."""

from typing import Annotated, Any, Final

import numpy as np
import orjson
import pandas as pd
import shapely
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from uxo.services.field_records import FieldRecords, field_records
from uxo.services.live_status import LiveStatusService
from uxo.vocabulary import Category, EvidenceClass, Kind, PositionMethod
from uxo.web.answers import GeometryShape, JsonAnswer
from uxo.web.features import iso
from uxo.web.problems import PROBLEMS_OF_ONE
from uxo.web.strict import StrictRoute

PATH: Final = "/api/v1/field/records"
_DECIMALS: Final = 7  # a centimetre

_Pcode = Annotated[
    str,
    Query(min_length=1, max_length=100, description="P-code of a community, or a district."),
]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FieldRecordShape(_Shape):
    """As little of a record as a phone needs to show it and to speak of it again."""

    id: str
    kind: Kind
    category: Category | None
    evidence_class: EvidenceClass | None
    position_method: PositionMethod | None
    position_error_m: float | None
    observed_day: str | None
    geometry: GeometryShape
    base: list[str] = Field(description="Hashes of its heads; a later record names them.")


class FieldRecordsShape(_Shape):
    """Hazards around a community which were not rejected and whose item is not gone."""

    as_of: str
    pcode: str
    left_out: int = Field(description="How many more there are, further off.")
    records: list[FieldRecordShape]


def router(service: LiveStatusService) -> APIRouter:
    """Build the route.

    Parameters
    ----------
    service : LiveStatusService
        Answers it.
    """
    routes = APIRouter(route_class=StrictRoute, tags=["field"])

    @routes.get(
        PATH,
        operation_id="listFieldRecords",
        summary="Records around a community, for the phone of a team",
        response_model=FieldRecordsShape,
        responses=PROBLEMS_OF_ONE,
    )
    def list_records(pcode: _Pcode) -> JsonAnswer:
        """Give what a team may meet again: to say that it is gone, wrong, or seen once more."""
        found = field_records(service, pcode)
        body = {
            "as_of": iso(service.result().as_of),
            "pcode": pcode,
            "left_out": found.left_out,
            "records": _records(found),
        }
        return JsonAnswer(body)

    return routes


def _records(found: FieldRecords) -> list[dict[str, Any]]:
    table = found.table
    rounded = shapely.transform(table.geometry.to_numpy(), lambda xy: np.round(xy, _DECIMALS))
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "category": _known(row.category),
            "evidence_class": _known(row.evidence_class),
            "position_method": _known(row.position_method),
            "position_error_m": _known(row.position_error_m),
            "observed_day": None
            if pd.isna(row.observed_at)
            else row.observed_at.date().isoformat(),
            "geometry": orjson.Fragment(shapely.to_geojson(shape)),
            "base": list(base),
        }
        for row, shape, base in zip(table.itertuples(), rounded, found.bases, strict=True)
    ]


def _known(value: Any) -> Any:  # noqa: ANN401  # a cell of any column
    return None if pd.isna(value) else value
