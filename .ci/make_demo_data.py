"""Make the data files of ``uxo demo`` (run once by a maintainer; needs openpyxl).

    python .ci/make_demo_data.py SHARED_DATA_FOLDER [OUT_FOLDER]

The output depends on nothing but the sources and the fixed seed: two runs give the same bytes.
``uxo/services/demo_data/SOURCES.md`` says what each file is and under which licence.
"""

import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import shapely
from demo_exercise import AS_OF, SEED, exercise_table
from demo_roads import read_network, road_table

Box = tuple[float, float, float, float]
ALLOWED: Box = (37.117, 36.156, 37.225, 36.261)  # what the project may copy (degrees)
CLIP: Box = (37.117, 36.190, 37.172, 36.225)  # the roads of the demo
# The widest strike (footprint 500 m, error 50 m or more) reaches this far in from outside the clip.
STRIKES: Box = (37.117, 36.182, 37.180, 36.233)

NOTICE_EXERCISE = (
    "EXERCISE. Invented for training and testing. It shows no real hazard, survey or clearance. "
    "Never use it to decide where to go."
)
NOTICE_STRIKES = (
    "Past strike sites read from satellite images of 2013 to 2015 by Human Rights Watch. "
    "Not a survey of explosive ordnance: where no site is shown, nothing is known."
)

# The source's cause -> our category. Where a cause names several munitions, the one with the larger
# figures; where one of them could have carried submunitions, or the cause is in doubt: unknown.
CATEGORY_OF_CAUSE: Mapping[str, str] = {
    "Air Strike / Missile (SSM)": "aircraft_bomb",  # 150 m and 1.00 m deep, more than a missile
    "Artillery (Mortar / Howitzer)": "projectile",  # a mortar bomb has the same figures
    "Ground Fire (MBT/MBRL/GRAD)": "unknown",  # rocket launchers can carry submunitions
    "Unknown / Uncertain": "unknown",
    "Explosive charge (Other)": "unknown",
    "Arson / Incindiary Weapon (ZABs)": "unknown",  # spelt so in the source
    "Demolition (bulldozer, tank, explosives)": "unknown",
}
SURE = frozenset({"Very High", "Medium"})  # any other confidence: the category is unknown

# The source's first stored version is of this day: nobody could know these sites from it before.
STRIKES_RECORDED_AT = "2021-03-17T00:00:00Z"
IMAGE_ERROR_M = 15.0  # how far the images themselves may be shifted (our figure, low confidence)
MAP_ERROR_M = 50.0  # the policy's figure for a place clicked on a map


def main(shared: Path, out: Path) -> None:
    """Write the four files."""
    network = read_network(shared / "roads_aleppo_osm" / "aleppo_osm_original.parquet")
    write(
        out / "roads.geojson",
        road_table(network, CLIP),
        {
            "notice": "Streets of central Aleppo. Streets have no names in the source.",
            "attribution": "© OpenStreetMap contributors",
            "licence": "ODbL 1.0, https://opendatacommons.org/licenses/odbl/1-0/",
            "source": "OpenStreetMap by way of OSMnx and github.com/uscuni/neatnet, aleppo_1133",
        },
    )
    write(
        out / "places.geojson",
        places(shared / "admin_syria_locations" / "ocha_locations_adm4.xlsx"),
        {
            "notice": "Communities with their P-codes. A point is not the extent of a community.",
            "attribution": "Communities: OCHA Syria, CC BY 3.0 IGO",
            "licence": "CC BY 3.0 IGO, https://creativecommons.org/licenses/by/3.0/igo/",
            "source": "OCHA populated places of Syria; changed: cut to the demo, columns renamed",
        },
    )
    write(
        out / "strikes.geojson",
        strikes(shared / "eo_aleppo_damage" / "HRW_forProcessingV02.csv"),
        {
            "notice": NOTICE_STRIKES,
            "attribution": "Strike sites: Human Rights Watch, by way of the Center for Spatial "
            "Research, Columbia University (github.com/CenterForSpatialResearch/aleppo_test)",
            "licence": "The repository is MIT; the terms of Human Rights Watch are not restated "
            "there: ask before you pass this file on",
            "source": "hrw/data/HRW_forProcessingV02.csv of that repository; place, last possible "
            "day, cause and size only",
        },
    )
    write(
        out / "exercise.geojson",
        exercise_table(network),
        {
            "exercise": True,
            "notice": NOTICE_EXERCISE,
            "attribution": "Exercise of the UXO survey mapper: no real hazard",
            "licence": "Apache-2.0",
            "source": f".ci/demo_exercise.py, seed {SEED}",
            "as_of": AS_OF.isoformat().replace("+00:00", "Z"),
        },
    )


