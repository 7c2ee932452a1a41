"""An invented network and its evidence, from a fixed seed: 300 x 300 km around Aleppo.

Built in metres on UTM 37N and handed out in longitude and latitude, as files come. Nothing in it
is real.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from uxo.evidence.columns import EVIDENCE_DTYPES, ROAD_DTYPES, WGS84, as_table

UTM = "EPSG:32637"
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
_CENTRE = (335_000.0, 4_008_000.0)  # Aleppo in UTM 37N
_SIDE_M = 300_000.0
_HIGHWAY = ("residential", "secondary", "track")
_POINT_KINDS = np.array(["find", "strike", "report", "accident"], dtype=object)
_POINT_SHARES = (0.86, 0.05, 0.07, 0.02)
# Ordnance with footprints of 10 to 100 m; "unknown" is left to a small share as in real records.
_CATEGORIES = np.array(
    ["ap_mine", "submunition", "projectile", "mortar", "grenade", "aircraft_bomb", "unknown"],
    dtype=object,
)
_CATEGORY_SHARES = (0.2, 0.3, 0.2, 0.12, 0.08, 0.07, 0.03)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Network:
    """Segments as a start index into vertices (UTM 37N, metres), and their class."""

    start: npt.NDArray[np.int64]
    xy: Floats
    highway: npt.NDArray[np.int8]
    towns: Floats  # x, y, radius


def make_roads(segments: int, seed: int = 7) -> tuple[gpd.GeoDataFrame, Network]:
    """Make about so many segments: 70 % town streets, 20 % between towns, 10 % tracks."""
    rng = np.random.default_rng(seed)
    towns = _towns(segments, rng)
    parts = [
        _streets(towns, int(segments * 0.7), rng),
        _between_towns(towns, int(segments * 0.2), rng),
        _tracks(towns, int(segments * 0.1), rng),
    ]
    counts = np.concatenate([part[0] for part in parts])
    xy = np.concatenate([part[1] for part in parts])
    highway = np.repeat(np.arange(3, dtype=np.int8), [len(part[0]) for part in parts])
    start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    network = Network(start, xy, highway, towns)
    lines = shapely.linestrings(xy, indices=np.repeat(np.arange(len(counts)), counts))
    metric = gpd.GeoSeries(lines, crs=UTM)
    table = pd.DataFrame(
        {
            "road_id": [f"s{number}" for number in range(len(counts))],
            "highway": np.array(_HIGHWAY, dtype=object)[highway],
        }
    )
    frame = gpd.GeoDataFrame(table, geometry=metric.to_crs(WGS84).to_numpy(), crs=WGS84)
    return as_table(frame, ROAD_DTYPES), network


def _towns(segments: int, rng: np.random.Generator) -> Floats:
    """Clustered centres with a heavy-tailed radius."""
    count = max(20, round(360 * (segments / 1e6) ** 0.65))
    clusters = rng.uniform(-0.45, 0.45, (max(4, count // 8), 2)) * _SIDE_M
    around = clusters[rng.integers(0, len(clusters), count)]
    xy = np.clip(around + rng.normal(0, 14_000, (count, 2)), -0.47 * _SIDE_M, 0.47 * _SIDE_M)
    xy[0] = 0.0
    weight = rng.pareto(1.3, count) + 0.3
    weight[0] = weight.max() * 1.5
    # A street segment is about 120 m; a grid of n x n squares has 2 n^2 of them.
    share = weight / weight.sum() * segments * 0.7
    radius = np.maximum(np.sqrt(share / 2.0) * 120.0 / 2.0, 250.0)
    return np.column_stack((xy + np.array(_CENTRE), radius))


def _streets(towns: Floats, wanted: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Lay a turned, jittered grid in each town; a segment joins two neighbouring crossings."""
    area = towns[:, 2] ** 2
    each = np.maximum((area / area.sum() * wanted).astype(int), 4)
    lines = []
    for (x, y, _), count in zip(towns, each, strict=True):  # hundreds of towns, not rows
        side = max(2, int(np.sqrt(count / 2.0)))
        across, along = np.meshgrid(np.arange(side + 1), np.arange(side + 1))
        grid = np.stack((across, along), axis=-1) * 120.0 - side * 60.0
        grid += rng.normal(0, 14.0, grid.shape)
        turn = rng.uniform(0, np.pi / 2)
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        grid = grid @ rotation.T + np.array((x, y))
        east = np.stack((grid[:, :-1], grid[:, 1:]), axis=2).reshape(-1, 2, 2)
        north = np.stack((grid[:-1], grid[1:]), axis=2).reshape(-1, 2, 2)
        lines.append(np.concatenate((east, north)))
    return _bend(np.concatenate(lines), 4, 3.0, rng)


