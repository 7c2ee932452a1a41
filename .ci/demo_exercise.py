"""Make up the exercise of the demo: evidence that never was, on roads that are real.

Every place, date and depth below is invented. It is drawn so that each rung of the status ladder
and each clause of the status rule shows somewhere on the map on 2026-11-21 at 12:00 UTC.
Positions are scattered by a fixed seed, so that two runs give the same file to the byte.
"""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from demo_roads import SOURCE_CRS, Network
from demo_routes import metric, route
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

SEED = 20261121
AS_OF = datetime(2026, 11, 21, 12, tzinfo=UTC)

CORRIDOR_M = 45.0  # half-width of a drawn corridor: room for both carriageways, e + w and jitter


@dataclass(slots=True)
class Exercise:
    """The rows so far, and what is needed to make more."""

    network: Network
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(SEED))
    rows: list[dict[str, Any]] = field(default_factory=list)
    counters: dict[str, Any] = field(default_factory=dict)

    def add(self, letter: str, geometry: BaseGeometry, **properties: object) -> str:
        """Add one item of evidence; ``geometry`` is in SOURCE_CRS; None is left out."""
        number = next(self.counters.setdefault(letter, itertools.count(1)))
        name = f"EXERCISE-{letter}-{number:03d}"
        team = f"EX-{1 + int(self.rng.integers(8)):02d}"
        kept = {key: value for key, value in properties.items() if value is not None}
        self.rows.append({"id": name, **kept, "team": team, "geometry": geometry})
        return name

    def near(self, lon_lat: tuple[float, float], spread_m: float) -> shapely.Point:
        """Give a point scattered around a place."""
        x, y = metric([lon_lat])[0]
        dx, dy = self.rng.normal(0.0, spread_m, 2)
        return shapely.Point(x + dx, y + dy)


def exercise_table(network: Network) -> gpd.GeoDataFrame:
    """Make the whole exercise (EPSG:4326, one row an item of evidence)."""
    exercise = Exercise(network)
    _hazards(exercise)
    _areas(exercise)
    _closures(exercise)
    _district_surveys(exercise)
    _corridors(exercise)
    _named_releases(exercise)
    return gpd.GeoDataFrame(exercise.rows, geometry="geometry", crs=SOURCE_CRS).to_crs("EPSG:4326")


# --- hazards -------------------------------------------------------------------------------------
# place, spread in metres, categories in turn, position method, error (None: the policy's figure),
# first and last day
CLUSTERS: tuple[tuple[Any, ...], ...] = (
    ((37.1600, 36.2092), 95,
     "projectile mortar aircraft_bomb booby_trap projectile ied mortar grenade fuze barrel_bomb",
     "gps", 12.0, "2025-02-03", "2026-10-30"),
    ((37.1455, 36.1938), 80, "submunition " * 9, "gps", 8.0, "2025-06-10", "2026-09-21"),
    ((37.1195, 36.2105), 70, "ap_mine ap_mine av_mine ap_mine av_mine", "gps_averaged", 4.0,
     "2025-03-01", "2026-08-15"),
    ((37.1380, 36.2190), 60, "rocket rocket grenade projectile", "gps", None, "2025-11-02",
     "2026-07-09"),
    ((37.1650, 36.2040), 70, "booby_trap ied mortar axo_cache saa", "map", 40.0, "2025-04-11",
     "2026-11-12"),
    ((37.1665, 36.2180), 50, "mortar projectile unknown", "gps", 10.0, "2026-10-28", "2026-11-19"),
    # inside the surveyed district of the south: found after the survey, so the two contradict
    ((37.1590, 36.1945), 60, "projectile grenade", "gps", 9.0, "2026-11-04", "2026-11-17"),
    # before the clearance of the north-west corridor: ended there, or still in the field beside
    ((37.1292, 36.2218), 22, "mortar projectile", "gps_averaged", 5.0, "2025-09-01",
     "2025-12-20"),
    ((37.1430, 36.2110), 30, "projectile mortar projectile", "gps", 6.0, "2025-09-01",
     "2026-01-31"),
)  # fmt: skip

# place, category, method, error, day: single finds with the ways a position can be poor
SINGLES: tuple[tuple[Any, ...], ...] = (
    ((37.1228, 36.2060), "mortar", "typed", None, "2026-05-02"),
    ((37.1318, 36.2035), "saa", "network", None, "2026-06-18"),
    ((37.1395, 36.2075), "fuze", "gps", 14.0, "2026-08-08"),
    ((37.1530, 36.2205), "missile", "bearing_distance", 60.0, "2026-03-30"),
    ((37.1215, 36.1985), "projectile", "exif", None, "2026-09-12"),
    ((37.1505, 36.2238), "grenade", "map", None, "2026-10-02"),
)