def places(xlsx: Path) -> gpd.GeoDataFrame:
    """Read the communities; the sheet holds coordinates as text, latitude first."""
    sheet = openpyxl.load_workbook(xlsx, read_only=True).worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    header = [str(name) for name in next(rows)]
    frame = pd.DataFrame(list(rows), columns=header)
    points = gpd.points_from_xy(
        frame["Longitude_x"].astype(float), frame["Latitude_y"].astype(float)
    )
    table = gpd.GeoDataFrame(
        {
            "pcode": frame["Location_Pcode"].str.strip(),
            "name_en": frame["LocationName_en"].str.strip(),
            "name_ar": frame["LocationName_ar"].str.strip(),
            "admin3": frame["admin3Pcode"].str.strip(),
        },
        geometry=points,
        crs="EPSG:4326",
    )
    inside = table[table.within(shapely.box(*ALLOWED))]
    return inside.sort_values("pcode").reset_index(drop=True)


def strikes(csv: Path) -> gpd.GeoDataFrame:
    """Read the strike sites as indirect evidence.

    ``observed_at`` is the last day of the period between two images. A release must be later than
    the strike, and the strike may have been on any day of the period: the last is the cautious one.
    The first day is not kept; where it reads 1/1/01 (338 sites) it stands for "before the images".

    ``position_error_m``: the source's radius is the size of the damage, and the hit may have been
    anywhere in it; with the shift of the images, and never less than for a place clicked on a map.
    """
    frame = pd.read_csv(csv)
    unmapped = set(frame["DamageCause"]) - set(CATEGORY_OF_CAUSE)
    if unmapped:
        raise ValueError(f"map these causes first: {sorted(unmapped)}")
    sure = frame["ConfidenceID"].isin(SURE)
    last_day = pd.to_datetime(frame["DatePeriodEnd"], format="%m/%d/%y")
    if not last_day.between("2013-10-01", "2015-12-31").all():
        raise ValueError("the last day of a period is outside the years of the study")
    spread = frame["Radius (m)"] + IMAGE_ERROR_M
    table = gpd.GeoDataFrame(
        {
            # from 1000 on the source writes its numbers with a thousands comma
            "id": "HRW-" + frame["OBJECTID"].astype("str").str.replace(",", ""),
            "kind": "strike",
            "category": frame["DamageCause"].map(CATEGORY_OF_CAUSE).where(sure, "unknown"),
            "position_method": "map",
            "position_error_m": spread.map(math.ceil).clip(lower=MAP_ERROR_M).astype(float),
            "observed_at": last_day.dt.strftime("%Y-%m-%dT00:00:00Z"),
            "recorded_at": STRIKES_RECORDED_AT,
            "review": "unreviewed",
            "team": "HRW-SAT",
        },
        geometry=gpd.points_from_xy(frame["Long"], frame["Lat"]),
        crs="EPSG:4326",
    )
    inside = table[table.within(shapely.box(*STRIKES))]
    order = inside["id"].str.removeprefix("HRW-").astype(int).sort_values().index
    return inside.loc[order].reset_index(drop=True)


def write(path: Path, table: gpd.GeoDataFrame, members: Mapping[str, object]) -> None:
    """Write compact GeoJSON: members that people should read first, then one feature a line."""
    head = json.dumps(
        {"type": "FeatureCollection", "name": path.stem, **members}, ensure_ascii=False
    )
    lines = []
    columns = [name for name in table.columns if name != "geometry"]
    for row in table.itertuples(index=False):
        properties = {name: getattr(row, name) for name in columns}
        feature = {
            "type": "Feature",
            "properties": {k: v for k, v in properties.items() if not _missing(v)},
            "geometry": _rounded(shapely.geometry.mapping(row.geometry)),
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    text = head[:-1] + ', "features": [\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {len(lines)} features, {path.stat().st_size / 1e6:.2f} MB")


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Round to 7 decimals (about 1 cm)."""

    def walk(part: Any) -> Any:  # noqa: ANN401 - nested lists of any depth
        return round(part, 7) if isinstance(part, float) else [walk(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}


if __name__ == "__main__":
    here = Path(__file__).resolve().parent.parent / "uxo" / "services" / "demo_data"
    source, *target = sys.argv[1:]
    main(Path(source), Path(target[0]) if target else here)