def _between_towns(towns: Floats, wanted: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Join neighbouring towns by winding roads, cut into segments of even length."""
    mesh = shapely.delaunay_triangles(shapely.multipoints(towns[:, :2]), only_edges=True)
    ends = shapely.get_coordinates(mesh).reshape(-1, 2, 2)
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    cuts = np.maximum((length / length.sum() * wanted).astype(int), 1)
    lines = []
    for (begin, end), count in zip(ends, cuts, strict=True):  # about a thousand roads
        share = np.linspace(0, 1, count + 1)[:, None]
        sway = np.cumsum(rng.normal(0, 40.0, (count + 1, 2)), axis=0)
        sway -= share * sway[-1]  # both ends stay in their towns
        path = begin + share * (end - begin) + sway
        lines.append(np.stack((path[:-1], path[1:]), axis=1))
    return _bend(np.concatenate(lines), 5, 12.0, rng)


def _tracks(towns: Floats, wanted: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Dead ends that leave the edge of a town or start anywhere in its country."""
    home = rng.choice(len(towns), wanted, p=towns[:, 2] / towns[:, 2].sum())
    angle = rng.uniform(0, 2 * np.pi, wanted)
    away = towns[home, 2] * rng.uniform(0.8, 3.5, wanted)
    begin = towns[home, :2] + away[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
    heading = angle + rng.normal(0, 0.6, wanted)
    length = rng.uniform(150, 1_200, wanted)
    end = begin + length[:, None] * np.column_stack((np.cos(heading), np.sin(heading)))
    return _bend(np.stack((begin, end), axis=1), 6, 10.0, rng)


def _bend(
    ends: Floats, vertices: int, sway_m: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Turn straight segments into polylines of so many vertices with the same ends."""
    share = np.linspace(0, 1, vertices)[None, :, None]
    path = ends[:, :1] + share * (ends[:, 1:] - ends[:, :1])
    sway = rng.normal(0, sway_m, path.shape)
    sway[:, [0, -1]] = 0.0
    return np.full(len(ends), vertices, dtype=np.int64), (path + sway).reshape(-1, 2)


def make_evidence(count: int, network: Network, seed: int = 11) -> gpd.GeoDataFrame:
    """Make so many items: 92.5 % points, 2.5 % drawn areas, 5 % releases; in a random order."""
    rng = np.random.default_rng(seed)
    releases, areas = count // 20, count // 40
    points = count - releases - areas
    parts = [
        _point_items(points, network, rng),
        _area_items(areas, network, rng),
        _release_items(releases, network, rng),
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame["id"] = [f"e{number}" for number in range(count)]
    frame["recorded_at"] = frame["observed_at"] + pd.Timedelta(hours=6)
    frame["team"] = "T1"
    frame = frame.iloc[rng.permutation(count)].reset_index(drop=True)
    metric = gpd.GeoSeries(frame.pop("geometry"), crs=UTM)
    table = gpd.GeoDataFrame(frame, geometry=metric.to_crs(WGS84).to_numpy(), crs=WGS84)
    return as_table(table, EVIDENCE_DTYPES)


def _places(count: int, network: Network, rng: np.random.Generator) -> Floats:
    """Draw positions: 45 % along front lines, 25 % in towns, 20 % on verges, 10 % anywhere."""
    front, town, verge = int(count * 0.45), int(count * 0.25), int(count * 0.2)
    towns = network.towns
    joints = rng.integers(0, len(towns), (30, 2))
    line = rng.integers(0, len(joints), front)
    share = rng.uniform(0, 1, (front, 1))
    begin, end = towns[joints[line, 0], :2], towns[joints[line, 1], :2]
    on_front = begin + share * (end - begin) + rng.normal(0, 900.0, (front, 2))
    home = rng.choice(len(towns), town, p=towns[:, 2] ** 2 / (towns[:, 2] ** 2).sum())
    in_town = towns[home, :2] + rng.normal(0, 0.6, (town, 2)) * towns[home, 2:]
    on_verge = network.xy[rng.integers(0, len(network.xy), verge)] + rng.normal(0, 15, (verge, 2))
    rest = count - front - town - verge
    anywhere = rng.uniform(-0.5, 0.5, (rest, 2)) * _SIDE_M + np.array(_CENTRE)
    return rng.permutation(np.concatenate((on_front, in_town, on_verge, anywhere)))


def _days(count: int, oldest: int, newest: int, rng: np.random.Generator) -> pd.Series:
    """Draw moments between so many days before `AS_OF`."""
    days = rng.uniform(newest, oldest, count)
    return pd.Series(pd.Timestamp(AS_OF) - pd.to_timedelta(days, unit="D").round("s"))


def _point_items(count: int, network: Network, rng: np.random.Generator) -> pd.DataFrame:
    kinds = rng.choice(_POINT_KINDS, count, p=_POINT_SHARES)
    observed = _days(count, 900, 1, rng)
    disposed = observed.where(rng.uniform(0, 1, count) < 0.1) + pd.Timedelta(hours=12)
    return pd.DataFrame(
        {
            "kind": kinds,
            "category": rng.choice(_CATEGORIES, count, p=_CATEGORY_SHARES),
            "evidence_class": np.where(kinds == "report", "indirect", "direct"),
            "position_method": "gps",
            "position_error_m": rng.uniform(3, 30, count).round(1),
            "observed_at": observed,
            "disposed_at": disposed.where(kinds == "find"),
            "review": np.where(rng.uniform(0, 1, count) < 0.02, "rejected", "accepted"),
            "geometry": shapely.points(_places(count, network, rng)),
        }
    )


def _area_items(count: int, network: Network, rng: np.random.Generator) -> pd.DataFrame:
    direct = rng.uniform(0, 1, count) < 0.5
    return pd.DataFrame(
        {
            "kind": "hazard_area",
            "category": rng.choice(_CATEGORIES, count, p=_CATEGORY_SHARES),
            "evidence_class": np.where(direct, "direct", "indirect"),
            "position_method": "map",
            "position_error_m": rng.uniform(5, 30, count).round(1),
            "observed_at": _days(count, 900, 1, rng),
            "review": "accepted",
            "geometry": _stars(_places(count, network, rng), rng),
        }
    )


def _release_items(count: int, network: Network, rng: np.random.Generator) -> pd.DataFrame:
    kinds = rng.choice(
        np.array(["survey", "technical_survey", "clearance"], dtype=object),
        count,
        p=(0.4, 0.2, 0.4),
    )
    depth = rng.choice([0.13, 0.25, 1.0], count)
    return pd.DataFrame(
        {
            "kind": kinds,
            "position_method": "gps_averaged",
            "position_error_m": rng.uniform(1, 8, count).round(1),
            "observed_at": _days(count, 500, 1, rng),
            "depth_m": np.where(kinds == "clearance", depth, np.nan),
            "review": np.where(rng.uniform(0, 1, count) < 0.9, "accepted", "unreviewed"),
            "geometry": _stars(_places(count, network, rng), rng),
        }
    )


def _stars(centres: Floats, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Draw one star-shaped polygon of 8 to 24 vertices and 100 to 800 m across on each centre."""
    count = rng.integers(8, 25, len(centres))
    owner = np.repeat(np.arange(len(centres)), count)
    first = np.concatenate(([0], np.cumsum(count)[:-1]))
    step = np.arange(count.sum()) - first[owner]
    angle = (step + rng.uniform(-0.3, 0.3, len(step))) * 2 * np.pi / count[owner]
    radius = rng.uniform(50, 400, len(centres))[owner] * rng.uniform(0.5, 1.0, len(step))
    ring = centres[owner] + radius[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
    return shapely.polygons(shapely.linearrings(ring, indices=owner))
