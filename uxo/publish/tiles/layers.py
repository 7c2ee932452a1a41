"""The layers that a map asks for, from the tables of a result."""

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from uxo.geo.ragged import IntArray, members
from uxo.publish.tiles.attributes import (
    Attribute,
    flags,
    own_numbers,
    own_words,
    small_numbers,
    words,
)
from uxo.publish.tiles.cell_kernel import NO_RANK
from uxo.publish.tiles.encode import TileLayer, build_layer
from uxo.publish.tiles.road_ranks import MIXED, RANK_BITS, road_bytes
from uxo.publish.tiles.shapes import Shapes
from uxo.status.judge import CLEARED, CLOSED, DIRECT, EXPIRED, INDIRECT, REDUCED, SURVEYED
from uxo.status.result import StatusResult
from uxo.vocabulary import Effect, Status


@unique
class LayerName(StrEnum):
    """The layers."""

    ROADS = "roads"
    PIECES = "pieces"
    MIXED = "mixed"
    HAZARDS = "hazards"
    RELEASES = "releases"
    PLACES = "places"


FIELDS: Final[Mapping[LayerName, Mapping[str, str]]] = MappingProxyType(
    {
        LayerName.ROADS: {
            "i": "Place of the road in the list of roads, from 0; also the feature's id.",
            "class": "Value of highway; absent where it is not known.",
        },
        LayerName.PIECES: {
            "i": "Place of the road in the list of roads, from 0.",
            "rank": "Status: 0 closed to 7 cleared; 3 not surveyed.",
            "conflict": "A valid release and a live hazard both apply.",
            "mixed": "The road has more than one status; this is one piece of it.",
        },
        LayerName.MIXED: {
            "i": "Place of the road in the list of roads, from 0.",
            "rank": "Status: 0 closed to 7 cleared; 3 not surveyed.",
            "conflict": "A valid release and a live hazard both apply.",
        },
        LayerName.HAZARDS: {
            "id": "Id of the item of evidence.",
            "kind": "What it is.",
            "category": "Ordnance category; absent where none is recorded.",
            "rank": "0 to 2 where it counts now; absent where it is set aside.",
            "effect": "What the status rule does with it before any release.",
        },
        LayerName.RELEASES: {
            "id": "Id of the item of evidence.",
            "kind": "What it is.",
            "rank": "4 to 7 where it counts now; absent where it is set aside.",
            "effect": "What the status rule does with it.",
        },
        LayerName.PLACES: {
            "pcode": "P-code.",
            "name_en": "Name in English; absent where it is not known.",
            "name_ar": "Name in Arabic; absent where it is not known.",
        },
    }
)
"""Attributes of each layer, and what they say."""

TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "i": "Number",
        "rank": "Number",
        "count": "Number",
        "worst": "Number",
        "conflict": "Boolean",
        "mixed": "Boolean",
    }
)
"""Types of attributes as TileJSON names them; every other one is a ``String``."""

RANKED: Final = frozenset(
    {LayerName.PIECES, LayerName.MIXED, LayerName.HAZARDS, LayerName.RELEASES}
)
"""Layers whose cells tell a worst rank."""

_RANK_OF: Final = np.full(16, NO_RANK, np.uint8)
_RANK_OF[[CLOSED, DIRECT, INDIRECT]] = (
    Status.CLOSED, Status.CONFIRMED_HAZARD, Status.SUSPECTED_HAZARD,
)  # fmt: skip
_RANK_OF[[EXPIRED, SURVEYED, REDUCED, CLEARED]] = (
    Status.SURVEY_EXPIRED, Status.SURVEYED, Status.REDUCED, Status.CLEARED,
)  # fmt: skip


def roads_layer(roads: gpd.GeoDataFrame) -> TileLayer:
    """Build the geometry of whole roads; it does not know any status."""
    numbers = np.arange(len(roads))
    return build_layer(
        LayerName.ROADS.value,
        Shapes.of(roads.geometry.to_numpy()),
        [own_numbers("i", numbers), _texts("class", roads["highway"])],
        ids=numbers,
    )


