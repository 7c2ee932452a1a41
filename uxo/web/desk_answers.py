"""Write what the desk answers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

from uxo.services.log_fold import Effect
from uxo.services.phone_told import Told
from uxo.services.review import Looked, Queue
from uxo.services.review_history import Step
from uxo.services.review_roads import NO_EFFECT, Around
from uxo.vocabulary import Effect as RuleEffect
from uxo.vocabulary import Status
from uxo.web.features import evidence_features, iso, km_words

_BRIEF: Final = (
    "id", "kind", "category", "evidence_class", "team", "observed_at", "recorded_at", "review",
)  # fmt: skip
_DEGREE_DECIMALS: Final = 6


def queue_body(queue: Queue, *, exercise: bool) -> dict[str, Any]:
    """Write the queue."""
    table, worry = queue.waiting.table, queue.waiting.worry
    entries = [
        {**brief, "worry": one.value, "conflict": list(queue.conflict.get(brief["id"], ()))}
        for brief, one in zip(_briefs(table), worry, strict=True)
    ]
    counts = {one.value: count for one, count in queue.waiting.count.items()}
    return {"counts": counts, "entries": entries, "exercise": exercise}


def looked_body(looked: Looked, *, team: str, exercise: bool) -> dict[str, Any]:
    """Write one record."""
    (feature,) = evidence_features(looked.table)
    rows = [near.row for near in looked.near]
    nearby = [
        {**brief, "distance_m": round(near.distance_m, 1), "errors_m": round(near.errors_m, 1)}
        for brief, near in zip(_briefs(looked.others.iloc[rows]), looked.near, strict=True)
    ]
    return {
        "record": feature,
        "seen": looked.seen,
        "conflict": list(looked.conflict),
        "on_road": looked.on_road,
        "history": [_step(step) for step in looked.steps],
        "nearby": nearby,
        "may": {
            deed.value: None if why is None else why.value
            for deed, why in looked.hindrances.items()
        },
        "team": team,
        "exercise": exercise,
    }


def around_body(around: Around, attribution: Sequence[str]) -> dict[str, Any]:
    """Write the roads around a record."""
    bounds = around.bounds
    box = None if bounds is None else [bounds.west, bounds.south, bounds.east, bounds.north]
    return {
        "type": "FeatureCollection",
        "bbox": box,
        "attribution": list(attribution),
        "features": list(_around_features(around)),
    }


def _around_features(around: Around) -> Iterator[dict[str, Any]]:
    result, pieces = around.result, around.pieces
    rows = result.road[pieces]
    ids, names = (result.roads[one].to_numpy(dtype=object)[rows] for one in ("road_id", "name"))
    rounded = shapely.transform(
        result.geometries(pieces), lambda xy: np.round(xy, _DEGREE_DECIMALS + 1)
    )
    lines = shapely.to_geojson(rounded)
    for place, (piece, effect) in enumerate(
        zip(pieces.tolist(), around.effect.tolist(), strict=True)
    ):
        status = Status(int(result.status[piece]))
        properties = {
            "road_id": ids[place],
            "name": None if pd.isna(names[place]) else names[place],
            "from_m": round(float(result.from_m[piece]), 2),
            "to_m": round(float(result.to_m[piece]), 2),
            "status": status.word,
            "rank": int(status),
            "effect": None if effect == NO_EFFECT else RuleEffect(effect).word,
        }
        line = orjson.Fragment(lines[place])
        yield {"type": "Feature", "properties": properties, "geometry": line}


def effect_body(effect: Effect) -> dict[str, Any]:
    """Write what a decision does to the roads."""
    return {
        "roads_touched": effect.roads_touched,
        "road_ids": list(effect.road_ids),
        "km_before": km_words(effect.km_before),
        "km_after": km_words(effect.km_after),
        "moved": [
            {"from_status": before.word, "to_status": after.word, "km": round(km, 6)}
            for (before, after), km in effect.moved_km.items()
        ],
        "sentences": list(_sentences(effect)),
    }


def _sentences(effect: Effect) -> Iterator[str]:
    if not effect.moved_km:
        yield "No road changes its status."
    for (before, after), km in effect.moved_km.items():
        words = (status.word.replace("_", " ") for status in (before, after))
        length = f"{km:.1f} km" if km >= 1 else f"{km * 1000:.0f} m"
        yield "{length} of road go from {0} to {1}.".format(*words, length=length)


def _briefs(table: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    places = shapely.point_on_surface(table.geometry.to_numpy())
    for feature, place in zip(evidence_features(table), places, strict=True):
        known = place is not None and not place.is_empty
        yield {
            **{name: feature["properties"][name] for name in _BRIEF},
            "lon": round(place.x, _DEGREE_DECIMALS) if known else None,
            "lat": round(place.y, _DEGREE_DECIMALS) if known else None,
        }


def told_body(told: Told) -> dict[str, Any]:
    """Write what one record of a phone told."""
    return {
        "event_id": told.event_id,
        "device": told.device,
        "team": told.team,
        "device_seq": told.device_seq,
        "app": told.app,
        "device_time": told.device_time,
        "received_at": iso(told.received_at),
        "skew_s": None if told.skew_ms is None else told.skew_ms / 1000,
        "details": told.details,
    }


def _step(step: Step) -> Mapping[str, Any]:
    return {
        "hash": step.hash,
        "type": step.type.value,
        "at": iso(step.at),
        "team": step.team,
        "device": step.device,
        "review": step.review,
        "reason": step.reason,
        "changes": dict(step.changes),
        "counts": step.counts,
    }
