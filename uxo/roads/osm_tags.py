"""What the tags of an OpenStreetMap way say of a road."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

TAKEN: Final = frozenset(
    {
        # The classified network and its slip roads.
        *(f"{value}{end}" for value in ("motorway", "trunk", "primary", "secondary", "tertiary")
          for end in ("", "_link")),
        # Everything else that vehicles use; "road" is one whose class the mapper did not know.
        "unclassified", "residential", "living_street", "service", "road", "track", "busway",
        # What people walk, ride or lead animals on; steps are no way for a vehicle, but people flee
        # and come home on foot.
        "pedestrian", "footway", "path", "steps", "cycleway", "bridleway",
    }
)  # fmt: skip
"""Values of ``highway`` that are ways of people and vehicles."""

NOT_TAKEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "construction": "not open yet",
        "proposed": "not there yet",
        "planned": "not there yet",
        "razed": "not there any more",
        "demolished": "not there any more",
        "dismantled": "not there any more",
        "abandoned": "no longer kept as a road; map it as a track or path if people use it",
        "disused": "no longer kept as a road; map it as a track or path if people use it",
        "raceway": "a race track leads nowhere",
        "escape": "an emergency ramp leads nowhere",
        "bus_guideway": "a guide rail, which nobody walks or drives on",
        "via_ferrata": "a climbing route",
        "corridor": "inside a building",
        "elevator": "inside a building",
        "ladder": "inside a building or a climb",
        "platform": "an edge to wait at; the ways to it are mapped apart",
        "rest_area": "an area beside the road; its ways are mapped apart",
        "services": "an area beside the road; its ways are mapped apart",
        "bus_stop": "a place and no way",
        "crossing": "a place and no way",
    }
)
"""Values of ``highway`` that are left out, with the reason; so is any other value. All are told."""

_FERRY: Final = "ferry"
_GONE: Final = ("razed", "demolished", "removed")
_ONEWAY: Final = MappingProxyType(
    {
        "yes": "yes", "true": "yes", "1": "yes",
        "-1": "-1", "reverse": "-1",
        "no": "no", "false": "no", "0": "no",
    }
)  # fmt: skip
_ROUND: Final = ("roundabout", "circular")
# A language code, perhaps with a script or a country; not name:left or name:etymology.
_LANGUAGE: Final = re.compile(r"name:([a-z]{2,3}(?:[-_][A-Za-z0-9]+)*)")
_WIDTH: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(m|metres?|meters?)?", re.ASCII)
_WIDEST_M: Final = 200.0  # no carriageway is wider; such a figure is in another unit

Attributes = tuple[str | float | None, ...]
ATTRIBUTES: Final = (
    "highway", "name", "names", "surface", "width_m", "oneway", "access", "motor_vehicle", "foot",
    "bridge", "tunnel", "layer",
)  # fmt: skip
"""Columns of a road table that `attributes` fills, in its order."""


def why_left_out(tags: Mapping[str, str]) -> str | None:
    """Say why a way is no road here.

    Returns
    -------
    str or None
        The value and the reason; None for a road.
    """
    highway = tags["highway"]
    if tags.get("route") == _FERRY:
        return "route=ferry: a boat, which runs only while somebody runs it"
    gone = next((key for key in _GONE if tags.get(key) == "yes"), None)
    if gone is not None:
        return f"{gone}=yes: not there any more"
    if highway in TAKEN:
        return None
    return f"highway={highway}: {NOT_TAKEN.get(highway, 'not a known kind of road')}"


def attributes(tags: Mapping[str, str], tally: Counter[str]) -> Attributes:
    """Read what is kept of a road.

    Parameters
    ----------
    tags : mapping of str to str
        Of the way.
    tally : Counter
        Counts what was not understood.

    Returns
    -------
    tuple
        In the order of `ATTRIBUTES`; None where nothing is said or it is not understood.
    """
    get = tags.get
    return (
        tags["highway"],
        get("name"),
        _names(tags),
        get("surface"),
        _width_m(get("width"), tally),
        _oneway(tags, tally),
        get("access"),
        get("motor_vehicle") or get("vehicle"),
        get("foot"),
        _unless_no(get("bridge")),
        _unless_no(get("tunnel")),
        get("layer"),
    )


def _names(tags: Mapping[str, str]) -> str | None:
    """Gather the names in all languages as JSON."""
    found = {
        match[1]: value
        for key, value in tags.items()
        if key.startswith("name:") and (match := _LANGUAGE.fullmatch(key))
    }
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else None


def _oneway(tags: Mapping[str, str], tally: Counter[str]) -> str | None:
    """Read the direction of vehicles; motorways and roundabouts are one way unless they say no."""
    value = tags.get("oneway")
    if value is None:
        implied = tags["highway"] == "motorway" or tags.get("junction") in _ROUND
        return "yes" if implied else None
    if value not in _ONEWAY:
        # Also reversible and alternating: which way is open depends on the hour.
        tally["oneway is not yes, -1 or no, so the direction is not known"] += 1
    return _ONEWAY.get(value)


def _width_m(value: str | None, tally: Counter[str]) -> float | None:
    """Read a width in metres; anything else is not known."""
    if value is None:
        return None
    match = _WIDTH.fullmatch(value.strip())
    width_m = float(match[1]) if match else 0.0
    if not 0.0 < width_m <= _WIDEST_M:
        tally["width is not a number of metres, so it is not known"] += 1
        return None
    return width_m


def _unless_no(value: str | None) -> str | None:
    return None if value == "no" else value