def pieces_layer(result: StatusResult) -> TileLayer:
    """Build all roads with their status: whole where they have one, else piece by piece."""
    told = road_bytes(result)
    whole = np.flatnonzero((told & MIXED) == 0)
    cut = _pieces_of_mixed(result, told)
    road = np.concatenate([whole, result.road[cut]])
    rank = np.concatenate([told[whole] & RANK_BITS, result.status[cut]])
    lines = np.concatenate([result.roads.geometry.to_numpy()[whole], result.geometries(cut)])
    conflict = np.concatenate([(told[whole] > (RANK_BITS | MIXED)), result.conflict[cut]])
    mixed = np.arange(len(road)) >= len(whole)
    return _of_pieces(LayerName.PIECES, lines, road, rank, [
        flags("conflict", conflict), flags("mixed", mixed),
    ])  # fmt: skip


def mixed_layer(result: StatusResult) -> TileLayer:
    """Build the pieces of the roads that have more than one status."""
    cut = _pieces_of_mixed(result, road_bytes(result))
    return _of_pieces(
        LayerName.MIXED,
        result.geometries(cut),
        result.road[cut],
        result.status[cut],
        [flags("conflict", result.conflict[cut])],
    )


def _pieces_of_mixed(result: StatusResult, told: npt.NDArray[np.uint8]) -> IntArray:
    return members(result.swept.piece_start, np.flatnonzero(told & MIXED))


def _of_pieces(
    name: LayerName,
    lines: npt.NDArray[np.object_],
    road: npt.NDArray[np.integer],
    rank: npt.NDArray[np.uint8],
    others: list[Attribute],
) -> TileLayer:
    attributes = [own_numbers("i", road), small_numbers("rank", rank), *others]
    return build_layer(name.value, Shapes.of(lines), attributes, rank=rank)


def evidence_rows(result: StatusResult, name: LayerName) -> IntArray:
    """List the rows of the evidence that a layer shows: all that exists, set aside or not."""
    releases = name is LayerName.RELEASES
    return np.flatnonzero(result.judged.exists & (result.judged.is_release == releases))


def evidence_rank(result: StatusResult, rows: IntArray) -> npt.NDArray[np.uint8]:
    """Give the rank that each item of evidence counts for; `NO_RANK`: it is set aside."""
    rank: npt.NDArray[np.uint8] = _RANK_OF[result.judged.counts_as[rows]]
    return rank


def evidence_layer(result: StatusResult, name: LayerName) -> TileLayer:
    """Build the hazards or the releases that exist at the result's moment."""
    rows = evidence_rows(result, name)
    table, rank = result.evidence.iloc[rows], evidence_rank(result, rows)
    effects = [effect.word for effect in Effect]
    attributes = [
        own_words("id", [str(one) for one in table["id"]]),
        _texts("kind", table["kind"]),
        small_numbers("rank", rank, missing=NO_RANK),
        words("effect", [effects[code] for code in result.judged.effect[rows].tolist()]),
    ]
    if name is LayerName.HAZARDS:
        attributes.append(_texts("category", table["category"]))
    return build_layer(name.value, Shapes.of(table.geometry.to_numpy()), attributes, rank=rank)


def places_layer(places: gpd.GeoDataFrame) -> TileLayer:
    """Build the communities."""
    attributes = [_texts(name, places[name]) for name in FIELDS[LayerName.PLACES]]
    return build_layer(LayerName.PLACES.value, Shapes.of(places.geometry.to_numpy()), attributes)


def _texts(name: str, column: pd.Series) -> Attribute:
    missing = column.isna().to_numpy()
    values = column.to_numpy(dtype=object)
    return words(
        name, [None if gone else str(one) for one, gone in zip(values, missing, strict=True)]
    )