REPORTS: tuple[tuple[Any, ...], ...] = (
    ((37.1262, 36.2175), "unknown", "map", None, "2026-10-15"),
    ((37.1190, 36.2158), "av_mine", "typed", None, "2026-09-30"),
    ((37.1425, 36.2158), "rocket", "map", 60.0, "2026-04-19"),
    ((37.1605, 36.1975), "mortar", "map", 30.0, "2026-07-22"),  # ended by the district's survey
    ((37.1280, 36.1940), "projectile", "typed", None, "2026-08-30"),  # likewise
    ((37.1340, 36.2240), "submunition", "map", None, "2026-11-10"),
)

ACCIDENTS: tuple[tuple[Any, ...], ...] = (
    ((37.1668, 36.2092), "av_mine", "gps", 15.0, "2026-02-14"),
    ((37.1226, 36.2012), "ied", "map", 40.0, "2026-08-27"),
    ((37.1412, 36.2124), "submunition", "gps", 10.0, "2025-05-05"),  # ended by the clearance
)


def _hazards(exercise: Exercise) -> None:
    for place, spread, categories, method, error, first, last in CLUSTERS:
        names = categories.split()
        for category, day in zip(names, _days(exercise, first, last, len(names)), strict=True):
            exercise.add(
                "F", exercise.near(place, spread), **_hazard("find", category, method, error, day)
            )
    for letter, kind, table in (
        ("F", "find", SINGLES),
        ("R", "report", REPORTS),
        ("A", "accident", ACCIDENTS),
    ):
        for place, category, method, error, day in table:
            exercise.add(
                letter,
                exercise.near(place, 3),
                **_hazard(kind, category, method, error, _time(day)),
            )
    # Items taken away: the find goes from direct to indirect evidence, the ground stays suspected.
    for place, category, day, gone in (
        ((37.1240, 36.2095), "projectile", "2026-06-01", "2026-06-03"),
        ((37.1365, 36.2062), "aircraft_bomb", "2026-03-11", "2026-04-02"),
        ((37.1452, 36.2220), "grenade", "2026-09-09", "2026-09-09"),
        ((37.1310, 36.2160), "rocket", "2026-10-20", "2026-10-27"),
    ):
        found = _hazard("find", category, "gps", 8.0, _time(day))
        exercise.add(
            "F", exercise.near(place, 5), **found | {"disposed_at": _text(_time(gone, hour=15))}
        )
    # Rejected by a second person: kept in the log, struck out, and without effect.
    scrap = _hazard("find", "not_eo", "gps", 10.0, _time("2026-10-05"))
    exercise.add(
        "F", exercise.near((37.1255, 36.2040), 3), **scrap | _review("rejected", "2026-10-08")
    )
    twice = _hazard("report", "mortar", "map", None, _time("2026-06-06"))
    exercise.add(
        "R", exercise.near((37.1490, 36.2195), 3), **twice | _review("rejected", "2026-06-20")
    )


# lon/lat corners, class, category, method, error, day
AREAS: tuple[tuple[Any, ...], ...] = (
    (((37.1178, 36.2088), (37.1215, 36.2084), (37.1222, 36.2117), (37.1196, 36.2124),
      (37.1177, 36.2113)), "direct", "ap_mine", "gps", 8.0, "2026-04-22"),
    (((37.1432, 36.1921), (37.1474, 36.1916), (37.1481, 36.1952), (37.1449, 36.1961)),
     "direct", "submunition", "gps_averaged", 5.0, "2026-05-30"),
    (((37.1572, 36.2072), (37.1624, 36.2066), (37.1631, 36.2108), (37.1594, 36.2119)),
     None, "unknown", "map", None, "2025-12-12"),  # no class stated: counts as direct
    (((37.1392, 36.2082), (37.1470, 36.2079), (37.1478, 36.2112), (37.1441, 36.2141),
      (37.1396, 36.2128)), "indirect", "unknown", "map", None, "2025-10-18"),
    (((37.1322, 36.1926), (37.1350, 36.1931), (37.1347, 36.1960), (37.1326, 36.1957)),
     "indirect", "projectile", "map", 40.0, "2026-01-25"),
    (((37.1358, 36.2166), (37.1401, 36.2172), (37.1396, 36.2212), (37.1361, 36.2204)),
     "indirect", "rocket", "map", 30.0, "2026-02-08"),
    (((37.1268, 36.2142), (37.1292, 36.2139), (37.1296, 36.2163), (37.1271, 36.2166)),
     "indirect", "unknown", "typed", None, "2026-08-03"),
)  # fmt: skip


