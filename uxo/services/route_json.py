"""The shape in which a return route and its status leave: ``--json`` and the web service."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import geopandas as gpd
import numpy as np
import orjson
import shapely

from uxo.evidence.routes import Waypoint
from uxo.plan.route_report import BlockingPlace, RouteReport
from uxo.vocabulary import Status

Names = Mapping[str, tuple[str | None, str | None]]
"""P-code -> English and Arabic name."""

_DECIMALS: Final = 7  # a centimetre


def place_names(places: gpd.GeoDataFrame) -> Names:
    """Give the names of communities."""
    texts = places[["name_en", "name_ar"]].astype(object).where(places.notna(), None)
    pairs = zip(texts["name_en"], texts["name_ar"], strict=True)
    return dict(zip(places["pcode"].astype(object), pairs, strict=True))


def _end_json(at: Waypoint, pcode: str | None, names: Names) -> dict[str, Any]:
    name_en, name_ar = names.get(pcode or "", (None, None))
    return {"lon": at.lon, "lat": at.lat, "pcode": pcode, "name_en": name_en, "name_ar": name_ar}


def report_json(report: RouteReport, names: Names) -> dict[str, Any]:
    """Write a report without its pieces."""
    route = report.route
    return {
        "id": route.id,
        "name": route.name,
        "name_ar": route.name_ar,
        "mode": route.mode.value,
        "source": route.source.value,
        "season": route.season,
        "households": route.households,
        "allowed": [one.word for one in Status if one in route.allowed],
        "from": _end_json(route.waypoints[0], route.from_place, names),
        "to": _end_json(route.waypoints[-1], route.to_place, names),
        "waypoints": [[one.lon, one.lat] for one in route.waypoints],
        "worst": report.worst.word,
        "metres": {one.word: round(report.metres[one], 2) for one in Status},
        "length_m": round(report.length_m, 2),
        "not_surveyed_m": round(report.not_surveyed_m, 2),
        "not_vouched_m": round(report.not_vouched_m, 2),
        "oldest_knowledge": _day(report.oldest_knowledge),
        "rely_until": _day(report.rely_until),
        "as_of": _iso(report.as_of),
        "known_at": _iso(report.known_at),
        "policy_digest": report.policy_digest,
        "blocking": [_blocking_json(place) for place in report.blocking],
        "gone": list(report.gone),
        "changed": list(report.changed),
        "gaps": [
            {
                "after": gap.after,
                "metres": round(gap.metres, 2),
                "line": [[one.lon, one.lat] for one in gap.line],
            }
            for gap in route.gaps
        ],
        "conflict": list(route.conflict),
        "retired": route.retired,
        "recorded_at": _iso(route.recorded_at),
        "changed_at": _iso(route.changed_at),
    }


def pieces_json(report: RouteReport) -> dict[str, Any]:
    """Write the pieces of a route as GeoJSON, in the order of travel."""
    table = report.pieces()
    columns = ["road_id", "from_m", "to_m", "status", "rank", "conflict"]
    # Every coordinate by itself: snapping to a grid would drop what is smaller than the grid.
    lines = shapely.transform(table.geometry.to_numpy(), lambda xy: np.round(xy, _DECIMALS))
    features = [
        {"type": "Feature", "properties": values, "geometry": orjson.loads(text)}
        for values, text in zip(
            table[columns].to_dict("records"), shapely.to_geojson(lines), strict=True
        )
    ]
    return {"type": "FeatureCollection", "features": features}


def without_evidence(told: dict[str, Any]) -> dict[str, Any]:
    """Take out what leads to single finds: null in place of ids and reasons."""
    blocking = [{**one, "evidence_ids": None, "text": None} for one in told["blocking"]]
    return told | {"blocking": blocking}


def _blocking_json(place: BlockingPlace) -> dict[str, Any]:
    return {
        "status": place.status.word,
        "road_id": place.road_id,
        "road_name": place.road_name,
        "from_m": round(place.from_m, 2),
        "to_m": round(place.to_m, 2),
        "metres": round(place.metres, 2),
        "lon": round(place.lon, _DECIMALS),
        "lat": round(place.lat, _DECIMALS),
        "evidence_ids": list(place.evidence_ids),
        "text": place.text,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