def _areas(exercise: Exercise) -> None:
    for corners, evidence_class, category, method, error, day in AREAS:
        area = _hazard("hazard_area", category, method, error, _time(day))
        polygon = shapely.Polygon(metric(corners))
        exercise.add("H", polygon, **area | {"evidence_class": evidence_class})


# place, radius in metres, begin, end
CORDONS = (
    ((37.1381, 36.2189), 230.0, "2026-11-20", "2026-11-23"),  # in force: a demolition cordon
    ((37.1240, 36.2096), 260.0, "2026-06-02", "2026-06-04"),  # over
    ((37.1600, 36.2092), 300.0, "2026-11-24", "2026-11-26"),  # announced
)


def _closures(exercise: Exercise) -> None:
    for place, radius_m, begin, end in CORDONS:
        circle = shapely.buffer(shapely.Point(metric([place])[0]), radius_m, quad_segs=8)
        exercise.add("X", circle, **_closure(begin, end))
    # An order of the authority along a road, until it is revoked.
    stretch = substring(route(exercise.network, "south-west"), 2650, 3050)
    exercise.add("X", stretch, **_closure("2026-09-01", None))


# --- releases ------------------------------------------------------------------------------------
# corners, day completed, review, why it is here
DISTRICTS: tuple[tuple[Any, ...], ...] = (
    (((37.1532, 36.1912), (37.1662, 36.1910), (37.1671, 36.1986), (37.1655, 36.2008),
      (37.1560, 36.2008), (37.1530, 36.1985)), "2026-10-12", "accepted"),  # ends the strikes
    (((37.1580, 36.2140), (37.1712, 36.2138), (37.1710, 36.2222), (37.1628, 36.2222),
      (37.1575, 36.2190)), "2026-09-28", "accepted"),  # likewise
    (((37.1222, 36.1916), (37.1338, 36.1910), (37.1345, 36.1982), (37.1262, 36.1992),
      (37.1216, 36.1972)), "2026-10-20", "accepted"),  # likewise
    (((37.1192, 36.2128), (37.1262, 36.2132), (37.1258, 36.2202), (37.1196, 36.2196)),
     "2026-03-15", "accepted"),  # past its review period, no hazard: survey_expired
    (((37.1422, 36.1906), (37.1505, 36.1908), (37.1508, 36.1975), (37.1425, 36.1972)),
     "2026-04-10", "accepted"),  # past its review period: what it had ended comes back
    (((37.1402, 36.2008), (37.1498, 36.2008), (37.1500, 36.2058), (37.1405, 36.2056)),
     "2026-11-09", "unreviewed"),  # not accepted: set aside
    (((37.1462, 36.2142), (37.1500, 36.2140), (37.1502, 36.2185), (37.1460, 36.2188)),
     "2026-10-30", "rejected"),
    (((37.1404, 36.2146), (37.1448, 36.2168), (37.1440, 36.2184), (37.1404, 36.2166)),
     None, "accepted"),  # no day of completion: void
)  # fmt: skip


def _district_surveys(exercise: Exercise) -> None:
    for corners, day, review in DISTRICTS:
        polygon = shapely.Polygon(metric(corners))
        exercise.add("S", polygon, **_release("survey", day, "gps", 10.0, review))


# route, from, to in metres (None: its end), kind, day completed, depth, review, as a line
STRETCHES: tuple[tuple[Any, ...], ...] = (
    ("north-west", 0, 1250, "clearance", "2026-03-20", 0.30, "accepted", False),
    ("north-west", 1150, 1900, "clearance", "2026-04-14", 0.30, "accepted", False),
    # a seam: the last drawing ends where this one begins, so a gap stays between them
    ("north-west", 1900, 2700, "technical_survey", "2026-05-22", None, "accepted", False),
    ("north-west", 2600, 3550, "clearance", "2026-06-30", 1.00, "accepted", False),
    ("north-west", 3450, 4300, "clearance", "2026-07-19", 1.00, "accepted", True),
    ("north-west", 4300, 5200, "clearance", "2026-08-25", 0.25, "accepted", False),  # too shallow
    ("west", 0, 1300, "technical_survey", "2026-02-11", None, "accepted", False),
    ("west", 1200, 2300, "technical_survey", "2026-08-02", None, "accepted", True),
    ("west", 2250, 3100, "clearance", "2026-10-16", 0.30, "unreviewed", False),
    ("south-west", 0, 1500, "clearance", "2025-08-30", 1.00, "accepted", False),  # expired
    (
        "south-west",
        1450,
        2600,
        "technical_survey",
        "2025-07-12",
        None,
        "accepted",
        False,
    ),  # expired
    ("north-east", 0, 1100, "technical_survey", "2026-06-11", None, "accepted", False),
    ("north-east", 1000, 1900, "clearance", "2026-09-17", 1.00, "accepted", False),
    ("north-east", 1850, 2700, "clearance", None, None, "unreviewed", False),  # under way
    ("east", 300, 1300, "clearance", "2026-08-05", 1.00, "accepted", False),
    ("east", 1250, 2100, "technical_survey", "2026-09-20", None, "accepted", True),
    ("east", 2050, 3300, "clearance", "2026-10-08", 1.20, "accepted", False),
    ("ring", 0, 900, "clearance", "2026-01-28", 0.20, "accepted", False),
    ("ring", 850, 1500, "clearance", "2026-02-19", None, "accepted", False),  # depth unknown
    ("ring", 1450, 2600, "survey", "2026-09-30", None, "accepted", True),
)


def _corridors(exercise: Exercise) -> None:
    for name, start_m, end_m, kind, day, depth_m, review, as_line in STRETCHES:
        centre = substring(route(exercise.network, name), start_m, end_m)
        properties = _release(kind, day, "gps_averaged", 4.0, review) | {"depth_m": depth_m}
        letter = {"survey": "S", "technical_survey": "T", "clearance": "C"}[kind]
        if as_line:
            exercise.add(letter, centre, **properties | {"width_m": 2 * CORRIDOR_M})
            continue
        drawn = shapely.buffer(centre, CORRIDOR_M, cap_style="flat", join_style="mitre")
        exercise.add(letter, shapely.simplify(drawn, 1.0), **properties)


def _named_releases(exercise: Exercise) -> None:
    """Releases that name the hazards they end."""
    mine = _hazard("find", "av_mine", "gps_averaged", 4.0, _time("2026-03-03"))
    named = exercise.add("F", exercise.near((37.1256, 36.2230), 5), **mine)
    around = shapely.buffer(shapely.Point(metric([(37.1256, 36.2230)])[0]), 150.0, quad_segs=6)
    checked = _release("technical_survey", "2026-09-05", "gps_averaged", 4.0, "accepted")
    exercise.add("T", around, **checked | {"releases_hazards": [named]})
    undated = _hazard("find", "grenade", "gps", 10.0, None)
    named = exercise.add("F", exercise.near((37.1288, 36.2072), 5), **undated)
    around = shapely.buffer(shapely.Point(metric([(37.1288, 36.2072)])[0]), 120.0, quad_segs=6)
    dug = _release("clearance", "2026-10-01", "gps_averaged", 4.0, "accepted") | {"depth_m": 0.40}
    exercise.add("C", around, **dug | {"releases_hazards": [named]})


# --- rows ----------------------------------------------------------------------------------------
def _hazard(
    kind: str, category: str, method: str, error_m: float | None, observed: datetime | None
) -> dict[str, object]:
    recorded = None if observed is None else observed + timedelta(hours=9)
    return {
        "kind": kind,
        "category": category,
        "position_method": method,
        "position_error_m": error_m,
        "observed_at": _text(observed),
        "recorded_at": _text(recorded or _time("2026-09-14")),
        "review": "unreviewed",
    }


def _release(
    kind: str, day: str | None, method: str, error_m: float, review: str
) -> dict[str, object]:
    recorded = _time(day or "2026-11-02", hour=14) + timedelta(days=1)
    reviewed = _text(recorded + timedelta(days=4))[:10] if review != "unreviewed" else None
    return {
        "kind": kind,
        "position_method": method,
        "position_error_m": error_m,
        "observed_at": None if day is None else _text(_time(day, hour=13)),
        "recorded_at": _text(recorded),
        **_review(review, reviewed),
    }


def _closure(begin: str, end: str | None) -> dict[str, object]:
    return {
        "kind": "closure",
        "position_method": "gps",
        "position_error_m": 10.0,
        "observed_at": _text(_time(begin) - timedelta(days=5)),
        "recorded_at": _text(_time(begin) - timedelta(days=5, hours=-4)),
        "starts_at": _text(_time(begin, hour=4)),
        "ends_at": None if end is None else _text(_time(end, hour=16)),
        "review": "unreviewed",
    }


def _review(review: str, day: str | None) -> dict[str, object]:
    return {"review": review, "reviewed_at": None if day is None else _text(_time(day, hour=10))}


def _time(day: str, *, hour: int = 8) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def _text(moment: datetime | None) -> Any:  # noqa: ANN401 - None stays None
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _days(exercise: Exercise, first: str, last: str, count: int) -> list[datetime]:
    """Spread days over a span; the first and the last day are always among them."""
    span = (_time(last) - _time(first)).days
    inner = sorted(exercise.rng.integers(1, span, max(count - 2, 0)).tolist())
    return [_time(first) + timedelta(days=n) for n in [0, *inner, span][:count]]
